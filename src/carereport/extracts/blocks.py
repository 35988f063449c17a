"""A large CSV file in blocks of whole rows, each read by the rules of a whole file: memory is that of a block.

Where it cannot be known for certain where rows end without reading all of the file, it is uneven,
and is to be read as a whole.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import IO

import numpy as np

from carereport.extracts.coding import UnreadableError, coding_of, count_of
from carereport.extracts.read import (
    MOST_ROWS,
    RawFile,
    blank,
    disguised,
    likely_delimiter,
    no_rows,
    split,
    too_many_rows,
    unfit,
    unreadable,
    windows,
)
from carereport.faults import Fault

BLOCK = 16 << 20
"""Bytes of a block, about."""
LONGEST_ROW = 4
"""So many blocks without the end of a row are a quote that is not closed, or hold no lines."""
_START = 4096
_LAST = {"EX103", "EX107", "EX108"}
"""After these, nothing more of a file can be read."""


class UnevenError(Exception):
    """It cannot be told where the file's rows end; the words say why."""


def read_blocks(path: Path, name: str, delimiter: str | None = None) -> Iterator[RawFile]:
    """Yield a CSV file block by block, each as `read_file` gives a file, and at last what is true of the whole.

    Lines, of rows and of findings, are those of the file. The last has no table, and the file's hash.

    Raises:
        UnevenError: a quote stands inside a cell, or no row ends.
    """
    whole = RawFile(name)
    rows, sound = 0, True
    try:
        with path.open("rb") as handle:
            sound = not disguised(handle.read(_START), whole)
            if sound:
                digest = hashlib.sha256()
                coding, line = coding_of(_pieces(handle, digest.update))
                whole.sha256 = digest.hexdigest()
                windows(line, whole)
                for block in _read(_text(_pieces(handle), coding), name, delimiter):
                    sound = sound and block.table is not None
                    rows += 0 if block.table is None else block.table.num_rows
                    yield block
                    if rows > MOST_ROWS:
                        too_many_rows(whole)
                        break
    except OSError as error:
        sound = False
        whole.error("EX101", f"cannot be read: {error.strerror}")
    except UnreadableError as error:
        sound = False
        unreadable(error, whole)
    if sound and not rows:
        no_rows(whole)
    yield whole


def _pieces(handle: IO[bytes], seen: Callable[[bytes], object] | None = None) -> Iterator[bytes]:
    """Yield what a file holds from its start, piece by piece, each seen by somebody."""
    handle.seek(0)
    while piece := handle.read(BLOCK):
        if seen is not None:
            seen(piece)
        yield piece


def _text(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Yield pieces of a file in UTF-8 without a mark at their start; characters may be divided."""
    if coding == "utf-8":
        yield next(pieces, b"").removeprefix(codecs.BOM_UTF8)
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(coding)()
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8")


def _read(text: Iterator[bytes], name: str, delimiter: str | None) -> Iterator[RawFile]:
    """Yield blocks of a text as files with the header of the first, and lines of the whole."""
    first = next(text, b"")
    mark = delimiter or likely_delimiter(first)
    head, lines, before = b"", 0, 0
    for block in _whole_rows(chain([first], text), mark):
        raw = RawFile(name, data=block)
        usable = (before > 0 or not blank(raw)) and not unfit(raw)
        raw.faults = [_moved(fault, before) for fault in raw.faults]
        met = len(raw.faults)
        if usable:
            raw.data = head + block
            split(raw, mark)
            raw.faults[met:] = [_moved(fault, before - lines, lines) for fault in raw.faults[met:]]
        if raw.table is not None:
            raw.row_lines = raw.lines_of(np.arange(raw.table.num_rows)) + (before - lines)
        if not before:
            head, lines = _head(block, mark)
        before += _lines(block)
        yield raw
        if not head or any(fault.code in _LAST for fault in raw.faults):
            return


def _head(block: bytes, delimiter: str) -> tuple[bytes, int]:
    """Return the header as it stands at a file's start, and its lines; nothing where a quote is not closed."""
    reader = csv.reader(RawFile("", data=block).rows(), delimiter=delimiter, strict=True)
    try:
        next(reader, None)
    except csv.Error:
        return b"", 0
    return "".join(islice(RawFile("", data=block).rows(), reader.line_num)).encode("utf-8"), reader.line_num


def _lines(block: bytes) -> int:
    """Return how many lines end in a block, as a reader of CSV counts them."""
    returns = count_of("\r", block)
    return count_of("\n", block) + (returns - block.count(b"\r\n") if returns else 0)


def _moved(fault: Fault, by: int, after: int = 0) -> Fault:
    """Return a finding of a block as one of the file; what is said of its first lines, the header's, stays."""
    if fault.line is None or fault.line <= after:
        return fault
    return replace(fault, line=fault.line + by, lines=tuple(line + by for line in fault.lines))


def _whole_rows(text: Iterator[bytes], delimiter: str) -> Iterator[bytes]:
    """Yield a text in blocks that end with a row."""
    rest, divided = b"", False
    for piece in text:
        rest = rest + piece if rest else piece
        end = _row_end(rest, delimiter)
        if end:
            divided = True
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > LONGEST_ROW * BLOCK:
            raise UnevenError("a quote is not closed, or rows end otherwise than lines")
    if rest or not divided:
        yield rest


def _row_end(data: bytes, delimiter: str) -> int:
    """Return where the last row ends that is whole; 0 where none is.

    A line ends no row inside quotes, of which every other one then opens a cell. That is certain only
    where no quote stands inside a cell otherwise than doubled: each that opens follows a delimiter or
    a line's end, each that closes stands before one, or before the other one of a double quote.
    """
    if b'"' not in data:
        return data.rfind(b"\n") + 1
    marks = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(marks == ord('"'))
    beside = np.frombuffer(f'\r\n"{delimiter}'.encode(), np.uint8)
    opens, closes = quotes[::2], quotes[1::2]
    opens, closes = opens[opens > 0], closes[closes < len(data) - 1]
    if not (np.isin(marks[opens - 1], beside).all() and np.isin(marks[closes + 1], beside).all()):
        raise UnevenError("a quote stands inside a cell")
    limit = len(data) if len(quotes) % 2 == 0 else int(quotes[-1])
    while end := data.rfind(b"\n", 0, limit) + 1:
        inside = int(np.searchsorted(quotes, end))
        if inside % 2 == 0:
            return end
        limit = int(quotes[inside - 1])
    return 0
