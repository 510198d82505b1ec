"""A picture handed in by a page: sent on its way, or refused with a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from classifier.errors import ClassifierError
from classifier.store import StoreUnavailable
from curation import moderation, visits
from exhibition import route
from exhibition.problems import MEDIA_TYPE
from exhibition.public import wording


class Refused(Exception):
    """A request that comes to nothing; `code` is one of `wording.problem`'s."""

    def __init__(self, code: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


@contextmanager
def refusals() -> Iterator[None]:
    """Turn whatever the route does not take a picture for into `Refused`."""
    try:
        yield
    except route.Busy as error:
        raise Refused("busy", error.retry_after) from error
    except ClassifierError as error:
        raise Refused(error.code) from error
    except StoreUnavailable as error:
        raise Refused("try_again") from error


def asked_of(deed: Any, *arguments: Any) -> Any:
    """What `deed` of `moderation` answers.

    Raises:
        Refused: it does not.
    """
    try:
        return deed(*arguments)
    except (visits.UnknownVisit, moderation.NoSuchLabel) as error:
        raise Refused("unknown") from error
    except visits.VisitGone as error:
        raise Refused("gone") from error
    except moderation.NotRevealable as error:
        raise Refused("not_revealable") from error
    except StoreUnavailable as error:
        raise Refused("try_again") from error


def accepted(visit: str) -> HttpResponse:
    """What a page's script is told: where the answer will be."""
    return JsonResponse(
        {
            "visit": visit,
            "status": "pending",
            "url": reverse("public:visit", args=[visit]),
            "delete": reverse("public:visit-delete", args=[visit]),
            "websocket": f"/ws/visits/{visit}/",
        },
        status=202,
    )


def problem(refused: Refused) -> HttpResponse:
    """What a page's script is told instead: a code, and a sentence in the visitor's language."""
    status, sentence = wording.problem(refused.code)
    body = {"status": status, "code": refused.code, "detail": str(sentence)}
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE)
    return with_retry(response, refused)


def with_retry(response: HttpResponse, refused: Refused) -> HttpResponse:
    """`response`, saying when to try again where that is known."""
    if refused.retry_after is not None:
        response["Retry-After"] = str(refused.retry_after)
    return response
