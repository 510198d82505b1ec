"""What is said to screens. Every event is built and published here, and nowhere else.

An event is appended to a capped stream that expires; its number `seq` is given in the same step. Readers block on the
stream itself, so no wake-up can be lost. `epoch` changes when the store was lost: a reader that knows another epoch
starts again from the beginning.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from django.conf import settings
from redis.asyncio import Redis

from classifier.store import PREFIX, StoreUnavailable, async_connection, connection
from curation import failures, visits

EPOCH_KEY = f"{PREFIX}epoch"
LONGEST = 64
ENDS = ("result", "failed", "deleted")
LOOKS_AGAIN_AFTER = 0.25  # seconds, while the store is away


@dataclass(frozen=True, slots=True)
class Waiting:
    """The photograph is in the queue, behind `ahead` others; `seconds` is an estimate."""

    ahead: int
    seconds: float
    type: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True)
class Result:
    """The visit's result, treated for the visitor's own screen."""

    result: dict[str, Any]
    type: Literal["result"] = "result"


@dataclass(frozen=True, slots=True)
class Failed:
    """The visit ended without a result; `detail` is a sentence for the visitor."""

    code: str
    detail: str
    type: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class Deleted:
    """The visitor deleted the visit."""

    type: Literal["deleted"] = "deleted"


Event = Waiting | Result | Failed | Deleted


def publish(visit: str, event: Event) -> None:
    """Append `event` to the visit's stream. Its number is given by the store in the same step."""
    stream = visits.events_key(visit)
    with connection().pipeline() as pipe:
        pipe.xadd(stream, {"event": json.dumps(asdict(event))}, id="0-*", maxlen=LONGEST, approximate=False)
        pipe.expire(stream, settings.RESULT_SECONDS)
        pipe.execute()


async def follow(visit: str, after: int = 0, epoch: str | None = None) -> AsyncIterator[dict[str, Any]]:
    """The visit's events after number `after`, as they come, to the one that ends it.

    A reader of another `epoch` is told everything from the beginning. When the deadline passes without an end, or the
    store was lost, the last event is a *failed* that the reader derives itself.

    Yields:
        `{"seq", "epoch", "type", …}`.

    Raises:
        visits.UnknownVisit: the id was never ours.
        visits.VisitGone: its time is over.
    """
    visits.check(visit)
    give_up = time.monotonic() + settings.DEADLINE_SECONDS + 1 - min(visits.age(visit), settings.DEADLINE_SECONDS)
    while True:
        try:
            async with async_connection() as store:
                async for event in _follow_one_store(store, visit, after, epoch):
                    after, epoch = event["seq"], event["epoch"]
                    yield event
                    if event["type"] in ENDS:
                        return
        except StoreUnavailable:
            if time.monotonic() > give_up:
                yield {"seq": after + 1, "epoch": epoch, **asdict(failure("machine_unavailable"))}
                return
            await asyncio.sleep(LOOKS_AGAIN_AFTER)


async def _follow_one_store(
    store: Redis, visit: str, after: int, known_epoch: str | None
) -> AsyncIterator[dict[str, Any]]:
    epoch = await current_epoch(store)
    if known_epoch != epoch:
        after = 0
    while True:
        reading = await asyncio.to_thread(visits.read, visit)
        # A visit that has ended has all its events in the stream, but for the instant between end and event.
        wait = reading.milliseconds + 100 if reading.state == "pending" else 200
        found = cast(
            "list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]] | None",
            await store.xread({visits.events_key(visit): f"0-{after}"}, block=wait),
        )
        for _, entries in found or ():
            for number, fields in entries:
                after = int(number.split(b"-")[1])
                yield {"seq": after, "epoch": epoch, **json.loads(fields[b"event"])}
        if not found and reading.state != "pending":
            yield {"seq": after + 1, "epoch": epoch, **asdict(_ending(reading))}


async def current_epoch(store: Redis) -> str:
    """The store's epoch: a random word that is lost with the store."""
    fresh = secrets.token_hex(8)
    known = cast("bytes | None", await store.set(EPOCH_KEY, fresh, nx=True, get=True))
    return known.decode() if known else fresh


def failure(code: str) -> Failed:
    """The event that says `code` to the visitor."""
    return Failed(code=code, detail=str(failures.sentence(code)))


def _ending(reading: visits.Reading) -> Event:
    """What a reader says of an ended visit whose last event never came, because its writer died in between."""
    return Deleted() if reading.state == "deleted" else failure(reading.code or "machine_unavailable")
