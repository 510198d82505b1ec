"""Why a visit came to nothing: stable codes, and a sentence for the visitor each."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "unreadable_photo": _(
        "This file could not be read as a picture, or has more than 25 million pixels (WebP: 12.5 million). "
        "Please try another one."
    ),
    "photo_too_large": _("This picture is larger than 8 MB. Please send a smaller one."),
    "unsupported_format": _("This is not a JPEG, PNG or WebP picture. Please try another one."),
    "busy": _("Many people are waiting at the moment. Please try again shortly."),
    "machine_unavailable": _(
        "The machine is out of order. Your picture was discarded. Staff have to mend it first; please tell them."
    ),
    "deadline_passed": _("The machine did not answer in time. Your picture was discarded. Please try again."),
    "try_again": _("Something went wrong on our side. Your picture was discarded. Please try again."),
}
# Why a picture does not go to the walls.
WALL_SENTENCES: dict[str, Promise] = {
    "display_unreadable": _("The picture for the wall could not be read, and was discarded. Nothing is shown."),
    "display_no_face": _("No face was found in the picture for the wall. It was discarded, and nothing is shown."),
    "display_several_faces": _(
        "More than one face was found in the picture for the wall, and only one person was asked. It was discarded."
    ),
    "display_another_face": _("The picture for the wall is not the one that was labelled. It was discarded."),
    "display_too_large": _("The picture for the wall is larger than 1 MB. It was discarded."),
    "wall_another_terminal": _("Only the terminal where a picture was taken can send it to the wall."),
    "wall_no_result": _("There is no result that could be shown on the wall."),
    "wall_not_one_face": _("Only pictures with exactly one face go to the wall."),
    "wall_not_read": _("A word has to be read before it is decided whether others see the picture."),
    "wall_not_asked": _("Nobody was asked whether this picture may be shown on the wall. Nothing is shown."),
    "wall_used": _("This picture was already sent to the wall."),
}
STATUS = {
    "unreadable_photo": 400,
    "photo_too_large": 413,
    "unsupported_format": 415,
    "busy": 429,
    "machine_unavailable": 503,
    "deadline_passed": 504,
    "try_again": 503,
    **dict.fromkeys(WALL_SENTENCES, 409),
    **dict.fromkeys(("display_unreadable", "display_no_face", "display_several_faces", "display_another_face"), 422),
    "display_too_large": 413,
    "wall_another_terminal": 403,
}


def sentence(code: str) -> Promise:
    """What the visitor reads. Every code has one; an unknown code is a mistake of ours and raises KeyError."""
    return SENTENCES[code] if code in SENTENCES else WALL_SENTENCES[code]
