"""Keys are shown once, kept as hashes, and end when they are revoked."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from curation.models import ApiKey

pytestmark = pytest.mark.django_db


def issue(name: str, **options) -> str:
    out = StringIO()
    call_command("issue_api_key", name, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


def revoke(name: str, **options) -> str:
    out = StringIO()
    call_command("revoke_api_key", name, stdout=out, **options)
    return out.getvalue().strip()


def test_the_key_is_printed_and_its_hash_alone_is_kept():
    key = issue("a museum")
    [row] = ApiKey.objects.values()
    assert len(key) > 40
    assert key not in str(row)
    assert ApiKey.objects.holder(key).name == "a museum"


def test_two_keys_are_never_the_same():
    assert issue("one") != issue("another")


def test_a_name_has_one_key_in_force():
    issue("a museum")
    with pytest.raises(CommandError, match="in force already"):
        issue("a museum")
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.issue("a museum")


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_key_needs_a_name_that_fits(name):
    with pytest.raises(CommandError, match="1 to 100"):
        issue(name)


def test_a_revoked_key_ends_and_the_name_may_have_another():
    old = issue("a museum")
    assert "Revoked" in revoke("a museum")
    assert ApiKey.objects.holder(old) is None
    assert ApiKey.objects.holder(issue("a museum")).name == "a museum"


def test_revoking_twice_says_so_and_does_no_harm():
    issue("a museum")
    revoke("a museum")
    assert "before" in revoke("a museum")


def test_revoking_a_key_that_never_was_is_an_error():
    with pytest.raises(CommandError, match="No key was ever made"):
        revoke("nobody")


def test_a_dry_run_changes_nothing():
    issue("nobody", dry_run=True)
    assert not ApiKey.objects.exists()
    key = issue("a museum")
    revoke("a museum", dry_run=True)
    assert ApiKey.objects.holder(key)
