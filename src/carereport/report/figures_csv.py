"""figures.csv: the council's figures in a fixed order, rounded once, ISO dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carereport.figures import COLUMNS


def number(value: float) -> str:
    """Return a number to at most six decimals without trailing zeros; nothing where it is missing."""
    if value != value:
        return ""
    text = f"{round(value, 6):.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def figures_text(figures: pd.DataFrame) -> str:
    """Return the file's text."""
    table = figures[list(COLUMNS)].copy()
    for column in ("numerator", "denominator", "value"):
        values, inverse = np.unique(table[column].to_numpy(dtype=float), return_inverse=True)
        table[column] = np.array([number(float(v)) for v in values], dtype=object)[inverse]
    for column in ("period_start", "period_end", "as_at"):
        table[column] = table[column].dt.strftime("%Y-%m-%d").fillna("")
    return table.to_csv(index=False, lineterminator="\n")
