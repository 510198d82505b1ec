"""Rooms of a gallery in the stack: a terminal that other tests play by its requests, and the page of a wall."""

import json
import subprocess
import sys
import time

import httpx
from playwright.sync_api import Browser, Page

from tests.browser.conftest import watched
from tests.photographs import portrait
from tests.stack import ROOT, Stack

CSRF = "c" * 32
MAKE_ROOM = """
import json
from exhibition.gallery import pairing
from exhibition.models import Screen

cookies = {}
for slug, kind in (("%(name)s-entrance", "terminal"), ("%(name)s-wall", "wall")):
    screen, _ = Screen.objects.get_or_create(slug=slug, name=slug, kind=kind, room="%(name)s")
    link = pairing.one_time_link(screen).rstrip("/").rpartition("/")[2]
    cookies[kind] = f"{kind}:{pairing.redeem(link)[1]}"
print(json.dumps(cookies))
"""
# Each visit has one face, its word has been read where that may be asked for, and the wall's question was put.
MAKE_VISITS = """
import asyncio, json, sys
from curation import moderation
from exhibition import route

photo = bytes.fromhex(sys.stdin.read())
visits = [route.start_visit(photo, screen="%(name)s-entrance") for _ in range(%(many)d)]
for visit in visits:
    assert asyncio.run(route.wait_for_end(visit, 25))
    if moderation.answer(visit)["faces"][0]["label"]["treatment"] == "gate":
        moderation.reveal(visit, 0)
    assert moderation.wall_question(visit)["asked"]
print(json.dumps(visits))
"""
# When each picture came and went, in seconds of the clock that Python's time.time() reads too.
REMEMBER = """
    window.came = []; window.went = [];
    addEventListener("DOMContentLoaded", () => {
        const mosaic = document.querySelector("[data-mosaic]");
        const look = (changes) => changes.forEach(({ addedNodes, removedNodes }) => {
            if (addedNodes.length) window.came.push(Date.now() / 1000);
            if (removedNodes.length) window.went.push(Date.now() / 1000);
        });
        if (mosaic) new MutationObserver(look).observe(mosaic, { childList: true });
    });
"""
COUNT_BLOBS = """
    window.blobs = new Set();
    const make = URL.createObjectURL, revoke = URL.revokeObjectURL;
    URL.createObjectURL = (blob) => { const url = make.call(URL, blob); window.blobs.add(url); return url; };
    URL.revokeObjectURL = (url) => { window.blobs.delete(url); revoke.call(URL, url); };
"""


def told(stack: Stack, program: str, given: str = "") -> object:
    """What `program`, run beside the stack, prints as JSON."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=ROOT,
        env=stack.environment,
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


class Room:
    """A terminal and a wall of their own."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.stack, self.name = stack, name
        self.cookies = told(stack, MAKE_ROOM % {"name": name})
        self.terminal = stack.client(
            cookies={"csrftoken": CSRF, "roulette_screen": self.cookies["terminal"]}, headers={"X-CSRFToken": CSRF}
        )

    def visits(self, many: int = 1) -> list[str]:
        """Visits whose visitors have been asked about the wall."""
        return told(self.stack, MAKE_VISITS % {"name": self.name, "many": many}, portrait().hex())

    def say_yes(self, visit: str) -> float:
        """Send the visit's picture to the wall; when that began."""
        began = time.time()
        answer = self.terminal.post(f"/terminal/visits/{visit}/wall/", files={"photo": ("p.jpg", portrait())})
        assert answer.status_code == 202, answer.text
        return began

    def delete(self, visit: str) -> float:
        """Delete the visit, as its visitor may at any time; when that began."""
        began = time.time()
        answer: httpx.Response = self.terminal.post(f"/visits/{visit}/delete/")
        assert answer.status_code == 200, answer.text
        return began

    def wall(self, browser: Browser, *, language: str = "en", width: int = 1920, height: int = 1080) -> Page:
        """The wall's page, in a browser of its own."""
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        context.add_cookies(
            [
                {"name": "roulette_screen", "value": self.cookies["wall"], "url": self.stack.url},
                {"name": "django_language", "value": language, "url": self.stack.url},
            ]
        )
        page = watched(context)
        page.add_init_script(REMEMBER)
        page.add_init_script(COUNT_BLOBS)
        page.goto(f"{self.stack.url}/wall/")
        page.wait_for_selector("[data-wall]")
        return page
