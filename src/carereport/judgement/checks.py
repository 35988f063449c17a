"""Checks what indicators.yaml says about judging, with the place of every fault; it judges nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from carereport.comparators import BENCHMARKS, INDICATORS, MOST_LINES, fold, rows_by_figure
from carereport.faults import Fault, Severity, suggestion
from carereport.judgement.declared import (
    LEAST_COUNCILS,
    MINIMUM,
    can_look_ahead,
    charts_allowed,
    is_proportion,
    read_month,
)
from carereport.judgement.status import parse_threshold
from carereport.project import REPORT
from carereport.quarters import month_end
from carereport.settings import Indicator

if TYPE_CHECKING:
    import pandas as pd

    from carereport.comparators import PublishedFigure
    from carereport.project import Project

FIRST_YEAR = 2000
REGIONS = (
    "north east", "north west", "yorkshire and the humber", "east midlands", "west midlands",
    "east of england", "london", "south east", "south west",
)  # fmt: skip
_Path = tuple[str | int, ...]
_Rows = Mapping[tuple[str | None, ...], tuple[str, int, Mapping[str, str]]]
_Found = tuple[str, Severity, _Path, str, str]


def check_judgement(project: Project) -> list[Fault]:
    """Return the faults of targets, thresholds, baselines, re-basings, charts and benchmarks of all indicators."""
    faults = []
    for name, indicator in project.indicators.items():
        found = [
            *_targets(indicator), *_thresholds(indicator), *_charts(indicator), *_benchmarks(indicator),
            *_pairs(name, indicator),
        ]  # fmt: skip
        for code, severity, path, message, remedy in found:
            line, position, text = project.locate(INDICATORS, ("indicators", name, *path))
            faults.append(Fault(code, severity, message, remedy, INDICATORS, line, None, position, 1, text))
    others = (_themes, _looked_ahead, _published, _funnels, _region)
    return [*faults, *(fault for check in others for fault in check(project))]


def _looked_ahead(project: Project) -> Iterator[Fault]:
    """Shares, rates and amounts are not projected: only what is counted."""
    for number, name in enumerate(project.report.look_ahead.indicators):
        if name in project.indicators and not can_look_ahead(project.indicators[name]):
            line, position, text = project.locate(REPORT, ("look_ahead", "indicators", number))
            message = f"{name} cannot be projected: it is no count whose months add up to its quarter"
            remedy = "name a stock or a flow that is counted, such as children in care or referrals"
            yield Fault("JD017", "error", message, remedy, REPORT, line, None, position, 1, text)


def _funnels(project: Project) -> Iterator[Fault]:
    """A funnel plot that cannot be drawn: few councils' bases are published, or the figure has no base."""
    for name, indicator in project.indicators.items():
        if indicator.comparison_chart != "funnel":
            continue
        bases = len({figure.area for figure in project.benchmarks.get(name, ()) if figure.denominator})
        if not (is_proportion(indicator) or indicator.per is not None):
            wrong, remedy = "only a percentage or a rate has limits by size", "write `comparison_chart: dots`"
        elif bases < LEAST_COUNCILS:
            wrong = f"{bases} areas have a denominator in {BENCHMARKS}, at least {LEAST_COUNCILS} councils must"
            remedy = "import it with carereport benchmarks import --denominator, or write `comparison_chart: dots`"
        else:
            continue
        line, position, text = project.locate(INDICATORS, ("indicators", name, "comparison_chart"))
        message = f"no funnel plot can be drawn, dots are: {wrong}"
        yield Fault("JD018", "warning", message, remedy, INDICATORS, line, None, position, 1, text)


def _region(project: Project) -> Iterator[Fault]:
    """A region that is none of England's and of which nothing is published is most often misspelt."""
    region = project.report.council.region
    published = {fold(figure.area) for figures in project.benchmarks.values() for figure in figures}
    own = {fold(row.region) for row in project.areas.values()}
    if not region or fold(region) in published.union(own, REGIONS):
        return
    line, position, text = project.locate(REPORT, ("council", "region"))
    message = f"no region of England is called {region}, and nothing is published of it"
    remedy = suggestion(region, [name.title() for name in REGIONS]) or "write it as the published figures do"
    yield Fault("JD019", "warning", message, remedy, REPORT, line, None, position, 1, text)


