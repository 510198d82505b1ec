"""Translations: compiled by Babel, so that no system gettext is needed, and checked for gaps."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": spec for name, spec in DEFAULT_KEYWORDS.items()},
    "gettext_noop": None,
}


def sources(places: Sequence[Path]) -> Iterator[Path]:
    """Every catalogue in `places`, each laid out as Django's LOCALE_PATHS are."""
    for place in places:
        yield from sorted(Path(place).glob("*/LC_MESSAGES/django*.po"))


def compile_all(places: Sequence[Path]) -> list[Path]:
    """Compile the catalogues that have no compiled copy or an older one; those that were compiled."""
    stale = [source for source in sources(places) if _is_stale(source)]
    for source in stale:
        draft = source.with_suffix(".mo.draft")
        with draft.open("wb") as file:
            write_mo(file, read(source))
        draft.replace(source.with_suffix(".mo"))  # whole, for whoever starts at the same moment
    return stale


def read(source: Path) -> Catalog:
    """The catalogue at `source`, named after its directory's language."""
    with source.open("rb") as file:
        return read_po(file, locale=source.parent.parent.name)


def gaps(catalogue: Catalog) -> Iterator[str]:
    """What is untranslated, only guessed at (fuzzy), or loses a placeholder of its original."""
    for message in catalogue:
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if not (texts and all(texts)):
            yield f"untranslated: {name}"
        elif message.fuzzy:
            yield f"fuzzy: {name}"
        else:
            yield from (f"{error}: {name}" for error in message.check(catalogue))


def strings(files: Sequence[Path]) -> set[str]:
    """What modules (.py) and templates (.html) ask to have translated; of plurals the singular."""
    found: set[str] = set()
    for file in files:
        text = file.read_text()
        if file.suffix == ".html":
            # What templatize leaves of a template is calls between rows of X: no Python, but JavaScript enough.
            method, text = "javascript", templatize(text, origin=str(file))
        else:
            method = "python"
        for _line, message, _comments, _context in extract(method, io.BytesIO(text.encode()), keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime
