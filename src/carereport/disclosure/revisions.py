"""Which published figures have moved so far that the report must say so, told from published numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from carereport.disclosure.concepts import counts_people
from carereport.disclosure.past import NUMBERS, Table, differing, last_shown
from carereport.disclosure.policy import Mask
from carereport.figures import Figure, Revision
from carereport.settings import Indicator

SHARE = 0.02
"""A value that moves by more than this share of what was published is listed."""
CHILDREN = 5
"""So is a count of children that moves by more than this."""
_CLOSE = 1e-6
"""Figures are published to six decimals."""


def mark_revisions(
    shown: pd.DataFrame, published: pd.DataFrame, indicators: Mapping[str, Indicator]
) -> tuple[pd.DataFrame, tuple[Revision, ...]]:
    """Return the figures with marker `r` at each that differs from what was last published, and those that moved far.

    `shown` are the figures as they are published now, `published` those of earlier reports as
    `read_published` gives them. A suppressed figure is never marked.
    """
    before = last_shown(shown, published)
    differs = differing(shown, before) & shown["value"].notna().to_numpy()
    if not differs.any():
        return shown, ()
    marked = shown.copy()
    held = marked.loc[differs, "marker"]
    marked.loc[differs, "marker"] = (held + " r").str.strip()
    return marked, moved_far(marked, before, differs, indicators)


def moved_far(
    shown: pd.DataFrame, before: Table, differs: Mask, indicators: Mapping[str, Indicator]
) -> tuple[Revision, ...]:
    """Return the figures whose value moved by more than 2%, or a count of theirs by more than five children.

    `shown` are the figures as they are published now, `before` their numbers as last published (both with
    numerator, denominator and value), `differs` where they differ. Children are counted by the number
    itself, by the numerator of a rate, by numerator and denominator of a percentage, and by the
    denominator of a mean or median; where other things are counted, the value alone decides.
    """
    places = np.flatnonzero(differs)
    rows = shown.iloc[places]
    was, now = before[places], rows[NUMBERS].to_numpy(dtype=float)
    columns = [rows[name].tolist() for name in ("indicator", "period_kind", "breakdown", "category", "marker")]
    days = [[day.date() for day in rows[name]] for name in ("period_start", "period_end")]
    found = []
    for name, kind, breakdown, category, marker, start, end, old, new in zip(
        *columns, *days, was.tolist(), now.tolist(), strict=True
    ):
        if has_moved(indicators[name], old, new):
            earlier, later = _figure(start, end, old), _figure(start, end, new, marker)
            found.append(Revision(name, kind, breakdown, category, earlier, later))
    return tuple(found)


def has_moved(indicator: Indicator, before: list[float], now: list[float]) -> bool:
    """Return whether numerator, denominator and value have moved far enough to be listed; NaN is an empty number."""
    return value_has_moved(before[2], now[2]) or any(
        abs(now[part] - before[part]) > CHILDREN + _CLOSE for part in _children(indicator)
    )


def value_has_moved(before: float | None, now: float | None) -> bool:
    """Return whether a value moved by more than 2% of what was published, or came or went; None and NaN are none."""
    held = [one for one in (before, now) if one is not None and one == one]
    return len(held) == 1 or (len(held) == 2 and abs(held[1] - held[0]) > SHARE * abs(held[0]) + _CLOSE)


def _children(indicator: Indicator) -> tuple[int, ...]:
    """Return which of numerator (0), denominator (1) and value (2) count children."""
    if not counts_people(indicator):
        return ()
    if indicator.kind == "percentage" or (indicator.kind == "supplied" and indicator.denominator):
        return (0, 1)
    if indicator.kind == "rate":
        return (0,)
    if indicator.kind in ("mean", "median"):
        return (1,)
    return (2,)


def _figure(start: date, end: date, numbers: list[float], marker: str = "") -> Figure:
    numerator, denominator, value = (None if one != one else one for one in numbers)
    return Figure(start, end, value, numerator, denominator, marker)
