"""The committed table of false alarms agrees with its simulation, and sums over a scorecard."""

from __future__ import annotations

import pytest

from carereport.figures import Change, Finding, Spc, SpcPoint
from carereport.judgement.false_alarms import TABLE, charted_points, expected_false_alarms, false_alarm_rate, simulate


@pytest.mark.parametrize("length", [12, 24])
def test_table_agrees_with_another_seeds_simulation(length: int) -> None:
    latest, anywhere = simulate(length, 2500, seed=7)
    # Four standard errors of 2,500 series.
    assert TABLE[length][0] == pytest.approx(latest, abs=0.011)
    assert TABLE[length][1] == pytest.approx(anywhere, abs=0.032)


def test_same_seed_gives_the_same_shares() -> None:
    assert simulate(18, 200) == simulate(18, 200)


def test_scorecard_sums_the_measures_that_have_limits() -> None:
    assert expected_false_alarms([11, 3]) == 0
    assert expected_false_alarms([24] * 10) == pytest.approx(10 * TABLE[24][0])
    assert expected_false_alarms([54] * 30, "any") == pytest.approx(30 * TABLE[54][1])


def test_lengths_between_the_tables_are_in_proportion() -> None:
    low, high = TABLE[54][1], TABLE[60][1]
    assert low < false_alarm_rate(57, "any") < high
    assert false_alarm_rate(500, "any") == TABLE[120][1]


def test_points_are_counted_from_charts_that_have_a_reading() -> None:
    points = tuple(SpcPoint(f"2025-{i:02d}", 1.0, special="common") for i in range(1, 13))
    gap = SpcPoint("2025-13", None)

    def finding(spc: Spc) -> Finding:
        return Finding(
            "a", "", "quarter", None, None, None, None, None, (), (), "information", "", "too_few", Change(None), spc
        )

    read = finding(Spc("xmr", "", points=(*points, gap), variation="usual"))
    short = finding(Spc("xmr", "", points=points))
    assert charted_points([read, short]) == [12]
