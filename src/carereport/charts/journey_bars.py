"""The child's journey: a bar from zero for each stage, last year's mark, change and conversion beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from carereport.charts import Chart
from carereport.charts.theme import BEFORE, INK, OURS, QUIET, TEXT, as_svg, canvas, text_width

LONGEST = 0.44
"""The longest bar's part of the width, so that its number has room."""


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


def journey_bars(bars: Sequence[JourneyBar], width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart. A stage without a value (suppressed) has its marker in words and no bar."""
    figure, axes = canvas(width_mm, height_mm, (0, 0, 2, 2))
    axes.set_axis_off()
    right, head = (float(edge) for edge in axes.transAxes.transform((1, 1)))
    _, foot = (float(edge) for edge in axes.transAxes.transform((0, 0)))
    step = (head - foot) / len(bars)
    start = max(text_width(bar.name, True) for bar in bars) + 8
    most = max((value for bar in bars for value in (bar.value, bar.before) if value is not None), default=1.0) or 1.0
    scale = LONGEST * right / most
    thick = min(step * 0.56, 12)
    here = IdentityTransform()
    for place, bar in enumerate(bars):
        middle = head - step * (place + 0.5)
        line = middle - 0.36 * TEXT
        axes.text(start - 6, line, bar.name, weight=600, color=INK, ha="right", transform=here)
        end = start
        if bar.value is not None:
            end = start + bar.value * scale
            corner = (start, middle - thick / 2)
            axes.add_patch(
                Rectangle(corner, bar.value * scale, thick, facecolor=OURS, edgecolor="none", transform=here)
            )
        if bar.before is not None and bar.value is not None:
            x = start + bar.before * scale
            axes.add_line(Line2D([x, x], [middle - thick / 2 - 2, middle + thick / 2 + 2], color="white", linewidth=3,
                                 transform=here))  # fmt: skip
            axes.add_line(Line2D([x, x], [middle - thick / 2 - 2, middle + thick / 2 + 2], color=BEFORE, linewidth=1.6,
                                 transform=here))  # fmt: skip
            end = max(end, x)
        axes.text(end + 6, line, bar.text, weight=600, color=INK, transform=here)
        if bar.change:
            axes.text(end + 6 + text_width(bar.text, True) + 6, line, bar.change, color=QUIET, transform=here)
        axes.text(right, line, bar.conversion, color=INK, ha="right", transform=here)
    return Chart(as_svg(figure), alt, width_mm, height_mm)
