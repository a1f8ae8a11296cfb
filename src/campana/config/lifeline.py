"""A process of ours ends when the one that started it does, even when that one was killed outright."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_THREAD = "lifeline"
_PATIENCE = 10.0
"""Seconds between the polite signal and the end."""

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(signal_number: int) -> Callable[[], None]:
    """What a new child runs before its program: the kernel sends the signal when the parent is gone.

    Only for single-threaded parents, since it runs between fork and exec.
    """
    parent = os.getpid()

    def bind() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # it was gone before the kernel knew our wish
            os.kill(os.getpid(), signal.SIGKILL)

    return bind


def watch_parent(every: float = 1.0) -> None:
    """For a process that forks workers of its own: end politely, then surely, when the parent is gone."""
    if any(thread.name == _THREAD for thread in threading.enumerate()):
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(every)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name=_THREAD, daemon=True).start()
