"""The values that tables of the spreadsheet are made of: cells, columns, and figures as cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple, TypeAlias

from carereport.figures import Figure
from carereport.quarters import Period, written
from carereport.report.pages.material import EMPTY, unit_text
from carereport.settings import Indicator
from carereport.wording.numbers import decimals_of, rounded

NOT_AVAILABLE, NOT_APPLICABLE = "[x]", "[z]"
KINDS = {
    "month": "Month", "quarter": "Quarter", "year_to_date": "Year to date", "rolling_12_months": "12 months",
    "as_at": "One day",
}  # fmt: skip
LONGEST_SHEET_NAME = 31


class Number(NamedTuple):
    """A number with the decimals and the sign that the report prints it with."""

    value: float
    decimals: int = 0
    percent: bool = False


class Heading(str):
    """A line of the cover that heads those after it."""


Cell: TypeAlias = str | date | Number


@dataclass(frozen=True)
class Column:
    """A column: its header with the unit, and its width in characters."""

    head: str
    width: int = 12


@dataclass(frozen=True)
class Table:
    """One sheet with one table: `name` is the table's own, unique in the workbook."""

    sheet: str
    name: str
    title: str
    about: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]


def figure_cell(figure: Figure | None, indicator: Indicator) -> Cell:
    """Return a figure rounded as the report prints it, or its marker."""
    if figure is None:
        return NOT_AVAILABLE
    if figure.value is None or figure.marker in EMPTY:
        return f"[{figure.marker or 'x'}]"
    decimals = decimals_for(indicator, figure.value, figure.denominator)
    return Number(float(rounded(figure.value, decimals)), decimals, indicator.figure_unit == "percent")


def decimals_for(indicator: Indicator, value: float, denominator: float | None) -> int:
    """Return with how many decimals the report prints a value."""
    base = denominator if indicator.figure_unit == "percent" else None
    return decimals_of(indicator.figure_unit, indicator.decimals, base, value)


def unit_of(indicator: Indicator) -> str:
    """Return '%', a unit in words such as 'per 10,000 children', or 'number'."""
    return "%" if indicator.figure_unit == "percent" else unit_text(indicator) or "number"


def amount(value: float) -> Number:
    """Return a numerator or denominator: whole, or with one decimal where it is no whole number."""
    return Number(value, 0 if value.is_integer() else 1)


def breakdown_name(breakdown: str) -> str:
    """Return 'Age band' of 'age_band'."""
    return breakdown.replace("_", " ").capitalize()


@cache
def period_words(snapshot: bool, kind: str, start: date, end: date) -> str:
    """Return 'at 30 September 2025', '12 months to …', or the name of a month, a quarter or a year so far."""
    if snapshot or kind == "as_at":
        return f"at {written(end)}"
    if kind == "rolling_12_months":
        return f"12 months to {written(end)}"
    return Period("month" if kind == "month" else "quarter", start, end).label
