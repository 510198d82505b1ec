"""The dictionary's addresses on the API."""

import json

import jsonschema
import pytest
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from hierarchy.lexicon import look_up
from hierarchy.models import Mark

urlpatterns = [path("api/v1/", include("hierarchy.api"))]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.usefixtures("hierarchy")]
GRASS_WIDOWER, FIRST_OFFENDER = "n10144338", "n10093167"


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator(patterns=urlpatterns).get_schema(request=None, public=True)


def require_shape(schema: dict, answer: dict, name: str) -> None:
    """Hold `answer` to a component of the schema."""
    jsonschema.validate(answer, {"$ref": f"#/components/schemas/{name}", "components": schema["components"]})


def test_a_page_has_the_shape_that_the_schema_promises(client, schema):
    for wnid in (GRASS_WIDOWER, FIRST_OFFENDER, "n00007846", "n02084071"):
        answer = client.get(f"/api/v1/synsets/{wnid}/")
        assert answer.status_code == 200
        require_shape(schema, answer.json(), "Synset")


def test_the_schema_lists_three_operations_without_a_warning():
    GENERATOR_STATS.reset()
    schema = SchemaGenerator(patterns=urlpatterns).get_schema(request=None, public=True)
    assert set(schema["paths"]) == {
        "/api/v1/synsets/",
        "/api/v1/synsets/{wnid}/",
        "/api/v1/synsets/{wnid}/reveal/",
    }
    assert schema["openapi"].startswith("3.1")
    assert not GENERATOR_STATS


def test_a_shown_page_is_spelled_out(client):
    answer = client.get(f"/api/v1/synsets/{GRASS_WIDOWER}/").json()
    assert (answer["wnid"], answer["treatment"], answer["lemmas"]) == (
        GRASS_WIDOWER,
        "show",
        ["grass widower", "divorced man"],
    )
    assert answer["paths"][0][0] == {
        "wnid": "n00007846",
        "lemmas": ["person", "individual", "someone", "somebody", "mortal", "soul"],
        "treatment": "show",
        "harm": None,
    }


def test_a_gated_page_keeps_its_words_until_a_post_asks_for_them(client):
    answer = client.get(f"/api/v1/synsets/{FIRST_OFFENDER}/")
    assert answer.json()["treatment"] == "gate"
    assert answer.json()["harm"] == "character"
    assert answer.json()["lemmas"] is answer.json()["gloss"] is answer.json()["examples"] is None
    assert b"offender" not in answer.content

    opened = client.post(f"/api/v1/synsets/{FIRST_OFFENDER}/reveal/")
    assert opened.json()["lemmas"] == ["first offender"]
    assert opened.json()["revealed"] is True
    assert opened["Cache-Control"] == "no-store"


def test_nothing_is_opened_by_a_get(client):
    assert client.get(f"/api/v1/synsets/{FIRST_OFFENDER}/reveal/").status_code == 405
    assert client.get(f"/api/v1/synsets/{FIRST_OFFENDER}/?revealed=1").json()["lemmas"] is None


def test_no_gloss_of_a_slur_stands_in_any_answer_nobody_asked_for(client):
    for wnid in sorted(set(Mark.objects.filter(level="slur").values_list("wnid", flat=True))):
        word = look_up([wnid])[wnid]
        page = client.get(f"/api/v1/synsets/{wnid}/").content
        found = client.get("/api/v1/synsets/", {"search": word.lemmas[0], "limit": 100})
        assert json.dumps(word.gloss).encode() not in page + found.content
        assert wnid in {one["wnid"] for one in found.json()["results"]}


def test_a_search_is_paginated(client, schema):
    first = client.get("/api/v1/synsets/", {"search": "dog", "limit": 2})
    require_shape(schema, first.json(), "SynsetList")
    assert first.json()["results"][0]["wnid"] == "n02084071"
    assert first.json()["previous"] is None
    second = client.get(first.json()["next"])
    assert len(second.json()["results"]) == 2
    assert client.get(second.json()["previous"]).json()["results"] == first.json()["results"]


def test_without_a_search_everything_is_listed(client):
    answer = client.get("/api/v1/synsets/", {"offset": 8826}).json()
    assert answer["count"] == 8827
    assert len(answer["results"]) == 1
    assert answer["next"] is None


@pytest.mark.parametrize("wnid", ["n99999999", "nonsense", "n10144338x"])
@pytest.mark.parametrize("address", ["/api/v1/synsets/{}/", "/api/v1/synsets/{}/reveal/"])
def test_an_unknown_id_is_a_problem_that_says_so(client, wnid, address):
    ask = client.post if "reveal" in address else client.get
    answer = ask(address.format(wnid))
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"offset": -1}, {"search": "x" * 101}, {"search": "\x00"}],
    ids=lambda query: str(query)[:20],
)
def test_a_query_that_makes_no_sense_is_a_problem(client, query):
    answer = client.get("/api/v1/synsets/", query)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"


@pytest.mark.urls("exhibition.urls")
def test_the_dictionary_stands_on_the_exhibition_s_own_api(client):
    assert client.get(f"/api/v1/synsets/{GRASS_WIDOWER}/").json()["wnid"] == GRASS_WIDOWER
