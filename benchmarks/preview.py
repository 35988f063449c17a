"""Times how fast a preview of the sample follows a save, against its limits: ./run python benchmarks/preview.py

One process holds the preview; each kind of save is made several times in a copy of this project, and timed from
the save to the finished page (what the look at the files adds is printed beside it). The numbers depend on the
machine and on what else it does, so no test asserts them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from carereport.build import Options
from carereport.preview.pages import Pages
from carereport.preview.watch import INTERVAL, SETTLED
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
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        for name in ("config", "commentary", "templates", "sample_data"):
            shutil.copytree(ROOT / name, root / name)
        with Pages(Options(root, QUARTER, audience=asked.audience)) as pages:
            began = time.perf_counter()
            pages.make()
            print(f"{'first page':<44} {time.perf_counter() - began:6.3f} s")
            for what, save, limit in (
                ("officer text", _text, TEXT_LIMIT), ("a style sheet", _style, TEXT_LIMIT),
                ("a threshold", _threshold, TEXT_LIMIT), ("an indicator's condition", _condition, INDICATOR_LIMIT),
                ("rows of one extract", _rows, None),
            ):  # fmt: skip
                print(_line(what, [_timed(pages, save, root, number) for number in range(asked.runs)], limit))
    print(f"the look at the files adds {SETTLED:g} to {SETTLED + INTERVAL:g} s")
    sys.stdout.flush()


def _timed(pages: Pages, save: Save, root: Path, number: int) -> tuple[float, float]:
    """Return the seconds from a save to the page, and of them those of this process at work."""
    save(root, number)
    began, worked = time.perf_counter(), time.process_time()
    pages.make()
    return time.perf_counter() - began, time.process_time() - worked


def _line(what: str, times: list[tuple[float, float]], limit: float | None) -> str:
    median, fastest = statistics.median(wall for wall, _ in times), min(wall for wall, _ in times)
    worked = statistics.median(work for _, work in times)
    word = "" if limit is None else f"  {'within' if median <= limit else 'OVER'} the limit of {limit:g} s"
    return f"{what:<44} median {median:6.3f} s  fastest {fastest:6.3f} s  at work {worked:6.3f} s{word}"


def _text(root: Path, number: int) -> None:
    path = sorted((root / "commentary" / QUARTER.name).glob("*.md"))[0]
    path.write_text(path.read_text(encoding="utf-8") + f"\nA further sentence, {number}.\n", encoding="utf-8")


def _style(root: Path, number: int) -> None:
    path = root / "templates" / "report.css"
    path.write_text(path.read_text(encoding="utf-8") + f"\n/* {number} */\n", encoding="utf-8")


def _threshold(root: Path, number: int) -> None:
    target = r"(  assessments_45_days:\n(?:    .*\n)*?    target: .*?value: )[\d.]+"
    _replace(root, target, rf"\g<1>{80 + number}")


def _condition(root: Path, number: int) -> None:
    condition = "working_days(start_date, end_date) <= "
    _replace(root, re.escape(condition) + r"\d+", f"{condition}{40 + number}")


def _replace(root: Path, pattern: str, new: str) -> None:
    path = root / "config" / "indicators.yaml"
    text, times = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1)
    assert times == 1, f"indicators.yaml holds nothing like {pattern}"
    path.write_text(text, encoding="utf-8")


def _rows(root: Path, number: int) -> None:
    path = sorted((root / "sample_data").glob("*.csv"), key=lambda held: held.stat().st_size)[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))


if __name__ == "__main__":
    main()
