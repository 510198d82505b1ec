"""From a terminal's yes to the walls of its room: who may send what, what hangs, who sees it, and when it is gone.

No worker runs here: the orders lie in the queue, as they would for one, and are carried out from there.
"""

import asyncio
import base64
import json
import logging

import httpx
import pytest
import redis
from channels.db import database_sync_to_async

from classifier import photo_store
from classifier.imaging import decode_photo
from classifier.machine_state import MachineState, announce
from classifier.results import Box, Classification, Face, Label, ModelIdentity
from classifier.tasks import Worker, prepare_display
from curation import answers, displays, events, moderation, visits
from curation.tasks import hang_display
from exhibition import asgi, route
from exhibition.gallery import pairing
from exhibition.models import Screen
from hierarchy.policy import Clearance, Surface
from tests.curation.test_answers import LABEL, OTHER, PARENT, ROOT, word
from tests.drawn_faces import OTHER as OTHER_SITTER
from tests.drawn_faces import background, drawn_face, with_face
from tests.photographs import file_of, portrait, zipped

MARKER = b"a marker that must not be found 7d1f"
WORD = f"lemma-of-{LABEL}"
CSRF = "c" * 32
MODEL = ModelIdentity("a model", "1", "0" * 64)


# --- the place ------------------------------------------------------------------------------------------------------


@pytest.fixture
def gallery(transactional_db):
    """Two rooms: one with a terminal and two walls, one with a terminal and a wall."""
    for slug, kind, room in (
        ("entrance", "terminal", "hall"),
        ("north", "wall", "hall"),
        ("south", "wall", "hall"),
        ("cellar-desk", "terminal", "cellar"),
        ("cellar-wall", "wall", "cellar"),
    ):
        Screen.objects.create(slug=slug, name=slug, kind=kind, room=room)


@pytest.fixture
def at(gallery):
    """Browsers: `at("north")` is the one that is paired as that wall, `at()` is anybody's."""

    def open_browser(slug: str = "") -> httpx.AsyncClient:
        cookies = {"csrftoken": CSRF}
        if slug:
            screen = Screen.objects.get(slug=slug)
            _, token = pairing.redeem(pairing.one_time_link(screen).rstrip("/").rpartition("/")[2])
            cookies[pairing.COOKIE] = f"{screen.kind}:{token}"
        transport = httpx.ASGITransport(asgi.application, client=("127.0.0.1", 5000))
        headers = {"X-CSRFToken": CSRF}
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", cookies=cookies, headers=headers)

    return open_browser


@pytest.fixture(scope="session")
def face_machine():
    from classifier.pipeline import load_machine

    return load_machine()


@pytest.fixture
def worker(face_machine, monkeypatch, store):
    """A worker has said that it holds a sound model, and this process does."""
    monkeypatch.setattr(Worker, "machine", face_machine)
    announce(MachineState(ready=True, model=MODEL))
    return face_machine


@pytest.fixture
def visit(worker) -> str:
    """A visit at the entrance: one face, and a word that somebody cleared, which the visitor read."""
    return ended(worker)


def ended(machine, *, screen: str = "entrance", photo: bytes | None = None) -> str:
    visit = visits.mint()
    visits.begin(visit, screen)
    found = machine.finder.find(decode_photo(photo or portrait()).pixels)
    label = Label(LABEL, 0.5, 0.25, (), ())
    faces = tuple(Face(one.box, one.score, label) for one in found)
    words = {
        LABEL: word(LABEL, path=[ROOT, PARENT, LABEL], clearance=Clearance.CLEARED),
        **{wnid: word(wnid) for wnid in (ROOT, PARENT, OTHER)},
    }
    record = answers.record(Classification(640, 480, MODEL, faces, None), words)
    document = answers.Answer(record, Surface.OWN_RESULT, frozenset()).document(visit, "WordNet 3.0")
    assert events.end(visit, record, events.Result(document))
    moderation.wall_question(visit)
    return visit


# --- a worker's part ------------------------------------------------------------------------------------------------


async def carried_out(store) -> list:
    """Carry out the one order that lies, or will soon lie, in the queue; its arguments, and its chain's."""
    async with asyncio.timeout(5):
        while not (messages := store.lrange("roulette:celery:inference", 0, -1)):  # noqa: ASYNC110 - another's store
            await asyncio.sleep(0.01)
    store.delete("roulette:celery:inference")
    arguments, _, embedded = json.loads(base64.b64decode(json.loads(messages[0])["body"]))
    [following] = embedded["chain"]
    outcome = await database_sync_to_async(prepare_display)(*arguments)
    await database_sync_to_async(hang_display)(outcome, *following["args"])
    return [arguments, following["args"]]


