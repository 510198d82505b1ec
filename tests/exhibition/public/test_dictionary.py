"""The dictionary's pages: entries with every path, gates, a search, and the same words kept closed everywhere."""

import pytest

from hierarchy.models import Mark
from tests.exhibition.public.answered import OFFENDER, SLUR, says, secrets_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hierarchy")]
ROOT, GRASS_WIDOWER, DALMATIAN, LEAF = "n00007846", "n10144338", "n02110341", "n10101308"


def title_of(page) -> str:
    return page.content.decode().split("<title>")[1].split("</title>")[0]


def test_the_root_lists_what_stands_right_below_it_with_counts(client):
    page = client.get("/hierarchy/")
    assert "a human being" in text_of(page)
    assert f'href="/hierarchy/{LEAF}/"' not in page.content.decode()
    assert "402 entries right below" in text_of(page)


def test_an_entry_with_two_paths_shows_both(client):
    page = client.get(f"/hierarchy/{GRASS_WIDOWER}/")
    assert "2 paths from the root" in text_of(page)
    assert page.content.decode().count('<ol class="path"') == 2


@pytest.mark.parametrize("wnid", [OFFENDER, SLUR])
def test_a_closed_entry_says_why_and_spells_nothing_before_it_is_asked_for(client, wnid):
    page = client.get(f"/hierarchy/{wnid}/")
    assert page.status_code == 200
    assert [secret for secret in secrets_of(wnid)[1:] if says(page, secret)] == []
    assert title_of(page).startswith("An entry kept closed")
    assert "By the default rule" in text_of(page)


@pytest.mark.parametrize("wnid", [OFFENDER, SLUR])
def test_a_closed_entry_is_opened_by_a_post_alone(client, wnid):
    assert client.get(f"/hierarchy/{wnid}/reveal/").status_code == 405
    page = client.post(f"/hierarchy/{wnid}/reveal/")
    assert all(says(page, secret) for secret in secrets_of(wnid))


def test_no_page_of_a_search_spells_a_slur(client):
    slurs = set(Mark.objects.filter(level="slur").values_list("wnid", flat=True))
    for wnid in sorted(slurs):
        gloss, *lemmas = secrets_of(wnid)[1:]
        page = client.get("/hierarchy/search/", {"q": wnid})
        assert not says(page, gloss)
        assert not any(says(page, lemma) for lemma in lemmas if len(lemma) > 3)
        assert "Kept closed." in text_of(page)


def test_a_search_says_which_finds_are_things_and_which_persons(client):
    page = text_of(client.get("/hierarchy/search/", {"q": "doctor"}))
    assert "Among equal matches things come before persons." in page
    assert "person a licensed medical practitioner" in page


def test_a_search_goes_on_over_pages(client):
    first = client.get("/hierarchy/search/", {"q": "worker"})
    assert "Page 1 of" in text_of(first)
    assert "Page 2 of" in text_of(client.get("/hierarchy/search/", {"q": "worker", "page": "2"}))
    assert client.get("/hierarchy/search/", {"q": "worker", "page": "nonsense"}).status_code == 200


@pytest.mark.parametrize("query", ["zzzz", "!?", "   ", "\x00", "a" * 500])
def test_a_search_that_finds_nothing_says_what_else_can_be_done(client, query):
    page = client.get("/hierarchy/search/", {"q": query})
    assert page.status_code == 200
    assert "The dictionary has nothing" in text_of(page) or "Type an English word" in text_of(page)


def test_the_query_is_shown_as_text(client):
    page = client.get("/hierarchy/search/", {"q": '"><script>x</script>'}).content.decode()
    assert "<script>x" not in page


def test_a_thing_that_the_network_sees_has_a_page_too(client):
    assert "of its classes" in text_of(client.get(f"/hierarchy/{DALMATIAN}/"))


@pytest.mark.parametrize("wnid", ["n99999999", "nonsense"])
def test_an_entry_that_the_dictionary_does_not_hold_is_not_found(client, wnid):
    page = client.get(f"/hierarchy/{wnid}/")
    assert page.status_code == 404
    assert "There is no such page" in text_of(page)


def test_the_dictionary_s_pages_set_no_cookie(client):
    for address in ["/hierarchy/", f"/hierarchy/{SLUR}/", "/hierarchy/search/?q=dog"]:
        assert not client.get(address).cookies
