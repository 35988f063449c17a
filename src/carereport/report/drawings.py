"""Which chart stands where and at what size: findings in, inline SVG out; the drawing itself is `carereport.charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from carereport.charts import control_chart as control
from carereport.charts import dot_plot as dots
from carereport.charts import journey_bars as bars
from carereport.charts import sparkline as spark
from carereport.charts.journey_bars import JourneyBar
from carereport.figures import Finding
from carereport.judgement.chart_choice import period_name, read_month
from carereport.judgement.compare import NEIGHBOURS, neighbour_values
from carereport.judgement.special_cause import points_up
from carereport.project import Project
from carereport.quarters import MONTHS, Quarter, month_end
from carereport.report.pictures import ornament, picture
from carereport.settings import Indicator, Target
from carereport.wording.headlines import short_name
from carereport.wording.sentences import benchmark_text, shown

MOST_MONTHS, MOST_QUARTERS = 30, 12
"""Points a control chart shows; older history is rarely useful (report reference, section 2.2)."""
SPARK_POINTS = 13


@dataclass(frozen=True)
class Drawing:
    """A chart ready for a page, and the quiet line under its title: what is drawn and where its axis starts."""

    picture: Markup
    note: str


def sparkline(finding: Finding, width_mm: float, height_mm: float) -> Markup:
    """Return the latest 13 points; their values stand beside it."""
    points = finding.spc.points[-SPARK_POINTS:]
    known = [point for point in points if point.value is not None]
    meaning = finding.spc.variation if finding.spc.mean is not None else "usual"
    rising = bool(known and points_up(known[-1].special))
    return ornament(spark.sparkline([point.value for point in points], meaning, rising, width_mm, height_mm))


def control_chart(
    finding: Finding, indicator: Indicator, project: Project, width_mm: float, height_mm: float, reading: str = ""
) -> Drawing:
    """Return the control chart of the latest months or quarters; `reading` is its finding, for the text alternative."""
    chart = control_series(finding, indicator)
    alt = text_alternative("Line chart", indicator, project, f"{span(chart)}.", reading)
    drawn = control.control_chart(chart, width_mm, height_mm, alt)
    return Drawing(picture(drawn), control_note(chart))


def dot_plot(
    finding: Finding, indicator: Indicator, project: Project, quarter: Quarter, width_mm: float, height_mm: float,
    reading: str = "",
) -> Drawing | None:  # fmt: skip
    """Return our figure among the statistical neighbours', None without a figure or anything to compare it with."""
    ours = finding.value if indicator.is_snapshot else finding.rolling_12_months
    neighbours = neighbour_values(project, finding.indicator, quarter)
    named = [b for b in finding.benchmarks if b.area in ("England", NEIGHBOURS)]
    if ours is None or ours.value is None or not (neighbours or named):
        return None
    area = project.report.council.short_name or project.report.council.name
    interval = next(((b.lower, b.upper) for b in finding.benchmarks if b.lower is not None), (None, None))
    plot = dots.DotPlot(
        area=area,
        value=ours.value,
        text=shown(ours, indicator),
        lower=interval[0],
        upper=interval[1],
        others=tuple(value for _, value, _ in neighbours),
        comparators=tuple(
            ("Neighbours" if b.area == NEIGHBOURS else b.area, b.value, benchmark_text(b, indicator)) for b in named
        ),
        unit=indicator.figure_unit,
    )
    alt = text_alternative("Dot plot", indicator, project, "", reading)
    words = ["Bar: 95% interval of ours."] if interval[0] is not None else []
    words += ["Rings: the neighbours."] if neighbours else []
    return Drawing(picture(dots.dot_plot(plot, width_mm, height_mm, alt)), " ".join(words))


def journey_bars(stages: Sequence[JourneyBar], width_mm: float, height_mm: float, alt: str) -> Markup:
    """Return the stages of the child's journey as bars from zero."""
    return picture(bars.journey_bars(stages, width_mm, height_mm, alt))


def control_series(finding: Finding, indicator: Indicator) -> control.ControlChart:
    points = finding.spc.points
    quarterly = bool(points) and "Q" in points[-1].period
    figures, months = (finding.quarters, 3) if quarterly else (finding.months, 1)
    hidden = {period_name(figure.start, months) for figure in figures if figure.marker == "c"}
    starts = [read_month(rebase.from_) for rebase in indicator.spc.rebase]
    if indicator.valid_from is not None:
        starts.append(indicator.valid_from)
    return control.ControlChart(
        spc=finding.spc,
        unit=indicator.figure_unit,
        decimals=indicator.decimals,
        polarity=indicator.polarity,
        stock=indicator.is_snapshot,
        targets=tuple(_target_at(indicator, _last_day(point.period)) for point in points),
        first=max(0, len(points) - (MOST_QUARTERS if quarterly else MOST_MONTHS)),
        breaks=tuple(period_name(start, 3 if quarterly else 1) for start in starts),
        suppressed=tuple(point.period for point in points if point.period in hidden),
    )


def _target_at(indicator: Indicator, day: date) -> float | None:
    held: list[Target] = [aim for aim in indicator.target if aim.from_ is None or aim.from_ <= day]
    return max(held, key=lambda aim: aim.from_ or date.min).value if held else None


def _last_day(period: str) -> date:
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return Quarter(int(year), int(part[1:])).end
    return month_end(date(int(year), int(part), 1))


def span(chart: control.ControlChart) -> str:
    """Return 'monthly, April 2023 to September 2025'."""
    if not chart.points:
        return ""
    first, last = chart.points[0].period, chart.points[-1].period
    if "Q" in last:
        return f"quarterly, {control.period_name(first)} to {control.period_name(last)}"
    start, end = (date(int(period[:4]), int(period[5:7]), 1) for period in (first, last))
    return f"monthly, {MONTHS[start.month - 1]} {start.year} to {MONTHS[end.month - 1]} {end.year}"


def control_note(chart: control.ControlChart) -> str:
    if not chart.points:
        return ""
    words = ["Quarterly." if "Q" in chart.points[-1].period else "Monthly."]
    if chart.spc.mean is not None:
        words.append("Shaded: usual range.")
    bottom, _, _ = control.axis(chart)
    if bottom > 0:
        words.append(f"Axis starts at {chart.text(bottom)}.")
    return " ".join(words)


def text_alternative(kind: str, indicator: Indicator, project: Project, span: str, reading: str) -> str:
    """Return the text alternative: kind, measure, area and period, then the finding (report reference, 3.4)."""
    area = project.report.council.short_name or project.report.council.name
    head = f"{kind} of {short_name(indicator)}, {area}"
    return " ".join(part for part in (f"{head}, {span}" if span else f"{head}.", reading) if part)
