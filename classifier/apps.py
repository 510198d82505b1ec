from django.apps import AppConfig


class ClassifierConfig(AppConfig):
    """Bytes in; boxes, labels and evidence out. No models, no database."""

    name = "classifier"
    default_auto_field = "django.db.models.BigAutoField"
