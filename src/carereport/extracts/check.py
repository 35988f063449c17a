"""Checks of typed rows: keys, spells, births, areas, days that lie ahead, extracts that end too early.

Each check returns findings, and the rows it sets aside. A row is named by its line, never by what
it holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carereport.extracts.convert import LOST_ZEROS
from carereport.extracts.link import CHILD, overlapping
from carereport.extracts.rows import Mask, Rows
from carereport.faults import Fault
from carereport.quarters import Quarter
from carereport.settings import Table

EARLIEST_BIRTH = pd.Timestamp(1920, 1, 1)
LATE_MONTHS = 3
"""So many months after its declared first day, a table of many rows has one."""
QUIET_DAYS = 21
"""A full extract has some row in the last three weeks of its quarter."""
MANY, LOOKED_AT = 10, 24
"""A table with rows on so many days a month has some in each: so many months are looked at."""
FAR_AHEAD = timedelta(days=5 * 366)
"""No review or deadline lies so far ahead; an order that ends with childhood may be declared `horizon`."""


def check_required(rows: Rows, table: Table) -> list[Fault]:
    """Empty keys and required cells are errors."""
    faults = []
    for name, column in table.columns.items():
        if name not in rows.frame or column.lookup is not None or (column.optional and name not in table.key):
            continue
        mask = rows.frame[name].isna().to_numpy()
        if name in rows.unreadable:
            mask = mask & ~rows.unreadable[name]
        if mask.any():
            what = "a key is empty" if name in table.key else "a required cell is empty"
            remedy = "fill it in the case system" + ("" if name in table.key else ", or mark the column optional")
            if mask[-1] and mask.sum() == 1:
                remedy += "; a line of totals at the end is left out of the extract"
            faults.append(rows.finding("EX301", "error", what, remedy, mask, name))
    return faults


def check_key(rows: Rows, table: Table) -> tuple[list[Fault], Mask]:
    """Return findings on repeated keys and the rows to leave out (the same row again).

    With a key, a row is the same when all columns read are equal; without one, when every cell of
    the file is: two contacts on one day may well agree in what is read.
    """
    again = rows.frame.duplicated(table.key or None).to_numpy()
    same = rows.frame.duplicated().to_numpy() if table.key and again.any() else again  # equal rows have equal keys
    if same.any() and not table.key:
        same = rows.same_in_file(rows.frame.duplicated(keep=False).to_numpy())
    faults = []
    if same.any():
        message = "the same row stands twice; it is counted once"
        faults.append(rows.finding("EX303", "warning", message, "was a file joined or extracted twice?", same))
    if table.key and again.any():
        keyed = rows.frame[table.key].notna().all(axis=1).to_numpy()
        differing = again & ~same & keyed
        if differing.any():
            message = f"one key ({', '.join(table.key)}) with differing rows"
            remedy = "correct the extract, or the key in extracts.yaml if rows are told apart by more columns"
            faults.append(rows.finding("EX302", "error", message, remedy, differing, table.key[0]))
    return faults, same


def check_spell(rows: Rows, spell: tuple[str, str] | None) -> tuple[list[Fault], Mask]:
    """Return findings on a table's spells and the rows to leave out (end before start)."""
    frame = rows.frame
    if spell is None or any(column not in frame for column in spell):
        return [], np.zeros(len(frame), dtype=bool)
    start, end = spell
    backwards = (frame[end] < frame[start]).to_numpy()
    faults = []
    if backwards.any():
        message = "the end lies before the start; the row is left out"
        remedy = "correct the dates in the case system"
        faults.append(rows.finding("EX311", "warning", message, remedy, backwards, end))
    if CHILD in frame:
        double = overlapping(frame[~backwards], start, end).reindex(frame.index, fill_value=False).to_numpy(dtype=bool)
        if double.any():
            message = "spells of one child overlap; each is counted"
            remedy = "end the earlier one in the case system"
            faults.append(rows.finding("EX313", "warning", message, remedy, double, start))
    return faults, backwards


def check_birth(rows: Rows, extracted: date | None) -> tuple[list[Fault], Mask]:
    """Return findings on dates of birth and the rows whose birth is to be unknown."""
    if "birth" not in rows.frame:
        return [], np.zeros(len(rows.frame), dtype=bool)
    wrong = (rows.frame["birth"] < EARLIEST_BIRTH).to_numpy()
    if extracted is not None:
        wrong = wrong | (rows.frame["birth"] > pd.Timestamp(extracted)).to_numpy()
    if not wrong.any():
        return [], wrong
    message = "born after the extract or before 1920; the age is unknown"
    return [rows.finding("EX312", "warning", message, "correct it in the case system", wrong, "birth")], wrong


def check_area(rows: Rows, area: str) -> list[Fault]:
    """Rows of another authority are an error."""
    if "area" not in rows.frame or not area:
        return []
    held = rows.frame["area"]
    other = (held != area).to_numpy() & held.notna().to_numpy()
    if not other.any():
        return []
    remedy = f"extract the rows of {area} only, or correct council.area in report.yaml"
    return [rows.finding("EX304", "error", "rows of another council", remedy, other, "area")]


def check_far(rows: Rows, columns: Iterable[str], extracted: date | None) -> list[Fault]:
    """Warn of dates that may lie ahead, and lie years ahead."""
    if extracted is None:
        return []
    faults = []
    for column in columns:
        far = (rows.frame[column] > pd.Timestamp(extracted + FAR_AHEAD)).to_numpy()
        if far.any():
            message = "dated more than five years after the extract was taken"
            faults.append(rows.finding("EX324", "warning", message, "correct it in the case system", far, column))
    return faults


