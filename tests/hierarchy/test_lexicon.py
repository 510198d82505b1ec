"""Words for the policy and the surfaces, in a constant number of queries."""

from datetime import date

import pytest

from hierarchy.lexicon import look_up
from hierarchy.models import Clearance, Mark, Synset
from hierarchy.policy import Category, Level, Standing
from hierarchy.policy import Clearance as ClearanceState
from hierarchy.policy import Mark as PolicyMark

pytestmark = pytest.mark.usefixtures("hierarchy")
PERSON, DALMATIAN, DIVER = "n00007846", "n02110341", "n10025635"
TODAY = date(2026, 1, 1)


def test_a_word_brings_lemmas_gloss_standing_and_paths():
    word = look_up([PERSON])[PERSON]
    assert word.lemmas[:2] == ("person", "individual")
    assert word.gloss == "a human being"
    assert word.standing == Standing()
    assert word.paths == ((PERSON,),)


def test_things_are_looked_up_among_persons():
    found = look_up([PERSON, DALMATIAN])
    assert found[DALMATIAN].paths[0][0] == "n00001740"
    assert found[DALMATIAN].lemmas[0] == "dalmatian"


def test_a_synset_of_both_schemes_has_its_paths_among_persons():
    both = Synset.objects.filter(in_persons=True, in_things=True).values_list("wnid", flat=True)
    assert len(both) == 12
    for word in look_up(both).values():
        assert {path[0] for path in word.paths} == {PERSON}


def test_an_unknown_id_is_left_out():
    assert look_up(["n99999999", "nonsense"]) == {}
    assert look_up([]) == {}


def test_marks_of_a_lemma_count_for_its_word_in_english_alone():
    given = {"wnid": PERSON, "source": "curator", "author": "A", "reason": "R", "date": TODAY}
    Mark.objects.create(**given, lemma="mortal", language="en", level="demeaning", category="misfortune")
    Mark.objects.create(**given, lemma="anima", language="it", level="slur", category="slur")
    standing = look_up([PERSON])[PERSON].standing
    assert standing.marks == {PolicyMark(Level.DEMEANING, Category.MISFORTUNE)}


@pytest.mark.parametrize(("language", "state"), [("en", ClearanceState.PROPOSED), ("it", ClearanceState.NONE)])
def test_a_clearance_holds_in_its_own_language(language, state):
    Clearance.objects.create(wnid=PERSON, language=language, state="proposed", first_reader="A", date=TODAY)
    assert look_up([PERSON])[PERSON].standing.clearance is state


def test_many_words_take_as_many_queries_as_one(django_assert_num_queries):
    for wnids in ([PERSON], list(Synset.objects.values_list("wnid", flat=True)[:2000])):
        with django_assert_num_queries(5):
            look_up(wnids)
