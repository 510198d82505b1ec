"""A terminal: one page for a whole visit, where its camera's picture arrives, and what is asked before the wall."""

import asyncio

from asgiref.sync import sync_to_async
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from curation import moderation, visits
from curation.models import ConsentTally
from exhibition import route
from exhibition.gallery import consent, terminal_wording
from exhibition.gallery.models import Screen
from exhibition.gallery.pairing import paired, paired_screen
from exhibition.intake import let_go
from exhibition.public import results
from exhibition.public.forms import PhotoForm
from exhibition.public.submission import Refused, accepted, asked_of, problem, refusals
from exhibition.public.views import groups_are_withheld, state_of_the_machine

KIND = "terminal"


class TerminalForm(PhotoForm):
    """A picture from a terminal; its consent names the version of the text that was agreed to."""

    consent = forms.CharField(max_length=64, error_messages={"required": "consent_missing"})  # type: ignore[assignment]

    def clean_consent(self) -> str:
        """The version, unless the text has changed since the visitor read it."""
        version: str = self.cleaned_data["consent"]
        if version != consent.VERSION:
            raise ValidationError("consent_outdated")
        return version


@never_cache
@require_safe
@paired(KIND)
def terminal(request: HttpRequest) -> HttpResponse:
    """The page. Nothing of a visit is ever in it: that is asked for piece by piece, and wiped in the browser."""
    context = {
        "screen": paired_screen(request, KIND),
        "machine": state_of_the_machine(),
        "groups_withheld": groups_are_withheld(),
        "consent": consent,
        "said": terminal_wording.sentences(),
        "default_language": settings.LANGUAGE_CODE,
        "wall_seconds": settings.DISPLAY_SECONDS,
    }
    return render(request, "exhibition/terminal.html", context)


@never_cache
@require_POST
async def photo(request: HttpRequest) -> HttpResponse:
    """Take the camera's picture and say where its answer will be. JSON; the consent is counted, and no identity."""
    try:
        screen = await sync_to_async(_this_terminal)(request)
        upload = _agreed_picture(request)
        with refusals():
            visit = await asyncio.to_thread(_start, request, upload, screen)
        await sync_to_async(ConsentTally.count_one)(consent.VERSION)
        return accepted(visit)
    except Refused as refused:
        return problem(refused)


@never_cache
@require_GET
def question(request: HttpRequest, visit: str) -> HttpResponse:
    """Whether the visitor may be asked about the wall, and just what would hang there: words, and the box's label."""
    try:
        _check_visit_of(_this_terminal(request), visit)
        wall = asked_of(moderation.wall_question, visit)
        drawing = results.drawing(asked_of(moderation.answer, visit)) if wall["asked"] else None
    except Refused as refused:
        return problem(refused)
    if drawing:
        drawing["boxes"] = [{**box, "text": next(iter(wall["words"]), None)} for box in drawing["boxes"]]
    return JsonResponse({**wall, "drawing": drawing})


def _this_terminal(request: HttpRequest) -> Screen:
    screen = paired_screen(request, KIND)
    if screen is None:
        raise Refused("not_paired")
    return screen


def _agreed_picture(request: HttpRequest) -> "UploadedFile[bytes]":
    form = TerminalForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(form.code)
    upload: UploadedFile[bytes] = form.cleaned_data["photo"]
    return upload


def _start(request: HttpRequest, upload: "UploadedFile[bytes]", screen: Screen) -> str:
    picture = upload.read()
    let_go(request)
    return route.start_visit(picture, screen=screen.slug)


def _check_visit_of(screen: Screen, visit: str) -> None:
    if asked_of(visits.screen_of, visit) != screen.slug:
        raise Refused("unknown")
