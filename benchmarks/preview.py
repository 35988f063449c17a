"""Times how fast a preview of the sample follows a save, as its reader has it: ./run python benchmarks/preview.py

`carereport preview` runs as it does for an analyst, on a copy of this project. Each kind of save is made several
times, and timed from the save until the new page has come over the wire, the look at the files included; a browser
then shows it. Beside it stands how long both processes worked (Linux). The numbers depend on the machine and on what
else it does, so no test asserts them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from carereport.quarters import Quarter

ROOT = Path(__file__).parents[1]
QUARTER = Quarter(2025, 2)
TEXT_LIMIT, INDICATOR_LIMIT = 1.0, 2.5
"""Seconds: a save of text, template or threshold; of an indicator's definition."""
Save = Callable[[Path, int], None]


def main() -> None:
    """Run the benchmark and print its results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="saves of each kind")
    parser.add_argument("--audience", choices=["public", "internal"], default="public")
    asked = parser.parse_args()
    began = time.perf_counter()
    with reading(asked.audience) as (reader, root):
        print(f"{'first page':<28} {time.perf_counter() - began:6.2f} s")
        for what, save, limit in (
            ("officer text", save_text, TEXT_LIMIT), ("a style sheet", save_style, TEXT_LIMIT),
            ("a threshold", save_threshold, TEXT_LIMIT),
            ("an indicator's condition", save_condition, INDICATOR_LIMIT),
            ("rows of one extract", save_rows, None),
        ):  # fmt: skip
            times = [timed(reader, save, root, number) for number in range(asked.runs)]
            print(_line(what, times, limit), flush=True)


@contextmanager
def reading(audience: str) -> Iterator[tuple[Reader, Path]]:
    """Give a reader of a preview who has seen its first page, and the copy of this project that it shows."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        for name in ("config", "commentary", "templates", "sample_data"):
            shutil.copytree(ROOT / name, root / name)
        with Reader(root, audience) as reader:
            yield reader, root


class Reader:
    """Who looks at a preview of the project: waits for each new page, and fetches it."""

    def __init__(self, root: Path, audience: str) -> None:
        command = [sys.executable, "-m", "carereport", "preview", "--quarter", QUARTER.name, "--project", str(root)]
        self._process = subprocess.Popen(
            [*command, "--audience", audience], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self._url = self._process.stdout.readline().strip()
        self._events = urllib.request.urlopen(f"{self._url}events")
        self._seen = 0

    def __enter__(self) -> Reader:
        self.next_page()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._events.close()
        self._process.kill()
        self._process.wait()

    def next_page(self) -> bytes:
        """Return the next page that differs from the last one seen."""
        for line in self._events:
            if line.startswith(b"data: "):
                state = json.loads(line.removeprefix(b"data: "))
                if state["banner"]:
                    raise SystemExit(state["banner"])
                if state["page"] > self._seen:
                    self._seen = state["page"]
                    with urllib.request.urlopen(f"{self._url}report.html") as answer:
                        return bytes(answer.read())
        raise SystemExit("the preview ended")

    def worked(self) -> float:
        """Return the seconds that the preview's processes have worked so far; 0 where the system does not tell."""
        number = self._process.pid
        try:
            children = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split()
            parts = [Path(f"/proc/{one}/stat").read_text(encoding="utf-8") for one in (number, *children)]
        except OSError:
            return 0.0
        ticks = sum(int(time) for part in parts for time in part.rpartition(")")[2].split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")


def timed(reader: Reader, save: Save, root: Path, number: int) -> tuple[float, float]:
    """Return the seconds from a save to the page, and how long the preview worked for it."""
    time.sleep(0.5)  # as a person does: nothing is left to do of the save before
    worked = reader.worked()
    save(root, number)
    began = time.perf_counter()
    reader.next_page()
    return time.perf_counter() - began, reader.worked() - worked


def _line(what: str, times: list[tuple[float, float]], limit: float | None) -> str:
    median, slowest = statistics.median(wall for wall, _ in times), max(wall for wall, _ in times)
    worked = statistics.median(work for _, work in times)
    word = "" if limit is None else f"  {'within' if median <= limit else 'OVER'} the limit of {limit:g} s"
    return f"{what:<28} median {median:5.2f} s  slowest {slowest:5.2f} s  both processes worked {worked:5.2f} s{word}"


def save_text(root: Path, number: int) -> None:
    path = sorted((root / "commentary" / QUARTER.name).glob("*.md"))[0]
    path.write_text(path.read_text(encoding="utf-8") + f"\nA further sentence, {number}.\n", encoding="utf-8")


def save_style(root: Path, number: int) -> None:
    path = root / "templates" / "report.css"
    path.write_text(path.read_text(encoding="utf-8") + f"\n/* {number} */\n", encoding="utf-8")


def save_threshold(root: Path, number: int) -> None:
    target = r"(  assessments_45_days:\n(?:    .*\n)*?    target: .*?value: )[\d.]+"
    _replace(root, target, rf"\g<1>{60 + number}")


def save_condition(root: Path, number: int) -> None:
    condition = "working_days(start_date, end_date) <= "
    _replace(root, re.escape(condition) + r"\d+", f"{condition}{40 + number}")


def _replace(root: Path, pattern: str, new: str) -> None:
    path = root / "config" / "indicators.yaml"
    text, times = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1)
    assert times == 1, f"indicators.yaml holds nothing like {pattern}"
    path.write_text(text, encoding="utf-8")


def save_rows(root: Path, number: int) -> None:
    path = sorted((root / "sample_data").glob("*.csv"), key=lambda held: held.stat().st_size)[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))


if __name__ == "__main__":
    main()
