"""The deeds: what becomes of a visit's words. Each checks, changes, records and announces."""

import random
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from classifier import photo_store
from classifier.errors import AnotherFace, NoFace, SeveralFaces, UnreadableDisplay
from classifier.results import Box, Classification, Prepared
from curation import answers, displays, events, failures, visits
from curation.models import Telling
from hierarchy import lexicon
from hierarchy.policy import Surface, Treatment


class NotRevealable(Exception):
    """The policy does not put this word beside a living face, asked for or not. Safe to show."""


class NoSuchLabel(Exception):
    """The visit has no label of this number. Safe to show."""


class NotForWalls(Exception):
    """The visit's picture does not go to the walls. Its `code`, of `curation.failures`, says why; safe to show."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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


def hide(visit: str, label: int) -> dict[str, Any]:
    """Close the gate before label number `label` again. The answer is the result, closed.

    Raises:
        NoSuchLabel, visits.UnknownVisit, visits.VisitGone: as `reveal`.
    """
    _check_label(_ended_in_a_result(visit), label)
    visits.close_gate(visit, label)
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
    """Delete the visit now: photograph, result and links are gone, also from the walls; its counts are taken back.

    Raises:
        visits.UnknownVisit: it was never ours.
        visits.VisitGone: its time is over: what it counted can no longer be told apart.
    """
    visits.check(visit)
    counted = events.delete(visit)
    if display := displays.claimed(visit):  # read after the end: from then on nothing more is hung
        _take_down(display)
    displays.forget(visit)
    photo_store.discard(*(visits.ticket(visit, purpose) for purpose in ("photo", "picture", "drawn")))
    for telling in counted:
        Telling(**telling).take_back()


def drawing(visit: str) -> dict[str, Any] | None:
    """Boxes and words to draw on the visit's picture, as policy allows; None when it has no result."""
    reading = visits.read(visit)
    return _read_answer(visit, reading).drawing() if reading.state == "result" else None


# --- the walls ------------------------------------------------------------------------------------------------------

BEFORE_THE_END = 2 * settings.DISPLAY_SECONDS  # of a visit: whatever hangs can be deleted for as long as it hangs
FORGED = frozenset(error.code for error in (AnotherFace, NoFace, SeveralFaces, UnreadableDisplay))


def wall_question(visit: str) -> dict[str, Any]:
    """What the visitor may be asked: `{"asked": bool, "words": […]}`, just the words that the walls would show.

    Not asked: of visits that began at no terminal, without exactly one face, whose gate is closed (the word has to be
    read first), or whose picture was sent already. Only what was asked can be shown.

    Raises:
        NoSuchLabel: the visit has no result.
        visits.UnknownVisit, visits.VisitGone: as `answer`.
    """
    found = _ended_in_a_result(visit)
    if not visits.screen_of(visit) or displays.claimed(visit) or _why_not_asked(found):
        return {"asked": False, "words": []}
    words = _wall_words(found)
    displays.ask(visit, words)
    return {"asked": True, "words": words}


def claim_walls(visit: str, screen: str, display: str) -> Box:
    """Let `display` be the one that the visit sends to the walls; the answer is where its one face is.

    Raises:
        NotForWalls: the visit began elsewhere than at `screen`, was not asked, or has sent its picture already.
        visits.UnknownVisit, visits.VisitGone: as `answer`.
    """
    if visits.read(visit).state == "deleted":
        raise visits.VisitGone
    if not screen or visits.screen_of(visit) != screen:
        raise NotForWalls("wall_another_terminal")
    try:
        found = _ended_in_a_result(visit)
    except NoSuchLabel as error:
        raise NotForWalls("wall_no_result") from error
    if code := _why_not_asked(found):
        raise NotForWalls(code)
    if displays.asked(visit) is None:
        raise NotForWalls("wall_not_asked")
    if visits.age(visit) > settings.RESULT_SECONDS - BEFORE_THE_END:
        raise visits.VisitGone
    if not displays.claim(visit, display):
        raise NotForWalls("wall_used")
    return found.classification.faces[0].box


def show_on_walls(visit: str, display: str, prepared: Prepared, *, url: str, room: str, walls: Sequence[str]) -> bool:
    """Hang the visit's picture, which lies under the display's ticket, and tell the walls of the room.

    It carries the words that policy allows on a wall now, as far as the question named them.

    Returns:
        False when the visit was deleted, or `display` given up, meanwhile: then nothing hangs.
    """
    words = [word for word in _allowed_on_walls(visit) if word in (displays.asked(visit) or ())]
    milliseconds = photo_store.milliseconds_left(displays.ticket(display))
    shown = events.Shown(
        display=display,
        url=url,
        seconds=milliseconds / 1000,
        width=prepared.width,
        height=prepared.height,
        drawing={"boxes": [{**asdict(prepared.face), "text": next(iter(words), None), "place": 0}], "scene": None},
    )
    if not milliseconds or not displays.hang(visit, displays.Hanging(room, tuple(walls), shown), milliseconds):
        withdraw_display(visit, display, "try_again")
        return False
    for wall in walls:
        events.publish_to_screen(wall, shown)
    if displays.find(display) is None:  # deleted while the walls were being told: the last thing said must be that
        _say_gone(display, walls)
        displays.tell(display, {"refused": "try_again"})
        return False
    displays.tell(display, {"seconds": shown.seconds})
    return True


def refuse_display(visit: str, display: str, code: str) -> None:
    """Say that the picture does not hang. A forged one was the visit's only one; else it may be sent again."""
    if code in FORGED:
        displays.tell(display, {"refused": code})
    else:
        withdraw_display(visit, display, code)


def withdraw_display(visit: str, display: str, code: str = "try_again") -> None:
    """Give `display` up, wherever it is on its way; the visit may try again."""
    displays.release(visit, display)
    _take_down(display)
    displays.tell(display, {"refused": code})


def _why_not_asked(found: answers.Answer) -> str:
    """The code of what stands against the walls, empty when nothing does."""
    if len(found.classification.faces) != 1:
        return "wall_not_one_face"
    return "wall_not_read" if found.is_closed(0) else ""


def _wall_words(found: answers.Answer) -> list[str]:
    """The words that would stand on a wall, one a face at most."""
    return [box["text"] for box in found.on(Surface.WALL).drawing()["boxes"] if box["text"] is not None]


def _allowed_on_walls(visit: str) -> list[str]:
    reading = visits.read(visit)
    return _wall_words(_read_answer(visit, reading)) if reading.state == "result" else []


def _take_down(display: str) -> None:
    photo_store.discard(displays.ticket(display, "sent"), displays.ticket(display))
    if hanging := displays.take_down(display):
        _say_gone(display, hanging.walls)


def _say_gone(display: str, walls: Sequence[str]) -> None:
    for wall in walls:
        events.publish_to_screen(wall, events.Gone(display))


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
