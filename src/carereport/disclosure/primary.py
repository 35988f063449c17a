"""Which rows are too small to publish themselves, and which counts nobody may work out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from carereport.disclosure.cells import Cells
from carereport.disclosure.concepts import counts_people
from carereport.disclosure.policy import GROUP, Mask, is_small, small, small_percentage, tells_of_everyone
from carereport.settings import Indicator

WITHHELD = 0.75
"""A breakdown of which at least this share of rows is too small is withheld whole."""


def primary(public: pd.DataFrame, indicators: Mapping[str, Indicator], opened: Collection[str]) -> Mask:
    """Return the rows that are too small to publish themselves.

    `opened` names the indicators whose small numbers are published by a recorded decision.
    """
    numerator, denominator, value = (
        public[column].to_numpy(dtype=float) for column in ("numerator", "denominator", "value")
    )
    names = public["indicator"].to_numpy()
    hidden = np.zeros(len(public), dtype=bool)
    for name, indicator in indicators.items():
        if not counts_people(indicator) or name in opened or indicator.kind == "derived":
            continue
        mine = names == name
        n, d, v = numerator[mine], denominator[mine], value[mine]
        if indicator.kind == "percentage" or (indicator.kind == "supplied" and indicator.denominator):
            hidden[mine] = small_percentage(n, d)
            if not indicator.process_measure:
                hidden[mine] |= tells_of_everyone(n, d)
        elif indicator.kind == "rate":
            hidden[mine] = small(n)
        elif indicator.kind in ("mean", "median"):
            hidden[mine] = small(d)
        else:
            hidden[mine] = small(v)
    return hidden


def withheld_breakdowns(public: pd.DataFrame, hidden: Mask) -> list[tuple[str, str]]:
    """Return (indicator, breakdown) of the breakdowns of which so much is hidden that the rest tells little.

    Without their rows the total stays, which protecting each category would often cost.
    """
    split = (public["breakdown"] != "total").to_numpy()
    rows = Counter(zip(public["indicator"][split], public["breakdown"][split], strict=True))
    gone = Counter(zip(public["indicator"][split & hidden], public["breakdown"][split & hidden], strict=True))
    return [(str(name), str(breakdown)) for (name, breakdown), size in rows.items()
            if gone[name, breakdown] >= WITHHELD * size]  # fmt: skip


def protected_counts(
    cells: Cells, public: pd.DataFrame, indicators: Mapping[str, Indicator], hidden: Mask
) -> list[int]:
    """Return the counts that nobody may work out: every one from 1 to 5, shown by a row or not.

    Where 0% or 100% of a small group is hidden, nobody may be sure of that zero either, unless a row
    of its own shows it.
    """
    found = {count for count in cells.personal if is_small(cells.values[count])}
    names = public["indicator"].to_numpy()
    for row in np.flatnonzero(hidden).tolist():
        counts = cells.counts_of.get(row, ())
        if len(counts) != 3 or indicators[str(names[row])].process_measure:
            continue
        if 0 < cells.values[counts[1]] < GROUP:
            found.update(c for c in counts if cells.values[c] == 0 and cells.least[c] == 0)
    return sorted(found)
