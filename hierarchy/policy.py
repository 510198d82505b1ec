"""Whether a word may be said, and how. The one place that decides.

A preset is an ordered list of rules; the first that fits a mark gives its treatment, and over a word's marks the
strictest wins. Beneath every preset lies a floor that no preset can lower. `matrix` computes the whole product.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import product

from django.conf import settings

MOST_RULES = 25


class Level(StrEnum):
    """How heavily a word is marked, heaviest first."""

    SLUR = "slur"
    DEMEANING = "demeaning"
    SENSITIVE = "sensitive"


class Category(StrEnum):
    """The kind of harm, in the order in which one is named when a word has several."""

    SLUR = "slur"
    RACE = "race"
    RELIGION = "religion"
    SEXUALITY = "sexuality"
    POLITICS = "politics"
    HEALTH = "health"
    ORIGIN = "origin"
    CRIME = "crime"
    VICTIMHOOD = "victimhood"
    SUBSTANCE = "substance"
    CLASS = "class"
    GENDER = "gender"
    AGE = "age"
    MISFORTUNE = "misfortune"
    CHARACTER = "character"
    NAMED = "named"  # the entry names one person of history: never a label


class Clearance(StrEnum):
    """Whether somebody has read a label for use beside a living face."""

    NONE = "none"
    PROPOSED = "proposed"
    CLEARED = "cleared"


class Subject(StrEnum):
    """What the word is said of."""

    LIVING_FACE = "living_face"
    SCENE = "scene"
    PORTRAIT = "portrait"
    PAGE = "page"


class Surface(StrEnum):
    """Where the word is said. `WALL` stands for every screen that other people see."""

    OWN_RESULT = "own_result"
    WALL = "wall"
    PUBLIC_PAGES = "public_pages"
    SCHOOL = "school"


class Treatment(IntEnum):
    """What is done with the word, mildest first."""

    SHOW = 0
    GATE = 1  # hidden until asked for by a POST, the kind of harm named
    MASK = 2  # never spelled out here
    WITHHOLD = 3  # another sentence stands instead

    @property
    def word(self) -> str:
        """The treatment as API and pages spell it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One reason for care with a word."""

    level: Level
    category: Category


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the policy knows of a word."""

    marks: frozenset[Mark] = frozenset()
    clearance: Clearance = Clearance.NONE


@dataclass(frozen=True, slots=True)
class Rule:
    """A treatment for whatever fits every given condition; a condition that is None fits all.

    `marked` False fits only the unmarked; `levels` and `categories` fit only marks.
    """

    treatment: Treatment
    subjects: frozenset[Subject] | None = None
    surfaces: frozenset[Surface] | None = None
    levels: frozenset[Level] | None = None
    categories: frozenset[Category] | None = None
    marked: bool | None = None
    cleared: bool | None = None

    def fits(self, mark: Mark | None, *, cleared: bool, subject: Subject, surface: Surface) -> bool:
        """Whether the rule speaks about `mark` (None: an unmarked word) in this place."""
        return (
            (self.subjects is None or subject in self.subjects)
            and (self.surfaces is None or surface in self.surfaces)
            and (self.levels is None or (mark is not None and mark.level in self.levels))
            and (self.categories is None or (mark is not None and mark.category in self.categories))
            and (self.marked is None or self.marked == (mark is not None))
            and (self.cleared is None or self.cleared == cleared)
        )


@dataclass(frozen=True, slots=True)
class Preset:
    """A named, versioned, ordered list of at most 25 rules; the last fits everything."""

    name: str
    version: int
    rules: tuple[Rule, ...]
    counts_as_cleared: frozenset[Clearance] = frozenset({Clearance.CLEARED})

    def __post_init__(self) -> None:
        if len(self.rules) > MOST_RULES:
            raise ValueError(f"The preset {self.name} has more than {MOST_RULES} rules.")

    @property
    def identity(self) -> str:
        """Name and version, as every result and tally carries them: `museum/1`."""
        return f"{self.name}/{self.version}"

    def treat(self, mark: Mark | None, clearance: Clearance, subject: Subject, surface: Surface) -> Treatment:
        """The treatment of one mark, before the floor."""
        cleared = clearance in self.counts_as_cleared
        return next(
            rule.treatment for rule in self.rules if rule.fits(mark, cleared=cleared, subject=subject, surface=surface)
        )


# --- presets --------------------------------------------------------------------------------------------------------

SHOW, GATE, MASK, WITHHOLD = Treatment
SLUR, DEMEANING = frozenset({Level.SLUR}), frozenset({Level.DEMEANING})
LIVING, PAGE = frozenset({Subject.LIVING_FACE}), frozenset({Subject.PAGE})
PICTURE = frozenset({Subject.SCENE, Subject.PORTRAIT})
OWN, WALL, AT_SCHOOL = frozenset({Surface.OWN_RESULT}), frozenset({Surface.WALL}), frozenset({Surface.SCHOOL})
GROUPS = frozenset({Category.RACE, Category.RELIGION, Category.SEXUALITY, Category.POLITICS, Category.HEALTH})

