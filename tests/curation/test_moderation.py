"""The deeds on a visit: reviewed once, counted when told, revealed on asking, taken back on deleting."""

import json

import pytest
from django.utils import translation

from classifier import photo_store
from classifier.imaging import MOST_PIXELS
from classifier.results import Box, Candidate, Classification, Evidence, Face, Label, ModelIdentity
from curation import events, moderation, visits
from curation.models import EvidenceTally, Tally
from curation.tasks import give_up, review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hierarchy")]

MODEL = ModelIdentity("a model", "1", "0" * 64)
HERO, PLAYER, MUSLIM_WOMAN, SLUR = "n10101308", "n10101634", "n10341573", "n09643799"
HELMET, BALL = "n03379051", "n04118538"


def label(wnid: str = HERO) -> Label:
    return Label(wnid, 0.5, 0.07, (Candidate(PLAYER, 0.4),), (Evidence(HELMET, 0.03, 0.9), Evidence(BALL, 0.03, 0.1)))


def scene(wnid: str = HERO) -> Classification:
    return Classification(512, 512, MODEL, (), label(wnid))


def faces(*wnids: str) -> Classification:
    found = tuple(Face(Box(0.1, 0.1, 0.2, 0.2), 0.9, label(wnid)) for wnid in wnids)
    return Classification(512, 512, MODEL, found, None)


@pytest.fixture
def visit():
    visit = visits.mint()
    visits.begin(visit)
    return visit


def counts() -> dict[str, int]:
    return {row.wnid: row.count for row in Tally.objects.all()}


def test_a_scenes_word_is_shown_and_counted_with_what_led_to_it(visit):
    assert moderation.review(visit, scene())
    answer = moderation.answer(visit)
    assert answer["scene"]["lemmas"][0] == "football hero"
    assert answer["scene"]["paths"][0][0]["lemmas"][0] == "person"
    assert answer["scene"]["evidence"][0]["saw"] == "football helmet"
    row = Tally.objects.get()
    assert (row.wnid, row.count, row.policy, row.subject, row.model) == (HERO, 1, "museum/1", "scene", "0" * 64)
    assert {row.thing for row in EvidenceTally.objects.all()} == {HELMET, BALL}


def test_a_living_faces_word_is_counted_only_when_it_is_revealed_and_once(visit):
    moderation.review(visit, faces(HERO))
    assert counts() == {}
    moderation.reveal(visit, 0)
    again = moderation.reveal(visit, 0)
    assert again["faces"][0]["label"]["wnid"] == HERO
    assert counts() == {HERO: 1}


def test_a_hidden_word_is_hidden_from_every_reader_and_stays_counted(visit):
    moderation.review(visit, faces(HERO))
    moderation.reveal(visit, 0)
    hidden = moderation.hide(visit, 0)
    assert HERO not in json.dumps(hidden) + json.dumps(moderation.answer(visit))
    assert counts() == {HERO: 1}
    moderation.reveal(visit, 0)
    assert counts() == {HERO: 1}


def test_a_task_delivered_twice_counts_and_announces_once(visit, store):
    outcome = {"classification": scene().as_dict()}
    review(outcome, visit)
    review(outcome, visit)
    give_up(visit)
    assert counts() == {HERO: 1}
    assert store.xlen(visits.events_key(visit)) == 1


def test_a_review_after_the_deadline_says_and_counts_nothing(visit, store):
    store.delete(f"roulette:visit:{visit}:open")
    assert not moderation.review(visit, scene())
    assert counts() == {}
    assert store.xlen(visits.events_key(visit)) == 0


def test_a_refusal_becomes_a_sentence(visit):
    review({"refused": "unreadable_photo"}, visit)
    answer = moderation.answer(visit)
    assert (answer["status"], answer["code"]) == ("failed", "unreadable_photo")
    assert "could not be read" in answer["detail"]


@pytest.mark.parametrize("language", ["en", "it"])
def test_an_unreadable_photographs_sentence_names_the_limits_on_pixels(visit, language):
    review({"refused": "unreadable_photo"}, visit)
    with translation.override(language):
        detail = moderation.answer(visit)["detail"]
    limits = [f"{pixels / 1e6:g}" for pixels in MOST_PIXELS.values()]
    assert all(limit in detail.replace(",", ".") for limit in limits)


