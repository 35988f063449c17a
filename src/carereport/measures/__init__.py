"""Measuring: from typed tables to every figure, unsuppressed; nothing is judged or hidden here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carereport.faults import ExtractError, Fault
from carereport.measures.check import check_measures
from carereport.quarters import Quarter

if TYPE_CHECKING:
    import pandas as pd

    from carereport.extracts import Extracts
    from carereport.project import Project

__all__ = ["Measured", "check_measures", "measure"]


@dataclass(frozen=True)
class Measured:
    """All figures in the columns and order of figures.csv, unsuppressed and unrounded."""

    figures: pd.DataFrame
    faults: tuple[Fault, ...]
    within: dict[tuple[str, str], dict[str, str]]
    """(indicator, breakdown) to each category's parent, for breakdowns nested in another."""


def measure(project: Project, extracts: Extracts, quarter: Quarter, engine: str = "pandas") -> Measured:
    """Return every figure of every indicator up to the quarter's end.

    Raises:
        ExtractError: rows contradict each other, so that a figure cannot be told.
    """
    import pandas as pd

    from carereport.conditions.parse import names_in, parse
    from carereport.measures.columns import used_columns
    from carereport.measures.facts import Measuring, measure_rows
    from carereport.measures.supplied import measure_supplied
    from carereport.measures.values import PLACE, as_figures, derive, mark, with_rates
    from carereport.measures.window import undeclared

    work = Measuring(
        extracts.tables, quarter, engine, tuple(project.report.closure_days),
        used_columns(project.indicators.values(), extracts.tables), project.extracts.state_days,
    )  # fmt: skip
    area = project.area
    facts: dict[str, pd.DataFrame] = {}
    waiting = list(project.indicators)
    while waiting:
        name = waiting.pop(0)
        indicator = project.indicators[name]
        if indicator.kind == "derived":
            if names_in(parse(str(indicator.value))) - set(facts):
                waiting.append(name)
                continue
            held = derive(indicator, facts)
        elif str(indicator.from_) not in extracts.tables:
            held = pd.DataFrame()
        elif indicator.kind == "supplied":
            held = with_rates(name, indicator, measure_supplied(name, indicator, work), project, area, work.faults)
        else:
            held = with_rates(name, indicator, measure_rows(name, indicator, work), project, area, work.faults)
        if not len(held):
            facts[name] = held.reindex(columns=[*PLACE, "value"])
            continue
        facts[name] = mark(indicator, held)
    work.faults += undeclared(project.indicators, extracts.tables)
    if any(fault.severity == "error" for fault in work.faults):
        raise ExtractError([*extracts.faults, *work.faults])
    taken = {name: table.extracted for name, table in extracts.tables.items()}
    whole = as_figures(facts, project.indicators, area, taken)
    return Measured(whole, tuple(work.faults), _nesting(project, extracts))


def _nesting(project: Project, extracts: Extracts) -> dict[tuple[str, str], dict[str, str]]:
    """Return the parent of each category that has exactly one, for nested breakdowns."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name, indicator in project.indicators.items():
        table = extracts.tables.get(str(indicator.from_))
        for breakdown in indicator.breakdowns:
            if table is None or breakdown.within is None or breakdown.name not in table.frame:
                continue
            pairs = table.frame[[breakdown.name, breakdown.within]].fillna("unknown").drop_duplicates()
            single = pairs[~pairs[breakdown.name].duplicated(keep=False)]
            found[name, breakdown.name] = dict(zip(single[breakdown.name], single[breakdown.within], strict=True))
    return found
