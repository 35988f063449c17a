"""Extracts of many councils, divided by council once, then read some councils at a time.

The cells lie meanwhile in files without a name, which the system removes when the process ends,
however it ends.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

import pyarrow as pa

from carereport.extracts.by_council import REFUSED, Part, Tell, divided, size_of, stored
from carereport.extracts.headers import matching
from carereport.extracts.read import RawFile
from carereport.extracts.spark_tables import read_spark_table
from carereport.extracts.typed import (
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
from carereport.settings import Column
from carereport.side_by_side import both, can

if TYPE_CHECKING:
    from carereport.project import Project

T = TypeVar("T")
LARGE = 128 << 20
"""Bytes of files as CSV: more are not read at once, but so much at a time, or one council's rows."""


def spark_tables(project: Project) -> dict[Path, RawFile]:
    """Return the project's tables of Spark, by their names as paths.

    Raises:
        MachineError: Spark is not installed, or cannot be started.
    """
    return {Path(name): read_spark_table(name, project) for name in project.extracts.spark_tables}


def by_batches(
    project: Project, data: Path, folder: Path, work: Callable[[Typed, bool], list[T]], *, beside: bool,
    tell: Tell = lambda text: None, tables: dict[Path, RawFile] | None = None,
    done: Callable[[str], bool] = lambda area: False,
) -> tuple[list[str], list[T]]:  # fmt: skip
    """Return all councils in order of code, and what `work` gives of their rows, some councils' at a time.

    Where `beside` allows it, two processes divide large extracts and do the work, which is told so. Councils that are
    all `done` are not read. See `in_batches` for the rest.
    """
    with in_batches(project, data, folder, tell, tables, beside) as (batches, read):
        beside = beside and len(batches) > 1

        def some(numbers: range) -> list[T]:
            found = []
            for number in numbers:
                areas = batches[number]
                if all(map(done, areas)):
                    continue
                if len(batches) > 1:
                    tell(f"part {number + 1} of {len(batches)}: {areas[0]} to {areas[-1]}")
                found += work(read(areas), beside)
                pa.default_memory_pool().release_unused()
            return found

        every = range(len(batches))
        parts = both(lambda: some(every[::2]), lambda: some(every[1::2]), None) if beside else (some(every),)
    return list(chain(*batches)), list(chain(*parts))


@contextmanager
def in_batches(
    project: Project, data: Path, folder: Path, tell: Tell = lambda text: None,
    tables: dict[Path, RawFile] | None = None, beside: bool = True,
) -> Iterator[tuple[list[list[str]], Callable[[list[str]], Typed]]]:  # fmt: skip
    """Give all councils in order of code, as many together as are read at a time, and how to read some of them, once.

    Small extracts are read at once. Large ones are divided first, on the disk of `folder`, by two processes where
    `beside` allows it; `tell` says how it goes.
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
        held = [read_typed(project, data, lambda path, name: tables.pop(path, None) or whole(path, name))]
        _stop_at_errors([*held[0].faults, *area_faults(held[0])])
        yield [areas_of(held[0])], lambda areas: held.pop()
        return
    pa.set_memory_pool(pa.system_memory_pool())
    with ExitStack() as stores:
        parts: dict[Path, Part] = {}
        for path in [path for path in columns if path in tables]:
            tell(f"{path.name} is divided by council")
            size = _size(path, tables)
            parts[path] = stored(iter([tables.pop(path)]), columns[path], size, _nameless(stores, folder))
        parts |= _all_divided(
            {path: (column, _nameless(stores, folder)) for path, column in columns.items() if path not in parts},
            project, data, tell, beside,
        )  # fmt: skip
        typed = read_typed(project, data, lambda path, name: parts[path].of(()))
        _stop_at_errors([*typed.faults, *area_faults(typed), *_refused(project, parts)])
        del typed
        yield list(_batches(parts.values())), lambda areas: _read(project, data, parts, areas)


def _all_divided(
    files: dict[Path, tuple[Column | None, IO[bytes]]], project: Project, data: Path, tell: Tell, beside: bool
) -> dict[Path, Part]:
    """Divide files by council, each into a store; half of their bytes in a second process, where there may be one."""

    def some(paths: list[Path]) -> dict[Path, Part]:
        found = {}
        for path in paths:
            tell(f"{path.name} is divided by council")
            column, store = files[path]
            found[path] = divided(path, column, project, data, store, tell)
        return found

    halves: tuple[list[Path], list[Path]] = ([], [])
    for path in sorted(files, key=lambda path: (-size_of(path), path)):
        min(halves, key=lambda half: sum(map(size_of, half))).append(path)
    if not (halves[1] and beside and can()):
        return some(list(files))
    first, second = both(lambda: some(halves[0]), lambda: some(halves[1]), None)
    for path, part in second.items():
        part.store = files[path][1]
    return first | second


def typed_of_area(project: Project, data: Path, area: str) -> Typed:
    """Return one council's rows. Of large extracts the others' are let go as they are met.

    Raises:
        ExtractError: there is no such folder, or a file names more councils than there are.
        MachineError: a table is to be read from Spark, which cannot be started.
    """
    paths = _paths(project, data)
    columns = _area_columns(project, paths) if sum(map(size_of, paths)) > LARGE else None
    if columns is None:
        return of_area(read_typed(project, data), area)
    pa.set_memory_pool(pa.system_memory_pool())
    parts = {path: divided(path, column, project, data, BytesIO(), only=area) for path, column in columns.items()}
    whole = reader(project)
    typed = read_typed(
        project, data, lambda path, name: parts[path].of([area]) if path in parts else whole(path, name)
    )
    return of_area(typed, area)


def _read(project: Project, data: Path, parts: dict[Path, Part], areas: list[str]) -> Typed:
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
        return size_of(path)
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


def _batches(parts: Iterable[Part]) -> Iterator[list[str]]:
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


def _refused(project: Project, parts: dict[Path, Part]) -> list[Fault]:
    """Return why rows cannot be given to a council: as `area_faults`, of rows that were not kept."""
    faults: list[Fault] = []
    for table in project.extracts.tables.values():
        mine = [parts[path] for path in paths_of(table, list(parts)) if path in parts]
        for kind, (code, message, remedy) in REFUSED.items():
            wrong = [part for part in mine if part.refused[kind]]
            if wrong:
                first, count = wrong[0], sum(part.refused[kind] for part in wrong)
                lines = tuple(first.lines[kind])
                header, position = first.header
                fault = Fault(code, "error", message, remedy, first.raw.name, lines[0], header, position, count)
                faults.append(replace(fault, lines=lines))
    return faults + doubtful_areas({area for part in parts.values() for area in part.rows})
