"""A sparkline: a line without axes whose last point is marked; written as SVG, since a page has many of them."""

from __future__ import annotations

from collections.abc import Sequence

from carereport.charts import Chart
from carereport.charts.theme import MEANING, OTHERS, POINTS_PER_MM, shape_of

EDGE = 4.0
_SHAPES = {
    "usual": "M{0} {1}m-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0z",
    "square": "M{0} {1}m-2.8 -2.8h5.6v5.6h-5.6z",
    "diamond": "M{0} {1}m0 -3.6l3.6 3.6l-3.6 3.6l-3.6 -3.6z",
    "up": "M{0} {1}m-3.2 2.6h6.4l-3.2 -5.8z",
    "down": "M{0} {1}m-3.2 -2.6h6.4l-3.2 5.8z",
}
"""The last point: its shape says the same as its colour."""


def sparkline(values: Sequence[float | None], meaning: str, rising: bool, width_mm: float, height_mm: float) -> Chart:
    """Return a sparkline of values in time order (None is a gap); `meaning` colours the last point."""
    width, height = width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM
    held = [value for value in values if value is not None]
    if len(held) < 2:
        return Chart(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}"></svg>', "",
                     width_mm, height_mm)  # fmt: skip
    low, size = min(held), (max(held) - min(held)) or 1.0
    flat = max(held) == min(held)
    step = (width - 2 * EDGE) / (len(values) - 1)
    line, lone, pen = [], [], "M"
    x = y = 0.0
    for place, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x = EDGE + place * step
        y = height / 2 if flat else height - EDGE - (value - low) / size * (height - 2 * EDGE)
        line.append(f"{pen}{x:.1f} {y:.1f}")
        if all(values[n] is None for n in (place - 1, place + 1) if 0 <= n < len(values)):
            lone.append(f"M{x:.1f} {y:.1f}h.01")
        pen = "L"
    path = _SHAPES[shape_of(meaning, rising)].format(f"{x:.1f}", f"{y:.1f}")
    mark = "" if values[-1] is None else f'<path d="{path}" fill="{MEANING.get(meaning, OTHERS)}"/>'
    alone = f'<path d="{"".join(lone)}" fill="none" stroke="#6B7280" stroke-width="2.2" stroke-linecap="round"/>'
    alone = alone if lone else ""
    return Chart(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}">'
        f'<path d="{"".join(line)}" fill="none" stroke="#6B7280" stroke-width="1.1" stroke-linejoin="round"/>'
        f"{alone}{mark}</svg>",
        "", width_mm, height_mm,
    )  # fmt: skip
