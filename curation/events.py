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


def end(visit: str, record: dict[str, Any], event: Result | Failed) -> bool:
    """End the visit with `record` and announce `event`, in one step; False when somebody else ended it first."""
    return visits.finish(visit, record, json.dumps(asdict(event)))


def delete(visit: str) -> list[dict[str, Any]]:
    """Delete the visit and announce it, in one step; the answer is what must be taken back."""
    return visits.delete(visit, json.dumps(asdict(Deleted())))


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
        except StoreUnavailable:
            if time.monotonic() > give_up:
                yield {"seq": after + 1, "epoch": epoch, **asdict(failure("machine_unavailable"))}
                return
            await asyncio.sleep(LOOKS_AGAIN_AFTER)
        else:
            return


async def _follow_one_store(
    store: Redis, visit: str, after: int, known_epoch: str | None
) -> AsyncIterator[dict[str, Any]]:
    epoch, stream = await current_epoch(store), visits.events_key(visit)
    newest = cast("list[tuple[bytes, Any]]", await store.xrevrange(stream, count=1))
    if known_epoch != epoch or not newest or after > _number(newest[0][0]):
        after = 0  # of another epoch, or of a future that this store never had: told from the beginning
    while True:
        reading = await asyncio.to_thread(visits.read, visit)
        # An end and its event are written in one step: who has ended has nothing more to wait for.
        wait = reading.milliseconds + 100 if reading.state == "pending" else 1
        found = cast(
            "list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]] | None",
            await store.xread({stream: f"0-{after}"}, block=wait),
        )
        for _, entries in found or ():
            for number, fields in entries:
                after = _number(number)
                event = json.loads(fields[b"event"])
                yield {"seq": after, "epoch": epoch, **event}
                if event["type"] in ENDS:
                    return
        if not found and reading.state != "pending":
            if reading.record is None:  # nobody ended it: the deadline did, or the loss of the store
                yield {"seq": after + 1, "epoch": epoch, **asdict(failure(reading.code))}
            return


def _number(stream_id: bytes) -> int:
    return int(stream_id.split(b"-")[1])


async def current_epoch(store: Redis) -> str:
    """The store's epoch: a random word that is lost with the store."""
    fresh = secrets.token_hex(8)
    known = cast("bytes | None", await store.set(EPOCH_KEY, fresh, nx=True, get=True))
    return known.decode() if known else fresh


def failure(code: str) -> Failed:
    """The event that says `code` to the visitor."""
    return Failed(code=code, detail=str(failures.sentence(code)))
