"""Screens of the gallery, and the pairings by which a device becomes one."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a screen is for."""

    TERMINAL = "terminal", _("Terminal")
    WALL = "wall", _("Wall")


class ScreenQuerySet(models.QuerySet["Screen"]):
    """Screens, by what they are to each other."""

    def walls_of(self, room: str) -> list[str]:
        """The slugs of the walls that show what the terminals of `room` were allowed to show."""
        return list(self.filter(kind=Kind.WALL, room=room).values_list("slug", flat=True))


class Screen(models.Model):
    """One place in the gallery: a terminal where visits begin, or a wall that shows what its room's visitors sent."""

    slug = models.SlugField(_("short name"), unique=True, help_text=_("Letters, digits and hyphens; never changed."))
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    room = models.SlugField(
        _("room"),
        db_index=False,
        default="gallery",
        help_text=_("A wall shows what visitors of the terminals in its own room sent to it."),
    )

    objects = ScreenQuerySet.as_manager()

    class Meta:
        ordering = ["room", "kind", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="screen_has_a_kind"),
            models.CheckConstraint(condition=~Q(slug="") & ~Q(room=""), name="screen_has_its_names"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The page that a device of this screen shows."""
        return f"/{self.kind}/"


class PairingQuerySet(models.QuerySet["Pairing"]):
    """Pairings, by where they stand."""

    def in_force(self) -> Self:
        """Those by which a device is a screen now."""
        return self.filter(approved_at__isnull=False, revoked_at__isnull=True)

    def waiting(self) -> Self:
        """Those whose code or link can still be used."""
        return self.filter(approved_at__isnull=True, expires__gt=timezone.now())

    def forget_the_expired(self) -> None:
        """Delete those that came to nothing."""
        self.filter(approved_at__isnull=True, expires__lte=timezone.now()).delete()


class Pairing(models.Model):
    """How one device became, or is about to become, one screen; and who allowed it, and who ended it.

    One that begins with a code has no screen until staff approve it; one that begins with a one-time link has no
    token until the link is used. Neither code, link nor token is stored.
    """

    screen = models.ForeignKey(Screen, on_delete=models.PROTECT, null=True, blank=True, related_name="pairings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code_hash = models.CharField(max_length=64, help_text="of the code, or of the one-time link; keyed")
    token_hash = models.CharField(max_length=64, blank=True, help_text="sha256 of the device's token, hex")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(help_text="until when the code or the link can be used")
    # No approver: the one-time link was printed on the console of the exhibition's own computer.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    # Nobody: another device took its place.
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PairingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="pairing_asks_for_a_kind"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | (Q(screen__isnull=False) & ~Q(token_hash="")),
                name="pairing_in_force_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(approved_at__isnull=False), name="pairing_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["code_hash"], condition=Q(approved_at__isnull=True), name="pairing_code_once"
            ),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="pairing_token_once"),
            models.UniqueConstraint(
                fields=["screen"],
                condition=Q(approved_at__isnull=False, revoked_at__isnull=True),
                name="screen_is_one_device",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.screen or self.kind}, {self.created:%Y-%m-%d %H:%M}"
