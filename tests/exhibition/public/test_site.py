"""The start page, the machine's page, languages, errors, and what is carried from others."""

import hashlib
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Engine
from django.template.loader import get_template
from django.utils.translation import override

from classifier import machine_state
from classifier.machine_state import MachineState
from classifier.results import ModelIdentity
from curation import failures
from tests.exhibition.public.answered import text_of

pytestmark = [pytest.mark.django_db]
ROOT = Path(settings.BASE_DIR)
VENDOR = ROOT / "exhibition" / "static" / "exhibition" / "vendor"


@pytest.fixture
def working_machine(store):
    machine_state.announce(
        MachineState(ready=True, model=ModelIdentity("lite0", "1.0.0", "ab" * 32), detector="finder")
    )


def test_the_start_page_says_what_this_is_and_what_it_is_not(client):
    page = text_of(client.get("/"))
    assert "This network never saw ImageNet’s pictures of people. The words are WordNet’s; the match is ours." in page
    assert "After ImageNet Roulette; not made or endorsed by its authors." in page
    assert "Leif Ryge" in page
    assert "frieze, 20 September 2019" in page


def test_a_machine_that_is_out_of_order_is_said_to_be(client):
    page = text_of(client.get("/"))
    assert "The machine is out of order." in page
    assert "until staff have mended it" in page
    assert "The machine is working." not in page


def test_nobody_is_asked_to_try_a_machine_again_that_staff_have_to_mend():
    sentence = failures.sentence("machine_unavailable")
    with override("en"):
        assert "Staff have to mend it" in str(sentence)
        assert "try again" not in str(sentence)
    with override("it"):
        assert "Il personale deve prima ripararla" in str(sentence)
        assert "riprovare" not in str(sentence)


@pytest.mark.usefixtures("working_machine")
def test_a_working_machine_is_said_to_work_and_shown_with_its_figures(client):
    assert "The machine is working." in text_of(client.get("/"))
    page = text_of(client.get("/machine/"))
    assert "lite0 1.0.0" in page
    assert "ab" * 32 in page
    assert "2,829" in page
    assert "One knows 1,000 things, and no kinds of people" in page


def test_the_start_page_promises_of_groups_what_the_preset_in_force_keeps(client, settings):
    promise = "Slurs, and words for race, religion, sexuality, politics and health, are not put on living people"
    assert promise in text_of(client.get("/"))
    settings.ROULETTE_POLICY = "2019"
    assert promise not in text_of(client.get("/"))


def test_one_tap_changes_the_language_and_a_cookie_keeps_it(client):
    answer = client.post("/language/", {"language": "it", "next": "/machine/"})
    assert answer.url == "/machine/"
    page = client.get("/machine/")
    assert "Tre macchine in fila" in text_of(page)
    assert '<html lang="it">' in page.content.decode()
    assert "Inglese" not in text_of(page)


def test_the_language_form_leads_to_no_other_host(client):
    assert client.post("/language/", {"language": "it", "next": "//elsewhere.example/"}).url == "/"


@pytest.mark.parametrize("name", ["400", "403", "404", "500"])
def test_the_pages_for_errors_need_neither_request_nor_context(name):
    for language in ("en", "it"):
        with override(language):
            assert "</html>" in get_template(f"{name}.html").render()


def test_every_template_compiles():
    engine = Engine.get_default()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        engine.get_template(str(path.relative_to(ROOT / "templates")))


def test_every_string_of_every_page_has_its_italian_and_no_other_is_translated():
    said = io.StringIO()
    call_command("check_translations", stdout=said)
    assert int(said.getvalue().split()[0]) > 200


def test_what_is_carried_from_others_is_what_was_published():
    folders = [folder for folder in VENDOR.iterdir() if folder.is_dir()]
    assert folders
    for folder in folders:
        sums = dict(line.split(maxsplit=1)[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
        files = {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
        assert files == set(sums)
        assert "LICENSE" in files
        assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files} == sums
