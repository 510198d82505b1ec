"""The Django project, and the rooms that people enter."""

from exhibition.celery import app as celery_app

__all__ = ["celery_app"]
