"""Where a small number cannot be protected, the help names what stands in the way and the commands to run next."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from carereport import history
from carereport.council_facts import CouncilFacts
from carereport.faults import ConfigurationError
from carereport.protecting import protect
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
from tests.disclosure_rows import QUARTER, indicator, project, rows, together

Q4, Q1 = Quarter(2024, 4), Quarter(2025, 1)
INDICATORS = {"all": indicator(), "some": indicator(where="team = 'a'")}
NOW = together(rows("all", {("Q2", "total"): 43}), rows("some", {("Q2", "total"): 40}))
"""43 and 40 of them: the 3 others are small."""
OTHER = figures_text(rows("other", {("Q1", "total"): 50}))


def both_told() -> str:
    """Return an edition that showed both numbers of today's quarter."""
    return figures_text(NOW)


def record(root: Path, quarter: Quarter, text: str, frozen: bool) -> None:
    history.record(root, quarter, text, [])
    if frozen:
        history.freeze(root, quarter)


def refusal(root: Path, area: str = "", figures: Any = NOW) -> str:
    facts = CouncilFacts("E1", figures, {}, (), (), (), date(2025, 10, 14), {})
    with pytest.raises(ConfigurationError) as refused:
        protect(facts, project(INDICATORS), QUARTER, root, area)
    (fault,) = refused.value.faults
    assert fault.code == "DC002"
    assert "43" not in fault.help
    assert "40" not in fault.help
    return fault.help


def test_drafts_that_stand_in_the_way_are_named_with_the_builds_in_order(tmp_path: Path) -> None:
    record(tmp_path, Q4, OTHER, frozen=False)
    record(tmp_path, Q1, both_told(), frozen=False)
    remedy = refusal(tmp_path)
    assert "the draft of Q1-2025 in history/ never went out" in remedy
    assert remedy.endswith(
        "carereport build --quarter Q4-2024; carereport build --quarter Q1-2025; carereport build --quarter Q2-2025"
    )


def test_the_commands_name_the_council_that_was_asked_for(tmp_path: Path) -> None:
    record(tmp_path, Q1, both_told(), frozen=False)
    assert "carereport build --quarter Q1-2025 --area E1" in refusal(tmp_path, "E1")


def test_what_went_out_is_named_and_only_a_breakdown_or_a_decision_helps(tmp_path: Path) -> None:
    record(tmp_path, Q4, OTHER, frozen=True)
    record(tmp_path, Q1, both_told(), frozen=True)
    remedy = refusal(tmp_path)
    assert "what Q1-2025 published, together with this report" in remedy
    assert "publish_small in config/report.yaml; then carereport build --quarter Q2-2025" in remedy
    assert "Q4-2024" not in remedy


def test_without_a_conflict_the_figures_are_those_of_disclosure(tmp_path: Path) -> None:
    record(tmp_path, Q4, OTHER, frozen=True)
    facts = CouncilFacts("E1", NOW, {}, (), (), (), date(2025, 10, 14), {})
    assert "c" in protect(facts, project(INDICATORS), QUARTER, tmp_path).figures["marker"].tolist()
