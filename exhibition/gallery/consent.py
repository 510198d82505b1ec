"""What a visitor at a terminal agrees to. The text's version is its checksum, so that none can change unnoticed."""

import hashlib

from django.utils.translation import gettext_noop

NOTICE = (
    gettext_noop(
        "Your picture is held only in memory, encrypted while it waits, for up to 30 seconds, then discarded; if you "
        "send it to the wall, for 30 more. We keep the word, the day and the kind of screen."
    ),
    gettext_noop(
        "The test that searches files, store, database, logs and browser profile for a picture has not been run here "
        "yet. It cannot see cameras in the room or visitors’ phones."
    ),
    gettext_noop("We count how often this text is agreed to, and not by whom."),
)
AGREEMENT = gettext_noop("Everyone who will be in the picture has read this and agrees.")

VERSION = hashlib.sha256("\n".join((*NOTICE, AGREEMENT)).encode()).hexdigest()[:12]
