"""Disclosure control: from all figures to those that may be published; nothing is drawn or worded here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carereport.conditions.parse import names_in, parse
from carereport.disclosure.audit import exposed
from carereport.disclosure.cells import Cells, add_published, read_rows
from carereport.disclosure.cost import row_cost
from carereport.disclosure.past import hidden_last_time, known_rows, read_published, revised
from carereport.disclosure.policy import Mask
from carereport.disclosure.primary import primary, protected_counts, withheld_breakdowns
from carereport.disclosure.relations import Within, add_relations
from carereport.disclosure.suppress import hide_more, hide_near, show_again
from carereport.faults import ConfigurationError, Fault
from carereport.quarters import Quarter
from carereport.report_settings import PublishSmall
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

__all__ = ["Disclosed", "disclose"]

PLACE = ["area", "period_kind", "period_start", "breakdown", "category"]


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
    withheld: tuple[tuple[str, str], ...] = ()
    """(indicator, breakdown) of the breakdowns without any row, since most would be suppressed."""
    protected: int = 0
    """Small counts that the audit found safe, shown by a row or not."""


def disclose(
    figures: pd.DataFrame,
    project: Project,
    quarter: Quarter,
    within: Within | None = None,
    earlier: Iterable[str] = (),
) -> Disclosed:
    """Return the figures that may be published.

    `figures` has the columns of figures.csv, unsuppressed; `within` gives each category's parent for
    nested breakdowns; `earlier` is the text of every figures.csv that was published before, earliest
    first: what it shows is known. Months are published in total only.

    Raises:
        ConfigurationError: a small number cannot be protected.
    """
    settings = project.report.disclosure
    public = figures[(figures["period_kind"] != "month") | (figures["breakdown"] == "total")].reset_index(drop=True)
    published = read_published(earlier)
    if settings.policy != "dfe":
        raise ConfigurationError(
            Fault("DC001", "error", f"the disclosure policy {settings.policy} is not available yet", "use dfe")
        )
    opened = {override.indicator for override in settings.publish_small}
    hidden = primary(public, project.indicators, opened)
    withheld = withheld_breakdowns(public, hidden)
    if withheld:
        gone = pd.MultiIndex.from_frame(public[["indicator", "breakdown"]]).isin(withheld)
        public, hidden = public[~gone].reset_index(drop=True), hidden[~gone]
    cells = read_rows(public, project.indicators, opened)
    add_published(cells, known_rows(published), project.indicators)
    add_relations(cells, project.indicators, project.report.relations, within)
    protected = protected_counts(cells, public, project.indicators, hidden)
    before = hidden_last_time(public, published)
    cost = row_cost(public, project, quarter, hidden, before)
    first = np.flatnonzero(hidden).tolist()
    choice = hide_more(cells, first, protected, cost, before)
    show_again(cells, choice, {*first, *before}, cost)
    guarded = [count for count in choice.guarded if cells.values[count] or count in choice.ways]
    narrow = exposed(cells, choice.unknown, guarded)
    more = 1
    while narrow:
        if not any([hide_near(cells, choice, count, cost) for count in narrow for _ in range(more)]):
            raise _refusal(cells, narrow, public)
        narrow, more = exposed(cells, choice.unknown, narrow), more + 1
    rows = np.zeros(len(public), dtype=bool)
    rows[sorted(choice.hidden)] = True
    rows = _derived(public, project.indicators, rows)
    result = public.copy()
    result.loc[rows, ["numerator", "denominator", "value"]] = np.nan
    result.loc[rows, "marker"] = "c"
    result.loc[revised(result, published) & result["value"].notna().to_numpy(), "marker"] = "r"
    return Disclosed(
        figures=result,
        suppressed=int(rows.sum()),
        secondary=int((rows & ~hidden).sum()),
        cells=len(result),
        overrides=tuple(settings.publish_small),
        policy=settings.policy,
        withheld=tuple(withheld),
        protected=len(protected),
    )


def _refusal(cells: Cells, narrow: list[int], public: pd.DataFrame) -> ConfigurationError:
    """Return the error that names the indicators and the sums that give counts away, without values."""
    names: set[str] = set()
    for count in narrow:
        near = {count, *(other for place, _ in cells.sums_of[count] for other, _ in cells.sums[place])}
        shown = cells.rows_of[count] or [row for other in near for row in cells.rows_of[other]]
        names |= {str(public["indicator"].iat[row]) for row in shown}
    sums = sorted({cells.kinds[place] for count in narrow for place, _ in cells.sums_of[count]})
    return ConfigurationError(
        Fault(
            "DC002",
            "error",
            f"a small number could be worked out in {', '.join(sorted(names))}: {'; '.join(sums) or 'it was published'}",
            "withhold a breakdown of the indicator, or record the decision under disclosure: publish_small",
            count=len(narrow),
        )
    )


def _derived(public: pd.DataFrame, indicators: Mapping[str, Indicator], hidden: Mask) -> Mask:
    """Hide sums of indicators where any part is hidden."""
    result = hidden.copy()
    derived = {n: names_in(parse(i.value)) for n, i in indicators.items() if i.kind == "derived" and i.value}
    if not derived:
        return result
    keys = pd.MultiIndex.from_frame(public[PLACE])
    names = public["indicator"].to_numpy()
    for _ in derived:
        for name, parts in derived.items():
            gone = keys[np.isin(names, list(parts)) & result]
            result |= (names == name) & keys.isin(gone)
    return result
