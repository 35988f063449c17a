"""Stable series raise no more false alarms than the rules' known rate, and shifts are found in the known time.

Every simulation has a fixed seed. Run lengths with limits known: 1 / P(beyond three sigma) for the first
rule alone; Champ and Woodall (1987), Technometrics 29, table 1, for rules together: 9.2, 3.1 and 1.7
points for shifts of 1, 2 and 3 sigma. Theirs have four of five beyond one sigma and eight on a side,
ours seven on a side and seven in a row rising, so the times agree within an eighth.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from carereport.figures import Change
from carereport.judgement.direction import direction_of
from carereport.judgement.false_alarms import TABLE, simulate
from carereport.judgement.spc import Series, control_chart
from carereport.judgement.special_cause import label, outside, tolerance


def _run_length(rng: np.random.Generator, shift: float, rule_1_only: bool) -> int:
    """Return after how many points a shift shows, limits known, the series stable for 7 points before it."""
    values = rng.standard_normal(7)
    while _any_special(values, rule_1_only):
        values = rng.standard_normal(7)
    for length in range(1, 1000):
        values = np.append(values, shift + rng.standard_normal())
        if _any_special(values[-20:], rule_1_only):
            return length
    return 1000


def _any_special(values: np.ndarray, rule_1_only: bool) -> bool:
    centre = np.zeros(len(values))
    if rule_1_only:
        return bool(outside(values, centre - 3, centre + 3, 0.0).any())
    return any(word != "common" for word in label(values, centre, centre - 3, centre + 3, 0.0))


@pytest.mark.parametrize("shift", [2.0, 3.0])
def test_the_first_rule_finds_a_shift_in_the_time_that_theory_gives(shift) -> None:
    rng = np.random.default_rng(11)
    lengths = [_run_length(rng, shift, rule_1_only=True) for _ in range(1500)]
    expected = 1 / (norm.cdf(-3 - shift) + norm.sf(3 - shift))  # 6.30 and 2.00
    assert np.mean(lengths) == pytest.approx(expected, abs=4 * expected / math.sqrt(1500))


@pytest.mark.parametrize(("shift", "published"), [(1.0, 9.22), (2.0, 3.13), (3.0, 1.67)])
def test_the_four_rules_find_a_shift_in_the_published_time(shift, published) -> None:
    rng = np.random.default_rng(12)
    lengths = [_run_length(rng, shift, rule_1_only=False) for _ in range(800)]
    assert np.mean(lengths) == pytest.approx(published, rel=0.125)


def _found_within(shift: float, months: int, series: int = 300) -> float:
    """Return the share of charts on which a shift in the last months of 48 shows at the latest point."""
    rng = np.random.default_rng(13)
    found = 0
    for _ in range(series):
        values = rng.normal(50, 4, 48)
        values[-months:] += 4 * shift
        baseline = np.arange(48) < 36
        periods = tuple(f"2022-{i}" for i in range(48))
        chart = control_chart(Series(periods, values, baseline=baseline), polarity="high")
        found += chart.variation == "improving"
    return found / series


def test_planted_shifts_show_at_the_latest_point_as_their_size_promises() -> None:
    assert _found_within(3.0, 2) > 0.5  # each point alone lies beyond the limit half of the time
    assert _found_within(2.0, 7) > 0.85  # a run of seven above the centre
    assert _found_within(1.0, 9) > 0.84**7 - 0.08  # seven in a row above the centre, less the limits' own error
    assert _found_within(0.0, 9) < 0.03


def test_stable_months_alarm_at_the_known_rate() -> None:
    for length in (24, 60):
        latest, anywhere = simulate(length, 1500, seed=99)
        for found, known in zip((latest, anywhere), TABLE[length], strict=True):
            assert found <= known + 3 * math.sqrt(known * (1 - known) / 1500)


@pytest.mark.parametrize("chart", ["p", "laney_p", "xmr"])
def test_stable_percentages_alarm_no_more_than_the_rules_on_any_of_the_charts(chart) -> None:
    rng = np.random.default_rng(14)
    known, series = TABLE[60][0], 400
    alarms = 0
    for _ in range(series):
        bases = rng.integers(60, 180, 60).astype(float)
        events = rng.binomial(bases.astype(int), 0.35).astype(float)
        held = Series(tuple(map(str, range(60))), 100 * events / bases, events, bases)
        alarms += control_chart(held, chart).variation != "usual"
    assert alarms / series <= known + 3 * math.sqrt(known * (1 - known) / series)


@pytest.mark.parametrize("chart", ["u", "laney_u"])
def test_stable_rates_likewise(chart) -> None:
    rng = np.random.default_rng(15)
    known, series = TABLE[60][0], 400
    alarms = 0
    for _ in range(series):
        bases = rng.integers(4000, 9000, 60).astype(float)
        events = rng.poisson(bases * 0.006).astype(float)
        held = Series(tuple(map(str, range(60))), 10000 * events / bases, events, bases, scale=10000)
        alarms += control_chart(held, chart).variation != "usual"
    assert alarms / series <= known + 3 * math.sqrt(known * (1 - known) / series)


def test_stable_months_have_a_direction_in_about_one_of_twelve() -> None:
    """5% by the slope's test, the rest by a special cause in the quarter; the report prints such rates."""
    rng = np.random.default_rng(16)
    words = []
    for _ in range(400):
        values = rng.normal(50, 4, 60)
        chart = control_chart(Series(tuple(map(str, range(60))), values))
        words.append(direction_of(Change(0.0, -2.0, 2.0, False), chart, values[-24:]))
    assert "too_few" not in words
    assert np.mean([word != "no_clear_change" for word in words]) < 0.13


