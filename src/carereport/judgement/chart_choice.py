"""Chooses each indicator's control chart by a rule that is printed, and gathers its series; limits are in `spc`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from carereport.figures import ChartKind, Figure, Spc
from carereport.judgement.spc import Series, control_chart, read_points
from carereport.judgement.status import target_at
from carereport.quarters import Quarter, add_months
from carereport.settings import Indicator

VARIES = 0.25
LEAST_BASE = 20
LEAST_MEAN = 5

RULE = (
    "Percentages: an XmR chart; a Laney p-prime chart where any denominator differs from their mean by more "
    "than 25%; none where any is under 20. Rates: the same with an XmR or a Laney u-prime chart. Counts and "
    "rates whose mean count is under 5 a period: none. All else: XmR. A chart that is declared is used."
)
"""The rule as the report prints it."""


@dataclass(frozen=True)
class _Points:
    """A series on a grid of periods without holes."""

    starts: tuple[date, ...]
    figures: tuple[Figure | None, ...]

    def column(self, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """A column of the figures; a gap in the value is a gap in all."""
        return read_points(
            [None if f is None or f.value is None else getattr(f, name) for f in self.figures]
        )


def chart_indicator(
    indicator: Indicator, months: Sequence[Figure], quarters: Sequence[Figure], day: date
) -> Spc:
    """Return the control chart of an indicator's monthly (or, where declared, quarterly) figures.

    `day` is the report's last day, which decides the target. Rolling figures are never charted.
    """
    step = 3 if indicator.spc.period == "quarter" else 1
    points = _grid(quarters if step == 3 else months, step)
    periods = tuple(period_name(start, step) for start in points.starts)
    breaks = _breaks(indicator, points.starts)
    series = Series(
        periods,
        points.column("value"),
        points.column("numerator"),
        points.column("denominator"),
        scale=indicator.per.scale if indicator.per is not None else 100,
        breaks=breaks,
        baseline=_baseline(indicator, points.starts, step),
    )
    chart, reason = choose(indicator, series)
    target = target_at(indicator.target, day)
    value = target.value if target is not None else None
    if value is not None and adds_up(indicator) and indicator.headline != ("quarter" if step == 3 else None):
        value = None
        span = {"quarter": "a quarter", "year_to_date": "the year to date"}.get(indicator.headline, "12 months")
        reason += f" The target is for {span}, so it is not set against single {_plural(step)}."
    return control_chart(series, chart, reason, value, indicator.polarity, indicator.spc.screen)


def choose(indicator: Indicator, series: Series) -> tuple[ChartKind, str]:
    """Return the chart for an indicator's series and the reason, from the segment since the last break."""
    declared = indicator.spc.chart
    if declared in ("t", "g"):
        return "none", f"A {declared} chart is declared; it needs the dates of single events, which figures do not hold."
    if declared == "none":
        return "none", "No chart, as declared."
    segment = series.segments[-1] if series.segments else slice(0, 0)
    counts, bases = _known(series.numerators, segment), _known(series.denominators, segment)
    percentage = indicator.figure_unit == "percent" and len(bases) > 0
    rate = indicator.per is not None and len(bases) > 0
    if declared in ("p", "laney_p", "u", "laney_u") and not len(bases):
        return "none", f"A {declared.replace('laney_', 'Laney ')} chart is declared, but the figures have no denominators."
    if declared != "auto":
        return declared, f"{_NAMES[declared]}, as declared."
    baseline = series.baseline_of(segment)
    if percentage and bases.min() < LEAST_BASE:
        return "none", f"No limits: a denominator is under {LEAST_BASE}; look at yearly points instead."
    if (rate or indicator.kind == "count") and baseline.any():
        known = series.numerators if rate else series.values
        assert known is not None
        if float(np.nanmean(known[segment][baseline])) < LEAST_MEAN:
            period = "quarter" if indicator.spc.period == "quarter" else "month"
            return "none", f"No limits: fewer than {LEAST_MEAN} a {period} on average, so nearly every point would stand out."
    if percentage or rate:
        if float(np.abs(bases - bases.mean()).max()) > VARIES * float(bases.mean()):
            chart: ChartKind = "laney_p" if percentage else "laney_u"
            return chart, f"{_NAMES[chart]}: a denominator differs from their mean by more than 25%."
        return "xmr", f"{_NAMES['xmr']}: all denominators are within 25% of their mean."
    return "xmr", f"{_NAMES['xmr']}: {'a count' if indicator.kind == 'count' else 'a value'} without a denominator that moves."


def adds_up(indicator: Indicator) -> bool:
    """Return whether months add up to a quarter, so that a quarter's target cannot be set against months."""
    if indicator.figure_unit == "percent" or indicator.is_snapshot:
        return False
    if indicator.kind == "supplied":
        return indicator.denominator is None or indicator.per is not None
    return indicator.kind in ("count", "rate", "derived")


def period_name(start: date, months: int) -> str:
    """Return 2025-09 for a month and 2025-Q2 for a quarter of the financial year."""
    if months == 1:
        return f"{start.year}-{start.month:02d}"
    quarter = Quarter.holding(start)
    return f"{quarter.year}-Q{quarter.number}"


_NAMES: dict[ChartKind, str] = {
    "xmr": "XmR chart",
    "p": "p chart",
    "laney_p": "Laney p-prime chart",
    "u": "u chart",
    "laney_u": "Laney u-prime chart",
}


def _plural(step: int) -> str:
    return "quarters" if step == 3 else "months"


def _known(
    values: np.ndarray[tuple[int], np.dtype[np.float64]] | None, segment: slice
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if values is None:
        return np.empty(0)
    part = values[segment]
    return part[np.isfinite(part)]


def _grid(figures: Sequence[Figure], step: int) -> _Points:
    if not figures:
        return _Points((), ())
    held = {figure.start: figure for figure in figures}
    first, last = min(held), max(held)
    starts = [first]
    while starts[-1] < last:
        starts.append(add_months(first, step * len(starts)))
    return _Points(tuple(starts), tuple(held.get(start) for start in starts))


def _breaks(indicator: Indicator, starts: tuple[date, ...]) -> tuple[int, ...]:
    """The first points after a change of definition (valid_from, valid_to) or a declared re-basing."""
    days = [_month(rebase.from_) for rebase in indicator.spc.rebase]
    days += [day for day in (indicator.valid_from,) if day is not None]
    found = {sum(start < day for start in starts) for day in days}
    if indicator.valid_to is not None:
        found.add(sum(start <= indicator.valid_to for start in starts))
    return tuple(sorted(index for index in found if 0 < index < len(starts)))


def _baseline(
    indicator: Indicator, starts: tuple[date, ...], step: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    declared = indicator.spc.baseline
    if declared is None:
        return None
    first, last = _month(declared.from_), _month(declared.to)
    return np.array([first <= start and add_months(start, step - 1) <= last for start in starts], dtype=np.bool_)


def _month(text: str) -> date:
    """Read 2024-10, or a day in that month."""
    year, month = text.split("-")[:2]
    return date(int(year), int(month), 1)
