"""Composes the API from the rooms' routers."""

from django.urls import include, path
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView

from exhibition.classifications import Classifications, Reveal, Visit


class Schema(SpectacularAPIView):
    """The OpenAPI description: JSON, or YAML where that is asked for."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer2, OpenApiYamlRenderer]


urlpatterns = [
    path("api/v1/classifications/", Classifications.as_view(), name="classifications"),
    path("api/v1/classifications/<str:visit>/", Visit.as_view(), name="visit"),
    path("api/v1/classifications/<str:visit>/reveal/", Reveal.as_view(), name="reveal"),
    path("api/v1/", include("hierarchy.api")),
    path("api/schema/", Schema.as_view(), name="schema"),
]
