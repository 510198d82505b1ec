"""Photographs wait sealed, for seconds, and are taken out once."""

import asyncio

import pytest

from classifier import photo_store
from classifier.machine_state import MachineState, announce
from classifier.store import StoreUnavailable

PHOTO = b"\xff\xd8\xff\xe0 a marker that must not be found 7d1f" * 500


def everything_in(store) -> bytes:
    """Every key and value of the store."""
    found = b""
    for name in store.scan_iter("*"):
        found += name + (store.dump(name) or b"")
    return found


def test_a_photograph_comes_out_as_it_went_in_and_only_once():
    ticket = photo_store.put(PHOTO)
    assert photo_store.take(ticket) == PHOTO
    assert photo_store.take(ticket) is None


def test_the_store_holds_neither_the_photograph_nor_its_ticket(store):
    ticket = photo_store.put(PHOTO)
    held = everything_in(store)
    assert len(held) > len(PHOTO) / 2
    assert b"7d1f" not in held
    assert ticket.encode() not in held


def test_it_is_gone_by_itself_after_thirty_seconds(store):
    photo_store.put(PHOTO)
    [name] = store.scan_iter("*photo*")
    assert 0 < store.ttl(name) <= 30


def test_another_secret_opens_nothing(settings):
    ticket = photo_store.put(PHOTO)
    settings.SECRET_KEY = "another"
    assert photo_store.take(ticket) is None


def test_an_unknown_ticket_finds_nothing():
    assert photo_store.take("0" * 32) is None


def test_a_discarded_photograph_is_gone():
    ticket = photo_store.put(PHOTO)
    photo_store.discard(ticket)
    assert photo_store.take(ticket) is None


async def test_a_drawn_picture_reaches_who_waits_for_it_once():
    ticket = photo_store.mint()
    waiting = asyncio.create_task(photo_store.receive(ticket, seconds=5))
    await asyncio.to_thread(photo_store.deliver, PHOTO, ticket)
    assert await waiting == PHOTO
    assert await photo_store.receive(ticket, seconds=0.05) is None


@pytest.mark.parametrize("size", [0, 1, 3_000_000])
def test_any_size_survives(size):
    assert photo_store.take(photo_store.put(b"x" * size)) == b"x" * size


def test_a_full_store_is_as_good_as_none(full_store):
    """Whoever outlives a store that is away, a worker's announcer above all, outlives a full one."""
    with pytest.raises(StoreUnavailable):
        announce(MachineState(ready=True))
    with pytest.raises(StoreUnavailable):
        photo_store.put(b"a photograph")


def test_a_picture_that_hangs_stays_for_every_look_until_it_is_discarded(store):
    photo_store.hang(PHOTO, "a display")
    assert [photo_store.look("a display"), photo_store.look("a display")] == [PHOTO, PHOTO]
    assert b"7d1f" not in everything_in(store)
    photo_store.discard("a display")
    assert photo_store.look("a display") is None
    assert photo_store.milliseconds_left("a display") == 0


def test_a_picture_that_hangs_is_gone_by_itself_when_its_time_is_up(store, settings):
    photo_store.hang(PHOTO, "a display")
    [name] = store.scan_iter("*photo*")
    assert 0 < store.ttl(name) <= settings.DISPLAY_SECONDS
    store.pexpire(name, 0)  # what the store does by itself when the time is up
    assert photo_store.look("a display") is None
    assert photo_store.milliseconds_left("a display") == 0
