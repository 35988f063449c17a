"""Measuring in two processes at once, where the system can fork: the same facts in half the time; it counts nothing."""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from carereport.extracts import TableData
from carereport.settings import Indicator

T = TypeVar("T")

WORTHWHILE = 50_000
"""Rows of all tables from which a second process pays."""
SECONDS = 600
"""How long to wait for the second process before its half is measured here."""


def halves(
    names: Sequence[str], indicators: Mapping[str, Indicator], tables: Mapping[str, TableData]
) -> tuple[list[str], list[str]]:
    """Divide indicators into two of about equal work, those of one table together: they share its spells.

    All in the first where a second process does not pay, or cannot be had.
    """
    rows = {name: len(table.frame) for name, table in tables.items()}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not hasattr(os, "fork") or cores < 2 or sum(rows.values()) < WORTHWHILE:
        return list(names), []
    work: dict[str, float] = {}
    for name in names:
        table = str(indicators[name].from_)
        work[table] = work.get(table, 0.0) + 20_000 + rows.get(table, 0)
    loads = [0.0, 0.0]
    side: dict[str, int] = {}
    for table in sorted(work, key=lambda held: (-work[held], held)):
        lighter = int(loads[1] < loads[0])
        side[table], loads[lighter] = lighter, loads[lighter] + work[table]
    first, second = ([n for n in names if side[str(indicators[n].from_)] == place] for place in (0, 1))
    return first, second


def both(first: Callable[[], T], second: Callable[[], T]) -> tuple[T, T]:
    """Return the results of both, the second computed in a fork meanwhile; here, where that fails."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
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
            if select.select([answers], [], [], SECONDS)[0]:
                found = answers.read()
    finally:
        if not found:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        return mine, pickle.loads(found)
    except (EOFError, pickle.UnpicklingError):
        return mine, second()
