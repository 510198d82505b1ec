"""A visitor's answer as pages: no word stands anywhere before it is asked for, and some never."""

import pytest
from django.test import Client

from classifier.results import Evidence, Label
from curation import visits
from exhibition.public import results
from tests.exhibition.public import answered
from tests.exhibition.public.answered import (
    HELMET,
    HERO,
    MAILLOT,
    MUSLIM_WOMAN,
    OFFENDER,
    SLUR,
    ended_visit,
    says,
    secrets_of,
    text_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hierarchy")]

IN_BOTH_LANGUAGES = pytest.mark.parametrize("language", ["en", "it"])
WITH_AND_WITHOUT_SCRIPT = pytest.mark.parametrize("headers", [{}, {"X-Fragment": "1"}], ids=["page", "piece"])


@IN_BOTH_LANGUAGES
@WITH_AND_WITHOUT_SCRIPT
@pytest.mark.parametrize("wnid", [HERO, OFFENDER, MUSLIM_WOMAN, SLUR])
def test_no_word_of_a_face_stands_on_its_page_before_it_is_asked_for(client, wnid, headers, language):
    page = client.get(f"/visits/{ended_visit(wnid)}/", headers={**headers, "Accept-Language": language})
    assert page.status_code == 200
    assert [secret for secret in secrets_of(wnid) if says(page, secret)] == []


@WITH_AND_WITHOUT_SCRIPT
def test_a_gated_word_is_revealed_on_asking_with_gloss_and_every_path(client, headers):
    visit = ended_visit(OFFENDER)
    page = client.post(f"/visits/{visit}/reveal/", {"label": 0}, headers=headers)
    assert page.status_code == 200
    assert "first offender : someone convicted for the first time" in text_of(page)
    assert f'href="/hierarchy/{OFFENDER}/"' in page.content.decode()
    assert "This is not about you." in text_of(page)


def test_a_revealed_word_never_stands_in_the_frame(client):
    page = client.post(f"/visits/{ended_visit(OFFENDER)}/reveal/", {"label": 0}).content.decode()
    drawing = page.split('<script id="drawing" type="application/json">')[1].split("</script>")[0]
    assert '"text": null' in drawing
    assert "offender" not in drawing


def test_hiding_again_takes_every_trace_of_the_word_from_the_page(client):
    visit = ended_visit(OFFENDER)
    client.post(f"/visits/{visit}/reveal/", {"label": 0})
    hidden = client.post(f"/visits/{visit}/reveal/", {"label": 0, "hide": "on"})
    assert [secret for secret in secrets_of(OFFENDER) if says(hidden, secret)] == []
    assert "Reveal the word" in text_of(hidden)


@pytest.mark.parametrize(("wnid", "kind"), [(MUSLIM_WOMAN, "religion"), (SLUR, "slur")])
def test_a_withheld_word_is_refused_to_whoever_asks_and_its_entry_offered_by_the_visit(client, wnid, kind):
    visit = ended_visit(wnid)
    page = client.get(f"/visits/{visit}/")
    assert kind in text_of(page)
    assert "This museum does not put such words on living people." in text_of(page)
    assert f'href="/visits/{visit}/entry/0/" target="_blank" rel="noopener noreferrer"' in page.content.decode()
    refused = client.post(f"/visits/{visit}/reveal/", {"label": 0})
    assert refused.status_code == 403
    assert [secret for secret in secrets_of(wnid) if says(refused, secret)] == []


def test_the_withheld_sentence_is_said_in_italian_too(client):
    page = client.get(f"/visits/{ended_visit(MUSLIM_WOMAN)}/", headers={"Accept-Language": "it"})
    sentence = (
        "La rete ha scelto una voce sulla religione. Questo museo non attribuisce parole simili a persone viventi."
    )
    assert sentence in text_of(page)
    assert "Leggi la voce" in text_of(page)


def test_an_entry_that_is_gated_on_pages_gives_not_even_its_id_before_it_is_opened(client):
    visit = ended_visit(SLUR)
    closed = client.get(f"/visits/{visit}/entry/0/")
    assert closed.status_code == 200
    assert [secret for secret in secrets_of(SLUR) if says(closed, secret)] == []
    opened = client.post(f"/visits/{visit}/entry/0/reveal/")
    assert all(says(opened, secret) for secret in secrets_of(SLUR))
    assert "<img" not in opened.content.decode()


def test_an_entry_that_pages_show_is_shown_without_the_picture(client):
    page = client.get(f"/visits/{ended_visit(MUSLIM_WOMAN)}/entry/0/")
    assert all(says(page, secret) for secret in secrets_of(MUSLIM_WOMAN))
    assert "<img" not in page.content.decode()


def test_what_is_not_named_beside_a_face_keeps_its_share_and_loses_its_name(client):
    page = client.get(f"/visits/{ended_visit(HERO)}/")
    assert "30 % came from something this museum does not name beside a face." in text_of(page)
    assert not any(says(page, secret) for secret in secrets_of(MAILLOT))
    assert "60 % football helmet" in text_of(page)


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "What the network saw, by its share of the score"),
        ("it", "Che cosa ha visto la rete, per quota del punteggio"),
    ],
)
def test_shares_are_said_to_be_of_the_score_and_a_small_one_is_never_written_as_nothing(
    client, monkeypatch, language, heading
):
    evidence = (Evidence(HELMET, 0.03, 0.0049), Evidence(MAILLOT, 0.03, 0.001))
    monkeypatch.setattr(answered, "label", lambda wnid: Label(wnid, 0.5, 0.07, (), evidence))
    page = client.get(f"/visits/{ended_visit(HERO)}/", headers={"Accept-Language": language})
    assert f"{heading} < 1 % football helmet" in text_of(page)
    assert text_of(page).count("< 1 %") == 2
    assert " 0 %" not in text_of(page)