def post(browser, visit: str, picture: bytes):
    return browser.post(f"/terminal/visits/{visit}/wall/", files={"photo": ("wall.jpg", picture, "image/jpeg")})


async def sent(browser, store, visit: str, picture: bytes | None = None) -> httpx.Response:
    """The answer to a terminal's yes."""
    posting = asyncio.create_task(post(browser, visit, picture or portrait()))
    await carried_out(store)
    async with asyncio.timeout(5):
        return await posting


def said_to(store, wall: str) -> list[dict]:
    return [json.loads(fields[b"event"]) for _, fields in store.xrange(events.screen_stream(wall))]


def hangs_nowhere(store) -> bool:
    return not any(said_to(store, wall) for wall in ("north", "south", "cellar-wall")) and not displays.current("hall")


# --- yes ------------------------------------------------------------------------------------------------------------


async def test_a_yes_hangs_the_picture_on_every_wall_of_the_room_and_on_no_other(at, visit, store):
    terminal = await database_sync_to_async(at)("entrance")
    answer = await sent(terminal, store, visit)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"display", "seconds"}
    assert 28 < answer.json()["seconds"] <= 30
    [event] = said_to(store, "north")
    assert said_to(store, "south") == [event]
    assert said_to(store, "cellar-wall") == []
    assert event["display"] == answer.json()["display"]
    assert [box["text"] for box in event["drawing"]["boxes"]] == [WORD]
    assert (event["width"], event["height"]) == (640, 480)
    for slug in ("north", "south", "north"):
        wall = await database_sync_to_async(at)(slug)
        picture = await wall.get(event["url"])
        assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
        assert picture.headers["Cache-Control"] == "no-store"
        assert picture.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
        assert len(decode_photo(picture.content).pixels) == 480


async def test_the_picture_is_for_walls_of_that_room_alone(at, visit, store):
    terminal = await database_sync_to_async(at)("entrance")
    await sent(terminal, store, visit)
    [event] = said_to(store, "north")
    for slug in ("", "entrance", "cellar-wall", "cellar-desk"):
        browser = await database_sync_to_async(at)(slug)
        answer = await browser.get(event["url"])
        assert (slug, answer.status_code, answer.headers["Cache-Control"]) == (slug, 404, "no-store")
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("display", ["x", "a" * 300, "%00", "%F0%9F%98%80"])
async def test_a_display_that_never_was_is_not_found(at, display, store):
    wall = await database_sync_to_async(at)("north")
    assert (await wall.get(f"/displays/{display}/")).status_code == 404


async def test_when_its_time_is_up_the_picture_is_gone(at, visit, store):
    terminal, wall = await database_sync_to_async(at)("entrance"), await asyncio.to_thread(at, "north")
    display = (await sent(terminal, store, visit)).json()["display"]
    [picture] = store.scan_iter("roulette:photo:*")
    assert 0 < store.pttl(picture) <= 30_000
    for name in (picture, f"roulette:display:{display}:record"):
        store.pexpire(name, 0)  # what the store does by itself
    assert (await wall.get(f"/displays/{display}/")).status_code == 404
    assert displays.current("hall") == []


async def test_deleting_takes_it_from_every_wall_within_a_second(at, visit, store):
    terminal, wall = await database_sync_to_async(at)("entrance"), await asyncio.to_thread(at, "north")
    display = (await sent(terminal, store, visit)).json()["display"]
    async with asyncio.timeout(1):
        assert (await terminal.post(f"/visits/{visit}/delete/")).status_code == 200
        assert said_to(store, "north")[-1] == {"display": display, "type": "gone"} == said_to(store, "south")[-1]
        assert (await wall.get(f"/displays/{display}/")).status_code == 404
    assert not list(store.scan_iter("roulette:photo:*"))


# --- no -------------------------------------------------------------------------------------------------------------


def beside_another() -> bytes:
    return file_of(with_face(drawn_face(), sitter=OTHER_SITTER, x=0.86, y=0.4, size=0.4), quality=90)


