"""`manage.py check_translations`: no gap between what is said and what is translated."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from exhibition import catalogues

PLACES = ("exhibition", "curation", "hierarchy", "classifier", "templates")


class Command(BaseCommand):
    """Refuses untranslated, fuzzy, missing and superfluous texts."""

    help = "Check that every text of pages and modules is translated into every language of the settings."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print what is wrong with each language.

        Raises:
            CommandError: something is.
        """
        files = [file for place in PLACES for file in _files(settings.BASE_DIR / place)]
        wanted = catalogues.strings(files)
        found = [problem for language, _ in settings.LANGUAGES[1:] for problem in _problems(language, wanted)]
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(wanted)} texts in {len(settings.LANGUAGES)} languages.")


def _files(place: Path) -> list[Path]:
    return sorted([*place.rglob("*.py"), *place.rglob("*.html")])


def _problems(language: str, wanted: set[str]) -> list[str]:
    path = settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return [f"{language}: there is no {path}"]
    catalogue = catalogues.read(path)
    have = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id}
    return [
        *(f"{language}: {gap}" for gap in catalogues.gaps(catalogue)),
        *(f"{language}: missing: {text}" for text in sorted(wanted - have)),
        *(f"{language}: no longer said anywhere: {text}" for text in sorted(have - wanted)),
    ]
