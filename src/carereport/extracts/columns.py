"""Which column of a file is which column of a table, and what is said where one is not there."""

from __future__ import annotations

import re
from collections import Counter
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from carereport.extracts.convert import convert
from carereport.extracts.headers import header_line
from carereport.extracts.parquet import as_cells
from carereport.extracts.read import DELIMITERS, RawFile, delimiter_of
from carereport.extracts.rows import Rows
from carereport.extracts.text_columns import ARROW_TEXTS
from carereport.faults import Fault
from carereport.settings import Column, ColumnType, Table

_MISREAD = {"EX107", "EX109", "EX114", "EX115"}
"""What a file may seem to suffer from where its first line is not the header."""
LONGEST_HEADER = 60
"""Characters of a header that are shown."""


def fold(header: str) -> str:
    """Return a header for comparing: case-blind, blanks folded."""
    return " ".join(header.split()).casefold()


def bare(header: str) -> str:
    """Return only the letters and digits of a header, for the nearest match."""
    return re.sub(r"[\W_]+", "", header).casefold()


def shown(header: str) -> str:
    """Return a header as a message shows it: its first line, not too long.

    A quote that is not closed can draw rows into a header, and those are never shown.
    """
    return " ".join(header.strip().split("\n")[0].split())[:LONGEST_HEADER]


def known_headers(table: Table) -> set[str]:
    """Return all headers that extracts.yaml gives for a table, folded."""
    return {fold(text) for spec in table.columns.values() for text in spec.from_}


def header_faults(raw: RawFile, table: Table) -> list[Fault]:
    """Return what is wrong with a file's first line as a whole; empty where it is a header of this table."""
    known = known_headers(table)
    errors = {fault.code for fault in raw.faults if fault.severity == "error"}
    if not known or not errors <= _MISREAD:
        return []
    names = {fold(text) for text in raw.header}
    if names & known or {bare(text) for text in raw.header} & {bare(text) for text in known}:
        return []
    line = header_line(raw.text, known, fold)
    if line is not None:
        message = f"a title stands above the header, which is in line {line}"
        return [Fault("EX114", "error", message, f"delete the lines above line {line}", raw.name, 1)]
    other = delimiter_of(raw) if len(raw.header) == 1 else None
    if other is not None:
        words = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[other]
        message = f"the header has one field, and {words} in it: the delimiter is another"
        return [Fault("EX118", "error", message, "correct `delimiter` in extracts.yaml, or leave it out", raw.name, 1)]
    if len(raw.header) == 1 and len(known) > 1:
        marks = ", ".join("tab" if mark == "\t" else mark for mark in DELIMITERS)
        message = f"the header has one field only; none of the delimiters ({marks}) divides it"
        remedy = "export with commas, or set `delimiter` in extracts.yaml"
        return [Fault("EX118", "error", message, remedy, raw.name, 1)]
    if len(known) > 1 and not any(get_close_matches(name, list(known), n=1, cutoff=0.8) for name in names):
        wanted = ", ".join(f"'{spec.from_[0]}'" for spec in list(table.columns.values())[:4] if spec.from_)
        message = "the first line holds none of the headers that extracts.yaml names"
        remedy = f"is the header missing, or is this another file? Expected are {wanted}, …"
        return [Fault("EX116", "error", message, remedy, raw.name, 1)]
    return []


def typed_rows(name: str, table: Table, files: list[RawFile]) -> tuple[Rows | None, list[Fault], set[str]]:
    """Convert the columns that a table names.

    Returns the rows (None where a column is missing), the findings about headers, and the folded headers
    used; what was met in the cells stands in the rows.
    """
    faults: list[Fault] = []
    used: set[str] = set()
    header = files[0].header
    folded = [fold(text) for text in header]
    repeated = {text for text, times in Counter(folded).items() if times > 1 and text}
    sizes = [raw.table.num_rows for raw in files if raw.table is not None]
    rows = Rows(
        pd.DataFrame(index=range(sum(sizes))), files, np.repeat(np.arange(len(files), dtype=np.int32), sizes),
        np.concatenate([np.arange(size, dtype=np.int32) for size in sizes]), keyless=not table.key,
    )  # fmt: skip
    columns: dict[str, pd.Series[Any]] = {}
    failed = False
    for column, spec in table.columns.items():
        if spec.lookup is not None:
            continue
        place = place_of(spec, header, folded)
        if place is None:
            columns[column] = _empty(spec.type or "text", sum(sizes))
            if not spec.optional:
                faults.append(_missing(name, column, spec, table, header, folded, files[0].name))
                failed = True
            elif like := _like(spec, table, header, folded):
                message = f"the optional column for {name}.{column} is missing, so it is empty"
                remedy = f"did you mean {like}? Add it under `from` in extracts.yaml"
                faults.append(Fault("EX122", "warning", message, remedy, files[0].name, 1, spec.from_[0]))
            continue
        rows.headers[column] = (shown(header[place]), place + 1)
        used.add(folded[place])
        if folded[place] in repeated:
            times = folded.count(folded[place])
            faults.append(
                Fault("EX123", "error", f"{times} columns have this header", "rename or remove all but one",
                      files[0].name, 1, shown(header[place]), place + 1, times)
            )  # fmt: skip
            failed = True
            continue
        note = _recognised(spec, header[place])
        if note:
            faults.append(Fault("EX124", "note", note, "", files[0].name, 1, shown(header[place]), place + 1))
        cells = [found for raw in files if (found := as_cells(raw, place, spec.formats)) is not None]
        if len(cells) < len(files):
            failed = True
            continue
        converted = convert(pa.chunked_array([chunk for part in cells for chunk in part.chunks], pa.string()), spec)
        columns[column] = converted.values
        for problem, mask in converted.problems:
            rows.problems.append((problem, mask, column))
            if problem.severity == "error":
                rows.unreadable[column] = rows.unreadable.get(column, False) | mask
    if failed:
        return None, faults, used
    rows.frame = pd.DataFrame(columns)
    return rows, faults, used


