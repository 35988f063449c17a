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
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from carereport.charts import Chart, Label
from carereport.charts.cleaning import cleaned
from carereport.packed import packed_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist

OURS = "#12436D"
OTHERS = "#6B7280"
QUIET = "#4B5563"
INK = "#14181D"
HAIR = "#DDE1E7"
AXIS = "#8A93A0"
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
MIDDLE = 0.36
"""Half the height of capitals, as a part of the text's size."""
FAMILY = "Inter"
_UNITS = 100
"""The size, in points, at which a font is asked for its letters' widths."""

_chosen: dict[int, FilePath] = {}
"""The council's own fonts by weight, where it has some; style sheets call them by the same family."""


def choose_fonts(text: FilePath | None, bold: FilePath | None) -> None:
    """Measure all further text as these fonts set it; None for those that come with carereport."""
    wanted = {weight: path for weight, path in ((400, text), (600, bold)) if path is not None}
    if wanted != _chosen:
        _chosen.clear()
        _chosen.update(wanted)
        use_fonts.cache_clear()
        text_width.cache_clear()
        _advance.cache_clear()


def fonts_chosen() -> tuple[tuple[int, str], ...]:
    """Return the council's own fonts by weight: what a drawing depends on beside its arguments."""
    return tuple(sorted((weight, str(path)) for weight, path in _chosen.items()))


def _faces() -> dict[int, FilePath]:
    """Return the font file of each weight."""
    folder = packed_folder("templates")
    own = {400: "Inter-Regular.otf", 600: "Inter-SemiBold.otf"}
    packed = {weight: folder / "fonts" / name for weight, name in own.items()} if folder else {}
    return {weight: path for weight, path in {**packed, **_chosen}.items() if path.is_file()}


@cache
def use_fonts() -> None:
    """Make the report's own fonts known, so that text is measured as it will be set."""
    manager = font_manager.fontManager
    others = [entry for entry in manager.ttflist if entry.name != FAMILY]
    for weight, path in _faces().items():
        before = len(manager.ttflist)
        manager.addfont(path)
        others.append(replace(manager.ttflist[before], name=FAMILY, weight=weight, style="normal"))
    manager.ttflist = others
    mpl.rcParams.update({
        "svg.fonttype": "none", "svg.hashsalt": "carereport", "font.family": [FAMILY],
        "font.size": TEXT, "path.simplify": False, "axes.unicode_minus": True,
    })  # fmt: skip


