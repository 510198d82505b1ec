"""From what the network saw to a person of WordNet: crops before it, arithmetic after it. No files here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.results import Box, Candidate, Evidence, Label

RUNNERS_UP = 4


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the network knows and what it may say.

    `classes` and `persons` are wnids in the order of `transfer`'s rows and columns; `transfer` is (classes,
    persons) float16, ≥ 0: how alike each class is to each person.
    """

    classes: tuple[str, ...]
    persons: tuple[str, ...]
    transfer: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Square:
    """A square of a picture, in whole pixels."""

    left: int
    top: int
    side: int


def square_around(box: Box, enlargement: float, drop: float, width: int, height: int) -> Square:
    """A square about a face that stays within a picture of `width` × `height` pixels.

    Args:
        box: the face, in fractions of the picture.
        enlargement: the square's side, in longer sides of the box; at most the picture's shorter side.
        drop: how far below the box's its centre lies, in heights of the box.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
    """
    across, down = box.width * width, box.height * height
    side = min(max(across, down) * enlargement, width, height)
    centre = box.x * width + across / 2, box.y * height + down / 2 + drop * down
    corner = (
        min(max(middle - side / 2, 0), limit - side) for middle, limit in zip(centre, (width, height), strict=True)
    )
    left, top = map(int, corner)
    return Square(left, top, int(side))


def central_square(width: int, height: int) -> Square:
    """The largest square in the middle of a picture."""
    side = min(width, height)
    return Square((width - side) // 2, (height - side) // 2, side)


def cut(pixels: NDArray[np.uint8], square: Square, side: int) -> NDArray[np.float32]:
    """The square brought to `side` × `side` pixels: (3, side, side) float32, 0–255, RGB."""
    crop = pixels[square.top : square.top + square.side, square.left : square.left + square.side]
    resized = Image.fromarray(crop).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(resized, np.float32).transpose(2, 0, 1)


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities along the last axis."""
    above = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float32] = above / above.sum(axis=-1, keepdims=True)
    return probabilities


def choose(logits: NDArray[np.float32], usual: NDArray[np.float32], vocabulary: Vocabulary, keep: int) -> Label:
    """The person whose wording is nearest to what the network saw beyond the usual.

    Args:
        logits: (crops, classes), the network's answers to the crops of one subject.
        usual: (crops, classes), taken off first: the mean face's logits, or zeros. Whoever it is, the network
            sees "wig, brassiere, Windsor tie" around a face.
        vocabulary: the classes, the persons and the matrix between them.
        keep: how many classes count, the most probable ones.
    """
    raw = softmax(logits).mean(axis=0)
    unusual = softmax(logits - usual).mean(axis=0)
    # Stable, so that of equals the first in order wins, here and on every machine.
    seen = np.argsort(-unusual, kind="stable")[:keep]
    weights = unusual[seen].astype(np.float64) / unusual[seen].sum(dtype=np.float64)
    parts = weights[:, None] * vocabulary.transfer[seen].astype(np.float64)
    scores = parts.sum(axis=0)
    best = np.argsort(-scores, kind="stable")[: 1 + RUNNERS_UP]
    return _label(vocabulary, best, scores, _evidence(vocabulary, seen, raw, parts[:, best[0]]))


def _label(
    vocabulary: Vocabulary,
    best: NDArray[np.intp],
    scores: NDArray[np.float64],
    evidence: tuple[Evidence, ...],
) -> Label:
    total = scores.sum()
    ranked = [Candidate(vocabulary.persons[i], float(scores[i] / total)) for i in best]
    return Label(
        wnid=ranked[0].wnid,
        score=ranked[0].score,
        margin=float((scores[best[0]] - scores[best[1]]) / scores[best[0]]),
        alternatives=tuple(ranked[1:]),
        evidence=evidence,
    )


def _evidence(
    vocabulary: Vocabulary,
    seen: NDArray[np.intp],
    raw: NDArray[np.float32],
    parts: NDArray[np.float64],
) -> tuple[Evidence, ...]:
    """Every class that added to the label's score, by falling share."""
    total = parts.sum()
    found = [
        Evidence(vocabulary.classes[i], float(raw[i]), float(part / total))
        for i, part in zip(seen, parts, strict=True)
        if part > 0
    ]
    return tuple(sorted(found, key=lambda one: -one.share))
