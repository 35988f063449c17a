"""How many of the records that a figure asks for a value have one, by period; totals only."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from carereport.engines import Frame, collected
from carereport.figures import COMPLETENESS


def missing_by_month(rows: Frame, missing: nw.Expr) -> pd.DataFrame:
    """Return by month how many records there are and how many of them lack the value; `missing` is 1 where one does."""
    counted = rows.with_columns(missing.alias("_missing")).group_by("_month")
    months = collected(counted.agg(nw.len().alias("_records"), nw.col("_missing").sum()))
    return months.set_index("_month").sort_index()


def with_completeness(facts: pd.DataFrame, months: pd.DataFrame | None, snapshot: bool) -> pd.DataFrame:
    """Return the facts with `records` and `complete` at the totals of periods in which a record lacks its value.

    `months` is what `missing_by_month` found, None where no record lacks one; a snapshot's period is its last month.
    """
    if months is None or facts.empty:
        return facts
    ends = _months(facts["period_end"])
    starts = ends if snapshot else _months(facts["period_start"])
    first, last = months.index.searchsorted(starts), months.index.searchsorted(ends, side="right")
    records, missing = (
        sums[last] - sums[first]
        for sums in (np.concatenate([[0.0], months[name].cumsum()]) for name in ("_records", "_missing"))
    )
    some = (facts["breakdown"] == "total").to_numpy() & (missing > 0)
    share = np.divide(records - missing, records, out=np.ones(len(facts)), where=records > 0)
    held = facts.copy()
    for name, values in zip(COMPLETENESS, (records, share), strict=True):
        held[name] = np.where(some, values, np.nan)
    return held


def _months(days: pd.Series[pd.Timestamp]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return days.dt.year.to_numpy(dtype=np.int64) * 12 + days.dt.month.to_numpy(dtype=np.int64)
