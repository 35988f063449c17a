"""Sums that nobody declared: what follows from the configuration is found and protected."""

from __future__ import annotations

import pytest

from carereport.disclosure import disclose
from carereport.disclosure.concepts import conjuncts, opposite
from tests.disclosure_rows import QUARTER, indicator, project, rows, shown, together


def hidden(figures, indicators, **report) -> set[tuple[str, str, str]]:
    values = shown(disclose(figures, project(indicators, **report), QUARTER))
    return {key for key, value in values.items() if value == "c"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = 1 and b = 'x'", "b = 'x'   and (a = 1)"),
        ("n between 2 and 4", "n >= 2 and n <= 4"),
        ("code in ('a', 'b')", "code in ('b','a')"),
        ("not (a = 1 or b = 2)", "a <> 1 and b <> 2"),
        ("code in ('a')", "code = 'a'"),
    ],
)
def test_a_condition_is_the_same_however_it_is_written(one, other) -> None:
    assert conjuncts(one) == conjuncts(other)


def test_the_opposite_of_a_condition_is_found() -> None:
    assert opposite("days(a, b) <= 45") == "(days(a, b) > 45)"
    assert opposite("a = 1 and b = 2") == "not ((a = 1) and (b = 2))"


def test_the_rest_of_a_published_count_is_protected_though_no_row_shows_it() -> None:
    indicators = {"all": indicator(), "some": indicator(where="team = 'a'")}
    figures = together(rows("all", {("Q2", "total"): 43}), rows("some", {("Q2", "total"): 40}))
    assert len(hidden(figures, indicators)) == 1


def test_a_rest_over_five_costs_nothing() -> None:
    indicators = {"all": indicator(), "some": indicator(where="team = 'a'")}
    figures = together(rows("all", {("Q2", "total"): 60}), rows("some", {("Q2", "total"): 40}))
    assert hidden(figures, indicators) == set()


def test_opposite_conditions_give_each_other_away() -> None:
    indicators = {
        "all": indicator(),
        "late": indicator(where="days(start_date, seen) > 5"),
        "in_time": indicator(where="days(start_date, seen) <= 5"),
    }
    figures = together(
        rows("all", {("Q2", "total"): 60}), rows("late", {("Q2", "total"): 4}), rows("in_time", {("Q2", "total"): 56})
    )
    assert len(hidden(figures, indicators)) == 2


def test_a_category_is_the_same_count_as_an_indicator_of_that_code() -> None:
    indicators = {"all": indicator(breakdowns=["source"]), "police": indicator(where="source = 'police'")}
    cells = {("Q2", "total"): 60, ("Q2", "police"): 3, ("Q2", "school"): 30, ("Q2", "health"): 27}
    found = hidden(together(rows("all", cells, "source"), rows("police", {("Q2", "total"): 3})), indicators)
    assert ("police", "Q2", "total") in found
    assert ("all", "Q2", "police") in found


def test_a_rate_gives_its_count_away() -> None:
    rate = indicator(kind="rate", per={"population": "children_0_17"})
    figures = together(rows("plans", {("Q2", "total"): 4}), rows("rate", {("Q2", "total"): (4, 90000)}, scale=10000))
    assert len(hidden(figures, {"plans": indicator(), "rate": rate})) == 2


def test_who_left_a_ward_cannot_be_worked_out_from_stock_and_starts() -> None:
    indicators = {"stock": indicator(open=["start_date", "end_date"]), "starts": indicator()}
    stock = {("Q1", "total"): 100, ("Q1", "a"): 40, ("Q1", "b"): 60}
    stock |= {("Q2", "total"): 120, ("Q2", "a"): 47, ("Q2", "b"): 73}
    starts = {("Q2", "total"): 40, ("Q2", "a"): 10, ("Q2", "b"): 30}
    figures = together(rows("stock", stock), rows("starts", starts))
    assert len(hidden(figures, indicators)) >= 2  # 40 + 10 - 47 = 3 left ward a


def test_stock_starts_and_ends_protect_each_other() -> None:
    indicators = {
        "stock": indicator(open=["start_date", "end_date"]), "starts": indicator(), "ends": indicator(when="end_date"),
    }  # fmt: skip
    figures = together(
        rows("stock", {("Q1", "total"): 100, ("Q2", "total"): 127}), rows("starts", {("Q2", "total"): 30}),
        rows("ends", {("Q2", "total"): 3}),
    )  # fmt: skip
    assert len(hidden(figures, indicators)) == 2


