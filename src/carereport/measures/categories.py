"""Categories as whole numbers while rows are grouped: a column is looked at once, whatever counts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.conditions.translate import completed
from carereport.engines import Frame
from carereport.extracts import TableData
from carereport.settings import Indicator

AGE_BANDS = ("under 1", "1 to 4", "5 to 9", "10 to 15", "16 to 17", "18 and over", "unknown")
_LIMITS = (1, 5, 10, 16, 18)
"""The age at which each band but the last two ends."""
UNKNOWN = "unknown"
Numbers = npt.NDArray[np.int64]
CODED = "_category "
"""What the name of a column of categories as numbers begins with; the column that it numbers follows."""
AGES = f"{CODED}age_band"
TOTAL = f"{CODED}total"
AREA = "_council"
"""The column of councils as numbers."""
_AREAS = 2**22
"""Between one council's numbers and the next one's."""
_APART = 2**32
"""Between one breakdown's numbers and the next one's."""
_MONTHS = 2**15
"""More than there are months, so that a category and a month are one number."""


def breakdowns_of(indicator: Indicator, table: TableData) -> list[str]:
    """Return the columns that split the indicator, a coarser one before the finer one within it."""
    names: list[str] = []
    for breakdown in indicator.breakdowns:
        names += [name for name in (breakdown.within, breakdown.name) if name and name not in names]
    return [
        name for name in names
        if name in table.frame.columns or (name == "age_band" and "birth" in table.frame.columns)
    ]  # fmt: skip


def split_columns(indicators: Iterable[Indicator], tables: Mapping[str, TableData]) -> dict[str, list[str]]:
    """Return for each table the columns that split any indicator counted from it."""
    found: dict[str, dict[str, None]] = {name: {} for name in tables}
    for indicator in indicators:
        if indicator.kind != "supplied" and indicator.from_ in tables:
            table = tables[str(indicator.from_)]
            names = [name for name in breakdowns_of(indicator, table) if name in table.frame.columns]
            found[str(indicator.from_)] |= dict.fromkeys(names)
    return {name: list(columns) for name, columns in found.items()}


def with_codes(
    frame: pd.DataFrame, councils: Numbers, columns: Sequence[str]
) -> tuple[dict[str, Numbers], dict[str, list[str]]]:
    """Return each column's categories as numbers, AREA first, and the texts that the numbers stand for.

    A missing category is `unknown`. A category has a number for each council.
    """
    labels: dict[str, list[str]] = {}
    coded: dict[str, Numbers] = {AREA: councils * _AREAS}
    for column in columns:
        codes, found = pd.factorize(frame[column])
        names = list(pd.Series(found).astype(str))
        if UNKNOWN not in names and (codes < 0).any():
            names.append(UNKNOWN)
        codes = codes.astype(np.int64)
        if UNKNOWN in names:
            codes[codes < 0] = names.index(UNKNOWN)
        labels[column], coded[f"{CODED}{column}"] = names, codes + coded[AREA]
    return coded, labels


def council_of(numbers: Numbers) -> Numbers:
    """Return which council each category's number belongs to."""
    return numbers % _APART // _AREAS


class Split:
    """The breakdowns of an indicator as numbers, the total first, each apart from the others'."""

    def __init__(self, breakdowns: Sequence[str], labels: Mapping[str, list[str]]) -> None:
        self.names = ["total", *breakdowns]
        self.aged = "age_band" in self.names and "age_band" not in labels
        """Whether age bands are worked out, as no column holds them."""
        self._labels = {"age_band": list(AGE_BANDS), **labels}

    def columns(self) -> list[str]:
        """Return the column of each breakdown's numbers, of rows `by_month`."""
        return [f"{CODED}{name}" for name in self.names]

    def of(self, numbers: Iterable[int], councils: Iterable[int], total: bool) -> dict[int, str]:
        """Return the categories that numbers stand for, by breakdown and council in the order of their texts.

        The total stands for every council, rows or not, if it is asked for.
        """
        held = {council * _AREAS: "total" for council in councils} if total else {}
        for number in numbers:
            if number >= _APART:
                held[number] = self._labels[self.names[number // _APART]][number % _AREAS]
        return dict(sorted(held.items(), key=lambda pair: (pair[0] // _AREAS, pair[1])))


def breakdown_of(numbers: Numbers) -> Numbers:
    """Return which breakdown each category's number belongs to; the total is the first."""
    return numbers // _APART


def of_breakdown(numbers: Numbers, place: Numbers | int) -> Numbers:
    """Return numbers of categories apart from those of other breakdowns."""
    return numbers + place * _APART


def by_month(rows: Frame, columns: Iterable[str]) -> Frame:
    """Return the rows with a category and `_month` as one number, for the total too."""
    month = nw.col("_month")
    keys = [nw.col(column) * _MONTHS + month for column in columns]
    return rows.with_columns((nw.col(AREA) * _MONTHS + month).alias(TOTAL), *keys)


def category_and_month(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Return the category's number and the month that are one number in rows `by_month`."""
    return keys // _MONTHS, keys % _MONTHS


def with_ages(rows: Frame) -> Frame:
    """Return the rows with the number of the child's age band at `as_at`; they are those of AGE_BANDS."""
    aged = rows.with_columns(completed(nw.col("birth"), nw.col("as_at")).alias("_age"))
    return aged.with_columns((nw.col(AREA) + _age_codes().cast(nw.Int64)).alias(AGES)).drop("_age")


def _age_codes() -> nw.Expr:
    """Return the number of an age band; a birth that is missing or lies later has the last."""
    age = nw.col("_age")
    code: nw.Expr = nw.lit(len(_LIMITS))
    for number, limit in reversed(list(enumerate(_LIMITS))):
        code = nw.when(age < limit).then(nw.lit(number)).otherwise(code)
    return nw.when(age.is_null()).then(nw.lit(len(AGE_BANDS) - 1)).otherwise(code)
