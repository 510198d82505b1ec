"""The visit's record in the store: its deadline, its one end, what was told and counted.

A visit is open for as long as its key `open` lives; that key is the deadline, so no two machines' clocks are ever
compared. The end is written once, and only while the visit is open: whoever writes it first wins, and only the winner
announces and counts. Readers derive *failed* from the missing key by themselves.
"""

import json
import secrets
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

import redis
from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from classifier.store import PREFIX, connection

State = Literal["pending", "result", "failed", "deleted"]


class UnknownVisit(Exception):
    """No id of ours. Safe to show."""


class VisitGone(Exception):
    """Its ten minutes are over, or it was deleted. Safe to show."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a visit stands. `milliseconds` are left to the deadline while it is pending."""

    state: State
    code: str = ""
    record: dict[str, Any] | None = None
    milliseconds: int = 0


# --- ids ------------------------------------------------------------------------------------------------------------


def _signer() -> signing.Signer:
    return signing.Signer(salt="curation.visits", sep=".")


def mint() -> str:
    """A new visit's id: dated, random and signed, so that it is known as ours without a record. URL-safe."""
    return _signer().sign(f"{int(time.time() * 1000):x}~{secrets.token_urlsafe(16)}")


def age(visit: str) -> float:
    """Seconds since `visit` was minted.

    Raises:
        UnknownVisit: the signature is not ours.
    """
    try:
        value = _signer().unsign(visit)
    except signing.BadSignature as error:
        raise UnknownVisit from error
    return time.time() - int(value.split("~")[0], 16) / 1000


def check(visit: str) -> None:
    """Let pass an id of ours that is younger than ten minutes.

    Raises:
        UnknownVisit: it was never ours.
        VisitGone: its time is over.
    """
    if age(visit) > settings.RESULT_SECONDS:
        raise VisitGone


def ticket(visit: str, purpose: Literal["photo", "picture", "drawn"]) -> str:
    """The ticket under which a visit's photograph lies: 128 bits that nobody without SECRET_KEY can derive."""
    return salted_hmac(f"curation.visits.{purpose}", visit, algorithm="sha256").hexdigest()[:32]


# --- the record -----------------------------------------------------------------------------------------------------

# KEYS open, end, events · ARGV record, seconds, event → 1 when this call ended the visit
_FINISH = """
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('XADD', KEYS[3], '0-*', 'event', ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[2])
return 1
"""

# KEYS end, told · ARGV label, seconds → 1 when this call is the first to tell the label
_CLAIM = """
local record = redis.call('GET', KEYS[1])
if not record or cjson.decode(record)['state'] ~= 'result' then return 0 end
local first = redis.call('HSETNX', KEYS[2], ARGV[1], 'counting')
redis.call('EXPIRE', KEYS[2], ARGV[2])
return first
"""

# KEYS told · ARGV label, what was counted → 1 when the count stands, 0 when the visit was deleted meanwhile
_SETTLE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= 'counting' then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""

# KEYS open, end, told, events, opened, screen · ARGV tombstone, seconds, event → what was told
# The stream is emptied, not removed: its numbers go on, so that who listens hears that the visit was deleted.
_DELETE = """
local told = redis.call('HVALS', KEYS[3])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
redis.call('DEL', KEYS[1], KEYS[3], KEYS[5], KEYS[6])
redis.call('XTRIM', KEYS[4], 'MAXLEN', 0)
redis.call('XADD', KEYS[4], '0-*', 'event', ARGV[3])
redis.call('EXPIRE', KEYS[4], ARGV[2])
return told
"""


@cache
def _script(source: str) -> redis.commands.core.Script:
    return connection().register_script(source)


def _key(visit: str, part: str) -> str:
    return f"{PREFIX}visit:{visit}:{part}"


def events_key(visit: str) -> str:
    """The name of the visit's stream of events."""
    return _key(visit, "events")


def end_key(visit: str) -> str:
    """The name under which the visit's end is written, for steps that must see it and act at once."""
    return _key(visit, "end")


