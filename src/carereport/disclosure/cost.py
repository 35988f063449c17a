"""What is lost when a row is hidden, from configuration and bands alone: never from a hidden number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from carereport.disclosure.policy import Mask
from carereport.project import Project
from carereport.quarters import Quarter

PERIODS = {"month": 1.0, "year_to_date": 3.0, "rolling_12_months": 4.0, "quarter": 6.0, "as_at": 6.0}
TOTAL = 100.0
"""A total costs as much as this many of its parts."""
HEADLINE = 10.0
"""What cards and scorecard lead with costs this much more."""
LEADING = 2.0
"""An indicator with a target, a comparator or a card costs this much more than one without."""


def row_cost(
    public: pd.DataFrame, project: Project, quarter: Quarter, primary: Mask, before: Collection[int] = ()
) -> Callable[[int], float]:
    """Return the function that prices rows.

    A category that is often too small costs least, so that the same one is hidden each quarter; so do
    the rows `before`, which the last report hid.
    """
    names = ("period_kind", "breakdown", "indicator", "category")
    kinds, breakdowns, indicators, categories = (public[name].to_numpy().tolist() for name in names)
    lines = list(zip(indicators, breakdowns, categories, strict=True))
    often = Counter(lines[row] for row in np.flatnonzero(primary).tolist())
    most = Counter(lines)
    cards = set(project.report.cards)
    weight = {
        name: LEADING if indicator.target or indicator.benchmarks or name in cards else 1.0
        for name, indicator in project.indicators.items()
    }
    current = (public["period_end"] == pd.Timestamp(quarter.end)).to_numpy()
    held = set(before)

    def cost(row: int) -> float:
        kind, line = kinds[row], lines[row]
        price = PERIODS[kind] - 0.9 * often[line] / most[line]
        if breakdowns[row] == "total":
            price *= TOTAL * weight[line[0]]
            if current[row] and kind == project.indicators[line[0]].headline:
                price *= HEADLINE
        elif line[2] == "unknown":
            price *= 0.5
        return price * (0.2 if row in held else 1.0)

    return cost
