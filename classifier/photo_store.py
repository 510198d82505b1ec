"""Photographs at rest: sealed, in memory, for seconds, and taken out once; those for the walls, looked at till then.

The key of each is derived from SECRET_KEY, which the store never sees, and from the ticket, which the store
knows only as a hash: a dump of the store opens nothing.
"""

import hashlib
import secrets
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from classifier.store import PREFIX, async_connection, connection

NONCE_BYTES = 12


def mint() -> str:
    """A ticket: 128 random bits, hex."""
    return secrets.token_hex(16)


def put(photo: bytes, *, ticket: str | None = None) -> str:
    """Seal `photo` and hold it for `settings.PHOTO_SECONDS`; the answer is the ticket that redeems it."""
    ticket = ticket or mint()
    connection().set(_name(ticket), _seal(photo, ticket), ex=settings.PHOTO_SECONDS)
    return ticket


def take(ticket: str) -> bytes | None:
    """The photograph, gone from the store in the same step; None when its time was up or it was taken before."""
    sealed = cast("bytes | None", connection().getdel(_name(ticket)))
    return _open(sealed, ticket) if sealed is not None else None


def hang(picture: bytes, ticket: str) -> None:
    """Seal a picture for the walls and hold it for `settings.DISPLAY_SECONDS`: several screens look at it."""
    connection().set(_name(ticket), _seal(picture, ticket), ex=settings.DISPLAY_SECONDS)


def look(ticket: str) -> bytes | None:
    """The picture that hangs under `ticket`, which stays; None when its time is up or it was taken down."""
    sealed = cast("bytes | None", connection().get(_name(ticket)))
    return _open(sealed, ticket) if sealed is not None else None


def milliseconds_left(ticket: str) -> int:
    """How long the picture will still be there; 0 when it is not."""
    return max(0, connection().pttl(_name(ticket)))


def discard(*tickets: str) -> None:
    """Forget photographs before their time."""
    if tickets:
        connection().delete(*map(_name, tickets))


def _name(ticket: str) -> str:
    return f"{PREFIX}photo:{hashlib.sha256(ticket.encode()).hexdigest()[:32]}"


def _cipher(ticket: str) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"photo:" + ticket.encode())
    return AESGCM(derive.derive(settings.SECRET_KEY.encode()))


def _seal(photo: bytes, ticket: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(ticket).encrypt(nonce, photo, None)


def _open(sealed: bytes, ticket: str) -> bytes | None:
    try:
        return _cipher(ticket).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except InvalidTag:  # sealed under another SECRET_KEY: as good as absent
        return None


def deliver(picture: bytes, ticket: str) -> None:
    """Leave a drawn picture, sealed, for whoever waits at `ticket`."""
    mailbox = _name(ticket)
    with connection().pipeline() as pipe:
        pipe.rpush(mailbox, _seal(picture, ticket))
        pipe.expire(mailbox, settings.PHOTO_SECONDS)
        pipe.execute()


async def receive(ticket: str, *, seconds: float) -> bytes | None:
    """The picture delivered at `ticket`, waiting at most `seconds`; it is gone from the store in the same step."""
    async with async_connection() as store:
        answer = await store.blpop([_name(ticket)], timeout=max(0.01, seconds))
    return _open(cast("bytes", answer[1]), ticket) if answer else None
