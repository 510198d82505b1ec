"""`/dashboard/`: the house at this moment, for staff. Figures and screens; no words, no faces.

Figures and screens come over the dashboard's websocket, the machine's state by asking every few seconds: it is the
one thing that cannot say of itself that it has fallen silent.
"""

from dataclasses import asdict

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exhibition.gallery.models import Screen
from exhibition.public.views import state_of_the_machine

# Shorter than what visitors are told; in the order in which they stand on the page.
FAILURES: dict[str, Promise] = {
    "deadline_passed": _("No answer in time"),
    "machine_unavailable": _("Machine out of order"),
    "try_again": _("Our mistake"),
    "unreadable_photo": _("Not readable as a picture"),
}
SAID: dict[str, Promise] = {
    "live": _("Live: these figures are of this moment."),
    "broken": _("The live line has been broken since {time}. Figures and screens are as they were then."),
    "machine_working": _("working"),
    "machine_broken": _("out of order"),
    "machine_unknown": _("not known: the server does not answer"),
    "connected": _("connected"),
    "away": _("not connected"),
}


@never_cache
@staff_member_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The page; its figures come over the websocket."""
    context = {"screens": Screen.objects.all(), "failures": FAILURES, "said": SAID}
    return render(request, "exhibition/dashboard.html", context)


@never_cache
@staff_member_required
@require_safe
def machine(_request: HttpRequest) -> JsonResponse:
    """How the machine is: `ready`, `reason`, `seconds` that a photograph usually takes, `workers`, `model`."""
    return JsonResponse(asdict(state_of_the_machine()))
