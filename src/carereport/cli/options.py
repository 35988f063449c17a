"""Options that several commands share, and how their text is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from carereport.project import Project
    from carereport.quarters import Quarter

project_option = click.option(
    "--project",
    "root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="The project: the folder that holds config/.",
)
data_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    show_default="data/, else sample_data/",
    help="The folder with the extracts.",
)
quarter_option = click.option(
    "--quarter", metavar="QUARTER", help="Q2-2025 (July to September 2025), Q2-2025/26, 2025-Q2 or latest."
)
extracted_option = click.option(
    "--extracted", metavar="DATE", help="The day the extracts were taken, as 2025-10-14, where extracts.yaml says none."
)
area_option = click.option(
    "--area", default="", metavar="CODE", show_default="council.area", help="One council of several in the extracts."
)
audience_option = click.option(
    "--audience",
    type=click.Choice(["public", "internal"]),
    default="public",
    show_default=True,
    help="public hides small numbers; internal shows all.",
)


def read_quarter(text: str | None) -> Quarter:
    """Return the quarter asked for, or end with a usage error that helps."""
    if text is None:
        raise click.UsageError("--quarter is missing. Write --quarter Q2-2025, or --quarter latest.")
    return quarter_named(text, "--quarter")


def quarter_named(text: str, hint: str) -> Quarter:
    """Return a quarter by its name, or end with a usage error that names the argument."""
    from carereport.quarters import Quarter

    try:
        return Quarter.parse(text, date.today())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=hint) from None


def read_day(text: str | None) -> date | None:
    """Return a day written as 2025-10-14."""
    try:
        day = date.fromisoformat(text) if text else None
        if day is not None and not 1900 <= day.year <= 2200:
            raise ValueError
        return day
    except ValueError:
        raise click.BadParameter("write the day as 2025-10-14", param_hint="--extracted") from None


def known_indicator(project: Project, name: str) -> None:
    """End with a usage error and the nearest name where an indicator does not exist."""
    from carereport.faults import suggestion

    if name not in project.indicators:
        hint = suggestion(name, project.indicators) or "carereport list shows them all"
        raise click.UsageError(f"there is no indicator {name}; {hint}")


def examples(*lines: str) -> str:
    """Return the epilogue of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
