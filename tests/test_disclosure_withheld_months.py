"""Months that are mostly too small are left out whole, so that the longer periods can be published."""

from __future__ import annotations

from datetime import date

import pandas as pd

from carereport.disclosure import disclose
from carereport.figures import Figure
from carereport.judgement.chart_choice import chart_indicator
from carereport.report.figures_csv import figures_text
from tests.disclosure_rows import QUARTER, indicator, project, rows, shown

ADOPTIONS = {"adoptions": indicator(breakdowns=[], headline="rolling_12_months")}


def adoptions(july: int, august: int, september: int, *, quarter: int = 8) -> pd.DataFrame:
    months = {("July", "total"): july, ("August", "total"): august, ("September", "total"): september}
    return rows("adoptions", {**months, ("Q2", "total"): quarter, ("12 months", "total"): 31})


def test_months_that_are_mostly_small_have_no_rows_and_the_quarter_is_shown() -> None:
    found = disclose(adoptions(2, 1, 5), project(ADOPTIONS), QUARTER)
    assert shown(found) == {("adoptions", "Q2", "total"): 8, ("adoptions", "12 months", "total"): 31}
    assert found.withheld_periods == (("adoptions", "month"),)


def test_months_that_are_mostly_large_are_shown_but_for_the_small_ones() -> None:
    found = shown(disclose(adoptions(20, 3, 17, quarter=40), project(ADOPTIONS), QUARTER))
    assert found["adoptions", "August", "total"] == "c"
    assert {period for _, period, _ in found} == {"July", "August", "September", "Q2", "12 months"}


def test_a_child_moved_between_withheld_months_changes_no_byte() -> None:
    one, other = (
        disclose(adoptions(*months), project(ADOPTIONS), QUARTER).figures for months in ((2, 1, 5), (3, 1, 4))
    )
    assert figures_text(one) == figures_text(other)


def test_a_quarter_that_is_small_itself_stays_hidden_beside_withheld_months() -> None:
    found = shown(disclose(adoptions(2, 1, 1, quarter=4), project(ADOPTIONS), QUARTER))
    assert found == {("adoptions", "12 months", "total"): 31}


def test_months_withheld_in_the_last_report_stay_withheld() -> None:
    before = rows("adoptions", {("Q1", "total"): 9, ("12 months before", "total"): 30})
    june = rows("adoptions", {("July", "total"): 9}).assign(
        period_start=pd.Timestamp("2025-06-01"), period_end=pd.Timestamp("2025-06-30")
    )
    now = pd.concat([june, adoptions(12, 9, 10, quarter=31)], ignore_index=True)
    found = disclose(now, project(ADOPTIONS), QUARTER, None, [figures_text(before)])
    assert found.withheld_periods == (("adoptions", "month"),)


def test_small_months_that_a_decision_opens_are_shown() -> None:
    decision = {"indicator": "adoptions", "reason": "Asked for.", "approved_by": "Director", "date": "2025-10-20"}
    found = disclose(adoptions(2, 1, 5), project(ADOPTIONS, disclosure={"publish_small": [decision]}), QUARTER)
    assert shown(found)["adoptions", "July", "total"] == 2


def quarters(count: int) -> list[Figure]:
    starts = [date(2022 + n // 4, 1 + 3 * (n % 4), 1) for n in range(count)]
    return [Figure(s, (pd.Timestamp(s) + pd.offsets.QuarterEnd(0)).date(), 10.0 + n % 3)
            for n, s in enumerate(starts)]  # fmt: skip


def test_without_months_the_chart_says_that_they_are_too_small_to_publish() -> None:
    found = chart_indicator(indicator(), [], quarters(15), date(2025, 9, 30))
    assert found.chart == "none"
    assert found.reason == "No chart: most single months are too small to publish."


def test_quarters_are_charted_where_the_indicator_says_so() -> None:
    found = chart_indicator(indicator(spc={"period": "quarter"}), [], quarters(15), date(2025, 9, 30))
    assert found.chart == "xmr"
    assert len(found.points) == 15
