from django.apps import AppConfig


class ExhibitionConfig(AppConfig):
    """The rooms that people enter."""

    name = "exhibition"
