"""Every figure of the sample equals hand-written DuckDB SQL, cell by cell, and polars gives the same text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from carereport.comparators import POPULATION
from carereport.extracts import Extracts, read_extracts
from carereport.measures import Measured, measure
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
from tests.oracle import oracle_figures

ROOT = Path(__file__).parents[1]
QUARTER = Quarter(2025, 2)
PLACE = ["indicator", "period_kind", "period_start", "period_end", "breakdown", "category"]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


@pytest.fixture(scope="module")
def extracts(project: Project) -> Extracts:
    return read_extracts(project, ROOT / "sample_data", QUARTER)


@pytest.fixture(scope="module")
def measured(project: Project, extracts: Extracts) -> Measured:
    return measure(project, extracts, QUARTER)


def test_every_figure_equals_the_sql(project: Project, measured: Measured) -> None:
    """One test, since the sample is read and measured once for all of it."""
    oracle = oracle_figures(ROOT / "sample_data", ROOT / POPULATION, project.area)
    for column in ("period_start", "period_end"):
        oracle[column] = oracle[column].astype("datetime64[ns]")
    assert set(oracle["indicator"]) == set(project.indicators), "every indicator has its own SQL"
    assert not oracle.duplicated(PLACE).any()
    assert not measured.figures.duplicated(PLACE).any()
    both = measured.figures.merge(oracle, on=PLACE, how="outer", suffixes=("", "_sql"), indicator=True)
    alone = both[both["_merge"] != "both"]
    shown = alone.groupby(["indicator", "period_kind", "breakdown", "_merge"], observed=True).size()
    assert alone.empty, f"figures that only one side has:\n{shown}"
    for column in ("numerator", "denominator", "value"):
        ours, sql = both[column].to_numpy(float), both[f"{column}_sql"].to_numpy(float)
        unlike = ~np.isclose(ours, sql, rtol=1e-12, atol=1e-9, equal_nan=True)
        assert not unlike.any(), f"{both.loc[unlike, [*PLACE, column, f'{column}_sql']].head(20)}"
    for column in ("marker", "unit"):
        unlike = (both[column] != both[f"{column}_sql"]).to_numpy()
        assert not unlike.any(), f"{both.loc[unlike, [*PLACE, column, f'{column}_sql']].head(20)}"
    assert {"month", "quarter", "year_to_date", "rolling_12_months", "as_at"} == set(both["period_kind"])
    assert {"", "u", "z"} <= set(both["marker"])


def test_polars_writes_the_same_figures(project: Project, extracts: Extracts, measured: Measured) -> None:
    polars = measure(project, extracts, QUARTER, engine="polars")
    assert figures_text(polars.figures) == figures_text(measured.figures)
    assert polars.faults == measured.faults
