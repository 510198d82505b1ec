"""The dictionary's addresses on the API: search, a synset's page, and the same opened for whoever asks."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from hierarchy.models import Mark, Scheme
from hierarchy.pages import SynsetPage, search_page, synset_page
from hierarchy.policy import Category, Level, Treatment
from hierarchy.search import LONGEST_QUERY

TREATMENTS = [one.word for one in Treatment]
CATEGORIES = [one.value for one in Category]
PROBLEM = "application/problem+json"


class NodeSerializer(serializers.Serializer[Any]):
    """A synset in a path: `lemmas` is null where it keeps its place unnamed."""

    wnid = serializers.CharField()
    lemmas = serializers.ListField(child=serializers.CharField(), allow_null=True)
    treatment = serializers.ChoiceField(TREATMENTS, source="treatment.word")
    harm = serializers.ChoiceField(CATEGORIES, allow_null=True)


class HyponymSerializer(NodeSerializer):
    """A direct hyponym, and how many synsets stand below it."""

    count = serializers.IntegerField(min_value=0)


class FoundSerializer(NodeSerializer):
    """What a search found; `lemmas` and `gloss` are null unless they are shown without asking."""

    gloss = serializers.CharField(allow_null=True)
    scheme = serializers.ChoiceField(Scheme.choices)


class StatedMarkSerializer(serializers.Serializer[Any]):
    """Why care is taken with a word; `lemma` names the one it concerns, null for the whole synset or while hidden."""

    level = serializers.ChoiceField([one.value for one in Level])
    category = serializers.ChoiceField(CATEGORIES)
    source = serializers.ChoiceField(Mark.Source.choices)  # type: ignore[assignment]
    rule = serializers.CharField(allow_blank=True)
    lemma = serializers.CharField(allow_null=True)
    date = serializers.DateField()


class SynsetSerializer(serializers.Serializer[SynsetPage]):
    """A synset's page; `lemmas`, `gloss` and `examples` are null unless it is shown, or was asked for."""

    wnid = serializers.CharField()
    scheme = serializers.ChoiceField(Scheme.choices)
    treatment = serializers.ChoiceField(TREATMENTS, source="treatment.word")
    harm = serializers.ChoiceField(CATEGORIES, allow_null=True)
    revealed = serializers.BooleanField()
    lemmas = serializers.ListField(child=serializers.CharField(), allow_null=True)
    gloss = serializers.CharField(allow_null=True)
    examples = serializers.ListField(child=serializers.CharField(), allow_null=True)
    paths = serializers.ListField(child=NodeSerializer(many=True))
    hyponyms = HyponymSerializer(many=True)
    imagenet = serializers.BooleanField(help_text="among the 21,843 synsets of ImageNet")
    class_index = serializers.IntegerField(allow_null=True, help_text="row among the classes that the network sees")
    lexicon = serializers.CharField()
    marks = StatedMarkSerializer(many=True)


class SynsetQuery(serializers.Serializer[Any]):
    """What may be asked of the list."""

    search = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_QUERY)
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class SynsetListSerializer(serializers.Serializer[Any]):
    """One stretch of what was found, best first."""

    count = serializers.IntegerField(min_value=0)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FoundSerializer(many=True)


WNID = OpenApiParameter("wnid", OpenApiTypes.STR, OpenApiParameter.PATH, description="n and a WordNet 3.0 offset")
NOT_FOUND = {(404, PROBLEM): OpenApiResponse(OpenApiTypes.OBJECT, description="No synset has this id.")}
INVALID = {(400, PROBLEM): OpenApiResponse(OpenApiTypes.OBJECT, description="The query makes no sense.")}


class Synsets(APIView):
    """Search the dictionary, or list it."""

    @extend_schema(
        operation_id="synsets_list", parameters=[SynsetQuery], responses={200: SynsetListSerializer, **INVALID}
    )
    def get(self, request: Request) -> Response:
        """Find synsets by id, lemma or gloss: best first, things before persons; all of them without a search."""
        query = SynsetQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        limit, offset = query.validated_data["limit"], query.validated_data["offset"]
        page = search_page(query.validated_data["search"], limit=limit, offset=offset)
        here = request.build_absolute_uri()
        answer = {
            "count": page.count,
            "next": replace_query_param(here, "offset", offset + limit) if offset + limit < page.count else None,
            "previous": replace_query_param(here, "offset", max(offset - limit, 0)) if offset else None,
            "results": page.results,
        }
        return Response(SynsetListSerializer(answer).data)


class SynsetDetail(APIView):
    """A synset's page."""

    @extend_schema(operation_id="synsets_retrieve", parameters=[WNID], responses={200: SynsetSerializer, **NOT_FOUND})
    def get(self, request: Request, wnid: str) -> Response:
        """Read a synset: its words where policy shows them, every path to it, what stands below it, its marks."""
        return Response(SynsetSerializer(_page(wnid, revealed=False)).data)


class SynsetReveal(APIView):
    """A synset's page for whoever asked to read what it hides."""

    @extend_schema(
        operation_id="synsets_reveal",
        parameters=[WNID],
        request=None,
        responses={200: SynsetSerializer, **NOT_FOUND},
    )
    def post(self, request: Request, wnid: str) -> Response:
        """Open what is gated on a synset's page; what policy masks or withholds stays hidden."""
        return Response(SynsetSerializer(_page(wnid, revealed=True)).data, headers={"Cache-Control": "no-store"})


def _page(wnid: str, *, revealed: bool) -> SynsetPage:
    page = synset_page(wnid, revealed=revealed)
    if page is None:
        raise NotFound("No synset has this id.")
    return page


urlpatterns = [
    path("synsets/", Synsets.as_view(), name="api-synsets"),
    path("synsets/<str:wnid>/", SynsetDetail.as_view(), name="api-synset"),
    path("synsets/<str:wnid>/reveal/", SynsetReveal.as_view(), name="api-synset-reveal"),
]
