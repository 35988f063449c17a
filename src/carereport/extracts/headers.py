"""The first line of a CSV file: where it stands, and what it holds where its rows are not read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

from carereport.extracts.read import DELIMITERS, likely_delimiter

_LOOK = 1 << 20
"""Bytes read at most: a header of 1,000 columns is far shorter."""


def read_header(path: Path, delimiter: str | None = None) -> list[str]:
    """Return the headers of a CSV file; none where its start is not text.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as handle:
        data = handle.read(_LOOK)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _first_record(data.decode("utf-16", errors="ignore"))
    else:
        first = _first_record(data.decode("latin-1")).encode("latin-1")
        try:
            text = first.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = first.decode("cp1252", errors="ignore")
    if "\x00" in text:
        return []
    mark = delimiter or likely_delimiter(text.encode("utf-8"))
    cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=mark), [])
    return [" ".join(cell.split()) for cell in cells]


def _first_record(text: str) -> str:
    """Return the first line, with the lines that follow while a quote is open: headers may hold line breaks."""
    end = text.find("\n")
    while end >= 0 and text.count('"', 0, end) % 2:
        end = text.find("\n", end + 1)
    record = text if end < 0 else text[:end]
    if record.count('"') % 2:
        record = text.split("\n", 1)[0]
    return record.rstrip("\r")


def matching(patterns: list[str], files: list[Path]) -> list[Path]:
    """Return the files whose names fit one of a table's patterns, case-blind."""
    return [
        path for path in files if any(fnmatchcase(path.name.casefold(), pattern.casefold()) for pattern in patterns)
    ]


def header_line(text: str, known: set[str], fold: Callable[[str], str]) -> int | None:
    """Return the line below the first, among twenty, that has most of the known headers; None where there is none."""
    best, found = 0, None
    for delimiter in DELIMITERS:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        start = 1
        try:
            for number, cells in zip(range(20), rows, strict=False):
                matches = len({fold(cell) for cell in cells} & known)
                if matches > best:
                    best, found = matches, start if number else None
                start = rows.line_num + 1
        except csv.Error:
            continue
    return found if best >= max(2, len(known) // 4) else None
