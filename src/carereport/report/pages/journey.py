"""Demand and the child's journey: stages, two charts and the accounts of who came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from carereport.charts.journey_bars import JourneyBar
from carereport.figures import Figure, Finding
from carereport.judgement.compare import is_stock
from carereport.quarters import Quarter, written
from carereport.report import drawings
from carereport.report.comparison_drawings import Yearly, yearly
from carereport.report.pages.material import Link, Material, OfficerText, legend, page_of, positive_blocks
from carereport.report.pages.officers import officer_text
from carereport.report.pages.reconciled import Reconciled, reconciled
from carereport.report_settings import Flow
from carereport.settings import Indicator
from carereport.wording.headlines import conversion, finding_title, flow_account, rise_title, short_name
from carereport.wording.numbers import value_text
from carereport.wording.sentences import mid_sentence, period_of, shown, start

CHARTS = 2
CONVERTED = 3
"""So many stages the sentence on conversion tells of."""
ACCOUNT_HEIGHTS = (74.0, 52.0, 84.0)
"""Of an account's chart in millimetres: two accounts fill a page, so do two of which one has its last return below it;
of more with their returns each has a page."""
BESIDE, LOWER = (108.0, 62.0), 9.0
"""Millimetres of an account's chart and of the years beside it, and how much lower both are than a chart alone."""
SMALL_HEIGHT = 40
"""Millimetres of a chart of half a page's width."""
CHARTED = ("send", "workforce")
"""Sections whose own page shows charts."""


@dataclass(frozen=True)
class SmallChart:
    """A chart with its finding as title."""

    title: str
    subtitle: str
    picture: Markup
    link: Link


@dataclass(frozen=True)
class Account:
    """A flow account: start, joined, left, end and what is unexplained."""

    name: str
    caption: str
    title: str
    chart: SmallChart
    yearly: Yearly | None
    """The stock's rate beside England's, year by year."""
    heads: tuple[str, ...]
    cells: tuple[str, ...]
    sentence: str
    returned: Reconciled | None
    """The way from the last published return, where one is held."""
    legend: tuple[str, ...]


@dataclass(frozen=True)
class Journey:
    """The page."""

    title: str
    period: str
    conversion: str
    """How many events of later stages there were for every 100 of the stage that most are shares of, if known."""
    bars: Markup | None
    charts: tuple[SmallChart, ...]
    accounts: tuple[Account, ...]
    warnings: tuple[str, ...]
    explanation: OfficerText
    before: str
    legend: tuple[str, ...]


def journey(material: Material) -> Journey | None:
    """Return the page, None where report.yaml names neither stages nor flows."""
    report, quarter = material.project.report, material.quarter
    if not report.journey and not report.flows:
        return None
    bars = [stage_bar(material, place) for place in range(len(report.journey))]
    kept = [bar for bar in bars if bar is not None]
    return Journey(
        title=_title(material),
        period=quarter.year_to_date.label,
        conversion=_conversion(material, bars),
        bars=_bars(material, kept) if kept else None,
        charts=_charts(material),
        accounts=_accounts(material),
        warnings=tuple(dict.fromkeys(f.warning for f in material.findings if f.warning)),
        explanation=officer_text(material, "journey"),
        before=Quarter(quarter.year - 1, quarter.number).year_to_date.label,
        legend=legend([text for bar in kept for text in (bar.text, bar.before_text, bar.conversion)]),
    )


def _conversion(material: Material, bars: Sequence[JourneyBar | None]) -> str:
    stages = material.project.report.journey
    shares = Counter(stage.of for stage in stages if stage.of is not None)
    places = {stage.indicator: place for place, stage in enumerate(stages)}
    whole = max((name for name in shares if name in places), key=lambda name: shares[name], default=None)
    if whole is None:
        return ""
    base, later = bars[places[whole]], [bar for bar in bars[places[whole] + 1 :][:CONVERTED] if bar is not None]
    if base is None or not base.value or not later or any(bar.value is None for bar in later):
        return ""
    parts = [(value_text(100 * (bar.value or 0) / base.value, "number", 0), bar.name.lower()) for bar in later]
    return conversion(base.name.lower(), parts, material.quarter.year_to_date.label).text


