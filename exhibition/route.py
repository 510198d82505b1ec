"""The whole route of a photograph, in a few lines."""

import asyncio
import math

from celery import chain
from django.conf import settings

from classifier import photo_store
from classifier.errors import MachineUnavailable, UnsupportedFormat
from classifier.formats import sniff
from classifier.machine_state import machine_state
from classifier.store import connection
from classifier.tasks import classify_photo, draw_photo
from curation import events, moderation, visits
from curation.tasks import give_up, review
from exhibition.celery import QUEUE_PREFIX

QUEUE = f"{QUEUE_PREFIX}inference"
PATIENCE = 0.6  # of the deadline: who would wait longer is asked to come back, not accepted and disappointed
# Of the store's memory: in a full one neither results nor the workers' own messages have a place. The rest is also for
# the photographs that arrive at the same moment.
FOR_PHOTOS = 0.7


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
