"""A device becomes a screen by a code that staff approve, or by a link that works once; and until it is revoked."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
import redis
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from curation import events
from exhibition.gallery import pairing
from exhibition.models import Pairing, Screen
from tests.exhibition.gallery.conftest import cookie, device

pytestmark = pytest.mark.django_db

SCREENS = "/staff/screens/"


def code_on(client: Client, kind: str = "wall") -> str:
    page = client.get("/screen/", {"kind": kind}).content.decode()
    return " ".join(re.search(r"<span>([A-Z0-9]{3})</span> <span>([A-Z0-9]{3})</span>", page).groups())


def asked(client: Client, kind: str = "wall") -> dict:
    return client.get("/screen/", {"kind": kind}, headers={"Accept": "application/json"}).json()


def scope(client: Client) -> dict:
    return {"headers": [cookie(client)]}


def age(seconds: int) -> None:
    """Let all that waits have begun so many seconds earlier."""
    for row in Pairing.objects.all():
        row.expires -= timedelta(seconds=seconds)
        row.save()


# --- codes ----------------------------------------------------------------------------------------------------------


def test_a_device_becomes_a_screen_when_staff_enter_its_code(wall, staff, curator):
    client = Client()
    code = code_on(client)
    assert asked(client) == {"state": "waiting"}
    answer = staff.post(f"{SCREENS}approve/", {"code": code.lower(), "screen": "gallery"}, follow=True)
    assert "The device is now The wall." in answer.content.decode()
    assert asked(client) == {"state": "paired", "address": "/wall/"}
    assert client.get("/screen/", {"kind": "wall"})["Location"] == "/wall/"
    assert pairing.paired_screen(scope(client), "wall") == wall
    row = Pairing.objects.get()
    assert (row.screen, row.approved_by, row.approved_at is not None) == (wall, curator, True)


def test_the_code_stays_the_same_when_the_page_is_loaded_again(wall):
    client = Client()
    assert code_on(client) == code_on(client)
    assert Pairing.objects.count() == 1


def test_codes_are_told_apart_at_a_distance_and_spell_no_word():
    assert not set("0O1IL8B5S2ZAEIOU") & set(pairing.ALPHABET)
    codes = {pairing._code(str(number)) for number in range(300)}
    assert len(codes) == 300
    assert {len(code) for code in codes} == {6}
    assert set("".join(codes)) == set(pairing.ALPHABET)


def test_neither_code_nor_token_is_stored(wall):
    waiting = pairing.begin("wall")
    kept = json.dumps(list(Pairing.objects.values()), default=str)
    assert waiting.code not in kept
    assert waiting.token not in kept
    assert hashlib.sha256(waiting.code.encode()).hexdigest() not in kept
    assert len(waiting.token) >= 43  # 256 bits


def test_an_unapproved_device_is_nobody(wall):
    client = Client()
    code_on(client)
    assert pairing.paired_screen(scope(client), "wall") is None


def test_a_code_works_once(wall, curator):
    code = pairing.begin("wall").code
    pairing.approve(code, wall, curator)
    with pytest.raises(pairing.WrongCode):
        pairing.approve(code, wall, curator)


def test_a_code_is_gone_after_ten_minutes(wall, curator):
    client = Client()
    code = code_on(client)
    age(pairing.CODE_SECONDS)
    with pytest.raises(pairing.WrongCode):
        pairing.approve(code, wall, curator)
    assert asked(client) == {"state": "expired"}
    assert code_on(client) != code


def test_guessing_ends_after_some_tries(wall, curator):
    code = pairing.begin("wall").code
    for _ in range(pairing.WRONG_TRIES):
        with pytest.raises(pairing.WrongCode):
            pairing.approve("CCCCCC", wall, curator)
    with pytest.raises(pairing.TooManyTries):
        pairing.approve(code, wall, curator)


def test_right_codes_use_up_no_tries(wall, curator):
    for _ in range(pairing.WRONG_TRIES + 1):
        pairing.approve(pairing.begin("wall").code, wall, curator)


def test_a_code_of_another_kind_is_refused_and_can_still_be_used(wall, terminal, curator):
    code = pairing.begin("terminal").code
    with pytest.raises(pairing.WrongKind):
        pairing.approve(code, wall, curator)
    assert pairing.approve(code, terminal, curator).screen == terminal


def test_a_link_is_no_code(wall, curator):
    link = pairing.one_time_link(wall).split("/")[3]
    with pytest.raises(pairing.WrongCode):
        pairing.approve(link, wall, curator)


def test_strangers_fill_no_table(monkeypatch):
    monkeypatch.setattr(pairing, "MOST_WAITING", 2)
    assert [Client().get("/screen/", {"kind": "wall"}).status_code for _ in range(3)] == [200, 200, 429]
    age(pairing.CODE_SECONDS)
    assert Client().get("/screen/", {"kind": "wall"}).status_code == 200
    assert Pairing.objects.count() == 1


def test_a_code_that_another_device_shows_is_not_given_again(monkeypatch):
    codes = iter(["CCCCCC", "CCCCCC", "DDDDDD"])
    monkeypatch.setattr(pairing, "_code", lambda token: next(codes))
    assert [pairing.begin("wall").code for _ in range(2)] == ["CCCCCC", "DDDDDD"]


def test_the_page_first_asks_what_the_screen_shall_be():
    page = Client().get("/screen/").content.decode()
    assert 'href="?kind=terminal"' in page
    assert 'href="?kind=wall"' in page
    assert Client().get("/screen/", {"kind": "door"}).status_code == 404


# --- the cookie -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secure", [True, False])
def test_the_token_is_in_a_cookie_that_no_script_and_no_other_site_can_use(wall, settings, secure):
    settings.SESSION_COOKIE_SECURE = secure
    client = device(wall)
    morsel = client.cookies[pairing.COOKIE]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Strict", "/")
    assert bool(morsel["secure"]) is secure


@pytest.mark.parametrize("value", ["", "wall", "wall:", "wall:invented", ":", "|||", "door:token", "wall:\x00é"])
def test_an_invented_cookie_is_nobodys(wall, value):
    assert pairing.paired_screen({"headers": [(b"cookie", f"{pairing.COOKIE}={value}".encode())]}, "wall") is None
    assert pairing.paired_screen({"headers": []}, "wall") is None


def test_one_browser_may_be_a_terminal_and_a_wall(wall, terminal):
    client = device(terminal, device(wall))
    assert pairing.paired_screen(scope(client), "wall") == wall
    assert pairing.paired_screen(scope(client), "terminal") == terminal


def test_a_wall_is_no_terminal(wall):
    assert pairing.paired_screen(scope(device(wall)), "terminal") is None


# --- links ----------------------------------------------------------------------------------------------------------


def test_a_preview_of_a_link_does_not_spend_it(wall):
    path = pairing.one_time_link(wall)
    assert "The wall" in Client().get(path).content.decode()
    assert Client().head(path).status_code == 200
    client = Client()
    assert client.post(path)["Location"] == "/wall/"
    assert pairing.paired_screen(scope(client), "wall") == wall


def test_a_link_works_once(wall):
    path = pairing.one_time_link(wall)
    Client().post(path)
    late = Client()
    assert late.post(path).status_code == late.get(path).status_code == 410
    assert pairing.COOKIE not in late.cookies


def test_a_link_is_gone_after_an_hour(wall):
    path = pairing.one_time_link(wall)
    age(pairing.LINK_SECONDS)
    assert Client().post(path).status_code == 410


def test_only_the_newest_link_of_a_screen_counts(wall, terminal):
    old, other, new = pairing.one_time_link(wall), pairing.one_time_link(terminal), pairing.one_time_link(wall)
    assert [Client().post(path).status_code for path in (old, other, new)] == [410, 302, 302]


@pytest.mark.parametrize("link", ["invented", "invented.signature", "a.b.c"])
def test_an_invented_link_is_spent(link):
    assert Client().post(f"/screen/link/{link}/").status_code == 410


def test_a_link_is_not_stored(wall):
    link = pairing.one_time_link(wall).split("/")[3]
    assert link.split(".")[0] not in json.dumps(list(Pairing.objects.values()), default=str)


def test_a_link_from_another_sites_form_is_refused(wall):
    path = pairing.one_time_link(wall)
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert pairing.screen_of_link(path.split("/")[3]) == wall


def test_who_answers_for_a_link_is_recorded(wall, curator):
    pairing.redeem(pairing.one_time_link(wall, by=curator).split("/")[3])
    assert Pairing.objects.get().approved_by == curator


# --- the end --------------------------------------------------------------------------------------------------------


def test_a_revoked_device_is_nobody_and_the_deed_is_recorded(wall, staff, curator):
    client = device(wall)
    answer = staff.post(f"{SCREENS}gallery/revoke/", follow=True)
    assert "The wall is no longer paired." in answer.content.decode()
    assert pairing.paired_screen(scope(client), "wall") is None
    row = Pairing.objects.get()
    assert (row.revoked_by, row.revoked_at is not None) == (curator, True)
    assert not pairing.revoke(wall, curator)


def test_revoking_ends_unspent_links_as_well(wall, curator):
    path = pairing.one_time_link(wall)
    pairing.revoke(wall, curator)
    assert Client().post(path).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_revoking_is_announced_to_the_screen(wall, curator, store):
    device(wall)
    pairing.revoke(wall, curator)
    [(_, fields)] = store.xrange(events.screen_stream("gallery"))
    assert json.loads(fields[b"event"]) == {"type": "revoked"}


@pytest.mark.django_db(transaction=True)
def test_revoking_does_not_depend_on_the_store(wall, curator, monkeypatch):
    client = device(wall)

    def away(*_):
        raise redis.ConnectionError

    monkeypatch.setattr(events, "publish_to_screen", away)
    assert pairing.revoke(wall, curator)
    assert pairing.paired_screen(scope(client), "wall") is None


def test_a_screen_is_one_device(wall):
    first, second = device(wall), device(wall)
    assert pairing.paired_screen(scope(first), "wall") is None
    assert pairing.paired_screen(scope(second), "wall") == wall
    assert Pairing.objects.in_force().count() == 1


def test_the_database_itself_refuses_half_a_pairing(wall):
    now = timezone.now()
    for wrong in (
        {"approved_at": now},
        {"approved_at": now, "screen": wall},
        {"approved_at": now, "token_hash": "t"},
        {"revoked_at": now, "screen": wall, "token_hash": "t"},
        {"kind": "door"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pairing.objects.create(**{"kind": "wall", "code_hash": "c", "expires": now, **wrong})


def test_walls_are_found_by_room(wall, terminal):
    Screen.objects.create(slug="upstairs", name="Upstairs", kind="wall", room="first-floor")
    assert Screen.objects.walls_of("gallery") == ["gallery"]


# --- views that only a screen may reach -----------------------------------------------------------------------------


def test_a_view_for_walls_leads_others_to_where_they_can_ask(wall):
    view = pairing.paired("wall")(lambda request: HttpResponse("pictures"))
    request = RequestFactory().get("/wall/")
    assert view(request)["Location"] == "/screen/?kind=wall"
    request.COOKIES[pairing.COOKIE] = device(wall).cookies[pairing.COOKIE].value
    assert view(request).content == b"pictures"
    with pytest.raises(pairing.PermissionDenied):
        view(RequestFactory().post("/wall/"))


# --- staff ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [SCREENS, f"{SCREENS}approve/", f"{SCREENS}gallery/revoke/"])
def test_only_staff_look_after_screens(wall, path):
    visitor = Client()
    visitor.force_login(get_user_model().objects.create_user("visitor"))
    paired = device(wall)
    for client in (Client(), visitor, paired):
        answer = client.post(path, {"code": "CCCCCC", "screen": "gallery"})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/staff/login/")
    assert pairing.paired_screen(scope(paired), "wall") == wall


def test_staff_see_who_paired_what_and_can_add_a_screen(wall, staff, curator):
    device(wall)
    answer = staff.post(SCREENS, {"name": "Upstairs", "slug": "upstairs", "kind": "terminal", "room": "gallery"})
    assert answer.status_code == 302
    pairing.approve(pairing.begin("terminal").code, Screen.objects.get(slug="upstairs"), curator)
    page = staff.get(SCREENS).content.decode()
    assert "by a link from the console" in page
    assert "Revoke Upstairs" in page
    assert "curator" in page


def test_a_screen_without_a_name_is_not_added(staff):
    answer = staff.post(SCREENS, {"name": "", "slug": "x y", "kind": "door", "room": ""})
    assert answer.status_code == 200
    assert not Screen.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "A code and a screen are needed."),
        ({"code": "CCCCCC", "screen": "gallery"}, "No screen shows this code now."),
        ({"code": "(terminal)", "screen": "gallery"}, "asks to be something else"),
    ],
)
def test_a_refused_approval_says_why(wall, staff, sent, said):
    if sent.get("code") == "(terminal)":
        sent = {**sent, "code": pairing.begin("terminal").code}
    assert said in staff.post(f"{SCREENS}approve/", sent, follow=True).content.decode()
    assert not Pairing.objects.in_force().exists()