def _themes(project: Project) -> Iterator[Fault]:
    """A theme that only one indicator names is most often misspelt."""
    named = Counter(indicator.theme for indicator in project.indicators.values() if indicator.theme)
    for name, indicator in project.indicators.items():
        if indicator.theme and named[indicator.theme] == 1 and len(named) > 1:
            line, position, text = project.locate(INDICATORS, ("indicators", name, "theme"))
            near = suggestion(indicator.theme, [theme for theme in named if theme != indicator.theme])
            message = f"only {name} has this theme"
            remedy = near or "name it at other indicators too"
            yield Fault("JD014", "note", message, remedy, INDICATORS, line, None, position, 1, text)


def _published(project: Project) -> Iterator[Fault]:
    """Comparators that cannot be, whatever file they came from."""
    taken = project.extracts.extracted
    rows = cache(lambda: rows_by_figure(project.root))
    for name, figures in project.benchmarks.items():
        indicator = project.indicators[name]
        given = {(one.area, one.period) for one in indicator.benchmarks}
        for figure in figures:
            wrong, year = impossible(indicator, figure.value), figure.end.year
            found: list[tuple[str, Severity, str, str, str]] = []
            if wrong and (figure.area, figure.period) not in given:
                found.append(("JD010", "error", "value", f"the benchmark is {wrong}", "check its unit"))
            if year < FIRST_YEAR or (taken is not None and year > taken.year + 1):
                found.append(("JD011", "warning", "period", "an unlikely year", "check the period"))
            for code, severity, field, message, remedy in found:
                where = f"{name}, {figure.area}, {figure.period}"
                yield _at(project, rows, figure, field, Fault(code, severity, f"{where}: {message}", remedy))
        small = [one for one in figures if 0 < one.value < 1] if indicator.figure_unit == "percent" else []
        if small:
            message = f"{name}, {small[0].area}, {small[0].period}: the benchmark is under 1%"
            fault = Fault("JD016", "note", message, "right if so published; else write 21.4 for 21.4%")
            places = [_at(project, rows, one, "value", fault) for one in small[:MOST_LINES]]
            lines = tuple(one.line for one in places if one.line is not None and one.file == places[0].file)
            yield replace(places[0], count=len(small), lines=lines if len(small) > 1 else ())
        for period in england_outside_regions(figures) if indicator.kind != "count" else []:
            message = f"{name}, {period}: England lies outside the range of its regions"
            fault = Fault("JD012", "warning", message, "compare both with the publication")
            england = next(one for one in figures if one.period == period and one.area.casefold() == "england")
            yield _at(project, rows, england, "value", fault)


def _at(project: Project, rows: Callable[[], _Rows], figure: PublishedFigure, field: str, fault: Fault) -> Fault:
    """Return the fault at the place that gave the figure: in indicators.yaml, or a row of config/benchmarks."""
    for number, given in enumerate(project.indicators[figure.indicator].benchmarks):
        if (given.area, given.period) == (figure.area, figure.period):
            path = ("indicators", figure.indicator, "benchmarks", number, field)
            line, position, text = project.locate(INDICATORS, path)
            return replace(fault, file=INDICATORS, line=line, position=position, text=text)
    found = rows().get((figure.indicator, figure.area, figure.period))
    if found is None:
        return replace(fault, file=BENCHMARKS)
    file, line, row = found
    return replace(fault, file=file, line=line, column=field, position=[*row].index(field) + 1)


