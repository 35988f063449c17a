"""The commands that look and change nothing: list, show, trace, explain, compare, docs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from carereport.cli.console import Working, guarded
from carereport.cli.options import (
    area_option,
    audience_option,
    data_option,
    examples,
    extracted_option,
    known_indicator,
    project_option,
    quarter_named,
    quarter_option,
    read_day,
    read_quarter,
)

if TYPE_CHECKING:
    from datetime import date

    from carereport.project import Project
    from carereport.quarters import Quarter


@click.command(
    "list",
    epilog=examples(
        "carereport list",
        "carereport list --section protection",
        "carereport list --status cannot --data extracts",
        "carereport list --modified",
    ),
)
@project_option
@data_option
@click.option("--section", help="Only the indicators of one section.")
@click.option("--source", help="Only the indicators counted from one table.")
@click.option("--status", type=click.Choice(["can", "cannot"]), help="Only those the extracts can, or cannot, feed.")
@click.option("--modified", is_flag=True, help="Only those set otherwise than when a report was last published.")
@guarded
def list_(
    root: Path, data: Path | None, section: str | None, source: str | None, status: str | None, modified: bool
) -> None:
    """List the indicators with section, kind, source and whether the extracts can feed them."""
    from carereport.faults import listed, suggestion
    from carereport.looking.feeding import missing_parts
    from carereport.project import data_folder, load_project

    project = load_project(root)
    folder = data_folder(root, data)
    for option, given, known in (
        ("--section", section, {one.section for one in project.indicators.values()}),
        ("--source", source, set(project.extracts.tables)),
    ):
        if given is not None and given not in known:
            near = suggestion(given, known) or listed(sorted(known))
            raise click.BadParameter(f"nothing is named {given}; {near}", param_hint=option)
    missing = missing_parts(project, folder)
    wanted = {None: (True, False), "can": (True,), "cannot": (False,)}[status]
    rows = [
        (name, indicator, "; ".join(missing[name]))
        for name, indicator in project.indicators.items()
        if section in (None, indicator.section) and source in (None, indicator.from_) and (not missing[name]) in wanted
    ]
    changed: dict[str, list[str]] = {}
    if modified:
        from carereport.history import published_definitions
        from carereport.project import changed_keys, definitions

        last, then = published_definitions(root)
        if not last:
            raise click.UsageError("no report is known to be published: carereport publish records it")
        changed = changed_keys(then, definitions(project))
        rows = [row for row in rows if row[0] in changed]
        click.echo(f"set otherwise than in {last}, the last that was published", err=True)
    width = max((len(name) for name, _, _ in rows), default=0)
    for name, indicator, lacking in rows:
        state = f"cannot be fed: {lacking}" if lacking else "can be fed"
        if modified:
            state += f"; changed: {', '.join(changed[name])}" if changed[name] else "; new"
        click.echo(
            f"{name:<{width}}  {indicator.section:<13} {indicator.kind:<10} {indicator.from_ or 'derived':<24} {state}"
        )
    click.echo(f"{len(rows)} indicators; extracts looked for in {folder.resolve()}", err=True)


@click.command(
    epilog=examples(
        "carereport show re_referrals_12_months --quarter Q2-2025",
        "carereport show child_protection_plans --quarter latest --audience internal",
    )
)
@click.argument("indicator")
@quarter_option
@project_option
@data_option
@extracted_option
@area_option
@audience_option
@guarded
def show(
    indicator: str, quarter: str | None, root: Path, data: Path | None, extracted: str | None, area: str, audience: str
) -> None:
    """Show one indicator: definition, conditions, series, and each judgement with its rule."""
    from carereport.looking.inspect import describe
    from carereport.project import load_project

    when = read_quarter(quarter)
    project = load_project(root)
    known_indicator(project, indicator)
    with Working(f"Measuring {when.name}"):
        lines = describe(project, indicator, when, data, audience, read_day(extracted), area)
    for line in lines:
        click.echo(line)


@click.command(
    epilog=examples(
        "carereport trace plans_two_years --quarter Q2-2025 --to checks/keys.csv",
        "carereport trace assessments_45_days --quarter Q2-2025 --part denominator --to checks/keys.csv",
    )
)
@click.argument("indicator")
@quarter_option
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="The file for the keys; never inside the output folder.")  # fmt: skip
@click.option("--part", type=click.Choice(["numerator", "denominator"]), default="numerator", show_default=True,
              help="Which rows of a percentage.")  # fmt: skip
@project_option
@data_option
@extracted_option
@area_option
@guarded
def trace(
    indicator: str, quarter: str | None, target: Path, part: str, root: Path, data: Path | None, extracted: str | None,
    area: str,
) -> None:  # fmt: skip
    """Write the keys (only the keys) of the rows behind a quarter's figure, for checking in the case system."""
    from carereport.looking.inspect import trace_keys
    from carereport.project import load_project

    when = read_quarter(quarter)
    project = load_project(root)
    known_indicator(project, indicator)
    with Working(f"Tracing {indicator}"):
        count = trace_keys(project, indicator, when, data, target, part, read_day(extracted), area)
    click.echo(f"{count:,} keys in {target.resolve()}: they identify children, so delete the file after use")


