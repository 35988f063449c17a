"""One build from extracts to report: the stages in order; what each does is its own room's."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from carereport.faults import EXIT_ENVIRONMENT, ConfigurationError, ExtractError, Fault, UsageError, add_new
from carereport.printing import exit_code, is_of_settings, ordered
from carereport.quarters import Quarter
from carereport.report.manifest import manifest, refuse_foreign, verify, write_manifest
from carereport.report.worker import Worker
from carereport.staging import clean_leftovers, project_lock, same_contents, staging_folder, swap_in

if TYPE_CHECKING:
    from carereport.commentary import Commentary
    from carereport.council_facts import CouncilFacts
    from carereport.disclosure import Disclosed
    from carereport.extracts import Extracts
    from carereport.measures import Measured
    from carereport.measures.memory import FactsMemory
    from carereport.project import Project
    from carereport.report.pages.material import Material

FORMATS = ("pdf", "html", "xlsx", "pptx", "csv", "json")
FILES = {
    "pdf": "report.pdf", "html": "report.html", "xlsx": "figures.xlsx", "csv": "figures.csv", "json": "findings.json",
    "pptx": "slides.pptx",
}  # fmt: skip
COVER = {"pdf": "cover-report.pdf", "html": "cover-report.html"}
"""The cover report, in the committee's own template: the paper that the report is an appendix of."""
PAGES = {"pdf", "html", "xlsx", "pptx"}
"""Forms that print the report's pages, or tables made of the same values."""
LIBRARIES = ("pandas", "narwhals", "jinja2", "matplotlib", "weasyprint", "xlsxwriter", "python-pptx")
WITHHELD_FOLDERS = ("-internal", "-exempt")
"""Ends the name of the folder that is not for publication."""
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
    waits: bool = False
    """Whether nothing is built while an extract is late: asked for the latest quarter, as a scheduler does."""
    area: str = ""
    """The council to report on, where the extracts hold several: its output and history have folders of their own."""

    @property
    def home(self) -> Path:
        """The folder whose history/ knows what was published before."""
        from carereport.project import history_home

        return history_home(self.root, self.area)


@dataclass
class Result:
    """What a build did: folders written, the figures in each, findings, and the exit code."""

    exit: int = 0
    folders: list[Path] = field(default_factory=list)
    unchanged: bool = False
    faults: list[Fault] = field(default_factory=list)
    indicators: int = 0
    figures: list[int] = field(default_factory=list)
    suppressed: int = 0
    secondary: int = 0
    inputs: int = 0
    rows: int = 0


def output_folder(options: Options, data: Path) -> Path:
    """Return the folder that holds the quarters' folders.

    Raises:
        UsageError: it is a file, or lies where a build must not write.
    """
    from carereport.project import history_home

    out = (options.out or options.root / "output").resolve()
    if out.is_file():
        raise UsageError(Fault("CL002", "error", "--out is a file", "name a folder"))
    for folder in (data, *(options.root / name for name in FORBIDDEN_OUT)):
        if out == folder.resolve() or folder.resolve() in out.parents:
            message = f"--out lies in {folder.name}, which holds inputs"
            raise UsageError(Fault("CL003", "error", message, "name another folder"))
    history_home(options.root, options.area)  # refuses a code that is none
    return out / options.area


def run_build(options: Options, progress: Progress = lambda stage, seconds: None) -> Result:
    """Build the report of a quarter.

    Raises:
        CarereportError: nothing was written, and the earlier report stands.
    """
    clock, pages = Clock(progress), PAGES & set(options.formats)
    with ExitStack() as held:
        # first of all, and before anything large is imported: the two processes load their libraries side by side
        worker = held.enter_context(Worker(options.root, beside="pdf" in pages)) if pages else None
        from carereport.project import data_folder

        data = data_folder(options.root, options.data)
        out = output_folder(options, data)
        if options.engine != "pandas":
            from carereport.engines import require

            require(options.engine)
        held.enter_context(project_lock(options.root))
        clean_leftovers(out)
        return _build(options, data, out, clock, worker)


