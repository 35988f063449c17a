"""How high an exception's charts may be so that its page stays one page; an estimate from lengths of texts, no layout.

Millimetres and lines are those of templates/report.css; the estimate errs on the side of more lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PAGE = 254.5
"""Height of a page's text area, with two millimetres to spare."""
LINE, SMALL_LINE = 5.38, 4.77
CHARACTER = 2.19
"""Mean width of a character at 12 points."""
PAGE_WIDTH, COLUMN, PANEL, HALF, LABEL, LABEL_BESIDE_LONG = 176.0, 84.0, 168.0, 81.0, 77.0, 59.0
HIGHEST, LOWEST, LOWEST_TIGHT = 62.0, 30.0, 22.0
SIZES, HIGHS = (2.4, 1.95), (LINE, SMALL_LINE)
"""Over a comparison chart: the mean widths of a title's and a note's characters, their lines' heights."""
_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_BLOCK = re.compile(r"<(?:p|li|h\d)\b[^>]*>(.*?)</(?:p|li|h\d)>", re.DOTALL)
_MARK = re.compile(r"<[^>]+>")


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


def lines(text: str, width: float, character: float = CHARACTER) -> int:
    """Return how many lines a text takes in a width, both in millimetres, broken between words."""
    most, used, count = max(1, int(width / character)), 0, 1
    for word in text.split():
        if used and used + 1 + len(word) > most:
            count, used = count + 1, 0
        used += len(word) + (1 if used else 0)
        count += used // (most + 1)
    return count


def paragraphs(texts: Iterable[str], width: float = COLUMN) -> float:
    """Return the height of paragraphs."""
    return sum(lines(text, width) * LINE + 2 for text in texts)


def answer_height(html: str, heading: str, width: float) -> float:
    """Return the height of an officer's answer under its heading; `html` may hold paragraphs, lists and a table."""
    height = lines(heading, width, 2.4) * LINE + 1.8
    rows = [_CELL.findall(row) for row in _ROW.findall(html)]
    for cells in rows:
        height += (
            max(lines(_plain(cell), width * _share(place, len(cells)) - 2) for place, cell in enumerate(cells)) * LINE
        )
        height += 1.9
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
    head = lines(title, PAGE_WIDTH, 2.92) * 7.9 + 2.4 + 8.4
    over, over_beside, beside = LINE + 1.8 + SMALL_LINE + 0.6, 2.4, NO_SPACE
    if compared is not None:
        beside, *heads = compared
        sizes = zip(heads, SIZES, HIGHS, strict=True)
        over_beside += sum(lines(text, beside.width, size) * high for text, size, high in sizes if text)
        if beside.width > DOTS.width:  # what stands over the control chart may take two lines as well
            over += (lines(reading, beside.beside, SIZES[0]) - 1) * LINE + SMALL_LINE
    table = 6.7 + sum(lines(name, label) * 5.1 + 1.6 for name in rows) + 2 + (6.8 if legend else 0)
    foot = lines(source, PAGE_WIDTH, SIZES[1]) * SMALL_LINE + 4.2
    room = PAGE - head - table - 4 - answers - foot
    lowest = (LOWEST_TIGHT, beside.lowest_tight) if tight else (LOWEST, beside.lowest)
    least = max(over + lowest[0], over_beside + lowest[1] if compared else 0.0)
    block = min(over + HIGHEST, max(room, least))
    return math.floor(block - over), math.floor(min(block - over_beside, beside.highest)), room >= least


def _plain(html: str) -> str:
    return _MARK.sub("", html)
