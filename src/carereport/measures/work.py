"""What the indicators of one measuring share: each table of all councils as one frame, on the engine chosen.

Councils are numbered. A council's number goes before that of every category and every child, so that all
councils are counted in one pass, and children of two councils with the same id never meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carereport.conditions.days import calendar_frame
from carereport.conditions.translate import CHILD, Translator
from carereport.engines import Frame, kept, native
from carereport.extracts import TableData
from carereport.extracts.link import chained_by
from carereport.faults import Fault
from carereport.measures.categories import AGES, CODED, Numbers, by_month, with_ages, with_codes
from carereport.measures.columns import KEY
from carereport.measures.rows import Lookups, event_rows, spell_rows, within_horizon
from carereport.quarters import Quarter

_APART = 2**32
"""Between one council's children and the next one's."""


@dataclass
class Measuring:
    """The councils' tables within the horizon, and what was noted of each council.

    `columns` names the columns kept of each table, all where it is silent; `split` those whose categories are counted.
    """

    councils: Sequence[Mapping[str, TableData]]
    quarter: Quarter
    engine: str = "pandas"
    closure_days: tuple[date, ...] = ()
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    split: Mapping[str, list[str]] = field(default_factory=dict)
    state_days: int = 14
    faults: list[list[Fault]] = field(default_factory=list)
    _frames: dict[tuple[str, date], Frame] = field(default_factory=dict)
    _labels: dict[tuple[str, date], dict[str, list[str]]] = field(default_factory=dict)
    _asked: Any = None
    _rows: Frame | None = None

    @property
    def tables(self) -> Mapping[str, TableData]:
        """The first council's tables; but for their rows, those of all councils are alike."""
        return self.councils[0]

    def begin(self, name: str) -> None:
        """Forget what was noted of the indicator before, and its frames where the next one counts another table."""
        self.faults = [[] for _ in self.councils]
        if name not in {held for held, _ in self._frames}:
            self._frames, self._labels, self._asked, self._rows = {}, {}, None, None

    def note(self, fault: Fault) -> None:
        """Note something of every council."""
        for faults in self.faults:
            faults.append(fault)

    def frame(self, name: str, end: date) -> Frame:
        """Return a table's rows as known on `end`, once."""
        key = (name, end)
        if key not in self._frames:
            held, self._labels[key] = self._joined(name, end)
            frame = native(held, self.engine)
            if self.engine != "pandas" and KEY in held:
                frame = frame.with_columns(nw.col(KEY).cast(nw.Int64))
            self._frames[key] = kept(within_horizon(self.tables[name], frame, end), self.engine)
        return self._frames[key]

    def labels(self, name: str, end: date) -> dict[str, list[str]]:
        """Return what the numbers of a table's categories stand for, by column, as in its frame of that day."""
        self.frame(name, end)
        return self._labels[name, end]

    def events(self, name: str, when: str, aged: bool) -> Frame:
        """Return a table's events with their months and, where `aged`, age bands."""
        end = self.quarter.end
        return self._once(name, when, aged, lambda: event_rows(self.frame(name, end), when, end))

    def spells(self, name: str, spell: tuple[str, str], ends: list[date], aged: bool) -> Frame:
        """Return the spells of a table that are open at each period end, where `aged` with age bands."""
        end = self.quarter.end
        made = partial(spell_rows, self.frame(name, end), spell, ends, end, self.engine)
        return self._once(name, (spell, tuple(ends)), aged, made)

    def by_month(self, name: str, rows: Frame, aged: bool) -> Frame:
        """Return rows of a table with each category and month as one number; where `aged`, of age bands too."""
        coded = [f"{CODED}{column}" for column in self.split.get(name, [])]
        return by_month(with_ages(rows) if aged else rows, [*coded, *([AGES] if aged else [])])

    def _once(self, name: str, asked: Any, aged: bool, made: Callable[[], Frame]) -> Frame:
        """Return rows of a table, made once for indicators that ask for the same one after another."""
        if self._rows is None or self._asked != (name, asked, aged):
            self._asked, self._rows = (name, asked, aged), kept(self.by_month(name, made(), aged), self.engine)
        return self._rows

    @cached_property
    def days(self) -> Frame:
        """The calendar on the engine chosen."""
        return native(calendar_frame(self.closure_days), self.engine)

    def translator(self, table: TableData, frame: Frame, end: date) -> Translator:
        """Return a translator for conditions over `frame`, whose rows come from `table`."""
        lookups = Lookups(self.tables, lambda name: self.frame(name, end))
        dates = frozenset(name for name, kind in table.types.items() if kind == "date")
        return Translator(frame, self.frame(table.name, end), self.days, lookups, dates, KEY)

    def _joined(self, name: str, end: date) -> tuple[pd.DataFrame, dict[str, list[str]]]:
        """Return the rows of all councils with categories and children as numbers, and what categories stand for."""
        wanted = self.columns.get(name)
        split = self.split.get(name, [])
        parts = [chained_by(tables[name], end) for tables in self.councils]
        if wanted is not None:
            needed = {*wanted, *split, *([CHILD] if KEY in wanted else [])}
            parts = [part[[column for column in part.columns if column in needed]] for part in parts]
        councils = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        rows = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0].reset_index(drop=True)
        del parts
        coded, labels = with_codes(rows, councils, split)
        if CHILD in rows and (wanted is None or KEY in wanted):
            coded[KEY] = self._numbered(rows[CHILD], councils)
        held = rows if wanted is None else rows[[column for column in wanted if column in rows]]
        return held.assign(**coded), labels

    def _numbered(self, children: pd.Series[str], councils: Numbers) -> Any:
        """Return a number for each row's child, apart from those of other councils; missing where it has none."""
        places = pc.index_in(pa.chunked_array(pa.array(children)), value_set=self._children)
        numbers = places.cast(pa.int64()).to_pandas().to_numpy()
        return councils * _APART + numbers

    @cached_property
    def _children(self) -> pa.Array:
        """Every child's id of any table that `columns` asks the children of."""
        held = [
            pa.array(table.frame[CHILD]) for tables in self.councils for name, table in tables.items()
            if CHILD in table.frame and (name not in self.columns or KEY in self.columns[name])
        ]  # fmt: skip
        chunks = [chunk for ids in held for chunk in (ids.chunks if isinstance(ids, pa.ChunkedArray) else [ids])]
        return pc.unique(pa.chunked_array(chunks, pa.large_string())).drop_null()


def councils_of(children: pd.Series[Any]) -> Numbers:
    """Return the number of each child's council."""
    return children.to_numpy(dtype=np.int64) // _APART
