"""How high an exception's charts may be so that its page stays one page: texts as wide as they are set, no layout.

Millimetres and lines are those of templates/report.css.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carereport.charts.theme import POINTS_PER_MM, text_width

PAGE = 254.5
"""Height of a page's text area, with two millimetres to spare."""
LINE, SMALL_LINE, CELL_LINE = 5.38, 4.77, 5.17
TEXT, SMALL, TITLE = 12.0, 10.0, 17.3
"""Sizes of type in points; a title's 19 points are of a narrower cut."""
TELLING = 5.9
"""Height of the heading over what the figures tell."""
PAGE_WIDTH, COLUMN, PANEL, HALF, LABEL, LABEL_BESIDE_LONG = 176.0, 84.0, 168.0, 81.0, 77.0, 59.0
HIGHEST, LOWEST, LOWEST_TIGHT = 62.0, 30.0, 22.0
_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_BLOCK = re.compile(r"<(?:p|li|h\d)\b[^>]*>(.*?)</(?:p|li|h\d)>", re.DOTALL)
_MARK = re.compile(r"<[^>]+>")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Space:
    """What a comparison chart takes: its width, what it leaves to the control chart, its least and greatest height."""

    width: float
    beside: float
    lowest: float
    lowest_tight: float
    highest: float


DOTS = Space(62.0, 108.0, 28.0, 24.0, 42.0)
FUNNEL = Space(COLUMN, COLUMN, 34.0, 34.0, 48.0)
NO_SPACE = Space(0.0, PAGE_WIDTH, 0.0, 0.0, 0.0)


def lines(text: str, width: float, size: float = TEXT, bold: bool = False) -> int:
    """Return how many lines a text takes in a width in millimetres, at a size in points, broken between words."""
    space, used, count = _width(" ", size, bold), 0.0, 1
    for word in text.split():
        wide = _width(word, size, bold)
        if used and used + space + wide > width:
            count, used = count + 1, 0.0
        used += wide + (space if used else 0.0)
        count += int(used / (width + 0.1))
    return count


def _width(word: str, size: float, bold: bool) -> float:
    """Return a word's width in millimetres; all digits are as wide as a nought."""
    return text_width(_DIGIT.sub("0", word), bold, size) / POINTS_PER_MM


def paragraphs(texts: Iterable[str], width: float = COLUMN) -> float:
    """Return the height of paragraphs."""
    return sum(lines(text, width) * LINE + 2 for text in texts)


def answer_height(html: str, heading: str, width: float) -> float:
    """Return the height of an officer's answer under its heading; `html` may hold paragraphs, lists and a table."""
    height = lines(heading, width, bold=True) * LINE + 1.4
    rows = [_CELL.findall(row) for row in _ROW.findall(html)]
    for cells in rows:
        widths = (width * _share(place, len(cells)) - 1.6 for place in range(len(cells)))
        height += max(lines(_plain(cell), wide) for cell, wide in zip(cells, widths, strict=True)) * CELL_LINE + 1.2
    height += 1.4 if rows else 0.0
    loose = re.sub(r"<table\b.*?</table>", "", html, flags=re.DOTALL)
    return height + sum(lines(_plain(block), width) * LINE + 1.2 for block in _BLOCK.findall(loose))


def _share(place: int, columns: int) -> float:
    """Return a column's part of an action table: the action's is the widest."""
    if columns == 1:
        return 1.0
    return 0.44 if place == 0 else 0.54 / (columns - 1)


def chart_heights(
    title: str,
    rows: Sequence[str],
    label: float,
    legend: bool,
    answers: float,
    compared: tuple[Space, str, str] | None,
    source: str,
    *,
    reading: str,
    tight: bool,
) -> tuple[float, float, bool]:
    """Return the heights of the control chart and of the comparison beside it, and whether the page holds everything.

    `rows` are the names in the table of quarters, `label` their column's width, `answers` the height of what
    stands under it, `compared` the comparison's space, title and note, `source` the note at the foot, `reading`
    the control chart's title. `tight` allows charts as low as can still be read.
    """
    head = lines(title, PAGE_WIDTH, TITLE, bold=True) * 7.9 + 2.4 + 8.4
    over, over_beside, beside = LINE + 1.8 + SMALL_LINE + 0.6, 2.4, NO_SPACE
    if compared is not None:
        beside, name, note = compared
        over_beside += lines(name, beside.width, bold=True) * LINE if name else 0.0
        over_beside += lines(note, beside.width, SMALL) * SMALL_LINE if note else 0.0
        if beside.width > DOTS.width:  # what stands over the control chart may take two lines as well
            over += (lines(reading, beside.beside, bold=True) - 1) * LINE + SMALL_LINE
    table = 6.7 + sum(lines(name, label) * 5.1 + 1.6 for name in rows) + 2 + (6.8 if legend else 0)
    foot = lines(source, PAGE_WIDTH, SMALL) * SMALL_LINE + 4.2
    room = PAGE - head - table - 2 - answers - foot
    lowest = (LOWEST_TIGHT, beside.lowest_tight) if tight else (LOWEST, beside.lowest)
    least = max(over + lowest[0], over_beside + lowest[1] if compared else 0.0)
    block = min(over + HIGHEST, max(room, least))
    return math.floor(block - over), math.floor(min(block - over_beside, beside.highest)), room >= least


def _plain(html: str) -> str:
    return _MARK.sub("", html)
