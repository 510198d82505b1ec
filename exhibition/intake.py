"""Request bodies: read whole, in memory, capped and timed, before anything else sees them.

Django's ASGI handler would spool a body to a temporary file, and wait a minute for each of its pieces, before any
view is asked. Here an honest length beyond the cap is refused at once, a longer body as soon as it is longer, and
a slow one when its time is up; what goes on is one piece with a true Content-Length, so that chunked bodies can be
parsed as well.
"""

import asyncio
import contextlib
from io import BytesIO

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import parse_header_parameters

from exhibition.photo_routes import is_for_walls, takes_photo
from exhibition.problems import Problem

FORM_OVERHEAD = 64 * 1024  # a multipart form's boundaries and small fields around the photograph
HELD_PHOTOS = 32  # whole photographs' worth of bodies still arriving, over all requests of this process
CHARSETS = frozenset({"utf-8", "us-ascii", "iso-8859-1"})
LINGER_BYTES = 64 * 1024 * 1024
LINGER_SECONDS = 5.0

Headers = list[tuple[bytes, bytes]]


class Disconnected(Exception):
    """The client went away before its body was whole."""


class Refused(Exception):
    """The body is not read to its end; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Intake:
    """ASGI middleware in front of everything HTTP."""

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app
        self.held = 0  # bytes of all bodies still arriving

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Read the body of `scope`'s request and pass it on, or answer with the problem."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            headers = _trusted_headers(scope)
            body = [await self._read(scope, receive)]
        except Disconnected:
            return
        except Refused as refused:
            await _refuse(refused.problem, scope, receive, send)
            return
        headers.append((b"content-length", str(len(body[0])).encode()))
        await self.app({**scope, "headers": headers}, _replay(body, receive), send)

    async def _read(self, scope: HTTPScope, receive: ASGIReceiveCallable) -> bytes:
        """The whole body.

        Raises:
            Refused: too large, too slow, or too many at once.
            Disconnected: nobody is there any more.
        """
        cap, code = _cap(scope)
        too_large = Refused(Problem(code))
        if _declared_length(scope) > cap:
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(settings.BODY_SECONDS):
                more = True
                while more:
                    piece, more = _piece(await receive())
                    if len(body) + len(piece) > cap:
                        raise too_large
                    self._hold(len(piece))
                    body += piece
        except TimeoutError as error:
            raise Refused(Problem("too_slow")) from error
        finally:
            self.held -= len(body)
        return bytes(body)

    def _hold(self, size: int) -> None:
        if self.held + size > HELD_PHOTOS * settings.MAX_PHOTO_BYTES:
            raise Refused(Problem("busy", retry_after=settings.BODY_SECONDS))
        self.held += size


def let_go(request: HttpRequest) -> None:
    """Free the upload that `request` brought: Django would keep form and body until the answer has been sent."""
    request.close()
    request._stream.close()  # the body as it came; it has no public name


def _cap(scope: HTTPScope) -> tuple[int, str]:
    """The most bytes that a body may have, and the code of what is said to a larger one."""
    if not takes_photo(scope["method"], scope["path"]):
        return settings.MAX_FORM_BYTES, "too_large"
    if is_for_walls(scope["path"]):
        return settings.MAX_DISPLAY_BYTES + FORM_OVERHEAD, "display_too_large"
    return settings.MAX_PHOTO_BYTES + FORM_OVERHEAD, "photo_too_large"


def _piece(message: ASGIReceiveEvent) -> tuple[bytes, bool]:
    if message["type"] != "http.request":
        raise Disconnected
    return message["body"], message["more_body"]


def _declared_length(scope: HTTPScope) -> int:
    """The Content-Length, 0 when there is none; the server has already refused what is not a number."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


def _trusted_headers(scope: HTTPScope) -> Headers:
    """The request's headers without those that describe the body's way here, or pass for others.

    WSGI cannot tell `X_Forwarded_For` from `X-Forwarded-For`; a proxy strips only the second.
    """
    if not scope["query_string"].isascii():  # WSGI and Django alike would stumble over it
        raise Refused(Problem("invalid"))
    if not all(_is_readable(value) for name, value in scope["headers"] if name == b"content-type"):
        raise Refused(Problem("unsupported_media_type"))
    gone = {b"content-length", b"transfer-encoding", b"expect"}
    return [(name, value) for name, value in scope["headers"] if name not in gone and b"_" not in name]


def _is_readable(content_type: bytes) -> bool:
    """Whether a body of this type is in plain text or none; Django fails at Python's other codecs, such as base64."""
    try:
        _, said = parse_header_parameters(content_type.decode("latin-1"))
    except (ValueError, LookupError):  # a parameter in an encoding of its own
        return False
    return said.get("charset", "utf-8").lower() in CHARSETS


def _replay(body: list[bytes], receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """A `receive` that empties `body` of its one piece, and then waits for the disconnection.

    A list, so that nobody up here holds the bytes for as long as the answer is awaited.
    """

    async def replayed() -> ASGIReceiveEvent:
        if body:
            return {"type": "http.request", "body": body.pop(), "more_body": False}
        return await receive()

    return replayed


async def _refuse(problem: Problem, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer, and then read what is still on its way: a client in the middle of sending would see a reset instead."""
    response = _spoken(problem, scope)
    headers = [(name.encode(), value.encode("latin-1")) for name, value in response.items()]
    headers += [(b"Content-Length", str(len(response.content)).encode()), (b"Connection", b"close")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": response.content, "more_body": True})
    if problem.kind.status == 413:
        await _linger(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _spoken(problem: Problem, scope: HTTPScope) -> HttpResponse:
    """The answer in the visitor's language, as Django's middleware would choose it."""
    # A query, or a body's type, may be what was refused.
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    request = ASGIRequest({**scope, "query_string": b"", "headers": headers}, BytesIO())
    with translation.override(translation.get_language_from_request(request)):
        return problem.answer(scope["path"])


async def _linger(receive: ASGIReceiveCallable) -> None:
    left = LINGER_BYTES
    with contextlib.suppress(TimeoutError, Disconnected):
        async with asyncio.timeout(LINGER_SECONDS):
            more = True
            while more and left > 0:
                piece, more = _piece(await receive())
                left -= len(piece)
