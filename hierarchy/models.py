"""The dictionary as rows, and what people have said about its words.

The dictionary's rows (synsets, lemmas, graph) may be loaded again at any time. Marks and clearances hang on a wnid,
not on a row: loading never touches what a person decided.

Graph rows carry their scheme, because a synset may stand in both: *diver* is a person, and an ancestor of a thing
that the network sees. Within *persons* every path begins at person.n.01, within *things* at entity.n.01, and the
figures of one scheme are not disturbed by the other.
"""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from hierarchy import policy
from hierarchy.entries import WORDNET_VERSION

ENGLISH = "en"
a_wnid = RegexValidator(r"^n\d{8}$", "A wnid is n and eight digits.")


class Scheme(models.TextChoices):
    """Which graph a row belongs to."""

    PERSONS = "persons"
    THINGS = "things"


class SynsetQuerySet(models.QuerySet["Synset"]):
    """The words in which synsets are asked for."""

    def of(self, scheme: Scheme) -> Self:
        """Every synset of a scheme."""
        return self.filter(in_persons=True) if scheme == Scheme.PERSONS else self.filter(in_things=True)

    def below(self, wnid: str, scheme: Scheme = Scheme.PERSONS) -> Self:
        """Every hyponym of `wnid` inside `scheme`, at any depth, itself excluded."""
        return self.filter(ancestry__ancestor=wnid, ancestry__scheme=scheme, ancestry__depth__gt=0)

    def above(self, wnid: str, scheme: Scheme = Scheme.PERSONS) -> Self:
        """Every hypernym of `wnid` inside `scheme`, at any height, itself excluded."""
        return self.filter(descent__descendant=wnid, descent__scheme=scheme, descent__depth__gt=0)

    def leaves(self, scheme: Scheme = Scheme.PERSONS) -> Self:
        """Every synset of `scheme` without hyponyms in it."""
        parents = Hypernymy.objects.filter(scheme=scheme, parent=models.OuterRef("pk"))
        return self.of(scheme).filter(~models.Exists(parents))

    def classes(self) -> Self:
        """The 1,000 ImageNet classes that the network can see, in row order."""
        return self.filter(class_index__isnull=False).order_by("class_index")


class Synset(models.Model):
    """A set of synonyms with its gloss; `wnid` is its offset in WordNet 3.0, as ImageNet writes it."""

    wnid = models.CharField(primary_key=True, max_length=9, validators=[a_wnid])
    version = models.CharField(max_length=8, default=WORDNET_VERSION)
    gloss = models.TextField()
    examples = models.JSONField(default=list)
    in_persons = models.BooleanField()
    in_things = models.BooleanField()
    in_imagenet21k = models.BooleanField()
    class_index = models.PositiveSmallIntegerField(null=True, unique=True)

    objects = SynsetQuerySet.as_manager()

    class Meta:
        ordering = ["wnid"]
        constraints = [
            models.CheckConstraint(condition=Q(in_persons=True) | Q(in_things=True), name="synset_is_in_a_scheme"),
            models.CheckConstraint(
                condition=Q(class_index__isnull=True) | Q(in_things=True, class_index__lt=1000),
                name="synset_class_is_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.wnid


class Lemma(models.Model):
    """A word of a synset in one language, in the dictionary's order; `folded` is what searches compare."""

    class Source(models.TextChoices):
        WORDNET = "wordnet"
        IMPORTED = "imported"

    synset = models.ForeignKey(Synset, models.CASCADE, related_name="lemmas", db_index=False)
    language = models.CharField(max_length=8, default=ENGLISH)
    text = models.CharField(max_length=120)
    folded = models.CharField(max_length=120, db_index=True)
    rank = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)
    sense_key = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=16, choices=Source.choices)

    class Meta:
        ordering = ["synset", "language", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["synset", "language", "source", "rank"], name="lemma_has_a_rank_of_its_own"
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(folded=""), name="lemma_has_text"),
            models.CheckConstraint(condition=Q(source__in=["wordnet", "imported"]), name="lemma_source_is_known"),
        ]

    def __str__(self) -> str:
        return self.text


