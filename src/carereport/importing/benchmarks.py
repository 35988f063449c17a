"""Published comparators from Explore Education Statistics and the Local Authority Interactive Tool; no download.

A file is read as the publisher gives it. Suppressed and missing values are left out and counted. Of the
years before the latest, England, the region, the neighbours and the council itself are kept, for charts;
of the latest, every authority, for the place in England. An England figure outside the range of its
regions is set aside: one of the published figures must be wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from carereport.comparators import BENCHMARKS, PublishedFigure, fold, number_in, period_end
from carereport.faults import ConfigurationError, Fault, UsageError, suggestion
from carereport.judgement.checks import REGIONS, england_outside_regions, impossible
from carereport.judgement.compare import own_names
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

PeriodForm = Literal["financial_year", "march", "september", "calendar_year"]
COLUMNS = ("indicator", "area", "period", "value", "unit", "statistic", "source", "denominator")
PLACES = frozenset({
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
    "old_la_code", "new_la_code", "la_name",
})  # fmt: skip
"""Columns of Explore Education Statistics that say where and when."""
TOOL = ("Short Desc", "Years", "LA and Regions", "Values")
"""Columns of the Local Authority Interactive Tool's table in long form."""


@dataclass(frozen=True)
class Wanted:
    """Which series of a file goes to which indicator."""

    indicator: str
    column: str = ""
    """A column of an Explore Education Statistics file."""
    where: Mapping[str, str] | None = None
    measure: str = ""
    """A `Short Desc` of the interactive tool."""
    denominator: str = ""
    period: PeriodForm | None = None
    source: str = ""
    first_year: int = 2018


@dataclass(frozen=True)
class Imported:
    """What was written, and what was set aside."""

    path: Path
    rows: int
    years: tuple[int, ...]
    without_value: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Cell:
    area: str
    year: int
    value: str
    base: str


def what_it_holds(path: Path) -> list[str]:
    """Return the columns and filters, or the measures, that an import can name.

    Raises:
        UsageError: the file is of neither publisher.
    """
    table = _read(path)
    if _is_tool(table):
        return sorted(set(table["Short Desc"]))
    lines = []
    for column in table.columns:
        if column in PLACES:
            continue
        words = sorted(set(table[column]) - {""})
        if words and not any(_number(word) is not None for word in words[:50]):
            lines.append(f"where {column} = {' | '.join(words[:12])}{' | ...' if len(words) > 12 else ''}")
        else:
            lines.append(f"column {column}")
    return lines


def import_benchmarks(path: Path, wanted: Wanted, project: Project) -> Imported:
    """Write a series to config/benchmarks/INDICATOR.csv, in the place of an earlier import of the indicator.

    Raises:
        UsageError: the file, indicator, column or measure is not known.
        ConfigurationError: the values cannot be the indicator's, by unit.
    """
    indicator = project.indicators.get(wanted.indicator)
    if indicator is None:
        hint = suggestion(wanted.indicator, project.indicators) or "carereport list shows them all"
        raise UsageError(Fault("BI001", "error", f"there is no indicator {wanted.indicator}", hint))
    cells = list(_cells(_read(path), wanted))
    cells = [cell for cell in cells if cell.year >= wanted.first_year]
    published = [cell for cell in cells if _number(cell.value) is not None]
    if not published:
        remedy = "carereport benchmarks show FILE lists what it holds"
        raise UsageError(Fault("BI004", "error", "the series has no published value", remedy))
    form = wanted.period or ("march" if indicator.is_snapshot else "financial_year")
    source = wanted.source or path.stem.replace("_", " ")
    figures = [_figure(wanted.indicator, indicator, cell, form, source) for cell in published]
    if any(impossible(indicator, figure.value) for figure in figures):
        message = f"values of {path.name} cannot be those of {wanted.indicator}: another unit?"
        raise ConfigurationError(Fault("BI005", "error", message, "choose another column or measure"))
    wrong = england_outside_regions(figures) if indicator.kind != "count" else []
    faults = [
        Fault("JD012", "warning", f"{wanted.indicator}, {period}: England lies outside the range of its regions",
              "England's figure was set aside; compare both with the publication")
        for period in wrong
    ]  # fmt: skip
    kept = [row for row in _kept(figures, project) if not (fold(row.area) == "england" and row.period in wrong)]
    target = project.root / BENCHMARKS / f"{wanted.indicator}.csv"
    _write(target, kept, wanted.indicator)
    years = tuple(sorted({figure.end.year for figure in kept}))
    return Imported(target, len(kept), years, len(cells) - len(published), tuple(faults))


