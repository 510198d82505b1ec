"""The dictionary's entries as the project carries them: gzipped JSON, read without a network or a corpus.

Two schemes. *Persons* are the hyponyms of person.n.01; *things* are the 1,000 classes that an ImageNet network can
see, with all their ancestors. An entry that is in both stands in both files, with its hypernyms inside each.
"""

import gzip
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

FIXTURES = Path(__file__).resolve().parent / "fixtures"
PERSONS_FILE = FIXTURES / "wordnet30_persons.json.gz"
THINGS_FILE = FIXTURES / "wordnet30_things.json.gz"
WORDNET_VERSION = "3.0"
PERSON, ENTITY = "n00007846", "n00001740"  # the roots of persons and of things


class UnreadableFixture(Exception):
    """A fixture is missing, torn, or not of the version that the project speaks; its text names the file."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One lemma of an entry: WordNet's sense key, its count in the tagged texts, its own usage domains (wnids)."""

    text: str
    key: str
    count: int
    usage_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A synset: `hypernyms` are those inside its scheme, in wnid order.

    `in_imagenet21k`: it is one of the 21,843 synsets of the ImageNet release of 2011.
    `class_index`: its place, 0–999, among the ILSVRC classes in wnid order; None for all others.
    """

    wnid: str
    lemmas: tuple[Sense, ...]
    gloss: str
    examples: tuple[str, ...]
    hypernyms: tuple[str, ...]
    usage_domains: tuple[str, ...]
    in_imagenet21k: bool
    class_index: int | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The entry whose `asdict` is `data`, lists for tuples."""
        return cls(
            wnid=data["wnid"],
            lemmas=tuple(
                Sense(one["text"], one["key"], one["count"], tuple(one["usage_domains"])) for one in data["lemmas"]
            ),
            gloss=data["gloss"],
            examples=tuple(data["examples"]),
            hypernyms=tuple(data["hypernyms"]),
            usage_domains=tuple(data["usage_domains"]),
            in_imagenet21k=data["in_imagenet21k"],
            class_index=data["class_index"],
        )


@dataclass(frozen=True, slots=True)
class Fixture:
    """A scheme's entries in wnid order, below its root."""

    scheme: str
    root: str
    entries: tuple[Entry, ...]


def write_fixture(path: Path, scheme: str, root: str, entries: Iterable[Entry]) -> None:
    """Write a scheme so that the same entries give the same bytes: sorted, no time of day, a line an entry."""
    head = {"wordnet": WORDNET_VERSION, "scheme": scheme, "root": root}
    lines = [_compact(head)]
    lines += [_compact(asdict(entry)) for entry in sorted(entries, key=lambda entry: entry.wnid)]
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=9, mtime=0) as archive:
        archive.write(("\n".join(lines) + "\n").encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())


def read_fixture(path: Path) -> Fixture:
    """Read a scheme.

    Raises:
        UnreadableFixture: the file is missing or damaged, or of another version of WordNet.
    """
    try:
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        head = json.loads(lines[0])
        # One parse of the whole is several times faster than one a line.
        entries: Sequence[dict[str, Any]] = json.loads(f"[{','.join(lines[1:])}]")
        if head["wordnet"] != WORDNET_VERSION:
            raise UnreadableFixture(f"{path.name} is of WordNet {head['wordnet']}, not {WORDNET_VERSION}.")
        return Fixture(head["scheme"], head["root"], tuple(Entry.from_dict(one) for one in entries))
    except (OSError, EOFError, ValueError, KeyError, IndexError) as error:
        raise UnreadableFixture(f"{path.name} cannot be read: {error}") from error


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
