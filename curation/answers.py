"""What a surface is told of a visit's record: the API's result document, every word under the policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from classifier.results import Classification, Label
from hierarchy import policy
from hierarchy.lexicon import Word
from hierarchy.policy import Category, Clearance, Level, Mark, Standing, Subject, Surface, Treatment

EVIDENCE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where words are about to be said, and under which preset."""

    subject: Subject
    surface: Surface
    preset: policy.Preset

    def label(self, word: Word) -> Treatment:
        """The treatment of a label here."""
        return policy.treatment(word.standing, self.subject, self.surface, self.preset)

    def node(self, word: Word) -> Treatment:
        """The treatment of a node of a path here."""
        return policy.node_treatment(word.standing, self.subject, self.surface, self.preset)

    def evidence(self, word: Word) -> Treatment:
        """The treatment of a thing that the network saw here."""
        return policy.evidence_treatment(word.standing, self.subject, self.surface, self.preset)


def record(classification: Classification, words: Mapping[str, Word]) -> dict[str, Any]:
    """Everything a visit's end needs, words and their standing included, JSON-ready. Kept in the store alone."""
    return {
        "state": "result",
        "classification": classification.as_dict(),
        "words": {wnid: _word_as_dict(word) for wnid, word in words.items()},
    }


def wnids_of(classification: Classification) -> set[str]:
    """Every synset that the classification names: labels, alternatives, evidence."""
    labels = [face.label for face in classification.faces] + ([classification.scene] if classification.scene else [])
    return {
        wnid
        for label in labels
        for wnid in (
            label.wnid,
            *(other.wnid for other in label.alternatives),
            *(thing.wnid for thing in label.evidence[:EVIDENCE_SHOWN]),
        )
    }


