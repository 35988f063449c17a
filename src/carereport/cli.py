"""The command line: parse, call, print, exit code. Each command imports what it needs itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from carereport.faults import Fault
    from carereport.project import Project
    from carereport.quarters import Quarter

EXIT_INTERNAL = 70
F = TypeVar("F", bound=Callable[..., Any])

project_option = click.option(
    "--project", "root", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path(),
    show_default="this folder", help="The project: the folder that holds config/.",
)  # fmt: skip
data_option = click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), show_default="data/, else sample_data/",
    help="The folder with the extracts.",
)  # fmt: skip


class Commands(click.Group):
    """Commands in the order of a working day, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n  carereport build --quarter Q2-2025\n  carereport check\n  carereport show re_referrals_12_months --quarter Q2-2025",
)
@click.version_option(package_name="carereport", message="carereport %(version)s")
def cli() -> None:
    """From a council's children's social care extracts to the committee's quarterly report."""


def guarded(command: F) -> F:
    """Print what went wrong as findings, and end with the exit code that belongs to it."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from carereport.faults import CarereportError
        from carereport.printing import as_text, summary

        try:
            return command(*args, **kwargs)
        except CarereportError as error:
            for fault in error.faults:
                click.echo(as_text(fault) + "\n", err=True)
            click.echo(f"Nothing was written: {summary(error.faults)}.", err=True)
            raise SystemExit(error.exit_code) from None
        except PermissionError as error:
            click.echo(f"error MA002\n  no permission to write {Path(error.filename or '').name}", err=True)
            raise SystemExit(5) from None
        except OSError as error:
            click.echo(f"error MA003\n  the system says: {error.strerror}", err=True)
            raise SystemExit(5) from None

    return run  # type: ignore[return-value]


def read_quarter(text: str | None) -> Quarter:
    """Return the quarter asked for, or end with a usage error that helps."""
    from carereport.quarters import Quarter

    if text is None:
        raise click.UsageError("--quarter is missing. Write --quarter Q2-2025, or --quarter latest.")
    try:
        return Quarter.parse(text, date.today())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--quarter") from None


def read_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter("write the day as 2025-10-14", param_hint="--extracted") from None


def meaning(quarter: Quarter) -> str:
    """Return what a quarter means: 'Q2-2025: July to September 2025, quarter 2 of 2025/26; …'."""
    return (
        f"{quarter.name}: {quarter.period.label}, quarter {quarter.number} of {quarter.financial_year}; "
        f"the report covers {quarter.year_to_date.label}"
    )


@cli.command(
    epilog="\b\nExamples:\n  carereport build --quarter Q2-2025\n  carereport build --quarter latest --data extracts --final\n"
    "  carereport build --quarter Q2-2025 --audience internal --format csv,json"
)
@click.option("--quarter", help="Q2-2025 (July to September 2025), Q2-2025/26, 2025-Q2 or latest.")
@project_option
@data_option
@click.option("--out", type=click.Path(path_type=Path), show_default="output/ of the project", help="Where to write.")
@click.option("--format", "formats", multiple=True, help="pdf, html, csv, json; repeat or separate by commas. [default: all]")
@click.option("--audience", type=click.Choice(["public", "internal", "both"]), default="public", show_default=True,
              help="public hides small numbers; internal shows all and says so on every page.")  # fmt: skip
@click.option("--final/--draft", default=False, help="final refuses while officer text is missing.  [default: draft]")
@click.option("--extracted", metavar="DATE", help="The day the extracts were taken, as 2025-10-14.")
@click.option("--engine", type=click.Choice(["pandas", "polars"]), default="pandas", show_default=True)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@guarded
def build(
    quarter: str | None, root: Path, data: Path | None, out: Path | None, formats: tuple[str, ...], audience: str,
    final: bool, extracted: str | None, engine: str, strict: bool,
) -> None:  # fmt: skip
    """Build a quarter's report from the extracts: PDF, HTML, figures.csv, findings.json."""
    from carereport.build import FORMATS, Options, run_build

    when = read_quarter(quarter)
    wanted = tuple(part.strip() for text in formats for part in text.split(",") if part.strip()) or FORMATS
    unknown = [part for part in wanted if part not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is none of {', '.join(FORMATS)}", param_hint="--format")
    click.echo(meaning(when), err=True)
    options = Options(root, when, data, out, wanted, audience, final, read_day(extracted), engine, strict)
    result = run_build(options, lambda stage, seconds: click.echo(f"  {seconds:5.1f} s  {stage}", err=True))
    print_faults(result.faults, notes=False)
    state = "unchanged" if result.unchanged else "written"
    for folder in result.folders:
        click.echo(f"{state}: {shown_path(folder)}")
        for path in sorted(folder.iterdir()):
            click.echo(f"  {path.name}  ({max(1, round(path.stat().st_size / 1024)):,} kB)")
    click.echo(
        f"{result.indicators} indicators, {result.figures:,} figures, {result.suppressed:,} suppressed; "
        f"{result.rows:,} rows from {result.inputs} files"
    )
    raise SystemExit(result.exit)


def shown_path(path: Path) -> str:
    """Return a path relative to the current folder where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except ValueError:
        return str(path)


def print_faults(faults: list[Fault], *, notes: bool = True) -> None:
    """Print findings on stderr, and their count."""
    from carereport.printing import as_text, summary

    for fault in faults:
        if notes or fault.severity != "note":
            click.echo(as_text(fault) + "\n", err=True)
    hidden = sum(fault.severity == "note" for fault in faults) if not notes else 0
    tail = "; carereport check shows the notes" if hidden else ""
    click.echo(f"Findings: {summary(faults)}{tail}.", err=True)


@cli.command(epilog="\b\nExamples:\n  carereport check\n  carereport check --data extracts --quarter Q2-2025 --json")
@project_option
@data_option
@click.option("--quarter", help="Also check that the extracts reach the quarter's end.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@guarded
def check(root: Path, data: Path | None, quarter: str | None, as_document: bool) -> None:
    """Check settings, officer text and extracts, all findings in one run."""
    from carereport.build import check_project, data_folder
    from carereport.commentary import read_commentary
    from carereport.faults import CarereportError
    from carereport.printing import as_json, exit_code
    from carereport.project import load_project

    when = read_quarter(quarter) if quarter else None
    faults: list[Fault] = []
    try:
        project = load_project(root)
        faults += project.faults
        faults += check_project(project)
        if when is not None:
            faults += read_commentary(root, when)[1]
        folder = data_folder(root, data)
        if folder.is_dir() and not any(fault.severity == "error" for fault in faults):
            from carereport.extracts import read_extracts

            faults += read_extracts(project, folder, when).faults
    except CarereportError as error:
        faults += error.faults
    code = exit_code(faults)
    if as_document:
        click.echo(as_json(faults, code))
    else:
        print_faults(faults)
    raise SystemExit(code)


@cli.command("list", epilog="\b\nExamples:\n  carereport list\n  carereport list --section protection")
@project_option
@click.option("--section", help="Only the indicators of one section.")
@guarded
def list_(root: Path, section: str | None) -> None:
    """List the indicators with section, kind, source and target."""
    from carereport.project import load_project

    project = load_project(root)
    rows = [(n, i) for n, i in project.indicators.items() if section in (None, i.section)]
    width = max((len(name) for name, _ in rows), default=0)
    for name, indicator in rows:
        aim = f"target {indicator.target[-1].value:g}" if indicator.target else ""
        click.echo(f"{name:<{width}}  {indicator.section:<13} {indicator.kind:<10} {indicator.from_ or 'derived':<24} {aim}")
    click.echo(f"{len(rows)} indicators", err=True)


@cli.command(epilog="\b\nExample:\n  carereport show re_referrals_12_months --quarter Q2-2025")
@click.argument("indicator")
@click.option("--quarter", help="The quarter to judge at.")
@project_option
@data_option
@click.option("--audience", type=click.Choice(["public", "internal"]), default="public", show_default=True)
@guarded
def show(indicator: str, quarter: str | None, root: Path, data: Path | None, audience: str) -> None:
    """Show one indicator: definition, series, and each judgement with its rule."""
    from carereport.inspect import describe
    from carereport.project import load_project

    when = read_quarter(quarter)
    project = load_project(root)
    known_indicator(project, indicator)
    for line in describe(project, indicator, when, data, audience):
        click.echo(line)


def known_indicator(project: Project, name: str) -> None:
    """End with a usage error and the nearest name where an indicator does not exist."""
    from carereport.project import suggestion

    if name not in project.indicators:
        hint = suggestion(name, project.indicators) or "carereport list shows them all"
        raise click.UsageError(f"there is no indicator {name}; {hint}")


@cli.command(epilog="\b\nExample:\n  carereport trace plans_two_years --quarter Q2-2025 --to checks/keys.csv")
@click.argument("indicator")
@click.option("--quarter", help="The quarter whose figure is traced.")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="The file for the keys; never inside the output folder.")  # fmt: skip
@project_option
@data_option
@guarded
def trace(indicator: str, quarter: str | None, target: Path, root: Path, data: Path | None) -> None:
    """Write the keys (only the keys) of the rows behind a figure, for checking in the case system."""
    from carereport.inspect import trace_keys
    from carereport.project import load_project

    when = read_quarter(quarter)
    project = load_project(root)
    known_indicator(project, indicator)
    count = trace_keys(project, indicator, when, data, target)
    click.echo(f"{count:,} keys written to {shown_path(target)}; they identify children: delete the file after use")


@cli.command(epilog="\b\nExample:\n  carereport verify output/Q2-2025")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@guarded
def verify(folder: Path) -> None:
    """Compare published files with their manifest."""
    from carereport.printing import as_text
    from carereport.report.manifest import verify as compare

    faults = compare(folder)
    for fault in faults:
        click.echo(as_text(fault), err=True)
    click.echo("every file is as it was published" if not faults else f"{len(faults)} files differ")
    raise SystemExit(1 if faults else 0)


@cli.command(epilog="\b\nExample:\n  carereport init my-council")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@guarded
def init(folder: Path) -> None:
    """Start a council's own project: settings, templates and a made-up city's extracts."""
    from carereport.starter import start_project

    written, kept = start_project(folder)
    click.echo(f"{written} files written to {shown_path(folder)}, {kept} left alone")
    click.echo(f"next: cd {folder} && carereport build --quarter Q2-2025")


@cli.command(epilog="\b\nExample:\n  carereport schema --to config")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="A folder for the schema files.")
@guarded
def schema(folder: Path | None) -> None:
    """Write the JSON Schema of the YAML files, for editors."""
    import json

    from carereport.starter import schemas

    documents = schemas()
    if folder is None:
        click.echo(json.dumps(documents, indent=2))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        path = folder / f"{name}.schema.json"
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        click.echo(f"written: {shown_path(path)}")


@cli.command(epilog="\b\nExample:\n  carereport explain EX208")
@click.argument("code")
@guarded
def explain(code: str) -> None:
    """Explain the code of a finding."""
    from carereport.explanations import explanation

    text = explanation(code)
    if text is None:
        raise click.UsageError(f"there is no finding {code}")
    click.echo(text)


@cli.command()
@project_option
@guarded
def doctor(root: Path) -> None:
    """Look at the machine: Python, libraries, Pango, fonts, the project's folders."""
    from carereport.starter import examine

    lines, healthy = examine(root)
    for line in lines:
        click.echo(line)
    raise SystemExit(0 if healthy else 5)


def main() -> None:
    """Run the command line; an unexpected fault ends with code 70 and says nothing of any data."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        cli()
    except (SystemExit, KeyboardInterrupt):
        raise
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "unknown"
        click.echo(f"internal error: {type(error).__name__} at {where}. This is a fault of carereport.", err=True)
        raise SystemExit(EXIT_INTERNAL) from None
