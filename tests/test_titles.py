"""Titles of every measure that comes with the project, in every state: a sentence of at most 15 words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from carereport.figures import Change, Figure, Finding, Spc
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from carereport.report.pages.journey import _conversion, stage_bar
from carereport.report.pages.material import Material
from carereport.report_settings import JourneyStage
from carereport.settings import Indicator
from carereport.wording.headlines import conversion, finding_title
from carereport.wording.lint import faults_of, untraced
from tests import made_up_report as made

ROOT = Path(__file__).parents[1]
QUARTER = Quarter(2025, 2)
VARIATIONS = {
    "high": ("usual", "improving", "concerning"),
    "low": ("usual", "improving", "concerning"),
    "neither": ("usual", "unusually_high", "unusually_low"),
}


@cache
def project() -> Project:
    return load_project(ROOT)


def figure(value: float | None, end: date = QUARTER.end, marker: str = "") -> Figure:
    return Figure(date(end.year, 7, 1), end, value, value, 1000.0 if value is not None else None, marker)


def titles(id_: str, indicator: Indicator) -> list[str]:
    """The title of a measure in every state that a report can meet."""
    now = figure(76.4)
    finding = Finding(
        indicator=id_, area="", headline=indicator.headline, value=now, previous=None, same_quarter_last_year=None,
        year_to_date=now, rolling_12_months=now, quarters=(now,), months=(), status="information", status_rule="",
        direction="no_clear_change", change=Change(None), spc=Spc("xmr", "", 70.0, 60.0, 80.0),
    )  # fmt: skip
    states = ("on_target", "near_target", "off_target") if indicator.target else ("information",)
    found = []
    for status, variation, ago in product(states, VARIATIONS[indicator.polarity], (12.3, 76.4, 99.9)):
        one = replace(
            finding, status=status, spc=replace(finding.spc, variation=variation), change=Change(1.0, clear=True),
            same_quarter_last_year=figure(ago, date(2024, 9, 30)),
        )  # fmt: skip
        found.append(finding_title(one, indicator, QUARTER).text)
    hidden = replace(finding, value=figure(None, marker="c"), headline="quarter")
    return [*found, finding_title(hidden, indicator, QUARTER).text]


@pytest.mark.parametrize("id_", sorted(project().indicators))
def test_a_title_has_15_words_at_most_and_one_verb(id_: str) -> None:
    for title in titles(id_, project().indicators[id_]):
        assert len(title.split()) <= 15, title
        verbs = sum(f" {verb} " in title for verb in ("rose to", "fell to", "stood at"))
        assert verbs == (0 if title.endswith(": too small to publish") else 1), title


@pytest.mark.parametrize("id_", sorted(project().indicators))
def test_a_title_begins_with_a_thing_that_can_rise(id_: str) -> None:
    """Not with 'In foster care' or 'No further action': a preposition, a verb or a number is no subject."""
    first = titles(id_, project().indicators[id_])[0].split()[0].lower()
    assert first not in {"in", "no", "of", "with", "missing", "referred", "assessed", "started", "left", "three"}


def test_conversion_is_told_for_every_100_of_a_stage() -> None:
    parts = [("97", "assessments"), ("55", "enquiries"), ("19", "conferences")]
    told = conversion("referrals", parts, "July to September 2025")
    assert told.text == (
        "For every 100 referrals in July to September 2025, there were 97 assessments, 55 enquiries and 19 conferences."
    )
    assert (told.rule, told.figures) == ("W26", ("100", "97", "55", "19"))
    assert list(faults_of(told.text)) == [] and untraced(told) == []
    assert conversion("contacts", [("33", "referrals")], "Q1").text.endswith("there were 33 referrals.")


def test_the_journey_tells_conversion_only_where_no_part_is_hidden(tmp_path: Path) -> None:
    findings, disclosed, _ = made.material(tmp_path)
    material = Material(findings, disclosed, made.project(tmp_path), made.QUARTER, "public", True, made.AS_AT, (),
                        made.SET_ASIDE, made.COMMENTARY)  # fmt: skip
    stages = material.project.report.journey
    bars = [stage_bar(material, place) for place in range(len(stages))]
    assert _conversion(material, bars).startswith("For every 100 ")
    assert _conversion(material, [bar and replace(bar, value=None) for bar in bars]) == ""


def test_a_stage_that_does_not_add_up_from_quarters_is_not_added_up(tmp_path: Path) -> None:
    """A stock stood there as the sum of two quarters' ends; children counted once were counted twice a year ago."""
    findings, disclosed, project = made.material(tmp_path)
    stages = [JourneyStage(indicator=name) for name in ("child_protection_plans", "referrals", "section_47")]
    project = replace(project, report=project.report.model_copy(update={"journey": stages}))
    project.indicators["section_47"] = project.indicators["section_47"].model_copy(update={"distinct": "child_id"})
    by_id = {finding.indicator: finding for finding in findings}
    ago = by_id["referrals"].same_quarter_last_year
    hidden = replace(by_id["referrals"], quarters=tuple(
        replace(held, value=None, marker="c") if held.end == ago.end else held for held in by_id["referrals"].quarters
    ))  # fmt: skip
    held = tuple(hidden if finding.indicator == "referrals" else finding for finding in findings)
    material = Material(held, disclosed, project, made.QUARTER, "public", True, made.AS_AT, (), (), {})
    stock, referrals, children = (stage_bar(material, place) for place in range(3))
    plans = by_id["child_protection_plans"]
    assert (stock.value, stock.before) == (plans.value.value, plans.same_quarter_last_year.value)
    assert (referrals.before, referrals.before_text, referrals.change) == (None, "[c]", "")
    assert (children.value, children.before_text) == (by_id["section_47"].year_to_date.value, "[x]")
