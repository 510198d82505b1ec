"""Every address of the exhibition. Rooms bring their own."""

from django.contrib import admin
from django.urls import include, path

from exhibition import api

urlpatterns = [
    path("", include("exhibition.public.urls")),
    path("", include(api.urlpatterns)),
    path("staff/", admin.site.urls),
]
