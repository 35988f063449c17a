"""Published years: our line beside England's and the neighbours', each named at its right end, never by the quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import HAIR, INK, OTHERS, OURS, QUIET, Canvas, stacked, text_width, with_value
from carereport.wording.numbers import value_text

STYLES = ((OURS, 2.0, None), (OTHERS, 1.5, (4.0, 2.0)), (INK, 1.3, (1.2, 1.6)))
"""Colour, width and dashes of each line in turn: ours, then the others."""
FOOT, LINE, MOST = 15.0, 12.5, 0.5
"""Points under the plot for the years, and from one line of text to the next; the widest name's part of the whole."""


@dataclass(frozen=True)
class YearlyLine:
    """One area's values by year, None where none is published or it is hidden; `text` is the last as printed."""

    name: str
    values: tuple[float | None, ...]
    text: str


@dataclass(frozen=True)
class YearlyLines:
    """The lines, ours first, and the years that they share."""

    years: tuple[str, ...]
    lines: tuple[YearlyLine, ...]
    unit: str


@remembered
def yearly_lines(chart: YearlyLines, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart; its places are those of our line, or of the first that has a value in a year."""
    canvas = Canvas(width_mm, height_mm)
    if not chart.years:
        canvas.text(canvas.width / 2, canvas.height / 2, "No yearly figures are held", QUIET, anchor="center")
        return canvas.chart(alt)
    low, high, ticks = axis(chart)
    texts = [value_text(tick, chart.unit, 0 if float(tick).is_integer() else 1) for tick in ticks]
    most = MOST * canvas.width
    names = [with_value(line.name, line.text, most, place == 0) for place, line in enumerate(chart.lines)]
    room = max(text_width(name, place == 0) for place, name in enumerate(names))
    left, right = max((text_width(text) for text in texts), default=0) + 5, canvas.width - room - 7
    bottom, top = FOOT + 4, canvas.height - 6

    def across(place: int) -> float:
        return left + (right - left) * (place / (len(chart.years) - 1) if len(chart.years) > 1 else 0.5)

    def up(value: float) -> float:
        return bottom + (value - low) / (high - low) * (top - bottom)

    for tick, text in zip(ticks, texts, strict=True):
        canvas.line([left, right], [up(tick), up(tick)], HAIR, 0.6)
        canvas.text(left - 5, up(tick), text, QUIET, anchor="right")
    _years(canvas, chart.years, [across(place) for place in range(len(chart.years))])
    for number, line in reversed(list(enumerate(chart.lines))):
        colour, wide, dashes = STYLES[min(number, len(STYLES) - 1)]
        xs = [across(place) for place in range(len(line.values))]
        ys = [float("nan") if value is None else up(value) for value in line.values]
        canvas.line(xs, ys, colour, wide, dashes)
        known = [(x, up(value)) for x, value in zip(xs, line.values, strict=True) if value is not None]
        canvas.dots(known if number == 0 else known[-1:], 4.4 if number == 0 else 3.2, colour)
    ends = [next((up(value) for value in reversed(line.values) if value is not None), bottom) for line in chart.lines]
    for number, height in enumerate(stacked(ends, LINE, bottom, max(top, bottom + LINE * (len(ends) - 1)))):
        colour = (OURS, QUIET, INK)[min(number, 2)]
        canvas.text(right + 7, height, names[number], colour, bold=number == 0)
    firsts = [next((line.values[n] for line in chart.lines if line.values[n] is not None), None)
              for n in range(len(chart.years))]  # fmt: skip
    return canvas.chart(alt, [canvas.place(across(n), None if v is None else up(v)) for n, v in enumerate(firsts)])


def axis(chart: YearlyLines) -> tuple[float, float, list[float]]:
    """Return lowest, highest and ticks; lines need no zero, so that the axis starts at a tick near the lowest value."""
    held = [value for line in chart.lines for value in line.values if value is not None]
    if not held:
        return 0.0, 1.0, []
    space = (max(held) - min(held)) * 0.06 or max(abs(max(held)) * 0.1, 1.0)
    low = max(min(held) - space, 0.0) if min(held) >= 0 else min(held) - space
    high = max(held) + space
    ticks = [float(tick) for tick in MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(low, high)]
    high = min(max(high, ticks[-1]), 100.0) if chart.unit == "percent" and high <= 110 else max(high, ticks[-1])
    return min(low, ticks[0]), high, [tick for tick in ticks if tick <= high]


def _years(canvas: Canvas, years: Sequence[str], places: Sequence[float]) -> None:
    """Name the last year, the first, and others between them that have room."""
    taken: list[tuple[float, float]] = []
    for place in dict.fromkeys([len(years) - 1, 0, *range(len(years))]):
        half = text_width(years[place]) / 2
        middle = min(max(places[place], half), canvas.width - half)
        if all(middle + half + 6 <= start or middle - half - 6 >= end for start, end in taken):
            canvas.text(middle, 6, years[place], QUIET, anchor="center")
            taken.append((middle - half, middle + half))
