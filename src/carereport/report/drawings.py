"""Which chart stands where and at what size: findings in, inline SVG out; the drawing itself is `carereport.charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from carereport.charts import control_chart as control
from carereport.charts import count_columns as columns
from carereport.charts import dot_plot as dots
from carereport.charts import journey_bars as bars
from carereport.charts import matrix as levels
from carereport.charts import share_bars as shares
from carereport.charts import sparkline as spark
from carereport.charts import stock_chart as stock
from carereport.charts.journey_bars import JourneyBar
from carereport.charts.theme import POINTS_PER_MM, text_width
from carereport.figures import BETWEEN_EVENTS, Figure, Finding
from carereport.judgement.chart_choice import breaks_of, period_name, target_span
from carereport.judgement.compare import NEIGHBOURS, neighbour_values
from carereport.judgement.rare_events import FEWER
from carereport.judgement.special_cause import points_up
from carereport.judgement.status import target_at
from carereport.project import Project
from carereport.quarters import MONTHS, Quarter, add_months, month_end
from carereport.report.chart_tables import ChartTable, control_table
from carereport.report.pages.material import figure_text
from carereport.report.pages.material import period_text as figure_period
from carereport.report.pictures import ornament, picture
from carereport.settings import Indicator
from carereport.wording.headlines import short_name
from carereport.wording.numbers import value_text
from carereport.wording.sentences import benchmark_text, published_text, shown
from carereport.wording.sentences import period_text as comparator_period
from carereport.wording.variation import signed

MOST_MONTHS, MOST_QUARTERS = 30, 12
"""Points a control chart shows; older history is rarely useful (report reference, section 2.2)."""
SPARK_POINTS = 13
CARD_WIDTH, CARD_LEAST, CARD_MOST = 84.0, 12.0, 28.0
"""A card's width, and its sparkline's least and greatest, in millimetres."""
CARD_VALUE, CARD_DISPLAY = 27.0, 1.04
"""The size of a card's number in points, and how much wider its display face is than the text's bold."""


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


def card_sparkline(finding: Finding, value: str, beside: Sequence[str]) -> Markup:
    """Return a card's sparkline as wide as its value and the lines beside it leave room for; nothing where none is."""
    taken = text_width(value, True, CARD_VALUE) * CARD_DISPLAY + max(map(text_width, beside), default=0)
    room = CARD_WIDTH - taken / POINTS_PER_MM - 8
    if room < CARD_LEAST:
        return Markup("")
    return sparkline(finding, round(min(room, CARD_MOST), 1), 10.5)


def control_chart(
    finding: Finding, indicator: Indicator, project: Project, width_mm: float, height_mm: float, reading: str = ""
) -> Drawing:
    """Return the control chart of the latest months or quarters; `reading` is its finding, for the text alternative."""
    chart = control_series(finding, indicator)
    alt = text_alternative("Line chart", indicator, project, f"{span(chart)}.", reading, ends(chart))
    drawn = control.control_chart(chart, width_mm, height_mm, alt)
    table = control_table(_caption(indicator, chart), chart, point_texts(finding, indicator))
    return Drawing(picture(drawn, table), control_note(chart))


def count_columns(
    finding: Finding, indicator: Indicator, project: Project, width_mm: float, height_mm: float, reading: str = ""
) -> Drawing:
    """Return a small count's latest quarters as columns."""
    figures = finding.quarters[-MOST_QUARTERS:]
    quarters = [Quarter.holding(figure.end) for figure in figures]
    held = [
        columns.CountColumn(
            f"Q{quarter.number}",
            quarter.financial_year if place == 0 or quarter.number == 1 else "",
            event_count(figure, indicator),
            figure_text(figure, indicator),
        )
        for place, (figure, quarter) in enumerate(zip(figures, quarters, strict=True))
    ]
    period = f"{quarters[0].label} to {quarters[-1].label}" if quarters else ""
    last = f"{quarters[-1].label}: {held[-1].text}." if held else ""
    alt = text_alternative("Column chart", indicator, project, f"quarterly, {period}.", reading, last)
    table = ChartTable(
        f"{short_name(indicator)}, quarterly, {period}",
        ("Quarter", "Number"),
        tuple((quarter.label, column.text) for quarter, column in zip(quarters, held, strict=True)),
    )
    when = "at the last day of each quarter" if indicator.is_snapshot else "in each quarter"
    return Drawing(picture(columns.count_columns(held, width_mm, height_mm, alt), table), f"Number {when}.")


def stock_chart(
    finding: Finding, indicator: Indicator, joined: Sequence[Finding], left: Sequence[Finding], project: Project,
    width_mm: float, height_mm: float, reading: str = "",
) -> Drawing:  # fmt: skip
    """Return a stock's chart with the months' joiners and leavers below."""
    chart = control_series(finding, indicator)
    flows = stock.Flows(_months(chart, joined, project), _months(chart, left, project))
    alt = text_alternative("Line chart with bars", indicator, project, f"{span(chart)}.", reading, ends(chart))
    moved = {
        "Joined": _month_texts(chart, flows.joined, joined),
        "Left": _month_texts(chart, flows.left, left),
    }
    table = control_table(_caption(indicator, chart), chart, point_texts(finding, indicator), moved)
    return Drawing(picture(stock.stock_chart(chart, flows, width_mm, height_mm, alt), table), control_note(chart))


