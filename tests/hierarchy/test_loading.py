"""The dictionary's rows: WordNet 3.0's facts, loaded as often as one likes, never over a person's decision."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from hierarchy import entries, loading
from hierarchy.models import Clearance, Closure, Edition, Hypernymy, Lemma, Mark, Path, Scheme, Synset

PERSON, ENTITY = "n00007846", "n00001740"
PERSONS, THINGS = Scheme.PERSONS, Scheme.THINGS

pytestmark = pytest.mark.usefixtures("hierarchy")


def load(**options) -> str:
    said = io.StringIO()
    call_command("load_hierarchy", stdout=said, **options)
    return said.getvalue()


def paths(wnid: str, scheme=PERSONS) -> list[list[str]]:
    return list(Path.objects.filter(synset=wnid, scheme=scheme).values_list("wnids", flat=True))


# --- facts ----------------------------------------------------------------------------------------------------------


def test_there_are_as_many_persons_edges_paths_and_ancestors_as_wordnet_has():
    assert Synset.objects.of(PERSONS).count() == 6979
    assert Synset.objects.below(PERSON).count() == 6978
    assert Hypernymy.objects.filter(scheme=PERSONS).count() == 7163
    assert Hypernymy.objects.filter(scheme=PERSONS, ordinal=1).count() == 184
    assert Path.objects.filter(scheme=PERSONS).count() == 7982
    assert Path.objects.filter(scheme=PERSONS, ordinal=3).exists()
    assert not Path.objects.filter(scheme=PERSONS, ordinal=4).exists()
    assert Closure.objects.filter(scheme=PERSONS).count() == 32_810
    assert Synset.objects.leaves(PERSONS).count() == 5436
    assert Path.objects.filter(scheme=PERSONS).order_by("-depth").first().depth == 9
    assert Synset.objects.of(PERSONS).filter(in_imagenet21k=True).count() == 2834


def test_things_are_the_thousand_classes_with_all_their_ancestors():
    classes = list(Synset.objects.classes().values_list("wnid", flat=True))
    assert len(classes) == 1000
    assert classes == sorted(classes)
    assert Synset.objects.of(THINGS).count() == 1860
    assert set(Synset.objects.leaves(THINGS).values_list("wnid", flat=True)) == set(classes)
    assert Synset.objects.below(ENTITY, THINGS).count() == 1859


def test_every_path_begins_at_its_scheme_s_root_and_ends_at_its_synset():
    for scheme, root in ((PERSONS, PERSON), (THINGS, ENTITY)):
        for wnid, depth, wnids in Path.objects.filter(scheme=scheme).values_list("synset", "depth", "wnids"):
            assert (wnids[0], wnids[-1], len(wnids)) == (root, wnid, depth + 1)


def test_a_first_offender_has_one_path():
    assert paths("n10093167") == [[PERSON, "n09831962", "n09633969", "n09963159", "n10093167"]]


def test_a_hypocrite_has_one_path():
    assert len(paths("n10195593")) == 1


def test_a_grass_widower_has_two_paths():
    assert [path[-2:] for path in paths("n10144338")] == [["n10287213", "n10144338"]] * 2
    assert Synset.objects.above("n10144338").count() == 4


def test_a_dalmatian_is_below_dog_among_things():
    assert Synset.objects.below("n02084071", THINGS).filter(wnid="n02110341").exists()


def test_lemmas_keep_the_dictionary_s_order():
    lemmas = Lemma.objects.filter(synset=PERSON).values_list("text", flat=True)
    assert list(lemmas) == ["person", "individual", "someone", "somebody", "mortal", "soul"]


def test_a_gloss_ends_before_its_first_example():
    appeaser = Synset.objects.get(pk="n09800249")
    assert appeaser.gloss == "someone who tries to bring peace by acceding to demands"
    assert len(appeaser.examples) == 1


# --- again ----------------------------------------------------------------------------------------------------------


def test_a_second_load_finds_the_edition_and_leaves_it_alone():
    before = Edition.objects.get().loaded_at
    assert "loaded already" in load()
    assert Edition.objects.get().loaded_at == before


def test_a_dry_run_counts_and_writes_nothing():
    Edition.objects.all().delete()
    Mark.objects.filter(source=Mark.Source.RULE).delete()
    assert "53 slur, 656 demeaning, 1,916 sensitive" in load(dry_run=True)
    assert not Mark.objects.exists()
    assert not Edition.objects.exists()


def test_loading_again_renews_the_rules_marks_and_touches_nobody_s_decision():
    curators = Mark.objects.create(
        wnid=PERSON, level="sensitive", category="class", source="curator", author="A", reason="R", date=date.today()
    )
    listed = Mark.objects.create(
        wnid=PERSON, level="sensitive", category="age", source="list", citation="C", date=date.today()
    )
    cleared = Clearance.objects.create(
        wnid=PERSON, state="cleared", first_reader="A", second_reader="B", date=date.today()
    )
    italian = Lemma.objects.create(
        synset_id=PERSON, language="it", text="persona", folded="persona", rank=0, source="imported"
    )
    made_by_rules = Mark.objects.filter(source="rule")
    count = made_by_rules.count()
    made_by_rules.filter(rule="G2").delete()
    load(force=True)
    assert made_by_rules.count() == count
    for row in (curators, listed, cleared, italian):
        row.refresh_from_db()


def test_a_load_that_fails_changes_nothing(monkeypatch):
    def fail(*_):
        raise RuntimeError

    count = Lemma.objects.count()
    monkeypatch.setattr(loading, "_paths", fail)
    with pytest.raises(RuntimeError):
        load(force=True)
    assert Lemma.objects.count() == count
    assert Closure.objects.filter(scheme=PERSONS).count() == 32_810


def test_a_torn_fixture_is_refused_by_name(monkeypatch, tmp_path):
    torn = tmp_path / "wordnet30_persons.json.gz"
    torn.write_bytes(entries.PERSONS_FILE.read_bytes()[:1000])
    monkeypatch.setattr(loading, "PERSONS_FILE", torn)
    with pytest.raises(CommandError, match=r"wordnet30_persons\.json\.gz cannot be read"):
        load()


# --- impossible states ----------------------------------------------------------------------------------------------

TODAY = date(2026, 1, 1)
BY_RULE = {"wnid": PERSON, "level": "sensitive", "category": "age", "source": "rule", "rule": "X1", "date": TODAY}


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": ""},
        {"lemma": "person"},
        {"language": "en"},
        {"level": "mild"},
        {"category": "weather"},
        {"source": "list"},
        {"source": "curator", "author": "A"},
        {"source": "curator", "reason": "R"},
    ],
    ids=str,
)
def test_a_mark_that_does_not_say_enough_cannot_be_stored(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Mark.objects.create(**{**BY_RULE, **wrong})


@pytest.mark.parametrize("second", ["", "A"])
def test_nobody_clears_a_word_alone(second):
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.create(wnid=PERSON, state="cleared", first_reader="A", second_reader=second, date=TODAY)


def test_a_synset_is_in_a_scheme():
    with pytest.raises(IntegrityError), transaction.atomic():
        Synset.objects.create(wnid="n99999999", gloss="", in_persons=False, in_things=False, in_imagenet21k=False)
