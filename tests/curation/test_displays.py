"""What goes to the walls: one picture, with the words that the question named, and gone at once when it must go."""

import json
from dataclasses import asdict

import pytest

from classifier import photo_store
from classifier.results import Box, Prepared
from curation import answers, displays, events, failures, moderation, visits
from curation.tasks import give_up_display, hang_display
from hierarchy.policy import Category, Clearance, Level, Mark, Surface
from tests.curation.test_answers import LABEL, answered

PREPARED = Prepared(1280, 960, Box(0.11, 0.1, 0.2, 0.2))
PLACE = {"url": "/displays/d/", "room": "gallery", "walls": ["north", "south"]}
WORD = f"lemma-of-{LABEL}"
PICTURE = b"\xff\xd8\xff\xe0 a marker that must not be found 7d1f" * 50


def end(visit: str, record: dict) -> str:
    document = answers.Answer(record, Surface.OWN_RESULT, frozenset()).document(visit, "WordNet 3.0")
    assert events.end(visit, record, events.Result(document))
    return visit


def begun(screen: str = "entrance") -> str:
    visit = visits.mint()
    visits.begin(visit, screen)
    return visit


def ended(mark=None, *, screen="entrance", clearance=Clearance.CLEARED, face=True) -> str:
    return end(begun(screen), answered(mark, clearance=clearance, face=face))


def two_faces() -> dict:
    record = answered(clearance=Clearance.CLEARED)
    record["classification"]["faces"] *= 2
    return record


def said_to(store, wall: str) -> list[dict]:
    return [json.loads(fields[b"event"]) for _, fields in store.xrange(f"roulette:screen:{wall}:events")]


def sent(visit: str, screen: str = "entrance") -> str:
    """A display of `visit` whose picture has been prepared."""
    display = displays.mint()
    moderation.claim_walls(visit, screen, display)
    photo_store.hang(PICTURE, displays.ticket(display))
    return display


def shown(visit: str, **place) -> str:
    """A display of `visit` that hangs."""
    assert moderation.wall_question(visit)["asked"]
    display = sent(visit)
    assert moderation.show_on_walls(visit, display, PREPARED, **{**PLACE, **place})
    return display


# --- the question ---------------------------------------------------------------------------------------------------


def test_the_question_names_a_word_that_may_stand_on_a_wall():
    assert moderation.wall_question(ended()) == {"asked": True, "words": [WORD]}


@pytest.mark.parametrize("clearance", [Clearance.NONE, Clearance.PROPOSED])
def test_a_word_nobody_cleared_never_reaches_a_wall(store, clearance):
    visit = ended(clearance=clearance)
    visits.open_gate(visit, 0)
    assert moderation.wall_question(visit) == {"asked": True, "words": []}
    shown(visit)
    [event] = said_to(store, "north")
    assert event["drawing"]["boxes"][0]["text"] is None
    assert WORD not in json.dumps(event)


@pytest.mark.parametrize("mark", [Mark(Level.SLUR, Category.SLUR), Mark(Level.SENSITIVE, Category.RELIGION)])
def test_a_withheld_word_is_in_no_question_and_on_no_wall(store, mark):
    visit = ended(mark)
    assert moderation.wall_question(visit) == {"asked": True, "words": []}
    shown(visit)
    assert WORD not in str(said_to(store, "north"))


def test_nobody_is_asked_before_the_word_was_read():
    visit = ended(Mark(Level.DEMEANING, Category.CHARACTER))
    assert moderation.wall_question(visit) == {"asked": False, "words": []}
    with pytest.raises(moderation.NotForWalls, match="wall_not_read"):
        moderation.claim_walls(visit, "entrance", "d")
    visits.open_gate(visit, 0)
    assert moderation.wall_question(visit) == {"asked": True, "words": []}, "a demeaning word, on its own screen alone"