class Answer:
    """A record read for one surface. `opened` holds the numbers of the labels that the visitor asked to read.

    Labels are numbered as the faces are, from 0; a scene's label is number 0.
    """

    def __init__(
        self, record: Mapping[str, Any], surface: Surface, opened: frozenset[int], preset: policy.Preset | None = None
    ) -> None:
        self._record = record
        self.classification = Classification.from_dict(record["classification"])
        self._words = {wnid: _word_from_dict(wnid, word) for wnid, word in record["words"].items()}
        self._opened = opened
        subject = Subject.LIVING_FACE if self.classification.faces else Subject.SCENE
        self.place = Place(subject, surface, preset or policy.active())

    def on(self, surface: Surface) -> "Answer":
        """The same record read for another surface, where nothing has been opened."""
        return Answer(self._record, surface, frozenset(), self.place.preset)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels in the order of their numbers."""
        if self.classification.scene:
            return (self.classification.scene,)
        return tuple(face.label for face in self.classification.faces)

    def treatment(self, number: int) -> Treatment:
        """How label `number` is treated, whether or not it was opened."""
        return self.place.label(self._words[self.labels[number].wnid])

    def is_closed(self, number: int) -> bool:
        """Whether label `number` stands behind a gate that the visitor has not opened."""
        return self.treatment(number) is Treatment.GATE and number not in self._opened

    def document(self, visit: str, lexicon: str) -> dict[str, Any]:
        """The API's result."""
        classification = self.classification
        return {
            "visit": visit,
            "status": "done",
            "photo": {"width": classification.width, "height": classification.height},
            "model": {
                "name": classification.model.name,
                "version": classification.model.version,
                "sha256": classification.model.sha256,
            },
            "lexicon": lexicon,
            "policy": self.place.preset.identity,
            "faces": [
                {
                    "box": {"x": f.box.x, "y": f.box.y, "width": f.box.width, "height": f.box.height},
                    "score": f.score,
                    "label": self._label(number, f.label),
                }
                for number, f in enumerate(classification.faces)
            ],
            "scene": self._label(0, classification.scene) if classification.scene else None,
        }

    def drawing(self) -> dict[str, Any]:
        """Boxes and words for `classifier.drawing`: only words that are shown without asking, else empty boxes."""
        texts = [
            self._words[label.wnid].lemmas[0] if self.treatment(number) is Treatment.SHOW else None
            for number, label in enumerate(self.labels)
        ]
        if self.classification.scene:
            return {"boxes": [], "scene": texts[0]}
        boxes = [face["box"] for face in self.classification.as_dict()["faces"]]
        return {
            "boxes": [{"box": box, "text": text} for box, text in zip(boxes, texts, strict=True)],
            "scene": None,
        }

    def _label(self, number: int, label: Label) -> dict[str, Any]:
        word, treatment, unsaid = self._words[label.wnid], self.treatment(number), self._unsaid()
        opened = number in self._opened
        told = _told(treatment, opened=opened)
        harm = policy.harm(word.standing, self.place.subject, self.place.surface, self.place.preset)
        return {
            "treatment": treatment.word,
            "revealed": told and treatment is Treatment.GATE,
            "harm": harm.value if harm else None,
            "wnid": label.wnid if told else None,
            "lemmas": list(word.lemmas) if told else None,
            "gloss": word.gloss if told else None,
            "paths": self._paths(word, opened=opened) if told else None,
            "score": label.score,
            "margin": label.margin,
            "alternatives": [
                {**self._named(other.wnid, self.place.label, opened=opened), "score": other.score}
                for other in label.alternatives
            ],
            "evidence": [
                self._evidence(thing.wnid, thing.probability, thing.share, unsaid)
                for thing in label.evidence[:EVIDENCE_SHOWN]
            ],
        }

    def _paths(self, word: Word, *, opened: bool) -> list[list[dict[str, Any]]]:
        # The leaf is the label itself, which has been told; the policy of nodes holds for those above it.
        leaf = {"wnid": word.wnid, "lemmas": list(word.lemmas), "treatment": Treatment.SHOW.word}
        return [
            [*(self._named(wnid, self.place.node, opened=opened) for wnid in path[:-1]), leaf] for path in word.paths
        ]

    def _named(self, wnid: str, decide: Callable[[Word], Treatment], *, opened: bool) -> dict[str, Any]:
        word = self._words[wnid]
        treatment = decide(word)
        told = _told(treatment, opened=opened)
        return {
            "wnid": wnid if told else None,
            "lemmas": list(word.lemmas) if told else None,
            "treatment": treatment.word,
        }

    def _unsaid(self) -> set[str]:
        """Every lemma of a label or runner-up that is not told, in lower case."""
        told: set[str] = set()
        kept: set[str] = set()
        for number, label in enumerate(self.labels):
            for wnid in (label.wnid, *(other.wnid for other in label.alternatives)):
                word = self._words[wnid]
                said = _told(self.place.label(word), opened=number in self._opened)
                (told if said else kept).update(lemma.casefold() for lemma in word.lemmas)
        return kept - told

    def _evidence(self, wnid: str, probability: float, share: float, unsaid: set[str]) -> dict[str, Any]:
        word = self._words[wnid]
        # Some of the network's classes are persons, and others sound like some: “groom”, “washer”. Naming one would
        # say what stands behind the gate.
        sounds_like_it = any(lemma.casefold() in unsaid for lemma in word.lemmas)
        told = self.place.evidence(word) is Treatment.SHOW and not sounds_like_it
        return {
            "saw": word.lemmas[0] if told else None,
            "wnid": wnid if told else None,
            "probability": probability,
            "share": share,
        }


def _told(treatment: Treatment, *, opened: bool) -> bool:
    return treatment is Treatment.SHOW or (opened and treatment is Treatment.GATE)


def _word_as_dict(word: Word) -> dict[str, Any]:
    return {
        "lemmas": list(word.lemmas),
        "gloss": word.gloss,
        "paths": [list(path) for path in word.paths],
        "marks": sorted([mark.level.value, mark.category.value] for mark in word.standing.marks),
        "clearance": word.standing.clearance.value,
    }


def _word_from_dict(wnid: str, data: Mapping[str, Any]) -> Word:
    marks = frozenset(Mark(Level(level), Category(category)) for level, category in data["marks"])
    return Word(
        wnid=wnid,
        lemmas=tuple(data["lemmas"]),
        gloss=data["gloss"],
        standing=Standing(marks, Clearance(data["clearance"])),
        paths=tuple(tuple(path) for path in data["paths"]),
    )
