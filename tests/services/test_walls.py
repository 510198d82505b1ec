"""A yes at a terminal, with real workers: on the wall within a second, and gone from it within a second."""

import json
import subprocess
import sys
import time

import httpx
import pytest
import redis

from tests.drawn_faces import OTHER
from tests.photographs import portrait
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.services]

CSRF = "c" * 32
PREPARED = """
import asyncio, json, sys
from django.conf import settings
from curation import moderation
from exhibition import route
from exhibition.gallery import pairing
from exhibition.models import Screen

cookies = {}
for slug, kind in (("entrance-%(n)s", "terminal"), ("wall-%(n)s", "wall")):
    screen = Screen.objects.create(slug=slug, name=slug, kind=kind, room="room-%(n)s")
    link = pairing.one_time_link(screen).rstrip("/").rpartition("/")[2]
    cookies[kind] = f"{kind}:{pairing.redeem(link)[1]}"
visit = route.start_visit(bytes.fromhex(sys.stdin.read()), screen="entrance-%(n)s")
assert asyncio.run(route.wait_for_end(visit, 25))
if moderation.answer(visit)["faces"][0]["label"]["treatment"] == "gate":
    moderation.reveal(visit, 0)
print(json.dumps({"visit": visit, "store": settings.VALKEY_URL, **cookies, **moderation.wall_question(visit)}))
"""


class Room:
    """A terminal with a visit that has ended, and a wall, each a browser."""

    def __init__(self, stack: Stack, number: int) -> None:
        made = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", PREPARED % {"n": number}],
            cwd=ROOT,
            env=stack.environment,
            input=portrait().hex(),
            capture_output=True,
            text=True,
            check=True,
        )
        said = json.loads(made.stdout.splitlines()[-1])
        self.visit, self.asked = said["visit"], said["asked"]
        self.terminal = self._browser(stack, said["terminal"])
        self.wall = self._browser(stack, said["wall"])
        self.stream = f"roulette:screen:wall-{number}:events"
        self.store = redis.Redis.from_url(said["store"])

    @staticmethod
    def _browser(stack: Stack, cookie: str) -> httpx.Client:
        cookies, headers = {"csrftoken": CSRF, "roulette_screen": cookie}, {"X-CSRFToken": CSRF}
        return stack.client(cookies=cookies, headers=headers)

    def send(self, picture: bytes) -> httpx.Response:
        return self.terminal.post(f"/terminal/visits/{self.visit}/wall/", files={"photo": ("p.jpg", picture)})

    def said(self) -> list[dict]:
        return [json.loads(fields[b"event"]) for _, fields in self.store.xrange(self.stream)]


def test_a_yes_is_on_the_wall_within_a_second_and_gone_within_a_second_of_the_deletion(stack):
    room = Room(stack, 1)
    assert room.asked
    began = time.monotonic()
    answer = room.send(portrait())
    assert answer.status_code == 202, answer.text
    [shown] = room.said()
    picture = room.wall.get(shown["url"])
    on_the_wall = time.monotonic() - began
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert room.terminal.get(shown["url"]).status_code == 404
    assert room.send(portrait()).status_code == 409
    began = time.monotonic()
    assert room.terminal.post(f"/visits/{room.visit}/delete/").status_code == 200
    assert room.said()[-1] == {"display": shown["display"], "type": "gone"}
    assert room.wall.get(shown["url"]).status_code == 404
    gone = time.monotonic() - began
    print(f"on the wall after {on_the_wall:.2f} s, gone after {gone:.2f} s")  # noqa: T201
    assert on_the_wall < 1
    assert gone < 1


def test_a_forged_picture_is_refused_by_a_worker_and_hangs_nowhere(stack):
    room = Room(stack, 2)
    answer = room.send(portrait(sitter=OTHER, x=0.25))
    assert (answer.status_code, answer.json()["code"]) == (422, "display_another_face")
    assert room.said() == []
