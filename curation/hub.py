"""The hub: what is announced on a stream reaches each of its followers in this process, and is read and encoded once.

One task listens for wake-ups on one connection; another reads the streams that were named. Followers are handed
frames and never waited for: one that falls behind is let go, and may come back. A wake-up can be lost; so all streams
are read again after each reconnection and every few seconds.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any

from django.conf import settings
from redis.asyncio import Redis

from classifier.store import StoreUnavailable, async_connection
from curation import streams
from curation.streams import Frame, Reading, SnapshotNeeded

logger = logging.getLogger(__name__)

LOOKS_ANYWAY_AFTER = 4.0  # seconds without a wake-up
TRIES_AGAIN_AFTER = 0.25  # seconds, while the store is away
FARTHEST_BEHIND = 2 * streams.LONGEST  # frames that a follower may leave unread


class TooSlow(Exception):
    """A follower left more unread than is kept for it."""


def follow(stream: str, after: int, epoch: str | None) -> AsyncGenerator[Frame]:
    """What is announced on `stream` after number `after` of `epoch`, without end, through outages of the store.

    Close it (`contextlib.aclosing`), or the hub goes on handing it frames until the garbage is collected.

    Raises:
        SnapshotNeeded: events are missing between what is known and now, or the store was lost.
        TooSlow: too much was left unread.
    """
    return _hub().follow(stream, after, epoch)


class _Follower:
    """One reader of one stream, and what it has not read yet."""

    def __init__(self, after: int, epoch: str | None) -> None:
        self.after, self.epoch = after, epoch
        self.unread: deque[Frame] = deque()
        self.lost: Exception | None = None
        self.news = asyncio.Event()

    def take(self, reading: Reading) -> None:
        """Keep what is new of `reading`, or why there will be nothing more."""
        try:
            frames = reading.since(self.after, self.epoch)
        except SnapshotNeeded as lost:
            self.lost = lost
        else:
            self.unread.extend(frames)
            self.after = reading.newest
            if len(self.unread) > FARTHEST_BEHIND:
                self.unread.clear()
                self.lost = TooSlow()
        if self.unread or self.lost:
            self.news.set()

    async def next(self) -> Frame:
        """The oldest unread frame, as soon as there is one."""
        await self.news.wait()
        if self.unread:
            frame = self.unread.popleft()
        elif self.lost:
            raise self.lost
        if not (self.unread or self.lost):
            self.news.clear()
        return frame


class Hub:
    """The followers of one event loop. Its tasks live as long as it has any."""

    def __init__(self) -> None:
        self._followers: dict[str, set[_Follower]] = {}
        self._stale: set[str] = set()  # streams to be read
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def follow(self, stream: str, after: int, epoch: str | None) -> AsyncGenerator[Frame]:
        """See `follow` of this module."""
        follower = _Follower(after, epoch)
        self._join(stream, follower)
        try:
            while True:
                yield await follower.next()
        finally:
            self._leave(stream, follower)

    def count(self) -> int:
        """How many follow anything."""
        return sum(map(len, self._followers.values()))

    def _join(self, stream: str, follower: _Follower) -> None:
        self._followers.setdefault(stream, set()).add(follower)
        self._mark(stream)
        if not self._tasks:
            self._tasks = [asyncio.create_task(_for_ever(work)) for work in (self._listen, self._read)]

    def _leave(self, stream: str, follower: _Follower) -> None:
        rest = self._followers.get(stream, set())
        rest.discard(follower)
        if not rest:
            self._followers.pop(stream, None)
        if not self._followers:
            for task in self._tasks:
                task.cancel()
            self._tasks = []
            if _hubs.get(loop := asyncio.get_running_loop()) is self:
                del _hubs[loop]

    def _mark(self, *names: str) -> None:
        self._stale.update(names)
        self._wake.set()

    async def _listen(self, store: Redis) -> None:
        """Mark the streams that wake-ups name; at first all, for what was missed."""
        async with store.pubsub() as wake_ups:
            await wake_ups.subscribe(streams.WAKE_UPS)
            asked = False  # whether the store is still there
            while True:
                message = await wake_ups.get_message(timeout=LOOKS_ANYWAY_AFTER)
                if message is None and asked:
                    raise TimeoutError
                asked = message is None
                if message is None:
                    await wake_ups.ping()
                if message is None or message["type"] == "subscribe":
                    self._mark(*self._followers)
                elif message["type"] == "message":
                    self._mark(message["data"].decode())

    async def _read(self, store: Redis) -> None:
        """Read what is marked, and hand it on; at first all, for what the connection before could not read."""
        self._mark(*self._followers)
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._stale:
                await self._hand_on(store, self._stale.pop())

    async def _hand_on(self, store: Redis, stream: str) -> None:
        """Read `stream` once, from where its farthest follower is, for those who follow it now."""
        followers = [follower for follower in self._followers.get(stream, ()) if not follower.lost]
        if not followers:
            return
        async with asyncio.timeout(settings.STORE_SECONDS):
            reading = await streams.read(store, stream, min(follower.after for follower in followers))
        for follower in followers:
            follower.take(reading)


async def _for_ever(work: Callable[[Redis], Coroutine[Any, Any, None]]) -> None:
    """Do `work` over a connection, and over the next when that is lost."""
    while True:
        try:
            async with async_connection() as store:
                await work(store)
        except (*StoreUnavailable, TimeoutError) as error:
            logger.info("The store is away: %s", type(error).__name__)
        except Exception:
            logger.exception("The hub stumbled and goes on")
        await asyncio.sleep(TRIES_AGAIN_AFTER)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def _hub() -> Hub:
    """The running loop's own; there is none while nobody follows anything."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