def test_a_flow_account_of_the_report_is_a_sum_whatever_tables_it_counts() -> None:
    """Those at the start and the end and who joined told who left, a line below on the page: 100 + 30 - 127 = 3."""
    indicators = {
        "stock": indicator(**{"from": "s"}, open=["start_date", "end_date"]), "starts": indicator(),
        "ends": indicator(**{"from": "x"}, when="end_date"),
    }  # fmt: skip
    figures = together(
        rows("stock", {("Q1", "total"): 100, ("Q2", "total"): 127}), rows("starts", {("Q2", "total"): 30}),
        rows("ends", {("Q2", "total"): 3}),
    )  # fmt: skip
    assert len(hidden(figures, indicators)) == 1
    flows = [{"name": "children on plans", "stock": "stock", "joined": "starts", "left": "ends"}]
    assert len(hidden(figures, indicators, flows=flows)) == 2


def test_parts_declared_of_a_whole_are_a_sum() -> None:
    indicators = {"whole": indicator(), "alone": indicator(**{"from": "x"}), "other": indicator(**{"from": "y"})}
    figures = together(
        rows("whole", {("Q2", "total"): 50}), rows("alone", {("Q2", "total"): 3}), rows("other", {("Q2", "total"): 47})
    )
    assert len(hidden(figures, indicators)) == 1
    relations = [{"whole": "whole", "parts": ["alone", "other"]}]
    assert len(hidden(figures, indicators, relations=relations)) == 2


def test_wards_do_not_give_each_other_away_within_their_locality() -> None:
    nested = indicator(breakdowns=[{"ward": {"within": "locality"}}])
    wards = {("Q2", "total"): 90, ("Q2", "w1"): 3, ("Q2", "w2"): 27, ("Q2", "w3"): 20, ("Q2", "w4"): 40}
    figures = together(rows("plans", wards), rows("plans", {("Q2", "n"): 30, ("Q2", "s"): 60}, "locality"))
    within = {("plans", "ward"): {"w1": "n", "w2": "n", "w3": "s", "w4": "s"}}
    values = shown(disclose(figures, project({"plans": nested}), QUARTER, within))
    assert values["plans", "Q2", "w2"] == "c" or values["plans", "Q2", "n"] == "c"


def test_children_counted_once_do_not_add_up_and_are_protected_all_the_same() -> None:
    once = indicator(distinct="child_id")
    cells = {("Q2", "total"): 58, ("Q2", "a"): 3, ("Q2", "b"): 20, ("Q2", "c"): 37}
    values = shown(disclose(rows("plans", cells), project({"plans": once}), QUARTER))
    assert values["plans", "Q2", "a"] == "c"


def test_a_breakdown_that_is_nearly_all_small_is_withheld_and_its_total_stays() -> None:
    cells = {("Q2", "total"): (30, 42), ("Q2", "a"): (10, 13), ("Q2", "b"): (9, 12), ("Q2", "c"): (11, 17)}
    share = indicator(kind="percentage", count="late = 'yes'")
    cells[("Q2", "c")] = (11, 15)
    cells[("Q2", "total")] = (30, 40)
    result = disclose(rows("share", cells), project({"share": share}), QUARTER)
    assert result.withheld == (("share", "ward"),)
    assert shown(result) == {("share", "Q2", "total"): 75.0}


def test_a_year_of_small_numerators_is_shown_where_it_is_over_five() -> None:
    share = indicator(kind="percentage", count="late = 'yes'", breakdowns=[])
    cells = {("Q3-24", "total"): (4, 90), ("Q4-24", "total"): (5, 80)}
    cells |= {("Q1", "total"): (3, 70), ("Q2", "total"): (4, 90)}
    cells["12 months", "total"] = (16, 330)
    values = shown(disclose(rows("share", cells), project({"share": share}), QUARTER))
    assert values["share", "12 months", "total"] == pytest.approx(1600 / 330)
    assert [values["share", q, "total"] for q in ("Q3-24", "Q4-24", "Q1", "Q2")] == ["c"] * 4


def test_a_year_of_small_counts_is_hidden_since_each_might_be_one() -> None:
    cells = {("Q3-24", "total"): 2, ("Q4-24", "total"): 2, ("Q1", "total"): 1, ("Q2", "total"): 2}
    cells["12 months", "total"] = 7
    values = shown(disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER))
    assert values["plans", "12 months", "total"] == "c"


def test_days_supplied_count_nobody() -> None:
    days = indicator(kind="supplied", value="days", unit="days", stock=True, breakdowns=[])
    assert hidden(rows("days", {("Q2", "total"): 4}), {"days": days}) == set()
