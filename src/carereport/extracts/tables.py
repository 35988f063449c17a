"""Puts the reading of extracts together: files to tables, checks, lookups, chains."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from carereport.conditions import truth
from carereport.extracts import Extracts, InputFile, SetAside, TableData
from carereport.extracts.check import (
    Mask,
    check_area,
    check_birth,
    check_key,
    check_recent,
    check_required,
    check_spell,
    finding,
)
from carereport.extracts.convert import convert
from carereport.extracts.link import CHILD, chained, look_up, repeated_children
from carereport.extracts.read import RawFile, read_file
from carereport.faults import ExtractError, Fault, Severity
from carereport.quarters import Quarter
from carereport.settings import ColumnType, Table

if TYPE_CHECKING:
    from carereport.project import Project

FIRST_LINES = 5


@dataclass
class _Reading:
    """What is gathered while the tables are read."""

    faults: list[Fault] = field(default_factory=list)
    inputs: list[InputFile] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    raw: dict[str, RawFile] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)
    """File name to the headers that a table names."""


@dataclass
class _Rows:
    """A table's typed rows and where each came from."""

    frame: pd.DataFrame
    files: list[RawFile]
    sources: np.ndarray[tuple[int], np.dtype[np.int64]]
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]

    def place(self, mask: Mask) -> tuple[str, tuple[int, ...]]:
        """Return the file of the first row of a mask, and its first lines there."""
        rows = np.flatnonzero(mask)
        if not len(rows):
            return (self.files[0].name if self.files else ""), ()
        source = self.sources[rows[0]]
        same = rows[self.sources[rows] == source][:FIRST_LINES]
        file = self.files[source]
        return file.name, tuple(file.line_of(int(self.numbers[row])) for row in same)

    def keep(self, mask: Mask) -> None:
        """Keep only the rows of a mask."""
        if not mask.all():
            self.frame = self.frame[mask].reset_index(drop=True)
            self.sources, self.numbers = self.sources[mask], self.numbers[mask]


def read_all(project: Project, data: Path, quarter: Quarter | None, extracted: date | None) -> Extracts:
    """Read every table; see `carereport.extracts.read_extracts`."""
    reading = _Reading()
    if not data.is_dir():
        raise ExtractError(Fault("EX120", "error", f"there is no folder {data.name}", "name one with --data"))
    available = sorted(path for path in data.iterdir() if path.is_file())
    tables: dict[str, TableData] = {}
    settings = project.extracts.tables
    days = {name: extracted or table.extracted or project.extracts.extracted for name, table in settings.items()}
    rows: dict[str, _Rows] = {}
    for name, table in settings.items():
        if table.files:
            found = _read_table(name, table, available, data, project, days[name], quarter, reading)
            if found is not None:
                rows[name] = found
    _unused(available, reading)
    if any(fault.severity == "error" for fault in reading.faults):
        raise ExtractError(_sorted(reading.faults))
    for name, table in settings.items():
        if table.files and name in rows:
            tables[name] = _table_data(name, table, rows[name].frame, days[name])
    waiting = [name for name, table in settings.items() if table.chain is not None]
    while waiting:
        name = next(
            (n for n in waiting if (chain := settings[n].chain) is not None and chain.from_ in tables), waiting[0]
        )
        waiting.remove(name)
        _chain_table(name, settings[name], tables, project, reading)
    for name, table in settings.items():
        if name in tables:
            _add_lookups(name, table, tables, rows.get(name), reading)
    for name, table in settings.items():
        if name in tables and name in rows:
            _check_rules(table, tables[name], rows[name], project, reading)
    if any(fault.severity == "error" for fault in reading.faults):
        raise ExtractError(_sorted(reading.faults))
    return Extracts(tables, tuple(_sorted(reading.faults)), tuple(reading.inputs), tuple(reading.set_aside))


def _sorted(faults: list[Fault]) -> list[Fault]:
    order: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}
    return sorted(faults, key=lambda f: (order[f.severity], f.file, f.code, f.line or 0, f.column or ""))


def fold(header: str) -> str:
    """Return a header for comparing: case-blind, blanks folded."""
    return " ".join(header.split()).casefold()


def bare(header: str) -> str:
    """Return only the letters and digits of a header, for the nearest match."""
    return re.sub(r"[\W_]+", "", header).casefold()


