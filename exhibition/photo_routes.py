"""Where a photograph may arrive: the one list by which bodies are capped and handlers are chosen.

These routes are async views, since each may wait for half a minute; all other pages are plain sync views.
"""

import re

PHOTO_ROUTES = frozenset({"/api/v1/classifications/", "/try/", "/terminal/photo/"})
WALL_ROUTE = re.compile(r"/terminal/visits/[^/]+/wall/")
CAMERA_PAGES = frozenset({"/try/", "/terminal/"})


def takes_photo(method: str, path: str) -> bool:
    """Whether a request may carry a photograph, and may wait for what becomes of it."""
    return method == "POST" and (path in PHOTO_ROUTES or is_for_walls(path))


def is_for_walls(path: str) -> bool:
    """Whether a photograph that arrives at `path` is a reduced one for the walls."""
    return WALL_ROUTE.fullmatch(path) is not None
