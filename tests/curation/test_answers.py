"""What a surface is told of a result, over every treatment; and that nothing else slips out."""

import json
from itertools import product

import pytest

from classifier.results import Box, Candidate, Classification, Evidence, Face, Label, ModelIdentity
from curation.answers import Answer, record
from hierarchy.lexicon import Word
from hierarchy.policy import (
    PRESETS,
    Category,
    Clearance,
    Level,
    Mark,
    Standing,
    Subject,
    Surface,
    Treatment,
    treatment,
)

MODEL = ModelIdentity("a model", "1", "0" * 64)
ROOT, PARENT, LABEL, OTHER, THING = "n00007846", "n11111111", "n22222222", "n33333333", "n44444444"
MARKS = [None, *(Mark(level, category) for level, category in product(Level, Category))]


def word(wnid: str, *marks: Mark | None, path=(), clearance=Clearance.NONE) -> Word:
    standing = Standing(frozenset(filter(None, marks)), clearance)
    return Word(wnid, (f"lemma-of-{wnid}",), f"gloss-of-{wnid}", standing, (tuple(path),))


def answered(label_mark=None, *, parent=None, other=None, thing=None, face=True, clearance=Clearance.NONE) -> dict:
    words = {
        ROOT: word(ROOT, path=[ROOT]),
        PARENT: word(PARENT, parent, path=[ROOT, PARENT]),
        LABEL: word(LABEL, label_mark, path=[ROOT, PARENT, LABEL], clearance=clearance),
        OTHER: word(OTHER, other, path=[ROOT, OTHER]),
        THING: word(THING, thing),
    }
    label = Label(LABEL, 0.5, 0.25, (Candidate(OTHER, 0.4),), (Evidence(THING, 0.1, 0.9),))
    faces = (Face(Box(0.1, 0.1, 0.2, 0.2), 0.9, label),) if face else ()
    return record(Classification(640, 480, MODEL, faces, None if face else label), words)


def document(a_record: dict, *opened: int, preset="museum", surface=Surface.OWN_RESULT) -> dict:
    answer = Answer(a_record, surface, frozenset(opened), PRESETS[preset])
    return answer.document("a-visit", "WordNet 3.0")


def the_label(answer: dict) -> dict:
    return answer["scene"] or answer["faces"][0]["label"]


def names(answer: dict) -> set[str]:
    """Every synset whose id, lemma or gloss stands anywhere in the answer."""
    text = json.dumps(answer)
    return {wnid for wnid in (ROOT, PARENT, LABEL, OTHER, THING) if wnid in text}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("surface", Surface)
@pytest.mark.parametrize("face", [True, False])
def test_over_the_whole_product_a_label_is_named_only_where_the_policy_says_so(preset, surface, face):
    subject = Subject.LIVING_FACE if face else Subject.SCENE
    for mark, clearance, opened in product(MARKS, Clearance, [(), (0,)]):
        standing = Standing(frozenset(filter(None, [mark])), clearance)
        decided = treatment(standing, subject, surface, PRESETS[preset])
        answer = document(answered(mark, face=face, clearance=clearance), *opened, preset=preset, surface=surface)
        told = decided is Treatment.SHOW or (decided is Treatment.GATE and bool(opened))
        assert (LABEL in names(answer)) == told, (mark, clearance, opened)
        assert the_label(answer)["treatment"] == decided.word
        assert all((the_label(answer)[part] is not None) == told for part in ("wnid", "lemmas", "gloss", "paths"))


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("surface", Surface)
@pytest.mark.parametrize("where", ["label_mark", "parent", "other", "thing"])
def test_no_slur_stands_beside_a_living_face_wherever_it_comes_from(preset, surface, where):
    slur = Mark(Level.SLUR, Category.SLUR)
    at = {"label_mark": LABEL, "parent": PARENT, "other": OTHER, "thing": THING}[where]
    answer = document(answered(**{where: slur}), 0, preset=preset, surface=surface)
    assert at not in names(answer)


def test_a_marked_node_keeps_its_place_unnamed_and_opens_with_the_label():
    a_record = answered(parent=Mark(Level.SENSITIVE, Category.CRIME), clearance=Clearance.CLEARED)
    [path] = the_label(document(a_record))["paths"]
    assert [node["wnid"] for node in path] == [ROOT, None, LABEL]
    assert path[1] == {"wnid": None, "lemmas": None, "treatment": "gate"}
    [opened] = the_label(document(a_record, 0))["paths"]
    assert [node["wnid"] for node in opened] == [ROOT, PARENT, LABEL]


def test_a_withheld_node_stays_unnamed_when_the_label_is_opened():
    a_record = answered(parent=Mark(Level.SENSITIVE, Category.RELIGION))
    [path] = the_label(document(a_record, 0))["paths"]
    assert [node["wnid"] for node in path] == [ROOT, None, LABEL]


def test_marked_evidence_keeps_its_share_but_not_its_name_beside_a_face():
    marked = Mark(Level.SENSITIVE, Category.SEXUALITY)
    [thing] = the_label(document(answered(thing=marked), 0))["evidence"]
    assert thing == {"saw": None, "wnid": None, "probability": 0.1, "share": 0.9}
    [in_a_scene] = the_label(document(answered(thing=marked, face=False)))["evidence"]
    assert in_a_scene["saw"] == f"lemma-of-{THING}"


def test_the_gate_names_the_kind_of_harm_and_nothing_else():
    label = the_label(document(answered(Mark(Level.DEMEANING, Category.CRIME))))
    assert label["treatment"] == "gate"
    assert label["harm"] == "crime"
    assert label["score"] == 0.5


def test_opening_one_label_opens_no_other():
    a_record = answered()
    a_record["classification"]["faces"] *= 2
    first, second = (face["label"] for face in document(a_record, 1)["faces"])
    assert first["wnid"] is None
    assert second["wnid"] == LABEL
    assert (first["revealed"], second["revealed"]) == (False, True)


def test_only_words_shown_without_asking_are_drawn():
    gated = Answer(answered(), Surface.OWN_RESULT, frozenset({0}))
    assert gated.drawing() == {
        "boxes": [{"box": {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2}, "text": None}],
        "scene": None,
    }
    shown = Answer(answered(clearance=Clearance.CLEARED), Surface.OWN_RESULT, frozenset())
    assert shown.drawing()["boxes"][0]["text"] == f"lemma-of-{LABEL}"
    assert Answer(answered(face=False), Surface.OWN_RESULT, frozenset()).drawing()["scene"] == f"lemma-of-{LABEL}"


def test_the_document_has_the_shape_of_the_contract():
    answer = document(answered(face=False))
    assert list(answer) == ["visit", "status", "photo", "model", "lexicon", "policy", "faces", "scene"]
    assert answer["photo"] == {"width": 640, "height": 480}
    assert answer["model"] == {"name": "a model", "version": "1", "sha256": "0" * 64}
    assert answer["policy"] == "museum/1"
    assert answer["faces"] == []
    assert set(answer["scene"]["alternatives"][0]) == {"wnid", "lemmas", "score", "treatment"}


def test_a_record_survives_the_store():
    a_record = answered(Mark(Level.SENSITIVE, Category.AGE))
    assert document(json.loads(json.dumps(a_record)), 0) == document(a_record, 0)
