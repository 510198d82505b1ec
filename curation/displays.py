"""What hangs on the walls, and who was asked: in the store alone, and everything with its time to live.

A display has an id of its own, so that no wall learns of a visit. Its picture lies sealed under a ticket that only
SECRET_KEY derives from that id; here are its words, its room and the walls that were told of it. It hangs for as long
as its picture is there.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal, cast

import redis
from django.conf import settings
from django.utils.crypto import salted_hmac

from classifier.store import PREFIX, async_connection, connection
from curation import visits
from curation.events import Shown


@dataclass(frozen=True, slots=True)
class Hanging:
    """What a room's walls show: `walls` are the slugs of those that were told when it was hung."""

    room: str
    walls: tuple[str, ...]
    shown: Shown


def mint() -> str:
    """A new display's id: random, URL-safe."""
    return secrets.token_urlsafe(16)


def ticket(display: str, purpose: Literal["sent", "hung"] = "hung") -> str:
    """The ticket under which a display's picture lies, as it was sent and as it hangs.

    128 bits that nobody without SECRET_KEY can derive.
    """
    return salted_hmac(f"curation.displays.{purpose}", display, algorithm="sha256").hexdigest()[:32]


def _key(display: str, part: str) -> str:
    return f"{PREFIX}display:{display}:{part}"


def _room_key(room: str) -> str:
    return f"{PREFIX}room:{room}:displays"


# --- what the visitor was asked -------------------------------------------------------------------------------------

# KEYS claim · ARGV display
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


def _asked_key(visit: str) -> str:
    return f"{PREFIX}visit:{visit}:asked"


def _claim_key(visit: str) -> str:
    return f"{PREFIX}visit:{visit}:wall"


def ask(visit: str, words: Sequence[str]) -> None:
    """Remember the words that the question named."""
    connection().set(_asked_key(visit), json.dumps(list(words)), ex=settings.RESULT_SECONDS)


def asked(visit: str) -> list[str] | None:
    """The words that the question named; None when nobody was asked."""
    found = cast("bytes | None", connection().get(_asked_key(visit)))
    return None if found is None else cast("list[str]", json.loads(found))


def claim(visit: str, display: str) -> bool:
    """True for the one display that the visit may send to the walls."""
    return bool(connection().set(_claim_key(visit), display, nx=True, ex=settings.RESULT_SECONDS))


def claimed(visit: str) -> str:
    """The display that the visit sent to the walls; empty when there is none."""
    found = cast("bytes | None", connection().get(_claim_key(visit)))
    return found.decode() if found else ""


def release(visit: str, display: str) -> None:
    """Let the visit try again: `display` came to nothing, and not by the visitor's doing."""
    _script(_RELEASE)(keys=[_claim_key(visit)], args=[display])


def forget(visit: str) -> None:
    """Forget what the visitor was asked and sent."""
    connection().delete(_asked_key(visit), _claim_key(visit))


# --- what hangs -----------------------------------------------------------------------------------------------------

# KEYS visit's end, visit's claim, display's record, room · ARGV display, record, milliseconds, the longest of these
# → 1 when it hangs, 0 when the visit was deleted or has given it up
_HANG = """
local visit = redis.call('GET', KEYS[1])
if not visit or cjson.decode(visit)['state'] ~= 'result' then return 0 end
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
redis.call('ZADD', KEYS[4], now + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[4], ARGV[4])
return 1
"""


@cache
def _script(source: str) -> redis.commands.core.Script:
    return connection().register_script(source)


def hang(visit: str, hanging: Hanging, milliseconds: int) -> bool:
    """Note that a display of `visit` hangs for so long; False when the visit was deleted or has given it up."""
    display = hanging.shown.display
    keys = [visits.end_key(visit), _claim_key(visit), _key(display, "record"), _room_key(hanging.room)]
    longest = settings.DISPLAY_SECONDS * 1000
    return bool(_script(_HANG)(keys=keys, args=[display, json.dumps(asdict(hanging)), milliseconds, longest]))


def find(display: str) -> Hanging | None:
    """What hangs as `display`; None when its time is up or it was taken down."""
    return _read(cast("bytes | None", connection().get(_key(display, "record"))))


def take_down(display: str) -> Hanging | None:
    """End `display` before its time; the answer is what hung there, to the one caller who took it down."""
    hanging = _read(cast("bytes | None", connection().getdel(_key(display, "record"))))
    if hanging:
        connection().zrem(_room_key(hanging.room), display)
    return hanging


def current(room: str) -> list[dict[str, Any]]:
    """What hangs in `room`: `Shown` events, JSON-ready, with the seconds that are left; the first to go is first."""
    displays = [name.decode() for name in cast("list[bytes]", connection().zrange(_room_key(room), 0, -1))]
    with connection().pipeline() as pipe:
        for display in displays:
            pipe.get(_key(display, "record"))
            pipe.pttl(_key(display, "record"))
        found = pipe.execute()
    still = [(_read(record), left) for record, left in zip(found[::2], found[1::2], strict=True)]
    return [{**asdict(one.shown), "seconds": left / 1000} for one, left in still if one is not None and left > 0]


def _read(record: bytes | None) -> Hanging | None:
    if record is None:
        return None
    data = json.loads(record)
    return Hanging(room=data["room"], walls=tuple(data["walls"]), shown=Shown(**data["shown"]))


# --- what becomes of it ---------------------------------------------------------------------------------------------


def tell(display: str, outcome: dict[str, Any]) -> None:
    """Leave word for whoever waits: `{"seconds": …}` when it hangs, `{"refused": code}` when it does not."""
    mailbox = _key(display, "outcome")
    with connection().pipeline() as pipe:
        pipe.rpush(mailbox, json.dumps(outcome))
        pipe.expire(mailbox, settings.DISPLAY_SECONDS)
        pipe.execute()


async def hear(display: str, seconds: float) -> dict[str, Any] | None:
    """What became of `display`, waiting at most `seconds`; None when nothing was heard."""
    async with async_connection() as store:
        answer = await store.blpop([_key(display, "outcome")], timeout=max(0.01, seconds))
    return cast("dict[str, Any]", json.loads(answer[1])) if answer else None
