"""Ends a key of the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from curation.models import ApiKey


class Command(BaseCommand):
    """`revoke_api_key NAME`."""

    help = "End the key of NAME: from the next request on it opens nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("name", help="whom the key was made for")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *, name: str, dry_run: bool, **options: Any) -> None:
        """Revoke the key."""
        keys = ApiKey.objects.filter(name=name)
        if not keys.exists():
            raise CommandError(f"No key was ever made for {name}.")
        if dry_run:
            count = keys.in_force().count()
            self.stdout.write(f"Would revoke the key of {name}." if count else f"{name} has no key in force.")
            return
        revoked = ApiKey.objects.revoke(name)
        self.stdout.write(f"Revoked the key of {name}." if revoked else f"The key of {name} was revoked before.")
