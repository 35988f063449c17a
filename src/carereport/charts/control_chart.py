"""A control chart: the points with their usual range, coloured and shaped by what they mean; nothing is judged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import IdentityTransform

from carereport.charts import Chart
from carereport.charts.theme import (
    HAIR,
    INK,
    MEANING,
    OTHERS,
    OURS,
    QUIET,
    RANGE,
    TARGET,
    TEXT,
    as_svg,
    canvas,
    marks,
    stacked,
    text_width,
)
from carereport.figures import Spc, SpcPoint
from carereport.judgement.special_cause import points_up, variation
from carereport.quarters import MONTHS
from carereport.settings import Polarity
from carereport.wording.numbers import value_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_GAP = 12.0
"""Least distance between the labels at the right end, in points."""
ZERO_RANGE = 0.3
"""A stock's axis starts at zero where its range is more than this part of its level."""


@dataclass(frozen=True)
class ControlChart:
    """What a control chart draws: the points shown, the unit of their values and the target at each."""

    spc: Spc
    unit: str
    decimals: int | None
    polarity: Polarity
    stock: bool
    targets: tuple[float | None, ...] = ()
    first: int = 0
    """The first of the points that is drawn."""
    breaks: tuple[str, ...] = ()
    """Periods at which limits start anew, as 2024-10."""
    suppressed: tuple[str, ...] = ()
    """Periods whose value is suppressed: shown as [c]."""

    @property
    def points(self) -> tuple[SpcPoint, ...]:
        return self.spc.points[self.first :]

    def text(self, value: float) -> str:
        """Return a value as the report prints it."""
        return value_text(value, self.unit, self.decimals)


def axis(chart: ControlChart) -> tuple[float, float, tuple[float, ...]]:
    """Return the axis' lowest and highest value and its ticks (report reference, section 4).

    Percentages never leave 0 to 100; a stock that moved by over 30% of its level starts at zero;
    everything else may be cut.
    """
    drawn = [value for point in chart.points for value in (point.value, point.lower, point.upper)]
    held = np.array([value for value in (*drawn, *chart.targets[chart.first :]) if value is not None], dtype=float)
    if not held.size:
        return 0.0, 1.0, (0.0, 1.0)
    low, high = float(held.min()), float(held.max())
    values = np.array([point.value for point in chart.points if point.value is not None], dtype=float)
    level = float(np.median(values)) if values.size else high
    if chart.stock and chart.unit != "percent" and level > 0 and (values.max() - values.min()) > ZERO_RANGE * level:
        low = 0.0
    space = (high - low) * 0.08 or max(abs(high) * 0.1, 1.0)
    low, high = (low if low == 0 else low - space), high + space
    if float(held.min()) >= 0:
        low = max(low, 0.0)
    if chart.unit == "percent":
        high = min(high, 100.0)
    whole = chart.unit == "number" and bool(np.equal(np.mod(values, 1), 0).all())
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 5, 10], integer=whole, min_n_ticks=2).tick_values(low, high)
    step = float(ticks[1] - ticks[0])
    bottom = float(np.floor(low / step) * step)
    if low > 0 and low - bottom > 0.6 * step:
        bottom = low
    return bottom, high, tuple(float(tick) for tick in ticks if bottom - 1e-9 <= tick <= high + 1e-9)