def _read(path: Path) -> pd.DataFrame:
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path).astype("string").fillna("")
        else:
            table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except ImportError:
        remedy = "pip install pyarrow, or save the table as CSV"
        raise UsageError(Fault("BI002", "error", "a Parquet file needs pyarrow", remedy, path.name)) from None
    except (OSError, UnicodeDecodeError, ValueError):
        remedy = "give the file as the publisher offers it"
        raise UsageError(Fault("BI002", "error", "the file cannot be read as a table", remedy, path.name)) from None
    if not (_is_tool(table) or {"time_period", "geographic_level"} <= set(table.columns)):
        message = "neither a file of Explore Education Statistics nor of the Local Authority Interactive Tool"
        raise UsageError(Fault("BI002", "error", message, "", path.name))
    return table


def _is_tool(table: pd.DataFrame) -> bool:
    return set(TOOL) <= set(table.columns)


def _cells(table: pd.DataFrame, wanted: Wanted) -> Iterator[_Cell]:
    if _is_tool(table):
        measure = _known(wanted.measure, sorted(set(table["Short Desc"])), "measure")
        held = table[(table["Short Desc"] == measure) & table["Years"].str.fullmatch(r"\d{4}")]
        for area, year, value in zip(held["LA and Regions"], held["Years"], held["Values"], strict=True):
            yield _Cell(str(area), int(year), str(value), "")
        return
    column = _known(wanted.column, [c for c in table.columns if c not in PLACES], "column")
    base = _known(wanted.denominator, list(table.columns), "column") if wanted.denominator else ""
    for name, word in (wanted.where or {}).items():
        filtered = _known(name, list(table.columns), "column")
        table = table[table[filtered] == _known(word, sorted(set(table[filtered])), f"word of {filtered}")]
    places = ["time_period", "geographic_level", "region_name", "la_name"]
    _only_once(table, [name for name in places if name in table])
    for row in table.to_dict("records"):
        level = row["geographic_level"]
        area = {"National": "England", "Regional": row.get("region_name", "")}.get(level, row.get("la_name", ""))
        text = str(row["time_period"])
        year = int(text[:4]) + 1 if len(text) == 6 else int(text)
        yield _Cell(str(area), year, str(row[column]), str(row[base]) if base else "")


def _only_once(table: pd.DataFrame, places: list[str]) -> None:
    """Refuse a table in which a place and year has several rows: a filter is missing."""
    if table.duplicated(subset=places).any():
        others = [c for c in table.columns if c not in PLACES and table[c].nunique() > 1]
        filters = [c for c in others if not table[c].map(_number).notna().any()]
        message = "each place and year has several rows: the series is not chosen yet"
        remedy = f"add --where with one of {', '.join(filters)}" if filters else "add --where"
        raise UsageError(Fault("BI003", "error", message, remedy))


def _known(name: str, names: list[str], what: str) -> str:
    if name in names:
        return name
    remedy = suggestion(name, names) or "carereport benchmarks show FILE lists what it holds"
    raise UsageError(Fault("BI003", "error", f"no {what} of that name in the file", remedy))


def _number(text: object) -> float | None:
    try:
        return number_in(str(text))
    except ValueError:
        return None


def _figure(name: str, indicator: Indicator, cell: _Cell, form: PeriodForm, source: str) -> PublishedFigure:
    period = {
        "financial_year": f"{cell.year - 1}/{cell.year % 100:02d}",
        "march": f"{cell.year}-03-31",
        "september": f"{cell.year}-09-30",
        "calendar_year": str(cell.year),
    }[form]
    decimals = len(cell.value.strip().partition(".")[2])
    return PublishedFigure(
        name, cell.area.strip(), period, period_end(period), number_in(cell.value), indicator.figure_unit, "", source,
        decimals, _number(cell.base),
    )  # fmt: skip


def _kept(figures: list[PublishedFigure], project: Project) -> list[PublishedFigure]:
    council = project.report.council
    near = [council.region, *council.neighbours]
    charted = ["england", *(fold(name) for name in near), *sorted(own_names(project))]
    place = {name: number for number, name in enumerate(charted)}
    latest = max(figure.end for figure in figures)
    regions = {*REGIONS, "inner london", "outer london"}
    rows = [
        row
        for row in figures
        if fold(row.area) in place or (row.end == latest and fold(row.area) not in regions and row.area)
    ]
    return sorted(rows, key=lambda row: (place.get(fold(row.area), len(place)), row.area, row.end))


def _write(path: Path, rows: list[PublishedFigure], indicator: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        base = "" if row.denominator is None else f"{row.denominator:g}"
        value = f"{row.value:.{row.decimals}f}"
        writer.writerow((indicator, row.area, row.period, value, row.unit, row.statistic, row.source, base))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