class Clock:
    """Reports each stage with the seconds since the last."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.start = progress, time.perf_counter()

    def done(self, stage: str) -> None:
        now = time.perf_counter()
        self.progress(stage, now - self.start)
        self.start = now

    def shared(self, stage: str, seconds: float) -> None:
        """Report a stage that another process took beside this one."""
        self.progress(stage, seconds)
        self.start = time.perf_counter()


@dataclass(frozen=True)
class _Work:
    """What one build has read and measured, the same for every audience."""

    options: Options
    project: Project
    commentary: dict[str, Commentary]
    facts: CouncilFacts
    result: Result
    clock: Clock
    worker: Worker | None


def _build(options: Options, data: Path, out: Path, clock: Clock, worker: Worker | None) -> Result:
    project, commentary, faults = settings_of(options, data)
    clock.done("read settings")
    from carereport.extracts import read_extracts

    extracts = read_extracts(project, data, options.quarter, options.extracted, options.area)
    if options.waits:
        from carereport.checking import stop_if_late
        stop_if_late(project, extracts, options.quarter)
    project = project.in_area(extracts.area, asked=bool(options.area))
    clock.done("read extracts")
    facts = measured(options, project, extracts, data)
    clock.done("measure")
    return report(options, project, commentary, faults, facts, out, clock, worker)


def measured(
    options: Options, project: Project, extracts: Extracts, data: Path, memory: FactsMemory | None = None
) -> CouncilFacts:
    """Return every figure of one council, and all that was met in its extracts; of a memory, what it knows.

    Raises:
        CarereportError: rows contradict each other, or history holds another council's reports.
    """
    from carereport.measures import measure

    found = measure(project, extracts, options.quarter, options.engine, memory)
    return facts_of(options, project, extracts, data, found)


def facts_of(options: Options, project: Project, extracts: Extracts, data: Path, found: Measured) -> CouncilFacts:
    """Return a council's figures with all that was met in its extracts; refused where history is another council's."""
    from carereport.checking import input_faults, same_council
    from carereport.council_facts import CouncilFacts
    from carereport.judgement.checks import baseline_faults
    from carereport.report.shown import shown_rows

    before = same_council(input_faults(project, data, options.quarter, extracts, options.home))
    faults = [*extracts.faults, *before, *found.faults, *baseline_faults(project, found.figures)]
    as_at = options.extracted or max((one.extracted for one in extracts.tables.values() if one.extracted), default=None)
    told = (tuple(faults), extracts.inputs, extracts.set_aside, as_at, shown_rows(project, extracts))
    return CouncilFacts(extracts.area, found.figures, found.within, *told)


def report(
    options: Options, project: Project, commentary: dict[str, Commentary], known: list[Fault], facts: CouncilFacts,
    out: Path, clock: Clock, worker: Worker | None,
) -> Result:  # fmt: skip
    """Write the reports of one council from its facts, and enter the public one in its history.

    `known` are the findings of the settings.

    Raises:
        CarereportError: nothing was written, and the earlier report stands.
    """
    faults = [*known, *facts.faults]
    if options.strict and any(fault.severity == "warning" for fault in faults):
        raised = [replace(f, severity="error") for f in faults if f.severity == "warning"]
        kind = ConfigurationError if any(is_of_settings(fault) for fault in raised) else ExtractError
        raise kind(ordered(raised))
    result = Result(
        faults=faults, indicators=len(project.indicators), inputs=len(facts.inputs),
        rows=sum(held.rows for held in facts.inputs),
    )  # fmt: skip
    work = _Work(options, project, commentary, facts, result, clock, worker)
    audiences = ["public", "internal"] if options.audience == "both" else [options.audience]
    if options.audience == "both" and project.report.exempt is not None:
        audiences.append("exempt")
    for audience in audiences:
        refuse_foreign(_place(out, options.quarter, audience), (*FILES.values(), *COVER.values()))
    staged: list[tuple[Path, Path]] = []
    published = ""
    try:
        for audience in audiences:
            disclosed = _disclosed(work, audience)
            target = _place(out, options.quarter, audience)
            new = staging_folder(target)
            staged.append((new, target))
            text = _write(disclosed, work, audience, new)
            published = text if audience == "public" else published
        _put_in_place(staged, result)
    except BaseException:
        for new, _ in staged:
            shutil.rmtree(new, ignore_errors=True)
        raise
    if published:
        from carereport.kept_settings import enter

        enter(options.home, options.quarter, published, facts.inputs, project)
    result.exit = result.exit or exit_code(faults)
    return result


def _place(out: Path, quarter: Quarter, audience: str) -> Path:
    return out / (quarter.name + ("" if audience == "public" else f"-{audience}"))


def settings_of(options: Options, data: Path | None) -> tuple[Project, dict[str, Commentary], list[Fault]]:
    """Return the project and its officer text.

    Raises:
        ConfigurationError: with all faults of the settings, and beside them those of the extracts in `data`.
    """
    from carereport.checking import check_final, check_project, extract_faults
    from carereport.project import read_settings
    from carereport.report.cover_checks import cover_faults

    project, faults = read_settings(options.root)
    commentary, wrong = officer_text(options, project.area if project else "")
    faults += wrong
    if project is not None:
        faults += check_project(project)
        faults += check_final(project) if options.final else []
        faults += cover_faults(project, options.quarter, commentary, date.today() if options.final else None)
    if project is None or any(fault.severity == "error" for fault in faults):
        if project is not None and data is not None and data.is_dir():
            faults += extract_faults(project, data, options.quarter, faults, options.extracted, options.area)
        raise ConfigurationError(ordered(faults))
    return project, commentary, faults


def officer_text(options: Options, ours: str) -> tuple[dict[str, Commentary], list[Fault]]:
    """Return the officer text of the council asked for: of its own folder, or the project's where it is `ours`."""
    from carereport.commentary import read_commentary

    return read_commentary(options.root, options.quarter, options.area, ours)


