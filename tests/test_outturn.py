"""Last year's outturn, made of four published quarters, is what the fourth quarter's own report measures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from carereport.extracts import read_extracts
from carereport.figures import Figure
from carereport.judgement.findings import judge
from carereport.judgement.outturn import outturn, together
from carereport.measures import measure
from carereport.project import load_project
from carereport.quarters import Quarter
from tests.small_council import small_council

QUARTER, LAST = Quarter(2025, 2), Quarter(2024, 4)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory):
    root = small_council(tmp_path_factory.mktemp("council"))
    project = load_project(root)

    def findings(quarter: Quarter):
        extracts = read_extracts(project, root / "data", quarter)
        return {f.indicator: f for f in judge(measure(project, extracts, quarter).figures, project, quarter)}

    return project.indicators, findings(QUARTER), findings(LAST)


@pytest.mark.parametrize("name", ["referrals", "no_further_action", "plans_started", "plan_length"])
def test_the_outturn_is_the_year_to_date_of_march(council, name: str) -> None:
    indicators, now, then = council
    made, measured = outturn(now[name], indicators[name], QUARTER), then[name].year_to_date
    assert made is not None and measured is not None and measured.value
    assert (made.start, made.end) == (measured.start, measured.end) == (date(2024, 4, 1), date(2025, 3, 31))
    assert (made.value, made.denominator) == (pytest.approx(measured.value), measured.denominator)


def test_a_stock_has_no_outturn(council) -> None:
    indicators, now, _ = council
    assert outturn(now["plans_open"], indicators["plans_open"], QUARTER) is None


def test_a_year_with_a_suppressed_quarter_is_suppressed(council) -> None:
    indicators, now, _ = council
    hidden = tuple(
        Figure(figure.start, figure.end, None, marker="c") if figure.end == LAST.end else figure
        for figure in now["referrals"].quarters
    )
    found = outturn(replace(now["referrals"], quarters=hidden), indicators["referrals"], QUARTER)
    assert found is not None and (found.value, found.marker) == (None, "c")


def test_a_year_with_a_quarter_that_is_not_shown_has_none(council) -> None:
    indicators, now, _ = council
    fewer = tuple(figure for figure in now["referrals"].quarters if figure.end != LAST.end)
    assert outturn(replace(now["referrals"], quarters=fewer), indicators["referrals"], QUARTER) is None


def test_what_is_counted_once_in_a_period_does_not_add_up(council) -> None:
    indicators, now, _ = council
    once = indicators["referrals"].model_copy(update={"distinct": "child_id"})
    assert outturn(now["referrals"], once, QUARTER) is None


def test_quarters_of_the_sample_make_its_year_to_date_for_every_measure_that_adds_up() -> None:
    root = Path(__file__).parents[1]
    project = load_project(root)
    measured = measure(project, read_extracts(project, root / "sample_data", QUARTER), QUARTER)
    made = set()
    for finding in judge(measured.figures, project, QUARTER):
        indicator, year = project.indicators[finding.indicator], finding.year_to_date
        found = together(finding, indicator, date(2025, 4, 1), QUARTER)
        if found is not None and found.value is not None:
            assert year is not None and found.value == pytest.approx(year.value, rel=1e-12), finding.indicator
            made.add(indicator.kind)
    assert made == {"count", "percentage", "rate", "supplied"}
