"""Control charts of one measure over time: centre, limits, labels, variation and assurance; no drawing.

XmR charts as in NHS England, Making Data Count: centre plus and minus 2.66 mean moving ranges, the
ranges screened once at 3.267 times their mean. Charts for changing bases are in `attribute_charts`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from carereport.figures import ChartKind, Spc, SpcPoint, Special
from carereport.judgement import attribute_charts, special_cause
from carereport.judgement.declared import MINIMUM
from carereport.judgement.special_cause import Floats
from carereport.settings import Polarity

Mask = npt.NDArray[np.bool_]

PROVISIONAL = 20
"""Below this many baseline points limits are provisional."""
RECENT = 3
"""Of how many months the latest value may be read: one older than that says nothing of now."""
REACH = special_cause.RUN + 1
"""Points that can bear on the label of the latest one."""
LIMIT = 2.66
SCREEN = 3.267


@dataclass(frozen=True)
class Series:
    """The points of one chart in order, without missing periods; NaN where a point is a gap.

    `breaks` are the indices at which a new segment starts (break in definition or re-basing);
    `baseline` marks declared baseline points. Numerators and denominators are for p and u charts,
    whose values are scale * numerator / denominator.
    """

    periods: tuple[str, ...]
    values: Floats
    numerators: Floats | None = None
    denominators: Floats | None = None
    scale: float = 100
    breaks: tuple[int, ...] = ()
    baseline: Mask | None = None

    @property
    def segments(self) -> list[slice]:
        """The stretches between breaks, each with limits of its own."""
        edges = sorted({0, len(self.values), *(b for b in self.breaks if 0 < b < len(self.values))})
        return [slice(a, b) for a, b in itertools.pairwise(edges)]

    def baseline_of(self, segment: slice) -> Mask:
        """The points that set a segment's limits: the declared ones in it, else all that have a value."""
        filled = np.isfinite(self.values[segment])
        if self.baseline is not None and self.baseline[segment].any():
            return filled & self.baseline[segment]
        return filled


@dataclass(frozen=True)
class Limits:
    """One segment's centre and limits, an entry a point, and whether screened ranges had collapsed."""

    centre: Floats
    lower: Floats
    upper: Floats
    collapsed: bool = False


def xmr_limits(values: Floats, baseline: Mask, screen: bool = True) -> Limits:
    """Return the XmR limits of one segment from its baseline points.

    A moving range needs two neighbouring points of the baseline: none spans a gap. Where screening
    leaves only zero ranges though the values vary, the unscreened mean is taken.
    """
    used = np.where(baseline, values, np.nan)
    tol = special_cause.tolerance(values)
    ranges = np.abs(np.diff(used))
    ranges = ranges[np.isfinite(ranges)]
    spread = plain = float(ranges.mean()) if len(ranges) else 0.0
    collapsed = False
    if screen and plain > tol:
        spread = float(ranges[ranges < SCREEN * plain - tol].mean())
        if spread <= tol:
            spread, collapsed = plain, True
    centre = np.full(len(values), float(np.nanmean(used)))
    half = LIMIT * spread if spread > tol else 0.0
    return Limits(centre, centre - half, centre + half, collapsed)


