"""Makes a key for the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from curation.models import ApiKey


class Command(BaseCommand):
    """`issue_api_key NAME`."""

    help = "Make a key with which another computer may use the API, and print it this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help="whom it is for; each name has at most one key in force")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *, name: str, dry_run: bool, **options: Any) -> None:
        """Make and print the key."""
        name = name.strip()
        if not 0 < len(name) <= 100:
            raise CommandError("The name must have 1 to 100 characters.")
        refusal = f"{name} has a key in force already. Revoke it first: revoke_api_key {name!r}"
        if ApiKey.objects.in_force().filter(name=name).exists():
            raise CommandError(refusal)
        if dry_run:
            self.stdout.write(f"Would make a key for {name}.")
            return
        try:
            key = ApiKey.objects.issue(name)
        except IntegrityError as error:  # another issued one in between
            raise CommandError(refusal) from error
        self.stderr.write(f"The key of {name}. It is not stored and cannot be shown again:")
        self.stdout.write(key)
