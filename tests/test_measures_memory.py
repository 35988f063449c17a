"""Facts kept by content: the figures are those of a measuring that knows nothing, and only what changed is counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from carereport.extracts import read_extracts
from carereport.measures import measure
from carereport.measures.memory import FactsMemory, tables_of
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from tests.small_council import small_council, write_extracts

QUARTER = Quarter(2025, 2)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load_project(small_council(tmp_path / "council"))


def changed(project: Project, name: str, **fields: object) -> Project:
    indicator = project.indicators[name].model_copy(update=fields)
    return replace(project, indicators={**project.indicators, name: indicator})


def counts(project: Project, memory: FactsMemory) -> int:
    """Measure with the memory; check it against a fresh measuring; return how many indicators were counted."""
    extracts = read_extracts(project, project.root / "data", QUARTER)
    kept, fresh = measure(project, extracts, QUARTER, memory=memory), measure(project, extracts, QUARTER)
    pd.testing.assert_frame_equal(kept.figures, fresh.figures)
    assert kept.faults == fresh.faults
    return memory.counted


def test_a_second_measuring_counts_nothing_though_the_extracts_were_read_again(project: Project) -> None:
    memory = FactsMemory()
    assert counts(project, memory) == 5
    assert counts(project, memory) == 0


def test_words_targets_and_thresholds_count_nothing_again(project: Project) -> None:
    memory = FactsMemory()
    counts(project, memory)
    text = (project.root / "config" / "indicators.yaml").read_text(encoding="utf-8")
    text = text.replace("target: 20", "target: 12").replace("name: Plans open", "name: Open plans")
    (project.root / "config" / "indicators.yaml").write_text(text, encoding="utf-8")
    assert counts(load_project(project.root), memory) == 0


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("no_further_action", {"count": "nfa = 'N'"}),
        ("no_further_action", {"where": "nfa is not null"}),
        ("referrals", {"distinct": "child_id"}),
        ("plan_length", {"kind": "median"}),
        ("plans_started", {"when": "end_date"}),
        ("referrals", {"lookback": "12 months"}),
    ],
)
def test_another_definition_counts_that_indicator_alone(project: Project, name: str, fields: dict[str, object]) -> None:
    memory = FactsMemory()
    counts(project, memory)
    assert counts(changed(project, name, **fields), memory) == 1
    assert counts(project, memory) == 0


def test_changed_rows_count_the_indicators_of_their_table_again(project: Project) -> None:
    memory = FactsMemory()
    counts(project, memory)
    write_extracts(project.root, more=3)
    assert counts(project, memory) == 2


def test_closure_days_and_another_quarter_count_everything_again(project: Project) -> None:
    memory = FactsMemory()
    counts(project, memory)
    days = project.report.model_copy(update={"closure_days": [pd.Timestamp("2025-08-01").date()]})
    assert counts(replace(project, report=days), memory) == 5
    extracts = read_extracts(project, project.root / "data", QUARTER.shift(-1))
    measure(project, extracts, QUARTER.shift(-1), memory=memory)
    assert memory.counted == 5


def test_a_table_that_a_condition_looks_into_belongs_to_the_indicator(project: Project) -> None:
    looks = project.indicators["referrals"].model_copy(update={"count": "spells_within(plans, 12) >= 1"})
    assert tables_of(looks, project.extracts.tables) == {"referrals", "plans"}
    memory = FactsMemory()
    looking = changed(project, "referrals", count="spells_within(plans, 12) >= 1")
    counts(looking, memory)
    path = project.root / "data" / "plans.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-5]) + "\n", encoding="utf-8")
    assert counts(looking, memory) == 4
