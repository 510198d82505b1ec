"""The whole stack as a museum starts it: `manage.py exhibit`, with its store, workers and server, on a free port."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90


@dataclass
class Stack:
    """A running exhibition."""

    url: str
    state: Path
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Give the command, with an empty log."""
        with self.log.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "exhibit"],
                cwd=ROOT,
                env=self.environment,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> int:
        """Ask for the end, as a museum's machine does when it shuts down; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=40, **options)

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def wait_until_ready(self, seconds: float = READY_SECONDS) -> float:
        """Seconds until every part is ready."""
        return self._wait(self.ready, seconds)

    def wait_for(self, words: str, seconds: float = READY_SECONDS) -> float:
        """Seconds until the log holds `words`."""
        return self._wait(lambda: words in self.log.read_text(), seconds)

    def _wait(self, done: Callable[[], bool], seconds: float) -> float:
        began = time.monotonic()
        while not done():
            waited = time.monotonic() - began
            if waited > seconds or self.process.poll() is not None:
                raise RuntimeError(f"Not so after {waited:.0f} s:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)
        return time.monotonic() - began

    def processes(self) -> dict[str, list[int]]:
        """Process ids of the supervisor's descendants, by what their command line names."""
        parents: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except (OSError, IndexError):
                    continue
                parents.setdefault(parent, []).append(int(entry.name))
        found: dict[str, list[int]] = {}
        todo = [self.process.pid]
        while todo:
            for pid in parents.get(todo.pop(), []):
                todo.append(pid)
                found.setdefault(self._part(pid), []).append(pid)
        return {part: sorted(pids) for part, pids in found.items()}

    @staticmethod
    def _part(pid: int) -> str:
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return "gone"
        parts = ["uvicorn", "inference", "review", "beat", "valkey", "redis-server"]
        name = next((part for part in parts if part in line), "other")
        return "store" if name in {"valkey", "redis-server"} else name


def alive(pid: int) -> bool:
    """Whether `pid` runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def database():
    """The DATABASE_URL of an empty database for one stack: SQLite's by default, else beside the one given."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield ""
        return
    name = f"roulette_stack_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(given, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    with psycopg.connect(given, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def running(store: str = "", until: str = "Ready after", **more: str):
    """A stack of its own; `store` is a VALKEY_URL, or empty for the embedded one. Waits until its log says `until`."""
    with tempfile.TemporaryDirectory(prefix="rstack-") as folder, database() as database_url:
        state, port = Path(folder), free_port()
        environment = {
            **{k: v for k, v in os.environ.items() if k not in {"SECRET_KEY", "ROULETTE_PUBLIC", "VALKEY_URL"}},
            "ROULETTE_STATE_DIR": str(state),
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "DATABASE_URL": database_url,
            "VALKEY_URL": store,
            **more,
        }
        log = state / "stack.log"
        stack = Stack(f"http://127.0.0.1:{port}", state, environment, log)
        try:
            stack.wait_for(until)
            yield stack
        finally:
            try:
                stack.stop()
            except subprocess.TimeoutExpired:
                os.killpg(stack.process.pid, signal.SIGKILL)
                raise


@pytest.fixture(scope="session")
def stack():
    """One stack for all tests that only use it. Its store is VALKEY_URL's where the services are tested."""
    store = os.environ.get("ROULETTE_TEST_STACK_VALKEY_URL", "")
    with running(store=store) as found:
        yield found


@pytest.fixture
def own_stack():
    """A stack for a test that breaks it."""
    with running() as found:
        yield found


def post_photo(client: httpx.Client, photo: bytes, *, wait: int | None = 30, accept: str = "application/json", **more):
    """POST `photo` to the API."""
    query = f"?wait={wait}" if wait is not None else ""
    return client.post(
        f"/api/v1/classifications/{query}",
        files={"photo": ("photo", photo, "application/octet-stream")},
        headers={"Accept": accept},
        **more,
    )


def dumps(answer: httpx.Response) -> str:
    return json.dumps(answer.json(), indent=1)
