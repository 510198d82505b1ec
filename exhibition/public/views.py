"""The start page and the machine's own page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from classifier.machine_state import MachineState, machine_state
from classifier.store import StoreUnavailable
from exhibition.public.history import HISTORY
from exhibition.public.machine_card import figures
from hierarchy import policy


def state_of_the_machine() -> MachineState:
    """How the machine is; a store out of reach counts as out of order, and says so."""
    try:
        return machine_state()
    except StoreUnavailable:
        return MachineState(ready=False, reason=_("The store through which it is reached does not answer."))


def groups_are_withheld() -> bool:
    """Whether the preset in force keeps words for race, religion and the like from living faces altogether."""
    religion = policy.Standing(frozenset({policy.Mark(policy.Level.SENSITIVE, policy.Category.RELIGION)}))
    said = policy.treatment(religion, policy.Subject.LIVING_FACE, policy.Surface.OWN_RESULT)
    return said is policy.Treatment.WITHHOLD


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, a warning, what is kept, the ways in, how the machine is, and what it follows."""
    context = {
        "machine": state_of_the_machine(),
        "history": HISTORY,
        "groups_withheld": groups_are_withheld(),
    }
    return render(request, "exhibition/start.html", context)


@require_safe
def machine(request: HttpRequest) -> HttpResponse:
    """What the machine is, for adults and for children, with the figures of the one that is running."""
    context = {
        "machine": state_of_the_machine(),
        "figures": figures(),
        "lexicon": settings.LEXICON,
        "policy": policy.active().identity,
    }
    return render(request, "exhibition/machine.html", context)
