"""Problem details: a stable code, a status and a sentence; never a trace."""

import json

import pytest
from django.http import Http404
from django.test import RequestFactory
from redis import ConnectionError as StoreConnectionError
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated, Throttled
from rest_framework.views import APIView

from classifier.errors import MachineUnavailable, UnreadablePhoto, UnsupportedFormat
from curation.moderation import NotRevealable
from curation.visits import UnknownVisit, VisitGone
from exhibition import problems
from exhibition.problems import KINDS, Problem, ProblemError, handle_exception
from exhibition.route import Busy

CONTRACT = {
    "unreadable_photo": 400,
    "photo_too_large": 413,
    "unsupported_format": 415,
    "busy": 429,
    "machine_unavailable": 503,
    "deadline_passed": 504,
}


def answered(error):
    response = handle_exception(error, {"view": APIView()})
    return response, json.loads(response.content)


def test_the_contracts_codes_have_the_contracts_statuses():
    assert {code: KINDS[code].status for code in CONTRACT} == CONTRACT


@pytest.mark.parametrize("code", KINDS)
def test_every_problem_has_the_members_of_the_standard_and_a_sentence(code):
    response = Problem(code).response()
    body = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert body["status"] == response.status_code == KINDS[code].status
    assert body["code"] == code
    assert body["type"].endswith(code)
    assert body["title"]
    assert body["detail"].endswith((".", "!"))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnreadablePhoto("x"), "unreadable_photo"),
        (UnsupportedFormat("x"), "unsupported_format"),
        (MachineUnavailable("x"), "machine_unavailable"),
        (Busy(3), "busy"),
        (UnknownVisit(), "not_found"),
        (VisitGone(), "gone"),
        (NotRevealable(), "withheld"),
        (Http404(), "not_found"),
        (NotAuthenticated(), "key_required"),
        (ProblemError("deadline_passed"), "deadline_passed"),
    ],
)
def test_what_a_view_raises_becomes_its_problem(error, code):
    assert answered(error)[1]["code"] == code


def test_a_busy_machine_says_when_to_come_back():
    assert answered(Busy(7))[0]["Retry-After"] == "7"


def test_a_throttled_caller_is_told_when_to_come_back():
    response, body = answered(Throttled(wait=12))
    assert (body["code"], response["Retry-After"]) == ("throttled", "12")


def test_a_lost_store_is_a_machine_out_of_order_for_a_moment():
    response, body = answered(StoreConnectionError("redis://secret@host"))
    assert (response.status_code, body["code"], "secret" in str(body)) == (503, "machine_unavailable", False)
    assert response["Retry-After"]


def test_a_missing_key_names_the_scheme():
    assert answered(NotAuthenticated())[0]["WWW-Authenticate"] == "Bearer"


def test_a_wrong_method_is_told_which_are_right():
    response, body = answered(MethodNotAllowed("PATCH"))
    assert body["code"] == "method_not_allowed"
    assert "OPTIONS" in response["Allow"]


def test_an_unforeseen_exception_is_logged_and_says_nothing_of_itself(caplog):
    _, body = answered(ZeroDivisionError("a secret of the house"))
    assert (body["status"], body["code"]) == (500, "internal")
    assert "secret" not in json.dumps(body)
    assert "Unforeseen" in caplog.text


def test_the_sentences_own_markup_is_escaped_on_a_page():
    page = Problem("invalid", "<script>").page().content
    assert b"<script>" not in page
    assert b"&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("handler", "status"),
    [
        (lambda request: problems.bad_request(request, ValueError()), 400),
        (lambda request: problems.forbidden(request, ValueError()), 403),
        (lambda request: problems.not_found(request, Http404()), 404),
        (problems.internal, 500),
    ],
)
def test_below_api_djangos_own_errors_are_problems_and_elsewhere_pages(handler, status):
    api = handler(RequestFactory().get("/api/v1/nowhere/"))
    page = handler(RequestFactory().get("/nowhere/"))
    assert (api.status_code, api["Content-Type"]) == (status, "application/problem+json")
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (status, "text/html")
