"""The commands around judgement: backtest, look-ahead, benchmarks."""

from __future__ import annotations

from pathlib import Path

import click

from carereport.cli.console import guarded
from carereport.cli.options import (
    audience_option,
    data_option,
    examples,
    extracted_option,
    known_indicator,
    project_option,
    quarter_option,
    read_day,
    read_quarter,
)


@click.command(
    epilog=examples("carereport backtest --quarter Q2-2025", "carereport backtest --quarter latest --audience internal")
)
@quarter_option
@project_option
@data_option
@extracted_option
@audience_option
@guarded
def backtest(quarter: str | None, root: Path, data: Path | None, extracted: str | None, audience: str) -> None:
    """Replay the early-warning rule over the past: precision, recall, lead time and base rate of each theme."""
    from carereport.judgement.early_warning import RULE, replay
    from carereport.looking.inspect import judged
    from carereport.project import load_project
    from carereport.wording.records import record_lines

    when, project = read_quarter(quarter), load_project(root)
    findings = judged(project, when, data, audience, read_day(extracted))
    records = replay(findings, project, when.end)
    if not records:
        click.echo("no theme has two indicators: name a `theme` in indicators.yaml to have one")
        return
    for record in records:
        for line in record_lines(record):
            click.echo(line)
    click.echo(f"\n{RULE}", err=True)


@click.command(
    "look-ahead",
    epilog=examples(
        "carereport look-ahead --quarter Q2-2025 --indicator referrals",
        "carereport look-ahead --quarter latest --audience internal",
    ),
)
@quarter_option
@click.option("--indicator", "names", multiple=True, show_default="those that report.yaml names under look_ahead",
              help="A stock or flow that is counted; repeatable.")  # fmt: skip
@project_option
@data_option
@extracted_option
@audience_option
@guarded
def look_ahead(
    quarter: str | None, names: tuple[str, ...], root: Path, data: Path | None, extracted: str | None, audience: str
) -> None:
    """Back-test the methods of looking ahead, and say what interval the next quarter has, if any."""
    from dataclasses import replace

    from carereport.judgement.declared import can_look_ahead
    from carereport.judgement.look_ahead import RULE
    from carereport.looking.inspect import judged
    from carereport.project import load_project
    from carereport.report_settings import LookAheadSettings
    from carereport.wording.records import look_ahead_lines

    when, project = read_quarter(quarter), load_project(root)
    wanted = list(names or project.report.look_ahead.indicators)
    for name in wanted:
        known_indicator(project, name)
        if not can_look_ahead(project.indicators[name]):
            raise click.UsageError(f"{name} is no count whose months add up to its quarter; name a stock or flow")
    if not wanted:
        raise click.UsageError("name an --indicator, or list some under look_ahead in config/report.yaml")
    settings = LookAheadSettings.model_construct(indicators=wanted)
    project = replace(project, report=project.report.model_copy(update={"look_ahead": settings}))
    for finding in judged(project, when, data, audience, read_day(extracted)):
        if finding.look_ahead is not None:
            for line in look_ahead_lines(finding, project.indicators[finding.indicator]):
                click.echo(line)
    click.echo(f"\n{RULE}", err=True)


@click.group(epilog=examples("carereport benchmarks show published.csv"))
def benchmarks() -> None:
    """Published comparators: look into a publisher's file, and import a series of it."""


@benchmarks.command("show", epilog=examples("carereport benchmarks show c1_referrals_and_rereferrals.csv"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@guarded
def show_file(file: Path) -> None:
    """List the columns and filters, or the measures, that a publisher's file holds."""
    from carereport.importing.benchmarks import what_it_holds

    for line in what_it_holds(file):
        click.echo(line)


@benchmarks.command(
    "import",
    epilog=examples(
        "carereport benchmarks import c1_referrals.csv --indicator re_referrals_12_months --column rereferral_percent",
        "carereport benchmarks import bds_long.parquet --indicator conferences_15_days --measure CP_conf_15days",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--indicator", required=True, help="The indicator that the series is compared with.")
@click.option("--column", default="", help="The column, in a file of Explore Education Statistics.")
@click.option("--where", multiple=True, metavar="COLUMN=WORD", help="Which rows of it; repeatable.")
@click.option("--denominator", default="", help="The column of the base, for funnel plots and places.")
@click.option("--measure", default="", help="The Short Desc, in a table of the Local Authority Interactive Tool.")
@click.option("--period", type=click.Choice(["financial_year", "march", "september", "calendar_year"]),
              help="What a year means.  [default: financial_year for flows, march for snapshots]")  # fmt: skip
@click.option("--source", default="", help="The publication, as the report names it.")
@click.option("--first-year", type=int, default=2018, show_default=True, help="Earlier years are left out.")
@project_option
@guarded
def import_file(
    file: Path, indicator: str, column: str, where: tuple[str, ...], denominator: str, measure: str,
    period: str | None, source: str, first_year: int, root: Path,
) -> None:  # fmt: skip
    """Import a published series as the comparator of an indicator, into config/benchmarks/INDICATOR.csv."""
    from typing import cast

    from carereport.importing.benchmarks import PeriodForm, Wanted, import_benchmarks
    from carereport.printing import as_text, exit_code
    from carereport.project import load_project

    pairs = [text.partition("=") for text in where]
    if any(not sign for _, sign, _ in pairs):
        raise click.BadParameter("write COLUMN=WORD", param_hint="--where")
    form = cast("PeriodForm | None", period)
    rows = {name.strip(): word.strip() for name, _, word in pairs}
    wanted = Wanted(indicator, column, rows, measure, denominator, form, source, first_year)
    done = import_benchmarks(file, wanted, load_project(root))
    for fault in done.faults:
        click.echo(as_text(fault), err=True)
    click.echo(
        f"{done.rows} figures of {done.years[0]} to {done.years[-1]} written to {done.path.resolve()}; "
        f"{done.without_value} without a value were left out"
    )
    raise SystemExit(exit_code(list(done.faults)))


@benchmarks.command(
    "neighbours",
    epilog=examples(
        "carereport benchmarks neighbours sn_model_2025_wide.csv --model 2025",
        "carereport benchmarks neighbours sn_may_2025.xlsx --model 2025 --council Leicester",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True, metavar="YEAR", help="The model's year, as the report names it.")
@click.option("--council", default="", help="The council, as the file names it.  [default: that of report.yaml]")
@project_option
@guarded
def import_model(file: Path, model: str, council: str, root: Path) -> None:
    """Import a model of statistical neighbours, with how close each is, into config/neighbours.csv."""
    from carereport.importing.neighbours import import_neighbours
    from carereport.project import load_project, read_settings

    project, _ = read_settings(root)  # the model that report.yaml names may be the one that is imported
    path, rows = import_neighbours(file, model, council, project or load_project(root))
    for row in rows:
        click.echo(f"{row.rank:>2}  {row.neighbour}: {row.closeness}")
    click.echo(f"written to {path.resolve()}; the report uses them with council: neighbours_model: {model}")


COMMANDS = (backtest, look_ahead, benchmarks)
