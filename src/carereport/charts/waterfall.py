"""The way from one level to another: a bar from zero for each level, and each change where the one before ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import AXIS, BEFORE, INK, OTHERS, OURS, Canvas, text_width, wrapped

LEAST = 1.5
"""Points that the bar of a small change is wide, so that it is seen."""


@dataclass(frozen=True)
class WaterfallRow:
    """A level (from zero) or a change, with its number as text."""

    name: str
    start: float
    end: float
    text: str
    is_level: bool


@remembered
def waterfall(rows: Sequence[WaterfallRow], width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart, a row a step from top to bottom; lines lead from each step to the next."""
    canvas = Canvas(width_mm, height_mm)
    names = [wrapped(row.name, 0.4 * canvas.width, bold=row.is_level, most=1)[0] for row in rows]
    left = max(text_width(name, row.is_level) for name, row in zip(names, rows, strict=True)) + 8
    room = canvas.width - left - max(text_width(row.text, True) for row in rows) - 8
    scale = room / max(max(row.start, row.end, 1e-9) for row in rows)
    step = (canvas.height - 2) / len(rows)
    thick = min(step * 0.62, 12)
    places = []
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        middle = canvas.height - 1 - step * (place + 0.5)
        low, high = sorted((row.start, row.end))
        wide = max((high - low) * scale, LEAST)
        colour = OURS if row.is_level else OTHERS if row.end >= row.start else BEFORE
        canvas.bars([(left + low * scale, middle - thick / 2, wide, thick)], colour)
        if place + 1 < len(rows):
            at = left + row.end * scale
            canvas.line([at, at], [middle - thick / 2, middle - step + thick / 2], AXIS, 0.8)
        canvas.text(left - 8, middle, name, INK, bold=row.is_level, anchor="right")
        canvas.text(left + low * scale + wide + 6, middle, row.text, INK, bold=True)
        places.append(canvas.place(left + high * scale, middle))
    return canvas.chart(alt, places)
