"""From a Parquet file to the text cells that a CSV file would hold, so that both are read by the same rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carereport.extracts.read import CONTROL, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, RawFile

ENDING = ".parquet"
BLOCK = 1 << 17
"""Rows of a block."""
CELL = 10
"""Bytes of a cell and its delimiter as text, about."""


def read_parquet(path: Path, name: str) -> RawFile:
    """Read one Parquet file; `table` stays None where an error forbids its use.

    Its columns keep their types here; `as_cells` makes cells of those that a table names. Rows have
    no lines, so a finding names a row by its number, from 1.
    """
    *blocks, raw = read_parquet_blocks(path, name)
    if not raw.faults:
        raw.table = pa.concat_tables([block.table for block in blocks])
        raw.row_lines = np.arange(1, raw.table.num_rows + 1)
    return raw


def read_parquet_blocks(path: Path, name: str) -> Iterator[RawFile]:
    """Yield a Parquet file block by block, each as `read_parquet` gives a file, and at last what is true of the whole.

    The last has no table, and the file's hash.
    """
    import pyarrow.parquet as pq

    whole = RawFile(name)
    try:
        with path.open("rb") as handle:
            whole.sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        file = pq.ParquetFile(path)
        rows, before = file.metadata.num_rows, 0
        whole.header = list(file.schema_arrow.names)
        if len(whole.header) > MOST_COLUMNS:
            whole.error("EX108", f"more than {MOST_COLUMNS:,} columns", "extract only the columns needed", 1)
        elif rows > MOST_ROWS:
            whole.error("EX110", f"more than {MOST_ROWS:,} rows", "split the extract by date")
        elif rows == 0:
            whole.error("EX109", "the file has a header and no rows", "run the extract again: were the dates right?", 1)
        else:
            for batch in file.iter_batches(BLOCK):
                block = RawFile(name, header=whole.header)
                columns = {str(number): _decoded(column) for number, column in enumerate(batch.columns)}
                block.table = pa.table(columns)
                block.row_lines = np.arange(before + 1, before + 1 + len(batch))
                before += len(batch)
                yield block
    except OSError as error:
        whole.error("EX101", f"cannot be read: {error.strerror or 'not a whole Parquet file'}")
    except pa.ArrowException:
        whole.error("EX102", "this is not a Parquet file, or a damaged one", "write it again")
    yield whole


def bytes_as_csv(path: Path) -> int:
    """Return about how many bytes a Parquet file would have as CSV; none where it is damaged."""
    import pyarrow.parquet as pq

    try:
        held = pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return 0
    return int(held.num_rows * held.num_columns * CELL)


def _decoded(column: pa.Array) -> pa.Array:
    """Return a column with its values instead of numbers of a dictionary, which is each block's own."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def as_cells(raw: RawFile, place: int, formats: list[str]) -> pa.ChunkedArray | None:
    """Return a column as text cells, days in the first declared format; None where its type holds no cells.

    What stands beside a day's date, and any number that is not whole, stays visible to the checks of cells.
    """
    if raw.table is None:
        return None
    column = raw.table.column(place)
    if raw.cells:
        return column
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        cells = column.cast(pa.string())
        distinct = pc.unique(cells)
        if pc.any(pc.match_substring_regex(distinct, CONTROL)).as_py():
            raw.error("EX104", "a control or direction character stands in the text", "write the file again")
            return None
        if (pc.max(pc.utf8_length(distinct)).as_py() or 0) > LONGEST_CELL:
            raw.error("EX112", f"a cell of more than {LONGEST_CELL:,} characters", "shorten it in the source")
            return None
    elif pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        cells = _once(column, partial(_days, formats=formats))
    elif pa.types.is_floating(kind):
        cells = _once(column, _numbers)
    elif pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
        cells = column.cast(pa.string())
    else:
        message = f"column {place + 1} is of a type that holds no single value"
        raw.error("EX119", message, "write text, numbers or dates")
        return None
    return pc.fill_null(cells, "")


def _once(column: pa.ChunkedArray, texts: Callable[[pa.Array], pa.Array]) -> pa.ChunkedArray:
    """Return a column as texts, made once of each value that differs."""
    encoded = pa.concat_arrays([pa.array([], column.type), *column.chunks]).dictionary_encode()
    return pa.chunked_array([texts(encoded.dictionary).take(encoded.indices)])


def _days(days: pa.Array, formats: list[str]) -> pa.Array:
    """Return days as text in a declared format that loses nothing of them, else as 2025-09-30.

    A time of day follows where there is one.
    """
    moments = days.cast(pa.timestamp("us"))
    whole = pc.floor_temporal(moments, unit="day")
    form = next((form for form in formats if "%Y" in form and "%d" in form), "%Y-%m-%d")
    days = pc.strftime(whole, format=form)
    monthly = next((form for form in formats if "%Y" in form or "%y" in form), None)
    if monthly is not None and not any("%d" in form for form in formats):
        days = pc.if_else(pc.equal(pc.day(whole), 1), pc.strftime(whole, format=monthly), days)
    time = pc.strftime(moments.cast(pa.timestamp("s"), safe=False), format=" %H:%M:%S")
    return pc.if_else(pc.equal(moments, whole), days, pc.binary_join_element_wise(days, time, ""))


def _numbers(numbers: pa.Array) -> pa.Array:
    """Return numbers as text; NaN is no number and stands as missing."""
    texts = [
        None if value is None or np.isnan(value) else np.format_float_positional(value, trim="0")
        for value in numbers.to_pylist()
    ]
    return pa.array(texts, pa.string())
