"""The API of the main job: a photograph in, its words out, as the policy lets them be said."""

import asyncio
import re
import time
from typing import Any

from adrf.views import APIView as AsyncAPIView
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from curation import moderation
from exhibition import documents, route
from exhibition.access import KeyOrLoopback
from exhibition.intake import let_go
from exhibition.problems import ProblemError

MOST_SECONDS = 30
SECONDS = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
NO_STORE = {"Cache-Control": "no-store"}
BROKEN = ("unreadable_photo", "unsupported_format", "deadline_passed", "try_again")
AT_THE_DOOR = ("key_required", "forbidden", "internal")
OF_A_VISIT = ("not_found", "gone", "machine_unavailable", *AT_THE_DOOR)


class JpegRenderer(BaseRenderer):
    """Lets `Accept: image/jpeg` be negotiated; the view itself answers with the picture."""

    media_type = "image/jpeg"
    format = "jpeg"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        """Bytes as they are."""
        return data


class ShallowJSONParser(parsers.JSONParser):
    """JSON as deep as anybody needs: brackets by the thousand are the caller's mistake, not ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """What the body says.

        Raises:
            ParseError: it is no JSON, or nested beyond what can be read.
        """
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error


class Classifications(AsyncAPIView):  # type: ignore[misc]
    """Where photographs are posted."""

    authentication_classes = [KeyOrLoopback]
    permission_classes = [IsAuthenticated]
    # The last two carry no file; who sends one of them is told what is missing.
    parser_classes = [parsers.MultiPartParser, parsers.FormParser, ShallowJSONParser]
    renderer_classes = [JSONRenderer, JpegRenderer]

    @extend_schema(
        operation_id="classify",
        request={"multipart/form-data": documents.PhotoForm},
        parameters=[documents.WAIT, documents.OF_THE_PICTURE],
        responses={
            (200, "application/json"): documents.Result,
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            (202, "application/json"): documents.Started,
            **documents.problems(
                "invalid",
                "photo_too_large",
                "unsupported_media_type",
                "not_acceptable",
                "too_slow",
                "busy",
                "machine_unavailable",
                *BROKEN,
                *AT_THE_DOOR,
            ),
        },
    )
    async def post(self, request: Request) -> HttpResponseBase:
        """Post a photograph. It is held in memory, sealed, for seconds, and then discarded.

        With `Accept: image/jpeg` and `wait`, the answer is the photograph with its words drawn on it, as far as they
        are shown without asking. A picture needs `wait`: without it, or where the wait is over first, the answer is
        202 in JSON, and no picture is drawn later.
        """
        until = time.monotonic() + (seconds := _seconds_to_wait(request))
        drawn = seconds > 0 and request.accepted_renderer.media_type == JpegRenderer.media_type
        visit = await asyncio.to_thread(_accept, request, drawn=drawn)
        if seconds == 0 or not await route.wait_for_end(visit, seconds):
            return _started(request, visit)
        answer = _answered(await asyncio.to_thread(moderation.answer, visit))
        if not drawn or answer.status_code != 200:
            return answer
        picture = await route.drawn_picture(visit, max(0.0, until - time.monotonic()))
        if picture is None:
            return _started(request, visit)
        headers = {**NO_STORE, "Content-Location": reverse("visit", args=[visit])}
        return HttpResponse(picture, content_type=JpegRenderer.media_type, headers=headers)


class Visit(APIView):
    """Where a visit's result is."""

    authentication_classes = [KeyOrLoopback]
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="result",
        responses={
            200: documents.Result,
            202: documents.Pending,
            **documents.problems(*BROKEN, *OF_A_VISIT),
        },
    )
    def get(self, request: Request, visit: str) -> HttpResponseBase:
        """Read the result, for ten minutes. A visit that failed answers with its problem."""
        return _answered(moderation.answer(visit))

    @extend_schema(operation_id="forget", responses={204: None, **documents.problems(*OF_A_VISIT)})
    def delete(self, request: Request, visit: str) -> HttpResponseBase:
        """Delete the visit at once: its result, its links, and what was counted of it."""
        moderation.forget(visit)
        nothing = HttpResponse(status=204, headers=NO_STORE)
        del nothing["Content-Type"]  # Django's own, for a body that is not there
        return nothing


class Reveal(APIView):
    """Where a gate is opened."""

    authentication_classes = [KeyOrLoopback]
    permission_classes = [IsAuthenticated]
    parser_classes = [ShallowJSONParser, parsers.FormParser]

    @extend_schema(
        operation_id="reveal",
        request=documents.RevealForm,
        responses={
            200: documents.Result,
            **documents.problems("invalid", "unsupported_media_type", "withheld", *OF_A_VISIT),
        },
    )
    def post(self, request: Request, visit: str) -> HttpResponseBase:
        """Ask to read a gated word; the answer is the result with that gate open."""
        form = documents.RevealForm(data=request.data)
        if not form.is_valid():
            raise ProblemError("invalid", _("Say which label is to be opened: {“label”: its number}."))
        return _answered(moderation.reveal(visit, form.validated_data["label"]))


def _seconds_to_wait(request: Request) -> float:
    said = request.query_params.get("wait", "0")
    if not SECONDS.fullmatch(said) or float(said) > MOST_SECONDS:
        raise ProblemError("invalid", _("wait must be a number of seconds from 0 to 30."))
    return float(said)


def _accept(request: Request, *, drawn: bool) -> str:
    """Take the photograph out of the form and set it on its way; the answer is the visit's id."""
    files = [(name, file) for name, several in request.FILES.lists() for file in several]
    if [name for name, _file in files] != ["photo"]:
        raise ProblemError("invalid", _("Send one photograph, as a file in the form's field “photo”."))
    [(_name, photo)] = files
    if photo.size > settings.MAX_PHOTO_BYTES:
        raise ProblemError("photo_too_large")
    visit = route.start_visit(photo.read(), drawn=drawn)
    let_go(request._request)
    return visit


def _started(request: Request, visit: str) -> JsonResponse:
    url = request.build_absolute_uri(reverse("visit", args=[visit]))
    websocket = re.sub("^http", "ws", request.build_absolute_uri(f"/ws/visits/{visit}/"))
    document = {"visit": visit, "status": "pending", "url": url, "websocket": websocket}
    return JsonResponse(document, status=202, headers={**NO_STORE, "Location": url})


def _answered(answer: dict[str, Any]) -> JsonResponse:
    """`answer` of `curation.moderation`, with the status that says how the visit stands.

    Raises:
        ProblemError: the visit has failed.
    """
    if answer["status"] == "failed":
        raise ProblemError(answer["code"], answer["detail"])
    return JsonResponse(answer, status=202 if answer["status"] == "pending" else 200, headers=NO_STORE)
