"""The API opens to this very computer and to holders of a key, and to no page of another site."""

import asyncio
from io import StringIO

import pytest
from django.core.management import call_command

from curation.models import ApiKey
from exhibition.access import PROXY_HEADERS, is_loopback, is_same_origin

VISIT = "/api/v1/classifications/never-ours/"  # 404 for those who may ask


@pytest.fixture
def key(transactional_db):
    return ApiKey.objects.issue("a museum")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_loopback_address_with_a_loopback_host_is_this_computer(address, host):
    assert is_loopback(address, host, {})


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "::ffff:192.0.2.7", "2001:db8::1", "", "unix:"])
def test_another_address_is_not(address):
    assert not is_loopback(address, "localhost", {})


@pytest.mark.parametrize("host", ["museum.example", "localhost.example", "127.0.0.1.example", ""])
def test_nor_is_a_loopback_address_that_asks_for_another_host(host):
    assert not is_loopback("127.0.0.1", host, {})


@pytest.mark.parametrize("name", PROXY_HEADERS)
async def test_nor_what_a_proxy_on_this_computer_passes_on(client, name):
    answer = await client.get(VISIT, headers={name: "127.0.0.1"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_required")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "https://localhost:8000"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://[broken"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_page_of_another_site_open_on_this_computer_is_refused(client, headers):
    answer = await client.get(VISIT, headers={"Host": "localhost", **headers})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost:8000"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_our_own_pages_and_programs_are_not(headers):
    assert is_same_origin(headers, "localhost:8000")


def test_the_usual_port_may_be_left_out():
    assert is_same_origin({"Origin": "https://museum.example"}, "museum.example:443")


async def test_this_computer_needs_no_key(client):
    assert (await client.get(VISIT)).status_code == 404


async def test_a_stranger_without_a_key_is_asked_for_one(stranger):
    answer = await stranger.get(VISIT)
    assert (answer.status_code, answer.json()["code"]) == (401, "key_required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_stranger_with_a_key_is_let_in(stranger, key):
    assert (await stranger.get(VISIT, headers={"Authorization": f"Bearer {key}"})).status_code == 404


async def test_an_invented_key_is_refused_even_on_this_computer(client):
    answer = await client.get(VISIT, headers={"Authorization": "Bearer invented"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_required")


async def test_a_photograph_from_a_stranger_with_a_key_is_taken(stranger, key, machine):
    answer = await stranger.post(
        "/api/v1/classifications/",
        files={"photo": ("p", b"\xff\xd8\xff\xe0")},
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 202


async def test_a_revoked_key_opens_nothing(stranger, key):
    await asyncio.to_thread(call_command, "revoke_api_key", "a museum", stdout=StringIO())
    answer = await stranger.get(VISIT, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_required")


def test_on_a_public_site_nobody_is_this_computer(settings):
    settings.ROULETTE_PUBLIC = True
    assert not is_loopback("127.0.0.1", "localhost", {})
