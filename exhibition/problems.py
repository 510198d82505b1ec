"""What is said when something cannot be done: RFC 9457 problem details on the API, a plain sentence on a page.

Every problem has a stable `code`, a status and a sentence that a visitor understands; never a trace.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import BadRequest as DjangoBadRequest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions

from classifier.errors import ClassifierError
from classifier.store import StoreUnavailable
from curation import failures, moderation, visits
from exhibition.photo_routes import is_for_walls
from exhibition.route import Busy

logger = logging.getLogger(__name__)

API = "/api/"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """What all problems of one code have in common."""

    status: int
    title: str | Promise
    detail: str | Promise


def _failure(code: str, title: Promise) -> Kind:
    return Kind(failures.STATUS[code], title, failures.sentence(code))


KINDS: Mapping[str, Kind] = {
    # why a visit comes to nothing
    "unreadable_photo": _failure("unreadable_photo", _("Unreadable photograph")),
    "photo_too_large": _failure("photo_too_large", _("Photograph too large")),
    "unsupported_format": _failure("unsupported_format", _("Unsupported format")),
    "busy": _failure("busy", _("Busy")),
    "machine_unavailable": _failure("machine_unavailable", _("Out of order")),
    "deadline_passed": _failure("deadline_passed", _("Too late")),
    "try_again": _failure("try_again", _("Please try again")),
    # why a picture does not go to the walls
    **{code: _failure(code, _("Not for the wall")) for code in failures.WALL_SENTENCES},
    # what else an address can answer
    "invalid": Kind(400, _("Not understood"), _("This request could not be understood.")),
    "key_required": Kind(401, _("Key required"), _("From another computer this address asks for a valid key.")),
    "forbidden": Kind(403, _("Not allowed"), _("This is not allowed from here.")),
    "withheld": Kind(403, _("Withheld"), _("This museum does not put this word beside a living person.")),
    "not_found": Kind(404, _("Not found"), _("There is nothing at this address.")),
    "method_not_allowed": Kind(405, _("Method not allowed"), _("This address does not answer to that method.")),
    "not_acceptable": Kind(406, _("Not acceptable"), _("There is no answer in the form that was asked for.")),
    "too_slow": Kind(408, _("Too slow"), _("The request took too long to arrive. Please try again.")),
    "gone": Kind(410, _("Gone"), _("This result is gone: it was deleted, or its ten minutes are over.")),
    "too_large": Kind(413, _("Too large"), _("This request is too large.")),
    "unsupported_media_type": Kind(
        415, _("Unsupported media type"), _("The body of this request is of a kind that this address does not read.")
    ),
    "throttled": Kind(429, _("Too many requests"), _("Too many requests. Please wait a moment.")),
    "internal": Kind(500, _("Something went wrong"), _("Something went wrong here. Please try again.")),
}
STORE_AWAY_SECONDS = 2  # when to look again after the store was away: it is restarted within about a second


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong.

    `code` is a key of `KINDS`; `detail`, safe to show, is the kind's own sentence when nothing better is known;
    `retry_after` is in seconds.
    """

    code: str
    detail: str | Promise = ""
    retry_after: int | None = None

    @classmethod
    def of(cls, error: Exception) -> Self | None:
        """What `error` means to the one who asked; None when nobody foresaw it."""
        if isinstance(error, ProblemError):
            return cls(error.code, error.detail, error.retry_after)
        if isinstance(error, Busy):
            return cls("busy", retry_after=error.retry_after)
        if isinstance(error, exceptions.APIException):
            return cls._of_framework(error)
        if isinstance(error, StoreUnavailable):
            return cls("machine_unavailable", retry_after=STORE_AWAY_SECONDS)
        if isinstance(error, ClassifierError | moderation.NotForWalls):
            return cls(error.code)
        return next((cls(code) for kind, code in FORESEEN if isinstance(error, kind)), None)

    @classmethod
    def _of_framework(cls, error: exceptions.APIException) -> Self:
        code = next((code for kind, code in FRAMEWORK if isinstance(error, kind)), "internal")
        wait = getattr(error, "wait", None)
        return cls(code, _own_sentence(error), retry_after=None if wait is None else int(wait))

    @property
    def kind(self) -> Kind:
        """Status, title and usual sentence of the code."""
        return KINDS[self.code]

    @property
    def headers(self) -> dict[str, str]:
        """What must stand in the answer's head."""
        headers = {"Cache-Control": "no-store"}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.kind.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return headers

    def as_dict(self) -> dict[str, Any]:
        """The members of RFC 9457, and `code`."""
        return {
            "type": f"urn:roulette-exhibition:problem:{self.code}",
            "title": str(self.kind.title),
            "status": self.kind.status,
            "detail": str(self.detail or self.kind.detail),
            "code": self.code,
        }

    def response(self) -> HttpResponse:
        """The problem as an answer of the API."""
        return JsonResponse(self.as_dict(), status=self.kind.status, content_type=MEDIA_TYPE, headers=self.headers)

    def page(self, path: str = "/") -> HttpResponse:
        """The problem as a plain page: for answers given before any template could be rendered.

        From the page for a picture, at `path`, a way leads back to it.
        """
        language, direction = get_language() or "en", "rtl" if get_language_bidi() else "ltr"
        title, detail = escape(self.kind.title), escape(self.detail or self.kind.detail)
        picture_page = reverse("public:try")
        back, name = (picture_page, _("Back to the picture page")) if path == picture_page else ("/", _("Start page"))
        return HttpResponse(
            f'<!doctype html><html lang="{language}" dir="{direction}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f'<title>{title}</title><h1>{title}</h1><p>{detail}</p><p><a href="{back}">{escape(name)}</a></p>',
            status=self.kind.status,
            headers=self.headers,
        )

    def answer(self, path: str) -> HttpResponse:
        """In the form that suits `path`: problem details where scripts alone ask, a page elsewhere."""
        return self.response() if path.startswith(API) or is_for_walls(path) else self.page(path)


