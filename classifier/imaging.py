"""From a visitor's bytes to upright pixels: the only place where photographs are decoded."""

import io
import math
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from PIL import Image

from classifier import containers
from classifier.errors import UnreadablePhoto, UnsupportedFormat
from classifier.formats import sniff

Pixels = npt.NDArray[np.uint8]

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = {5, 6, 7, 8}  # orientations that exchange width and height

MOST_PIXELS = {
    "jpeg": settings.MAX_PHOTO_PIXELS,
    "png": settings.MAX_PHOTO_PIXELS,
    "webp": settings.MAX_PHOTO_PIXELS // 2,  # its decoder holds 16 bytes a pixel, the others four to eight
}

# Pillow warns above its limit and refuses above twice that, before it makes room for the pixels.
Image.MAX_IMAGE_PIXELS = settings.MAX_PHOTO_PIXELS // 2
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """An upright photograph.

    `pixels`: (height, width, 3) uint8, RGB, origin top left, reduced. `width` and `height`: those of the upright
    original before it was reduced, in pixels.
    """

    pixels: Pixels
    width: int
    height: int


def decode_photo(data: bytes, *, longest_side: int = 1600) -> Photograph:
    """Decode an upload to upright RGB pixels. Of an animation, the first frame; what is transparent lies on white.

    Args:
        data: a JPEG, PNG or WebP file of at most settings.MAX_PHOTO_BYTES bytes.
        longest_side: larger photographs are reduced to this many pixels.
    Raises:
        UnsupportedFormat: the first bytes are of no such file.
        UnreadablePhoto: truncated, damaged, or more than `MOST_PIXELS`. Its text may be shown.
    Source: limits after the Pillow manual, Image.MAX_IMAGE_PIXELS; the rotations are EXIF 2.3's.
    """
    form = sniff(data)
    if form is None:
        raise UnsupportedFormat("This is not a JPEG, PNG or WebP picture.")
    try:
        return _decode(containers.strip(data, form), form, longest_side)
    except SoftTimeLimitExceeded:
        raise
    except Image.DecompressionBombError as error:
        millions = MOST_PIXELS[form] // 1_000_000
        raise UnreadablePhoto(f"The picture has more than {millions} million pixels.") from error
    # Whatever a decoder raises on bytes made to break it: there is no list of its exceptions to be complete about.
    except Exception as error:
        raise UnreadablePhoto("The picture is damaged or incomplete.") from error


def _decode(bare: containers.Bare, form: str, longest_side: int) -> Photograph:
    with Image.open(io.BytesIO(bare.data), formats=[form.upper()]) as image:
        width, height = image.size
        if width * height > MOST_PIXELS[form]:
            raise Image.DecompressionBombError
        upright = _turn(_on_white(_reduced(image, longest_side)), bare.orientation)
    if bare.orientation in LYING:
        width, height = height, width
    return Photograph(pixels=np.array(upright), width=width, height=height)


def _reduced(image: Image.Image, longest_side: int) -> Image.Image:
    """`image` with its longer side at most `longest_side`, in mode L, LA, RGB, RGBA or CMYK."""
    scale = min(1.0, longest_side / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    image.draft("RGB", (math.ceil(image.width * scale), math.ceil(image.height * scale)))
    image = _plain(image)
    return image if image.size == size else image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _plain(image: Image.Image) -> Image.Image:
    """`image` in a mode that averages neighbours rightly: 8 bits a channel, no palette."""
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would clip at 255
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        return image if image.mode in {"RGBA", "LA"} else image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in {"RGBA", "LA"}:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", coloured.size, "white"), coloured).convert("RGB")


def _turn(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image
