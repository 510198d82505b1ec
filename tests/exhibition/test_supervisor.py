"""The supervisor over real programs. Each runs in a process of its own, as the exhibit command's does."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.stack import alive

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0

# What a kept program does: says who it is in a file, then as told.
PROGRAM = """
import os, pathlib, signal, subprocess, sys, time
home, name, way = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def note(kind):
    with (home / f"{name}.{kind}").open("a") as file:
        file.write(f"{os.getpid()} {time.monotonic()}\\n")
def ended(*_):
    note("stopped")
    sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if way == "stubborn" else ended)
if way == "parent":
    subprocess.Popen([sys.executable, sys.argv[0], str(home), name + "-child", "child"])
if way == "child":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
note("started")
print("I am", name, flush=True)
if way == "dying":
    print("my last words", file=sys.stderr, flush=True)
    sys.exit(3)
while True:
    time.sleep(60)
"""

SUPERVISE = """
import asyncio, pathlib, sys
from exhibition.supervisor import Program, Supervisor
home = pathlib.Path(sys.argv[1])
async def there(name):
    return (home / f"{name}.started").exists()
programs = []
for spec in sys.argv[2:]:
    name, way = spec.split(":")
    foundation = name == "store"
    command = (sys.executable, str(home / "program.py"), str(home), name, way)
    programs.append(Program(
        name, (f"/nowhere/{name}",) if way == "absent" else command, grace=1.0, foundation=foundation,
        answers=(lambda: there("store")) if foundation else None,
    ))
sys.exit(asyncio.run(Supervisor(programs).run()))
"""


class Stage:
    """A directory, a supervisor at work in it, and what its programs have noted there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "program.py").write_text(textwrap.dedent(PROGRAM))

    def open(self, *specs: str) -> None:
        self.supervisor = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(self.home), *specs],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def notes(self, name: str, kind: str = "started") -> list[tuple[int, float]]:
        file = self.home / f"{name}.{kind}"
        lines = file.read_text().splitlines() if file.exists() else []
        return [(int(line.split()[0]), float(line.split()[1])) for line in lines if len(line.split()) == 2]

    def pids(self) -> list[int]:
        return [pid for file in self.home.glob("*.started") for pid, _ in self.notes(file.stem)]

    def until(self, done) -> None:
        last = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < last, "nothing happened in time"
            time.sleep(0.01)

    def close(self) -> tuple[int, str]:
        said, _ = self.supervisor.communicate(timeout=PATIENCE)
        return self.supervisor.returncode, said


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path)
    yield stage
    stage.supervisor.kill()
    stage.supervisor.wait()
    for pid in filter(alive, stage.pids()):
        os.kill(pid, signal.SIGKILL)


def test_every_line_carries_the_name_of_who_said_it(stage):
    stage.open("web:steady", "workers:steady")
    stage.until(lambda: stage.notes("web") and stage.notes("workers"))
    stage.supervisor.terminate()
    status, said = stage.close()
    assert status == 0
    assert "web     │ I am web\n" in said
    assert "workers │ I am workers\n" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_program_in_order(stage, number):
    stage.open("store:steady", "web:steady", "workers:steady")
    stage.until(lambda: stage.notes("web") and stage.notes("workers"))
    stage.supervisor.send_signal(number)
    assert stage.close()[0] == 0
    assert not any(map(alive, stage.pids()))
    store = stage.notes("store", "stopped")[0][1]
    assert store >= stage.notes("web", "stopped")[0][1]
    assert store >= stage.notes("workers", "stopped")[0][1]


def test_the_foundation_answers_before_anything_stands_on_it(stage):
    stage.open("web:steady", "store:steady")
    stage.until(lambda: stage.notes("web"))
    assert stage.notes("store")[0][1] < stage.notes("web")[0][1]


def test_a_program_that_dies_is_started_again(stage):
    stage.open("web:steady", "workers:steady")
    stage.until(lambda: stage.notes("web") and stage.notes("workers"))
    os.kill(stage.notes("web")[0][0], signal.SIGKILL)
    stage.until(lambda: len(stage.notes("web")) == 2)
    stage.supervisor.terminate()
    status, said = stage.close()
    assert status == 0
    assert "web was killed by SIGKILL; it is started again." in said
    assert len(stage.notes("workers")) == 1


def test_five_deaths_within_a_minute_stop_everything_and_say_which_and_why(stage):
    stage.open("web:dying", "workers:steady")
    status, said = stage.close()
    assert status == 1
    assert len(stage.notes("web")) == 5
    assert "web died 5 times within 60 seconds" in said
    assert "ended with status 3" in said
    assert "    my last words" in said
    assert len(stage.notes("workers", "stopped")) == 1
    assert not any(map(alive, stage.pids()))


def test_a_program_that_will_not_stop_is_killed(stage):
    stage.open("web:stubborn")
    stage.until(lambda: stage.notes("web"))
    stage.supervisor.terminate()
    status, said = stage.close()
    assert status == 0
    assert "web did not stop within 1 seconds and is killed." in said
    assert not any(map(alive, stage.pids()))


def test_a_dead_program_leaves_no_children(stage):
    stage.open("workers:parent")
    stage.until(lambda: stage.notes("workers") and stage.notes("workers-child"))
    first, child = stage.notes("workers")[0][0], stage.notes("workers-child")[0][0]
    os.kill(first, signal.SIGKILL)
    stage.until(lambda: not alive(child))


def test_nothing_outlives_a_supervisor_that_is_killed(stage):
    stage.open("store:steady", "web:steady", "workers:steady")
    stage.until(lambda: stage.notes("web") and stage.notes("workers"))
    stage.supervisor.kill()
    stage.until(lambda: not any(map(alive, stage.pids())))


def test_a_program_that_is_not_there_ends_the_run_and_is_named(stage):
    stage.open("web:steady", "workers:absent")
    status, said = stage.close()
    assert status == 1
    assert "/nowhere/workers" in said
    assert not any(map(alive, stage.pids()))
