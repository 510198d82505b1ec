"""Curation's tasks, on the queue *review*: small, quick, and the only ones with a database."""

from typing import Any

from celery import shared_task
from django.core.management import call_command

from classifier.results import Classification
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


@shared_task(name="curation.clear_sessions", ignore_result=True)
def clear_sessions() -> None:
    """Forget the staff's sessions that are over. Daily."""
    call_command("clearsessions")
