"""An answer made ready for a page: sentences, percentages and boxes. Nothing is decided: the policy has spoken."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exhibition.public import wording

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownLabel:
    """One label under a picture.

    `number` is the one that the API knows it by; `place` counts the faces from the left, from 1, and is 0 where
    there is only one. `sentence` and `reason` say why the word does not stand here. Percentages are 0–100.
    """

    number: int
    place: int
    label: Document
    sentence: str | Promise
    reason: str | Promise
    saw: list[Document]
    unnamed: float
    rest: float
    contenders: list[Document]

    @property
    def told(self) -> bool:
        """Whether the word may stand in the text."""
        return self.label["wnid"] is not None

    @property
    def unnamed_rounded(self) -> str:
        """`unnamed`, as it is written."""
        return _rounded(self.unnamed)

    @property
    def depth(self) -> list[int]:
        """How far below the root the word lies, by each of its paths."""
        return sorted({len(path) - 1 for path in self.label["paths"] or ()})

    @property
    def margin(self) -> float:
        """By how much the word won, in per cent of its score."""
        return 100 * float(self.label["margin"])


def labels(answer: Document) -> list[ShownLabel]:
    """The answer's labels, faces from left to right."""
    if answer["scene"]:
        return [_shown(0, 0, answer["scene"], living=False)]
    places = _places(answer["faces"])
    shown = [_shown(n, places[n], face["label"], living=True) for n, face in enumerate(answer["faces"])]
    return sorted(shown, key=lambda one: one.place)


def drawing(answer: Document) -> Document:
    """Boxes in fractions of the photograph with what may stand in them, for `boxes.js`.

    A word that was asked for stands in the text alone, never in the frame with a face.
    """
    if answer["scene"]:
        return {"boxes": [], "scene": _in_the_frame(answer["scene"])}
    places = _places(answer["faces"])
    return {
        "boxes": [
            {**face["box"], "text": _in_the_frame(face["label"]), "place": places[number]}
            for number, face in enumerate(answer["faces"])
        ],
        "scene": None,
    }


def _in_the_frame(label: Document) -> str | None:
    return label["lemmas"][0] if label["treatment"] == "show" else None


def _places(faces: list[Document]) -> list[int]:
    """Each face's place from the left, from 1; 0 for a face alone."""
    if len(faces) == 1:
        return [0]
    order = sorted(range(len(faces)), key=lambda n: faces[n]["box"]["x"])
    return [order.index(n) + 1 for n in range(len(faces))]


def _shown(number: int, place: int, label: Document, *, living: bool) -> ShownLabel:
    evidence = label["evidence"]
    named = [
        {**one, "percent": 100 * one["share"], "rounded": _rounded(100 * one["share"])}
        for one in evidence
        if one["saw"] is not None
    ]
    return ShownLabel(
        number=number,
        place=place,
        label=label,
        sentence=_sentence(label),
        reason=_reason(label, living=living),
        saw=named,
        unnamed=100 * sum(one["share"] for one in evidence if one["saw"] is None),
        rest=max(0.0, 100 * (1 - sum(one["share"] for one in evidence))),
        contenders=[
            {"wnid": label["wnid"], "lemmas": label["lemmas"], "percent": 100 * label["score"]},
            *({**other, "percent": 100 * other["score"]} for other in label["alternatives"]),
        ],
    )


def _rounded(percent: float) -> str:
    """In whole per cent; what is there is never written as nothing."""
    return "< 1" if percent < 0.5 else str(int(percent + 0.5))


def _sentence(label: Document) -> str:
    entry = wording.ENTRY[label["harm"]] if label["harm"] else wording.UNREAD
    return _("The network chose %(entry)s.") % {"entry": entry}


def _reason(label: Document, *, living: bool) -> Promise:
    if label["treatment"] == "gate":
        return wording.HIDDEN
    return wording.NOT_ON_PEOPLE if living else wording.NOT_UNDER_PICTURES
