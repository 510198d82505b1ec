"""Screens, staff, and devices that are screens."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from exhibition.gallery import pairing
from exhibition.models import Screen


@pytest.fixture
def wall(db):
    return Screen.objects.create(slug="gallery", name="The wall", kind="wall", room="gallery")


@pytest.fixture
def terminal(db):
    return Screen.objects.create(slug="entrance", name="The entrance", kind="terminal", room="gallery")


@pytest.fixture
def curator(db):
    return get_user_model().objects.create_user("curator", password="a password for tests", is_staff=True)


@pytest.fixture
def staff(curator):
    """A browser in which a member of staff has signed in."""
    client = Client()
    client.force_login(curator)
    return client


def device(screen: Screen, client: Client | None = None) -> Client:
    """A browser that is paired as `screen`."""
    client = client or Client()
    client.post(pairing.one_time_link(screen))
    return client


def cookie(client: Client) -> tuple[bytes, bytes]:
    """All cookies of a browser, as the header that it sends."""
    pairs = "; ".join(f"{name}={morsel.coded_value}" for name, morsel in client.cookies.items())
    return b"cookie", pairs.encode("latin-1")
