"""The page for a picture, and the plain form of a browser without scripts."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from classifier.errors import MachineUnavailable, UnsupportedFormat
from exhibition import route
from tests.exhibition.public.answered import HERO, OFFENDER, ended_visit, says, secrets_of, text_of

pytestmark = [pytest.mark.django_db]


def form(**more) -> dict:
    return {"consent": "on", "photo": SimpleUploadedFile("p.jpg", b"\xff\xd8\xff picture", "image/jpeg"), **more}


@pytest.fixture
def sent_on(monkeypatch):
    """The photographs that the route was given; each is taken for an ended visit's."""
    photos = []

    def start_visit(photo: bytes, *, drawn: bool = False) -> str:
        photos.append((photo, drawn))
        return "a-visit"

    monkeypatch.setattr(route, "start_visit", start_visit)
    return photos


def test_without_consent_a_clear_sentence_comes_back_and_nothing_is_sent_on(client, sent_on):
    fields = form()
    del fields["consent"]
    page = client.post("/try/", fields)
    assert page.status_code == 400
    assert "Nothing was sent on: please tick" in text_of(page)
    assert sent_on == []


def test_without_a_picture_a_clear_sentence_comes_back(client, sent_on):
    page = client.post("/try/", {"consent": "on"})
    assert page.status_code == 400
    assert "please choose a picture first" in text_of(page)
    assert sent_on == []


def test_a_script_is_told_where_the_answer_will_be(client, sent_on):
    answer = client.post("/try/", form(), headers={"Accept": "application/json"})
    assert answer.status_code == 202
    assert answer.json() == {
        "visit": "a-visit",
        "status": "pending",
        "url": "/visits/a-visit/",
        "delete": "/visits/a-visit/delete/",
        "websocket": "/ws/visits/a-visit/",
    }
    assert sent_on == [(b"\xff\xd8\xff picture", False)]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnsupportedFormat(), 415, "unsupported_format"),
        (MachineUnavailable("model.onnx is missing"), 503, "machine_unavailable"),
        (route.Busy(retry_after=7), 429, "busy"),
    ],
)
def test_a_refusal_is_a_problem_for_the_script_and_a_sentence_on_the_page(client, monkeypatch, error, status, code):
    def refuse(*_args: object, **_options: object) -> str:
        raise error

    monkeypatch.setattr(route, "start_visit", refuse)
    answer = client.post("/try/", form(), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    page = client.post("/try/", form())
    assert page.status_code == status
    assert answer.json()["detail"] in text_of(page)
    assert 'name="next" value="/try/"' in page.content.decode()
    assert page.headers.get("Retry-After") == ("7" if code == "busy" else None)


@pytest.mark.usefixtures("hierarchy")
@pytest.mark.parametrize("wnid", [HERO, OFFENDER])
def test_without_scripts_the_answer_is_a_page_with_the_picture_as_data(client, monkeypatch, wnid):
    visit = ended_visit(wnid)

    async def drawn(asked: str, seconds: float) -> bytes:
        assert asked == visit
        return b"a drawn picture"

    monkeypatch.setattr(route, "start_visit", lambda photo, *, drawn: visit)
    monkeypatch.setattr(route, "drawn_picture", drawn)
    page = client.post("/try/", form())
    assert page.status_code == 200
    assert f"data:image/jpeg;base64,{base64.b64encode(b'a drawn picture').decode()}" in page.content.decode()
    assert f'name="next" value="/visits/{visit}/"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert [secret for secret in secrets_of(wnid) if says(page, secret)] == []


def test_the_consent_box_is_not_ticked_beforehand(client):
    page = client.get("/try/").content.decode()
    assert 'name="consent" required data-consent>' in page
    assert "checked" not in page
