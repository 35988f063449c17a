"""A funnel plot: councils by the size of their base, between the limits that their spread allows at each size.

The axis of sizes is a square root, on which precision grows evenly and small councils are not crowded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import (
    HAIR,
    INK,
    OTHERS,
    OURS,
    QUIET,
    RANGE,
    Canvas,
    stacked,
    text_width,
    with_value,
    wrapped,
)
from carereport.wording.numbers import value_text

FOOT, HEAD, LINE = 27.0, 7.0, 12.0
"""Points below the plot for two lines of words, above it, and from one label to the next."""
GRID, APART = 6.0, 9.0
"""Points between the places tried for our name, and how near its mark needs no line to it."""
COVERED, CROSSED = 40.0, 12.0
"""What hiding another council, or a piece of a limit, counts against a place, in points of distance."""

Place = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class FunnelPlot:
    """What is drawn: our base and value, other councils' as (base, value), the comparator, and limits over bases."""

    area: str
    base: float
    value: float
    text: str
    neighbours: tuple[Place, ...]
    others: tuple[Place, ...]
    comparator: tuple[str, float, str]
    """Its name, value and text."""
    bases: tuple[float, ...]
    lower_95: tuple[float, ...]
    upper_95: tuple[float, ...]
    lower_99_8: tuple[float, ...]
    upper_99_8: tuple[float, ...]
    unit: str
    base_name: str


@dataclass(frozen=True)
class _Plot:
    """Where the plot lies on the canvas, and how bases and values are set on it."""

    left: float
    right: float
    bottom: float
    top: float
    most: float
    low: float
    high: float

    def across(self, base: float) -> float:
        return self.left + math.sqrt(max(base, 0.0) / self.most) * (self.right - self.left)

    def up(self, value: float) -> float:
        return self.bottom + (value - self.low) / (self.high - self.low) * (self.top - self.bottom)


