"""Headers that every answer carries: pages, problems, static files and refusals given before any page.

Set here, around the whole of HTTP, for what a Django middleware would never see; a header that an answer already
has, such as a page's policy with its nonce, stays as it is.
"""

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope

from exhibition.photo_routes import CAMERA_PAGES

NOTHING_ELSE = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ALWAYS = (
    (b"content-security-policy", NOTHING_ELSE),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
DENIED = b"microphone=(), geolocation=(), display-capture=(), browsing-topics=()"


class SecurityHeaders:
    """ASGI middleware that completes the head of each answer."""

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Pass the request on; complete the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        camera = b"camera=(self)" if scope["path"] in CAMERA_PAGES else b"camera=()"
        wanted = (*ALWAYS, (b"permissions-policy", camera + b", " + DENIED))

        async def completed(message: ASGISendEvent) -> None:
            if message["type"] == "http.response.start":
                given = list(message["headers"])
                present = {name.lower() for name, _ in given}
                message["headers"] = given + [pair for pair in wanted if pair[0] not in present]
            await send(message)

        await self.app(scope, receive, completed)
