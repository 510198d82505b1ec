"""`/ws/terminals/<slug>/`, `/ws/walls/<slug>/`, `/ws/dashboard/`: how things stand, and then what happens.

Each begins with a snapshot. What follows comes through `curation.hub`, numbered; after a break the reader may ask for
what it missed, and is told a snapshot again when that is gone or the store was lost. Whoever is not, or no longer,
paired with that screen or staff is let go with 4403. Every 20 s comes a sign of life without a number.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import asdict
from itertools import count
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from redis import RedisError

from classifier.store import StoreUnavailable
from curation import displays, events, hub, presence, streams
from exhibition.gallery.models import Kind, Screen
from exhibition.gallery.pairing import paired_screen
from exhibition.visit_socket import (
    LONGEST_MESSAGE,
    MOST_WISHES,
    NOT_UNDERSTOOD,
    OUT_OF_ORDER,
    SEND_SECONDS,
    TOO_BIG,
    TOO_OFTEN,
    resume,
)

logger = logging.getLogger(__name__)

TOO_SLOW, REFUSED = 1013, 4403
LOOK_SECONDS = 4.0  # between looks whether the reader may stay; a revocation is also announced, and then at once
LOOKS_A_SIGN = 5  # looks between signs of life
STORE_AGAIN_SECONDS = 0.25  # while it is away


class Follower(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One reader of one stream, for as long as it is admitted."""

    channel_layer_alias = ""  # none: correctness comes from the stream, and a layer could only lose what it carries
    looks_at_every_event: ClassVar[bool] = False
    stream: str
    telling: asyncio.Task[None] | None = None
    looking: asyncio.Task[None] | None = None
    wishes = 0

    # --- what differs between the three ---

    async def admitted(self) -> bool:
        """Whether the reader may be here, asked anew each time."""
        raise NotImplementedError

    async def state(self) -> dict[str, Any]:
        """How things stand, for a snapshot."""
        raise NotImplementedError

    async def entered(self) -> None:
        """The reader was admitted."""

    async def left(self) -> None:
        """The reader was admitted once, and has gone."""

    async def looked(self) -> None:
        """The reader may stay."""

    # --- the conversation ---

    async def connect(self) -> None:
        """Accept first, so that the reader can be told why not; then look whether it may be here."""
        await self.accept()
        if not await self.admitted():
            await self.close(REFUSED)
            return
        self.looking = self._task(self._look())
        self._tell_from(0, None)
        with contextlib.suppress(RedisError):
            await self.entered()

    async def disconnect(self, code: int) -> None:
        """Stop telling."""
        admitted = self.looking
        for task in (self.telling, self.looking):
            if task:
                task.cancel()
        if admitted:
            with contextlib.suppress(RedisError):
                await self.left()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Understand `{"type": "resume", "epoch": …, "after": n}`, and nothing else."""
        if self.looking is None:  # refused, and still talking
            return
        wish = resume(text_data)
        self.wishes += 1
        if len(text_data or bytes_data or "") > LONGEST_MESSAGE:
            await self._let_go(TOO_BIG)
        elif wish is None:
            await self._let_go(NOT_UNDERSTOOD)
        elif self.wishes > MOST_WISHES:
            await self._let_go(TOO_OFTEN)
        else:
            self._tell_from(*wish)

    def _tell_from(self, after: int, epoch: str | None) -> None:
        if self.telling:
            self.telling.cancel()
        self.telling = self._task(self._tell(after, epoch))

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.create_task(self._to_the_end(work))

    async def _to_the_end(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`; when it comes to an end, so does the conversation."""
        code = OUT_OF_ORDER
        try:
            await work
            code = REFUSED
        except (TimeoutError, hub.TooSlow):
            code = TOO_SLOW
            logger.info("A screen was too slow and was let go.")
        except OSError:
            logger.debug("A screen has gone, and hears nothing of it.")
        except Exception:
            logger.exception("A screen's events could not be told")
        await self._let_go(code)

    async def _let_go(self, code: int) -> None:
        """Close the socket, and say nothing after that."""
        for task in (self.telling, self.looking):
            if task and task is not asyncio.current_task():
                task.cancel()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(SEND_SECONDS):
                await self.close(code)

    async def _tell(self, after: int, epoch: str | None) -> None:
        """Tell what happened after number `after` of `epoch`, or else how things stand, until nobody may be told."""
        while True:
            if epoch is None:
                after, epoch = await self._tell_how_things_stand()
            with contextlib.suppress(streams.SnapshotNeeded):
                async with aclosing(hub.follow(self.stream, after, epoch)) as frames:
                    async for frame in frames:
                        if not await self._pass_on(frame):
                            return
            epoch = None

    async def _tell_how_things_stand(self) -> tuple[int, str]:
        while True:
            try:
                position = await asyncio.to_thread(streams.position, self.stream)  # first: see `events.snapshot`
                text = events.snapshot(position, await self.state())
            except StoreUnavailable:
                await asyncio.sleep(STORE_AGAIN_SECONDS)
            else:
                await self._say(text)
                return position.newest, position.epoch

    async def _pass_on(self, frame: streams.Frame) -> bool:
        """Say `frame`; False when the reader may not hear it."""
        revoked = frame.type == "revoked"
        if (revoked or self.looks_at_every_event) and not await self._may_stay():
            return False
        if not revoked:  # it was meant for the device that was this screen before
            await self._say(frame.text)
        return True

    async def _look(self) -> None:
        """Look every few seconds whether the reader may stay, and show signs of life."""
        for looks in count(1):
            await asyncio.sleep(LOOK_SECONDS)
            if not await self._may_stay():
                return
            if looks % LOOKS_A_SIGN == 0:
                await self._say(events.unnumbered(events.StillHere()))
            with contextlib.suppress(RedisError):
                await self.looked()

    async def _may_stay(self) -> bool:
        if await self.admitted():
            return True
        await self._say(events.unnumbered(events.Revoked()))
        return False

    async def _say(self, text: str) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self.send(text_data=text)