def _read_table(
    name: str, table: Table, available: list[Path], data: Path, project: Project, extracted: date | None,
    quarter: Quarter | None, reading: _Reading,
) -> _Rows | None:  # fmt: skip
    paths = [
        path for path in available
        if any(fnmatchcase(path.name.casefold(), pattern.casefold()) for pattern in table.files)
    ]  # fmt: skip
    if not paths:
        known = [path.name for path in available]
        near = get_close_matches(table.files[0].replace("*", ""), known, n=1, cutoff=0.5)
        remedy = f"did you mean {near[0]}?" if near else "change `files`, or add the file to the data folder"
        reading.faults.append(
            Fault("EX120", "error", f"table {name}: no file matches {' or '.join(table.files)}", remedy)
        )
        return None
    files = []
    for path in paths:
        raw = reading.raw.get(path.name)
        if raw is None:
            label = f"{data.name}/{path.name}"
            raw = reading.raw[path.name] = read_file(path, label, project.extracts.delimiter)
            reading.faults.extend(raw.faults)
            if raw.table is not None:
                reading.inputs.append(InputFile(path.name, raw.sha256, raw.table.num_rows, name))
        if raw.table is not None:
            files.append(raw)
        reading.used.setdefault(path.name, set())
    if len(files) < len(paths):
        return None
    if len(files) > 1:
        first = [fold(header) for header in files[0].header]
        for other in files[1:]:
            if [fold(header) for header in other.header] != first:
                other.faults.clear()
                reading.faults.append(
                    Fault("EX121", "error", "the header differs from the other files of this pattern",
                          f"files joined for table {name} need equal headers", other.name, 1)
                )  # fmt: skip
                return None
        message = f"table {name}: {len(files)} files were joined"
        reading.faults.append(Fault("EX127", "note", message, file=files[0].name, count=len(files)))
    rows = _typed(name, table, files, reading)
    if rows is None:
        return None
    if table.where:
        types = {column: spec.type or "text" for column, spec in table.columns.items() if column in rows.frame}
        rows.keep(truth(rows.frame, table.where, types, project.report.closure_days))
    _check_table(name, table, rows, project, extracted, quarter, reading)
    return rows


def _typed(name: str, table: Table, files: list[RawFile], reading: _Reading) -> _Rows | None:
    """Convert the columns that the table names; None where one is missing."""
    header = files[0].header
    folded = [fold(text) for text in header]
    repeated = [text for text, times in Counter(folded).items() if times > 1 and text]
    whole = pa.concat_tables([raw.table for raw in files])
    sizes = [raw.table.num_rows for raw in files if raw.table is not None]
    rows = _Rows(
        pd.DataFrame(index=range(whole.num_rows)), files, np.repeat(np.arange(len(files)), sizes),
        np.concatenate([np.arange(size) for size in sizes]),
    )  # fmt: skip
    columns: dict[str, pd.Series[Any]] = {}
    failed = False
    for column, spec in table.columns.items():
        if spec.lookup is not None:
            continue
        place = next((folded.index(fold(text)) for text in spec.from_ if fold(text) in folded), None)
        if place is None:
            loose = [bare(text) for text in header]
            place = next((loose.index(bare(text)) for text in spec.from_ if bare(text) in loose), None)
            if place is not None:
                reading.faults.append(
                    Fault("EX124", "note", "recognised although the header is written differently", "",
                          files[0].name, 1, header[place])
                )  # fmt: skip
        if place is None:
            if not spec.optional:
                near = get_close_matches(fold(spec.from_[0]), folded, n=1, cutoff=0.6)
                remedy = f"did you mean {header[folded.index(near[0])]}?" if near else "add its header under `from`"
                reading.faults.append(
                    Fault("EX122", "error", f"the column for {name}.{column} is missing", remedy, files[0].name, 1,
                          spec.from_[0])
                )  # fmt: skip
                failed = True
            else:
                columns[column] = _empty(spec.type or "text", whole.num_rows)
            continue
        if folded[place] in repeated:
            reading.faults.append(
                Fault("EX123", "error", "two columns have this header", "rename or remove one", files[0].name, 1,
                      header[place], place + 1)
            )  # fmt: skip
            failed = True
            continue
        for raw in files:
            reading.used[Path(raw.name).name].add(folded[place])
        converted = convert(whole.column(place), spec)
        columns[column] = converted.values
        for code, message, remedy, severity, mask in converted.faults:
            fault = finding(code, severity, message, remedy, mask, rows.place, header[place])  # type: ignore[arg-type]
            reading.faults.append(fault)
    if failed:
        return None
    rows.frame = pd.DataFrame(columns)
    return rows


def _empty(kind: ColumnType, size: int) -> pd.Series[Any]:
    if kind == "date":
        return pd.Series(pd.NaT, index=range(size), dtype="datetime64[ns]")
    if kind == "number":
        return pd.Series(np.nan, index=range(size), dtype=float)
    return pd.Series(np.nan, index=range(size), dtype="str")


