"""Finds faces. Pixels go in; boxes in fractions of the picture come out."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from classifier.model_files import ModelFolder
from classifier.networks import open_network
from classifier.results import Box

GRID = 32  # the network halves its picture five times
CELL = 4  # pixels of the network's picture for each cell of its answer
PICTURE, HEAT, SIZES, OFFSETS = "input.1", "537", "538", "539"


@dataclass(frozen=True, slots=True)
class FoundFace:
    """Where a face is, and how sure the detector is of it, 0–1."""

    box: Box
    score: float


class FaceFinder(Protocol):
    """Anything that finds faces."""

    def find(self, pixels: NDArray[np.uint8]) -> list[FoundFace]:
        """The faces in (height, width, 3) uint8 RGB pixels, from left to right."""


@dataclass(frozen=True, slots=True)
class Detection:
    """The detector's parameters. They are pinned with the model, for they decide the word.

    `long_side` is that of the network's picture, `least_side` the least of a face's longer side in the given
    picture, both in pixels; `threshold` is the least score; of two boxes whose intersection over union is above
    `overlap`, the surer stays; `most_faces` are kept, the surest.
    """

    long_side: int
    threshold: float
    overlap: float
    least_side: int
    most_faces: int


class CenterFace:
    """CenterFace, run by onnxruntime: OpenCV's own runner answers nonsense once the picture's size changes.

    Source: Xu et al., CenterFace: Joint Face Detection and Alignment Using Face as Point (2019). The decoding
    follows the authors' demonstration, but a box that crosses the left or upper edge is cut, not pushed inwards.
    """

    def __init__(self, folder: ModelFolder, *, threads: int = 1) -> None:
        self._parameters = folder.parameters("detection", Detection)
        self._session = open_network(folder.file("network"), threads=threads)

    def find(self, pixels: NDArray[np.uint8]) -> list[FoundFace]:
        """The faces in (height, width, 3) uint8 RGB pixels, from left to right, then from top to bottom."""
        corners, scores = self._candidates(pixels)
        chosen = self._best(corners, scores)
        height, width = pixels.shape[:2]
        faces = [_face(corners[i], float(scores[i])) for i in chosen]
        least = self._parameters.least_side
        large = [one for one in faces if max(one.box.width * width, one.box.height * height) >= least]
        surest = sorted(large, key=lambda face: -face.score)[: self._parameters.most_faces]
        return sorted(surest, key=lambda face: (face.box.x, face.box.y))

    def _candidates(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Boxes above the threshold, (n, 4) fractions (left, top, right, bottom), and their scores, (n,)."""
        width, height = self._network_size(pixels.shape[1], pixels.shape[0])
        picture = cv2.dnn.blobFromImage(pixels, size=(width, height), swapRB=False)
        heat, sizes, offsets = self._session.run([HEAT, SIZES, OFFSETS], {PICTURE: picture})
        rows, columns = np.nonzero(heat[0, 0] > self._parameters.threshold)
        half_heights, half_widths = np.exp(sizes[0, :, rows, columns].T) * CELL / 2
        down, right = offsets[0, :, rows, columns].T
        x, y = (columns + right + 0.5) * CELL, (rows + down + 0.5) * CELL
        corners = np.stack([x - half_widths, y - half_heights, x + half_widths, y + half_heights], axis=1)
        return np.clip(corners / [width, height, width, height], 0, 1), heat[0, 0, rows, columns]

    def _network_size(self, width: int, height: int) -> tuple[int, int]:
        """The network's picture: its long side at most the pinned one, not enlarged, each side on the grid."""
        reduction = min(1.0, self._parameters.long_side / max(width, height))
        across, down = (int(np.ceil(side * reduction / GRID)) * GRID for side in (width, height))
        return across, down

    def _best(self, corners: NDArray[np.float64], scores: NDArray[np.float32]) -> list[int]:
        """Which candidates stay when of overlapping ones only the surest does."""
        boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
        threshold, overlap = self._parameters.threshold, self._parameters.overlap
        chosen = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), threshold, overlap)
        return [int(i) for i in np.ravel(chosen)]


def _face(corners: NDArray[np.float64], score: float) -> FoundFace:
    left, top, right, bottom = map(float, corners)
    return FoundFace(Box(left, top, right - left, bottom - top), score)
