"""`load_hierarchy`: WordNet's persons and things, and their default marks, from the project's fixtures to rows."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hierarchy import loading
from hierarchy.entries import UnreadableFixture
from hierarchy.policy import Category, Level
from hierarchy.rules import BadRule


class Command(BaseCommand):
    """Load the hierarchy. Safe to run again: the same edition is left alone, and people's decisions always are."""

    help = "Load WordNet 3.0's persons and things with their default marks (no network needed)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write at all, and whether to write the same again."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be loaded; write nothing")
        parser.add_argument("--force", action="store_true", help="load again even if this edition is loaded")

    def handle(self, *, dry_run: bool, force: bool, **options: Any) -> None:
        """Load what is not loaded yet.

        Raises:
            CommandError: a fixture or the rules' file is damaged.
        """
        try:
            digest = loading.files_digest()
            if not force and not dry_run and loading.loaded_digest() == digest:
                self.stdout.write(f"This edition ({digest[:12]}) is loaded already; --force loads it again.")
                return
            lexicon = loading.read_lexicon()
        except (OSError, UnreadableFixture, BadRule) as error:
            raise CommandError(str(error)) from error
        if not dry_run:
            loading.load(lexicon, digest, self._report)
        self._summary(lexicon, dry_run=dry_run)

    def _report(self, table: str, rows: int) -> None:
        self.stdout.write(f"  {rows:>7,} {table}")

    def _summary(self, lexicon: loading.Lexicon, *, dry_run: bool) -> None:
        heaviest = lexicon.heaviest_of_persons()
        counts = Counter(heaviest.values())
        named = sum(mark.rule.category is Category.NAMED for mark in lexicon.marks)
        marked = ", ".join(f"{counts[level]:,} {level}" for level in Level)
        verb = "Would load" if dry_run else "Loaded"
        self.stdout.write(
            f"{verb} {len(lexicon.persons.entries):,} persons ({marked}, {named} named) and "
            f"{len(lexicon.things.entries):,} things."
        )
