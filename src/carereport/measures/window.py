"""Which periods an indicator's extracts support: the window, the lookback and the report's periods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from carereport.conditions.parse import Call, Literal, Name, parse, walk
from carereport.faults import Fault
from carereport.quarters import Period, Quarter, add_months, month_end, written
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.extracts import TableData

_LOOKBACK = re.compile(r"^(\d+)\s+(day|month|year)s?$")


@dataclass(frozen=True)
class Window:
    """From which day on an indicator's extracts hold all that its periods ask for.

    Without a declared window, and with a complete history, periods begin with the indicator's own
    first row, though not before `first_day`.
    """

    first_day: date | None = None
    declared: bool = False
    complete: bool = False
    never: bool = False
    because: str = ""
    """Why earlier periods have no figure, as the end of a sentence."""


@dataclass(frozen=True)
class Periods:
    """The periods that an indicator has figures for, and the longer ones that its extracts do not support."""

    months: list[Period]
    quarters: list[Period]
    longer: list[Period]
    missing: list[Period]


def lookback_months(text: str | None) -> tuple[int, int] | None:
    """Return a lookback as (months, days); None for `ever`.

    Raises:
        ValueError: it is neither `12 months`, `28 days`, `2 years` nor `ever`.
    """
    if text is None:
        return 0, 0
    if text == "ever":
        return None
    found = _LOOKBACK.match(text.strip())
    if not found:
        raise ValueError("write `12 months`, `28 days`, `2 years` or `ever`")
    number, unit = int(found[1][:9]), found[2]
    if number > {"day": 36_600, "month": 1_200, "year": 100}[unit]:
        raise ValueError("a lookback of more than a hundred years; `ever` is longer still")
    return {"day": (0, number), "month": (number, 0), "year": (12 * number, 0)}[unit]


def window_of(indicator: Indicator, table: TableData, tables: Mapping[str, TableData]) -> Window:
    """Return from which first day on a period of the indicator is supported, and why."""
    bounds: list[tuple[date, str]] = []
    declared, complete = isinstance(table.covers, date), table.covers == "all"
    if isinstance(table.covers, date):
        begins = f"the extract of {table.name} begins on {written(table.covers)}"
        back = lookback_months(indicator.lookback)
        if back is None:
            return Window(never=True, because=f"{begins} and this figure looks back without end")
        looks = f" and this figure looks back {indicator.lookback}" if indicator.lookback else ""
        bounds.append((add_months(table.covers, back[0]) + timedelta(days=back[1]), begins + looks))
    for other, function, size in lookups_of(indicator, tables):
        if isinstance(other.covers, date):
            days = function == "seen_within"
            first = other.covers + timedelta(days=size) if days else add_months(other.covers, size)
            begins = f"the extract of {other.name} begins on {written(other.covers)}"
            far = f" back {size} {'days' if days else 'months'}" if size else ""
            bounds.append((first, f"{begins} and this figure looks{far} into it"))
    first_day, because = max(bounds, default=(None, ""))
    if not declared and not complete:
        because = because or f"the window of {table.name} is not declared, and its rows begin later"
    return Window(first_day, declared, complete, because=because)


def lookups_of(indicator: Indicator, tables: Mapping[str, TableData]) -> Iterator[tuple[TableData, str, int]]:
    """Yield each other table that the indicator's conditions look into, by which function and how far back."""
    for text in (indicator.where, indicator.count, indicator.of):
        for node in walk(parse(text)) if text else []:
            if isinstance(node, Call) and node.name in ("seen_within", "events_within", "spells_within", "latest"):
                target, *spans = node.arguments
                other = tables.get(target.text.partition(".")[0]) if isinstance(target, Name) else None
                if other is not None:
                    yield other, node.name, sum(int(float(span.value)) for span in spans if isinstance(span, Literal))


def periods_of(indicator: Indicator, window: Window, own_first: date | None, quarter: Quarter) -> Periods:
    """Return the periods that the window supports; `own_first` is the day of the indicator's first row."""
    longer = [] if indicator.is_snapshot else [quarter.year_to_date, quarter.rolling_12_months]
    month_from = quarter_from = window.first_day
    if not window.declared and not window.never:
        if own_first is None:
            return Periods([], [], longer, []) if window.complete else Periods([], [], [], longer)
        earliest = window.first_day or date.min
        month_from = max(own_first.replace(day=1), earliest)
        quarter_from = max(Quarter.holding(own_first).start, earliest)
    if window.never or month_from is None or quarter_from is None:
        return Periods([], [], [], longer)
    longer_from = quarter_from if not window.complete else window.first_day or date.min
    supported = [period for period in longer if period.start >= longer_from]
    missing = [period for period in longer if period.start < longer_from]
    return Periods(months_of(month_from, quarter), quarters_of(quarter_from, quarter), supported, missing)


def unsupported(name: str, window: Window, periods: Periods, quarter: Quarter) -> Fault | None:
    """Return the sentence that says which of the report's own periods have no figure, and why."""
    words = {"year_to_date": "year to date", "rolling_12_months": "figure for the 12 months"}
    lacking = [words[period.kind] for period in periods.missing]
    if quarter.period not in periods.quarters and window.because:
        lacking.insert(0, "figure for the quarter")
    if not lacking:
        return None
    why = window.because or "there is no row to count"
    remedy = "extract a longer period, or say with `covers` from which day on the extract is complete"
    return Fault("IN313", "note", f"{name}: no {' and no '.join(lacking)}, since {why}", remedy)


def months_of(first: date, quarter: Quarter) -> list[Period]:
    """Return the months from the first that starts on or after `first`, to the quarter's last."""
    start = first if first.day == 1 else add_months(first.replace(day=1), 1)
    periods = []
    while start <= quarter.end:
        periods.append(Period("month", start, month_end(start)))
        start = add_months(start, 1)
    return periods


def quarters_of(first: date, quarter: Quarter) -> list[Period]:
    """Return the quarters from the first that starts on or after `first`, to the report's."""
    step = Quarter.holding(first)
    if step.start < first:
        step = step.shift(1)
    periods = []
    while step <= quarter:
        periods.append(step.period)
        step = step.shift(1)
    return periods
