"""Working days and clear days in England."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from carereport.calendar import latest_publication_day, working_day_calendar


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        (date(2025, 9, 1), date(2025, 9, 1), 0),  # the first day is day 0
        (date(2025, 9, 5), date(2025, 9, 8), 1),  # Friday to Monday
        (date(2025, 9, 6), date(2025, 9, 7), 0),  # a weekend
        (date(2025, 4, 17), date(2025, 4, 22), 1),  # Good Friday and Easter Monday between
        (date(2025, 12, 24), date(2025, 12, 29), 1),  # Christmas Day and Boxing Day
    ],
)
def test_working_days_count_after_the_first_day_up_to_the_last(a, b, days) -> None:
    assert working_day_calendar(a, b)[-1] == days


def test_closure_days_of_the_council_are_not_worked() -> None:
    assert working_day_calendar(date(2025, 9, 1), date(2025, 9, 3), [date(2025, 9, 2)])[-1] == 1


def test_the_calendar_agrees_with_counting_day_by_day() -> None:
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    table = working_day_calendar(first, last)
    bank = {date(2024, m, d) for m, d in [(1, 1), (3, 29), (4, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)]}
    count = 0
    for number in range(1, (last - first).days + 1):
        day = first + timedelta(days=number)
        count += day.weekday() < 5 and day not in bank
        assert table[number] == count


@pytest.mark.parametrize(
    ("meeting", "latest"),
    [
        (date(2025, 10, 28), date(2025, 10, 20)),
        (date(2026, 1, 20), date(2026, 1, 12)),
        (date(2026, 3, 3), date(2026, 2, 23)),
        (date(2026, 4, 14), date(2026, 4, 2)),
    ],
)
def test_papers_are_published_five_clear_days_before_the_meeting(meeting, latest) -> None:
    assert latest_publication_day(meeting) == latest
