"""A terminal's page, where its camera's picture arrives, and what is asked before the wall."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from classifier.results import Box, Classification, Face
from curation import moderation, visits
from curation.models import ConsentTally
from exhibition import route
from exhibition.gallery import consent
from exhibition.models import Screen
from tests.exhibition.gallery.conftest import device
from tests.exhibition.public.answered import HERO, MODEL, OFFENDER, label, says, secrets_of

pytestmark = [pytest.mark.django_db]
PICTURE = b"\xff\xd8\xff picture"


@pytest.fixture
def here(terminal):
    """A device that is the terminal."""
    return device(terminal)


@pytest.fixture
def sent_on(monkeypatch):
    """The photographs that the route was given, with the terminal they came from."""
    photos = []

    def start_visit(photo: bytes, *, screen: str = "") -> str:
        photos.append((photo, screen))
        return "a-visit"

    monkeypatch.setattr(route, "start_visit", start_visit)
    return photos


def send(client: Client, **fields):
    upload = SimpleUploadedFile("picture.jpg", PICTURE, "image/jpeg")
    return client.post("/terminal/photo/", {"photo": upload, "consent": consent.VERSION, **fields})


def ended_visit(screen: str, *wnids: str) -> str:
    """A visit that began at `screen`, its faces labelled `wnids`."""
    visit = visits.mint()
    visits.begin(visit, screen)
    found = tuple(Face(Box(0.7 - n / 5, 0.1, 0.2, 0.2), 0.9, label(wnid)) for n, wnid in enumerate(wnids))
    assert moderation.review(visit, Classification(640, 480, MODEL, found, None))
    return visit


def test_a_device_that_is_no_terminal_is_led_to_where_it_can_ask():
    answer = Client().get("/terminal/")
    assert answer.status_code == 302
    assert answer.url == "/screen/?kind=terminal"


def test_the_page_is_stored_nowhere_and_holds_neither_file_picker_nor_way_out(here):
    page = here.get("/terminal/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert "<a " not in text
    assert 'type="file"' not in text


def test_the_notice_claims_no_test_that_has_not_been_run(here):
    text = here.get("/terminal/").content.decode()
    assert "has not been run here yet" in text
    assert "Last self-test" not in text


def test_the_wall_is_asked_about_in_the_sentences_that_were_agreed(here):
    english = here.get("/terminal/").content.decode()
    assert "Show this picture with these words on the wall for 30 seconds?" in english
    assert "Others will see it and may photograph it. We cannot take their pictures back." in english
    italian = here.get("/terminal/", headers={"Accept-Language": "it"}).content.decode()
    assert "Mostrare questa immagine con queste parole sulla parete per 30 secondi?" in italian
    assert "Altri la vedranno e potranno fotografarla. Le loro foto non potremo cancellarle." in italian


def test_the_wall_is_asked_about_without_words_where_none_would_be_shown(here):
    english = here.get("/terminal/").content.decode()
    assert "hidden data-words>Show this picture on the wall for 30 seconds?" in english
    italian = here.get("/terminal/", headers={"Accept-Language": "it"}).content.decode()
    assert "hidden data-words>Mostrare questa immagine sulla parete per 30 secondi?" in italian


def test_a_picture_goes_on_with_its_terminal_and_the_consent_is_counted(here, sent_on):
    answer = send(here)
    assert answer.status_code == 202
    assert answer.json() == {
        "visit": "a-visit",
        "status": "pending",
        "url": "/visits/a-visit/",
        "delete": "/visits/a-visit/delete/",
        "websocket": "/ws/visits/a-visit/",
    }
    assert sent_on == [(PICTURE, "entrance")]
    assert list(ConsentTally.objects.values_list("version", "count")) == [(consent.VERSION, 1)]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"consent": ""}, 400, "consent_missing"),
        ({"consent": "0" * 12}, 409, "consent_outdated"),
        ({"photo": ""}, 400, "photo_missing"),
    ],
)
def test_without_this_very_consent_or_a_picture_nothing_is_sent_on_or_counted(here, sent_on, fields, status, code):
    answer = send(here, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert sent_on == []
    assert not ConsentTally.objects.exists()


def test_a_picture_from_elsewhere_is_refused_before_it_is_looked_at(sent_on, wall):
    for client in (Client(), device(wall)):
        answer = send(client)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_paired")
    assert sent_on == []


def test_a_picture_that_is_not_accepted_counts_no_consent(here, monkeypatch):
    def busy(*_args: object, **_options: object) -> str:
        raise route.Busy(retry_after=7)

    monkeypatch.setattr(route, "start_visit", busy)
    answer = send(here)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "busy", "7")
    assert not ConsentTally.objects.exists()


def test_the_consents_version_is_the_texts_own_checksum():
    text = "\n".join((*consent.NOTICE, consent.AGREEMENT))
    assert hashlib.sha256(text.encode()).hexdigest().startswith(consent.VERSION)
    assert len(consent.VERSION) == 12


@pytest.mark.usefixtures("hierarchy")
def test_the_question_names_no_word_that_a_wall_would_not_show(here):
    visit = ended_visit("entrance", OFFENDER)
    moderation.reveal(visit, 0)
    answer = here.get(f"/terminal/visits/{visit}/question/")
    assert answer.json() == {
        "asked": True,
        "words": [],
        "drawing": {
            "boxes": [{"x": 0.7, "y": 0.1, "width": 0.2, "height": 0.2, "text": None, "place": 0}],
            "scene": None,
        },
    }
    assert [secret for secret in secrets_of(OFFENDER) if says(answer, secret)] == []
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("hierarchy")
def test_the_question_names_the_word_and_puts_it_in_the_box_where_the_wall_does(here, monkeypatch):
    visit = ended_visit("entrance", HERO)
    monkeypatch.setattr(moderation, "wall_question", lambda visit: {"asked": True, "words": ["a word"]})
    question = here.get(f"/terminal/visits/{visit}/question/").json()
    assert [box["text"] for box in question["drawing"]["boxes"]] == question["words"] == ["a word"]


@pytest.mark.usefixtures("hierarchy")
def test_nothing_is_asked_before_the_word_was_read(here):
    visit = ended_visit("entrance", OFFENDER)
    assert here.get(f"/terminal/visits/{visit}/question/").json() == {
        "asked": False,
        "words": [],
        "drawing": None,
    }


@pytest.mark.usefixtures("hierarchy")
def test_nothing_is_asked_about_two_faces(here):
    visit = ended_visit("entrance", HERO, HERO)
    assert here.get(f"/terminal/visits/{visit}/question/").json()["asked"] is False


@pytest.mark.usefixtures("hierarchy")
def test_another_terminal_is_told_nothing(here):
    other = Screen.objects.create(slug="cellar", name="The cellar", kind="terminal", room="cellar")
    visit = ended_visit("entrance", OFFENDER)
    assert device(other).get(f"/terminal/visits/{visit}/question/").status_code == 404
    assert Client().get(f"/terminal/visits/{visit}/question/").status_code == 403


@pytest.mark.usefixtures("hierarchy")
def test_a_piece_for_a_terminal_has_no_second_tab_and_leaves_the_buttons_to_its_page(here):
    visit = ended_visit("entrance", OFFENDER)
    piece = here.get(f"/visits/{visit}/", headers={"X-Fragment": "terminal"}).content.decode()
    assert "target=" not in piece
    assert "data-delete" not in piece
