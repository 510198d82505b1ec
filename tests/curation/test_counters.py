"""The dashboard's figures: counted once each, with nothing in them that leads to a visit, and never in its way."""

import json

import pytest
import redis

from curation import counters, events, moderation, presence, streams, visits


@pytest.fixture
def visit():
    visit = visits.mint()
    visits.begin(visit)
    events.begun(visit)
    return visit


def told(store) -> list[dict]:
    return [json.loads(fields[b"event"]) for _, fields in store.xrange(events.DASHBOARD_STREAM)]


def pass_time(store, key: str, seconds: int) -> None:
    """Let the entries of `key` be so much older."""
    for member, score in store.zrange(key, 0, -1, withscores=True):
        store.zadd(key, {member: score - seconds})


def test_a_photograph_is_waited_for_until_it_ends(visit, store):
    assert counters.today() | {"day": ""} == {
        "day": "",
        "photographs": 1,
        "results": 0,
        "failures": {},
        "waiting": 1,
    }
    moderation.fail(visit, "unreadable_photo")
    moderation.fail(visit, "try_again")
    figures = counters.today()
    assert (figures["waiting"], figures["failures"]) == (0, {"unreadable_photo": 1})
    assert [(event["type"], event["waiting"]) for event in told(store)] == [("counters", 1), ("counters", 0)]


def test_a_result_is_counted(visit):
    events.end(visit, {"state": "result"}, events.Result({}))
    assert counters.today()["results"] == 1


def test_a_visit_that_nobody_ended_is_counted_as_late_once(visit, store, settings):
    pass_time(store, counters.WAITING_KEY, settings.DEADLINE_SECONDS + counters.LATE_SECONDS)
    for _ in range(2):
        figures = counters.today()
    assert (figures["waiting"], figures["failures"]) == (0, {"deadline_passed": 1})


def test_a_visit_that_was_deleted_is_waited_for_no_longer(visit):
    events.delete(visit)
    figures = counters.today()
    assert (figures["waiting"], figures["failures"]) == (0, {})


def test_no_visit_can_be_found_in_the_figures(visit, store):
    kept = b"".join(store.dump(name) for name in store.scan_iter("roulette:counters:*"))
    assert kept
    assert visit.encode() not in kept
    assert visit.split(".")[0].encode() not in kept


def test_the_figures_are_forgotten(visit, store):
    moderation.fail(visit, "try_again")
    assert all(0 < store.ttl(name) <= counters.KEPT_SECONDS for name in store.scan_iter("roulette:counters:*"))


def test_the_same_figures_are_said_once(visit, store):
    events.tell_figures()
    events.tell_figures()
    assert len(told(store)) == 1


def test_a_visit_ends_although_it_cannot_be_counted(visit, monkeypatch):
    def full(*_):
        raise redis.ResponseError("OOM")

    monkeypatch.setattr(counters, "ended", full)
    assert moderation.fail(visit, "try_again")
    assert visits.read(visit).code == "try_again"


def test_a_screen_is_connected_while_one_of_its_sockets_is(store):
    events.screen_is_here("gallery", "wall", "first")
    events.screen_is_here("gallery", "wall", "second")
    events.screen_left("gallery", "wall", "first")
    assert presence.connected() == {"gallery": "wall"}
    events.screen_left("gallery", "wall", "second")
    assert presence.connected() == {}
    states = [event["connected"] for event in told(store) if event["type"] == "screen-state"]
    assert states == [True, True, True, False]


def test_a_screen_is_said_to_be_here_again_when_the_store_was_lost(store):
    events.screen_is_here("gallery", "wall", "first")
    store.delete(*store.scan_iter("roulette:*"))
    events.screen_is_here("gallery", "wall", "first")
    events.screen_is_here("gallery", "wall", "first")
    assert [event["type"] for event in told(store)] == ["screen-state", "counters"]


def test_a_screen_that_vanished_is_said_to_have_gone(store):
    events.screen_is_here("gallery", "wall", "first")
    pass_time(store, presence.KEY, presence.LASTS_SECONDS)
    assert presence.connected() == {}
    events.tell_what_lapsed()
    events.tell_what_lapsed()
    gone, figures = told(store)[-2:]
    assert gone == {"type": "screen-state", "slug": "gallery", "kind": "wall", "connected": False}
    assert figures["screens"] == 0


def test_what_was_said_last_of_a_screen_is_true(store, monkeypatch):
    """A page that is loaded again closes one socket and opens another at the same moment."""
    publish = events.publish_to_dashboard

    def slow(event):
        monkeypatch.setattr(events, "publish_to_dashboard", publish)
        presence.stay("gallery", "wall", "new")
        publish(event)

    presence.stay("gallery", "wall", "old")
    monkeypatch.setattr(events, "publish_to_dashboard", slow)
    events.screen_left("gallery", "wall", "old")
    states = [event["connected"] for event in told(store) if event["type"] == "screen-state"]
    assert states == [False, True]


def test_dashboards_follow_a_capped_stream(store):
    for number in range(100):
        events.publish_to_dashboard(events.ScreenState(str(number), "wall", connected=True))
    assert store.xlen(events.DASHBOARD_STREAM) == streams.LONGEST
