"""Rows, a condition, a grouping: an indicator's numerators and denominators by period and category.

Counts add up, so they are grouped by month once and summed to longer periods; distinct counts,
means and medians do not, and are computed for each period that shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from carereport.conditions.days import calendar_frame
from carereport.conditions.parse import Call, names_in, parse, walk
from carereport.conditions.translate import Translator
from carereport.engines import Frame, collected, kept, native, total
from carereport.extracts import Extracts, TableData
from carereport.extracts.link import chained_by
from carereport.faults import Fault
from carereport.figures import COMPLETENESS, SPREAD
from carereport.measures.categories import CODED, Split, breakdowns_of, with_codes
from carereport.measures.columns import columns_of
from carereport.measures.completeness import missing_by_month, with_completeness
from carereport.measures.rows import Lookups, event_rows, first_row, names_of, spell_rows, within_horizon
from carereport.measures.spread import family_sizes
from carereport.measures.totals import added_up, assigned, month_number, reduced
from carereport.measures.window import Periods, months_of, periods_of, unsupported, window_of
from carereport.quarters import Period, Quarter, month_end
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

FACT_COLUMNS = [
    "period_kind",
    "period_start",
    "period_end",
    "breakdown",
    "category",
    "numerator",
    "denominator",
    "value",
]


@dataclass
class Measuring:
    """What the indicators of one build share: tables within the horizon, on the engine chosen.

    `columns` names the columns kept of each table, all where it is silent; `split` those whose categories are counted.
    """

    tables: Mapping[str, TableData]
    quarter: Quarter
    engine: str = "pandas"
    closure_days: tuple[date, ...] = ()
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    split: Mapping[str, list[str]] = field(default_factory=dict)
    state_days: int = 14
    faults: list[Fault] = field(default_factory=list)
    missing: dict[str, pd.DataFrame] = field(default_factory=dict)
    """By indicator, where records lack the value that it needs: how many of how many, by month."""
    _frames: dict[tuple[str, date], Frame] = field(default_factory=dict)
    _labels: dict[tuple[str, date], dict[str, list[str]]] = field(default_factory=dict)
    _days: Frame | None = None
    _spells: dict[Any, Frame] = field(default_factory=dict)

    def frame(self, name: str, end: date) -> Frame:
        """Return a table's rows as known on `end`, once."""
        key = (name, end)
        if key not in self._frames:
            table = self.tables[name]
            held, self._labels[key] = with_codes(self._kept(name, chained_by(table, end)), self.split.get(name, ()))
            self._frames[key] = kept(within_horizon(table, native(held, self.engine), end), self.engine)
        return self._frames[key]

    def labels(self, name: str, end: date) -> dict[str, list[str]]:
        """Return what the numbers of a table's categories stand for, by column, as in its frame of that day."""
        self.frame(name, end)
        return self._labels[name, end]

    def _kept(self, name: str, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[self.columns[name]] if name in self.columns else rows

    @property
    def days(self) -> Frame:
        if self._days is None:
            self._days = native(calendar_frame(self.closure_days), self.engine)
        return self._days

    def translator(self, table: TableData, frame: Frame, end: date) -> Translator:
        """Return a translator for conditions over `frame`, whose rows come from `table`."""
        lookups = Lookups(self.tables, lambda name: self.frame(name, end))
        dates = frozenset(name for name, kind in table.types.items() if kind == "date")
        return Translator(frame, self.frame(table.name, end), self.days, lookups, dates)


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
    base = work.frame(table.name, quarter.end)
    if indicator.open is not None:
        start = window.first_day if window.declared else first_row(base, indicator.open[0])
        if start is not None and not window.declared:
            start = max(start.replace(day=1), window.first_day or date.min)
        ends = [month.end for month in months_of(start, quarter)] if start else []
        rows = _narrowed(_spells(indicator, table, base, ends, work), indicator)
    else:
        rows = event_rows(_narrowed(base, indicator), str(indicator.when), quarter.end)
    rows = _conditions(name, indicator, table, rows, quarter.end, work)
    periods = periods_of(indicator, window, first_row(rows, "as_at"), quarter)
    sentence = unsupported(name, window, periods, quarter)
    if sentence:
        work.faults.append(sentence)
    states = [breakdown for breakdown in breakdowns if breakdown in table.states]
    split = Split([b for b in breakdowns if b not in states], work.labels(table.name, quarter.end))
    held = _grouped(indicator, rows, split, periods)
    parts = [held.assign(marker="")] if len(held) else []
    if states:
        parts.append(_as_at(name, indicator, table, states, work))
    if periods.missing:
        parts.append(pd.DataFrame([missing_row(period) for period in periods.missing]))
    columns = [*FACT_COLUMNS, "marker"]
    if not parts:
        return pd.DataFrame(columns=columns)
    facts = with_completeness(pd.concat(parts, ignore_index=True), work.missing.get(name), indicator.open is not None)
    return facts.reindex(columns=[*columns, *(column for column in (*SPREAD, *COMPLETENESS) if column in facts)])


def _narrowed(rows: Frame, indicator: Indicator) -> Frame:
    """Keep the columns that the indicator uses, so that filters copy no others."""
    wanted = columns_of(indicator) | {"as_at", "_month"}
    return rows.select(*(column for column in names_of(rows) if column.removeprefix(CODED) in wanted))


def missing_row(period: Period) -> dict[str, object]:
    """Return the row of a period that the extracts do not support."""
    return {
        "period_kind": period.kind, "period_start": pd.Timestamp(period.start), "period_end": pd.Timestamp(period.end),
        "breakdown": "total", "category": "total", "marker": "x",
    }  # fmt: skip


def _spells(indicator: Indicator, table: TableData, base: Frame, ends: list[date], work: Measuring) -> Frame:
    key = (table.name, indicator.open, tuple(ends))
    if key not in work._spells:
        spell = indicator.open or ("", "")
        work._spells[key] = kept(spell_rows(base, spell, ends, work.quarter.end, work.engine), work.engine)
    return work._spells[key]


def _conditions(name: str, indicator: Indicator, table: TableData, rows: Frame, end: date, work: Measuring) -> Frame:
    """Keep the rows in `where`; add `_x` (in the numerator) and `_v` (the number averaged)."""
    translator = work.translator(table, rows, end)
    backwards = 0
    if indicator.where:
        test = translator.test(parse(indicator.where))
        backwards += translator.backwards()
        translator.frame = translator.frame.filter(test)
    if indicator.count:
        translator.frame = _counted(name, indicator, translator, work)
        backwards += translator.backwards()
        if indicator.kind in ("count", "rate"):
            translator.frame = translator.frame.filter(nw.col("_x") == 1)
    else:
        translator.frame = translator.frame.with_columns(nw.lit(1).alias("_x"))
    if indicator.of:
        value = translator.value(parse(indicator.of))
        found = translator.frame.with_columns(value.cast(nw.Float64).alias("_v"))
        unknown = nw.when(nw.col("_v").is_null()).then(nw.lit(1)).otherwise(nw.lit(0))
        empty = total(found, unknown)
        if empty:
            work.missing[name] = missing_by_month(found, unknown)
            work.faults.append(Fault("IN302", "note", f"{name}: rows without a value were left out", count=empty))
        backwards += translator.backwards()
        translator.frame = found.filter(~nw.col("_v").is_null())
    if backwards:
        work.faults.append(
            Fault("IN303", "warning", f"{name}: days counted to an earlier date are taken as missing",
                  "check the order of the dates in the case system", count=backwards)
        )  # fmt: skip
    for text, count in translator.ties.items():
        message = f"{name}: rows of one child on one day differ in {text}, so that none is the latest"
        work.faults.append(Fault("IN304", "error", message, "correct them in the case system", count=count))
    return translator.frame


def _counted(name: str, indicator: Indicator, translator: Translator, work: Measuring) -> Frame:
    """Return the rows with `_x`, 1 where `count` is met; those it cannot be decided for are noted."""
    tree = parse(str(indicator.count))
    passed, failed = translator.test(tree), translator.test(tree, negated=True)
    rows = translator.frame.with_columns(
        nw.when(passed).then(nw.lit(1)).otherwise(nw.lit(0)).alias("_x"),
        nw.when(passed | failed).then(nw.lit(0)).otherwise(nw.lit(1)).alias("_undecided"),
    )
    looks_back = any(isinstance(n, Call) and n.name in ("previous", "latest") for n in walk(tree))
    undecided = 0 if looks_back else total(rows, nw.col("_undecided"))
    share = indicator.kind == "percentage"
    if undecided:
        work.missing[name] = missing_by_month(rows, nw.col("_undecided"))
        what = "stay in the denominator only" if share else "are not counted"
        work.faults.append(
            Fault("IN301", "note", f"{name}: rows with a missing value {what}",
                  "complete the column in the case system", count=undecided)
        )  # fmt: skip
    return rows


def _grouped(indicator: Indicator, rows: Frame, split: Split, periods: Periods) -> pd.DataFrame:
    """Return facts of the total and of each breakdown for all periods, with a row for every category of any period.

    All breakdowns are grouped at once, each row standing once in each.
    """
    kinds = [group for group in (periods.months, periods.quarters, *([p] for p in periods.longer)) if group]
    if not kinds:
        return pd.DataFrame(columns=FACT_COLUMNS)
    rows = rows.filter(nw.col("_month") >= min(month_number(p.start) for group in kinds for p in group))
    columns = split.columns()
    rows = rows.with_columns(*(codes.alias(column) for column, codes in columns.items()))
    pieces: list[pd.DataFrame] = []
    if indicator.kind in ("count", "percentage", "rate") and indicator.distinct is None:
        spread = rows.select("_month", "_x", nw.lit(1).alias("_n"), *columns).unpivot(
            on=[*columns], index=["_month", "_x", "_n"], variable_name="_b", value_name="_c"
        )
        sums = collected(spread.group_by("_c", "_month").agg(nw.col("_n").sum(), nw.col("_x").sum()))
        where = split.place(sums["_c"].to_numpy(dtype=np.int64))
        together = [period for group in kinds for period in group]
        for place, name in enumerate(split.names):
            own = sums[where == place]
            categories = split.of(place, own["_c"].unique()) or ({0: "total"} if name == "total" else {})
            piece = added_up(indicator, own, together, name, categories)
            if name == "total" and indicator.cluster is not None:
                piece["family_size"] = family_sizes(rows, indicator.cluster, together, indicator.open is not None)
            pieces.append(piece)
    else:
        wanted = {"_v", indicator.distinct or "_v"} & set(names_of(rows))
        held = collected(rows.select("_month", *sorted(wanted), *columns))
        for place, (name, column) in enumerate(zip(split.names, columns, strict=True)):
            own = held.assign(_c=held[column])
            categories = split.of(place, own["_c"].unique()) or ({0: "total"} if name == "total" else {})
            for group in kinds:
                spans = assigned(own, group, snapshot=indicator.open is not None)
                told = name == "total" and (group is not periods.months or len(kinds) == 1)
                pieces.append(reduced(indicator, spans, group, categories, told).assign(breakdown=name))
    facts = pd.concat(pieces, ignore_index=True)
    return facts[[*FACT_COLUMNS, *(column for column in SPREAD if column in facts)]]


def rows_behind(project: Project, name: str, extracts: Extracts, quarter: Quarter) -> pd.DataFrame:
    """Return the rows behind an indicator's figure of a quarter, with `_x` 1 where they are in its numerator.

    A snapshot's are those at its last day, a state's those as at the day of extraction.
    """
    indicator = project.indicators[name]
    work = Measuring(extracts.tables, quarter, closure_days=tuple(project.report.closure_days))
    table = work.tables[str(indicator.from_)]
    if uses_state(indicator, table) or (indicator.when is None and indicator.open is None):
        return collected(_state_rows(name, indicator, table, work)[0])
    base = work.frame(table.name, quarter.end)
    last = quarter.end.year * 12 + quarter.end.month
    if indicator.open is not None:
        rows = spell_rows(base, indicator.open, [quarter.end], quarter.end, work.engine)
    else:
        rows = event_rows(base, str(indicator.when), quarter.end).filter(nw.col("_month") > last - 3)
    return collected(_conditions(name, indicator, table, rows, quarter.end, work))


def _as_at(
    name: str, indicator: Indicator, table: TableData, breakdowns: list[str], work: Measuring
) -> pd.DataFrame:
    """Return the one figure of a state column: as at the day of extraction, x where that is too late."""
    rows, day = _state_rows(name, indicator, table, work)
    rows = rows.with_columns(nw.lit(month_number(day)).alias("_month"))
    moment = Periods([Period("month", day.replace(day=1), month_end(day))], [], [], [])
    whole = _grouped(indicator, rows, Split(breakdowns, work.labels(table.name, day)), moment)
    late = (day - work.quarter.end).days
    if late > work.state_days:
        message = f"{name}: no figure, since the extract holds the state of {late} days after the quarter's end"
        remedy = f"extract within {work.state_days} days of the quarter's end, or set state_days"
        work.faults.append(Fault("IN314", "note", message, remedy))
    stamp = pd.Timestamp(day)
    marker = "x" if late > work.state_days else ""
    held = whole.assign(period_kind="as_at", period_start=stamp, period_end=stamp, marker=marker)
    return with_completeness(held, work.missing.get(name), snapshot=True)


def _state_rows(name: str, indicator: Indicator, table: TableData, work: Measuring) -> tuple[Frame, date]:
    """Return the rows of a state column's figure, and the day of extraction."""
    day = table.extracted or work.quarter.end
    base = work.frame(table.name, day)
    if indicator.open is not None:
        rows = spell_rows(base, indicator.open, [day], day, work.engine)
    elif indicator.when is not None:
        rows = event_rows(base, indicator.when, day)
    else:
        moment = pd.DataFrame({"as_at": pd.to_datetime([day]).astype("datetime64[ns]")})
        rows = base.join(native(moment, work.engine), how="cross")
    rows = _conditions(name, indicator, table, rows, day, work)
    return rows, day