class ProblemError(Exception):
    """Raised by a view that cannot go on; becomes a `Problem`."""

    def __init__(self, code: str, detail: str | Promise = "", *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code, self.detail, self.retry_after = code, detail, retry_after


FRAMEWORK: tuple[tuple[type[exceptions.APIException], str], ...] = (
    (exceptions.NotAuthenticated, "key_required"),
    (exceptions.AuthenticationFailed, "key_required"),
    (exceptions.PermissionDenied, "forbidden"),
    (exceptions.NotFound, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "throttled"),
    (exceptions.ValidationError, "invalid"),
    (exceptions.ParseError, "invalid"),
)


def _own_sentence(error: exceptions.APIException) -> str:
    """What the view itself says of the input, if it does: the framework's own words are not for visitors."""
    if not isinstance(error, exceptions.ValidationError | exceptions.NotFound):
        return ""
    said: Any = error.detail
    while isinstance(said, dict | list):
        said = next(iter(said.values() if isinstance(said, dict) else said), "")
    return "" if said in {error.default_detail, ""} else str(said)


FORESEEN: tuple[tuple[type[Exception], str], ...] = (
    (visits.UnknownVisit, "not_found"),
    (visits.VisitGone, "gone"),
    (moderation.NoSuchLabel, "not_found"),
    (moderation.NotRevealable, "withheld"),
    (Http404, "not_found"),
    (PermissionDenied, "forbidden"),
    (RequestDataTooBig, "too_large"),
    (SuspiciousOperation, "invalid"),
    (DjangoBadRequest, "invalid"),
    (MultiPartParserError, "invalid"),
)


# Every exception that means a problem.
KNOWN: tuple[type[Exception], ...] = (
    ProblemError,
    Busy,
    exceptions.APIException,
    ClassifierError,
    moderation.NotForWalls,
    *StoreUnavailable,
    *(kind for kind, _code in FORESEEN),
)


def handle_exception(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """REST framework's exception handler: every exception becomes a problem, an unforeseen one `internal`.

    A Django response rather than the framework's own: a problem stays JSON when the caller asked for a picture.
    """
    problem = Problem.of(error)
    if problem is None:
        logger.error("Unforeseen exception on the API", exc_info=error)
        problem = Problem("internal")
    response = problem.response()
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


# --- Django's own handlers, named in urls.py ------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400, and whatever else Django counts as a suspicious request."""
    if request.path.startswith(API):
        return (Problem.of(exception) or Problem("invalid")).response()
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """403."""
    if request.path.startswith(API):
        return Problem("forbidden").response()
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404."""
    if request.path.startswith(API):
        return Problem("not_found").response()
    return defaults.page_not_found(request, exception)


def internal(request: HttpRequest) -> HttpResponseBase:
    """500; Django has already logged why."""
    if request.path.startswith(API):
        return Problem("internal").response()
    return defaults.server_error(request)
