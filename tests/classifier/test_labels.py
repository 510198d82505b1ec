"""Crops and scoring, on numbers small enough to check by hand."""

import numpy as np
import pytest

from classifier.labels import Square, Vocabulary, central_square, choose, cut, square_around
from classifier.pipeline import classify
from classifier.results import Box, Classification

PLAIN = np.zeros((1, 3), np.float32)


def vocabulary(*rows) -> Vocabulary:
    persons = tuple(f"n1000000{i}" for i in range(len(rows[0])))
    return Vocabulary(("n01", "n02", "n03"), persons, np.array(rows, np.float16))


def logits(*probabilities):
    return np.log(np.array([probabilities], np.float32))


def test_a_square_lies_a_quarter_of_the_faces_height_below_its_middle():
    face = Box(x=0.4, y=0.3, width=0.1, height=0.2)  # of 1000 × 500 pixels: 100 × 100 at (400, 150)
    assert square_around(face, 2.0, 0.25, 1000, 500) == Square(left=350, top=125, side=200)


@pytest.mark.parametrize("box", [Box(0, 0, 0.2, 0.4), Box(0.8, 0.6, 0.2, 0.4), Box(0, 0, 1, 1)])
def test_a_square_stays_within_the_picture(box):
    square = square_around(box, 2.6, 0.25, 1000, 500)
    assert min(square.left, square.top) >= 0
    assert square.left + square.side <= 1000
    assert square.top + square.side <= 500
    assert square.side <= 500


def test_the_middle_of_a_scene_is_its_largest_square():
    assert central_square(640, 480) == Square(80, 0, 480)
    assert central_square(1, 1) == Square(0, 0, 1)


def test_a_crop_keeps_red_green_and_blue_apart():
    pixels = np.zeros((10, 20, 3), np.uint8)
    pixels[..., 0], pixels[..., 2] = 200, 10
    crop = cut(pixels, Square(5, 0, 10), 4)
    assert crop.shape == (3, 4, 4)
    assert [crop[channel].mean() for channel in range(3)] == [200, 0, 10]


def test_score_margin_and_shares_add_up_as_the_card_says():
    label = choose(logits(0.5, 0.3, 0.2), PLAIN, vocabulary([4, 0, 1], [0, 2, 1], [0, 2, 0]), keep=3)
    assert label.wnid == "n10000000"  # 0.5 × 4 = 2.0, against 0.3 × 2 + 0.2 × 2 = 1.0 and 0.5 + 0.3 = 0.8
    assert label.score == pytest.approx(2.0 / 3.8)
    assert label.margin == pytest.approx((2.0 - 1.0) / 2.0)
    assert [one.wnid for one in label.alternatives] == ["n10000001", "n10000002"]
    assert [(one.wnid, one.share) for one in label.evidence] == [("n01", 1.0)]
    assert label.evidence[0].probability == pytest.approx(0.5)


def test_only_the_most_probable_classes_count_and_they_are_brought_to_one():
    label = choose(logits(0.6, 0.3, 0.1), PLAIN, vocabulary([1, 0], [1, 0], [0, 99]), keep=2)
    assert label.wnid == "n10000000"
    assert label.score == pytest.approx(1)
    assert [one.share for one in label.evidence] == pytest.approx([2 / 3, 1 / 3])


def test_what_any_face_shows_is_taken_off_before_scoring_but_not_from_the_probability():
    usual = np.array([[3.0, 0, 0]], np.float32)
    label = choose(logits(0.8, 0.15, 0.05), usual, vocabulary([1, 0], [0, 1], [0, 0]), keep=3)
    assert label.wnid == "n10000001"
    assert label.evidence[0].wnid == "n02"
    assert label.evidence[0].probability == pytest.approx(0.15)


def test_of_equal_persons_and_classes_the_first_in_order_wins():
    label = choose(logits(1 / 3, 1 / 3, 1 / 3), PLAIN, vocabulary(*[[1, 1, 1]] * 3), keep=2)
    assert [label.wnid, *(one.wnid for one in label.alternatives)] == ["n10000000", "n10000001", "n10000002"]
    assert [one.wnid for one in label.evidence] == ["n01", "n02"]
    assert label.margin == 0


def test_a_faces_label_does_not_depend_on_the_company(machine, sample_pictures):
    from classifier.imaging import decode_photo

    pixels = decode_photo((sample_pictures / "astronaut.png").read_bytes()).pixels
    box, other = Box(0.35, 0.11, 0.17, 0.23), Box(0.1, 0.5, 0.3, 0.3)
    alone = machine.backend.label(pixels, [box])
    assert machine.backend.label(pixels, [other, box, box])[1:] == alone * 2


def test_a_classification_survives_json(machine, sample_pictures):
    found = classify((sample_pictures / "astronaut.png").read_bytes(), machine)
    assert Classification.from_dict(found.as_dict()) == found
    assert len(found.faces[0].label.alternatives) == 4
