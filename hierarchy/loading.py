"""From the fixtures to rows: all or nothing, as often as one likes, and never over what a person decided."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.utils import timezone

from hierarchy import graph, rules
from hierarchy.entries import PERSONS_FILE, THINGS_FILE, WORDNET_VERSION, Entry, Fixture, read_fixture
from hierarchy.models import ENGLISH, Closure, Edition, Hypernymy, Lemma, Mark, Path, Scheme, Synset
from hierarchy.policy import Level
from hierarchy.search import fold

ROWS_AT_ONCE = 2_000
# Raised by hand when the shape of the rows changes, so that the same files are loaded again.
ROWS_VERSION = 1

Report = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is to be loaded: both schemes' entries, and the marks that the rules give."""

    persons: Fixture
    things: Fixture
    marks: tuple[rules.RuleMark, ...]

    @property
    def fixtures(self) -> tuple[Fixture, Fixture]:
        """Both schemes."""
        return self.persons, self.things

    def heaviest_of_persons(self) -> dict[str, Level]:
        """The heaviest level that WordNet's own structure gives to each person; lists made by hand do not count."""
        persons = {entry.wnid for entry in self.persons.entries}
        ladder = list(Level)
        found: dict[str, Level] = {}
        for mark in self.marks:
            if mark.wnid in persons and mark.rule.kind != "wnids":
                found[mark.wnid] = min(found.get(mark.wnid, mark.rule.level), mark.rule.level, key=ladder.index)
        return found


def read_lexicon() -> Lexicon:
    """Read the fixtures and apply the rules to them.

    Raises:
        UnreadableFixture, BadRule: a file that the project carries is damaged; the text names it.
    """
    persons, things = read_fixture(PERSONS_FILE), read_fixture(THINGS_FILE)
    every_rule = rules.read_rules()
    found = (*rules.marks(every_rule, persons), *rules.marks(every_rule, things))
    return Lexicon(persons, things, found)


def files_digest() -> str:
    """SHA-256 over the fixtures and the rules: two loads of the same digest give the same rows."""
    digest = hashlib.sha256(f"{ROWS_VERSION}".encode())
    for path in (PERSONS_FILE, THINGS_FILE, rules.RULES_FILE):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def loaded_digest() -> str | None:
    """The digest of what is in the database, or None when nothing is."""
    return Edition.objects.values_list("digest", flat=True).first()


@transaction.atomic
def load(lexicon: Lexicon, digest: str, report: Report) -> None:
    """Write the lexicon's rows. `report` is told the name of each table and how many rows it now has.

    Lemmas of other sources, lists' and curators' marks, and clearances stay as they are.
    """
    for table in (Closure, Path, Hypernymy):
        table.objects.all().delete()
    Lemma.objects.filter(source=Lemma.Source.WORDNET).delete()
    Mark.objects.filter(source=Mark.Source.RULE).delete()
    report("synsets", _load_synsets(lexicon))
    report("lemmas", _create(Lemma, _lemmas(lexicon)))
    for fixture in lexicon.fixtures:
        parents = {entry.wnid: entry.hypernyms for entry in fixture.entries}
        scheme = Scheme(fixture.scheme)
        report(f"hypernyms of {scheme}", _create(Hypernymy, _hypernymies(scheme, parents)))
        report(f"closure of {scheme}", _load_closure(scheme, parents))
        report(f"paths of {scheme}", _create(Path, _paths(scheme, parents)))
    report("marks by rule", _create(Mark, _marks(lexicon)))
    Edition.objects.update_or_create(pk=1, defaults={"version": WORDNET_VERSION, "digest": digest})


def _create(table: type[models.Model], rows: Iterator[models.Model]) -> int:
    return len(table._default_manager.bulk_create(rows, batch_size=ROWS_AT_ONCE))


def _load_synsets(lexicon: Lexicon) -> int:
    persons = {entry.wnid: entry for entry in lexicon.persons.entries}
    things = {entry.wnid: entry for entry in lexicon.things.entries}
    gone = set(Synset.objects.values_list("pk", flat=True)) - persons.keys() - things.keys()
    if gone:
        Synset.objects.filter(pk__in=gone).delete()
    rows = [
        Synset(
            wnid=wnid,
            version=WORDNET_VERSION,
            gloss=entry.gloss,
            examples=list(entry.examples),
            in_persons=wnid in persons,
            in_things=wnid in things,
            in_imagenet21k=entry.in_imagenet21k,
            class_index=entry.class_index,
        )
        # A thing's entry also knows its class, so it wins where a synset is both.
        for wnid, entry in sorted((persons | things).items())
    ]
    # Updated in place: lemmas of other sources hang on these rows.
    Synset.objects.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["wnid"],
        update_fields=[
            "version",
            "gloss",
            "examples",
            "in_persons",
            "in_things",
            "in_imagenet21k",
            "class_index",
        ],
    )
    return len(rows)


def _lemmas(lexicon: Lexicon) -> Iterator[Lemma]:
    entries: dict[str, Entry] = {entry.wnid: entry for fixture in lexicon.fixtures for entry in fixture.entries}
    for wnid, entry in sorted(entries.items()):
        for rank, sense in enumerate(entry.lemmas):
            yield Lemma(
                synset_id=wnid,
                language=ENGLISH,
                text=sense.text,
                folded=fold(sense.text),
                rank=rank,
                count=sense.count,
                sense_key=sense.key,
                source=Lemma.Source.WORDNET,
            )


def _hypernymies(scheme: Scheme, parents: graph.Parents) -> Iterator[Hypernymy]:
    for child, above in parents.items():
        for ordinal, parent in enumerate(above):
            yield Hypernymy(scheme=scheme, parent_id=parent, child_id=child, ordinal=ordinal)


def _load_closure(scheme: Scheme, parents: graph.Parents) -> int:
    rows = [
        (scheme.value, ancestor, descendant, depth)
        for descendant, steps in graph.closure(parents).items()
        for ancestor, depth in steps.items()
    ]
    # By the driver alone: these are most of all rows, and an object for each doubled the time of the whole load.
    table = connection.ops.quote_name(Closure._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (scheme, ancestor_id, descendant_id, depth) VALUES (%s, %s, %s, %s)",  # noqa: S608
            rows,
        )
    return len(rows)


def _paths(scheme: Scheme, parents: graph.Parents) -> Iterator[Path]:
    for wnid, found in graph.paths(parents).items():
        for ordinal, path in enumerate(found):
            yield Path(scheme=scheme, synset_id=wnid, ordinal=ordinal, depth=len(path) - 1, wnids=path)


def _marks(lexicon: Lexicon) -> Iterator[Mark]:
    today = timezone.localdate()
    for mark in lexicon.marks:
        yield Mark(
            wnid=mark.wnid,
            lemma=mark.lemma,
            language=ENGLISH if mark.lemma else "",
            level=mark.rule.level,
            category=mark.rule.category,
            source=Mark.Source.RULE,
            rule=mark.rule.id,
            date=today,
        )
