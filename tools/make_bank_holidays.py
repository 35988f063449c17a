"""Writes England's bank holidays, as the library `holidays` knows them: ./run python -m tools.make_bank_holidays

The library takes longer to load than a build has for all its settings, so that a build reads this file instead.
"""

from __future__ import annotations

from itertools import groupby

from holidays import country_holidays

from carereport.calendar import BANK_HOLIDAYS

FIRST_YEAR, LAST_YEAR = 1980, 2100


def bank_holidays() -> str:
    """Return a line for each year: the year, then its bank holidays as month-day."""
    days = sorted(country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1)))
    years = groupby(days, lambda day: day.year)
    return "".join(f"{year} {' '.join(f'{day:%m-%d}' for day in held)}\n" for year, held in years)


if __name__ == "__main__":
    BANK_HOLIDAYS.write_text(bank_holidays(), encoding="ascii")
