"""Connections to the volatile store, Valkey or Redis, with every time-out set by name."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

PREFIX = "roulette:"
# A store that is full answers, and takes nothing: to whoever asks that is the same.
StoreUnavailable = (
    redis.ConnectionError,
    redis.TimeoutError,
    redis.exceptions.BusyLoadingError,
    redis.exceptions.OutOfMemoryError,
)


@cache
def connection() -> redis.Redis:
    """The process's pool for synchronous code; safe to share between threads, remade by children after a fork."""
    return redis.Redis.from_url(
        settings.VALKEY_URL,
        socket_timeout=settings.STORE_SECONDS,
        socket_connect_timeout=settings.STORE_SECONDS,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 3),
        health_check_interval=0,
    )


def async_connection() -> redis.asyncio.Redis:
    """A pool for the running event loop; its opener closes it.

    No read time-out: its users wait in blocking commands and bound those themselves.
    """
    return redis.asyncio.Redis.from_url(
        settings.VALKEY_URL,
        socket_timeout=None,
        socket_connect_timeout=settings.STORE_SECONDS,
    )
