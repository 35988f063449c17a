"""What earlier reports published is known: nothing is given away by laying reports side by side."""

from __future__ import annotations

import pytest

from carereport.disclosure import disclose
from carereport.faults import ConfigurationError
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
from tests.disclosure_rows import QUARTER, indicator, project, rows, shown, together

FIRST = Quarter(2025, 1)
PLANS = {"plans": indicator()}


def report(figures, quarter=QUARTER, earlier=(), indicators=PLANS):
    return disclose(figures, project(indicators), quarter, None, earlier)


def text(figures, quarter=FIRST) -> str:
    return figures_text(report(figures, quarter).figures)


def test_a_published_first_quarter_does_not_give_the_second_away() -> None:
    before = text(rows("plans", {("Q1", "total"): 20}))
    now = rows("plans", {("Q1", "total"): 20, ("Q2", "total"): 3, ("year", "total"): 23})
    values = shown(report(now, earlier=[before]))
    assert values["plans", "year", "total"] == "c"
    assert values["plans", "Q1", "total"] == 20


def test_a_rolling_year_less_the_one_before_gives_nothing_away() -> None:
    quarters = {("Q2-24", "total"): 30, ("Q3-24", "total"): 40, ("Q4-24", "total"): 50, ("Q1", "total"): 60}
    before = text(rows("plans", {**quarters, ("12 months before", "total"): 180}))
    now = rows("plans", {**quarters, ("Q2", "total"): 4, ("12 months", "total"): 154})
    values = shown(report(now, earlier=[before]))
    assert values["plans", "12 months", "total"] == "c"


def test_what_was_hidden_before_is_not_shown_by_another_choice_now() -> None:
    first = {("Q1", "total"): 60, ("Q1", "a"): 3, ("Q1", "b"): 20, ("Q1", "c"): 37}
    before = text(rows("plans", first))
    second = {**first, ("Q2", "total"): 70, ("Q2", "a"): 20, ("Q2", "b"): 23, ("Q2", "c"): 27}
    values = shown(report(rows("plans", second), earlier=[before]))
    visible = [key for key in ("b", "c") if f",{key}," in before and values["plans", "Q1", key] != "c"]
    assert values["plans", "Q1", "a"] == "c"
    assert len(visible) == 1
    assert f"ward,{visible[0]},{int(first['Q1', visible[0]])}" in before


def test_a_figure_that_differs_from_what_was_published_is_revised() -> None:
    before = text(rows("plans", {("Q1", "total"): 20}))
    now = report(rows("plans", {("Q1", "total"): 27, ("Q2", "total"): 30}), earlier=[before]).figures
    assert now["marker"].tolist() == ["r", ""]


def test_a_suppressed_figure_is_never_revised() -> None:
    before = text(rows("plans", {("Q1", "total"): 20}))
    now = report(rows("plans", {("Q1", "total"): 4, ("Q2", "total"): 30}), earlier=[before]).figures
    assert now["marker"].tolist() == ["c", ""]


def test_a_figure_that_stood_hidden_before_is_not_revised_when_shown() -> None:
    before = text(rows("plans", {("Q1", "total"): 4}))
    now = report(rows("plans", {("Q1", "total"): 27, ("Q2", "total"): 30}), earlier=[before]).figures
    assert "r" not in now["marker"].tolist()


def test_a_build_of_the_same_figures_after_publication_is_the_same() -> None:
    figures = rows("plans", {("Q2", "total"): 60, ("Q2", "a"): 3, ("Q2", "b"): 20, ("Q2", "c"): 37})
    before = figures_text(report(figures).figures)
    assert figures_text(report(figures, earlier=[before]).figures) == before


def test_a_small_number_that_only_published_figures_surround_stops_the_build() -> None:
    published = figures_text(rows("all", {("Q2", "total"): 43}))
    published += figures_text(rows("some", {("Q2", "total"): 40})).split("\n", 1)[1]
    indicators = {"all": indicator(), "some": indicator(where="team = 'a'")}
    figures = together(rows("all", {("Q2", "total"): 43}), rows("some", {("Q2", "total"): 40}))
    with pytest.raises(ConfigurationError) as refused:
        report(figures, earlier=[published], indicators=indicators)
    message = str(refused.value)
    assert "all, some" in message
    assert "part of" in message
    assert "43" not in message
    assert "40" not in message
