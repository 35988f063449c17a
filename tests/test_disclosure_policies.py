"""The policies that round: counts, what is made of them, and what is redacted."""

from __future__ import annotations

import numpy as np
import pytest

from carereport.disclosure import disclose
from carereport.disclosure.rounding import redacted, rounded
from tests.disclosure_rows import QUARTER, indicator, project, rows, shown, together

SHARE = indicator(kind="percentage", count="late = 'yes'", breakdowns=[])


def report(figures, indicators, policy, **more):
    return disclose(figures, project(indicators, disclosure={"policy": policy, **more}), QUARTER)


@pytest.mark.parametrize(("count", "published"), [(0, 0), (1, 3), (6, 3), (7, 9), (12, 9), (13, 15), (100, 99)])
def test_midpoint_six_publishes_the_middle_of_its_band(count, published) -> None:
    assert rounded(np.array([float(count)]), "midpoint6").tolist() == [published]


@pytest.mark.parametrize(("count", "published"), [(0, 0), (8, 10), (12, 10), (13, 15), (17, 15), (18, 20)])
def test_round_five_publishes_the_nearest_five(count, published) -> None:
    assert rounded(np.array([float(count)]), "round5").tolist() == [published]


def test_round_five_redacts_one_to_seven() -> None:
    assert redacted(np.array([0.0, 1.0, 7.0, 8.0]), "round5").tolist() == [False, True, True, False]


def test_six_children_pass_dfe_and_not_round_five() -> None:
    figures = rows("plans", {("Q2", "total"): 6})
    assert shown(report(figures, {"plans": indicator()}, "dfe")) == {("plans", "Q2", "total"): 6}
    assert shown(report(figures, {"plans": indicator()}, "round5")) == {("plans", "Q2", "total"): "c"}
    assert shown(report(figures, {"plans": indicator()}, "midpoint6")) == {("plans", "Q2", "total"): 3}


def test_a_total_is_the_sum_of_its_rounded_parts() -> None:
    cells = {("Q2", "total"): 46, ("Q2", "a"): 12, ("Q2", "b"): 12, ("Q2", "c"): 22}
    values = shown(report(rows("plans", cells), {"plans": indicator()}, "round5"))
    assert [values["plans", "Q2", c] for c in ("a", "b", "c", "total")] == [10, 10, 20, 40]


def test_a_year_is_the_sum_of_its_rounded_quarters() -> None:
    cells = {("Q1", "total"): 12, ("Q2", "total"): 12, ("year", "total"): 24}
    values = shown(report(rows("plans", cells), {"plans": indicator(breakdowns=[])}, "round5"))
    assert values["plans", "year", "total"] == 20


@pytest.mark.parametrize(("policy", "percent"), [("round5", 100 * 20 / 90), ("midpoint6", 100 * 21 / 87)])
def test_a_percentage_is_made_of_rounded_counts(policy, percent) -> None:
    values = shown(report(rows("share", {("Q2", "total"): (22, 88)}), {"share": SHARE}, policy))
    assert values["share", "Q2", "total"] == pytest.approx(percent)


def test_a_rate_is_made_of_the_rounded_count_and_the_whole_population() -> None:
    rate = indicator(kind="rate", per={"population": "children_0_17"})
    figures = rows("rate", {("Q2", "total"): (22, 90001)}, scale=10000)
    assert shown(report(figures, {"rate": rate}, "round5"))["rate", "Q2", "total"] == pytest.approx(200000 / 90001)


def test_a_sum_of_indicators_is_made_of_rounded_figures() -> None:
    indicators = {
        "joined": indicator(breakdowns=[]), "left": indicator(when="end_date", breakdowns=[]),
        "net": indicator(kind="derived", value="joined - left", breakdowns=[], **{"from": None, "when": None}),
    }  # fmt: skip
    figures = together(
        rows("joined", {("Q2", "total"): 31}), rows("left", {("Q2", "total"): 12}), rows("net", {("Q2", "total"): 19})
    )
    assert shown(report(figures, indicators, "round5"))["net", "Q2", "total"] == 20


def test_rounded_figures_that_leave_no_room_are_hidden_too() -> None:
    cells = {("Q2", "total"): 6, ("Q2", "a"): 2, ("Q2", "b"): 2, ("Q2", "c"): 2}
    values = shown(report(rows("plans", cells), {"plans": indicator()}, "midpoint6"))
    assert "c" in values.values()


def test_the_policy_and_the_decisions_are_kept_with_the_figures() -> None:
    decision = {"indicator": "plans", "reason": "public interest", "approved_by": "Director", "date": "2025-11-01"}
    result = report(rows("plans", {("Q2", "total"): 6}), {"plans": indicator()}, "round5", publish_small=[decision])
    assert shown(result)["plans", "Q2", "total"] == 6
    assert (result.policy, [one.approved_by for one in result.overrides]) == ("round5", ["Director"])
