"""What a terminal says of its own accord, when no server is asked: whole sentences, failures by name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from curation import failures
from exhibition.public import wording

_OWN: dict[str, Promise] = {
    "alt_ready": _("The picture taken, not yet sent."),
    "alt_answered": wording.BROWSER["alt_answered"],
    "alt_wall": _("The picture as it would hang on the wall."),
    "camera_open": _("The camera is on. Nothing is sent."),
    "camera_closed": _("The camera is off. Nothing was sent."),
    "camera_refused": _(
        "The camera was refused: this browser does not allow it here. Nothing was sent. Please tell the staff."
    ),
    "camera_missing": _("The camera is missing: none was found on this terminal. Nothing was sent."),
    "camera_failed": _("The camera is in use: another program holds it, or it did not start. Nothing was sent."),
    "camera_unplugged": _("The camera was unplugged or switched off. Nothing was sent."),
    "ready": _("The picture is taken, and the camera is off. Nothing has been sent yet."),
    "sending": _("The picture is on its way."),
    "waiting": _("The picture is waiting for the machine."),
    "waiting_one": _("One picture is before this one. It takes about {seconds} s."),
    "waiting_many": _("{ahead} pictures are before this one. It takes about {seconds} s."),
    "looking": _("The machine is looking at the picture."),
    "slow": wording.BROWSER["slow"],
    "cancelled": _("Cancelled. Whatever had been sent is discarded. Your picture is still on this screen alone."),
    "network": _("The network is gone. Your picture is still on this screen alone; it can be sent again."),
    "network_lost": _("The network is gone. This screen keeps looking for it."),
    "network_back": _("The network is back."),
    "ended": _("The picture is gone from this screen. The answer ends by itself within ten minutes."),
    "ended_after_wall": _("The picture is gone from the wall and from this screen."),
    "ended_deleted": _("Deleted. The picture and the answer are gone, and the count was taken back."),
    "ended_delete_failed": _(
        "The picture is gone from this screen. The answer could not be reached; it ends by itself within ten minutes, "
        "and a picture on the wall within 30 seconds."
    ),
    "to_the_wall": _("On its way to the wall"),
    "hanging": _("On the wall for {seconds} seconds"),
    "wall_network": _(
        "The network is gone. Whether the picture reached the wall is not known; it ends there by itself."
    ),
    "not_paired": wording.REFUSED["not_paired"][1],
    "consent_outdated": wording.REFUSED["consent_outdated"][1],
}


def sentences() -> dict[str, Promise]:
    """By key: what the machine's failures are called, then what a terminal says itself."""
    return {**failures.SENTENCES, **_OWN}
