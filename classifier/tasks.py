"""The machine's tasks. They take tickets, never photographs, and run in the workers of the queue *inference*."""

import logging
import time
from typing import TYPE_CHECKING, Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_process_init
from django.conf import settings

from classifier import photo_store
from classifier.errors import ClassifierError, MachineUnavailable
from classifier.machine_state import MachineState, Speaker
from classifier.results import Box

if TYPE_CHECKING:
    from classifier.pipeline import Machine

logger = logging.getLogger(__name__)


class Worker:
    """What one worker process holds: the loaded machine, or why there is none."""

    serves_inference = False
    children = 1
    machine: "Machine | None" = None
    speaker: Speaker | None = None
    out_of_order = "The machine was not loaded in this process."


@celeryd_after_setup.connect
def note_the_queues(instance: Any, **_: Any) -> None:
    """Only workers of the queue *inference* will load the networks."""
    Worker.serves_inference = "inference" in instance.app.amqp.queues.consume_from
    Worker.children = instance.concurrency or 1


@worker_process_init.connect
def load_the_machine(**_: Any) -> None:
    """Load the networks once a child; a missing or altered file is logged by name and said to the site."""
    if not Worker.serves_inference:
        return
    from classifier.pipeline import load_machine  # noqa: PLC0415 - the networks' libraries, 200 ms and 60 MB

    try:
        Worker.machine = load_machine()
        state = MachineState(
            ready=True,
            model=Worker.machine.identity,
            detector=settings.ROULETTE_DETECTOR,
            workers=Worker.children,
        )
    except MachineUnavailable as error:
        Worker.out_of_order = str(error)
        logger.critical("The machine is out of order: %s", error)
        state = MachineState(ready=False, reason=str(error))
    Worker.speaker = Speaker(state)
    Worker.speaker.start()


@shared_task(
    name="classifier.classify_photo",
    ignore_result=True,
    acks_late=False,
    soft_time_limit=12,
    time_limit=15,
    resultrepr_maxsize=0,
)
def classify_photo(ticket: str) -> dict[str, Any]:
    """Redeem `ticket` and classify its photograph. Not retried: the ticket is spent.

    Returns:
        `{"classification": …}` (see `results.Classification.as_dict`) or `{"refused": code}`.
    """
    photo = photo_store.take(ticket)
    if photo is None:
        return {"refused": "try_again"}
    if Worker.machine is None or Worker.speaker is None:
        logger.error("A photograph was refused: %s", Worker.out_of_order)
        return {"refused": MachineUnavailable.code}
    from classifier.pipeline import classify  # noqa: PLC0415 - heavy, and loaded already

    began = time.perf_counter()
    try:
        classification = classify(photo, Worker.machine)
    except ClassifierError as error:
        return {"refused": error.code}
    Worker.speaker.measured(time.perf_counter() - began)
    return {"classification": classification.as_dict()}


@shared_task(name="classifier.draw_photo", ignore_result=True, acks_late=False, soft_time_limit=8, time_limit=10)
def draw_photo(ticket: str, drawing: dict[str, Any], reply: str) -> None:
    """Redeem `ticket`, draw boxes and words on its photograph, deliver the JPEG at `reply`.

    Not retried: the ticket is spent. `drawing` holds only words that policy allows on this surface.
    """
    photo = photo_store.take(ticket)
    if photo is None:
        return
    from classifier.drawing import Drawing, draw  # noqa: PLC0415 - Pillow
    from classifier.imaging import decode_photo  # noqa: PLC0415 - Pillow

    photo_store.deliver(draw(decode_photo(photo), Drawing.from_dict(drawing)), reply)


@shared_task(
    name="classifier.prepare_display",
    ignore_result=True,
    acks_late=False,
    soft_time_limit=8,
    time_limit=10,
    resultrepr_maxsize=0,
)
def prepare_display(ticket: str, box: dict[str, float], reply: str) -> dict[str, Any]:
    """Redeem `ticket`, see that its picture shows the face at `box` alone, and hang the JPEG under `reply`.

    Not retried: the ticket is spent. `box` is the visit's, in fractions of the visitor's photograph.

    Returns:
        `{"prepared": …}` (see `results.Prepared.as_dict`) or `{"refused": code}`.
    """
    picture = photo_store.take(ticket)
    if picture is None:
        return {"refused": "try_again"}
    if Worker.machine is None:
        logger.error("A picture for the walls was refused: %s", Worker.out_of_order)
        return {"refused": MachineUnavailable.code}
    from classifier.displays import prepare  # noqa: PLC0415 - heavy, and loaded already

    try:
        jpeg, prepared = prepare(picture, Box(**box), Worker.machine.finder)
    except ClassifierError as error:
        return {"refused": error.code}
    photo_store.hang(jpeg, reply)
    return {"prepared": prepared.as_dict()}
