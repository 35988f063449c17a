"""Puts the judgements together: one finding for each indicator of the council; it writes no sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carereport.figures import COMPLETENESS, PERIOD_KINDS, SPREAD, Figure, Finding, Spc
from carereport.judgement.change import change_between
from carereport.judgement.chart_choice import WITHHELD, chart_indicator
from carereport.judgement.compare import Compared, comparable, compare, decide_clear
from carereport.judgement.direction import direction_of
from carereport.judgement.early_warning import with_warnings
from carereport.judgement.funnel import funnel_band
from carereport.judgement.look_ahead import with_look_ahead
from carereport.judgement.rank import rank_band
from carereport.judgement.remembered import Remembered
from carereport.judgement.spc import read_points
from carereport.judgement.special_cause import Floats
from carereport.judgement.status import status_of
from carereport.measures.memory import frame_digest
from carereport.quarters import Quarter, add_months
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

_Rows = dict[tuple[str, str], list[Figure]]


def judge(
    figures: pd.DataFrame, project: Project, quarter: Quarter, memory: Remembered | None = None
) -> tuple[Finding, ...]:
    """Return a finding for each indicator in YAML order, from the council's totals as given.

    `figures` has the columns of `carereport.figures.COLUMNS`; a figure without a value (suppressed,
    not available, not applicable) is a gap. Which comparisons are clear is decided over all
    indicators together. Raises ValueError where a status threshold cannot be read, MachineError where
    report.yaml asks for a look-ahead and its library is not installed. With a memory, only what is new is judged.
    """
    rows = _totals(figures, project.area, quarter) if memory is None else memory.get(
        ("totals", frame_digest(figures), project.area, quarter), lambda: _totals(figures, project.area, quarter)
    )  # fmt: skip
    compared: list[list[Compared]] = []
    drafts: list[Finding] = []
    for name, indicator in project.indicators.items():
        draft = _remembered(memory, name, indicator, rows, project.area, quarter)
        ours = comparable(draft, indicator)
        compared.append(compare(project, name, indicator, ours, quarter))
        wanted = indicator.comparison_chart == "funnel"
        band = funnel_band(project, name, indicator, ours, quarter) if wanted else None
        drafts.append(replace(draft, rank=rank_band(project, name, indicator, ours, quarter), funnel=band))
    decided = decide_clear(compared)
    found = [replace(draft, benchmarks=benchmarks) for draft, benchmarks in zip(drafts, decided, strict=True)]
    return with_look_ahead(with_warnings(found, project, quarter.end, memory), project, quarter)


def _remembered(
    memory: Remembered | None, name: str, indicator: Indicator, rows: _Rows, area: str, quarter: Quarter
) -> Finding:
    if memory is None:
        return _finding(name, indicator, rows, area, quarter)
    own = tuple(tuple(rows.get((name, kind), ())) for kind in PERIOD_KINDS)
    key = ("finding", name, indicator.model_dump_json(), own, area, quarter)
    return memory.get(key, lambda: _finding(name, indicator, rows, area, quarter))


def _finding(name: str, indicator: Indicator, rows: _Rows, area: str, quarter: Quarter) -> Finding:
    months, quarters = rows.get((name, "month"), []), rows.get((name, "quarter"), [])
    by_end = {figure.end: figure for figure in quarters}
    value = by_end.get(quarter.end) or _last(rows.get((name, "as_at"), []))
    last_year = by_end.get(quarter.shift(-4).end)
    draft = Finding(
        indicator=name,
        area=area,
        headline=indicator.headline,
        value=value,
        previous=by_end.get(quarter.previous().end),
        same_quarter_last_year=last_year,
        year_to_date=_last(rows.get((name, "year_to_date"), [])),
        rolling_12_months=_last(rows.get((name, "rolling_12_months"), [])),
        quarters=tuple(quarters),
        months=tuple(months),
        status="information",
        status_rule="",
        direction="too_few",
        change=change_between(indicator, value, last_year),
        spc=chart_indicator(indicator, months, quarters, quarter.end),
    )
    if not months and not quarters and draft.leading is not None and draft.leading.value is not None:
        draft = replace(draft, spc=Spc("none", WITHHELD.format("quarters")))
    status, rule = status_of(indicator, draft.leading, quarter.end)
    direction = direction_of(draft.change, draft.spc, _recent_months(indicator, months, quarter))
    return replace(draft, status=status, status_rule=rule, direction=direction)


def _recent_months(indicator: Indicator, months: Sequence[Figure], quarter: Quarter) -> Floats:
    """The quarter's last month and the 23 before it, none from before a break in definition."""
    held = {
        figure.start: figure.value
        for figure in months
        if (indicator.valid_from is None or figure.start >= indicator.valid_from)
        and (indicator.valid_to is None or figure.start <= indicator.valid_to)
    }
    last = add_months(quarter.start, 2)
    return read_points([held.get(add_months(last, -back)) for back in range(23, -1, -1)])


def _totals(figures: pd.DataFrame, area: str, quarter: Quarter) -> _Rows:
    """Return the council's totals up to the quarter's end by indicator and period kind, in order of time."""
    wanted = (
        (figures["breakdown"] == "total")
        & (figures["area"].fillna("") == area)
        & ((figures["period_end"] <= pd.Timestamp(quarter.end)) | (figures["period_kind"] == "as_at"))
    )
    part = figures.loc[wanted].sort_values("period_end", kind="stable")
    extra = (*SPREAD, *COMPLETENESS)
    columns = [
        part["indicator"].tolist(),
        part["period_kind"].tolist(),
        _days(part["period_start"]),
        _days(part["period_end"]),
        *(_numbers(part[name]) for name in ("value", "numerator", "denominator")),
        part["marker"].fillna("").tolist(),
        *(_numbers(part[name]) if name in part else [None] * len(part) for name in extra),
    ]
    rows: _Rows = {}
    for name, kind, start, end, value, numerator, denominator, marker, *more in zip(*columns, strict=True):
        if kind in ("year_to_date", "rolling_12_months") and end != quarter.end:
            continue
        figure = Figure(start, end, value, numerator, denominator, marker, *more)
        rows.setdefault((name, kind), []).append(figure)
    return rows


def _days(column: pd.Series[pd.Timestamp]) -> list[date]:
    return [stamp.date() for stamp in pd.DatetimeIndex(column).to_pydatetime()]


def _numbers(column: pd.Series[float]) -> list[float | None]:
    values = column.to_numpy(dtype=np.float64)
    known = np.isfinite(values).tolist()
    return [value if finite else None for value, finite in zip(values.tolist(), known, strict=True)]


def _last(figures: Sequence[Figure]) -> Figure | None:
    return figures[-1] if figures else None
