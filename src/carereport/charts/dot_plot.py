"""A dot plot: our figure with its interval on one line with the neighbours', comparators named above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import AXIS, HAIR, INK, OTHERS, OURS, POINTS_PER_MM, QUIET, Canvas, text_width, with_value
from carereport.wording.numbers import value_text


@dataclass(frozen=True)
class DotPlot:
    """What is drawn: our value with its interval, other areas' values and named comparators (name, value, text)."""

    area: str
    value: float
    text: str
    lower: float | None
    upper: float | None
    others: tuple[float, ...]
    comparators: tuple[tuple[str, float, str], ...]
    unit: str


@dataclass(frozen=True)
class Spaces:
    """Points from one comparator's name to the next, from the lowest to the line, from there to ticks and our name."""

    row: float
    above: float
    tick: float
    name: float


LOOSE, CLOSE = Spaces(13, 14, 18, 33), Spaces(11.5, 10.5, 15, 27.5)


def _least(comparators: int, spaces: Spaces) -> float:
    """Return the least height in points, half a line under the lowest name included."""
    return spaces.row * comparators + spaces.above + spaces.name + 6


def least_height(comparators: int) -> float:
    """Return the least height in millimetres at which nothing is cut."""
    return _least(max(comparators, 1), CLOSE) / POINTS_PER_MM


@remembered
def dot_plot(plot: DotPlot, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart; its axis is cut, as dots need no zero."""
    canvas = Canvas(width_mm, height_mm)
    low, high, ticks = _axis(plot)
    left, right = 8.0, canvas.width - 8

    def across(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    def inside(x: float, words: str, bold: bool = False) -> float:
        half = text_width(words, bold) / 2
        return min(max(x, half), canvas.width - half)

    named = max(len(plot.comparators), 1)
    spaces = LOOSE if canvas.height >= _least(named, LOOSE) else CLOSE
    line = canvas.height - spaces.row * named - spaces.above
    whole = all(float(tick).is_integer() for tick in ticks)
    for tick in ticks:
        x, text = across(tick), value_text(tick, "number", 0 if whole else 1) + ("%" if plot.unit == "percent" else "")
        canvas.line([x, x], [line - 9, line + 9], HAIR, 0.7)
        canvas.text(inside(x, text), line - spaces.tick, text, QUIET, anchor="center")
    canvas.line([left, right], [line, line], AXIS, 0.8)
    _comparators(canvas, plot, across, line, spaces.row)
    canvas.marks("usual", [(across(value), line) for value in plot.others], 3.6, "white", OTHERS, 1.1)
    if plot.lower is not None and plot.upper is not None:
        edges = [across(min(max(edge, low), high)) for edge in (plot.lower, plot.upper)]
        canvas.line(edges, [line, line], OURS, 3.2)
    canvas.marks("usual", [(across(plot.value), line)], 5.6, OURS, "white", 0.8)
    name = with_value(plot.area, plot.text, canvas.width, bold=True)
    canvas.text(inside(across(plot.value), name, True), line - spaces.name, name, OURS, bold=True, anchor="center")
    return canvas.chart(alt, [canvas.place(across(value), line) for value in values_of(plot)])


def values_of(plot: DotPlot) -> list[float]:
    """Return every value drawn, in the order of the chart's table: ours, the comparators, the others."""
    return [plot.value, *(value for _, value, _ in plot.comparators), *plot.others]


def _axis(plot: DotPlot) -> tuple[float, float, list[float]]:
    held = [plot.value, *plot.others, *(value for _, value, _ in plot.comparators)]
    held += [edge for edge in (plot.lower, plot.upper) if edge is not None]
    low, high = min(held), max(held)
    space = (high - low) * 0.06 or max(abs(high) * 0.1, 1.0)
    low, high = (max(0.0, low - space) if low >= 0 else low - space), high + space
    high = min(high, 100.0) if plot.unit == "percent" else high
    ticks = [float(tick) for tick in MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(low, high)]
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    if plot.unit == "percent":
        high = min(high, 100.0)
    return low, high, [tick for tick in ticks if low <= tick <= high]


def _comparators(canvas: Canvas, plot: DotPlot, across: Callable[[float], float], line: float, rise: float) -> None:
    """Name each comparator above its mark, the leftmost lowest; a mark that would cross a name is hidden there."""
    order = sorted(plot.comparators, key=lambda held: held[1])
    heights = [canvas.height - rise * (len(order) - row) + rise / 2 for row in range(len(order))]
    for (_, value, _), height in zip(order, heights, strict=True):
        x = across(value)
        canvas.line([x, x], [line - 8, height + 4], INK, 1.1)
    for row, ((name, value, text), height) in enumerate(zip(order, heights, strict=True)):
        label = with_value(name, text, canvas.width - 3)
        x, width = across(value), text_width(label)
        start = x - width - 3 if x - width - 3 >= 0 else min(x + 3, canvas.width - width)
        if any(start - 1 < across(other) < start + width + 1 for _, other, _ in order[row:]):
            canvas.bars([(start - 1, height - 6, width + 2, 12)], "white")
        canvas.text(start, height, label, INK)
