"""Direction needs a special cause or a slope; slopes and tests agree with worked values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from carereport.figures import Change, Spc, SpcPoint
from carereport.judgement.direction import direction_of, mann_kendall, slope_sign, theil_sen

UP, UNCLEAR, DOWN = Change(4.0, 1.0, 7.0, True), Change(1.0, -2.0, 4.0, False), Change(-4.0, -7.0, -1.0, True)
UNKNOWN = Change(None)
FLAT = np.array([10.0, 11.0] * 12)
RISING = np.arange(24.0)


def _spc(*labels: str) -> Spc:
    points = tuple(SpcPoint(f"2025-{7 + i:02d}", 1.0, 0.0, 2.0, word) for i, word in enumerate(labels))
    return Spc("xmr", "", points=points, variation="usual")


USUAL = _spc("common", "common", "common")
TOO_SHORT = Spc("none", "")


def test_slope_is_the_median_of_pairs() -> None:
    assert theil_sen(np.array([1.0, 2.0, np.nan, 4.0, 40.0])) == 5.375  # of 1, 1, 1, 9.75, 19, 36
    assert theil_sen(np.array([0.0, 2.0, 4.0, 100.0, 8.0])) == 2.0


def test_mann_kendall_counts_pairs_and_corrects_ties() -> None:
    # By hand: 1 2 2 3 has S = 5, variance (4*3*13 - 2*1*9) / 18 = 7.6667, z = 4 / 2.7689 = 1.4446.
    score, p_value = mann_kendall(np.array([1.0, 2.0, 2.0, 3.0]))
    assert score == 5
    assert p_value == pytest.approx(0.14857, abs=1e-4)


def test_constant_months_have_no_slope() -> None:
    assert slope_sign(np.full(24, 3.0)) == 0


def test_slope_needs_twelve_values() -> None:
    assert slope_sign(np.r_[np.full(13, np.nan), np.arange(11.0)]) is None
    assert slope_sign(np.r_[np.full(12, np.nan), np.arange(12.0)]) == 1


def test_a_special_cause_or_a_slope_makes_a_direction() -> None:
    assert direction_of(UP, _spc("common", "common", "shift_high"), FLAT) == "rising"
    assert direction_of(UNKNOWN, _spc("common", "common", "trend_falling"), -RISING) == "falling"
    assert direction_of(DOWN, USUAL, -RISING) == "falling"
    assert direction_of(UNCLEAR, USUAL, RISING) == "rising"
    assert direction_of(UNKNOWN, _spc("common", "common", "shift_low"), FLAT) == "falling"


def test_a_long_gap_between_events_points_to_fewer_of_them() -> None:
    assert direction_of(UNKNOWN, replace(_spc("common", "common", "outside_high"), chart="t"), FLAT) == "falling"
    assert direction_of(UNKNOWN, replace(_spc("common", "common", "outside_low"), chart="g"), FLAT) == "rising"
    assert direction_of(UP, replace(_spc("common", "common", "outside_high"), chart="t"), FLAT) == "no_clear_change"


def test_two_points_alone_make_none_and_signals_that_disagree_neither() -> None:
    assert direction_of(UP, USUAL, FLAT) == "no_clear_change"
    assert direction_of(UP, _spc("outside_low", "common", "common"), FLAT) == "no_clear_change"
    assert direction_of(DOWN, USUAL, RISING) == "no_clear_change"
    assert direction_of(UNCLEAR, USUAL, -RISING) == "no_clear_change"
    assert direction_of(UNCLEAR, _spc("shift_high", "shift_high", "shift_high"), -RISING) == "no_clear_change"


def test_a_level_that_was_as_unusual_a_year_ago_is_no_movement() -> None:
    assert direction_of(UNCLEAR, _spc(*["shift_high"] * 15), FLAT) == "no_clear_change"
    assert direction_of(UNCLEAR, _spc(*["common"] * 8, *["shift_high"] * 7), FLAT) == "rising"


def test_two_points_alone_are_too_few() -> None:
    assert direction_of(UP, TOO_SHORT, np.full(24, np.nan)) == "too_few"
    assert direction_of(UP, TOO_SHORT, RISING[-11:]) == "too_few"
