"""Searching."""

import re
import unicodedata


def fold(text: str) -> str:
    """`text` as searches compare it: no case, no accents, one space for anything that is no letter or digit."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", " ", letters).strip()