def _month_texts(
    chart: control.ControlChart, sums: Sequence[float | None], findings: Sequence[Finding]
) -> tuple[str, ...]:
    """Return each month's number as text: [c] where a part of it is suppressed, a dash where one is not known."""
    hidden = {period_name(f.start, 1) for finding in findings for f in finding.months if f.marker == "c"}
    return tuple(
        value_text(value, "number") if value is not None else "[c]" if point.period in hidden else "–"
        for point, value in zip(chart.points, sums, strict=True)
    )


def _caption(indicator: Indicator, chart: control.ControlChart) -> str:
    """Return 'Children in our care, monthly, April 2023 to September 2025'."""
    return ", ".join(part for part in (short_name(indicator), span(chart)) if part)


def point_texts(finding: Finding, indicator: Indicator) -> dict[str, str]:
    """Return each point's value as the report prints it, with its markers."""
    points = finding.spc.points
    if finding.spc.chart in BETWEEN_EVENTS:
        return {point.period: value_text(point.value, "gap") for point in points if point.value is not None}
    quarterly = bool(points) and "Q" in points[-1].period
    figures, step = (finding.quarters, 3) if quarterly else (finding.months, 1)
    return {period_name(figure.start, step): figure_text(figure, indicator) for figure in figures}


def _months(chart: control.ControlChart, findings: Sequence[Finding], project: Project) -> tuple[float | None, ...]:
    """Return for each point shown how many there were of all the findings together, None where one is not known."""
    held = []
    for finding in findings:
        indicator = project.indicators[finding.indicator]
        held.append({period_name(figure.start, 1): event_count(figure, indicator) for figure in finding.months})
    sums: list[float | None] = []
    for point in chart.points:
        parts = [months.get(point.period) for months in held]
        known = [part for part in parts if part is not None]
        sums.append(sum(known) if known and len(known) == len(parts) else None)
    return tuple(sums)


def event_count(figure: Figure | None, indicator: Indicator) -> float | None:
    """Return how many cases a figure counts: its value for a count, else its numerator; None where it is hidden."""
    if figure is None or figure.marker in ("c", "x", "z"):
        return None
    plain = indicator.kind in ("count", "derived") or (indicator.kind == "supplied" and figure.denominator is None)
    return figure.value if plain else figure.numerator


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
    area = project.report.council.called
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
    facing = "; ".join(f"{name} {text}" for name, _, text in plot.comparators)
    alt = text_alternative("Dot plot", indicator, project, "", reading, f"{area} {plot.text}; {facing}.")
    published = [(b.area, benchmark_text(b, indicator), comparator_period(b.period)) for b in named]
    published += [
        (name, published_text(value, indicator), comparator_period(period)) for name, value, period in neighbours
    ]
    kind = "quarter" if indicator.is_snapshot else "rolling_12_months"
    between = ""
    if None not in interval:
        between = " to ".join(value_text(edge, plot.unit, indicator.decimals) for edge in interval)
    table = ChartTable(
        f"{short_name(indicator)} among neighbours",
        ("Area", "Value", "Period", *(["95% interval"] if between else [])),
        tuple(
            row if not between else (*row, between if place == 0 else "–")
            for place, row in enumerate([(area, plot.text, figure_period(ours, indicator, kind)), *published])
        ),
    )
    return Drawing(picture(dots.dot_plot(plot, width_mm, height_mm, alt), table), "")


def dots_note(finding: Finding, indicator: Indicator, project: Project, quarter: Quarter) -> str:
    """Return what a dot plot's bar and rings are; empty where there is no dot plot."""
    ours = finding.value if indicator.is_snapshot else finding.rolling_12_months
    neighbours = neighbour_values(project, finding.indicator, quarter)
    if ours is None or ours.value is None or not (neighbours or finding.benchmarks):
        return ""
    interval = any(b.lower is not None for b in finding.benchmarks)
    words = (["our bar is the 95% interval"] if interval else []) + (["rings are the neighbours"] if neighbours else [])
    return ", ".join(words)


def share_bars(
    name: str, parts: Sequence[str], rows: Sequence[shares.ShareRow], width_mm: float, height_mm: float, alt: str
) -> Markup:
    """Return shares of a whole as bars of equal length; `name` says of what."""
    table = ChartTable(name, ("Quarter", *parts), tuple((row.name, *row.texts) for row in rows))
    return picture(shares.share_bars(parts, rows, width_mm, height_mm, alt), table)


def matrix(
    name: str, rows: Sequence[levels.MatrixRow], most: int, width_mm: float, height_mm: float, alt: str
) -> Markup:
    """Return the levels of several areas, a year ago and now."""
    texts = tuple((row.name, level_text(row.before), level_text(row.now), row.words) for row in rows)
    table = ChartTable(name, ("Area", "A year ago", "Now", "Evidence"), texts)
    return picture(levels.matrix(rows, most, width_mm, height_mm, alt), table)


