"""Whether the machine can answer: what its workers last said of themselves, read from the store.

Nothing is loaded here: the web process only reads. A worker speaks every two seconds, and what it said is
forgotten after six, so that a silent machine counts as out of order.
"""

import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

from django.utils.translation import gettext_lazy as _

from classifier.results import ModelIdentity
from classifier.store import PREFIX, StoreUnavailable, connection

KEY = f"{PREFIX}machine"
SPEAKS_EVERY, FORGOTTEN_AFTER = 2.0, 6
NO_WORKER = _("No worker of the machine is running.")
USUAL_SECONDS = 0.15  # a photograph of one face on one core, until a worker has measured its own


@dataclass(frozen=True, slots=True)
class MachineState:
    """What is known of the machine: `seconds` is the usual time a photograph takes, `workers` the children at it."""

    ready: bool
    reason: str = ""
    model: ModelIdentity | None = None
    detector: str = ""
    seconds: float = USUAL_SECONDS
    workers: int = 1

    def waiting_seconds(self, ahead: int) -> float:
        """How long `ahead` photographs will keep the machine busy."""
        return ahead * self.seconds / max(1, self.workers)


def machine_state() -> MachineState:
    """What a worker said in the last six seconds.

    Raises:
        redis.ConnectionError: the store is out of reach (see `classifier.store.StoreUnavailable`).
    """
    said = connection().get(KEY)
    if said is None:
        return MachineState(ready=False, reason=str(NO_WORKER))
    found = json.loads(said)
    model = found.pop("model")
    return MachineState(model=ModelIdentity(**model) if model else None, **found)


def announce(state: MachineState) -> None:
    """Say, for the next six seconds, how the machine is."""
    connection().set(KEY, json.dumps(asdict(state)), ex=FORGOTTEN_AFTER)


class Speaker:
    """Announces a worker's state from a thread of its own for as long as the process lives."""

    def __init__(self, state: MachineState) -> None:
        self._state = state
        self._seconds = state.seconds
        self._thread = threading.Thread(target=self._speak, name="machine-state", daemon=True)

    def start(self) -> None:
        """Begin to speak."""
        self._thread.start()

    def measured(self, seconds: float) -> None:
        """Take `seconds`, the time of the latest photograph, into the running mean."""
        self._seconds += (seconds - self._seconds) * 0.1

    def _speak(self) -> None:
        parent = os.getppid()
        while os.getppid() == parent:
            with suppress(*StoreUnavailable):  # silence is the message: what was said before is forgotten
                announce(replace(self._state, seconds=self._seconds))
            time.sleep(SPEAKS_EVERY)
