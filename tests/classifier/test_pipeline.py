"""Bytes in, labelled faces or a labelled scene out; each picture is what it is, however small or crowded."""

import numpy as np
import pytest
from PIL import Image

from classifier.errors import UnreadablePhoto, UnsupportedFormat
from classifier.imaging import decode_photo
from classifier.pipeline import classify
from tests import photographs


def file_of(pixels, form: str = "PNG", **options) -> bytes:
    return photographs.file_of(Image.fromarray(pixels), form, **options)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (900, 2, 3)])
def test_a_picture_of_a_few_pixels_is_a_scene_like_any_other(machine, shape):
    found = classify(file_of(np.full(shape, 90, np.uint8)), machine)
    assert (found.height, found.width) == shape[:2]
    assert found.faces == ()
    assert 0 < found.scene.score < 1


def test_every_face_gets_a_label_of_its_own_and_there_is_no_scene_then(machine, sample_pictures):
    portrait = decode_photo((sample_pictures / "astronaut.png").read_bytes()).pixels
    mirrored = np.ascontiguousarray(portrait[:, ::-1])
    found = classify(file_of(np.concatenate([portrait, mirrored], axis=1)), machine)
    assert found.scene is None
    assert len(found.faces) == 2
    assert found.faces[0].label.evidence != found.faces[1].label.evidence


def test_the_sizes_are_the_originals_and_the_boxes_fractions_when_a_large_photo_is_reduced(machine, sample_pictures):
    portrait = Image.open(sample_pictures / "astronaut.png").convert("RGB")
    (small,) = classify(file_of(np.asarray(portrait)), machine).faces
    large = classify(file_of(np.asarray(portrait.resize((3072, 3072))), "JPEG", quality=90), machine)
    assert (large.width, large.height) == (3072, 3072)
    (face,) = large.faces
    assert [face.box.x, face.box.y, face.box.width, face.box.height] == pytest.approx(
        [small.box.x, small.box.y, small.box.width, small.box.height], abs=0.02
    )


def test_the_same_bytes_get_the_same_answer_to_the_last_digit(machine, sample_pictures):
    data = (sample_pictures / "camera.png").read_bytes()
    assert classify(data, machine) == classify(data, machine)


def test_what_is_no_photograph_is_refused_and_the_machine_goes_on(machine, sample_pictures):
    whole = (sample_pictures / "astronaut.png").read_bytes()
    with pytest.raises(UnsupportedFormat):
        classify(b"no picture at all", machine)
    with pytest.raises(UnreadablePhoto):
        classify(whole[: len(whole) // 2], machine)
    assert len(classify(whole, machine).faces) == 1
