"""From files and tables of Spark to typed tables; no row is judged here, so several councils can share them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from carereport.extracts import InputFile
from carereport.extracts.columns import fold, header_faults, shown_name, typed_rows, unused_columns, unused_files
from carereport.extracts.headers import matching
from carereport.extracts.parquet import ENDING, read_parquet
from carereport.extracts.read import FIRST_LINES, Places, RawFile, read_file
from carereport.extracts.rows import Rows
from carereport.extracts.spark_tables import read_spark_table
from carereport.faults import ExtractError, Fault
from carereport.project import AREA_CODE, EXTRACTS, shown_folder
from carereport.settings import Table

if TYPE_CHECKING:
    from carereport.project import Project

MOST_AREAS = 400
"""England has 153 authorities with children's services, and fewer than 400 councils in all."""


Read = Callable[[Path, str], RawFile]
"""Gives a file by its path and the name that findings give it; a table of Spark by its name as a path."""
NOBODY = ("EX301", "rows that name no council, so that they would be in no report", "fill it in the extract")
NO_CODE = ("EX307", "a council is no code of letters and digits", "map the authority's code, as E06000016, to `area`")
"""Code, message and help of the rows that cannot be given to a council."""


@dataclass(frozen=True)
class Typed:
    """Every table's typed rows, the findings about files and headers, and the files read."""

    rows: dict[str, Rows]
    faults: tuple[Fault, ...]
    inputs: tuple[InputFile, ...]


@dataclass
class _Reading:
    """What is gathered while the files are read."""

    read: Read
    folder: str
    available: list[Path]
    faults: list[Fault] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    raw: dict[str, RawFile] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)
    """File name to the headers that a table names."""


def read_typed(project: Project, data: Path, read: Read | None = None) -> Typed:
    """Read and convert what every table is read from; `read` may give parts of it.

    Raises:
        ExtractError: there is no such folder.
        MachineError: a table is to be read from Spark, which is not installed, or cannot be started.
    """
    settings = project.extracts.tables
    if not data.is_dir() and not any(table.spark_table for table in settings.values()):
        raise ExtractError(Fault("EX120", "error", f"there is no folder {data.name}", "name one with --data"))
    pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own keeps for itself what pandas could use again
    available = sorted(path for path in data.iterdir() if path.is_file()) if data.is_dir() else []
    reading = _Reading(read or reader(project), shown_folder(project.root, data), available)
    rows: dict[str, Rows] = {}
    paths = {name: paths_of(table, available) for name, table in settings.items() if table.chain is None}
    waiting = Counter(path.name for found in paths.values() for path in found)
    for name, mine in paths.items():
        found = _read_table(name, mine, project, reading)
        if found is not None:
            rows[name] = found
        waiting.subtract(path.name for path in mine)
        for raw in found.files if found is not None and not found.keyless else ():
            if raw.table is not None and not waiting[Path(raw.name).name]:
                raw.table = raw.table.slice(0, 0)  # no other table needs the cells
    _unused(reading)
    needed = {raw.name for held in rows.values() if held.keyless for raw in held.files}
    for raw in reading.raw.values():
        raw.table = raw.table if raw.name in needed else None  # the cells are typed by now
    return Typed(rows, tuple(reading.faults), tuple(reading.inputs))


def paths_of(table: Table, available: list[Path]) -> list[Path]:
    """Return what a table is read from: files, or its table of Spark, by its name as a path."""
    return [Path(table.spark_table)] if table.spark_table else matching(table.files, available)


def reader(project: Project) -> Read:
    """Return what reads a project's files, and tables of Spark, as a whole."""
    tables = set(project.extracts.spark_tables)

    def read(path: Path, shown: str) -> RawFile:
        if str(path) in tables:
            return read_spark_table(str(path), project)
        if path.suffix.casefold() == ENDING:
            return read_parquet(path, shown)
        return read_file(path, shown, project.extracts.delimiter)

    return read


def of_area(typed: Typed, area: str) -> Typed:
    """Return the rows of one council.

    A table that does not say whose its rows are is an error, and so is a council without any row.
    """
    places = {
        name: np.flatnonzero((rows.frame["area"] == area).to_numpy())
        for name, rows in typed.rows.items() if "area" in rows.frame
    }  # fmt: skip
    before = {name: (typed.rows[name], np.arange(len(typed.rows[name].frame))) for name in places}
    return _only(typed, area, places, before)