def _title(material: Material) -> str:
    """The strongest finding of the journey: a stock of the flows or a stage beyond its usual range."""
    report = material.project.report
    names = [flow.stock for flow in report.flows] + [stage.indicator for stage in report.journey]
    found = [material.by_id[name] for name in names if name in material.by_id]
    unusual = [finding for finding in found if finding.spc.variation not in ("usual", "too_short")]
    chosen = next(iter(unusual), next(iter(found), None))
    if chosen is None:
        return "Demand and the child's journey"
    return finding_title(chosen, material.indicator(chosen), material.quarter).text


def stage_bar(material: Material, place: int) -> JourneyBar | None:
    """Return the bar of a stage, by its place in report.yaml; None where the measure has no finding."""
    stage = material.project.report.journey[place]
    finding = material.by_id.get(stage.indicator)
    if finding is None:
        return None
    indicator = material.indicator(finding)
    now, before = _to_date(finding, indicator, material.quarter, 0), _to_date(finding, indicator, material.quarter, 1)
    share, of = "", ""
    if stage.of is not None and stage.of in material.by_id:
        whole = material.by_id[stage.of]
        total = _to_date(whole, material.indicator(whole), material.quarter, 0)
        part = next((held for held in material.project.report.journey if held.indicator == stage.of), None)
        of = ((part.name if part else "") or short_name(material.indicator(whole))).lower()
        markers = [marker_of(finding.year_to_date), marker_of(whole.year_to_date)]
        share = "[z]" if total == 0 else "[c]" if "c" in markers else "[x]"
        if now is not None and total:
            share = f"{value_text(100 * now / total, 'number', 0)} per 100 {of}"
    name = stage.name or short_name(indicator)
    return JourneyBar(
        name=name,
        value=now,
        before=before,
        text=value_text(now, "number", marker="" if now is not None else marker_of(finding.year_to_date)),
        before_text=value_text(
            before, "number", marker="" if before is not None else _marker_before(finding, material.quarter)
        ),
        change=_change(now, before),
        conversion=share,
    )


def marker_of(figure: Figure | None) -> str:
    """Return why a figure has no number: not available where nothing else is said."""
    return figure.marker if figure is not None and figure.marker in ("c", "x", "z") else "x"


def _marker_before(finding: Finding, quarter: Quarter) -> str:
    """Return why no number is told of the year before: a quarter of it is suppressed, or there is none."""
    ends = {Quarter(quarter.year - 1, number).end for number in range(1, quarter.number + 1)}
    return "c" if any(held.marker == "c" for held in finding.quarters if held.end in ends) else "x"


def _change(now: float | None, before: float | None) -> str:
    """Percentage change of a count, only where the base is 50 or more (report reference, 5.1 rule 5)."""
    if now is None or before is None or before < 50:
        return ""
    change = 100 * (now - before) / before
    text = value_text(abs(change), "percent", 0)
    if text == "0%":
        return "0%"
    return f"+{text}" if change > 0 else f"−{text}"


def _to_date(finding: Finding, indicator: Indicator, quarter: Quarter, years_ago: int) -> float | None:
    """Return events from April to the quarter's end, this year or earlier; None where any part is hidden.

    A stock is told as it stands at the quarter's end. Children counted once in a period do not add up from quarters.
    """
    if years_ago == 0 and finding.year_to_date is not None:
        return drawings.event_count(finding.year_to_date, indicator)
    if is_stock(finding, indicator):
        return drawings.event_count((finding.value, finding.same_quarter_last_year)[years_ago], indicator)
    if indicator.distinct is not None and quarter.number > 1:
        return None
    total = 0.0
    for number in range(1, quarter.number + 1):
        end = Quarter(quarter.year - years_ago, number).end
        figure = next((held for held in finding.quarters if held.end == end), None)
        count = drawings.event_count(figure, indicator)
        if count is None:
            return None
        total += count
    return total


