"""Which lines a chart draws: a target only against points of the period that it is for."""

from __future__ import annotations

import pytest

from carereport.judgement.findings import judge
from carereport.report import drawings
from carereport.settings import IndicatorSettings
from tests import made_up_report as made


def _drawn(root, indicator, **changed):
    """A measure's chart, its note and its text, with other settings than the made-up council's."""
    settings = {**made.INDICATORS, indicator: {**made.INDICATORS[indicator], **changed}}
    read = IndicatorSettings.model_validate({"indicators": settings})
    project = made.project(root)
    project.indicators.update(read.indicators)
    (finding,) = (f for f in judge(made.figures(read), project, made.QUARTER) if f.indicator == indicator)
    drawn = drawings.control_chart(finding, project.indicators[indicator], project, 108, 50)
    return drawings.control_series(finding, project.indicators[indicator]), drawn.note, str(drawn.picture)


def test_a_quarters_target_is_not_drawn_against_months_but_named(tmp_path):
    series, note, picture = _drawn(tmp_path, "contacts", polarity="low", target=made.local(3000))
    assert not any(series.targets)
    assert "Monthly." in note and "The target is for a quarter." in note
    assert "Target" not in picture


def test_a_quarters_target_is_drawn_against_quarters(tmp_path):
    series, note, picture = _drawn(tmp_path, "contacts", polarity="low", target=made.local(3000),
                                   spc={"period": "quarter"})  # fmt: skip
    assert set(series.targets) == {3000.0}
    assert "Quarterly." in note and "target" not in note
    assert "Target 3,000" in picture


@pytest.mark.parametrize("headline", ["quarter", "rolling_12_months"])
def test_a_target_of_a_percentage_holds_for_any_period(tmp_path, headline):
    series, note, picture = _drawn(tmp_path, "assessments_45_days", headline=headline)
    assert set(series.targets) == {85.0}
    assert "target" not in note
    assert "Target 85%" in picture


def test_a_target_for_a_year_is_not_drawn_against_quarters(tmp_path):
    series, note, _ = _drawn(tmp_path, "contacts", polarity="low", target=made.local(12000),
                             headline="rolling_12_months", spc={"period": "quarter"})  # fmt: skip
    assert not any(series.targets)
    assert "The target is for 12 months." in note


def test_a_measure_without_a_target_says_nothing_of_one(tmp_path):
    _, note, _ = _drawn(tmp_path, "contacts")
    assert "target" not in note
