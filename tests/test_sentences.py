"""Generated sentences: by rule, level first, no numeral at the start, never a cause."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from carereport.figures import BenchmarkFinding, Change, Figure, Finding, Spc, SpcPoint
from carereport.quarters import Quarter
from carereport.settings import Indicator
from carereport.wording.headlines import (
    age_of_data,
    card_change,
    card_comparison,
    finding_title,
    flow_account,
    status_count,
)
from carereport.wording.statement import write_sentences

QUARTER = Quarter(2025, 2)
NOW = Figure(date(2025, 7, 1), date(2025, 9, 30), 79.0, 1012, 1281)
AGO = Figure(date(2024, 7, 1), date(2024, 9, 30), 71.0, 834, 1174)
ASSESSMENTS = Indicator.model_validate(
    {"name": "Assessments completed within 45 working days", "section": "front_door", "kind": "percentage",
     "from": "assessments", "when": "end_date", "polarity": "high", "target": 85, "things": "assessments",
     "thing": "assessment", "done": "completed within 45 working days", "decimals": 0,
     "benchmarks": [{"area": "England", "value": 85.7, "period": "2024/25"}]}
)  # fmt: skip
POINTS = tuple(
    SpcPoint(f"2025-{m:02d}", 70.0 + m, 60, 80, "shift_high" if m > 2 else "common", 72.0) for m in range(1, 10)
)
FINDING = Finding(
    indicator="assessments_45_days", area="E1", headline="quarter", value=NOW, previous=None,
    same_quarter_last_year=AGO, year_to_date=None, rolling_12_months=None, quarters=(AGO, NOW), months=(),
    status="off_target", status_rule="", direction="rising", change=Change(8.0, 4.5, 11.4, True),
    spc=Spc("xmr", "", 72.0, 60.0, 80.0, False, POINTS, "improving", "consistently_misses"),
    benchmarks=(BenchmarkFinding("England", "2024/25", 85.7, "worse", 76.7, 81.1, "wilson", True),),
)  # fmt: skip


def texts(finding, indicator=ASSESSMENTS):
    return [sentence.text for sentence in write_sentences(finding, indicator, QUARTER)]


def test_a_member_reads_level_target_change_variation_assurance_comparison() -> None:
    assert texts(FINDING) == [
        "In July to September 2025, 79% of assessments were completed within 45 working days (1,012 of 1,281).",
        "This is 6 percentage points below the target of 85%.",
        "The percentage rose from 71% in July to September 2024 to 79% in July to September 2025, "
        "which is statistically clear.",
        "It has been better than its average for 7 months in a row. This is unlikely to be chance.",
        "At present the process would be expected to miss the 85% target in most months unless something changes.",
        "This is lower than England (85.7%, 2024/25), by more than chance would explain.",
        "The latest published figures are for an earlier period, so the comparison is a guide only.",
    ]


def test_every_number_of_a_sentence_is_among_its_figures_or_its_periods() -> None:
    for sentence in write_sentences(FINDING, ASSESSMENTS, QUARTER):
        text = re.sub(r"\b(?:19|20)\d\d(?:/\d\d)?\b|within 45 working days", "", sentence.text)
        known = " ".join(sentence.figures)
        for number in re.findall(r"\d[\d,.]*\d|\d", text):
            assert number in known


def test_a_suppressed_figure_says_so_and_nothing_else_about_its_size() -> None:
    hidden = replace(NOW, value=None, numerator=None, denominator=None, marker="c")
    said = texts(replace(FINDING, value=hidden, spc=Spc("none", ""), benchmarks=(), status="too_few"))
    assert said[0] == "The number is too small to publish without a risk of identifying a child."
    assert "The change is not shown because one of the figures is suppressed." in said
    assert not any("79" in text or "1,012" in text for text in said)


def test_an_unclear_change_may_be_chance() -> None:
    said = texts(replace(FINDING, change=Change(8.0, -1.0, 17.0, False)))
    assert any(text.endswith("which may be chance.") for text in said)


def test_a_measure_of_demand_has_no_target() -> None:
    demand = ASSESSMENTS.model_copy(update={"polarity": "neither", "target": []})
    assert "There is no target: this measure describes demand, not performance." in texts(FINDING, demand)


def test_one_child_is_singular_and_no_children_is_a_word() -> None:
    plans = ASSESSMENTS.model_copy(
        update={"kind": "count", "open": ("start", "end"), "when": None, "things": "children on plans", "done": "",
                "thing": "child on a plan", "polarity": "neither", "target": []}
    )  # fmt: skip
    for value, start in [(1, "There was 1 child on a plan at"), (0, "There were no children on plans at")]:
        figure = replace(NOW, value=float(value), numerator=float(value), denominator=None)
        assert texts(replace(FINDING, value=figure), plans)[0].startswith(start)


def test_no_sentence_starts_with_a_numeral_or_states_a_cause() -> None:
    banned = ("because of", "due to", "as a result of", "driven by", "thanks to", "led to", "caused", "significant")
    for sentence in write_sentences(FINDING, ASSESSMENTS, QUARTER):
        assert not sentence.text[0].isdigit()
        assert not any(word in sentence.text for word in banned)


@pytest.mark.parametrize("special", ["outside_high", "trend_rising", "two_of_three_high", "common"])
def test_each_kind_of_variation_has_its_words(special) -> None:
    points = (*POINTS[:-1], replace(POINTS[-1], special=special))
    said = " ".join(texts(replace(FINDING, spc=replace(FINDING.spc, points=points))))
    words = {
        "outside_high": "September 2025 was above its usual range of 60% to 80%.",
        "trend_rising": "It has risen 8 months running.",
        "two_of_three_high": "better than",
        "common": "Month-to-month changes are within the usual range",
    }
    assert words[special] in said


def test_cards_and_titles_lead_with_the_level() -> None:
    assert card_change(FINDING, ASSESSMENTS).text == "Up from 71% a year ago, better than usual."
    assert card_comparison(FINDING, ASSESSMENTS).text == "Lower than England, 85.7% (2024/25)."
    title = finding_title(FINDING, ASSESSMENTS, QUARTER).text
    assert title == "Assessments completed within 45 working days: improved, to 79%, against a target of 85%"


def test_short_messages() -> None:
    assert age_of_data(QUARTER, date(2025, 11, 18)).text.endswith("these figures are 7 weeks old.")
    assert age_of_data(QUARTER, None) is None
    assert status_count([FINDING]).text == "Of 1 measures with a target, 0 are on target, 0 near and 1 off."
    assert flow_account("plans", "243", "170", 73, "73", "April to September 2025").text == (
        "In April to September 2025, 243 joined and 170 left: a net rise of 73."
    )
