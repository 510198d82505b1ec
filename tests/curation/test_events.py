"""Events are numbered, can be resumed, and always come to an end."""

import asyncio

import pytest

from curation import events, streams, visits


@pytest.fixture
def visit():
    visit = visits.mint()
    visits.begin(visit)
    return visit


async def told(visit: str, after: int = 0, epoch: str | None = None) -> list[dict]:
    async with asyncio.timeout(5):
        return [event async for event in events.follow(visit, after, epoch)]


def end(visit: str, code: str = "unreadable_photo") -> None:
    assert events.end(visit, {"state": "failed", "code": code}, events.failure(code))


async def test_a_follower_is_told_everything_in_order_and_to_the_end(visit):
    events.publish(visit, events.Waiting(ahead=3, seconds=1.5))
    following = asyncio.create_task(told(visit))
    await asyncio.to_thread(end, visit)
    said = await following
    assert [(event["seq"], event["type"]) for event in said] == [(1, "waiting"), (2, "failed")]
    assert said[0]["ahead"] == 3
    assert said[1]["detail"].startswith("This file could not be read")
    assert len({event["epoch"] for event in said}) == 1


async def test_who_comes_back_hears_only_what_was_missed(visit):
    events.publish(visit, events.Waiting(ahead=1, seconds=0.1))
    end(visit)
    first, second = await told(visit)
    assert await told(visit, after=first["seq"], epoch=first["epoch"]) == [second]


async def test_who_knows_another_epoch_hears_everything(visit):
    events.publish(visit, events.Waiting(ahead=1, seconds=0.1))
    end(visit)
    assert len(await told(visit, after=1, epoch="of a store that was lost")) == 2


async def test_the_deadline_ends_a_visit_that_nobody_ends(visit, store):
    store.pexpire(f"roulette:visit:{visit}:open", 50)
    [last] = await told(visit)
    assert last["type"] == "failed"
    assert "try again" in last["detail"].lower()


async def test_a_lost_store_ends_the_visit_at_once_and_changes_the_epoch(visit, store):
    events.publish(visit, events.Waiting(ahead=1, seconds=0.1))
    following = events.follow(visit)
    before = await anext(following)
    await following.aclose()
    store.flushdb()
    [last] = await told(visit, after=before["seq"], epoch=before["epoch"])
    assert last["code"] == "try_again"
    assert last["epoch"] != before["epoch"]


async def test_a_follower_hears_at_once_that_the_visitor_deleted_the_visit(visit):
    events.publish(visit, events.Waiting(ahead=1, seconds=0.1))
    following = events.follow(visit)
    assert (await anext(following))["type"] == "waiting"
    next_event = asyncio.ensure_future(anext(following))
    await asyncio.to_thread(events.delete, visit)
    async with asyncio.timeout(5):
        assert (await next_event)["type"] == "deleted"


async def test_who_has_heard_the_end_is_told_nothing_more(visit):
    end(visit)
    [last] = await told(visit)
    assert await told(visit, after=last["seq"], epoch=last["epoch"]) == []


async def test_who_claims_a_future_hears_everything(visit):
    end(visit)
    [last] = await told(visit)
    assert await told(visit, after=99, epoch=last["epoch"]) == [last]


async def test_a_stranger_is_told_nothing():
    with pytest.raises(visits.UnknownVisit):
        await told("somebody-elses")


def test_the_stream_is_capped_and_expires(visit, store, settings):
    for _ in range(100):
        events.publish(visit, events.Waiting(ahead=1, seconds=0.1))
    name = visits.events_key(visit)
    assert store.xlen(name) == streams.LONGEST
    assert 0 < store.ttl(name) <= settings.RESULT_SECONDS
