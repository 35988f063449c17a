"""Small multiples: several series of one theme as panels on one time axis; those of a kind share one axis of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from carereport.charts import Chart
from carereport.charts.remembered import remembered
from carereport.charts.theme import (
    HAIR,
    INK,
    MEANING,
    OURS,
    QUIET,
    TARGET,
    Canvas,
    shape_of,
    stacked,
    text_width,
    wrapped,
)
from carereport.wording.numbers import value_text

GAP, LINE, FOOT, HEAD = 12.0, 12.5, 15.0, 5.0
"""Points between panels, from one line of text to the next, for the words under the lowest panels, over a plot."""
PAD = 9.0
"""Points from a plot to the next row, so that its lowest tick stands clear of the name below."""
COLUMNS, WIDEST = 3, 4
"""Panels beside each other: three, or two where there are no more than four."""
CUT = 0.5
"""Where the lowest value is above this part of the highest, an axis need not start at zero; its ticks say so."""


@dataclass(frozen=True)
class Panel:
    """One series: (month, value) in order, None being a gap; `kind` is shared by those with one axis of values."""

    name: str
    points: tuple[tuple[int, float | None], ...]
    text: str
    """The last value as the report prints it, or its marker."""
    kind: str
    unit: str
    meaning: str = "usual"
    rising: bool | None = True
    """Whether the last point's mark points up."""
    targets: tuple[float | None, ...] = ()
    target_text: str = ""


@dataclass(frozen=True)
class SmallMultiples:
    """The panels in their order, and the ticks of their common time axis as (month, text); months count from year 0."""

    panels: tuple[Panel, ...]
    ticks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class _Box:
    """Where a panel's plot lies, and what its axes hold."""

    left: float
    right: float
    bottom: float
    top: float
    first: int
    last: int
    low: float
    high: float

    def across(self, month: int) -> float:
        return self.left + (month - self.first) / max(self.last - self.first, 1) * (self.right - self.left)

    def up(self, value: float) -> float:
        return self.bottom + (value - self.low) / (self.high - self.low) * (self.top - self.bottom)


def columns_of(count: int) -> int:
    """Return how many panels stand beside each other."""
    return max(1, min(count, 2 if count <= WIDEST else COLUMNS))


