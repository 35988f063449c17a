"""Pairs, flow accounts, the way from the last return, and early warnings that must earn their place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pytest

from carereport.comparators import PublishedFigure
from carereport.figures import Change, Figure, Finding, Spc, SpcPoint
from carereport.judgement.early_warning import Record, backtest, turns, warning_text, with_warnings
from carereport.judgement.flows import NOT_EXPLAINED, check_flows, flow_accounts, waterfall
from carereport.judgement.together import Theme, flattering_pairs, themes
from carereport.quarters import Quarter, add_months, month_end
from carereport.report_settings import ReportSettings
from carereport.settings import Indicator
from carereport.wording.lint import faults_of
from carereport.wording.statement import word_findings

QUARTER = Quarter.parse("Q2-2025")


@dataclass(frozen=True)
class FakeProject:
    indicators: dict[str, Indicator]
    report: ReportSettings = field(default_factory=ReportSettings)
    benchmarks: dict[str, tuple[PublishedFigure, ...]] = field(default_factory=dict)
    area: str = ""


def _indicator(**given) -> Indicator:
    base = {"name": "Cases", "section": "care", "kind": "count", "from": "t", "when": "d", "polarity": "low"}
    return Indicator.model_validate(base | given)


def _finding(name: str, status="information", variation="usual", value: float | None = 12.0, **given) -> Finding:
    figure = Figure(date(2025, 7, 1), date(2025, 9, 30), value, value)
    return Finding(
        indicator=name, area="", headline="quarter", value=figure, previous=None, same_quarter_last_year=None,
        year_to_date=figure, rolling_12_months=None, quarters=(figure,), months=(), status=status, status_rule="",
        direction="too_few", change=Change(None), spc=Spc("xmr", "", 10.0, 5.0, 15.0, variation=variation), **given,
    )  # fmt: skip


# ------------------------------------------------------------------------ pairs


@pytest.mark.parametrize(
    ("status", "variation", "other", "side"),
    [
        ("on_target", "usual", {"status": "off_target"}, "off_target"),
        ("off_target", "improving", {"variation": "concerning"}, "concerning"),
        ("on_target", "usual", {"variation": "unusually_high"}, "unusually_high"),
        ("on_target", "usual", {"status": "near_target"}, None),
        ("off_target", "usual", {"status": "off_target"}, None),
    ],
)
def test_a_pair_is_flagged_where_one_side_looks_good_and_the_other_does_not(status, variation, other, side) -> None:
    project = FakeProject({"a": _indicator(pair=["b"]), "b": _indicator()})
    found = flattering_pairs([_finding("a", status, variation), _finding("b", **other)], project)
    assert [pair.side for pair in found] == ([side] if side else [])


def test_the_other_side_is_told_with_its_figure() -> None:
    project = FakeProject({"a": _indicator(pair=["b"]), "b": _indicator(name="Assessments overdue")})
    worded = word_findings([_finding("a", "on_target"), _finding("b", "off_target", value=1109.0)], project, QUARTER)
    (said,) = [sentence for sentence in worded[0].sentences if sentence.rule == "P1"]
    assert said.text == "Read this beside assessments overdue: 1,109, off target."
    assert said.figures == ("1,109",)


def test_a_hidden_figure_of_the_other_side_stays_hidden() -> None:
    project = FakeProject({"a": _indicator(pair=["b"]), "b": _indicator()})
    worded = word_findings([_finding("a", "on_target"), _finding("b", "off_target", value=None)], project, QUARTER)
    assert [s.text for s in worded[0].sentences if s.rule == "P1"] == ["Read this beside cases: off target."]


# ------------------------------------------------------------------------ flows


def _flow_project(**given) -> FakeProject:
    report = ReportSettings.model_validate(
        {"council": {"name": "Ashcombe"},
         "flows": [{"name": "children on plans", "stock": "open", "joined": "starts", "left": ["ends", "moved"]}]}
    )  # fmt: skip
    names = ("open", "starts", "ends", "moved")
    return FakeProject({name: _indicator() for name in names}, report, **given)


def _months(values, last=date(2025, 9, 1)) -> tuple[Figure, ...]:
    starts = [add_months(last, 1 - len(values) + i) for i in range(len(values))]
    return tuple(Figure(s, month_end(s), v, v) for s, v in zip(starts, values, strict=True))


def _flow_findings(start=100.0, end=130.0, moved: float | None = 5.0) -> list[Finding]:
    before = Figure(date(2025, 1, 1), date(2025, 3, 31), start, start)
    stock = _finding("open", value=end)
    stock = replace(stock, quarters=(before, *stock.quarters), months=_months([100.0, 104, 110, 115, 120, 125, end]))
    return [
        stock,
        replace(_finding("starts", value=55.0), months=_months([9.0] * 5 + [10.0])),
        replace(_finding("ends", value=20.0), months=_months([3.0] * 5 + [5.0])),
        replace(_finding("moved", value=moved), months=_months([1.0] * 4 + [0.5, 0.5])),
    ]


def test_an_account_that_adds_up_leaves_nothing_over() -> None:
    (account,) = flow_accounts(_flow_findings(), _flow_project(), QUARTER)
    assert (account.start, account.end, account.unexplained) == (100, 130, 0)
    assert account.left == (("ends", 20.0), ("moved", 5.0))
    assert check_flows(_flow_findings(), _flow_project(), QUARTER) == []


def test_one_child_too_many_is_a_finding() -> None:
    (fault,) = check_flows(_flow_findings(end=131.0), _flow_project(), QUARTER)
    assert (fault.code, fault.severity) == ("JD020", "warning")
    assert "131" not in fault.message


def test_nothing_is_said_of_an_account_with_a_suppressed_part() -> None:
    (account,) = flow_accounts(_flow_findings(end=999.0, moved=None), _flow_project(), QUARTER)
    assert account.unexplained is None


def test_the_way_from_the_last_return_names_what_was_recorded_since() -> None:
    returned = PublishedFigure("open", "Ashcombe", "2025-03-31", date(2025, 3, 31), 97.0, "number", "", "DfE", 0)
    project = _flow_project(benchmarks={"open": (returned,)})
    found = waterfall(project.report.flows[0], _flow_findings(), project, QUARTER)
    assert found is not None
    assert [(step.label, step.value) for step in found.steps] == [
        ("Published return", 97.0), ("Recorded since the return", 3.0), ("Joined since", 55.0), ("Left since", -25.0),
        ("Now", 130.0),
    ]  # fmt: skip
    assert sum(step.value for step in found.steps[:-1]) == found.steps[-1].value


def test_a_child_who_is_not_accounted_for_is_a_step_of_its_own() -> None:
    returned = PublishedFigure("open", "Ashcombe", "2025-03-31", date(2025, 3, 31), 97.0, "number", "", "DfE", 0)
    project = _flow_project(benchmarks={"open": (returned,)})
    found = waterfall(project.report.flows[0], _flow_findings(end=131.0), project, QUARTER)
    assert found is not None
    assert [step.value for step in found.steps if step.label == NOT_EXPLAINED] == [1.0]


def test_no_way_without_a_return() -> None:
    project = _flow_project()
    assert waterfall(project.report.flows[0], _flow_findings(), project, QUARTER) is None


# --------------------------------------------------------------------- warnings

THEME = Theme("Pressure", ("a", "b", "c"))
OPEN = _indicator(open=["s", "e"], when=None, polarity="neither", theme="Pressure")
LAST = date(2025, 9, 30)


def _stock(seed: int, grows_from: int = 50, size: int = 96) -> tuple[Figure, ...]:
    """A stock that is stable at 400 until it grows by 25 a month."""
    rng = np.random.default_rng(seed)
    level = 400 + 25.0 * np.maximum(np.arange(size) - grows_from, 0)
    return _months([float(round(v)) for v in level + rng.normal(0, 4, size)])


def test_a_rule_that_comes_before_worsenings_has_a_good_record_and_is_shown() -> None:
    months = {name: _stock(seed) for seed, name in enumerate("abc")}
    record = backtest(THEME, dict.fromkeys("abc", OPEN), months, LAST)
    assert record.warned >= 5
    assert record.precision is not None
    assert record.base_rate is not None
    assert record.precision > record.base_rate
    assert record.is_shown
    assert record.lead_months is not None
    assert 3 <= record.lead_months <= 6


def test_noise_alone_gives_no_record_worth_showing() -> None:
    months = {name: _stock(seed, 96) for seed, name in enumerate("abc", start=10)}
    record = backtest(THEME, dict.fromkeys("abc", OPEN), months, LAST)
    assert not record.is_shown
    assert record.months > 60


def test_the_replay_knows_no_more_than_was_known_then() -> None:
    months = _stock(1)
    cut = add_months(LAST, -20)
    early = turns(OPEN, months, month_end(cut))
    assert early == {month for month in turns(OPEN, months, LAST) if month <= cut}


def test_shares_are_of_what_they_say() -> None:
    record = Record("Pressure", months=60, warned=10, right=6, worsened=12, lead_months=3.5)
    assert (record.precision, record.recall, record.base_rate, record.no_change) == (0.6, 0.5, 0.2, 0.8)
    assert record.is_shown
    assert not replace(record, right=5).is_shown  # no better than "no change" where it warned
    assert not replace(record, warned=4, right=4).is_shown  # too few to tell
    assert not replace(record, worsened=40).is_shown  # worsening was as likely without a warning
    assert not replace(record, warned=0, right=0).is_shown


def test_a_warning_stands_at_the_measures_that_turned_and_tells_its_record() -> None:
    project = FakeProject(dict.fromkeys("abc", OPEN))
    held = [replace(_finding(name), months=_stock(seed, 96 if name == "c" else 50)) for seed, name in enumerate("abc")]
    found = with_warnings(held, project, LAST)
    assert [finding.warning is not None for finding in found] == [True, True, False]
    text = found[0].warning or ""
    assert text.startswith("Early warning on pressure: 2 of 3 measures turned for the worse within three months.")
    assert list(faults_of(text)) == []


@pytest.mark.parametrize("label", ["outside_high", "outside_low"])
def test_a_warning_is_by_the_months_of_its_record_whatever_chart_is_shown(label) -> None:
    project = FakeProject(dict.fromkeys("abc", OPEN))
    shown = Spc("t", "", points=(SpcPoint("2025-09", 9.0, 1.0, 2.0, label),), variation="improving")
    held = [replace(_finding(name), months=_stock(seed, 96), spc=shown) for seed, name in enumerate("abc")]
    assert not any(finding.warning for finding in with_warnings(held, project, LAST))


def test_the_words_of_a_warning_hold_its_numbers() -> None:
    record = Record("Pressure", 60, 10, 6, 12, 3.5)
    text = warning_text(THEME, [OPEN, OPEN], record)
    assert "in 6 of 10 months with such a warning" in text
    assert "in 12 of 60 months" in text


def test_a_theme_needs_two_indicators() -> None:
    project = FakeProject({"a": _indicator(theme="One"), "b": _indicator(theme="Two"), "c": _indicator(theme="Two")})
    assert themes(project) == (Theme("Two", ("b", "c")),)
