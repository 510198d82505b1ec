"""Whoever waits for an answer holds no copy of the photograph in the web process."""

import re
import tracemalloc

import pytest

from exhibition import route

PHOTO = b"\xff\xd8\xff\xe0" + bytes(4_000_000)


@pytest.fixture
def held(monkeypatch, machine):
    """The bytes in use, beyond those in use before, at the moment when the wait begins."""
    found = []

    async def wait_for_end(visit: str, seconds: float) -> bool:
        found.append(tracemalloc.get_traced_memory()[0])
        return False

    monkeypatch.setattr(route, "wait_for_end", wait_for_end)
    return found


@pytest.fixture
async def form(client):
    """What the page's form sends along."""
    page = await client.get("/try/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    return {"csrfmiddlewaretoken": token, "consent": "on"}


@pytest.mark.parametrize("address", ["/try/", "/api/v1/classifications/?wait=20"])
async def test_no_copy_of_the_photograph_is_kept(client, held, form, address):
    for _ in range(2):  # what the first request imports and caches is no copy
        held.clear()
        tracemalloc.start()
        answer = await client.post(address, files={"photo": ("p.jpg", PHOTO)}, data=form)
        tracemalloc.stop()
    assert answer.status_code in {200, 202}, answer.text
    assert held[0] < len(PHOTO) / 2
