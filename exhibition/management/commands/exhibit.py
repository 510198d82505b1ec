"""`manage.py exhibit`: everything, with one command."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command

from exhibition import catalogues, opening
from exhibition.access import LOOPBACK_HOSTS
from exhibition.programs import programs
from exhibition.supervisor import Supervisor

READY_SECONDS = 120.0


class Command(BaseCommand):
    """Prepares what is not prepared, then runs store, workers and web server until Ctrl-C."""

    help = "Prepare and run the whole exhibition: store, workers, beat and web server. Ctrl-C stops all of it."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prepare, run, and leave with the supervisor's status."""
        self.began = time.monotonic()
        opening.protect_memory()
        opening.demand_free_port(settings.HOST, settings.PORT)
        if os.geteuid() == 0:
            self.stderr.write("Running as root: this works, but a user of its own is safer.")
        with opening.sole_use_of(settings.ROULETTE_STATE_DIR), opening.known_address():
            opening.demand_store()
            opening.demand_database()
            self.troubles = opening.what_is_wrong_with_the_machine()
            self.prepare()
            supervisor = Supervisor(programs())
            status = asyncio.run(supervisor.run(lambda: self.announce(supervisor)))
        sys.exit(status)

    def prepare(self) -> None:
        """Every step that the first start needs and later ones find done."""
        with self.step("translations") as outcome:
            outcome(catalogues.compile_all(settings.LOCALE_PATHS))
        with self.step("database") as outcome:
            outcome(opening.migrate())
        with self.step("hierarchy"):
            call_command("load_hierarchy", stdout=self.stdout, stderr=self.stderr)
        with self.step("static files") as outcome:
            outcome(opening.collect_static_files())
        if not settings.ROULETTE_PUBLIC and (password := opening.make_curator()):
            self.stdout.write(f"staff account {opening.CURATOR}, password {password} (shown this once)")
        self.links = {} if settings.ROULETTE_PUBLIC else opening.links_of_demonstration_screens()

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[object], None]]:
        """Show a step and its seconds, or that there was nothing to do when its outcome is empty."""
        outcomes: list[object] = []
        began = time.monotonic()
        yield outcomes.append
        state = f"{time.monotonic() - began:.1f} s" if all(outcomes) else "up to date"
        self.stdout.write(f"{name:<13} {state}")

    async def announce(self, supervisor: Supervisor) -> None:
        """Wait until every part is ready, say for which one, and then print where to go."""
        missing = await self.until_ready(supervisor)
        seconds = time.monotonic() - self.began
        if missing:
            supervisor.say(f"Open after {seconds:.1f} s, but not ready: {', '.join(missing)}.")
        else:
            supervisor.say(f"Ready after {seconds:.1f} s.")
        for trouble in self.troubles:
            supervisor.say(f"The machine is out of order: {trouble}")
        for line in self.addresses():
            supervisor.say(line)

    async def until_ready(self, supervisor: Supervisor) -> list[str]:
        """What is still not ready at the end: nothing, or the machine when its files are wrong, or time is up."""
        said: list[str] = []
        while missing := await not_ready():
            waited = time.monotonic() - self.began
            if waited > READY_SECONDS or (self.troubles and missing == ["model"]):
                break
            if missing != said:
                supervisor.say(f"{waited:5.1f} s  waiting for {', '.join(missing)}")
                said = missing
            await asyncio.sleep(0.2)
        return missing

    def addresses(self) -> Iterator[str]:
        """Where to go, a line each."""
        pages = {
            "start page": "/",
            "show a picture": "/try/",
            "hierarchy": "/hierarchy/",
            "API schema": "/api/schema/",
            "staff": "/staff/",
            "screens": "/staff/screens/",
            "dashboard": "/dashboard/",
        }
        for name, path in pages.items():
            yield f"{name:<17} {opening.site()}{path}"
        for name, link in self.links.items():
            yield f"{name:<17} {opening.site()}{link} (works once, for an hour)"
        if settings.HOST in opening.EVERYWHERE and set(settings.ALLOWED_HOSTS) <= LOOPBACK_HOSTS:
            yield "Other devices are refused until ALLOWED_HOSTS names this computer's address or name."
        yield "Ctrl-C stops everything."


async def not_ready() -> list[str]:
    """The parts that /readyz says are not ready; "web" while nobody answers."""
    host, port = opening.reachable()
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return ["web"]
    try:
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        if head.split()[1:2] == [b"200"]:
            return []
        return _unready_parts(body)
    except OSError:
        return ["web"]
    finally:
        writer.close()


def _unready_parts(body: bytes) -> list[str]:
    try:
        return list(json.loads(body)["not_ready"])
    except (ValueError, KeyError):  # the web server answers, but not in the way of a sound one
        return ["web"]
