"""A photograph in, person categories out: the whole route through the real parts, over HTTP."""

import json
from pathlib import Path

import pytest

from tests.stack import post_photo

pytestmark = pytest.mark.services

skimage = pytest.importorskip("skimage", reason="scikit-image is not installed: its pictures are the photographs here")
PICTURES = Path(skimage.__file__).parent / "data"
EXPECTED = json.loads((Path(__file__).parents[1] / "classifier" / "expected_skimage.json").read_text())
TOLERANCE = 1e-3


def near(number: float) -> object:
    return pytest.approx(number, abs=TOLERANCE)


@pytest.fixture(scope="module")
def client(stack):
    with stack.client() as client:
        yield client


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one["file"])
def test_every_picture_gives_its_boxes_words_and_evidence(client, expected):
    photo = (PICTURES / expected["file"]).read_bytes()
    answer = post_photo(client, photo)
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert result["status"] == "done"
    assert [result["photo"]["width"], result["photo"]["height"]] == expected["size"]
    if expected["box"]:
        [face] = result["faces"]
        assert [face["box"][side] for side in ("x", "y", "width", "height")] == near(expected["box"])
        assert face["score"] == near(expected["face_score"])
    else:
        assert result["faces"] == []

    revealed = client.post(f"/api/v1/classifications/{result['visit']}/reveal/", json={"label": 0})
    first = result["scene"] or result["faces"][0]["label"]
    if first["treatment"] == "withhold":
        assert revealed.status_code == 403
        label = first
    else:
        assert revealed.status_code == 200, revealed.text
        label = revealed.json()["scene"] or revealed.json()["faces"][0]["label"]
        assert label["wnid"] == expected["top5"][0][0]
        assert label["lemmas"]
        assert label["gloss"]
        assert all(path[0]["wnid"] == "n00007846" and path[-1]["wnid"] == label["wnid"] for path in label["paths"])
    assert label["score"] == near(expected["top5"][0][1])
    for other, (wnid, score) in zip(label["alternatives"], expected["top5"][1:], strict=True):
        assert other["score"] == near(score)
        if other["treatment"] in {"show", "gate"} and label is not first:
            assert other["wnid"] == wnid
        elif other["treatment"] in {"mask", "withhold"}:
            assert other["wnid"] is None
    for thing, (wnid, probability, share) in zip(label["evidence"], expected["evidence"], strict=False):
        assert thing["wnid"] in {wnid, None}
        assert (thing["probability"], thing["share"]) == (near(probability), near(share))


def test_nothing_cleared_means_every_living_face_is_gated_or_withheld(client):
    result = post_photo(client, (PICTURES / "astronaut.png").read_bytes()).json()
    label = result["faces"][0]["label"]
    assert label["treatment"] in {"gate", "withhold"}
    assert all(label[part] is None for part in ("wnid", "lemmas", "gloss", "paths"))
    assert EXPECTED[0]["top5"][0][0] not in json.dumps(result)
    assert result["policy"] == "museum/1"


def test_the_annotated_picture_comes_as_a_jpeg_that_is_not_stored(client):
    answer = post_photo(client, (PICTURES / "chelsea.png").read_bytes(), accept="image/jpeg")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert "no-store" in answer.headers["cache-control"]
    assert answer.content.startswith(b"\xff\xd8\xff")


def test_without_wait_the_visit_is_named_and_can_be_fetched(client):
    answer = post_photo(client, (PICTURES / "coffee.png").read_bytes(), wait=None)
    assert answer.status_code == 202
    started = answer.json()
    assert started["status"] == "pending"
    assert started["url"].endswith(f"/api/v1/classifications/{started['visit']}/")
    assert started["websocket"].endswith(f"/ws/visits/{started['visit']}/")
    client.delete(f"/api/v1/classifications/{started['visit']}/")


def test_a_deleted_visit_is_gone_and_an_invented_one_never_was(client):
    visit = post_photo(client, (PICTURES / "coffee.png").read_bytes()).json()["visit"]
    assert client.get(f"/api/v1/classifications/{visit}/").status_code == 200
    assert client.delete(f"/api/v1/classifications/{visit}/").status_code == 204
    gone = client.get(f"/api/v1/classifications/{visit}/")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone")
    assert client.get("/api/v1/classifications/never-ours/").status_code == 404
