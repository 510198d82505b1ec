"""The figures on the machine's page, read from the files that the machine itself runs on."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.formats import number_format

from classifier import model_files
from classifier.model_files import Role


@dataclass(frozen=True, slots=True)
class Figures:
    """What model.toml and the lists beside it say. Sizes are in pixels of the decoded photograph."""

    labels: int
    classes: int
    least_side: int
    most_faces: int

    @property
    def labels_grouped(self) -> str:
        """`labels` as the reader's language writes thousands."""
        return number_format(self.labels, force_grouping=True)

    @property
    def classes_grouped(self) -> str:
        """`classes` as the reader's language writes thousands."""
        return number_format(self.classes, force_grouping=True)


def figures() -> Figures | None:
    """The figures of the models that the settings name; None when their files are not all there."""
    labels, faces = model_files.folder_of(Role.LABELS), model_files.folder_of(Role.FACES)
    try:
        return _read(labels, faces)
    except (OSError, KeyError, ValueError):  # TOMLDecodeError is a ValueError
        return None


@cache
def _read(labels: Path, faces: Path) -> Figures:
    network, detector = model_files.describe(labels), model_files.describe(faces)
    return Figures(
        labels=_lines(labels / network["files"]["labels"]),
        classes=_lines(labels / network["files"]["classes"]),
        least_side=detector["detection"]["least_side"],
        most_faces=detector["detection"]["most_faces"],
    )


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())
