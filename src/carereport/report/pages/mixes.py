"""How audits were graded, quarter by quarter; counts alone where there are few, since they are a sample."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from carereport.charts.share_bars import ShareRow
from carereport.report import drawings
from carereport.report.pages.material import Material, quarter_headings
from carereport.wording.numbers import plural, value_text
from carereport.wording.sentences import mid_sentence

BREAKDOWN, QUARTERS, FEW = "grade", 5, 30
ROW_HEIGHT, LEGEND_HEIGHT = 7.6, 10.0
"""Millimetres of the chart."""


@dataclass(frozen=True)
class Mix:
    """A chart of shares, what it shows, and the sentence that says what a sample is."""

    title: str
    note: str
    chart: Markup


def audit_grades(material: Material) -> Mix | None:
    """Return grades over five quarters (report reference, section 2.4), None where no count is split by grade."""
    graded = next(
        (
            finding
            for finding in material.findings
            if material.indicator(finding).kind == "count"
            and any(one.name == BREAKDOWN for one in material.indicator(finding).breakdowns)
        ),
        None,
    )
    if graded is None:
        return None
    frame = material.disclosed.figures
    held = frame[
        (frame["indicator"] == graded.indicator)
        & (frame["breakdown"] == BREAKDOWN)
        & (frame["period_kind"] == "quarter")
    ]
    grades = grades_in_words(material, held["category"])
    order, names = list(grades), list(grades.values())
    quarters = [material.quarter.shift(step) for step in range(1 - QUARTERS, 1)]
    rows, counts = [], []
    for head, quarter in zip(quarter_headings(quarters), quarters, strict=True):
        there = held[held["period_end"].dt.date == quarter.end]
        values = dict(zip(there["category"], there["value"], strict=True))
        absent, why = (0.0, "[c]") if len(there) else (math.nan, "[x]")
        parts = tuple(None if (v := values.get(name, absent)) != v else float(v) for name in order)
        texts = tuple(why if part is None else value_text(part, "number") for part in parts)
        total = None if None in parts else sum(part or 0 for part in parts)
        counts.append(total)
        rows.append(ShareRow(head, parts, texts, plural(total, "audit", "audits") if total is not None else why))
    if not order:
        return None
    latest = rows[-1]
    said = ", ".join(f"{text} {mid_sentence(name)}" for name, text in zip(names, latest.texts, strict=True))
    height = LEGEND_HEIGHT + ROW_HEIGHT * len(rows)
    alt = f"Bars of audits by grade, {quarters[0].label} to {quarters[-1].label}. The latest quarter: {said}."
    return Mix(
        title=f"Grades of audits: {said}",
        note=_note(counts),
        chart=drawings.share_bars("Audits by grade", names, rows, 176, height, alt),
    )


def grades_in_words(material: Material, found: Iterable[str]) -> dict[str, str]:
    """Return the words for each grade that is found, in the order of report.yaml, others after those it names."""
    report, held = material.project.report, set(found)
    named = [grade for grade in report.orders.get(BREAKDOWN, []) if grade in held]
    labels = report.labels.get(BREAKDOWN, {})
    return {one: labels.get(one, one.replace("_", " ").capitalize()) for one in [*named, *sorted(held - set(named))]}


def _note(counts: list[float | None]) -> str:
    text = "Audits are a sample of practice, so their grades are not a rate of all work. Numbers of audits in the bars."
    if any(count is not None and count < FEW for count in counts):
        text += f" Fewer than {FEW} audits in a quarter are too few for percentages."
    return text