def bars_alternative(material: Material, bars: Sequence[JourneyBar]) -> str:
    """Return the text alternative of the bars."""
    area = material.project.report.council.called
    numbers = "; ".join(f"{bar.name} {bar.text}" for bar in bars)
    return (
        f"Bar chart of the child's journey, {area}, {material.quarter.year_to_date.label}. {numbers}. "
        "Beside them: the same months a year earlier."
    )


def _bars(material: Material, bars: Sequence[JourneyBar]) -> Markup:
    now, before = (Quarter(material.quarter.year - ago, material.quarter.number).year_to_date.label for ago in (0, 1))
    return drawings.journey_bars(bars, 176, 57, bars_alternative(material, bars), now, before)


def _charts(material: Material) -> tuple[SmallChart, ...]:
    """The measures of demand that moved most clearly, those of a theme first; stocks have charts of their own."""
    report = material.project.report
    apart = {*(flow.stock for flow in report.flows), *(chosen.indicator for chosen in material.exception_pages)}
    stages = [stage.indicator for stage in report.journey]
    held = [
        finding
        for finding in material.findings
        if material.indicator(finding).polarity == "neither"
        and finding.spc.mean is not None
        and finding.indicator not in apart
        and (finding.indicator in stages or material.indicator(finding).section in ("front_door", "protection"))
    ]
    ranked = sorted(
        held, key=lambda f: (f.spc.variation == "usual", not material.indicator(f).theme, f.indicator in stages)
    )[:CHARTS]
    order = [finding.indicator for finding in material.findings]
    return tuple(_small_chart(material, finding) for finding in sorted(ranked, key=lambda f: order.index(f.indicator)))


def small_charts(material: Material, section: str) -> tuple[SmallChart, ...]:
    """Return a section's two leading charts, of measures that have none elsewhere."""
    apart = {chosen.indicator for chosen in (*material.exception_pages, *positive_blocks(material))}
    held = [
        finding
        for id_, _, findings in material.sections
        if id_ == section and section in CHARTED
        for finding in findings
        if finding.indicator not in apart and material.indicator(finding).scorecard
        if finding.spc.mean is not None
    ]
    return tuple(_small_chart(material, finding) for finding in held[:CHARTS])


def _small_chart(material: Material, finding: Finding) -> SmallChart:
    indicator = material.indicator(finding)
    rise = rise_title(finding, indicator)
    title = (rise or finding_title(finding, indicator, material.quarter)).text
    drawn = drawings.control_chart(finding, indicator, material.project, 84, SMALL_HEIGHT, f"{title}.")
    left_out = _measure_note(finding, indicator, title, of_months=rise is not None)
    return SmallChart(title, f"{left_out} {drawn.note}".strip(), drawn.picture, page_of(material, finding))


def _measure_note(finding: Finding, indicator: Indicator, title: str, *, of_months: bool) -> str:
    """Return what a small chart's title leaves out: the measure's full name, and the quarter that its number is of.

    A title `of_months` gives the numbers that the chart shows.
    """
    figure = finding.leading
    name = start(indicator.name.removeprefix(f"{short_name(indicator)}, ")) if indicator.name not in title else ""
    monthly = bool(finding.spc.points) and "Q" not in finding.spc.points[-1].period
    if of_months or not monthly or figure is None or figure.value is None or is_stock(finding, indicator):
        return f"{name}." if name else ""
    value, when = shown(figure, indicator), period_of(figure, indicator, finding.headline)
    return f"{name}: {value} {when}." if name else f"{start(when.removeprefix('in '))}: {value}."


def _accounts(material: Material) -> tuple[Account, ...]:
    returns = [reconciled(material, flow) for flow in material.project.report.flows]
    height = ACCOUNT_HEIGHTS[min(sum(one is not None for one in returns), 2)]
    made = (
        _account(material, flow, returned, height)
        for flow, returned in zip(material.project.report.flows, returns, strict=True)
    )
    return tuple(account for account in made if account is not None)


