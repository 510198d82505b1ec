"""A visit has one deadline and one end."""

import pytest

from curation import visits


@pytest.fixture
def visit():
    visit = visits.mint()
    visits.begin(visit)
    return visit


def test_an_open_visit_is_pending_and_knows_how_long(visit):
    reading = visits.read(visit)
    assert reading.state == "pending"
    assert 0 < reading.milliseconds <= 20_000


def test_the_first_end_wins_and_every_later_one_loses(visit):
    assert visits.finish(visit, {"state": "failed", "code": "unreadable_photo"}, "{}")
    assert not visits.finish(visit, {"state": "result"}, "{}")
    assert visits.read(visit).code == "unreadable_photo"


def test_nothing_can_end_a_visit_after_its_deadline(visit, store):
    store.delete(f"roulette:visit:{visit}:open")  # what the store does by itself at the deadline
    assert not visits.finish(visit, {"state": "result"}, "{}")
    assert visits.read(visit).state == "failed"


def test_a_reader_derives_that_the_deadline_passed(visit, store, monkeypatch):
    store.delete(f"roulette:visit:{visit}:open")
    monkeypatch.setattr(visits, "age", lambda _: 21.0)
    assert visits.read(visit).code == "deadline_passed"


def test_a_reader_derives_that_the_store_was_lost(visit, store):
    store.flushdb()
    assert visits.read(visit).code == "try_again"


def test_the_open_key_lives_as_long_as_the_deadline(visit, store, settings):
    assert 0 < store.ttl(f"roulette:visit:{visit}:open") <= settings.DEADLINE_SECONDS


@pytest.mark.parametrize("forged", ["", "x", "19ab~abc", "19ab~abc.def", "../../etc"])
def test_an_id_that_was_never_ours_is_unknown(forged):
    with pytest.raises(visits.UnknownVisit):
        visits.read(forged)


def test_an_altered_id_is_unknown(visit):
    value, signature = visit.rsplit(".", 1)
    with pytest.raises(visits.UnknownVisit):
        visits.check(f"{value[:-1]}x.{signature}")


def test_a_visit_is_gone_after_ten_minutes(visit, monkeypatch):
    real = visits.time.time
    monkeypatch.setattr(visits.time, "time", lambda: real() + 601)
    with pytest.raises(visits.VisitGone):
        visits.read(visit)


def test_a_label_is_told_once(visit):
    visits.finish(visit, {"state": "result"}, "{}")
    assert visits.claim_telling(visit, 0)
    assert not visits.claim_telling(visit, 0)
    assert visits.claim_telling(visit, 1)


def test_nothing_is_told_of_a_visit_without_a_result(visit):
    assert not visits.claim_telling(visit, 0)
    visits.finish(visit, {"state": "failed", "code": "try_again"}, "{}")
    assert not visits.claim_telling(visit, 0)


def test_deleting_hands_back_what_was_counted(visit):
    visits.finish(visit, {"state": "result"}, "{}")
    visits.claim_telling(visit, 0)
    assert visits.settle_telling(visit, 0, {"wnid": "n10093167"})
    assert visits.delete(visit, "{}") == [{"wnid": "n10093167"}]
    assert visits.delete(visit, "{}") == []
    assert visits.read(visit).state == "deleted"


def test_a_count_under_way_while_the_visit_is_deleted_must_be_taken_back(visit):
    visits.finish(visit, {"state": "result"}, "{}")
    visits.claim_telling(visit, 0)
    assert visits.delete(visit, "{}") == []
    assert not visits.settle_telling(visit, 0, {"wnid": "n10093167"})


def test_deleting_an_open_visit_ends_it(visit):
    visits.delete(visit, "{}")
    assert not visits.finish(visit, {"state": "result"}, "{}")
    assert visits.read(visit).state == "deleted"


def test_a_visit_remembers_its_terminal_for_as_long_as_its_result_and_no_longer(store, settings):
    visit = visits.mint()
    visits.begin(visit, "entrance")
    assert visits.screen_of(visit) == "entrance"
    assert 0 < store.ttl(f"roulette:visit:{visit}:screen") <= settings.RESULT_SECONDS + settings.DEADLINE_SECONDS
    visits.finish(visit, {"state": "result"}, "{}")
    assert visits.screen_of(visit) == "entrance"
    visits.delete(visit, "{}")
    assert visits.screen_of(visit) == ""


def test_a_visit_that_began_at_no_terminal_knows_none(visit, store):
    assert visits.screen_of(visit) == ""
    assert not store.exists(f"roulette:visit:{visit}:screen")


def test_tickets_differ_by_purpose_and_visit(visit):
    other = visits.mint()
    tickets = {visits.ticket(v, purpose) for v in (visit, other) for purpose in ("photo", "picture", "drawn")}
    assert len(tickets) == 6
    assert not any(visit in ticket for ticket in tickets)