def england_outside_regions(figures: Iterable[PublishedFigure]) -> list[str]:
    """Return the periods in which England's value lies outside the range of at least eight of its regions."""
    periods: dict[str, dict[str, float]] = {}
    for figure in figures:
        periods.setdefault(figure.period, {})[figure.area.casefold()] = figure.value
    found = []
    for period, values in sorted(periods.items()):
        regions = [values[name] for name in REGIONS if name in values]
        england = values.get("england")
        if england is not None and len(regions) >= 8 and not min(regions) <= england <= max(regions):
            found.append(period)
    return found


def _targets(indicator: Indicator) -> Iterator[_Found]:
    for number, target in enumerate(indicator.target):
        path: _Path = ("target", number, "value")
        wrong = impossible(indicator, target.value)
        if wrong:
            yield "JD001", "error", path, f"the target is {wrong}", "write the value in the indicator's own unit"
    if indicator.target and indicator.polarity == "neither":
        yield (
            "JD002",
            "warning",
            ("target",),
            "a target without polarity is never rated",
            "set `polarity` to high or low, or leave the target out",
        )
    starts = [target.from_ for target in indicator.target]
    if len(set(starts)) < len(starts):
        yield "JD003", "error", ("target",), "two targets start on the same day", "give each its own `from`"
    for number, target in enumerate(indicator.target):
        if indicator.figure_unit == "percent" and indicator.polarity == "high" and 0 < target.value < 1:
            yield "JD016", "warning", ("target", number, "value"), "the target is under 1%", "write 85 for 85%"


def _thresholds(indicator: Indicator) -> Iterator[_Found]:
    limits: dict[str, float] = {}
    for colour in ("green", "amber"):
        text = getattr(indicator.status, colour)
        if text is None:
            continue
        try:
            threshold = parse_threshold(text)
        except ValueError as error:
            yield "JD004", "error", ("status", colour), "not a threshold", str(error)
            continue
        away = {"high": "<", "low": ">"}.get(indicator.polarity)
        if away and all(sign.startswith(away) for sign, _ in threshold.parts):
            side = "low" if away == "<" else "high"
            message = f"{colour} is for {side} figures, while polarity is {indicator.polarity}"
            yield "JD015", "warning", ("status", colour), message, "turn the threshold round, or correct `polarity`"
        known = not any(impossible(indicator, limit) for _, limit in threshold.parts)
        if len(threshold.parts) == 1 and known and (away is None or not threshold.parts[0][0].startswith(away)):
            limits[colour] = threshold.parts[0][1]
        for _, limit in threshold.parts:
            wrong = impossible(indicator, limit)
            if wrong:
                yield (
                    "JD005",
                    "error",
                    ("status", colour),
                    f"the threshold is {wrong}",
                    "write it in the indicator's own unit",
                )

    yield from _at_odds(indicator, limits.get("green"), limits.get("amber"))


def _at_odds(indicator: Indicator, green: float | None, amber: float | None) -> Iterator[_Found]:
    """Thresholds that the report would print beside a target that they are not of, or that no figure reaches."""
    if indicator.polarity == "neither":
        return
    last = max(indicator.target, key=lambda target: target.from_ or date.min, default=None)
    green = last.value if green is None and last else green
    if last and green is not None and green != last.value:
        message = f"green begins at {green:g}, the target is {last.value:g}: between them a figure would be said to "
        message += "meet the target and to miss it"
        yield "JD022", "warning", ("status", "green"), message, "make both the same"
    if green is not None and amber is not None and (amber - green) * (1 if indicator.polarity == "high" else -1) >= 0:
        message = "no figure is amber: green takes all of them"
        yield "JD023", "warning", ("status", "amber"), message, "exchange the two, or correct the limit"


