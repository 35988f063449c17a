"""One build from extracts to report: the stages in order, all or nothing, and one at a time."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING

from carereport.commentary import read_commentary
from carereport.faults import (
    EXIT_ENVIRONMENT,
    BusyError,
    ConfigurationError,
    ExtractError,
    Fault,
    UsageError,
)
from carereport.printing import exit_code
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from carereport.report.manifest import manifest, verify, write_manifest

if TYPE_CHECKING:
    from carereport.report.pages.material import Material

FORMATS = ("pdf", "html", "xlsx", "csv", "json")
FILES = {
    "pdf": "report.pdf", "html": "report.html", "xlsx": "figures.xlsx", "csv": "figures.csv", "json": "findings.json",
}  # fmt: skip
LIBRARIES = ("pandas", "narwhals", "jinja2", "matplotlib", "weasyprint", "xlsxwriter")
FORBIDDEN_OUT = ("config", "templates", "commentary", "history")

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Options:
    """What `carereport build` was asked to do."""

    root: Path
    quarter: Quarter
    data: Path | None = None
    out: Path | None = None
    formats: tuple[str, ...] = FORMATS
    audience: str = "public"
    final: bool = False
    extracted: date | None = None
    engine: str = "pandas"
    strict: bool = False


@dataclass
class Result:
    """What a build did: folders written, findings, and the exit code."""

    exit: int = 0
    folders: list[Path] = field(default_factory=list)
    unchanged: bool = False
    faults: list[Fault] = field(default_factory=list)
    indicators: int = 0
    figures: int = 0
    suppressed: int = 0
    inputs: int = 0
    rows: int = 0


def data_folder(root: Path, given: Path | None) -> Path:
    """Return the folder of extracts: the one given, else data/, else sample_data/."""
    if given is not None:
        return given
    return root / "data" if (root / "data").is_dir() else root / "sample_data"


def output_folder(options: Options, data: Path) -> Path:
    """Return the folder that holds the quarters' folders.

    Raises:
        UsageError: it is a file, or lies where a build must not write.
    """
    out = (options.out or options.root / "output").resolve()
    if out.is_file():
        raise UsageError(Fault("CL002", "error", "--out is a file", "name a folder"))
    for folder in (data, *(options.root / name for name in FORBIDDEN_OUT)):
        if out == folder.resolve() or folder.resolve() in out.parents:
            message = f"--out lies in {folder.name}, which holds inputs"
            raise UsageError(Fault("CL003", "error", message, "name another folder"))
    return out


def run_build(options: Options, progress: Progress = lambda stage, seconds: None) -> Result:
    """Build the report of a quarter.

    Raises:
        CarereportError: nothing was written, and the earlier report stands.
    """
    data = data_folder(options.root, options.data)
    out = output_folder(options, data)
    with project_lock(options.root):
        clean_leftovers(out)
        return _build(options, data, out, _Clock(progress))


class _Clock:
    def __init__(self, progress: Progress) -> None:
        self.progress, self.start = progress, time.perf_counter()

    def done(self, stage: str) -> None:
        now = time.perf_counter()
        self.progress(stage, now - self.start)
        self.start = now


def _build(options: Options, data: Path, out: Path, clock: _Clock) -> Result:
    project = load_project(options.root)
    commentary, faults = read_commentary(options.root, options.quarter)
    faults = [*project.faults, *faults, *check_project(project)]
    if any(fault.severity == "error" for fault in faults):
        raise ConfigurationError(faults)
    clock.done("read settings")
    from carereport.disclosure import Disclosed, disclose
    from carereport.extracts import read_extracts
    from carereport.measures import measure
    from carereport.report.figures_csv import figures_text

    extracts = read_extracts(project, data, options.quarter, options.extracted)
    faults += extracts.faults
    clock.done("read extracts")
    measured = measure(project, extracts, options.quarter, options.engine)
    faults += measured.faults
    if options.strict and any(fault.severity == "warning" for fault in faults):
        raise ExtractError(
            [replace(f, severity="error") for f in faults if f.severity == "warning"]
        )
    clock.done("measure")
    taken = [table.extracted for table in extracts.tables.values() if table.extracted]
    as_at = options.extracted or max(taken, default=None)
    result = Result(
        faults=faults, indicators=len(project.indicators), inputs=len(extracts.inputs),
        rows=sum(held.rows for held in extracts.inputs),
    )  # fmt: skip
    audiences = ("public", "internal") if options.audience == "both" else (options.audience,)
    for audience in audiences:
        if audience == "public":
            disclosed = disclose(measured.figures, project, options.quarter, measured.within)
            result.suppressed = disclosed.suppressed
        else:
            disclosed = Disclosed(measured.figures, 0, 0, len(measured.figures), (), "none")
        clock.done(f"protect small numbers ({audience})" if audience == "public" else "keep all numbers (internal)")
        name = options.quarter.name + ("-internal" if audience == "internal" else "")
        text = figures_text(disclosed.figures)
        result.figures = len(disclosed.figures)
        _write_one(options, project, disclosed, commentary, extracts, as_at, audience, out, name, text, result, clock)
        if audience == "public":
            from carereport.history import record

            record(options.root, options.quarter, text, extracts.inputs)
    result.exit = result.exit or exit_code(faults)
    return result


def check_project(project: Project) -> list[Fault]:
    """Return what is wrong in settings beyond their form: references, conditions, judgement."""
    from carereport.judgement.checks import check_judgement
    from carereport.measures.check import check_measures

    return [*check_measures(project), *check_judgement(project)]


def _write_one(  # type: ignore[no-untyped-def]
    options: Options, project: Project, disclosed, commentary, extracts, as_at: date | None, audience: str, out: Path,
    name: str, text: str, result: Result, clock: _Clock,
) -> None:  # fmt: skip
    """Judge, word, draw and write one audience's report into its folder, all or nothing."""
    from carereport.judgement.findings import judge
    from carereport.report.findings_json import write_findings
    from carereport.wording.sentences import write_sentences

    quarter = options.quarter
    findings = tuple(
        replace(found, sentences=write_sentences(found, project.indicators[found.indicator], quarter))
        for found in judge(disclosed.figures, project, quarter)
    )
    clock.done("judge")
    out.mkdir(parents=True, exist_ok=True)
    new = out / f".{name}.new-{os.getpid()}"
    new.mkdir()
    try:
        if "csv" in options.formats:
            (new / FILES["csv"]).write_text(text, encoding="utf-8", newline="")
        if "json" in options.formats:
            write_findings(findings, quarter, as_at, new / FILES["json"])
        if not {"csv", "json"}.issuperset(options.formats):
            from carereport.report.pages.material import Material

            material = Material(
                findings, disclosed, project, quarter, audience, not options.final, as_at, tuple(result.faults),
                extracts.set_aside, commentary,
            )  # fmt: skip
            _write_forms(material, options.formats, new, result, clock)
        document = manifest(
            new, options.root, quarter, audience, options.final, as_at, disclosed.policy, disclosed.suppressed,
            disclosed.overrides, {library: version(library) for library in LIBRARIES},
        )  # fmt: skip
        write_manifest(document, new)
        target = out / name
        result.unchanged = _same(new, target)
        if result.unchanged:
            shutil.rmtree(new)
        else:
            _sync(new)
            swap_in(new, target)
        result.folders.append(target)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _write_forms(material: Material, formats: tuple[str, ...], new: Path, result: Result, clock: _Clock) -> None:
    """Write every form that prints the report's pages or tables, all from the same values."""
    from carereport.report.context import missing_officer_text, report_context
    from carereport.report.render import render_context

    if not material.draft:
        missing = missing_officer_text(material.findings, material.project, material.quarter, material.commentary)
        if missing:
            raise ConfigurationError(missing)
    context = report_context(material)
    if {"pdf", "html"} & set(formats):
        page = render_context(context, material.project.root)
        clock.done("draw and set pages")
        if "html" in formats:
            (new / FILES["html"]).write_text(page, encoding="utf-8", newline="")
        if "pdf" in formats:
            _write_pdf(page, new / FILES["pdf"], material.quarter, material.as_at, result)
            clock.done("write the PDF")
    if "xlsx" in formats:
        from carereport.report.xlsx import write_xlsx

        write_xlsx(material, context, new / FILES["xlsx"])
        clock.done("write the spreadsheet")


