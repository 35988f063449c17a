"""What carereport sets out to reach, each goal measured beside what it is held against, on this machine and now."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks import documents, preview
from benchmarks.region import write_region, write_settings
from benchmarks.turns import ROOT, Measured, best, command, in_turns, median, telling, timed

ROWS_A_COUNCIL = 200_000
REGION, NATION = 5_000_000, 50_000_000
SCAN, BY_HAND, OURS = "scan", "polars by hand", ("carereport, pandas", "carereport, polars")
_BARE = """
import click

@click.group()
def cli() -> None:
    "A program of one command."

@cli.command()
def build() -> None:
    "Builds."

cli()
"""


@dataclass(frozen=True)
class Goal:
    """A goal, and what was measured; nothing where that could not be done here, and why."""

    what: str
    limit: float
    unit: str
    measured: float | None = None
    why: str = ""
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether what was measured lies within the limit."""
        found = self.measured
        return found is not None and (found >= self.limit if self.at_least else found <= self.limit)

    def line(self) -> str:
        """Return the goal as a row of a table."""
        found = f"not measured: {self.why}" if self.measured is None else f"{self.measured:,.3g}{self.unit}"
        word = "" if self.measured is None else "yes " if self.reached else "**no** "
        return f"| {self.what} | {'≥' if self.at_least else '≤'} {self.limit:g}{self.unit} | {found} | {word}|"


def goals(folder: Path, runs: int, sizes: Sequence[int]) -> Iterator[Goal]:
    """Measure every goal, one after another; those of 50 million rows only where `sizes` names them."""
    yield from starting(folder, 4 * runs)
    yield from building(folder, runs)
    yield from facts_of_the_sample(runs)
    yield from the_document(folder, runs)
    yield from a_preview(runs)
    yield from two_workers(folder)
    yield from many_rows(folder, sizes)


def starting(folder: Path, runs: int) -> Iterator[Goal]:
    """Measure how long a command takes that reads no extract."""
    bare = folder / "bare.py"
    bare.write_text(_BARE, encoding="utf-8")
    found = in_turns(
        {"bare": timed([sys.executable, str(bare), "--help"]), "help": command("--help"),
         "check": command("check", "--settings")}, runs,
    )  # fmt: skip
    ratio = median(found["help"]) / median(found["bare"])
    yield Goal("`carereport --help`, a bare Click program being 1", 1.5, " x", ratio)
    yield Goal("`carereport check --settings`, the sample's", 0.4, " s", median(found["check"]))


def building(folder: Path, runs: int) -> Iterator[Goal]:
    """Measure a build of the sample."""
    out = ("--out", str(folder / "sample"), "--quarter", "Q2-2025", "--format", "pdf,csv,json")

    def build() -> Measured:
        shutil.rmtree(folder / "sample", ignore_errors=True)
        return command("build", *out)()

    yield Goal("the sample's PDF, CSV and JSON", 6, " s", median([build() for _ in range(runs)]))


def facts_of_the_sample(runs: int) -> Iterator[Goal]:
    """Measure what the figures of the sample's indicators cost with either engine."""
    engines = {engine: telling("sample.py", engine) for engine in _engines()}
    found = in_turns(engines, runs)
    for engine, limit in (("polars", 2.0), ("pandas", 4.0)):
        what = f"the sample's facts with {engine}"
        if engine not in found:
            yield Goal(what, limit, " s", why="polars is not installed")
            continue
        yield Goal(f"{what}, libraries loaded", limit, " s", median(found[engine]))
        yield Goal(f"{what}, largest process", 300, " MiB", median(found[engine], "mib"))


def the_document(folder: Path, runs: int) -> Iterator[Goal]:
    """Measure the sample's PDF beside other ways to one, in time waited."""
    ways, skipped = documents.ways(ROOT, folder)
    ways.pop(documents.TYPST, None)
    found = best(in_turns(ways, runs))
    pages, whole = found[documents.FROM_FINDINGS]["wall"], found[documents.FROM_EXTRACTS]["wall"]
    ratio = pages / found[documents.WEASYPRINT]["wall"]
    yield Goal("PDF from findings, WeasyPrint on the finished HTML being 1", 1.25, " x", ratio)
    for name, ours in ((documents.NOTEBOOK_OF_FIGURES, pages), (documents.NOTEBOOK_OF_EXTRACTS, whole)):
        other = found[name]["wall"] / ours if name in found else None
        yield Goal(f"{name}, carereport being 1", 3, " x", other, skipped.get(name, ""), at_least=True)


