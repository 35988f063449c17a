"""Checks of typed rows: keys, spells, births, lookups' windows and declared rules.

Each check returns findings with counts and first lines, and the rows it sets aside. A row is named
by its line, never by what it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.extracts.link import CHILD, overlapping
from carereport.faults import Fault, Severity
from carereport.quarters import Quarter
from carereport.settings import Table

Mask = npt.NDArray[np.bool_]
Place = Callable[[Mask], tuple[str, tuple[int, ...]]]
"""Gives the file and the first lines of the rows of a mask."""

EARLIEST_BIRTH = pd.Timestamp(1920, 1, 1)
QUIET_DAYS = 21
"""A full extract has some row in the last three weeks of its quarter."""


def finding(
    code: str, severity: Severity, message: str, remedy: str, mask: Mask, place: Place, column: str | None = None
) -> Fault:
    """Return a finding about the rows of a mask."""
    file, lines = place(mask)
    return Fault(
        code, severity, message, remedy, file, lines[0] if lines else None, column, count=int(mask.sum()), lines=lines
    )


def check_required(frame: pd.DataFrame, table: Table, place: Place) -> list[Fault]:
    """Empty keys and required cells are errors."""
    faults = []
    for name, column in table.columns.items():
        if name not in frame or column.lookup is not None or (column.optional and name not in table.key):
            continue
        mask = frame[name].isna().to_numpy()
        if mask.any():
            header = column.from_[0] if column.from_ else name
            what = "a key" if name in table.key else "a required cell"
            faults.append(
                finding("EX301", "error", f"{what} is empty", "fill it in the case system, or mark the column optional",
                        mask, place, header)
            )  # fmt: skip
    return faults


def check_key(frame: pd.DataFrame, table: Table, place: Place) -> tuple[list[Fault], Mask]:
    """Return findings on repeated keys and the rows to leave out (the same row again)."""
    same = frame.duplicated().to_numpy()
    faults = []
    if same.any():
        faults.append(finding("EX303", "warning", "the same row stands twice; it is counted once", "", same, place))
    if table.key:
        differing = frame.duplicated(table.key).to_numpy() & ~same
        if differing.any():
            faults.append(
                finding("EX302", "error", "one key with differing rows", "correct the key columns, or the extract",
                        differing, place)
            )  # fmt: skip
    return faults, same


def check_spell(frame: pd.DataFrame, spell: tuple[str, str] | None, place: Place) -> tuple[list[Fault], Mask]:
    """Return findings on a table's spells and the rows to leave out (end before start)."""
    none = np.zeros(len(frame), dtype=bool)
    if spell is None or any(column not in frame for column in spell):
        return [], none
    start, end = spell
    backwards = (frame[end] < frame[start]).to_numpy()
    faults = []
    if backwards.any():
        faults.append(
            finding("EX311", "warning", "the end lies before the start; the row is left out",
                    "correct the dates in the case system", backwards, place, end)
        )  # fmt: skip
    if CHILD in frame:
        double = overlapping(frame[~backwards], start, end).reindex(frame.index, fill_value=False).to_numpy(dtype=bool)
        if double.any():
            faults.append(
                finding("EX313", "warning", "spells of one child overlap", "end the earlier one in the case system",
                        double, place, start)
            )  # fmt: skip
    return faults, backwards


def check_birth(frame: pd.DataFrame, extracted: date | None, place: Place) -> tuple[list[Fault], Mask]:
    """Return findings on dates of birth and the rows whose birth is to be unknown."""
    if "birth" not in frame:
        return [], np.zeros(len(frame), dtype=bool)
    wrong = (frame["birth"] < EARLIEST_BIRTH).to_numpy()
    if extracted is not None:
        wrong = wrong | (frame["birth"] > pd.Timestamp(extracted)).to_numpy()
    if not wrong.any():
        return [], wrong
    message = "born after the extract or before 1920; the age is unknown"
    return [finding("EX312", "warning", message, "correct it in the case system", wrong, place, "birth")], wrong


def check_area(frame: pd.DataFrame, area: str, place: Place) -> list[Fault]:
    """Rows of another authority are an error."""
    if "area" not in frame or not area:
        return []
    other = (frame["area"] != area).to_numpy() & frame["area"].notna().to_numpy()
    if not other.any():
        return []
    help_text = "extract one council's rows, or name the council's area in report.yaml"
    return [finding("EX304", "error", "rows of another council", help_text, other, place, "area")]


def check_recent(
    frame: pd.DataFrame, column: str | None, quarter: Quarter | None, extracted: date | None, file: str
) -> list[Fault]:
    """Warn of an extract that ends before its quarter does, by its dates and by its declared day."""
    faults: list[Fault] = []
    if quarter is None:
        return faults
    if extracted is not None and extracted < quarter.end:
        faults.append(
            Fault("EX323", "warning", "the extract was taken before the quarter ended", "extract again", file)
        )
    if column is None or column not in frame:
        return faults
    days = frame[column].dropna()
    days = days[days <= pd.Timestamp(quarter.end)]
    if days.empty:
        return faults
    if days.max() < pd.Timestamp(quarter.start):
        faults.append(Fault("EX322", "warning", "no row is dated in the quarter", "extract again", file, column=column))
        return faults
    quiet = pd.Timestamp(quarter.end - timedelta(days=QUIET_DAYS))
    monthly = bool((days.dt.day == 1).all())  # one row a month: the last month is enough
    if days.max() <= quiet and not (monthly and days.max() >= pd.Timestamp(quarter.end).replace(day=1)):
        months = pd.period_range(days.min(), quiet, freq="M")
        if len(months) > 1 and set(months[:-1]) <= set(days.dt.to_period("M")):
            message = "no row in the last 21 days of the quarter, though every earlier month has some"
            faults.append(Fault("EX321", "warning", message, "is the extract complete?", file, column=column))
    return faults
