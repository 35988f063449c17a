"""The commands that set a council up: init, schema, doctor, schedule."""

from __future__ import annotations

from pathlib import Path

import click

from carereport.cli.console import guarded
from carereport.cli.options import data_option, examples, project_option


@click.command(epilog=examples("carereport init my-council", "carereport init my-council --from /srv/extracts"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "extracts", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Draft extracts.yaml from the headers of the CSV files there; their rows are not read.")  # fmt: skip
@guarded
def init(folder: Path, extracts: Path | None) -> None:
    """Start a council's own project: settings, templates, officer text and a made-up city's extracts.

    Files that exist are left alone.
    """
    from carereport.starting.starter import start_project

    if extracts is None:
        written, kept = start_project(folder)
        click.echo(f"{written} files written, {kept} left alone, in {folder.resolve()}")
        click.echo(f"next: carereport build --project {folder} --quarter Q2-2025", err=True)
        return
    from carereport.starting.drafting import draft_files

    drafts, drafted, fed, counts = draft_files(extracts)
    held = [name for name in drafts if name.endswith(".yaml") and (folder / name).exists()]
    written, kept = start_project(folder, drafts)
    for one in drafted:
        if one.file:
            known = f"{one.layout}, {one.title}" if one.layout else "not recognised"
            click.echo(f"{one.file}: {known}; table {one.table}")
    click.echo(f"{len(fed)} indicators can be fed")
    idle = sorted({one.table for one in drafted if not one.layout} - set(counts))
    if counts:
        click.echo(f"{len(counts)} drafted, each a count of rows, to complete in indicators.yaml: {', '.join(counts)}")
    if idle:
        click.echo(f"nothing counts these yet: {', '.join(idle)}; figures given by month are of kind: supplied")
    click.echo(f"{written} files written, {kept} left alone, in {folder.resolve()}")
    if held:
        remedy = "name a new folder for a draft"
        click.echo(f"not drafted, since it stands there already: {', '.join(held)}; {remedy}", err=True)
        return
    for command in ("check", "build"):
        click.echo(f"next: carereport {command} --project {folder} --data {extracts} --quarter latest", err=True)


@click.command(
    epilog=examples("carereport schema", "carereport schema --to config/schema", "carereport schema --findings")
)
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="A folder for the schema files.")
@click.option("--findings", is_flag=True, help="That of findings.json instead, for programs that read it.")
@guarded
def schema(folder: Path | None, findings: bool) -> None:
    """Print or write the JSON Schema of the YAML files, for editors, or of findings.json."""
    import json

    from carereport.report.findings_schema import findings_schema
    from carereport.schemas import schema_texts

    published = {"findings.schema.json": json.dumps(findings_schema(), indent=2) + "\n"}
    for name, text in (published if findings else schema_texts()).items():
        if folder is None:
            click.echo(text, nl=False)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(text, encoding="utf-8", newline="")
            click.echo(str(path.resolve()))


@click.command(epilog=examples("carereport doctor"))
@project_option
@guarded
def doctor(root: Path) -> None:
    """Look at the machine: Python, libraries, Pango, fonts, folders, lock, disk."""
    from carereport.starting.doctor import examine

    findings = examine(root)
    for finding in findings:
        click.echo(f"{'ok ' if finding.good else 'BAD'}  {finding.subject:<20} {finding.text}")
    raise SystemExit(0 if all(finding.good for finding in findings) else 5)


@click.command(
    epilog=examples(
        "(crontab -l; carereport schedule --for cron --data /srv/extracts) | crontab -",
        "carereport schedule --for systemd --from-day 12 --at 06:30",
        "carereport schedule --for windows",
    )
)
@click.option("--for", "system", type=click.Choice(["cron", "systemd", "windows"]), required=True, help="Whose text.")
@project_option
@data_option
@click.option("--from-day", "first", type=click.IntRange(1, 28), default=10, show_default=True,
              help="First day of the month after the quarter on which to build.")  # fmt: skip
@click.option("--to-day", "last", type=click.IntRange(1, 28), default=25, show_default=True,
              help="Last day; extracts that come later are built by hand. Windows: the first day alone.")  # fmt: skip
@click.option("--at", "time", default="06:30", show_default=True, metavar="HH:MM", help="The time of day.")
@guarded
def schedule(system: str, root: Path, data: Path | None, first: int, last: int, time: str) -> None:
    """Print a ready cron line, systemd timer or Windows task that builds after each quarter's end."""
    from datetime import datetime

    from carereport.starting.scheduling import executable
    from carereport.starting.scheduling import schedule as written

    try:
        moment = datetime.strptime(time, "%H:%M")
    except ValueError:
        raise click.BadParameter("write the time as 06:30", param_hint="--at") from None
    if last < first:
        raise click.BadParameter(f"lies before --from-day {first}", param_hint="--to-day")
    click.echo(written(system, root, data, first, last, moment.hour, moment.minute, executable()), nl=False)  # type: ignore[arg-type]


COMMANDS = (init, schema, doctor, schedule)
