"""`/ws/visits/<visit>/`: what becomes of a visit, told as it happens.

The events come from the visit's stream in the store, which misses none; this only passes them on.
"""

import asyncio
import contextlib
import json
import logging
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from curation import events, visits

logger = logging.getLogger(__name__)

DONE, TOO_OFTEN, TOO_BIG, OUT_OF_ORDER = 1000, 1008, 1009, 1011
NOT_UNDERSTOOD, UNKNOWN, GONE = 4400, 4404, 4410
LONGEST_MESSAGE = 1024  # characters; the only message there is has about 60
MOST_WISHES = 8  # a socket: each begins the stream anew, and a reader that comes back has one
SEND_SECONDS = 5.0  # a client that takes longer to accept one event is let go, and may come back


class VisitConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Tells one reader the visit's events, to the one that ends it."""

    channel_layer_alias = ""  # none: the stream is followed itself, and a layer could only lose what it carries
    telling: asyncio.Task[None] | None = None
    wishes = 0
    ended = False

    async def connect(self) -> None:
        """Accept first, so that the reader can be told why not."""
        await self.accept()
        self.visit: str = self.scope["url_route"]["kwargs"]["visit"]
        self._tell_from(0, None)

    async def disconnect(self, code: int) -> None:
        """Stop telling."""
        if self.telling:
            self.telling.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Understand `{"type": "resume", "epoch": …, "after": n}`, and nothing else."""
        if len(text_data or bytes_data or "") > LONGEST_MESSAGE:
            await self.close(TOO_BIG)
            return
        wish = resume(text_data)
        if wish is None:
            await self.close(NOT_UNDERSTOOD)
            return
        self.wishes += 1
        if self.wishes > MOST_WISHES:
            await self.close(TOO_OFTEN)
            return
        self._tell_from(*wish)

    def _tell_from(self, after: int, epoch: str | None) -> None:
        if self.ended:  # the reader has everything, and the socket is about to close
            return
        if self.telling:
            self.telling.cancel()
        self.telling = asyncio.create_task(self._tell(after, epoch))
        self.telling.add_done_callback(_report)

    async def _tell(self, after: int, epoch: str | None) -> None:
        """Send the events after number `after` of `epoch`, to the one that ends the visit."""
        code = OUT_OF_ORDER
        try:
            async for event in events.follow(self.visit, after, epoch):
                self.ended = event["type"] in events.ENDS
                async with asyncio.timeout(SEND_SECONDS):
                    await self.send(text_data=json.dumps(event))
            code = DONE
        except visits.UnknownVisit:
            code = UNKNOWN
        except visits.VisitGone:
            code = GONE
        except TimeoutError:
            logger.info("A reader of a visit was too slow and was let go.")
        except OSError:
            code = DONE  # the reader has gone, and hears nothing of it
        with contextlib.suppress(OSError):
            await self.close(code)


def resume(text: str | None) -> tuple[int, str] | None:
    """What a reader has already: a number and the epoch it belongs to; None when that is not what it says."""
    try:
        said: Any = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    match said:
        case {"type": "resume", "epoch": str(epoch), "after": int(after)} if after >= 0:
            return after, epoch
        case _:
            return None


def _report(telling: asyncio.Task[None]) -> None:
    """Log what a task of its own would otherwise keep to itself."""
    if not telling.cancelled() and (error := telling.exception()):
        logger.error("A visit's events could not be told", exc_info=error)
