"""Times carereport beside other means on one machine, in turns: ./run python benchmarks/run.py

    python benchmarks/run.py goals                                     what is to be reached, and whether it is
    python benchmarks/run.py goals --rows 5000000 50000000             with a nation's rows too: 5 GB, 15 minutes
    python benchmarks/run.py measures --rows 200000 1000000 5000000    twelve indicators, against peers
    python benchmarks/run.py documents                                 the sample's PDF, against other ways to one

Each run is a process of its own, as a user starts it, and the peers take turns, so that what else the machine
does falls on all of them. The numbers depend on the machine, so no test asserts them; ratios travel better,
and those of CPU seconds better than those of wall time. What is not installed here is left out, and that is said:
notebooks need nbconvert, ipykernel and Chromium.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "src")]

from benchmarks.goals import REGION, ROWS_A_COUNCIL, goals, slope  # noqa: E402  # found from here on
from benchmarks.turns import ROOT, Measured, best, in_turns, telling  # noqa: E402

SIZES = {"goals": [200_000, 1_000_000, REGION], "measures": [200_000], "documents": []}


def to_reach(runs: int, sizes: Sequence[int]) -> None:
    """Measure every goal, and print each when it is known."""
    print("| to reach | limit | measured | reached |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for goal in goals(Path(folder), runs, sizes):
            print(goal.line(), flush=True)


def measures(runs: int, sizes: Sequence[int], only: Sequence[str]) -> None:
    """Run the twelve indicators by every means at each number of rows; print ratios and how cost grows."""
    from benchmarks.peers import PEERS
    from benchmarks.region import write_region

    names = [name for name in PEERS if not only or name in only]
    found: dict[int, dict[str, Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            project = Path(folder) / str(rows)
            write_region(project, max(rows // ROWS_A_COUNCIL, 1), rows)
            peers = {name: telling("peers.py", name, str(project / "data")) for name in names}
            found[rows] = best(in_turns(peers, runs))
            _print_measures(rows, found[rows])
    if len(sizes) > 1:
        print("\n| growth with rows (1 is in proportion) | CPU | memory |\n|---|---|---|")
        for name in names:
            print(f"| {name} | {slope(found, name, 'cpu'):.2f} | {slope(found, name, 'mib'):.2f} |")


def _print_measures(rows: int, best: dict[str, Measured]) -> None:
    base = best.get("polars by hand") or next(iter(best.values()))
    print(f"\n{rows:,} rows\n\n| | CPU s | wall s | CPU: polars by hand = 1 | peak MiB | facts |")
    print("|---|---|---|---|---|---|")
    for name, held in best.items():
        same = "" if not held["n"] or (held["x"], held["n"]) == (base["x"], base["n"]) else " NOT THE SAME"
        facts = f"{held['facts']:,.0f}{same}" if held["n"] else ""
        print(f"| {name} | {held['cpu']:.1f} | {held['wall']:.1f} | {held['cpu'] / base['cpu']:.1f} | "
              f"{held['mib']:,.0f} | {facts} |", flush=True)  # fmt: skip


def documents(runs: int) -> None:
    """Make the sample's document by every means that is installed; print ratios."""
    from benchmarks.documents import FROM_FINDINGS, ways

    with tempfile.TemporaryDirectory() as folder:
        found, skipped = ways(ROOT, Path(folder))
        held = best(in_turns(found, runs))
    base = held[FROM_FINDINGS]
    print("\n| | CPU s | wall s | CPU: carereport = 1 |\n|---|---|---|---|")
    for name, one in held.items():
        print(f"| {name} | {one['cpu']:.1f} | {one['wall']:.1f} | {one['cpu'] / base['cpu']:.2f} |")
    for name, reason in skipped.items():
        print(f"{name}: skipped, {reason}")


def main() -> None:
    """Run the benchmarks and print their results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=list(SIZES), default="goals")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run")
    parser.add_argument("--rows", type=int, nargs="+", help="rows of all tables together")
    parser.add_argument("--only", nargs="+", default=[], help="names of peers")
    asked = parser.parse_args()
    sizes = asked.rows or SIZES[asked.what]
    if asked.what == "goals":
        to_reach(asked.runs, sizes)
    elif asked.what == "measures":
        measures(asked.runs, sizes, asked.only)
    else:
        documents(asked.runs)


if __name__ == "__main__":
    main()
