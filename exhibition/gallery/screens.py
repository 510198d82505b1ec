"""A device asks to become a screen; staff say which, and end it."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.models import User
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from classifier.store import StoreUnavailable
from curation import presence
from exhibition.gallery import pairing
from exhibition.gallery.forms import ApprovalForm, ScreenForm
from exhibition.gallery.models import Kind, Pairing, Screen

# What the device that shows a code says of its own accord.
SAID: dict[str, Promise] = {
    "waiting": gettext_lazy("Waiting for approval. The code lasts {minutes} minutes more."),
    "waiting_one": gettext_lazy("Waiting for approval. The code lasts one minute more."),
    "approved": gettext_lazy("Approved."),
    "expired": gettext_lazy("The code’s time is up. Here comes a new one."),
    "unreached": gettext_lazy("The server does not answer. This screen goes on asking."),
}

# --- on the device --------------------------------------------------------------------------------------------------


@never_cache
@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """The code of a device that is no screen yet; by JSON, whether it has become one."""
    kind = request.GET.get("kind", "")
    if not kind:
        return render(request, "exhibition/screen.html", {"kinds": Kind.choices})
    if kind not in Kind.values:
        raise Http404
    found = pairing.paired_screen(request, kind)
    if request.accepts("application/json") and not request.accepts("text/html"):
        return _state(found, pairing.waiting(request, kind))
    if found:
        return HttpResponseRedirect(found.address)
    try:
        waiting = pairing.waiting(request, kind) or pairing.begin(kind)
    except pairing.TooManyWaiting:
        return render(request, "exhibition/screen.html", {"busy": True}, status=429)
    context = {
        "kind": Kind(kind),
        "code": waiting.code,
        "seconds": int((waiting.expires - timezone.now()).total_seconds()),
        "address": request.build_absolute_uri(reverse("gallery:staff-screens")),
        "said": SAID,
    }
    response = render(request, "exhibition/screen.html", context)
    pairing.keep(response, request, kind, waiting.token)
    return response


def _state(found: Screen | None, waiting: pairing.Waiting | None) -> JsonResponse:
    if found:
        return JsonResponse({"state": "paired", "address": found.address})
    return JsonResponse({"state": "waiting" if waiting else "expired"})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, link: str) -> HttpResponse:
    """A one-time link: a page with one button, since a preview of the link shall not spend it."""
    try:
        if request.method != "POST":
            context = {"screen": pairing.screen_of_link(link)}
            return render(request, "exhibition/screen_link.html", context)
        found, token = pairing.redeem(link)
    except pairing.LinkSpent:
        return render(request, "exhibition/screen_link.html", {"screen": None}, status=410)
    response = HttpResponseRedirect(found.address)
    pairing.keep(response, request, found.kind, token)
    return response


# --- staff ----------------------------------------------------------------------------------------------------------


@never_cache
@staff_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """Every screen, whether it is there, and who paired it; by POST, one more."""
    form = ScreenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        messages.success(request, _("%(screen)s was added.") % {"screen": form.save()})
        return HttpResponseRedirect(reverse("gallery:staff-screens"))
    in_force = Prefetch("pairings", Pairing.objects.in_force().select_related("approved_by"), to_attr="in_force")
    context = {
        "screens": Screen.objects.prefetch_related(in_force),
        "approval": ApprovalForm(),
        "addition": form,
        "connected": _connected(),
    }
    return render(request, "exhibition/staff_screens.html", context)


@never_cache
@staff_member_required
@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Make the device that shows the code the screen that was chosen."""
    form = ApprovalForm(request.POST)
    if form.is_valid():
        _approve(request, form.cleaned_data["code"], form.cleaned_data["screen"])
    else:
        messages.error(request, _("A code and a screen are needed."))
    return HttpResponseRedirect(reverse("gallery:staff-screens"))


@never_cache
@staff_member_required
@require_POST
def revoke(request: HttpRequest, slug: str) -> HttpResponse:
    """End a screen's pairing."""
    found = get_object_or_404(Screen, slug=slug)
    if pairing.revoke(found, _staff(request)):
        messages.success(request, _("%(screen)s is no longer paired.") % {"screen": found})
    else:
        messages.info(request, _("%(screen)s was not paired.") % {"screen": found})
    return HttpResponseRedirect(reverse("gallery:staff-screens"))


def _approve(request: HttpRequest, code: str, found: Screen) -> None:
    try:
        pairing.approve(code, found, _staff(request))
    except pairing.WrongCode:
        messages.error(request, _("No screen shows this code now. Codes last ten minutes and work once."))
    except pairing.WrongKind:
        messages.error(request, _("The device asks to be something else than %(screen)s is.") % {"screen": found})
    except pairing.TooManyTries:
        messages.error(request, _("Too many wrong codes. Please wait ten minutes."))
    except StoreUnavailable:
        messages.error(request, _("The store is out of reach. Please try again."))
    else:
        messages.success(request, _("The device is now %(screen)s.") % {"screen": found})


def _staff(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):  # the decorator has let nobody else pass
        raise Http404
    return user


def _connected() -> frozenset[str]:
    try:
        return frozenset(presence.connected())
    except StoreUnavailable:
        return frozenset()
