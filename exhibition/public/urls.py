"""The addresses of the public pages."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from exhibition.public import dictionary, views, visit_pages

app_name = "public"

urlpatterns = [
    path("", views.start, name="start"),
    path("machine/", views.machine, name="machine"),
    # Without a CSRF token: all that can be forged is the language of the page, and pages stay free of cookies.
    path("language/", csrf_exempt(set_language), name="language"),
    path("try/", visit_pages.try_it, name="try"),
    path("visits/<str:visit>/", visit_pages.answer, name="visit"),
    path("visits/<str:visit>/reveal/", visit_pages.reveal, name="visit-reveal"),
    path("visits/<str:visit>/delete/", visit_pages.delete, name="visit-delete"),
    path("visits/<str:visit>/entry/<int:label>/", visit_pages.entry, name="visit-entry"),
    path("visits/<str:visit>/entry/<int:label>/reveal/", visit_pages.reveal_entry, name="visit-entry-reveal"),
    path("hierarchy/", dictionary.root, name="hierarchy"),
    path("hierarchy/search/", dictionary.search, name="search"),
    path("hierarchy/<str:wnid>/", dictionary.synset, name="synset"),
    path("hierarchy/<str:wnid>/reveal/", dictionary.reveal, name="synset-reveal"),
]
