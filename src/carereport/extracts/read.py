"""From the bytes of a CSV file to text cells, strictly; what the cells mean is said in convert.py.

Nothing is guessed, padded or dropped. A file that is not a well-formed CSV is refused with the line
and the remedy; no message ever holds what stands in a cell.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from carereport.faults import Fault

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 1_000
MOST_ROWS = 20_000_000
LONGEST_CELL = 32_767
"""The most characters a spreadsheet cell can hold."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_DISGUISES = (
    (b"PK\x03\x04", "a workbook or archive (.xlsx, .zip), not a CSV file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), not a CSV file"),
    (b"%PDF", "a PDF, not a CSV file"),
    (b"\x1f\x8b", "a gzip archive, not a CSV file"),
    (b"SQLite format 3", "a database, not a CSV file"),
)


@dataclass
class RawFile:
    """One file's text cells. `table` has a string column per header; `faults` say what was met."""

    name: str
    sha256: str = ""
    text: str = ""
    delimiter: str = ","
    header: list[str] = field(default_factory=list)
    table: pa.Table | None = None
    faults: list[Fault] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[int]:
        """The physical line on which each data row starts, from 1; worked out only when needed."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        starts, before = [], 0
        for cells in reader:
            if cells:
                starts.append(before + 1)
            before = reader.line_num
        return starts[1:]

    def line_of(self, row: int) -> int:
        return self.lines[row] if row < len(self.lines) else 0

    def error(self, code: str, message: str, remedy: str = "", line: int | None = None, count: int = 1) -> None:
        self.faults.append(Fault(code, "error", message, remedy, self.name, line, count=count))

    def note(self, code: str, message: str, count: int = 1) -> None:
        self.faults.append(Fault(code, "note", message, "", self.name, count=count))


def read_file(path: Path, name: str, delimiter: str | None = None) -> RawFile:
    """Read one CSV file; `table` stays None where an error forbids its use."""
    raw = RawFile(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raw.error("EX101", f"cannot be read: {error.strerror}")
        return raw
    raw.sha256 = hashlib.sha256(data).hexdigest()
    disguise = _disguise(data)
    if disguise:
        raw.error("EX102", f"this is {disguise}", "open it in its own program and save it as CSV", 1)
        return raw
    text = _decode(data, raw)
    if text is None:
        return raw
    raw.text = text
    if not text.strip():
        raw.error("EX103", "the file is empty", "run the extract again", 1)
        return raw
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        what = "a NUL character" if found.group() == "\x00" else "a control or direction character"
        raw.error("EX104", f"{what} stands in the text", "export the file again as plain CSV", line,
                  len(_CONTROL.findall(text)))  # fmt: skip
        return raw
    _split(raw, delimiter)
    return raw


def _disguise(data: bytes) -> str | None:
    for magic, words in _DISGUISES:
        if data.startswith(magic):
            return words
    start = data[:400].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return "a web page, not a CSV file"
    if start.startswith(b"<?xml"):
        return "an XML file, not a CSV file"
    return None


def _decode(data: bytes, raw: RawFile) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raw.error("EX105", "the text breaks off: not well-formed UTF-16", "export the file again", 1)
            return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as first:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as second:
            line = data.count(b"\n", 0, second.start) + 1
            raw.error("EX105", "bytes that are neither UTF-8 nor Windows-1252 text", "save it as CSV UTF-8", line)
            return None
        line = data.count(b"\n", 0, first.start) + 1
        raw.faults.append(
            Fault("EX106", "note", "read as Windows-1252 text, since it is not UTF-8", "", raw.name, line)
        )
        return text


def _split(raw: RawFile, delimiter: str | None) -> None:
    first = raw.text.split("\n", 1)[0].rstrip("\r")
    counts = {mark: _outside_quotes(first, mark) for mark in DELIMITERS}
    raw.delimiter = delimiter or max(DELIMITERS, key=lambda mark: counts[mark])
    try:
        header = next(csv.reader(io.StringIO(raw.text, newline=""), delimiter=raw.delimiter, strict=True))
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
    if raw.table is not None and raw.table.num_rows == 0:
        raw.error("EX109", "the file has a header and no rows", "run the extract again", 1)
        raw.table = None


def _outside_quotes(line: str, mark: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(mark)


def _parse_quickly(raw: RawFile) -> bool:
    """Parse with Arrow, which refuses rows of another length; False where the slow way must look."""
    if raw.text.count('"') % 2 or raw.text.split("\n", 1)[0].rstrip("\r").count(raw.delimiter) + 1 != len(raw.header):
        return False
    names = [str(number) for number in range(len(raw.header))]
    try:
        table = pa_csv.read_csv(
            io.BytesIO(raw.text.encode("utf-8")),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=True),
            parse_options=pa_csv.ParseOptions(delimiter=raw.delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return False
    if table.num_rows > MOST_ROWS:
        raw.error("EX110", f"more than {MOST_ROWS:,} rows", "split the extract by date")
        return True
    if len(raw.text) > LONGEST_CELL and any(_longest(column) > LONGEST_CELL for column in table.columns):
        return False
    last = table.num_rows
    while last and not any(str(column[last - 1].as_py()).strip() for column in table.columns):
        last -= 1
    if last < table.num_rows:
        raw.note("EX111", "blank rows at the end of the file were left out", table.num_rows - last)
        table = table.slice(0, last)
    raw.table = table
    return True


def _longest(column: pa.ChunkedArray) -> int:
    import pyarrow.compute as pc

    return int(pc.max(pc.utf8_length(column)).as_py() or 0)


def _parse_slowly(raw: RawFile) -> None:
    """Parse row by row, to name every faulty line or to accept extra blank cells at the ends."""
    width = len(raw.header)
    reader = csv.reader(io.StringIO(raw.text, newline=""), delimiter=raw.delimiter, strict=True)
    rows: list[list[str]] = []
    short: list[int] = []
    long: list[int] = []
    extra = blank = 0
    before = 0
    try:
        for number, cells in enumerate(reader):
            line, before = before + 1, reader.line_num
            if number == 0 or not cells:
                continue
            if len(cells) > width:
                if any(cell.strip() for cell in cells[width:]):
                    long.append(line)
                    continue
                extra += 1
                cells = cells[:width]
            if not any(cell.strip() for cell in cells):
                blank += 1
                rows.append([""] * width)
                continue
            if len(cells) < width:
                short.append(line)
                continue
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raw.error(
                    "EX112", f"a cell of more than {LONGEST_CELL:,} characters", "check the quotes around it", line
                )
            rows.append(cells)
    except csv.Error:
        raw.error("EX107", "a quote is not closed, or stands inside a cell", "export the file again", before + 1)
        return
    if short or long:
        _wrong_lengths(raw, short, long, width)
        return
    while rows and not any(rows[-1]):
        rows.pop()
    if blank:
        raw.note("EX111", "blank rows were left out", blank)
        rows = [row for row in rows if any(row)]
    if extra:
        raw.note("EX113", "rows with extra blank cells at the end", extra)
    if any(fault.severity == "error" for fault in raw.faults):
        return
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
            raw.faults.append(
                Fault(
                    "EX115", "error", f"rows with {word} fields than the header's {width}",
                    "look for a missing quote, or a delimiter inside a cell", raw.name, lines[0],
                    count=len(lines), lines=tuple(lines[:5]),
                )
            )  # fmt: skip
