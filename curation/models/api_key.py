"""Keys with which other computers may use the API. The key itself is never stored."""

import hashlib
import secrets

from django.db import models
from django.utils import timezone

PREFIX = "roulette_"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Keys as their holders present them."""

    def issue(self, name: str) -> str:
        """Make a key for `name`; the answer is the key, which nobody can read again.

        Raises:
            django.db.IntegrityError: `name` has a key that is in force.
        """
        key = PREFIX + secrets.token_urlsafe(32)
        self.create(name=name, digest=digest(key))
        return key

    def in_force(self) -> "ApiKeyQuerySet":
        """Those not revoked."""
        return self.filter(revoked__isnull=True)

    def holder(self, key: str) -> "ApiKey | None":
        """The row of `key`, when it is in force."""
        return self.in_force().filter(digest=digest(key)).first()

    def revoke(self, name: str) -> bool:
        """End the key of `name`, from the next request on; False when it had none in force."""
        return bool(self.in_force().filter(name=name).update(revoked=timezone.now()))


class ApiKey(models.Model):
    """Whom a key was given to, and since and until when it opens the API."""

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, help_text="sha256 of the key, hex")
    created = models.DateTimeField(default=timezone.now)
    revoked = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(revoked__isnull=True), name="one_key_in_force_a_name"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="api_key_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


def digest(key: str) -> str:
    """What is stored of `key`. A plain hash: the key has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(key.encode()).hexdigest()
