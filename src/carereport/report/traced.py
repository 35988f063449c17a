"""Every number in what the pages say is one that a figure, the calendar or the settings give, or nothing is written.

Sentences, titles and cards are traced to their own figures where they are worded (`carereport.wording.lint`). Here the
finished values of all pages are read again, whoever made them: a number must be how one of the disclosed totals
prints, or one of the few counts, sums and shares of them that pages tell, which are worked out here anew. Officers' own
words and lists are left out: their numbers are listed for sign-off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html import unescape

import numpy as np
import pandas as pd
from markupsafe import Markup

from carereport.charts.control_chart import ControlChart
from carereport.faults import CarereportError, Fault
from carereport.figures import Figure, Finding
from carereport.judgement.compare import is_stock
from carereport.judgement.false_alarms import charted_points, expected_false_alarms
from carereport.judgement.flows import waterfall
from carereport.quarters import Quarter
from carereport.report.branding import Look
from carereport.report.context import ReportContext
from carereport.report.cover import CoverReport
from carereport.report.drawings import event_count
from carereport.report.pages.definitions import DefinitionSection
from carereport.report.pages.equality import EqualityView
from carereport.report.pages.lists import Levels, ListTable
from carereport.report.pages.material import Link, Material, OfficerText, Tag
from carereport.report.pages.mixes import BREAKDOWN
from carereport.report.pages.officers import Ground
from carereport.report.pages.revised import MOST
from carereport.report.slides import Deck
from carereport.wording.lint import REPORT_THIS, numbers_of, printable
from carereport.wording.numbers import unit_words
from carereport.wording.revisions import stated

GIVEN = (
    ControlChart, DefinitionSection, EqualityView, Ground, Levels, Link, ListTable, Look, OfficerText, Tag,
)  # fmt: skip
"""What officers, lists and settings give, points of charts, and shares by group, which are worked out for one table."""
QUARTERS, MONTHS = 5, 1
"""The latest of each that pages tell of."""
RULES = {"1", "2", "3", "5", "12", "20", "25", "80", "95", "99.8", "100", "10000"}
"""Numbers of rules, whatever the figures are: appendices, widths of intervals and limits, least bases, units."""
FIXED = ("number", "rule", "exception_rule", "positive_rule", "protection", "attribution", "reason")
"""Fields that hold the number of a heading, a rule that is printed as it stands, an officer's name or reason."""
_ALTERNATIVE = re.compile(r'aria-label="([^"]*)"')
_SCALE = re.compile(r"Axis starts at [\d.,]+")


def check_numbers(material: Material, *values: ReportContext | CoverReport | Deck) -> None:
    """Raise a CarereportError that names the page and part where a number stands that nothing gives.

    Slides hold officers' words among their own, so the numbers of those may stand on any of them.
    """
    known = _known(material)
    if any(isinstance(value, Deck) for value in values):
        known.words.update(number.replace(",", "") for text in _officers(material) for number in numbers_of(text))
    stray = {
        place for value in values for place, text in _texts(value, "") for number in numbers_of(_SCALE.sub("", text))
        if not known.holds(number)
    }  # fmt: skip
    if stray:
        raise CarereportError(
            [Fault("WO001", "error", f"{place}: a number that is no figure", REPORT_THIS) for place in sorted(stray)]
        )


class _Known:
    """The numbers that may be printed: as they stand, or as what a figure rounds to."""

    def __init__(self, words: set[str], figures: list[float]):
        self.words, self.figures = words, np.sort(np.abs(np.array(figures, dtype=float)))

    def holds(self, number: str) -> bool:
        plain = number.replace(",", "")
        if plain in self.words:
            return True
        half = 0.5 * 10.0 ** -len(plain.partition(".")[2]) * (1 + 1e-9)
        first = int(np.searchsorted(self.figures, float(plain) - half))
        return first < len(self.figures) and self.figures[first] <= float(plain) + half


def _known(material: Material) -> _Known:
    counts = {str(number) for number in range(len(material.findings) + 1)}
    words = {*RULES, *counts, *numbers_of(_settings(material)), *numbers_of(_of_the_data(material))}
    for finding in material.findings:
        words |= printable(finding, material.indicator(finding))
    shown = [figure for f in material.findings for figure in (*f.quarters[-QUARTERS:], *f.months[-MONTHS:])]
    figures = [n for f in shown for n in (f.value, f.numerator, f.denominator) if n is not None]
    return _Known({word.replace(",", "") for word in words}, [*figures, *_worked_out(material), *_met(material)])


def _settings(material: Material) -> str:
    """Return all that the settings and the published series say in words."""
    project = material.project
    said = {f"{row.statistic} {row.period} {row.source}" for rows in project.benchmarks.values() for row in rows}
    people = {f"{row.year} {row.source}" for row in project.population}
    near = {f"{row.neighbour} {row.closeness}" for row in project.neighbour_model}
    models = [indicator.model_dump_json() for indicator in project.indicators.values()]
    units = {unit_words(indicator.figure_unit) for indicator in project.indicators.values()}
    return "\n".join([project.report.model_dump_json(), *models, *said, *people, *near, *units])


