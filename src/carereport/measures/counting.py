"""A condition and a grouping: which rows of all councils are counted, and what they come to by month and category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from carereport.conditions.parse import Call, parse, walk
from carereport.engines import Frame, all_collected, collected, kept
from carereport.extracts import TableData
from carereport.faults import Fault
from carereport.measures.categories import (
    AREA,
    Numbers,
    Split,
    breakdown_of,
    category_and_month,
    council_of,
    of_breakdown,
)
from carereport.measures.columns import CHILD, KEY
from carereport.measures.rows import names_of
from carereport.measures.totals import COUNCIL
from carereport.measures.work import Measuring, councils_of
from carereport.settings import Indicator

_NEVER = 2**31
"""A month that does not come."""


@dataclass(frozen=True)
class Chosen:
    """Rows with `_x` (in the numerator), `_v` (the number averaged) and what is to be noted of them.

    Rows that are not counted after all stand among them, since notes are of these too.
    """

    rows: Frame
    backwards: Numbers
    """Of each council, the rows in which `where` counted days to an earlier date."""
    ties: Mapping[str, pd.Series[Any]]


@dataclass(frozen=True)
class Counted:
    """What is counted: sums `_n` and `_x` by category `_c` and `_month`, or each breakdown's rows with both."""

    parts: list[pd.DataFrame]
    """The sums of all breakdowns, or the rows of each; the total's come first."""
    rows: Frame
    adds_up: bool
    missing: pd.DataFrame | None
    """By council and month, `_records` asked for a value and how many of them are `_missing` it; None where none is."""

    def first_days(self, councils: int) -> list[date | None]:
        """Return the first day of each council's first month with a row, None where it has none."""
        numbers, months = (self.parts[0][name].to_numpy(dtype=np.int64) for name in ("_c", "_month"))
        total = breakdown_of(numbers) == 0
        first = np.full(councils, _NEVER)
        np.minimum.at(first, council_of(numbers[total]), months[total])
        return [date((n - 1) // 12, (n - 1) % 12 + 1, 1) if n < _NEVER else None for n in first.tolist()]


def chosen(indicator: Indicator, table: TableData, rows: Frame, end: date, work: Measuring) -> Chosen:
    """Keep the rows in `where`; add whether they are in the numerator, and the number averaged."""
    translator = work.translator(table, rows, end)
    backwards: Numbers = np.zeros(len(work.councils), dtype=np.int64)
    if indicator.where:
        test = translator.test(parse(indicator.where))
        flag = translator.backwards()
        if flag is not None:
            flagged = translator.frame.with_columns(flag.alias("_backwards"))
            sums = collected(flagged.group_by(AREA).agg(nw.col("_backwards").sum()))
            held = council_of(sums[AREA].to_numpy(dtype=np.int64))
            backwards = _by_council(held, sums["_backwards"], len(work.councils))
        translator.frame = translator.frame.filter(test)
    flags: list[nw.Expr | None] = []
    made = {"_x": nw.lit(1)}
    if indicator.count:
        tree = parse(indicator.count)
        made["_x"] = translator.test(tree).cast(nw.Int64)
        if not any(isinstance(node, Call) and node.name in ("previous", "latest") for node in walk(tree)):
            made["_failed"] = translator.test(tree, negated=True).cast(nw.Int64)
        flags.append(translator.backwards())
    if indicator.of:
        made["_v"] = translator.value(parse(indicator.of)).cast(nw.Float64)
        flags.append(translator.backwards())
    for flag in flags:
        if flag is not None:
            made["_backwards"] = made["_backwards"] + flag if "_backwards" in made else flag
    rows = translator.frame.with_columns(*(value.alias(column) for column, value in made.items()))
    if "_failed" in made:
        rows = rows.with_columns((1 - nw.col("_x") - nw.col("_failed")).alias("_undecided")).drop("_failed")
    return Chosen(rows, backwards, translator.ties)


def counted_rows(indicator: Indicator, rows: Frame) -> Frame:
    """Return the chosen rows that are counted: all of a share, else those that meet `count` and have a value."""
    if indicator.count and indicator.kind in ("count", "rate"):
        rows = rows.filter(nw.col("_x") == 1)
    return rows.filter(~nw.col("_v").is_null()) if indicator.of else rows


def counted(name: str, indicator: Indicator, held: Chosen, split: Split, work: Measuring) -> Counted:
    """Count the chosen rows of all councils in one pass, and note what was met in each one's."""
    met = [column for column in names_of(held.rows) if column in ("_undecided", "_backwards")]
    adds_up = indicator.kind in ("count", "percentage", "rate") and indicator.distinct is None
    some = indicator.count is not None and indicator.kind in ("count", "rate")
    if adds_up:
        sums = _sums(indicator, held.rows, split, met, work.engine)
        total = sums[breakdown_of(sums["_c"].to_numpy()) == 0]
        _note(name, indicator, held, total, met, work)
        missing = _missing(total, total["_n"])
        parts = [sums.assign(_n=sums["_x"])[sums["_x"] > 0] if some else sums]
    else:
        whole = _rows(indicator, held.rows, split, met)
        _note(name, indicator, held, whole, met, work)
        missing = _missing(whole, 1)
        whole = whole[whole["_x"] == 1] if some else whole
        # sums of fractions tell in which order they were made, and engines give rows in an order of their own
        whole = whole[whole["_v"].notna()].sort_values("_v") if "_v" in whole else whole
        parts = [whole.assign(_c=whole[f"_c{place}"]) for place in range(len(split.names))]
    return Counted(parts, counted_rows(indicator, held.rows), adds_up, missing)


def _missing(whole: pd.DataFrame, records: pd.Series[int] | int) -> pd.DataFrame | None:
    """Return by council and month how many records there are and how many lack a value; None where none does."""
    councils = council_of(whole["_c"].to_numpy(dtype=np.int64))
    lacking = whole["_undecided"].to_numpy() if "_undecided" in whole else np.zeros(len(whole), dtype=np.int64)
    if "_v" in whole:
        empty = whole["_v"].isna().to_numpy(dtype=np.int64)
        lacking = np.where(np.isin(councils, councils[empty > 0]), empty, lacking)
    if not lacking.any():
        return None
    held = pd.DataFrame({COUNCIL: councils, "_month": whole["_month"], "_records": records, "_missing": lacking})
    return held.groupby([COUNCIL, "_month"], as_index=False).sum()


def _sums(indicator: Indicator, rows: Frame, split: Split, met: list[str], engine: str) -> pd.DataFrame:
    """Return the sums of all breakdowns by category and month; each row stands once in each.

    Spark, which would work the rows out anew for each breakdown, groups all of them at once.
    """
    summed = [*(["_x"] if indicator.count else []), *met]
    columns = split.columns()
    rows = rows.select(*summed, *columns)
    sums = [nw.len().alias("_n"), *(nw.col(column).sum() for column in summed)]
    if engine == "spark":
        rows = rows.unpivot(on=columns, index=summed, variable_name="_b", value_name="_k")
        held = collected(rows.group_by("_b", "_k").agg(*sums))
        places: Numbers = np.array([columns.index(column) for column in held.pop("_b")], dtype=np.int64)
        key = held.pop("_k").to_numpy(dtype=np.int64)
    else:
        rows = kept(rows, engine)
        parts = all_collected(rows.group_by(column).agg(*sums) for column in columns)
        places = np.concatenate([np.full(len(part), n, dtype=np.int64) for n, part in enumerate(parts)])
        keys = (part.pop(column).to_numpy(dtype=np.int64) for part, column in zip(parts, columns, strict=True))
        key = np.concatenate([*keys])
        held = pd.concat(parts, ignore_index=True)
    numbers, held["_month"] = category_and_month(key)
    held["_c"] = of_breakdown(numbers, places)
    if not indicator.count:
        held["_x"] = held["_n"]
    return held


def _rows(indicator: Indicator, rows: Frame, split: Split, met: list[str]) -> pd.DataFrame:
    """Return the rows with what is counted anew for each period, and their number in each breakdown."""
    wanted = {"_v", "_x", _told(indicator), *met} & set(names_of(rows))
    columns = (nw.col(column).alias(f"_c{place}") for place, column in enumerate(split.columns()))
    held = collected(rows.select("_month", *sorted(wanted), *columns))
    for place in range(len(split.names)):
        numbers = category_and_month(held[f"_c{place}"].to_numpy(dtype=np.int64))[0]
        held[f"_c{place}"] = of_breakdown(numbers, place)
    return held.assign(_c=held["_c0"])


def _told(indicator: Indicator) -> str:
    """Return the column without which a row does not count: the number averaged, or what is counted once."""
    return KEY if indicator.distinct == CHILD else indicator.distinct or "_v"


def _note(name: str, indicator: Indicator, held: Chosen, whole: pd.DataFrame, met: list[str], work: Measuring) -> None:
    """Note of each council what was met in its rows; `whole` holds each row once, or sums over them."""
    size = len(work.councils)
    councils = council_of(whole["_c"].to_numpy(dtype=np.int64))

    def sums(column: str) -> Numbers:
        return _by_council(councils, whole[column], size) if column in met else np.zeros(size, dtype=np.int64)

    undecided, backwards = sums("_undecided"), sums("_backwards") + held.backwards
    told = _told(indicator)
    empty = _by_council(councils, whole[told].isna(), size) if told in whole else np.zeros(size, dtype=np.int64)
    tied = {text: np.bincount(councils_of(found), minlength=size) for text, found in held.ties.items()}
    what = "stay in the denominator only" if indicator.kind == "percentage" else "are not counted"
    for council, faults in enumerate(work.faults):
        if undecided[council]:
            message = f"{name}: rows with a missing value {what}"
            remedy = "complete the column in the case system"
            faults.append(Fault("IN301", "note", message, remedy, count=int(undecided[council])))
        if empty[council]:
            message = f"{name}: rows without {indicator.distinct or 'a value'} were left out"
            faults.append(Fault("IN302", "note", message, count=int(empty[council])))
        if backwards[council]:
            message = f"{name}: days counted to an earlier date are taken as missing"
            remedy = "check the order of the dates in the case system"
            faults.append(Fault("IN303", "warning", message, remedy, count=int(backwards[council])))
        for text, counts in tied.items():
            if counts[council]:
                message = f"{name}: rows of one child on one day differ in {text}, so that none is the latest"
                remedy = "correct them in the case system"
                faults.append(Fault("IN304", "error", message, remedy, count=int(counts[council])))


def _by_council(councils: Numbers, values: pd.Series[Any], size: int) -> Numbers:
    return np.bincount(councils, weights=values.to_numpy(dtype=float), minlength=size).astype(np.int64)
