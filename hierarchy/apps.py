from django.apps import AppConfig


class HierarchyConfig(AppConfig):
    """What the labels are, and which of them may be said where."""

    name = "hierarchy"