def begin(visit: str, screen: str = "") -> None:
    """Open the visit: from now its deadline runs.

    `screen` is the slug of the terminal where it began, if it did at one. It is kept for as long as the result,
    and goes into no row.
    """
    with connection().pipeline() as pipe:
        pipe.set(_key(visit, "open"), 1, ex=settings.DEADLINE_SECONDS)
        if screen:
            pipe.set(_key(visit, "screen"), screen, ex=settings.RESULT_SECONDS + settings.DEADLINE_SECONDS)
        pipe.execute()


def screen_of(visit: str) -> str:
    """The slug of the terminal where the visit began; empty for one that began at none, or was deleted."""
    found = cast("bytes | None", connection().get(_key(visit, "screen")))
    return found.decode() if found else ""


def finish(visit: str, record: dict[str, Any], event: str) -> bool:
    """End the visit with `record`, and append `event` to its stream in the same step.

    Returns:
        False when it had ended, or its deadline has passed: then nothing is written.
    """
    keys = [_key(visit, "open"), _key(visit, "end"), events_key(visit)]
    kept = settings.RESULT_SECONDS + settings.DEADLINE_SECONDS
    return bool(_script(_FINISH)(keys=keys, args=[json.dumps(record), kept, event]))


def read(visit: str) -> Reading:
    """How `visit` stands now.

    Raises:
        UnknownVisit: it was never ours.
        VisitGone: its time is over.
    """
    check(visit)
    with connection().pipeline() as pipe:  # one transaction: no end can slip in between
        pipe.get(_key(visit, "end"))
        pipe.pttl(_key(visit, "open"))
        end, milliseconds = pipe.execute()
    if end is not None:
        record = json.loads(end)
        return Reading(record["state"], code=record.get("code", ""), record=record)
    if milliseconds > 0:
        return Reading("pending", milliseconds=milliseconds)
    # Neither ended nor open: the deadline has passed, or the store was lost with the photograph in it.
    late = age(visit) >= settings.DEADLINE_SECONDS
    return Reading("failed", code="deadline_passed" if late else "try_again")


# --- what was told --------------------------------------------------------------------------------------------------


def claim_telling(visit: str, label: int) -> bool:
    """True for the one caller that may count label number `label` as told."""
    keys = [_key(visit, "end"), _key(visit, "told")]
    return bool(_script(_CLAIM)(keys=keys, args=[label, settings.RESULT_SECONDS]))


def settle_telling(visit: str, label: int, counted: dict[str, Any]) -> bool:
    """Keep what was counted for the label; False when the visit was deleted meanwhile, and it must be taken back."""
    return bool(_script(_SETTLE)(keys=[_key(visit, "told")], args=[label, json.dumps(counted)]))


def open_gate(visit: str, label: int) -> None:
    """Remember that the visitor asked to read label number `label`."""
    opened = _key(visit, "opened")
    with connection().pipeline() as pipe:
        pipe.sadd(opened, label)
        pipe.expire(opened, settings.RESULT_SECONDS)
        pipe.execute()


def close_gate(visit: str, label: int) -> None:
    """Forget that the visitor asked to read label number `label`. That it was told stays counted."""
    connection().srem(_key(visit, "opened"), label)


def opened_gates(visit: str) -> frozenset[int]:
    """The labels that the visitor asked to read."""
    return frozenset(map(int, connection().smembers(_key(visit, "opened"))))


def delete(visit: str, event: str) -> list[dict[str, Any]]:
    """Forget the visit: its end is *deleted* from now on, and `event` is all that its stream holds.

    Returns:
        what was counted and must be taken back.
    """
    keys = [_key(visit, part) for part in ("open", "end", "told", "events", "opened", "screen")]
    kept = settings.RESULT_SECONDS + settings.DEADLINE_SECONDS
    told = _script(_DELETE)(keys=keys, args=[json.dumps({"state": "deleted"}), kept, event])
    return [json.loads(counted) for counted in told if counted != b"counting"]