def test_nobody_is_asked_where_there_is_not_exactly_one_face():
    for visit in (end(begun(), two_faces()), ended(face=False)):
        assert moderation.wall_question(visit) == {"asked": False, "words": []}
        with pytest.raises(moderation.NotForWalls, match="wall_not_one_face"):
            moderation.claim_walls(visit, "entrance", "d")


def test_nobody_is_asked_about_a_picture_that_was_taken_at_no_terminal():
    visit = ended(screen="")
    assert moderation.wall_question(visit) == {"asked": False, "words": []}
    for screen in ("", "entrance"):
        with pytest.raises(moderation.NotForWalls, match="wall_another_terminal"):
            moderation.claim_walls(visit, screen, "d")


def test_nobody_is_asked_twice():
    visit = ended()
    shown(visit)
    assert moderation.wall_question(visit) == {"asked": False, "words": []}


def test_without_a_result_there_is_no_question():
    with pytest.raises(moderation.NoSuchLabel):
        moderation.wall_question(begun())


# --- the claim ------------------------------------------------------------------------------------------------------


def test_the_terminal_of_the_visit_claims_its_walls_once():
    visit = ended()
    moderation.wall_question(visit)
    box = moderation.claim_walls(visit, "entrance", "first")
    assert asdict(box) == {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}
    with pytest.raises(moderation.NotForWalls, match="wall_used"):
        moderation.claim_walls(visit, "entrance", "second")


def test_another_terminal_cannot():
    visit = ended()
    moderation.wall_question(visit)
    with pytest.raises(moderation.NotForWalls, match="wall_another_terminal"):
        moderation.claim_walls(visit, "exit", "d")


def test_nothing_is_shown_about_which_nobody_was_asked():
    with pytest.raises(moderation.NotForWalls, match="wall_not_asked"):
        moderation.claim_walls(ended(), "entrance", "d")


def test_a_visit_without_a_result_claims_nothing():
    failed = begun()
    moderation.fail(failed, "try_again")
    for visit in (begun(), failed):
        with pytest.raises(moderation.NotForWalls, match="wall_no_result"):
            moderation.claim_walls(visit, "entrance", "d")


def test_a_visit_that_will_soon_be_over_claims_nothing_for_it_could_not_be_deleted(monkeypatch):
    visit = ended()
    moderation.wall_question(visit)
    monkeypatch.setattr(visits, "age", lambda _: 545.0)
    with pytest.raises(visits.VisitGone):
        moderation.claim_walls(visit, "entrance", "d")


def test_after_ten_minutes_or_deletion_or_under_a_forged_id_there_is_nothing_to_claim(monkeypatch, db):
    visit = ended()
    moderation.wall_question(visit)
    with pytest.raises(visits.UnknownVisit):
        moderation.claim_walls("somebody-elses", "entrance", "d")
    monkeypatch.setattr(visits, "age", lambda _: 601.0)
    with pytest.raises(visits.VisitGone):
        moderation.claim_walls(visit, "entrance", "d")
    monkeypatch.undo()
    moderation.forget(visit)
    with pytest.raises(visits.VisitGone):
        moderation.claim_walls(visit, "entrance", "d")


@pytest.mark.parametrize("code", ["display_no_face", "display_another_face", "display_unreadable"])
def test_a_forged_picture_spends_the_only_use(code):
    visit = ended()
    moderation.wall_question(visit)
    display = displays.mint()
    moderation.claim_walls(visit, "entrance", display)
    hang_display({"refused": code}, visit, display, PLACE)
    with pytest.raises(moderation.NotForWalls, match="wall_used"):
        moderation.claim_walls(visit, "entrance", "second")


@pytest.mark.parametrize("code", ["try_again", "machine_unavailable"])
def test_what_failed_on_our_side_can_be_tried_again(code):
    visit = ended()
    moderation.wall_question(visit)
    display = displays.mint()
    moderation.claim_walls(visit, "entrance", display)
    hang_display({"refused": code}, visit, display, PLACE)
    moderation.claim_walls(visit, "entrance", "second")


