"""Our figure beside published comparators, judged by its interval; published figures are taken as fixed.

A flow's rolling 12 months or a snapshot's last day meets the latest period that ended by the
quarter's end. Which differences are clear is decided across all indicators together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from statistics import fmean, median
from typing import TYPE_CHECKING

from carereport.comparators import ALL_AREAS, fold
from carereport.figures import BenchmarkFinding, Comparison, Figure, Finding
from carereport.judgement import intervals
from carereport.judgement.declared import is_proportion
from carereport.quarters import Quarter
from carereport.settings import Indicator, Polarity

if TYPE_CHECKING:
    from carereport.comparators import PublishedFigure
    from carereport.project import Project

NEIGHBOURS = "Statistical neighbours"
FALSE_DISCOVERY_RATE = 0.10
MOST_YEARS = 6
"""Published years shown beside each other."""
_NEIGHBOUR_WORDS = frozenset({"statistical", "neighbour", "neighbours", "average", "mean", "median"})
_UNITS = {"%": "percent", "percentage": "percent", "count": "number", "per 10,000": "per_10000"}


@dataclass(frozen=True)
class Compared:
    """A comparison with its p-value, which the decision across the scorecard needs (None: not tested)."""

    finding: BenchmarkFinding
    p_value: float | None


def compare(
    project: Project, indicator_id: str, indicator: Indicator, ours: Figure | None, quarter: Quarter
) -> list[Compared]:
    """Compare our figure with England, the region, the neighbours and other areas named in the YAML.

    `ours` is the rolling 12 months of a flow, the last day of a snapshot. A comparison is None, with
    the reason in `method`, where no interval can be had or the figures are not alike.
    """
    return [beside(indicator, ours, published) for published in comparators(project, indicator_id, quarter)]


def comparators(project: Project, indicator_id: str, quarter: Quarter) -> list[PublishedFigure]:
    """Return the latest published figure of each comparator that had ended by the quarter's end."""
    held = _ended(project, indicator_id, quarter)
    region = project.report.council.region
    named = [b.area for b in project.indicators[indicator_id].benchmarks if b.area is not None]
    wanted = ["England", ALL_AREAS, *([region] if region else []), *named]
    found: dict[str, PublishedFigure] = {}
    for area in wanted:
        if is_neighbours(area) or fold(area) in found or fold(area) in own_names(project):
            continue
        rows = [figure for figure in held if fold(figure.area) == fold(area)]
        if rows:
            found[fold(area)] = max(rows, key=lambda figure: figure.end)
    result = list(found.values())
    neighbours = _neighbours(project, held)
    if neighbours is not None:
        larger = {"england", fold(ALL_AREAS), fold(region)}
        result.insert(sum(fold(figure.area) in larger for figure in result), neighbours)
    return result


def by_year(
    project: Project, indicator_id: str, quarter: Quarter
) -> list[tuple[PublishedFigure, PublishedFigure | None]]:
    """Return England's published years with the neighbours' of the same day, the latest last."""
    held = _ended(project, indicator_id, quarter)
    england = sorted((figure for figure in held if fold(figure.area) == "england"), key=lambda figure: figure.end)
    return [(one, _neighbours(project, [f for f in held if f.end == one.end])) for one in england[-MOST_YEARS:]]


def neighbour_values(project: Project, indicator_id: str, quarter: Quarter) -> list[tuple[str, float, str]]:
    """Return (area, value, period) of the statistical neighbours for the latest period at least half published.

    Sorted from the highest value, then by name. Empty where no such period is held.
    """
    held = _ended(project, indicator_id, quarter)
    rows = _named_neighbours(project, held)
    return [(row.area, row.value, row.period) for row in sorted(rows, key=lambda row: (-row.value, row.area))]


def published_authorities(project: Project, indicator_id: str, quarter: Quarter) -> list[PublishedFigure]:
    """Return the latest published figures of every other council; England, regions and averages are left out."""
    skipped = {fold(name) for name in (*_LARGER, ALL_AREAS, project.report.council.region)} | own_names(project)
    held = [
        figure
        for figure in _ended(project, indicator_id, quarter)
        if fold(figure.area) not in skipped and not is_neighbours(figure.area)
    ]
    latest = max((figure.end for figure in held), default=None)
    return list({fold(figure.area): figure for figure in held if figure.end == latest}.values())


