"""Disclosure control: from all figures to those that may be published; nothing is drawn or worded here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carereport.conditions.parse import names_in, parse
from carereport.disclosure.audit import exposed
from carereport.disclosure.cells import Cells, add_published, add_sums_before, read_rows
from carereport.disclosure.completeness import hide_completeness
from carereport.disclosure.concepts import counts_people
from carereport.disclosure.cost import row_cost
from carereport.disclosure.past import hidden_last_time, known_rows, read_published, withheld_last_time
from carereport.disclosure.policy import Mask
from carereport.disclosure.primary import (
    MOSTLY,
    WITHHELD,
    primary,
    protected_counts,
    withheld_breakdowns,
    withheld_for_leads,
    withheld_periods,
)
from carereport.disclosure.relations import Within, add_relations
from carereport.disclosure.revisions import mark_revisions
from carereport.disclosure.rounding import bounds_after, round_figures
from carereport.disclosure.search import Choice
from carereport.disclosure.suppress import (
    hide_instead,
    hide_more,
    hide_near,
    hide_only,
    hide_way,
    show_again,
    show_told,
    withhold,
)
from carereport.faults import ConfigurationError, Fault
from carereport.figures import SPREAD, Revision
from carereport.measures.values import PLACE as DERIVED_PLACE
from carereport.measures.values import derive
from carereport.quarters import Quarter
from carereport.report_settings import PublishSmall
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

__all__ = ["Disclosed", "disclose", "undisclosed"]

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
    withheld_periods: tuple[tuple[str, str], ...] = ()
    """(indicator, period kind) of the months and quarters without any row, since most would be suppressed."""
    protected: int = 0
    """Small counts that the audit found safe, shown by a row or not."""
    revisions: tuple[Revision, ...] = ()
    """Published figures that have moved by more than the printed rule, in the order of the rows."""
    compared: bool = False
    """Whether an earlier report is on record, so that figures could be compared with it."""

    @property
    def rounded(self) -> bool:
        """Whether numbers are rounded, so that those of quarters do not make the year's."""
        return self.policy not in ("dfe", "none")


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
    published = read_published(earlier, figures)
    opened = {override.indicator for override in settings.publish_small}
    indicators = project.indicators
    truth, shown, small = public, public, primary(public, indicators, opened)
    if settings.policy != "dfe":
        shown, small = round_figures(public, indicators, settings.policy, opened)
    breakdowns = withheld_breakdowns(truth, small)
    periods = {*withheld_periods(truth, small, indicators, MOSTLY), *withheld_last_time(truth, published)}
    periods = {one for one in periods if one[0] not in opened and counts_people(indicators[one[0]])}
    before = hidden_last_time(truth, published)
    cost = row_cost(truth, project, quarter, small, before)
    unlisted = _rows_of(truth, breakdowns, periods)
    cells = read_rows(truth, indicators, opened, np.flatnonzero(unlisted).tolist())
    if settings.policy == "dfe":
        add_published(cells, known_rows(published), indicators)
    add_relations(cells, indicators, project.report.relations, within, project.report.flows)
    add_sums_before(cells)
    protected = protected_counts(cells, truth, indicators, small)
    first = np.flatnonzero(small & ~unlisted).tolist()
    if settings.policy == "dfe":
        before -= set(np.flatnonzero(unlisted).tolist())
        choice = hide_more(cells, first, protected, cost, before)
        others = set(range(len(truth))) - {*first, *before}
        totals = others.intersection(np.flatnonzero(truth["breakdown"] == "total").tolist())
        leading = _beside_leads(truth, indicators, quarter)
        near = totals
        while True:
            show_again(cells, choice, near, cost)
            hide_instead(cells, choice, {lead: beside for lead, beside in leading.items() if lead in others}, cost)
            more = _more_withheld(truth, choice, unlisted, small, indicators, quarter) - periods
            if not more:
                break
            periods |= more
            rows = _rows_of(truth, (), more)
            unlisted |= rows
            near = totals & withhold(cells, choice, np.flatnonzero(rows).tolist())
        show_again(cells, choice, others - totals, cost)
    else:
        choice = replace(hide_only(cells, first, ()), guarded=protected)
    _until_safe(cells, choice, cost, settings.policy, truth)
    if settings.policy == "dfe":
        show_told(cells, choice, np.flatnonzero(small).tolist())
    rows = np.zeros(len(truth), dtype=bool)
    rows[sorted(choice.hidden)] = True
    rows = _derived(shown, indicators, rows | unlisted)
    result = shown.copy()
    if settings.policy != "dfe":
        _derive_again(result, indicators)
    spread = [column for column in SPREAD if column in result]
    result.loc[rows, ["numerator", "denominator", "value", *spread]] = np.nan
    if settings.policy != "dfe":
        result[spread] = np.nan  # they would tell more than what is rounded
    hide_completeness(result, truth, rows, indicators, opened, settings.policy)
    result.loc[rows, "marker"] = "c"
    stays = ~unlisted
    result, rows, small = result[stays].reset_index(drop=True), rows[stays], small[stays]
    result, moved = mark_revisions(result, published, indicators)
    return Disclosed(
        figures=result,
        suppressed=int(rows.sum()),
        secondary=int((rows & ~small).sum()),
        cells=len(result),
        overrides=tuple(settings.publish_small),
        policy=settings.policy,
        withheld=tuple(breakdowns),
        withheld_periods=tuple(sorted(periods)),
        protected=len(protected),
        revisions=moved,
        compared=len(published) > 0,
    )


