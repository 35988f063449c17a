"""Intervals reproduce the worked results and behave at their edges."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from carereport.judgement import intervals
from tests.shared import needs_shared, shared_folder

ORACLE = shared_folder() / "oracles" / "intervals.csv"


def _rows() -> list[dict[str, str]]:
    if not ORACLE.exists():
        return []
    with ORACLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_shared("oracles/intervals.csv")
def test_every_worked_interval_is_reproduced() -> None:
    rows = _rows()
    assert len(rows) == 36
    for row in rows:
        x1, n1 = int(row["x1"]), int(row["n1"])
        if row["method"] == "wilson":
            found = intervals.wilson(x1, n1)
        elif row["method"] == "rate_per_10000":
            found = intervals.rate(x1, n1)
        else:
            found = intervals.newcombe_difference(x1, n1, int(row["x2"]), int(row["n2"]))
        assert found == pytest.approx((float(row["lower"]), float(row["upper"])), abs=1e-8), row


def test_proportions_at_the_ends_stay_within_0_and_1() -> None:
    assert intervals.wilson(0, 20)[0] == 0
    assert intervals.wilson(20, 20)[1] == 1
    assert intervals.wilson(20, 20)[0] == pytest.approx(0.838875, abs=1e-6)


@pytest.mark.parametrize(("x", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_impossible_proportion_is_refused(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="proportion"):
        intervals.wilson(x, n)


def test_small_counts_have_exact_limits() -> None:
    # Garwood's table: 0 gives 0 to 3.689, 5 gives 1.623 to 11.668.
    assert intervals.count(0) == pytest.approx((0, 3.68888), abs=1e-5)
    assert intervals.count(5) == pytest.approx((1.62349, 11.66833), abs=1e-5)


def test_byar_takes_over_at_ten() -> None:
    # By hand: 10 (1 - 1/90 - 1.96 / (3 root 10))^3 and 11 (1 - 1/99 + 1.96 / (3 root 11))^3.
    assert intervals.count(10) == pytest.approx((4.7875, 18.3915), abs=1e-4)


def test_difference_of_equal_counts_spans_nought() -> None:
    lower, upper = intervals.count_difference(40, 40)
    assert lower == pytest.approx(-upper)
    assert lower < 0 < upper


def test_difference_of_far_counts_is_clear() -> None:
    assert intervals.count_difference(140, 80)[0] > 0
    assert intervals.rate_difference(80, 90000, 140, 90000)[1] < 0


def test_mean_takes_students_t() -> None:
    # t(0.975, 3) = 3.18245
    assert intervals.mean(10, 2, 4) == pytest.approx((6.81755, 13.18245), abs=1e-5)


def test_p_value_of_a_proportion_agrees_with_wilson() -> None:
    lower, upper = intervals.wilson(76, 761)
    for edge in (lower, upper):
        assert intervals.proportion_p_value(76, 761, edge) == pytest.approx(0.05, abs=1e-9)


def test_p_value_of_a_count_agrees_with_exact_limits() -> None:
    lower, upper = intervals.count(7)
    assert intervals.count_p_value(7, lower) == pytest.approx(0.05, abs=1e-9)
    assert intervals.count_p_value(7, upper) == pytest.approx(0.05, abs=1e-9)


def test_comparator_of_0_or_100_per_cent_does_not_divide_by_zero() -> None:
    assert intervals.proportion_p_value(0, 30, 0) == 1
    assert intervals.proportion_p_value(3, 30, 0) == 0
    assert intervals.proportion_p_value(30, 30, 1) == 1


@given(st.integers(0, 3000) | st.floats(0.1, 3000), st.floats(0.001, 5000))
def test_the_p_value_of_a_count_is_that_of_scipys_gamma_functions(x: float, expected: float) -> None:
    at_most = float(special.gammaincc(x + 1, expected))
    at_least = 1.0 if x == 0 else float(special.gammainc(x, expected))
    known = min(1.0, 2 * min(at_most, at_least))
    assert intervals.count_p_value(x, expected) == pytest.approx(known, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("x", range(10))
def test_the_limits_of_a_small_count_are_garwoods(x: int) -> None:
    lower = 0.0 if x == 0 else float(special.gammaincinv(x, 0.025))
    assert intervals.count(x) == pytest.approx((lower, float(special.gammaincinv(x + 1, 0.975))), rel=1e-11)
