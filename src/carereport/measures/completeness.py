"""How many of the records that a figure asks for a value have one, by period; totals only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carereport.figures import COMPLETENESS
from carereport.measures.totals import COUNCIL


def with_completeness(facts: pd.DataFrame, missing: pd.DataFrame | None, snapshot: bool) -> pd.DataFrame:
    """Return the facts with `records` and `complete` at the totals of periods in which a record lacks its value.

    `missing` tells by council and month how many records there are, and how many lack the value; None where none does.
    A snapshot's period is its last month.
    """
    if missing is None or facts.empty:
        return facts
    held = facts.assign(**dict.fromkeys(COMPLETENESS, np.nan))
    councils, totals = facts[COUNCIL].to_numpy(dtype=np.int64), (facts["breakdown"] == "total").to_numpy()
    for council, months in missing.groupby(COUNCIL):
        months = months.set_index("_month").sort_index()
        places = np.flatnonzero(totals & (councils == council))
        ends = _months(facts["period_end"].iloc[places])
        starts = ends if snapshot else _months(facts["period_start"].iloc[places])
        first, last = months.index.searchsorted(starts), months.index.searchsorted(ends, side="right")
        records, lacking = (
            sums[last] - sums[first]
            for sums in (np.concatenate([[0.0], months[name].cumsum()]) for name in ("_records", "_missing"))
        )
        some = lacking > 0
        held.loc[held.index[places[some]], "records"] = records[some]
        held.loc[held.index[places[some]], "complete"] = (records[some] - lacking[some]) / records[some]
    return held


def _months(days: pd.Series[pd.Timestamp]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return days.dt.year.to_numpy(dtype=np.int64) * 12 + days.dt.month.to_numpy(dtype=np.int64)