def undisclosed(figures: pd.DataFrame, project: Project, earlier: Iterable[str] = ()) -> Disclosed:
    """Return all figures as they are, for papers that are withheld, and what was revised since publication."""
    published = read_published(earlier, figures)
    result, moved = mark_revisions(figures, published, project.indicators)
    return Disclosed(result, 0, 0, len(result), (), "none", revisions=moved, compared=len(published) > 0)


def _more_withheld(
    public: pd.DataFrame, choice: Choice, unlisted: Mask, small: Mask, indicators: Mapping[str, Indicator],
    quarter: Quarter,
) -> set[tuple[str, str]]:  # fmt: skip
    """Return the months and quarters to withhold after all: hardly any is left, or they cost a leading figure."""
    gone = unlisted.copy()
    gone[sorted(choice.hidden)] = True
    return {
        *withheld_periods(public, gone, indicators, WITHHELD),
        *withheld_for_leads(public, gone & ~small, gone & unlisted, indicators, quarter),
    }


def _beside_leads(public: pd.DataFrame, indicators: Mapping[str, Indicator], quarter: Quarter) -> dict[int, list[int]]:
    """Return the row of each leading figure with the rows of the same indicator's other periods to the same day."""
    current = (public["breakdown"] == "total") & (public["period_end"] == pd.Timestamp(quarter.end))
    rows: dict[str, dict[str, int]] = {}
    for row in np.flatnonzero(current).tolist():
        rows.setdefault(str(public["indicator"].iat[row]), {})[str(public["period_kind"].iat[row])] = row
    return {
        kinds[lead]: [row for kind, row in kinds.items() if kind not in (lead, "month")]
        for name, kinds in rows.items()
        if (lead := indicators[name].headline) in kinds
    }


def _rows_of(
    public: pd.DataFrame, breakdowns: Collection[tuple[str, str]], periods: Collection[tuple[str, str]]
) -> Mask:
    """Return the rows of the breakdowns and of the months and quarters that are withheld."""
    names = public["indicator"]
    withheld = pd.MultiIndex.from_arrays([names, public["breakdown"]]).isin(breakdowns) if breakdowns else False
    if periods:
        withheld |= pd.MultiIndex.from_arrays([names, public["period_kind"]]).isin(list(periods))
    return np.asarray(withheld | np.zeros(len(public), dtype=bool))


def _until_safe(cells: Cells, choice: Choice, cost: Callable[[int], float], policy: str, public: pd.DataFrame) -> None:
    """Audit with a solver, and hide more near what it finds exposed, until it finds nothing.

    Raises:
        ConfigurationError: a small number can be worked out, and nothing near it is left to hide.
    """
    narrow = [count for count in choice.guarded if cells.values[count] or count in choice.ways]
    more = 0
    while True:
        if policy == "dfe":
            narrow = exposed(cells, choice.unknown, narrow, ways=choice.ways)
        else:
            every = [True] * len(cells.values)
            narrow = exposed(cells, every, narrow, bounds_after(cells, choice.unknown, policy))
        if not narrow:
            return
        more += 1
        first = policy == "dfe" and more == 1
        found = [
            (first and hide_way(cells, choice, count, cost)) or hide_near(cells, choice, count, cost)
            for count in narrow for _ in range(more)
        ]  # fmt: skip
        if not any(found):
            raise _refusal(cells, narrow, public)


def _refusal(cells: Cells, narrow: list[int], public: pd.DataFrame) -> ConfigurationError:
    """Return the error that names the indicators and the sums that give counts away, without values."""
    names: set[str] = set()
    for count in narrow:
        near = {count, *(other for place, _ in cells.sums_of[count] for other, _ in cells.sums[place])}
        shown = cells.rows_of[count] or [row for other in near for row in cells.rows_of[other]]
        names |= {str(public["indicator"].iat[row]) for row in shown}
    sums = sorted({cells.kinds[place] for count in narrow for place, _ in cells.sums_of[count]})
    where, why = ", ".join(sorted(names)), "; ".join(sums) or "it was published"
    return ConfigurationError(
        Fault(
            "DC002",
            "error",
            f"a small number could be worked out in {where}: {why}",
            "take a breakdown of the indicator out of config/indicators.yaml, or record the decision under "
            "disclosure: publish_small in config/report.yaml; carereport build tells what history/ has to do with it",
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


def _derive_again(public: pd.DataFrame, indicators: Mapping[str, Indicator]) -> None:
    """Compute sums of indicators from the rounded figures of their parts."""
    for name, indicator in indicators.items():
        if indicator.kind != "derived":
            continue
        parts = names_in(parse(str(indicator.value)))
        facts = {part: public[public["indicator"] == part] for part in parts}
        held = derive(indicator, facts).set_index(list(DERIVED_PLACE))["value"]
        mine = (public["indicator"] == name).to_numpy()
        places = pd.MultiIndex.from_frame(public.loc[mine, list(DERIVED_PLACE)])
        public.loc[mine, "value"] = held.reindex(places).to_numpy(dtype=float)
