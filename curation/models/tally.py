"""What is counted: how often a word was said. Nothing here can join two words of one visit."""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from hierarchy.policy import Subject, Surface


def random_key() -> int:
    """63 random bits. A key that counts up, or SQLite's own row number, would tell which rows came together."""
    return secrets.randbits(63)


class CountQuerySet(models.QuerySet[Any]):
    """Rows that count up and down."""

    def add_one(self, **key: Any) -> None:
        """Count one more under `key`."""
        with transaction.atomic():
            row, _ = self.select_for_update().get_or_create(**key, defaults={"count": 0})
            self.filter(pk=row.pk).update(count=F("count") + 1)

    def take_one_back(self, **key: Any) -> None:
        """Undo one `add_one`; a row that counts nothing is removed."""
        with transaction.atomic():
            self.filter(**key, count__gt=0).update(count=F("count") - 1)
            self.filter(**key, count=0).delete()


class Tally(models.Model):
    """How often a word was first shown on a day, by one machine, under one policy, on one kind of surface."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()
    wnid = models.CharField(max_length=9)
    model = models.CharField(max_length=64, help_text="sha256 of the model's SHA256SUMS")
    lexicon = models.CharField(max_length=32)
    policy = models.CharField(max_length=32)
    surface = models.CharField(max_length=16, choices=[(s.value, s.value) for s in Surface])
    subject = models.CharField(max_length=16, choices=[(s.value, s.value) for s in Subject])
    count = models.PositiveIntegerField(default=0)

    objects = CountQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "wnid", "model", "lexicon", "policy", "surface", "subject"], name="tally_once"
            ),
            models.CheckConstraint(condition=Q(surface__in=[s.value for s in Surface]), name="tally_surface"),
            models.CheckConstraint(condition=Q(subject__in=[s.value for s in Subject]), name="tally_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.wnid} on {self.day}: {self.count}"


class EvidenceTally(models.Model):
    """How often a thing that the network saw led to a word; no day, so that no visit can be told apart."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    thing = models.CharField(max_length=9)
    wnid = models.CharField(max_length=9)
    count = models.PositiveIntegerField(default=0)

    objects = CountQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence tallies"
        constraints = [models.UniqueConstraint(fields=["thing", "wnid"], name="evidence_tally_once")]

    def __str__(self) -> str:
        return f"{self.thing} → {self.wnid}: {self.count}"


@dataclass(frozen=True, slots=True)
class Telling:
    """That a word was shown, and under which circumstances: what one count adds, and what taking it back needs.

    `day` is ISO 8601; `things` are the wnids of what led to the word.
    """

    day: str
    wnid: str
    things: tuple[str, ...]
    model: str
    lexicon: str
    policy: str
    surface: str
    subject: str

    def count(self) -> None:
        """Count the word and the things that led to it, in one transaction."""
        with transaction.atomic():
            Tally.objects.add_one(**self._key())
            for thing in self.things:
                EvidenceTally.objects.add_one(thing=thing, wnid=self.wnid)

    def take_back(self) -> None:
        """Undo one `count`."""
        with transaction.atomic():
            Tally.objects.take_one_back(**self._key())
            for thing in self.things:
                EvidenceTally.objects.take_one_back(thing=thing, wnid=self.wnid)

    def _key(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "things"}
