"""A section's measures seen together as small multiples; which share an axis, the title, and the table of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from carereport.charts import small_multiples as multiples
from carereport.charts.control_chart import ControlChart, period_name
from carereport.charts.small_multiples import Panel, SmallMultiples
from carereport.figures import Finding
from carereport.judgement.special_cause import points_up
from carereport.quarters import MONTHS, Quarter
from carereport.report import drawings
from carereport.report.chart_tables import NONE, ChartTable
from carereport.report.pages.fit import PAGE_WIDTH
from carereport.report.pages.material import Material, target_words
from carereport.report.pictures import picture
from carereport.wording.headlines import several_title, short_name
from carereport.wording.numbers import plural

SECTIONS = ("workforce",)
"""Sections whose own page shows their measures together."""
LEAST, MOST = 3, 9
"""Fewest measures that are worth seeing together, and most panels."""
ROW, FOOT = 27.5, 5.5
"""Millimetres of a row of panels, and of the months below."""
ALIKE = 4.0
"""Measures of one unit share an axis unless one of them is this many times as high as another."""


@dataclass(frozen=True)
class Several:
    """The chart with its finding as title."""

    title: str
    note: str
    chart: Markup


@dataclass(frozen=True)
class _Measure:
    name: str
    finding: Finding
    series: ControlChart
    texts: dict[str, str]
    target: str

    @property
    def highest(self) -> float:
        return max(point.value for point in self.series.points if point.value is not None)


def several(material: Material, section: str) -> Several | None:
    """Return a section's scorecard measures as panels, None where the section shows none or has too few series."""
    findings = next((held for id_, _, held in material.sections if id_ == section and section in SECTIONS), ())
    held = [_measure(material, finding) for finding in findings if material.indicator(finding).scorecard]
    shown = [one for one in held if sum(point.value is not None for point in one.series.points) > 1][:MOST]
    if len(shown) < LEAST:
        return None
    kinds = axes_of([(f"{one.series.unit} {one.series.polarity}", one.highest) for one in shown])
    panels = [_panel(one, kind) for one, kind in zip(shown, kinds, strict=True)]
    months = sorted({month for panel in panels for month, _ in panel.points})
    ticks = tuple((month, f"Apr {month // 12}") for month in range(months[0], months[-1] + 1) if month % 12 == 3)
    title = several_title([one.finding for one in shown], material.project.indicators).text
    last = "; ".join(f"{panel.name} {panel.text}" for panel in panels)
    measures = plural(len(panels), "measure", "measures")
    area = material.project.report.council.called
    alt = f"Line charts of {measures}, {area}, {_span(months)}. {title}. Last: {last}."
    rows = -(-len(panels) // multiples.columns_of(len(panels)))
    chart = SmallMultiples(tuple(panels), ticks)
    drawn = multiples.small_multiples(chart, PAGE_WIDTH, ROW * rows + FOOT, alt)
    name = f"{material.section_name(section)}, {_span(months)}"
    return Several(title, _note(shown, kinds), picture(drawn, _table(name, shown)))


def axes_of(measures: Sequence[tuple[str, float]]) -> list[str]:
    """Return for each measure, given its unit and highest value, the axis that it shares with those of its kind."""
    found = [""] * len(measures)
    for unit in dict.fromkeys(unit for unit, _ in measures):
        members = [place for place, measure in enumerate(measures) if measure[0] == unit]
        members.sort(key=lambda place: -measures[place][1])
        number, top = 0, measures[members[0]][1]
        for place in members:
            if measures[place][1] * ALIKE < top:
                number, top = number + 1, measures[place][1]
            found[place] = f"{unit} {number}"
    return found


def _measure(material: Material, finding: Finding) -> _Measure:
    indicator = material.indicator(finding)
    series = drawings.control_series(finding, indicator)
    aim = target_words(indicator, material.quarter)
    texts = drawings.point_texts(finding, indicator)
    return _Measure(short_name(indicator), finding, series, texts, aim if any(series.targets) else "")


def _panel(one: _Measure, kind: str) -> Panel:
    points = one.series.points
    last = points[-1]
    variation = one.finding.spc.variation if one.finding.spc.mean is not None else "usual"
    return Panel(
        name=one.name,
        points=tuple((_month(point.period), point.value) for point in points),
        text=one.texts.get(last.period, NONE),
        kind=kind,
        unit=one.series.unit,
        meaning=variation,
        rising=points_up(last.special),
        targets=one.series.targets[one.series.first :],
        target_text=f"Target {one.target}" if one.target else "",
    )


def _month(period: str) -> int:
    """Return a month or a quarter's last month as a number: 12 times the year and the months before it."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        end = Quarter(int(year), int(part[1:])).end
        return end.year * 12 + end.month - 1
    return int(year) * 12 + int(part) - 1


def _span(months: Sequence[int]) -> str:
    first, last = (f"{MONTHS[month % 12]} {month // 12}" for month in (months[0], months[-1]))
    return f"{first} to {last}"


def _note(shown: Sequence[_Measure], kinds: Sequence[str]) -> str:
    quarterly = {"Q" in one.series.points[-1].period for one in shown}
    words = ["Monthly or quarterly." if len(quarterly) > 1 else "Quarterly." if True in quarterly else "Monthly."]
    if len(set(kinds)) < len(kinds):
        words.append("Measures of one kind share an axis, which may not start at zero.")
    if any(one.target for one in shown):
        words.append("Dashed: target.")
    return " ".join(words)


def _table(name: str, shown: Sequence[_Measure]) -> ChartTable:
    """Return every point of every panel, panel by panel, as the chart's places are."""
    rows = [
        (f"{one.name}, {period_name(point.period)}", one.texts.get(point.period, NONE))
        for one in shown
        for point in one.series.points
    ]
    return ChartTable(name, ("Measure and period", "Value"), tuple(rows))
