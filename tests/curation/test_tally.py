"""Counts go up and come back, and no row tells which others came with it."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from curation.models import EvidenceTally, Tally, Telling

pytestmark = pytest.mark.django_db

TELLING = Telling(
    day="2026-11-22",
    wnid="n10101308",
    things=("n03379051", "n04118538"),
    model="0" * 64,
    lexicon="WordNet 3.0",
    policy="museum/1",
    surface="own_result",
    subject="scene",
)


def test_the_same_word_counts_in_one_row():
    TELLING.count()
    TELLING.count()
    assert Tally.objects.get().count == 2
    assert {row.thing: row.count for row in EvidenceTally.objects.all()} == {"n03379051": 2, "n04118538": 2}


def test_another_policy_counts_apart():
    TELLING.count()
    replace(TELLING, policy="2019/1").count()
    assert Tally.objects.count() == 2


def test_taking_back_leaves_no_trace():
    TELLING.count()
    TELLING.take_back()
    assert not Tally.objects.exists()
    assert not EvidenceTally.objects.exists()


def test_taking_back_what_was_never_counted_goes_below_nothing():
    TELLING.take_back()
    assert not Tally.objects.exists()


def test_rows_have_random_keys():
    for number in range(20):
        replace(TELLING, wnid=f"n{number:08}", things=()).count()
    keys = list(Tally.objects.order_by("wnid").values_list("pk", flat=True))
    assert keys != sorted(keys)
    assert max(keys) > 2**48


def test_the_schema_has_nothing_that_joins_two_words():
    columns = {field.name for model in (Tally, EvidenceTally) for field in model._meta.get_fields()}
    assert columns == {
        "id", "day", "wnid", "model", "lexicon", "policy", "surface", "subject", "count", "thing",
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [{"surface": "everywhere"}, {"subject": "somebody"}])
def test_the_database_refuses_a_place_that_does_not_exist(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        replace(TELLING, **wrong).count()
