"""One function for look-ups: by id, by lemma, then by gloss; at most three queries, whatever is found.

English alone is searched: an imported lemma is masked until it is cleared in its own language, and a search that
finds it would say it.
"""

import re
import unicodedata

from django.db.models import Q

from hierarchy.models import ENGLISH, Lemma, Synset

LONGEST_QUERY = 100
SHORTEST_GLOSS_WORD = 3
MOST_GLOSS_WORDS = 8
EXACT, PREFIX, WORD_PREFIX, GLOSS = range(4)

# Rank, outside persons first, more used first, then alphabetical: smaller is better.
Key = tuple[int, bool, int, str]


def fold(text: str) -> str:
    """`text` as searches compare it: no case, no accents, one space for anything that is no letter or digit."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", " ", letters).strip()


def search(query: str) -> list[str]:
    """The wnids of all that `query` finds, best first; nothing for a query without letters or digits.

    A wnid finds its synset. Otherwise: a lemma that is the query, one that begins with it, one in which a word
    begins with it, and last a gloss in which each of its words begins some word. Of equals those that are no
    persons come first (who searches for an animal shall not be given insults), then the commoner ones.
    """
    folded = fold(query[:LONGEST_QUERY])
    if re.fullmatch(r"n\d{8}", folded):
        return list(Synset.objects.filter(pk=folded).values_list("pk", flat=True))
    if not folded:
        return []
    found = _by_gloss(folded) | _by_lemma(folded)
    return sorted(found, key=lambda wnid: (found[wnid], wnid))


def _by_lemma(folded: str) -> dict[str, Key]:
    found: dict[str, Key] = {}
    begins = Q(folded__startswith=folded) | Q(folded__contains=f" {folded}")
    rows = Lemma.objects.filter(begins, language=ENGLISH).order_by()
    for wnid, lemma, count, person in rows.values_list("synset_id", "folded", "count", "synset__in_persons"):
        key = (_rank(lemma, folded), person, -count, lemma)
        found[wnid] = min(found.get(wnid, key), key)
    return found


def _rank(lemma: str, folded: str) -> int:
    if lemma == folded:
        return EXACT
    return PREFIX if lemma.startswith(folded) else WORD_PREFIX


def _by_gloss(folded: str) -> dict[str, Key]:
    words = folded.split()[:MOST_GLOSS_WORDS]
    if min(map(len, words)) < SHORTEST_GLOSS_WORD:
        return {}
    every = Q()
    for word in words:
        every &= Q(gloss__icontains=word)
    # The database finds the letters, wherever they stand; here only beginnings of words are kept.
    rows = Synset.objects.filter(every).order_by().values_list("pk", "gloss", "in_persons")
    return {
        wnid: (GLOSS, person, 0, "")
        for wnid, gloss, person in rows
        if all(f" {word}" in f" {fold(gloss)}" for word in words)
    }
