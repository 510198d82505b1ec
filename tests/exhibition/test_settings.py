"""Settings refuse nonsense by name, and demand what a museum must decide."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECIDED = {"ROULETTE_PUBLIC": "1", "SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "museum.example"}


def complaint(**environment: str) -> str:
    """What a process says that starts with these settings; nothing when it can."""
    ended = subprocess.run(
        [sys.executable, "-c", "import exhibition.settings"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stderr


def test_a_public_site_starts_with_what_was_decided():
    assert complaint(**DECIDED) == ""


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_a_public_site_demands_by_name_what_a_museum_must_decide(name):
    assert f"ROULETTE_PUBLIC=1 needs in the environment: {name}." in complaint(**{**DECIDED, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("ROULETTE_PUBLIC", "perhaps"),
        ("ROULETTE_POLICY", "1984"),
        ("VALKEY_URL", "memcached://elsewhere"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "mysql://elsewhere/x"),
    ],
)
def test_nonsense_is_refused_by_name(name, value):
    assert f"ImproperlyConfigured: {name} must" in complaint(**{name: value})


def test_a_state_directory_that_cannot_be_used_is_named():
    said = complaint(ROULETTE_STATE_DIR="/dev/null/var", SECRET_KEY="")
    assert "ImproperlyConfigured: ROULETTE_STATE_DIR=/dev/null/var cannot be used" in said


def test_a_command_names_a_bad_setting_in_one_line():
    environment = {**os.environ, "PORT": "http"}
    command = [sys.executable, "manage.py", "exhibit"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "PORT must be a whole number from 1 to 65535, not 'http'.\n"


def test_this_computer_is_always_allowed_beside_the_hosts_that_are_named():
    show = "import exhibition.settings as s; print(s.ALLOWED_HOSTS)"
    environment = {**os.environ, "ALLOWED_HOSTS": "192.0.2.7"}
    command = [sys.executable, "-c", show]
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "['192.0.2.7', 'localhost', '127.0.0.1', '[::1]']"
