"""Data notes tell no count of rows from 1 to 5 in public."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carereport.commentary import Commentary
from carereport.extracts import SetAside
from carereport.faults import Fault
from carereport.report.pages.material import Material
from carereport.report.pages.notes import notes
from carereport.settings import Baseline, Rebase, SpcSettings
from tests.made_up_report import AS_AT, QUARTER, material


def printed(root: Path, rows: int, audience: str = "public") -> Any:
    findings, disclosed, project = material(root)
    fault = Fault("EX319", "warning", "plans: end before start", "", "plans.csv", count=rows)
    aside = SetAside("plans", "EX319", "end before start", rows)
    held = Material(findings, disclosed, project, QUARTER, audience, True, AS_AT, (fault,), (aside,), {})
    return notes(held)


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_small_number_of_rows_is_hidden_and_which_it_is_changes_nothing(tmp_path: Path, rows: int) -> None:
    found = printed(tmp_path, rows)
    assert [count.rows for count in found.set_aside] == ["[c]"]
    assert (found.set_aside, found.faults) == (printed(tmp_path, 3).set_aside, printed(tmp_path, 3).faults)
    assert any("[c]" in line for line in found.legend)


def test_larger_numbers_and_those_of_internal_papers_are_told(tmp_path: Path) -> None:
    assert [count.rows for count in printed(tmp_path, 6).set_aside] == ["6"]
    assert "(6 in all)" in printed(tmp_path, 6).faults[0]
    assert [count.rows for count in printed(tmp_path, 3, "internal").set_aside] == ["3"]


def test_officers_evidence_is_named_for_words_that_are_printed(tmp_path: Path) -> None:
    findings, disclosed, project = material(tmp_path)
    held = Material(findings, disclosed, project, QUARTER, "public", True, AS_AT, (), (), {})
    exception = held.exceptions[0].indicator
    calm = next(f.indicator for f in findings if f.indicator not in {one.indicator for one in held.exceptions})
    said = {name: Commentary(name, "Words.", evidence=f"Review of {name}.") for name in ("journey", exception, calm)}
    said["risks"] = Commentary("risks", "Words.")
    found = notes(replace(held, commentary=said)).grounds
    assert [ground.evidence for ground in found] == ["Review of journey", f"Review of {exception}"]
    assert found[0].heading == "Need or practice?"


def test_limits_that_are_declared_are_told_with_their_months_and_reason(tmp_path: Path) -> None:
    findings, disclosed, project = material(tmp_path)
    assert notes(Material(findings, disclosed, project, QUARTER, "public", True, AS_AT, (), (), {})).limits == ()
    charted = [finding.indicator for finding in findings if finding.spc.chart == "xmr" and finding.spc.mean is not None]
    rebase = Rebase.model_validate({"from": "2024-10", "reason": "a new front door", "approved_by": "Director"})
    for name, given in zip(charted, (
        SpcSettings(baseline=Baseline.model_validate({"from": "2023-04", "to": "2024-09"})),
        SpcSettings(baseline=Baseline.model_validate({"from": "1999-04", "to": "2000-09"})),
        SpcSettings(rebase=[rebase], screen=False),
    ), strict=False):  # fmt: skip
        changed = {"name": name, "short_name": "", "spc": given}
        project.indicators[name] = project.indicators[name].model_copy(update=changed)
    found = notes(Material(findings, disclosed, project, QUARTER, "public", True, AS_AT, (), (), {}))
    assert found.limits == (
        f"{charted[2]}: limits start anew in October 2024: a new front door; approved by Director.",
        f"{charted[2]}: no moving range is left out.",
        f"Mean and limits are those of April 2023 to September 2024: {charted[0]}.",
    )


def test_warnings_of_whole_extracts_are_told_in_a_reader_s_words(tmp_path: Path) -> None:
    findings, disclosed, project = material(tmp_path)
    faults = (
        Fault("EX322", "warning", "no row is dated in the quarter", "", "data/posts.csv", 1),
        Fault("EX322", "warning", "no row is dated in the quarter", "", "data/visits.csv", 1),
        Fault("EX325", "warning", "the same as last time (Q1-2025): posts.csv", "", "data/posts.csv", 1, count=42),
    )
    held = Material(findings, disclosed, project, QUARTER, "public", True, AS_AT, faults, (), {})
    assert notes(held).faults == (
        "No record is dated in the quarter: posts.csv; visits.csv.",
        "Some extracts are the same files as for the report before, so nothing recorded since is in them.",
    )
