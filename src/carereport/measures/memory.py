"""Facts kept by content, so that a second measuring computes only what changed: right by construction.

What measuring is given here holds nothing that its key does not: an indicator without its words, targets
and comparators, and the tables that it names and no others. So two measurings of one key cannot differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from carereport.conditions.parse import Call, Name, parse, walk
from carereport.extracts import Extracts, TableData
from carereport.faults import Fault
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.report_settings import Council, ReportSettings
from carereport.settings import Indicator, StatusRule

if TYPE_CHECKING:
    import pandas as pd

    from carereport.measures import Measured

Facts = dict[str, tuple["pd.DataFrame", list[list[Fault]]]]
"""Each indicator's facts of all councils, and what was noted of each council while it was measured."""
Count = Callable[[list[str], Project, Extracts], Facts]
MOST, MOST_WHOLE = 2_000, 4
"""Indicators kept, as they stand and as they stood, and sets of all figures; the oldest go first."""


def measured_part(project: Project) -> Project:
    """Return the project without what measuring does not read: words, targets, comparators, the report's look."""
    council = Council(area=project.report.council.area)
    report = ReportSettings(council=council, closure_days=project.report.closure_days)
    indicators = {name: _measured(indicator) for name, indicator in project.indicators.items()}
    return replace(project, indicators=indicators, report=report, benchmarks={}, faults=(), files={})


def _shared(project: Project, quarter: Quarter, engine: str) -> tuple[object, ...]:
    """Return what every figure depends on beside its indicator and its tables."""
    return (
        quarter.name, engine, project.report.closure_days, project.area, project.population,
        project.extracts.state_days,
    )  # fmt: skip


def _measured(indicator: Indicator) -> Indicator:
    return indicator.model_copy(
        update={
            "name": "", "short_name": "", "section": "", "ref": "", "definition": "", "note": "", "theme": "",
            "judgement_area": "", "things": "", "thing": "", "done": "", "target": [], "status": StatusRule(),
            "headline": "quarter", "benchmarks": [], "pair": [], "decimals": None, "polarity": "neither",
            "people": True, "process_measure": False, "safety_critical": False, "scorecard": True,
        }
    )  # fmt: skip


def tables_of(indicator: Indicator, tables: Iterable[str]) -> frozenset[str]:
    """Return the tables that an indicator counts or looks into."""
    named = {str(indicator.from_)}
    for text in (indicator.when, indicator.where, indicator.count, indicator.of):
        for node in walk(parse(text)) if text else []:
            if isinstance(node, Call):
                named |= {part.text.partition(".")[0] for part in node.arguments if isinstance(part, Name)}
    return frozenset(named & set(tables))


@dataclass
class FactsMemory:
    """Facts by the content that they were made of; held by one process and never written."""

    _facts: Facts = field(default_factory=dict)
    _tables: dict[str, tuple[TableData, str]] = field(default_factory=dict)
    _whole: dict[str, Measured] = field(default_factory=dict)
    counted: int = 0
    """Indicators that the last measuring had to count."""

    def figures(
        self, project: Project, extracts: Extracts, quarter: Quarter, engine: str, make: Callable[[Project], Measured]
    ) -> Measured:
        """Return all figures; `make` is asked only where their content is new, and given what measuring reads."""
        part = measured_part(project)
        key = digest(
            [(name, one.model_dump_json()) for name, one in part.indicators.items()], _shared(part, quarter, engine),
            [(name, self._content(table)) for name, table in extracts.tables.items()],
        )  # fmt: skip
        self.counted = 0
        found = self._whole.pop(key) if key in self._whole else make(part)
        self._whole[key] = found
        for oldest in list(self._whole)[: max(0, len(self._whole) - MOST_WHOLE)]:
            del self._whole[oldest]
        return found

    def facts(
        self, names: list[str], project: Project, extracts: Extracts, quarter: Quarter, engine: str, count: Count
    ) -> Facts:
        """Return the facts of indicators, counting only those whose content is new; `project` is its measured part."""
        shared = _shared(project, quarter, engine)
        needs = {name: tables_of(project.indicators[name], extracts.tables) for name in names}
        tables = {name: self._content(extracts.tables[name]) for name in sorted(frozenset().union(*needs.values()))}
        keys = {
            name: digest(name, project.indicators[name].model_dump_json(), shared, sorted(needs[name]),
                         [tables[table] for table in sorted(needs[name])])
            for name in names
        }  # fmt: skip
        groups: dict[frozenset[str], list[str]] = {}
        for name in names:
            if keys[name] not in self._facts:
                groups.setdefault(needs[name], []).append(name)
        for wanted, group in groups.items():
            named = {table: extracts.tables[table] for table in extracts.tables if table in wanted}
            alone = replace(project, indicators={name: project.indicators[name] for name in group})
            for name, fresh in count(group, alone, replace(extracts, tables=named)).items():
                self._facts[keys[name]] = fresh
        self.counted = sum(map(len, groups.values()))
        found = {name: self._facts.pop(keys[name]) for name in names}
        self._facts |= {keys[name]: held for name, held in found.items()}
        for key in list(self._facts)[: max(0, len(self._facts) - MOST)]:
            del self._facts[key]
        return found

    def _content(self, table: TableData) -> str:
        """Return the hash of all that a table holds; of one object, once."""
        held, content = self._tables.get(table.name, (None, ""))
        if held is not table:
            frames = [table.frame, *([] if table.links is None else [table.links])]
            rest = replace(table, frame=None, links=None)  # type: ignore[arg-type]
            content = digest(rest, *map(frame_digest, frames))
            self._tables[table.name] = (table, content)
        return content


def digest(*parts: object) -> str:
    """Return a hash of values whose `repr` tells all of them: texts, numbers, dates, settings, tuples."""
    whole = hashlib.sha256()
    for part in parts:
        text = repr(part).encode()
        whole.update(b"%d:" % len(text) + text)
    return whole.hexdigest()


def frame_digest(frame: pd.DataFrame) -> str:
    """Return a hash of a frame's columns, types and values."""
    table, sink = pa.Table.from_pandas(frame, preserve_index=False), hashlib.sha256()
    with pa.PythonFile(_Hashed(sink), mode="w") as target, pa.ipc.new_stream(target, table.schema) as stream:
        stream.write_table(table)
    return sink.hexdigest()


class _Hashed:
    """A file that keeps nothing but the hash of what is written to it."""

    closed = False

    def __init__(self, sink: hashlib._Hash) -> None:
        self.sink = sink

    def write(self, data: bytes) -> int:
        self.sink.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""
