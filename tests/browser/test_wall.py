"""The wall in a real browser: what hangs, for how long, and what becomes of it when something fails."""

import os
import re
import signal
import threading
import time
from datetime import UTC, datetime
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.gallery import Room
from tests.stack import Stack

ROOMS = count()
NOTICE = "This wall is waiting for its connection. It comes back by itself."


@pytest.fixture
def opened():
    """Closes the pages that a test has opened."""
    pages: list[Page] = []
    yield pages
    for page in pages:
        page.context.close()


def hung(page: Page):
    return page.locator(".hung")


def held(page: Page) -> int:
    """How many pictures the browser still holds."""
    return page.evaluate("window.blobs.size")


@pytest.fixture
def rooms(stack):
    """Makes rooms that no other test has been in."""
    return lambda: Room(stack, f"room-{next(ROOMS)}")


@pytest.fixture
def room(rooms) -> Room:
    return rooms()


@pytest.fixture
def upstairs(rooms) -> Room:
    return rooms()


def test_an_empty_wall_says_what_hangs_there_and_for_how_long(room, browser, opened):
    opened.append(page := room.wall(browser))
    expect(page.get_by_text("After ImageNet Roulette", exact=True)).to_be_visible()
    expect(
        page.get_by_text(re.compile("Pictures of visitors who said yes hang here, each for 30 seconds"))
    ).to_be_visible()
    expect(page.get_by_text(re.compile("Qui restano appese le immagini di chi ha detto sì"))).to_be_visible()
    expect(page.locator("a")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.documentElement).cursor") == "none"


def test_a_picture_hangs_within_a_second_of_the_yes_and_leaves_on_time_in_its_own_room_alone(
    room, upstairs, browser, opened
):
    here, there = room.wall(browser), upstairs.wall(browser)
    opened += [here, there]
    [visit], [other] = room.visits(), upstairs.visits()
    yes = room.say_yes(visit)
    expect(hung(here)).to_have_count(1)
    assert here.evaluate("window.came[0]") - yes < 1
    expect(hung(here).locator(".box")).to_have_count(1)
    expect(hung(here).locator(".box-label")).to_have_count(0)  # nothing is cleared: no word hangs on a wall
    expect(hung(there)).to_have_count(0)
    upstairs.say_yes(other)
    expect(hung(there)).to_have_count(1)
    expect(hung(here)).to_have_count(1)
    deleted = upstairs.delete(other)
    expect(hung(there)).to_have_count(0)
    assert there.evaluate("window.went[0]") - deleted < 1
    expect(hung(here)).to_have_count(0, timeout=35_000)
    assert 28.5 < here.evaluate("window.went[0]") - yes < 31
    assert held(here) == held(there) == 0
    assert here.complaints == there.complaints == []
    assert not [url for page in (here, there) for url in page.asked if not url.startswith((room.stack.url, "blob:"))]


def test_pictures_hang_whole_and_of_one_height_however_many_there_are(room, browser, opened):
    opened.append(page := room.wall(browser))
    visits = room.visits(5)
    for many, visit in enumerate(visits, start=1):
        room.say_yes(visit)
        expect(hung(page)).to_have_count(many)
        boxes = [one.bounding_box() for one in hung(page).all()]
        assert all(box["width"] / box["height"] == pytest.approx(640 / 480, rel=0.01) for box in boxes)
        assert max(box["height"] for box in boxes) - min(box["height"] for box in boxes) < 1
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 1920 for box in boxes)
        assert all(box["y"] >= 0 and box["y"] + box["height"] <= 1080 for box in boxes)
    for visit in visits:
        room.delete(visit)
    expect(hung(page)).to_have_count(0)
    assert held(page) == 0


def test_a_network_that_is_gone_for_a_moment_loses_nothing(room, browser, opened):
    opened.append(page := room.wall(browser))
    kept, deleted, *added = room.visits(4)
    room.say_yes(kept)
    room.say_yes(deleted)
    expect(hung(page)).to_have_count(2)
    page.context.set_offline(True)
    room.delete(deleted)
    for visit in added:
        room.say_yes(visit)
    expect(hung(page)).to_have_count(2)
    page.context.set_offline(False)
    expect(hung(page)).to_have_count(3, timeout=5000)
    for visit in (kept, *added):
        room.delete(visit)
    expect(hung(page)).to_have_count(0, timeout=1000)


def test_a_wall_that_cannot_hear_a_no_shows_nobody_says_so_and_comes_back_by_itself(room, browser, opened):
    opened.append(page := room.wall(browser))
    kept, deleted = room.visits(2)
    room.say_yes(kept)
    room.say_yes(deleted)
    expect(hung(page)).to_have_count(2)
    page.context.set_offline(True)
    gone = time.time()
    expect(hung(page)).to_have_count(0, timeout=9000)
    assert held(page) == 0
    room.delete(deleted)
    expect(page.get_by_text(NOTICE)).to_be_visible(timeout=13_000)
    assert time.time() - gone > 9
    page.context.set_offline(False)
    expect(hung(page)).to_have_count(1, timeout=10_000)
    expect(page.get_by_text(NOTICE)).to_be_hidden()
    room.delete(kept)
    expect(hung(page)).to_have_count(0)


def test_the_page_notes_when_it_last_drew(room, browser, opened):
    opened.append(page := room.wall(browser))
    expect(page.locator("html")).to_have_attribute("data-rendered", re.compile("Z$"))
    drew = datetime.fromisoformat(page.locator("html").get_attribute("data-rendered"))
    assert abs((datetime.now(UTC) - drew).total_seconds()) < 2


# --- parts that fail ------------------------------------------------------------------------------------------------


@pytest.fixture
def shaken(own_stack: Stack) -> Room:
    return Room(own_stack, "shaken")


def stop_for(pids: list[int], seconds: float) -> threading.Timer:
    """Let processes stand still, and go on after so many seconds."""

    def send(what: signal.Signals) -> None:
        for pid in pids:
            os.kill(pid, what)

    send(signal.SIGSTOP)
    timer = threading.Timer(seconds, send, [signal.SIGCONT])
    timer.start()
    return timer


def is_right(room: Room, page: Page, within: float) -> None:
    """See that a yes and a deletion reach the wall, which nobody has touched."""
    [visit] = room.visits()
    room.say_yes(visit)
    expect(hung(page)).to_have_count(1, timeout=within * 1000)
    room.delete(visit)
    expect(hung(page)).to_have_count(0, timeout=2000)
    expect(page.get_by_text(NOTICE)).to_be_hidden()


def test_a_wall_is_right_after_server_and_store_died(shaken, browser, opened):
    opened.append(page := shaken.wall(browser))
    is_right(shaken, page, within=2)
    for part in ("uvicorn", "store"):
        [visit] = shaken.visits()
        shaken.say_yes(visit)
        expect(hung(page)).to_have_count(1)
        for pid in shaken.stack.processes()[part]:
            os.kill(pid, signal.SIGKILL)
        expect(hung(page)).to_have_count(0, timeout=40_000)
        shaken.stack.wait_until_ready()
        is_right(shaken, page, within=10)
