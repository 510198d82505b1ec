"""Faces of nobody: drawn, shaded and softened, so that the machine's detector takes them for faces.

The measures are a head's heights from the middle of the face; the light comes from the upper left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Shape = Callable[[ImageDraw.ImageDraw], None]

HEAD = 400  # pixels of a head's height in the drawing from which every size is made
MIDDLE = (1.9 / 2, 0.75)  # of the face in that drawing
LIP, EYE = (168, 82, 78), (62, 44, 32)


@dataclass(frozen=True)
class Sitter:
    """Somebody who was never there."""

    skin: Colour
    hair: Colour
    coat: Colour
    half: float  # the face's width, halved
    nose: float = 1.0


ONE = Sitter(skin=(214, 168, 140), hair=(58, 40, 30), coat=(60, 70, 96), half=0.37)
OTHER = Sitter(skin=(120, 80, 58), hair=(20, 16, 14), coat=(150, 60, 40), half=0.35, nose=1.2)


def drawn_face(
    width: int = 640,
    height: int = 480,
    *,
    sitter: Sitter = ONE,
    x: float = 0.5,
    y: float = 0.45,
    size: float = 0.55,
) -> Image.Image:
    """A portrait on grey: the face's middle at fractions `x`, `y` of the picture, the head `size` of its height."""
    return with_face(background(width, height), sitter=sitter, x=x, y=y, size=size)


def background(width: int = 640, height: int = 480) -> Image.Image:
    """A grey wall, lighter above: a picture without anybody."""
    rows = np.linspace(200, 150, height)[:, None, None] * [0.95, 1.0, 1.02]
    return Image.fromarray(np.broadcast_to(rows, (height, width, 3)).astype(np.uint8))


def with_face(
    picture: Image.Image, *, sitter: Sitter = ONE, x: float = 0.5, y: float = 0.45, size: float = 0.55
) -> Image.Image:
    """`picture` with one more face in front; see `drawn_face`."""
    figure, scale = _figure(sitter), size * picture.height / HEAD
    figure = figure.resize((round(figure.width * scale), round(figure.height * scale)), Image.Resampling.LANCZOS)
    left = round(x * picture.width - MIDDLE[0] * HEAD * scale)
    top = round(y * picture.height - MIDDLE[1] * HEAD * scale)
    picture = picture.copy()
    picture.paste(figure, (left, top), figure)
    return picture


@cache
def _figure(sitter: Sitter) -> Image.Image:
    """Head and shoulders, RGBA, transparent around them."""
    easel = _Easel(sitter)
    easel.neck()
    easel.head()
    easel.hair()
    easel.eyes()
    easel.nose()
    easel.mouth()
    return easel.finished()


def _times(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, round(part * factor)) for part in colour)
    return red, green, blue


