import socket
import stat

import pytest
import redis
from django.contrib.auth import authenticate, get_user_model
from django.core.checks import Error
from django.core.checks import Warning as Caution
from django.core.management import CommandError
from django.db import OperationalError
from django.test import Client

from exhibition import catalogues, opening
from exhibition.models import Screen

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "word"
msgstr "{word}"
"""


def test_the_state_directory_is_closed_to_others(tmp_path):
    with opening.sole_use_of(tmp_path / "var"):
        assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_store_that_does_not_answer_is_named_without_its_password(settings, monkeypatch):
    settings.VALKEY_EMBEDDED, settings.VALKEY_URL = False, "redis://:hush@127.0.0.1:1/0"
    silent = redis.Redis.from_url(settings.VALKEY_URL, retry=None)
    monkeypatch.setattr(opening, "store_connection", lambda: silent)
    with pytest.raises(CommandError, match=r"VALKEY_URL=redis://:…@127\.0\.0\.1:1/0 does not answer") as refused:
        opening.demand_store()
    assert "hush" not in str(refused.value)


def test_a_store_that_answers_is_let_pass(settings):
    settings.VALKEY_EMBEDDED = False
    opening.demand_store()


def test_a_database_that_cannot_be_opened_is_named_without_its_password(monkeypatch):
    def refuse() -> None:
        raise OperationalError("nobody listens")

    monkeypatch.setattr(opening.connection, "ensure_connection", refuse)
    monkeypatch.setenv("DATABASE_URL", "postgres://museum:hush@127.0.0.1:1/x")
    with pytest.raises(CommandError, match="cannot be opened: nobody listens") as refused:
        opening.demand_database()
    assert "DATABASE_URL=postgres://museum:…@127.0.0.1:1/x" in str(refused.value)
    assert "hush" not in str(refused.value)


def test_a_site_for_the_network_is_named_as_other_devices_name_it(settings):
    settings.HOST, settings.PORT, settings.ALLOWED_HOSTS = "0.0.0.0", 8000, ["192.0.2.7", "localhost"]
    assert opening.site() == "http://192.0.2.7:8000"
    settings.ALLOWED_HOSTS = ["localhost"]
    assert opening.site() == "http://127.0.0.1:8000"


def test_commands_beside_a_running_exhibit_know_its_address(settings, tmp_path):
    settings.ROULETTE_STATE_DIR, settings.HOST, settings.PORT = tmp_path, "127.0.0.1", 8321
    with opening.known_address():
        settings.PORT = 8000
        assert opening.address_in_use() == "http://127.0.0.1:8321"
    assert opening.address_in_use() == "http://127.0.0.1:8000"


def test_two_exhibits_cannot_share_a_state_directory(tmp_path):
    with (
        opening.sole_use_of(tmp_path),
        pytest.raises(CommandError, match="Another exhibit is running"),
        opening.sole_use_of(tmp_path),
    ):
        pass


def test_a_state_directory_can_be_used_again_afterwards(tmp_path):
    for _ in range(2):
        with opening.sole_use_of(tmp_path):
            pass


def test_a_link_to_somebody_elses_place_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "var").symlink_to(tmp_path / "theirs")
    with pytest.raises(CommandError, match="of this user's own"):
        opening.make_private(tmp_path / "var")


def test_a_port_in_use_is_refused_before_anything_starts():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} .* PORT={port + 1} make exhibit"):
            opening.demand_free_port("127.0.0.1", port)
    opening.demand_free_port("127.0.0.1", port)


def errors(*found):
    return lambda **_options: list(found)


def test_a_models_error_leaves_the_house_open(monkeypatch):
    missing = Error("faces.onnx is missing", id="classifier.E001")
    monkeypatch.setattr(opening.checks, "run_checks", errors(missing, Caution("something", id="exhibition.W001")))
    [trouble] = opening.what_is_wrong_with_the_machine()
    assert trouble.startswith("faces.onnx is missing (classifier.E001) Put the published files back into ")


def test_any_other_error_keeps_it_shut(monkeypatch):
    monkeypatch.setattr(opening.checks, "run_checks", errors(Error("no such database", id="database.E001")))
    with pytest.raises(CommandError, match="no such database"):
        opening.what_is_wrong_with_the_machine()


@pytest.mark.django_db
def test_a_migrated_database_is_left_alone():
    assert opening.migrate() is False


@pytest.mark.django_db
def test_the_first_start_makes_a_curator_whose_password_is_told_once():
    password = opening.make_curator()
    curator = authenticate(username="curator", password=password)
    assert curator.is_staff
    assert not curator.is_superuser
    assert opening.make_curator() is None


@pytest.mark.django_db
def test_the_curator_may_look_but_changes_words_by_deeds_alone():
    opening.make_curator()
    held = get_user_model().objects.get(username="curator").get_all_permissions()
    assert held
    assert all(name.split(".")[1].startswith("view_") for name in held)


@pytest.mark.django_db
def test_no_curator_is_made_where_somebody_keeps_house():
    get_user_model().objects.create_user("someone", is_staff=True)
    assert opening.make_curator() is None


def test_static_files_are_gathered_once_and_again_after_a_change(tmp_path, settings):
    source = tmp_path / "source"
    source.mkdir()
    (source / "one.css").write_text("a { color: red }")
    settings.STATIC_ROOT = tmp_path / "gathered"
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    assert opening.collect_static_files() is True
    assert (tmp_path / "gathered" / "one.css").exists()
    assert opening.collect_static_files() is False
    (source / "one.css").write_text("a { color: darkred }")
    assert opening.collect_static_files() is True


@pytest.fixture
def catalogue(tmp_path):
    path = tmp_path / "it" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    return path


def test_translations_are_compiled_when_older_than_their_source(catalogue, tmp_path):
    catalogue.write_text(PO.format(word="parola"))
    assert catalogues.compile_all([tmp_path]) == [catalogue]
    assert b"parola" in catalogue.with_suffix(".mo").read_bytes()
    assert catalogues.compile_all([tmp_path]) == []


@pytest.mark.parametrize(
    ("entry", "gap"),
    [
        ('msgid "word"\nmsgstr ""', "untranslated: word"),
        ('#, fuzzy\nmsgid "word"\nmsgstr "parola"', "fuzzy: word"),
        ('#, python-format\nmsgid "%(n)s words"\nmsgstr "%(m)s parole"', "words"),
        ('msgid "word"\nmsgid_plural "words"\nmsgstr[0] "parola"\nmsgstr[1] ""', "untranslated: word"),
    ],
)
def test_a_gap_in_a_translation_is_named(catalogue, entry, gap):
    plural = "Plural-Forms: nplurals=2; plural=(n != 1);\\n"
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"{plural}"\n\n'
    catalogue.write_text(f"{head}{entry}\n")
    [found] = catalogues.gaps(catalogues.read(catalogue))
    assert gap in found


def test_a_whole_translation_has_no_gaps(catalogue):
    catalogue.write_text(PO.format(word="parola"))
    assert not list(catalogues.gaps(catalogues.read(catalogue)))


@pytest.mark.django_db
def test_the_demonstration_has_a_terminal_and_a_wall_in_one_room_with_a_fresh_link_each_at_every_start():
    first, second = opening.links_of_demonstration_screens(), opening.links_of_demonstration_screens()
    assert set(first) == set(second) == {"terminal entrance", "wall gallery"}
    assert not set(first.values()) & set(second.values())
    assert {screen.room for screen in Screen.objects.all()} == {"gallery"}
    for old, new in zip(first.values(), second.values(), strict=True):
        assert Client().post(old).status_code == 410
        assert Client().post(new).status_code == 302


@pytest.mark.django_db
def test_screens_that_staff_removed_stay_away():
    Screen.objects.create(slug="upstairs", name="Upstairs", kind="wall")
    assert opening.links_of_demonstration_screens() == {}


@pytest.mark.parametrize(
    ("public", "host", "site"),
    [
        (False, "0.0.0.0", "http://127.0.0.1:8123"),
        (False, "::", "http://[::1]:8123"),
        (False, "192.0.2.1", "http://192.0.2.1:8123"),
        (True, "127.0.0.1", "https://museum.example"),
    ],
)
def test_the_site_is_named_as_others_reach_it(settings, public, host, site):
    settings.ROULETTE_PUBLIC, settings.HOST, settings.PORT = public, host, 8123
    settings.ALLOWED_HOSTS = [".museum.example"]
    assert opening.site() == site
