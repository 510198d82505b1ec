"""The programs that make up a running exhibition, and how each is called."""

import os
import sys

from django.conf import settings

from classifier.store import StoreUnavailable, async_connection
from exhibition import opening, valkey_server
from exhibition.supervisor import Program

REVIEWERS = 2  # processes; a review takes a few milliseconds
GRACEFUL_SECONDS = 5  # that the web server gives open connections
ENVIRONMENT = {
    "ROULETTE_DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "exhibition.settings",
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",  # the command says so once
}
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")


def programs() -> list[Program]:
    """Store (when it is ours), web server, workers and beat, in the order in which they are named in the log."""
    ours = [store()] if settings.VALKEY_EMBEDDED else []
    return [
        *ours,
        _python("web", *_uvicorn(), grace=GRACEFUL_SECONDS + 3),
        _python("inference", *_worker("inference", len(os.sched_getaffinity(0)))),
        _python("review", *_worker("review", REVIEWERS)),
        _python("beat", *_celery(), "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule", _schedule()),
    ]


def store() -> Program:
    """A Valkey or Redis server of our own, on a socket for this user alone."""
    return Program(
        "store",
        tuple(valkey_server.command(opening.store_socket())),
        foundation=True,
        answers=store_answers,
    )


async def store_answers() -> bool:
    """Whether the store takes commands."""
    connection = async_connection()
    try:
        return bool(await connection.ping())
    except StoreUnavailable:
        return False
    finally:
        await connection.aclose()


def _python(name: str, *words: str, grace: float = 8.0) -> Program:
    return Program(name, (sys.executable, "-m", *words), environment=ENVIRONMENT, grace=grace)


def _uvicorn() -> tuple[str, ...]:
    return (
        "uvicorn",
        "exhibition.asgi:application",
        *("--host", settings.HOST, "--port", str(settings.PORT)),
        *("--http", "exhibition.heads:BoundedHeads"),
        # Nobody's word about where a request came from is taken; the only message a websocket reads is short.
        *("--no-proxy-headers", "--ws-max-size", "4096"),
        *("--log-level", "warning", "--no-access-log", "--no-server-header"),
        *("--timeout-graceful-shutdown", str(GRACEFUL_SECONDS)),
    )


def _celery() -> tuple[str, ...]:
    return "celery", "--quiet", "--app", "exhibition.celery"


def _worker(queue: str, processes: int) -> tuple[str, ...]:
    return (
        *_celery(),
        *("worker", "--queues", queue, "--hostname", f"{queue}@%h"),
        *("--concurrency", str(processes), "--optimization", "fair"),
        *QUIET,
    )


def _schedule() -> str:
    return str(settings.ROULETTE_STATE_DIR / "beat-schedule")
