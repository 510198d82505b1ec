"""Sockets of terminals, walls and dashboard: who may listen, from where on, and for how long."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.test import Client

from curation import counters, displays, events, hub, presence, visits
from exhibition import asgi
from exhibition.gallery import pairing, sockets
from exhibition.models import Screen
from tests.exhibition.gallery.conftest import cookie, device
from tests.exhibition.test_visit_socket import Reader

pytestmark = pytest.mark.django_db(transaction=True)

WALL, TERMINAL, DASHBOARD = "/ws/walls/gallery/", "/ws/terminals/entrance/", "/ws/dashboard/"


class Browser(Reader):
    """A browser's websocket at `path`."""

    def __init__(self, path: str, client: Client, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(path, [(b"host", b"localhost"), cookie(client), *headers])

    async def next(self) -> dict:
        message = await self.receive_output(timeout=10)
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])

    async def resume(self, **wish) -> None:
        await self.say(json.dumps({"type": "resume", **wish}))

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wait(timeout=10)

    async def closed(self) -> int:
        """The code with which the socket is closed; nothing is said before."""
        message = await self.receive_output(timeout=10)
        assert message["type"] == "websocket.close", message
        return message["code"]


@asynccontextmanager
async def opened(path: str, client: Client):
    """An open socket and the snapshot with which it begins."""
    reader = Browser(path, client)
    assert await reader.connect()
    try:
        yield reader, await reader.next()
    finally:
        await reader.leave()


async def refused(path: str, client: Client, *headers) -> int:
    reader = Browser(path, client, *headers)
    await reader.send_input({"type": "websocket.connect"})
    first = await reader.receive_output(timeout=10)
    code = await reader.closed() if first["type"] == "websocket.accept" else first["code"]
    await reader.leave()
    return code


@pytest.fixture
def quick(monkeypatch):
    """Looks in quick succession."""
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 0.05)


def shown(display: str = "d1") -> events.Shown:
    return events.Shown(display, f"/displays/{display}/", 30.0, 640, 480, {"boxes": []})


def hang(display: str, room: str, settings) -> None:
    visit = visits.mint()
    visits.begin(visit)
    visits.finish(visit, {"state": "result"}, "{}")
    displays.claim(visit, display)
    assert displays.hang(visit, displays.Hanging(room, ("gallery",), shown(display)), 20_000)


@sync_to_async
def publish(slug: str, *said) -> None:
    for event in said:
        events.publish_to_screen(slug, event)


revoke = sync_to_async(pairing.revoke)


# --- who may listen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [WALL, TERMINAL, DASHBOARD])
async def test_a_stranger_hears_nothing(wall, terminal, path):
    assert await refused(path, Client()) == 4403


async def test_a_device_that_waits_for_approval_hears_nothing(wall):
    client = Client()
    await sync_to_async(client.get)("/screen/", {"kind": "wall"})
    assert pairing.COOKIE in client.cookies
    assert await refused(WALL, client) == 4403


async def test_a_screen_hears_nothing_of_another(wall, terminal):
    await Screen.objects.acreate(slug="upstairs", name="Upstairs", kind="wall")
    client = await sync_to_async(device)(wall)
    for path in ("/ws/walls/upstairs/", "/ws/walls/entrance/", "/ws/terminals/gallery/", TERMINAL, DASHBOARD):
        assert await refused(path, client) == 4403


async def test_staff_are_no_screen(wall, staff):
    assert await refused(WALL, staff) == 4403


async def test_a_visitor_who_signed_in_is_not_staff():
    client = Client()
    visitor = await get_user_model().objects.acreate_user("visitor")
    await sync_to_async(client.force_login)(visitor)
    assert await refused(DASHBOARD, client) == 4403


@pytest.mark.parametrize("path", [WALL, DASHBOARD])
async def test_a_page_of_another_site_is_refused(wall, staff, path):
    client = await sync_to_async(device)(wall, staff)
    assert await refused(path, client, (b"origin", b"https://elsewhere.example")) == 4403


# --- what is told ---------------------------------------------------------------------------------------------------


async def test_a_wall_begins_with_what_hangs_in_its_room(wall, settings):
    await sync_to_async(hang)("d1", "gallery", settings)
    await sync_to_async(hang)("d2", "upstairs", settings)
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (_, snapshot):
        assert snapshot["type"] == "snapshot"
        assert [display["display"] for display in snapshot["displays"]] == ["d1"]
        assert 0 < snapshot["displays"][0]["seconds"] <= 20
        assert snapshot["epoch"]


