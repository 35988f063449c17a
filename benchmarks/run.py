"""Times carereport beside other means on one machine, in turns: ./run python benchmarks/run.py

    python benchmarks/run.py commands                                 the sample's build, and the command's start
    python benchmarks/run.py measures --rows 200000 1000000 5000000    twelve indicators, against peers
    python benchmarks/run.py documents                                 the sample's PDF, against other ways to one

Each run is a process of its own, as a user starts it, and the peers take turns, so that what else the machine
does falls on all of them. The numbers depend on the machine, so no test asserts them; ratios travel better,
and those of CPU seconds better than those of wall time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

BUILD_LIMIT, CHECK_LIMIT, HELP_LIMIT = 10.0, 0.400, 0.150
"""Seconds on two cores: PDF, CSV and JSON of the sample; `carereport check --settings`; `carereport --help`."""
ROWS_A_COUNCIL = 200_000
Measured = dict[str, float]


def seconds(*arguments: str) -> float:
    """Return the wall time of one carereport process."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "carereport", *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode(errors="replace"))
    return time.perf_counter() - began


def line(what: str, times: list[float], limit: float) -> str:
    """Return one result: the median of several runs, the fastest, and the limit."""
    median = statistics.median(times)
    word = "within" if median <= limit else "OVER"
    return f"{what:<44} median {median:6.3f} s  fastest {min(times):6.3f} s  {word} the limit of {limit:g} s"


def commands(runs: int) -> None:
    """Time the command's start and the sample's build."""
    seconds("--help")
    print(line("carereport --help", [seconds("--help") for _ in range(4 * runs)], HELP_LIMIT))
    checks = [seconds("check", "--settings") for _ in range(4 * runs)]
    print(line("carereport check --settings (sample)", checks, CHECK_LIMIT))
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for number in range(runs):
            out = str(Path(folder) / str(number))
            times.append(seconds("build", "--quarter", "Q2-2025", "--format", "pdf,csv,json", "--out", out))
    print(line("carereport build (sample: PDF, CSV, JSON)", times, BUILD_LIMIT))


def measures(runs: int, sizes: Sequence[int], only: Sequence[str]) -> None:
    """Run the twelve indicators by every means at each number of rows; print ratios and how cost grows."""
    from benchmarks.peers import PEERS
    from benchmarks.region import write_region

    names = [name for name in PEERS if not only or name in only]
    found: dict[str, dict[int, Measured]] = {name: {} for name in names}
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            project = Path(folder) / str(rows)
            write_region(project, max(rows // ROWS_A_COUNCIL, 1), rows)
            best = _in_turns({name: _peer(name, project / "data") for name in names}, runs)
            _print_measures(rows, best)
            for name, held in best.items():
                found[name][rows] = held
    if len(sizes) > 1:
        print("\n| growth with rows (1 is in proportion) | CPU | memory |\n|---|---|---|")
        for name, by_rows in found.items():
            slopes = [_slope(list(by_rows), [one[part] for one in by_rows.values()]) for part in ("cpu", "mib")]
            print(f"| {name} | {slopes[0]:.2f} | {slopes[1]:.2f} |")


def _peer(name: str, data: Path) -> Callable[[], Measured]:
    def run() -> Measured:
        command = [sys.executable, str(ROOT / "benchmarks" / "peers.py"), name, str(data)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True,
                              env={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"})  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{name}: {done.stderr.splitlines()[-1:]}")
        held = json.loads(done.stdout)
        facts, x, n = held.pop("facts")
        return {**held, "facts": facts, "x": x, "n": n}

    return run


def _in_turns(peers: dict[str, Callable[[], Measured]], runs: int) -> dict[str, Measured]:
    """Return each peer's run with the fewest CPU seconds; the peers take turns."""
    best: dict[str, Measured] = {}
    for _ in range(runs):
        for name, run in peers.items():
            held = run()
            best[name] = min(best.get(name, held), held, key=lambda one: one["cpu"])
    return best


def _print_measures(rows: int, best: dict[str, Measured]) -> None:
    base = best.get("polars by hand") or next(iter(best.values()))
    print(f"\n{rows:,} rows\n\n| | CPU s | wall s | CPU: polars by hand = 1 | peak MiB | facts |")
    print("|---|---|---|---|---|---|")
    for name, held in best.items():
        same = "" if not held["n"] or (held["x"], held["n"]) == (base["x"], base["n"]) else " NOT THE SAME"
        facts = f"{held['facts']:,.0f}{same}" if held["n"] else ""
        print(f"| {name} | {held['cpu']:.1f} | {held['wall']:.1f} | {held['cpu'] / base['cpu']:.1f} | "
              f"{held['mib']:,.0f} | {facts} |", flush=True)  # fmt: skip


def _slope(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the slope of log cost against log rows, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def documents(runs: int) -> None:
    """Make the sample's document by every means that is installed; print ratios."""
    from benchmarks.documents import ways

    with tempfile.TemporaryDirectory() as folder:
        found, skipped = ways(ROOT, Path(folder))
        best = _in_turns(found, runs)
    base = best["carereport, PDF from findings"]
    print("\n| | CPU s | wall s | CPU: carereport = 1 |\n|---|---|---|---|")
    for name, held in best.items():
        print(f"| {name} | {held['cpu']:.1f} | {held['wall']:.1f} | {held['cpu'] / base['cpu']:.2f} |")
    for name, reason in skipped.items():
        print(f"{name}: skipped, {reason}")


def main() -> None:
    """Run the benchmarks and print their results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["commands", "measures", "documents"], default="commands")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run")
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000], help="rows of all tables together")
    parser.add_argument("--only", nargs="+", default=[], help="names of peers")
    asked = parser.parse_args()
    if asked.what == "commands":
        commands(asked.runs)
    elif asked.what == "measures":
        measures(asked.runs, asked.rows, asked.only)
    else:
        documents(asked.runs)


if __name__ == "__main__":
    main()
