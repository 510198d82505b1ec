"""The web process, spoken to as a server would, and visits played on without workers.

Django's end of each request closes connections to the database, so every request needs leave to touch it.
"""

import httpx
import pytest

from classifier.machine_state import MachineState, announce
from classifier.results import ModelIdentity
from curation import answers, events, visits
from exhibition import asgi
from hierarchy.policy import Surface
from tests.curation.test_answers import answered

HERE = "http://localhost"


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """No files are collected in tests, so they have no hashed names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
async def client(transactional_db):
    """This computer's own requests."""
    transport = httpx.ASGITransport(asgi.application, client=("127.0.0.1", 5000))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as found:
        yield found


@pytest.fixture
async def stranger(transactional_db):
    """Another computer's requests."""
    transport = httpx.ASGITransport(asgi.application, client=("192.0.2.7", 5000))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as found:
        yield found


@pytest.fixture
def machine(store):
    """A worker has said that it holds a sound model."""
    announce(MachineState(ready=True, model=ModelIdentity("a model", "1", "0" * 64)))


@pytest.fixture
def visit(store):
    """A visit that has begun."""
    visit = visits.mint()
    visits.begin(visit)
    return visit


def end(visit: str, *marks, **options) -> None:
    """End `visit` with a result, as a review does."""
    record = answered(*marks, **options)
    document = answers.Answer(record, Surface.OWN_RESULT, frozenset()).document(visit, "WordNet 3.0")
    assert events.end(visit, record, events.Result(document))
