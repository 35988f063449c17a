"""Small counts as columns from zero, one a quarter, where too few cases leave no control chart to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import AXIS, INK, OURS, QUIET, Canvas, text_width

FOOT, HEAD, THICKEST = 27.0, 15.0, 26.0
"""Points below the columns for two lines of words, above them for a number, and the widest column."""


@dataclass(frozen=True)
class CountColumn:
    """A quarter's count; None where it is hidden, and `text` says so."""

    name: str
    year: str
    """Under the name; empty where it is the same as that of the column before."""
    value: float | None
    text: str


@remembered
def count_columns(columns: Sequence[CountColumn], width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart; what is hidden has no column, only its marker."""
    canvas = Canvas(width_mm, height_mm)
    step = canvas.width / max(len(columns), 1)
    most = max((column.value for column in columns if column.value is not None), default=0.0)
    scale = (canvas.height - FOOT - HEAD) / most if most > 0 else 0.0
    thick = min(step * 0.62, THICKEST)
    canvas.line([0, canvas.width], [FOOT, FOOT], AXIS, 0.8)
    boxes = [
        (step * (place + 0.5) - thick / 2, FOOT, thick, column.value * scale)
        for place, column in enumerate(columns)
        if column.value
    ]
    canvas.bars(boxes, OURS)
    taken = yeared = 0.0
    for place, column in enumerate(columns):
        middle, last = step * (place + 0.5), place == len(columns) - 1
        wide = text_width(column.text, last)
        if wide <= step - 2:
            canvas.text(middle, FOOT + (column.value or 0) * scale + 7, column.text, INK, bold=last, anchor="center")
        half = text_width(column.name) / 2
        if middle - half >= taken and middle + half <= canvas.width:
            canvas.text(middle, FOOT - 8, column.name, QUIET, anchor="center")
            taken = middle + half + 2
        half = text_width(column.year) / 2
        if column.year and middle - half >= yeared and middle + half <= canvas.width:
            canvas.text(middle, FOOT - 20, column.year, QUIET, anchor="center")
            yeared = middle + half + 2
    return canvas.chart(alt)
