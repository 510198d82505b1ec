"""A visitor's picture made ready for a wall: looked at again, since anybody could have sent another."""

import io

from PIL import Image

from classifier import containers
from classifier.errors import AnotherFace, NoFace, SeveralFaces, UnreadableDisplay, UnreadablePhoto, UnsupportedFormat
from classifier.faces import FaceFinder
from classifier.formats import sniff
from classifier.imaging import Photograph, decode_photo
from classifier.results import Box, Prepared

LONGEST_SIDE = 1280  # pixels
LEAST_OVERLAP = 0.5  # of the visit's face and the one that is found now: intersection over union
QUALITY = 85


def prepare(data: bytes, box: Box, finder: FaceFinder) -> tuple[bytes, Prepared]:
    """Decode a picture, see that it shows the visit's face and nobody else's, and write it anew.

    Args:
        data: the whole file, as the browser wrote it.
        box: the visit's one face, in fractions of the visitor's photograph.
        finder: the machine's own.
    Returns:
        a JPEG without metadata, its longer side at most `LONGEST_SIDE` pixels, and what is known of it.
    Raises:
        UnreadableDisplay: no picture, a damaged one, or one with something else behind its end.
        NoFace, SeveralFaces: not exactly one face.
        AnotherFace: it lies elsewhere than the visit's, `LEAST_OVERLAP` being the least.
    """
    photo = _decode(data)
    found = [face.box for face in finder.find(photo.pixels)]
    if not found:
        raise NoFace
    if len(found) > 1:
        raise SeveralFaces
    if overlap(found[0], box) < LEAST_OVERLAP:
        raise AnotherFace
    height, width = photo.pixels.shape[:2]
    file = io.BytesIO()
    Image.fromarray(photo.pixels).save(file, "JPEG", quality=QUALITY)
    return file.getvalue(), Prepared(width, height, found[0])


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0–1."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(0.0, across) * max(0.0, down)
    union = one.width * one.height + other.width * other.height - shared
    return shared / union if union > 0 else 0.0


def _decode(data: bytes) -> Photograph:
    try:
        photo = decode_photo(data, longest_side=LONGEST_SIDE)
    except (UnreadablePhoto, UnsupportedFormat) as error:
        raise UnreadableDisplay from error
    # Writing anew would leave it behind; but a browser writes no such file, so nobody was asked about this one.
    if containers.has_tail(data, sniff(data) or ""):
        raise UnreadableDisplay
    return photo