# --- what hangs -----------------------------------------------------------------------------------------------------


def test_every_wall_of_the_room_is_told_the_same_and_no_other(store):
    display = shown(ended())
    [event] = said_to(store, "north")
    assert [event] == said_to(store, "south")
    assert event["type"] == "shown"
    assert (event["display"], event["url"], event["width"], event["height"]) == (display, "/displays/d/", 1280, 960)
    assert 29 < event["seconds"] <= 30
    box = {"x": 0.11, "y": 0.1, "width": 0.2, "height": 0.2, "text": WORD, "place": 0}
    assert event["drawing"] == {"boxes": [box], "scene": None}
    assert said_to(store, "elsewhere") == []


def test_no_wall_learns_of_the_visit(store):
    visit = ended()
    shown(visit)
    assert visit not in str(said_to(store, "north"))
    assert visit not in str(displays.current("gallery"))


def test_a_word_that_the_question_did_not_name_is_not_shown_even_if_policy_allows_it_meanwhile(store, settings):
    visit = ended(clearance=Clearance.PROPOSED)
    visits.open_gate(visit, 0)
    moderation.wall_question(visit)
    settings.ROULETTE_POLICY = "demonstration"
    moderation.show_on_walls(visit, sent(visit), PREPARED, **PLACE)
    assert said_to(store, "north")[0]["drawing"]["boxes"][0]["text"] is None


def test_a_word_that_the_question_named_is_not_shown_if_policy_no_longer_allows_it(store, settings):
    settings.ROULETTE_POLICY = "demonstration"
    visit = ended(clearance=Clearance.PROPOSED)
    assert moderation.wall_question(visit)["words"] == [WORD]
    display = sent(visit)
    settings.ROULETTE_POLICY = "museum"
    moderation.show_on_walls(visit, display, PREPARED, **PLACE)
    assert said_to(store, "north")[0]["drawing"]["boxes"][0]["text"] is None


def test_a_room_knows_what_hangs_there_and_for_how_long_and_no_other_room_does(store):
    first, second = shown(ended()), shown(ended())
    current = displays.current("gallery")
    assert [one["display"] for one in current] == [first, second]
    assert all(0 < one["seconds"] <= 30 and one["type"] == "shown" for one in current)
    assert displays.current("cellar") == []
    store.pexpire(f"roulette:display:{first}:record", 0)  # what the store does by itself when the time is up
    assert [one["display"] for one in displays.current("gallery")] == [second]


def test_it_hangs_for_as_long_as_its_picture(store, settings):
    display = shown(ended())
    [picture] = store.scan_iter("*photo*")
    record = f"roulette:display:{display}:record"
    assert 0 < store.pttl(record) <= settings.DISPLAY_SECONDS * 1000
    assert abs(store.pttl(record) - store.pttl(picture)) < 100
    assert 0 < store.ttl("roulette:room:gallery:displays") <= settings.DISPLAY_SECONDS


def test_a_picture_whose_time_was_up_before_it_hung_does_not_hang(store):
    visit = ended()
    moderation.wall_question(visit)
    display = sent(visit)
    photo_store.discard(displays.ticket(display))
    assert not moderation.show_on_walls(visit, display, PREPARED, **PLACE)
    assert said_to(store, "north") == []
    assert displays.current("gallery") == []


def test_no_key_of_the_store_holds_the_picture_and_all_are_gone_by_themselves(store):
    shown(ended())
    held = b"".join(name + (store.dump(name) or b"") for name in store.scan_iter("*"))
    assert b"7d1f" not in held
    lasting = [name for name in store.scan_iter("*") if store.ttl(name) < 0 and b"epoch" not in name]
    assert lasting == []


# --- what is taken down ---------------------------------------------------------------------------------------------


