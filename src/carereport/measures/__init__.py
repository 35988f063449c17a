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
    from carereport.measures.memory import Count, Facts, FactsMemory
    from carereport.project import Project

__all__ = ["Measured", "check_measures", "measure"]


@dataclass(frozen=True)
class Measured:
    """All figures in the columns and order of figures.csv, unsuppressed and unrounded."""

    figures: pd.DataFrame
    faults: tuple[Fault, ...]
    within: dict[tuple[str, str], dict[str, str]]
    """(indicator, breakdown) to each category's parent, for breakdowns nested in another."""


def measure(
    project: Project, extracts: Extracts, quarter: Quarter, engine: str = "pandas", memory: FactsMemory | None = None,
    *, alone: bool = True,
) -> Measured:  # fmt: skip
    """Return every figure of every indicator up to the quarter's end; with a memory, only what changed is counted.

    Where it is not `alone` on the machine, since others measure beside it, it takes one process only.

    Raises:
        ExtractError: rows contradict each other, so that a figure cannot be told.
    """
    if memory is None:
        return _figures(project, extracts, quarter, engine, None, alone=alone)
    return memory.figures(
        project, extracts, quarter, engine, lambda part: _figures(part, extracts, quarter, engine, memory, alone=alone)
    )


def _figures(
    project: Project, extracts: Extracts, quarter: Quarter, engine: str, memory: FactsMemory | None, *, alone: bool
) -> Measured:
    import pandas as pd

    from carereport.conditions.parse import names_in, parse
    from carereport.measures.values import PLACE, as_figures, derive, mark
    from carereport.measures.window import undeclared

    def count(names: list[str], project: Project, extracts: Extracts) -> Facts:
        return _counted(names, project, extracts, quarter, engine)

    indicators = project.indicators
    counted = [name for name, one in indicators.items() if one.kind != "derived" and one.from_ in extracts.tables]
    if not alone:
        measured = count(counted, project, extracts)
    elif memory is not None:
        measured = memory.facts(counted, project, extracts, quarter, engine, count)
    else:
        measured = _in_halves(counted, project, extracts, engine, count)
    facts: dict[str, pd.DataFrame] = {}
    faults = [fault for name in counted for fault in measured[name][1]]
    waiting = list(indicators)
    while waiting:
        name = waiting.pop(0)
        indicator = indicators[name]
        held = measured[name][0] if name in measured else pd.DataFrame(columns=[*PLACE, "value"])
        if indicator.kind == "derived":
            if names_in(parse(str(indicator.value))) - set(facts):
                waiting.append(name)
                continue
            held = derive(indicator, facts)
            held = mark(indicator, held) if len(held) else held.reindex(columns=[*PLACE, "value"])
        facts[name] = held
    faults += undeclared(indicators, extracts.tables)
    if any(fault.severity == "error" for fault in faults):
        raise ExtractError([*extracts.faults, *faults])
    taken = {name: table.extracted for name, table in extracts.tables.items()}
    whole = as_figures(facts, indicators, project.area, taken)
    return Measured(whole, tuple(faults), _nesting(project, extracts))


def _in_halves(names: list[str], project: Project, extracts: Extracts, engine: str, count: Count) -> Facts:
    """Return the facts of indicators, counted in two processes where that is faster."""
    from carereport.conditions.days import calendar_frame
    from carereport.measures import facts as _facts  # noqa: F401  # loaded once, before the work is divided
    from carereport.measures.halves import halves

    calendar_frame(tuple(project.report.closure_days))  # made before the work is divided, as both halves need it
    first, second = halves(names, project.indicators, extracts.tables) if engine == "pandas" else (names, [])
    if not second:
        return count(first, project, extracts)
    from carereport.side_by_side import both

    one, other = both(lambda: count(first, project, extracts), lambda: count(second, project, extracts))
    return one | other


def _counted(names: list[str], project: Project, extracts: Extracts, quarter: Quarter, engine: str) -> Facts:
    """Return the facts of indicators that count rows or take supplied numbers."""
    from carereport.measures.categories import split_columns
    from carereport.measures.columns import used_columns
    from carereport.measures.facts import Measuring, measure_rows
    from carereport.measures.supplied import measure_supplied
    from carereport.measures.values import PLACE, mark, with_rates

    work = Measuring(
        extracts.tables, quarter, engine, tuple(project.report.closure_days),
        used_columns(project.indicators.values(), extracts.tables),
        split_columns(project.indicators.values(), extracts.tables), project.extracts.state_days,
    )  # fmt: skip
    found: Facts = {}
    for name in names:
        indicator = project.indicators[name]
        work.faults = []
        counts = measure_supplied if indicator.kind == "supplied" else measure_rows
        held = with_rates(name, indicator, counts(name, indicator, work), project, project.area, work.faults)
        held = mark(indicator, held) if len(held) else held.reindex(columns=[*PLACE, "value"])
        found[name] = (held, work.faults)
    return found


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
