"""Sums over months, and what does not add up from months, for periods and categories; rows are found elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.measures.categories import council_of
from carereport.measures.columns import CHILD, KEY
from carereport.measures.spread import deviations, median_ends
from carereport.quarters import Period
from carereport.settings import Indicator

COUNCIL = "_council"
"""The column of facts that holds the number of their council."""


def added_up(
    indicator: Indicator, monthly: pd.DataFrame, periods: list[Period], categories: Mapping[int, str]
) -> pd.DataFrame:
    """Return counts of periods and categories as sums over months; of a snapshot, the last month's.

    `monthly` has one row a category and month.
    """
    places = pd.Index([*categories]).get_indexer(pd.Index(monthly["_c"]))
    snapshot, share = indicator.open is not None, indicator.kind == "percentage"
    starts = np.array([month_number(period.start) for period in periods])
    last = np.array([month_number(period.end) for period in periods])
    first = int(starts.min())
    shape = (len(categories), int(last.max()) - first + 2)
    when = monthly["_month"].to_numpy(dtype=np.int64) - first
    totals = []
    for column in ("_n", "_x"):
        cells = np.zeros(shape)
        cells[places, when + 1] = monthly[column].to_numpy(dtype=float)
        totals.append(cells.cumsum(axis=1))
    before = (last if snapshot else starts) - first
    n, x = ((total[:, last - first + 1] - total[:, before]).T.ravel() for total in totals)
    value = np.divide(100 * x, n, out=np.full(len(n), np.nan), where=n > 0) if share else n
    counts = {"numerator": x if share else n, "denominator": n if share else np.nan, "value": value}
    return period_rows(periods, categories).assign(**counts)


def month_number(day: date) -> int:
    """Return years x 12 + months, so that months are numbers in a row."""
    return day.year * 12 + day.month


def period_rows(periods: list[Period], categories: Mapping[int, str]) -> pd.DataFrame:
    """Return a row for every period and category of each council, categories changing faster."""
    place = np.repeat(np.arange(len(periods)), len(categories))
    councils = council_of(np.array([*categories], dtype=np.int64))
    return pd.DataFrame({
        COUNCIL: np.tile(councils, len(periods)),
        "period_kind": each([period.kind for period in periods], place),
        "period_start": np.array([period.start for period in periods], "datetime64[ns]")[place],
        "period_end": np.array([period.end for period in periods], "datetime64[ns]")[place],
        "category": each([*categories.values()], np.tile(np.arange(len(categories)), len(periods))),
    })  # fmt: skip


def each(texts: Sequence[str], places: npt.NDArray[np.int64]) -> Any:
    """Return the text of each place."""
    return pd.array(list(texts), dtype="str").take(places)


def assigned(monthly: pd.DataFrame, periods: list[Period], snapshot: bool) -> pd.DataFrame:
    """Return the monthly rows with `_p`, the number of the period each belongs to."""
    place: dict[int, int] = {}
    for number, period in enumerate(periods):
        last = month_number(period.end)
        place |= dict.fromkeys(range(last if snapshot else month_number(period.start), last + 1), number)
    where = monthly["_month"].map(place)
    return monthly[where.notna()].assign(_p=where[where.notna()].astype(int))


def reduced(
    indicator: Indicator, spans: pd.DataFrame, periods: list[Period], categories: Mapping[int, str], with_spread: bool
) -> pd.DataFrame:
    """Return distinct counts, means and medians, computed anew for each period; with what their intervals need."""
    index = pd.MultiIndex.from_product([range(len(periods)), [*categories]], names=["_p", "_c"])
    grouped = spans.groupby(["_p", "_c"])
    result = period_rows(periods, categories)
    if indicator.distinct is not None:
        result["numerator"] = result["denominator"] = np.nan
        column = KEY if indicator.distinct == CHILD else indicator.distinct
        result["value"] = grouped[column].nunique().reindex(index, fill_value=0).to_numpy(dtype=float)
        return result
    mean = indicator.kind == "mean"
    result["numerator"] = grouped["_v"].sum().reindex(index, fill_value=0.0).to_numpy() if mean else np.nan
    result["denominator"] = grouped["_v"].size().reindex(index, fill_value=0).to_numpy(dtype=float)
    result["value"] = (grouped["_v"].mean() if mean else grouped["_v"].median()).reindex(index).to_numpy()
    if with_spread:
        for column, values in (deviations(grouped["_v"]) if mean else median_ends(grouped["_v"])).items():
            result[column] = values.reindex(index).to_numpy()
    return result
