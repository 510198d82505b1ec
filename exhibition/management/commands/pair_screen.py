"""`manage.py pair_screen`: a one-time link that makes a device a screen."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser

from exhibition import opening
from exhibition.gallery import pairing
from exhibition.gallery.models import Kind, Screen


class Command(BaseCommand):
    """Prints a link; the device on which it is opened within an hour becomes the screen, in place of any before it."""

    help = "Print a one-time link for a screen. A screen that is not there yet is made, for which --kind is needed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which screen, and what it is when it is a new one."""
        parser.add_argument("slug", help="the screen's short name, such as entrance")
        parser.add_argument("--kind", choices=Kind.values, help="what a new screen is")
        parser.add_argument("--room", help="a wall shows what the terminals of its room sent to it (gallery)")
        parser.add_argument("--name", help="a new screen's name; by default its short name")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *_args: Any, slug: str, dry_run: bool, **options: Any) -> None:
        """Find or make the screen; print its link."""
        screen = Screen.objects.filter(slug=slug).first()
        made = screen is None
        if screen is None:
            screen = self.new(slug, **options)
        else:
            self.compare(screen, **options)
        said = f"{screen.name}: {screen.kind}, room {screen.room}"
        if dry_run:
            self.stdout.write(f"Would {'make' if made else 'use'} {said}, and print a link. Nothing was changed.")
            return
        if made:
            screen.save()
            self.stdout.write(f"Made {said}.")
        self.stdout.write(f"{opening.address_in_use()}{pairing.one_time_link(screen)}")

    @staticmethod
    def new(slug: str, *, kind: str | None, room: str | None, name: str | None, **_options: Any) -> Screen:
        """A screen that is not saved yet.

        Raises:
            CommandError: it cannot be.
        """
        if kind is None:
            raise CommandError(f"There is no screen {slug}. To make it, say --kind terminal or --kind wall.")
        screen = Screen(slug=slug, kind=kind, name=name or slug, **({"room": room} if room else {}))
        try:
            screen.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        return screen

    @staticmethod
    def compare(screen: Screen, **options: Any) -> None:
        """See that an existing screen is what the caller takes it for.

        Raises:
            CommandError: it is not; it is changed elsewhere, by staff.
        """
        for field in ("kind", "room", "name"):
            if options[field] and options[field] != getattr(screen, field):
                raise CommandError(f"{screen.slug} has another {field}: {getattr(screen, field)}.")
