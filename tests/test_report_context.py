"""The values that pages print are the same however many processes make them."""

from __future__ import annotations

from pathlib import Path

from carereport.report.context import report_context
from carereport.report.pages.material import Material
from tests import made_up_report as made


def test_pages_made_by_two_processes_are_those_made_by_one(tmp_path: Path) -> None:
    findings, disclosed, _ = made.material(tmp_path)
    material = Material(findings, disclosed, made.project(tmp_path), made.QUARTER, "public", True, made.AS_AT, (),
                        made.SET_ASIDE, made.COMMENTARY)  # fmt: skip
    assert report_context(material, beside=True) == report_context(material)