def test_deleting_the_visit_takes_the_picture_down_and_tells_every_wall(store, db):
    visit = ended()
    display = shown(visit)
    moderation.forget(visit)
    for wall in ("north", "south"):
        assert said_to(store, wall)[-1] == {"display": display, "type": "gone"}
    assert displays.find(display) is None
    assert displays.current("gallery") == []
    assert photo_store.look(displays.ticket(display)) is None
    assert not list(store.scan_iter("*photo*"))
    assert not [n for n in store.scan_iter(f"*{visit}*") if n.endswith((b"asked", b"wall", b"screen"))]


def test_deleting_twice_says_so_once(store, db):
    visit = ended()
    shown(visit)
    moderation.forget(visit)
    moderation.forget(visit)
    assert [event["type"] for event in said_to(store, "north")] == ["shown", "gone"]


def test_a_picture_on_its_way_while_the_visit_is_deleted_never_hangs(store, db):
    visit = ended()
    moderation.wall_question(visit)
    display = displays.mint()
    moderation.claim_walls(visit, "entrance", display)
    moderation.forget(visit)
    photo_store.hang(PICTURE, displays.ticket(display))  # a worker had it in hand
    hang_display({"prepared": PREPARED.as_dict()}, visit, display, PLACE)
    assert said_to(store, "north") == []
    assert photo_store.look(displays.ticket(display)) is None


def test_the_last_thing_a_wall_hears_of_a_visit_deleted_meanwhile_is_that_it_is_gone(store, db, monkeypatch):
    visit = ended()
    moderation.wall_question(visit)
    display, publish = sent(visit), events.publish_to_screen

    def delete_first(slug: str, event: events.Shown) -> None:
        monkeypatch.setattr(events, "publish_to_screen", publish)
        moderation.forget(visit)
        publish(slug, event)

    monkeypatch.setattr(events, "publish_to_screen", delete_first)
    assert not moderation.show_on_walls(visit, display, PREPARED, **PLACE)
    for wall in ("north", "south"):
        assert said_to(store, wall)[-1]["type"] == "gone"


def test_a_display_that_was_given_up_never_hangs_and_the_visit_may_try_again(store):
    visit = ended()
    moderation.wall_question(visit)
    late = sent(visit)
    give_up_display(visit, late)
    hang_display({"prepared": PREPARED.as_dict()}, visit, late, PLACE)
    assert said_to(store, "north") == []
    assert moderation.show_on_walls(visit, sent(visit), PREPARED, **PLACE)


def test_giving_an_old_display_up_leaves_the_new_one_alone():
    visit = ended()
    moderation.wall_question(visit)
    old = sent(visit)
    moderation.withdraw_display(visit, old)
    new = sent(visit)
    moderation.show_on_walls(visit, new, PREPARED, **PLACE)
    moderation.withdraw_display(visit, old)
    assert [one["display"] for one in displays.current("gallery")] == [new]
    assert displays.claimed(visit) == new


# --- who waits is told ----------------------------------------------------------------------------------------------


async def test_who_waits_hears_that_it_hangs_or_why_not(store):
    displays.tell("d", {"seconds": 29.9})
    assert await displays.hear("d", 1) == {"seconds": 29.9}
    assert await displays.hear("d", 0.01) is None
    moderation.refuse_display("v", "d", "display_no_face")
    assert await displays.hear("d", 1) == {"refused": "display_no_face"}


def test_every_reason_has_a_sentence_and_a_status():
    for code in failures.WALL_SENTENCES:
        assert str(failures.sentence(code)).endswith(".")
        assert 400 <= failures.STATUS[code] < 500


def test_tickets_of_displays_differ_and_do_not_name_them():
    one, other = displays.mint(), displays.mint()
    assert len({displays.ticket(display, purpose) for display in (one, other) for purpose in ("sent", "hung")}) == 4
    assert one not in displays.ticket(one)
