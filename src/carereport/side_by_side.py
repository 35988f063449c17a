"""Two pieces of work at once: the second in a fork, where the system has one; it knows nothing of what they are."""

from __future__ import annotations

import os
import pickle
import select
import signal
import threading
import time
from collections.abc import Callable
from typing import TypeVar

S = TypeVar("S")
T = TypeVar("T")

SECONDS = 600
"""How long to wait for the second process before its work is done here, if nothing else is asked for."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can() -> bool:
    """Return whether two pieces of work at once are faster than one after the other."""
    return hasattr(os, "fork") and cores() > 1


def end_with(parent: int) -> None:
    """End this process half a second after its parent at the latest, whatever ends that; it is watched in a thread."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def both(first: Callable[[], S], second: Callable[[], T], seconds: float | None = SECONDS) -> tuple[S, T]:
    """Return the results of both, the second computed in a fork meanwhile; here, where that fails.

    It is waited for `seconds` after the first is done; as long as it lives where they are None.
    """
    if not hasattr(os, "fork"):
        return first(), second()
    reader, writer = os.pipe()
    parent, child = os.getpid(), os.fork()
    if child == 0:
        code = 1
        try:
            end_with(parent)
            os.close(reader)
            with os.fdopen(writer, "wb") as target:
                pickle.dump(second(), target, protocol=pickle.HIGHEST_PROTOCOL)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    found = b""
    try:
        mine = first()
        with os.fdopen(reader, "rb") as answers:
            if select.select([answers], [], [], seconds)[0]:
                found = answers.read()
    finally:
        if not found:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        return mine, pickle.loads(found)
    except (EOFError, pickle.UnpicklingError):
        return mine, second()
