"""Parts are killed under a visitor: a result or *please try again* by the deadline, nothing counted twice."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import photographs
from tests.stack import Stack, post_photo

pytestmark = pytest.mark.services

DEADLINE = 20
HONEST_ENDS = {(200, "done"), (503, "try_again"), (503, "machine_unavailable"), (504, "deadline_passed")}


def outcome(stack: Stack, photo: bytes) -> tuple[int, str, float]:
    began = time.monotonic()
    with stack.client() as client:
        answer = post_photo(client, photo, wait=30)
    return answer.status_code, answer.json().get("code", "done"), time.monotonic() - began


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def all_is_well_again(stack: Stack, within: float) -> None:
    began = time.monotonic()
    stack.wait_until_ready(within)
    while outcome(stack, photographs.jpeg())[1] != "done":
        assert time.monotonic() - began < within, f"Not well within {within} s."
        time.sleep(0.2)


@pytest.mark.parametrize("whole", [False, True], ids=["a pool's child", "the whole worker"])
def test_killed_under_load_every_visitor_gets_an_end_by_the_deadline(own_stack, whole):
    photo = photographs.twelve_megapixels()
    with ThreadPoolExecutor(12) as visitors:
        visits = [visitors.submit(outcome, own_stack, photo) for _ in range(12)]
        time.sleep(0.7)
        workers = own_stack.processes()["inference"]
        kill(workers if whole else workers[1:2])
        outcomes = [visit.result() for visit in visits]
    for status, code, seconds in outcomes:
        assert (status, code) in HONEST_ENDS
        assert seconds < DEADLINE + 1.5
    assert any(status == 200 for status, *_ in outcomes) or whole
    all_is_well_again(own_stack, 15)


def test_the_store_restarted_heals_without_a_hand(own_stack):
    [store] = own_stack.processes()["store"]
    before = own_stack.processes()
    kill([store])
    began = time.monotonic()
    all_is_well_again(own_stack, 10)
    print(f"well again after {time.monotonic() - began:.1f} s")  # noqa: T201
    after = own_stack.processes()
    assert after["store"] != before["store"]
    assert after["uvicorn"] == before["uvicorn"]
    assert after["inference"] == before["inference"]


def test_ended_everything_is_ended_and_nothing_is_left(own_stack):
    before = [pid for pids in own_stack.processes().values() for pid in pids]
    own_stack.process.send_signal(signal.SIGTERM)
    assert own_stack.process.wait(20) == 0
    assert not [pid for pid in before if Path(f"/proc/{pid}").exists()]