def a_preview(runs: int) -> Iterator[Goal]:
    """Measure how fast a page follows a threshold's edit."""
    with preview.reading("public") as (reader, root):
        times = [preview.timed(reader, preview.save_threshold, root, number)[0] for number in range(runs)]
    yield Goal("a threshold edited, to the new page", 1, " s", float(np.median(times)))


def two_workers(folder: Path, areas: int = 12) -> Iterator[Goal]:
    """Measure how much of two processors the reports of many councils use, from the first finished to the last."""
    project = folder / "areas"
    write_region(project, areas, areas * ROWS_A_COUNCIL)
    pace = {}
    for workers in (1, 2):
        out = folder / f"workers-{workers}"
        command("build", "--project", str(project), "--quarter", "Q2-2025", "--all-areas", "--workers", str(workers),
                "--format", "pdf,csv", "--out", str(out))()  # fmt: skip
        done = sorted(path.stat().st_mtime for path in out.glob("*/*/manifest.json"))
        pace[workers] = (len(done) - workers) / (done[-1] - done[workers - 1])
    share = 50 * pace[2] / pace[1]
    yield Goal(f"{areas} councils' reports by two workers, of twice one's pace", 90, " %", share, at_least=True)


def many_rows(folder: Path, sizes: Sequence[int]) -> Iterator[Goal]:
    """Measure twelve indicators, and of the nation's rows 45, in time waited; and how cost grows with rows."""
    if "polars" not in _engines():
        yield Goal("twelve indicators of many rows", 2, " x", why="polars is not installed")
        return
    names = [SCAN, BY_HAND, *OURS]
    found: dict[int, dict[str, Measured]] = {}
    for rows in sizes:
        project = folder / str(rows)
        write_region(project, max(rows // ROWS_A_COUNCIL, 1), rows)
        peers = {name: telling("peers.py", name, str(project / "data")) for name in names}
        found[rows] = best(in_turns(peers, 1 if rows >= REGION else 3))
        if len({(held["facts"], held["x"], held["n"]) for name, held in found[rows].items() if name != SCAN}) > 1:
            raise SystemExit(f"{rows:,} rows: the figures are not the same")
        if rows == REGION:
            for name in OURS:
                ratio = found[rows][name]["wall"] / found[rows][BY_HAND]["wall"]
                yield Goal(f"12 indicators of 5 million rows, {name}, polars by hand being 1", 2, " x", ratio)
        if rows == NATION:
            yield from _of_the_nation(project, found[rows])
        shutil.rmtree(project)
    if NATION not in found:
        for what, limit in (("12 indicators of 50 million rows, a scan being 1", 4), ("45 of them", 10)):
            yield Goal(what, limit, " x", why=f"asked for with --rows {NATION}")
    if len(found) > 1:
        for name in OURS:
            for part, word in (("cpu", "CPU seconds"), ("mib", "memory")):
                yield Goal(f"growth of {word} with rows, {name}", 1, "", slope(found, name, part))


def _of_the_nation(project: Path, found: dict[str, Measured]) -> Iterator[Goal]:
    scan, ours = found[SCAN]["wall"], found["carereport, polars"]
    yield Goal("12 indicators of 50 million rows, a scan being 1", 4, " x", ours["wall"] / scan)
    yield Goal("12 indicators of 50 million rows, two processes like the largest", 3, " GiB", ours["mib"] / 512)
    write_settings(project, 45)
    more = telling("peers.py", "carereport, polars", str(project / "data"))()
    yield Goal("45 indicators of 50 million rows, a scan being 1", 10, " x", more["wall"] / scan)


def slope(found: dict[int, dict[str, Measured]], name: str, part: str) -> float:
    """Return the slope of log cost against log rows, by least squares: 1 is in proportion."""
    costs = [by_name[name][part] for by_name in found.values()]
    return float(np.polyfit(np.log(list(found)), np.log(costs), 1)[0])


def _engines() -> list[str]:
    return ["pandas", *(["polars"] if find_spec("polars") else [])]
