"""The stage on which the tests play: a state directory of their own, and a real store.

Loaded with `-p tests.stage`, before Django reads its settings. `DATABASE_URL` and `VALKEY_URL` from the environment
are honoured; where VALKEY_URL is empty, a server of our own is started on a socket in a temporary directory.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

STATE = Path(tempfile.mkdtemp(prefix="roulette-test-"))
STORE_IS_OURS = not os.environ.get("VALKEY_URL")
os.environ.update(
    ROULETTE_STATE_DIR=str(STATE), ROULETTE_PUBLIC="0", SECRET_KEY="for the tests alone, of no use elsewhere"
)
if STORE_IS_OURS:
    os.environ["VALKEY_URL"] = f"unix://{STATE}/valkey.sock?db=0"
atexit.register(shutil.rmtree, STATE, ignore_errors=True)


def start_store(socket: Path) -> subprocess.Popen[bytes]:
    """Start a store on `socket` and wait until it listens."""
    from exhibition.valkey_server import command

    server = subprocess.Popen(command(socket), stdout=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError("The tests' store did not start.")
        time.sleep(0.01)
    return server


@pytest.fixture(scope="session")
def store_server():
    """The session's store: ours, or the one that VALKEY_URL names."""
    if not STORE_IS_OURS:
        yield None
        return
    server = start_store(STATE / "valkey.sock")
    yield server
    server.terminate()
    server.wait()


@pytest.fixture(autouse=True)
def store(store_server, request):
    """A store that each test finds empty."""
    from classifier.store import PREFIX, connection

    yield connection()
    names = list(connection().scan_iter(f"{PREFIX}*"))
    if names and "stack" not in request.fixturenames:
        connection().delete(*names)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Browser tests go last: Playwright's loop runs in the main thread, where no other can run beside it."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
