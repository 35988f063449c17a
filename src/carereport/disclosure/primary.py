"""Which rows are too small to publish themselves, and which counts nobody may work out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from carereport.disclosure.cells import Cells
from carereport.disclosure.concepts import counts_people
from carereport.disclosure.policy import GROUP, Mask, is_small, small, small_percentage, tells_of_everyone
from carereport.quarters import Quarter
from carereport.settings import Indicator

WITHHELD = 0.75
"""A breakdown of which at least this share of rows is too small is withheld whole."""
MOSTLY = 0.5
"""Where at least this share of an indicator's months is too small, all its months are withheld."""


def primary(public: pd.DataFrame, indicators: Mapping[str, Indicator], opened: Collection[str]) -> Mask:
    """Return the rows that are too small to publish themselves.

    `opened` names the indicators whose small numbers are published by a recorded decision.
    """
    numerator, denominator, value = (
        public[column].to_numpy(dtype=float) for column in ("numerator", "denominator", "value")
    )
    rows_of = public.groupby("indicator", sort=False).indices
    hidden = np.zeros(len(public), dtype=bool)
    for name, indicator in indicators.items():
        if not counts_people(indicator) or name in opened or indicator.kind == "derived" or name not in rows_of:
            continue
        mine = rows_of[name]
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
    names, breakdowns = public["indicator"].to_numpy(), public["breakdown"].to_numpy()
    rows = Counter(zip(names[split], breakdowns[split], strict=True))
    gone = Counter(zip(names[split & hidden], breakdowns[split & hidden], strict=True))
    return [(str(name), str(breakdown)) for (name, breakdown), size in rows.items()
            if gone[name, breakdown] >= WITHHELD * size]  # fmt: skip


def withheld_periods(
    public: pd.DataFrame, hidden: Mask, indicators: Mapping[str, Indicator], share: float
) -> set[tuple[str, str]]:
    """Return (indicator, period kind) of the months, and of quarters below them, of which so much is hidden.

    Without their rows nobody may take each to be at least 1, and the longer periods stay. The whole
    series decides, so that the answer is the same from quarter to quarter; quarters are withheld only
    where another period leads.
    """
    total = (public["breakdown"] == "total").to_numpy()
    names, kinds = public["indicator"].to_numpy(), public["period_kind"].to_numpy()
    rows = Counter(zip(names[total], kinds[total], strict=True))
    gone = Counter(zip(names[total & hidden], kinds[total & hidden], strict=True))
    found = {
        (str(name), str(kind))
        for (name, kind), size in rows.items()
        if gone[name, kind] >= (share if kind == "month" else WITHHELD) * size
        and (kind == "month" or (kind == "quarter" and _leads_with_longer(indicators[str(name)])))
    }
    return found | {(name, "month") for name, kind in found if kind == "quarter"}


def withheld_for_leads(
    public: pd.DataFrame, secondary: Mask, unlisted: Mask, indicators: Mapping[str, Indicator], quarter: Quarter
) -> set[tuple[str, str]]:  # fmt: skip
    """Return the months, else the quarters, without which a leading figure may be shown that others would hide.

    `secondary` is where a row would be hidden only to protect others, `unlisted` where it is withheld.
    """
    names, kinds = public["indicator"].to_numpy(), public["period_kind"].to_numpy()
    withheld = set(zip(names[unlisted], kinds[unlisted], strict=True))
    current = (public["breakdown"] == "total") & (public["period_end"] == pd.Timestamp(quarter.end)) & secondary
    found: set[tuple[str, str]] = set()
    for name, kind in zip(names[current], kinds[current], strict=True):
        indicator = indicators[str(name)]
        if kind == indicator.headline and not indicator.is_snapshot:
            if (name, "month") not in withheld:
                found.add((str(name), "month"))
            elif kind != "quarter" and (name, "quarter") not in withheld:
                found.add((str(name), "quarter"))
    return found


def _leads_with_longer(indicator: Indicator) -> bool:
    return indicator.headline != "quarter" and not indicator.is_snapshot


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
