"""Working days in England: weekends, bank holidays and the council's own closure days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@lru_cache(maxsize=8)
def bank_holidays(first_year: int, last_year: int) -> tuple[date, ...]:
    """Return England's bank holidays of the years given, in order (library `holidays`)."""
    from holidays import country_holidays

    days = country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1))
    return tuple(sorted(days))


def working_day_calendar(first: date, last: date, closure_days: Iterable[date] = ()) -> npt.NDArray[np.int64]:
    """Return, for every day from `first` to `last`, how many working days lie in (first, day].

    The number of working days after a and up to and including b is then result[b] - result[a].
    """
    import numpy as np

    days = np.arange(np.datetime64(first), np.datetime64(last + timedelta(days=1)))
    closed = np.array(sorted({*bank_holidays(first.year, last.year), *closure_days}), dtype="datetime64[D]")
    working = np.is_busday(days, holidays=closed)
    working[0] = False
    return np.cumsum(working)


def latest_publication_day(meeting: date, closure_days: Iterable[date] = ()) -> date:
    """Return the last day on which papers may be published for `meeting`.

    Five clear days in England (SI 2002/715): neither the day of publication nor the day of the
    meeting counts, nor weekends, bank holidays and closure days; the publication day is itself a
    working day.
    """
    closed = {*bank_holidays(meeting.year - 1, meeting.year), *closure_days}
    day, clear = meeting, 0
    while True:
        day -= timedelta(days=1)
        if day.weekday() < 5 and day not in closed:
            if clear == 5:
                return day
            clear += 1
