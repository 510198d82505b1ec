"""A visit's events over a websocket: in order, to the end, after a break as well; and to nobody else's page."""

import json

import pytest
from asgiref.testing import ApplicationCommunicator

from curation import events, moderation
from exhibition import asgi
from tests.exhibition.conftest import end

pytestmark = pytest.mark.django_db(transaction=True)


class Reader(ApplicationCommunicator):
    """A client that has asked for a websocket at `path`."""

    def __init__(self, path: str, headers) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 5000),
            "server": ("127.0.0.1", 8000),
            "subprotocols": [],
        }
        super().__init__(asgi.application, scope)

    async def connect(self) -> bool:
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(5))["type"] == "websocket.accept"

    async def say(self, text: str | None = None, data: bytes | None = None) -> None:
        await self.send_input({"type": "websocket.receive", "text": text, "bytes": data})


def socket(visit: str, *headers: tuple[bytes, bytes]) -> Reader:
    return Reader(f"/ws/visits/{visit}/", [(b"host", b"localhost:8000"), *headers])


async def opened(visit: str, *headers) -> Reader:
    reader = socket(visit, *headers)
    assert await reader.connect()
    return reader


async def told(reader: Reader) -> tuple[list[dict], int]:
    """Everything that is said, and the code with which the socket is closed."""
    said = []
    while True:
        message = await reader.receive_output(timeout=5)
        if message["type"] == "websocket.close":
            return said, message["code"]
        said.append(json.loads(message["text"]))


async def test_a_visit_is_told_to_its_end(visit):
    events.publish(visit, events.Waiting(ahead=2, seconds=1.0))
    reader = await opened(visit)
    end(visit)
    said, code = await told(reader)
    assert [(event["seq"], event["type"]) for event in said] == [(1, "waiting"), (2, "result")]
    assert said[1]["result"]["visit"] == visit
    assert len({event["epoch"] for event in said}) == 1
    assert code == 1000


async def test_a_visit_that_failed_says_a_sentence(visit):
    moderation.fail(visit, "unreadable_photo")
    said, code = await told(await opened(visit))
    assert (said[0]["type"], said[0]["code"], code) == ("failed", "unreadable_photo", 1000)
    assert said[0]["detail"]


async def test_a_visit_that_nobody_ends_fails_by_its_deadline(visit, store):
    reader = await opened(visit)
    store.pexpire(f"roulette:visit:{visit}:open", 50)
    said, code = await told(reader)
    assert (said[-1]["type"], code) == ("failed", 1000)


async def test_who_comes_back_hears_what_was_missed(visit):
    events.publish(visit, events.Waiting(ahead=2, seconds=2.0))
    reader = await opened(visit)
    first = json.loads((await reader.receive_output(timeout=5))["text"])
    await reader.say(json.dumps({"type": "resume", "epoch": first["epoch"], "after": first["seq"]}))
    end(visit)
    said, _ = await told(reader)
    assert [event["type"] for event in said] == ["result"]


async def test_who_comes_back_from_another_epoch_hears_everything(visit):
    events.publish(visit, events.Waiting(ahead=2, seconds=2.0))
    reader = await opened(visit)
    await reader.receive_output(timeout=5)
    await reader.say(json.dumps({"type": "resume", "epoch": "of a store that was lost", "after": 1}))
    assert json.loads((await reader.receive_output(timeout=5))["text"])["type"] == "waiting"
    end(visit)
    assert [event["type"] for event in (await told(reader))[0]] == ["result"]


async def test_an_invented_visit_is_unknown():
    assert await told(await opened("invented.signature")) == ([], 4404)


async def test_an_old_visit_is_gone(visit, settings):
    settings.RESULT_SECONDS = -1
    assert await told(await opened(visit)) == ([], 4410)


async def test_a_deleted_visit_says_so(visit):
    reader = await opened(visit)
    events.delete(visit)
    said, code = await told(reader)
    assert ([event["type"] for event in said], code) == (["deleted"], 1000)


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"type": "else"}',
        '{"type": "resume"}',
        '{"type": "resume", "epoch": 1, "after": 1}',
        '{"type": "resume", "epoch": "e", "after": -1}',
        '{"type": "resume", "epoch": "e", "after": "1"}',
        "[" * 1000,
    ],
)
async def test_what_is_not_understood_ends_the_conversation_politely(visit, text):
    reader = await opened(visit)
    await reader.say(text)
    assert await told(reader) == ([], 4400)


async def test_bytes_are_not_understood(visit):
    reader = await opened(visit)
    await reader.say(data=b"\x00")
    assert await told(reader) == ([], 4400)


async def test_who_asks_again_and_again_is_let_go(visit):
    reader = await opened(visit)
    for _ in range(9):
        await reader.say('{"type": "resume", "epoch": "x", "after": 0}')
    assert await told(reader) == ([], 1008)


async def test_a_long_message_is_too_big(visit):
    reader = await opened(visit)
    await reader.say("x" * 2000)
    assert await told(reader) == ([], 1009)


@pytest.mark.parametrize(
    "header",
    [
        (b"origin", b"https://elsewhere.example"),
        (b"origin", b"http://localhost:3000"),
        (b"origin", b"null"),
        (b"sec-fetch-site", b"cross-site"),
    ],
)
async def test_a_page_of_another_site_is_refused_before_the_socket_opens(visit, header):
    assert await socket(visit, header).connect() is False


async def test_our_own_page_is_not(visit):
    assert await socket(visit, (b"origin", b"http://localhost:8000")).connect()


async def test_a_host_that_is_not_ours_is_refused(visit):
    reader = Reader(f"/ws/visits/{visit}/", [(b"host", b"elsewhere.example")])
    assert await reader.connect() is False


async def test_an_address_that_nobody_answers_is_refused():
    reader = Reader("/ws/other/", [(b"host", b"localhost")])
    assert await reader.connect() is False
