"""`manage.py bench`: how fast, as ratios; a table, and in the last line the same as JSON."""

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

GOALS = {
    "B1": "photo to label on the websocket, to the bare pipeline: ≤ 1.15",
    "B3": "bare pipeline, to its networks' runs alone: ≤ 1.25",
    "B7": "load_hierarchy, to reading and inserting with the bare driver: ≤ 3",
    "B8": "start of the default command, environment in place: seconds, first and second",
    "B9": "idle CPU of the whole command, of one core: ≤ 0.03",
}
VERSIONS = ("django", "celery", "onnxruntime", "numpy", "pillow", "uvicorn", "redis")
SERVERS = ("DATABASE_URL", "VALKEY_URL")  # the default's own are measured
INSIDE = "ROULETTE_BENCH"


class Command(BaseCommand):
    """Measures in a state directory of its own, which is thrown away."""

    help = "Measure speed as ratios to the limits that it approaches; prints a table and, last, JSON."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to be quick."""
        parser.add_argument("--quick", action="store_true", help="fewer samples, under 90 seconds")

    def handle(self, *, quick: bool, **_options: Any) -> None:
        """Measure and print.

        Raises:
            CommandError: the packages of the extra are missing, or the exhibit cannot be started.
        """
        if os.environ.get(INSIDE):
            self.measure(quick=quick)
            return
        with tempfile.TemporaryDirectory(prefix="roulette-bench-") as state:
            own = {
                INSIDE: "1",
                "ROULETTE_STATE_DIR": state,
                "DATABASE_URL": "",
                "VALKEY_URL": "",
                "ROULETTE_PUBLIC": "0",
            }
            command = [sys.executable, "manage.py", "bench", *(["--quick"] if quick else [])]
            ended = subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **own}, check=False)  # noqa: S603
        if ended.returncode:
            sys.exit(ended.returncode)

    def measure(self, *, quick: bool) -> None:
        """Take every measurement once, with what is heavy imported only now."""
        try:
            from exhibition import benchmarks  # noqa: PLC0415 - needs the extra `bench`
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: run `make bench`, or install the extra `bench`.") from error
        effort = benchmarks.Effort(samples=15, idle_seconds=10) if quick else benchmarks.Effort(80, 60)
        photo = benchmarks.kiosk_photo()
        found: dict[str, dict[str, Any]] = {}
        try:
            with benchmarks.running() as (_, _, first):
                pass
            with benchmarks.running() as (site, process, second):
                found["B8"] = {"first_s": first, "second_s": second, "samples": 1}
                found["B9"] = benchmarks.idling(process, effort)
                found["B1"] = benchmarks.to_the_websocket(site, photo, effort)
        except (RuntimeError, OSError) as error:
            raise CommandError(str(error)) from error
        found["B3"] = benchmarks.networks(photo, effort)
        found["B7"] = benchmarks.loading()
        self.show(dict(sorted(found.items())))

    def show(self, found: dict[str, dict[str, Any]]) -> None:
        """The table, and the last line."""
        for name, figures in found.items():
            self.stdout.write(f"{name}  {GOALS[name]}")
            self.stdout.write("    " + ", ".join(f"{key} {_short(value)}" for key, value in figures.items()))
        machine = {"cores": len(os.sched_getaffinity(0)), "processor": platform.machine(), "system": platform.system()}
        versions = {name: importlib.metadata.version(name) for name in VERSIONS}
        versions["python"] = platform.python_version()
        rounded = {name: {key: _rounded(value) for key, value in figures.items()} for name, figures in found.items()}
        self.stdout.write(json.dumps({"machine": machine, "versions": versions, **rounded}))


def _rounded(value: float) -> float:
    return round(value, 4) if isinstance(value, float) else value


def _short(value: float) -> str:
    return f"{value:.3g}" if isinstance(value, float) else f"{value:,}"