def control_chart(
    series: Series,
    chart: ChartKind = "xmr",
    reason: str = "",
    target: float | None = None,
    polarity: Polarity = "neither",
    screen: bool = True,
    recent: int = RECENT,
) -> Spc:
    """Return the control chart of a series with the reading of its latest point that has a value.

    Variation and assurance are those of the latest segment. With fewer than 12 baseline points, no
    two of them neighbours, no value among the last `recent` points, or chart `none`, there is no
    reading and variation is `too_short`; `target` None leaves assurance out. Raises ValueError where
    a p or u chart is asked of a series without numerators and denominators.
    """
    size = len(series.values)
    centre, lower, upper = (np.full(size, np.nan) for _ in range(3))
    labels: list[Special | None] = [None] * size
    notes = [reason] if reason else []
    limited = provisional = False
    tol = special_cause.tolerance(series.values)
    for segment in series.segments if chart not in ("none", "t", "g") else []:
        baseline = series.baseline_of(segment)
        known = int(baseline.sum())
        limited = known >= MINIMUM and bool((baseline[1:] & baseline[:-1]).any())
        provisional = known < PROVISIONAL
        if not limited:
            continue
        limits = _limits(series, segment, baseline, chart, screen)
        centre[segment], lower[segment], upper[segment] = limits.centre, limits.lower, limits.upper
        if limits.collapsed:
            notes.append("One clean step: moving ranges were not screened, as the limits would have collapsed.")
        for stretch in _stretches(series.values + lower, segment):  # no label where a base is missing
            labels[stretch] = special_cause.label(
                series.values[stretch], centre[stretch], lower[stretch], upper[stretch], tol
            )
    if chart not in ("none", "t", "g") and not limited:
        notes.append(_too_short(series))
    read = _latest(series.values, recent) if limited else None
    if limited and read is None:
        notes.append("The latest points have no value, so nothing is said of now.")
    elif read is not None and read < size - 1:
        notes.append(f"The latest point with a value is {series.periods[read]}.")
    points = tuple(
        SpcPoint(
            period,
            _number(series.values[i]),
            _number(lower[i]),
            _number(upper[i]),
            labels[i],
            _number(centre[i]),
        )
        for i, period in enumerate(series.periods)
    )
    if read is None:
        return Spc(chart, " ".join(notes), points=points)
    return Spc(
        chart,
        " ".join(notes),
        mean=_number(centre[read]),
        lower=_number(lower[read]),
        upper=_number(upper[read]),
        provisional=provisional,
        points=points,
        variation=special_cause.variation(labels[read], polarity),
        assurance=special_cause.assurance(target, _number(lower[read]), _number(upper[read]), polarity, tol),
    )


def label_when_new(series: Series, chart: ChartKind, screen: bool, index: int) -> Special | None:
    """Return the label that a point had when it was the latest, from no more than was known then."""
    size = index + 1
    known = Series(
        series.periods[:size],
        series.values[:size],
        None if series.numerators is None else series.numerators[:size],
        None if series.denominators is None else series.denominators[:size],
        series.scale,
        tuple(place for place in series.breaks if place < size),
        None if series.baseline is None else series.baseline[:size],
    )
    segment = known.segments[-1]
    baseline = known.baseline_of(segment)
    enough = int(baseline.sum()) >= MINIMUM and bool((baseline[1:] & baseline[:-1]).any())
    if chart in ("none", "t", "g") or not enough or not np.isfinite(known.values[index]):
        return None
    limits = _limits(known, segment, baseline, chart, screen)
    stretch = _stretches(known.values, segment)[-1]
    last = slice(max(stretch.start, size - REACH), size)
    here = slice(last.start - segment.start, last.stop - segment.start)
    tol = special_cause.tolerance(known.values)
    return special_cause.label(
        known.values[last], limits.centre[here], limits.lower[here], limits.upper[here], tol
    )[-1]  # fmt: skip


def _limits(series: Series, segment: slice, baseline: Mask, chart: ChartKind, screen: bool) -> Limits:
    if chart == "xmr":
        return xmr_limits(series.values[segment], baseline, screen)
    if series.numerators is None or series.denominators is None:
        raise ValueError(f"a {chart} chart needs numerators and denominators")
    method = attribute_charts.p_limits if chart in ("p", "laney_p") else attribute_charts.u_limits
    centre, lower, upper = method(
        series.numerators[segment],
        series.denominators[segment],
        baseline,
        prime=chart.startswith("laney"),
    )
    scale = series.scale
    return Limits(np.full(len(lower), centre * scale), lower * scale, upper * scale)


def _stretches(values: Floats, segment: slice) -> list[slice]:
    """Return the runs of points without a gap within a segment."""
    filled = np.isfinite(values[segment]).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.r_[0, filled, 0])) + segment.start
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _latest(values: Floats, recent: int) -> int | None:
    filled = np.flatnonzero(np.isfinite(values))
    if not len(filled) or len(values) - filled[-1] > recent:
        return None
    return int(filled[-1])


def _too_short(series: Series) -> str:
    if not series.segments:
        return f"There are no points; at least {MINIMUM} are needed for limits."
    last = series.segments[-1]
    known = int(series.baseline_of(last).sum())
    since = f" since {series.periods[last.start]}" if last.start else ""
    what = "baseline points" if series.baseline is not None and series.baseline[last].any() else "points"
    if known >= MINIMUM:
        return f"No two neighbouring {what}{since} have a value, so there are no moving ranges and no limits."
    counted = f"is 1 {what.removesuffix('s')}" if known == 1 else f"are {known} {what}"
    return f"There {counted}{since}; at least {MINIMUM} are needed for limits."


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def read_points(values: Sequence[float | None]) -> Floats:
    """Return values as an array, None becoming a gap."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
