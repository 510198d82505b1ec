"""What the watchers are told: alive, and ready or what is missing."""

import threading
from types import SimpleNamespace

from classifier.machine_state import MachineState, announce
from exhibition import health


async def test_everything_there_is_ready(client, machine):
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert set(answer.json()["parts"]) == {"database", "store", "worker", "model"}


async def test_without_a_worker_that_is_named(client):
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["not_ready"] == ["worker", "model"]


async def test_a_worker_whose_model_is_not_sound_says_which_file(client, store):
    announce(MachineState(ready=False, reason="model.onnx was altered."))
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["not_ready"]) == (503, ["model"])
    assert answer.json()["parts"]["model"] == "model.onnx was altered."


async def test_a_store_out_of_reach_is_named_and_not_shown(client, store, monkeypatch):
    away = type(store).from_url("redis://:secret@127.0.0.1:1")
    monkeypatch.setattr(health, "store", lambda: away)
    answer = await client.get("/readyz")
    assert "store" in answer.json()["not_ready"]
    assert "secret" not in answer.text


async def test_a_part_that_hangs_is_given_its_time_and_no_more(client, machine, monkeypatch):
    free = threading.Event()
    monkeypatch.setattr(health, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr(health, "database", SimpleNamespace(cursor=free.wait, close=lambda: None))
    answer = await client.get("/readyz")
    free.set()
    assert (answer.status_code, answer.json()["not_ready"]) == (503, ["database"])
