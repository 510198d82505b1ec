"""The API's documents, as its OpenAPI description has them. Built elsewhere; a test holds both together."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_field
from rest_framework import serializers as s

from exhibition.problems import KINDS, MEDIA_TYPE
from hierarchy.api import CATEGORIES, TREATMENTS

SCORE = "The word's score among all the words that the machine can say. It measures likeness, not truth."
WEBSOCKET = """\
Where the visit is told as it happens, one JSON object a message. Each has `seq`, its number, rising from 1; `epoch`,
which changes when the store was lost, and is null where it was never reached; and `type`:

- `waiting`: `ahead`, how many photographs are before this one, and `seconds`, an estimate;
- `result`: `result`, the document that `url` answers with;
- `failed`: `code` and `detail`, as in a problem;
- `deleted`: the visit is gone.

The last three end the visit, and the socket closes. A new socket is told everything from the beginning; who comes
back may send `{"type": "resume", "epoch": "…", "after": seq}` to hear only what came later, and hears all of it where
the epoch is another. Close codes: 1000 all told, 1008 too many resumes, 1009 message too long, 1011 out of order
or too slow, 4400 message not understood, 4404 no such visit, 4410 gone."""


def _fraction(meaning: str) -> s.FloatField:
    return s.FloatField(min_value=0, max_value=1, help_text=f"0–1. {meaning}")


@extend_schema_field(OpenApiTypes.BINARY)
class UploadedFile(s.FileField):
    """A file's bytes. A plain `FileField` is described as what it answers with, an address."""


class PhotoForm(s.Serializer[None]):
    """What is posted."""

    photo = UploadedFile(help_text="A JPEG, PNG or WebP file of at most 8 MB.")


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
    websocket = s.CharField(help_text=WEBSOCKET)


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

    score = _fraction(SCORE)


class Evidence(s.Serializer[None]):
    """A thing that the network saw, and its share of the label's score."""

    saw = s.CharField(allow_null=True)
    wnid = s.CharField(allow_null=True)
    probability = _fraction(
        "What the network gives this thing among all the things it knows, before any word is chosen."
    )
    share = _fraction(
        "This thing's part of the label's score. Only the five largest are listed, so the sum may be below 1."
    )


class Label(s.Serializer[None]):
    """A word, as the policy lets it be said; unless shown or revealed, only the kind of harm is named."""

    treatment = s.ChoiceField(TREATMENTS)
    revealed = s.BooleanField()
    harm = s.ChoiceField(CATEGORIES, allow_null=True)
    wnid = s.CharField(allow_null=True)
    lemmas = s.ListField(child=s.CharField(), allow_null=True)
    gloss = s.CharField(allow_null=True)
    paths = s.ListField(child=s.ListField(child=Named()), allow_null=True)
    score = _fraction(SCORE)
    margin = _fraction("How clearly the label came first: (its score − the first runner-up's) / its score.")
    alternatives = Alternative(many=True)
    evidence = Evidence(many=True)


class Face(s.Serializer[None]):
    """A face and its label."""

    box = Box()
    score = _fraction("How sure the detector is that this is a face. It says nothing of the label.")
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
    "wait",
    float,
    description="Seconds to wait for the result, from 0 to 30; without it the answer is 202 at once, also where "
    "`Accept: image/jpeg` asks for a picture.",
)
OF_THE_PICTURE = OpenApiParameter(
    "Content-Location",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="With a JPEG: the path of its visit, at which it is read, revealed and deleted.",
)