def level_text(value: float | None) -> str:
    """Return a level of the maturity matrix as it is printed: '3', or a dash where it is not known."""
    return "–" if value is None else f"{value:g}"


def journey_bars(
    stages: Sequence[JourneyBar], width_mm: float, height_mm: float, alt: str, now: str, before: str
) -> Markup:
    """Return the stages of the child's journey as bars from zero; `now` and `before` name the two periods."""
    table = ChartTable(
        f"The child's journey, {now}",
        ("Stage", now, before, "Change", "Conversion"),
        tuple((bar.name, bar.text, bar.before_text, bar.change or "–", bar.conversion or "–") for bar in stages),
    )
    return picture(bars.journey_bars(stages, width_mm, height_mm, alt), table)


def control_series(finding: Finding, indicator: Indicator) -> control.ControlChart:
    """Return what the control chart of a measure shows: its points, and the targets and breaks at each of them."""
    points = finding.spc.points
    quarterly = bool(points) and "Q" in points[-1].period
    figures, step = (finding.quarters, 3) if quarterly else (finding.months, 1)
    hidden = {period_name(figure.start, step) for figure in figures if figure.marker == "c"}
    other_span = target_span(indicator, step)
    lasts = [month_end(add_months(first_day(point.period), step - 1)) for point in points]
    aims = tuple(aim.value if (aim := target_at(indicator.target, day)) is not None else None for day in lasts)
    breaks = tuple(points[place].period for place in breaks_of(indicator, [first_day(one.period) for one in points]))
    if finding.spc.chart in BETWEEN_EVENTS:
        return control.ControlChart(
            finding.spc, "gap", None, FEWER[indicator.polarity], False, first=max(0, len(points) - MOST_MONTHS),
            breaks=breaks,
        )  # fmt: skip
    return control.ControlChart(
        spc=finding.spc,
        unit=indicator.figure_unit,
        decimals=indicator.decimals,
        polarity=indicator.polarity,
        stock=indicator.is_snapshot,
        targets=() if other_span else aims,
        target_for=other_span if any(aim is not None for aim in aims) else "",
        first=max(0, len(points) - (MOST_QUARTERS if quarterly else MOST_MONTHS)),
        breaks=breaks,
        suppressed=tuple(point.period for point in points if point.period in hidden),
        signed=signed(finding, indicator),
    )


def first_day(period: str) -> date:
    """Return the first day of a point's month or quarter ('2025-09', '2025-Q2')."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return Quarter(int(year), int(part[1:])).start
    return date(int(year), int(part), 1)


def span(chart: control.ControlChart) -> str:
    """Return 'monthly, April 2023 to September 2025'."""
    if not chart.points:
        return ""
    first, last = chart.points[0].period, chart.points[-1].period
    if "Q" in last:
        return f"quarterly, {control.period_name(first)} to {control.period_name(last)}"
    start, end = (date(int(period[:4]), int(period[5:7]), 1) for period in (first, last))
    return f"monthly, {MONTHS[start.month - 1]} {start.year} to {MONTHS[end.month - 1]} {end.year}"


def points_words(chart: control.ControlChart) -> str:
    """Return what the points of a chart of rare events are; '' for others, whose points are the measure's values."""
    what = {"t": "Months", "g": "Cases"}.get(chart.spc.chart)
    return f"{what} between months with an event." if what else ""


def control_note(chart: control.ControlChart) -> str:
    """Return the line under a control chart: step, shading, markers, where its axis starts; '' without points."""
    if not chart.points:
        return ""
    quarterly = "Q" in chart.points[-1].period
    words = [points_words(chart) or ("Quarterly." if quarterly else "Monthly.")]
    if chart.spc.mean is not None:
        words.append("Shaded: usual range.")
        if any(point.period in chart.suppressed for point in chart.points):
            words.append(f"{'Quarters' if quarterly else 'Months'} marked [c] are not in the mean.")
    if chart.target_for:
        words.append(f"The target is for {chart.target_for}.")
    bottom, _, _ = control.axis(chart)
    if bottom > 0:
        start = value_text(bottom, chart.unit, 0) if bottom.is_integer() else chart.text(bottom)
        words.append(f"Axis starts at {start}.")
    return " ".join(words)


def ends(chart: control.ControlChart) -> str:
    """Return the values that a control chart names at its right end, for its text alternative; nothing suppressed."""
    last = chart.points[-1] if chart.points else None
    held = [text for _, text, _, _ in control.end_labels(chart) if text.startswith(("Target", "Mean"))]
    if last is not None and last.value is not None:
        held.insert(0, f"{control.period_name(last.period)} {chart.text(last.value)}")
    return f"{'; '.join(held)}." if held else ""


def text_alternative(
    kind: str, indicator: Indicator, project: Project, span: str, reading: str, values: str = ""
) -> str:
    """Return the text alternative: kind, measure, area and period, the finding, then values (report reference, 3.4)."""
    area = project.report.council.called
    head = f"{kind} of {short_name(indicator)}, {area}"
    return " ".join(part for part in (f"{head}, {span}" if span else f"{head}.", reading, values) if part)
