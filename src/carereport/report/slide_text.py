"""What of a slide's text fits into its room: whole paragraphs, and room kept for what the service is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carereport.charts.theme import text_width
from carereport.report.native_charts import SIZE
from carereport.report.slides import Block
from carereport.wording.lint import sentences_of

LINE = 0.29
"""The height of a line of text in inches."""
BETWEEN, AFTER, BAR = 0.16, 0.06, 0.22
"""Inches between blocks, after a paragraph, and for the bar beside an officer's words."""


@dataclass(frozen=True)
class Fitted:
    """A block with those of its paragraphs that have room, and the inches they take."""

    block: Block
    texts: tuple[str, ...]
    height: float


def fitted(blocks: Sequence[Block], room: float, width: float) -> list[Fitted]:
    """Return what of some blocks fits into a room, in inches: whole paragraphs, of our own at least whole sentences.

    The last block, where it is an officer's, is what is being done: its first paragraph goes before what others say
    at more length. The slide's notes hold all.
    """
    *before, last = blocks or (Block("", ()),)
    least = fitted_block(last, room, width, most=1) if before and last.officer else None
    if least is not None:
        found = _in_turn(before, room - least.height - BETWEEN, width)
        if found and found[0].block is before[0]:
            used = sum(one.height + BETWEEN for one in found)
            return [*found, *_in_turn([last], room - used, width)]
    return _in_turn(blocks, room, width)


def _in_turn(blocks: Sequence[Block], room: float, width: float) -> list[Fitted]:
    found = []
    for block in blocks:
        held = fitted_block(block, room, width)
        if held is not None:
            found.append(held)
            room -= held.height + BETWEEN
    return found


def fitted_block(block: Block, room: float, width: float, most: int | None = None) -> Fitted | None:
    """Return the block with as many of its first paragraphs as have room, None where none has."""
    inner = width - (BAR if block.officer else 0)
    used = LINE * lines_of(block.heading, inner, bold=True) + AFTER if block.heading else 0.0
    texts: list[str] = []
    for text in block.texts[:most]:
        parts = whole = [text] if block.officer else sentences_of(text)
        while parts and used + LINE * lines_of(" ".join(parts), inner) + AFTER > room:
            parts = parts[:-1]
        if parts:
            texts.append(" ".join(parts))
            used += LINE * lines_of(texts[-1], inner) + AFTER
        if len(parts) < len(whole):
            break
    return Fitted(block, tuple(texts), used) if texts else None


def lines_of(text: str, width: float, *, bold: bool = False, size: float = SIZE) -> int:
    """Return how many lines a text takes in a width in inches."""
    count, used, blank = 1, 0.0, text_width("n n", bold, size) - 2 * text_width("n", bold, size)
    for word in text.split():
        wide = text_width(word, bold, size)
        if used and used + blank + wide > width * 72:
            count, used = count + 1, wide
        else:
            used += (blank if used else 0) + wide
    return count
