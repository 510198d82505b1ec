"""Pictures for the walls: from the terminal that may send one, to the walls that may show it."""

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from classifier import photo_store
from classifier.store import StoreUnavailable
from curation import displays
from exhibition import route
from exhibition.gallery.models import Screen
from exhibition.gallery.pairing import paired_screen
from exhibition.intake import let_go
from exhibition.problems import KNOWN, Problem, ProblemError

NO_STORE = {"Cache-Control": "no-store"}


@require_POST
async def send_to_walls(request: HttpRequest, visit: str) -> HttpResponse:
    """Hang the picture of a visit that began at this terminal on the walls of its room.

    Answers when it hangs, 202 with `{"display", "seconds"}`, or with the problem: 403 from elsewhere, 409 where the
    visit is not one for the walls or has sent its picture, 422 for a picture that is not the visit's.
    """
    try:
        screen, walls = await sync_to_async(_terminal_and_walls)(request)
        picture = _picture(request)
        display, seconds = await route.send_to_walls(visit, picture, screen=screen.slug, room=screen.room, walls=walls)
    except KNOWN as error:
        return _problem(error)
    return JsonResponse({"display": display, "seconds": seconds}, status=202, headers=NO_STORE)


@require_safe
def picture(request: HttpRequest, display: str) -> HttpResponse:
    """The picture that hangs as `display`, for the walls of its room alone; to everybody else there is nothing."""
    try:
        found = _seen_by(paired_screen(request, "wall"), display)
    except StoreUnavailable as error:
        return _problem(error)
    if found is None:
        return Problem("not_found").response()
    return HttpResponse(found, content_type="image/jpeg", headers=NO_STORE)


def _seen_by(wall: Screen | None, display: str) -> bytes | None:
    """The picture, if it hangs, and in the room of `wall`."""
    hanging = displays.find(display) if wall else None
    if wall is None or hanging is None or hanging.room != wall.room:
        return None
    return photo_store.look(displays.ticket(display))


def _terminal_and_walls(request: HttpRequest) -> tuple[Screen, list[str]]:
    screen = paired_screen(request, "terminal")
    if screen is None:
        raise ProblemError("forbidden", _("This screen is not, or no longer, a terminal of this exhibition."))
    return screen, Screen.objects.walls_of(screen.room)


def _picture(request: HttpRequest) -> bytes:
    """The one file of the form, which is not kept for as long as its sender waits."""
    files = [(name, file) for name, several in request.FILES.lists() for file in several]
    if [name for name, _file in files] != ["photo"]:
        raise ProblemError("invalid")
    [(_name, file)] = files
    if (file.size or 0) > settings.MAX_DISPLAY_BYTES:
        raise ProblemError("display_too_large")
    found: bytes = file.read()
    let_go(request)
    return found


def _problem(error: Exception) -> HttpResponse:
    """What one of `KNOWN` means to the script that asked."""
    return (Problem.of(error) or Problem("internal")).response()