@remembered
def small_multiples(chart: SmallMultiples, width_mm: float, height_mm: float, alt: str) -> Chart:
    """Return the chart; its places are those of every panel's points, panel by panel."""
    canvas = Canvas(width_mm, height_mm)
    if not chart.panels:
        return canvas.chart(alt)
    columns = columns_of(len(chart.panels))
    rows = -(-len(chart.panels) // columns)
    wide = (canvas.width - GAP * (columns - 1)) / columns
    high = (canvas.height - FOOT) / rows
    axes = {kind: axis([panel for panel in chart.panels if panel.kind == kind]) for kind in kinds(chart.panels)}
    months = [month for panel in chart.panels for month, _ in panel.points] or [0]
    ticks = {kind: [_tick_text(tick, kind, chart) for tick in axes[kind][2]] for kind in axes}
    left_of = max((text_width(text) for texts in ticks.values() for text in texts), default=0.0) + 4
    right_of = max(max(text_width(panel.text, True), text_width(panel.target_text)) for panel in chart.panels) + 7
    right_of = min(right_of, wide * 0.45)
    lines = max(len(wrapped(panel.name, wide, bold=True)) for panel in chart.panels)
    places: list[tuple[float, float | None]] = []
    for place, panel in enumerate(chart.panels):
        row, column = divmod(place, columns)
        start, ceiling = column * (wide + GAP), canvas.height - row * high
        low, top, values = axes[panel.kind]
        box = _Box(
            start + left_of, start + wide - right_of, ceiling - high + PAD, ceiling - LINE * lines - HEAD,
            min(months), max(months), low, top,
        )  # fmt: skip
        for number, line in enumerate(wrapped(panel.name, wide, bold=True)):
            canvas.text(start, ceiling - 6 - LINE * number, line, INK, bold=True)
        _frame(canvas, chart, box, list(zip(values, ticks[panel.kind], strict=True)))
        places += [canvas.place(x, y) for x, y in _series(canvas, panel, box)]
        _ends(canvas, panel, box, start + wide)
        if place + columns >= len(chart.panels):
            _months(canvas, chart, box, start, start + wide)
    return canvas.chart(alt, places)


def kinds(panels: Sequence[Panel]) -> list[str]:
    """Return the kinds of panels in order; those of one share their axis of values."""
    return list(dict.fromkeys(panel.kind for panel in panels))


def axis(panels: Sequence[Panel]) -> tuple[float, float, list[float]]:
    """Return lowest, highest and ticks of the axis that panels share: all their values and targets are on it."""
    held = [value for panel in panels for _, value in panel.points if value is not None]
    held += [aim for panel in panels for aim in panel.targets if aim is not None]
    if not held:
        return 0.0, 1.0, []
    low, high = min(held), max(held)
    percent = panels[0].unit == "percent"
    if 0 <= low <= CUT * high or high <= 0 <= low:
        low = 0.0
    space = (high - low) * 0.06 or max(abs(high) * 0.1, 1.0)
    bottom, top = (low if low == 0 else low - space), high + space
    bottom = max(bottom, 0.0) if low >= 0 else bottom
    top = min(top, 100.0) if percent else top
    ticks = [float(tick) for tick in MaxNLocator(nbins=2, steps=[1, 2, 5, 10], min_n_ticks=2).tick_values(bottom, top)]
    return bottom, top, [tick for tick in ticks if bottom - 1e-9 <= tick <= top + 1e-9]


def _tick_text(tick: float, kind: str, chart: SmallMultiples) -> str:
    unit = next(panel.unit for panel in chart.panels if panel.kind == kind)
    decimals = 0 if float(tick).is_integer() else 1
    return value_text(tick, "percent" if unit == "percent" else "number", decimals)


def _frame(canvas: Canvas, chart: SmallMultiples, box: _Box, ticks: Sequence[tuple[float, str]]) -> None:
    for month, _ in chart.ticks:
        if box.first <= month <= box.last:
            canvas.line([box.across(month)] * 2, [box.bottom, box.top], HAIR, 0.6)
    taken = -LINE
    for value, text in ticks:
        height = box.up(value)
        canvas.line([box.left, box.right], [height, height], HAIR, 0.6)
        if height - taken >= LINE * 0.9:
            canvas.text(box.left - 4, max(height, box.bottom), text, QUIET, anchor="right")
            taken = height


def _series(canvas: Canvas, panel: Panel, box: _Box) -> list[tuple[float, float | None]]:
    """Draw target and series, a gap where a value is not known; return where the points lie."""
    places = [(box.across(month), None if value is None else box.up(value)) for month, value in panel.points]
    if any(aim is not None for aim in panel.targets):
        xs = [box.across(month) for month, _ in panel.points[-len(panel.targets) :]]
        aims = [float("nan") if aim is None else box.up(aim) for aim in panel.targets]
        canvas.line([*xs, box.right], [*aims, aims[-1]], TARGET, 1.0, (4.0, 2.5))
    if len(places) > 1:
        canvas.line([x for x, _ in places], [float("nan") if y is None else y for _, y in places], OURS, 1.3)
    alone = [
        (x, y)
        for at, (x, y) in enumerate(places)
        if y is not None and all(places[n][1] is None for n in (at - 1, at + 1) if 0 <= n < len(places))
    ]
    canvas.dots(alone, 2.6, OURS)
    if places and places[-1][1] is not None:
        shape = shape_of(panel.meaning, panel.rising)
        x, y = places[-1][0], places[-1][1]
        canvas.marks(shape, [(x, y)], 3.1, OURS if shape == "usual" else MEANING[panel.meaning], "white", 0.6)
    return places


def _ends(canvas: Canvas, panel: Panel, box: _Box, edge: float) -> None:
    """Name the last value and the target at the right; a marker instead of a value stands at the foot."""
    last = panel.points[-1][1] if panel.points else None
    named = [(box.bottom if last is None else box.up(last), panel.text, OURS, True)]
    aim = panel.targets[-1] if panel.targets else None
    if aim is not None and panel.target_text:
        named.append((box.up(aim), panel.target_text, QUIET, False))
    room = edge - box.right - 6
    heights = stacked([height for height, *_ in named], LINE, box.bottom, max(box.top, box.bottom + LINE))
    for (_, text, colour, bold), height in zip(named, heights, strict=True):
        for line in wrapped(text, room, bold=bold, most=1):
            canvas.text(box.right + 6, height, line, colour, bold=bold)


def _months(canvas: Canvas, chart: SmallMultiples, box: _Box, left: float, right: float) -> None:
    """Write the months under a panel that has none below it, as many as have room."""
    taken = left
    for month, text in chart.ticks:
        half = text_width(text) / 2
        middle = min(max(box.across(month), left + half), right - half)
        if box.first <= month <= box.last and middle - half >= taken:
            canvas.text(middle, box.bottom - PAD - 6, text, QUIET, anchor="center")
            taken = middle + half + 6