FORGERIES = {
    "another face elsewhere": (lambda: portrait(sitter=OTHER_SITTER, x=0.25), "display_another_face"),
    "the face elsewhere": (lambda: portrait(x=0.72), "display_another_face"),
    "two faces": (beside_another, "display_several_faces"),
    "no face": (lambda: file_of(background()), "display_no_face"),
    "a picture and an archive": (lambda: portrait() + zipped(), "display_unreadable"),
    "a page": (lambda: b"<html>" + MARKER, "display_unreadable"),
    "half a picture": (lambda: portrait()[:8000], "display_unreadable"),
    "nothing": (lambda: b"", "display_unreadable"),
}


@pytest.mark.parametrize("kind", FORGERIES)
async def test_a_forged_picture_is_refused_and_hangs_nowhere(at, visit, store, kind):
    make, code = FORGERIES[kind]
    terminal = await database_sync_to_async(at)("entrance")
    posting = asyncio.create_task(post(terminal, visit, make()))
    await carried_out(store)
    answer = await posting
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert hangs_nowhere(store)
    assert not list(store.scan_iter("roulette:photo:*"))
    again = await post(terminal, visit, portrait())
    assert (again.status_code, again.json()["code"]) == (409, "wall_used")


async def test_there_is_no_second_use(at, visit, store):
    terminal = await database_sync_to_async(at)("entrance")
    await sent(terminal, store, visit)
    again = await post(terminal, visit, portrait())
    assert (again.status_code, again.json()["code"]) == (409, "wall_used")
    assert len(said_to(store, "north")) == 1


async def test_of_two_at_once_one_hangs(at, visit, store):
    terminal = await database_sync_to_async(at)("entrance")
    posting = [asyncio.create_task(post(terminal, visit, portrait())) for _ in range(2)]
    await carried_out(store)
    assert sorted([(await one).status_code for one in posting]) == [202, 409]
    assert len(displays.current("hall")) == 1


@pytest.mark.parametrize(
    ("slug", "code"),
    [("", "forbidden"), ("north", "forbidden"), ("cellar-desk", "wall_another_terminal")],
)
async def test_only_the_terminal_where_the_visit_began_may_send(at, visit, store, slug, code):
    browser = await database_sync_to_async(at)(slug)
    answer = await post(browser, visit, portrait())
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert not store.exists("roulette:celery:inference")


async def test_another_sites_page_cannot_send_in_a_terminals_name(at, visit):
    terminal = await database_sync_to_async(at)("entrance")
    del terminal.headers["X-CSRFToken"]
    assert (await post(terminal, visit, portrait())).status_code == 403
    assert displays.claimed(visit) == ""


async def test_a_revoked_terminal_may_not(at, visit, django_user_model, store):
    terminal = await database_sync_to_async(at)("entrance")
    staff = await django_user_model.objects.acreate(username="staff")
    await database_sync_to_async(lambda: pairing.revoke(Screen.objects.get(slug="entrance"), staff))()
    assert (await post(terminal, visit, portrait())).status_code == 403


async def test_a_visit_of_the_api_or_the_public_page_goes_to_no_wall(at, worker, store):
    visit = ended(worker, screen="")
    terminal = await database_sync_to_async(at)("entrance")
    answer = await post(terminal, visit, portrait())
    assert (answer.status_code, answer.json()["code"]) == (403, "wall_another_terminal")


async def test_a_visit_of_two_faces_goes_to_no_wall(at, worker, store):
    both = file_of(with_face(drawn_face(x=0.28, size=0.45), sitter=OTHER_SITTER, x=0.72, size=0.45), quality=90)
    visit = ended(worker, photo=both)
    terminal = await database_sync_to_async(at)("entrance")
    answer = await post(terminal, visit, portrait())
    assert (answer.status_code, answer.json()["code"]) == (409, "wall_not_one_face")


async def test_a_visit_that_was_deleted_is_over_or_never_was_goes_to_no_wall(at, visit, store, monkeypatch):
    terminal = await database_sync_to_async(at)("entrance")
    assert (await post(terminal, "somebody-elses", portrait())).status_code == 404
    with monkeypatch.context() as later:
        later.setattr(visits, "age", lambda _: 601.0)
        assert (await post(terminal, visit, portrait())).status_code == 410
    await database_sync_to_async(moderation.forget)(visit)
    assert (await post(terminal, visit, portrait())).status_code == 410
    assert hangs_nowhere(store)


async def test_a_visit_that_is_still_waiting_goes_to_no_wall(at, worker, store):
    visit = visits.mint()
    visits.begin(visit, "entrance")
    terminal = await database_sync_to_async(at)("entrance")
    answer = await post(terminal, visit, portrait())
    assert (answer.status_code, answer.json()["code"]) == (409, "wall_no_result")