def control_chart(chart: ControlChart, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart: range shaded, mean, target and last value named at the right end."""
    bottom, top, ticks = axis(chart)
    labels = end_labels(chart)
    tick_texts = _tick_texts(chart, ticks)
    left = max(text_width(text) for text in tick_texts) + 7
    right = max((text_width(text, bold) for _, text, _, bold in labels), default=0) + 9
    figure, axes = canvas(width_mm, height_mm, (left, right, 7, 19))
    count = len(chart.points)
    axes.set_xlim(-0.6, max(count - 1, 1) + 0.6)
    axes.set_ylim(bottom, top)
    axes.set_yticks(ticks, tick_texts)
    places, names = _period_ticks(chart.points)
    axes.set_xticks(places, names)
    for place in places:
        axes.axvline(place, color=HAIR, linewidth=0.6)
    _range(axes, chart)
    _target(axes, chart)
    _breaks(axes, chart, top)
    _points(axes, chart)
    _hidden(axes, chart, bottom)
    edge, foot = axes.transAxes.transform((1, 0))
    _, head = axes.transAxes.transform((0, 1))
    heights = [float(axes.transData.transform((0, value))[1]) for value, _, _, _ in labels]
    for (_, text, colour, bold), height in zip(labels, stacked(heights, LABEL_GAP, foot + 3, head), strict=True):
        axes.text(edge + 5, height - 0.36 * TEXT, text, color=colour, weight=600 if bold else 400,
                  transform=IdentityTransform())  # fmt: skip
    return Chart(as_svg(figure), alt, width_mm, height_mm)


def end_labels(chart: ControlChart) -> list[tuple[float, str, str, bool]]:
    """Return (value, text, colour, bold) of what is named at the right end."""
    found: list[tuple[float, str, str, bool]] = []
    target = chart.targets[-1] if chart.targets else None
    if target is not None:
        decimals = 0 if float(target).is_integer() else 1
        found.append((target, f"Target {value_text(target, chart.unit, decimals)}", TARGET, True))
    last = chart.points[-1] if chart.points else None
    if last is not None and last.value is not None:
        found.append((last.value, f"{chart.text(last.value)} in {_short_name(last.period)}", INK, True))
    if chart.spc.mean is not None:
        centre = last.mean if last is not None and last.mean is not None else chart.spc.mean
        found.append((centre, f"Mean {chart.text(centre)}", OURS, False))
    return found


def _tick_texts(chart: ControlChart, ticks: Sequence[float]) -> list[str]:
    """Return plain numbers; the highest carries the percent sign."""
    decimals = 0 if all(float(tick).is_integer() for tick in ticks) else 1
    texts = [value_text(tick, "number", decimals) for tick in ticks]
    if chart.unit == "percent" and texts:
        texts[-1] += "%"
    return texts


def _period_ticks(points: Sequence[SpcPoint]) -> tuple[list[int], list[str]]:
    """Name the start of each financial year, every other one where they are many."""
    named = [(place, period_name(point.period)) for place, point in enumerate(points) if _starts_year(point.period)]
    if len(named) > 4:
        named = named[-1::-2][::-1]
    if not named and points:
        named = [(0, period_name(points[0].period))]
    return [place for place, _ in named], [name for _, name in named]


def _starts_year(period: str) -> bool:
    return period.endswith(("-04", "-Q1"))


def period_name(period: str) -> str:
    """Return a period as axes name it: 'Apr 2025', 'Q2 2025/26'."""
    year, part = period.split("-")
    if part.startswith("Q"):
        return f"{part} {year}/{(int(year) + 1) % 100:02d}"
    return f"{MONTHS[int(part) - 1][:3]} {year}"


def _short_name(period: str) -> str:
    part = period.split("-")[1]
    return part if part.startswith("Q") else MONTHS[int(part) - 1][:3]


def _stretches(points: Sequence[SpcPoint], breaks: Sequence[str]) -> list[list[int]]:
    """Return the places of points that belong to one stretch of limits."""
    result: list[list[int]] = []
    for place, point in enumerate(points):
        if point.lower is None or point.upper is None:
            continue
        fresh = point.period in breaks or not result or result[-1][-1] != place - 1
        if fresh:
            result.append([])
        result[-1].append(place)
    return result


def _range(axes: Axes, chart: ControlChart) -> None:
    points = chart.points
    for places in _stretches(points, chart.breaks):
        lower = [value for place in places if (value := points[place].lower) is not None]
        upper = [value for place in places if (value := points[place].upper) is not None]
        if len(set(lower)) == 1 and len(set(upper)) == 1:
            xs = [places[0] - 0.5, places[-1] + 0.5]
            lows, highs = [lower[0], lower[0]], [upper[0], upper[0]]
        else:
            xs = [x for place in places for x in (place - 0.5, place + 0.5)]
            lows = [value for value in lower for _ in (0, 1)]
            highs = [value for value in upper for _ in (0, 1)]
        corners = [*zip(xs, highs, strict=True), *zip(xs[::-1], lows[::-1], strict=True)]
        axes.add_patch(Polygon(corners, closed=True, facecolor=RANGE, edgecolor="none", zorder=0))
        for line in (lows, highs):
            axes.add_line(Line2D(xs, line, color=OTHERS, linewidth=0.7, dashes=(2, 1.6), dash_capstyle="butt"))
        means = [mean for place in places if (mean := points[place].mean) is not None]
        if len(means) == len(places):
            axes.add_line(Line2D([xs[0], xs[-1]], [means[0], means[-1]], color=OURS, linewidth=0.9))


def _target(axes: Axes, chart: ControlChart) -> None:
    aims = chart.targets[chart.first :]
    start = 0
    for place in range(1, len(aims) + 1):
        if place == len(aims) or aims[place] != aims[start]:
            aim = aims[start]
            if aim is not None:
                xs, ys = [start - 0.5, place - 0.5], [aim, aim]
                axes.add_line(Line2D(xs, ys, color=TARGET, linewidth=1.4, dashes=(6, 2.6), dash_capstyle="butt"))
            start = place


def _breaks(axes: Axes, chart: ControlChart, top: float) -> None:
    for place, point in enumerate(chart.points):
        if point.period in chart.breaks and place > 0:
            axes.axvline(place - 0.5, color=QUIET, linewidth=0.8, dashes=(1, 1.5))
            axes.text(place - 0.3, top, "Limits start anew", color=QUIET, va="top")


def _points(axes: Axes, chart: ControlChart) -> None:
    """Draw the line, interrupted at gaps, and one path for each shape of point."""
    points = chart.points
    values = [np.nan if point.value is None else point.value for point in points]
    cuts = [place for place, point in enumerate(points) if point.period in chart.breaks]
    for start, stop in zip([0, *cuts], [*cuts, len(points)], strict=True):
        axes.add_line(
            Line2D(range(start, stop), values[start:stop], color=OTHERS, linewidth=0.9, solid_capstyle="round")
        )
    groups: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for place, point in enumerate(points):
        if point.value is None:
            continue
        meaning = variation(point.special, chart.polarity) if point.special else "usual"
        shape = shape_of(meaning, points_up(point.special))
        x, y = axes.transData.transform((place, point.value))
        groups.setdefault((shape, MEANING.get(meaning, OTHERS)), []).append((float(x), float(y)))
    size = 2.3 if len(points) <= 40 else 1.7
    for (shape, colour), places in groups.items():
        path = marks(shape, places, size if shape != "usual" else size * 0.95)
        axes.add_patch(PathPatch(path, facecolor=colour, edgecolor="none", transform=IdentityTransform(), zorder=3))


def shape_of(meaning: str, up: bool | None) -> str:
    if meaning == "improving":
        return "up" if up else "down"
    return {"concerning": "square", "unusually_high": "diamond", "unusually_low": "diamond"}.get(meaning, "usual")


def _hidden(axes: Axes, chart: ControlChart, bottom: float) -> None:
    """Print [c] where a value is suppressed, once for neighbouring periods: a height would tell."""
    hidden = [place for place, point in enumerate(chart.points) if point.period in chart.suppressed]
    start = 0
    for index in range(1, len(hidden) + 1):
        if index == len(hidden) or hidden[index] != hidden[index - 1] + 1:
            middle = (hidden[start] + hidden[index - 1]) / 2
            axes.text(middle, bottom, "[c]", color=QUIET, ha="center", va="bottom")
            start = index