class Hypernymy(models.Model):
    """`child` is a kind of `parent`; `ordinal` is the parent's place among the child's."""

    scheme = models.CharField(max_length=8, choices=Scheme.choices)
    parent = models.ForeignKey(Synset, models.CASCADE, related_name="hyponymies", db_index=False)
    child = models.ForeignKey(Synset, models.CASCADE, related_name="hypernymies", db_index=False)
    ordinal = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "hypernymies"
        indexes = [models.Index(fields=["parent", "scheme"], name="hypernymy_parent")]
        constraints = [
            models.UniqueConstraint(fields=["child", "scheme", "ordinal"], name="hypernymy_is_ordered"),
            models.UniqueConstraint(fields=["child", "scheme", "parent"], name="hypernymy_is_said_once"),
            models.CheckConstraint(condition=~Q(parent=F("child")), name="hypernymy_is_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} < {self.parent_id}"


class Closure(models.Model):
    """`descendant` is `depth` steps below `ancestor`, by the shortest way; each synset is 0 below itself."""

    scheme = models.CharField(max_length=8, choices=Scheme.choices)
    ancestor = models.ForeignKey(Synset, models.CASCADE, related_name="descent", db_index=False)
    descendant = models.ForeignKey(Synset, models.CASCADE, related_name="ancestry", db_index=False)
    depth = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["ancestor", "scheme", "depth"], name="closure_descent")]
        constraints = [
            models.UniqueConstraint(fields=["descendant", "scheme", "ancestor"], name="closure_is_said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.descendant_id} < {self.ancestor_id} by {self.depth}"


class Path(models.Model):
    """One way from the scheme's root down to a synset: all wnids in `wnids`, both ends included, `depth` steps."""

    scheme = models.CharField(max_length=8, choices=Scheme.choices)
    synset = models.ForeignKey(Synset, models.CASCADE, related_name="paths", db_index=False)
    ordinal = models.PositiveSmallIntegerField()
    depth = models.PositiveSmallIntegerField()
    wnids = models.JSONField()

    class Meta:
        ordering = ["scheme", "synset", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["synset", "scheme", "ordinal"], name="path_is_ordered"),
        ]

    def __str__(self) -> str:
        return " > ".join(self.wnids)


class Mark(models.Model):
    """A reason for care with a synset, or with one lemma of it in one language. A word keeps all its marks.

    `lemma` and `language` are both empty (the whole synset is meant) or both given.
    """

    class Source(models.TextChoices):
        RULE = "rule"
        LIST = "list"
        CURATOR = "curator"

    wnid = models.CharField(max_length=9, validators=[a_wnid], db_index=True)
    lemma = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    level = models.CharField(max_length=16, choices=[(one.value, one.value) for one in policy.Level])
    category = models.CharField(max_length=16, choices=[(one.value, one.value) for one in policy.Category])
    source = models.CharField(max_length=8, choices=Source.choices)
    rule = models.CharField(max_length=16, blank=True)
    citation = models.TextField(blank=True)
    author = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    date = models.DateField()

    class Meta:
        ordering = ["wnid", "lemma", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lemma="", language="") | (~Q(lemma="") & ~Q(language="")),
                name="mark_names_lemma_and_language_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(level__in=[one.value for one in policy.Level]), name="mark_level_is_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=[one.value for one in policy.Category]),
                name="mark_category_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(source="rule") & ~Q(rule=""))
                | (Q(source="list") & ~Q(citation=""))
                | (Q(source="curator") & ~Q(author="") & ~Q(reason="")),
                name="mark_says_where_it_comes_from",
            ),
            models.UniqueConstraint(
                fields=["wnid", "lemma", "language", "rule"],
                condition=Q(source="rule"),
                name="mark_of_a_rule_is_made_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wnid}: {self.level}, {self.category}"


class Clearance(models.Model):
    """A label has been read, in one language, for use beside a living face.

    *Proposed*: `first_reader` says by whom or what. *Cleared*: two different people have read it.
    """

    wnid = models.CharField(max_length=9, validators=[a_wnid])
    language = models.CharField(max_length=8, default=ENGLISH)
    state = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in (policy.Clearance.PROPOSED, policy.Clearance.CLEARED)],
    )
    first_reader = models.CharField(max_length=120)
    second_reader = models.CharField(max_length=120, blank=True)
    date = models.DateField()

    class Meta:
        ordering = ["wnid", "language"]
        constraints = [
            models.UniqueConstraint(fields=["wnid", "language"], name="clearance_is_one_a_language"),
            models.CheckConstraint(
                condition=Q(state="proposed")
                | (Q(state="cleared") & ~Q(second_reader="") & ~Q(second_reader=F("first_reader"))),
                name="clearance_takes_two_readers",
            ),
            models.CheckConstraint(
                condition=~Q(first_reader="") & ~Q(language=""), name="clearance_names_a_reader_and_a_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wnid} ({self.language}): {self.state}"


class Edition(models.Model):
    """What is loaded: the digest of fixtures and rules. At most one row."""

    version = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="edition_is_one")]

    def __str__(self) -> str:
        return f"WordNet {self.version} ({self.digest[:12]})"
