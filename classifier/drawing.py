"""A photograph with the machine's words drawn on it, as in 2019: a thin green square, its label at the upper left.

The browser draws its own (boxes.js); this one serves those without scripts and callers who ask for a picture.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from PIL import Image, ImageDraw, ImageFont

from classifier.imaging import Photograph
from classifier.results import Box

GREEN, BLACK = (0, 255, 0), (0, 0, 0)
FONT = Path(__file__).parent / "fonts" / "arimo-latin-600-normal.woff"
LEAST_SIDE = 480  # smaller photographs are enlarged, so that a word can be read on them
LINES = 3  # of a label; a longer one ends in an ellipsis
QUALITY = 88


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A face's square; `text` is what policy allows to stand there, None for a box that stays empty."""

    box: Box
    text: str | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """What to draw: a square a face, in order, and when there is no face the whole scene's label."""

    boxes: tuple[DrawnBox, ...]
    scene: str | None

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready copy, which `from_dict` reads back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The drawing whose `as_dict` is `data`."""
        return cls(
            boxes=tuple(DrawnBox(box=Box(**one["box"]), text=one["text"]) for one in data["boxes"]),
            scene=data["scene"],
        )


class Area(NamedTuple):
    """A rectangle in pixels; right and bottom lie outside it."""

    left: int
    top: int
    right: int
    bottom: int

    def overlap(self, other: "Area") -> int:
        """How many pixels both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, across) * max(0, down)


def draw(photo: Photograph, drawing: Drawing) -> bytes:
    """Draw squares and labels on `photo`. Labels never leave the picture, and keep clear of each other if they can.

    Returns:
        A JPEG without metadata. Its longer side is at least `LEAST_SIDE` pixels; a strip too narrow for a label
        lies on black.
    """
    picture, canvas = _canvas(photo)
    pen = ImageDraw.Draw(picture)
    lettering = Lettering(max(16, round(max(picture.size) / 40)))
    frames = [_in_pixels(one.box, canvas) for one in drawing.boxes]
    for frame in frames:
        pen.rectangle((frame.left, frame.top, frame.right - 1, frame.bottom - 1), outline=GREEN, width=lettering.line)
    taken: list[Area] = []
    for text, frame in _labels(drawing, frames, canvas):
        lines = lettering.fitted(text, picture.width)
        area = _free_place(_places(frame, lettering.size(lines), picture.size), taken)
        lettering.write(pen, area, lines)
        taken.append(area)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, subsampling=0)  # else thin green lines go grey
    return file.getvalue()


def _canvas(photo: Photograph) -> tuple[Image.Image, Area]:
    """A fresh picture to draw on, and where the photograph lies in it."""
    image = Image.fromarray(photo.pixels)
    scale = max(1.0, LEAST_SIDE / max(image.size))
    if scale > 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
    canvas = Area(0, 0, image.width, image.height)
    least = LEAST_SIDE // 4
    if min(image.size) < least:
        strip, image = image, Image.new("RGB", (max(least, image.width), max(least, image.height)), BLACK)
        image.paste(strip, (0, 0))
    return image, canvas


def _in_pixels(box: Box, canvas: Area) -> Area:
    left, top = round(box.x * canvas.right), round(box.y * canvas.bottom)
    right, bottom = round((box.x + box.width) * canvas.right), round((box.y + box.height) * canvas.bottom)
    left, top = max(0, min(left, canvas.right - 2)), max(0, min(top, canvas.bottom - 2))
    return Area(left, top, max(left + 2, min(right, canvas.right)), max(top + 2, min(bottom, canvas.bottom)))


def _labels(drawing: Drawing, frames: list[Area], canvas: Area) -> Iterator[tuple[str, Area]]:
    """Each label and the frame that it belongs to. An empty box among several has its number, counted from 1."""
    if drawing.scene is not None:
        yield drawing.scene, canvas
    for number, (one, frame) in enumerate(zip(drawing.boxes, frames, strict=True), start=1):
        if one.text is not None:
            yield one.text, frame
        elif len(frames) > 1:
            yield str(number), frame


def _places(frame: Area, size: tuple[int, int], picture: tuple[int, int]) -> Iterator[Area]:
    """Where a label of `size` may stand, best first: on the frame's upper left corner, inside it, below it."""
    width, height = size
    left = max(0, min(frame.left, picture[0] - width))
    for top in (frame.top - height, frame.top, frame.bottom, frame.bottom - height):
        inside = max(0, min(top, picture[1] - height))
        yield Area(left, inside, left + width, inside + height)


def _free_place(places: Iterable[Area], taken: list[Area]) -> Area:
    """The first of `places` that covers no other label, or the one that covers least."""
    return min(places, key=lambda place: sum(place.overlap(other) for other in taken))


class Lettering:
    """Black words on green, at one size a picture."""

    def __init__(self, height: int) -> None:
        self.font = _font(height)
        self.line = max(2, round(height / 8))
        self.leading = round(height * 1.25)
        self.margin = round(height * 0.3)

    def fitted(self, text: str, width: int) -> list[str]:
        """`text` in at most `LINES` lines no wider than `width` pixels with their margins."""
        room = width - 2 * self.margin
        words = text.split()
        lines: list[str] = []
        while words and len(lines) < LINES:
            count = self._fitting(words, room)
            lines.append(self._cut(" ".join(words[:count]), room))
            words = words[count:]
        if words:
            lines[-1] = self._cut(f"{lines[-1].removesuffix('…')} {words[0]}…", room)
        return lines or [""]

    def size(self, lines: list[str]) -> tuple[int, int]:
        """Width and height of the ground of `lines`, in pixels."""
        widest = max(self.font.getlength(line) for line in lines)
        return round(widest) + 2 * self.margin, len(lines) * self.leading + self.margin

    def write(self, pen: ImageDraw.ImageDraw, area: Area, lines: list[str]) -> None:
        """Fill `area` with green and put `lines` on it."""
        pen.rectangle((area.left, area.top, area.right - 1, area.bottom - 1), fill=GREEN)
        for row, line in enumerate(lines):
            baseline = area.top + row * self.leading + round(self.leading * 0.95)
            pen.text((area.left + self.margin, baseline), line, fill=BLACK, font=self.font, anchor="ls")

    def _fitting(self, words: list[str], room: int) -> int:
        """How many of `words` stand on one line; at least one, which may be too wide."""
        count = 1
        while count < len(words) and self.font.getlength(" ".join(words[: count + 1])) <= room:
            count += 1
        return count

    def _cut(self, line: str, room: int) -> str:
        """`line`, shortened to end in an ellipsis when it is wider than `room`."""
        if self.font.getlength(line) <= room:
            return line
        kept = line.removesuffix("…")
        while kept and self.font.getlength(f"{kept.rstrip(' ,')}…") > room:
            kept = kept[:-1]
        return f"{kept.rstrip(' ,')}…"


@lru_cache(maxsize=8)
def _font(height: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, height)
