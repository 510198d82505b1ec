"""What is said to screens. Every event is built and published here, and nowhere else.

An event is appended to a capped stream that expires; its number `seq` is given in the same step (`curation.streams`).
`epoch` changes when the store was lost. Who follows a visit blocks on its stream itself, so no wake-up can be lost,
and starts again from the beginning when the epoch is another. Who follows a screen or the dashboard does so through
`curation.hub`, and begins with a snapshot.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal, cast

import redis
from django.conf import settings
from redis.asyncio import Redis

from classifier.store import PREFIX, StoreUnavailable, async_connection, connection
from curation import counters, failures, presence, streams, visits

logger = logging.getLogger(__name__)

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


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture hangs on this wall now, for `seconds` more.

    `drawing` holds boxes, fractions of the picture, and the words that policy allows on a wall; `width` and `height`
    are the picture's, in pixels.
    """

    display: str
    url: str
    seconds: float
    width: int
    height: int
    drawing: dict[str, Any]
    type: Literal["shown"] = "shown"


@dataclass(frozen=True, slots=True)
class Gone:
    """A picture is to be taken down at once."""

    display: str
    type: Literal["gone"] = "gone"


@dataclass(frozen=True, slots=True)
class Revoked:
    """The screen's pairing was ended; who is still paired hears nothing of it."""

    type: Literal["revoked"] = "revoked"


@dataclass(frozen=True, slots=True)
class StillHere:
    """Nothing has happened, and the socket is alive. Not numbered."""

    type: Literal["still-here"] = "still-here"


@dataclass(frozen=True, slots=True)
class Counters:
    """Today's figures, all of them, each time: no words, no faces, no visits.

    `photographs` were taken in; `results` and `failures`, by their code, are how they ended; on `waiting` somebody is
    waiting now; `screens` are connected.
    """

    day: str
    photographs: int
    results: int
    failures: dict[str, int]
    waiting: int
    screens: int
    type: Literal["counters"] = "counters"


@dataclass(frozen=True, slots=True)
class ScreenState:
    """A screen came or went. `kind` is "terminal" or "wall"."""

    slug: str
    kind: str
    connected: bool
    type: Literal["screen-state"] = "screen-state"


VisitEvent = Waiting | Result | Failed | Deleted
ScreenEvent = Shown | Gone | Revoked
DashboardEvent = Counters | ScreenState

DASHBOARD_STREAM = f"{PREFIX}dashboard:events"
TOLD_KEY = f"{PREFIX}dashboard:told"  # the figures that the dashboards were told last


# --- to screens -----------------------------------------------------------------------------------------------------


def screen_stream(slug: str) -> str:
    """The name of a screen's stream of events."""
    return f"{PREFIX}screen:{slug}:events"


def publish_to_screen(slug: str, event: ScreenEvent) -> None:
    """Say `event` to the screen, wherever it is connected now or will be before the event is forgotten."""
    streams.announce(screen_stream(slug), json.dumps(asdict(event)))


def publish_to_dashboard(event: DashboardEvent) -> None:
    """Say `event` to every dashboard that is open."""
    streams.announce(DASHBOARD_STREAM, json.dumps(asdict(event)))


def tell_figures() -> None:
    """Say today's figures to the dashboards, unless they were said last."""
    figures = counters_now()
    text = json.dumps(asdict(figures))
    before = connection().set(TOLD_KEY, text, ex=streams.FOLLOWED_SECONDS, get=True)
    if before != text.encode():
        publish_to_dashboard(figures)


def counters_now() -> Counters:
    """Today's figures as they stand."""
    return Counters(**counters.today(), screens=len(presence.connected()))


def screen_is_here(slug: str, kind: str, socket: str) -> None:
    """Note that a screen is connected over `socket`; what was not known is said to the dashboards."""
    if presence.stay(slug, kind, socket):
        _tell_screen(slug, kind)


def screen_left(slug: str, kind: str, socket: str) -> None:
    """Note that `socket` is closed, and say whether the screen is still connected over another."""
    presence.leave(slug, kind, socket)
    _tell_screen(slug, kind)


def tell_what_lapsed() -> None:
    """Say which screens vanished without a word, and the figures, if time alone has changed them."""
    for slug, kind in presence.lapsed().items():
        _tell_screen(slug, kind)
    tell_figures()


def _tell_screen(slug: str, kind: str) -> None:
    """Say whether a screen is connected, until what was said last is true: sockets come and go at the same moment."""
    connected = None
    while connected != (now := slug in presence.connected()):
        connected = now
        publish_to_dashboard(ScreenState(slug, kind, connected))
    tell_figures()


def _count(step: Callable[[], None]) -> None:
    """Count for the dashboards, never at the cost of the visit that is counted."""
    try:
        step()
        tell_figures()
    except redis.RedisError:
        logger.warning("A figure of the dashboard is lost: the store does not take it.")


def snapshot(position: streams.Reading, state: dict[str, Any]) -> str:
    """How things stand, encoded for a socket. `position` was read first: what came since may be told twice."""
    return json.dumps({"type": "snapshot", "seq": position.newest, "epoch": position.epoch, **state})


def unnumbered(event: Revoked | StillHere) -> str:
    """`event`, encoded for one socket alone."""
    return json.dumps(asdict(event))


# --- to who waits for a visit ---------------------------------------------------------------------------------------


def begun(visit: str) -> None:
    """Say to the dashboards that a photograph came."""
    _count(partial(counters.begun, visit))


def publish(visit: str, event: VisitEvent) -> None:
    """Append `event` to the visit's stream. Its number is given by the store in the same step."""
    streams.append(visits.events_key(visit), json.dumps(asdict(event)), seconds=settings.RESULT_SECONDS)


def end(visit: str, record: dict[str, Any], event: Result | Failed) -> bool:
    """End the visit with `record` and announce `event`, in one step; False when somebody else ended it first."""
    if not visits.finish(visit, record, json.dumps(asdict(event))):
        return False
    _count(partial(counters.ended, visit, event.code if isinstance(event, Failed) else ""))
    return True


def delete(visit: str) -> list[dict[str, Any]]:
    """Delete the visit and announce it, in one step; the answer is what must be taken back."""
    told = visits.delete(visit, json.dumps(asdict(Deleted())))
    _count(partial(counters.left, visit))
    return told


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
                yield {"seq": after + 1, "epoch": epoch, **asdict(failure("try_again"))}
                return
            await asyncio.sleep(LOOKS_AGAIN_AFTER)
        else:
            return


async def _follow_one_store(
    store: Redis, visit: str, after: int, known_epoch: str | None
) -> AsyncIterator[dict[str, Any]]:
    epoch, stream = await streams.current_epoch(store), visits.events_key(visit)
    newest = cast("list[tuple[bytes, Any]]", await store.xrevrange(stream, count=1))
    if known_epoch != epoch or not newest or after > streams.number(newest[0][0]):
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
                after = streams.number(number)
                event = json.loads(fields[b"event"])
                yield {"seq": after, "epoch": epoch, **event}
                if event["type"] in ENDS:
                    return
        if not found and reading.state != "pending":
            if reading.record is None:  # nobody ended it: the deadline did, or the loss of the store
                yield {"seq": after + 1, "epoch": epoch, **asdict(failure(reading.code))}
            return


def failure(code: str) -> Failed:
    """The event that says `code` to the visitor."""
    return Failed(code=code, detail=str(failures.sentence(code)))
