"""Whether ids stand for children: what tables say of one child must agree, and no row may come twice.

A column that was sorted alone, filled down, rounded or cut leaves every cell well formed. Only beside the child's
other rows does it show: they give another date of birth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.extracts.link import CHILD
from carereport.extracts.rows import Rows
from carereport.faults import Fault
from carereport.settings import Table

Numbers = npt.NDArray[np.int64]
MOST_BIRTHS = 4
"""Corrections give a child two or three dates of birth in one table, no more."""
FEWEST_CHILDREN, MOST_DIFFERING = 20, 0.1
"""Of so many children, at most this share may have another date of birth in one table than in all others."""
FEWEST_BORN, MOST_ON_ONE_DAY = 50, 0.5
FEWEST_ROWS, MOST_AGAIN = 50, 0.4
"""A file joined with itself has half its rows again."""


def check_identity(tables: Sequence[Rows]) -> list[Fault]:
    """Warn of ids that many children share, and of dates of birth that cannot be the children's own."""
    held = [rows for rows in tables if CHILD in rows.frame and "birth" in rows.frame]
    if not held:
        return []
    children = pd.factorize(pd.concat([rows.frame[CHILD] for rows in held], ignore_index=True))[0].astype(np.int64)
    births = np.concatenate([rows.frame["birth"].to_numpy("datetime64[D]") for rows in held])
    ends = np.cumsum([len(rows.frame) for rows in held])
    told = _Told(children, births, np.repeat(np.arange(len(held)), [len(rows.frame) for rows in held]))
    faults = []
    for number, (rows, own) in enumerate(zip(held, np.split(children, ends[:-1]), strict=True)):
        if len(shared := told.shared(number)):
            message = f"ids that stand for several children: one id has more than {MOST_BIRTHS} dates of birth"
            remedy = "leave the id empty where it is not known, and extract ids as text"
            faults.append(rows.finding("EX317", "warning", message, remedy, np.isin(own, shared), CHILD))
        alone, compared = told.alone(number)
        if compared >= FEWEST_CHILDREN and len(alone) > MOST_DIFFERING * compared:
            message = f"{len(alone) / compared:.0%} of the children have another date of birth here than in other files"
            remedy = "was one column sorted or filled alone, or are ids cut? Extract again"
            mask = np.isin(own, alone) & rows.frame["birth"].notna().to_numpy()
            faults.append(rows.finding("EX318", "warning", message, remedy, mask, "birth"))
        elif (day := told.one_day(number)) is not None:
            message = "most children are born on one day: it may stand for a day that is not known"
            mask = rows.frame["birth"].to_numpy("datetime64[D]") == day
            remedy = "leave it empty where it is not known"
            faults.append(rows.finding("EX318", "warning", message, remedy, mask, "birth"))
    return faults


class _Told:
    """Which dates of birth tables tell of which children, each once a table: children and tables are numbers."""

    def __init__(self, children: Numbers, births: npt.NDArray[np.datetime64], tables: Numbers):
        full, wide = (children >= 0) & ~np.isnat(births), int(tables.max(initial=0)) + 1
        day, days = pd.factorize(births[full])
        each = _distinct((children[full] * len(days) + day) * wide + tables[full])
        said, self._table = np.divmod(each, wide)
        self._child, day = np.divmod(said, max(len(days), 1))
        self._day = days[day]
        self._agreeing = _times(said)
        """How many tables tell the child's birth on that day"""
        here = self._child * wide + self._table
        self._births = _times(here)
        """How many births the table tells of the child"""
        told = _distinct(here) // wide
        self._elsewhere = np.isin(self._child, told[_times(told) > 1])
        """Whether another table tells of the child"""

    def shared(self, table: int) -> Numbers:
        """Return the children of whom a table tells more births than corrections give."""
        return _distinct(self._child[(self._table == table) & (self._births > MOST_BIRTHS)])

    def alone(self, table: int) -> tuple[Numbers, int]:
        """Return the children of whom only this table tells some birth, and how many others tell of at all."""
        mine = (self._table == table) & self._elsewhere
        return _distinct(self._child[mine & (self._agreeing == 1)]), len(_distinct(self._child[mine]))

    def one_day(self, table: int) -> np.datetime64 | None:
        """Return the day on which most of a table's children are born, None where there is none."""
        days, counts = np.unique(self._day[self._table == table], return_counts=True)
        if counts.sum() < FEWEST_BORN or counts.max() <= MOST_ON_ONE_DAY * counts.sum():
            return None
        return np.datetime64(days[counts.argmax()])


def _distinct(values: Numbers) -> Numbers:
    """Return each value once, in the order in which they come first; NumPy's unique takes many times longer."""
    found: Numbers = pd.unique(values)
    return found


def _times(values: Numbers) -> Numbers:
    """Return for each value how often it stands there."""
    places, _ = pd.factorize(values)
    return np.bincount(places)[places]


def check_again(rows: Rows, table: Table) -> list[Fault]:
    """Warn of a table of which nearly every row stands again under another key."""
    others = [str(column) for column in rows.frame if column not in table.key]
    dated = any(table.columns[column].type == "date" for column in others if column != "birth")
    if len(table.key) != 1 or CHILD not in others or not dated or len(rows.frame) < FEWEST_ROWS:
        return []
    dates = [column for column in others if table.columns[column].type == "date"]
    if rows.frame.duplicated([CHILD, *dates]).sum() < MOST_AGAIN * len(rows.frame):
        return []  # soon told of most tables
    again = rows.frame.duplicated(others).to_numpy()
    if again.sum() < MOST_AGAIN * len(again):
        return []
    message = f"rows that differ from others by {table.key[0]} alone; each is counted"
    return [rows.finding("EX303", "warning", message, "was the file joined with itself?", again, table.key[0])]


def check_same_files(tables: Iterable[tuple[str, Rows]]) -> list[Fault]:
    """Warn of one file under two names, read for two tables."""
    faults = []
    first: dict[str, tuple[str, str]] = {}
    for name, rows in tables:
        for raw in rows.files:
            other, file = first.setdefault(raw.sha256, (name, raw.name))
            if raw.name != file and other != name:
                message = f"the same file as {file.rsplit('/', 1)[-1]}, byte for byte, read for another table"
                faults.append(Fault("EX319", "warning", message, "extract each again", raw.name, 1))
    return faults
