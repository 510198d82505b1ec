"""Says whether a rebuilt model is the committed one: by what it answers, and not only by its bytes.

Other processors and libraries round otherwise, so bytes may differ where no answer does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.model_files import file_sha256
from classifier.networks import open_network

SAME_ANSWER = 1e-4
SAME_DIRECTION = 0.999
SIZES = ((64, 64), (96, 160), (160, 96))  # height and width of the noise that free-size networks are shown
PICTURES = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """A file, whether it came out the same, and the figures that say so."""

    file: str
    same: bool
    text: str


def compare(committed: Path, rebuilt: Path) -> Iterator[Finding]:
    """One finding for each file in `rebuilt`, against the file of that name in `committed`."""
    for path in sorted(rebuilt.iterdir()):
        other = committed / path.name
        if not other.is_file():
            yield Finding(path.name, same=False, text="is not among the committed files.")
            continue
        finding = COMPARISONS[path.suffix](other, path)
        to_the_byte = " Equal to the byte." if file_sha256(other) == file_sha256(path) else ""
        yield Finding(path.name, finding.same, finding.text + to_the_byte)


def compare_networks(committed: Path, rebuilt: Path) -> Finding:
    """Both networks' answers to the same noise."""
    first, second = (open_network(path, threads=1) for path in (committed, rebuilt))
    name, shape = first.get_inputs()[0].name, first.get_inputs()[0].shape
    if (name, shape) != (second.get_inputs()[0].name, second.get_inputs()[0].shape):
        return Finding(rebuilt.name, same=False, text="has another input.")
    furthest = 0.0
    for picture in _noise(shape):
        answers = zip(first.run(None, {name: picture}), second.run(None, {name: picture}), strict=True)
        furthest = max(furthest, *(float(np.abs(one - other).max()) for one, other in answers))
    text = f"the largest difference between two answers is {furthest:.1e}."
    return Finding(rebuilt.name, furthest <= SAME_ANSWER, text)


def _noise(shape: list[int | str]) -> Iterator[NDArray[np.float32]]:
    """Pictures that a network of this input takes, the same at every call."""
    generator = np.random.default_rng(0)
    fixed = all(isinstance(side, int) for side in shape[2:])
    sizes = [(int(shape[2]), int(shape[3]))] * PICTURES if fixed else SIZES
    for height, width in sizes:
        picture = generator.standard_normal((1, 3, height, width), np.float32)
        yield picture if fixed else picture * 64 + 127


def compare_matrices(committed: Path, rebuilt: Path) -> Finding:
    """Whether every class leads to the same person first, and whether the matrices point the same way."""
    with np.load(committed) as one, np.load(rebuilt) as other:
        first, second = one["K"].astype(np.float64), other["K"].astype(np.float64)
    if first.shape != second.shape:
        return Finding(rebuilt.name, same=False, text=f"is {second.shape}, and {first.shape} is committed.")
    elsewhere = int((first.argmax(axis=1) != second.argmax(axis=1)).sum())
    cosine = float((first * second).sum() / np.sqrt((first**2).sum() * (second**2).sum()))
    text = f"{elsewhere} of {len(first):,} classes lead to another person first; cosine {cosine:.7f}."
    return Finding(rebuilt.name, elsewhere == 0 and cosine > SAME_DIRECTION, text)


def compare_lists(committed: Path, rebuilt: Path) -> Finding:
    """The wnids, in order."""
    first, second = committed.read_text(encoding="ascii").split(), rebuilt.read_text(encoding="ascii").split()
    strangers = len(set(first) ^ set(second))
    text = f"{len(second):,} wnids, {strangers} of them in one list only."
    return Finding(rebuilt.name, first == second, text)


COMPARISONS: dict[str, Callable[[Path, Path], Finding]] = {
    ".onnx": compare_networks,
    ".npz": compare_matrices,
    ".txt": compare_lists,
}
