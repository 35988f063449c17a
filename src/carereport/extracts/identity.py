"""Whether ids stand for children: what tables say of one child must agree, and no row may come twice.

A column that was sorted alone, filled down, rounded or cut leaves every cell well formed. Only beside the child's
other rows does it show: they give another date of birth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from carereport.extracts.link import CHILD
from carereport.extracts.rows import Rows
from carereport.faults import Fault
from carereport.settings import Table

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
    faults = []
    pairs = []
    for number, rows in enumerate(held):
        own = rows.frame[[CHILD, "birth"]].dropna().drop_duplicates()
        births = own[CHILD].value_counts()
        shared = births.index[births > MOST_BIRTHS]
        if len(shared):
            message = f"ids that stand for several children: one id has more than {MOST_BIRTHS} dates of birth"
            remedy = "leave the id empty where it is not known, and extract ids as text"
            faults.append(
                rows.finding("EX317", "warning", message, remedy, rows.frame[CHILD].isin(shared).to_numpy(), CHILD)
            )
        pairs.append(own.assign(table=number))
    if not pairs:
        return faults
    known = pd.concat(pairs)
    told = known.drop_duplicates([CHILD, "table"]).groupby(CHILD).size()
    agreeing = known.groupby([CHILD, "birth"])["table"].transform("size").to_numpy()
    elsewhere = known[CHILD].map(told).to_numpy() > 1
    for number, rows in enumerate(held):
        mine = known["table"].to_numpy() == number
        compared = known.loc[mine & elsewhere, CHILD].nunique()
        alone = known.loc[mine & elsewhere & (agreeing == 1), CHILD].unique()
        if compared >= FEWEST_CHILDREN and len(alone) > MOST_DIFFERING * compared:
            message = f"{len(alone) / compared:.0%} of the children have another date of birth here than in other files"
            remedy = "was one column sorted or filled alone, or are ids cut? Extract again"
            mask = rows.frame[CHILD].isin(alone).to_numpy() & rows.frame["birth"].notna().to_numpy()
            faults.append(rows.finding("EX318", "warning", message, remedy, mask, "birth"))
        elif (fault := _one_day(rows, known[mine])) is not None:
            faults.append(fault)
    return faults


def _one_day(rows: Rows, known: pd.DataFrame) -> Fault | None:
    if len(known) < FEWEST_BORN:
        return None
    days = known["birth"].value_counts()
    if days.iloc[0] <= MOST_ON_ONE_DAY * len(known):
        return None
    mask = (rows.frame["birth"] == days.index[0]).to_numpy()
    message = "most children are born on one day: it may stand for a day that is not known"
    return rows.finding("EX318", "warning", message, "leave it empty where it is not known", mask, "birth")


def check_again(rows: Rows, table: Table) -> list[Fault]:
    """Warn of a table of which nearly every row stands again under another key."""
    others = [str(column) for column in rows.frame if column not in table.key]
    dated = any(table.columns[column].type == "date" for column in others if column != "birth")
    if len(table.key) != 1 or CHILD not in others or not dated or len(rows.frame) < FEWEST_ROWS:
        return []
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
