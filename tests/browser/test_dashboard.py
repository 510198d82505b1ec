"""The dashboard, and how screens are paired and revoked, in a real browser."""

import os
import re
import signal

from playwright.sync_api import Page, expect

from tests.browser.conftest import watched
from tests.browser.gallery import Room, told

PASSWORD = "for this test alone"
MAKE_STAFF = f"""
import json
from django.contrib.auth import get_user_model
users = get_user_model().objects
user = users.filter(username="%(name)s").first() or users.create_user("%(name)s", password="{PASSWORD}", is_staff=True)
print(json.dumps(user.pk))
"""


def sign_in(page: Page, url: str, name: str) -> None:
    """Enter by the staff's door, which is in the way of every page of theirs."""
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Enter").click()
    expect(page).to_have_url(url)


def staff_page(browser, stack, path: str, name: str = "registrar") -> Page:
    told(stack, MAKE_STAFF % {"name": name})
    page = watched(browser.new_context(locale="en-GB", reduced_motion="reduce"))
    sign_in(page, f"{stack.url}{path}", name)
    return page


def figure(page: Page, name: str) -> int:
    return int(page.locator(f'[data-figure="{name}"]').inner_text().replace(",", ""))


def state_of(page: Page, screen: str):
    return page.locator(f'[data-screen="{screen}"] [data-state]')


def test_the_dashboard_counts_live_and_knows_which_screens_are_there(browser, stack):
    room = Room(stack, "counted")
    page = staff_page(browser, stack, "/dashboard/")
    expect(page.get_by_text("Live: these figures are of this moment.")).to_be_visible()
    expect(page.locator("[data-machine-state] [data-state]")).to_have_text("working")
    expect(page.locator('[data-figure="seconds"]')).to_have_text(re.compile(r"^\d+\.\d$"))
    before = figure(page, "photographs")
    room.visits(2)
    expect(page.locator('[data-figure="photographs"]')).to_have_text(f"{before + 2:,}")
    expect(page.locator('[data-figure="waiting"]')).to_have_text("0")
    expect(state_of(page, "counted-wall")).to_have_text("not connected")
    wall = room.wall(browser)
    expect(state_of(page, "counted-wall")).to_have_text("connected")
    wall.context.close()
    expect(state_of(page, "counted-wall")).to_have_text("not connected")
    assert page.locator("img").count() == 0
    assert page.complaints == []
    page.context.close()


def test_a_broken_line_is_said_with_its_time_and_mends_itself(browser, own_stack):
    page = staff_page(browser, own_stack, "/dashboard/")
    expect(page.get_by_text("Live: these figures are of this moment.")).to_be_visible()
    for pid in own_stack.processes()["uvicorn"]:
        os.kill(pid, signal.SIGKILL)
    expect(page.get_by_text(re.compile(r"The live line has been broken since \d\d:\d\d:\d\d\."))).to_be_visible()
    expect(page.get_by_text("Live: these figures are of this moment.")).to_be_visible(timeout=15_000)
    page.context.close()


def test_the_dashboard_is_for_staff_alone(visitor, stack):
    visitor.goto(f"{stack.url}/dashboard/")
    expect(visitor.get_by_role("heading", name="Staff")).to_be_visible()


def test_a_device_shows_a_code_becomes_a_wall_when_staff_enter_it_and_is_let_go_when_revoked(browser, stack):
    Room(stack, "paired")
    device = watched(browser.new_context(locale="en-GB"))
    device.goto(f"{stack.url}/wall/")
    expect(device.get_by_role("heading", name="Pair this screen")).to_be_visible()
    expect(device.get_by_text("Waiting for approval. The code lasts 10 minutes more.")).to_be_visible()
    code = device.locator(".pairing-code span:not(.tag)").all_inner_texts()
    staff = staff_page(browser, stack, "/staff/screens/")
    staff.get_by_label("Code on the screen").fill(" ".join(code).lower())
    staff.get_by_label("Becomes").select_option("paired-wall")
    staff.get_by_role("button", name="Approve").click()
    expect(staff.get_by_text("The device is now paired-wall.")).to_be_visible()
    expect(device.get_by_text("After ImageNet Roulette", exact=True)).to_be_visible(timeout=8000)
    row = staff.get_by_role("row", name=re.compile("^paired-wall"))
    expect(row.get_by_role("button")).to_be_hidden()
    row.get_by_text("Revoke …").click()
    row.get_by_role("button", name="Revoke paired-wall").click()
    expect(device.get_by_role("heading", name="Pair this screen")).to_be_visible(timeout=5000)
    device.context.close()
    staff.context.close()


def test_a_printed_link_makes_a_device_the_demonstrations_wall_once(visitor, stack):
    stack.wait_for("Ctrl-C stops everything.")
    link = re.search(r"wall gallery +(\S+)", stack.log.read_text())[1]
    visitor.goto(link)
    visitor.get_by_role("button", name="Begin").click()
    expect(visitor).to_have_url(f"{stack.url}/wall/")
    expect(visitor.get_by_role("heading", name="Gallery")).to_be_attached()
