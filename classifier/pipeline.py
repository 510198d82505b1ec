"""The machine's whole work on one photograph, a line a step."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from django.utils.module_loading import import_string

from classifier.backends import LabelBackend
from classifier.faces import FaceFinder
from classifier.imaging import decode_photo
from classifier.model_files import KINDS, Role, open_model
from classifier.results import Box, Classification, Face, ModelIdentity

WARM_UP_SHAPES = ((480, 640, 3), (640, 480, 3))


@dataclass(frozen=True, slots=True)
class Machine:
    """A face detector and a label back end, loaded and warm."""

    finder: FaceFinder
    backend: LabelBackend

    @property
    def identity(self) -> ModelIdentity:
        """The label model's name, version and checksum, which every answer carries."""
        return self.backend.identity


def load_machine(*, threads: int = 1) -> Machine:
    """The machine that the settings name, its files verified, each network run once.

    Args:
        threads: cores for one photograph. One in a worker; more only where a single process has them all.
    Raises:
        MachineUnavailable: a file is missing or altered; the text names it.
    """
    cv2.setNumThreads(threads)
    machine = Machine(finder=_load(Role.FACES, threads), backend=_load(Role.LABELS, threads))
    warm_up(machine)
    return machine


def classify(data: bytes, machine: Machine) -> Classification:
    """Every face of a photograph with its label or, where there is no face, a label for the whole.

    Args:
        data: a JPEG, PNG or WebP file.
        machine: loaded once by each worker.
    Raises:
        UnsupportedFormat, UnreadablePhoto: see `imaging.decode_photo`.
    """
    photo = decode_photo(data)
    found = machine.finder.find(photo.pixels)
    labels = machine.backend.label(photo.pixels, [face.box for face in found])
    scene = None if found else machine.backend.label_scene(photo.pixels)
    return Classification(
        width=photo.width,
        height=photo.height,
        model=machine.identity,
        faces=tuple(Face(face.box, face.score, label) for face, label in zip(found, labels, strict=True)),
        scene=scene,
    )


def warm_up(machine: Machine) -> None:
    """Run both networks on grey pictures: the first run of a network pays for its memory."""
    for shape in WARM_UP_SHAPES:
        grey = np.full(shape, 127, np.uint8)
        machine.finder.find(grey)
        machine.backend.label(grey, [Box(0.4, 0.3, 0.2, 0.3)])
        machine.backend.label_scene(grey)


def _load(role: Role, threads: int) -> Any:
    model = open_model(role)
    return import_string(KINDS[role][model.kind])(model, threads=threads)