def test_deleting_takes_every_count_back_and_every_photograph(visit, store):
    for purpose in ("photo", "picture"):
        photo_store.put(b"x", ticket=visits.ticket(visit, purpose))
    moderation.review(visit, faces(HERO, HERO))
    moderation.reveal(visit, 0)
    moderation.reveal(visit, 1)
    assert counts() == {HERO: 2}
    moderation.forget(visit)
    assert counts() == {}
    assert not EvidenceTally.objects.exists()
    with pytest.raises(visits.VisitGone):
        moderation.answer(visit)
    assert not list(store.scan_iter("*photo*"))
    left = b"".join(store.dump(name) for name in store.scan_iter("*visit*"))
    assert HERO.encode() not in left


def test_deleting_twice_takes_back_once(visit):
    other = visits.mint()
    visits.begin(other)
    for one in (visit, other):
        moderation.review(one, scene())
    moderation.forget(visit)
    moderation.forget(visit)
    assert counts() == {HERO: 1}


@pytest.mark.parametrize(("wnid", "seen"), [("n10148035", "n10148035"), ("n10768903", "n04554684")])
def test_what_the_network_saw_does_not_say_the_word_behind_the_gate(visit, wnid, seen):
    """Groom, a class of the network's and a label; washer, a machine and a person."""
    gated = Label(wnid, 0.5, 0.07, (), (Evidence(seen, 0.9, 1.0),))
    moderation.review(visit, Classification(512, 512, MODEL, (Face(Box(0.1, 0.1, 0.2, 0.2), 0.9, gated),), None))
    evidence = moderation.answer(visit)["faces"][0]["label"]["evidence"][0]
    assert (evidence["saw"], evidence["wnid"], evidence["share"]) == (None, None, 1.0)
    assert moderation.reveal(visit, 0)["faces"][0]["label"]["evidence"][0]["wnid"] == seen


@pytest.mark.parametrize("wnid", [MUSLIM_WOMAN, SLUR])
def test_a_withheld_word_is_in_no_byte_of_any_answer_asked_for_or_not(visit, wnid, store):
    moderation.review(visit, faces(wnid))
    with pytest.raises(moderation.NotRevealable):
        moderation.reveal(visit, 0)
    said = json.dumps(moderation.answer(visit)) + str(store.xrange(visits.events_key(visit)))
    assert wnid not in said
    assert counts() == {}
    assert moderation.entry(visit, 0) == wnid  # behind its own page, without the picture


def test_a_gated_words_entry_cannot_be_read_before_the_gate_is_opened(visit):
    moderation.review(visit, faces(HERO, PLAYER))
    moderation.reveal(visit, 1)
    with pytest.raises(moderation.NoSuchLabel):
        moderation.entry(visit, 0)
    assert moderation.entry(visit, 1) == PLAYER


@pytest.mark.parametrize("number", [-1, 1, 99])
def test_a_label_that_is_not_there_cannot_be_revealed(visit, number):
    moderation.review(visit, scene())
    with pytest.raises(moderation.NoSuchLabel):
        moderation.reveal(visit, number)


def test_nothing_is_revealed_before_the_result(visit):
    with pytest.raises(moderation.NoSuchLabel):
        moderation.reveal(visit, 0)


def test_the_announced_result_is_the_one_that_is_read(visit, store):
    moderation.review(visit, faces(HERO))
    [(_, fields)] = store.xrange(visits.events_key(visit))
    event = json.loads(fields[b"event"])
    assert event["type"] == "result"
    assert event["result"] == moderation.answer(visit)
    assert HERO not in json.dumps(event)


def test_every_code_of_failure_has_its_sentence(visit):
    assert events.failure("deadline_passed").detail
    with pytest.raises(KeyError):
        events.failure("invented")


def test_tallies_of_a_visit_do_not_keep_the_order_of_its_faces(visit, monkeypatch):
    shuffled = []
    monkeypatch.setattr(moderation.random, "shuffle", shuffled.append)
    moderation.review(visit, scene())
    assert shuffled == [[0]]
