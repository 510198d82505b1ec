"""The policy's whole product: presets × marks × clearance × subject × surface."""

from itertools import combinations

import pytest

from hierarchy import policy
from hierarchy.policy import (
    PRESETS,
    Category,
    Cell,
    Clearance,
    Level,
    Mark,
    Preset,
    Rule,
    Standing,
    Subject,
    Surface,
    Treatment,
)

SHOW, GATE, MASK, WITHHOLD = Treatment
OTHERS = {Surface.WALL, Surface.PUBLIC_PAGES}
GROUPS = {"race", "religion", "sexuality", "politics", "health"}


def cells(name: str) -> list[Cell]:
    return list(policy.matrix(PRESETS[name]))


def museum_expectation(cell: Cell) -> Treatment:
    """The table of the house for `museum`, written a second time and differently, cell by cell."""
    level = cell.mark.level if cell.mark else None
    cleared = cell.clearance is Clearance.CLEARED
    if cell.surface is Surface.SCHOOL:
        return WITHHOLD if level is Level.SLUR else SHOW if level is None and cleared else MASK
    own = cell.surface is Surface.OWN_RESULT
    match cell.subject:
        case Subject.LIVING_FACE:
            if cell.mark and (level is Level.SLUR or cell.mark.category in GROUPS):
                return WITHHOLD
            if cell.mark is None and cleared:
                return SHOW
            return GATE if own else MASK
        case Subject.SCENE | Subject.PORTRAIT:
            if level is Level.SLUR:
                return WITHHOLD
            if level is Level.DEMEANING:
                return GATE if own else MASK
            return SHOW if own or cleared else MASK
        case Subject.PAGE if cell.surface is Surface.WALL:
            return {Level.SLUR: WITHHOLD, Level.DEMEANING: MASK}.get(level, SHOW if cleared else MASK)
        case _:
            return GATE if level in {Level.SLUR, Level.DEMEANING} else SHOW


def test_museum_is_the_table_of_the_house_in_every_cell():
    wrong = [cell for cell in cells("museum") if cell.treatment is not museum_expectation(cell)]
    assert not wrong
    assert len(cells("museum")) == (1 + 3 * 16) * 3 * 4 * 4


@pytest.mark.parametrize("name", PRESETS)
def test_no_preset_puts_a_slur_beside_a_living_face(name):
    assert {
        cell.treatment
        for cell in cells(name)
        if cell.subject is Subject.LIVING_FACE and cell.mark and cell.mark.level is Level.SLUR
    } == {WITHHOLD}


@pytest.mark.parametrize("name", PRESETS)
def test_a_demeaning_word_meets_a_living_face_only_on_the_visitors_own_screen_after_asking(name):
    for cell in cells(name):
        if cell.subject is Subject.LIVING_FACE and cell.mark and cell.mark.level is Level.DEMEANING:
            assert cell.treatment >= (GATE if cell.surface is Surface.OWN_RESULT else MASK)


@pytest.mark.parametrize("name", PRESETS)
def test_nothing_uncleared_is_shown_beside_a_living_face(name):
    cleared = PRESETS[name].counts_as_cleared
    assert not [
        cell
        for cell in cells(name)
        if cell.subject is Subject.LIVING_FACE
        and cell.treatment is SHOW
        and (cell.mark is not None or cell.clearance not in cleared)
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_a_gate_never_stands_on_a_screen_that_nobody_can_ask(name):
    assert not [cell for cell in cells(name) if cell.surface is Surface.WALL and cell.treatment is GATE]


def test_2019_gates_in_own_results_what_museum_withholds_but_slurs_on_faces():
    for ours, theirs in zip(cells("museum"), cells("2019"), strict=True):
        if ours.surface is not Surface.OWN_RESULT:
            continue
        slur_on_face = ours.subject is Subject.LIVING_FACE and ours.mark and ours.mark.level is Level.SLUR
        gated = ours.treatment is WITHHOLD and not slur_on_face
        assert theirs.treatment is (GATE if gated else ours.treatment)


def test_2019_names_nothing_uncleared_beside_a_picture_on_other_screens():
    for cell in cells("2019"):
        if cell.surface in OTHERS and cell.subject is not Subject.PAGE and cell.treatment is SHOW:
            assert cell.mark is None
            assert cell.clearance is Clearance.CLEARED


def test_school_shows_only_the_cleared_and_unmarked_on_every_surface():
    for cell in cells("school"):
        assert (cell.treatment is SHOW) == (cell.mark is None and cell.clearance is Clearance.CLEARED)


@pytest.mark.parametrize("name", PRESETS)
def test_the_school_surface_is_locked_in_every_preset(name):
    cleared = PRESETS[name].counts_as_cleared
    for cell in cells(name):
        if cell.surface is Surface.SCHOOL:
            assert (cell.treatment is SHOW) == (cell.mark is None and cell.clearance in cleared)
            assert cell.treatment is not GATE


def test_demonstration_is_museum_with_proposed_taken_for_cleared():
    for cell in cells("demonstration"):
        raised = Clearance.CLEARED if cell.clearance is Clearance.PROPOSED else cell.clearance
        as_museum = museum_expectation(Cell(cell.mark, raised, cell.subject, cell.surface, cell.treatment))
        assert cell.treatment is as_museum


@pytest.mark.parametrize("name", PRESETS)
def test_the_strictest_of_two_marks_wins_everywhere(name):
    preset = PRESETS[name]
    marks = [
        Mark(Level.SLUR, Category.SLUR),
        Mark(Level.DEMEANING, Category.CRIME),
        Mark(Level.SENSITIVE, Category.RACE),
    ]
    for one, other in combinations(marks, 2):
        for subject in Subject:
            for surface in Surface:
                both = policy.treatment(Standing(frozenset({one, other})), subject, surface, preset)
                each = [policy.treatment(Standing(frozenset({m})), subject, surface, preset) for m in (one, other)]
                assert both is max(each)


def test_an_unmarked_node_of_a_path_is_shown_without_clearance():
    place = Subject.LIVING_FACE, Surface.OWN_RESULT
    assert policy.node_treatment(Standing(), *place) is SHOW
    assert policy.treatment(Standing(), *place) is GATE


@pytest.mark.parametrize("name", PRESETS)
def test_marked_evidence_is_never_named_beside_a_living_face(name):
    standing = Standing(frozenset({Mark(Level.SENSITIVE, Category.GENDER)}), Clearance.CLEARED)
    for surface in Surface:
        assert policy.evidence_treatment(standing, Subject.LIVING_FACE, surface, PRESETS[name]) is WITHHOLD


def test_the_gate_names_the_kind_of_harm_of_the_strictest_mark():
    standing = Standing(
        frozenset({Mark(Level.DEMEANING, Category.CHARACTER), Mark(Level.SENSITIVE, Category.RELIGION)})
    )
    assert policy.harm(standing, Subject.LIVING_FACE, Surface.OWN_RESULT) is Category.RELIGION
    assert policy.harm(standing, Subject.PAGE, Surface.PUBLIC_PAGES) is Category.CHARACTER
    assert policy.harm(Standing(), Subject.LIVING_FACE, Surface.OWN_RESULT) is None


def test_a_preset_of_more_than_25_rules_is_refused():
    with pytest.raises(ValueError, match="25"):
        Preset("long", 1, (Rule(SHOW),) * 26)


def test_every_preset_answers_for_every_place_and_names_its_version():
    for preset in PRESETS.values():
        assert preset.identity == f"{preset.name}/1"
        assert list(policy.matrix(preset))
