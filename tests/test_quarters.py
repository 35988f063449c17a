"""Quarters, periods and dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from carereport.quarters import Period, Quarter, add_months, month_end, written


@pytest.mark.parametrize("text", ["Q2-2025", "q2-2025", "Q2-2025/26", "2025-Q2", " Q2-2025 "])
def test_a_quarter_may_be_written_in_four_ways(text) -> None:
    assert Quarter.parse(text) == Quarter(2025, 2)


@pytest.mark.parametrize("text", ["Q5-2025", "Q2", "2025", "Q2-25", "Q2-2025/27", "", "Q2 2025"])
def test_anything_else_is_refused_with_a_sentence(text) -> None:
    with pytest.raises(ValueError, match=r"write|does not exist"):
        Quarter.parse(text)


@pytest.mark.parametrize(
    ("today", "name"),
    [(date(2025, 10, 1), "Q2-2025"), (date(2025, 9, 30), "Q1-2025"), (date(2026, 1, 1), "Q3-2025"),
     (date(2026, 4, 1), "Q4-2025")],
)  # fmt: skip
def test_latest_is_the_last_quarter_that_has_ended(today, name) -> None:
    assert Quarter.parse("latest", today).name == name


def test_the_second_quarter_covers_july_to_september_and_its_report_april_to_september() -> None:
    quarter = Quarter(2025, 2)
    assert (quarter.start, quarter.end) == (date(2025, 7, 1), date(2025, 9, 30))
    assert quarter.year_to_date.label == "April to September 2025"
    assert quarter.rolling_12_months.start == date(2024, 10, 1)
    assert quarter.rolling_12_months.label == "October 2024 to September 2025"
    assert quarter.label == "Q2 2025/26"


def test_the_fourth_quarter_ends_in_the_next_calendar_year() -> None:
    quarter = Quarter(2025, 4)
    assert (quarter.start, quarter.end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.year_to_date.start == date(2025, 4, 1)
    assert quarter.shift(1) == Quarter(2026, 1)
    assert quarter.shift(-4) == Quarter(2024, 4)


def test_months_are_added_by_keeping_the_day_or_taking_the_months_last() -> None:
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2025, 3, 15), -12) == date(2024, 3, 15)
    assert month_end(date(2024, 2, 10)) == date(2024, 2, 29)


def test_dates_and_periods_are_written_as_the_report_writes_them() -> None:
    assert written(date(2025, 9, 30)) == "30 September 2025"
    assert Period("month", date(2025, 9, 1), date(2025, 9, 30)).label == "September 2025"
    assert Period("as_at", date(2025, 10, 14), date(2025, 10, 14)).label == "at 14 October 2025"
