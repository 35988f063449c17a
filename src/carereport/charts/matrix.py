"""Levels of several areas from 1 up: a ring where each stood a year ago, a dot where it stands, words beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import AXIS, HAIR, INK, OURS, QUIET, Canvas, text_width, wrapped

NAME_SHARE, LEVEL_WIDTH, LINE = 0.36, 25.0, 12.0
"""The names' part of the width; points between two levels and between two lines of words."""


@dataclass(frozen=True)
class MatrixRow:
    """An area, its level a year ago and now, and what is said of it."""

    name: str
    before: float | None
    now: float | None
    words: str


@remembered
def matrix(rows: Sequence[MatrixRow], levels: int, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart; levels outside 1 to `levels` are not drawn."""
    canvas = Canvas(width_mm, height_mm)
    names = [wrapped(row.name, NAME_SHARE * canvas.width, bold=True) for row in rows]
    start = max((text_width(line, True) for lines in names for line in lines), default=0) + 16
    places = [start + LEVEL_WIDTH * level for level in range(levels)]
    words = places[-1] + 18 if places else start
    head, step = 18.0, (canvas.height - 20) / max(len(rows), 1)
    for level, x in enumerate(places, start=1):
        canvas.text(x, canvas.height - 7, str(level), QUIET, anchor="center")
        canvas.line([x, x], [2, canvas.height - head + 3], HAIR, 0.8)
    canvas.text(words, canvas.height - 7, "Evidence", QUIET)
    for place, (row, lines) in enumerate(zip(rows, names, strict=True)):
        middle = canvas.height - head - step * (place + 0.5)
        _lines(canvas, 0, middle, lines, bold=True)
        _lines(canvas, words, middle, wrapped(row.words, canvas.width - words), bold=False)
        before, now = (
            places[round(value) - 1] if value is not None and 1 <= round(value) <= levels else None
            for value in (row.before, row.now)
        )
        if before is not None and now is not None and before != now:
            canvas.line([before, now], [middle, middle], OURS, 1.6)
        if before is not None:
            canvas.marks("usual", [(before, middle)], 5.2, "white", AXIS, 1.4)
        if now is not None:
            canvas.marks("usual", [(now, middle)], 4.6, OURS)
    return canvas.chart(alt)


def _lines(canvas: Canvas, x: float, middle: float, lines: Sequence[str], *, bold: bool) -> None:
    for place, line in enumerate(lines):
        y = middle + (len(lines) - 1) * LINE / 2 - place * LINE
        canvas.text(x, y, line, INK if bold else QUIET, bold=bold)
