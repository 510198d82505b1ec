"""The default marks: transparent, counted, each with its rule."""

from collections import Counter

import pytest

from hierarchy import loading, policy, rules
from hierarchy.lexicon import look_up
from hierarchy.models import Mark, Synset
from hierarchy.policy import Category, Level, Subject, Surface, Treatment

NAMED = {
    "n09915434",
    "n10190373",
    "n10853932",
    "n10912626",
    "n10919886",
    "n11012993",
    "n11100798",
    "n11235112",
    "n11242077",
    "n11242849",
    "n11244061",
    "n11346710",
    "n11346873",
    "n11357660",
}


@pytest.fixture(scope="module")
def lexicon():
    return loading.read_lexicon()


def write(tmp_path, line: str):
    path = tmp_path / "rules.csv"
    path.write_text(f"rule,scheme,level,category,kind,argument,note\n{line}\n", encoding="utf-8")
    return path


def test_seventy_four_rules_mark_persons_as_often_as_was_counted(lexicon):
    assert sum(rule.scheme == "persons" for rule in rules.read_rules()) == 74 + 2  # and the lists N1 and H1
    assert Counter(lexicon.heaviest_of_persons().values()) == {
        Level.SLUR: 53,
        Level.DEMEANING: 656,
        Level.SENSITIVE: 1916,
    }


def test_a_lemma_s_own_usage_marks_that_lemma_alone(lexicon):
    of_lemmas = sorted((mark.wnid, mark.rule.id) for mark in lexicon.marks if mark.lemma)
    assert of_lemmas == [("n09636339", "U1"), ("n09645091", "U2")]


def test_a_word_keeps_every_mark_with_its_rule(hierarchy):
    found = Mark.objects.filter(wnid="n09645091")
    assert {"U2"} < set(found.values_list("rule", flat=True))
    assert {mark.level for mark in look_up(["n09645091"])["n09645091"].standing.marks} > {Level.SLUR}


def test_the_fourteen_named_people_are_marked_as_such(hierarchy):
    marked = Mark.objects.filter(category="named")
    assert set(marked.values_list("wnid", flat=True)) == NAMED
    assert set(marked.values_list("rule", flat=True)) == {"N1"}


HOMOGRAPHS = ["n09613559", "n09842823", "n09933324", "n10278128", "n10603378", "n10717055"]


@pytest.mark.parametrize("wnid", HOMOGRAPHS)
def test_what_is_spelled_as_a_slur_is_treated_as_one(hierarchy, wnid):
    standing = look_up([wnid])[wnid].standing
    for subject in (Subject.LIVING_FACE, Subject.SCENE):
        assert policy.treatment(standing, subject, Surface.OWN_RESULT, policy.MUSEUM) is Treatment.WITHHOLD
    assert policy.treatment(standing, Subject.PAGE, Surface.PUBLIC_PAGES, policy.MUSEUM) is Treatment.GATE


@pytest.mark.parametrize(
    "wnid",
    ["n02480855", "n02892767", "n02837789", "n04090263", "n02749479", "n02667093", "n04532106", "n03617480"],
    ids=["primate", "underwear", "swimwear", "rifle", "assault rifle", "abaya", "vestment", "kimono"],
)
def test_what_may_not_be_named_beside_a_living_face_is_withheld_there(hierarchy, wnid):
    standing = look_up([wnid])[wnid].standing
    beside = policy.evidence_treatment(standing, Subject.LIVING_FACE, Surface.OWN_RESULT, policy.MUSEUM)
    assert beside is Treatment.WITHHOLD


def test_everyday_things_may_be_named_beside_a_living_face(hierarchy):
    classes = set(Synset.objects.classes().values_list("wnid", flat=True))
    marked = set(Mark.objects.filter(wnid__in=classes).values_list("wnid", flat=True))
    assert len(classes - marked) > 800


def test_rules_for_things_mark_no_person(hierarchy):
    persons = Synset.objects.filter(in_persons=True).values("wnid")
    assert not Mark.objects.filter(rule__startswith="E", wnid__in=persons).exists()


def test_every_rule_finds_something(lexicon):
    assert {mark.rule.id for mark in lexicon.marks} == {rule.id for rule in rules.read_rules()}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("X1,persons,mild,age,wnids,n00007846,", "mild"),
        ("X1,persons,slur,weather,wnids,n00007846,", "weather"),
        ("X1,animals,slur,slur,wnids,n00007846,", "no such scheme"),
        ("X1,persons,slur,slur,sense,n00007846,", "no such kind"),
        ("X1,persons,slur,slur,gloss,(,", "line 2"),
        ("X1,persons,slur,slur,wnids,person,", "no wnid"),
        (",persons,slur,slur,wnids,n00007846,", "empty or used twice"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_its_line(tmp_path, line, complaint):
    with pytest.raises(rules.BadRule, match=complaint) as refused:
        rules.read_rules(write(tmp_path, line))
    assert "line 2" in str(refused.value)


def test_a_rule_about_a_synset_that_is_not_there_is_refused(tmp_path, lexicon):
    rule = rules.read_rules(write(tmp_path, "X1,persons,slur,slur,hyponyms_of,n99999999,"))
    with pytest.raises(rules.BadRule, match="n99999999"):
        list(rules.marks(rule, lexicon.persons))


def test_the_rules_categories_are_the_policy_s():
    assert {rule.category for rule in rules.read_rules()} == set(Category)
