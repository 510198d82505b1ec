"""The drawn faces are faces to the machine: one each, surely, where they were drawn."""

import numpy as np
import pytest

from classifier.imaging import decode_photo
from tests.drawn_faces import ONE, OTHER, background, drawn_face, with_face
from tests.photographs import portrait

SIZES = [(320, 240), (640, 480), (1280, 720), (480, 640)]


@pytest.mark.parametrize("sitter", [ONE, OTHER])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_drawn_face_is_found_once_and_where_it_was_drawn(machine, sitter, width, height):
    (face,) = machine.finder.find(np.asarray(drawn_face(width, height, sitter=sitter)))
    assert face.score > 0.6
    assert face.box.x + face.box.width / 2 == pytest.approx(0.5, abs=0.02)
    assert face.box.y + face.box.height / 2 == pytest.approx(0.48, abs=0.06)


@pytest.mark.parametrize("size", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("x", [0.3, 0.5, 0.7])
def test_it_is_found_at_any_place_and_size_also_when_it_was_compressed(machine, x, size):
    (face,) = machine.finder.find(decode_photo(portrait(x=x, size=size)).pixels)
    assert face.score > 0.6
    assert face.box.x + face.box.width / 2 == pytest.approx(x, abs=0.02)


def test_two_faces_are_found_in_one_picture(machine):
    both = with_face(drawn_face(x=0.28, size=0.45), sitter=OTHER, x=0.72, size=0.45)
    left, right = machine.finder.find(np.asarray(both))
    assert left.box.x + left.box.width / 2 == pytest.approx(0.28, abs=0.02)
    assert right.box.x + right.box.width / 2 == pytest.approx(0.72, abs=0.02)


def test_the_wall_behind_them_has_no_face(machine):
    assert machine.finder.find(np.asarray(background())) == []
