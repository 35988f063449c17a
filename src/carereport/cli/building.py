"""The commands that make and guard the report: build, check, publish, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from carereport.cli.console import Working, guarded, print_areas, print_faults
from carereport.cli.options import (
    area_option,
    data_option,
    examples,
    extracted_option,
    project_option,
    quarter_option,
    read_day,
    read_quarter,
)

if TYPE_CHECKING:
    from carereport.build import Options, Result
    from carereport.quarters import Quarter


def meaning(quarter: Quarter) -> str:
    """Return what a quarter means: 'Q2-2025: July to September 2025, quarter 2 of 2025/26; …'."""
    return (
        f"{quarter.name}: {quarter.period.label}, quarter {quarter.number} of {quarter.financial_year}; "
        f"the report covers {quarter.year_to_date.label}"
    )


@click.command(
    epilog=examples(
        "carereport build --quarter Q2-2025",
        "carereport build --quarter latest --data extracts --final",
        "carereport build --quarter Q2-2025 --audience internal --format csv,json",
        "carereport build --quarter Q2-2025 --all-areas --data regional",
    )
)
@quarter_option
@project_option
@data_option
@click.option("--out", type=click.Path(path_type=Path), show_default="output/ of the project", help="Where to write.")
@click.option("--format", "formats", multiple=True, metavar="FORMATS", show_default="all",
              help="pdf, html, xlsx, pptx, csv, json: repeat, or separate by commas.")  # fmt: skip
@click.option("--audience", type=click.Choice(["public", "internal", "both"]), default="public", show_default=True,
              help="public hides small numbers; internal shows all and says so on every page.")  # fmt: skip
@click.option("--final/--draft", default=False, show_default="draft",
              help="final refuses while officer text is missing.")  # fmt: skip
@extracted_option
@click.option("--area", default="", metavar="CODE", show_default="council.area",
              help="One council of several in the extracts; with a folder of its own.")  # fmt: skip
@click.option("--all-areas", is_flag=True, help="A report for every council in the extracts, each in its folder.")
@click.option("--workers", type=click.IntRange(1, 64), default=None, show_default="one a core",
              help="With --all-areas, how many processes measure and write reports.")  # fmt: skip
@click.option("--engine", type=click.Choice(["pandas", "polars", "spark"]), default="pandas", show_default=True,
              help="What computes the figures; the figures are the same.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--timings", is_flag=True, help="Say how long each stage took.")
@guarded
def build(
    quarter: str | None, root: Path, data: Path | None, out: Path | None, formats: tuple[str, ...], audience: str,
    final: bool, extracted: str | None, area: str, all_areas: bool, workers: int | None, engine: str,
    strict: bool, timings: bool,
) -> None:  # fmt: skip
    """Build a quarter's report from the extracts, whole or not at all."""
    when = read_quarter(quarter)
    from carereport.build import FORMATS, Options, run_build
    from carereport.logbook import logged

    wanted = tuple(part.strip() for text in formats for part in text.split(",") if part.strip()) or FORMATS
    unknown = [part for part in wanted if part not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(FORMATS)}", param_hint="--format")
    if all_areas and area:
        raise click.UsageError("--area names one council, --all-areas takes every one: give one of the two.")
    click.echo(meaning(when), err=True)
    waits = (quarter or "").strip().lower() == "latest"
    options = Options(
        root, when, data, out, wanted, audience, final, read_day(extracted), engine, strict, waits, area
    )  # fmt: skip
    if all_areas:
        raise SystemExit(_build_every_area(options, workers))
    with logged(root, "build", when.name) as entry, Working(f"Building {when.name}") as working:
        result = run_build(options, working.done)
        entry |= {
            "exit": result.exit,
            "unchanged": result.unchanged,
            "codes": sorted({fault.code for fault in result.faults if fault.severity != "note"}),
            "figures": result.figures[0],
            "rows": result.rows,
        }
    if timings:
        for stage, seconds in working.stages:
            click.echo(f"{seconds:7.2f} s  {stage}", err=True)
    print_faults(result.faults, notes=False)
    print_result(result)
    raise SystemExit(result.exit)


def _build_every_area(options: Options, workers: int | None) -> int:
    """Build the report of every council, a line for each as it is finished; return the worst exit code."""
    from carereport.all_areas.build import AreaResult, build_every_area
    from carereport.logbook import logged
    from carereport.printing import as_text, summary
    from carereport.side_by_side import cores

    def progress(held: AreaResult, number: int, total: int) -> None:
        errors = [fault for fault in held.faults if fault.severity == "error"]
        for fault in errors:
            click.echo(as_text(fault) + "\n", err=True)
        if held.skipped:
            state = "stands as it would be built"
        elif held.result is None:
            state = f"not built: {summary(held.faults)}"
        else:
            state = "unchanged" if held.result.unchanged else "written"
            state += f": {held.result.figures[0]:,} figures, {held.result.suppressed:,} suppressed, "
            state += f"{summary(held.faults)}, in {held.seconds:.1f} s"
        click.echo(f"{number} of {total}  {held.area} {options.quarter.name} {state}")

    with logged(options.root, "build --all-areas", options.quarter.name) as entry:
        results = build_every_area(
            options, workers or cores(), progress, lambda text: click.echo(text, err=True)
        )
        code = max((held.exit for held in results), default=0)
        entry |= {
            "exit": code,
            "areas": len(results),
            "failed": sum(held.result is None and not held.skipped for held in results),
            "codes": sorted({fault.code for held in results for fault in held.faults if fault.severity != "note"}),
        }
    failed = [held.area for held in results if held.result is None and not held.skipped]
    built = len(results) - len(failed)
    tail = f"; not built: {', '.join(failed)}" if failed else ""
    click.echo(f"{built} of {len(results)} councils have their report{tail}")
    return code