def decide_clear(compared: Sequence[Sequence[Compared]]) -> list[tuple[BenchmarkFinding, ...]]:
    """Mark which differences are clear: Benjamini and Hochberg (1995) at 10% over all comparisons of all indicators."""
    p_values = [item.p_value for row in compared for item in row if item.p_value is not None]
    cut = benjamini_hochberg(p_values, FALSE_DISCOVERY_RATE)
    return [tuple(_decided(item, cut) for item in row) for row in compared]


def benjamini_hochberg(p_values: Sequence[float], rate: float) -> float:
    """Return the largest p-value that is clear at a false discovery rate, -1 where none is."""
    cut = -1.0
    for place, p_value in enumerate(sorted(p_values), start=1):
        if p_value <= rate * place / len(p_values):
            cut = p_value
    return cut


def figure_interval(indicator: Indicator, figure: Figure) -> tuple[float, float, str] | None:
    """Return the 95% interval of a figure in its own unit and the method, None where none can be had."""
    x, n = figure.numerator, figure.denominator
    if figure.value is None:
        return None
    if indicator.kind == "median" and figure.lower is not None and figure.upper is not None:
        return figure.lower, figure.upper, "order statistics"
    if indicator.kind == "mean" and figure.deviation is not None and n and n >= 2:
        lower, upper = intervals.mean(figure.value, figure.deviation, int(n))
        return lower, upper, "Student's t"
    if x is None or not n or x < 0:
        return None
    size = family_size(figure)
    siblings = ", siblings allowed for" if size > 1 else ""
    if indicator.per is not None:
        lower, upper = intervals.rate(x / size, n / size, indicator.per.scale)
        return lower, upper, _POISSON[x / size < 10] + siblings
    if is_proportion(indicator) and x <= n:
        lower, upper = intervals.wilson(x / size, n / size)
        return 100 * lower, 100 * upper, "Wilson score" + siblings
    return None


def family_size(figure: Figure) -> float:
    """Return by how much siblings who enter together make the variance larger: the mean family size, 1 if unknown."""
    return max(figure.family_size or 1.0, 1.0)


def is_stock(finding: Finding, indicator: Indicator) -> bool:
    """Return whether the figure is a state at a period's end; a sum of such figures has no longer period either."""
    derived = indicator.kind == "derived" and finding.year_to_date is None and finding.rolling_12_months is None
    return indicator.is_snapshot or derived


def comparable(finding: Finding, indicator: Indicator) -> Figure | None:
    """Return the figure that meets a published one: a flow's rolling 12 months, a stock's last day."""
    return finding.value if is_stock(finding, indicator) else finding.rolling_12_months


_POISSON = {False: "Byar", True: "exact Poisson"}
_LARGER = (
    "England", "Great Britain", "United Kingdom", "North East", "North West", "Yorkshire and The Humber",
    "East Midlands", "West Midlands", "East of England", "London", "Inner London", "Outer London",
    "South East", "South West",
)  # fmt: skip


def beside(indicator: Indicator, ours: Figure | None, published: PublishedFigure) -> Compared:
    """Compare our figure with one published figure."""
    comparison: Comparison | None = None
    lower = upper = p_value = None
    if ours is None or ours.value is None:
        method = "not compared: we have no figure for the period"
    elif published.unit and _unit(published.unit) != _unit(indicator.figure_unit):
        method = "not compared: published in another unit"
    elif indicator.kind == "count":
        method = "not compared: counts depend on an area's size"
    else:
        found = figure_interval(indicator, ours)
        if found is None:
            method = "not compared: no interval can be had from these figures"
        else:
            lower, upper, method = found
            comparison = compare_word(published.value, lower, upper, indicator.polarity)
            p_value = _p_value(indicator, ours, published.value, lower, upper)
    return Compared(
        BenchmarkFinding(
            area=published.area,
            period=published.period,
            value=published.value,
            comparison=comparison,
            lower=lower,
            upper=upper,
            method=method,
            source=published.source,
            statistic=published.statistic,
        ),
        p_value,
    )