def by_area(typed: Typed) -> Iterator[tuple[str, Typed]]:
    """Yield each council that the tables name, in order of code, with its rows: as `of_area`, for all of them.

    `typed` gives up its tables, which are put in order of council one by one, so that none is held twice for long.
    """
    runs: dict[str, dict[str, slice]] = {}
    before: dict[str, tuple[Rows, Places]] = {}
    for name, rows in typed.rows.items():
        if "area" in rows.frame:
            codes, areas = pd.factorize(rows.frame["area"])
            order = np.argsort(codes, kind="stable")
            ends = np.searchsorted(codes[order], np.arange(len(areas) + 1))
            runs[name] = {str(area): slice(ends[n], ends[n + 1]) for n, area in enumerate(areas)}
            typed.rows[name] = rows.part(order)
            before[name] = (replace(rows, frame=rows.frame[[]]), order)
    for area in sorted({area for found in runs.values() for area in found}):
        yield area, _only(typed, area, {name: found.get(area, slice(0, 0)) for name, found in runs.items()}, before)


def areas_of(typed: Typed) -> list[str]:
    """Return the councils that the tables name, in order of code."""
    held = [rows.frame["area"] for rows in typed.rows.values() if "area" in rows.frame]
    return sorted({str(area) for areas in held for area in areas.dropna().unique()})


def area_faults(typed: Typed) -> list[Fault]:
    """Return why the tables cannot be divided by council: rows without one, or values that are no codes."""
    faults: list[Fault] = []
    areas: set[str] = set()
    for name, rows in typed.rows.items():
        if "area" not in rows.frame:
            faults.append(_untold(name, rows))
            continue
        held = rows.frame["area"]
        known = set(held.dropna().unique())
        wrong = held.isin([area for area in known if not AREA_CODE.fullmatch(area)])
        for (code, message, remedy), mask in ((NOBODY, held.isna()), (NO_CODE, wrong)):
            if mask.any():
                faults.append(rows.finding(code, "error", message, remedy, mask.to_numpy(), "area"))
        areas |= known
    return [*faults, *doubtful_areas(areas)]


def doubtful_areas(areas: Collection[str]) -> list[Fault]:
    """Return why values of the column `area` are no codes of councils, taken together."""
    if len(areas) > MOST_AREAS or len({area.casefold() for area in areas}) < len(areas):
        what = f"more than {MOST_AREAS}" if len(areas) > MOST_AREAS else "codes that differ in capitals only"
        message = f"the column `area` holds {what}: is it the authority's code?"
        return [Fault(NO_CODE[0], "error", message, NO_CODE[2], EXTRACTS)]
    return []


def _only(
    typed: Typed, area: str, places: Mapping[str, Places | slice], before: Mapping[str, tuple[Rows, Places]]
) -> Typed:
    """Return the rows of one council; `before` tells how rows stood in the files, and each one's place there."""
    faults = list(typed.faults)
    kept: dict[str, Rows] = {}
    for name, rows in typed.rows.items():
        if name not in places:
            faults.append(_untold(name, rows))
            continue
        kept[name] = rows.part(places[name])
        if len(kept[name].frame) < before[name][0].whole:
            whole, order = before[name]
            faults.append(_left_out(whole, order[places[name]], area))
    if places and not any(len(rows.frame) for rows in kept.values()):
        file = next(iter(typed.rows.values())).files[0].name
        message = f"no table holds a row of {area}"
        faults.append(Fault("EX308", "error", message, "correct the code given with --area", file, 1))
    return replace(typed, rows=kept, faults=tuple(faults))


def _untold(name: str, rows: Rows) -> Fault:
    message = f"table {name} has no column `area`, so one council's rows cannot be told from another's"
    remedy = "map the authority's column to `area`; where the file has none, add one to it"
    return Fault("EX305", "error", message, remedy, rows.files[0].name, 1)


