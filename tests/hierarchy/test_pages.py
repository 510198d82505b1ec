"""A synset's page and a search's results: nothing that policy hides stands anywhere in them."""

from dataclasses import asdict
from datetime import date

import pytest

from hierarchy.lexicon import look_up
from hierarchy.models import Clearance, Hypernymy, Mark, Scheme, Synset
from hierarchy.pages import search_page, synset_page
from hierarchy.policy import Category, Level, Treatment

pytestmark = pytest.mark.usefixtures("hierarchy")
PERSON, DOG, GRASS_WIDOWER, FIRST_OFFENDER = "n00007846", "n02084071", "n10144338", "n10093167"
TODAY = date(2026, 1, 1)


def slurs() -> set[str]:
    return set(Mark.objects.filter(level="slur").values_list("wnid", flat=True))


def mark(wnid: str, level: str, category: str = "character", **more) -> None:
    given = {"wnid": wnid, "source": "curator", "author": "A", "reason": "R", "date": TODAY, **more}
    Mark.objects.create(**given, level=level, category=category)


def test_an_unmarked_page_is_shown_with_every_path():
    page = synset_page(GRASS_WIDOWER)
    assert page.treatment is Treatment.SHOW
    assert page.lemmas == ("grass widower", "divorced man")
    assert page.gloss
    assert [[node.wnid for node in path][-2:] for path in page.paths] == [["n10287213", GRASS_WIDOWER]] * 2
    assert all(node.lemmas for path in page.paths for node in path)
    assert (page.lexicon, page.scheme) == ("WordNet 3.0", Scheme.PERSONS)


def test_a_gated_page_says_its_harm_and_none_of_its_words():
    page = synset_page(FIRST_OFFENDER)
    assert (page.treatment, page.harm) == (Treatment.GATE, Category.CHARACTER)
    assert (page.lemmas, page.gloss, page.examples) == (None, None, None)
    assert page.openable
    assert not page.revealed
    assert {path[-1].lemmas for path in page.paths} == {None}
    assert {node.wnid for node in page.paths[0]} == {PERSON, "n09831962", "n09633969", "n09963159", FIRST_OFFENDER}


def test_a_gated_page_opens_for_whoever_asks():
    page = synset_page(FIRST_OFFENDER, revealed=True)
    assert page.treatment is Treatment.GATE
    assert page.revealed
    assert page.lemmas == ("first offender",)
    assert page.gloss == "someone convicted for the first time"
    assert all(node.lemmas for node in page.paths[0])
    assert not page.openable


def test_a_slur_opens_on_its_own_page_and_on_no_other():
    for wnid in sorted(slurs()):
        assert synset_page(wnid).lemmas is None
        opened = synset_page(wnid, revealed=True)
        assert opened.lemmas == look_up([wnid])[wnid].lemmas
        for parent in Hypernymy.objects.filter(child=wnid).values_list("parent", flat=True):
            around = {child.wnid: child for child in synset_page(parent, revealed=True).hyponyms}
            assert around[wnid].lemmas is None


def test_a_lemma_s_own_mark_names_the_lemma_only_once_it_is_open():
    wnid = Mark.objects.exclude(lemma="").first().wnid
    assert {stated.lemma for stated in synset_page(wnid).marks} == {None}
    assert len({stated.lemma for stated in synset_page(wnid, revealed=True).marks}) == 2


def test_every_mark_is_stated_with_its_rule():
    stated = synset_page(FIRST_OFFENDER).marks
    assert {(one.rule, one.level, one.source) for one in stated} >= {("D1a", Level.DEMEANING, "rule")}


def test_hyponyms_are_counted_and_named_ones_are_in_alphabetical_order():
    page = synset_page(DOG)
    named = [child.lemmas[0].casefold() for child in page.hyponyms if child.lemmas]
    assert named == sorted(named)
    corgi = next(child for child in page.hyponyms if child.wnid == "n02112826")
    assert corgi.count == 2
    assert page.scheme is Scheme.THINGS


