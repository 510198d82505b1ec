"""A synset as a public page shows it, and a list of what a search found: every word under the policy.

API and HTML pages both call these functions and spell out nothing that is None here. The subject is a *page*, so ids
always stand (a page is found by its id); lemmas, glosses and examples do not, before somebody asked for them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count

from hierarchy import lexicon, policy
from hierarchy.lexicon import Word
from hierarchy.models import ENGLISH, Closure, Hypernymy, Mark, Scheme, Synset
from hierarchy.policy import Category, Level, Standing, Subject, Surface, Treatment
from hierarchy.search import search

WNID = re.compile(r"n[0-9]{8}")


@dataclass(frozen=True, slots=True)
class Node:
    """A synset in a path or a list. `lemmas` is None where it keeps its place unnamed."""

    wnid: str
    lemmas: tuple[str, ...] | None
    treatment: Treatment
    harm: Category | None


@dataclass(frozen=True, slots=True)
class Hyponym(Node):
    """A direct hyponym; `count` is how many synsets stand below it, itself excluded."""

    count: int


@dataclass(frozen=True, slots=True)
class Found(Node):
    """What a search found, with its gloss; `scheme` is *persons* where it is in both."""

    gloss: str | None
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class StatedMark:
    """A mark as the page states it. `lemma`: the one that it concerns; None for the whole synset, or while hidden."""

    level: Level
    category: Category
    source: str
    rule: str
    lemma: str | None
    date: date


@dataclass(frozen=True, slots=True)
class SynsetPage:
    """All that a page says of a synset.

    `lemmas`, `gloss`, `examples` are None unless the treatment is *show*, or it is *gate* and was asked for.
    `openable`: asking (once more) would show something that is hidden now.
    `imagenet`: it is among the 21,843 synsets of ImageNet. `class_index`: its row, 0–999, if the network sees it.
    """

    wnid: str
    scheme: Scheme
    treatment: Treatment
    harm: Category | None
    revealed: bool
    openable: bool
    lemmas: tuple[str, ...] | None
    gloss: str | None
    examples: tuple[str, ...] | None
    paths: tuple[tuple[Node, ...], ...]
    hyponyms: tuple[Hyponym, ...]
    imagenet: bool
    class_index: int | None
    lexicon: str
    marks: tuple[StatedMark, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Results `offset` to `offset + limit` of `count`."""

    query: str
    count: int
    limit: int
    offset: int
    results: tuple[Found, ...]


def synset_page(wnid: str, *, revealed: bool = False) -> SynsetPage | None:
    """The page of `wnid`, or None when the hierarchy does not hold it. The number of queries is constant.

    `revealed` opens what is gated: the synset's own words, and the nodes around it except slurs.
    """
    # Whatever an address can hold arrives here; PostgreSQL fails at a NUL, where SQLite finds nothing.
    row = Synset.objects.filter(pk=wnid).first() if WNID.fullmatch(wnid) else None
    if row is None:
        return None
    scheme = Scheme.PERSONS if row.in_persons else Scheme.THINGS
    word = lexicon.look_up([wnid])[wnid]
    counts = _hyponyms(wnid, scheme)
    around = {node for path in word.paths for node in path} | counts.keys()
    speaker = _Speaker({**lexicon.look_up(around, with_paths=False), wnid: word}, wnid, revealed=revealed)
    told = speaker.tells(wnid)
    hyponyms = (Hyponym(*speaker.node(child), count) for child, count in counts.items())
    return SynsetPage(
        wnid=wnid,
        scheme=scheme,
        treatment=speaker.treatment(wnid),
        harm=speaker.harm(wnid),
        revealed=revealed and speaker.opens_anything,
        openable=not revealed and speaker.opens_anything,
        lemmas=word.lemmas if told else None,
        gloss=word.gloss if told else None,
        examples=tuple(row.examples) if told else None,
        paths=tuple(tuple(Node(*speaker.node(node)) for node in path) for path in word.paths),
        hyponyms=tuple(sorted(hyponyms, key=_alphabetical)),
        imagenet=row.in_imagenet21k,
        class_index=row.class_index,
        lexicon=settings.LEXICON,
        marks=_marks(wnid, told=told),
    )


