"""What Celery is told: nothing shown, nothing kept, soon back."""

import json

import pytest

from classifier.tasks import classify_photo
from curation.tasks import review
from exhibition.celery import QuickConnection, app, broker_url


def test_every_periodic_task_exists():
    app.loader.import_default_modules()
    assert app.conf.beat_schedule
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_no_result_is_kept_and_no_event_is_sent():
    assert app.conf.task_ignore_result
    assert not app.conf.worker_send_task_events
    assert app.conf.accept_content == ["json"]


def test_a_tasks_arguments_are_hidden_whoever_sends_it(store):
    classify_photo.apply_async(("a ticket that must not be seen",))
    review.apply_async(({"refused": "x"}, "a visit"))
    for queue in ("inference", "review"):
        [message] = store.lrange(f"roulette:celery:{queue}", 0, -1)
        headers = json.loads(message)["headers"]
        assert (headers["argsrepr"], headers["kwargsrepr"]) == ("(hidden)", "(hidden)")


def test_a_photographs_task_is_not_given_out_again_and_a_review_is():
    assert not classify_photo.acks_late
    assert review.acks_late


@pytest.mark.parametrize(
    ("store_url", "broker"),
    [
        ("unix:///tmp/x/valkey.sock?db=0", "redis+socket:///tmp/x/valkey.sock?virtual_host=0"),
        ("redis://127.0.0.1:6379/3", "redis://127.0.0.1:6379/3"),
    ],
)
def test_the_store_is_the_broker(store_url, broker):
    assert broker_url(store_url) == broker


def test_a_broker_that_went_away_is_looked_for_at_least_every_two_seconds(monkeypatch):
    asked = {}
    monkeypatch.setattr("kombu.Connection._ensure_connection", lambda self, *_, **options: asked.update(options))
    QuickConnection("redis://127.0.0.1:1/0").ensure_connection(interval_max=30)
    assert asked["interval_max"] <= 2
