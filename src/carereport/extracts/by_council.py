"""One file divided by council: its rows lie council by council in a store, from which those of some are read again.

What is read of a part is what is read of the whole: lines, hashes, numbers of rows.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import SEEK_CUR, SEEK_END, SEEK_SET, BytesIO, RawIOBase
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from carereport.extracts.blocks import UnevenError, read_blocks
from carereport.extracts.columns import fold, place_of, shown
from carereport.extracts.convert import convert
from carereport.extracts.parquet import ENDING, as_cells, bytes_as_csv, read_parquet_blocks
from carereport.extracts.read import FIRST_LINES, Places, RawFile
from carereport.extracts.typed import MOST_AREAS, NO_CODE, NOBODY, doubtful_areas, reader
from carereport.faults import ExtractError, Fault
from carereport.project import AREA_CODE, shown_folder
from carereport.settings import Column

if TYPE_CHECKING:
    from carereport.project import Project

_HEAD = 1 << 20
"""So much of a file's start is kept for what is said of its header."""
_PIECE = 1 << 20
"""Bytes that are written to a store together."""
_LINE = "line"
REFUSED = {-1: NOBODY, -2: NO_CODE}
"""What stands for the council of a row that has none, and what is said of it."""
Tell = Callable[[str], None]


@dataclass
class Part:
    """A file whose rows lie by council in a nameless one; of `raw` everything but the rows."""

    raw: RawFile
    size: int
    store: IO[bytes]
    column: Column | None
    place: int | None
    """Which column is the council; None where there is none."""
    only: str = ""
    """The one council whose rows are written; all are, where it is empty."""
    runs: dict[str, list[int]] = field(default_factory=dict)
    """Where in the store each council's rows are, in the order of the file."""
    rows: Counter[str] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    lines: dict[int, list[int]] = field(default_factory=lambda: {kind: [] for kind in REFUSED})
    """The first lines of rows that are given to no council."""
    _sink: Any = None
    _writer: Any = None
    _written: int = 0
    _reader: Any = None

    @property
    def header(self) -> tuple[str, int | None]:
        """The header of the council's column, and its number."""
        return ("area", None) if self.place is None else (shown(self.raw.header[self.place]), self.place + 1)

    def add(self, block: RawFile) -> None:
        """Write a block's rows, council by council.

        Raises:
            ExtractError: there are more councils than England has, so it is another column.
        """
        table = block.table
        if table is None or not table.num_rows:
            return
        self.raw.whole += table.num_rows
        if self.column is None:
            return
        kinds, areas = np.full(table.num_rows, -1), list[str]()
        if self.place is not None:
            cells = as_cells(block, self.place, self.column.formats)
            if cells is None:
                return
            kinds, areas = _councils(cells, self.column)
        lines = block.lines_of(np.arange(len(kinds)))
        for kind, first in self.lines.items():
            places = np.flatnonzero(kinds == kind)
            self.refused[kind] += len(places)
            first += lines[places[: FIRST_LINES - len(first)]].tolist()
        order = np.argsort(kinds, kind="stable")
        ends = np.searchsorted(kinds[order], np.arange(len(areas) + 1)).tolist()
        runs = {area: (start, end) for area, start, end in zip(areas, ends, ends[1:], strict=False)}
        self.rows.update({area: end - start for area, (start, end) in runs.items()})
        if self.only:
            start, end = runs.get(self.only, (0, 0))
            order, runs = order[start:end], {self.only: (0, end - start)}
        table = table.append_column(_LINE, pa.array(lines)).combine_chunks().take(pa.array(order))
        if self._writer is None:
            self._sink = pa.BufferedOutputStream(pa.PythonFile(self.store, "w"), _PIECE)
            self._writer = pa.ipc.new_file(self._sink, table.schema)
        for area, (start, end) in runs.items():
            for batch in table.slice(start, end - start).to_batches():
                self.runs.setdefault(area, []).append(self._written)
                self._writer.write_batch(batch)
                self._written += 1
        if len(self.rows) > MOST_AREAS:
            raise ExtractError(doubtful_areas(self.rows))

    def end(self) -> None:
        """End writing."""
        if self._writer is not None:
            self._writer.close()
            self.let_go()
            self.store.flush()

    def let_go(self) -> None:
        """Leave the store as it is: nothing is written to it later, nor is it closed, when this part goes."""
        if self._sink is not None:
            self._sink.detach()
            self._sink = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs of a part that is written; it has the store itself."""
        return {**self.__dict__, "store": None, "_sink": None, "_writer": None, "_reader": None}

    def of(self, areas: Iterable[str]) -> RawFile:
        """Return the file with the rows of some councils; without a table where an error forbids its use."""
        raw = replace(self.raw, faults=list(self.raw.faults))
        if any(fault.severity == "error" for fault in raw.faults):
            return raw
        if not self._written:
            raw.table = pa.table({str(number): pa.array([], pa.string()) for number in range(len(raw.header))})
            return raw
        if self._reader is None:
            self._reader = pa.ipc.open_file(pa.PythonFile(_Apart(self.store), "r"))
        places = sorted(place for area in areas for place in self.runs.get(area, ()))
        table = pa.Table.from_batches([self._reader.get_batch(place) for place in places], self._reader.schema)
        raw.row_lines = table.column(_LINE).to_numpy()
        raw.table = table.drop_columns([_LINE])
        return raw


class _Apart(RawIOBase):
    """A store as one process reads it, from a place of its own: forks share the place of a file."""

    def __init__(self, store: IO[bytes]) -> None:
        self._store, self._place, self._size = store, 0, store.seek(0, SEEK_END)
        self._shared = not isinstance(store, BytesIO) and hasattr(os, "pread")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = SEEK_SET) -> int:
        self._place = place + {SEEK_SET: 0, SEEK_CUR: self._place, SEEK_END: self._size}[whence]
        return self._place

    def tell(self) -> int:
        return self._place

    def read(self, size: int = -1) -> bytes:
        size = self._size - self._place if size < 0 else size
        if self._shared:
            found = os.pread(self._store.fileno(), size, self._place)
        else:
            self._store.seek(self._place)
            found = self._store.read(size)
        self._place += len(found)
        return found


def divided(
    path: Path, column: Column | None, project: Project, data: Path, store: IO[bytes],
    tell: Tell = lambda text: None, only: str = "",
) -> Part:  # fmt: skip
    """Divide a file by council: in blocks, or as a whole where it has none."""
    name, size = f"{shown_folder(project.root, data)}/{path.name}", size_of(path)
    if path.suffix.casefold() == ENDING:
        return stored(read_parquet_blocks(path, name), column, size, store, only)
    try:
        return stored(read_blocks(path, name, project.extracts.delimiter), column, size, store, only)
    except UnevenError as error:
        tell(f"{path.name} has to be read as a whole before it is divided: {error}")
        return stored(iter([reader(project)(path, name)]), column, size, store, only)


def size_of(path: Path) -> int:
    """Return the bytes of a file as CSV: of a Parquet file about."""
    return bytes_as_csv(path) if path.suffix.casefold() == ENDING else path.stat().st_size


def stored(
    blocks: Iterator[RawFile], column: Column | None, size: int, store: IO[bytes], only: str = ""
) -> Part:
    """Write a file's blocks into a store, each by council; `only` one council's rows where it is given."""
    store.seek(0)
    store.truncate()  # of what was written before it failed
    first = next(blocks)
    head = first.data[: first.data.rfind(b"\n", 0, _HEAD) + 1]
    raw = RawFile(first.name, data=head, delimiter=first.delimiter, header=first.header, cells=first.cells)
    place = None if column is None else place_of(column, raw.header, [fold(text) for text in raw.header])
    part = Part(raw, size, store, column, place, only)
    faults: list[Fault] = []
    try:
        for block in chain([first], blocks):
            raw.sha256 = block.sha256 or raw.sha256
            part.add(block)
            faults += block.faults
        part.end()
    finally:
        part.let_go()
    raw.faults = added_up(faults)
    return part


def _councils(cells: pa.ChunkedArray, column: Column) -> tuple[Places, list[str]]:
    """Return the number of each row's council and the councils; below 0 where a row is given to none."""
    encoded = pa.concat_arrays(cells.chunks).dictionary_encode()
    known = convert(pa.chunked_array([encoded.dictionary]), column).values
    areas = list(dict.fromkeys(one for one in known.dropna() if AREA_CODE.fullmatch(one)))
    numbers = {area: number for number, area in enumerate(areas)}
    kinds = [-1 if missing else numbers.get(one, -2) for one, missing in zip(known, known.isna(), strict=True)]
    return np.array(kinds, np.int16)[encoded.indices.to_numpy()], areas


def added_up(faults: Iterable[Fault]) -> list[Fault]:
    """Return what is said of several blocks of a file as said of the file."""
    held: dict[tuple[str, str, str], Fault] = {}
    for fault in faults:
        first = held.setdefault((fault.code, fault.message, fault.help), fault)
        if first is not fault:
            lines = (first.lines + fault.lines)[:FIRST_LINES]
            held[fault.code, fault.message, fault.help] = replace(first, count=first.count + fault.count, lines=lines)
    return list(held.values())
