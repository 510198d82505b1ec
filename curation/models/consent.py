"""How often visitors agreed to a text: which text, on which day, and nothing about who."""

from django.db import models
from django.utils import timezone

from curation.models.tally import CountQuerySet, random_key


class ConsentTally(models.Model):
    """How often one version of the consent text was agreed to on a day."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    day = models.DateField()
    version = models.CharField(max_length=12, help_text="the first digits of the sha256 of the text, in its original")
    count = models.PositiveIntegerField(default=0)

    objects = CountQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "consent tallies"
        constraints = [models.UniqueConstraint(fields=["day", "version"], name="consent_tally_once")]

    def __str__(self) -> str:
        return f"{self.version} on {self.day}: {self.count}"

    @classmethod
    def count_one(cls, version: str) -> None:
        """Count that somebody agreed today to the text of `version`."""
        cls.objects.add_one(day=timezone.localdate(), version=version)
