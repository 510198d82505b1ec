"""One function for look-ups: ranked, insensitive to case and accents, bounded."""

import pytest

from hierarchy.models import Lemma, Synset
from hierarchy.search import fold, search

pytestmark = pytest.mark.usefixtures("hierarchy")


def first_lemmas(query: str, count: int = 5) -> list[str]:
    return [Lemma.objects.filter(synset=wnid).first().text for wnid in search(query)[:count]]


@pytest.mark.parametrize("query", ["n10144338", "N10144338", " n10144338 "])
def test_a_wnid_finds_its_synset_alone(query):
    assert search(query) == ["n10144338"]


@pytest.mark.parametrize("query", ["grass widower", "Grass  WIDOWER", "grass-widower", "gráss widower", "grass widow"])
def test_case_accents_hyphens_and_spaces_make_no_difference(query):
    assert "n10144338" in search(query)


def test_a_lemma_comes_before_a_beginning_a_word_and_a_gloss():
    found = search("nurse")
    names = {wnid: list(Lemma.objects.filter(synset=wnid).values_list("folded", flat=True)) for wnid in found}

    def rank(wnid: str) -> int:
        if "nurse" in names[wnid]:
            return 0
        if any(name.startswith("nurse") for name in names[wnid]):
            return 1
        return 2 if any(" nurse" in name for name in names[wnid]) else 3

    ranks = [rank(wnid) for wnid in found]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2, 3}


def test_of_equals_things_come_before_persons():
    found = search("dog")
    assert found[0] == "n02084071"
    exact = Lemma.objects.filter(folded="dog", synset__in_persons=True).values_list("synset", flat=True)
    assert set(exact) < set(found)


def test_a_gloss_is_found_by_beginnings_of_words_not_by_their_middles():
    glosses = dict(Synset.objects.filter(pk__in=search("irector")).values_list("pk", "gloss"))
    assert not glosses
    assert search("direct")


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "\x00", "'; --", "n99999999", "zzzzzz"])
def test_what_finds_nothing_finds_nothing(query):
    assert search(query) == []


@pytest.mark.parametrize("query", ["dog%", "dog_", "dog\x00", "dog'"])
def test_signs_of_the_database_s_own_mean_nothing(query):
    assert search(query) == search("dog")


def test_a_long_query_is_cut():
    assert search("nurse" + " " * 95 + "x" * 100_000) == search("nurse")


def test_imported_lemmas_are_not_searched():
    Lemma.objects.create(synset_id="n00007846", language="it", text="zzyzx", folded="zzyzx", rank=0, source="imported")
    assert search("zzyzx") == []


@pytest.mark.parametrize("query", ["dog", "first offender", "a", "the"])
def test_a_search_takes_two_queries_whatever_it_finds(query, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        search(query)


def test_folding_keeps_letters_of_every_script():
    assert fold("Élan  vital—Ω!") == "elan vital ω"
