"""The one command: a second start, a second exhibit, a taken port, a missing model, a killed supervisor."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests import photographs
from tests.stack import ROOT, alive, running

pytestmark = pytest.mark.services


def exhibit(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", "exhibit"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_first_start_prepares_and_says_where_to_go(stack):
    stack.wait_for("Ctrl-C stops everything.")
    said = stack.log.read_text()
    assert re.search(r"staff account curator, password \S{16} ", said)
    assert f"start page        {stack.url}/\n" in said
    assert "Ready after" in said
    assert f"dashboard         {stack.url}/dashboard/\n" in said
    for name in ("terminal entrance", "wall gallery"):
        assert re.search(rf"{name} +{stack.url}/screen/link/\S+ \(works once, for an hour\)\n", said)


def test_a_second_start_finds_everything_done(own_stack):
    assert own_stack.stop() == 0
    own_stack.start()
    own_stack.wait_for("Ctrl-C stops everything.")
    said = own_stack.log.read_text()
    assert "database      up to date" in said
    assert "static files  up to date" in said
    assert "password" not in said


def test_a_taken_port_is_refused_before_anything_starts(stack, tmp_path):
    ended = exhibit({**stack.environment, "ROULETTE_STATE_DIR": str(tmp_path)})
    assert ended.returncode == 1
    assert "cannot be used: Address already in use" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "exhibition.sqlite3").exists()


def test_two_exhibits_stand_side_by_side(own_stack):
    with running() as other:
        assert own_stack.ready()
        assert other.ready()
        assert set(own_stack.processes()["store"]).isdisjoint(other.processes()["store"])


def test_a_missing_model_is_named_and_the_house_is_open(tmp_path):
    models = tmp_path / "models"
    shutil.copytree(settings.MODELS_DIR, models)
    victim = next((models / settings.ROULETTE_MODEL).glob("*.onnx"))
    victim.unlink()
    with running(until="out of order", ROULETTE_MODELS_DIR=str(models)) as stack:
        stack.wait_for("Ctrl-C stops everything.")
        assert victim.name in stack.log.read_text()
        with stack.client() as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/readyz").json()["not_ready"] == ["model"]
            refused = client.post("/api/v1/classifications/", files={"photo": ("p.jpg", photographs.jpeg())})
            assert (refused.status_code, refused.json()["code"]) == (503, "machine_unavailable")


def test_a_killed_supervisor_takes_everything_with_it(own_stack):
    pids = [pid for part in own_stack.processes().values() for pid in part]
    assert len(pids) >= 7
    own_stack.process.kill()
    last = time.monotonic() + 20
    while any(map(alive, pids)):
        assert time.monotonic() < last, own_stack.processes()
        time.sleep(0.05)


def test_nothing_of_it_is_open_to_others(stack):
    assert stack.state.stat().st_mode & 0o077 == 0
    ours = [path for path in stack.state.iterdir() if path.name not in {"static", "stack.log"}]
    assert ours
    assert not [path for path in ours if path.stat().st_mode & 0o077]
    for pids in stack.processes().values():
        for pid in pids:
            limits = Path(f"/proc/{pid}/limits").read_text()
            assert re.search(r"Max core file size +0 +0 ", limits)
