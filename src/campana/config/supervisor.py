"""Several processes as one: started in order, restarted with back-off, stopped together.

Every child leads a process group of its own, so that Ctrl-C reaches the supervisor alone and a child's own
workers can be ended with it. A child also dies with the supervisor (``lifeline``), even after kill -9.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campana.config.lifeline import dies_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY = 30.0
"""Seconds after which a child counts as steady, and its next failure begins with the first pause again."""


@dataclass(frozen=True)
class Program:
    """What to run. ``ready`` is asked until it is true before the next program is started."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path | None
    """File its words are added to; None: our own standard error."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    account: str | None = None
    ready: Callable[[], bool] | None = None
    ready_seconds: float = 60.0
    started: Callable[[], None] | None = None
    """Called once, after the first time it was ready."""
    last: bool = False
    """Stopped only when the others are gone: the database."""


class DidNotStart(RuntimeError):
    """A program ended or stayed silent before it was ready; the message names its log."""


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0


@dataclass
class Supervisor:
    say: Callable[[str], None]
    children: list[_Child] = field(default_factory=list)
    stopping: bool = False

    @contextlib.contextmanager
    def signals(self) -> Iterator[int]:
        """Ours for the time inside: the first signal asks to stop, a second one ends everything at once."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        before = {
            number: signal.signal(number, self._stop_asked) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            yield reader
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(reader)
            os.close(writer)

    def run(self, programs: Sequence[Program], started: Callable[[], None]) -> None:
        """Start them in order, say ``started``, keep them alive until a signal, stop them in reverse order."""
        with self.signals() as wake:
            try:
                for program in programs:
                    if self.stopping:
                        return
                    self._start_first(program, wake)
                if not self.stopping:
                    started()
                while not self.stopping:
                    self._mend()
                    self._wait(wake, self._next_due())
            finally:
                self._stop_all(wake)

    def _stop_asked(self, number: int, frame: object) -> None:
        if self.stopping:
            for child in self.children:
                _signal_group(child, signal.SIGKILL)
        self.stopping = True

    def _start_first(self, program: Program, wake: int) -> None:
        child = _Child(program)
        self.children.append(child)
        self._spawn(child)
        until = time.monotonic() + program.ready_seconds
        while program.ready is not None and not program.ready():
            if child.process is None or child.process.poll() is not None:
                raise DidNotStart(f"{program.name} ended at once{_where(program)}\n{_tail(program)}")
            if time.monotonic() > until:
                raise DidNotStart(f"{program.name} did not answer in {program.ready_seconds:.0f} s{_where(program)}")
            self._wait(wake, 0.03)
            if self.stopping:
                return
        if program.started is not None:
            program.started()

    def _spawn(self, child: _Child) -> None:
        program = child.program
        with contextlib.ExitStack() as stack:
            log = stack.enter_context(program.log.open("ab")) if program.log else None
            child.process = subprocess.Popen(
                program.command,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                process_group=0,
                user=program.account,
                group=pwd.getpwnam(program.account).pw_gid if program.account else None,
                extra_groups=[] if program.account else None,
                preexec_fn=dies_with_parent(program.stop_signal),
            )
        child.began = time.monotonic()

    def _mend(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._note_end(child, now)
            if child.process is None and now >= child.due and not self.stopping:
                self._spawn(child)

    def _note_end(self, child: _Child, now: float) -> None:
        assert child.process is not None
        _signal_group(child, signal.SIGKILL)  # workers it may have left behind
        if now - child.began > STEADY:
            child.pause = FIRST_PAUSE
        self.say(
            f"{child.program.name} {_ending(child.process.returncode)};"
            f" starting it again in {child.pause:g} s{_where(child.program)}"
        )
        child.process = None
        child.due = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _next_due(self) -> float | None:
        waiting = [child.due for child in self.children if child.process is None]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    @staticmethod
    def _wait(wake: int, seconds: float | None) -> None:
        select.select([wake], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(wake, 4096)

    def _stop_all(self, wake: int) -> None:
        self.stopping = True
        for last in (False, True):
            batch = [child for child in reversed(self.children) if child.program.last is last and child.process]
            for child in batch:
                self._ask_to_stop(child)
            for child in batch:
                self._see_off(child, wake)

    @staticmethod
    def _ask_to_stop(child: _Child) -> None:
        if child.process is not None and child.process.poll() is None:
            child.process.send_signal(child.program.stop_signal)

    def _see_off(self, child: _Child, wake: int) -> None:
        process = child.process
        assert process is not None
        until = time.monotonic() + child.program.stop_seconds
        while process.poll() is None and time.monotonic() < until:
            self._wait(wake, 0.2)
        if process.poll() is None:
            self.say(f"{child.program.name} did not stop in {child.program.stop_seconds:.0f} s and was ended")
        _signal_group(child, signal.SIGKILL)
        process.wait()
        child.process = None


def _signal_group(child: _Child, number: signal.Signals) -> None:
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, number)


def _ending(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def _where(program: Program) -> str:
    return f"; see {program.log}" if program.log else ""


def _tail(program: Program, lines: int = 8) -> str:
    if program.log is None or not program.log.exists():
        return ""
    return "\n".join(program.log.read_text(errors="replace").splitlines()[-lines:])
