"""Reports of every council in the extracts: all are read and counted first, then written in processes side by side.

Every council is checked by itself and has the figures that --area gives it, since children of two
councils with the same id are kept apart. Large extracts are read and counted some councils at a
time. What is finished is not built again while inputs and settings are the same; one council's
faults stop no other.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carereport import __version__
from carereport.all_areas.worker import Report, run_jobs
from carereport.build import Options, Result, facts_of, officer_text, output_folder, settings_of
from carereport.council_facts import CouncilFacts, fingerprint_of, keep_facts, kept_totals
from carereport.disclosure.primary import primary
from carereport.engines import forks, require
from carereport.faults import (
    EXIT_ENVIRONMENT,
    EXIT_INTERNAL,
    CarereportError,
    ExtractError,
    Fault,
    MachineError,
    place_of,
)
from carereport.history import earlier
from carereport.judgement.from_areas import joint_figures, with_joint_figures
from carereport.project import Project, data_folder
from carereport.report.manifest import settings_hash, verify
from carereport.staging import project_lock

if TYPE_CHECKING:
    from carereport.extracts import Extracts
    from carereport.extracts.typed import Typed

Progress = Callable[["AreaResult", int, int], None]
"""What is told of each council that is finished, which one it is, and of how many."""


@dataclass(frozen=True)
class AreaResult:
    """How one council's build ended. `result` is None where it failed; `skipped` where nothing had changed."""

    area: str
    exit: int
    faults: list[Fault]
    result: Result | None = None
    skipped: bool = False
    seconds: float = 0.0


def build_every_area(
    options: Options, workers: int, progress: Progress, tell: Callable[[str], None] = lambda text: None
) -> list[AreaResult]:
    """Build the report of every council in the extracts; return how each ended, in order of code.

    `tell` is told how the reading of large extracts goes.

    Raises:
        CarereportError: settings or files are at fault, so that no council can be built.
    """
    require(options.engine)
    gc.enable()  # of many councils, what one has left is in the way
    data = data_folder(options.root, options.data)
    output_folder(options, data)
    with project_lock(options.root):
        project, _, known = settings_of(options, data)
        work = _Work(options, project, known, data, options.root / ".carereport" / "areas", workers > 1, tell)
        areas, failed = _measure(work)
        results = {one.area: one for one in failed}
        for number, held in enumerate(results.values(), start=1):
            progress(held, number, len(areas))
        good = [area for area in areas if area not in results]
        for held in _report(work, good, workers):
            results[held.area] = held
            progress(held, len(results), len(areas))
    return [results[area] for area in areas]


@dataclass(frozen=True)
class _Work:
    """What all councils share."""

    options: Options
    project: Project
    known: list[Fault]
    data: Path
    cache: Path
    beside: bool
    """Whether two processes measure at once, where they can."""
    tell: Callable[[str], None]

    def of(self, area: str) -> tuple[Options, Project]:
        return replace(self.options, area=area), self.project.in_area(area, asked=True)

    def facts(self, area: str) -> Path:
        return self.cache / f"{area}.facts"

    def done(self, area: str) -> Path:
        return self.cache / f"{area}.json"


def _measure(work: _Work) -> tuple[list[str], list[AreaResult]]:
    """Measure every council whose facts are not kept; return all codes, and how those ended that failed."""
    from carereport.extracts.parts import by_batches, spark_tables

    tables = spark_tables(work.project)
    fingerprint = _of_inputs(work, {str(path): raw.sha256 for path, raw in tables.items()})
    index = work.cache / "index.json"
    known = _read(index)
    held = [str(area) for area in known.get("areas", ())] if known.get("fingerprint") == fingerprint else []
    if held and all(fingerprint_of(work.facts(area)) == fingerprint for area in held):
        return held, []

    def done(area: str) -> bool:
        return fingerprint_of(work.facts(area)) == fingerprint

    def measured(typed: Typed, beside: bool) -> list[AreaResult]:
        checked, failed = _checked(work, typed, done)
        del typed  # before councils are measured
        for area, found in _together(work, checked, beside):
            if isinstance(found, CouncilFacts):
                keep_facts(found, work.facts(area), fingerprint)
            else:
                failed.append(found)
        return failed

    areas, failed = by_batches(
        work.project, work.data, work.cache, measured, beside=work.beside and forks(work.options.engine),
        tell=work.tell, tables=tables, done=done,
    )  # fmt: skip
    failed.sort(key=lambda result: result.area)
    for path in (*work.cache.glob("*.facts"), *work.cache.glob("*.json")):
        if path.stem not in areas:
            path.unlink()
    _write(index, {"fingerprint": fingerprint, "areas": areas})
    return areas, failed


def _checked(work: _Work, typed: Typed, done: Callable[[str], bool]) -> tuple[dict[str, Extracts], list[AreaResult]]:
    """Check the rows of each council that is not done; return whose rows are to be measured, and who failed."""
    from carereport.extracts.tables import check_tables
    from carereport.extracts.typed import by_area

    checked: dict[str, Extracts] = {}
    failed: list[AreaResult] = []
    for area, rows in by_area(typed):
        if done(area):
            continue
        options, project = work.of(area)
        try:
            checked[area] = check_tables(project, rows, options.quarter, options.extracted)
        except CarereportError as error:
            failed.append(AreaResult(area, error.exit_code, list(error.faults)))
        except Exception as error:
            failed.append(_broken(area, error))
    return checked, failed


