"""A paired terminal in a browser, and the ways through a visit that several tests go."""

import re
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import watched
from tests.browser.test_try import COUNT_BLOBS, COUNT_CAMERAS
from tests.stack import ROOT, Stack

BEFORE_THE_CAMERA = ["warning", "notice", "age", "start"]
FOCUSED = "document.activeElement.matches('button') && document.activeElement.innerText.trim()"
REFUSE = """(name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("not today", name));
}"""
# Chromium's own camera cannot be unplugged: its track says what an unplugged one would say.
UNPLUG = "document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
# Everything that could outlive a visit in its page.
LEFT = """() => {
    const find = (selector) => document.querySelector(selector);
    return {
        blobs: [...window.blobs],
        stored: localStorage.length + sessionStorage.length,
        address: location.href,
        camera: find("video").srcObject,
        picture: find("[data-photo]").src,
        boxes: find("[data-boxes]").childElementCount,
        words: find("[data-answer]").textContent + find("[data-reading-text]").textContent,
        visit: document.documentElement.outerHTML.includes("data-visit"),
    };
}"""
NOTHING = {"blobs": [], "stored": 0, "camera": None, "picture": "", "boxes": 0, "words": "", "visit": False}


def pair(stack: Stack, browser: Browser, slug: str) -> str:
    """The cookie of a browser that has become terminal `slug` by a one-time link."""
    command = [sys.executable, "manage.py", "pair_screen", slug, "--kind", "terminal", "--room", slug]
    said = subprocess.run(command, cwd=ROOT, env=stack.environment, capture_output=True, text=True, check=True).stdout
    context = browser.new_context()
    page = context.new_page()
    page.goto(stack.url + re.search(r"/screen/link/\S+", said).group())
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/terminal/")
    cookie = next(one["value"] for one in context.cookies() if one["name"] == "roulette_screen")
    context.close()
    return cookie


def terminal(stack: Stack, browser: Browser, cookie: str, language: str = "en", **options) -> Iterator[Page]:
    """A paired terminal's page. Afterwards: nothing on the console, no request to another host."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **options)
    cookies = {"roulette_screen": cookie, "django_language": language}
    context.add_cookies([{"name": name, "value": value, "url": stack.url} for name, value in cookies.items()])
    page = watched(context)
    page.add_init_script(COUNT_CAMERAS)
    page.add_init_script(COUNT_BLOBS)
    page.clock.install()
    page.goto(f"{stack.url}/terminal/")
    yield page
    elsewhere = [url for url in page.asked if not url.startswith((stack.url, "data:", "blob:"))]
    context.close()
    # A clock that is put forward makes the page's line look silent: it is begun again, and the old one complains.
    assert [said for said in page.complaints if not said.startswith("WebSocket connection to")] == []
    assert elsewhere == []


def phase(page: Page, name: str, timeout: float = 25_000) -> None:
    """Wait until the visit is in phase `name`."""
    expect(page.locator("body")).to_have_attribute("data-phase", name, timeout=timeout)


def go_to_start(page: Page) -> None:
    for step in BEFORE_THE_CAMERA:
        page.locator(f"[data-to={step}]").click()


def take_picture(page: Page) -> None:
    go_to_start(page)
    page.locator("[data-start]").click()
    phase(page, "mirror")
    page.locator("[data-shoot]").click()
    phase(page, "picture")


def be_answered(page: Page) -> None:
    take_picture(page)
    page.locator("[data-use]").click()
    phase(page, "answered")


def be_asked_about_the_wall(page: Page) -> None:
    be_answered(page)
    page.locator("[data-reveal] button").click()
    expect(page.locator(".label .word strong")).to_be_visible()
    page.locator("[data-go-on]").click()
    phase(page, "wall")


def press(page: Page, name: str) -> None:
    """Reach the button by Tab alone, and press it."""
    for _ in range(60):
        if page.evaluate(FOCUSED) == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"No Tab leads to “{name}”.")


def nothing_left(page: Page, stack: Stack) -> None:
    assert page.evaluate(LEFT) == {**NOTHING, "address": f"{stack.url}/terminal/"}
