"""The gallery's pages: axe finds nothing, nothing overflows, targets are large, in three sizes and two languages."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SIZES, watched
from tests.browser.gallery import Room, told
from tests.browser.test_looks import OVERFLOW, TOO_SMALL, violations

SESSION = """
import json
from django.contrib.auth import get_user_model
from django.test import Client

users = get_user_model().objects
user = users.filter(username="warden").first() or users.create_user("warden", is_staff=True)
client = Client()
client.force_login(user)
print(json.dumps(client.cookies["sessionid"].value))
"""
FOR_ALL = ["/screen/", "/screen/?kind=wall", "/screen/link/spent/", "/staff/login/"]
FOR_STAFF = ["/staff/screens/", "/dashboard/"]


@pytest.fixture(scope="module")
def looked_at(stack) -> Room:
    return Room(stack, "looked-at")


@pytest.fixture(scope="module")
def session(stack) -> str:
    return told(stack, SESSION)


@pytest.fixture(params=["en", "it"])
def language(request) -> str:
    return request.param


@pytest.fixture(params=SIZES)
def size(request) -> tuple[int, int]:
    return SIZES[request.param]


@pytest.fixture
def page(browser, stack, size, language):
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies([{"name": "django_language", "value": language, "url": stack.url}])
    yield watched(context)
    context.close()


def looks_right(page, address: str) -> None:
    assert violations(page) == [], address
    assert page.evaluate(OVERFLOW) <= 0, address
    assert page.evaluate(TOO_SMALL) == [], address


def test_pairing_and_the_staffs_pages_are_accessible_and_fit(page, stack, session, looked_at):
    for address in FOR_ALL:
        page.goto(stack.url + address)
        looks_right(page, address)
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": stack.url}])
    for address in FOR_STAFF:
        page.goto(stack.url + address)
        expect(page.locator("h1")).to_be_visible()
        for summary in page.locator("summary").all():
            summary.click()
        looks_right(page, address)


def test_a_wall_is_accessible_and_fits_empty_and_hung(browser, looked_at, size, language):
    width, height = size
    page = looked_at.wall(browser, language=language, width=width, height=height)
    expect(page.locator(f".empty [lang={language}] .title")).to_be_visible()
    frame = page.locator(".empty").bounding_box()
    for said in page.locator(".empty p").all():
        box = said.bounding_box()
        assert frame["y"] < box["y"]
        assert box["y"] + box["height"] < frame["y"] + frame["height"]
    looks_right(page, "/wall/")
    [visit] = looked_at.visits()
    looked_at.say_yes(visit)
    expect(page.locator(".hung img")).to_be_visible()
    looks_right(page, "/wall/")
    looked_at.delete(visit)
    expect(page.locator(".hung")).to_have_count(0)
    page.context.close()
