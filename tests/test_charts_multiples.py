"""Small multiples whatever the series: labels keep apart, a kind shares an axis, what is hidden leaves no trace."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from carereport.charts.small_multiples import Panel, SmallMultiples, axis, small_multiples
from carereport.judgement.findings import judge
from carereport.report.pages.several import axes_of, several
from carereport.settings import IndicatorSettings
from carereport.wording.headlines import several_title
from tests import made_up_report as made
from tests.made_up_report import QUARTER, wobble
from tests.test_charts_funnel import _material
from tests.test_charts_labels import LONG, assert_clean

START = 12 * 2023 + 3


def panel(values, name="Vacant posts", kind="a", unit="percent", target=None, text=None, meaning="usual"):
    last = values[-1] if values else None
    return Panel(
        name=name, points=tuple((START + place, value) for place, value in enumerate(values)),
        text=text or ("[c]" if last is None else f"{last:,.1f}%"), kind=kind, unit=unit, meaning=meaning,
        targets=(target,) * len(values), target_text="" if target is None else f"Target {target:,.1f}%",
    )  # fmt: skip


def chart(*panels):
    ticks = [(12 * year + 3, f"Apr {year}") for year in range(2023, 2029)]
    return SmallMultiples(tuple(panels), tuple(ticks))


WAVE = [14 + 3 * wobble(place, 4) for place in range(30)]
LONG_WAVE = [14 + 3 * wobble(place, 4) for place in range(60)]
CHARTS = {
    "usual": chart(*(panel(WAVE, target=13.0, kind=kind) for kind in "aaabcd")),
    "one panel": chart(panel(WAVE)),
    "two panels": chart(panel(WAVE), panel(WAVE, target=14.0)),
    "five panels": chart(*(panel(WAVE, target=15.0) for _ in range(5))),
    "nine panels": chart(*(panel(WAVE, target=14.0) for _ in range(9))),
    "all equal": chart(*(panel([42.0] * 30, target=42.0) for _ in range(6))),
    "one point": chart(*(panel([17.0], target=18.0) for _ in range(6))),
    "no points": chart(*(panel([], text="–") for _ in range(4))),
    "60 points": chart(*(panel(LONG_WAVE, target=14.0) for _ in range(6))),
    "all 0%": chart(*(panel([0.0] * 24, target=0.0) for _ in range(6))),
    "all 100%": chart(*(panel([100.0] * 24, target=100.0) for _ in range(6))),
    "0 and 100%": chart(*(panel([0.0, 100.0] * 15, target=50.0) for _ in range(6))),
    "gaps": chart(*(panel([None if place % 3 else 5.0 + place for place in range(30)], target=9.0) for _ in range(6))),
    "only gaps": chart(*(panel([None] * 30, target=9.0) for _ in range(6))),
    "nothing at all": chart(*(panel([None] * 30) for _ in range(6))),
    "long names": chart(*(panel(WAVE, name=LONG, target=13.0) for _ in range(6))),
    "long texts": chart(*(panel(WAVE, text="1,234,567.8 [p] [r]", target=1e6, unit="number") for _ in range(6))),
    "large numbers": chart(*(panel([1_234_567.0 + 1e4 * n for n in range(30)], unit="number") for _ in range(6))),
    "negative": chart(*(panel([-12.0, 4.0, -7.0, 3.0] * 8, unit="number", target=0.0) for _ in range(6))),
    "no panels": chart(),
}


@pytest.mark.parametrize("name", CHARTS)
def test_no_label_of_small_multiples_meets_another(name: str) -> None:
    rows = -(-len(CHARTS[name].panels) // 3)
    assert_clean(small_multiples(CHARTS[name], 176, 5.5 + 27.5 * max(rows, 1), ""))
    assert_clean(small_multiples(CHARTS[name], 176, 5.5 + 35 * max(rows, 2), ""))


@pytest.mark.parametrize("name", CHARTS)
def test_every_point_has_a_place_in_the_drawing_and_a_gap_has_no_height(name: str) -> None:
    held = CHARTS[name]
    values = [value for one in held.panels for _, value in one.points]
    places = small_multiples(held, 176, 70, "").places
    assert [y is None for _, y in places] == [value is None for value in values]
    assert all(0 <= x <= 100 and (y is None or 0 <= y <= 100) for x, y in places)


def test_panels_of_a_kind_share_their_axis_and_all_share_their_time() -> None:
    """The same value of the same month lies at one height in a row, whatever else its panel holds."""
    low, high = panel([10.0, 12.0, 11.0]), panel([10.0, 18.0, 16.0])
    places = small_multiples(chart(low, high, panel([10.0, 90.0, 80.0], kind="b")), 176, 33, "").places
    heights = [y for _, y in places]
    assert heights[0] == heights[3] != heights[6]
    across = np.array([x for x, _ in places]).reshape(3, 3)
    assert np.allclose(np.diff(across, axis=1), np.diff(across, axis=1)[0], atol=0.02)
    bottom, top, _ = axis([low, high])
    assert bottom <= 10 and top >= 18


def test_an_axis_holds_its_targets_stays_within_percentages_and_starts_at_zero_where_values_reach_far_down() -> None:
    assert axis([panel([99.0, 100.0], target=80.0)])[:2] == (pytest.approx(78.8), 100)
    assert axis([panel([1.0, 30.0])])[0] == 0
    assert axis([panel([0.0, 0.0])])[:2] == (0, 1)


def test_a_hidden_last_value_is_its_marker_at_the_foot_and_moves_nothing() -> None:
    drawn = small_multiples(chart(panel([6.0, 7.0, None]), panel([6.0, 7.0, 8.0])), 176, 33, "")
    marker, shown = (next(label for label in drawn.labels if label.text == text) for text in ("[c]", "8.0%"))
    assert marker.bottom < shown.bottom
    other = small_multiples(chart(panel([6.0, 7.0, None]), panel([6.0, 7.0, 8.0])), 176, 33, "")
    assert drawn == other


def test_a_gap_is_not_bridged_and_a_point_alone_is_a_dot() -> None:
    def moves(values):
        svg = small_multiples(chart(panel(values)), 84, 33, "").svg
        return [path.count("M") for path in re.findall(r'd="(M[^"]*)"', svg)]

    assert sorted(moves([5.0, 6.0, 7.0, 6.0, 5.0, 6.0]))[-2:] == [1, 1]
    assert sorted(moves([5.0, 6.0, None, 6.0, 5.0, 6.0]))[-2:] == [1, 2]
    assert sorted(moves([5.0, 6.0, None, 6.0, None, 6.0]))[-2:] == [2, 3]  # two dots, three pieces of a line


def test_measures_of_one_unit_share_an_axis_unless_one_is_four_times_as_high() -> None:
    assert axes_of([("percent low", 16.0), ("number neither", 4.0), ("percent low", 14.0), ("percent high", 90.0)]) == [
        "percent low 0", "number neither 0", "percent low 0", "percent high 0",
    ]  # fmt: skip
    assert axes_of([("number low", 3.0), ("number low", 900.0), ("number low", 300.0)]) == [
        "number low 1", "number low 0", "number low 0",
    ]  # fmt: skip


def _judged(root: Path, hidden: str = ""):
    held = made.project(root)
    read = IndicatorSettings(indicators=dict(held.indicators))
    frame = made.figures(read)
    if hidden:
        last = (frame["indicator"] == hidden) & (frame["period_end"] >= "2025-09-01")
        frame.loc[last, ["value", "numerator", "denominator"]] = float("nan")
        frame.loc[last, "marker"] = "c"
    return held, judge(frame, held, QUARTER)


def _together(root: Path, hidden: str = ""):
    held, found = _judged(root, hidden)
    material = _material(held, found)
    section = material.project.indicators["vacancies"].section
    return several(material, section), [f for f in found if held.indicators[f.indicator].section == section]


def test_a_section_shows_its_scorecard_measures_together_with_every_value(tmp_path: Path) -> None:
    shown, findings = _together(tmp_path)
    assert shown is not None
    picture = str(shown.chart)
    points = sum(len(finding.spc.points[-30:]) for finding in findings)
    assert picture.count("<tr data-x") == points
    assert f"Line charts of {len(findings)} measures" in picture
    assert "Sep 2025" in picture


def test_a_suppressed_value_is_nowhere_in_the_picture(tmp_path: Path) -> None:
    shown, findings = _together(tmp_path)
    hidden, _ = _together(tmp_path, "vacancies")
    assert shown is not None and hidden is not None
    last = next(f for f in findings if f.indicator == "vacancies").value
    assert last is not None
    assert f"{last.value:.1f}%" in str(shown.chart)
    assert f"{last.value:.1f}%" not in str(hidden.chart)
    assert "[c]" in str(hidden.chart)


def test_too_few_series_are_not_shown_together(tmp_path: Path) -> None:
    held, found = _judged(tmp_path)
    section = held.indicators["vacancies"].section
    few = [f for f in found if held.indicators[f.indicator].section == section][:2]
    assert several(_material(held, few), section) is None
    assert several(_material(held, found), "front_door") is None


def test_the_title_names_what_is_worse_than_usual_else_what_is_better(tmp_path: Path) -> None:
    held, found = _judged(tmp_path)
    three = [f for f in found if f.indicator in ("vacancies", "agency", "referrals")]

    def title(*variations):
        pairs = zip(three, variations, strict=True)
        findings = [replace(f, spc=replace(f.spc, variation=variation, mean=1.0)) for f, variation in pairs]
        return several_title(findings, held.indicators).text

    assert title("concerning", "improving", "usual").startswith("Worse than usual: ")
    assert " and " in title("concerning", "concerning", "usual")
    assert title("improving", "usual", "usual").startswith("Better than usual: ")
    assert title("usual", "usual", "usual") == "None of these measures is better or worse than usual"
    assert all(len(title(*["concerning"] * n, *["usual"] * (3 - n)).split()) <= 15 for n in range(4))