def _check_table(
    name: str, table: Table, rows: _Rows, project: Project, extracted: date | None, quarter: Quarter | None,
    reading: _Reading,
) -> None:  # fmt: skip
    reading.faults.extend(check_required(rows.frame, table, rows.place))
    faults, same = check_key(rows.frame, table, rows.place)
    reading.faults.extend(faults)
    _set_aside(name, "EX303", "the same row again", same, reading)
    rows.keep(~same)
    reading.faults.extend(check_area(rows.frame, project.area, rows.place))
    spell = table.spell or next(
        ((chain.start, chain.end) for other in project.extracts.tables.values()
         if (chain := other.chain) is not None and chain.from_ == name), None
    )  # fmt: skip
    faults, backwards = check_spell(rows.frame, spell, rows.place)
    reading.faults.extend(faults)
    _set_aside(name, "EX311", "the end lies before the start", backwards, reading)
    rows.keep(~backwards)
    faults, wrong = check_birth(rows.frame, extracted, rows.place)
    reading.faults.extend(faults)
    if wrong.any():
        rows.frame.loc[wrong, "birth"] = pd.NaT
    covers = table.covers
    recent = table.date or (covers.by if covers is not None and covers != "all" else None)
    recent = recent or (table.spell[0] if table.spell else None)
    reading.faults.extend(check_recent(rows.frame, recent, quarter, extracted, rows.files[0].name))


def _set_aside(name: str, code: str, reason: str, mask: Mask, reading: _Reading) -> None:
    if mask.any():
        reading.set_aside.append(SetAside(name, code, reason, int(mask.sum())))


def _table_data(name: str, table: Table, frame: pd.DataFrame, extracted: date | None) -> TableData:
    covers: date | Literal["all"] | None = None
    by = None
    if table.covers == "all":
        covers = "all"
    elif table.covers is not None:
        covers, by = table.covers.from_, table.covers.by
    return TableData(
        name=name,
        frame=frame,
        types={column: spec.type for column, spec in table.columns.items() if spec.type is not None},
        states=frozenset(column for column, spec in table.columns.items() if spec.state),
        horizons=frozenset(column for column, spec in table.columns.items() if spec.horizon),
        covers=covers,
        covers_by=by,
        date=table.date,
        spell=table.spell,
        extracted=extracted,
    )


def _chain_table(name: str, table: Table, tables: dict[str, TableData], project: Project, reading: _Reading) -> None:
    chain = table.chain
    source = tables.get(chain.from_) if chain else None
    if chain is None or source is None:
        return
    frame = source.frame
    if table.where:
        frame = frame[truth(frame, table.where, source.types, project.report.closure_days)].reset_index(drop=True)
    spells = chained(frame, chain)
    types: dict[str, ColumnType] = {CHILD: "id", "start": "date", "end": "date"}
    types |= {column: source.types[column] for column in (*chain.first, *chain.last, *chain.by)}
    tables[name] = TableData(
        name, spells, types, source.states & set(types), source.horizons & set(types), source.covers,
        "start" if source.covers_by == chain.start else None, table.date, table.spell or ("start", "end"),
        source.extracted,
    )  # fmt: skip


def _add_lookups(name: str, table: Table, tables: dict[str, TableData], rows: _Rows | None, reading: _Reading) -> None:
    held = tables[name]
    unmatched: dict[str, int] = {}
    for column, spec in table.columns.items():
        if spec.lookup is None:
            continue
        other_name, _, other_column = spec.lookup.partition(".")
        other = tables.get(other_name)
        if other is None or other_column not in other.frame or CHILD not in held.frame:
            continue
        values, missing = look_up(held.frame, other.frame, other_column)
        held.frame[column] = values
        held.types[column] = spec.type or other.types[other_column]
        if missing:
            unmatched[other_name] = max(missing, unmatched.get(other_name, 0))
        twice = repeated_children(other.frame)
        if twice:
            message = f"table {other_name} holds some children twice; the first row is looked up"
            reading.faults.append(Fault("EX315", "warning", message, count=twice))
    for other_name, count in unmatched.items():
        file = rows.files[0].name if rows else ""
        message = f"table {name}: children who are not in {other_name}; the values looked up are unknown"
        reading.faults.append(Fault("EX314", "warning", message, "extract both tables on one day", file, count=count))


def _check_rules(table: Table, held: TableData, rows: _Rows, project: Project, reading: _Reading) -> None:
    for check in table.checks:
        failed = ~truth(held.frame, check.rule, held.types, project.report.closure_days)
        if failed.any():
            message = check.message or f"the rule '{check.rule}' is not met"
            reading.faults.append(finding(check.code, check.severity, message, "", failed, rows.place))


def _unused(available: list[Path], reading: _Reading) -> None:
    extra = [path.name for path in available if path.name not in reading.used and not path.name.startswith(".")]
    if extra:
        reading.faults.append(
            Fault("EX126", "note", f"files that no table names: {', '.join(extra)}", count=len(extra))
        )
    for name, headers in sorted(reading.used.items()):
        raw = reading.raw[name]
        spare = [text for text in raw.header if fold(text) not in headers and text.strip()]
        if spare and raw.table is not None:
            message = f"columns that no table names: {', '.join(spare)}"
            reading.faults.append(Fault("EX125", "note", message, file=raw.name, line=1, count=len(spare)))
