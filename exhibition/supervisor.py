"""One terminal for several programs: starts them, shows what they say, restarts those that die, stops them all.

Each program leads a process group of its own, so a Ctrl-C reaches the supervisor alone and it decides the order.
Each is also bound to the supervisor's life by the kernel: kill -9 the supervisor, and none is left behind.
"""

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TextIO

MOST_DEATHS, WITHIN_SECONDS = 5, 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # before a dead program is started again, in seconds
LAST_LINES = 15
COLOURS = (36, 33, 35, 32, 34, 31)  # ANSI, one a program
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """A program to keep running.

    `grace` is how many seconds it has between SIGTERM and SIGKILL. A `foundation` is started before the others, who
    wait until its `answers` is true, and is stopped after them.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    grace: float = 8.0
    foundation: bool = False
    answers: Callable[[], Awaitable[bool]] | None = None


class Journal:
    """Lines from everybody, each under its speaker's name, in colour on a terminal."""

    def __init__(self, out: TextIO, names: Sequence[str]) -> None:
        self.out = out
        self.width = max(map(len, names), default=0)
        coloured = out.isatty() and not os.environ.get("NO_COLOR")
        self.colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)} if coloured else {}

    def say(self, name: str, line: str) -> None:
        """Print `line` as said by `name`."""
        head = f"{name:<{self.width}} │"
        if name in self.colours:
            head = f"\x1b[{self.colours[name]}m{head}\x1b[0m"
        self.out.write(f"{head} {line}\n")
        self.out.flush()


class _Kept:
    """A program, its process while it has one, its deaths and its last words."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.process: asyncio.subprocess.Process | None = None
        self.deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)

    def dies_too_often(self) -> bool:
        return len(self.deaths) == MOST_DEATHS and self.deaths[-1] - self.deaths[0] < WITHIN_SECONDS

    def pause(self) -> float:
        recent = sum(time.monotonic() - death < WITHIN_SECONDS for death in self.deaths)
        return min(FIRST_PAUSE * 2.0 ** (recent - 1), LONGEST_PAUSE)


class Supervisor:
    """Keeps `programs` running until it is told to stop, or one of them cannot be kept."""

    NAME = "exhibit"

    def __init__(self, programs: Sequence[Program], out: TextIO = sys.stdout) -> None:
        self.kept = [_Kept(program) for program in programs]
        self.journal = Journal(out, [self.NAME, *(program.name for program in programs)])
        self.stopping = asyncio.Event()
        self.failed = False

    def say(self, line: str) -> None:
        """Print a line of the supervisor's own."""
        self.journal.say(self.NAME, line)

    async def run(self, announce: Callable[[], Awaitable[None]] | None = None) -> int:
        """Start everything, then `announce`; return when all has stopped: 0 when asked to, 1 when one died too often.

        SIGTERM and SIGINT ask to stop. All that was started is gone on return.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        tasks: list[asyncio.Task[None]] = []
        try:
            for kept in sorted(self.kept, key=lambda kept: not kept.program.foundation):
                task = asyncio.create_task(self._keep(kept))
                task.add_done_callback(self._stop_on_error)
                tasks.append(task)
                if kept.program.foundation:
                    await self._unless_stopping(_until(kept.program.answers))
            if announce is not None:
                await self._unless_stopping(announce())
            await self.stopping.wait()
        finally:
            self.stopping.set()
            await self._stop()
            await asyncio.gather(*tasks)
        return int(self.failed)

    def _stop_on_error(self, task: "asyncio.Task[None]") -> None:
        """A program that cannot be started at all ends the run, which then raises why."""
        if not task.cancelled() and task.exception() is not None:
            self.stopping.set()

    async def _unless_stopping(self, work: Coroutine[Any, Any, None] | Awaitable[None]) -> None:
        """Await `work`, but no longer than until the supervisor is told to stop."""
        task = asyncio.ensure_future(work)
        stop = asyncio.create_task(self.stopping.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if task.done():
            task.result()
        else:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep(self, kept: _Kept) -> None:
        """Start the program again and again, until stopping."""
        name = kept.program.name
        while not self.stopping.is_set():
            status = await self._run_once(kept)
            if self.stopping.is_set():
                return
            kept.deaths.append(time.monotonic())
            if kept.dies_too_often():
                self._give_up(kept, status)
                return
            self.say(f"{name} {_in_words(status)}; it is started again.")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), kept.pause())

    async def _run_once(self, kept: _Kept) -> int:
        """Start the program, pass its lines on, and return its exit status, negative for a signal."""
        # A pipe of our own: asyncio's would have wait() last as long as any child's child holds the other end.
        heard, said = os.pipe()
        try:
            kept.process = await asyncio.create_subprocess_exec(
                *kept.program.command,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **kept.program.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),
            )
        finally:
            os.close(said)
        if self.stopping.is_set():  # it was being born while the others were stopped
            _signal_group(kept.process.pid, signal.SIGKILL)
        reading = asyncio.create_task(self._pass_on(kept, heard))
        status = await kept.process.wait()
        # Members of its group that outlived it hold the pipe, and nobody would ever stop them.
        _signal_group(kept.process.pid, signal.SIGKILL)
        await reading
        return status

    async def _pass_on(self, kept: _Kept, pipe: int) -> None:
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", buffering=0)
        )
        rest = b""
        while piece := await reader.read(65_536):
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > 65_536:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._hear(kept, line)
        if rest:
            self._hear(kept, rest)
        transport.close()

    def _hear(self, kept: _Kept, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        if text:
            kept.last_lines.append(text)
            self.journal.say(kept.program.name, text)

    def _give_up(self, kept: _Kept, status: int) -> None:
        name = kept.program.name
        self.failed = True
        self.say(f"{name} died {MOST_DEATHS} times within {WITHIN_SECONDS:.0f} seconds; the last time it")
        self.say(f"{_in_words(status)}. Everything is stopped. The last that it said:")
        for line in kept.last_lines or ["(nothing)"]:
            self.say(f"    {line}")
        self.stopping.set()

    async def _stop(self) -> None:
        """Stop the programs, the foundations after all others."""
        for foundation in (False, True):
            ours = [kept for kept in self.kept if kept.program.foundation is foundation]
            await asyncio.gather(*(self._stop_one(kept) for kept in ours))

    async def _stop_one(self, kept: _Kept) -> None:
        process = kept.process
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()  # its leader alone: it knows how to end its own children
        try:
            await asyncio.wait_for(process.wait(), kept.program.grace)
        except TimeoutError:
            self.say(f"{kept.program.name} did not stop within {kept.program.grace:g} seconds and is killed.")
        _signal_group(process.pid, signal.SIGKILL)
        await process.wait()


async def _until(answers: Callable[[], Awaitable[bool]] | None) -> None:
    while answers is not None and not await answers():  # noqa: ASYNC110 - another process: nobody sets an event
        await asyncio.sleep(0.02)


def _in_words(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was killed by {signal.Signals(-status).name}"


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


_libc = ctypes.CDLL(None, use_errno=True)


def _die_with(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel for SIGTERM on the supervisor's death."""

    def bind() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return bind
