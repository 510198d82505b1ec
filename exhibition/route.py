"""The whole route of a photograph, in a few lines."""

import asyncio
import math
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from typing import TypedDict

from celery import chain
from django.conf import settings
from django.urls import reverse

from classifier import photo_store
from classifier.errors import MachineUnavailable, UnsupportedFormat
from classifier.formats import sniff
from classifier.machine_state import machine_state
from classifier.store import connection
from classifier.tasks import classify_photo, draw_photo, prepare_display
from curation import displays, events, moderation, visits
from curation.tasks import give_up, give_up_display, hang_display, review
from exhibition.celery import QUEUE_PREFIX

QUEUE = f"{QUEUE_PREFIX}inference"
PATIENCE = 0.6  # of the deadline: who would wait longer is asked to come back, not accepted and disappointed
# Of the store's memory: in a full one neither results nor the workers' own messages have a place. The rest is also for
# the photographs that arrive at the same moment.
FOR_PHOTOS = 0.7
HANGING_SECONDS = 10  # that a visitor waits to be told whether the picture hangs


class Place(TypedDict):
    """Where a picture hangs: its address, the room, and the slugs of the walls there."""

    url: str
    room: str
    walls: list[str]


class Busy(Exception):
    """The queue is full. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Retry after {retry_after} s.")
        self.retry_after = retry_after


def start_visit(photo: bytes, *, drawn: bool = False, screen: str = "") -> str:
    """Accept `photo` and set it on its way; the answer is the visit's id. The bytes are not decoded here.

    Args:
        photo: an upload of at most `settings.MAX_PHOTO_BYTES` bytes.
        drawn: keep a second sealed copy, so that `drawn_picture` can have the words drawn on it.
        screen: the slug of the terminal that sends it; the visit remembers it, and no row does.

    Raises:
        UnsupportedFormat: the first bytes are not those of a JPEG, PNG or WebP file.
        MachineUnavailable: no worker holds a sound model.
        Busy: too many are waiting.
        redis.ConnectionError: the store is out of reach (see `classifier.store.StoreUnavailable`).
    """
    if sniff(photo[:32]) is None:
        raise UnsupportedFormat
    ahead, seconds = _find_room()
    _find_memory(2 * len(photo) if drawn else len(photo))
    visit = visits.mint()
    visits.begin(visit, screen)
    events.begun(visit)
    if drawn:
        photo_store.put(photo, ticket=visits.ticket(visit, "picture"))
    ticket = photo_store.put(photo, ticket=visits.ticket(visit, "photo"))
    if ahead:
        events.publish(visit, events.Waiting(ahead=ahead, seconds=round(seconds, 1)))
    failure = give_up.si(visit)
    steps = chain(
        classify_photo.si(ticket).set(expires=settings.DEADLINE_SECONDS, link_error=failure),
        review.s(visit).set(link_error=failure),
    )
    steps.apply_async()
    return visit


def _find_room() -> tuple[int, float]:
    """How many photographs wait, and for how many seconds about; refuses when that is too many."""
    state = machine_state()
    if not state.ready:
        raise MachineUnavailable(state.reason)
    ahead = connection().llen(QUEUE)
    seconds = state.waiting_seconds(ahead)
    if ahead >= settings.MAX_WAITING or seconds > PATIENCE * settings.DEADLINE_SECONDS:
        raise Busy(retry_after=max(1, math.ceil(seconds / 2)))
    return ahead, seconds


def _find_memory(size: int) -> None:
    """Refuse when the store has no place for `size` more bytes of photographs."""
    memory = connection().info("memory")
    if memory["maxmemory"] and memory["used_memory"] + size > FOR_PHOTOS * memory["maxmemory"]:
        raise Busy(retry_after=settings.PHOTO_SECONDS // 2)


async def wait_for_end(visit: str, seconds: float) -> bool:
    """Wait until `visit` has ended, at most `seconds`; whether it has."""
    try:
        async with asyncio.timeout(seconds):
            async for event in events.follow(visit):
                if event["type"] in events.ENDS:
                    return True
    except TimeoutError:
        return False
    return False


async def drawn_picture(visit: str, seconds: float) -> bytes | None:
    """The visit's picture, a JPEG with boxes and the words that policy allows; None when it has no result.

    The visit must have been started with `drawn`, and not more than `settings.PHOTO_SECONDS` ago.
    """
    drawing = await asyncio.to_thread(moderation.drawing, visit)
    if drawing is None:
        return None
    picture, reply = visits.ticket(visit, "picture"), visits.ticket(visit, "drawn")
    order = draw_photo.si(picture, drawing, reply).set(expires=seconds)
    await asyncio.to_thread(order.apply_async)
    return await photo_store.receive(reply, seconds=seconds)


async def send_to_walls(
    visit: str, picture: bytes, *, screen: str, room: str, walls: Sequence[str]
) -> tuple[str, float]:
    """Hang `picture` on the walls of a room; the answer is the display's id, and for how many seconds it hangs.

    Args:
        visit: one that has ended in a result, and whose visitor was asked.
        picture: its photograph once more, reduced, of at most `settings.MAX_DISPLAY_BYTES` bytes; not decoded here.
        screen: the slug of the terminal that sends it.
        room: where the terminal stands.
        walls: the slugs of the walls there.

    Raises:
        moderation.NotForWalls: its code says why not.
        MachineUnavailable, Busy, redis.ConnectionError, visits.UnknownVisit, visits.VisitGone: as elsewhere.
    """
    display = displays.mint()
    place: Place = {"url": reverse("gallery:display", args=[display]), "room": room, "walls": list(walls)}
    await asyncio.to_thread(_start_display, visit, display, picture, screen, place)
    outcome = await displays.hear(display, HANGING_SECONDS)
    if outcome is None:
        await asyncio.to_thread(moderation.withdraw_display, visit, display)
        raise moderation.NotForWalls("try_again")
    if "refused" in outcome:
        raise moderation.NotForWalls(outcome["refused"])
    return display, outcome["seconds"]


def _start_display(visit: str, display: str, picture: bytes, screen: str, place: Place) -> None:
    """Claim the walls for the visit and set the picture on its way."""
    _find_room()
    _find_memory(2 * len(picture))
    box = moderation.claim_walls(visit, screen, display)
    with ExitStack() as otherwise:
        otherwise.callback(moderation.withdraw_display, visit, display)
        ticket = photo_store.put(picture, ticket=displays.ticket(display, "sent"))
        failure = give_up_display.si(visit, display)
        steps = chain(
            prepare_display.si(ticket, asdict(box), displays.ticket(display)).set(
                expires=HANGING_SECONDS, link_error=failure
            ),
            hang_display.s(visit, display, place).set(link_error=failure),
        )
        steps.apply_async()
        otherwise.pop_all()
