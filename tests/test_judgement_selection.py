"""Exceptions and positives follow the printed rule, with the same order every time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from carereport.figures import BenchmarkFinding, Change, Figure, Finding, RankBand, Spc
from carereport.judgement.selection import exceptions, positives
from carereport.report_settings import ReportSettings
from carereport.settings import Indicator


@dataclass(frozen=True)
class FakeProject:
    indicators: dict[str, Indicator]
    report: ReportSettings = field(default_factory=ReportSettings)


def _indicator(**given) -> Indicator:
    base = {
        "name": "In time",
        "section": "care",
        "kind": "percentage",
        "from": "reviews",
        "when": "done",
        "polarity": "high",
    }
    return Indicator.model_validate(base | given)


def _finding(
    name="a", status="information", variation="usual", assurance=None, x=60.0, n=100.0, quarters=(), benchmarks=()
):
    figure = Figure(date(2025, 7, 1), date(2025, 9, 30), 100 * x / n, x, n)
    return Finding(
        name, "E06000016", "quarter", figure, None, None, figure, figure,
        tuple(Figure(date(2025, 1, 1), date(2025, 3, 31), value) for value in quarters), (),
        status, "", "no_clear_change", Change(None), Spc("xmr", "", variation=variation, assurance=assurance),
        tuple(benchmarks),
    )  # fmt: skip


def _neighbours(comparison, clear=True):
    return BenchmarkFinding("Statistical neighbours", "2024/25", 70.0, comparison, 50.0, 65.0, "Wilson score", clear)


def _placed(finding, first: int, last: int):
    return replace(finding, rank=RankBand((first + last) // 2, first, last, 151, True, "2024/25"))


def _score(choose, finding, **given) -> int:
    project = FakeProject({"a": _indicator(**given)})
    chosen = choose([finding], project)
    return chosen[0].score if chosen else 0


@pytest.mark.parametrize(
    ("finding", "score"),
    [
        (_finding(status="off_target", assurance="consistently_misses"), 4),
        (_finding(status="off_target", assurance="hit_and_miss"), 2),
        (_finding(variation="concerning"), 3),
        (_finding(status="off_target", assurance="consistently_misses", variation="concerning"), 7),
        (_finding(status="near_target", quarters=(90, 88, 86)), 1),
        (_finding(status="near_target", quarters=(90, 86, 88)), 0),
        (_finding(status="near_target", quarters=(88, 86)), 0),
        (_finding(status="on_target", variation="improving"), 0),
        (_finding(status="too_few"), 0),
    ],
)
def test_exception_scores(finding, score) -> None:
    assert _score(exceptions, finding) == score


def test_worst_quarter_counts_only_beyond_chance_and_with_a_clear_difference_from_neighbours() -> None:
    worse = _finding(benchmarks=[_neighbours("worse")])
    assert _score(exceptions, _placed(worse, 120, 140)) == 3
    assert _score(exceptions, _placed(worse, 100, 140)) == 0  # chance allows a place in the third quarter
    assert _score(exceptions, _placed(_finding(benchmarks=[_neighbours("worse", False)]), 120, 140)) == 0
    assert _score(exceptions, worse) == 0  # no place is known


def test_safety_critical_adds_two_only_to_a_measure_that_scores() -> None:
    assert _score(exceptions, _finding(status="off_target"), safety_critical=True) == 4
    assert _score(exceptions, _finding(status="on_target"), safety_critical=True) == 0


def test_officers_add_an_exception_with_their_reason_and_remove_none() -> None:
    given = {"indicator": "b", "reason": "A new team", "approved_by": "the director"}
    report = ReportSettings.model_validate({"added_exceptions": [given]})
    project = FakeProject({name: _indicator() for name in "abc"}, report)
    findings = [_finding("a", "off_target"), _finding("b"), _finding("c", "off_target")]
    chosen = exceptions(findings, project)
    assert [row.indicator for row in chosen] == ["b", "a", "c"]
    assert chosen[0].reasons == ("added by officers: A new team (approved by the director)",)
    assert [row.indicator for row in positives(findings, project)] == []


def test_ties_go_to_more_children_then_to_the_order_of_the_scorecard() -> None:
    names = ["a", "b", "c", "d"]
    project = FakeProject({name: _indicator() for name in names})
    findings = [
        _finding("a", "off_target", x=90, n=100),
        _finding("b", "off_target", x=50, n=100),
        _finding("c", "off_target", x=90, n=100),
        _finding("d", variation="concerning"),
    ]
    chosen = exceptions(findings, project)
    assert [row.indicator for row in chosen] == ["d", "b", "a", "c"]
    assert [row.affected for row in chosen[1:]] == [50, 10, 10]
    assert chosen[1].reasons == ("off target",)


def test_children_affected_are_the_numerator_where_low_is_good() -> None:
    project = FakeProject({"a": _indicator(polarity="low")})
    (chosen,) = exceptions([_finding("a", "off_target", x=30, n=100)], project)
    assert chosen.affected == 30


def test_positives_mirror_exceptions_but_rest_on_evidence() -> None:
    assert _score(positives, _finding(status="on_target", assurance="consistently_meets", variation="improving")) == 7
    assert _score(positives, _finding(status="on_target", assurance="consistently_meets")) == 0
    assert _score(positives, _finding(status="off_target", variation="improving")) == 3
    better = _finding(status="on_target", benchmarks=[_neighbours("better")])
    assert _score(positives, better) == 2
    assert _score(positives, _placed(better, 2, 30)) == 5
