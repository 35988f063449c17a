"""From the bytes of a CSV file to text cells, strictly; what the cells mean is said in convert.py.

Nothing is guessed, padded or dropped. A file that is not a well-formed CSV is refused with the line
and the remedy; no message ever holds what stands in a cell.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from carereport.extracts.coding import UnreadableError, count_of, decoded, garbled
from carereport.extracts.disguises import disguise_of
from carereport.faults import Fault

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 1_000
MOST_ROWS = 20_000_000
Places = npt.NDArray[np.integer[Any]]
LONGEST_CELL = 32_767
"""The most characters a spreadsheet cell can hold."""
FIRST_LINES = 5
"""So many lines are named of the rows that a finding is about."""

csv.field_size_limit(2**31 - 1)  # long cells are counted here, not cut off there

CONTROL = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile(CONTROL)
_CONTROL_BYTES = bytes(code for code in range(128) if _CONTROL.match(chr(code)))


@dataclass
class RawFile:
    """One file's text cells. `table` has a string column per header; `faults` say what was met."""

    name: str
    sha256: str = ""
    data: bytes = b""
    """What the file holds, in UTF-8 without a mark at its start."""
    delimiter: str = ","
    header: list[str] = field(default_factory=list)
    table: pa.Table | None = None
    kept: list[int] | None = None
    """Which rows of the file the table's rows are, where blank ones were left out."""
    cells: bool = False
    """Whether the table holds cells of a text that was searched as a whole, not columns with types of their own."""
    plain: bool = False
    """Whether every row stands on one line of its own, so that the data is not needed to tell lines."""
    row_lines: Places | None = None
    """Of a part of a file: the line on which each of its rows starts."""
    whole: int = 0
    """Of a part of a file: how many rows the file has."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the file holds."""
        return self.data.decode("utf-8")

    def rows(self) -> Iterator[str]:
        """Return the lines of the text one by one, for a reader of CSV."""
        return io.TextIOWrapper(io.BytesIO(self.data), encoding="utf-8", newline="")

    @cached_property
    def lines(self) -> list[int]:
        """The physical line on which each data row starts, from 1; worked out only when needed."""
        reader = csv.reader(self.rows(), delimiter=self.delimiter)
        starts, before = [], 0
        for cells in reader:
            if cells:
                starts.append(before + 1)
            before = reader.line_num
        return starts[1:]

    def line_of(self, row: int) -> int:
        """Return the line on which a row of the table starts."""
        return int(self.lines_of(np.array([row]))[0])

    def lines_of(self, rows: Places) -> Places:
        """Return the lines on which some rows of the table start."""
        if self.row_lines is not None:
            return self.row_lines[rows]
        places = np.asarray(self.kept, dtype=np.int64)[rows] if self.kept is not None else rows
        if self.plain:
            return places + 2
        return np.array([self.lines[place] if place < len(self.lines) else 0 for place in places], dtype=np.int64)

    def error(self, code: str, message: str, remedy: str = "", line: int | None = None, count: int = 1) -> None:
        self.faults.append(Fault(code, "error", message, remedy, self.name, line, count=count))

    def note(self, code: str, message: str, count: int = 1) -> None:
        self.faults.append(Fault(code, "note", message, "", self.name, 1, count=count))


