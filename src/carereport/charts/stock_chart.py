"""A stock over time with those who joined and left below it, so that a change is seen with what made it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from carereport.charts import Chart
from carereport.charts.control_chart import ControlChart, period_ticks, plot_control
from carereport.charts.remembered import remembered
from carereport.charts.theme import AXIS, HAIR, OTHERS, OURS, QUIET, Canvas, text_width
from carereport.wording.numbers import value_text

PART = 0.36
"""The flows' part of the height."""


@dataclass(frozen=True)
class Flows:
    """Those who joined and left in each period of a chart; None is a gap (suppressed, or not known)."""

    joined: tuple[float | None, ...]
    left: tuple[float | None, ...]
    joined_word: str = "joined"
    left_word: str = "left"


@remembered
def stock_chart(chart: ControlChart, flows: Flows, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the stock as a control chart, with joiners above and leavers below a line of their own."""
    canvas = Canvas(width_mm, height_mm)
    if not chart.points:
        canvas.text(canvas.width / 2, canvas.height / 2, "No monthly figures are held", QUIET, anchor="center")
        return canvas.chart(alt)
    foot, head = 16.0, canvas.height * PART
    words = [_last_words(flows.joined, flows.joined_word), _last_words(flows.left, flows.left_word)]
    plot = plot_control(canvas, chart, head, canvas.height, periods=False, room=max(map(text_width, words)))
    count = len(chart.points)
    joined, left = flows.joined[-count:], flows.left[-count:]
    highest = max((value for value in joined if value), default=0.0)
    lowest = max((value for value in left if value), default=0.0)
    scale = (head - foot - 4) / ((highest + lowest) or 1.0)
    zero = foot + lowest * scale
    wide = (plot.across(1) - plot.across(0)) * 0.62
    for place, name in period_ticks(plot):
        x, half = plot.across(place), text_width(name) / 2
        canvas.line([x, x], [foot, head], HAIR, 0.6)
        canvas.text(min(max(x, half), canvas.width - half), 6, name, QUIET, anchor="center")
    canvas.bars(_boxes(plot.across, joined, zero, scale, wide), OURS)
    canvas.bars(_boxes(plot.across, left, zero, -scale, wide), OTHERS)
    canvas.line([plot.left, plot.right], [zero, zero], AXIS, 0.8)
    middle = (foot + head) / 2
    canvas.text(plot.right + 6, middle + 7, words[0], OURS, bold=False)
    canvas.text(plot.right + 6, middle - 7, words[1], QUIET)
    return canvas.chart(alt, plot.places())


def _boxes(
    across: Callable[[float], float], values: Sequence[float | None], zero: float, scale: float, wide: float
) -> list[tuple[float, float, float, float]]:
    return [
        (across(place) - wide / 2, zero if scale > 0 else zero + value * scale, wide, abs(value * scale))
        for place, value in enumerate(values)
        if value
    ]


def _last_words(values: Sequence[float | None], word: str) -> str:
    last = values[-1] if values else None
    return word.capitalize() if last is None else f"{value_text(last, 'number')} {word}"
