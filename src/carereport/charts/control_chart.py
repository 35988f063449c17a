"""A control chart: the points with their usual range, coloured and shaped by what they mean; nothing is judged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import (
    HAIR,
    INK,
    MEANING,
    OTHERS,
    OURS,
    QUIET,
    RANGE,
    TARGET,
    Canvas,
    shape_of,
    stacked,
    text_width,
)
from carereport.figures import Spc, SpcPoint
from carereport.judgement.special_cause import points_up, variation
from carereport.quarters import MONTHS
from carereport.settings import Polarity
from carereport.wording.numbers import value_text

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
    target_for: str = ""
    """What the target is for where the points are of shorter periods, so that no line is drawn: 'a quarter'."""
    first: int = 0
    """The first of the points that is drawn."""
    breaks: tuple[str, ...] = ()
    """Periods at which limits start anew, as 2024-10."""
    suppressed: tuple[str, ...] = ()
    """Periods whose value is suppressed: shown as [c]."""
    signed: bool = False
    """Whether values may lie under zero: else no limit is told that does."""

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
    bottom = float(np.floor(low / step * 2) * step / 2)
    return bottom, high, tuple(float(tick) for tick in ticks if bottom - 1e-9 <= tick <= high + 1e-9)


@dataclass(frozen=True)
class Plot:
    """Where points and values lie on a canvas."""

    canvas: Canvas
    chart: ControlChart
    left: float
    right: float
    foot: float
    head: float
    bottom: float
    top: float

    def across(self, place: float) -> float:
        span = max(len(self.chart.points) - 1, 1) + 1.2
        return self.left + (place + 0.6) / span * (self.right - self.left)

    def up(self, value: float) -> float:
        return self.foot + (value - self.bottom) / (self.top - self.bottom) * (self.head - self.foot)

    def places(self) -> list[tuple[float, float | None]]:
        """Return where each point lies, as `Chart.places`."""
        return [
            self.canvas.place(self.across(place), None if point.value is None else self.up(point.value))
            for place, point in enumerate(self.chart.points)
        ]


@remembered
def control_chart(chart: ControlChart, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart: range shaded, mean, target and last value named at the right end."""
    canvas = Canvas(width_mm, height_mm)
    if not chart.points:
        canvas.text(canvas.width / 2, canvas.height / 2, "No monthly figures are held", QUIET, anchor="center")
        return canvas.chart(alt)
    plot = plot_control(canvas, chart, 0.0, canvas.height)
    return canvas.chart(alt, plot.places())


def plot_control(
    canvas: Canvas, chart: ControlChart, lowest: float, highest: float, periods: bool = True, room: float = 0.0
) -> Plot:
    """Draw the chart between two heights of a canvas; `periods` names years under it, `room` is left at the right."""
    bottom, top, ticks = axis(chart)
    labels = end_labels(chart)
    texts = _tick_texts(chart, ticks)
    plot = Plot(
        canvas,
        chart,
        left=max(text_width(text) for text in texts) + 8,
        right=canvas.width - max([room, *(text_width(text, bold) for _, text, _, bold in labels)]) - 9,
        foot=lowest + (17 if periods else 3) + (12 if _hidden_places(chart) else 0),
        head=highest - (16 if _shown_breaks(chart) else 6),
        bottom=bottom,
        top=top,
    )
    _grid(plot, ticks, texts, lowest if periods else None)
    _range(plot)
    _target(plot)
    _breaks(plot, highest)
    _points(plot)
    _hidden(plot)
    heights = [plot.up(value) for value, _, _, _ in labels]
    places = stacked(heights, LABEL_GAP, plot.foot + 4, plot.head)
    for (_, text, colour, bold), height in zip(labels, places, strict=True):
        canvas.text(plot.right + 6, height, text, colour, bold)
    return plot


def _grid(plot: Plot, ticks: Sequence[float], texts: Sequence[str], lowest: float | None) -> None:
    canvas = plot.canvas
    canvas.line([plot.left, plot.right], [plot.foot, plot.foot], HAIR, 0.8)
    for tick, text in zip(ticks, texts, strict=True):
        canvas.text(plot.left - 5, max(plot.up(tick), plot.foot + 3), text, QUIET, anchor="right")
    for place, name in period_ticks(plot):
        x, half = plot.across(place), text_width(name) / 2
        canvas.line([x, x], [plot.foot, plot.head], HAIR, 0.6)
        if lowest is not None:
            canvas.text(min(max(x, half), canvas.width - half), lowest + 6, name, QUIET, anchor="center")


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


