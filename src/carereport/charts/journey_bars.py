"""The child's journey: a bar from zero for each stage, last year's mark, change and conversion beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import BEFORE, INK, OURS, QUIET, Canvas, text_width, wrapped

LONGEST, LONGEST_NAME, LONGEST_CONVERSION = 0.6, 0.26, 0.34
"""The longest bar's part of the room beside the names, and the widest name's and conversion's of the whole."""


@dataclass(frozen=True)
class JourneyBar:
    """A stage of the journey with its texts, as the chart and its table print them."""

    name: str
    value: float | None
    before: float | None
    text: str
    before_text: str
    change: str
    conversion: str


@remembered
def journey_bars(bars: Sequence[JourneyBar], width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart. A stage without a value (suppressed) has its marker in words and no bar."""
    canvas = Canvas(width_mm, height_mm)
    step = (canvas.height - 2) / max(len(bars), 1)
    names = [wrapped(bar.name, LONGEST_NAME * canvas.width, bold=True) for bar in bars]
    start = max((text_width(line, True) for lines in names for line in lines), default=0) + 8
    shares = [wrapped(bar.conversion, LONGEST_CONVERSION * canvas.width) for bar in bars]
    beside = [max((text_width(line) for line in lines), default=0.0) for lines in shares]
    scale = _scale(bars, beside, canvas.width - start)
    thick = min(step * 0.56, 12)
    places = []
    for place, (bar, lines) in enumerate(zip(bars, names, strict=True)):
        middle = canvas.height - 1 - step * (place + 0.5)
        for row, line in enumerate(lines):
            canvas.text(start - 8, middle + (len(lines) - 1) * 6 - row * 12, line, INK, bold=True, anchor="right")
        end = start
        if bar.value is not None:
            end = start + bar.value * scale
            canvas.bars([(start, middle - thick / 2, bar.value * scale, thick)], OURS)
            if bar.before is not None:
                x = start + bar.before * scale
                for colour, width in (("white", 3.2), (BEFORE, 1.7)):
                    canvas.line([x, x], [middle - thick / 2 - 2, middle + thick / 2 + 2], colour, width)
                end = max(end, x)
        canvas.text(end + 6, middle, bar.text, INK, bold=True)
        canvas.text(end + 6 + text_width(bar.text, True) + 6, middle, bar.change, QUIET)
        for row, line in enumerate(shares[place]):
            canvas.text(canvas.width, middle + (len(shares[place]) - 1) * 6 - row * 12, line, INK, anchor="right")
        places.append(canvas.place(start if bar.value is None else start + bar.value * scale, middle))
    return canvas.chart(alt, places)


def _scale(bars: Sequence[JourneyBar], beside: Sequence[float], room: float) -> float:
    """Return points for one case, so that no bar with its texts reaches the text at the right end."""
    scales = [LONGEST * room / max(value, 1e-9) for bar in bars for value in (bar.value, bar.before) if value]
    for bar, wide in zip(bars, beside, strict=True):
        longest = max((value for value in (bar.value, bar.before) if value is not None), default=0)
        if bar.value is not None and longest:
            texts = text_width(bar.text, True) + text_width(bar.change) + wide + 28
            scales.append(max(room - texts, 4.0) / longest)
    return min(scales, default=1.0)
