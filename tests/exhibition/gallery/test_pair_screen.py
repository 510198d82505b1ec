"""`manage.py pair_screen`: for technicians, who stand before a device and at the exhibition's console."""

import io
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from exhibition.models import Pairing, Screen

pytestmark = pytest.mark.django_db


def printed(*words: str) -> str:
    out = io.StringIO()
    call_command("pair_screen", *words, stdout=out)
    return out.getvalue()


def test_a_known_screen_gets_a_link_that_works_once(wall):
    path = urlsplit(printed("gallery")).path.strip()
    answer = Client().post(path)
    assert answer.status_code == 302
    assert answer.url == "/wall/"
    assert Client().post(path).status_code == 410


def test_a_new_screen_is_made_where_its_kind_is_named():
    said = printed("stairs", "--kind", "terminal", "--room", "upstairs", "--name", "On the stairs")
    assert "Made On the stairs: terminal, room upstairs." in said
    assert Screen.objects.get(slug="stairs").room == "upstairs"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["stairs"], "There is no screen stairs"),
        (["no slug", "--kind", "wall"], "slug"),
        (["gallery", "--kind", "terminal"], "another kind: wall"),
        (["gallery", "--room", "upstairs"], "another room: gallery"),
    ],
)
def test_a_slip_is_refused_by_name(wall, words, complaint):
    with pytest.raises(CommandError, match=complaint):
        printed(*words)
    assert not Pairing.objects.exists()


def test_a_dry_run_changes_nothing(wall):
    assert "Would use The wall: wall, room gallery" in printed("gallery", "--dry-run")
    assert "Would make stairs" in printed("stairs", "--kind", "wall", "--dry-run")
    assert not Pairing.objects.exists()
    assert Screen.objects.count() == 1
