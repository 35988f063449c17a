"""Indicators given by month by another service: sums over months, or the last month of a stock."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carereport.engines import collected
from carereport.faults import Fault
from carereport.measures.categories import AREA, breakdowns_of, council_of
from carereport.measures.facts import FACT_COLUMNS, missing_row
from carereport.measures.totals import COUNCIL, month_number, period_rows
from carereport.measures.window import Periods, periods_of, unsupported, window_of
from carereport.measures.work import Measuring
from carereport.quarters import Period
from carereport.settings import Indicator

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def measure_supplied(name: str, indicator: Indicator, work: Measuring) -> pd.DataFrame:
    """Return the facts of a supplied indicator: FACT_COLUMNS and `marker` (x where a month is missing)."""
    table = work.tables[str(indicator.from_)]
    whole = collected(work.frame(table.name, work.quarter.end))
    councils = council_of(whole[AREA].to_numpy(dtype=np.int64))
    window = window_of(indicator, table, work.tables)
    breakdowns = ["total", *breakdowns_of(indicator, table)]
    when = str(indicator.when)
    parts: list[pd.DataFrame] = []
    for council, faults in enumerate(work.faults):
        frame = whole[councils == council]
        first = frame[when].min()
        periods = periods_of(indicator, window, None if pd.isna(first) else first.date(), work.quarter)
        frame = frame[frame[when].notna() & (frame[when] <= pd.Timestamp(work.quarter.end))]
        if indicator.denominator and indicator.figure_unit == "percent":
            over = int((frame[indicator.numerator] > frame[indicator.denominator]).sum())
            if over:
                message = f"{name}: more in {indicator.numerator} than in {indicator.denominator}, so over 100%"
                remedy = "have the columns changed places?"
                faults.append(Fault("IN305", "warning", message, remedy, count=over))
        sentence = unsupported(name, window, periods, work.quarter)
        if sentence:
            faults.append(sentence)
        own = [_broken_down(indicator, frame, breakdown, periods) for breakdown in breakdowns]
        missing = [missing_row(period, council) for period in periods.missing]
        parts += [part.assign(**{COUNCIL: council}) for part in [*own, *([pd.DataFrame(missing)] if missing else [])]]
    parts = [part for part in parts if len(part)]
    columns = [*FACT_COLUMNS, "marker"]
    return pd.concat(parts, ignore_index=True).reindex(columns=columns) if parts else pd.DataFrame(columns=columns)


def _broken_down(indicator: Indicator, frame: pd.DataFrame, breakdown: str, shown: Periods) -> pd.DataFrame:
    when = frame[str(indicator.when)]
    periods = [*shown.months, *shown.quarters, *shown.longer]
    if not periods:
        return pd.DataFrame(columns=[*FACT_COLUMNS, "marker"])
    if breakdown == "total":
        places, names = np.zeros(len(frame), dtype=int), ["total"]
    else:
        places, found = pd.factorize(frame[breakdown].fillna("unknown"), sort=True)
        names = list(found)
    months = when.dt.year.to_numpy(dtype=int) * 12 + when.dt.month.to_numpy(dtype=int)
    facts = period_rows(periods, dict(enumerate(names)))

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