class _Easel:
    def __init__(self, sitter: Sitter) -> None:
        self.sitter = sitter
        self.size = round(1.9 * HEAD), 2 * HEAD
        self.picture = Image.new("RGB", self.size, sitter.coat)

    # --- one stroke ---

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (MIDDLE[0] + x) * HEAD, (MIDDLE[1] + y) * HEAD

    def around(self, x: float, y: float, rx: float, ry: float) -> list[tuple[float, float]]:
        return [self.at(x - rx, y - ry), self.at(x + rx, y + ry)]

    def mask(self, shape: Shape, blur: float) -> Image.Image:
        mask = Image.new("L", self.size, 0)
        shape(ImageDraw.Draw(mask))
        return mask.filter(ImageFilter.GaussianBlur(blur * HEAD))

    def lay(self, colour: Colour, mask: Image.Image, opacity: float = 1.0) -> None:
        self.picture.paste(colour, (0, 0), mask.point(lambda value: int(value * opacity)))

    def spot(
        self, colour: Colour, box: tuple[float, float, float, float], *, blur: float, opacity: float = 1.0
    ) -> None:
        self.lay(colour, self.mask(lambda pen: pen.ellipse(self.around(*box), fill=255), blur), opacity)

    def arc(
        self,
        colour: Colour,
        box: tuple[float, float, float, float],
        ends: tuple[int, int],
        *,
        line: float,
        blur: float,
        opacity: float,
    ) -> None:
        wide = round(line * HEAD)
        self.lay(colour, self.mask(lambda pen: pen.arc(self.around(*box), *ends, fill=255, width=wide), blur), opacity)

    # --- the parts ---

    def neck(self) -> None:
        shadow = _times(self.sitter.skin, 0.72)
        self.lay(shadow, self.mask(lambda pen: pen.rectangle([self.at(-0.19, 0.25), self.at(0.19, 0.7)], 255), 0.012))
        self.spot(shadow, (0, 0.66, 0.24, 0.12), blur=0.01)
        self.spot(_times(self.sitter.skin, 0.5), (0, 0.42, 0.2, 0.14), blur=0.03)

    def head(self) -> None:
        skin, half = self.sitter.skin, self.sitter.half
        self.spot(self.sitter.hair, (0, -0.08, half + 0.07, 0.53), blur=0.008)
        for side in (-1, 1):
            self.spot(_times(skin, 0.85), (side * half, 0.03, 0.05, 0.1), blur=0.006)

        def oval(pen: ImageDraw.ImageDraw) -> None:
            pen.ellipse(self.around(0, -0.08, half, 0.42), fill=255)
            pen.ellipse(self.around(0, 0.1, half * 0.86, 0.4), fill=255)

        down, across = np.mgrid[0 : self.size[1], 0 : self.size[0]] / HEAD
        down, across = down - MIDDLE[1], (across - MIDDLE[0]) / half
        light = 1.08 - 0.33 * np.minimum(across**2 + (down / 0.5) ** 2, 1.3) ** 1.5 - 0.14 * across - 0.05 * down
        lit = Image.fromarray(np.clip(light[..., None] * skin, 0, 255).astype(np.uint8))
        self.picture.paste(lit, (0, 0), self.mask(oval, 0.008))
        for side in (-1, 1):
            self.spot((205, 110, 95), (side * 0.2, 0.16, 0.09, 0.07), blur=0.04, opacity=0.3)

    def hair(self) -> None:
        half = self.sitter.half

        def fringe(pen: ImageDraw.ImageDraw) -> None:
            pen.ellipse(self.around(0, -0.1, half + 0.05, 0.48), fill=255)
            pen.ellipse(self.around(0.02, 0.12, half * 0.93, 0.46), fill=0)
            pen.rectangle([self.at(-1, 0.02), self.at(1, 2)], fill=0)

        self.lay(self.sitter.hair, self.mask(fringe, 0.012))
        gloss = _times(self.sitter.hair, 1.7)
        self.arc(gloss, (-0.03, -0.1, half * 0.8, 0.4), (215, 300), line=0.03, blur=0.03, opacity=0.5)

    def eyes(self) -> None:
        skin, y = self.sitter.skin, -0.02
        for x in (-0.165, 0.165):
            self.spot(_times(skin, 0.62), (x, y - 0.02, 0.1, 0.06), blur=0.025, opacity=0.75)
            self.spot((232, 226, 220), (x, y, 0.068, 0.032), blur=0.005)
            self.spot(EYE, (x, y, 0.032, 0.032), blur=0.004)
            self.spot((12, 10, 10), (x, y, 0.016, 0.016), blur=0.003)
            self.spot((250, 250, 250), (x - 0.01, y - 0.012, 0.007, 0.007), blur=0.002)
            self.arc(_times(skin, 0.3), (x, y + 0.008, 0.075, 0.045), (190, 350), line=0.014, blur=0.004, opacity=0.9)
            self.arc(_times(skin, 0.6), (x, y - 0.005, 0.07, 0.045), (20, 160), line=0.008, blur=0.005, opacity=0.6)
            brow = (x * 1.03, y - 0.025, 0.105, 0.075)
            self.arc(self.sitter.hair, brow, (205, 335), line=0.028, blur=0.007, opacity=0.85)

    def nose(self) -> None:
        skin, wide = self.sitter.skin, self.sitter.nose
        side = [self.at(0.02, -0.02), self.at(0.05, 0), self.at(0.085 * wide, 0.17), self.at(0.03, 0.19)]
        self.lay(_times(skin, 0.68), self.mask(lambda pen: pen.polygon(side, fill=255), 0.018), 0.6)
        self.spot(_times(skin, 1.18), (-0.008, 0.07, 0.016, 0.1), blur=0.014, opacity=0.7)
        self.spot(_times(skin, 0.66), (0, 0.185, 0.085 * wide, 0.025), blur=0.016, opacity=0.8)
        self.spot(_times(skin, 1.12), (-0.008, 0.145, 0.035, 0.03), blur=0.016, opacity=0.7)
        for x in (-0.035, 0.035):
            self.spot(_times(skin, 0.25), (x * wide, 0.185, 0.018, 0.01), blur=0.005, opacity=0.85)

    def mouth(self) -> None:
        skin = self.sitter.skin
        self.spot(LIP, (0, 0.285, 0.115, 0.024), blur=0.007, opacity=0.9)
        self.spot(_times(LIP, 1.12), (0, 0.305, 0.085, 0.026), blur=0.008, opacity=0.9)
        self.arc((70, 24, 24), (0, 0.26, 0.125, 0.03), (15, 165), line=0.012, blur=0.004, opacity=0.95)
        self.spot(_times(skin, 0.65), (0, 0.355, 0.07, 0.018), blur=0.014, opacity=0.7)
        self.spot(_times(skin, 1.1), (0, 0.41, 0.06, 0.035), blur=0.02, opacity=0.6)

    def finished(self) -> Image.Image:
        def outline(pen: ImageDraw.ImageDraw) -> None:
            pen.rounded_rectangle([self.at(-0.85, 0.62), self.at(0.85, 2)], 0.35 * HEAD, fill=255)
            pen.rectangle([self.at(-0.2, 0.3), self.at(0.2, 0.8)], fill=255)
            pen.ellipse(self.around(0, -0.08, self.sitter.half + 0.07, 0.53), fill=255)

        figure = self.picture.filter(ImageFilter.GaussianBlur(0.003 * HEAD))
        figure.putalpha(self.mask(outline, 0.006))
        return figure
