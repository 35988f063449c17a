"""Every figure of the sample equals hand-written DuckDB SQL, cell by cell, and polars gives the same text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
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


@pytest.fixture(scope="module")
def both(project: Project, measured: Measured) -> pd.DataFrame:
    """Our figures and the oracle's side by side; `_merge` tells who has the row."""
    oracle = oracle_figures(ROOT / "sample_data", ROOT / POPULATION, project.area)
    for column in ("period_start", "period_end"):
        oracle[column] = oracle[column].astype("datetime64[ns]")
    assert not oracle.duplicated(PLACE).any()
    assert not measured.figures.duplicated(PLACE).any()
    return measured.figures.merge(oracle, on=PLACE, how="outer", suffixes=("", "_sql"), indicator=True)


def test_every_indicator_has_its_own_sql(project: Project, both: pd.DataFrame) -> None:
    assert set(both["indicator"]) == set(project.indicators)


def test_no_figure_is_missing_and_none_is_too_many(both: pd.DataFrame) -> None:
    alone = both[both["_merge"] != "both"]
    shown = alone.groupby(["indicator", "period_kind", "breakdown", "_merge"], observed=True).size()
    assert alone.empty, f"figures that only one side has:\n{shown}"


@pytest.mark.parametrize("column", ["numerator", "denominator", "value"])
def test_every_number_equals_the_sql(both: pd.DataFrame, column: str) -> None:
    ours, sql = both[column].to_numpy(float), both[f"{column}_sql"].to_numpy(float)
    unlike = ~np.isclose(ours, sql, rtol=1e-12, atol=1e-9, equal_nan=True)
    assert not unlike.any(), f"{both.loc[unlike, [*PLACE, column, f'{column}_sql']].head(20)}"


@pytest.mark.parametrize("column", ["marker", "unit"])
def test_every_marker_and_unit_equals_the_sql(both: pd.DataFrame, column: str) -> None:
    unlike = both[column] != both[f"{column}_sql"]
    assert not unlike.any(), f"{both.loc[unlike, [*PLACE, column, f'{column}_sql']].head(20)}"


def test_the_sample_has_every_kind_of_figure(both: pd.DataFrame) -> None:
    assert {"month", "quarter", "year_to_date", "rolling_12_months", "as_at"} == set(both["period_kind"])
    assert {"", "u", "z"} <= set(both["marker"])


def test_polars_writes_the_same_figures(project: Project, extracts: Extracts, measured: Measured) -> None:
    polars = measure(project, extracts, QUARTER, engine="polars")
    assert figures_text(polars.figures) == figures_text(measured.figures)
    assert polars.faults == measured.faults
