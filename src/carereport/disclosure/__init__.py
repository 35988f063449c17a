"""Disclosure control: from all figures to those that may be published; nothing is drawn or worded here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.disclosure.cells import Cells, read_cells
from carereport.disclosure.policy import Mask, small, small_percentage, tells_of_everyone
from carereport.disclosure.suppress import hide_more
from carereport.faults import ConfigurationError, Fault
from carereport.quarters import Quarter
from carereport.report_settings import PublishSmall
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

__all__ = ["Disclosed", "disclose"]

COST = {"month": 1.0, "year_to_date": 3.0, "rolling_12_months": 4.0, "quarter": 6.0, "as_at": 6.0}
"""What hiding a row loses, by period; a total costs as much as a hundred of its parts."""


@dataclass(frozen=True)
class Disclosed:
    """The public figures: suppressed rows carry marker `c` and no numbers."""

    figures: pd.DataFrame
    suppressed: int
    """Rows suppressed."""
    secondary: int
    """Of them, rows that are not small themselves and would give a small one away."""
    cells: int
    """Rows published, suppressed ones included."""
    overrides: tuple[PublishSmall, ...]
    policy: str


def disclose(
    figures: pd.DataFrame,
    project: Project,
    quarter: Quarter,
    within: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
) -> Disclosed:
    """Return the figures that may be published.

    `figures` has the columns of figures.csv, unsuppressed; `within` gives each category's parent for
    nested breakdowns. Months are published in total only.

    Raises:
        ConfigurationError: the policy is not available, or a small number cannot be protected.
    """
    settings = project.report.disclosure
    if settings.policy != "dfe":
        raise ConfigurationError(
            Fault("DC001", "error", f"the disclosure policy {settings.policy} is not available yet", "use dfe")
        )
    public = figures[(figures["period_kind"] != "month") | (figures["breakdown"] == "total")].reset_index(drop=True)
    open_names = {override.indicator for override in settings.publish_small}
    hidden = _primary(public, project.indicators, open_names)
    cells = read_cells(public, project.indicators, project.report.relations, within)
    protected = _protected(cells, np.flatnonzero(hidden), public, project.indicators)
    rows, failed = hide_more(cells, np.flatnonzero(hidden).tolist(), protected, _cost(public, project, hidden))
    if failed:
        names = sorted({str(public["indicator"].iat[cells.rows_of[count][0]]) for count in failed})
        raise ConfigurationError(
            Fault(
                "DC002",
                "error",
                f"a small number cannot be protected in: {', '.join(names)}",
                "withhold a breakdown of the indicator, or record the decision under disclosure: publish_small",
                count=len(failed),
            )
        )
    hidden_rows = np.zeros(len(public), dtype=bool)
    hidden_rows[sorted(rows)] = True
    hidden_rows = _derived(public, project.indicators, hidden_rows)
    result = public.copy()
    result.loc[hidden_rows, ["numerator", "denominator", "value"]] = np.nan
    result.loc[hidden_rows, "marker"] = "c"
    return Disclosed(
        figures=result,
        suppressed=int(hidden_rows.sum()),
        secondary=int((hidden_rows & ~hidden).sum()),
        cells=len(result),
        overrides=tuple(settings.publish_small),
        policy=settings.policy,
    )


def _primary(public: pd.DataFrame, indicators: Mapping[str, Indicator], open_names: set[str]) -> Mask:
    """Return the rows that are too small to publish themselves."""
    numerator, denominator, value = (
        public[column].to_numpy(dtype=float) for column in ("numerator", "denominator", "value")
    )
    names = public["indicator"].to_numpy()
    hidden = np.zeros(len(public), dtype=bool)
    for name, indicator in indicators.items():
        if not indicator.people or name in open_names or indicator.kind == "derived":
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


def _protected(
    cells: Cells, rows: npt.NDArray[np.intp], public: pd.DataFrame, indicators: Mapping[str, Indicator]
) -> set[int]:
    """Return the counts of the hidden rows that nobody may work out."""
    found: set[int] = set()
    names = public["indicator"].to_numpy()
    for row in rows.tolist():
        counts = cells.counts_of.get(row, ())
        smalls = [count for count in counts if 1 <= cells.values[count] <= 5]
        found.update(smalls)
        if not smalls and indicators[str(names[row])].kind in ("percentage", "supplied"):
            found.update(count for count in counts if cells.values[count] == 0)
    return found


def _cost(public: pd.DataFrame, project: Project, hidden: Mask) -> Callable[[int], float]:
    """Return what is lost by hiding a row, from configuration and bands alone.

    A category that is often too small costs least, so that the same one is hidden each quarter.
    """
    kinds, breakdowns = public["period_kind"].to_numpy(), public["breakdown"].to_numpy()
    lines = list(zip(public["indicator"], breakdowns, public["category"], strict=True))
    often = Counter(line for line, is_hidden in zip(lines, hidden, strict=True) if is_hidden)
    most = Counter(lines)
    headlines = {name: indicator.headline for name, indicator in project.indicators.items()}
    ends = public["period_end"].to_numpy()
    latest = ends.max() if len(ends) else None

    def cost(row: int) -> float:
        kind, line = str(kinds[row]), lines[row]
        price = COST[kind] - 0.9 * often[line] / most[line]
        if breakdowns[row] == "total":
            price *= 100
            if kind == headlines[str(line[0])] and ends[row] == latest:
                price *= 10
        elif line[2] == "unknown":
            price *= 0.5
        return price

    return cost


def _derived(public: pd.DataFrame, indicators: Mapping[str, Indicator], hidden: Mask) -> Mask:
    """Hide sums of indicators where any part is hidden."""
    place = ["area", "period_kind", "period_start", "breakdown", "category"]
    result = hidden.copy()
    derived = {
        name: set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", indicator.value or ""))
        for name, indicator in indicators.items()
        if indicator.kind == "derived"
    }
    if not derived:
        return result
    keys = pd.MultiIndex.from_frame(public[place])
    names = public["indicator"].to_numpy()
    for _ in derived:
        for name, parts in derived.items():
            gone = keys[np.isin(names, list(parts)) & result]
            result |= (names == name) & keys.isin(gone)
    return result
