"""Streams of events in the store: numbered, capped, and gone after a while.

An event's number is given in the step that appends it. `epoch` is a random word that is lost with the store: numbers
of different epochs have nothing to do with each other. A reader who knows both can tell whether anything was missed.

A stream that many follow (`announce`) is numbered from the milliseconds of its birth, so that one that expired and
was born again never reuses a number; and each of its events publishes a wake-up, for `curation.hub`. The wake-up may
be lost; the stream is what counts.
"""

import json
import secrets
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import redis
from redis.asyncio import Redis

from classifier.store import PREFIX, connection

EPOCH_KEY = f"{PREFIX}epoch"
WAKE_UPS = f"{PREFIX}wake-ups"  # the channel on which the names of streams are published
LONGEST = 64  # events
FOLLOWED_SECONDS = 3600  # that a followed stream outlives its last event and its last reader

# KEYS stream · ARGV event, longest, seconds, number of the first event, channel → the event's number
_ANNOUNCE = """
local number = redis.call('EXISTS', KEYS[1]) == 1 and '*' or ARGV[4]
local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[2], '0-' .. number, 'event', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[5], KEYS[1])
return tonumber(string.sub(id, 3))
"""

# KEYS stream, epoch · ARGV after, seconds, number of the first event, a fresh epoch → epoch, newest number, entries
# Who reads keeps the stream alive, or bears it, empty: a reader that stays never sees it expire under its feet.
_READ = """
redis.call('SET', KEYS[2], ARGV[4], 'NX')
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('XADD', KEYS[1], '0-' .. ARGV[3], 'event', '')
  redis.call('XTRIM', KEYS[1], 'MAXLEN', 0)
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
local about = redis.call('XINFO', 'STREAM', KEYS[1])
local newest = ''
for i = 1, #about, 2 do
  if about[i] == 'last-generated-id' then newest = about[i + 1] end
end
return {redis.call('GET', KEYS[2]), newest, redis.call('XRANGE', KEYS[1], '(0-' .. ARGV[1], '+')}
"""


class SnapshotNeeded(Exception):
    """Events between what a reader knows and now are gone: it has to be told how things stand instead."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One numbered event, encoded once for all who are told it."""

    seq: int
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a stream held: its epoch, the newest number it ever gave, and the events that were asked for."""

    epoch: str
    newest: int
    frames: tuple[Frame, ...] = ()

    def since(self, after: int, epoch: str | None) -> tuple[Frame, ...]:
        """Every event after number `after` of `epoch`.

        Raises:
            SnapshotNeeded: not all of them are here.
        """
        missed = tuple(frame for frame in self.frames if frame.seq > after)
        if epoch != self.epoch or len(missed) != self.newest - after:
            raise SnapshotNeeded
        return missed


def append(stream: str, event: str, *, seconds: int) -> None:
    """Append `event`, JSON, to a stream that begins with number 1 and is gone `seconds` later."""
    with connection().pipeline() as pipe:
        pipe.xadd(stream, {"event": event}, id="0-*", maxlen=LONGEST, approximate=False)
        pipe.expire(stream, seconds)
        pipe.execute()


def announce(stream: str, event: str) -> int:
    """Append `event`, JSON, to a stream that many follow, and wake them; the answer is its number."""
    arguments: list[str | int] = [event, LONGEST, FOLLOWED_SECONDS, _birth(), WAKE_UPS]
    return int(_script(_ANNOUNCE)(keys=[stream], args=arguments))


def position(stream: str) -> Reading:
    """Where a followed stream stands now: epoch and newest number, without events."""
    return _reading(_script(_READ)(keys=[stream, EPOCH_KEY], args=_asked(_birth())))


async def read(store: Redis, stream: str, after: int) -> Reading:
    """A followed stream's events after number `after`, as many as it still holds."""
    answer = await store.eval(_READ, 2, stream, EPOCH_KEY, *map(str, _asked(after)))
    return _reading(answer)


async def current_epoch(store: Redis) -> str:
    """The store's epoch: a random word that is lost with the store."""
    fresh = _fresh_epoch()
    known = cast("bytes | None", await store.set(EPOCH_KEY, fresh, nx=True, get=True))
    return known.decode() if known else fresh


def number(stream_id: bytes) -> int:
    """The event's number in the store's spelling of it, `0-<number>`."""
    return int(stream_id.split(b"-")[1])


def _asked(after: int) -> list[int | str]:
    return [after, FOLLOWED_SECONDS, _birth(), _fresh_epoch()]


def _birth() -> int:
    return time.time_ns() // 1_000_000


def _fresh_epoch() -> str:
    return secrets.token_hex(8)


def _reading(answer: Any) -> Reading:
    epoch, newest, entries = answer
    known = epoch.decode()
    frames = tuple(_frame(number(entry), known, json.loads(fields[1])) for entry, fields in entries)
    return Reading(known, number(newest), frames)


def _frame(seq: int, epoch: str, event: dict[str, Any]) -> Frame:
    return Frame(seq, event["type"], json.dumps({"seq": seq, "epoch": epoch, **event}))


@cache
def _script(source: str) -> redis.commands.core.Script:
    return connection().register_script(source)
