"""Curation's tasks, on the queue *review*: small, quick, and the only ones with a database."""

from typing import Any

from celery import shared_task
from django.core.management import call_command

from classifier.results import Classification, Prepared
from curation import moderation


@shared_task(name="curation.review", ignore_result=True, acks_late=True, soft_time_limit=8, time_limit=10)
def review(outcome: dict[str, Any], visit: str) -> None:
    """End `visit` with what `classifier.classify_photo` returned.

    Acknowledged late: given to a second worker it finds the visit ended and does nothing.
    """
    if "refused" in outcome:
        moderation.fail(visit, outcome["refused"])
    else:
        moderation.review(visit, Classification.from_dict(outcome["classification"]))


@shared_task(name="curation.give_up", ignore_result=True, acks_late=True)
def give_up(visit: str) -> None:
    """End `visit` whose classification died: killed, out of time, or by a mistake of ours."""
    moderation.fail(visit, "try_again")


@shared_task(name="curation.hang_display", ignore_result=True, acks_late=False, soft_time_limit=8, time_limit=10)
def hang_display(outcome: dict[str, Any], visit: str, display: str, place: dict[str, Any]) -> None:
    """Hang what `classifier.prepare_display` returned, or say why not.

    Acknowledged early: given out a second time, it would find the display hanging, or gone for good. `place` is
    `{"url", "room", "walls"}`, as `moderation.show_on_walls` takes them.
    """
    if "refused" in outcome:
        moderation.refuse_display(visit, display, outcome["refused"])
    else:
        moderation.show_on_walls(visit, display, Prepared.from_dict(outcome["prepared"]), **place)


@shared_task(name="curation.give_up_display", ignore_result=True, acks_late=True)
def give_up_display(visit: str, display: str) -> None:
    """Say that nothing hangs: the preparation died, was killed, or ran out of time."""
    moderation.withdraw_display(visit, display)


@shared_task(name="curation.clear_sessions", ignore_result=True)
def clear_sessions() -> None:
    """Forget the staff's sessions that are over. Daily."""
    call_command("clearsessions")
