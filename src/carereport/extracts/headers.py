"""The first line of a CSV file, for commands that look at an extract without reading its rows."""

from __future__ import annotations

import csv
import io
from fnmatch import fnmatchcase
from pathlib import Path

from carereport.extracts.read import DELIMITERS

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
        text = data.decode("utf-16", errors="ignore")
    else:
        first = data.split(b"\n", 1)[0]
        try:
            text = first.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = first.decode("cp1252", errors="ignore")
    if "\x00" in text:
        return []
    line = text.split("\n", 1)[0].rstrip("\r")
    mark = delimiter or max(DELIMITERS, key=line.count)
    return [cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=mark), [])]


def matching(patterns: list[str], files: list[Path]) -> list[Path]:
    """Return the files whose names fit one of a table's patterns, case-blind."""
    return [
        path for path in files if any(fnmatchcase(path.name.casefold(), pattern.casefold()) for pattern in patterns)
    ]
