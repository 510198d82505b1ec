"""Which screens are connected: each open socket has an entry that lapses unless it is renewed."""

from functools import cache

import redis

from classifier.store import PREFIX, connection

KEY = f"{PREFIX}screens:connected"
LASTS_SECONDS = 15  # sockets renew it every few seconds

# KEYS sockets · ARGV socket, seconds → 1 when it was not counted before
_STAY = """
local now = tonumber(redis.call('TIME')[1])
local new = redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return new
"""

# KEYS sockets → sockets that are connected
_CONNECTED = "return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. redis.call('TIME')[1], '+inf')"

# KEYS sockets → sockets whose entry lapsed; they are gone now
_LAPSED = """
local now = redis.call('TIME')[1]
local lapsed = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return lapsed
"""


def stay(slug: str, kind: str, socket: str) -> bool:
    """Count the screen as connected for the next seconds. `socket` tells apart two connections of one screen.

    Returns:
        whether this connection was not counted before: it is new, or the store was lost.
    """
    return bool(_script(_STAY)(keys=[KEY], args=[_entry(slug, kind, socket), LASTS_SECONDS]))


def leave(slug: str, kind: str, socket: str) -> None:
    """Count this connection no longer."""
    connection().zrem(KEY, _entry(slug, kind, socket))


def connected() -> dict[str, str]:
    """The screens that are connected: slug to kind."""
    return _screens(_script(_CONNECTED)(keys=[KEY], args=[]))


def lapsed() -> dict[str, str]:
    """The screens of which a connection vanished without a word since this was asked last, by anybody."""
    return _screens(_script(_LAPSED)(keys=[KEY], args=[]))


def _entry(slug: str, kind: str, socket: str) -> str:
    return f"{slug}:{kind}:{socket}"


def _screens(entries: list[bytes]) -> dict[str, str]:
    split = (entry.decode().split(":") for entry in entries)
    return {slug: kind for slug, kind, _socket in split}


@cache
def _script(source: str) -> redis.commands.core.Script:
    return connection().register_script(source)
