"""The transfer matrix: how alike each class that the network knows and each person of WordNet are worded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 10
NAMES = 3  # lemmas that go into a text; later ones are rare spellings and Latin names

Floats = NDArray[np.float32]
Encode = Callable[[str, Sequence[str]], Floats]


@dataclass(frozen=True)
class Entry:
    """A synset as the dictionary has it; the first lemma is the commonest."""

    wnid: str
    lemmas: tuple[str, ...]
    gloss: str


def dictionary_text(entry: Entry) -> str:
    """The synset as a dictionary would print it."""
    return f"{', '.join(entry.lemmas[:NAMES])}: {entry.gloss}"


def photo_text(entry: Entry) -> str:
    """The synset as the caption of a photograph."""
    return f"a photo of a {entry.lemmas[0]}, {entry.gloss}"


def user_text(entry: Entry) -> str:
    """The person that goes with a thing."""
    return f"a person who works with or uses a {entry.lemmas[0]}"


def csls(rows: Floats, columns: Floats) -> Floats:
    """Cosines of unit vectors, less each side's mean over its nearest neighbours, at unit variance.

    Without this a few persons, near to everything, would be the answer to everything.
    Source: Conneau et al., Word Translation Without Parallel Data (ICLR 2018).
    """
    cosines = rows @ columns.T
    near_columns = np.sort(cosines, axis=0)[-NEIGHBOURS:].mean(axis=0)
    near_rows = np.sort(cosines, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    corrected = 2 * cosines - near_columns[None, :] - near_rows[:, None]
    scaled: Floats = corrected / corrected.std()
    return scaled


def matrix(classes: Sequence[Entry], persons: Sequence[Entry], encode: Encode) -> Floats:
    """The likeness of every class to every person, (classes, persons) float32, all ≥ 0.

    Args:
        classes: the rows.
        persons: the columns.
        encode: gives unit vectors for texts; told first what they are, for progress.
    """
    described = encode("persons, as a dictionary has them", [dictionary_text(one) for one in persons])
    pictured = encode("persons, as captions", [photo_text(one) for one in persons])
    likeness = (
        csls(encode("classes, as a dictionary has them", [dictionary_text(one) for one in classes]), described)
        + csls(encode("classes, as captions", [photo_text(one) for one in classes]), pictured)
        + csls(encode("classes, with their users", [user_text(one) for one in classes]), described)
    )
    above = np.maximum((likeness - likeness.mean()) / likeness.std(), 0) ** 2
    scaled: Floats = (above / above.std()).astype(np.float32)
    return scaled
