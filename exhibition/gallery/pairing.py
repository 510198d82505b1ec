"""How a device becomes a screen: by a code that staff approve, or by a one-time link.

The device's token, 256 random bits, stands in its cookie alone; the database has a hash. A device that has a cookie
and no approval is nobody. One browser may be a terminal and a wall at the same time: its cookie holds a token a kind.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.cookie import parse_cookie
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from classifier.store import PREFIX, StoreUnavailable, connection
from curation import events
from exhibition.gallery.models import Kind, Pairing, Screen

logger = logging.getLogger(__name__)

COOKIE = "roulette_screen"
COOKIE_SECONDS = 400 * 24 * 3600  # the longest that browsers keep one
# Nothing that is mistaken for something else on a screen across the room, and no vowels: no code spells a word.
ALPHABET = "CDFGHJKMNPQRTVWXY34679"
CODE_LENGTH = 6
CODE_SECONDS = 600
LINK_SECONDS = 3600
MOST_WAITING = 200  # devices that show a code; a stranger who asks for more fills no table
WRONG_TRIES = 10  # a member of staff in CODE_SECONDS

View = Callable[..., HttpResponse]


class WrongCode(Exception):
    """No device shows this code now: mistyped, used, or older than ten minutes. Safe to show."""


class WrongKind(Exception):
    """The device asked to be of another kind than the screen is. Safe to show."""


class TooManyTries(Exception):
    """Too many wrong codes. Safe to show."""


class TooManyWaiting(Exception):
    """Too many devices show a code. Safe to show."""


class LinkSpent(Exception):
    """The link was never ours, was used, or is too old. Safe to show."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that waits for approval: what it keeps, what it shows, until when."""

    token: str
    code: str
    expires: datetime


# --- by code --------------------------------------------------------------------------------------------------------


def begin(kind: str) -> Waiting:
    """Let a device ask to become a screen of `kind`. It shows the code and keeps the token in its cookie.

    Raises:
        TooManyWaiting: come back in ten minutes.
    """
    Pairing.objects.forget_the_expired()
    if Pairing.objects.waiting().filter(screen=None).count() >= MOST_WAITING:
        raise TooManyWaiting
    while True:
        token = secrets.token_urlsafe(32)
        code = _code(token)
        expires = timezone.now() + timedelta(seconds=CODE_SECONDS)
        try:
            with transaction.atomic():
                Pairing.objects.create(
                    kind=Kind(kind), code_hash=_code_hash(code), token_hash=_token_hash(token), expires=expires
                )
        except IntegrityError:  # another device shows this very code
            continue
        return Waiting(token, code, expires)


def waiting(request: HttpRequest, kind: str) -> Waiting | None:
    """The device's request to become a screen of `kind`, while its code can still be approved."""
    token = _tokens(request).get(kind)
    if token is None:
        return None
    found = Pairing.objects.waiting().filter(kind=kind, token_hash=_token_hash(token)).first()
    return Waiting(token, _code(token), found.expires) if found else None


@transaction.atomic
def approve(code: str, screen: Screen, by: User) -> Pairing:
    """Make the device that shows `code` the screen; the device that was it before is it no longer.

    Raises:
        WrongCode, WrongKind, TooManyTries: see there.
    """
    tries = _Tries(by)
    tries.spend()
    pairing = Pairing.objects.select_for_update().waiting().filter(screen=None, code_hash=_code_hash(code)).first()
    if pairing is None:
        raise WrongCode
    tries.give_back()
    if pairing.kind != screen.kind:
        raise WrongKind
    _end(screen, None)
    pairing.screen, pairing.approved_by, pairing.approved_at = screen, by, timezone.now()
    pairing.save()
    return pairing


@transaction.atomic
def revoke(screen: Screen, by: User) -> bool:
    """End the screen's pairing, its links and its open sockets; False when it had no pairing."""
    Pairing.objects.waiting().filter(screen=screen).delete()
    return _end(screen, by)


def _end(screen: Screen, by: User | None) -> bool:
    Screen.objects.select_for_update().get(pk=screen.pk)  # of two devices approved at once, the second takes over
    ended = Pairing.objects.in_force().filter(screen=screen).update(revoked_at=timezone.now(), revoked_by=by)
    if ended:
        transaction.on_commit(partial(_say_revoked, screen.slug))
    return bool(ended)


def _say_revoked(slug: str) -> None:
    try:
        events.publish_to_screen(slug, events.Revoked())
    except StoreUnavailable:
        logger.warning("A screen will hear of its revocation a few seconds later: the store is away.")


class _Tries:
    """The wrong codes that one member of staff may still try."""

    def __init__(self, by: User) -> None:
        self._key = f"{PREFIX}pairing:tries:{by.pk}"

    def spend(self) -> None:
        with connection().pipeline() as pipe:
            pipe.set(self._key, 0, ex=CODE_SECONDS, nx=True)
            pipe.incr(self._key)
            _, tries = pipe.execute()
        if tries > WRONG_TRIES:
            raise TooManyTries

    def give_back(self) -> None:
        connection().decr(self._key)


