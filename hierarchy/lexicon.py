"""Words as the policy and the surfaces need them, in a constant number of queries however many are asked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hierarchy.models import ENGLISH, Clearance, Lemma, Mark, Path, Synset
from hierarchy.policy import Category, Level, Standing
from hierarchy.policy import Clearance as ClearanceState
from hierarchy.policy import Mark as PolicyMark


@dataclass(frozen=True, slots=True)
class Word:
    """A synset in English: its lemmas in the dictionary's order, its standing, and every path down to it.

    `standing` joins the marks of the synset with those of its English lemmas. `paths` run within *persons* when the
    synset is a person, else within *things*, and hold both ends.
    """

    wnid: str
    lemmas: tuple[str, ...]
    gloss: str
    standing: Standing
    paths: tuple[tuple[str, ...], ...]


def look_up(wnids: Iterable[str], *, with_paths: bool = True) -> dict[str, Word]:
    """The words of `wnids`, whichever scheme they are in; those that the hierarchy does not hold are left out.

    Five queries; without paths (they are then empty) four.
    """
    wanted = set(wnids)
    glosses = dict(Synset.objects.filter(pk__in=wanted).order_by().values_list("pk", "gloss"))
    lemmas = _lemmas(glosses)
    standings = look_up_standings(glosses)
    paths = _paths(glosses) if with_paths else defaultdict(list)
    return {
        wnid: Word(wnid, tuple(lemmas[wnid]), gloss, standings[wnid], tuple(paths[wnid]))
        for wnid, gloss in glosses.items()
    }


def look_up_standings(wnids: Collection[str]) -> dict[str, Standing]:
    """What the policy knows of each of `wnids`, in English: two queries. Unknown ones stand unmarked, uncleared."""
    marks = defaultdict(set)
    said = Mark.objects.filter(wnid__in=wnids, language__in=("", ENGLISH)).order_by()
    for wnid, level, category in said.values_list("wnid", "level", "category"):
        marks[wnid].add(PolicyMark(Level(level), Category(category)))
    states = Clearance.objects.filter(wnid__in=wnids, language=ENGLISH).order_by().values_list("wnid", "state")
    cleared = {wnid: ClearanceState(state) for wnid, state in states}
    return {wnid: Standing(frozenset(marks[wnid]), cleared.get(wnid, ClearanceState.NONE)) for wnid in wnids}


def _lemmas(wnids: Collection[str]) -> dict[str, list[str]]:
    found = defaultdict(list)
    rows = Lemma.objects.filter(synset__in=wnids, language=ENGLISH).order_by("synset_id", "rank")
    for wnid, text in rows.values_list("synset_id", "text"):
        found[wnid].append(text)
    return found


def _paths(wnids: Collection[str]) -> dict[str, list[tuple[str, ...]]]:
    # "persons" sorts before "things": whatever comes first is the scheme to keep.
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    schemes: dict[str, str] = {}
    rows = Path.objects.filter(synset__in=wnids).order_by("scheme", "synset_id", "ordinal")
    for wnid, scheme, path in rows.values_list("synset_id", "scheme", "wnids"):
        if schemes.setdefault(wnid, scheme) == scheme:
            found[wnid].append(tuple(path))
    return found