def unused_columns(raw: RawFile, used: set[str]) -> Fault | None:
    """Return a note of the columns that no table names; none where the header itself is in doubt."""
    spare = [shown(text) for text in raw.header if fold(text) not in used and text.strip()]
    if not spare or not used or raw.table is None:
        return None
    return Fault("EX125", "note", f"columns that no table names: {', '.join(spare)}", "", raw.name, 1, count=len(spare))


def shown_name(name: str) -> str:
    """Return a file's name without what a terminal or a page could not show."""
    return "".join(mark if mark.isprintable() else "?" for mark in name)


def unused_files(available: list[Path], used: set[str], folder: str) -> Fault | None:
    """Return a note of the files that no table names."""
    extra = [shown_name(path.name) for path in available if path.name not in used and not path.name.startswith(".")]
    if not extra:
        return None
    message = f"files that no table names: {', '.join(extra)}"
    return Fault("EX126", "note", message, "", f"{folder}/{extra[0]}", count=len(extra))


def place_of(spec: Column, header: list[str], folded: list[str]) -> int | None:
    """Return which of a file's columns is the one that a table means; None where none is."""
    exact = next((folded.index(fold(text)) for text in spec.from_ if fold(text) in folded), None)
    if exact is not None:
        return exact
    loose = [bare(text) for text in header]
    return next((loose.index(bare(text)) for text in spec.from_ if bare(text) and bare(text) in loose), None)


def _recognised(spec: Column, header: str) -> str:
    """Say how a column was recognised, unless by its first name."""
    name = fold(header)
    if name == fold(spec.from_[0]):
        return ""
    if any(name == fold(text) for text in spec.from_):
        return "read under this header, an alternative in extracts.yaml"
    return "recognised although the header is written differently"


def _missing(
    name: str, column: str, spec: Column, table: Table, header: list[str], folded: list[str], file: str
) -> Fault:
    near = _nearest(fold(spec.from_[0]), [text for text in folded if text and text not in known_headers(table)], folded)
    remedy = "add the file's header under `from` in extracts.yaml, or mark the column optional"
    if near:
        remedy = f"did you mean {shown(header[folded.index(near)])}? Add it under `from` in extracts.yaml"
    return Fault("EX122", "error", f"the column for {name}.{column} is missing", remedy, file, 1, spec.from_[0])


def _nearest(wanted: str, spare: list[str], folded: list[str]) -> str:
    """Return the header most like the one wanted: of those that nothing names whatever the order of words, else any."""
    words = {" ".join(sorted(text.split())): text for text in spare}
    near = get_close_matches(" ".join(sorted(wanted.split())), words, n=1, cutoff=0.75)
    return words[near[0]] if near else next(iter(get_close_matches(wanted, folded, n=1, cutoff=0.6)), "")


def _like(spec: Column, table: Table, header: list[str], folded: list[str]) -> str:
    """Return a header of a like name that the table does not name, or nothing."""
    spare = [text for text in folded if text and text not in known_headers(table)]
    near = get_close_matches(fold(spec.from_[0]), spare, n=1, cutoff=0.75)
    return shown(header[folded.index(near[0])]) if near else ""


def _empty(kind: ColumnType, size: int) -> pd.Series[Any]:
    if kind == "date":
        return pd.Series(pd.NaT, index=range(size), dtype="datetime64[ns]")
    if kind == "number":
        return pd.Series(np.nan, index=range(size), dtype=float)
    return pd.Series(np.nan, index=range(size), dtype=ARROW_TEXTS)
