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
