"""What intervals need beside a figure: family sizes, deviations of means, ends of medians; none of a small base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from carereport.engines import Frame, collected
from carereport.measures.categories import AREA, council_of
from carereport.quarters import Period

LEAST = 20
"""Rows under which nothing is told of their spread: it could tell of single rows."""


def family_sizes(
    rows: Frame, cluster: str, periods: Sequence[Period], councils: Sequence[int], snapshot: bool
) -> list[float]:
    """Return for each period and council the mean number of rows a family, families counted once a month.

    Siblings enter together, so families add up over months; a snapshot's are those of its last month. A row
    without an identifier is a family of its own. A period of few rows takes the mean of all the council's months.
    """
    counted = collected(rows.group_by(AREA, "_month", cluster).agg(nw.len().alias("_rows")))
    counted["_families"] = np.where(counted[cluster].isna(), counted["_rows"], 1)
    counted["_place"] = council_of(counted[AREA].to_numpy(dtype=np.int64))
    sums = counted.groupby(["_place", "_month"])[["_rows", "_families"]].sum().reset_index("_month")
    ends = [period.end.year * 12 + period.end.month for period in periods]
    starts = ends if snapshot else [period.start.year * 12 + period.start.month for period in periods]
    sizes = np.empty((len(periods), len(councils)))
    for place, council in enumerate(councils):
        held = sums[sums.index == council]
        months = held["_month"].to_numpy()
        upto = {name: np.r_[0, held[name].to_numpy().cumsum()] for name in ("_rows", "_families")}
        first, last = np.searchsorted(months, starts, "left"), np.searchsorted(months, ends, "right")
        counts, families = (upto[name][last] - upto[name][first] for name in ("_rows", "_families"))
        usual = upto["_rows"][-1] / upto["_families"][-1] if len(months) else math.nan
        few = counts < LEAST
        sizes[:, place] = np.where(few, usual, counts / np.where(few, 1, families))
    return [float(size) for size in sizes.ravel()]


def deviations(grouped: Any) -> dict[str, pd.Series[float]]:
    """Return the standard deviation of grouped values (n - 1 in the denominator)."""
    return {"deviation": grouped.std(ddof=1).where(grouped.size() >= LEAST)}


def median_ends(grouped: Any) -> dict[str, pd.Series[float]]:
    """Return the ends of the 95% interval of grouped values' medians: order statistics (Thompson 1936)."""
    ends = grouped.agg(_ends)
    return {"lower": ends.map(lambda pair: pair[0]), "upper": ends.map(lambda pair: pair[1])}


def _ends(values: pd.Series[float]) -> tuple[float, float]:
    if len(values) < LEAST:
        return math.nan, math.nan
    rank = median_rank(len(values))
    ordered = np.sort(values.to_numpy(dtype=float))
    return float(ordered[rank - 1]), float(ordered[len(values) - rank])


@lru_cache(maxsize=4096)
def median_rank(n: int) -> int:
    """Return the rank k, so that the k-th smallest to the k-th largest of n values hold the median with 95% or more.

    It is the largest k with P(X < k) at most 2.5%, X being binomial (n, 1/2).
    """
    logs = np.cumsum(np.log(np.arange(1, n + 1)))
    below = np.arange(1, n)
    chances = np.exp(np.r_[0.0, logs[-1] - logs[below - 1] - logs[n - below - 1]] - n * math.log(2))
    return max(1, int(np.searchsorted(np.cumsum(chances), 0.025, side="right")))