@remembered
def funnel_plot(plot: FunnelPlot, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart: limits and comparator named at their right ends, neighbours as diamonds, ours by name."""
    canvas = Canvas(width_mm, height_mm)
    low, high, ticks = axis(plot, height_mm)
    name = with_value(plot.comparator[0], plot.comparator[2], canvas.width * 0.4)
    named = ["99.8% limits", "95% limits", name]
    texts = [_tick_text(tick, plot.unit, tick == ticks[-1]) for tick in ticks]
    area = _Plot(
        max(map(text_width, texts)) + 5, canvas.width - max(map(text_width, named)) - 11, FOOT, canvas.height - HEAD,
        max([plot.base, *plot.bases, *(base for base, _ in (*plot.neighbours, *plot.others))]) or 1.0, low, high,
    )  # fmt: skip
    for tick, text in zip(ticks, texts, strict=True):
        canvas.line([area.left, area.right], [area.up(tick)] * 2, HAIR, 0.6)
        canvas.text(area.left - 5, area.up(tick), text, QUIET, anchor="right")
    _sizes(canvas, plot, area)
    lines = _limits(canvas, plot, area)
    canvas.dots([_at(area, place) for place in plot.others], 2.9, OTHERS)
    canvas.marks("diamond", [_at(area, place) for place in plot.neighbours], 2.5, "white", INK, 0.9)
    ours = _at(area, (plot.base, plot.value))
    others = [_at(area, place) for place in (*plot.neighbours, *plot.others)]
    box = _our_name(canvas, plot, area, ours, others, lines)
    _ends(canvas, plot, area, named, box)
    canvas.marks("usual", [ours], 5.2, OURS, "white", 0.9)
    places = [ours, (area.right, area.up(plot.comparator[1])), *others]
    return canvas.chart(alt, [canvas.place(x, y) for x, y in places])


def axis(plot: FunnelPlot, height_mm: float) -> tuple[float, float, list[float]]:
    """Return where the axis of values begins and ends, and its ticks: every council and our own limits are on it."""
    edges = [float(np.interp(plot.base, plot.bases, curve)) for curve in (plot.lower_99_8, plot.upper_99_8)]
    held = [plot.value, plot.comparator[1], *edges, *(value for _, value in (*plot.neighbours, *plot.others))]
    low, high = min(held), max(held)
    space = (high - low) * 0.04 or max(abs(high) * 0.1, 1.0)
    floor, ceiling = (0.0 if low >= 0 else -np.inf), (100.0 if plot.unit == "percent" else np.inf)
    low, high = max(low - space, floor), min(high + space, ceiling)
    steps = max(2, int(height_mm / 12))
    ticks = [float(tick) for tick in MaxNLocator(nbins=steps, steps=[1, 2, 5, 10]).tick_values(low, high)]
    return low, high, [tick for tick in ticks if low <= tick <= high]


def _tick_text(tick: float, unit: str, last: bool) -> str:
    text = value_text(tick, "number", 0 if float(tick).is_integer() else 1)
    return text + ("%" if unit == "percent" and last else "")


def _at(area: _Plot, place: Place) -> Place:
    return area.across(place[0]), area.up(place[1])


def _sizes(canvas: Canvas, plot: FunnelPlot, area: _Plot) -> None:
    """Write round bases below the plot, from the largest down as far as there is room, and what they are."""
    taken = canvas.width + 1
    steps = (digit * 10.0**power for power in range(8, -1, -1) for digit in (5, 2, 1))
    for step in steps:
        text, x = value_text(step, "number"), area.across(step)
        half = text_width(text) / 2
        if min(plot.bases, default=0) <= step <= area.most and x + half < taken and x - half >= 0:
            canvas.line([x, x], [area.bottom - 3, area.bottom], OTHERS, 0.7)
            canvas.text(x, FOOT - 9, text, QUIET, anchor="center")
            taken = x - half - 7
    (name,) = wrapped(plot.base_name, canvas.width, most=1) or [""]
    half, middle = text_width(name) / 2, (area.left + area.right) / 2
    canvas.text(min(max(middle, half), canvas.width - half), FOOT - 21, name, QUIET, anchor="center")
    canvas.line([area.left, area.right], [area.bottom] * 2, OTHERS, 0.7)


def _limits(canvas: Canvas, plot: FunnelPlot, area: _Plot) -> list[Place]:
    """Shade what lies within 95%, draw the limits and the comparator; return points on the lines."""
    xs = [area.across(base) for base in plot.bases]
    inside = [[area.up(min(max(value, area.low), area.high)) for value in curve]
              for curve in (plot.lower_95, plot.upper_95)]  # fmt: skip
    canvas.area([*zip(xs, inside[0], strict=True), *zip(reversed(xs), reversed(inside[1]), strict=True)], RANGE)
    points: list[Place] = []
    for curve, dashes in (
        (plot.lower_95, (4.0, 2.5)), (plot.upper_95, (4.0, 2.5)), (plot.lower_99_8, None), (plot.upper_99_8, None),
    ):  # fmt: skip
        held = _cut(xs, curve, area)
        canvas.line([x for x, _ in held], [y for _, y in held], OTHERS, 0.9, dashes)
        points += [place for place in held if place[1] == place[1]]
    height = area.up(plot.comparator[1])
    canvas.line([area.left, area.right], [height, height], INK, 1.0)
    return [*points, *((x, height) for x in np.linspace(area.left, area.right, 60).tolist())]


def _cut(xs: Sequence[float], curve: Sequence[float], area: _Plot) -> list[Place]:
    """Return a curve's points inside the axis, with those where it crosses an edge; NaN where it is outside."""
    held: list[Place] = []
    pairs = list(zip(xs, curve, strict=True))
    for place, (x, value) in enumerate(pairs):
        if place:
            held += _crossings(pairs[place - 1], (x, value), area)
        held.append((x, area.up(value) if area.low <= value <= area.high else np.nan))
    return held


def _crossings(one: Place, other: Place, area: _Plot) -> list[Place]:
    found = []
    for edge in (area.low, area.high):
        if (one[1] - edge) * (other[1] - edge) < 0:
            part = (edge - one[1]) / (other[1] - one[1])
            found.append((one[0] + part * (other[0] - one[0]), area.up(edge)))
    return sorted(found)


def _ends(canvas: Canvas, plot: FunnelPlot, area: _Plot, named: Sequence[str], name: Box) -> None:
    """Name the upper limits and the comparator at the right, a short line from each end, clear of our own name."""
    last = area.across(plot.bases[-1]) if plot.bases else area.right
    values = [plot.upper_99_8[-1], plot.upper_95[-1], plot.comparator[1]]
    ends = [area.up(min(max(value, area.low), area.high)) for value in values]
    # the order of the names is that of the lines, where two of them end at one height too
    wanted = [end + rank * 1e-6 for rank, end in zip((2, 1, 0), ends, strict=True)]
    lowest, highest = _gutter(canvas, area)
    if name[2] > area.right:
        below = (name[1] + name[3]) / 2 > area.up(plot.comparator[1])
        lowest, highest = (lowest, name[1] - LINE / 2) if below else (name[3] + LINE / 2, highest)
    heights = stacked(wanted, LINE, lowest, highest)
    colours = (QUIET, QUIET, INK)
    for text, end, height, colour, start in zip(named, ends, heights, colours, (last, last, area.right), strict=True):
        canvas.line([start, area.right + 8], [end, height], OTHERS, 0.6)
        canvas.text(area.right + 11, height, text, colour)


def _gutter(canvas: Canvas, area: _Plot) -> Place:
    """Return between which heights the names at the right may stand."""
    return area.bottom - 3, canvas.height - 6


def _our_name(
    canvas: Canvas, plot: FunnelPlot, area: _Plot, ours: Place, others: Sequence[Place], lines: Sequence[Place]
) -> Box:
    """Write our name where it hides least, with a line to its mark where it is not beside it; return its box."""
    name = with_value(plot.area, plot.text, area.right - area.left - 6, bold=True)
    box = _free_box(canvas, area, ours, (text_width(name, True) + 4, LINE), others, lines, area.up(plot.comparator[1]))
    left, bottom, right, top = box
    near = (min(max(ours[0], left), right), min(max(ours[1], bottom), top))
    if np.hypot(near[0] - ours[0], near[1] - ours[1]) > APART:
        canvas.line([ours[0], near[0]], [ours[1], near[1]], OURS, 0.8)
    if any(left < x < right and bottom < y < top for x, y in lines):
        canvas.bars([(left, bottom, right - left, top - bottom)], "white")
    canvas.text(left + 2, (bottom + top) / 2, name, OURS, bold=True)
    return box


def _free_box(
    canvas: Canvas, area: _Plot, ours: Place, size: Place, others: Sequence[Place], lines: Sequence[Place],
    comparator: float,
) -> Box:  # fmt: skip
    """Return the box of a size that covers fewest marks and lines, near our mark and not on it.

    It may reach out of the plot to the right where the names of the lines have room beside it, on the side of
    the `comparator` line.
    """
    lefts = np.arange(area.left + 1, max(canvas.width - size[0], area.left + 1) + 0.1, GRID)
    bottoms = np.arange(area.bottom + 1, max(area.top - size[1], area.bottom + 1) + 0.1, GRID / 2)
    left, bottom = (grid.ravel() for grid in np.meshgrid(lefts, bottoms))
    x, y = np.clip(ours[0], left, left + size[0]), np.clip(ours[1], bottom, bottom + size[1])
    away = np.hypot(x - ours[0], y - ours[1])

    def inside(places: Sequence[Place], margin: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        held = np.array(places, dtype=float).reshape(-1, 2)
        within = (
            (held[:, 0] > left[:, None] - margin) & (held[:, 0] < left[:, None] + size[0] + margin)
            & (held[:, 1] > bottom[:, None] - margin) & (held[:, 1] < bottom[:, None] + size[1] + margin)
        )  # fmt: skip
        return np.asarray(within.sum(axis=1), dtype=np.int64)

    cost = COVERED * inside(others, 2.5) + CROSSED * (inside(lines, 0.5) > 0) + away + np.where(away < 6.5, 1e6, 0)
    lowest, highest = _gutter(canvas, area)
    needed, below = 2 * LINE + LINE / 2, bottom + size[1] / 2 > comparator
    crowded = np.where(below, bottom - lowest < needed, highest - (bottom + size[1]) < needed)
    cost = cost + np.where((left + size[0] > area.right) & crowded, 1e9, 0)
    best = int(np.argmin(cost))
    return float(left[best]), float(bottom[best]), float(left[best] + size[0]), float(bottom[best] + size[1])
