"""The machine as it was pinned: its boxes, words and evidence for 26 pictures, two of them with a face."""

import json
from pathlib import Path

import pytest

from classifier.pipeline import classify

EXPECTED = json.loads(Path(__file__).with_name("expected_skimage.json").read_text())
CLOSE = 1e-3


@pytest.fixture(params=EXPECTED, ids=[one["file"] for one in EXPECTED])
def expected(request):
    return request.param


@pytest.fixture
def classification(expected, machine, sample_pictures):
    return classify((sample_pictures / expected["file"]).read_bytes(), machine)


def test_every_picture_gets_its_pinned_box_words_and_evidence(expected, classification):
    assert [classification.width, classification.height] == expected["size"]
    if expected["box"]:
        (face,) = classification.faces
        box = [face.box.x, face.box.y, face.box.width, face.box.height]
        assert box == pytest.approx(expected["box"], abs=CLOSE)
        assert face.score == pytest.approx(expected["face_score"], abs=CLOSE)
        assert classification.scene is None
        label = face.label
    else:
        assert classification.faces == ()
        label = classification.scene
    ranked = [(label.wnid, label.score), *((one.wnid, one.score) for one in label.alternatives)]
    assert [wnid for wnid, _ in ranked] == [wnid for wnid, _ in expected["top5"]]
    assert [s for _, s in ranked] == pytest.approx([s for _, s in expected["top5"]], abs=CLOSE)
    seen = label.evidence[: len(expected["evidence"])]
    assert [one.wnid for one in seen] == [wnid for wnid, *_ in expected["evidence"]]
    for one, (_, probability, share) in zip(seen, expected["evidence"], strict=True):
        assert (one.probability, one.share) == pytest.approx((probability, share), abs=CLOSE)
    assert sum(one.share for one in label.evidence) == pytest.approx(1)
    first, second = ranked[0][1], ranked[1][1]
    assert label.margin == pytest.approx((first - second) / first)