@pytest.mark.parametrize(("percent", "written"), [(0.49, "< 1"), (0.5, "1"), (1.5, "2"), (2.5, "3"), (100.0, "100")])
def test_shares_are_rounded_to_whole_per_cent(percent, written):
    assert results._rounded(percent) == written


@pytest.mark.parametrize("hide", ["", "on"])
def test_the_language_switch_of_an_answer_that_a_post_brought_leads_back_to_it(client, hide):
    visit = ended_visit(OFFENDER)
    page = client.post(f"/visits/{visit}/reveal/", {"label": "0", "hide": hide})
    assert f'name="next" value="/visits/{visit}/"' in page.content.decode()
    assert '<a class="button" href="/try/">' in page.content.decode()


def test_a_scene_is_answered_as_in_2019_with_its_word_in_the_picture(client):
    page = client.get(f"/visits/{ended_visit()}/")
    assert "No face was found; the whole picture was labelled." in text_of(page)
    assert '"scene": "football hero"' in page.content.decode()


def test_faces_are_counted_from_the_left_and_duplicates_kept(client):
    page = client.get(f"/visits/{ended_visit(HERO, HERO, OFFENDER)}/")
    assert "3 faces were found." in text_of(page)
    order = [piece.split('"')[0] for piece in page.content.decode().split('data-label="')[1:]]
    assert order == ["2", "1", "0"]


@pytest.mark.parametrize("part", ["", "entry/0/"])
def test_nothing_about_a_visitor_is_stored_by_a_browser_or_a_proxy(client, part):
    page = client.get(f"/visits/{ended_visit(MUSLIM_WOMAN)}/{part}")
    assert "no-store" in page["Cache-Control"]


def test_deleting_leaves_a_page_that_says_so_and_an_address_that_is_gone(client):
    visit = ended_visit(HERO)
    assert client.post(f"/visits/{visit}/delete/").status_code == 200
    assert client.get(f"/visits/{visit}/").status_code == 410
    assert client.post(f"/visits/{visit}/reveal/", {"label": 0}).status_code == 410


@pytest.mark.parametrize("part", ["", "entry/0/"])
def test_an_id_that_was_never_ours_is_not_found(client, part):
    assert client.get(f"/visits/nonsense/{part}").status_code == 404


def test_a_number_that_no_label_has_is_not_found(client):
    visit = ended_visit(HERO)
    assert client.post(f"/visits/{visit}/reveal/", {"label": 7}).status_code == 404
    assert client.post(f"/visits/{visit}/reveal/", {"label": "x"}).status_code == 404


def test_an_answer_that_is_not_there_yet_says_so_with_202(client):
    visit = visits.mint()
    visits.begin(visit)
    assert client.get(f"/visits/{visit}/").status_code == 202


def test_revealing_needs_the_token_of_the_page():
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post(f"/visits/{ended_visit(HERO)}/reveal/", {"label": 0})
    assert refused.status_code == 403
    assert "Please try once more" in text_of(refused)
