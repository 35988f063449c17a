"""Indicators given by month by another service: sums over months, or the last month of a stock."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.extracts import TableData
from carereport.measures.facts import FACT_COLUMNS, Measuring, missing_row, month_number, period_rows
from carereport.measures.window import months_of, quarters_of, window_of
from carereport.quarters import Period, Quarter
from carereport.settings import Indicator

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


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
    window = window_of(indicator, table, work.tables)
    quarter, when = work.quarter, frame[str(indicator.when)]
    if window.first_day is None:
        if not len(frame):
            return pd.DataFrame(columns=[*FACT_COLUMNS, "marker"])
        first = when.min().date().replace(day=1)
        quarter_first = Quarter.holding(first).start
    else:
        first = quarter_first = window.first_day
    longer = [] if indicator.stock else [quarter.year_to_date, quarter.rolling_12_months]
    periods = [*months_of(first, quarter), *quarters_of(quarter_first, quarter)]
    periods += [period for period in longer if period.start >= quarter_first]
    if breakdown == "total":
        places, names = np.zeros(len(frame), dtype=int), ["total"]
    else:
        places, found = pd.factorize(frame[breakdown].fillna("unknown"), sort=True)
        names = list(found)
    months = when.dt.year.to_numpy(dtype=int) * 12 + when.dt.month.to_numpy(dtype=int)
    facts = period_rows(periods, names)

    def total(column: str | None) -> pd.Series[float]:
        if column is None:
            return pd.Series(np.nan, index=facts.index)
        amounts = frame[column].to_numpy(dtype=float)
        return pd.Series(_sums(amounts, places, months, len(names), periods, indicator.stock))

    numerator, denominator = total(indicator.numerator), total(indicator.denominator)
    amount = total(indicator.value or indicator.numerator)
    if indicator.denominator is not None:
        missing = numerator.isna() | denominator.isna()
        scale = indicator.per.scale if indicator.per else 100.0 if indicator.figure_unit == "percent" else 1.0
        value = scale * numerator / denominator.where(denominator != 0)
    else:
        missing, value, denominator = amount.isna(), amount, pd.Series(np.nan, index=facts.index)
        numerator = amount if indicator.per is not None else denominator
    facts["breakdown"] = breakdown
    facts["numerator"], facts["denominator"], facts["value"] = (
        part.mask(missing) for part in (numerator, denominator, value)
    )
    facts["marker"] = np.where(missing, "x", "")
    if breakdown == "total":
        gone = pd.DataFrame([missing_row(period) for period in longer if period.start < quarter_first])
        facts = pd.concat([facts, gone], ignore_index=True) if len(gone) else facts
    return facts


def _sums(
    amounts: Numbers, places: Places, months: Places, categories: int, periods: list[Period], stock: bool
) -> Numbers:
    """Return each period's sum by category (a stock's last month); NaN where a month lacks a number."""
    last = [month_number(period.end) for period in periods]
    start = last if stock else [month_number(period.start) for period in periods]
    low, high = min([*start, *months]), max([*last, *months])
    shape = (categories, high - low + 1)
    cells, held = np.zeros(shape), np.zeros(shape, dtype=bool)
    np.add.at(cells, (places, months - low), amounts)
    held[places, months - low] = True
    cells[~held] = np.nan
    return np.stack([cells[:, a - low : b - low + 1].sum(axis=1) for a, b in zip(start, last, strict=True)]).ravel()
