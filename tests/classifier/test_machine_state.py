"""What a worker says of itself reaches the web process, and silence is understood."""

import pytest

from classifier import machine_state
from classifier.machine_state import MachineState, Speaker, announce
from classifier.results import ModelIdentity

SOUND = MachineState(ready=True, model=ModelIdentity("a model", "1", "0" * 64), detector="a finder", workers=2)


class Heard(Exception):
    """The speaker has come to its pause."""


@pytest.fixture
def one_turn(monkeypatch):
    """Ends a speaker at its first pause."""

    def pause(_seconds):
        raise Heard

    monkeypatch.setattr(machine_state.time, "sleep", pause)


def test_silence_means_that_no_worker_is_there(store):
    found = machine_state.machine_state()
    assert not found.ready
    assert "No worker" in found.reason


def test_what_was_said_is_heard_and_forgotten_after_six_seconds(store):
    announce(SOUND)
    assert machine_state.machine_state() == SOUND
    assert 0 < store.ttl(machine_state.KEY) <= 6


@pytest.mark.usefixtures("one_turn")
def test_a_speaker_says_the_running_mean_of_what_was_measured(store):
    speaker = Speaker(MachineState(ready=True, seconds=0.1))
    speaker.measured(1.1)
    with pytest.raises(Heard):
        speaker._speak()
    assert machine_state.machine_state().seconds == pytest.approx(0.2)


@pytest.mark.usefixtures("full_store", "one_turn")
def test_a_speaker_outlives_a_store_that_is_full():
    with pytest.raises(Heard):
        Speaker(SOUND)._speak()


def test_those_ahead_are_shared_among_the_workers():
    assert MachineState(ready=True, seconds=0.5, workers=2).waiting_seconds(ahead=8) == 2