def print_result(result: Result) -> None:
    """Print a closing line for each report: what it holds, and where it lies."""
    from carereport.build import WITHHELD_FOLDERS

    state = "unchanged" if result.unchanged else "written"
    for folder, figures in zip(result.folders, result.figures, strict=True):
        hidden = f"{result.suppressed:,} suppressed, of them {result.secondary:,} only to protect others"
        if folder.name.endswith(WITHHELD_FOLDERS):
            hidden = "nothing suppressed: not for publication"
        click.echo(
            f"{folder.name} {state}: {result.indicators} indicators, {figures:,} figures, {hidden}, "
            f"from {result.rows:,} rows, in {folder.resolve()}"
        )


@click.command(
    epilog=examples(
        "carereport check",
        "carereport check --settings",
        "carereport check --data extracts --quarter Q2-2025 --json",
        "carereport check --quarter Q2-2025 --all-areas --data regional",
    )
)
@project_option
@data_option
@click.option("--quarter", help="Also measure every indicator, and check that the extracts reach the quarter's end.")
@extracted_option
@area_option
@click.option("--all-areas", is_flag=True, help="Every council in the extracts, each by its own rows.")
@click.option("--settings", "alone", is_flag=True, help="Settings alone, in a moment: no templates, text or extracts.")
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option("--csv", "form", flag_value="csv", help="Print a table for a spreadsheet.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@guarded
def check(
    root: Path, data: Path | None, quarter: str | None, extracted: str | None, area: str, all_areas: bool,
    alone: bool, form: str | None, strict: bool,
) -> None:  # fmt: skip
    """Check settings, templates, officer text and extracts: all findings in one run."""
    if alone and (data or quarter or extracted or area or all_areas):
        raise click.UsageError(
            "--settings looks at no extracts: leave out --data, --quarter, --extracted, --area and --all-areas"
        )
    if all_areas and area:
        raise click.UsageError("--area names one council, --all-areas takes every one: give one of the two.")
    from carereport.checking import check_all, check_settings
    from carereport.printing import as_csv, as_json, exit_code, stricter

    when, areas = read_quarter(quarter) if quarter else None, None
    if all_areas:
        from carereport.all_areas.check import check_every_area

        areas = check_every_area(root, data, when, read_day(extracted), lambda text: click.echo(text, err=True))
        faults = areas.pop("")
    else:
        with Working("Checking"):
            faults = check_settings(root) if alone else check_all(root, data, when, read_day(extracted), area)
    if strict:
        faults = stricter(faults)
        areas = {code: stricter(held) for code, held in areas.items()} if areas is not None else None
    code = exit_code([*faults, *(fault for held in (areas or {}).values() for fault in held)])
    if form == "json":
        click.echo(as_json(faults, code, areas))
    elif form == "csv":
        click.echo(as_csv(faults, areas), nl=False)
    else:
        print_faults(faults)
        print_areas(areas or {})
    raise SystemExit(code)


@click.command(epilog=examples("carereport verify output/Q2-2025"))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@guarded
def verify(folder: Path) -> None:
    """Compare the files of a report with its manifest."""
    from carereport.printing import as_text
    from carereport.report.manifest import verify as compare

    faults = compare(folder)
    for fault in faults:
        click.echo(as_text(fault), err=True)
    wrong = f"{len(faults)} file{' differs' if len(faults) == 1 else 's differ'} from the manifest"
    click.echo(wrong if faults else "every file is as it was published")
    raise SystemExit(1 if faults else 0)


@click.command(
    epilog=examples(
        "carereport publish --quarter Q2-2025", "carereport publish --quarter Q2-2025 --area E06000016"
    )
)
@quarter_option
@project_option
@click.option("--out", type=click.Path(exists=True, file_okay=False, path_type=Path),
              show_default="output/ of the project", help="Where the report was built.")  # fmt: skip
@area_option
@guarded
def publish(quarter: str | None, root: Path, out: Path | None, area: str) -> None:
    """Record that a quarter's public report went out: later builds of it are revisions."""
    when = read_quarter(quarter)
    from carereport.publishing import publish as record

    before, faults = record(root, when, out, area)
    if faults:
        print_faults(faults)
    click.echo(
        f"{area} {when.name} {'had been published before' if before else 'is published'}: ".lstrip()
        + "its figures are frozen in history"
    )
    raise SystemExit(1 if faults else 0)


COMMANDS = (build, check, publish, verify)
