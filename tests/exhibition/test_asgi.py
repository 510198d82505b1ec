"""One ASGI application, and which part of it answers what."""

import asyncio

import pytest

from exhibition import asgi
from exhibition.photo_routes import PHOTO_ROUTES, takes_photo


async def test_the_process_is_alive_without_database_or_store(client, settings):
    settings.VALKEY_URL = "redis://127.0.0.1:1"
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/nowhere/", "/nowhere/"])
async def test_every_answer_has_the_headers_that_browsers_obey(client, path):
    headers = (await client.get(path)).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert len(headers.get_list("Content-Security-Policy")) == 1


async def test_a_refusal_before_any_page_has_those_headers_as_well(client):
    answer = await client.post("/try/", content=b"", headers={"Content-Length": "99999999"})
    assert answer.status_code == 413
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_only_the_camera_page_may_ask_for_the_camera(client):
    for page in ("/try/", "/terminal/"):
        assert "camera=(self)" in (await client.get(page)).headers["Permissions-Policy"]
    assert "camera=()" in (await client.get("/try/other/")).headers["Permissions-Policy"]


async def test_an_address_of_the_api_that_does_not_exist_is_a_problem(client):
    answer = await client.get("/api/v1/nowhere/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("path", sorted(PHOTO_ROUTES))
def test_a_photograph_is_taken_by_post_alone(path):
    assert takes_photo("POST", path)
    assert not takes_photo("GET", path)
    assert not takes_photo("POST", path + "more/")


async def test_the_server_may_start_and_stop_the_application():
    sent = []
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message["type"])

    await asyncio.wait_for(asgi.application({"type": "lifespan"}, receive, send), 1)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_clients_that_do_not_read_hold_no_thread_that_serves_pages(client, monkeypatch):
    def long_file(environ, start_response):
        start_response("200 OK", [])
        return [b"x"] * 100

    monkeypatch.setattr(asgi._pages, "app", long_file)
    reads = asyncio.Event()
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/long/",
        "headers": [],
        "query_string": b"",
        "http_version": "1.1",
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        await reads.wait()

    stuck = [asyncio.create_task(asgi.application(scope, receive, send)) for _ in range(2 * asgi.PAGE_THREADS)]
    try:
        assert (await asyncio.wait_for(client.get("/another/"), 2)).status_code == 200
    finally:
        reads.set()
        await asyncio.gather(*stuck)
