"""Chooses each indicator's control chart by a rule that is printed, and gathers its series; limits are in `spc`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from carereport.figures import ChartKind, Figure, Spc
from carereport.judgement.declared import charts_allowed, is_count, is_proportion, read_month
from carereport.judgement.rare_events import rare_event_chart, too_frequent
from carereport.judgement.spc import RECENT, Mask, Series, control_chart, read_points
from carereport.judgement.special_cause import Floats
from carereport.judgement.status import target_at
from carereport.quarters import Quarter, add_months
from carereport.settings import Indicator

VARIES = 0.25
LEAST_BASE = 20
LEAST_MEAN = 5

WITHHELD = "No chart: most single {} are too small to publish."
"""Why there is no chart where disclosure left all of them out."""

RULE = (
    "Percentages: an XmR chart; a Laney p-prime chart where any denominator differs from their mean by more "
    "than 25%; none where any is under 20. Rates: the same with an XmR or a Laney u-prime chart. Counts and "
    "rates whose mean count is under 5 a period: none. All else: XmR. A chart that is declared is used; a t or g "
    "chart shows the months, or the cases, between months with an event."
)
"""The rule as the report prints it."""


@dataclass(frozen=True)
class _Points:
    """A series on a grid of periods without holes."""

    starts: tuple[date, ...]
    figures: tuple[Figure | None, ...]

    def column(self, name: str) -> Floats:
        """A column of the figures; a gap in the value is a gap in all."""
        return read_points([None if f is None or f.value is None else getattr(f, name) for f in self.figures])


def chart_indicator(indicator: Indicator, months: Sequence[Figure], quarters: Sequence[Figure], day: date) -> Spc:
    """Return the control chart of an indicator's monthly (or, where declared, quarterly) figures.

    `day` is the report's last day, which decides the target. Rolling figures are never charted.
    Where no month has a value, as in a quarterly return, the quarters are charted. Where months were
    too small to publish there is none, and no chart unless one of quarters is declared.
    """
    monthly = any(figure.value is not None for figure in months)
    declared, why = indicator.spc.chart, ""
    if declared in ("t", "g"):
        found = _between_events(indicator, declared, months, day)
        if isinstance(found, Spc):
            return found
        why = found
    step = 3 if indicator.spc.period == "quarter" or why or (months and quarters and not monthly) else 1
    if step == 1 and quarters and not months:
        return Spc("none", WITHHELD.format("months"))
    series = series_of(indicator, quarters if step == 3 else months, step, day)
    chart, reason = choose(indicator, series)
    reason = f"{why} {reason}" if why else reason
    target = target_at(indicator.target, day)
    value = target.value if target is not None else None
    if value is not None and (span := target_span(indicator, step)):
        value = None
        reason += f" The target is for {span}, so it is not set against single {'quarters' if step == 3 else 'months'}."
    recent = 1 if step == 3 else RECENT
    return control_chart(series, chart, reason, value, indicator.polarity, indicator.spc.screen, recent)


def series_of(indicator: Indicator, figures: Sequence[Figure], step: int, day: date) -> Series:
    """Return an indicator's figures as a series without holes up to a day; `step` is 1 for months, 3 for quarters."""
    points = _grid(figures, step, day)
    return Series(
        tuple(period_name(start, step) for start in points.starts),
        points.column("value"),
        points.column("numerator"),
        points.column("denominator"),
        scale=indicator.per.scale if indicator.per is not None else 100,
        breaks=breaks_of(indicator, points.starts),
        baseline=_baseline(indicator, points.starts, step),
    )


def _between_events(indicator: Indicator, chart: Literal["t", "g"], months: Sequence[Figure], day: date) -> Spc | str:
    """Return the declared t or g chart, or why quarters are shown in its place."""
    points = _grid(months, 1, day)
    if not (is_count(indicator) or is_proportion(indicator)):
        return f"A {chart} chart is declared, but these figures count no events: quarters are shown."
    if chart == "g" and not any(figure is not None and figure.denominator for figure in points.figures):
        return "A g chart is declared, but no month has a number of cases: quarters are shown."
    if too_frequent(points.figures):
        return f"A {chart} chart is declared, but most months hold an event or are unknown: quarters are shown."
    periods = [period_name(start, 1) for start in points.starts]
    return rare_event_chart(periods, points.figures, breaks_of(indicator, points.starts), chart, indicator.polarity)


