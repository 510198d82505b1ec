"""What the classifier says: plain frozen values, ready for JSON. Ids only; the words belong to the hierarchy."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Box:
    """A face, in fractions 0–1 of the upright photograph; origin top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A thing the network saw: its class's wnid, raw probability 0–1, and share 0–1 of the label's score."""

    wnid: str
    probability: float
    share: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person synset and its score, 0–1 over all labels."""

    wnid: str
    score: float


@dataclass(frozen=True, slots=True)
class Label:
    """The chosen person synset, and how it was reached.

    `margin` = (first − second) / first. `alternatives` are the runners-up, best first (top five less the label).
    `evidence` is by falling share and lists every class that contributed.
    """

    wnid: str
    score: float
    margin: float
    alternatives: tuple[Candidate, ...]
    evidence: tuple[Evidence, ...]

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The label whose `asdict` is `data`."""
        return cls(
            wnid=data["wnid"],
            score=data["score"],
            margin=data["margin"],
            alternatives=tuple(Candidate(**one) for one in data["alternatives"]),
            evidence=tuple(Evidence(**one) for one in data["evidence"]),
        )


@dataclass(frozen=True, slots=True)
class Face:
    """A face that was found, the detector's score 0–1, and the label given to it."""

    box: Box
    score: float
    label: Label


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which machine answered; `sha256` is that of the model's SHA256SUMS file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Classification:
    """Everything the machine says of one photograph: labelled faces or, when there is none, a labelled scene.

    `width` and `height` are those of the upright photograph before any reduction, in pixels.
    """

    width: int
    height: int
    model: ModelIdentity
    faces: tuple[Face, ...]
    scene: Label | None

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready copy, which `from_dict` reads back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The classification whose `as_dict` is `data`."""
        return cls(
            width=data["width"],
            height=data["height"],
            model=ModelIdentity(**data["model"]),
            faces=tuple(
                Face(box=Box(**one["box"]), score=one["score"], label=Label.from_dict(one["label"]))
                for one in data["faces"]
            ),
            scene=Label.from_dict(data["scene"]) if data["scene"] else None,
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of a picture for a wall: its size in pixels, and where its one face is."""

    width: int
    height: int
    face: Box

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready copy, which `from_dict` reads back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The picture whose `as_dict` is `data`."""
        return cls(width=data["width"], height=data["height"], face=Box(**data["face"]))
