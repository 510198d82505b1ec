"""The Celery application: real worker processes, results ignored, nothing of a task's arguments shown."""

import os
from typing import Any

from celery import Celery, Task
from celery.app.amqp import AMQP
from celery.schedules import crontab
from kombu import Connection, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exhibition.settings")

from django.conf import settings

from classifier.store import PREFIX

QUEUE_PREFIX = f"{PREFIX}celery:"  # before the names of queues, in the store
RETRY = {"interval_start": 0.1, "interval_step": 0.3, "interval_max": 2.0}


class QuickConnection(Connection):
    """A broker connection that looks again soon: the default back-off (2, 4, 6 s…) makes a 6 s outage 12."""

    def _ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        return super()._ensure_connection(*args, **{**kwargs, **RETRY})


class QuickAMQP(AMQP):
    """Celery's message layer over `QuickConnection`."""

    Connection = QuickConnection


class QuietTask(Task[Any, Any]):
    """A task whose arguments appear in no log and no inspection, whoever sends it."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Send the task as Celery does, its arguments' representation hidden."""
        return super().apply_async(*args, **{**options, "argsrepr": "(hidden)", "kwargsrepr": "(hidden)"})


def broker_url(store: str) -> str:
    """`store`, a redis-py URL, as kombu spells it."""
    if store.startswith("unix://"):
        return store.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    return store


app = Celery("exhibition", amqp=QuickAMQP, task_cls=QuietTask)
app.conf.update(
    broker_url=broker_url(settings.VALKEY_URL),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "global_keyprefix": QUEUE_PREFIX,
        "visibility_timeout": 60,
        "socket_timeout": 30,  # above the transport's own blocking read
        "socket_connect_timeout": settings.STORE_SECONDS,
        "socket_keepalive": True,
        "max_retries": 2,
        **RETRY,
    },
    task_publish_retry=True,
    task_publish_retry_policy={"max_retries": 2, **RETRY},
    result_backend=None,
    task_ignore_result=True,
    worker_send_task_events=False,
    task_send_sent_event=False,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    task_default_queue="review",
    task_queues=[Queue("inference"), Queue("review")],
    task_routes={"classifier.*": {"queue": "inference"}, "curation.*": {"queue": "review"}},
    task_serializer="json",
    accept_content=["json"],
    enable_utc=True,
)
app.conf.beat_schedule = {
    "sessions that are over": {"task": "curation.clear_sessions", "schedule": crontab(hour="4", minute="10")},
}
app.autodiscover_tasks(["classifier", "curation"])