def choose(indicator: Indicator, series: Series) -> tuple[ChartKind, str]:
    """Return the chart for an indicator's series and the reason, from the segment since the last break."""
    declared = indicator.spc.chart
    segment = series.segments[-1] if series.segments else slice(0, 0)
    bases = _known(series.denominators, segment)
    if declared == "none":
        return "none", "No control chart, as declared."
    if declared in ("t", "g"):
        declared = "auto"
    if declared not in charts_allowed(indicator) or (declared in _NEED_BASES and not len(bases)):
        return "none", "The chart that is declared does not suit these figures."
    if declared != "auto":
        return declared, f"{_NAMES[declared]}, as declared."
    rare = _rare(indicator, series, segment)
    if rare:
        return "none", rare
    percentage = is_proportion(indicator)
    if not len(bases) or not (percentage or indicator.per is not None):
        return "xmr", f"{_NAMES['xmr']}."
    if float(np.abs(bases - bases.mean()).max()) <= VARIES * float(bases.mean()):
        return "xmr", f"{_NAMES['xmr']}: all denominators are within 25% of their mean."
    chart: ChartKind = "laney_p" if percentage else "laney_u"
    return chart, f"{_NAMES[chart]}: a denominator differs from their mean by more than 25%."


def _rare(indicator: Indicator, series: Series, segment: slice) -> str:
    """Return why a base or a count is too small for limits, empty where it is not."""
    bases = _known(series.denominators, segment)
    if is_proportion(indicator) and len(bases) and bases.min() < LEAST_BASE:
        return f"No limits: a denominator is under {LEAST_BASE}, so look at yearly points instead."
    baseline = series.baseline_of(segment)
    counts = series.values if is_count(indicator) else series.numerators if indicator.per is not None else None
    if counts is None or not baseline.any() or not np.isfinite(counts[segment][baseline]).any():
        return ""
    if float(np.nanmean(counts[segment][baseline])) >= LEAST_MEAN:
        return ""
    period = "quarter" if "Q" in series.periods[-1] else "month"
    return f"No limits: fewer than {LEAST_MEAN} a {period} on average, so nearly every point would stand out."


def adds_up(indicator: Indicator) -> bool:
    """Return whether months add up to a quarter, so that a quarter's target cannot be set against months."""
    if indicator.figure_unit == "percent" or indicator.is_snapshot:
        return False
    if indicator.kind == "supplied":
        return indicator.denominator is None or indicator.per is not None
    return indicator.kind in ("count", "rate", "derived")


def target_span(indicator: Indicator, step: int) -> str:
    """Return what a target is for where points of `step` months cannot be set against it: 'a quarter'; '' elsewhere."""
    if not adds_up(indicator) or (step == 3 and indicator.headline == "quarter"):
        return ""
    return {"quarter": "a quarter", "year_to_date": "the year to date"}.get(indicator.headline, "12 months")


def period_name(start: date, months: int) -> str:
    """Return 2025-09 for a month and 2025-Q2 for a quarter of the financial year."""
    if months == 1:
        return f"{start.year}-{start.month:02d}"
    quarter = Quarter.holding(start)
    return f"{quarter.year}-Q{quarter.number}"


_NEED_BASES = ("p", "laney_p", "u", "laney_u")
_NAMES: dict[ChartKind, str] = {
    "xmr": "XmR chart",
    "p": "p chart",
    "laney_p": "Laney p-prime chart",
    "u": "u chart",
    "laney_u": "Laney u-prime chart",
}


def _known(values: Floats | None, segment: slice) -> Floats:
    if values is None:
        return np.empty(0)
    part = values[segment]
    return part[np.isfinite(part)]


def _grid(figures: Sequence[Figure], step: int, day: date) -> _Points:
    """Lay the figures on every period from the first held to the one that holds `day`."""
    held = {figure.start: figure for figure in figures}
    first = min(held, default=None)
    starts: list[date] = []
    while first is not None and (following := add_months(first, step * len(starts))) <= day:
        starts.append(following)
    return _Points(tuple(starts), tuple(held.get(start) for start in starts))


def breaks_of(indicator: Indicator, starts: Sequence[date]) -> tuple[int, ...]:
    """The first points after a change of definition (valid_from, valid_to) or a declared re-basing."""
    days = [read_month(rebase.from_) for rebase in indicator.spc.rebase]
    days += [day for day in (indicator.valid_from,) if day is not None]
    found = {sum(start < day for start in starts) for day in days}
    if indicator.valid_to is not None:
        found.add(sum(start <= indicator.valid_to for start in starts))
    return tuple(sorted(index for index in found if 0 < index < len(starts)))


def _baseline(indicator: Indicator, starts: tuple[date, ...], step: int) -> Mask | None:
    declared = indicator.spc.baseline
    if declared is None:
        return None
    first, last = read_month(declared.from_), read_month(declared.to)
    return np.array([first <= start and add_months(start, step - 1) <= last for start in starts], dtype=np.bool_)
