"""Measuring: from typed tables to every figure, unsuppressed; nothing is judged or hidden here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carereport.faults import ExtractError, Fault
from carereport.measures.check import check_measures
from carereport.quarters import Quarter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from carereport.extracts import Extracts
    from carereport.measures.memory import Facts, FactsMemory
    from carereport.project import Project
    from carereport.settings import Indicator

    Council = tuple[Project, Extracts]
    """A council's settings and its rows."""

__all__ = ["Measured", "check_measures", "measure", "measure_together"]


@dataclass(frozen=True)
class Measured:
    """All figures in the columns and order of figures.csv, unsuppressed and unrounded."""

    figures: pd.DataFrame
    faults: tuple[Fault, ...]
    within: dict[tuple[str, str], dict[str, str]]
    """(indicator, breakdown) to each category's parent, for breakdowns nested in another."""


def measure(
    project: Project, extracts: Extracts, quarter: Quarter, engine: str = "pandas", memory: FactsMemory | None = None
) -> Measured:
    """Return every figure of every indicator up to the quarter's end; with a memory, only what changed is counted.

    Raises:
        ExtractError: rows contradict each other, so that a figure cannot be told.
    """

    def figures(project: Project) -> Measured:
        (found,) = measure_together([(project, extracts)], quarter, engine, memory)
        if isinstance(found, ExtractError):
            raise found
        return found

    return figures(project) if memory is None else memory.figures(project, extracts, quarter, engine, figures)


def measure_together(
    councils: Sequence[Council], quarter: Quarter, engine: str = "pandas", memory: FactsMemory | None = None,
    beside: bool = False,
) -> list[Measured | ExtractError]:  # fmt: skip
    """Return the figures of several councils, counted in one pass; of each what it would have alone.

    Their settings are those of one project. An error stands in the place of a council whose rows contradict each other.
    `beside` says that other councils are measured beside these, so that no second process pays.
    """
    import pandas as pd

    from carereport.conditions.parse import names_in, parse
    from carereport.engines import measuring
    from carereport.measures.totals import COUNCIL
    from carereport.measures.values import PLACE, as_figures, derive, mark

    def count(names: list[str], project: Project, extracts: Extracts) -> Facts:
        with measuring(engine):
            return _counted(names, [(project, extracts)], quarter, engine)

    project, extracts = councils[0]
    indicators = project.indicators
    named = [name for name, one in indicators.items() if one.kind != "derived" and one.from_ in extracts.tables]
    if memory is not None:
        measured = memory.facts(named, project, extracts, quarter, engine, count)
    elif beside:
        with measuring(engine):
            measured = _counted(named, councils, quarter, engine)
    else:
        measured = _in_halves(named, councils, quarter, engine)
    place = [COUNCIL, *PLACE]
    facts: dict[str, pd.DataFrame] = {}
    waiting = list(indicators)
    while waiting:
        name = waiting.pop(0)
        indicator = indicators[name]
        held = measured[name][0] if name in measured else pd.DataFrame(columns=[*place, "value"])
        if indicator.kind == "derived":
            if names_in(parse(str(indicator.value))) - set(facts):
                waiting.append(name)
                continue
            held = derive(indicator, facts, place)
            held = mark(indicator, held) if len(held) else held.reindex(columns=[*place, "value"])
        facts[name] = held
    taken = {name: table.extracted for name, table in extracts.tables.items()}
    areas = [own.area for own, _ in councils]
    found: list[Measured | ExtractError] = []
    for number, figures in enumerate(as_figures(facts, indicators, areas, taken)):
        own, held_extracts = councils[number]
        faults = [fault for name in named for fault in measured[name][1][number]]
        if any(fault.severity == "error" for fault in faults):
            found.append(ExtractError([*held_extracts.faults, *faults]))
        else:
            found.append(Measured(figures, tuple(faults), _nesting(own, held_extracts)))
    return found


def _in_halves(names: list[str], councils: Sequence[Council], quarter: Quarter, engine: str) -> Facts:
    """Return the facts of indicators, counted in two processes where that is faster."""
    from carereport.conditions.days import calendar_frame
    from carereport.engines import forks, measuring
    from carereport.measures import facts as _facts  # noqa: F401  # loaded once, before the work is divided
    from carereport.measures.halves import halves

    project, extracts = councils[0]
    calendar_frame(tuple(project.report.closure_days))  # made before the work is divided, as both halves need it
    rows = {name: sum(len(held.tables[name].frame) for _, held in councils) for name in extracts.tables}
    first, second = halves(names, project.indicators, rows) if forks(engine) else (names, [])
    if not second:
        with measuring(engine):
            return _counted(first, councils, quarter, engine)
    from carereport.side_by_side import both

    one, other = both(
        lambda: _counted(first, councils, quarter, engine), lambda: _counted(second, councils, quarter, engine)
    )
    return one | other


def _counted(names: list[str], councils: Sequence[Council], quarter: Quarter, engine: str) -> Facts:
    """Return the facts of indicators that count rows or take supplied numbers."""
    import pandas as pd

    from carereport.measures.categories import split_columns
    from carereport.measures.columns import used_columns
    from carereport.measures.facts import measure_rows
    from carereport.measures.supplied import measure_supplied
    from carereport.measures.totals import COUNCIL
    from carereport.measures.values import PLACE, mark, with_rates
    from carereport.measures.work import Measuring

    project, extracts = councils[0]
    counted = [project.indicators[name] for name in names]
    work = Measuring(
        [held.tables for _, held in councils], quarter, engine, tuple(project.report.closure_days),
        used_columns(counted, extracts.tables), split_columns(counted, extracts.tables), project.extracts.state_days,
    )  # fmt: skip
    found: Facts = {}
    for name, indicator in sorted(zip(names, counted, strict=True), key=lambda pair: _rows_of(pair[1])):
        work.begin(str(indicator.from_))
        held = (measure_supplied if indicator.kind == "supplied" else measure_rows)(name, indicator, work)
        if indicator.per is not None and indicator.denominator is None and len(held):
            parts = [held[held[COUNCIL] == number].reset_index(drop=True) for number in range(len(councils))]
            parts = [
                with_rates(name, indicator, part, own, own.area, faults)
                for part, (own, _), faults in zip(parts, councils, work.faults, strict=True)
            ]  # fmt: skip
            held = pd.concat([part for part in parts if len(part)], ignore_index=True)
        held = mark(indicator, held) if len(held) else held.reindex(columns=[COUNCIL, *PLACE, "value"])
        found[name] = (held, work.faults)
    return found


def _rows_of(indicator: Indicator) -> str:
    """Return what indicators have in common that count the same rows, which are then made once."""
    aged = any(breakdown.name == "age_band" for breakdown in indicator.breakdowns)
    return repr((indicator.from_, indicator.open, indicator.when, aged))


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