def search_page(query: str, *, limit: int = 20, offset: int = 0) -> SearchPage:
    """What `query` finds, best first, under the policy; everything, in wnid order, for an empty query."""
    wnids = search(query) if query.strip() else list(Synset.objects.order_by("pk").values_list("pk", flat=True))
    return SearchPage(query, len(wnids), limit, offset, _found(wnids[offset : offset + limit]))


def _found(wnids: list[str]) -> tuple[Found, ...]:
    words = lexicon.look_up(wnids, with_paths=False)
    persons = set(Synset.objects.filter(pk__in=wnids, in_persons=True).values_list("pk", flat=True))
    results = []
    for wnid in wnids:
        word = words[wnid]
        treatment = _page_treatment(word.standing)
        told = treatment is Treatment.SHOW
        results.append(
            Found(
                wnid=wnid,
                lemmas=word.lemmas if told else None,
                treatment=treatment,
                harm=_page_harm(word.standing),
                gloss=word.gloss if told else None,
                scheme=Scheme.PERSONS if wnid in persons else Scheme.THINGS,
            )
        )
    return tuple(results)


# --- the policy on a page -------------------------------------------------------------------------------------------


def _page_treatment(standing: Standing) -> Treatment:
    return policy.treatment(standing, Subject.PAGE, Surface.PUBLIC_PAGES)


def _page_harm(standing: Standing) -> Category | None:
    return policy.harm(standing, Subject.PAGE, Surface.PUBLIC_PAGES)


class _Speaker:
    """Says, or does not, the words that stand on one page."""

    def __init__(self, words: dict[str, Word], heading: str, *, revealed: bool) -> None:
        self._words = words
        self._heading = heading
        self._revealed = revealed

    def treatment(self, wnid: str) -> Treatment:
        standing = self._words[wnid].standing
        if wnid == self._heading:
            return _page_treatment(standing)
        return policy.node_treatment(standing, Subject.PAGE, Surface.PUBLIC_PAGES)

    def harm(self, wnid: str) -> Category | None:
        return _page_harm(self._words[wnid].standing)

    def tells(self, wnid: str) -> bool:
        treatment = self.treatment(wnid)
        return treatment is Treatment.SHOW or (self._revealed and self._opens(wnid))

    def node(self, wnid: str) -> tuple[str, tuple[str, ...] | None, Treatment, Category | None]:
        lemmas = self._words[wnid].lemmas if self.tells(wnid) else None
        return wnid, lemmas, self.treatment(wnid), self.harm(wnid)

    @property
    def opens_anything(self) -> bool:
        return any(self._opens(wnid) for wnid in self._words)

    def _opens(self, wnid: str) -> bool:
        slur = any(mark.level is Level.SLUR for mark in self._words[wnid].standing.marks)
        # Asking for one entry does not ask for the slurs that stand near it.
        return self.treatment(wnid) is Treatment.GATE and (wnid == self._heading or not slur)


# --- what stands around a synset ------------------------------------------------------------------------------------


def _hyponyms(wnid: str, scheme: Scheme) -> dict[str, int]:
    children = list(
        Hypernymy.objects.filter(parent=wnid, scheme=scheme).order_by("child_id").values_list("child_id", flat=True)
    )
    below = Closure.objects.filter(ancestor__in=children, scheme=scheme, depth__gt=0).order_by().values("ancestor_id")
    counts = dict(below.annotate(count=Count("pk")).values_list("ancestor_id", "count"))
    return {child: counts.get(child, 0) for child in children}


def _alphabetical(node: Node) -> tuple[bool, str, str]:
    # Unnamed ones last, in wnid order: their place in the alphabet would say how they begin.
    return node.lemmas is None, node.lemmas[0].casefold() if node.lemmas else "", node.wnid


def _marks(wnid: str, *, told: bool) -> tuple[StatedMark, ...]:
    rows: Iterable[Mark] = Mark.objects.filter(wnid=wnid, language__in=("", ENGLISH)).order_by("pk")
    return tuple(
        StatedMark(
            level=Level(row.level),
            category=Category(row.category),
            source=row.source,
            rule=row.rule,
            lemma=row.lemma or None if told else None,
            date=row.date,
        )
        for row in rows
    )
