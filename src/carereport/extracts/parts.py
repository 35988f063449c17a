"""Extracts of many councils, divided by council once, then read some councils at a time.

The cells lie meanwhile in files without a name, which the system removes when the process ends,
however it ends. What is read of a part is what is read of the whole: lines, hashes, numbers of rows.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from carereport.extracts.blocks import UnevenError, read_blocks
from carereport.extracts.columns import fold, place_of, shown
from carereport.extracts.convert import convert
from carereport.extracts.headers import matching
from carereport.extracts.parquet import ENDING, as_cells
from carereport.extracts.read import FIRST_LINES, Places, RawFile
from carereport.extracts.spark_tables import read_spark_table
from carereport.extracts.typed import (
    MOST_AREAS,
    NO_CODE,
    NOBODY,
    Typed,
    area_faults,
    areas_of,
    doubtful_areas,
    of_area,
    paths_of,
    read_typed,
    reader,
)
from carereport.faults import ExtractError, Fault
from carereport.printing import ordered
from carereport.project import AREA_CODE, shown_folder
from carereport.settings import Column

if TYPE_CHECKING:
    from carereport.project import Project

LARGE = 128 << 20
"""Bytes of files: more are not read at once, but so much at a time, or one council's rows."""
_HEAD = 1 << 20
"""So much of a file's start is kept for what is said of its header."""
_LINE = "line"
_REFUSED = {-1: NOBODY, -2: NO_CODE}
"""What stands for the council of a row that has none, and what is said of it."""
Tell = Callable[[str], None]


def spark_tables(project: Project) -> dict[Path, RawFile]:
    """Return the project's tables of Spark, by their names as paths.

    Raises:
        MachineError: Spark is not installed, or cannot be started.
    """
    return {Path(name): read_spark_table(name, project) for name in project.extracts.spark_tables}


def typed_batches(
    project: Project, data: Path, folder: Path, done: Callable[[str], bool], tell: Tell = lambda text: None,
    tables: dict[Path, RawFile] | None = None,
) -> Iterator[tuple[list[str], Typed | None]]:  # fmt: skip
    """Yield all councils in order of code, some at a time, with their rows; without rows where each of them is done.

    Small extracts are read at once. Large ones are divided first, on the disk of `folder`; `tell` says how it goes.
    `tables` are those of Spark, where they have been read; they are given up one by one.

    Raises:
        ExtractError: a file as a whole is at fault, or rows cannot be given to a council.
    """
    tables = spark_tables(project) if tables is None else tables
    paths = [*_paths(project, data), *tables]
    size = sum(_size(path, tables) for path in paths)
    columns = _area_columns(project, paths) if size > LARGE else None
    if columns is None:
        if size > LARGE:
            tell("all is read at once: two tables take one file's council from different columns")
        whole = reader(project)
        typed = read_typed(project, data, lambda path, name: tables.pop(path, None) or whole(path, name))
        _stop_at_errors([*typed.faults, *area_faults(typed)])
        yield areas_of(typed), typed
        return
    pa.set_memory_pool(pa.system_memory_pool())
    with ExitStack() as held:
        parts: dict[Path, _Part] = {}
        for path, column in columns.items():
            tell(f"{path.name} is divided by council")
            store = partial(_nameless, held, folder)
            size = _size(path, tables)
            parts[path] = (
                _stored(iter([tables.pop(path)]), column, size, store()) if path in tables
                else _divided(path, column, project, data, store, tell)
            )  # fmt: skip
        typed = read_typed(project, data, lambda path, name: parts[path].of(()))
        _stop_at_errors([*typed.faults, *area_faults(typed), *_refused(project, parts)])
        del typed
        batches = list(_batches(parts.values()))
        for number, areas in enumerate(batches, start=1):
            tell(f"part {number} of {len(batches)}: {areas[0]} to {areas[-1]}")
            yield areas, None if all(map(done, areas)) else _read(project, data, parts, areas)
            pa.default_memory_pool().release_unused()


def typed_of_area(project: Project, data: Path, area: str) -> Typed:
    """Return one council's rows. Of large extracts the others' are let go as they are met.

    Raises:
        ExtractError: there is no such folder, or a file names more councils than there are.
        MachineError: a table is to be read from Spark, which cannot be started.
    """
    paths = _paths(project, data)
    columns = _area_columns(project, paths) if sum(path.stat().st_size for path in paths) > LARGE else None
    if columns is None:
        return of_area(read_typed(project, data), area)
    pa.set_memory_pool(pa.system_memory_pool())
    parts = {path: _divided(path, column, project, data, BytesIO, only=area) for path, column in columns.items()}
    whole = reader(project)
    typed = read_typed(
        project, data, lambda path, name: parts[path].of([area]) if path in parts else whole(path, name)
    )
    return of_area(typed, area)


def _read(project: Project, data: Path, parts: dict[Path, _Part], areas: list[str]) -> Typed:
    typed = read_typed(project, data, lambda path, name: parts[path].of(areas))
    _stop_at_errors(typed.faults)
    return typed


def _stop_at_errors(faults: Sequence[Fault]) -> None:
    if any(fault.severity == "error" for fault in faults):
        raise ExtractError(ordered(faults))


