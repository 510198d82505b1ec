"""Who may use the API and the websockets: this very computer, or a holder of a key.

A request counts as this computer's own only when it comes from a loopback address, names a loopback host, and no
proxy has passed it on. Since every web page that is open here can also send requests to a loopback address, one that
a browser sends on behalf of another site is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from curation.models import ApiKey

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
PROXY_HEADERS = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Server",
    "X-Real-IP",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
)
SCHEME = "Bearer"
PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who uses the API: a key's name, or this computer."""

    name: str
    is_authenticated: bool = True


class KeyOrLoopback(BaseAuthentication):
    """`Authorization: Bearer <key>`, or nothing from this computer."""

    def authenticate(self, request: Request) -> tuple[Caller, ApiKey | None] | None:
        """Who calls, or None for a stranger.

        Raises:
            AuthenticationFailed: the key was never ours, or is revoked.
            PermissionDenied: a page of another site has sent this from a browser on this computer.
        """
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == SCHEME.lower():
            holder = ApiKey.objects.holder(key.strip())
            if holder is None:
                raise AuthenticationFailed
            return Caller(holder.name), holder
        if not is_loopback(request.META.get("REMOTE_ADDR", ""), request.get_host(), request.headers):
            return None
        if not is_same_origin(request.headers, request.get_host()):
            raise PermissionDenied
        return Caller("this computer"), None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return SCHEME


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`KeyOrLoopback` in the OpenAPI description."""

    target_class = "exhibition.access.KeyOrLoopback"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The scheme, in OpenAPI's terms."""
        return {
            "type": "http",
            "scheme": SCHEME.lower(),
            "description": "A key made by the museum. Not needed on the exhibition's own computer.",
        }


def is_loopback(address: str, host: str, headers: Mapping[str, str]) -> bool:
    """Whether a request from `address` to `host` was made on this computer, with nothing in between.

    Never on a public site: the proxy before it stands on this computer too, and may name nobody it speaks for.
    """
    if settings.ROULETTE_PUBLIC:
        return False
    if any(name in headers for name in PROXY_HEADERS) or split_domain_port(host)[0] not in LOOPBACK_HOSTS:
        return False
    try:
        found = ip_address(address)
    except ValueError:  # a unix socket has no address; somebody else listens at its other end
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_loopback


def is_same_origin(headers: Mapping[str, str], host: str) -> bool:
    """Whether no browser sent this, or one on behalf of a page of `host` itself."""
    if headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        return False
    origin = headers.get("Origin")
    if origin is None:
        return True
    scheme, _, place = origin.partition("://")
    return scheme in PORTS and _domain_and_port(place, scheme) == _domain_and_port(host, scheme)


def _domain_and_port(place: str, scheme: str) -> tuple[str, str]:
    domain, port = split_domain_port(place)
    return domain, port or PORTS[scheme]


class SameOriginOnly:
    """ASGI middleware for websockets: no page of another site may open one.

    Browsers always name their page's origin; who names none is no browser, and could have named any.
    """

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Pass the connection on, or refuse it before it is opened."""
        headers = _Headers(scope)
        host = headers.get("Host", "")
        known = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
        if known and is_same_origin(headers, host):
            await self.app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 4403, "reason": "Another site's page."})


class _Headers(dict[str, str]):
    """The headers of an ASGI scope under the names by which they are asked for here."""

    def __init__(self, scope: Any) -> None:
        super().__init__((name.decode("latin-1").title(), value.decode("latin-1")) for name, value in scope["headers"])
