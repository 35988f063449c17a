"""pandas, polars and Spark write the same figures of the sample.

Spark takes some seconds for each indicator, so by default those are measured that are needed for every
kind of figure, every function of conditions and every sort of row that the sample's indicators know;
CAREREPORT_SPARK=all measures all of them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from carereport.conditions.parse import Call, names_in, parse, walk
from carereport.engines import _has_java
from carereport.extracts import Extracts, read_extracts
from carereport.measures import measure
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
from carereport.settings import Indicator

ROOT = Path(__file__).parents[1]
QUARTER = Quarter(2025, 2)


def features(indicator: Indicator) -> set[str]:
    """Return what an indicator asks of an engine."""
    texts = [indicator.when, indicator.where, indicator.count, indicator.of]
    found = {node.name for text in texts if text for node in walk(parse(text)) if isinstance(node, Call)}
    found |= {indicator.kind, "spell" if indicator.open else "event"}
    found |= {part for part in ("distinct", "per", "stock") if getattr(indicator, part)}
    found |= {f"by {breakdown.name}" for breakdown in indicator.breakdowns if breakdown.name == "age_band"}
    return found | ({"within"} if any(breakdown.within for breakdown in indicator.breakdowns) else set())


def covering(project: Project) -> dict[str, Indicator]:
    """Return the first indicators that have every feature between them, with the parts of derived ones."""
    seen: set[str] = set()
    chosen: set[str] = set()
    for name, indicator in project.indicators.items():
        if not features(indicator) <= seen:
            seen |= features(indicator)
            chosen |= {name, *(names_in(parse(str(indicator.value))) if indicator.kind == "derived" else ())}
    return {name: indicator for name, indicator in project.indicators.items() if name in chosen}


@pytest.fixture(scope="module")
def project() -> Project:
    held = load_project(ROOT)
    return held if os.environ.get("CAREREPORT_SPARK") == "all" else replace(held, indicators=covering(held))


@pytest.fixture(scope="module")
def extracts(project: Project) -> Extracts:
    return read_extracts(project, ROOT / "sample_data", QUARTER)


def test_the_indicators_chosen_ask_for_everything_that_any_does() -> None:
    held = load_project(ROOT)
    chosen = covering(held)
    assert len(chosen) < len(held.indicators) / 2
    for part in (held.indicators, chosen):
        asked = set().union(*(features(indicator) for indicator in part.values()))
        assert {"previous", "working_days", "seen_within", "spells_within", "birthday", "median", "derived"} <= asked


@pytest.mark.slow
@pytest.mark.skipif(not _has_java(), reason="Java is not here")
def test_three_engines_write_the_same_figures(project: Project, extracts: Extracts) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not here")
    pandas = measure(project, extracts, QUARTER)
    text = figures_text(pandas.figures)
    assert text.count("\n") > 5_000
    for engine in ("polars", "spark"):
        other = measure(project, extracts, QUARTER, engine)
        assert figures_text(other.figures) == text, engine
        assert other.faults == pandas.faults, engine
