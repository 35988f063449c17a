"""Indicators given by month by another service: sums over months, or the last month of a stock."""

from __future__ import annotations

import pandas as pd

from carereport.extracts import TableData
from carereport.measures.facts import FACT_COLUMNS, Measuring, _missing
from carereport.measures.window import months_of, quarters_of, window_of
from carereport.quarters import Period, Quarter
from carereport.settings import Indicator


def measure_supplied(indicator: Indicator, work: Measuring) -> pd.DataFrame:
    """Return the facts of a supplied indicator: FACT_COLUMNS and `marker` (x where a month is missing)."""
    table = work.tables[str(indicator.from_)]
    frame = work.frame(table.name, work.quarter.end).to_pandas()
    when = str(indicator.when)
    frame = frame[frame[when].notna() & (frame[when] <= pd.Timestamp(work.quarter.end))]
    parts = [_broken_down(indicator, table, frame, "total", work)]
    for breakdown in indicator.breakdowns:
        if breakdown.name in frame.columns and indicator.per is None:
            parts.append(_broken_down(indicator, table, frame, breakdown.name, work))
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*FACT_COLUMNS, "marker"])


def _broken_down(
    indicator: Indicator, table: TableData, frame: pd.DataFrame, breakdown: str, work: Measuring
) -> pd.DataFrame:
    columns = [c for c in (indicator.numerator, indicator.denominator, indicator.value) if c]
    when = str(indicator.when)
    category = pd.Series("total", index=frame.index) if breakdown == "total" else frame[breakdown].fillna("unknown")
    keyed = frame.assign(_c=category, _m=frame[when].dt.year * 12 + frame[when].dt.month)
    sums = keyed.groupby(["_c", "_m"])[columns].sum(min_count=1)
    gaps = keyed[columns].isna().groupby([keyed["_c"], keyed["_m"]]).any()
    sums = sums.mask(gaps)
    window = window_of(indicator, table, work.tables)
    if window.first_day is None:
        if not len(frame):
            return pd.DataFrame(columns=[*FACT_COLUMNS, "marker"])
        start = frame[when].min().date().replace(day=1)
        first, quarter_first = start, Quarter.holding(start).start
    else:
        first = quarter_first = window.first_day
    quarter = work.quarter
    periods = [*months_of(first, quarter), *quarters_of(quarter_first, quarter)]
    longer = [] if indicator.stock else [quarter.year_to_date, quarter.rolling_12_months]
    periods += [p for p in longer if p.start >= quarter_first]
    rows: list[dict[str, object]] = []
    for name in sorted(keyed["_c"].unique()) if breakdown != "total" else ["total"]:
        for period in periods:
            rows.append(_row(indicator, sums, name, period, breakdown))
    rows += [_missing(p) for p in longer if p.start < quarter_first and breakdown == "total"]
    return pd.DataFrame(rows, columns=[*FACT_COLUMNS, "marker"])


def _row(indicator: Indicator, sums: pd.DataFrame, category: str, period: Period, breakdown: str) -> dict[str, object]:
    last = period.end.year * 12 + period.end.month
    first = last if indicator.stock else period.start.year * 12 + period.start.month

    def total(column: str | None) -> float:
        if column is None:
            return float("nan")
        cells = [sums[column].get((category, month), float("nan")) for month in range(first, last + 1)]
        return float(sum(cells))

    numerator, denominator = total(indicator.numerator), total(indicator.denominator)
    amount = total(indicator.value or indicator.numerator)
    row: dict[str, object] = {
        "period_kind": period.kind, "period_start": period.start, "period_end": period.end, "breakdown": breakdown,
        "category": category, "numerator": None, "denominator": None, "value": None, "marker": "",
    }  # fmt: skip
    if indicator.denominator is not None:
        if numerator != numerator or denominator != denominator:
            return {**row, "marker": "x"}
        scale = indicator.per.scale if indicator.per else 100.0 if indicator.figure_unit == "percent" else 1.0
        value = scale * numerator / denominator if denominator else None
        return {**row, "numerator": numerator, "denominator": denominator, "value": value}
    if amount != amount:
        return {**row, "marker": "x"}
    if indicator.per is not None:
        return {**row, "numerator": amount, "value": amount}
    return {**row, "value": amount}
