"""The look of every chart: colours, sizes, fonts and shapes; no chart is drawn here.

Colours are those of the Government Analysis Function and of NHS Making Data Count, darkened until
each has a contrast of at least 3 to 1 on white (4.5 for text).
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from carereport.charts.cleaning import cleaned
from carereport.packed import packed_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

OURS = "#12436D"
OTHERS = "#6B7280"
QUIET = "#4B5563"
INK = "#14181D"
HAIR = "#DDE1E7"
RANGE = "#EEF2F7"
TARGET = "#3D3D3D"
BEFORE = "#B35900"
MEANING = {
    "improving": "#2073BC",
    "concerning": "#B35900",
    "unusually_high": "#801650",
    "unusually_low": "#801650",
    "usual": OTHERS,
}
"""Colour of a point by what it means; its shape says the same."""

POINTS_PER_MM = 72 / 25.4
TEXT = 10.0
"""Size of labels in points at the printed size."""
FAMILY = "Inter"


def _fonts() -> list[FilePath]:
    folder = packed_folder("templates")
    return sorted((folder / "fonts").glob("*.otf")) if folder else []


@cache
def use_fonts() -> None:
    """Make the report's own fonts known, so that text is measured as it will be set."""
    for path in _fonts():
        font_manager.fontManager.addfont(path)
    for entry in font_manager.fontManager.ttflist:
        if entry.name == "Inter Semi Bold":  # the name that matplotlib reads; style sheets call it Inter at weight 600
            font_manager.fontManager.ttflist.append(replace(entry, name=FAMILY, weight=600))
            break
    mpl.rcParams.update({
        "svg.fonttype": "none", "svg.hashsalt": "carereport", "font.family": [FAMILY],
        "font.size": TEXT, "path.simplify": False, "axes.unicode_minus": True,
    })  # fmt: skip


def canvas(width_mm: float, height_mm: float, margins: tuple[float, float, float, float]) -> tuple[Figure, Axes]:
    """Return an empty figure and axes with margins (left, right, top, bottom) in points."""
    use_fonts()
    width, height = width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM
    left, right, top, bottom = margins
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    FigureCanvasSVG(figure)
    figure.patch.set_visible(False)
    axes = figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, pad=4, labelsize=TEXT, labelcolor=QUIET)
    return figure, axes


def as_svg(figure: Figure) -> str:
    """Return a figure as a small `<svg>` element: the same bytes for the same drawing."""
    target = io.StringIO()
    figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return cleaned(target.getvalue(), FAMILY, TEXT)


@cache
def text_width(text: str, bold: bool = False, size: float = TEXT) -> float:
    """Return how wide a text is set, in points."""
    use_fonts()
    properties = font_manager.FontProperties(family=FAMILY, weight=600 if bold else 400, size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(text, properties, ismath=False)
    return float(width)


def _polygon(*corners: tuple[float, float]) -> Path:
    return Path([*corners, corners[0]], closed=True)


SHAPES = {
    "usual": Path.unit_circle().transformed(Affine2D().scale(0.86)),
    "square": _polygon((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": _polygon((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
    "up": _polygon((-1.2, -0.95), (1.2, -0.95), (0, 1.25)),
    "down": _polygon((-1.2, 0.95), (1.2, 0.95), (0, -1.25)),
}


def marks(shape: str, places: Sequence[tuple[float, float]], size: float) -> Path:
    """Return one path with a shape at each place (in points), `size` being half its width."""
    unit = SHAPES[shape]
    return Path.make_compound_path(
        *(unit.transformed(Affine2D().scale(size).translate(float(x), float(y))) for x, y in places)
    )


def stacked(heights: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Return places for labels near `heights` with at least `gap` between them, inside the bounds."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    groups: list[list[int]] = []
    centres: list[float] = []

    def reach(group: list[int]) -> float:
        return gap * (len(group) - 1) / 2

    for place in order:
        groups.append([place])
        centres.append(min(max(heights[place], lowest), highest))
        while len(groups) > 1 and centres[-1] - reach(groups[-1]) < centres[-2] + reach(groups[-2]) + gap:
            later = groups.pop()
            centres.pop()
            groups[-1] += later
            wanted = float(np.mean([heights[member] for member in groups[-1]]))
            centres[-1] = min(max(wanted, lowest + reach(groups[-1])), highest - reach(groups[-1]))
    result = [0.0] * len(heights)
    for group, centre in zip(groups, centres, strict=True):
        for step, member in enumerate(group):
            result[member] = centre - reach(group) + gap * step
    return result
