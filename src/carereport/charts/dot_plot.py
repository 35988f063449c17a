"""A dot plot: our figure with its interval on one line with the neighbours', comparators named above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import IdentityTransform

from carereport.charts import Chart
from carereport.charts.theme import HAIR, INK, OTHERS, OURS, QUIET, TEXT, as_svg, canvas, marks, text_width
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


def dot_plot(plot: DotPlot, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart; its axis is cut, as dots need no zero."""
    figure, axes = canvas(width_mm, height_mm, (12, 12, 2, 2))
    held = [plot.value, *plot.others, *(value for _, value, _ in plot.comparators)]
    held += [edge for edge in (plot.lower, plot.upper) if edge is not None]
    low, high = min(held), max(held)
    space = (high - low) * 0.06 or max(abs(high) * 0.1, 1.0)
    low, high = (max(0.0, low - space) if low >= 0 else low - space), high + space
    high = min(high, 100.0) if plot.unit == "percent" else high
    ticks = list(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]).tick_values(low, high))
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    if plot.unit == "percent":
        high = min(high, 100.0)
    axes.set_xlim(low, high)
    axes.set_ylim(0, 1)
    axes.set_axis_off()

    def across(value: float) -> float:
        return float(axes.transData.transform((value, 0))[0])

    left, right = across(low), across(high)
    _, foot = axes.transAxes.transform((0, 0))
    _, head = axes.transAxes.transform((0, 1))
    rows = max(len(plot.comparators), 1)
    line = head - rows * 13 - 10
    scale = line - 20
    whole = all(float(tick).is_integer() for tick in ticks)
    for tick in ticks:
        if low <= tick <= high:
            x = across(tick)
            text = value_text(tick, "number", 0 if whole else 1) + ("%" if plot.unit == "percent" else "")
            half = text_width(text) / 2
            axes.add_line(
                Line2D([x, x], [line - 8, line + 8], color=HAIR, linewidth=0.7, transform=IdentityTransform())
            )
            axes.text(min(max(x, half), right + 12 - half), scale - 4, text, color=QUIET, ha="center",
                      transform=IdentityTransform())  # fmt: skip
    axes.add_line(Line2D([left, right], [line, line], color="#9AA3AF", linewidth=0.8, transform=IdentityTransform()))
    _comparators(axes, plot, across, line, head, right + 12)
    rings = marks("usual", [(across(value), line) for value in plot.others], 3.4) if plot.others else None
    if rings is not None:
        axes.add_patch(PathPatch(rings, facecolor="white", edgecolor=OTHERS, linewidth=1.1,
                                 transform=IdentityTransform(), zorder=3))  # fmt: skip
    if plot.lower is not None and plot.upper is not None:
        axes.add_line(Line2D([across(plot.lower), across(plot.upper)], [line, line], color=OURS, linewidth=3.2,
                             solid_capstyle="butt", transform=IdentityTransform(), zorder=4))  # fmt: skip
    dot = marks("usual", [(across(plot.value), line)], 5.4)
    axes.add_patch(
        PathPatch(dot, facecolor=OURS, edgecolor="white", linewidth=0.8, transform=IdentityTransform(), zorder=5)
    )
    name = f"{plot.area} {plot.text}"
    half = text_width(name, True) / 2
    place = min(max(across(plot.value), half), right + 12 - half)
    axes.text(place, max(scale - 19, foot), name, color=OURS, weight=600, ha="center", transform=IdentityTransform())
    return Chart(as_svg(figure), alt, width_mm, height_mm)


def _comparators(axes, plot: DotPlot, across, line: float, head: float, edge: float) -> None:  # type: ignore[no-untyped-def]
    """Name each comparator above its mark, the leftmost lowest, so that names never cross marks."""
    order = sorted(plot.comparators, key=lambda held: held[1])
    for row, (name, value, text) in enumerate(order):
        label = f"{name} {text}"
        x, width = across(value), text_width(label)
        height = head - 13 * (len(order) - row) + 3
        to_left = x - width - 3 >= 0
        axes.add_line(Line2D([x, x], [line - 7, height + TEXT * 0.8], color=INK, linewidth=1.1,
                             transform=IdentityTransform(), zorder=2))  # fmt: skip
        if to_left:
            axes.text(x - 3, height, label, color=INK, ha="right", transform=IdentityTransform())
        else:
            axes.text(min(x + 3, edge - width), height, label, color=INK, ha="left", transform=IdentityTransform())


def rank_of(value: float, others: Sequence[float]) -> int:
    """Return 1 plus the number of higher values."""
    return 1 + sum(other > value for other in others)
