"""Status follows the printed rule on unrounded values, boundaries included."""

from __future__ import annotations

from datetime import date

import pytest

from carereport.figures import Figure
from carereport.judgement.status import parse_threshold, status_of, target_at
from carereport.settings import Indicator

END = date(2025, 9, 30)


def _indicator(**given) -> Indicator:
    base = {"name": "Made in time", "section": "care", "kind": "percentage", "from": "reviews", "polarity": "high"}
    return Indicator.model_validate(base | given)


def _figure(value: float | None, marker: str = "") -> Figure:
    return Figure(date(2025, 7, 1), END, value, marker=marker)


@pytest.mark.parametrize(
    ("value", "status"),
    [(85, "on_target"), (100, "on_target"), (84.999999, "near_target"), (80.75, "near_target"), (80.74, "off_target")],
)
def test_default_tolerance_is_five_per_cent_of_the_target(value: float, status: str) -> None:
    found, rule = status_of(_indicator(target=85), _figure(value), END)
    assert found == status
    assert rule == (
        "On target: 85% or more. Near target: 80.75% or more (worse by no more than 5% of the target). "
        "Otherwise off target."
    )


@pytest.mark.parametrize(("value", "status"), [(3, "on_target"), (8, "near_target"), (8.01, "off_target")])
def test_tolerance_is_in_points_where_the_target_is_under_ten(value: float, status: str) -> None:
    found, rule = status_of(_indicator(target=3, polarity="low"), _figure(value), END)
    assert found == status
    assert "8% or less (worse by no more than 5 percentage points)" in rule


def test_target_of_ten_takes_per_cent() -> None:
    assert status_of(_indicator(target=10, polarity="low"), _figure(10.5), END)[0] == "near_target"
    assert status_of(_indicator(target=10, polarity="low"), _figure(10.51), END)[0] == "off_target"


def test_value_that_binary_numbers_cannot_hold_meets_its_boundary() -> None:
    assert status_of(_indicator(target=0.3), _figure(0.1 + 0.2), END)[0] == "on_target"
    assert status_of(_indicator(target=0.3, polarity="low"), _figure(0.1 + 0.2), END)[0] == "on_target"


@pytest.mark.parametrize(
    ("unit", "polarity", "target", "rule"),
    [
        ("days", "low", 1, "On target: 1 day or less. Near target: 6 days or less (worse by no more than 5 days)."),
        ("score", "high", 2, "On target: 2 or more. Near target: −3 or more (worse by no more than 5 points)."),
        ("number", "high", -2, "On target: −2 or more. Near target: −7 or more (worse by no more than 5 points)."),
    ],
)
def test_a_rule_names_its_limits_as_the_report_does(unit: str, polarity: str, target: float, rule: str) -> None:
    rated = _indicator(kind="mean", of="days", unit=unit, polarity=polarity, target=target)
    assert status_of(rated, _figure(0), END)[1] == f"{rule} Otherwise off target."


def test_without_tolerance_nothing_is_near() -> None:
    rated = _indicator(target=85, status={"tolerance": 0})
    assert status_of(rated, _figure(84.9), END) == ("off_target", "On target: 85% or more. Otherwise off target.")


def test_explicit_thresholds_win_over_the_target() -> None:
    rated = _indicator(target=95, status={"green": ">= 85", "amber": ">= 80"})
    assert status_of(rated, _figure(86), END) == (
        "on_target", "On target: 85% or more. Near target: 80% or more. Otherwise off target.",
    )  # fmt: skip
    assert status_of(rated, _figure(80), END)[0] == "near_target"
    assert status_of(rated, _figure(79.99), END)[0] == "off_target"


def test_without_polarity_or_target_a_figure_is_for_information() -> None:
    assert status_of(_indicator(polarity="neither", target=85), _figure(90), END)[0] == "information"
    assert status_of(_indicator(), _figure(90), END)[0] == "information"


def test_suppressed_and_low_base_figures_are_too_few_to_rate() -> None:
    rated = _indicator(target=85)
    assert status_of(rated, _figure(None, "c"), END)[0] == "too_few"
    assert "suppressed" in status_of(rated, _figure(None, "c"), END)[1]
    assert status_of(rated, _figure(90, "u"), END)[0] == "too_few"
    assert status_of(rated, None, END)[0] == "too_few"


def test_target_is_the_latest_in_force_at_the_quarters_end() -> None:
    indicator = _indicator(
        target=[{"value": 80}, {"value": 85, "from": "2025-04-01"}, {"value": 90, "from": "2026-04-01"}]
    )
    assert target_at(indicator.target, END).value == 85
    assert target_at(indicator.target, date(2025, 3, 31)).value == 80
    assert status_of(indicator, _figure(86), END)[0] == "on_target"


def test_between_is_read_and_worded() -> None:
    band = parse_threshold("between 40 and 60")
    assert [band.holds(value) for value in (39.9, 40, 60, 60.1)] == [False, True, True, False]
    assert band.words("percent") == "40% to 60%"


@pytest.mark.parametrize("text", ["85", "=> 85", ">= eighty", "between 3", ""])
def test_unreadable_threshold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write a threshold as"):
        parse_threshold(text)
