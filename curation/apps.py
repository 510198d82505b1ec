from django.apps import AppConfig


class CurationConfig(AppConfig):
    """Who decides, why, and how it is undone; what is kept."""

    name = "curation"
