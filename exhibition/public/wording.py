"""What the pages say about harms, refusals and failures: whole sentences, in every language of the house."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from curation import failures
from hierarchy.policy import Category, Level

ENTRY: dict[str, Promise] = {
    Category.SLUR: _("an entry that is a slur"),
    Category.RACE: _("an entry about race"),
    Category.RELIGION: _("an entry about religion"),
    Category.SEXUALITY: _("an entry about sexuality"),
    Category.POLITICS: _("an entry about politics"),
    Category.HEALTH: _("an entry about health"),
    Category.ORIGIN: _("an entry about origin"),
    Category.CRIME: _("an entry about crime"),
    Category.VICTIMHOOD: _("an entry about being a victim"),
    Category.SUBSTANCE: _("an entry about drink or drugs"),
    Category.CLASS: _("an entry about class"),
    Category.GENDER: _("an entry about gender"),
    Category.AGE: _("an entry about age"),
    Category.MISFORTUNE: _("an entry about misfortune"),
    Category.CHARACTER: _("an entry that judges somebody’s character"),
    Category.NAMED: _("an entry about one person of history"),
}
LEVEL: dict[str, Promise] = {
    Level.SLUR: _("slur"),
    Level.DEMEANING: _("demeaning"),
    Level.SENSITIVE: _("sensitive"),
}
# Why a default rule marked an entry, by the rule's kind.
RULE: dict[str, Promise] = {
    "usage_domain": _("WordNet itself files the word under this usage."),
    "hyponyms_of": _("It stands in a branch that is marked as a whole."),
    "gloss": _("The definition says so in its wording."),
    "wnids": _("It is on a list of entries."),
}
UNREAD = _("an entry that nobody here has yet read for use beside a living face")

HIDDEN = _("It stays hidden until you ask for it.")
NOT_ON_PEOPLE = _("This museum does not put such words on living people.")
NOT_UNDER_PICTURES = _("This museum does not put such words under a picture.")

# What these pages refuse by themselves; `curation.failures` has the sentences of the machine's own codes.
REFUSED: dict[str, tuple[int, Promise]] = {
    "consent_missing": (
        400,
        _(
            "Nothing was sent on: please tick that you are the person in the picture, "
            "or that everyone in it has agreed."
        ),
    ),
    "photo_missing": (400, _("Nothing was sent on: please choose a picture first.")),
    "consent_outdated": (409, _("The text has changed since it was read. Please read it again.")),
    "not_paired": (403, _("This screen is not, or no longer, a terminal of this exhibition.")),
    "unknown": (404, _("There is no such answer here.")),
    "gone": (410, _("This answer has been deleted, or its ten minutes are over. It cannot be brought back.")),
    "not_revealable": (
        403,
        _("This museum does not put that word beside a picture. Its entry can be read on its own."),
    ),
}


def problem(code: str) -> tuple[int, Promise]:
    """The status and the sentence of `code`."""
    return REFUSED[code] if code in REFUSED else (failures.STATUS[code], failures.sentence(code))


# What the browser says of its own accord, when no server is asked.
BROWSER: dict[str, Promise] = {
    "one_picture": _("Please give one picture at a time, as a file. Addresses of pictures are not taken."),
    "not_a_picture": _("This browser could not read that file as a picture. JPEG, PNG and WebP work."),
    "ready": _("The picture is ready. Nothing has been sent yet."),
    "alt_ready": _("The picture chosen, not yet sent."),
    "alt_answered": _("Your picture, with a green box around each face that was found."),
    "camera_refused": _(
        "The camera was not allowed. It can be allowed in the browser’s settings, or a file can be chosen instead."
    ),
    "camera_missing": _("No camera was found. A file can be chosen instead."),
    "camera_failed": _(
        "The camera could not be started; another program may be using it. A file can be chosen instead."
    ),
    "camera_open": _("The camera is on. Nothing is sent."),
    "camera_closed": _("The camera is off. Nothing was sent."),
    "sending": _("The picture is on its way."),
    "waiting": _("The picture is waiting for the machine."),
    "looking": _("The machine is looking at the picture."),
    "slow": _("This takes longer than usual. After twenty seconds it is given up, and you are told so."),
    "cancelled": _("Cancelled. Whatever had been sent is discarded. Your picture is still here."),
    "network": _("The connection was lost. Your picture is still here; please try again."),
    "deleted": _("Deleted. The picture is gone from this page, and the answer is gone from here."),
    "delete_failed": _(
        "The picture is gone from this page. The answer could not be reached; it ends by itself within ten minutes."
    ),
}
