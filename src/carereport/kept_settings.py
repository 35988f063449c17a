"""The settings that made a quarter's figures, as history keeps them, and as a project again; no child's data.

Of the published comparators only those stand here that the quarter's figures met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from carereport import __version__
from carereport.comparators import PopulationRow, PublishedFigure
from carereport.extracts import InputFile
from carereport.history import record
from carereport.judgement.compare import comparators
from carereport.project import Project, definitions
from carereport.quarters import Quarter
from carereport.settings import ExtractSettings, Indicator, IndicatorSettings, Table

Comparators = Mapping[str, tuple[PublishedFigure, ...]]
OF_THE_FILES = {"files", "spark_table", "extracted"}
"""What extracts.yaml says of an extract and not of how it is read: today's holds."""


@dataclass(frozen=True)
class Kept:
    """The settings of a build."""

    version: str
    indicators: dict[str, Indicator]
    extracts: ExtractSettings
    population: tuple[PopulationRow, ...]
    closure_days: tuple[date, ...]
    comparators: Comparators

    def project(self, today: Project, extracts: ExtractSettings | None = None) -> Project:
        """Return the project as it was then, to be fed with today's files.

        `extracts` reads today's files instead of the extracts.yaml of then.
        """
        report = today.report.model_copy(update={"closure_days": list(self.closure_days)})
        return replace(
            today, extracts=extracts or fed_by(self.extracts, today.extracts), indicators=self.indicators,
            report=report, population=self.population, benchmarks={}, faults=(), files={},
        )  # fmt: skip


def enter(home: Path, quarter: Quarter, figures_csv: str, inputs: Iterable[InputFile], project: Project) -> None:
    """Enter a public build in history with the settings that made it."""
    record(home, quarter, figures_csv, inputs, definitions(project), keep(project, quarter))


def keep(project: Project, quarter: Quarter) -> dict[str, Any]:
    """Return all settings but indicators.yaml that make a quarter's figures and comparisons, for JSON."""
    met = met_comparators(project, quarter)
    return {
        "version": __version__,
        "extracts": project.extracts.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "population": [asdict(row) for row in project.population],
        "closure_days": [day.isoformat() for day in project.report.closure_days],
        "comparators": {
            name: [figure._asdict() | {"end": figure.end.isoformat()} for figure in figures]
            for name, figures in met.items()
        },
    }  # fmt: skip


def restore(definitions: Mapping[str, Mapping[str, Any]], settings: Mapping[str, Any]) -> Kept | None:
    """Return kept settings; None where they are not held, or another version's cannot be read."""
    if not definitions or not settings:
        return None
    try:
        return Kept(
            str(settings["version"]),
            IndicatorSettings.model_validate({"indicators": definitions}).indicators,
            ExtractSettings.model_validate(settings["extracts"]),
            tuple(PopulationRow(**row) for row in settings["population"]),
            tuple(date.fromisoformat(day) for day in settings["closure_days"]),
            {
                name: tuple(PublishedFigure(**{**one, "end": date.fromisoformat(one["end"])}) for one in held)
                for name, held in settings["comparators"].items()
            },
        )  # fmt: skip
    except (ValidationError, KeyError, TypeError, ValueError):
        return None


def met_comparators(project: Project, quarter: Quarter) -> dict[str, tuple[PublishedFigure, ...]]:
    """Return the published figures that a quarter's own are compared with."""
    found = {name: tuple(comparators(project, name, quarter)) for name in project.indicators}
    return {name: figures for name, figures in found.items() if figures}


def fed_by(then: ExtractSettings, today: ExtractSettings) -> ExtractSettings:
    """Return the extracts.yaml of then, with today's files, Spark tables and days of extraction."""

    def fed(name: str, table: Table) -> Table:
        now = today.tables.get(name)
        read = now is not None and now.chain is None and table.chain is None
        return table.model_copy(update={part: getattr(now, part) for part in OF_THE_FILES} if read else {})

    tables = {name: fed(name, table) for name, table in then.tables.items()}
    return then.model_copy(update={"tables": tables, "extracted": today.extracted, "delimiter": today.delimiter})
