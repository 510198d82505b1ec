"""A device shows its code, staff enter it, and the device goes on by itself, until it is revoked."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import watched

SLUG = "upstairs"


@pytest.fixture
def staff(browser, stack):
    """A browser in which the demonstration's curator has signed in."""
    password = re.search(r"account curator, password (\S+)", stack.log.read_text())[1]
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = watched(context)
    page.goto(f"{stack.url}/staff/screens/")
    page.locator("input[name=username]").fill("curator")
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("heading", name="Screens", exact=True)).to_be_visible()
    yield page
    context.close()


def add_a_wall(staff) -> None:
    staff.get_by_role("heading", name="Add a screen").click()
    staff.locator("input[name=name]").fill("Upstairs")
    staff.locator("input[name=slug]").fill(SLUG)
    staff.locator("select[name=kind]").select_option("wall")
    staff.get_by_role("button", name="Add", exact=True).click()
    expect(staff.get_by_text("Upstairs was added.")).to_be_visible()


def test_a_device_becomes_a_wall_by_its_code_and_asks_again_when_it_is_revoked(visitor, staff, stack):
    add_a_wall(staff)
    visitor.goto(f"{stack.url}/wall/")
    expect(visitor).to_have_url(f"{stack.url}/screen/?kind=wall")
    code = re.search(r"[A-Z0-9]{3}\s*[A-Z0-9]{3}$", visitor.locator(".pairing-code").inner_text().strip())[0]

    staff.get_by_label("Code on the screen").fill(code)
    staff.locator("select[name=screen]").select_option(SLUG)
    staff.get_by_role("button", name="Approve").click()
    expect(staff.get_by_text("The device is now Upstairs.")).to_be_visible()
    visitor.wait_for_url(f"{stack.url}/wall/", timeout=6000)
    assert "roulette_screen" not in visitor.evaluate("document.cookie")

    row = staff.get_by_role("row", name="Upstairs")
    row.locator("summary").click()
    row.get_by_role("button", name="Revoke Upstairs").click()
    visitor.wait_for_url(f"{stack.url}/screen/?kind=wall", timeout=5000)
