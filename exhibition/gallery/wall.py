"""`/wall/`: the page of a paired wall. What hangs on it comes over its websocket."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exhibition.gallery.models import Kind
from exhibition.gallery.pairing import paired, paired_screen


@never_cache
@require_safe
@paired(Kind.WALL)
def wall(request: HttpRequest) -> HttpResponse:
    """The wall; what is written on it is said in every language of the house, the device's own first."""
    languages = sorted((code for code, _ in settings.LANGUAGES), key=lambda code: code != get_language())
    context = {
        "screen": paired_screen(request, Kind.WALL),
        "languages": languages,
        "seconds": settings.DISPLAY_SECONDS,
    }
    return render(request, "exhibition/wall.html", context)
