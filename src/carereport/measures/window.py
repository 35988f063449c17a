"""Which periods an indicator's extracts support: the window, the lookback and the report's periods."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from carereport.conditions.parse import Call, Literal, Name, parse, walk
from carereport.quarters import Period, Quarter, add_months, month_end
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.extracts import TableData

_LOOKBACK = re.compile(r"^(\d+)\s+(day|month|year)s?$")


@dataclass(frozen=True)
class Window:
    """From which day periods are supported; None means from the indicator's own first row."""

    first_day: date | None
    never: bool = False


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
    number, unit = int(found[1]), found[2]
    return {"day": (0, number), "month": (number, 0), "year": (12 * number, 0)}[unit]


def window_of(indicator: Indicator, table: TableData, tables: Mapping[str, TableData]) -> Window:
    """Return from which first day a period of the indicator is supported."""
    bounds: list[date] = []
    back = lookback_months(indicator.lookback)
    if isinstance(table.covers, date):
        if back is None:
            return Window(None, never=True)
        bounds.append(add_months(table.covers, back[0]) + timedelta(days=back[1]))
    for text in (indicator.where, indicator.count, indicator.of):
        for node in walk(parse(text)) if text else []:
            if isinstance(node, Call) and node.name in ("seen_within", "events_within", "spells_within"):
                target, span = node.arguments
                other = tables.get(target.text) if isinstance(target, Name) else None
                size = int(float(span.value)) if isinstance(span, Literal) else 0
                if other is not None and isinstance(other.covers, date):
                    if node.name == "seen_within":
                        bounds.append(other.covers + timedelta(days=size))
                    else:
                        bounds.append(add_months(other.covers, size))
    return Window(max(bounds) if bounds else None)


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