class Canvas:
    """A drawing surface in points from its lower left corner; what is drawn later lies on top.

    Artists stand on the figure itself: axes would cost more than everything they hold.
    """

    def __init__(self, width_mm: float, height_mm: float):
        use_fonts()
        self.width, self.height = width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM
        self._size = (width_mm, height_mm)
        self._figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72)
        FigureCanvasSVG(self._figure)
        self._figure.patch.set_visible(False)
        self._labels: list[Label] = []
        self._drawn = 0

    def _add(self, artist: Artist) -> None:
        self._drawn += 1
        artist.set_zorder(self._drawn)
        artist.set_transform(IdentityTransform())
        self._figure.add_artist(artist)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        colour: str,
        width: float,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        """Draw a line; NaN in `ys` interrupts it, `dashes` are lengths of dash and gap in line widths."""
        line = Line2D(xs, ys, color=colour, linewidth=width, solid_capstyle="round", dash_capstyle="butt")
        if dashes is not None:
            line.set_linestyle((0, dashes))
        self._add(line)

    def area(self, corners: Sequence[tuple[float, float]], fill: str) -> None:
        """Fill a polygon."""
        self._add(Polygon(corners, closed=True, facecolor=fill, edgecolor="none"))

    def bars(self, boxes: Sequence[tuple[float, float, float, float]], fill: str) -> None:
        """Fill rectangles (left, bottom, width, height), all of them as one path."""
        if boxes:
            paths = [
                Path([(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)], closed=True) for x, y, w, h in boxes
            ]
            self._add(PathPatch(Path.make_compound_path(*paths), facecolor=fill, edgecolor="none"))

    def marks(
        self,
        shape: str,
        places: Sequence[tuple[float, float]],
        size: float,
        fill: str,
        edge: str = "none",
        width: float = 0,
    ) -> None:
        """Draw a shape at each place, `size` being half its width, all of them as one path."""
        if places:
            path = marks(shape, places, size)
            self._add(PathPatch(path, facecolor=fill, edgecolor=edge, linewidth=width))

    def dots(self, places: Sequence[tuple[float, float]], across: float, fill: str) -> None:
        """Draw round dots, all of them as one path of line ends: a tenth of the nodes of circles."""
        if places:
            vertices = [vertex for x, y in places for vertex in ((x, y), (x + 0.01, y))]
            path = Path(vertices, [Path.MOVETO, Path.LINETO] * len(places))
            path.should_simplify = False
            self._add(PathPatch(path, facecolor="none", edgecolor=fill, linewidth=across, capstyle="round"))

    def text(self, x: float, y: float, words: str, colour: str, bold: bool = False, anchor: str = "left") -> None:
        """Write words whose middle height is `y`; `anchor` says what `x` is: left, center or right."""
        if not words:
            return
        base = y - MIDDLE * TEXT
        self._drawn += 1
        self._figure.text(
            x, base, words, color=colour, weight=600 if bold else 400, ha=anchor, va="baseline",
            transform=IdentityTransform(), zorder=self._drawn,
        )  # fmt: skip
        wide = text_width(words, bold)
        left = x - {"left": 0.0, "center": wide / 2, "right": wide}[anchor]
        self._labels.append(Label(words, left, base - 0.2 * TEXT, left + wide, base + 0.76 * TEXT))

    def place(self, x: float, y: float | None) -> tuple[float, float | None]:
        """Return a point of the canvas as a chart's `places` name it."""
        return round(100 * x / self.width, 2), None if y is None else round(100 - 100 * y / self.height, 2)

    def chart(self, alt: str, places: Sequence[tuple[float, float | None]] = ()) -> Chart:
        """Return the finished drawing: the same bytes for the same drawing."""
        target = io.StringIO()
        self._figure.savefig(
            target, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
        return Chart(cleaned(target.getvalue(), FAMILY, TEXT), alt, *self._size, tuple(self._labels), tuple(places))


@cache
def text_width(text: str, bold: bool = False, size: float = TEXT) -> float:
    """Return how wide a text is set, in points, letters that are drawn together not counted as nearer."""
    return size * sum(_advance(letter, bold) for letter in text)


@cache
def _advance(letter: str, bold: bool) -> float:
    """Return how far a letter moves the next one on, at a size of one point."""
    use_fonts()
    face = font_manager.FontProperties(family=FAMILY, weight=600 if bold else 400)
    font = font_manager.get_font(font_manager.findfont(face))
    font.set_size(_UNITS, 72)
    return font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / _UNITS


def _polygon(*corners: tuple[float, float]) -> Path:
    return Path([*corners, corners[0]], closed=True)


SHAPES = {
    "usual": Path.unit_circle().transformed(Affine2D().scale(0.86)),
    "square": _polygon((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": _polygon((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
    "up": _polygon((-1.2, -0.95), (1.2, -0.95), (0, 1.25)),
    "down": _polygon((-1.2, 0.95), (1.2, 0.95), (0, -1.25)),
}


def shape_of(meaning: str, up: bool | None) -> str:
    """Return the shape of a point by what it means; that of an improvement points up or down."""
    if meaning == "improving":
        return "up" if up else "down"
    return {"concerning": "square", "unusually_high": "diamond", "unusually_low": "diamond"}.get(meaning, "usual")


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


def wrapped(text: str, width: float, bold: bool = False, most: int = 2) -> list[str]:
    """Return a text as lines no wider than `width`; what `most` lines cannot hold ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_shortened(line, width, bold) for line in lines]


def with_value(name: str, text: str, width: float, bold: bool = False) -> str:
    """Return 'name text' no wider than `width`: where room is short the name is cut, not its value."""
    room = width - text_width(f" {text}", bold)
    if room < text_width("…", bold):
        return _shortened(text, width, bold)
    return f"{_shortened(name, room, bold)} {text}".strip()


def _shortened(line: str, width: float, bold: bool) -> str:
    if text_width(line, bold) <= width:
        return line
    while line and text_width(f"{line}…", bold) > width:
        line = line[:-1]
    return f"{line.rstrip()}…"
