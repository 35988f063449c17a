"""An indicator's numerators and denominators by council, period and category, from its rows.

Counts add up, so they are grouped by month once and summed to longer periods; distinct counts,
means and medians do not, and are computed for each period that shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from carereport.conditions.parse import names_in, parse
from carereport.engines import Frame, collected, native
from carereport.extracts import Extracts, TableData
from carereport.faults import Fault
from carereport.figures import COMPLETENESS, SPREAD
from carereport.measures.categories import AREA, CODED, TOTAL, Split, breakdown_of, breakdowns_of, council_of
from carereport.measures.columns import KEY, columns_of
from carereport.measures.completeness import with_completeness
from carereport.measures.counting import Counted, chosen, counted, counted_rows
from carereport.measures.rows import event_rows, first_row, names_of, spell_rows
from carereport.measures.spread import family_sizes
from carereport.measures.totals import COUNCIL, added_up, assigned, each, month_number, reduced
from carereport.measures.window import Periods, months_of, periods_of, unsupported, window_of
from carereport.measures.work import Measuring
from carereport.quarters import Period, Quarter, month_end
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

FACT_COLUMNS = [
    COUNCIL,
    "period_kind",
    "period_start",
    "period_end",
    "breakdown",
    "category",
    "numerator",
    "denominator",
    "value",
]


def uses_state(indicator: Indicator, table: TableData) -> bool:
    """Return whether the indicator asks for a column that holds the state on the day of extraction."""
    names: set[str] = {*(indicator.open or ()), *filter(None, [indicator.distinct])}
    for text in (indicator.where, indicator.count, indicator.of, indicator.when):
        if text:
            names |= names_in(parse(text))
    return bool(names & table.states)


def measure_rows(name: str, indicator: Indicator, work: Measuring) -> pd.DataFrame:
    """Return the facts of an indicator that counts rows: FACT_COLUMNS, `marker` and no value for x."""
    table = work.tables[str(indicator.from_)]
    breakdowns = breakdowns_of(indicator, table)
    if uses_state(indicator, table) or (indicator.when is None and indicator.open is None):
        return _as_at(name, indicator, table, breakdowns, work)
    window = window_of(indicator, table, work.tables)
    quarter = work.quarter
    states = [breakdown for breakdown in breakdowns if breakdown in table.states]
    split = Split([b for b in breakdowns if b not in states], work.labels(table.name, quarter.end))
    if indicator.open is not None:
        base = work.frame(table.name, quarter.end)
        start = window.first_day if window.declared else first_row(base, indicator.open[0])
        if start is not None and not window.declared:
            start = max(start.replace(day=1), window.first_day or date.min)
        ends = [month.end for month in months_of(start, quarter)] if start else []
        rows = work.spells(table.name, indicator.open, ends, split.aged)
    else:
        rows = work.events(table.name, str(indicator.when), split.aged)
    picked = chosen(indicator, table, _narrowed(rows, indicator), quarter.end, work)
    found = counted(name, indicator, picked, split, work)
    firsts = found.first_days(len(work.councils))
    made = {first: periods_of(indicator, window, first, quarter) for first in set(firsts)}
    periods = [made[first] for first in firsts]
    for held, faults in zip(periods, work.faults, strict=True):
        sentence = unsupported(name, window, held, quarter)
        if sentence:
            faults.append(sentence)
    facts = _by_period(indicator, found, split, periods)
    facts = with_completeness(facts, found.missing, indicator.open is not None)
    parts = [facts.assign(marker="")] if len(facts) else []
    if states:
        parts.append(_as_at(name, indicator, table, states, work))
    missing = [missing_row(period, council) for council, held in enumerate(periods) for period in held.missing]
    if missing:
        parts.append(pd.DataFrame(missing))
    columns = [*FACT_COLUMNS, "marker"]
    if not parts:
        return pd.DataFrame(columns=columns)
    facts = pd.concat(parts, ignore_index=True)
    return facts.reindex(columns=[*columns, *(column for column in (*SPREAD, *COMPLETENESS) if column in facts)])


def _narrowed(rows: Frame, indicator: Indicator) -> Frame:
    """Keep the columns that the indicator uses, so that filters copy no others."""
    wanted = columns_of(indicator) | {"as_at", "_month", TOTAL.removeprefix(CODED), AREA, KEY}
    return rows.select(*(column for column in names_of(rows) if column.removeprefix(CODED) in wanted))


def missing_row(period: Period, council: int) -> dict[str, object]:
    """Return the row of a period that a council's extracts do not support."""
    return {
        COUNCIL: council, "period_kind": period.kind, "period_start": pd.Timestamp(period.start),
        "period_end": pd.Timestamp(period.end), "breakdown": "total", "category": "total", "marker": "x",
    }  # fmt: skip