def _together(
    work: _Work, checked: dict[str, Extracts], beside: bool
) -> Iterator[tuple[str, CouncilFacts | AreaResult]]:
    """Measure councils in one pass, others `beside` them; yield each one's facts, or how it failed.

    Where measuring itself breaks, each council is measured alone, so that none but the cause is lost.
    """
    from carereport.measures import measure_together

    asked = {area: work.of(area) for area in checked}
    options = work.options
    try:
        councils = [(project, checked[area]) for area, (_, project) in asked.items()]
        measured = measure_together(councils, options.quarter, options.engine, beside=beside) if councils else []
        found = dict(zip(checked, measured, strict=True))
    except MachineError:
        raise  # no council alone would be measured either
    except Exception as error:
        if len(checked) == 1:
            (area,) = checked
            yield area, _broken(area, error)
        else:
            for area, extracts in checked.items():
                yield from _together(work, {area: extracts}, beside)
        return
    for area, (own, project) in asked.items():
        figures = found.pop(area)
        try:
            if isinstance(figures, ExtractError):
                raise figures
            yield area, facts_of(own, project, checked.pop(area), work.data, figures)
        except CarereportError as error:
            yield area, AreaResult(area, error.exit_code, list(error.faults))


def _broken(area: str, error: Exception) -> AreaResult:
    message, remedy = f"the council's report failed: {place_of(error)}", "a fault of carereport: please report it"
    return AreaResult(area, EXIT_INTERNAL, [Fault("XX071", "error", message, remedy)])


def _report(work: _Work, areas: list[str], workers: int) -> Iterator[AreaResult]:
    """Write the report of each council whose report does not stand already; yield how each ended."""
    if not areas:
        return
    totals = pd.concat([kept_totals(work.facts(area), work.options.quarter.end) for area in areas], ignore_index=True)
    joint = joint_figures(_without_small(totals, work.project), work.project, work.options.quarter)
    wanted = {area: _of_report(work, area, areas) for area in areas}
    waiting = []
    for area in areas:
        stands = _standing(work, area, wanted[area])
        if stands is None:
            waiting.append(area)
        else:
            yield AreaResult(area, stands, [], skipped=True)

    def jobs() -> Iterator[Report]:
        for area in waiting:
            options, project = work.of(area)
            commentary, wrong = officer_text(options, work.project.area)
            out = output_folder(options, work.data)
            project = with_joint_figures(project, joint)
            yield Report(options, project, commentary, [*work.known, *wrong], work.facts(area), out)

    for done in run_jobs(jobs(), workers):
        if done.result is not None and done.exit != EXIT_ENVIRONMENT:
            folders = [folder.name for folder in done.result.folders]
            _write(work.done(done.area), {"fingerprint": wanted[done.area], "exit": done.exit, "folders": folders})
        yield AreaResult(done.area, done.exit, done.faults, done.result, seconds=done.seconds)


def _without_small(totals: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Leave out figures too small to publish: less what the other councils publish, a sum would tell them."""
    opened = {one.indicator for one in project.report.disclosure.publish_small}
    return totals[~primary(totals.assign(value=np.nan), project.indicators, opened)]


def _standing(work: _Work, area: str, fingerprint: str) -> int | None:
    """Return the exit code of a council's report that stands, whole, as it would be built; None where none does."""
    known = _read(work.done(area))
    if known.get("fingerprint") != fingerprint:
        return None
    out = output_folder(replace(work.options, area=area), work.data)
    folders = [out / str(name) for name in known.get("folders", ())]
    return int(known["exit"]) if folders and not any(verify(folder) for folder in folders) else None


def _of_inputs(work: _Work, tables: dict[str, str]) -> str:
    """Return a hash of all that the facts are made from; `tables` are Spark's, with the hash of each one's rows."""
    options = work.options
    digest = hashlib.sha256(settings_hash(options.root, ["config"]).encode())
    digest.update(repr((__version__, options.quarter.name, options.extracted, options.engine)).encode())
    digest.update(repr(sorted(tables.items())).encode() if tables else b"")
    for path in sorted(work.data.iterdir()) if work.data.is_dir() else ():
        if path.is_file():
            with path.open("rb") as handle:
                digest.update(f"{path.name} {hashlib.file_digest(handle, 'sha256').hexdigest()}".encode())
    return digest.hexdigest()


def _of_report(work: _Work, area: str, areas: list[str]) -> str:
    """Return a hash of all that a council's report is made from; the councils it is compared with included."""
    options = replace(work.options, area=area)
    quarter = options.quarter
    folders = ["templates", f"commentary/{quarter.name}", f"commentary/{area}/{quarter.name}"]
    digest = hashlib.sha256(settings_hash(options.root, folders).encode())
    asked = (fingerprint_of(work.facts(area)), areas, options.formats, options.audience, options.final, options.strict)
    digest.update(repr((asked, str(output_folder(options, work.data)))).encode())
    for figures in earlier(options.home, quarter):
        digest.update(hashlib.sha256(figures.encode()).digest())
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _write(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(json.dumps(document), encoding="utf-8")
    new.replace(path)