def read_file(path: Path, name: str, delimiter: str | None = None) -> RawFile:
    """Read one CSV file; `table` stays None where an error forbids its use."""
    raw = RawFile(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raw.error("EX101", f"cannot be read: {error.strerror}")
        return raw
    raw.sha256 = hashlib.sha256(data).hexdigest()
    if disguised(data, raw) or not _decode(data, raw) or blank(raw) or unfit(raw):
        return raw
    split(raw, delimiter)
    if raw.table is not None and raw.table.num_rows == 0:
        no_rows(raw)
    return raw


def disguised(data: bytes, raw: RawFile) -> bool:
    """Return whether a file's start shows it to be no CSV file, with an error that says what it is."""
    disguise = disguise_of(data)
    if disguise:
        raw.error("EX102", f"this is {disguise}", "open it in its own program and save it as CSV", 1)
    return disguise is not None


def blank(raw: RawFile) -> bool:
    """Return whether the data is nothing but blanks, with an error."""
    if raw.data[:1000].decode("utf-8", "ignore").strip() or raw.text.strip():
        return False
    raw.error("EX103", "the file is empty", "run the extract again", 1)
    return True


def no_rows(raw: RawFile) -> None:
    """Refuse a file without rows."""
    raw.error("EX109", "the file has a header and no rows", "run the extract again: were the dates right?", 1)
    raw.table = None


def unfit(raw: RawFile) -> bool:
    """Return whether the data holds characters that no text holds, with an error; warn of garbled letters."""
    if _is_plain_ascii(raw.data):
        return False
    line, count = garbled(raw.data)
    if line:
        message = "letters that a program has read in the wrong coding: each stands as two or three odd signs"
        remedy = "extract again, and let no program open and save the file"
        raw.faults.append(Fault("EX128", "warning", message, remedy, raw.name, line, count=count))
    text = raw.text
    found = _CONTROL.search(text)
    if not found:
        return False
    line = text.count("\n", 0, found.start()) + 1
    count = len(_CONTROL.findall(text))
    if found.group() != "\x00":
        what = "a control or direction character stands in the text"
    elif count > len(text) // 4:
        what = "every other byte is NUL: UTF-16 text without its mark"
    else:
        what = "a NUL character stands in the text"
    raw.error("EX104", what, "export the file again as CSV UTF-8", line, count)
    return True


def _is_plain_ascii(data: bytes) -> bool:
    """Return whether a text is all letters, digits and signs of ASCII: told in a tenth of the time of a search."""
    if not data.isascii():
        return False
    low = int(np.count_nonzero(np.frombuffer(data, np.uint8) < ord(" ")))  # ends of lines, if all is well
    if low == count_of("\n", data) + count_of("\r", data) and b"\x7f" not in data:
        return True
    return len(data.translate(None, _CONTROL_BYTES)) == len(data)


def _decode(data: bytes, raw: RawFile) -> bool:
    """Give the file its data in UTF-8; return False where it is no text."""
    try:
        raw.data, first = decoded(data)
    except UnreadableError as error:
        unreadable(error, raw)
        return False
    windows(first, raw)
    return True


def unreadable(error: UnreadableError, raw: RawFile) -> None:
    """Refuse a file that is no text."""
    raw.error("EX105", error.what, error.remedy, error.line)


def windows(line: int, raw: RawFile) -> None:
    """Note that a file was read as Windows-1252, shown by a line; 0 where it was not."""
    if line:
        message = "read as Windows-1252 text, since it is not UTF-8"
        raw.faults.append(Fault("EX106", "note", message, "", raw.name, line))


def _first_line(data: bytes) -> str:
    end = data.find(b"\n")
    return data[: end if end >= 0 else len(data)].decode("utf-8", errors="ignore").rstrip("\r")  # a block may end in it


def likely_delimiter(data: bytes) -> str:
    """Return the delimiter that stands most often in the header, whose cells may hold line breaks."""
    data = data.lstrip(b"\r\n")
    start = data[:LONGEST_CELL]
    end = start.find(b"\n")
    while end >= 0 and start.count(b'"', 0, end) % 2:
        end = start.find(b"\n", end + 1)
    record = start if end < 0 else start[:end]
    first = _first_line(data) if record.count(b'"') % 2 else record.decode("utf-8", errors="ignore")
    return max(DELIMITERS, key=lambda mark: _outside_quotes(first, mark))


def split(raw: RawFile, delimiter: str | None) -> None:
    """Give the file the cells of its text; `table` stays None where an error forbids their use."""
    raw.cells = True
    raw.delimiter = delimiter or likely_delimiter(raw.data)
    try:
        header = next(csv.reader(raw.rows(), delimiter=raw.delimiter, strict=True))
    except (csv.Error, StopIteration):
        raw.error("EX107", "the header cannot be read: a quote is not closed", "export the file again", 1)
        return
    while header and not header[-1].strip() and len(header) > 1:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raw.error("EX108", f"more than {MOST_COLUMNS:,} columns", "extract only the columns needed", 1)
        return
    raw.header = header
    if not _parse_quickly(raw):
        _parse_slowly(raw)
    if raw.table is None:
        return
    again = _header_again(raw.table, header)
    if again:
        lines = tuple(raw.line_of(row) for row in again[:FIRST_LINES])
        raw.faults.append(
            Fault("EX117", "error", "the header stands again among the rows: were files joined by hand?",
                  "put each extract into the data folder as it is", raw.name, lines[0], count=len(again), lines=lines)
        )  # fmt: skip


def _header_again(table: pa.Table, header: list[str]) -> list[int]:
    """Return the rows that repeat the header."""
    if len(header) < 2:
        return []
    same = pc.equal(table.column(0), header[0])
    for number in range(1, len(header)):
        if not pc.any(same).as_py():
            return []
        same = pc.and_(same, pc.equal(table.column(number), header[number]))
    return [int(row) for row in np.flatnonzero(same.to_numpy(zero_copy_only=False))]


def delimiter_of(raw: RawFile) -> str | None:
    """Return the delimiter that divides a one-field header, or None."""
    others = (mark for mark in DELIMITERS if mark != raw.delimiter)
    return next((mark for mark in others if _outside_quotes(_first_line(raw.data), mark)), None)


def _outside_quotes(line: str, mark: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(mark)


def _parse_quickly(raw: RawFile) -> bool:
    """Parse with Arrow, which refuses rows of another length; False where the slow way must look."""
    quotes = count_of('"', raw.data)
    if quotes % 2 or _first_line(raw.data).count(raw.delimiter) + 1 != len(raw.header):
        return False
    ends, last = re.escape(raw.delimiter) + r"\r\n", raw.data.rfind(b'"')
    if quotes and re.search(rf'"(?<=[^{ends}]")(?=[^{ends}"])'.encode(), raw.data[: last + 2]):
        return False  # a quote inside a cell: Arrow would take it silently
    names = [str(number) for number in range(len(raw.header))]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(raw.data),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=True),
            parse_options=pa_csv.ParseOptions(delimiter=raw.delimiter, newlines_in_values=last > raw.data.find(b"\n")),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return False
    if table.num_rows > MOST_ROWS:
        too_many_rows(raw)
        return True
    if len(raw.data) > LONGEST_CELL and any(_longest(column) > LONGEST_CELL for column in table.columns):
        return False
    lines = count_of("\n", raw.data) + (not raw.data.endswith(b"\n"))
    returns = count_of("\r", raw.data)
    raw.plain = lines == table.num_rows + 1 and (not returns or returns == raw.data.count(b"\r\n"))
    blank = _blank_rows(table)
    if blank.any():
        raw.note("EX111", "blank rows were left out", int(blank.sum()))
        raw.kept = [int(row) for row in np.flatnonzero(~blank)]
        table = table.filter(pa.array(~blank))
    raw.table = table
    return True


def too_many_rows(raw: RawFile) -> None:
    """Refuse a file of more rows than are read."""
    raw.error("EX110", f"more than {MOST_ROWS:,} rows", "split the extract by date")


def _blank_rows(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which rows hold nothing but blanks."""
    blank = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not blank.any():
            break
        blank &= pc.or_(pc.equal(column, ""), pc.utf8_is_space(column)).to_numpy(zero_copy_only=False)
    return blank


def _longest(column: pa.ChunkedArray) -> int:
    """Return the characters of a column's longest cell; its bytes, where these are few enough."""
    size = int(pc.max(pc.binary_length(column)).as_py() or 0)
    return size if size <= LONGEST_CELL else int(pc.max(pc.utf8_length(column)).as_py() or 0)


def _parse_slowly(raw: RawFile) -> None:
    """Parse row by row, to name every faulty line or to accept extra blank cells at the ends."""
    width = len(raw.header)
    reader = csv.reader(raw.rows(), delimiter=raw.delimiter, strict=True)
    rows: list[list[str]] = []
    short: list[int] = []
    long: list[int] = []
    huge: list[int] = []
    kept: list[int] = []
    extra = blank = before = 0
    place = -1
    try:
        for number, cells in enumerate(reader):
            line, before = before + 1, reader.line_num
            if number == 0 or not cells:
                continue
            place += 1
            if len(cells) > width:
                if any(cell.strip() for cell in cells[width:]):
                    long.append(line)
                    continue
                extra += 1
                cells = cells[:width]
            if not any(cell.strip() for cell in cells):
                blank += 1
                continue
            if len(cells) < width:
                short.append(line)
                continue
            if any(len(cell) > LONGEST_CELL for cell in cells):
                huge.append(line)
            rows.append(cells)
            kept.append(place)
    except csv.Error:
        raw.error("EX107", "a quote is not closed, or stands inside a cell", "export the file again", before + 1)
        return
    if huge:
        _at_lines(raw, "EX112", f"a cell of more than {LONGEST_CELL:,} characters", "check the quotes around it", huge)
    if short or long:
        _wrong_lengths(raw, short, long, width)
    if any(fault.severity == "error" for fault in raw.faults):
        return
    if blank:
        raw.note("EX111", "blank rows were left out", blank)
        raw.kept = kept
    if extra:
        raw.note("EX113", "rows with extra blank cells at the end", extra)
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    raw.table = pa.table({str(number): pa.array(column, pa.string()) for number, column in enumerate(columns)})


def _wrong_lengths(raw: RawFile, short: list[int], long: list[int], width: int) -> None:
    if long and not short and width == 1:
        raw.error(
            "EX114", "the first line has one field and the rows have more: is it a title above the header?",
            "remove the lines above the header", 1, len(long),
        )  # fmt: skip
        return
    for lines, word in ((short, "fewer"), (long, "more")):
        if lines:
            message = f"rows with {word} fields than the header's {width}"
            _at_lines(raw, "EX115", message, "look for a missing quote, or a delimiter inside a cell", lines)


def _at_lines(raw: RawFile, code: str, message: str, remedy: str, lines: list[int]) -> None:
    raw.faults.append(
        Fault(code, "error", message, remedy, raw.name, lines[0], count=len(lines), lines=tuple(lines[:FIRST_LINES]))
    )
