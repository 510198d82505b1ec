"""Why a visit came to nothing: stable codes, and a sentence for the visitor each."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "unreadable_photo": _("This file could not be read as a picture. Please try another one."),
    "photo_too_large": _("This picture is larger than 8 MB. Please send a smaller one."),
    "unsupported_format": _("This is not a JPEG, PNG or WebP picture. Please try another one."),
    "busy": _("Many people are waiting at the moment. Please try again shortly."),
    "machine_unavailable": _(
        "The machine is out of order at the moment. Your picture was discarded. Please try again."
    ),
    "deadline_passed": _("The machine did not answer in time. Your picture was discarded. Please try again."),
    "try_again": _("Something went wrong on our side. Your picture was discarded. Please try again."),
}
STATUS = {
    "unreadable_photo": 400,
    "photo_too_large": 413,
    "unsupported_format": 415,
    "busy": 429,
    "machine_unavailable": 503,
    "deadline_passed": 504,
    "try_again": 503,
}


def sentence(code: str) -> Promise:
    """What the visitor reads. Every code has one; an unknown code is a mistake of ours and raises KeyError."""
    return SENTENCES[code]