def _disclosed(work: _Work, audience: str) -> Disclosed:
    """Return the figures that an audience may see; the public's are suppressed."""
    from carereport.protecting import protect, unprotected

    options, project = work.options, work.project
    if audience != "public":
        return unprotected(work.facts.figures, project, options.quarter, options.home)
    disclosed = protect(work.facts, project, options.quarter, options.home, options.area)
    work.result.suppressed, work.result.secondary = disclosed.suppressed, disclosed.secondary
    work.clock.done("protect small numbers")
    return disclosed


def _write(disclosed: Disclosed, work: _Work, audience: str, folder: Path) -> str:
    """Judge, word, draw and write one audience's report into a folder; return the text of figures.csv."""
    from carereport.judgement.findings import judge
    from carereport.report.figures_csv import figures_text
    from carereport.report.findings_json import write_findings
    from carereport.telling import material_of

    options, result, clock = work.options, work.result, work.clock
    quarter = options.quarter
    judged = judge(disclosed.figures, work.project, quarter)
    material = material_of(
        judged, disclosed, work.project, work.commentary, quarter, audience, work.facts, result.faults,
        draft=not options.final,
    )  # fmt: skip
    project = material.project
    clock.done("judge")
    if work.worker is not None:
        from carereport.checking import unfinished
        from carereport.report.pages.officers import missing_text
        chosen = tuple(one.indicator for one in material.exception_pages)
        wanted = (project, quarter, work.commentary, disclosed.revisions)
        missing = [*unfinished(result.faults, work.facts.as_at, quarter), *missing_text(chosen, *wanted)]
        if missing and options.final:
            raise ConfigurationError(missing)
        day = work.facts.as_at or quarter.end
        created = datetime(day.year, day.month, day.day)
        formats = options.formats
        work.worker.ask(
            material, context="xlsx" in formats or "pptx" in formats, html="html" in formats, pdf="pdf" in formats,
            created=created,
        )  # fmt: skip
    text = figures_text(disclosed.figures)
    result.figures.append(len(disclosed.figures))
    if "csv" in options.formats:
        (folder / FILES["csv"]).write_text(text, encoding="utf-8", newline="")
    if "json" in options.formats:
        write_findings(material.findings, quarter, work.facts.as_at, folder / FILES["json"])
    if work.worker is not None:
        _write_pages(work.worker, material, folder, work)
    if audience == "exempt":
        from carereport.report_settings import ExemptPaper
        for path in sorted(folder.iterdir()):
            path.rename(path.with_name(ExemptPaper.file_name(path.name, quarter.name)))
    from importlib.metadata import version
    document = manifest(
        folder, options.root, quarter, audience, options.final, work.facts.as_at, disclosed.policy,
        disclosed.suppressed, disclosed.overrides, {library: version(library) for library in LIBRARIES},
        [f"commentary/{quarter.name}", *([f"commentary/{options.area}/{quarter.name}"] if options.area else [])],
    )  # fmt: skip
    write_manifest(document, folder)
    return text


def _write_pages(worker: Worker, material: Material, folder: Path, work: _Work) -> None:
    """Write the forms that print the report's pages: while the PDF is set, the others are written."""
    formats, clock = work.options.formats, work.clock
    from carereport.report.pages.officers import too_long

    pages = worker.pages()
    clock.shared("draw and set pages", pages.seconds)
    if "html" in formats:
        (folder / FILES["html"]).write_text(pages.html, encoding="utf-8", newline="")
        (folder / COVER["html"]).write_text(pages.cover, encoding="utf-8", newline="")
    if pages.context is not None and "xlsx" in formats:
        from carereport.report.xlsx import write_xlsx

        write_xlsx(material, pages.context, folder / FILES["xlsx"])
        clock.done("write the spreadsheet")
    if pages.context is not None and "pptx" in formats:
        from carereport.report.pptx import write_pptx

        write_pptx(material, pages.context, folder / FILES["pptx"])
        clock.done("write the slides")
    if "pdf" not in formats:
        return
    made = worker.pdf()
    clock.shared("write the PDF", made.seconds)
    if made.data is not None:
        (folder / FILES["pdf"]).write_bytes(made.data)
        (folder / COVER["pdf"]).write_bytes(made.cover)
        add_new(work.result.faults, (too_long(name, material) for name in made.spilled))
        return
    work.result.exit = EXIT_ENVIRONMENT
    add_new(work.result.faults, [
        Fault("MA001", "warning", "the PDF was not made: Pango cannot be loaded; all else was",
              "install Pango (carereport doctor says how)")
    ])  # fmt: skip


def _put_in_place(staged: list[tuple[Path, Path]], result: Result) -> None:
    """Swap in what differs from the reports that stand; leave those that are the same untouched."""
    changed = [(new, target) for new, target in staged if not same_contents(new, target) or verify(target)]
    swap_in(changed)
    for new, target in staged:
        shutil.rmtree(new, ignore_errors=True)
        result.folders.append(target)
    result.unchanged = not changed
