"""A quarter's report as history holds it, as it would be today, and today's extracts under the settings of then."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from carereport.checking import sound
from carereport.disclosure.concepts import counts_people
from carereport.disclosure.past import KEY, NUMBERS
from carereport.disclosure.policy import is_small
from carereport.faults import CarereportError, ConfigurationError, ExtractError, Fault, UsageError
from carereport.history import definitions_of, earlier, edition_of, figures_of, inputs_of, settings_of
from carereport.kept_settings import Kept, met_comparators, restore
from carereport.project import Project, data_folder, definitions, history_home
from carereport.quarters import Quarter
from carereport.settings import Indicator

if TYPE_CHECKING:
    import pandas as pd

    from carereport.extracts import Extracts

Row = dict[str, str]
Rows = dict[tuple[str, ...], Row]


@dataclass(frozen=True)
class Build:
    """A quarter's figures, with the input files and settings that made them as far as they are known."""

    quarter: Quarter
    rows: Rows
    inputs: dict[str, tuple[str, int]]
    """Hash and rows of each input file."""
    definitions: dict[str, dict[str, object]] = field(default_factory=dict)
    kept: Kept | None = None
    title: str = ""
    refused: str = ""
    """Why a public report of these figures would be refused; then only totals stand here."""


@dataclass(frozen=True)
class Source:
    """Which extracts are measured, and for whom."""

    data: Path
    quarter: Quarter
    audience: str = "public"
    extracted: date | None = None
    area: str = ""
    """The council asked for, where the files hold several."""


def read_build(
    root: Path, quarter: Quarter, out: Path | None = None, area: str = "", *, published: bool = False
) -> Build:
    """Return a quarter's public build: as history holds it, else from its folder.

    `published` asks for what went out, where something did; `area` for the council that was built with --area.

    Raises:
        UsageError: neither is there, or the code of the area could not be one.
    """
    home = history_home(root, area)
    went_out = edition_of(home, quarter, published=True)
    edition = went_out if published and went_out else edition_of(home, quarter)
    text = figures_of(home, quarter, edition)
    file = (out or root / "output") / area / quarter.name / "figures.csv"
    if text is None and file.is_file():
        text = file.read_text(encoding="utf-8")
    if text is None:
        asked = f" --area {area}" if area else ""
        message = f"there is no build of {quarter.name}{f' of {area}' if area else ''}"
        raise UsageError(Fault("CL030", "error", message, f"carereport build --quarter {quarter.name}{asked}"))
    said = definitions_of(home, quarter, edition)
    title = f"{quarter.name} as {'published' if edition and edition == went_out else 'last built'}"
    kept = restore(said, settings_of(home, quarter, edition))
    return Build(quarter, rows_of(text), inputs_of(home, quarter), said, kept, title)


def rows_of(text: str) -> Rows:
    """Return the rows of a figures.csv by what they are figures of."""
    return {tuple(row[name] for name in KEY): row for row in csv.DictReader(io.StringIO(text))}


def build_today(project: Project, source: Source, beside: Rows | None) -> Build:
    """Return what a build of today's settings and extracts would hold; `beside` is what the public knows.

    Raises:
        CarereportError: the settings or extracts are wrong.
    """
    sound(project)
    extracts = _read(project, source)
    project = project.in_area(extracts.area, asked=bool(source.area))
    inputs = {held.path: (held.sha256, held.rows) for held in extracts.inputs}
    kept = Kept(
        "", project.indicators, project.extracts, project.population, tuple(project.report.closure_days),
        met_comparators(project, source.quarter),
    )  # fmt: skip
    rows, refused = _figures(project, extracts, source, beside)
    title = f"{source.quarter.name} as it would be today"
    return Build(source.quarter, rows, inputs, definitions(project), kept, title, refused)


def under(kept: Kept, project: Project, source: Source, beside: Rows | None) -> tuple[Rows, list[str]]:
    """Return the figures of some extracts under earlier settings, and what has to be said of them.

    Where the extracts.yaml of then cannot read the files, today's does, and that is said.

    Raises:
        CarereportError: the extracts are wrong, or the settings of then do not fit them.
    """
    then, said = kept.project(project), list[str]()
    try:
        extracts = _read(then, source)
    except ExtractError:
        if kept.extracts == project.extracts:
            raise
        then = kept.project(project, project.extracts)
        said.append(
            "extracts.yaml as it was cannot read these extracts; today's was used, "
            "so what changed in it stands under rows"
        )
        extracts = _read(then, source)
    then = then.in_area(extracts.area, asked=bool(source.area))
    rows, refused = _figures(sound(then), extracts, source, beside)
    if refused:
        said.append(f"under the definitions of then a public report would be refused ({refused})")
    return rows, said


