"""Tables made of others: lookups through the child, and chains of rows that touch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.settings import Chain

if TYPE_CHECKING:
    from carereport.extracts import TableData

CHILD = "child_id"
_FAR = 2**20
"""A day, counted from 1970, after every other."""


def look_up(
    frame: pd.DataFrame, other: pd.DataFrame, column: str
) -> tuple[pd.Series[Any], npt.NDArray[np.bool_]]:
    """Return the child's value of `column` in `other` for each row, and which rows found no child.

    `other` holds one row a child; where it holds more, the first counts and the caller says so.
    """
    rows = other[other[CHILD].notna()].drop_duplicates(CHILD).set_index(CHILD)[column]
    places = rows.index.get_indexer(pd.Index(frame[CHILD]))
    values = pd.Series(pd.api.extensions.take(rows.array, places, allow_fill=True), dtype=rows.dtype)
    return values, (places < 0) & frame[CHILD].notna().to_numpy()


def _of_child(children: pd.Series[Any], values: pd.Series[Any]) -> pd.Series[Any]:
    """Return the value of each child in `values`, whose index is children; pandas cannot look up days in none."""
    found = children.map(values) if len(values) else pd.Series(None, index=children.index, dtype=values.dtype)
    return found.astype(values.dtype)


def repeated_children(other: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which rows of a looked-up table repeat a child."""
    return (other[CHILD].duplicated() & other[CHILD].notna()).to_numpy()


def chained(frame: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """Join a child's rows that touch into one spell, with columns child_id, start, end, first and last.

    Rows touch where the next starts at most `gap_days` after the last end (and `by` columns are
    equal). A row that starts before the last end also belongs; an open row ends its spell open.
    Rows without a child belong to nobody's spell and are left out.
    """
    columns = list(dict.fromkeys([CHILD, *chain.first, *chain.last, *chain.by]))
    rows = frame[[*columns, chain.start, chain.end]].rename(columns={chain.start: "start", chain.end: "end"})
    rows = rows[rows["start"].notna() & rows[CHILD].notna()]
    far = pd.Timestamp.max.floor("D")
    rows = rows.assign(_end=rows["end"].fillna(far))
    order = [CHILD, "start", "_end"]
    if rows.duplicated(order).any():  # which stands first must not depend on the order of the file
        rows = rows.assign(**{f"_{column}": rows[column].astype("string") for column in columns[1:]})
        order += [f"_{column}" for column in columns[1:]]
    rows = rows.sort_values(order, kind="stable").reset_index(drop=True)
    other = rows[CHILD] != rows[CHILD].shift()
    for column in chain.by:
        before = rows[column].shift()
        other |= (rows[column] != before) & ~(rows[column].isna() & before.isna())
    run = other.cumsum()
    reached = rows.groupby(run, sort=False)["_end"].cummax().groupby(run, sort=False).shift()
    gap = pd.Timedelta(days=chain.gap_days)
    limit = reached.where(reached <= far - gap, far - gap) + gap
    spell = (reached.isna() | (rows["start"] > limit)).cumsum()
    grouped = rows.groupby(spell, sort=False)
    result = pd.DataFrame({CHILD: grouped[CHILD].first(), "start": grouped["start"].min()})
    ends = grouped["_end"].max()
    result["end"] = ends.where(ends != far)
    for column in (*chain.first, *chain.by):
        result[column] = rows[column].to_numpy()[grouped.head(1).index]
    for column in chain.last:
        result[column] = rows[column].to_numpy()[grouped.tail(1).index]
    for column in (*chain.first, *chain.last, *chain.by):
        result[column] = result[column].astype(frame[column].dtype)
    return result.reset_index(drop=True)


def known_by(frame: pd.DataFrame, begin: str | None, ends: Iterable[str], day: date) -> pd.DataFrame:
    """Return a table's rows as they were known on a day: later rows do not exist, later ends are missing."""
    last = pd.Timestamp(day)
    if begin in frame and (frame[begin] > last).any():
        frame = frame[~(frame[begin] > last)]
    later = [column for column in dict.fromkeys(ends) if column in frame and (frame[column] > last).any()]
    return frame.assign(**{c: frame[c].where(~(frame[c] > last)) for c in later}) if later else frame


def chained_by(table: TableData, day: date) -> pd.DataFrame:
    """Return a chained table as it was known on a day, its looked-up columns included.

    A link that begins later would lengthen a spell and give it another last row.
    """
    chain, links = table.chain, table.links
    if chain is None or links is None:
        return table.frame
    known = known_by(links, chain.start, [chain.end], day)
    if known is links:
        return table.frame
    spells = chained(known, chain)
    by_child = table.frame.drop_duplicates(CHILD).set_index(CHILD)
    for column in table.frame.columns.difference(spells.columns, sort=False):
        spells[column] = _of_child(spells[CHILD], by_child[column])
    return spells


def overlapping(frame: pd.DataFrame, start: str, end: str) -> pd.Series[bool]:
    """Return which rows start before an earlier spell of the same child has ended."""
    child = pd.factorize(frame[CHILD])[0].astype(np.int64)
    begins, ends = (frame[column].to_numpy("datetime64[D]").astype(np.int64) for column in (start, end))
    ends[frame[end].isna().to_numpy()] = _FAR
    rows = np.flatnonzero((child >= 0) & frame[start].notna().to_numpy())
    rows = rows[np.lexsort((ends[rows], begins[rows], child[rows]))]
    reached = np.maximum.accumulate(child[rows] * 2 * _FAR + ends[rows])[:-1] - child[rows][1:] * 2 * _FAR
    found = np.zeros(len(frame), dtype=bool)
    found[rows[1:]] = (child[rows][1:] == child[rows][:-1]) & (begins[rows][1:] < reached)
    return pd.Series(found, index=frame.index, dtype=bool)
