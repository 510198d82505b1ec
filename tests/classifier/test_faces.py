"""Which faces are found. The portrait is NASA's, of an astronaut, in the public domain; scikit-image carries it."""

import numpy as np
import pytest

from classifier.faces import CenterFace
from classifier.imaging import decode_photo
from classifier.model_files import Role, open_model


@pytest.fixture(scope="module")
def portrait(sample_pictures):
    return decode_photo((sample_pictures / "astronaut.png").read_bytes()).pixels


@pytest.fixture(scope="module")
def finder():
    return CenterFace(open_model(Role.FACES))


def reduced(pixels, every: int):
    """A smaller picture: the mean of each square of `every` pixels."""
    height, width = (side // every * every for side in pixels.shape[:2])
    squares = pixels[:height, :width].reshape(height // every, every, width // every, every, 3)
    return squares.mean(axis=(1, 3)).astype(np.uint8)


def on_grey(pixels, height: int, width: int):
    canvas = np.full((height, width, 3), 128, np.uint8)
    canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
    return canvas


def test_a_picture_without_a_face_has_none(finder):
    assert finder.find(np.full((300, 400, 3), 128, np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 1600, 3), (1600, 3, 3), (31, 33, 3)])
def test_a_picture_of_any_shape_can_be_looked_at(finder, shape):
    assert finder.find(np.zeros(shape, np.uint8)) == []


def test_two_faces_are_found_from_left_to_right(finder, portrait):
    left, right = finder.find(np.concatenate([portrait, portrait], axis=1))
    (alone,) = finder.find(portrait)
    assert left.box.x == pytest.approx(alone.box.x / 2, abs=0.01)
    assert right.box.x == pytest.approx(alone.box.x / 2 + 0.5, abs=0.01)
    for face in (left, right):
        assert face.box.height == pytest.approx(alone.box.height, abs=0.02)
        assert 0.5 < face.score <= 1


def test_the_same_picture_has_the_same_faces_in_the_same_order_each_time(finder, portrait):
    crowd = np.concatenate([np.concatenate([portrait, portrait], axis=1)] * 2)
    first = finder.find(crowd)
    assert len(first) == 4
    assert finder.find(crowd) == first


def test_a_face_below_forty_pixels_is_ignored(finder, portrait):
    small = on_grey(reduced(portrait, 4), 512, 512)  # its face is 30 pixels high
    large = on_grey(reduced(portrait, 2), 512, 512)  # 60
    assert finder.find(small) == []
    assert len(finder.find(large)) == 1
    assert len(finder._best(*finder._candidates(small))) == 1, "found, and then ignored"


def test_at_most_twenty_faces_are_kept(finder, portrait):
    head = portrait[20:220, 130:330]
    crowd = np.concatenate([np.concatenate([head] * 6, axis=1)] * 5)
    assert len(finder._best(*finder._candidates(crowd))) == 30
    assert len(finder.find(crowd)) == 20


def test_a_face_at_the_edge_has_a_box_inside_the_picture(finder, portrait):
    (whole,) = finder.find(portrait)
    cut = round((whole.box.x + whole.box.width * 0.3) * 512)
    (face,) = finder.find(np.ascontiguousarray(portrait[:, cut:]))
    assert face.box.x == 0
    assert face.box.width * (512 - cut) < whole.box.width * 512 * 0.85
    assert face.box.y + face.box.height <= 1
