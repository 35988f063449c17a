"""Shares of a whole as bars of equal length: a row a period, its parts in one order, the counts inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import INK, QUIET, Canvas, text_width, wrapped

FILLS = (
    ("#28A197", INK), ("#2073BC", "#FFFFFF"), ("#7F2560", "#FFFFFF"), ("#5A1F12", "#FFFFFF"), (INK, "#FFFFFF"),
)  # fmt: skip
"""Fill of each part and the colour of words on it: each darker than the one before, so that grey print keeps the order;
a white gap keeps them apart."""
GAP = 1.2
ROOM_BESIDE = 3.0
"""Points that a count needs to spare inside its part."""


@dataclass(frozen=True)
class ShareRow:
    """A row: its name, its parts' counts (None where one is hidden), what stands at its end."""

    name: str
    parts: tuple[float | None, ...]
    texts: tuple[str, ...]
    total: str


@remembered
def share_bars(parts: Sequence[str], rows: Sequence[ShareRow], width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart; a row with a hidden part has no bar and says so."""
    canvas = Canvas(width_mm, height_mm)
    legend = _legend(canvas, parts)
    names = [wrapped(row.name, 0.22 * canvas.width, bold=True, most=1)[0] for row in rows]
    start = max((text_width(name, True) for name in names), default=0) + 8
    room = canvas.width - start - max((text_width(row.total) for row in rows), default=0) - 10
    step = (canvas.height - legend - 2) / max(len(rows), 1)
    thick = min(step * 0.7, 17)
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        middle = canvas.height - legend - step * (place + 0.5)
        canvas.text(start - 8, middle, name, INK, bold=True, anchor="right")
        canvas.text(canvas.width, middle, row.total, QUIET, anchor="right")
        whole = sum(part or 0 for part in row.parts)
        if whole and None not in row.parts:
            _bar(canvas, row, (start, middle), (room, thick), whole)
        else:
            missing = (text for part, text in zip(row.parts, row.texts, strict=True) if part is None)
            canvas.text(start, middle, next(missing, "none"), QUIET)
    return canvas.chart(alt)


def _legend(canvas: Canvas, parts: Sequence[str]) -> float:
    """Draw a square and the name of each part on as many lines as they take; return their height."""
    x, y = 0.0, canvas.height - 7
    for place, part in enumerate(parts):
        name = wrapped(part, canvas.width - 14, most=1)[0]
        wide = 14 + text_width(name)
        if x and x + wide > canvas.width:
            x, y = 0.0, y - 14
        canvas.bars([(x, y - 4.5, 9, 9)], FILLS[place % len(FILLS)][0])
        canvas.text(x + 14, y, name, INK)
        x += wide + 14
    return canvas.height - y + 9


def _bar(canvas: Canvas, row: ShareRow, corner: tuple[float, float], size: tuple[float, float], whole: float) -> None:
    left, middle = corner
    for place, (part, text) in enumerate(zip(row.parts, row.texts, strict=True)):
        wide = size[0] * (part or 0) / whole
        fill, ink = FILLS[place % len(FILLS)]
        if wide > GAP:
            canvas.bars([(left, middle - size[1] / 2, wide - GAP, size[1])], fill)
        if wide - GAP >= text_width(text, True) + ROOM_BESIDE:
            canvas.text(left + (wide - GAP) / 2, middle, text, ink, bold=True, anchor="center")
        left += wide
