"""What the tests of pages share: answers in the store, and pages read as a visitor reads them."""

import re
from html import unescape

from classifier.results import Box, Candidate, Classification, Evidence, Face, Label, ModelIdentity
from curation import moderation, visits
from hierarchy.lexicon import look_up

MODEL = ModelIdentity("a model", "1", "0" * 64)
HERO, PLAYER, MUSLIM_WOMAN, OFFENDER, SLUR = "n10101308", "n10101634", "n10341573", "n10093167", "n09643799"
HELMET, MAILLOT = "n03379051", "n03710721"


def label(wnid: str) -> Label:
    return Label(
        wnid, 0.5, 0.07, (Candidate(PLAYER, 0.4),), (Evidence(HELMET, 0.03, 0.6), Evidence(MAILLOT, 0.03, 0.3))
    )


def ended_visit(*wnids: str) -> str:
    """A visit whose faces, from right to left, were labelled `wnids`; without any, its scene is a football hero."""
    visit = visits.mint()
    visits.begin(visit)
    found = tuple(Face(Box(0.7 - n / 5, 0.1, 0.2, 0.2), 0.9, label(wnid)) for n, wnid in enumerate(wnids))
    assert moderation.review(visit, Classification(640, 480, MODEL, found, None if found else label(HERO)))
    return visit


def text_of(response) -> str:
    """What a page says, tags taken out."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def secrets_of(wnid: str) -> list[str]:
    """Everything that must not stand on a page before `wnid` is opened."""
    word = look_up([wnid])[wnid]
    return [wnid, word.gloss, *word.lemmas]


def says(response, secret: str) -> bool:
    """Whether `secret` stands anywhere in a response, as a word, whatever the case."""
    page = unescape(response.content.decode()).casefold()
    return re.search(rf"(?<![\w-]){re.escape(secret.casefold())}(?![\w-])", page) is not None