def test_hidden_hyponyms_stand_last_so_that_their_place_tells_nothing():
    hidden = [child.lemmas is None for child in synset_page(PERSON).hyponyms]
    assert any(hidden)
    assert hidden == sorted(hidden)


def test_a_curator_s_mark_closes_a_page_at_once():
    assert synset_page(GRASS_WIDOWER).lemmas
    mark(GRASS_WIDOWER, "demeaning", "gender")
    page = synset_page(GRASS_WIDOWER)
    assert (page.treatment, page.harm, page.lemmas) == (Treatment.GATE, Category.GENDER, None)


def test_a_mark_on_an_italian_lemma_leaves_the_english_page_open():
    mark(GRASS_WIDOWER, "slur", "slur", lemma="parola", language="it")
    assert synset_page(GRASS_WIDOWER).lemmas
    assert not any(stated.level is Level.SLUR for stated in synset_page(GRASS_WIDOWER).marks)


def test_in_a_school_only_what_is_unmarked_and_cleared_is_shown_asked_for_or_not(settings):
    settings.ROULETTE_POLICY = "school"
    for revealed in (False, True):
        page = synset_page(FIRST_OFFENDER, revealed=revealed)
        assert (page.lemmas, page.gloss, page.examples) == (None, None, None)
        assert not page.openable
        assert synset_page(GRASS_WIDOWER, revealed=revealed).lemmas is None
    Clearance.objects.create(wnid=PERSON, state="cleared", first_reader="A", second_reader="B", date=TODAY)
    assert synset_page(PERSON).lemmas
    assert all(child.lemmas is None for child in synset_page(PERSON).hyponyms if child.treatment is not Treatment.SHOW)


@pytest.mark.parametrize("wnid", ["n99999999", "nonsense", ""])
def test_there_is_no_page_of_what_the_hierarchy_does_not_hold(wnid):
    assert synset_page(wnid) is None


def test_the_queries_of_a_page_grow_neither_with_depth_nor_with_hyponyms(django_assert_max_num_queries):
    deepest = Synset.objects.filter(paths__scheme="things").order_by("-paths__depth").first().wnid
    for wnid in (PERSON, FIRST_OFFENDER, deepest):
        with django_assert_max_num_queries(13):
            synset_page(wnid)


# --- results of a search --------------------------------------------------------------------------------------------


def test_results_keep_the_order_of_the_search_and_say_their_scheme():
    page = search_page("dog", limit=3)
    assert page.results[0].wnid == DOG
    assert page.results[0].scheme is Scheme.THINGS
    assert page.count > 3
    assert len(page.results) == 3
    assert search_page("dog", limit=2, offset=1).results[0] == page.results[1]


def test_a_search_for_a_hidden_word_finds_it_and_does_not_say_it():
    for wnid in sorted(slurs()):
        lemma = look_up([wnid])[wnid].lemmas[0]
        results = {found.wnid: found for found in search_page(lemma, limit=100).results}
        assert wnid in results
        assert (results[wnid].lemmas, results[wnid].gloss) == (None, None)
        assert results[wnid].treatment is Treatment.GATE


def test_an_empty_search_lists_everything_in_order():
    page = search_page(" ", limit=5)
    assert page.count == Synset.objects.count()
    assert [found.wnid for found in page.results] == list(Synset.objects.values_list("wnid", flat=True)[:5])


def test_results_beyond_the_end_are_none():
    assert search_page("dog", offset=10_000).results == ()


def test_a_search_page_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    for limit in (1, 100):
        with django_assert_max_num_queries(7):
            assert asdict(search_page("the", limit=limit))["results"]


@pytest.mark.parametrize("address", ["n\0", "n0000784", "n000078460", "person", "", "n٠٠٠٠٧٨٤٦"])
def test_an_address_that_is_no_id_has_no_page_and_never_reaches_the_database(address, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert synset_page(address) is None
