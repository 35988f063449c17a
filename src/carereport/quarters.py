"""Quarters of the financial year and the periods a report speaks of; no data, no wording rules."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

PeriodKind = Literal["month", "quarter", "year_to_date", "rolling_12_months", "as_at"]

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

_PATTERNS = (
    re.compile(r"^Q([1-4])-(\d{4})(?:/(\d{2}))?$", re.IGNORECASE),
    re.compile(r"^(\d{4})-Q([1-4])$", re.IGNORECASE),
)


def month_end(day: date) -> date:
    """Return the last day of the month that holds `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """Return `day` moved by whole months; the month's last day where the day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def written(day: date) -> str:
    """Return a date as the report writes it: 30 September 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of days that a figure covers, both ends included."""

    kind: PeriodKind
    start: date
    end: date

    @property
    def label(self) -> str:
        """Plain words: 'September 2025', 'July to September 2025', 'at 14 October 2025'."""
        first, last = MONTHS[self.start.month - 1], MONTHS[self.end.month - 1]
        if self.kind == "as_at":
            return f"at {written(self.end)}"
        if (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return f"{last} {self.end.year}"
        if self.start.year == self.end.year:
            return f"{first} to {last} {self.end.year}"
        return f"{first} {self.start.year} to {last} {self.end.year}"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of the financial year that starts in April of `year`; `number` is 1 to 4."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str, today: date | None = None) -> Quarter:
        """Read Q2-2025, Q2-2025/26, 2025-Q2 or latest (the last quarter ended before `today`).

        Raises ValueError with a sentence for the user.
        """
        text = text.strip()
        if text.lower() == "latest":
            if today is None:
                raise ValueError("'latest' needs today's date")
            return cls.holding(today).previous()
        first = _PATTERNS[0].match(text)
        if first:
            number, year = int(first[1]), int(first[2])
            if first[3] is not None and int(first[3]) != (year + 1) % 100:
                raise ValueError(f"financial year {year}/{first[3]} does not exist; write Q{number}-{year}")
            return cls(year, number)._told()
        second = _PATTERNS[1].match(text)
        if second:
            return cls(int(second[1]), int(second[2]))._told()
        raise ValueError("write a quarter as Q2-2025 (July to September 2025), Q2-2025/26, 2025-Q2 or latest")

    def _told(self) -> Quarter:
        if not 1950 <= self.year <= 2150:
            raise ValueError("a quarter from 1950 to 2150 is expected, such as Q2-2025")
        return self

    @classmethod
    def holding(cls, day: date) -> Quarter:
        """Return the quarter that holds `day`."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls(year, (day.month - 4) % 12 // 3 + 1)

    def shift(self, quarters: int) -> Quarter:
        """Return the quarter that lies `quarters` later (negative: earlier)."""
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    def previous(self) -> Quarter:
        """Return the quarter before."""
        return self.shift(-1)

    @property
    def start(self) -> date:
        return add_months(date(self.year, 4, 1), 3 * (self.number - 1))

    @property
    def end(self) -> date:
        return add_months(self.start, 3) - timedelta(days=1)

    @property
    def name(self) -> str:
        """The name in folders and commands: Q2-2025."""
        return f"Q{self.number}-{self.year}"

    @property
    def financial_year(self) -> str:
        return f"{self.year}/{(self.year + 1) % 100:02d}"

    @property
    def label(self) -> str:
        """The name in tables: Q2 2025/26."""
        return f"Q{self.number} {self.financial_year}"

    @property
    def period(self) -> Period:
        return Period("quarter", self.start, self.end)

    @property
    def year_to_date(self) -> Period:
        return Period("year_to_date", date(self.year, 4, 1), self.end)

    @property
    def rolling_12_months(self) -> Period:
        return Period("rolling_12_months", add_months(self.end + timedelta(days=1), -12), self.end)

    def __str__(self) -> str:
        return self.name
