"""An exempt paper stands in a folder of its own, under the law's heading, and only where it was decided."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from carereport.report_settings import ExemptPaper

DECISION: dict[str, Any] = {
    "paragraphs": [2, 1], "reason": "Small groups.", "public_interest": "Privacy outweighs.",
    "approved_by": "Monitoring Officer", "date": "2025-10-20",
}  # fmt: skip


def test_the_heading_names_the_paragraphs_and_the_law() -> None:
    assert ExemptPaper.model_validate(DECISION).heading == (
        "NOT FOR PUBLICATION - exempt under paragraphs 1 and 2 of Part 1 of Schedule 12A"
    )
    assert "under paragraph 3 of" in ExemptPaper.model_validate({**DECISION, "paragraphs": [3]}).heading


@pytest.mark.parametrize("missing", list(DECISION))
def test_an_incomplete_decision_is_refused(missing: str) -> None:
    with pytest.raises(ValidationError):
        ExemptPaper.model_validate({key: value for key, value in DECISION.items() if key != missing})


@pytest.mark.parametrize("paragraphs", [[], [0], [8]])
def test_a_paragraph_that_the_schedule_does_not_hold_is_refused(paragraphs: list[int]) -> None:
    with pytest.raises(ValidationError):
        ExemptPaper.model_validate({**DECISION, "paragraphs": paragraphs})
