"""The folders in `models/`: what each says of itself, and whether its files are the published ones.

Reads bytes and no arrays, so that the web process may ask too.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from classifier.errors import MachineUnavailable
from classifier.results import ModelIdentity

DESCRIPTION, CHECKSUMS = "model.toml", "SHA256SUMS"

Parameters = TypeVar("Parameters")


class Role(StrEnum):
    """What a model is for."""

    FACES = "faces"
    LABELS = "labels"


# A model.toml names a kind; here is the class that runs it.
KINDS = {
    Role.FACES: {"centerface": "classifier.faces.CenterFace"},
    Role.LABELS: {"onnx-transfer": "classifier.backends.OnnxTransfer"},
}


class Flaw(StrEnum):
    """What can be wrong with a model's folder; the value is the number of the system check."""

    MISSING = "E001"
    ALTERED = "E002"
    UNLISTED = "E003"
    UNDESCRIBED = "E004"


@dataclass(frozen=True, slots=True)
class Fault:
    """One flaw, and a sentence that names the file."""

    flaw: Flaw
    text: str


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model whose files have been verified.

    `description` is its model.toml; `sha256` is that of its SHA256SUMS, which stands for all its files.
    """

    path: Path
    description: dict[str, Any]
    sha256: str

    @property
    def identity(self) -> ModelIdentity:
        """The name, version and checksum that every answer carries."""
        return ModelIdentity(self.description["name"], self.description["version"], self.sha256)

    @property
    def kind(self) -> str:
        """What runs it: a key of `KINDS`."""
        return str(self.description["kind"])

    def file(self, use: str) -> Path:
        """The file that model.toml's `[files]` names for `use`.

        Raises:
            MachineUnavailable: it names none.
        """
        try:
            return self.path / str(self.description["files"][use])
        except KeyError as error:
            raise MachineUnavailable(f"{self.path.name}/{DESCRIPTION} names no file for {use!r}.") from error

    def parameters(self, section: str, into: type[Parameters]) -> Parameters:
        """A section of model.toml as the dataclass that its kind expects.

        Raises:
            MachineUnavailable: a parameter is missing, or one is not known.
        """
        try:
            return into(**self.description[section])
        except (KeyError, TypeError) as error:
            raise MachineUnavailable(f"{self.path.name}/{DESCRIPTION} [{section}]: {error}.") from error


def folder_of(role: Role) -> Path:
    """Where the model is that the settings name for `role`."""
    name = {Role.FACES: settings.ROULETTE_DETECTOR, Role.LABELS: settings.ROULETTE_MODEL}[role]
    return Path(settings.MODELS_DIR) / name


def open_model(role: Role) -> ModelFolder:
    """The model that the settings name for `role`, every file of it verified.

    Raises:
        MachineUnavailable: a file is missing or altered; the text names the first such file.
    """
    path = folder_of(role)
    for fault in faults(path, role):
        raise MachineUnavailable(fault.text)
    return ModelFolder(path, describe(path), file_sha256(path / CHECKSUMS))


def faults(path: Path, role: Role) -> Iterator[Fault]:
    """Everything that is wrong with the model in `path`; nothing when it may be run."""
    absent = [name for name in (DESCRIPTION, CHECKSUMS) if not (path / name).is_file()]
    if absent:
        yield from (Fault(Flaw.MISSING, f"{path.name}/{name} is missing.") for name in absent)
        return
    published = read_checksums(path)
    if published is None:
        yield Fault(Flaw.UNLISTED, f"{path.name}/{CHECKSUMS} has a line that is no checksum of a file.")
        return
    yield from _file_faults(path, published)
    yield from _description_faults(path, role, published)


def _file_faults(path: Path, published: dict[str, str]) -> Iterator[Fault]:
    for name, digest in published.items():
        if not (path / name).is_file():
            yield Fault(Flaw.MISSING, f"{path.name}/{name} is missing.")
        elif file_sha256(path / name) != digest:
            yield Fault(Flaw.ALTERED, f"{path.name}/{name} is not the file that was published.")


def _description_faults(path: Path, role: Role, published: dict[str, str]) -> Iterator[Fault]:
    try:
        description = describe(path)
        kind, used = description["kind"], [DESCRIPTION, *description["files"].values()]
        _ = description["name"], description["version"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError) as error:
        yield Fault(Flaw.UNDESCRIBED, f"{path.name}/{DESCRIPTION} cannot be read: {error}.")
        return
    if kind not in KINDS[role]:
        known = ", ".join(KINDS[role])
        yield Fault(Flaw.UNDESCRIBED, f"{path.name}/{DESCRIPTION}: kind {kind!r} is none of {known}.")
    for name in used:
        if name not in published:
            yield Fault(Flaw.UNLISTED, f"{path.name}/{name} is not in {CHECKSUMS}.")


def describe(path: Path) -> dict[str, Any]:
    """The contents of a folder's model.toml."""
    return tomllib.loads((path / DESCRIPTION).read_text(encoding="utf-8"))


def read_checksums(path: Path) -> dict[str, str] | None:
    """File names and their SHA-256, as `sha256sum` writes them; None when a line is anything else."""
    published = {}
    for line in (path / CHECKSUMS).read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or Path(name).name != name:
            return None
        published[name] = digest
    return published


def write_checksums(path: Path) -> None:
    """Write SHA256SUMS over every file in `path` but itself, in alphabetical order."""
    names = sorted(one.name for one in path.iterdir() if one.is_file() and one.name != CHECKSUMS)
    lines = [f"{file_sha256(path / name)}  {name}\n" for name in names]
    (path / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
