"""Django's system check: the machine's files are there and are the ones that were published."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from classifier.model_files import Role, faults, folder_of

HINT = "Restore the file from the release, or build it again: manage.py build_models --write."


def check_models(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """An error for each file of the two models in use that is missing, altered or not described."""
    return [
        Error(fault.text, hint=HINT, obj=role.value, id=f"classifier.{fault.flaw.value}")
        for role in Role
        for fault in faults(folder_of(role), role)
    ]