SCHOOL_RULES = (
    Rule(SHOW, surfaces=AT_SCHOOL, marked=False, cleared=True),
    Rule(WITHHOLD, surfaces=AT_SCHOOL, levels=SLUR),
    Rule(MASK, surfaces=AT_SCHOOL),
)
PAGE_RULES = (
    Rule(WITHHOLD, subjects=PAGE, surfaces=WALL, levels=SLUR),
    Rule(MASK, subjects=PAGE, surfaces=WALL, levels=DEMEANING),
    Rule(SHOW, subjects=PAGE, surfaces=WALL, cleared=True),
    Rule(MASK, subjects=PAGE, surfaces=WALL),
    Rule(GATE, subjects=PAGE, levels=SLUR | DEMEANING),
    Rule(SHOW, subjects=PAGE),
)
MUSEUM_RULES = (
    *SCHOOL_RULES,
    Rule(WITHHOLD, subjects=LIVING, categories=GROUPS),
    Rule(WITHHOLD, subjects=LIVING, levels=SLUR),
    Rule(SHOW, subjects=LIVING, marked=False, cleared=True),
    Rule(GATE, subjects=LIVING, surfaces=OWN),
    Rule(MASK, subjects=LIVING),
    Rule(WITHHOLD, subjects=PICTURE, levels=SLUR),
    Rule(GATE, subjects=PICTURE, surfaces=OWN, levels=DEMEANING),
    Rule(SHOW, subjects=PICTURE, surfaces=OWN),
    Rule(MASK, subjects=PICTURE, levels=DEMEANING),
    Rule(SHOW, subjects=PICTURE, cleared=True),
    Rule(MASK, subjects=PICTURE),
    *PAGE_RULES,
)

MUSEUM = Preset("museum", 1, MUSEUM_RULES)
# Gates where `museum` withholds; elsewhere than in a visitor's own result it names nothing uncleared.
AS_IN_2019 = Preset(
    "2019",
    1,
    (
        *SCHOOL_RULES,
        Rule(SHOW, subjects=LIVING, marked=False, cleared=True),
        Rule(GATE, subjects=LIVING, surfaces=OWN),
        Rule(GATE, subjects=PICTURE, surfaces=OWN, levels=SLUR | DEMEANING),
        Rule(SHOW, subjects=PICTURE, surfaces=OWN),
        Rule(SHOW, subjects=PICTURE, marked=False, cleared=True),
        Rule(MASK, subjects=LIVING | PICTURE),
        *PAGE_RULES,
    ),
)
SCHOOL = Preset(
    "school",
    1,
    (Rule(SHOW, marked=False, cleared=True), Rule(WITHHOLD, levels=SLUR), Rule(MASK)),
)
# For showing the platform before a museum has read its words: what is only proposed counts as cleared.
DEMONSTRATION = Preset(
    "demonstration", 1, MUSEUM_RULES, counts_as_cleared=frozenset({Clearance.PROPOSED, Clearance.CLEARED})
)
PRESETS = {preset.name: preset for preset in (MUSEUM, AS_IN_2019, SCHOOL, DEMONSTRATION)}


def active() -> Preset:
    """The preset in force."""
    return PRESETS[settings.ROULETTE_POLICY]


# --- decisions ------------------------------------------------------------------------------------------------------


def _floor(mark: Mark | None, subject: Subject, surface: Surface) -> Treatment:
    """What no preset can lower: never a living face and a slur in one frame, in any preset.

    And none with a demeaning word but on the visitor's own screen, after they asked.
    """
    if mark is None or subject is not Subject.LIVING_FACE or mark.level is Level.SENSITIVE:
        return SHOW
    if mark.level is Level.SLUR:
        return WITHHOLD
    return GATE if surface is Surface.OWN_RESULT else MASK


def _of_mark(mark: Mark | None, clearance: Clearance, subject: Subject, surface: Surface, preset: Preset) -> Treatment:
    return max(preset.treat(mark, clearance, subject, surface), _floor(mark, subject, surface))


def treatment(standing: Standing, subject: Subject, surface: Surface, preset: Preset | None = None) -> Treatment:
    """How a word of this standing is treated as a label or a page's heading: the strictest over its marks."""
    preset = preset or active()
    marks: Iterable[Mark | None] = standing.marks or (None,)
    return max(_of_mark(mark, standing.clearance, subject, surface, preset) for mark in marks)


def node_treatment(standing: Standing, subject: Subject, surface: Surface, preset: Preset | None = None) -> Treatment:
    """How a word is treated as a node of a path: clearance concerns labels only, so an unmarked node is shown."""
    return treatment(standing, subject, surface, preset) if standing.marks else SHOW


def evidence_treatment(
    standing: Standing, subject: Subject, surface: Surface, preset: Preset | None = None
) -> Treatment:
    """How a thing that the network saw is treated: a marked one is never named beside a living face."""
    if not standing.marks:
        return SHOW
    if subject is Subject.LIVING_FACE:
        return WITHHOLD
    return treatment(standing, subject, surface, preset)


def harm(standing: Standing, subject: Subject, surface: Surface, preset: Preset | None = None) -> Category | None:
    """The kind of harm to name on a gate: that of the most strictly treated mark, then the heaviest, then in order."""
    preset = preset or active()
    levels, categories = list(Level), list(Category)

    def weight(mark: Mark) -> tuple[int, int, int]:
        strictness = _of_mark(mark, standing.clearance, subject, surface, preset)
        return -strictness, levels.index(mark.level), categories.index(mark.category)

    worst = min(standing.marks, key=weight, default=None)
    return worst.category if worst else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One place in the computed matrix."""

    mark: Mark | None
    clearance: Clearance
    subject: Subject
    surface: Surface
    treatment: Treatment


def matrix(preset: Preset) -> Iterator[Cell]:
    """The whole product of marks × clearance × subject × surface under `preset`, floor included."""
    marks: tuple[Mark | None, ...] = (
        None,
        *(Mark(level, category) for level, category in product(Level, Category)),
    )
    for mark, clearance, subject, surface in product(marks, Clearance, Subject, Surface):
        yield Cell(mark, clearance, subject, surface, _of_mark(mark, clearance, subject, surface, preset))
