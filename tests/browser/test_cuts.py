"""Parts of the house stand still while its screens are open. Afterwards every screen is right, and nobody touched it.

`ROULETTE_LONG_CUTS=1` adds cuts of a minute.
"""

import os

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watched
from tests.browser.gallery import Room
from tests.browser.test_dashboard import staff_page
from tests.browser.test_wall import is_right, stop_for

SECONDS = (1, 10, 60) if os.environ.get("ROULETTE_LONG_CUTS") else (1, 10)
WELL_WITHIN = 10  # seconds of the end of a cut


@pytest.fixture
def room(own_stack) -> Room:
    return Room(own_stack, "cut")


def terminal_of(room: Room, browser: Browser) -> Page:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.add_cookies([{"name": "roulette_screen", "value": room.cookies["terminal"], "url": room.stack.url}])
    page = watched(context)
    page.goto(f"{room.stack.url}/terminal/")
    return page


@pytest.fixture
def screens(room, browser):
    """The terminal, the wall and the dashboard, open."""
    pages = [terminal_of(room, browser), room.wall(browser), staff_page(browser, room.stack, "/dashboard/")]
    yield pages
    for page in pages:
        page.context.close()


def all_are_right(room: Room, screens: list[Page]) -> None:
    terminal, wall, dashboard = screens
    room.stack.wait_until_ready()
    soon = WELL_WITHIN * 1000
    expect(dashboard.get_by_text("Live: these figures are of this moment.")).to_be_visible(timeout=soon)
    expect(terminal.get_by_role("button", name="Begin")).to_be_visible(timeout=soon)
    expect(terminal.get_by_text("The network is gone.")).to_be_hidden()
    is_right(room, wall, within=WELL_WITHIN)


@pytest.mark.parametrize("part", ["uvicorn", "store", "inference"])
def test_every_screen_is_right_after_a_part_stood_still(room, screens, part):
    for seconds in SECONDS:
        stop_for(room.stack.processes()[part], seconds).join()
        all_are_right(room, screens)


def test_every_screen_is_right_after_its_network_was_gone(room, screens):
    for seconds in SECONDS:
        for page in screens:
            page.context.set_offline(True)
        screens[0].wait_for_timeout(seconds * 1000)
        for page in screens:
            page.context.set_offline(False)
        all_are_right(room, screens)