def _of_the_data(material: Material) -> str:
    """Return what the checks said of the extracts, and the names of the groups that pages tell of."""
    warned = (fault.message for fault in material.faults if fault.severity == "warning")
    apart = (f"{one.table} {one.reason}" for one in material.set_aside)
    return "\n".join([*warned, *apart, *_graded(material)["category"].unique()])


def _graded(material: Material) -> pd.DataFrame:
    """Return the figures of grades, the only groups of which sentences tell."""
    frame = material.disclosed.figures
    return frame[(frame["breakdown"] == BREAKDOWN) & (frame["period_kind"] == "quarter")]


def _officers(material: Material) -> Iterator[str]:
    for held in material.commentary.values():
        yield from (held.attribution, held.body, *held.sections.values())
    yield from (str(row) for rows in material.shown.values() for row in rows)


def _worked_out(material: Material) -> Iterator[float]:
    """Yield the sums, shares and changes that the journey and the accounts of who came and went show."""
    quarter, report = material.quarter, material.project.report
    dated = {f.indicator: [_to_date(material, f, ago) for ago in (0, 1)] for f in material.findings}
    for now, before in dated.values():
        yield from (now, before)
        if before:
            yield 100 * abs(now - before) / before
    for stage in report.journey:
        wholes = {other.of for other in report.journey if other.of in dated} if stage.indicator in dated else set()
        yield from (100 * dated[stage.indicator][0] / dated[name][0] for name in wholes if name and dated[name][0])
    for flow in report.flows:
        joined, left = (sum(dated[name][0] for name in names if name in dated) for names in (flow.joined, flow.left))
        yield from (joined, left, joined - left)
        if flow.stock in dated:
            start, end = _ends(material, material.by_id[flow.stock])
            yield end - start - joined + left
        steps = waterfall(flow, material.findings, material.project, quarter)
        yield from (step.value for step in steps.steps) if steps is not None else ()
    yield expected_false_alarms(charted_points(material.scorecard_findings))
    yield from (finding.funnel.councils for finding in material.findings if finding.funnel is not None)
    graded = _graded(material)
    yield from graded.loc[graded["period_end"] > pd.Timestamp(quarter.shift(-QUARTERS).end), "value"].dropna()


def _to_date(material: Material, finding: Finding, ago: int) -> float:
    """Return events from April to the quarter's end, this year or years ago; parts that are hidden count as none."""
    if not ago and finding.year_to_date is not None:
        return _count(material, finding, finding.year_to_date)
    quarter = material.quarter
    first = quarter.number if is_stock(finding, material.indicator(finding)) else 1
    ends = {Quarter(quarter.year - ago, number).end for number in range(first, quarter.number + 1)}
    return sum(_count(material, finding, figure) for figure in finding.quarters if figure.end in ends)


def _ends(material: Material, stock: Finding) -> tuple[float, float]:
    """Return a stock at the start of the year and at the quarter's end."""
    first = Quarter(material.quarter.year - 1, 4).end
    start = sum(_count(material, stock, figure) for figure in stock.quarters if figure.end == first)
    return start, _count(material, stock, stock.value) if stock.value is not None else 0.0


def _count(material: Material, finding: Finding, figure: Figure) -> float:
    return event_count(figure, material.indicator(finding)) or 0.0


def _met(material: Material) -> Iterator[float]:
    """Yield how much was met, set aside, suppressed and revised, and how old the figures are."""
    disclosed, end = material.disclosed, material.quarter.end
    moved = disclosed.revisions
    yield from (len(moved) - len(stated(moved)[:MOST]), sum(one.breakdown != "total" for one in moved))
    yield from (disclosed.suppressed, disclosed.secondary, disclosed.cells, disclosed.protected)
    yield from (one.rows for one in material.set_aside)
    sums: dict[str, int] = {}
    for fault in material.faults:
        first, _, rest = fault.message.partition(": ")
        for key in (fault.code, rest if first in material.project.indicators else first):
            sums[key] = sums.get(key, 0) + fault.count
    yield from sums.values()
    for day in (material.as_at, material.project.report.committee.meeting):
        if day is not None:
            yield from (abs((day - end).days), abs((day - end).days) // 7)


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text in a value with the page and part it stands in; of drawings, what is read aloud of them."""
    if isinstance(value, GIVEN) or value is None:
        return
    if isinstance(value, Markup):
        yield from ((place, unescape(told)) for told in _ALTERNATIVE.findall(value))
    elif isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part, place)
    elif is_dataclass(value):
        for field in (one for one in fields(value) if one.name not in FIXED):
            name = f"{place}.{field.name}" if place.count(".") < 1 and place else place or field.name
            yield from _texts(getattr(value, field.name), name)
