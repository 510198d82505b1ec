"""A request's head is capped and timed: nobody holds memory or a connection by never finishing one."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from uvicorn import Config, Server

from exhibition import heads

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
async def server():
    config = Config(hello, port=0, http="exhibition.heads:BoundedHeads", lifespan="off", log_level="error")
    server = Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - the server sets no event
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


@asynccontextmanager
async def connected(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(5):
        yield reader, writer
    writer.close()


async def test_a_head_that_never_ends_is_refused(server):
    async with connected(server) as (reader, writer):
        writer.write(HEAD)
        for _ in range(9):
            writer.write(b"X-More: " + b"a" * 8000 + b"\r\n")
            await writer.drain()
        assert (await reader.read()).startswith(b"HTTP/1.1 400")


async def test_an_address_that_never_ends_is_refused(server):
    async with connected(server) as (reader, writer):
        writer.write(b"GET /" + b"a" * (heads.MOST_BYTES + 1))
        assert (await reader.read()).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("begun", [b"", b"GET", HEAD])
async def test_a_head_that_does_not_come_ends_the_connection(server, monkeypatch, begun):
    monkeypatch.setattr(heads, "SECONDS", 0.1)
    async with connected(server) as (reader, writer):
        writer.write(begun)
        assert await reader.read() == b""


async def test_a_whole_head_may_be_followed_by_a_long_and_slow_body_and_another_request(server, monkeypatch):
    monkeypatch.setattr(heads, "SECONDS", 0.1)
    async with connected(server) as (reader, writer):
        writer.write(HEAD.replace(b"GET", b"POST") + b"Content-Length: 200000\r\n\r\n" + b"a" * 100_000)
        await asyncio.sleep(0.2)
        writer.write(b"a" * 100_000 + HEAD + b"\r\n")
        answered = b""
        while answered.count(b"hello") < 2:
            answered += await reader.read(1000)
        assert answered.count(b"HTTP/1.1 200") == 2
