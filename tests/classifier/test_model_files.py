"""The machine's files are the published ones, or it does not run and says which file is wrong."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core import checks

from classifier.checks import check_models
from classifier.errors import MachineUnavailable
from classifier.model_files import Role, folder_of, open_model, read_checksums, write_checksums
from classifier.pipeline import load_machine
from hierarchy.rules import read_rules


@pytest.fixture
def models(tmp_path, settings) -> Path:
    """A copy of the models, which a test may damage."""
    shutil.copytree(settings.MODELS_DIR, tmp_path / "models")
    settings.MODELS_DIR = tmp_path / "models"
    return settings.MODELS_DIR


def published_files() -> list[str]:
    return [
        f"{folder_of(role).name}/{name}"
        for role in Role
        for name in [*(read_checksums(folder_of(role)) or {}), "SHA256SUMS"]
    ]


def test_the_committed_models_pass_the_check():
    assert check_models(None) == []


@pytest.mark.parametrize("role", Role)
def test_the_checksums_cover_every_file_but_their_own(role):
    folder = folder_of(role)
    assert set(read_checksums(folder)) == {one.name for one in folder.iterdir()} - {"SHA256SUMS"}


@pytest.mark.parametrize("name", published_files())
def test_a_missing_file_is_named_and_the_machine_does_not_load(models, name):
    (models / name).unlink()
    assert [(one.id, one.msg) for one in check_models(None)] == [("classifier.E001", f"{name} is missing.")]
    with pytest.raises(MachineUnavailable, match=f"{name} is missing"):
        load_machine()


@pytest.mark.parametrize("name", ["centerface/model.onnx", "lite0-minilm/labels.txt", "lite0-minilm/CARD.md"])
def test_one_altered_byte_is_named_and_the_machine_does_not_load(models, name):
    data = bytearray((models / name).read_bytes())
    data[len(data) // 2] ^= 1
    (models / name).write_bytes(data)
    assert [one.id for one in check_models(None)] == ["classifier.E002"]
    with pytest.raises(MachineUnavailable, match=f"{name} is not the file that was published"):
        load_machine()


def test_a_file_that_the_checksums_leave_out_is_refused(models):
    sums = models / "lite0-minilm" / "SHA256SUMS"
    sums.write_text("".join(line for line in sums.open() if "transfer.npz" not in line))
    (fault,) = check_models(None)
    assert fault.id == "classifier.E003"
    assert "transfer.npz" in fault.msg


@pytest.mark.parametrize("line", ["0123  model.onnx", f"{'0' * 64}  ../../etc/hosts", "gibberish"])
def test_a_line_that_is_no_checksum_of_a_file_in_the_folder_is_refused(models, line):
    (models / "centerface" / "SHA256SUMS").write_text(line)
    assert [one.id for one in check_models(None)] == ["classifier.E003"]


@pytest.mark.parametrize(
    ("text", "says"), [("name = ", "cannot be read"), ("name = 'x'", "kind"), ('kind = "tarot"', "tarot")]
)
def test_a_description_that_says_nothing_runnable_is_refused(models, text, says):
    folder = models / "lite0-minilm"
    described = folder / "model.toml"
    whole = described.read_text()
    described.write_text(whole.replace('kind = "onnx-transfer"', text) if "tarot" in text else text)
    write_checksums(folder)
    assert [one.id for one in check_models(None)] == ["classifier.E004"]
    with pytest.raises(MachineUnavailable, match=says):
        open_model(Role.LABELS)


def test_an_unknown_parameter_is_named(models):
    folder = models / "centerface"
    described = folder / "model.toml"
    described.write_text(described.read_text().replace("long_side", "long_sides"))
    write_checksums(folder)
    with pytest.raises(MachineUnavailable, match=r"model\.toml \[detection\].*long_sides"):
        load_machine()


def test_a_network_that_is_none_is_named_even_when_its_checksum_is_right(models):
    folder = models / "lite0-minilm"
    (folder / "model.onnx").write_bytes(b"not a network")
    write_checksums(folder)
    with pytest.raises(MachineUnavailable, match=r"lite0-minilm/model\.onnx is no network"):
        load_machine()


def test_the_check_runs_with_djangos_own(models):
    (models / "centerface" / "model.onnx").unlink()
    assert "classifier.E001" in [one.id for one in checks.run_checks(tags=["models"])]


def test_a_machines_identity_is_the_checksum_of_its_checksums(machine):
    sums = Path(settings.MODELS_DIR) / "lite0-minilm" / "SHA256SUMS"
    assert machine.identity.sha256 == hashlib.sha256(sums.read_bytes()).hexdigest()
    assert (machine.identity.name, machine.identity.version) == ("lite0-minilm", "1.0.0")


@pytest.fixture(scope="module")
def label_model() -> Path:
    return Path(settings.MODELS_DIR) / "lite0-minilm"


def test_the_matrix_leads_from_every_class_to_some_person_and_is_never_negative(label_model):
    transfer = np.load(label_model / "transfer.npz")["K"]
    assert (transfer.shape, transfer.dtype) == ((1000, 2829), np.float16)
    assert np.isfinite(transfer).all()
    assert transfer.min() >= 0
    assert transfer.max(axis=1).min() > 0


def test_there_are_as_many_labels_as_columns_and_no_one_and_no_individual_is_among_them(label_model):
    labels = (label_model / "labels.txt").read_text().split()
    assert len(labels) == len(set(labels)) == 2829
    assert labels == sorted(labels)
    [individuals] = [rule.argument.split() for rule in read_rules() if rule.id == "N1"]
    assert len(individuals) == 14
    assert not set(labels) & {"n00007846", *individuals}
    classes = (label_model / "classes.txt").read_text().split()
    assert len(set(classes)) == 1000


def test_the_mean_face_is_centred_logits_for_the_two_crops(label_model):
    mean = np.load(label_model / "face_mean.npz")
    assert sorted(mean.files) == ["bust", "head"]
    for crop in mean.files:
        assert mean[crop].shape == (1000,)
        assert abs(mean[crop].mean()) < 1e-6
        assert mean[crop].std() > 0.5


def test_a_loaded_machine_writes_nothing_about_itself_into_the_users_home(tmp_path):
    """The networks' library would, to send it to its makers."""
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'exhibition.settings'; django.setup();"
        "from classifier.pipeline import load_machine; load_machine()"
    )
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": "", "ORT_DISABLE_TELEMETRY": "0"}
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env={**os.environ, **home}, check=True)
    assert list(tmp_path.rglob("*")) == []
