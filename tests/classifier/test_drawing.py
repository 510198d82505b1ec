import io

import numpy as np
import pytest
from PIL import Image

from classifier.drawing import BLACK, GREEN, Drawing, DrawnBox, Lettering, draw
from classifier.imaging import Photograph, decode_photo
from classifier.results import Box
from tests import photographs

MIDDLE = Box(0.4, 0.4, 0.2, 0.2)


def grey(width: int = 640, height: int = 480) -> Photograph:
    return Photograph(np.full((height, width, 3), 128, np.uint8), width, height)


def pixels(drawn: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB")).astype(int)


def close_to(colour: tuple[int, int, int], drawn: bytes) -> np.ndarray:
    """Where a drawn picture has that colour, JPEG's losses allowed for: (height, width) bool."""
    return np.abs(pixels(drawn) - colour).max(axis=2) < 60


def ground(drawn: bytes) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of everything green."""
    rows, columns = np.nonzero(close_to(GREEN, drawn))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_a_face_gets_a_thin_green_square_with_its_label_on_the_upper_left_corner():
    drawn = draw(grey(), Drawing((DrawnBox(MIDDLE, "caterer"),), None))
    green = close_to(GREEN, drawn)
    assert green[250, 256]  # the left edge, and the right one
    assert green[250, 383]
    assert not green[240, 270:370].any()  # the face stays free
    assert green[180, 258:300].any()  # the label stands on the box
    assert not green[180, 380:].any()
    assert close_to(BLACK, drawn)[170:192, 258:340].any()


def test_an_empty_box_alone_carries_no_label():
    drawn = draw(grey(), Drawing((DrawnBox(MIDDLE, None),), None))
    left, top, right, bottom = ground(drawn)
    assert abs(left - 256) <= 2
    assert abs(top - 192) <= 2
    assert abs(right - 384) <= 2
    assert abs(bottom - 288) <= 2


def test_an_empty_box_among_several_carries_its_number():
    alone = draw(grey(), Drawing((DrawnBox(MIDDLE, None),), None))
    among = draw(grey(), Drawing((DrawnBox(MIDDLE, None), DrawnBox(Box(0.8, 0.7, 0.1, 0.1), "caterer")), None))
    assert not close_to(GREEN, alone)[160:190].any()
    assert close_to(GREEN, among)[172:190, 256:262].any()


def test_a_scene_is_labelled_at_the_upper_left():
    left, top, right, bottom = ground(draw(grey(), Drawing((), "soda jerk")))
    assert (left, top) == (0, 0)
    assert right < 320
    assert bottom < 60


def test_nothing_to_draw_leaves_the_picture_as_it_is():
    assert np.abs(pixels(draw(grey(), Drawing((), None))) - 128).max() <= 1


@pytest.mark.parametrize("x", [0.0, 0.5, 0.95])
@pytest.mark.parametrize("y", [0.0, 0.5, 0.95])
@pytest.mark.parametrize("text", ["caterer", "a label of very many words that goes on " * 9, "x" * 400])
def test_every_label_stays_inside_the_picture(monkeypatch, x, y, text):
    areas = []
    monkeypatch.setattr(Lettering, "write", lambda _self, _pen, area, _lines: areas.append(area))
    draw(grey(), Drawing((DrawnBox(Box(x, y, 0.05, 0.05), text),), None))
    (area,) = areas
    assert min(area) >= 0
    assert area.right <= 640
    assert area.bottom <= 480


def test_a_long_label_ends_in_an_ellipsis_on_its_third_line():
    lettering = Lettering(16)
    lines = lettering.fitted("one word after another " * 40, 400)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert lettering.size(lines)[0] <= 400


def test_a_label_that_fits_is_not_touched():
    assert Lettering(16).fitted("Rhodes scholar", 400) == ["Rhodes scholar"]


def test_labels_of_neighbours_keep_clear_of_each_other(monkeypatch):
    areas = []
    monkeypatch.setattr(Lettering, "write", lambda _self, _pen, area, _lines: areas.append(area))
    boxes = tuple(DrawnBox(Box(0.1 + 0.1 * n, 0.5, 0.08, 0.1), "football hero") for n in range(3))
    draw(grey(), Drawing(boxes, None))
    assert all(one.overlap(other) == 0 for one in areas for other in areas if one is not other)


@pytest.mark.parametrize("make", [photographs.one_pixel, photographs.a_long_line, photographs.twelve_megapixels])
def test_a_word_can_be_read_on_a_picture_of_any_size(make):
    drawn = draw(decode_photo(make()), Drawing((), "colleague"))
    left, top, right, bottom = ground(drawn)
    assert right - left >= 80
    assert bottom - top >= 16
    assert max(pixels(drawn).shape) >= 480


def test_a_box_beyond_the_edge_is_drawn_up_to_it():
    drawn = draw(grey(), Drawing((DrawnBox(Box(0.9, 0.9, 0.4, 0.4), None),), None))
    assert ground(drawn)[2:] == (640, 480)


def test_accents_have_letters_of_their_own():
    lettering = Lettering(40)
    shapes = {bytes(lettering.font.getmask(letter)) for letter in "eèéêëaàiìoòuù’…"}
    assert len(shapes) == 15


def test_the_drawn_picture_carries_no_metadata():
    image = Image.open(io.BytesIO(draw(decode_photo(photographs.turned(6)), Drawing((), "caterer"))))
    assert image.format == "JPEG"
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "photoshop", "xmp"} & set(image.info)


def test_a_drawing_comes_back_from_its_json():
    drawing = Drawing((DrawnBox(MIDDLE, "caterer"), DrawnBox(MIDDLE, None)), "scene")
    assert Drawing.from_dict(drawing.as_dict()) == drawing
