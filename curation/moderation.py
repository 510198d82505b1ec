"""The deeds: what becomes of a visit's words. Each checks, changes, records and announces."""

import random
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from classifier import photo_store
from classifier.results import Classification
from curation import answers, events, failures, visits
from curation.models import Telling
from hierarchy import lexicon
from hierarchy.policy import Surface, Treatment


class NotRevealable(Exception):
    """The policy does not put this word beside a living face, asked for or not. Safe to show."""


class NoSuchLabel(Exception):
    """The visit has no label of this number. Safe to show."""


# --- ends -----------------------------------------------------------------------------------------------------------


def review(visit: str, classification: Classification) -> bool:
    """End `visit` with the machine's answer: words looked up, treated, announced; those shown are counted.

    Returns:
        False when the visit had ended already, or its deadline has passed: then nothing is said and nothing counted.
    """
    words = lexicon.look_up(answers.wnids_of(classification))
    words |= lexicon.look_up({node for word in words.values() for path in word.paths for node in path} - words.keys())
    record = answers.record(classification, words)
    answer = answers.Answer(record, Surface.OWN_RESULT, frozenset())
    if not events.end(visit, record, events.Result(answer.document(visit, settings.LEXICON))):
        return False
    shown = [number for number in range(len(answer.labels)) if answer.treatment(number) is Treatment.SHOW]
    random.shuffle(shown)  # the order of rows shall not tell the order of faces
    for number in shown:
        _count(visit, answer, number)
    return True


def fail(visit: str, code: str) -> bool:
    """End `visit` without a result; False when it had ended already."""
    return events.end(visit, {"state": "failed", "code": code}, events.failure(code))


# --- what the visitor asks for --------------------------------------------------------------------------------------


def answer(visit: str) -> dict[str, Any]:
    """How `visit` stands, for the visitor's own screen: pending, failed with a sentence, or the result document.

    Raises:
        visits.UnknownVisit: it was never ours.
        visits.VisitGone: its time is over, or it was deleted.
    """
    reading = visits.read(visit)
    match reading.state:
        case "deleted":
            raise visits.VisitGone
        case "pending":
            return {"visit": visit, "status": "pending"}
        case "failed":
            detail = str(failures.sentence(reading.code))
            return {"visit": visit, "status": "failed", "code": reading.code, "detail": detail}
        case _:
            return _read_answer(visit, reading).document(visit, settings.LEXICON)


def reveal(visit: str, label: int) -> dict[str, Any]:
    """Open the gate before label number `label`; its word is counted, once. The answer is the result, opened.

    Raises:
        NotRevealable: the word is withheld or masked.
        NoSuchLabel: the visit has no such label, or no result.
        visits.UnknownVisit, visits.VisitGone: as `answer`.
    """
    found = _ended_in_a_result(visit)
    _check_label(found, label)
    if found.treatment(label) > Treatment.GATE:
        raise NotRevealable
    visits.open_gate(visit, label)
    _count(visit, found, label)
    return answer(visit)


def entry(visit: str, label: int) -> str:
    """The wnid behind label number `label`, for a page of the dictionary without the picture.

    A gated word has none before it was asked for: this is read by GET, which opens no gate and counts nothing.

    Raises:
        NoSuchLabel, visits.UnknownVisit, visits.VisitGone: as `reveal`.
    """
    found = _ended_in_a_result(visit)
    _check_label(found, label)
    if found.is_closed(label):
        raise NoSuchLabel
    return found.labels[label].wnid


def forget(visit: str) -> None:
    """Delete the visit now: photograph, result and links are gone, what it counted is taken back.

    Raises:
        visits.UnknownVisit: it was never ours.
        visits.VisitGone: its time is over: what it counted can no longer be told apart.
    """
    visits.check(visit)
    counted = events.delete(visit)
    photo_store.discard(*(visits.ticket(visit, purpose) for purpose in ("photo", "picture", "drawn")))
    for telling in counted:
        Telling(**telling).take_back()


def drawing(visit: str) -> dict[str, Any] | None:
    """Boxes and words to draw on the visit's picture, as policy allows; None when it has no result."""
    reading = visits.read(visit)
    return _read_answer(visit, reading).drawing() if reading.state == "result" else None


# --- within ---------------------------------------------------------------------------------------------------------


def _read_answer(visit: str, reading: visits.Reading) -> answers.Answer:
    if reading.record is None:
        raise NoSuchLabel
    return answers.Answer(reading.record, Surface.OWN_RESULT, visits.opened_gates(visit))


def _ended_in_a_result(visit: str) -> answers.Answer:
    reading = visits.read(visit)
    if reading.state == "deleted":
        raise visits.VisitGone
    if reading.state != "result":
        raise NoSuchLabel
    return _read_answer(visit, reading)


def _check_label(found: answers.Answer, label: int) -> None:
    if not 0 <= label < len(found.labels):
        raise NoSuchLabel


def _count(visit: str, found: answers.Answer, number: int) -> None:
    """Count label `number` as told, once a visit, and take it back if the visit is deleted meanwhile."""
    if not visits.claim_telling(visit, number):
        return
    label = found.labels[number]
    telling = Telling(
        day=timezone.localdate().isoformat(),
        wnid=label.wnid,
        things=tuple(thing.wnid for thing in label.evidence[: answers.EVIDENCE_SHOWN]),
        model=found.classification.model.sha256,
        lexicon=settings.LEXICON,
        policy=found.place.preset.identity,
        surface=found.place.surface.value,
        subject=found.place.subject.value,
    )
    telling.count()
    if not visits.settle_telling(visit, number, asdict(telling)):
        telling.take_back()