class ScreenConsumer(Follower):
    """A paired screen; it is counted as connected while its socket is open."""

    kind: ClassVar[Kind]

    async def admitted(self) -> bool:
        """Whether the device is paired as the screen that the address names."""
        found = await database_sync_to_async(paired_screen)(self.scope, self.kind)
        if found is None or found.slug != self.scope["url_route"]["kwargs"]["slug"]:
            return False
        self.screen: Screen = found
        self.stream = events.screen_stream(found.slug)
        return True

    async def entered(self) -> None:
        """Be counted."""
        self.socket = secrets.token_hex(8)
        await self.looked()

    async def left(self) -> None:
        """Be counted no longer."""
        await asyncio.to_thread(events.screen_left, self.screen.slug, self.kind.value, self.socket)

    async def looked(self) -> None:
        """Go on being counted."""
        await asyncio.to_thread(events.screen_is_here, self.screen.slug, self.kind.value, self.socket)


class TerminalConsumer(ScreenConsumer):
    """`/ws/terminals/<slug>/`."""

    kind = Kind.TERMINAL

    async def state(self) -> dict[str, Any]:
        """Which screen it is."""
        return {"screen": {"slug": self.screen.slug, "name": self.screen.name, "room": self.screen.room}}


class WallConsumer(ScreenConsumer):
    """`/ws/walls/<slug>/`."""

    kind = Kind.WALL

    async def state(self) -> dict[str, Any]:
        """What hangs in its room, with the seconds that are left to each."""
        return {"displays": await asyncio.to_thread(displays.current, self.screen.room)}


class DashboardConsumer(Follower):
    """`/ws/dashboard/`."""

    stream = events.DASHBOARD_STREAM
    looks_at_every_event = True

    async def admitted(self) -> bool:
        """Whether a member of staff is signed in."""
        return bool(await database_sync_to_async(_is_staff)(self.scope))

    async def state(self) -> dict[str, Any]:
        """Today's figures, and every screen."""
        counters = await asyncio.to_thread(events.counters_now)
        connected = await asyncio.to_thread(presence.connected)
        screens = await database_sync_to_async(_screens)()
        return {
            "counters": asdict(counters),
            "screens": [{**screen, "connected": screen["slug"] in connected} for screen in screens],
        }

    async def looked(self) -> None:
        """Say what time alone has changed."""
        await asyncio.to_thread(events.tell_what_lapsed)


def _screens() -> list[dict[str, Any]]:
    return [dict(screen) for screen in Screen.objects.values("slug", "name", "kind", "room")]


def _is_staff(scope: dict[str, Any]) -> bool:
    """Whether the connection carries the session of an active member of staff, read anew from the database."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    request = HttpRequest()
    request.session = SessionStore(parse_cookie(sent.decode("latin-1")).get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    return bool(user.is_active and getattr(user, "is_staff", False))