async def test_a_wall_hears_what_is_hung_and_taken_down_in_order(wall):
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, snapshot):
        await publish("gallery", shown(), events.Gone("d1"))
        first, second = await reader.next(), await reader.next()
        assert (first["type"], first["url"], second["type"]) == ("shown", "/displays/d1/", "gone")
        assert [first["seq"], second["seq"]] == [snapshot["seq"] + 1, snapshot["seq"] + 2]
        assert first["epoch"] == snapshot["epoch"]


async def test_a_screen_hears_only_what_is_said_to_it(wall, terminal):
    both = await sync_to_async(device)(terminal, await sync_to_async(device)(wall))
    async with opened(WALL, both) as (at_wall, _), opened(TERMINAL, both) as (at_terminal, snapshot):
        assert snapshot["screen"] == {"slug": "entrance", "name": "The entrance", "room": "gallery"}
        await publish("gallery", shown())
        assert (await at_wall.next())["type"] == "shown"
        assert await at_terminal.receive_nothing(0.1)


async def test_who_comes_back_hears_what_was_missed(wall):
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (_, snapshot):
        pass
    await publish("gallery", shown("d1"), shown("d2"))
    async with opened(WALL, client) as (reader, _):
        await reader.resume(epoch=snapshot["epoch"], after=snapshot["seq"] + 1)
        assert (await reader.next())["display"] == "d2"


@pytest.mark.parametrize("wish", [{"epoch": "of a store that was lost"}, {"after": 0}, {"after": 10**15}])
async def test_who_missed_too_much_is_told_how_things_stand(wall, wish):
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, snapshot):
        await reader.resume(**{"epoch": snapshot["epoch"], "after": snapshot["seq"], **wish})
        assert (await reader.next()) == snapshot
        await publish("gallery", shown())
        assert (await reader.next())["seq"] == snapshot["seq"] + 1


async def test_a_store_that_was_lost_leads_to_a_new_snapshot(wall, store, monkeypatch):
    monkeypatch.setattr(hub, "LOOKS_ANYWAY_AFTER", 0.1)
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, before):
        await sync_to_async(store.delete)(*store.scan_iter("roulette:*"))
        after = await reader.next()
        assert after["type"] == "snapshot"
        assert after["epoch"] != before["epoch"]


async def test_silence_is_broken_by_a_sign_of_life(wall, quick):
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, _):
        assert await reader.next() == {"type": "still-here"}


@pytest.mark.parametrize(("text", "code"), [("no json", 4400), ('{"type": "else"}', 4400), ("x" * 2000, 1009)])
async def test_what_is_not_understood_ends_the_conversation(wall, text, code):
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, _):
        await reader.say(text)
        assert await reader.closed() == code


async def test_a_reader_that_asks_again_and_again_is_let_go(wall):
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, _):
        for _ in range(sockets.MOST_WISHES + 1):
            await reader.resume(epoch="e", after=0)
        while (message := await reader.receive_output(timeout=10))["type"] != "websocket.close":
            assert json.loads(message["text"])["type"] == "snapshot"
        assert message["code"] == 1008


async def test_a_reader_that_does_not_read_is_let_go(wall, monkeypatch):
    """And another wall of the same name, in another window, hears everything meanwhile."""
    monkeypatch.setattr(sockets, "SEND_SECONDS", 0.05)
    client = await sync_to_async(device)(wall)
    stuck, closed = asyncio.Event(), asyncio.Event()
    messages = [{"type": "websocket.connect"}]

    async def receive():
        return messages.pop() if messages else await asyncio.Future()

    async def send(message):
        if message["type"] == "websocket.close":
            closed.set()
        elif message["type"] == "websocket.send":
            stuck.set()
            await asyncio.Future()

    scope = Browser(WALL, client).scope
    frozen = asyncio.create_task(asgi.application(scope, receive, send))
    async with opened(WALL, client) as (reader, _):
        await asyncio.wait_for(stuck.wait(), 5)
        await publish("gallery", shown())
        assert (await reader.next())["type"] == "shown"
        await asyncio.wait_for(closed.wait(), 5)
    frozen.cancel()


