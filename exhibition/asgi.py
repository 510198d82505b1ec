"""The one application that the server runs, and which part of it answers what.

- Websockets: Channels.
- Routes that take or await a photograph: Django's own ASGI handler. A wait there holds no thread.
- Every other page: one WSGI hop, many times quicker than the ASGI handler. It has a bounded number of threads,
  which is why nothing that waits may take it.
"""

import os
from typing import cast

from a2wsgi import WSGIMiddleware
from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from channels.routing import URLRouter
from channels.security.websocket import WebsocketDenier
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exhibition.settings")

_awaiting = cast(ASGI3Application, get_asgi_application())

# Django is set up by the line above; what follows needs it.
from exhibition.access import SameOriginOnly  # noqa: E402
from exhibition.gallery.sockets import DashboardConsumer, TerminalConsumer, WallConsumer  # noqa: E402
from exhibition.headers import SecurityHeaders  # noqa: E402
from exhibition.health import alive, ready  # noqa: E402
from exhibition.intake import Intake  # noqa: E402
from exhibition.photo_routes import takes_photo  # noqa: E402
from exhibition.visit_socket import VisitConsumer  # noqa: E402
from exhibition.wsgi import application as _wsgi  # noqa: E402

PAGE_THREADS = 10

# No bound on a response's queue: with one, ten clients that read slowly would hold all threads. A page is in
# memory anyway, and the longest static file is not long.
_pages = cast(ASGI3Application, WSGIMiddleware(_wsgi, workers=PAGE_THREADS, send_queue_size=0))


async def _by_route(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    request = cast(HTTPScope, scope)
    handler = _awaiting if takes_photo(request["method"], request["path"]) else _pages
    await handler(scope, receive, send)


_bodies = Intake(_by_route)


_health = {"/healthz": cast(ASGI3Application, alive), "/readyz": cast(ASGI3Application, ready)}


async def _health_or_more(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    await _health.get(cast(HTTPScope, scope)["path"], _bodies)(scope, receive, send)


_http = SecurityHeaders(_health_or_more)
_sockets = URLRouter(
    [
        path("ws/visits/<str:visit>/", VisitConsumer.as_asgi()),
        path("ws/terminals/<slug:slug>/", TerminalConsumer.as_asgi()),
        path("ws/walls/<slug:slug>/", WallConsumer.as_asgi()),
        path("ws/dashboard/", DashboardConsumer.as_asgi()),
        re_path("", WebsocketDenier.as_asgi()),  # the router would fail loudly on an address that nobody answers
    ]
)
_websockets = SameOriginOnly(_sockets)


async def _lifespan(receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await _websockets(scope, receive, send)
    else:
        await _http(scope, receive, send)
