"""Every address of the exhibition. Rooms bring their own."""

from django.contrib import admin
from django.urls import include, path

from exhibition import api

urlpatterns = [
    path("", include("exhibition.public.urls")),
    path("", include("exhibition.gallery.urls")),
    path("", include(api.urlpatterns)),
    path("staff/", admin.site.urls),
]

handler400 = "exhibition.problems.bad_request"
handler403 = "exhibition.problems.forbidden"
handler404 = "exhibition.problems.not_found"
handler500 = "exhibition.problems.internal"