@click.command(epilog=examples("carereport explain EX208"))
@click.argument("code")
@guarded
def explain(code: str) -> None:
    """Explain the code of a finding."""
    from carereport.faults import suggestion
    from carereport.looking.explanations import explanation, known_codes

    text = explanation(code)
    if text is None:
        hint = suggestion(code.upper(), known_codes()) or "carereport check prints the codes"
        raise click.UsageError(f"there is no finding {code}; {hint}")
    click.echo(text)


@click.command(
    epilog=examples(
        "carereport compare Q2-2025",
        "carereport compare Q1-2025 Q2-2025",
        "carereport compare Q2-2025 --area E06000016",
        "carereport compare --extracts july october --quarter Q2-2025",
        "carereport compare --extracts july october --quarter Q2-2025 re_referrals_12_months",
    )
)
@click.argument("names", nargs=-1, metavar="[QUARTER [LATER]] | [INDICATOR]")
@project_option
@data_option
@click.option("--out", type=click.Path(exists=True, file_okay=False, path_type=Path),
              show_default="output/ of the project", help="Where the reports were built.")  # fmt: skip
@click.option("--extracts", nargs=2, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="OLD NEW",
              help="Two folders of extracts instead of builds; of one indicator, also the rows by reason.")  # fmt: skip
@quarter_option
@extracted_option
@audience_option
@area_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@guarded
def compare(
    names: tuple[str, ...], root: Path, data: Path | None, out: Path | None, extracts: tuple[Path, Path] | None,
    quarter: str | None, extracted: str | None, audience: str, area: str, as_json: bool,
) -> None:  # fmt: skip
    """Say why numbers differ: what changed rows, and what changed definitions and comparators, did to each.

    One quarter: what was published of it (else last built), and what a build would hold today. Two: the two
    quarters' public builds. With --extracts: two folders; of one indicator, how many rows came, went or changed,
    by reason and never with a value; small counts are shown then, so keep it to your own screen.
    """
    from carereport.comparing.difference import between_builds, between_extracts, since_build
    from carereport.comparing.text import document_of, lines_of

    day = read_day(extracted)
    if extracts is not None:
        from carereport.project import load_project

        if len(names) > 1:
            raise click.UsageError("with --extracts OLD NEW, name one indicator, or none for all")
        when, project = read_quarter(quarter), load_project(root)
        if names:
            _one_extract_change(project, names[0], when, extracts, day, area, as_json)
            return
        with Working("Measuring twice"):
            found = between_extracts(project, when, *extracts, audience, day, area)
    elif len(names) == 1:
        with Working(f"Measuring {names[0]}"):
            found = since_build(root, quarter_named(names[0], "QUARTER"), data, audience, day, area)
    elif len(names) == 2:
        earlier, later = quarter_named(names[0], "QUARTER"), quarter_named(names[1], "LATER")
        with Working(f"Comparing {earlier.name} and {later.name}"):
            found = between_builds(root, earlier, later, out, data, audience, day, area)
    else:
        raise click.UsageError("name one quarter or two, as in carereport compare Q1-2025 Q2-2025")
    _echo(lines_of(found), document_of(found), as_json)


def _one_extract_change(
    project: Project, name: str, when: Quarter, extracts: tuple[Path, Path], day: date | None, area: str, as_json: bool
) -> None:
    from carereport.comparing.extract_changes import document_of, extract_changes, lines_of

    known_indicator(project, name)
    with Working(f"Measuring {name} twice"):
        found = extract_changes(project, name, when, *extracts, day, area)
    _echo(lines_of(found), document_of(found), as_json)


def _echo(lines: list[str], document: dict[str, Any], as_json: bool) -> None:
    if as_json:
        import json

        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    for line in lines:
        click.echo(line)


@click.command(epilog=examples("carereport docs", "carereport docs --to data-dictionary.md"))
@project_option
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="A file, instead of the screen.")
@guarded
def docs(root: Path, target: Path | None) -> None:
    """Write the data dictionary: every indicator and every table, made from the settings."""
    from carereport.looking.dictionary import data_dictionary
    from carereport.project import load_project

    text = data_dictionary(load_project(root))
    if target is None:
        click.echo(text, nl=False)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
        click.echo(str(target.resolve()))


COMMANDS = (list_, show, trace, compare, docs, explain)
