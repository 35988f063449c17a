"""Published comparators and population: the small tables of config/, read strictly with every fault."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from carereport.faults import Fault, listed, suggestion
from carereport.quarters import month_end
from carereport.settings import Indicator
from carereport.yaml_reader import YamlFile

INDICATORS, POPULATION, BENCHMARKS = "config/indicators.yaml", "config/population.csv", "config/benchmarks"
AREAS, NEIGHBOURS = "config/areas.csv", "config/neighbours.csv"
ALL_AREAS = "All areas in the extracts"
"""The comparator made of every council in the extracts, where England is not published."""
NOT_LOCKS = "[!~.]*.csv"
"""Files of comparators, without those that a spreadsheet leaves beside one that is open."""
PERIODS = "write 2024/25, 2025, 2025-03 or 2025-03-31"
MOST_LINES = 5
"""Lines that a finding about many rows names."""
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_Lines = list[tuple[int, Mapping[str, str]]]
"""Rows by the headers in small letters, each with its line; nothing may change them, as they are remembered."""


@dataclass(frozen=True)
class PopulationRow:
    """A mid-year population estimate."""

    area: str
    year: int
    group: str
    value: float
    source: str


@dataclass(frozen=True)
class AreaRow:
    """A council that extracts may hold rows of: its name, and its region as published comparators name it."""

    name: str
    region: str


@dataclass(frozen=True)
class NeighbourRow:
    """One of a council's statistical neighbours in a model, and how close the model finds it."""

    area: str
    """The council's code, as in council: area."""
    neighbour: str
    model: str
    """The model's year."""
    rank: int
    closeness: str
    """The model's own words: very close, close, somewhat close, not close."""


class PublishedFigure(NamedTuple):
    """A published comparator. `end` is the last day of its period, `decimals` as published."""

    indicator: str
    area: str
    period: str
    end: date
    value: float
    unit: str
    statistic: str
    source: str
    decimals: int
    denominator: float | None = None
    """The base of a percentage or rate, where it is published (an optional column)."""


_Found = dict[tuple[str, str, str], PublishedFigure]
"""By indicator, area and period as written."""


def number_in(text: str) -> float:
    """Return the number a plain text holds: digits, a sign, a point.

    Raises:
        ValueError: the text is anything else ('nan', '1_000' and '1,000' included).
    """
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError("the value is not a number")
    return float(text)


@lru_cache(maxsize=1024)
def period_end(text: str) -> date:
    """Return the last day of a comparator's period: 2024/25, 2025, 2025-03 or 2025-03-31.

    Raises:
        ValueError: the text is none of these.
    """
    text = text.strip()
    if re.fullmatch(r"\d{4}/\d{2}", text):
        if (int(text[:4]) + 1) % 100 != int(text[5:]):
            raise ValueError(f"the financial year {text} does not exist")
        return date(int(text[:4]) + 1, 3, 31)
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 12, 31)
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            return month_end(date(int(text[:4]), int(text[5:]), 1))
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"the period cannot be read: {PERIODS}") from None


@lru_cache(maxsize=1024)
def fold(area: str) -> str:
    """Return an area's name for comparing: case and blanks do not count."""
    return " ".join(area.casefold().split())


