"""Pages are asked for in Django's own way, inside the test's transaction."""

import pytest
from django.test import Client


@pytest.fixture
def client():
    """A visitor's browser."""
    return Client()
