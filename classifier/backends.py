"""Label back ends: each says a person synset of faces and scenes, and which files it is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from classifier.errors import MachineUnavailable
from classifier.labels import Square, Vocabulary, central_square, choose, cut, square_around
from classifier.model_files import ModelFolder
from classifier.networks import open_network
from classifier.results import Box, Label, ModelIdentity


class LabelBackend(Protocol):
    """Anything that labels faces and scenes with person synsets."""

    @property
    def identity(self) -> ModelIdentity:
        """Which machine answers."""

    def label(self, pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Label]:
        """A label for each face, in order. Pixels are (height, width, 3) uint8 RGB, boxes fractions of them."""

    def label_scene(self, pixels: NDArray[np.uint8]) -> Label:
        """A label for a picture without faces."""


@dataclass(frozen=True, slots=True)
class Input:
    """What the network takes: (pixels − offset) / scale, `side` × `side`, RGB, under the name `name`."""

    name: str
    side: int
    offset: float
    scale: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """From logits to a label.

    `crops`: the squares about a face, by the name that the mean face's logits have for each, and their sides
    in longer sides of the box; `drop`: how far below the box's their centre lies, in heights of the box;
    `keep`: how many classes count.
    """

    crops: dict[str, float]
    drop: float
    keep: int


class OnnxTransfer:
    """An ONNX network for ImageNet's 1,000 classes, carried over to WordNet's persons by a matrix."""

    def __init__(self, folder: ModelFolder, *, threads: int = 1) -> None:
        self._identity = folder.identity
        self._input = folder.parameters("input", Input)
        self._recipe = folder.parameters("recipe", Recipe)
        self._vocabulary = read_vocabulary(folder)
        self._mean_face = read_mean_face(folder, self._recipe.crops)
        self._session = open_network(folder.file("network"), threads=threads)

    @property
    def identity(self) -> ModelIdentity:
        """The label model's name, version and checksum."""
        return self._identity

    def label(self, pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Label]:
        """A label for each face, in order. Each is looked at by itself: company changes no answer."""
        return [self._label_face(pixels, box) for box in boxes]

    def label_scene(self, pixels: NDArray[np.uint8]) -> Label:
        """A label for the middle of the picture; nothing is taken off for a usual scene."""
        height, width = pixels.shape[:2]
        logits = self._logits(pixels, [central_square(width, height)])
        return choose(logits, np.zeros_like(logits), self._vocabulary, self._recipe.keep)

    def _label_face(self, pixels: NDArray[np.uint8], box: Box) -> Label:
        height, width = pixels.shape[:2]
        sides = self._recipe.crops.values()
        squares = [square_around(box, side, self._recipe.drop, width, height) for side in sides]
        return choose(self._logits(pixels, squares), self._mean_face, self._vocabulary, self._recipe.keep)

    def _logits(self, pixels: NDArray[np.uint8], squares: Sequence[Square]) -> NDArray[np.float32]:
        """The network's answers, (squares, classes)."""
        batch = np.stack([cut(pixels, square, self._input.side) for square in squares])
        batch -= self._input.offset
        batch /= self._input.scale
        logits: NDArray[np.float32] = self._session.run(None, {self._input.name: batch})[0]
        return logits


def read_vocabulary(folder: ModelFolder) -> Vocabulary:
    """The classes, the persons and the matrix between them, from a label model's files.

    Raises:
        MachineUnavailable: they do not fit together, or a class leads nowhere.
    """
    classes, persons = (tuple(folder.file(use).read_text(encoding="ascii").split()) for use in ("classes", "labels"))
    with np.load(folder.file("transfer"), allow_pickle=False) as arrays:
        transfer = arrays["K"]
    if transfer.shape != (len(classes), len(persons)):
        raise MachineUnavailable(f"{folder.path.name}: the transfer matrix does not fit its classes and labels.")
    if not (transfer.min() >= 0 and transfer.max(axis=1).min() > 0):
        raise MachineUnavailable(f"{folder.path.name}: the transfer matrix has a negative number or an empty row.")
    return Vocabulary(classes, persons, transfer)


def read_mean_face(folder: ModelFolder, crops: Iterable[str]) -> NDArray[np.float32]:
    """The mean face's logits for each crop, (crops, classes) float32; see the model's card."""
    with np.load(folder.file("mean_face"), allow_pickle=False) as arrays:
        return np.stack([arrays[name] for name in crops]).astype(np.float32)
