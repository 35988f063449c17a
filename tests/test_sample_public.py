"""The sample's public report can be built to the end: headline figures stand, officers have written."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from carereport.commentary import read_commentary
from carereport.disclosure import disclose
from carereport.extracts import read_extracts
from carereport.figures import Finding
from carereport.judgement.findings import judge
from carereport.judgement.flows import waterfall
from carereport.judgement.selection import exceptions, positives
from carereport.measures import measure
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from carereport.report.pages.officers import missing_text
from tests.sample_files import FOLDER

ROOT = FOLDER.parent
QUARTER = Quarter(2025, 2)


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


@pytest.fixture(scope="module")
def figures(project: Project) -> pd.DataFrame:
    measured = measure(project, read_extracts(project, FOLDER, QUARTER), QUARTER)
    return disclose(measured.figures, project, QUARTER, measured.within).figures


@pytest.fixture(scope="module")
def findings(figures: pd.DataFrame, project: Project) -> dict[str, Finding]:
    return {found.indicator: found for found in judge(figures, project, QUARTER)}


def test_every_card_and_stage_of_the_journey_shows_its_number(project: Project, findings: dict[str, Finding]) -> None:
    for name in [*project.report.cards, *(stage.indicator for stage in project.report.journey)]:
        leading = findings[name].leading
        assert leading is not None, name
        assert leading.value is not None, name


def test_children_in_care_are_reconciled_to_the_last_return_to_the_child(
    project: Project, findings: dict[str, Finding]
) -> None:
    (flow,) = [one for one in project.report.flows if one.stock == "children_in_care"]
    found = waterfall(flow, tuple(findings.values()), project, QUARTER)
    assert found is not None
    assert [(step.label, step.value) for step in found.steps] == [
        ("Published return", 508), ("Recorded since the return", 3), ("Joined since", 110), ("Left since", -101),
        ("Now", 520),
    ]  # fmt: skip
    assert "made up" in found.source


def test_counts_of_plans_allow_for_siblings(project: Project, findings: dict[str, Finding]) -> None:
    allowed = {name for name, indicator in project.indicators.items() if indicator.cluster}
    assert allowed == {
        "child_protection_plans", "child_protection_plans_rate", "plans_started", "plans_started_rate",
        "second_or_later_plan",
    }  # fmt: skip
    sizes = [found.value.family_size for name in allowed if (found := findings[name]).value is not None]
    assert all(size is not None and size > 1 for size in sizes)
    assert "siblings allowed for" in findings["plans_started_rate"].benchmarks[0].method


def test_the_count_of_three_is_hidden(figures: pd.DataFrame) -> None:
    held = figures[(figures["indicator"] == "plans_two_years") & (figures["period_end"] == pd.Timestamp(QUARTER.end))]
    assert set(held["marker"]) == {"c"}
    assert held["numerator"].isna().all()


def test_six_children_in_homes_not_registered_are_told(findings: dict[str, Finding]) -> None:
    found = findings["children_unregistered_homes"].value
    assert found is not None
    assert found.value == 6


def test_the_story_is_beyond_chance(findings: dict[str, Finding]) -> None:
    assert findings["child_protection_plans"].spc.variation == "unusually_high"
    assert findings["demand_index"].spc.variation == "unusually_high"
    assert findings["assessments_45_days"].spc.variation == "improving"
    assert findings["assessments_45_days"].status == "off_target"
    again = {one.area: one for one in findings["re_referrals_12_months"].benchmarks}["Statistical neighbours"]
    assert (again.comparison, again.clear) == ("better", True)
    touch = {one.area: one for one in findings["care_leavers_in_touch"].benchmarks}["England"]
    assert (touch.comparison, touch.clear) == ("better", True)


def test_nothing_that_officers_must_write_is_missing(project: Project, findings: dict[str, Finding]) -> None:
    commentary, faults = read_commentary(ROOT, QUARTER)
    chosen = exceptions(list(findings.values()), project)[: project.report.exceptions]
    assert faults == []
    assert missing_text(tuple(one.indicator for one in chosen), project, QUARTER, commentary) == []


def test_there_are_as_many_exceptions_as_positives(project: Project, findings: dict[str, Finding]) -> None:
    held = list(findings.values())
    assert len(exceptions(held, project)) >= len(positives(held, project)) > 3


def test_the_scorecard_shows_45_indicators_and_the_spreadsheet_more(project: Project) -> None:
    shown = [name for name, indicator in project.indicators.items() if indicator.scorecard]
    assert len(shown) == 45
    assert len(project.indicators) >= 80


def test_more_than_twenty_indicators_have_target_reason_thresholds_and_published_figures(project: Project) -> None:
    whole = {
        name for name, indicator in project.indicators.items()
        if indicator.definition and indicator.polarity != "neither"
        and indicator.target and all(target.basis and target.reason for target in indicator.target)
        and (indicator.status.tolerance is not None or indicator.status.amber is not None)
        and {"England", "East Midlands"} <= {held.area for held in project.benchmarks.get(name, ())}
        and all(held.period and held.source for held in project.benchmarks[name])
    }  # fmt: skip
    assert len(whole) >= 20, sorted(whole)
    assert {project.indicators[name].section for name in whole} >= {
        "front_door", "protection", "care", "care_leavers", "workforce"}  # fmt: skip


def test_every_indicator_is_fit_for_a_final_report(project: Project) -> None:
    for name, indicator in project.indicators.items():
        assert indicator.definition, name
        assert indicator.source, name
        for target in indicator.target:
            assert target.basis, name
            assert len(target.reason) > 20, name


def test_officers_write_short_sentences_and_name_role_date_and_evidence() -> None:
    commentary, _ = read_commentary(ROOT, QUARTER)
    assert len(commentary) > 12
    for name, text in commentary.items():
        assert text.role, name
        assert text.date, name
        if name.startswith("implications_"):  # advice of lawyers and others, in their own words
            continue
        assert text.evidence, name
        body = "\n\n".join([text.body, *text.sections.values()])
        for sentence in re.split(r"(?<=[.?!])\s|\n\n|\n[-|]|\|", body):
            assert len(sentence.split()) <= 25, (name, sentence)