@pytest.mark.parametrize(
    "form",
    [
        {"files": {"other": ("p.jpg", b"x")}},
        {"files": [("photo", ("a.jpg", b"x")), ("photo", ("b.jpg", b"x"))]},
        {"data": {"photo": "text"}},
        {"content": b""},
    ],
)
async def test_what_is_not_one_picture_in_its_field_is_refused_and_spends_nothing(at, visit, store, form):
    terminal = await database_sync_to_async(at)("entrance")
    answer = await terminal.post(f"/terminal/visits/{visit}/wall/", **form)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert displays.claimed(visit) == ""


async def test_more_than_a_megabyte_is_refused_before_and_behind_the_form(at, visit, settings):
    terminal = await database_sync_to_async(at)("entrance")
    for size in (settings.MAX_DISPLAY_BYTES + 1, 3 * settings.MAX_DISPLAY_BYTES):
        answer = await post(terminal, visit, b"\xff\xd8\xff" + b"x" * size)
        assert (answer.status_code, answer.json()["code"]) == (413, "display_too_large")
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert displays.claimed(visit) == ""


async def test_reading_the_address_sends_nothing(at, visit):
    terminal = await database_sync_to_async(at)("entrance")
    assert (await terminal.get(f"/terminal/visits/{visit}/wall/")).status_code == 405


# --- what goes wrong on our side ------------------------------------------------------------------------------------


async def test_where_no_machine_is_ready_nothing_is_spent(at, visit, store):
    terminal = await database_sync_to_async(at)("entrance")
    store.delete("roulette:machine")
    answer = await post(terminal, visit, portrait())
    assert (answer.status_code, answer.json()["code"]) == (503, "machine_unavailable")
    announce(MachineState(ready=True, model=MODEL))
    assert (await sent(terminal, store, visit)).status_code == 202


async def test_an_answer_that_does_not_come_is_given_up_and_never_hangs_later(at, visit, store, monkeypatch):
    monkeypatch.setattr(route, "HANGING_SECONDS", 0.2)
    terminal = await database_sync_to_async(at)("entrance")
    answer = await post(terminal, visit, portrait())
    assert (answer.status_code, answer.json()["code"]) == (503, "try_again")
    await carried_out(store)  # a worker after all
    assert hangs_nowhere(store)
    assert not list(store.scan_iter("roulette:photo:*"))
    monkeypatch.undo()


async def test_an_order_that_cannot_be_given_leaves_nothing_behind(at, visit, store, monkeypatch):
    class Gone:
        @staticmethod
        def apply_async() -> None:
            raise redis.ConnectionError

    terminal = await database_sync_to_async(at)("entrance")
    monkeypatch.setattr(route, "chain", lambda *_: Gone)
    answer = await post(terminal, visit, portrait())
    assert (answer.status_code, answer.json()["code"]) == (503, "machine_unavailable")
    assert displays.claimed(visit) == ""
    assert not list(store.scan_iter("roulette:photo:*"))


# --- nothing is kept ------------------------------------------------------------------------------------------------


async def test_the_picture_is_in_no_order_no_key_and_no_log(at, visit, store, caplog):
    caplog.set_level(logging.DEBUG)
    picture = portrait()
    commented = picture[:2] + b"\xff\xfe" + (len(MARKER) + 2).to_bytes(2) + MARKER + picture[2:]
    terminal = await database_sync_to_async(at)("entrance")
    posting = asyncio.create_task(post(terminal, visit, commented))
    orders = json.dumps(await carried_out(store))
    display = (await posting).json()["display"]
    assert len(orders) < 1000
    held = b"".join(name + (store.dump(name) or b"") for name in store.scan_iter("*"))
    hung = photo_store.look(displays.ticket(display))
    for secret in (MARKER, base64.b64encode(MARKER)[:-4], hung[300:400], picture[300:400]):
        assert secret not in held
        assert secret not in orders.encode()
        assert secret not in caplog.text.encode()
    assert MARKER not in hung
    assert displays.ticket(display).encode() not in held
    assert not [name for name in store.scan_iter("*") if store.ttl(name) < 0 and b"epoch" not in name]


def test_a_box_is_what_the_order_carries(worker, store):
    visit = ended(worker)
    box = moderation.claim_walls(visit, "entrance", "d")
    assert isinstance(box, Box)