def _paths(project: Project, data: Path) -> list[Path]:
    """Return the files that tables name."""
    if not data.is_dir():
        return []
    patterns = [pattern for table in project.extracts.tables.values() for pattern in table.files]
    return matching(patterns, sorted(path for path in data.iterdir() if path.is_file() and path.name.isprintable()))


def _size(path: Path, tables: dict[Path, RawFile]) -> int:
    """Return the bytes of a file, or of a table of Spark as it was read."""
    if path not in tables:
        return path.stat().st_size
    table = tables[path].table
    return table.nbytes if table is not None else 0


def _area_columns(project: Project, paths: list[Path]) -> dict[Path, Column | None] | None:
    """Return the column of the council of each of some files; None where two tables mean different ones of one."""
    found: dict[Path, Column | None] = {}
    for table in project.extracts.tables.values():
        column = table.columns.get("area")
        own = None if column is None or column.lookup is not None else column
        for path in paths_of(table, paths):
            if path in paths and found.setdefault(path, own) != own:
                return None
    return found


def _nameless(held: ExitStack, folder: Path) -> IO[bytes]:
    """Return a file that no folder shows, for this process alone, until it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    return held.enter_context(tempfile.TemporaryFile(dir=folder))


def _batches(parts: Iterable[_Part]) -> Iterator[list[str]]:
    """Yield the councils in order of code, as many at a time as have no more than LARGE together."""
    sizes: Counter[str] = Counter()
    for part in parts:
        for area, rows in part.rows.items():
            sizes[area] += part.size * rows // part.raw.whole
    batch: list[str] = []
    for area in sorted(sizes):
        if batch and sum(sizes[one] for one in batch) + sizes[area] > LARGE:
            yield batch
            batch = []
        batch.append(area)
    if batch:
        yield batch


def _refused(project: Project, parts: dict[Path, _Part]) -> list[Fault]:
    """Return why rows cannot be given to a council: as `area_faults`, of rows that were not kept."""
    faults: list[Fault] = []
    for table in project.extracts.tables.values():
        mine = [parts[path] for path in paths_of(table, list(parts)) if path in parts]
        for kind, (code, message, remedy) in _REFUSED.items():
            wrong = [part for part in mine if part.refused[kind]]
            if wrong:
                first, count = wrong[0], sum(part.refused[kind] for part in wrong)
                lines = tuple(first.lines[kind])
                header, position = first.header
                fault = Fault(code, "error", message, remedy, first.raw.name, lines[0], header, position, count)
                faults.append(replace(fault, lines=lines))
    return faults + doubtful_areas({area for part in parts.values() for area in part.rows})


@dataclass
class _Part:
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
    lines: dict[int, list[int]] = field(default_factory=lambda: {kind: [] for kind in _REFUSED})
    """The first lines of rows that are given to no council."""
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
            self._writer = pa.ipc.new_file(pa.PythonFile(self.store, "w"), table.schema)
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
            self.store.flush()
            self._reader = pa.ipc.open_file(pa.PythonFile(self.store, "r"))

    def of(self, areas: Iterable[str]) -> RawFile:
        """Return the file with the rows of some councils; without a table where an error forbids its use."""
        raw = replace(self.raw, faults=list(self.raw.faults))
        if any(fault.severity == "error" for fault in raw.faults):
            return raw
        if self._reader is None:
            raw.table = pa.table({str(number): pa.array([], pa.string()) for number in range(len(raw.header))})
            return raw
        places = sorted(place for area in areas for place in self.runs.get(area, ()))
        table = pa.Table.from_batches([self._reader.get_batch(place) for place in places], self._reader.schema)
        raw.row_lines = table.column(_LINE).to_numpy()
        raw.table = table.drop_columns([_LINE])
        return raw


def _divided(
    path: Path, column: Column | None, project: Project, data: Path, store: Callable[[], IO[bytes]],
    tell: Tell = lambda text: None, only: str = "",
) -> _Part:  # fmt: skip
    """Divide a file by council: in blocks, or as a whole where it has none."""
    name = f"{shown_folder(project.root, data)}/{path.name}"
    try:
        if path.suffix.casefold() == ENDING:
            raise UnevenError("it is a Parquet file")
        blocks = read_blocks(path, name, project.extracts.delimiter)
        return _stored(blocks, column, path.stat().st_size, store(), only)
    except UnevenError as error:
        tell(f"{path.name} has to be read as a whole before it is divided: {error}")
        return _stored(iter([reader(project)(path, name)]), column, path.stat().st_size, store(), only)


def _stored(
    blocks: Iterator[RawFile], column: Column | None, size: int, store: IO[bytes], only: str = ""
) -> _Part:
    """Write a file's blocks into a store, each by council; `only` one council's rows where it is given."""
    first = next(blocks)
    head = first.data[: first.data.rfind(b"\n", 0, _HEAD) + 1]
    raw = RawFile(first.name, data=head, delimiter=first.delimiter, header=first.header, cells=first.cells)
    place = None if column is None else place_of(column, raw.header, [fold(text) for text in raw.header])
    part = _Part(raw, size, store, column, place, only)
    faults: list[Fault] = []
    for block in chain([first], blocks):
        raw.sha256 = block.sha256 or raw.sha256
        part.add(block)
        faults += block.faults
    part.end()
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
