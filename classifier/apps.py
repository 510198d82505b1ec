from django.apps import AppConfig
from django.core.checks import register

from classifier.checks import check_models


class ClassifierConfig(AppConfig):
    """Bytes in; boxes, labels and evidence out. No models, no database."""

    name = "classifier"

    def ready(self) -> None:
        """Have the machine's files checked with everything else."""
        register(check_models, "models")
