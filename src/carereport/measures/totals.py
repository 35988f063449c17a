"""Sums over months, and what does not add up from months, for periods and categories; rows are found elsewhere."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from carereport.measures.spread import deviations, median_ends
from carereport.quarters import Period
from carereport.settings import Indicator


def added_up(
    indicator: Indicator, monthly: pd.DataFrame, kinds: list[list[Period]], names: list[str]
) -> list[pd.DataFrame]:
    """Return counts of all periods and categories as sums over months; of a snapshot, the last month's."""
    places = pd.Index(names, dtype=object).get_indexer(pd.Index(monthly["_c"], dtype=object))
    snapshot = indicator.open is not None
    months = [month_number(period.end) for group in kinds for period in group]
    first = min(month_number(period.start) for group in kinds for period in group)
    shape = (len(names), max(months) - first + 1)
    when = monthly["_month"].to_numpy(dtype=np.int64) - first
    totals = []
    for column in ("_n", "_x"):
        cells = np.zeros(shape)
        np.add.at(cells, (places, when), monthly[column].to_numpy(dtype=float))
        totals.append(np.concatenate([np.zeros((len(names), 1)), cells.cumsum(axis=1)], axis=1))
    pieces = []
    for group in kinds:
        last = np.array([month_number(period.end) for period in group]) - first
        start = last if snapshot else np.array([month_number(period.start) for period in group]) - first
        n, x = ((total[:, last + 1] - total[:, start]).T.ravel() for total in totals)
        share = indicator.kind == "percentage"
        piece = period_rows(group, names)
        piece["numerator"], piece["denominator"] = (x, n) if share else (n, np.nan)
        piece["value"] = np.divide(100 * x, n, out=np.full(len(n), np.nan), where=n > 0) if share else n
        pieces.append(piece)
    return pieces


def month_number(day: date) -> int:
    """Return years x 12 + months, so that months are numbers in a row."""
    return day.year * 12 + day.month


def period_rows(periods: list[Period], categories: list[str]) -> pd.DataFrame:
    """Return a row for every period and category, categories changing faster."""
    times = len(categories)
    return pd.DataFrame({
        "period_kind": [period.kind for period in periods for _ in range(times)],
        "period_start": np.repeat(np.array([period.start for period in periods], "datetime64[ns]"), times),
        "period_end": np.repeat(np.array([period.end for period in periods], "datetime64[ns]"), times),
        "category": categories * len(periods),
    })  # fmt: skip


def assigned(monthly: pd.DataFrame, periods: list[Period], snapshot: bool) -> pd.DataFrame:
    """Return the monthly rows with `_p`, the number of the period each belongs to."""
    place: dict[int, int] = {}
    for number, period in enumerate(periods):
        last = month_number(period.end)
        place |= dict.fromkeys(range(last if snapshot else month_number(period.start), last + 1), number)
    where = monthly["_month"].map(place)
    return monthly[where.notna()].assign(_p=where[where.notna()].astype(int))


def reduced(
    indicator: Indicator, spans: pd.DataFrame, periods: list[Period], categories: list[str], with_spread: bool
) -> pd.DataFrame:
    """Return distinct counts, means and medians, computed anew for each period; with what their intervals need."""
    index = pd.MultiIndex.from_product([range(len(periods)), categories], names=["_p", "_c"])
    grouped = spans.groupby(["_p", "_c"], observed=True)
    result = period_rows(periods, categories)
    if indicator.distinct is not None:
        result["numerator"] = result["denominator"] = np.nan
        result["value"] = grouped[indicator.distinct].nunique().reindex(index, fill_value=0).to_numpy(dtype=float)
        return result
    mean = indicator.kind == "mean"
    result["numerator"] = grouped["_v"].sum().reindex(index, fill_value=0.0).to_numpy() if mean else np.nan
    result["denominator"] = grouped["_v"].size().reindex(index, fill_value=0).to_numpy(dtype=float)
    result["value"] = (grouped["_v"].mean() if mean else grouped["_v"].median()).reindex(index).to_numpy()
    if with_spread:
        for column, values in (deviations(grouped["_v"]) if mean else median_ends(grouped["_v"])).items():
            result[column] = values.reindex(index).to_numpy()
    return result
