"""Whether the web process is alive."""

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

ALIVE_PATH = "/healthz"
ALIVE = b'{"status":"alive"}'


async def alive(scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer at once, without Django, database or store: the event loop turns, and that is the whole question."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(ALIVE)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": False})
    body = b"" if scope["method"] == "HEAD" else ALIVE
    await send({"type": "http.response.body", "body": body, "more_body": False})
