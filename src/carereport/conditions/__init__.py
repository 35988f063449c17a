"""The language of conditions in the YAML: parsed, checked, and translated to narwhals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from carereport.conditions.check import FUNCTIONS, TableShape, check_condition
from carereport.conditions.parse import ConditionError, parse
from carereport.settings import ColumnType

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

__all__ = ["FUNCTIONS", "ConditionError", "TableShape", "check_condition", "parse", "truth"]


def truth(
    frame: pd.DataFrame, text: str, columns: Mapping[str, ColumnType], closure_days: Iterable[date] = ()
) -> npt.NDArray[np.bool_]:
    """Return where a condition on a row's own columns is decided true; a missing value never passes.

    Raises:
        ConditionError: the condition is not in the language or names an unknown column.
    """
    from carereport.conditions.days import calendar_frame
    from carereport.conditions.translate import Translator
    from carereport.engines import collected, native

    tree = check_condition(text, columns, as_at=False)
    rows = native(frame.assign(_row=range(len(frame))), "pandas")
    days = native(calendar_frame(tuple(closure_days)), "pandas")
    dates = frozenset(name for name, kind in columns.items() if kind == "date")
    translator = Translator(rows, rows, days, {}, dates)
    passed = translator.test(tree)
    found = collected(translator.frame.with_columns(passed.fill_null(False).alias("_passed")).sort("_row"))
    return found["_passed"].to_numpy().astype(bool)
