"""Today's figures for the dashboard: how many photographs came, and what became of them. Forgotten after a day.

No word, no face, no visit is in them. Visits that are waited for have an entry each, under a name that only
SECRET_KEY derives, until they end; one that nobody ended by its deadline is counted as a failure when somebody looks.
"""

from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from classifier.store import PREFIX, connection

WAITING_KEY = f"{PREFIX}counters:waiting"
KEPT_SECONDS = 24 * 3600  # after the last count
LATE_SECONDS = 2  # after the deadline: an end written at the last moment is still counted as that end
PHOTOGRAPHS, RESULTS, FAILURE = "photographs", "results", "failure:"

# KEYS figures, waiting · ARGV visit's entry, seconds to wait, seconds to keep, figure
_BEGUN = """
redis.call('ZADD', KEYS[2], tonumber(redis.call('TIME')[1]) + ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('HINCRBY', KEYS[1], ARGV[4], 1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
"""

# KEYS figures, waiting · ARGV figure of the overdue, seconds to keep → how many are waited for, names and figures
_LOOK = """
local overdue = redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', redis.call('TIME')[1])
if overdue > 0 then
  redis.call('HINCRBY', KEYS[1], ARGV[1], overdue)
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return {redis.call('ZCARD', KEYS[2]), redis.call('HGETALL', KEYS[1])}
"""


def begun(visit: str) -> None:
    """Count a photograph, and that somebody waits for `visit`."""
    wait = settings.DEADLINE_SECONDS + LATE_SECONDS
    _script(_BEGUN)(keys=[_figures_key(), WAITING_KEY], args=[_entry(visit), wait, KEPT_SECONDS, PHOTOGRAPHS])


def ended(visit: str, code: str = "") -> None:
    """Count that `visit` ended: in a result, or in the failure `code`. To be called by whoever ended it."""
    figures = _figures_key()
    with connection().pipeline() as pipe:
        pipe.zrem(WAITING_KEY, _entry(visit))
        pipe.hincrby(figures, FAILURE + code if code else RESULTS)
        pipe.expire(figures, KEPT_SECONDS)
        pipe.execute()


def left(visit: str) -> None:
    """Nobody waits for `visit` any more."""
    connection().zrem(WAITING_KEY, _entry(visit))


def today() -> dict[str, Any]:
    """The figures of `events.Counters`, without the screens."""
    day = timezone.localdate().isoformat()
    overdue = f"{FAILURE}deadline_passed"
    waiting, flat = _script(_LOOK)(keys=[_figures_key(day), WAITING_KEY], args=[overdue, KEPT_SECONDS])
    counted = {name.decode(): int(figure) for name, figure in zip(flat[::2], flat[1::2], strict=True)}
    return {
        "day": day,
        "photographs": counted.get(PHOTOGRAPHS, 0),
        "results": counted.get(RESULTS, 0),
        "failures": {
            name.removeprefix(FAILURE): figure for name, figure in sorted(counted.items()) if name.startswith(FAILURE)
        },
        "waiting": waiting,
    }


def _figures_key(day: str = "") -> str:
    return f"{PREFIX}counters:{day or timezone.localdate().isoformat()}"


def _entry(visit: str) -> str:
    return salted_hmac("curation.counters", visit, algorithm="sha256").hexdigest()[:32]


@cache
def _script(source: str) -> redis.commands.core.Script:
    return connection().register_script(source)
