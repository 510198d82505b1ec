"""A visitor's picture and what the machine makes of it. Nothing here is stored by a browser or a proxy.

The browser's own script and a browser without scripts use the same addresses and the same templates: the script asks
for the piece of a page (`X-Fragment`), the plain browser for the whole.
"""

import asyncio
import base64
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curation import failures, moderation
from exhibition import route
from exhibition.intake import let_go
from exhibition.public import dictionary, results, wording
from exhibition.public.forms import LabelForm, PhotoForm
from exhibition.public.submission import Refused, accepted, asked_of, problem, refusals, with_retry
from exhibition.public.views import state_of_the_machine

DRAWING_SECONDS = 5
Context = dict[str, Any]


# --- a picture goes in ----------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def try_it(request: HttpRequest) -> HttpResponseBase:
    """The page for a picture; by POST it takes one.

    A browser with the script is told where the answer will be (202); one without is shown the answer itself.
    """
    if request.method != "POST":
        return await _page(request, "exhibition/try.html", await _try_context())
    scripted = request.accepts("application/json") and not request.accepts("text/html")
    try:
        visit = await _take(request, drawn=not scripted)
        return accepted(visit) if scripted else await _whole_answer(request, visit)
    except Refused as refused:
        if scripted:
            return problem(refused)
        context = {**await _try_context(), **_said(refused), "here": reverse("public:try")}
        return await _page(request, "exhibition/try.html", context, refused)


async def _take(request: HttpRequest, *, drawn: bool) -> str:
    """Start a visit with the form's picture.

    Raises:
        Refused: no consent, no picture, or the route does not take it.
    """
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(form.code)
    with refusals():
        return await asyncio.to_thread(_start, request, form.cleaned_data["photo"], drawn=drawn)


def _start(request: HttpRequest, upload: "UploadedFile[bytes]", *, drawn: bool) -> str:
    photo = upload.read()
    let_go(request)
    return route.start_visit(photo, drawn=drawn)


async def _whole_answer(request: HttpRequest, visit: str) -> HttpResponse:
    """The answer as one page, the picture inside it as data: it has no address of its own.

    Raises:
        Refused: the visit came to nothing.
    """
    await route.wait_for_end(visit, settings.DEADLINE_SECONDS + 1)
    context = await sync_to_async(_answer_context)(visit)
    if "code" in context:
        raise Refused(context["code"])
    picture = await route.drawn_picture(visit, DRAWING_SECONDS)
    if picture:
        context["picture"] = base64.b64encode(picture).decode()
    return await _page(request, "exhibition/answer.html", context)


async def _try_context() -> Context:
    machine = await asyncio.to_thread(state_of_the_machine)
    said = {code: sentence for code, (_, sentence) in wording.REFUSED.items()} | failures.SENTENCES
    return {"machine": machine, "said": {**said, **wording.BROWSER}}


# --- the answer -----------------------------------------------------------------------------------------------------


@never_cache
@require_GET
def answer(request: HttpRequest, visit: str) -> HttpResponse:
    """The answer without its picture, which only the visitor's browser has; 202 while there is none."""
    try:
        return _answer_page(request, _answer_context(visit))
    except Refused as refused:
        return _refusal(request, refused)


@never_cache
@require_POST
def reveal(request: HttpRequest, visit: str) -> HttpResponse:
    """Open one gate, or close it again. The picture is not shown: nothing of it was kept."""
    form = LabelForm(request.POST)
    if not form.is_valid():
        raise Http404
    label, hide = form.cleaned_data["label"], form.cleaned_data["hide"]
    try:
        document = asked_of(moderation.hide if hide else moderation.reveal, visit, label)
        return _answer_page(request, _context_of(document))
    except Refused as refused:
        return _refusal(request, refused)


@never_cache
@require_POST
def delete(request: HttpRequest, visit: str) -> HttpResponse:
    """End the visit and take back what it counted."""
    try:
        asked_of(moderation.forget, visit)
    except Refused as refused:
        return _refusal(request, refused)
    return render(request, _whole_or_piece(request, "deleted"), {"back": reverse("public:try")})


@never_cache
@require_GET
def entry(request: HttpRequest, visit: str, label: int) -> HttpResponse:
    """The dictionary's entry behind a label, without the picture and, while it is gated, without its id."""
    return _entry(request, visit, label, asked=False)


@never_cache
@require_POST
def reveal_entry(request: HttpRequest, visit: str, label: int) -> HttpResponse:
    """The same entry, asked for."""
    return _entry(request, visit, label, asked=True)


def _entry(request: HttpRequest, visit: str, label: int, *, asked: bool) -> HttpResponse:
    try:
        wnid = asked_of(moderation.entry, visit, label)
    except Refused as refused:
        return _refusal(request, refused)
    gate = reverse("public:visit-entry-reveal", args=[visit, label])
    return dictionary.page(request, wnid, asked=asked, gate=gate, from_a_picture=True)


# --- within ---------------------------------------------------------------------------------------------------------


def _answer_context(visit: str) -> Context:
    return _context_of(asked_of(moderation.answer, visit))


def _context_of(document: results.Document) -> Context:
    # `here` is where the page is found again, in another language too, when a POST brought it.
    here = reverse("public:visit", args=[document["visit"]])
    context: Context = {"answer": document, "back": reverse("public:try"), "here": here}
    if document["status"] == "failed":
        return {**context, "code": document["code"], **_said(Refused(document["code"]))}
    if document["status"] == "done":
        context |= {"labels": results.labels(document), "drawing": results.drawing(document)}
    return context


def _answer_page(request: HttpRequest, context: Context) -> HttpResponse:
    status = context["answer"]["status"]
    if status == "pending":
        return render(request, _whole_or_piece(request, "pending"), context, status=202)
    if status == "failed":
        return _refusal(request, Refused(context["code"]))
    # A terminal's own page has the buttons, and no second tab to open an entry in.
    on_terminal = request.headers.get("X-Fragment") == "terminal"
    return render(request, _whole_or_piece(request, "answer"), {**context, "on_terminal": on_terminal})


def _whole_or_piece(request: HttpRequest, name: str) -> str:
    return f"exhibition/_{name}.html" if "X-Fragment" in request.headers else f"exhibition/{name}.html"


def _said(refused: Refused) -> Context:
    return {"problem": wording.problem(refused.code)[1]}


def _refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    status = wording.problem(refused.code)[0]
    context = {**_said(refused), "back": reverse("public:try")}
    return render(request, _whole_or_piece(request, "refusal"), context, status=status)


async def _page(request: HttpRequest, template: str, context: Context, refused: Refused | None = None) -> HttpResponse:
    # Rendered in the thread that may touch database and session.
    status = wording.problem(refused.code)[0] if refused else 200
    response = await sync_to_async(render)(request, template, context, status=status)
    return with_retry(response, refused) if refused else response