def _account(material: Material, flow: Flow, returned: Reconciled | None, height: float) -> Account | None:
    """Start of the year, joined, left and now; what does not add up is shown, never hidden."""
    quarter = material.quarter
    stock = material.by_id.get(flow.stock)
    if stock is None:
        return None
    start_day = Quarter(quarter.year - 1, 4).end
    indicator = material.indicator(stock)
    first = next((held for held in stock.quarters if held.end == start_day), None)
    start, end = (drawings.event_count(figure, indicator) for figure in (first, stock.value))
    beside = _yearly(material, flow, height - LOWER)
    height -= LOWER if beside else 0
    heads, cells, numbers = [f"At {written(start_day)}"], [_cell(start, marker_of(first))], [start]
    signed: list[tuple[float, float | None]] = []
    for sign, names in ((1.0, flow.joined), (-1.0, flow.left)):
        for name in names:
            finding = material.by_id.get(name)
            held = material.project.indicators.get(name)
            if held is None:
                continue
            count = _to_date(finding, held, quarter, 0) if finding is not None else None
            heads.append(("+ " if sign > 0 else "− ") + mid_sentence(short_name(held)))
            cells.append(_cell(count, marker_of(finding.year_to_date if finding is not None else None)))
            signed.append((sign, count))
            numbers.append(count)
    heads.append(f"= At {written(quarter.end)}")
    cells.append(_cell(end, marker_of(stock.value)))
    whole = all(number is not None for number in (*numbers, end))
    gap = (end or 0) - (start or 0) - sum(sign * (count or 0) for sign, count in signed)
    if not material.disclosed.rounded:
        heads.append("Unexplained")
        cells.append(_cell(gap if whole else None, "c" if "[c]" in cells else "x"))
    return Account(
        name=flow.name,
        caption="Every child accounted for" if whole and not gap else "Who joined and who left",
        title=_flow_title(material, stock, signed, whole),
        chart=_stock_chart(material, flow, stock, (BESIDE[0] if beside else 176, height)),
        yearly=beside,
        heads=tuple(heads),
        cells=tuple(cells),
        sentence=_flow_sentence(signed, quarter) if whole else "",
        returned=returned,
        legend=legend(cells),
    )


def _flow_title(material: Material, stock: Finding, signed: Sequence[tuple[float, float | None]], whole: bool) -> str:
    """Return 'Children on protection plans: 288 joined and 239 left', or the stock's own finding."""
    indicator = material.indicator(stock)
    if not whole:
        return finding_title(stock, indicator, material.quarter).text
    joined, left = (sum(count or 0 for held, count in signed if held == sign) for sign in (1.0, -1.0))
    return f"{short_name(indicator)}: {value_text(joined, 'number')} joined and {value_text(left, 'number')} left"


def _yearly(material: Material, flow: Flow, height: float) -> Yearly | None:
    rate = material.by_id.get(flow.rate or "")
    if rate is None:
        return None
    return yearly(rate, material.indicator(rate), material.project, material.quarter, BESIDE[1], height)


def _stock_chart(material: Material, flow: Flow, stock: Finding, size: tuple[float, float]) -> SmallChart:
    indicator = material.indicator(stock)
    title = finding_title(stock, indicator, material.quarter).text
    joined, left = (
        [material.by_id[name] for name in names if name in material.by_id] for names in (flow.joined, flow.left)
    )
    drawn = drawings.stock_chart(stock, indicator, joined, left, material.project, *size, f"{title}.")
    return SmallChart(
        title, f"{drawn.note} Bars: joined and left, each month.", drawn.picture, page_of(material, stock)
    )


def _flow_sentence(signed: Sequence[tuple[float, float | None]], quarter: Quarter) -> str:
    joined = sum(count or 0 for sign, count in signed if sign > 0)
    left = sum(count or 0 for sign, count in signed if sign < 0)
    return flow_account(
        value_text(joined, "number"), value_text(left, "number"), joined - left,
        value_text(abs(joined - left), "number"), quarter.year_to_date.label,
    ).text  # fmt: skip


def _cell(value: float | None, marker: str) -> str:
    return value_text(value, "number", 0, marker="" if value is not None else marker)
