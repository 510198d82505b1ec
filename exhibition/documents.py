"""The API's documents, as its OpenAPI description has them. Built elsewhere; a test holds both together."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers as s

from exhibition.problems import KINDS, MEDIA_TYPE
from hierarchy.api import CATEGORIES, TREATMENTS


class PhotoForm(s.Serializer[None]):
    """What is posted."""

    photo = s.FileField(help_text="A JPEG, PNG or WebP file of at most 8 MB.")


class RevealForm(s.Serializer[None]):
    """Which gate is opened."""

    label = s.IntegerField(  # type: ignore[assignment]
        min_value=0, help_text="The face's place in `faces`, from 0; 0 for a scene's label."
    )


class Pending(s.Serializer[None]):
    """A visit whose result is not there yet."""

    visit = s.CharField()
    status = s.ChoiceField(["pending"])


class Started(Pending):
    """A photograph that was accepted."""

    url = s.URLField(help_text="Where the result will be, for ten minutes.")
    websocket = s.CharField(help_text="Where it is announced.")


class Photo(s.Serializer[None]):
    """The upright photograph, in pixels."""

    width = s.IntegerField(min_value=1)
    height = s.IntegerField(min_value=1)


class Model(s.Serializer[None]):
    """The machine that answered."""

    name = s.CharField()
    version = s.CharField()
    sha256 = s.RegexField("^[0-9a-f]{64}$", help_text="That of the model's SHA256SUMS.")


class Box(s.Serializer[None]):
    """A face, in fractions of the upright photograph; origin top left."""

    x = s.FloatField()
    y = s.FloatField()
    width = s.FloatField()
    height = s.FloatField()


class Named(s.Serializer[None]):
    """A synset, named where the policy lets it be."""

    wnid = s.CharField(allow_null=True)
    lemmas = s.ListField(child=s.CharField(), allow_null=True)
    treatment = s.ChoiceField(TREATMENTS)


class Alternative(Named):
    """A runner-up."""

    score = s.FloatField()


class Evidence(s.Serializer[None]):
    """A thing that the network saw, and its share of the label's score."""

    saw = s.CharField(allow_null=True)
    wnid = s.CharField(allow_null=True)
    probability = s.FloatField()
    share = s.FloatField()


class Label(s.Serializer[None]):
    """A word, as the policy lets it be said; unless shown or revealed, only the kind of harm is named."""

    treatment = s.ChoiceField(TREATMENTS)
    revealed = s.BooleanField()
    harm = s.ChoiceField(CATEGORIES, allow_null=True)
    wnid = s.CharField(allow_null=True)
    lemmas = s.ListField(child=s.CharField(), allow_null=True)
    gloss = s.CharField(allow_null=True)
    paths = s.ListField(child=s.ListField(child=Named()), allow_null=True)
    score = s.FloatField()
    margin = s.FloatField()
    alternatives = Alternative(many=True)
    evidence = Evidence(many=True)


class Face(s.Serializer[None]):
    """A face and its label."""

    box = Box()
    score = s.FloatField()
    label = Label()  # type: ignore[assignment]


class Result(s.Serializer[None]):
    """What the machine said of a photograph: labelled faces or, where it found none, a labelled scene."""

    visit = s.CharField()
    status = s.ChoiceField(["done"])
    photo = Photo()
    model = Model()
    lexicon = s.CharField()
    policy = s.CharField()
    faces = Face(many=True)
    scene = Label(allow_null=True)


class ProblemDetails(s.Serializer[None]):
    """RFC 9457."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField(help_text="A sentence for the visitor.")
    code = s.ChoiceField(sorted(KINDS))


def problems(*codes: str) -> dict[tuple[int, str], OpenApiResponse]:
    """The responses that `codes` make, one a status."""
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(KINDS[code].status, []).append(code)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemDetails, description=", ".join(f"`{code}`" for code in same))
        for status, same in sorted(found.items())
    }


WAIT = OpenApiParameter(
    "wait", float, description="Seconds to wait for the result, from 0 to 30; without it the answer is 202 at once."
)
