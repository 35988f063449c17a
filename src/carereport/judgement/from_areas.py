"""Comparators made of the extracts themselves: all councils in them, and those of each region.

The value is that of the councils taken together, numerators over denominators, so that large
councils weigh more than small ones; medians and plain counts cannot be put together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from carereport.comparators import ALL_AREAS, PublishedFigure, fold
from carereport.quarters import Quarter
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

LEAST_AREAS = 3
"""Of two councils' sum, each could tell the other's number."""
LEAST_COUNT = 10
"""A sum of fewer might tell one council's small number, and so might one that only as few rows miss."""


def joint_figures(totals: pd.DataFrame, project: Project, quarter: Quarter) -> dict[str, list[PublishedFigure]]:
    """Return by indicator what all councils, and each region of areas.csv, come to at the quarter's end.

    `totals` are the councils' unsuppressed totals of periods that end with the quarter: indicator, area,
    period_kind, numerator and denominator. A flow's are those of its rolling 12 months.
    """
    regions = {area: row.region for area, row in project.areas.items()}
    held = totals.dropna(subset=["numerator", "denominator"])
    found: dict[str, list[PublishedFigure]] = {}
    for name, indicator in project.indicators.items():
        kind = "quarter" if indicator.is_snapshot else "rolling_12_months"
        rows = held[(held["indicator"] == name) & (held["period_kind"] == kind)]
        groups = {ALL_AREAS: rows}
        groups |= {str(region): part for region, part in rows.groupby(rows["area"].map(regions)) if region}
        made = [_joint(name, indicator, area, part, quarter) for area, part in groups.items()]
        found[name] = [figure for figure in made if figure is not None]
    return found


def with_joint_figures(project: Project, joint: Mapping[str, list[PublishedFigure]]) -> Project:
    """Return a council's project with these comparators, each where England or the region is not published."""
    benchmarks = dict(project.benchmarks)
    region = fold(project.report.council.region)
    for name, figures in joint.items():
        published = {fold(figure.area) for figure in benchmarks.get(name, ())}
        wanted = {fold(ALL_AREAS)} if "england" not in published else set()
        wanted |= {region} - published
        benchmarks[name] = (*benchmarks.get(name, ()), *(one for one in figures if fold(one.area) in wanted))
    return replace(project, benchmarks=benchmarks)


def _joint(
    name: str, indicator: Indicator, area: str, rows: pd.DataFrame, quarter: Quarter
) -> PublishedFigure | None:
    scale = _scale(indicator)
    x, n = float(rows["numerator"].sum()), float(rows["denominator"].sum())
    if scale is None or len(rows) < LEAST_AREAS or n <= 0 or x < LEAST_COUNT:
        return None
    if indicator.kind == "percentage" and n - x < LEAST_COUNT:
        return None
    decimals = indicator.decimals if indicator.decimals is not None else 1
    source = f"the extracts of {len(rows)} councils, taken together"
    return PublishedFigure(
        name, area, f"{quarter.end:%Y-%m}", quarter.end, round(scale * x / n, decimals), indicator.figure_unit, "",
        source, decimals, n,
    )  # fmt: skip


def _scale(indicator: Indicator) -> float | None:
    """Return what numerator over denominator is multiplied by, None where the two do not give the value."""
    if indicator.per is not None:
        return float(indicator.per.scale)
    if indicator.kind == "percentage":
        return 100.0
    if indicator.kind == "supplied" and indicator.denominator is not None:
        return 100.0 if indicator.figure_unit == "percent" else 1.0
    return 1.0 if indicator.kind == "mean" else None
