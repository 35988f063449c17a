"""A measure beside published figures: every council by its size, and England and the neighbours year by year."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from carereport.charts import funnel_plot as funnels
from carereport.charts import yearly_lines as years
from carereport.comparators import PublishedFigure, fold
from carereport.figures import Finding
from carereport.judgement.change import change_between
from carereport.judgement.compare import by_year, comparable
from carereport.judgement.funnel import FunnelPoint, funnel
from carereport.project import Project
from carereport.quarters import Quarter, written
from carereport.report.chart_tables import ChartTable
from carereport.report.drawings import Drawing, text_alternative
from carereport.report.pages.material import figure_text, unit_text
from carereport.report.pages.material import period_text as figure_period
from carereport.report.pictures import picture
from carereport.settings import Indicator
from carereport.wording.comparisons import year_title
from carereport.wording.headlines import short_name
from carereport.wording.numbers import value_text
from carereport.wording.sentences import period_text, published_text, shown, start

SPREAD_WORDS = {
    "within": "Within the limits", "beyond_95": "Beyond the 95% limits", "beyond_99_8": "Beyond the 99.8% limits",
}  # fmt: skip


def funnel_plot(
    finding: Finding, indicator: Indicator, project: Project, quarter: Quarter, width_mm: float, height_mm: float,
    reading: str = "",
) -> Drawing | None:  # fmt: skip
    """Return every council around England by its base, None where the finding has no funnel; neighbours first."""
    ours = comparable(finding, indicator)
    found = funnel(project, finding.indicator, indicator, ours, quarter) if finding.funnel else None
    if found is None or ours is None:
        return None
    near = {fold(name): place for place, name in enumerate(project.report.council.neighbours)}
    own, rest = found.points[0], found.points[1:]
    neighbours = sorted((p for p in rest if fold(p.area) in near), key=lambda p: near[fold(p.area)])
    others = sorted((p for p in rest if fold(p.area) not in near), key=lambda p: p.area)
    area = project.report.council.called
    england = published_text(found.comparator, indicator)
    base_name = f"Number of {indicator.things}" if indicator.things and indicator.per is None else "Size of the base"
    plot = funnels.FunnelPlot(
        area=area, base=own.base, value=own.value, text=shown(ours, indicator),
        neighbours=tuple((p.base, p.value) for p in neighbours),
        others=tuple((p.base, p.value) for p in others),
        comparator=(found.band.comparator_name, found.comparator, england),
        bases=found.bases, lower_95=found.lower_95, upper_95=found.upper_95, lower_99_8=found.lower_99_8,
        upper_99_8=found.upper_99_8, unit=indicator.figure_unit, base_name=base_name,
    )  # fmt: skip
    kind = "quarter" if indicator.is_snapshot else "rolling_12_months"
    when = period_text(found.band.period)
    rows = [
        (area, plot.text, _base(own), figure_period(ours, indicator, kind), SPREAD_WORDS[own.band]),
        (found.band.comparator_name, england, "–", when, "–"),
        *(
            (p.area, published_text(p.value, indicator), _base(p), when, SPREAD_WORDS[p.band])
            for p in (*neighbours, *others)
        ),
    ]
    table = ChartTable(f"{short_name(indicator)}, councils by size", ("Area", "Value", base_name, "Period", "Limits"),
                       tuple(rows))  # fmt: skip
    values = f"{area} {plot.text}; {found.band.comparator_name} {england}."
    alt = text_alternative("Funnel plot", indicator, project, f"{len(rest)} other councils, {when}.", reading, values)
    return Drawing(picture(funnels.funnel_plot(plot, width_mm, height_mm, alt), table), "")


def _base(point: FunnelPoint) -> str:
    return value_text(point.base, "number")


@dataclass(frozen=True)
class Yearly:
    """A measure at the end of each published year: the finding, what is drawn, the chart."""

    title: str
    note: str
    picture: Markup


def yearly(
    finding: Finding, indicator: Indicator, project: Project, quarter: Quarter, width_mm: float, height_mm: float
) -> Yearly | None:  # fmt: skip
    """Return a stock's rate on the days of England's published figures, None where fewer than two are held."""
    published = by_year(project, finding.indicator, quarter)
    if len(published) < 2 or not indicator.is_snapshot:
        return None
    held = {figure.end: figure for figure in (*finding.months, *finding.quarters)}
    ours = [held.get(england.end) for england, _ in published]
    area = project.report.council.called
    rows = [
        (str(england.end.year), figure_text(figure, indicator), _of(near, indicator), _of(england, indicator))
        for figure, (england, near) in zip(ours, published, strict=True)
    ]
    names = (area, "Neighbours", "England")
    lines: list[list[float | None]] = [
        [None if figure is None else figure.value for figure in ours],
        [None if near is None else near.value for _, near in published],
        [england.value for england, _ in published],
    ]
    drawn = years.YearlyLines(
        tuple(row[0] for row in rows),
        tuple(
            years.YearlyLine(name, tuple(line), rows[-1][place])
            for place, (name, line) in enumerate(zip(names, lines, strict=True), start=1)
            if any(value is not None for value in line)
        ),
        indicator.figure_unit,
    )
    change = change_between(indicator, ours[-1], ours[-2]).value  # none across a break
    before, last = (england for england, _ in published[-2:])
    title = year_title(change, last.value - before.value, last.end).text
    told = "; ".join(f"{line.name} {line.text}" for line in drawn.lines)
    alt = text_alternative("Line chart", indicator, project, f"{rows[0][0]} to {rows[-1][0]}.", f"{title}.", f"{told}.")
    day = written(last.end).rsplit(" ", 1)[0]
    low = years.axis(drawn)[0]
    note = f"{start(unit_text(indicator) or short_name(indicator))}, at {day}."
    note += f" Axis starts at {value_text(low, indicator.figure_unit, 0)}." if low else ""
    table = ChartTable(f"{short_name(indicator)}, at {day} of each year", ("Year", *names), tuple(rows))
    return Yearly(title, note, picture(years.yearly_lines(drawn, width_mm, height_mm, alt), table))


def _of(figure: PublishedFigure | None, indicator: Indicator) -> str:
    return "–" if figure is None else published_text(figure.value, indicator)