def _rows(root: Path, name: str, columns: Sequence[str], faults: list[Fault]) -> _Lines:
    """Read a small settings table strictly; rows with their line numbers."""
    try:
        text = (root / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        faults.append(Fault("CF020", "error", "cannot be read as UTF-8 text", "save it as CSV UTF-8", name))
        return []
    if "\x00" in text:
        faults.append(Fault("CF020", "error", "a NUL character stands in the text", "save it as CSV UTF-8", name, 1))
        return []
    header, held, wrong = _parsed(text, name)
    missing = [column for column in columns if column not in header]
    if missing and (header or not wrong):
        semicolons = any(";" in column for column in header)
        remedy = f"the first line is {','.join(columns)}"
        remedy = "commas separate its columns, not semicolons" if semicolons else remedy
        faults.append(Fault("CF021", "error", f"missing column: {', '.join(missing)}", remedy, name, 1))
        return []
    faults.extend(wrong)
    return held


@lru_cache(maxsize=32)
def _parsed(text: str, name: str) -> tuple[list[str], _Lines, list[Fault]]:
    """Return the header and rows of a table's text, and what is wrong with its rows; of one text, once."""
    faults: list[Fault] = []
    reader = csv.reader(io.StringIO(text), strict=True)
    header: list[str] = []
    rows: _Lines = []
    start = 1
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        start = reader.line_num + 1
        for given in reader:
            start = reader.line_num + 1
            cells = [*map(str.strip, given)]
            if not any(cells):
                continue
            if len(cells) != len(header):
                message = f"{len(cells)} fields where the header has {len(header)}"
                remedy = "put a text that holds a comma in quotes"
                faults.append(Fault("CF022", "error", message, remedy, name, reader.line_num))
                continue
            rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error:
        remedy = "close the quote; a quote inside a text is written twice"
        faults.append(Fault("CF023", "error", "not a well-formed CSV row", remedy, name, start))
    return header, rows, faults


def read_population(root: Path, faults: list[Fault]) -> tuple[PopulationRow, ...]:
    """Return the rows of config/population.csv in its order; without the file none, which is noted."""
    if not (root / POPULATION).is_file():
        faults.append(Fault("CF024", "note", "the file is missing; no rates can be computed", file=POPULATION))
        return ()
    rows = []
    held: dict[tuple[str, int, str], float] = {}
    for line, row in _rows(root, POPULATION, ("area", "year", "group", "value", "source"), faults):
        try:
            made = PopulationRow(row["area"], int(row["year"]), row["group"], number_in(row["value"]), row["source"])
        except ValueError:
            message = "year or value is not a number"
            faults.append(Fault("CF025", "error", message, "write 90123, without commas", POPULATION, line))
            continue
        if made.value <= 0:
            message = "a population must be above 0"
            faults.append(Fault("CF025", "error", message, "leave the row out instead", POPULATION, line, "value"))
        elif held.setdefault((made.area, made.year, made.group), made.value) != made.value:
            message = "one area, year and group with two differing values"
            faults.append(Fault("CF026", "error", message, "keep the published one", POPULATION, line))
        rows.append(made)
    return tuple(rows)


def read_areas(root: Path, faults: list[Fault]) -> dict[str, AreaRow]:
    """Return the councils of config/areas.csv by code; none where the file is not there, which is no fault."""
    rows: dict[str, AreaRow] = {}
    for line, row in _rows(root, AREAS, ("area", "name", "region"), faults) if (root / AREAS).is_file() else []:
        if not row["area"] or not row["name"]:
            faults.append(Fault("CF027", "error", "area or name is empty", "fill it in", AREAS, line))
        elif row["area"] in rows:
            faults.append(Fault("CF027", "error", "one area stands twice", "keep one of the rows", AREAS, line))
        else:
            rows[row["area"]] = AreaRow(row["name"], row["region"])
    return rows


def read_neighbours(root: Path, faults: list[Fault]) -> tuple[NeighbourRow, ...]:
    """Return the rows of config/neighbours.csv in its order; none where the file is not there, which is no fault."""
    rows: list[NeighbourRow] = []
    columns = ("area", "neighbour", "model", "rank", "closeness")
    for line, row in _rows(root, NEIGHBOURS, columns, faults) if (root / NEIGHBOURS).is_file() else []:
        if not all(row[name] for name in ("area", "neighbour", "model")) or not row["rank"].isdigit():
            message = "area, neighbour or model is empty, or the rank is no number"
            faults.append(Fault("CF028", "error", message, "write them as the model gives them", NEIGHBOURS, line))
            continue
        made = NeighbourRow(row["area"], row["neighbour"], row["model"], int(row["rank"]), row["closeness"].lower())
        if any((r.area, r.model) == (made.area, made.model) and (r.rank == made.rank or r.neighbour == made.neighbour)
               for r in rows):  # fmt: skip
            message = "a neighbour or a rank stands twice in one model"
            faults.append(Fault("CF028", "error", message, "keep one of the rows", NEIGHBOURS, line))
        else:
            rows.append(made)
    return tuple(rows)


def rows_by_figure(root: Path) -> dict[tuple[str | None, ...], tuple[str, int, Mapping[str, str]]]:
    """Return file, line and cells of the first row of config/benchmarks for each indicator, area and period."""
    found: dict[tuple[str | None, ...], tuple[str, int, Mapping[str, str]]] = {}
    folder = root / BENCHMARKS
    for path in sorted(folder.glob(NOT_LOCKS)) if folder.is_dir() else []:
        name = f"{BENCHMARKS}/{path.name}"
        for line, row in _rows(root, name, (), []):
            found.setdefault((row.get("indicator"), row.get("area"), row.get("period")), (name, line, row))
    return found


def read_benchmarks(
    root: Path, indicators: Mapping[str, Indicator], yaml_file: YamlFile | None, faults: list[Fault]
) -> dict[str, tuple[PublishedFigure, ...]]:
    """Return each indicator's comparators, of config/benchmarks and of indicators.yaml, by area and period.

    `yaml_file` is indicators.yaml as read, for the place of a fault; what is wrong is added to `faults`.
    """
    folder = root / BENCHMARKS
    files = sorted(folder.glob(NOT_LOCKS)) if folder.is_dir() else []
    found: dict[tuple[str, str, str], PublishedFigure] = {}
    for path in files:
        _add_file(found, root, f"{BENCHMARKS}/{path.name}", indicators, faults)
    for name, indicator in indicators.items():
        _add_given(found, name, indicator, [path.name for path in files], yaml_file, faults)
    grouped: dict[str, list[PublishedFigure]] = {}
    for figure in found.values():
        grouped.setdefault(figure.indicator, []).append(figure)
    return {name: tuple(sorted(rows, key=lambda f: (f.area, f.end))) for name, rows in grouped.items()}


def _add_file(
    found: _Found, root: Path, name: str, indicators: Mapping[str, Indicator], faults: list[Fault]
) -> None:
    """Add the rows of one file of config/benchmarks."""
    columns = ("indicator", "area", "period", "value", "unit", "statistic", "source")
    unknown: dict[tuple[str, int], list[int]] = {}
    for line, row in _rows(root, name, columns, faults):
        indicator = indicators.get(row["indicator"])
        if indicator is None:
            unknown.setdefault((row["indicator"], list(row).index("indicator") + 1), []).append(line)
            continue
        try:
            figure = _published(*(row[column] for column in columns), row.get("denominator", ""))
        except ValueError as error:
            column = "value" if "number" in f"{error}" else "period"
            none = "write the number alone, or leave the row out where none is published"
            remedy = none if column == "value" else "correct the row"
            position = list(row).index(column) + 1
            faults.append(Fault("CF032", "error", f"{error}", remedy, name, line, column, position))
            continue
        wanted = indicator.figure_unit
        if figure.unit and figure.unit != wanted:
            message = f"unit {figure.unit}, while the indicator is in {wanted}"
            remedy = f"choose the publisher's series in {wanted}, and write {wanted} as the unit"
            position = list(row).index("unit") + 1
            faults.append(Fault("CF033", "error", message, remedy, name, line, "unit", position))
        _add(found, figure, name, line, faults)
    for (unnamed, position), lines in unknown.items():
        faults.append(
            Fault("CF031", "warning", f"unknown indicator {unnamed}: its figures are not used",
                  suggestion(unnamed, indicators) or "rename it as in indicators.yaml, or delete the rows",
                  name, lines[0], "indicator", position, count=len(lines), lines=tuple(lines[:MOST_LINES]))
        )  # fmt: skip


def _add_given(
    found: _Found, name: str, indicator: Indicator, present: list[str], yaml_file: YamlFile | None, faults: list[Fault]
) -> None:
    """Add the figures written in indicators.yaml itself, and look whether the files named there are `present`."""
    for number, given in enumerate(indicator.benchmarks):
        place = ("indicators", name, "benchmarks", number)
        if given.file is not None:
            if given.file not in present and yaml_file:
                remedy = suggestion(given.file, present) or listed(present) or "put it there, or correct the name"
                message = f"no file {given.file} in {BENCHMARKS}"
                faults.append(yaml_file.fault("CF034", (*place, "file"), message, remedy))
            continue
        if given.area is None or given.value is None or given.period is None:
            if yaml_file:
                faults.append(yaml_file.fault("CF035", place, "a benchmark needs area, value and period, or file"))
            continue
        try:
            figure = _published(
                name, given.area, given.period, f"{given.value:g}", indicator.figure_unit, given.statistic, given.source
            )
        except ValueError as error:
            if yaml_file:
                faults.append(yaml_file.fault("CF032", (*place, "period"), f"{error}", PERIODS))
            continue
        line, _, _ = yaml_file.locate(place) if yaml_file else (1, 1, "")
        _add(found, figure, INDICATORS, line, faults)


@lru_cache(maxsize=50_000)
def _published(
    indicator: str, area: str, period: str, value: str, unit: str, statistic: str, source: str, base: str = ""
) -> PublishedFigure:
    decimals, denominator = len(value.partition(".")[2]), number_in(base) if base else None
    end = period_end(period)
    return PublishedFigure(
        indicator, area, period, end, number_in(value), unit, statistic, source, decimals, denominator
    )


def _add(found: _Found, figure: PublishedFigure, file: str, line: int, faults: list[Fault]) -> None:
    """Add a figure; that one figure has two values is a fault."""
    key = (figure.indicator, figure.area, figure.period)
    other = found.get(key)
    if other is not None and other.value != figure.value:
        message = f"{figure.indicator}, {figure.area}, {figure.period} is given twice with differing values"
        faults.append(Fault("CF036", "error", message, "keep the published one", file, line))
    found[key] = figure