def _by_period(indicator: Indicator, found: Counted, split: Split, periods: Sequence[Periods]) -> pd.DataFrame:
    """Return facts of all breakdowns and periods, with a row for every category that a council has in any period.

    Councils whose periods are the same are worked out together.
    """
    alike: list[tuple[Periods, list[int]]] = []
    for council, held in enumerate(periods):
        same = next((councils for other, councils in alike if other == held), None)
        if same is None:
            alike.append((held, [council]))
        else:
            same.append(council)
    pieces: list[pd.DataFrame] = []
    for held, councils in alike:
        kinds = [group for group in (held.months, held.quarters, *([p] for p in held.longer)) if group]
        if not kinds:
            continue
        first = min(month_number(period.start) for group in kinds for period in group)
        for place, own in enumerate(found.parts):
            own = own[own["_month"] >= first]
            numbers = own["_c"].to_numpy(dtype=np.int64)
            if len(alike) > 1:
                own = own[np.isin(council_of(numbers), councils)]
            categories = split.of(own["_c"].unique().tolist(), councils, total=place == 0)
            if not categories:
                continue
            if found.adds_up:
                together = [period for group in kinds for period in group]
                breakdowns = np.tile(breakdown_of(np.array([*categories])), len(together))
                piece = added_up(indicator, own, together, categories).assign(breakdown=each(split.names, breakdowns))
                if indicator.cluster is not None:
                    rows = found.rows.filter(nw.col("_month") >= first)
                    sizes = family_sizes(rows, indicator.cluster, together, councils, indicator.open is not None)
                    piece.loc[breakdowns == 0, "family_size"] = sizes
                pieces.append(piece)
                continue
            for group in kinds:
                spans = assigned(own, group, snapshot=indicator.open is not None)
                told = place == 0 and (group is not held.months or len(kinds) == 1)
                facts = reduced(indicator, spans, group, categories, told)
                pieces.append(facts.assign(breakdown=split.names[place]))
    if not pieces:
        return pd.DataFrame(columns=FACT_COLUMNS)
    facts = pd.concat(pieces, ignore_index=True)
    return facts[[*FACT_COLUMNS, *(column for column in SPREAD if column in facts)]]


def rows_behind(project: Project, name: str, extracts: Extracts, quarter: Quarter) -> pd.DataFrame:
    """Return the rows behind an indicator's figure of a quarter, with `_x` 1 where they are in its numerator.

    A snapshot's are those at its last day, a state's those as at the day of extraction.
    """
    indicator = project.indicators[name]
    work = Measuring([extracts.tables], quarter, closure_days=tuple(project.report.closure_days))
    table = work.tables[str(indicator.from_)]
    if uses_state(indicator, table) or (indicator.when is None and indicator.open is None):
        rows, day = _state_rows(indicator, table, work)
        return collected(counted_rows(indicator, chosen(indicator, table, rows, day, work).rows))
    base = work.frame(table.name, quarter.end)
    last = quarter.end.year * 12 + quarter.end.month
    if indicator.open is not None:
        rows = spell_rows(base, indicator.open, [quarter.end], quarter.end, work.engine)
    else:
        rows = event_rows(base, str(indicator.when), quarter.end).filter(nw.col("_month") > last - 3)
    return collected(counted_rows(indicator, chosen(indicator, table, rows, quarter.end, work).rows))


def _as_at(
    name: str, indicator: Indicator, table: TableData, breakdowns: list[str], work: Measuring
) -> pd.DataFrame:
    """Return the one figure of a state column: as at the day of extraction, x where that is too late."""
    rows, day = _state_rows(indicator, table, work)
    rows = rows.with_columns(nw.lit(month_number(day)).alias("_month"))
    split = Split(breakdowns, work.labels(table.name, day))
    rows = work.by_month(table.name, rows, split.aged)
    found = counted(name, indicator, chosen(indicator, table, rows, day, work), split, work)
    moment = Periods([Period("month", day.replace(day=1), month_end(day))], [], [], [])
    whole = _by_period(indicator, found, split, [moment] * len(work.councils))
    late = (day - work.quarter.end).days
    if late > work.state_days:
        message = f"{name}: no figure, since the extract holds the state of {late} days after the quarter's end"
        remedy = f"extract within {work.state_days} days of the quarter's end, or set state_days"
        work.note(Fault("IN314", "note", message, remedy))
    stamp = pd.Timestamp(day)
    marker = "x" if late > work.state_days else ""
    whole = with_completeness(whole, found.missing, snapshot=True)
    return whole.assign(period_kind="as_at", period_start=stamp, period_end=stamp, marker=marker)


def _state_rows(indicator: Indicator, table: TableData, work: Measuring) -> tuple[Frame, date]:
    """Return the rows of a state column's figure, and the day of extraction."""
    day = table.extracted or work.quarter.end
    base = work.frame(table.name, day)
    if indicator.open is not None:
        return spell_rows(base, indicator.open, [day], day, work.engine), day
    if indicator.when is not None:
        return event_rows(base, indicator.when, day), day
    moment = pd.DataFrame({"as_at": pd.to_datetime([day]).astype("datetime64[ns]")})
    return base.join(native(moment, work.engine), how="cross"), day
