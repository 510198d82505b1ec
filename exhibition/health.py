"""Whether the web process is alive, and whether everything that a photograph needs is there.

Both are asked every few seconds by whoever watches over the exhibition, and answered before Django: no address is
looked up, no session opened, and a part that is out of order is not logged anew each time.
"""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from django.db import Error as DatabaseError
from django.db import connection as database
from django.utils.translation import gettext as _

from classifier.machine_state import NO_WORKER, machine_state
from classifier.store import StoreUnavailable
from classifier.store import connection as store

PROBE_SECONDS = 2.0

# Few, and of their own: a part that hangs holds these threads, and no others.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="probe")


async def alive(scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer at once, without Django, database or store: the event loop turns, and that is the whole question."""
    await _say(200, {"status": "alive"}, scope, send)


async def ready(scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Database, store, a worker, its model: 200 when all are there, else 503; says of each which is not, and why.

    Each part is given two seconds. An empty text means that nothing is wrong with it.
    """
    found = await asyncio.gather(*map(_probe, (_database, _store, _machine)))
    parts = {name: wrong for part in found for name, wrong in part.items()}
    missing = [name for name, wrong in parts.items() if wrong]
    document = {"status": "not ready" if missing else "ready", "not_ready": missing, "parts": parts}
    await _say(503 if missing else 200, document, scope, send)


async def _say(status: int, document: dict[str, Any], scope: HTTPScope, send: ASGISendCallable) -> None:
    body = json.dumps(document).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False})


async def _probe(part: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What `part` finds wrong, by name; that it did not answer when it takes longer than two seconds."""
    asked = asyncio.get_running_loop().run_in_executor(_threads, part)
    try:
        return await asyncio.wait_for(asked, PROBE_SECONDS)
    except TimeoutError:
        names = ("worker", "model") if part is _machine else (part.__name__.strip("_"),)
        return dict.fromkeys(names, _("No answer within two seconds."))


def _database() -> dict[str, str]:
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"database": _("The database is out of reach.")}
    finally:
        database.close()  # these threads outlive the request, whose end would have closed it
    return {"database": ""}


def _store() -> dict[str, str]:
    try:
        store().ping()
    except StoreUnavailable:
        return {"store": _("The store is out of reach.")}
    return {"store": ""}


def _machine() -> dict[str, str]:
    """A worker that speaks counts as there, even when it says that its model is not sound."""
    try:
        state = machine_state()
    except StoreUnavailable:
        return dict.fromkeys(("worker", "model"), _("Not known while the store is out of reach."))
    if not state.ready and state.reason == str(NO_WORKER):
        return dict.fromkeys(("worker", "model"), state.reason)
    return {"worker": "", "model": "" if state.ready else state.reason}
