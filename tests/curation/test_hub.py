"""What is announced reaches every follower once, in order, through outages; nobody holds anybody else up."""

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from classifier.store import connection
from curation import events, hub, streams
from tests.stage import start_store

STREAM = events.screen_stream("gallery")


def publish(*names: str) -> None:
    for name in names:
        events.publish_to_screen("gallery", events.Gone(name))


async def published(*names: str) -> None:
    await asyncio.to_thread(publish, *names)


async def here() -> tuple[int, str]:
    found = await asyncio.to_thread(streams.position, STREAM)
    return found.newest, found.epoch


async def take(frames, count: int) -> list[dict]:
    async with asyncio.timeout(10):
        return [json.loads((await anext(frames)).text) for _ in range(count)]


def names(said: list[dict]) -> list[str]:
    return [event["display"] for event in said]


async def quiet() -> None:
    """Let the hub's tasks end."""
    for _ in range(20):
        await asyncio.sleep(0.01)


@pytest.fixture
async def following():
    """Follow the stream from here on, or from where one is told."""
    opened = []

    def follow(after: int, epoch: str | None):
        frames = hub.follow(STREAM, after, epoch)
        opened.append(frames)
        return frames

    yield follow
    for frames in opened:
        await frames.aclose()


async def test_a_follower_is_told_everything_in_order(following):
    after, epoch = await here()
    frames = following(after, epoch)
    first = asyncio.create_task(take(frames, 3))
    await published("a", "b", "c")
    said = await first
    assert names(said) == ["a", "b", "c"]
    assert [event["seq"] for event in said] == [after + 1, after + 2, after + 3]
    assert {(event["type"], event["epoch"]) for event in said} == {("gone", epoch)}


async def test_who_comes_back_hears_only_what_was_missed(following):
    after, epoch = await here()
    await published("a", "b")
    assert names(await take(following(after + 1, epoch), 1)) == ["b"]


async def test_who_missed_more_than_is_kept_needs_a_snapshot(following):
    after, epoch = await here()
    await published(*map(str, range(streams.LONGEST + 1)))
    with pytest.raises(streams.SnapshotNeeded):
        await take(following(after, epoch), 1)
    assert len(await take(following(after + 1, epoch), streams.LONGEST)) == streams.LONGEST


@pytest.mark.parametrize("epoch", ["of a store that was lost", None])
async def test_who_knows_another_epoch_needs_a_snapshot(following, epoch):
    after, _ = await here()
    with pytest.raises(streams.SnapshotNeeded):
        await take(following(after, epoch), 1)


async def test_who_claims_a_future_needs_a_snapshot(following):
    after, epoch = await here()
    with pytest.raises(streams.SnapshotNeeded):
        await take(following(after + 5, epoch), 1)


async def test_a_stream_that_expired_never_reuses_a_number(following, store, monkeypatch):
    after, epoch = await here()
    await published("a")
    store.delete(STREAM)
    born, later = streams._birth(), 1000 * streams.FOLLOWED_SECONDS
    monkeypatch.setattr(streams, "_birth", lambda: born + later)
    await published("b")
    assert (await here())[0] > after + 1
    with pytest.raises(streams.SnapshotNeeded):
        await take(following(after, epoch), 1)


def test_the_stream_is_capped_and_expires(store):
    publish(*map(str, range(2 * streams.LONGEST)))
    assert store.xlen(STREAM) == streams.LONGEST
    assert 0 < store.ttl(STREAM) <= streams.FOLLOWED_SECONDS


async def test_two_hundred_followers_get_each_event_once_and_it_is_read_once(following, monkeypatch):
    after, epoch = await here()
    followers = [following(after, epoch) for _ in range(200)]
    waiting = [asyncio.create_task(take(frames, 1)) for frames in followers]
    await quiet()
    readings = []
    read = streams.read

    async def counted(*arguments):
        readings.append(arguments)
        return await read(*arguments)

    monkeypatch.setattr(streams, "read", counted)
    await published("a")
    assert [names(said) for said in await asyncio.gather(*waiting)] == [["a"]] * 200
    assert len(readings) == 1
    await published("b")
    assert len({id((await asyncio.wait_for(anext(frames), 5)).text) for frames in followers}) == 1


async def test_a_follower_that_does_not_read_is_let_go_and_holds_nobody_up(following, monkeypatch):
    monkeypatch.setattr(hub, "FARTHEST_BEHIND", 3)
    after, epoch = await here()
    slow, quick = following(after, epoch), following(after, epoch)
    await published("a")
    assert names(await take(slow, 1)) == names(await take(quick, 1)) == ["a"]
    for name in "bcdef":
        await published(name)
        assert names(await take(quick, 1)) == [name]
    with pytest.raises(hub.TooSlow):
        await take(slow, 5)


async def test_nothing_is_left_when_the_last_follower_has_gone():
    after, epoch = await here()
    for _ in range(50):
        async with aclosing(hub.follow(STREAM, after, epoch)) as frames:
            reading = asyncio.create_task(anext(frames))
            await asyncio.sleep(0)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    await quiet()
    assert hub._hubs == {}
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
    assert await asyncio.to_thread(connection().pubsub_numsub, streams.WAKE_UPS) == [(streams.WAKE_UPS.encode(), 0)]


async def test_a_lost_wake_up_only_delays(following, monkeypatch):
    monkeypatch.setattr(hub, "LOOKS_ANYWAY_AFTER", 0.1)
    after, epoch = await here()
    waiting = asyncio.create_task(take(following(after, epoch), 1))
    await quiet()
    monkeypatch.setattr(streams, "WAKE_UPS", "heard by nobody")
    await published("a")
    assert names(await waiting) == ["a"]


@pytest.fixture
def mortal_store(settings, tmp_path_factory):
    """A store that the test may kill, and start again, empty."""
    socket = tmp_path_factory.mktemp("s") / "v.sock"
    settings.VALKEY_URL = f"unix://{socket}?db=0"
    caches = (connection, streams._script)

    class Store:
        server = start_store(socket)

        def die(self) -> None:
            self.server.kill()
            self.server.wait()
            Path(socket).unlink(missing_ok=True)

        def rise(self) -> None:
            self.server = start_store(socket)

    for cached in caches:
        cached.cache_clear()
    mortal = Store()
    yield mortal
    mortal.die()
    for cached in caches:
        cached.cache_clear()


async def test_a_store_that_dies_and_comes_back_empty_leads_to_a_snapshot(following, mortal_store):
    after, epoch = await here()
    frames = following(after, epoch)
    first = asyncio.create_task(take(frames, 1))
    await published("a")
    assert names(await first) == ["a"]
    second = asyncio.create_task(take(frames, 1))
    mortal_store.die()
    await quiet()
    assert not second.done()
    mortal_store.rise()
    with pytest.raises(streams.SnapshotNeeded):
        await second
    after, epoch = await here()
    third = asyncio.create_task(take(following(after, epoch), 1))
    await published("b")
    assert names(await third) == ["b"]


async def test_broken_connections_lose_nothing(following, mortal_store):
    after, epoch = await here()
    frames = following(after, epoch)
    first = asyncio.create_task(take(frames, 1))
    await published("a")
    await first
    second = asyncio.create_task(take(frames, 2))
    for kind in ("pubsub", "normal"):
        await asyncio.to_thread(connection().client_kill_filter, _type=kind, skipme=True)
    await published("b", "c")
    assert names(await second) == ["b", "c"]