def other_files(build: Build, data: Path, extracts: Project) -> list[str]:
    """Return the inputs of a build that are not, or not with the same content, in a folder or in Spark.

    Its tables of Spark are read by `extracts`, the project of then.

    Raises:
        MachineError: Spark is not installed, or cannot be started.
    """
    from carereport.extracts.spark_tables import read_spark_table

    tables = extracts.extracts.spark_tables

    def now(name: str) -> str:
        if name in tables:
            return read_spark_table(name, extracts).sha256
        return hashlib.sha256((data / name).read_bytes()).hexdigest() if (data / name).is_file() else ""

    return [name for name, (digest, _) in build.inputs.items() if now(name) != digest]


def source_of(
    project: Project, quarter: Quarter, data: Path | None, audience: str, extracted: date | None, area: str = ""
) -> Source:
    """Return the extracts to measure: of the folder named, or the project's own."""
    return Source(data_folder(project.root, data), quarter, audience, extracted, area)


def refusal(error: CarereportError) -> str:
    """Return the first reason of an error, for a note."""
    first = next((fault for fault in error.faults if fault.severity == "error"), error.faults[0])
    return f"{first.code}: {first.message}"


def _read(project: Project, source: Source) -> Extracts:
    from carereport.extracts import read_extracts

    return read_extracts(project, source.data, source.quarter, source.extracted, source.area)


def _figures(project: Project, extracts: Extracts, source: Source, beside: Rows | None) -> tuple[Rows, str]:
    """Measure and, for the public, protect; as text, so that they are rounded as published ones are.

    Where a report could not be protected beside the earlier ones, only totals are given, and why is said.
    """
    from carereport.disclosure import disclose
    from carereport.measures import measure
    from carereport.report.figures_csv import figures_text

    measured = measure(project, extracts, source.quarter)
    figures = measured.figures
    if source.audience == "public":
        known = earlier(history_home(project.root, source.area), source.quarter)
        try:
            figures = disclose(figures, project, source.quarter, measured.within, known).figures
        except ConfigurationError as error:
            return _totals_alone(figures, project, source.quarter, beside), refusal(error)
    return rows_of(figures_text(figures)), ""


def _totals_alone(figures: pd.DataFrame, project: Project, quarter: Quarter, beside: Rows | None) -> Rows:
    """Return a quarter's totals: those already public as they are, and others that tell no small number beside them."""
    import pandas as pd

    from carereport.disclosure.primary import primary
    from carereport.report.figures_csv import figures_text

    end = figures["period_end"] == pd.Timestamp(quarter.end)
    totals = figures[(figures["breakdown"] == "total") & (end | (figures["period_kind"] == "as_at"))]
    opened = {override.indicator for override in project.report.disclosure.publish_small}
    small = primary(totals.reset_index(drop=True), project.indicators, opened)
    rows = rows_of(figures_text(totals))
    for (key, row), hidden in zip(rows.items(), small.tolist(), strict=True):
        before = beside.get(key) if beside else None
        known = before is not None and all(before[name] == row[name] for name in NUMBERS)
        indicator = project.indicators[row["indicator"]]
        shut = hidden or indicator.kind == "derived" or before is None or not before["value"]
        if row["value"] and not known and (shut or (before is not None and tells(indicator, before, row))):
            row.update(dict.fromkeys(NUMBERS, ""), marker="c")
    return rows


def counts_of(indicator: Indicator, row: Row) -> list[Decimal]:
    """Return the counts of people that a figure tells."""
    held = [Decimal(row[name]) if row[name] else None for name in ("numerator", "denominator", "value")]
    share = indicator.kind == "percentage" or (indicator.kind == "supplied" and indicator.denominator is not None)
    if share:
        lacking = held[1] - held[0] if held[0] is not None and held[1] is not None else None
        told = [held[0], held[1], lacking]
    elif indicator.kind == "rate":
        told = [held[0]]
    elif indicator.kind in ("mean", "median"):
        told = [held[1]]
    else:
        told = [held[2]]
    return [count for count in told if count is not None]


def tells(indicator: Indicator, one: Row, other: Row) -> bool:
    """Whether the difference of two figures tells a small number of people."""
    sides = counts_of(indicator, one), counts_of(indicator, other)
    if not counts_people(indicator) or len(sides[0]) != len(sides[1]):
        return False
    return any(is_small(abs(float(first - second))) for first, second in zip(*sides, strict=True))
