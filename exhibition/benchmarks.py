"""Speed, as ratios to the limit that each thing approaches, measured in the same minute on the same machine."""

import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import skimage
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from websockets.sync.client import connect

from classifier.drawing import Drawing, draw
from classifier.imaging import Photograph, decode_photo
from classifier.pipeline import Machine, classify, load_machine
from hierarchy.entries import PERSONS_FILE, THINGS_FILE, read_fixture

KIOSK_SIDE = 1280
READY_LINE = "Ctrl-C stops everything."


@dataclass(frozen=True)
class Effort:
    """How long to measure: samples of a photograph, and seconds of idling."""

    samples: int
    idle_seconds: float


def kiosk_photo() -> bytes:
    """One face, a JPEG of 1280 × 1280 pixels as a terminal sends it: scikit-image's astronaut, enlarged."""
    picture = decode_photo((Path(skimage.__file__).parent / "data" / "astronaut.png").read_bytes()).pixels
    large = np.repeat(np.repeat(picture, 3, axis=0), 3, axis=1)[:KIOSK_SIDE, 128 : 128 + KIOSK_SIDE]
    return draw(Photograph(large, KIOSK_SIDE, KIOSK_SIDE), Drawing((), None))


# --- B1, B3: from a photograph to a label ---------------------------------------------------------------------------


class Stopwatch:
    """Stands before a network and adds up the seconds of its runs."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.seconds = 0.0

    def run(self, *arguments: Any) -> Any:
        """Run the network."""
        began = time.perf_counter()
        answer = self.session.run(*arguments)
        self.seconds += time.perf_counter() - began
        return answer


def timed(machine: Machine) -> tuple[Stopwatch, Stopwatch]:
    """Put stopwatches before both networks of `machine`."""
    parts: tuple[Any, Any] = (machine.finder, machine.backend)
    for part in parts:
        part._session = Stopwatch(part._session)
    return parts[0]._session, parts[1]._session


def networks(photo: bytes, effort: Effort) -> dict[str, Any]:
    """B3: the bare pipeline to its two networks' runs alone."""
    machine = load_machine()
    watches = timed(machine)
    whole, alone = [], []
    for _ in range(effort.samples):
        for watch in watches:
            watch.seconds = 0.0
        whole.append(_seconds(lambda: classify(photo, machine)))
        alone.append(sum(watch.seconds for watch in watches))
    return _compared(whole, alone)


def to_the_websocket(site: str, photo: bytes, effort: Effort) -> dict[str, Any]:
    """B1: from sending a photograph to its result on the websocket, to the bare pipeline; turn by turn."""
    machine = load_machine()
    for _ in range(3):
        _one_visit(site, photo)
    whole, bare = [], []
    for _ in range(effort.samples):
        bare.append(_seconds(lambda: classify(photo, machine)))
        whole.append(_seconds(lambda: _one_visit(site, photo)))
    found = _compared(whole, bare)
    difference = [1000 * (all_of_it - part) for all_of_it, part in zip(whole, bare, strict=True)]
    return {**found, "added_ms": _median(difference), "added_ms_p95": _p95(difference)}


def _one_visit(site: str, photo: bytes) -> None:
    border = b"a-border-between-parts"
    body = b'--%b\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n\r\n%b\r\n--%b--\r\n'
    request = urllib.request.Request(  # noqa: S310 - the address of our own server
        f"{site}/api/v1/classifications/",
        data=body % (border, photo, border),
        headers={"Content-Type": f"multipart/form-data; boundary={border.decode()}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        started = json.load(answer)
    with connect(started["websocket"]) as messages:
        for message in messages:
            event = json.loads(message)
            if event["type"] == "failed":
                raise RuntimeError(f"A photograph failed: {event}")
            if event["type"] == "result":
                return
    raise RuntimeError("The websocket closed before the result.")


# --- B7: the dictionary ---------------------------------------------------------------------------------------------


def loading() -> dict[str, Any]:
    """B7: `load_hierarchy` to reading the same fixtures and inserting the same rows with the bare driver."""
    whole = [_seconds(lambda: call_command("load_hierarchy", force=True, stdout=_Nowhere())) for _ in range(3)]
    tables = {
        model._meta.db_table: _rows(model._meta.db_table) for model in apps.get_app_config("hierarchy").get_models()
    }
    bare = [_seconds(lambda: _load_bare(tables)) for _ in range(3)]
    return {**_compared(whole, bare), "rows": sum(map(len, tables.values()))}


def _rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a model's table
        return [tuple(row) for row in cursor.fetchall()]


def _load_bare(tables: dict[str, list[tuple[Any, ...]]]) -> None:
    for file in (PERSONS_FILE, THINGS_FILE):
        read_fixture(file)
    path = Path(settings.ROULETTE_STATE_DIR) / "bare.sqlite3"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as bare:
        for statement in _schema():
            bare.execute(statement)
        with bare:
            for table, rows in tables.items():
                if rows:
                    places = ", ".join("?" * len(rows[0]))
                    bare.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)  # noqa: S608


def _schema() -> list[str]:
    """Tables and indexes of the hierarchy, as SQLite wrote them down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name LIKE 'hierarchy_%' AND sql IS NOT NULL")
        return [statement for (statement,) in cursor.fetchall()]


class _Nowhere:
    """Where a command's words go while it is timed."""

    def write(self, _text: str) -> None:
        """Forget."""


# --- B8, B9: the whole command --------------------------------------------------------------------------------------


@contextmanager
def running() -> Iterator[tuple[str, "subprocess.Popen[str]", float]]:
    """The default command in the same state directory: its address, its process, and its seconds to ready.

    Raises:
        RuntimeError: it never became ready.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "exhibit"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield f"http://127.0.0.1:{port}", process, _until_ready(process) - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate()


def _until_ready(process: "subprocess.Popen[str]") -> float:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if "not ready" in line:
            break
        if READY_LINE in line:
            return time.perf_counter()
    raise RuntimeError("The exhibit did not become ready:\n" + "".join(said[-20:]))


def idling(process: "subprocess.Popen[str]", effort: Effort) -> dict[str, Any]:
    """B9: the share of one core that the whole command takes while nobody is there."""
    time.sleep(3)  # past the start's own work
    before, began = _cpu_seconds(process.pid), time.perf_counter()
    time.sleep(effort.idle_seconds)
    used, lasted = _cpu_seconds(process.pid) - before, time.perf_counter() - began
    return {"ratio": used / lasted, "samples": 1, "seconds": lasted}


def _cpu_seconds(pid: int) -> float:
    root = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:2]) for one in (root, *root.children(recursive=True)))


# --- figures --------------------------------------------------------------------------------------------------------


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _compared(whole: Sequence[float], part: Sequence[float]) -> dict[str, Any]:
    """Ratios of medians and of 95th percentiles, and the milliseconds that they are made of."""
    return {
        "ratio": _median(whole) / _median(part),
        "p95_ratio": _p95(whole) / _p95(part),
        "ms": 1000 * _median(whole),
        "limit_ms": 1000 * _median(part),
        "samples": len(whole),
    }


def _median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)


def _p95(numbers: Sequence[float]) -> float:
    return float(np.percentile(numbers, 95))
