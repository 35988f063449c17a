"""The commands that set a council up: init, schema, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from carereport.cli.console import guarded
from carereport.cli.options import examples, project_option


@click.command(epilog=examples("carereport init my-council"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@guarded
def init(folder: Path) -> None:
    """Start a council's own project: settings, templates, officer text and a made-up city's extracts.

    Files that exist are left alone.
    """
    from carereport.starter import start_project

    written, kept = start_project(folder)
    click.echo(f"{written} files written, {kept} left alone, in {folder.resolve()}")
    click.echo(f"next: carereport build --project {folder} --quarter Q2-2025", err=True)


@click.command(epilog=examples("carereport schema", "carereport schema --to config/schema"))
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="A folder for the schema files.")
@guarded
def schema(folder: Path | None) -> None:
    """Print or write the JSON Schema of the YAML files, for editors."""
    from carereport.schemas import schema_texts

    for name, text in schema_texts().items():
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
    from carereport.doctor import examine

    findings = examine(root)
    for finding in findings:
        click.echo(f"{'ok ' if finding.good else 'BAD'}  {finding.subject:<20} {finding.text}")
    raise SystemExit(0 if all(finding.good for finding in findings) else 5)


COMMANDS = (init, schema, doctor)
