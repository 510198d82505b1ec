"""Default marks out of WordNet's own structure: transparent rules, a start for curators and not a verdict.

`mark_rules.csv` holds a rule a line: its id, the scheme it reads, the level and category it gives, and what it
matches. Rules for *persons* (U, G, D, S) mark labels; N marks the entries that name one person of history, H
those that share their spelling with a slur; rules for
*things* (E) mark what a network may see and this platform does not name beside a living face.

Kinds of rule:
    usage_domain: WordNet files the synset, or one of its lemmas, under this usage; then that lemma alone is marked.
    hyponyms_of: the named synset and everything below it.
    gloss: the regular expression is found in the gloss in lower case; a gloss ends before the first example.
    wnids: these synsets.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hierarchy.entries import Entry, Fixture
from hierarchy.graph import below, children_of
from hierarchy.policy import Category, Level

RULES_FILE = Path(__file__).resolve().parent / "mark_rules.csv"


class BadRule(Exception):
    """A line of the rules' file makes no sense; its text says which."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the file."""

    id: str
    scheme: str
    level: Level
    category: Category
    kind: str
    argument: str
    note: str


@dataclass(frozen=True, slots=True)
class RuleMark:
    """What a rule found: a synset or, with `lemma` not empty, one English lemma of it."""

    rule: Rule
    wnid: str
    lemma: str = ""


def read_rules(path: Path = RULES_FILE) -> list[Rule]:
    """The rules, in the file's order.

    Raises:
        BadRule: an unknown level, category, kind or scheme, a bad expression, or an id used twice.
    """
    rules: dict[str, Rule] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                rule = Rule(
                    id=row["rule"],
                    scheme=row["scheme"],
                    level=Level(row["level"]),
                    category=Category(row["category"]),
                    kind=row["kind"],
                    argument=row["argument"],
                    note=row["note"],
                )
                _require_sense(rule, known=rules)
            except (KeyError, ValueError, re.error) as error:
                raise BadRule(f"{path.name}, line {number}: {error}") from error
            rules[rule.id] = rule
    return list(rules.values())


def _require_sense(rule: Rule, known: dict[str, Rule]) -> None:
    if not rule.id or rule.id in known:
        raise ValueError(f"the id {rule.id!r} is empty or used twice")
    if rule.scheme not in {"persons", "things"}:
        raise ValueError(f"no such scheme: {rule.scheme}")
    if rule.kind not in MATCHERS:
        raise ValueError(f"no such kind of rule: {rule.kind}")
    if rule.kind == "gloss":
        re.compile(rule.argument)
    elif not all(re.fullmatch(r"n\d{8}", wnid) for wnid in rule.argument.split()):
        raise ValueError(f"no wnid: {rule.argument}")


class Lookup:
    """A scheme's entries, by wnid and by what stands below them, for rules to match against."""

    def __init__(self, fixture: Fixture) -> None:
        self.entries: dict[str, Entry] = {entry.wnid: entry for entry in fixture.entries}
        self.children = children_of({entry.wnid: entry.hypernyms for entry in fixture.entries})
        self.glosses = [(entry.wnid, entry.gloss.lower()) for entry in fixture.entries]


def marks(rules: list[Rule], fixture: Fixture) -> Iterator[RuleMark]:
    """Every mark that the rules of this scheme give to its entries."""
    lookup = Lookup(fixture)
    for rule in rules:
        if rule.scheme == fixture.scheme:
            yield from MATCHERS[rule.kind](rule, lookup)


def _by_usage_domain(rule: Rule, lookup: Lookup) -> Iterator[RuleMark]:
    for entry in lookup.entries.values():
        if rule.argument in entry.usage_domains:
            yield RuleMark(rule, entry.wnid)
            continue
        for sense in entry.lemmas:
            if rule.argument in sense.usage_domains:
                yield RuleMark(rule, entry.wnid, sense.text)


def _by_hypernym(rule: Rule, lookup: Lookup) -> Iterator[RuleMark]:
    if rule.argument not in lookup.entries:
        raise BadRule(f"Rule {rule.id} names {rule.argument}, which is not among the {rule.scheme}.")
    for wnid in sorted(below(lookup.children, rule.argument)):
        yield RuleMark(rule, wnid)


def _by_gloss(rule: Rule, lookup: Lookup) -> Iterator[RuleMark]:
    expression = re.compile(rule.argument)
    for wnid, gloss in lookup.glosses:
        if expression.search(gloss):
            yield RuleMark(rule, wnid)


def _by_wnid(rule: Rule, lookup: Lookup) -> Iterator[RuleMark]:
    for wnid in rule.argument.split():
        if wnid not in lookup.entries:
            raise BadRule(f"Rule {rule.id} names {wnid}, which is not among the {rule.scheme}.")
        yield RuleMark(rule, wnid)


MATCHERS: dict[str, Callable[[Rule, Lookup], Iterator[RuleMark]]] = {
    "usage_domain": _by_usage_domain,
    "hyponyms_of": _by_hypernym,
    "gloss": _by_gloss,
    "wnids": _by_wnid,
}
