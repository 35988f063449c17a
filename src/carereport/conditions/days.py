"""The calendar as a table: day, day number, working-day number; one for all date arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from carereport.calendar import working_day_calendar

if TYPE_CHECKING:
    import pandas as pd

FIRST, FIRST_WORKING, LAST = date(1920, 1, 1), date(2000, 1, 1), date(2100, 12, 31)
"""Working days are known from FIRST_WORKING, when today's bank holidays were in place; none before."""


@lru_cache(maxsize=4)
def calendar_frame(closure_days: tuple[date, ...] = ()) -> pd.DataFrame:
    """Return columns _day (datetime64[ns]), _number and _working (float, NaN before FIRST_WORKING)."""
    import pandas as pd

    days = np.arange(np.datetime64(FIRST), np.datetime64(LAST + timedelta(days=1)))
    working = np.full(len(days), np.nan)
    known = working_day_calendar(FIRST_WORKING, LAST, closure_days)
    working[len(days) - len(known) :] = known
    return pd.DataFrame(
        {"_day": days.astype("datetime64[ns]"), "_number": np.arange(len(days), dtype=float), "_working": working}
    )
