"""From a Parquet file to the text cells that a CSV file would hold, so that both are read by the same rules."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carereport.extracts.read import CONTROL, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, RawFile

ENDING = ".parquet"


def read_parquet(path: Path, name: str) -> RawFile:
    """Read one Parquet file; `table` stays None where an error forbids its use.

    Its columns keep their types here; `as_cells` makes cells of those that a table names. Rows have
    no lines, so a finding names a row by its number, from 1.
    """
    import pyarrow.parquet as pq

    raw = RawFile(name)
    try:
        with path.open("rb") as handle:
            raw.sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        file = pq.ParquetFile(path)
        rows, columns = file.metadata.num_rows, len(file.schema_arrow)
        raw.header = list(file.schema_arrow.names)
        if columns > MOST_COLUMNS:
            raw.error("EX108", f"more than {MOST_COLUMNS:,} columns", "extract only the columns needed", 1)
        elif rows > MOST_ROWS:
            raw.error("EX110", f"more than {MOST_ROWS:,} rows", "split the extract by date")
        elif rows == 0:
            raw.error("EX109", "the file has a header and no rows", "run the extract again: were the dates right?", 1)
        else:
            raw.table = file.read().rename_columns([str(number) for number in range(columns)])
            raw.row_lines = np.arange(1, rows + 1)
    except OSError as error:
        raw.error("EX101", f"cannot be read: {error.strerror or 'not a whole Parquet file'}")
    except pa.ArrowException:
        raw.error("EX102", "this is not a Parquet file, or a damaged one", "write it again")
    return raw


def as_cells(raw: RawFile, place: int, formats: list[str]) -> pa.ChunkedArray | None:
    """Return a column as text cells, days in the first declared format; None where its type holds no cells.

    What stands beside a day's date, and any number that is not whole, stays visible to the checks of cells.
    """
    if raw.table is None:
        return None
    column = raw.table.column(place)
    if raw.cells:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        cells = column.cast(pa.string())
        if pc.any(pc.match_substring_regex(cells, CONTROL)).as_py():
            raw.error("EX104", "a control or direction character stands in the text", "write the file again")
            return None
        if (pc.max(pc.utf8_length(cells)).as_py() or 0) > LONGEST_CELL:
            raw.error("EX112", f"a cell of more than {LONGEST_CELL:,} characters", "shorten it in the source")
            return None
    elif pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        cells = _days(column, formats)
    elif pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        cells = _numbers(column)
    elif pa.types.is_boolean(kind) or pa.types.is_null(kind):
        cells = column.cast(pa.string())
    else:
        message = f"column {place + 1} is of a type that holds no single value"
        raw.error("EX119", message, "write text, numbers or dates")
        return None
    return pc.fill_null(cells, "")


def _days(column: pa.ChunkedArray, formats: list[str]) -> pa.ChunkedArray:
    """Return days as text in a declared format that loses nothing of them, else as 2025-09-30.

    A time of day follows where there is one.
    """
    moments = column.cast(pa.timestamp("us"))
    whole = pc.floor_temporal(moments, unit="day")
    form = next((form for form in formats if "%Y" in form and "%d" in form), "%Y-%m-%d")
    days = pc.strftime(whole, format=form)
    monthly = next((form for form in formats if "%Y" in form or "%y" in form), None)
    if monthly is not None and not any("%d" in form for form in formats):
        days = pc.if_else(pc.equal(pc.day(whole), 1), pc.strftime(whole, format=monthly), days)
    time = pc.strftime(moments.cast(pa.timestamp("s"), safe=False), format=" %H:%M:%S")
    return pc.if_else(pc.equal(moments, whole), days, pc.binary_join_element_wise(days, time, ""))


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return numbers as text; NaN is no number and stands as missing."""
    kind = column.type
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
        texts = [None if value is None else np.format_float_positional(value, trim="0") for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return column.cast(pa.string())