def period_ticks(plot: Plot) -> list[tuple[int, str]]:
    """Name the starts of financial years, as many of them as have room, the last one always."""
    points = plot.chart.points
    named = [(place, period_name(point.period)) for place, point in enumerate(points) if _starts_year(point.period)]
    if not named:
        return [(0, period_name(points[0].period))]
    widest = max(text_width(name) for _, name in named) + 8
    step = 1
    while len(named) > step and plot.across(named[step][0]) - plot.across(named[0][0]) < widest:
        step += 1
    return named[::-1][::step][::-1]


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


def _range(plot: Plot) -> None:
    points = plot.chart.points
    for places in _stretches(points, plot.chart.breaks):
        edges = [points[place] for place in places]
        steps = [(place, point) for place, point in zip(places, edges, strict=True)]
        if len({(point.lower, point.upper) for point in edges}) == 1:
            steps = [steps[0]]
            xs = [plot.across(places[0] - 0.5), plot.across(places[-1] + 0.5)]
        else:
            xs = [plot.across(x) for place in places for x in (place - 0.5, place + 0.5)]
        lows = [_inside(plot, point.lower) for _, point in steps for _ in (0, 1)]
        highs = [_inside(plot, point.upper) for _, point in steps for _ in (0, 1)]
        plot.canvas.area([*zip(xs, highs, strict=True), *zip(xs[::-1], lows[::-1], strict=True)], RANGE)
        for line in (lows, highs):
            plot.canvas.line(xs, line, OTHERS, 0.7, (2, 1.6))
        mean = edges[-1].mean
        if mean is not None:
            plot.canvas.line([xs[0], xs[-1]], [plot.up(mean)] * 2, OURS, 0.9)


def _inside(plot: Plot, value: float | None) -> float:
    """Return a limit's height, cut at the plot's edges: a limit may lie under zero or over 100%."""
    return min(max(plot.up(value if value is not None else plot.bottom), plot.foot), plot.head)


def _target(plot: Plot) -> None:
    aims = plot.chart.targets[plot.chart.first :]
    start = 0
    for place in range(1, len(aims) + 1):
        if place == len(aims) or aims[place] != aims[start]:
            aim = aims[start]
            if aim is not None:
                xs = [plot.across(start - 0.5), plot.across(place - 0.5)]
                plot.canvas.line(xs, [plot.up(aim)] * 2, TARGET, 1.4, (6, 2.6))
            start = place


def _shown_breaks(chart: ControlChart) -> list[int]:
    return [place for place, point in enumerate(chart.points) if point.period in chart.breaks and place > 0]


def _breaks(plot: Plot, highest: float) -> None:
    """Mark where limits start anew; the words stand once, over the last such line."""
    words = "Limits start anew"
    places = _shown_breaks(plot.chart)
    for place in places:
        x = plot.across(place - 0.5)
        plot.canvas.line([x, x], [plot.foot, plot.head + 3], QUIET, 0.8, (1, 1.5))
    if places:
        x, half = plot.across(places[-1] - 0.5), text_width(words) / 2
        plot.canvas.text(min(max(x, half), plot.canvas.width - half), highest - 6, words, QUIET, anchor="center")


def _points(plot: Plot) -> None:
    """Draw the line, interrupted at gaps, and one path for each shape of point."""
    points = plot.chart.points
    xs = [plot.across(place) for place in range(len(points))]
    ys = [np.nan if point.value is None else plot.up(point.value) for point in points]
    cuts = _shown_breaks(plot.chart)
    for start, stop in zip([0, *cuts], [*cuts, len(points)], strict=True):
        plot.canvas.line(xs[start:stop], ys[start:stop], OTHERS, 0.9)
    groups: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for point, x, y in zip(points, xs, ys, strict=True):
        if point.value is None:
            continue
        meaning = variation(point.special, plot.chart.polarity) if point.special else "usual"
        shape = shape_of(meaning, points_up(point.special))
        groups.setdefault((shape, MEANING.get(meaning, OTHERS)), []).append((x, y))
    size = 2.4 if len(points) <= 40 else 1.7
    for (shape, colour), places in groups.items():
        plot.canvas.marks(shape, places, size, colour)


def _hidden_places(chart: ControlChart) -> list[int]:
    return [place for place, point in enumerate(chart.points) if point.period in chart.suppressed]


def _hidden(plot: Plot) -> None:
    """Print [c] under suppressed periods, once for those too near to be named apart: a height would tell."""
    width = text_width("[c]") + 3
    group: list[float] = []
    for x in [*(plot.across(place) for place in _hidden_places(plot.chart)), float("inf")]:
        if group and x - (group[0] + group[-1]) / 2 > width and x - group[-1] > width / 2:
            plot.canvas.text((group[0] + group[-1]) / 2, plot.foot - 7, "[c]", QUIET, anchor="center")
            group = []
        group.append(x)