def _left_out(rows: Rows, mine: Places, area: str) -> Fault:
    """Return the note of other councils' rows, with the first lines of the first gap between ours."""
    gap = int((mine != np.arange(len(mine))).argmax()) if len(mine) and mine[-1] >= len(mine) else len(mine)
    near = np.arange(gap, min(gap + FIRST_LINES, len(rows.frame)))
    mask = np.zeros(len(rows.frame), dtype=bool)
    mask[near[~np.isin(near, mine[gap : gap + FIRST_LINES])]] = True
    fault = rows.finding("EX306", "note", f"rows of other councils than {area} were left out", "", mask, "area")
    return replace(fault, count=rows.whole - len(mine))


def _read_table(name: str, paths: list[Path], project: Project, reading: _Reading) -> Rows | None:
    table = project.extracts.tables[name]
    if not paths:
        reading.faults.append(_no_file(name, table, reading.available, project))
        return None
    files = []
    for path in paths:
        raw = _read_once(path, name, table, reading)
        if raw.table is not None:
            files.append(raw)
    if len(files) < len(paths):
        return None
    if len(files) > 1:
        first = [fold(header) for header in files[0].header]
        for other in files[1:]:
            if [fold(header) for header in other.header] != first:
                message = f"the header differs from that of {Path(files[0].name).name}"
                remedy = f"files joined for table {name} need equal headers; change `files`, or extract alike"
                reading.faults.append(Fault("EX121", "error", message, remedy, other.name, 1))
                return None
        names = ", ".join(Path(raw.name).name for raw in files)
        message = f"table {name}: {len(files)} files were joined: {names}"
        reading.faults.append(Fault("EX127", "note", message, "", files[0].name, 1, count=len(files)))
    before = [len(raw.faults) for raw in files]
    rows, faults, used = typed_rows(name, table, files)
    reading.faults += faults
    reading.faults += [fault for raw, count in zip(files, before, strict=True) for fault in raw.faults[count:]]
    for raw in files:
        reading.used[Path(raw.name).name] |= used
    return rows


def _read_once(path: Path, name: str, table: Table, reading: _Reading) -> RawFile:
    """Read a file, or a table of Spark, unless another table has; `table` is None where it cannot be used."""
    raw = reading.raw.get(path.name)
    if raw is None:
        shown = f"{reading.folder}/{path.name}"
        if not path.name.isprintable():
            raw = RawFile(f"{reading.folder}/{shown_name(path.name)}")
            raw.error("EX101", "the file's name holds characters that cannot be shown", "rename the file")
        else:
            raw = reading.read(path, shown)
        reading.raw[path.name] = raw
        wrong = header_faults(raw, table) if table.files else []
        if wrong:
            raw.table = None
            raw.faults = [fault for fault in raw.faults if fault.severity != "error"] + wrong
        reading.faults += raw.faults
        if raw.table is not None:
            reading.inputs.append(InputFile(path.name, raw.sha256, raw.whole or raw.table.num_rows, name))
            raw.data = b"" if raw.plain else raw.data
    reading.used.setdefault(path.name, set())
    return raw


def _no_file(name: str, table: Table, available: list[Path], project: Project) -> Fault:
    others = [pattern for other in project.extracts.tables.values() if other is not table for pattern in other.files]
    known = [path.name for path in set(available).difference(matching(others, available))]
    wanted = table.files[0].replace("*", "")
    near = get_close_matches(wanted, known, n=1, cutoff=0.5)
    other = next((text for text in known if Path(text).stem.casefold() == Path(wanted).stem.casefold()), None)
    remedy = "add the file to the data folder, change `files`, or take out the table and the indicators counted from it"
    if other is not None or near:
        remedy = f"did you mean {other or near[0]}? Change `files`, or add the file to the data folder"
    line, position, text = project.locate(EXTRACTS, ("tables", name, "files"))
    message = f"table {name}: no file matches {' or '.join(table.files)}"
    return Fault("EX120", "error", message, remedy, EXTRACTS, line, None, position, 1, text)


def _unused(reading: _Reading) -> None:
    files = unused_files(reading.available, set(reading.used), reading.folder)
    columns = [unused_columns(reading.raw[name], headers) for name, headers in sorted(reading.used.items())]
    reading.faults += [note for note in (files, *columns) if note is not None]