def _write_pdf(page: str, path: Path, quarter: Quarter, as_at: date | None, result: Result) -> None:
    try:
        from carereport.report.pdf import write_pdf
    except OSError:  # WeasyPrint raises it where Pango cannot be loaded
        result.exit = EXIT_ENVIRONMENT
        result.faults.append(
            Fault("MA001", "warning", "the PDF was not made: Pango cannot be loaded; all else was",
                  "install Pango (carereport doctor says how)")
        )  # fmt: skip
        return
    day = as_at or quarter.end
    write_pdf(page, path, created=datetime(day.year, day.month, day.day))


def _same(new: Path, target: Path) -> bool:
    if not target.is_dir() or verify(target):
        return False
    names = {path.name for path in new.iterdir()}
    return names == {path.name for path in target.iterdir()} and all(
        (new / name).read_bytes() == (target / name).read_bytes() for name in names
    )


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as handle:
            os.fsync(handle.fileno())


def swap_in(new: Path, target: Path) -> None:
    """Put a finished folder in the place of an earlier one; the earlier survives any failure."""
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def clean_leftovers(out: Path) -> None:
    """Undo what a killed build left: put an earlier report back, remove half-written folders."""
    if not out.is_dir():
        return
    for path in sorted(out.glob(".*.old-*")):
        target = out / path.name[1:].rsplit(".old-", 1)[0]
        if target.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.rename(target)
    for path in sorted(out.glob(".*.new-*")):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def project_lock(root: Path) -> Iterator[None]:
    """Hold the project's lock, which the operating system releases when the process ends.

    Raises:
        BusyError: another carereport holds it.
    """
    folder = root / ".carereport"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a+b") as handle:
        try:
            _lock(handle)
        except OSError:
            raise BusyError(
                Fault("CL010", "error", "another carereport is at work on this project", "try again when it has ended")
            ) from None
        yield


def _lock(handle: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
