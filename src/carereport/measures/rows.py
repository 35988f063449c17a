"""The rows of an indicator: events on their dates, or spells at each period's end while open.

Everything after the quarter is unknown here (the horizon): a later row does not exist, a later end
is missing. The frames have the table's columns, `as_at` and `_month` (years x 12 + months).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

import narwhals as nw
import numpy as np
import pandas as pd

from carereport.conditions.parse import Call, Literal, Name, parse
from carereport.conditions.translate import Lookup
from carereport.engines import Frame, collected, native
from carereport.extracts import TableData


class Lookups(Mapping[str, Lookup]):
    """The tables that conditions may look into; `frame_of` makes each ready when it is asked for."""

    def __init__(self, tables: Mapping[str, TableData], frame_of: Callable[[str], Frame]) -> None:
        self._tables = {name: table for name, table in tables.items() if table.date or table.spell}
        self._frame_of = frame_of

    def __getitem__(self, name: str) -> Lookup:
        table = self._tables[name]
        return Lookup(self._frame_of(name), table.date, table.spell)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def within_horizon(table: TableData, frame: Frame, end: date) -> Frame:
    """Return a table's rows as they were known on `end`."""
    last = nw.lit(datetime(end.year, end.month, end.day))
    begin = table.date or (table.spell[0] if table.spell else None)
    columns = names_of(frame)
    if begin in columns:
        frame = frame.filter(nw.col(str(begin)).is_null() | (nw.col(str(begin)) <= last))
    later = [column for column in table.horizons if column in columns]
    if table.spell and table.spell[1] in columns:
        later.append(table.spell[1])
    return _forget_later(frame, later, last)


def _forget_later(frame: Frame, columns: list[str], last: nw.Expr) -> Frame:
    for column in dict.fromkeys(columns):
        frame = frame.with_columns(nw.when(nw.col(column) <= last).then(nw.col(column)).alias(column))
    return frame


def event_rows(frame: Frame, when: str, end: date) -> Frame:
    """Return one row an event, with `as_at` its date; `when` is a date column or birthday(...)."""
    tree = parse(when)
    if isinstance(tree, Call) and tree.name == "birthday" and isinstance(tree.arguments[0], Name):
        birth = tree.arguments[0].text
        ages = [int(float(a.value)) for a in tree.arguments[1:] if isinstance(a, Literal)]
        frame, when = nw.concat([frame.with_columns(_birthday(birth, age).alias("as_at")) for age in ages]), "as_at"
    day, last = nw.col(when), nw.lit(datetime(end.year, end.month, end.day))
    frame = frame.filter(~day.is_null() & (day <= last))
    return frame.with_columns(day.alias("as_at"), (day.dt.year() * 12 + day.dt.month()).alias("_month"))


def _birthday(birth: str, age: int) -> nw.Expr:
    day = nw.col(birth).dt.offset_by(f"{12 * age}mo")
    leap = (nw.col(birth).dt.month() == 2) & (nw.col(birth).dt.day() == 29) & (day.dt.day() == 28)
    return nw.when(leap).then(day.dt.offset_by("1d")).otherwise(day)


def spell_rows(frame: Frame, spell: tuple[str, str], ends: list[date], horizon: date, engine: str) -> Frame:
    """Return one row a spell and period end on which it is open: start <= end and (no end or later).

    Several ends are the last days of months in a row. Which of them a spell is open at is then a matter of the
    months it begins and ends in, so that spells meet only the ends at which they are open.
    """
    start, end = spell
    last = nw.lit(datetime(horizon.year, horizon.month, horizon.day))
    frame = frame.filter(~nw.col(start).is_null() & (nw.col(start) <= last))
    frame = _forget_later(frame, [end], last)
    if len(ends) < 2:
        return _open_on(frame, spell, ends[0] if ends else None, engine)
    first, after = (day.year * 12 + day.month for day in (ends[0], ends[-1] + timedelta(days=1)))
    begins, stops = _month_of(start), nw.when(nw.col(end).is_null()).then(nw.lit(after)).otherwise(_month_of(end))
    frame = frame.with_columns(
        nw.when(begins > first).then(begins).otherwise(nw.lit(first)).cast(nw.Int64).alias("_first"),
        nw.when(stops < after).then(stops).otherwise(nw.lit(after)).cast(nw.Int64).alias("_after"),
    )  # fmt: skip
    frame = frame.with_columns((nw.col("_after") - nw.col("_first")).alias("_months")).filter(nw.col("_months") > 0)
    months = np.arange(1, len(ends) + 1)
    steps = pd.DataFrame({
        "_months": np.repeat(months, months),
        "_step": np.concatenate([np.arange(count) for count in months]),
    })  # fmt: skip
    frame = frame.join(native(steps, engine), on="_months", how="inner")
    frame = frame.with_columns((nw.col("_first") + nw.col("_step")).alias("_month"))
    frame = frame.join(native(_days(ends), engine), on="_month", how="inner")
    return frame.drop("_first", "_after", "_months", "_step")


def _open_on(frame: Frame, spell: tuple[str, str], day: date | None, engine: str) -> Frame:
    """Return the spells that are open on a day; none where there is no day."""
    start, end = spell
    frame = frame.join(native(_days([day] if day else []), engine), how="cross")
    is_open = (nw.col(start) <= nw.col("as_at")) & (nw.col(end).is_null() | (nw.col(end) > nw.col("as_at")))
    return frame.filter(is_open)


def _days(ends: list[date]) -> pd.DataFrame:
    return pd.DataFrame(
        {"as_at": pd.to_datetime(ends).astype("datetime64[ns]"), "_month": [d.year * 12 + d.month for d in ends]}
    )


def _month_of(column: str) -> nw.Expr:
    """Return years x 12 + months of a date."""
    return nw.col(column).dt.year().cast(nw.Float64) * 12 + nw.col(column).dt.month()


def first_row(frame: Frame, column: str) -> date | None:
    """Return the earliest day of a date column, None where there is none."""
    found = collected(frame.select(nw.col(column).min()))[column].iloc[0]
    return None if pd.isna(found) else pd.Timestamp(found).date()


def names_of(frame: Frame) -> list[str]:
    """Return the names of a frame's columns, without running a plan."""
    return frame.collect_schema().names()
