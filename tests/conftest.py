"""Fixtures that every room shares."""

import io

import pytest
from django.conf import settings
from django.core.management import call_command

from exhibition import catalogues
from tests.stack import own_stack, stack

__all__ = ["own_stack", "stack"]


@pytest.fixture(scope="session", autouse=True)
def _catalogues_are_compiled():
    """The compiled translations are no part of the repository."""
    catalogues.compile_all(settings.LOCALE_PATHS)


@pytest.fixture(scope="session")
def _hierarchy_is_loaded(django_db_setup, django_db_blocker):
    """The dictionary and its default marks, loaded once into the tests' database; every test sees them."""
    with django_db_blocker.unblock():
        call_command("load_hierarchy", stdout=io.StringIO())


@pytest.fixture
def hierarchy(_hierarchy_is_loaded, db):
    """WordNet's persons and things as rows; what a test changes is rolled back."""


@pytest.fixture
def full_store(store):
    """A store that has no room for anything more."""
    before = store.config_get("maxmemory")["maxmemory"]
    store.config_set("maxmemory", 1)
    yield
    store.config_set("maxmemory", before)