async def test_nothing_is_left_of_a_reader_that_has_gone(wall, store):
    client = await sync_to_async(device)(wall)
    for _ in range(10):
        async with opened(WALL, client):
            assert await asyncio.to_thread(presence.connected) == {"gallery": "wall"}
    assert await asyncio.to_thread(presence.connected) == {}
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 5)
    assert hub._hubs == {}


# --- for how long ---------------------------------------------------------------------------------------------------


async def test_a_revoked_screen_is_told_and_let_go_at_once(wall, curator, monkeypatch):
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 60)
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, _):
        async with asyncio.timeout(5):
            await revoke(wall, curator)
            await publish("gallery", shown())
            assert await reader.next() == {"type": "revoked"}
            assert await reader.closed() == 4403
    assert await refused(WALL, client) == 4403


async def test_a_revoked_screen_is_let_go_even_when_nobody_could_say_so(wall, curator, quick, monkeypatch):
    monkeypatch.setattr(events, "publish_to_screen", lambda *_: None)
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client) as (reader, _):
        await revoke(wall, curator)
        assert (await reader.next())["type"] in {"revoked", "still-here"}
        while (message := await reader.receive_output(timeout=5))["type"] != "websocket.close":
            pass
        assert message["code"] == 4403


def test_a_revocation_is_seen_within_five_seconds():
    assert sockets.LOOK_SECONDS < 5


async def test_the_device_that_takes_a_screens_place_hears_nothing_of_it(wall, monkeypatch):
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 60)
    first = await sync_to_async(device)(wall)
    async with opened(WALL, first) as (old, _):
        second = await sync_to_async(device)(wall)
        async with opened(WALL, second) as (new, _):
            assert await old.next() == {"type": "revoked"}
            assert await old.closed() == 4403
            await publish("gallery", shown())
            assert (await new.next())["type"] == "shown"


# --- the dashboard --------------------------------------------------------------------------------------------------


@pytest.fixture
def visit():
    return visits.mint()


async def test_the_dashboard_begins_with_figures_and_screens(wall, terminal, staff):
    client = await sync_to_async(device)(wall)
    async with opened(WALL, client), opened(DASHBOARD, staff) as (_, snapshot):
        assert snapshot["counters"]["photographs"] == 0
        assert snapshot["counters"]["screens"] == 1
        screens = {screen["slug"]: screen for screen in snapshot["screens"]}
        assert screens["gallery"] == {
            "slug": "gallery",
            "name": "The wall",
            "kind": "wall",
            "room": "gallery",
            "connected": True,
        }
        assert not screens["entrance"]["connected"]


async def test_the_dashboard_hears_of_photographs_and_screens(wall, staff, visit):
    async with opened(DASHBOARD, staff) as (reader, _):
        await sync_to_async(events.begun)(visit)
        assert (await reader.next())["photographs"] == 1
        await sync_to_async(counters.ended)(visit, "try_again")
        await sync_to_async(events.tell_figures)()
        figures = await reader.next()
        assert (figures["failures"], figures["waiting"]) == ({"try_again": 1}, 0)
        client = await sync_to_async(device)(wall)
        async with opened(WALL, client):
            state = await reader.next()
            assert (state["type"], state["slug"], state["connected"]) == ("screen-state", "gallery", True)
            assert (await reader.next())["screens"] == 1
        assert (await reader.next())["connected"] is False


async def test_the_dashboard_hears_of_what_time_alone_has_changed(wall, staff, quick, store):
    await sync_to_async(presence.stay)("gallery", "wall", "a socket that vanished")
    async with opened(DASHBOARD, staff) as (reader, snapshot):
        assert snapshot["counters"]["screens"] == 1
        await sync_to_async(store.zadd)(presence.KEY, {"gallery:wall:a socket that vanished": 1})
        while (event := await reader.next())["type"] != "screen-state":
            pass
        assert (event["slug"], event["connected"]) == ("gallery", False)


@pytest.mark.parametrize("end", ["logout", "dismissal"])
async def test_who_is_no_longer_staff_hears_nothing_more(staff, curator, visit, monkeypatch, end):
    monkeypatch.setattr(sockets, "LOOK_SECONDS", 60)
    async with opened(DASHBOARD, staff) as (reader, _):
        if end == "logout":
            await sync_to_async(staff.session.flush)()
        else:
            await get_user_model().objects.filter(pk=curator.pk).aupdate(is_staff=False)
        await sync_to_async(events.begun)(visit)
        assert await reader.next() == {"type": "revoked"}
        assert await reader.closed() == 4403
