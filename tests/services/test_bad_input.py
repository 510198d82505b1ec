"""Odd and hostile uploads over HTTP: a right result or the right refusal; the worker lives."""

import asyncio
import time

import httpx
import pytest

from tests import photographs
from tests.stack import post_photo

pytestmark = pytest.mark.services

SOUND = {
    "12 megapixels": photographs.twelve_megapixels,
    "turned by EXIF": lambda: photographs.turned(6),
    "CMYK": photographs.cmyk,
    "16 bits, grey": photographs.grey_16_bit,
    "16 bits, RGB": photographs.rgb_16_bit,
    "palette": photographs.palette_with_transparency,
    "transparent": photographs.transparent,
    "animated WebP": photographs.animated,
    "one pixel": photographs.one_pixel,
}
BROKEN = {
    **photographs.NO_PICTURES,
    "truncated JPEG": photographs.truncated,
    "truncated PNG": lambda: photographs.truncated("PNG"),
    "pixel bomb": photographs.pixel_bomb,
}
BOMBS = {
    "text chunk": photographs.text_chunk_bomb,
    "ICC profile": photographs.icc_bomb,
    "EXIF": photographs.exif_bomb,
    "scans": photographs.scan_bomb,
}


@pytest.fixture(scope="module")
def client(stack):
    with stack.client() as client:
        yield client


def workers(stack) -> list[int]:
    return stack.processes()["inference"]


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert len(body["detail"]) > 20
    return answer.status_code, body["code"]


@pytest.mark.parametrize("name", SOUND)
def test_an_odd_but_sound_photograph_gets_a_result(client, name):
    answer = post_photo(client, SOUND[name]())
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "done"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_photograph_is_refused_by_name_and_the_worker_lives(client, stack, name):
    before = workers(stack)
    assert problem(post_photo(client, BROKEN[name]())) in {
        (400, "unreadable_photo"),
        (415, "unsupported_format"),
    }
    assert workers(stack) == before


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_in_a_files_margins_is_disarmed_or_refused_within_a_second_of_work(client, stack, name):
    before, bomb = workers(stack), BOMBS[name]()
    began = time.perf_counter()
    answer = post_photo(client, bomb)
    assert time.perf_counter() - began < 3
    assert answer.status_code == 200 or problem(answer) == (400, "unreadable_photo")
    assert workers(stack) == before


def test_a_turned_photograph_is_measured_upright(client):
    assert post_photo(client, photographs.turned(6)).json()["photo"] == {"width": 80, "height": 60}


def test_text_is_an_unsupported_format(client):
    assert problem(post_photo(client, b"hello, machine " * 100)) == (415, "unsupported_format")


def test_thirty_megabytes_are_too_large(client):
    assert problem(post_photo(client, b"\xff\xd8\xff" + b"x" * 30_000_000)) == (413, "photo_too_large")


def test_thirty_megabytes_in_chunks_without_a_length_are_too_large(stack):
    async def body():
        yield b'--b\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n\xff\xd8\xff'
        for _ in range(30):
            yield b"x" * 1_000_000
        yield b"\r\n--b--\r\n"

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(base_url=stack.url, timeout=40) as client:
            return await client.post(
                "/api/v1/classifications/?wait=5",
                content=body(),
                headers={"Content-Type": "multipart/form-data; boundary=b"},
            )

    try:
        answer = asyncio.run(send())
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        pytest.fail("The connection was cut before the refusal could be read.")
    assert problem(answer) == (413, "photo_too_large")


def test_without_a_photo_the_request_is_refused(client):
    assert client.post("/api/v1/classifications/", files={"picture": ("p.jpg", photographs.jpeg())}).status_code == 400


@pytest.mark.parametrize("wait", ["-1", "31", "soon", "nan", "1e9"])
def test_a_senseless_wait_is_refused(client, wait):
    answer = client.post(f"/api/v1/classifications/?wait={wait}", files={"photo": ("p", photographs.jpeg())})
    assert answer.status_code == 400


async def _slow_body(host: str, port: int) -> None:
    _, writer = await asyncio.open_connection(host, port)
    writer.write(
        b"POST /api/v1/classifications/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    try:
        for _ in range(12):
            writer.write(b"-")
            await writer.drain()
            await asyncio.sleep(0.25)
    finally:
        writer.close()


async def _hold_the_doors(url: str, photo: bytes) -> list[float]:
    host, port = url.removeprefix("http://").split(":")
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=httpx.Limits(max_connections=200)) as client:
        waits = [
            asyncio.create_task(
                client.post("/api/v1/classifications/?wait=10", files={"photo": ("p.jpg", photo, "image/jpeg")})
            )
            for _ in range(50)
        ]
        slow = [asyncio.create_task(_slow_body(host, int(port))) for _ in range(50)]
        await asyncio.sleep(0.5)
        times = []
        while not all(task.done() for task in slow):
            began = time.perf_counter()
            assert (await client.get("/healthz")).status_code == 200
            times.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)
        answers = await asyncio.gather(*waits)
        await asyncio.gather(*slow, return_exceptions=True)
    assert {answer.status_code for answer in answers} <= {200, 202, 429}
    return times


def test_fifty_slow_bodies_and_fifty_waits_do_not_hold_up_the_house(stack):
    times = sorted(asyncio.run(_hold_the_doors(stack.url, photographs.jpeg())))
    print(f"healthz: median {times[len(times) // 2] * 1000:.0f} ms, worst {times[-1] * 1000:.0f} ms")  # noqa: T201
    assert times[len(times) // 2] < 0.1
