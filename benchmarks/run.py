"""Times the sample's build and the command's start against their limits: ./run python benchmarks/run.py

Each run is a process of its own, as a user starts it. The numbers depend on the machine and on what else
it does, so no test asserts them.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD_LIMIT, HELP_LIMIT = 10.0, 0.150
"""Seconds on two cores: PDF, CSV and JSON of the sample; `carereport --help`."""


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


def main() -> None:
    """Run the benchmarks and print their results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="builds to time")
    runs = parser.parse_args().runs
    seconds("--help")
    print(line("carereport --help", [seconds("--help") for _ in range(4 * runs)], HELP_LIMIT))
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for number in range(runs):
            out = str(Path(folder) / str(number))
            times.append(seconds("build", "--quarter", "Q2-2025", "--format", "pdf,csv,json", "--out", out))
    print(line("carereport build (sample: PDF, CSV, JSON)", times, BUILD_LIMIT))


if __name__ == "__main__":
    main()
