"""Runs of several commands in turns, each a process of its own, so that what else the machine does falls on all."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
Measured = dict[str, float]
Run = Callable[[], Measured]


def in_turns(runs: Mapping[str, Run], times: int) -> dict[str, list[Measured]]:
    """Return what each run measured each time; they take turns."""
    found: dict[str, list[Measured]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            found[name].append(run())
    return found


def best(found: Mapping[str, list[Measured]]) -> dict[str, Measured]:
    """Return of each the run with the fewest CPU seconds."""
    return {name: min(held, key=lambda one: one["cpu"]) for name, held in found.items()}


def median(held: list[Measured], what: str = "wall") -> float:
    """Return the median of several runs."""
    return statistics.median(one[what] for one in held)


def command(*arguments: str) -> Run:
    """Return a run of carereport, in seconds of wall time; one that fails ends the benchmark."""
    return timed([sys.executable, "-m", "carereport", *arguments])


def timed(*commands: list[str]) -> Run:
    """Return a run of several commands one after another, in wall and CPU seconds."""

    def run() -> Measured:
        before, began = os.times(), time.perf_counter()
        for one in commands:
            done = subprocess.run(one, cwd=ROOT, capture_output=True, check=False)
            if done.returncode not in ((0, 1) if "carereport" in one else (0,)):  # 1: built, with warnings
                raise SystemExit(f"{one[:4]}: {done.stderr.decode(errors='replace')[-300:]}")
        wall, after = time.perf_counter() - began, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return {"cpu": cpu, "wall": wall}

    return run


def telling(script: str, *arguments: str) -> Run:
    """Return a run of one of the benchmarks' scripts that prints what it measured as JSON."""

    def run() -> Measured:
        names = [sys.executable, str(ROOT / "benchmarks" / script), *arguments]
        paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        done = subprocess.run(names, cwd=ROOT, capture_output=True, check=False, text=True,
                              env={**os.environ, "PYTHONPATH": paths})  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{script} {' '.join(arguments[:1])}: {done.stderr.splitlines()[-1:]}")
        return dict(json.loads(done.stdout))

    return run
