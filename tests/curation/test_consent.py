"""Consents are counted by text and day, and by nothing else."""

import pytest

from curation.models import ConsentTally

pytestmark = pytest.mark.django_db


def test_each_version_is_counted_in_one_row_a_day():
    for version in ("a" * 12, "b" * 12, "a" * 12):
        ConsentTally.count_one(version)
    assert dict(ConsentTally.objects.values_list("version", "count")) == {"a" * 12: 2, "b" * 12: 1}


def test_a_row_knows_nothing_of_who_agreed():
    assert {field.name for field in ConsentTally._meta.get_fields()} == {"id", "day", "version", "count"}