def check_born(
    rows: Rows, begin: pd.Series[pd.Timestamp], birth: pd.Series[pd.Timestamp]
) -> tuple[list[Fault], Mask]:
    """Return findings on rows that are dated more than ten months before the child's birth, and these rows."""
    wrong = (birth > begin + pd.Timedelta(days=310)).to_numpy()
    if not wrong.any():
        return [], wrong
    message = "born more than ten months after the row's own date; the age is unknown"
    return [rows.finding("EX312", "warning", message, "correct it in the case system", wrong, CHILD)], wrong


def check_future(rows: Rows, columns: Iterable[str | None], extracted: date | None) -> list[Fault]:
    """Warn of rows that are dated after the day on which they were extracted."""
    faults = []
    for column in dict.fromkeys(columns):
        if column is None or extracted is None or column not in rows.frame:
            continue
        later = (rows.frame[column] > pd.Timestamp(extracted)).to_numpy()
        if later.any():
            message = "dated after the extract was taken; not counted before that day has come"
            remedy = "correct it in the case system, or the day of extraction"
            faults.append(rows.finding("EX324", "warning", message, remedy, later, column))
    return faults


def check_recent(rows: Rows, column: str | None, quarter: Quarter | None, since: date | None = None) -> list[Fault]:
    """Warn of a table without rows in the quarter, in its last weeks, or in a month where there ought to be many.

    `since` is the first day from which the table is declared to hold every row.
    """
    if quarter is None or column is None or column not in rows.frame:
        return []
    file = rows.files[0].name
    header, position = rows.headers.get(column, (column, None))

    def warning(code: str, message: str, remedy: str) -> list[Fault]:
        return [Fault(code, "warning", message, remedy, file, 1, header, position)]

    days = rows.frame[column].dropna().to_numpy("datetime64[D]")
    days = np.unique(days[days <= np.datetime64(quarter.end)])
    if not len(days) or days[-1] < np.datetime64(quarter.start):
        return warning("EX322", "no row is dated in the quarter", "extract again: is this an earlier quarter's file?")
    months, held = np.unique(days.astype("datetime64[M]"), return_counts=True)
    last = np.datetime64(quarter.end, "M")
    first = max(last - np.timedelta64(LOOKED_AT - 1, "M"), np.datetime64(since or days[0], "M"))
    looked = np.arange(first, last + np.timedelta64(1, "M"))
    filled = held[np.isin(months, looked)]
    many = len(filled) > len(looked) / 2 and np.median(filled) >= MANY
    quiet = np.datetime64(quarter.end - timedelta(days=QUIET_DAYS))
    monthly = bool((days == days.astype("datetime64[M]")).all())  # one row a month: the last month is enough
    if days[-1] <= quiet and not (monthly and months[-1] == last):
        whole = int((months[-1] - months[0]).astype(int)) + 1
        if not many and (whole < 2 or len(months) < whole):
            return []
        message = "no row in the last 21 days of the quarter, though every earlier month has some"
        return warning("EX321", message, "is the extract complete? Extract again")
    empty = [month.item().strftime("%B %Y") for month in looked if month not in months]
    if not many or not empty:
        return []
    names = ", ".join(empty[:3]) + (", …" if len(empty) > 3 else "")
    return warning("EX327", f"no row in {names}, though other months have many", "is the extract complete?")


def check_begin(rows: Rows, column: str | None, since: date | None) -> list[Fault]:
    """Warn of a table that is declared to begin long before its first row, though it has rows on most days."""
    if since is None or column not in rows.frame:
        return []
    days = np.unique(rows.frame[column].dropna().to_numpy("datetime64[D]"))
    months, held = np.unique(days.astype("datetime64[M]"), return_counts=True)
    late = np.datetime64(since, "M") + np.timedelta64(LATE_MONTHS, "M")
    if not len(days) or np.median(held) < MANY or months[0] <= late:
        return []
    header, position = rows.headers.get(str(column), (column, None))
    message = f"no row before {months[0].item():%B %Y}, though `covers` says that the extract begins in {since:%B %Y}"
    remedy = "is the extract complete? Else write its first day into extracts.yaml"
    return [Fault("EX327", "warning", message, remedy, rows.files[0].name, 1, header, position)]


def check_zeros(tables: Iterable[Rows]) -> list[Fault]:
    """Warn where the children of one table are those of another without their leading zeros."""
    held = [
        (rows, pc.unique(pa.array(rows.frame[CHILD])).drop_null().cast(pa.large_string()))
        for rows in tables if CHILD in rows.frame
    ]  # fmt: skip
    begins = [pc.starts_with(ids, "0") for _, ids in held]
    padded = [ids.filter(pc.and_(zero, pc.utf8_is_digit(ids))) for (_, ids), zero in zip(held, begins, strict=True)]
    bare = pc.unique(pa.chunked_array([pc.utf8_ltrim(ids, "0") for ids in padded], pa.large_string()))
    faults = []
    for (rows, ids), zero in zip(held, begins, strict=True):
        others = ids.filter(pc.invert(zero))
        lost = others.filter(pc.is_in(others, bare)) if len(others) else others  # it reads all of `bare` each time
        if len(lost):
            mask = rows.frame[CHILD].isin(lost.to_pylist()).to_numpy()
            problem = LOST_ZEROS
            faults.append(rows.finding(problem.code, problem.severity, problem.message, problem.help, mask, CHILD))
    return faults