def _plain_labels(values: list[float], centre: float, lower: float, upper: float) -> list[str]:
    """The four rules once more, written as they are read, for stretches without ties."""
    size = len(values)
    near_high, near_low = centre + (upper - centre) * 2 / 3, centre - (centre - lower) * 2 / 3
    found: list[str | None] = [None] * size

    def name(index: int, word: str) -> None:
        found[index] = found[index] or word

    for i, value in enumerate(values):
        if value > upper or value < lower:
            name(i, "outside_high" if value > upper else "outside_low")
    for rising in (True, False):
        for first in range(size - 6):
            window = values[first : first + 7]
            if all((b > a) == rising for a, b in pairwise(window)):
                for i in range(first, first + 7):
                    name(i, "trend_rising" if rising else "trend_falling")
    for first in range(size - 2):
        places = range(first, first + 3)
        for high in (True, False):
            near = [i for i in places if (near_high < values[i] <= upper if high else lower <= values[i] < near_low)]
            if len(near) >= 2 and all((values[i] > centre) == high for i in places):
                for i in near:
                    name(i, "two_of_three_high" if high else "two_of_three_low")
    for first in range(size - 6):
        sides = {value > centre for value in values[first : first + 7]}
        if len(sides) == 1:
            for i in range(first, first + 7):
                name(i, "shift_high" if sides == {True} else "shift_low")
    return [word or "common" for word in found]


def test_labels_agree_with_a_plain_second_reading_of_the_rules() -> None:
    rng = np.random.default_rng(17)
    for number in range(300):
        values = rng.normal(0, 1, 40) + np.where(np.arange(40) > 25, rng.choice([0, 1.5, -1.5]), 0)
        if number % 3 == 0:
            values[10:19] = np.sort(values[10:19])[:: rng.choice([1, -1])]
        line = np.ones(40)
        found = label(values, 0 * line, -2.4 * line, 2.4 * line, tolerance(values))
        plain = _plain_labels(values.tolist(), 0.0, -2.4, 2.4)
        both = [{a, b} for a, b in zip(found, plain, strict=True)]
        turns = {i for i, words in enumerate(both) if words == {"trend_rising", "trend_falling"}}
        assert [word for i, word in enumerate(found) if i not in turns] == [
            word for i, word in enumerate(plain) if i not in turns
        ]