# --- by link --------------------------------------------------------------------------------------------------------


def one_time_link(screen: Screen, by: User | None = None) -> str:
    """A path that makes the device on which it is opened the screen, once, within an hour.

    Only the newest link of a screen counts. `by` is who answers for it; None for the computer's own console.
    """
    Pairing.objects.forget_the_expired()
    Pairing.objects.waiting().filter(screen=screen).delete()
    link = _signer().sign(secrets.token_urlsafe(32))
    Pairing.objects.create(
        screen=screen,
        kind=screen.kind,
        code_hash=_link_hash(link),
        approved_by=by,
        expires=timezone.now() + timedelta(seconds=LINK_SECONDS),
    )
    return reverse("gallery:screen-link", args=[link])


def screen_of_link(link: str) -> Screen:
    """The screen that `link` stands for; the link is not used by asking.

    Raises:
        LinkSpent: see there.
    """
    return _of_link(link)[1]


@transaction.atomic
def redeem(link: str) -> tuple[Screen, str]:
    """Use `link`; the answer is the screen and the device's new token.

    Raises:
        LinkSpent: see there.
    """
    pairing, screen = _of_link(link)
    _end(screen, None)
    token = secrets.token_urlsafe(32)
    used = Pairing.objects.waiting().filter(pk=pairing.pk)
    if not used.update(token_hash=_token_hash(token), approved_at=timezone.now()):
        raise LinkSpent
    return screen, token


def _of_link(link: str) -> tuple[Pairing, Screen]:
    try:
        _signer().unsign(link)
    except signing.BadSignature as error:
        raise LinkSpent from error
    found = Pairing.objects.waiting().filter(code_hash=_link_hash(link)).select_related("screen").first()
    if found is None or found.screen is None:
        raise LinkSpent
    return found, found.screen


# --- who asks -------------------------------------------------------------------------------------------------------


def paired_screen(asker: HttpRequest | Mapping[str, Any], kind: str) -> Screen | None:
    """The screen of `kind` that a request, or the scope of a connection, comes from; None for anybody else."""
    token = _tokens(asker).get(kind)
    if token is None:
        return None
    found = Pairing.objects.in_force().filter(token_hash=_token_hash(token), screen__kind=kind)
    pairing = found.select_related("screen").first()
    return pairing.screen if pairing else None


def paired(kind: str) -> Callable[[View], View]:
    """Let a view be reached from a paired screen of `kind` alone; other devices are led to where they can ask."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if paired_screen(request, kind):
                return view(request, *args, **kwargs)
            if request.method not in {"GET", "HEAD"}:
                raise PermissionDenied
            return HttpResponseRedirect(reverse("gallery:screen", query={"kind": kind}))

        return checked

    return decorate


def keep(response: HttpResponse, request: HttpRequest, kind: str, token: str) -> None:
    """Put `token` into the device's cookie, beside that of the other kind."""
    tokens = {**_tokens(request), kind: token}
    response.set_cookie(
        COOKIE,
        "|".join(f"{kind}:{token}" for kind, token in tokens.items()),
        max_age=COOKIE_SECONDS,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _tokens(asker: HttpRequest | Mapping[str, Any]) -> dict[str, str]:
    """The tokens in a request's or a scope's cookie, by kind."""
    if isinstance(asker, HttpRequest):
        cookie = asker.COOKIES.get(COOKIE, "")
    else:
        sent = b"; ".join(value for name, value in asker["headers"] if name == b"cookie")
        cookie = parse_cookie(sent.decode("latin-1")).get(COOKIE, "")
    pairs = (pair.partition(":") for pair in cookie.split("|"))
    return {kind: token for kind, _, token in pairs if kind in Kind.values and token}


# --- what is never stored -------------------------------------------------------------------------------------------


def _signer() -> signing.Signer:
    return signing.Signer(salt="exhibition.gallery.pairing", sep=".")


def _code(token: str) -> str:
    """The code that a device with `token` shows: derived, so that the page can be reloaded and nothing is kept."""
    value = int.from_bytes(salted_hmac("exhibition.gallery.code", token, algorithm="sha256").digest())
    digits = ""
    for _ in range(CODE_LENGTH):
        value, digit = divmod(value, len(ALPHABET))
        digits += ALPHABET[digit]
    return digits


def _code_hash(code: str) -> str:
    """What is stored of a code as people type it. Keyed: it has too few digits not to be guessed from a plain hash."""
    plain = "".join(code.split()).replace("-", "").upper()
    return salted_hmac("exhibition.gallery.code_hash", plain, algorithm="sha256").hexdigest()


def _link_hash(link: str) -> str:
    """What is stored of a link."""
    return salted_hmac("exhibition.gallery.link_hash", link, algorithm="sha256").hexdigest()


def _token_hash(token: str) -> str:
    """What is stored of a token. A plain hash: it has 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