def _charts(indicator: Indicator) -> Iterator[_Found]:
    spc = indicator.spc
    if spc.chart not in charts_allowed(indicator):
        yield (
            "JD006",
            "error",
            ("spc", "chart"),
            f"a {spc.chart} chart does not suit this kind of figure",
            f"choose one of {', '.join(charts_allowed(indicator))}",
        )
    for number, rebase in enumerate(spc.rebase):
        path: _Path = ("spc", "rebase", number)
        if _month(rebase.from_) is None:
            yield "JD007", "error", (*path, "from"), "not a month", "write the month as 2024-10"
        if not rebase.reason.strip() or not rebase.approved_by.strip():
            yield "JD008", "error", path, "re-basing needs a reason and who approved it", "fill `reason`, `approved_by`"
    if spc.baseline is None:
        return
    first, last = _month(spc.baseline.from_), _month(spc.baseline.to)
    if first is None or last is None:
        wrong = "from" if first is None else "to"
        yield "JD007", "error", ("spc", "baseline", wrong), "not a month", "write the month as 2024-10"
        return
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    points = months // 3 if spc.period == "quarter" else months
    if points < MINIMUM:
        yield (
            "JD009",
            "error" if points < 1 else "warning",
            ("spc", "baseline"),
            f"the baseline has {max(points, 0)} points",
            f"limits need at least {MINIMUM}; without a baseline all points are used",
        )


def _pairs(name: str, indicator: Indicator) -> Iterator[_Found]:
    for number, other in enumerate(indicator.pair):
        if other == name:
            yield "JD013", "warning", ("pair", number), "an indicator is paired with itself", "name another one"


def _benchmarks(indicator: Indicator) -> Iterator[_Found]:
    for number, benchmark in enumerate(indicator.benchmarks):
        if benchmark.value is None:
            continue
        wrong = impossible(indicator, benchmark.value)
        if wrong:
            yield (
                "JD010",
                "error",
                ("benchmarks", number, "value"),
                f"the benchmark is {wrong}",
                "check unit and source; it must be in the indicator's own unit",
            )


def impossible(indicator: Indicator, value: float) -> str:
    """Return why no figure of this indicator could have the value, empty where one could."""
    if indicator.kind == "derived":
        return ""
    if value < 0 and indicator.kind != "mean" and indicator.kind != "median":
        return "below 0"
    if indicator.kind == "percentage" and value > 100:
        return "above 100%"
    return ""


def baseline_faults(project: Project, figures: pd.DataFrame) -> list[Fault]:
    """Return a finding for each declared baseline that reaches outside the months or quarters of the data.

    `figures` has the columns of figures.csv. A warning where too few points are left for limits, a note elsewhere.
    """
    declared = {name: one for name, one in project.indicators.items() if one.spc.baseline is not None}
    totals = figures[figures["indicator"].isin(list(declared))]
    totals = totals[(totals["breakdown"] == "total") & totals["value"].notna()]
    faults = []
    for name, mine in totals.groupby("indicator", sort=False):
        indicator = declared[str(name)]
        baseline = indicator.spc.baseline
        first, last = (_month(baseline.from_), _month(baseline.to)) if baseline else (None, None)
        months = mine[mine["period_kind"] == "month"]
        by_quarter = indicator.spc.period == "quarter" or months.empty
        held = mine[mine["period_kind"] == "quarter"] if by_quarter else months
        if first is None or last is None or held.empty:
            continue
        starts, end = held["period_start"], month_end(last)
        begins, ends = starts.min().date(), held["period_end"].max().date()
        if begins <= first and end <= ends:
            continue
        inside = int(((starts >= first.isoformat()) & (held["period_end"] <= end.isoformat())).sum())
        what = "quarters" if by_quarter else "months"
        line, position, text = project.locate(INDICATORS, ("indicators", str(name), "spc", "baseline"))
        few = inside < MINIMUM
        message = f"{name}: the baseline reaches outside the data, which hold {inside} of its {what}"
        so = "all points make the limits" if inside == 0 else "no limits are drawn"
        remedy = f"the data hold {begins:%Y-%m} to {ends:%Y-%m}" + (f"; as it stands {so}" if few else "")
        severity: Severity = "warning" if few else "note"
        faults.append(Fault("JD021", severity, message, remedy, INDICATORS, line, None, position, 1, text))
    return faults


def _month(text: str) -> date | None:
    try:
        return read_month(text)
    except ValueError:
        return None
