"""Request bodies are read whole, in memory, capped and timed, before any view."""

import asyncio
import json
import tracemalloc

import pytest

from exhibition.intake import FORM_OVERHEAD, HELD_PHOTOS, Intake

PHOTO = "/api/v1/classifications/"
CAP = 8 * 1024 * 1024 + FORM_OVERHEAD


class Client:
    """One request, spoken message by message; keeps what was answered and what reached the application."""

    def __init__(self, *pieces, method="POST", path=PHOTO, headers=(), query=b"", stalls=False):
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": list(headers),
            "query_string": query,
            "client": ("127.0.0.1", 5000),
            "server": ("127.0.0.1", 8000),
        }
        self.messages = [
            {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1 or stalls}
            for number, piece in enumerate(pieces)
        ]
        self.stalls = stalls
        self.sent = []
        self.reached = None

    async def receive(self):
        if self.messages:
            return self.messages.pop(0)
        if self.stalls:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    async def app(self, scope, receive, send):
        self.reached = (scope, await receive(), await receive())

    async def go(self, intake=None):
        intake = intake or Intake(self.app)
        intake.app = self.app
        await intake(self.scope, self.receive, self.send)
        return self

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def body(self):
        return b"".join(message["body"] for message in self.sent[1:])

    def header(self, name):
        return {key.lower(): value for key, value in self.sent[0]["headers"]}.get(name)


async def test_a_chunked_body_arrives_in_one_piece_with_its_true_length():
    client = await Client(b"ab", b"", b"cd", headers=[(b"transfer-encoding", b"chunked")]).go()
    scope, request, after = client.reached
    assert request == {"type": "http.request", "body": b"abcd", "more_body": False}
    assert scope["headers"] == [(b"content-length", b"4")]
    assert after == {"type": "http.disconnect"}


async def test_an_honest_length_beyond_the_cap_is_refused_before_any_byte_is_read():
    client = Client(b"x", headers=[(b"content-length", str(CAP + 1).encode())])
    await client.go()
    assert client.status == 413
    assert json.loads(client.body)["code"] == "photo_too_large"
    assert client.header(b"content-type") == b"application/problem+json"
    assert client.header(b"connection") == b"close"
    assert client.reached is None


async def test_a_chunked_body_is_refused_as_soon_as_it_is_longer_than_the_cap():
    client = await Client(*[b"x" * (1024 * 1024)] * 30).go()
    assert client.status == 413
    assert client.reached is None


async def test_what_is_left_of_a_refused_body_is_read_so_that_the_refusal_can_be_heard():
    client = await Client(*[b"x" * (1024 * 1024)] * 30).go()
    assert client.messages == []
    assert client.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_the_largest_photograph_with_its_form_passes():
    client = await Client(b"x" * CAP).go()
    assert len(client.reached[1]["body"]) == CAP


async def test_other_routes_take_a_form_and_no_photograph(settings):
    passed = await Client(b"x" * settings.MAX_FORM_BYTES, path="/api/v1/synsets/").go()
    refused = await Client(b"x" * (settings.MAX_FORM_BYTES + 1), path="/api/v1/synsets/").go()
    assert passed.reached is not None
    assert (refused.status, json.loads(refused.body)["code"]) == (413, "too_large")


async def test_the_photograph_routes_take_a_photograph_by_post_alone(settings):
    client = await Client(b"x" * (settings.MAX_FORM_BYTES + 1), method="PUT").go()
    assert json.loads(client.body)["code"] == "too_large"


async def test_a_body_that_never_ends_is_told_so_when_its_time_is_up(settings):
    settings.BODY_SECONDS = 0.02
    client = await Client(b"x", stalls=True).go()
    assert (client.status, json.loads(client.body)["code"]) == (408, "too_slow")
    assert client.reached is None


async def test_a_client_that_goes_away_is_dropped_without_a_word():
    client = Client(b"x", b"y")
    client.messages.pop()
    await client.go()
    assert client.sent == []
    assert client.reached is None


async def test_more_bodies_than_memory_is_set_aside_for_are_asked_to_come_back(settings):
    intake = Intake(None)
    intake.held = HELD_PHOTOS * settings.MAX_PHOTO_BYTES - 10
    client = await Client(b"x" * 11).go(intake)
    assert (client.status, json.loads(client.body)["code"]) == (429, "busy")
    assert int(client.header(b"retry-after")) > 0
    assert intake.held == HELD_PHOTOS * settings.MAX_PHOTO_BYTES - 10


async def test_nothing_is_held_once_a_body_was_passed_on_refused_or_dropped(settings):
    settings.BODY_SECONDS = 0.02
    intake = Intake(None)
    gone = Client(b"x", b"y")
    gone.messages.pop()
    for client in (Client(b"x" * 100), Client(b"x" * (CAP + 1)), Client(b"x", stalls=True), gone):
        await client.go(intake)
    assert intake.held == 0


async def test_a_body_that_was_handed_over_is_not_kept_while_the_answer_is_awaited():
    held = []

    async def app(scope, receive, send):
        await receive()
        held.append(tracemalloc.get_traced_memory()[0])

    client = Client(b"x" * 1_000_000, b"x" * 1_000_000)
    tracemalloc.start()
    await Intake(app)(client.scope, client.receive, client.send)
    tracemalloc.stop()
    assert held[0] < 500_000


async def test_a_page_says_its_refusal_in_a_sentence_of_the_visitors_language(settings):
    german = await Client(b"x" * (CAP + 1), path="/try/", headers=[(b"accept-language", b"de")]).go()
    italian = await Client(b"x" * (CAP + 1), path="/try/", headers=[(b"accept-language", b"it")]).go()
    assert german.header(b"content-type") == b"text/html; charset=utf-8"
    assert b'lang="en"' in german.body
    assert b'lang="it"' in italian.body


async def test_a_page_that_refuses_a_picture_leads_back_to_where_another_is_chosen():
    page = await Client(b"x" * (CAP + 1), path="/try/", headers=[(b"accept-language", b"it")]).go()
    assert page.status == 413
    assert '<a href="/try/">Torna alla pagina dell’immagine</a>' in page.body.decode()


async def test_a_header_that_passes_for_another_behind_wsgi_is_dropped():
    headers = [(b"x_forwarded_for", b"127.0.0.1"), (b"accept", b"*/*")]
    client = await Client(b"", method="GET", path="/", headers=headers).go()
    assert client.reached[0]["headers"] == [(b"accept", b"*/*"), (b"content-length", b"0")]


async def test_a_query_that_is_not_ascii_is_refused():
    client = await Client(b"", method="GET", path="/api/v1/synsets/", query=b"search=\xff").go()
    assert (client.status, json.loads(client.body)["code"]) == (400, "invalid")


@pytest.mark.parametrize("said", [b"charset=base64", b"charset=undefined", b"charset*=bogus''x", b"charset=utf-16"])
async def test_a_body_in_a_charset_of_no_form_is_refused(said):
    client = await Client(b"label=0", headers=[(b"content-type", b"application/x-www-form-urlencoded; " + said)]).go()
    assert (client.status, client.reached) == (415, None)


async def test_a_body_that_names_its_plain_charset_passes():
    client = await Client(b"{}", headers=[(b"content-type", b"application/json; charset=UTF-8")]).go()
    assert client.reached


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
async def test_what_is_not_http_passes_untouched(kind):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    await Intake(app)({"type": kind}, None, None)
    assert seen == [kind]
