"""What is published never lets a small number be worked out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from carereport.disclosure import disclose
from carereport.disclosure.policy import small, small_percentage, tells_of_everyone
from tests.disclosure_rows import QUARTER, indicator, project, rows


def shown(disclosed):
    """Return {(period kind, period start, category): value or marker}."""
    table = disclosed.figures
    return {
        (k, str(s.date()), c): (m or v)
        for k, s, c, v, m in zip(
            table["period_kind"], table["period_start"], table["category"], table["value"], table["marker"], strict=True
        )
    }


def test_counts_from_one_to_five_are_small_and_zero_is_not() -> None:
    assert small(np.array([0.0, 1.0, 5.0, 6.0, np.nan])).tolist() == [False, True, True, False, False]


def test_a_percentage_is_small_by_numerator_denominator_or_difference() -> None:
    n, d = np.array([3.0, 40.0, 97.0, 2.0]), np.array([100.0, 80.0, 100.0, 4.0])
    assert small_percentage(n, d).tolist() == [True, False, True, True]


def test_all_or_none_of_a_small_group_tells_of_everyone() -> None:
    assert tells_of_everyone(np.array([0.0, 8.0, 0.0, 0.0]), np.array([8.0, 8.0, 12.0, 0.0])).tolist() == [
        True, True, False, False]  # fmt: skip


def test_one_small_part_of_a_total_takes_a_second_part_with_it() -> None:
    cells = {("Q2", "total"): 60, ("Q2", "north"): 3, ("Q2", "south"): 20, ("Q2", "west"): 37}
    result = disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER)
    values = shown(result)
    assert values["quarter", "2025-07-01", "north"] == "c"
    assert list(values.values()).count("c") == 2
    assert values["quarter", "2025-07-01", "total"] == 60
    assert (result.suppressed, result.secondary) == (2, 1)


def test_zero_is_shown_and_never_hidden() -> None:
    cells = {("Q2", "total"): 43, ("Q2", "north"): 3, ("Q2", "south"): 0, ("Q2", "west"): 40}
    values = shown(disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER))
    assert values["quarter", "2025-07-01", "south"] == 0
    assert values["quarter", "2025-07-01", "west"] == "c"


def test_two_small_parts_whose_sum_is_small_need_a_third() -> None:
    cells = {("Q2", "total"): 60, ("Q2", "north"): 1, ("Q2", "south"): 2, ("Q2", "west"): 27, ("Q2", "east"): 30}
    values = shown(disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER))
    assert list(values.values()).count("c") == 3


def test_a_quarter_cannot_be_worked_out_from_the_year() -> None:
    cells = {("Q1", "total"): 20, ("Q2", "total"): 3, ("year", "total"): 23}
    values = shown(disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER))
    assert list(values.values()).count("c") == 2
    assert values["quarter", "2025-04-01", "total"] == 20


def test_the_same_count_in_two_indicators_is_hidden_in_both() -> None:
    percentage = indicator(kind="percentage", where="team = 'a'", count="late = 'yes'")
    count = indicator(where="team = 'a' and late = 'yes'")
    figures = pd.concat(
        [rows("share", {("Q2", "total"): (4, 90)}), rows("late", {("Q2", "total"): 4})], ignore_index=True
    )
    values = disclose(figures, project({"share": percentage, "late": count}), QUARTER).figures["marker"].tolist()
    assert values == ["c", "c"]


def test_a_recorded_decision_publishes_a_small_number() -> None:
    decision = {"indicator": "plans", "reason": "public interest", "approved_by": "Director", "date": "2025-11-01"}
    settings = project({"plans": indicator()}, disclosure={"publish_small": [decision]})
    result = disclose(rows("plans", {("Q2", "total"): 4}), settings, QUARTER)
    assert result.figures["value"].tolist() == [4]
    assert [override.indicator for override in result.overrides] == ["plans"]


def test_posts_are_not_people() -> None:
    posts = indicator(kind="supplied", value="posts", people=False)
    assert disclose(rows("posts", {("Q2", "total"): 4}), project({"posts": posts}), QUARTER).suppressed == 0


def test_a_sum_of_indicators_goes_with_its_hidden_part() -> None:
    parts = {
        "joined": indicator(),
        "left": indicator(when="end_date"),
        "net": indicator(kind="derived", value="joined - left", **{"from": None, "when": None}),
    }
    figures = pd.concat(
        [rows("joined", {("Q2", "total"): 30}), rows("left", {("Q2", "total"): 4}), rows("net", {("Q2", "total"): 26})],
        ignore_index=True,
    )
    assert disclose(figures, project(parts), QUARTER).figures["marker"].tolist() == ["", "c", "c"]


def test_months_are_published_in_total_only() -> None:
    frame = rows("plans", {("Q2", "total"): 60, ("Q2", "north"): 60})
    month = frame.assign(period_kind="month", period_start=pd.Timestamp("2025-09-01"))
    result = disclose(pd.concat([month, frame], ignore_index=True), project({"plans": indicator()}), QUARTER).figures
    assert sorted(zip(result["period_kind"], result["breakdown"], strict=True)) == [
        ("month", "total"), ("quarter", "total"), ("quarter", "ward")]  # fmt: skip


def test_moving_a_child_between_hidden_cells_changes_nothing_published() -> None:
    first = {("Q2", "total"): 60, ("Q2", "north"): 3, ("Q2", "south"): 2, ("Q2", "west"): 25, ("Q2", "east"): 30}
    second = {**first, ("Q2", "north"): 2, ("Q2", "south"): 3}
    results = [
        disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER).figures.to_csv()
        for cells in (first, second)
    ]
    assert results[0] == results[1]


def feasible(values, total):
    """Return each hidden part's possible values, by trying them all (the slow, obvious way)."""
    hidden = [i for i, v in enumerate(values) if v is None]
    left = total - sum(v for v in values if v is not None)
    found: dict[int, set[int]] = {i: set() for i in hidden}
    for guess in product(range(1, left + 1), repeat=len(hidden)):
        if sum(guess) == left:
            for i, v in zip(hidden, guess, strict=True):
                found[i].add(v)
    return found


@pytest.mark.parametrize("seed", range(25))
def test_no_small_part_can_be_narrowed_by_trying_every_combination(seed) -> None:
    draw = np.random.default_rng(seed)
    parts = draw.choice([0, 1, 2, 3, 5, 6, 8, 14], size=5).tolist()
    total = sum(parts)
    cells = {("Q2", "total"): total, **{("Q2", f"ward {i}"): v for i, v in enumerate(parts)}}
    table = disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER).figures
    held = [None if m == "c" else int(v) for v, m in zip(table["value"], table["marker"], strict=True)]
    if held[0] is None:
        return
    for place, possible in feasible(held[1:], held[0]).items():
        if 1 <= parts[place] <= 5:
            assert (min(possible) <= 5 < max(possible)) or len(possible) >= 5
