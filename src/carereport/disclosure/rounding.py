"""Policies that round: `round5` and `midpoint6`. Rates and percentages are made of the rounded counts.

`round5` redacts counts from 1 to 7 (a published 5 would mean 6 or 7), rounds others to the nearest 5,
and makes totals of rounded parts. `midpoint6` publishes ceil(x / 6) x 6 - 3, which keeps rates
unbiased; zero stays zero. Both after OpenSAFELY, "Applying statistical disclosure controls" (2023).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from carereport.disclosure.cells import Cells, months_in, ordinals, tile
from carereport.disclosure.concepts import counts_people
from carereport.disclosure.policy import Mask, Numbers, tells_of_everyone
from carereport.measures.values import LOW_BASE
from carereport.settings import Indicator

REDACTED = 7
"""`round5` redacts counts from 1 to this."""


def rounded(counts: Numbers, policy: str) -> Numbers:
    """Return counts as a policy publishes them; in `round5` one that is redacted counts as 5 in a sum."""
    if policy == "midpoint6":
        return np.where(counts > 0, np.ceil(counts / 6) * 6 - 3, counts)
    return np.where((counts >= 1) & (counts <= REDACTED), 5.0, np.floor(counts / 5 + 0.5) * 5)


def redacted(counts: Numbers, policy: str) -> Mask:
    """Return where a count may not be shown, rounded as it may be."""
    with np.errstate(invalid="ignore"):
        return np.asarray((counts >= 1) & (counts <= REDACTED) & (policy == "round5"))


def round_figures(
    public: pd.DataFrame, indicators: Mapping[str, Indicator], policy: str, opened: Collection[str]
) -> tuple[pd.DataFrame, Mask]:
    """Return the figures rounded, and the rows that are too small to publish even so."""
    result = public.copy()
    hidden = np.zeros(len(public), dtype=bool)
    names = public["indicator"].to_numpy()
    for name, indicator in indicators.items():
        if not counts_people(indicator) or name in opened or indicator.kind == "derived":
            continue
        mine = np.flatnonzero(names == name)
        if len(mine):
            table, small = _round_one(public.iloc[mine], indicator, policy)
            result.loc[mine, ["numerator", "denominator", "value", "marker"]] = table
            hidden[mine] = small
    return result, hidden


def _round_one(rows: pd.DataFrame, indicator: Indicator, policy: str) -> tuple[pd.DataFrame, Mask]:
    n, d, v = (rows[column].to_numpy(dtype=float) for column in ("numerator", "denominator", "value"))
    kind = indicator.kind
    table = rows[["numerator", "denominator", "value", "marker"]].copy()
    shared = kind == "percentage" or (kind == "supplied" and indicator.denominator is not None)
    if shared:
        x, base = _sums(rows, n, indicator, policy), _sums(rows, d, indicator, policy)
        scale = indicator.per.scale if indicator.per else 100.0 if indicator.figure_unit == "percent" else 1.0
        table["numerator"], table["denominator"] = x, base
        table["value"] = scale * x / np.where(base > 0, base, np.nan)
        small = redacted(n, policy) | redacted(d, policy) | redacted(d - n, policy)
        if not indicator.process_measure:
            small |= tells_of_everyone(n, d)
        low = (base > 0) & (base < LOW_BASE)
    elif kind in ("mean", "median"):
        base = _sums(rows, d, indicator, policy)
        table["denominator"], table["value"] = base, np.round(v, 1)
        table["numerator"] = np.where(np.isnan(n), np.nan, np.round(v, 1) * base)
        small, low = redacted(d, policy), (base > 0) & (base < LOW_BASE)
    elif kind == "rate" and indicator.per is not None:
        x = _sums(rows, n, indicator, policy)
        table["numerator"], table["value"] = x, indicator.per.scale * x / d
        small, low = redacted(n, policy), np.zeros(len(rows), dtype=bool)
    else:
        x = _sums(rows, v, indicator, policy)
        table["value"] = x
        table["numerator"] = np.where(np.isnan(n), np.nan, x)
        small, low = redacted(v, policy), np.zeros(len(rows), dtype=bool)
    marker = table["marker"].to_numpy(dtype=object)
    table["marker"] = np.where(np.isin(marker, ["", "u"]), np.where(low, "u", ""), marker)
    return table, small


def _sums(rows: pd.DataFrame, counts: Numbers, indicator: Indicator, policy: str) -> Numbers:
    """Return counts rounded; in `round5` a total is the sum of its rounded parts.

    Parts are the categories of the first breakdown; of a line without categories the shorter periods.
    """
    result = rounded(counts, policy)
    if policy != "round5" or indicator.distinct or indicator.kind in ("mean", "median"):
        return result
    starts, ends = ordinals(rows["period_start"]), ordinals(rows["period_end"])
    lines: dict[tuple[str, str, str], dict[tuple[int, int, str], int]] = defaultdict(dict)
    first = next((b for b in rows["breakdown"] if b != "total"), None)
    keys = list(zip(rows["area"], rows["breakdown"], rows["category"], rows["period_kind"], strict=True))
    for place, (area, breakdown, category, period) in enumerate(keys):
        lines[area, breakdown, category][starts[place], ends[place], period] = place
    order = sorted(range(len(rows)), key=lambda p: (keys[p][1] == "total", ends[p] - starts[p]))
    for place in order:
        area, breakdown, category, period = keys[place]
        if breakdown == "total" and first is not None and period != "month":
            at = (starts[place], ends[place], period)
            parts = [held[at] for (a, b, _), held in lines.items() if (a, b) == (area, first) and at in held]
        elif indicator.is_snapshot:
            parts = []
        else:
            parts = _shorter(lines[area, breakdown, category], starts[place], ends[place])
        if parts:
            result[place] = result[parts].sum()
    return result


def _shorter(held: Mapping[tuple[int, int, str], int], start: int, end: int) -> list[int]:
    for step in (3, 1):
        if months_in(start, end) > step:
            pieces = {s: (e, place) for (s, e, _), place in held.items() if months_in(s, e) == step}
            parts = tile(pieces, start, end)
            if parts:
                return parts
    return []


def bounds_after(cells: Cells, unknown: list[bool], policy: str) -> tuple[list[float], list[float]]:
    """Return the least and the most that each count can be for one who sees the rounded figures."""
    below, above = (2, 3) if policy == "midpoint6" else (2, 2)
    least, most = list(cells.least), [float("inf")] * len(cells.values)
    for count, shown in enumerate(rounded(np.array(cells.values), policy).tolist()):
        if cells.rows_of[count] and not unknown[count]:
            value = cells.values[count]
            least[count] = max(least[count], shown - below) if value else 0.0
            most[count] = shown + above if value else 0.0
    return least, most
