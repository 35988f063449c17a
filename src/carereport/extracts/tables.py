"""From typed rows to the tables that are measured: checks, chains, lookups, rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import pandas as pd

from carereport.conditions import truth
from carereport.extracts import Extracts, SetAside, TableData
from carereport.extracts.check import (
    check_area,
    check_begin,
    check_birth,
    check_born,
    check_far,
    check_future,
    check_key,
    check_recent,
    check_required,
    check_spell,
    check_zeros,
)
from carereport.extracts.identity import check_again, check_identity, check_same_files
from carereport.extracts.link import CHILD, chained, known_by, look_up, repeated_children
from carereport.extracts.lookups import Place, looked_up
from carereport.extracts.rows import Mask, Rows
from carereport.extracts.typed import Typed
from carereport.faults import ExtractError, Fault
from carereport.printing import ordered
from carereport.project import EXTRACTS
from carereport.quarters import Quarter
from carereport.settings import Column, ColumnType, Covers, Table

if TYPE_CHECKING:
    from carereport.project import Project


@dataclass
class _Reading:
    """What is gathered while the tables are checked."""

    faults: list[Fault]
    set_aside: list[SetAside] = field(default_factory=list)

    def stop_at_errors(self) -> None:
        if any(fault.severity == "error" for fault in self.faults):
            raise ExtractError(ordered(self.faults))


def check_tables(project: Project, typed: Typed, quarter: Quarter | None, extracted: date | None) -> Extracts:
    """Check the rows of every table, make the tables that others are made of, and look up what is looked up.

    Raises:
        ExtractError: with every finding, where at least one is an error.
    """
    reading = _Reading(list(typed.faults))
    tables: dict[str, TableData] = {}
    settings = project.extracts.tables
    days = {name: extracted or table.extracted or project.extracts.extracted for name, table in settings.items()}
    rows = typed.rows
    for name, held in rows.items():
        _check_table(name, settings[name], held, project, days[name], quarter, reading)
    said = {(fault.code, fault.file, fault.column) for fault in reading.faults}
    reading.faults += [one for one in check_zeros(rows.values()) if (one.code, one.file, one.column) not in said]
    reading.faults += check_identity(list(rows.values()))
    reading.faults += check_same_files(rows.items())
    ours = _area(rows, project.area, reading)
    reading.faults += _windows(project, rows, quarter)
    reading.faults += _early(rows, days, quarter)
    for name, table in settings.items():
        if table.chain is None and name in rows:
            tables[name] = _table_data(name, table, rows[name], days[name])
    waiting = [name for name, table in settings.items() if table.chain is not None]
    while waiting:
        name = next(
            (n for n in waiting if (chain := settings[n].chain) is not None and chain.from_ in tables), waiting[0]
        )
        waiting.remove(name)
        _chain_table(name, settings[name], tables, project, quarter)
    _add_lookups(project, tables, rows, reading, quarter)
    for name, table in settings.items():
        if name in rows and all(column in tables[name].frame for column in table.columns):
            _check_rules(table, tables[name], rows[name], project, reading)
    reading.stop_at_errors()
    return Extracts(tables, tuple(ordered(reading.faults)), typed.inputs, tuple(reading.set_aside), ours)


def _check_table(
    name: str, table: Table, rows: Rows, project: Project, extracted: date | None, quarter: Quarter | None,
    reading: _Reading,
) -> None:  # fmt: skip
    reading.faults += rows.problem_findings()
    if table.where:
        types = {column: spec.type or "text" for column, spec in table.columns.items() if column in rows.frame}
        later = [*(column for column, spec in table.columns.items() if spec.horizon), *(table.spell or ())[1:]]
        known = known_by(rows.frame, None, later, quarter.end) if quarter else rows.frame
        rows.keep(truth(known, table.where, types, project.report.closure_days))
    reading.faults += check_required(rows, table)
    faults, same = check_key(rows, table)
    reading.faults += faults
    _set_aside(name, "EX303", "the same row again", same, reading)
    rows.keep(~same)
    reading.faults += check_again(rows, table)
    reading.faults += check_area(rows, project.area)
    spell = table.spell or next(
        ((chain.start, chain.end) for other in project.extracts.tables.values()
         if (chain := other.chain) is not None and chain.from_ == name), None
    )  # fmt: skip
    faults, backwards = check_spell(rows, spell)
    reading.faults += faults
    _set_aside(name, "EX311", "the end lies before the start", backwards, reading)
    rows.keep(~backwards)
    faults, wrong = check_birth(rows, extracted)
    reading.faults += faults
    if wrong.any():
        rows.frame.loc[wrong, "birth"] = pd.NaT
    covers = table.covers
    by = covers.by if covers is not None and covers != "all" else None
    own = (table.date, by, *(spell or ()))
    reading.faults += check_future(rows, own, extracted)
    others = [column for column, spec in table.columns.items()
              if spec.type == "date" and column in rows.frame and column not in (*own, "birth") and not spec.horizon]
    reading.faults += check_far(rows, others, extracted)
    recent = table.date or by or (table.spell[0] if table.spell else None)
    since = covers.from_ if covers is not None and covers != "all" else None
    reading.faults += check_recent(rows, recent, quarter, since) or check_begin(rows, by or table.date, since)


def _area(tables: dict[str, Rows], wanted: str, reading: _Reading) -> str:
    """Return the council whose rows these are: the one wanted, else the only one that the files name."""
    if wanted:
        return wanted
    held = [rows for rows in tables.values() if "area" in rows.frame]
    areas = {str(area) for rows in held for area in rows.frame["area"].dropna().unique()}
    if len(areas) > 1:
        message = f"rows of {len(areas)} councils, and none of them is named as ours"
        remedy = "name council.area in report.yaml, or one council with --area, or take each of them with --all-areas"
        several = next(rows for rows in held if rows.frame["area"].nunique() > 1 or rows is held[-1])
        reading.faults.append(several.finding("EX305", "error", message, remedy,
                                              several.frame["area"].notna().to_numpy(), "area"))  # fmt: skip
    return next(iter(areas)) if len(areas) == 1 else ""


def _windows(project: Project, tables: dict[str, Rows], quarter: Quarter | None) -> list[Fault]:
    """Note the tables that do not declare what they cover."""
    faults = []
    for name, table in project.extracts.tables.items():
        day = table.covers.from_ if isinstance(table.covers, Covers) else None
        if day is not None and quarter is not None and day > quarter.end:
            line, position, text = project.locate(EXTRACTS, ("tables", name, "covers"))
            message = f"table {name} is said to begin after the quarter, so nothing can be counted from it"
            remedy = "right for a quarter of long ago; else correct `from` in extracts.yaml"
            faults.append(Fault("EX330", "warning", message, remedy, EXTRACTS, line, None, position, 1, text))
        if table.covers is None and name in tables:
            line, position, text = project.locate(EXTRACTS, ("tables", name), True)
            message = f"table {name} does not say what it covers; periods begin with each indicator's first row"
            by = table.date or (table.spell[0] if table.spell else "the date meant")
            remedy = f"add covers: all, or covers: {{from: 2021-04-01, by: {by}}}, the first day with every row"
            faults.append(Fault("EX328", "note", message, remedy, EXTRACTS, line, None, position, 1, text))
    return faults


def _early(tables: dict[str, Rows], days: dict[str, date | None], quarter: Quarter | None) -> list[Fault]:
    """Warn of extracts that were taken before the quarter ended, once for all."""
    if quarter is None:
        return []
    early = [
        rows.files[0].name for name, rows in tables.items() if (day := days[name]) is not None and day < quarter.end
    ]
    if not early:
        return []
    message = "extracts were taken before the quarter ended, so the quarter is not complete"
    remedy = "extract again, or correct `extracted` in extracts.yaml"
    return [Fault("EX323", "warning", message, remedy, early[0], 1, count=len(early))]


def _set_aside(name: str, code: str, reason: str, mask: Mask, reading: _Reading) -> None:
    if mask.any():
        reading.set_aside.append(SetAside(name, code, reason, int(mask.sum())))


def _table_data(name: str, table: Table, rows: Rows, extracted: date | None) -> TableData:
    covers: date | Literal["all"] | None = None
    by = None
    if table.covers == "all":
        covers = "all"
    elif table.covers is not None:
        covers, by = table.covers.from_, table.covers.by
    return TableData(
        name=name,
        frame=rows.frame,
        types={column: spec.type for column, spec in table.columns.items() if spec.type is not None},
        states=frozenset(column for column, spec in table.columns.items() if spec.state),
        horizons=frozenset(column for column, spec in table.columns.items() if spec.horizon),
        covers=covers,
        covers_by=by,
        date=table.date,
        spell=table.spell,
        extracted=extracted,
        absent=frozenset(name for name, spec in table.columns.items() if spec.from_ and name not in rows.headers),
    )


def _chain_table(
    name: str, table: Table, tables: dict[str, TableData], project: Project, quarter: Quarter | None
) -> None:
    chain = table.chain
    source = tables.get(chain.from_) if chain else None
    if chain is None or source is None:
        return
    frame = source.frame
    if table.where:
        known = known_by(frame, None, [chain.end, *source.horizons], quarter.end) if quarter else frame
        frame = frame[truth(known, table.where, source.types, project.report.closure_days)].reset_index(drop=True)
    spells = chained(frame, chain)
    types: dict[str, ColumnType] = {CHILD: "id", "start": "date", "end": "date"}
    types |= {column: source.types[column] for column in (*chain.first, *chain.last, *chain.by)}
    tables[name] = TableData(
        name, spells, types, source.states & set(types), source.horizons & set(types), source.covers,
        {chain.start: "start", chain.end: "end"}.get(source.covers_by or ""), table.date,
        table.spell or ("start", "end"), source.extracted, chain, frame,
    )  # fmt: skip


def _look_up(
    place: Place, at: Place, tables: dict[str, TableData], spec: Column, quarter: Quarter | None
) -> Mask | None:
    """Add a looked-up column; return which rows found no child, None where there is nothing to look into."""
    (name, column), (other_name, other_column) = place, at
    held, other = tables.get(name), tables.get(other_name)
    if held is None or other is None or other_column not in other.frame or CHILD not in held.frame:
        return None
    begin = other.date or (other.spell[0] if other.spell else None)
    later = [*other.horizons, *(other.spell or ())[1:]]
    known = known_by(other.frame, begin, later, quarter.end) if quarter else other.frame
    held.frame[column], unmatched = look_up(held.frame, known, other_column)
    held.types[column] = spec.type or other.types[other_column]
    state, horizon = spec.state or other_column in other.states, spec.horizon or other_column in other.horizons
    tables[name] = replace(
        held,
        states=held.states | ({column} if state else set()),
        horizons=held.horizons | ({column} if horizon else set()),
    )
    return unmatched


def _add_lookups(project: Project, tables: dict[str, TableData], rows: dict[str, Rows], reading: _Reading,
                 quarter: Quarter | None) -> None:  # fmt: skip
    settings = project.extracts.tables
    unmatched: dict[Place, Mask] = {}
    for place, at in looked_up(project.extracts).items():
        mask = _look_up(place, at, tables, settings[place[0]].columns[place[1]], quarter)
        if mask is not None:
            unmatched[place[0], at[0]] = mask
    for other in dict.fromkeys(other for _, other in unmatched):
        twice = repeated_children(tables[other].frame)
        if twice.any() and other in rows:
            message = "children stand twice in a table that others look into; the first row counts"
            remedy = "extract one row a child"
            reading.faults.append(rows[other].finding("EX315", "warning", message, remedy, twice, CHILD))
    for name, held in tables.items():
        table = settings[name]
        first = table.date or (table.spell[0] if table.spell else "")
        if name in rows and "birth" in held.frame and first in held.frame:
            faults, wrong = check_born(rows[name], held.frame[first], held.frame["birth"])
            reading.faults += faults
            if wrong.any():
                held.frame.loc[wrong, "birth"] = pd.NaT
    for (name, other), mask in unmatched.items():
        if not mask.any():
            continue
        message = f"children of table {name} who are not in {other}; what is looked up is unknown"
        remedy = "extract both tables on one day and for the same children"
        if name in rows:
            reading.faults.append(rows[name].finding("EX314", "warning", message, remedy, mask, CHILD))
        else:
            chain = settings[name].chain
            file = rows[chain.from_].files[0].name if chain is not None and chain.from_ in rows else ""
            reading.faults.append(Fault("EX314", "warning", message, remedy, file, 1, count=int(mask.sum())))


def _check_rules(table: Table, held: TableData, rows: Rows, project: Project, reading: _Reading) -> None:
    for check in table.checks:
        failed = ~truth(held.frame, check.rule, held.types, project.report.closure_days)
        if failed.any():
            message = check.message or f"the rule '{check.rule}' is not met"
            remedy = "correct the rows in the case system"
            reading.faults.append(rows.finding(check.code, check.severity, message, remedy, failed))