def compare_word(comparator: float, lower: float, upper: float, polarity: Polarity) -> Comparison:
    """Return better, similar or worse (higher or lower without polarity) by our interval alone."""
    tol = 1e-9 * max(abs(comparator), abs(lower), abs(upper))
    if lower - tol <= comparator <= upper + tol:
        return "similar"
    above = lower > comparator
    if polarity == "neither":
        return "higher" if above else "lower"
    return "better" if above == (polarity == "high") else "worse"


def _p_value(indicator: Indicator, ours: Figure, comparator: float, lower: float, upper: float) -> float | None:
    """Return the p-value; of means and medians from their interval, as if it were a normal curve's on each side."""
    if indicator.kind in ("mean", "median") and ours.value is not None:
        half = ours.value - lower if comparator < ours.value else upper - ours.value
        return intervals.two_sided(intervals.Z95 * (ours.value - comparator) / half) if half > 0 else None
    x, n, size = ours.numerator, ours.denominator, family_size(ours)
    if x is None or n is None:
        return None
    x, n = x / size, n / size
    if indicator.per is not None:
        return intervals.count_p_value(x, comparator * n / indicator.per.scale)
    return intervals.proportion_p_value(x, n, min(max(comparator / 100, 0.0), 1.0))


def _decided(item: Compared, cut: float) -> BenchmarkFinding:
    if item.p_value is None:
        return item.finding
    return replace(item.finding, clear=item.p_value <= cut and item.finding.comparison != "similar")


def _neighbours(project: Project, held: Sequence[PublishedFigure]) -> PublishedFigure | None:
    """The neighbours' published average, or that of the named ones where that is newer or all there is."""
    given = max((figure for figure in held if is_neighbours(figure.area)), key=lambda f: f.end, default=None)
    rows = _named_neighbours(project, held)
    if not rows or (given is not None and given.end >= rows[0].end):
        return given
    total = len(project.report.council.neighbours)
    average = project.report.council.neighbour_average
    return rows[0]._replace(
        area=NEIGHBOURS,
        value=(fmean if average == "mean" else median)(row.value for row in rows),
        statistic=f"{average} of {len(rows)} of {total}",
        decimals=max(row.decimals for row in rows),
    )


def _named_neighbours(project: Project, held: Sequence[PublishedFigure]) -> list[PublishedFigure]:
    """The named neighbours' figures of the latest period for which at least half of them are published."""
    names = {fold(name) for name in project.report.council.neighbours}
    by_end: dict[date, dict[str, PublishedFigure]] = {}
    for figure in held:
        if fold(figure.area) in names:
            by_end.setdefault(figure.end, {})[fold(figure.area)] = figure
    enough = [end for end, rows in by_end.items() if 2 * len(rows) >= len(names)]
    return [row for _, row in sorted(by_end[max(enough)].items())] if enough else []


def own_names(project: Project) -> set[str]:
    """Return the names under which the council itself may be published, folded."""
    council = project.report.council
    return {fold(name) for name in (council.name, council.short_name, council.area) if name}


def _ended(project: Project, indicator_id: str, quarter: Quarter) -> list[PublishedFigure]:
    """The published figures of an indicator whose period had ended by the quarter's end."""
    end = quarter.end
    return [figure for figure in project.benchmarks.get(indicator_id, ()) if figure.end <= end]


@lru_cache(maxsize=1024)
def is_neighbours(area: str) -> bool:
    """Return whether an area is the statistical neighbours together: 'Statistical neighbour median'."""
    words = set(re.findall(r"[a-z]+", area.casefold()))
    return bool(words & {"neighbour", "neighbours"}) and words <= _NEIGHBOUR_WORDS


def _unit(unit: str) -> str:
    return _UNITS.get(unit.casefold(), unit.casefold())
