"""Files that hold several councils: one is asked for, or the build refuses; a single one is recognised."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from carereport.build import Options, run_build
from carereport.faults import ExtractError
from carereport.quarters import Quarter

EXTRACTS = """
extracted: 2025-10-14
tables:
  referrals:
    files: "referrals*.csv"
    date: received
    covers: all
    columns:
      child_id: {from: "Child", type: id}
      area: {from: "Authority", type: code}
      received: {from: "Received", type: date, formats: ["%Y-%m-%d"]}
"""
INDICATORS = """
indicators:
  referrals: {name: Referrals, section: front_door, kind: count, from: referrals, when: received, polarity: neither}
  again:
    name: Referred again
    section: front_door
    kind: percentage
    from: referrals
    when: received
    count: "previous(received) >= add_months(received, -12)"
    polarity: low
"""
QUARTER = Quarter(2025, 2)


def project(root: Path, rows: list[tuple[str, str, str]]) -> Path:
    (root / "config").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "config" / "extracts.yaml").write_text(EXTRACTS, encoding="utf-8")
    (root / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    lines = ["Child,Authority,Received", *(",".join(row) for row in rows)]
    (root / "data" / "referrals.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def built(root: Path, area: str = "") -> dict[tuple[str, str], tuple[str, str]]:
    """Build the internal figures; return area and value by indicator and period kind, for the quarter and longer."""
    result = run_build(Options(root, QUARTER, formats=("csv",), audience="internal", area=area))
    text = (result.folders[0] / "figures.csv").read_text(encoding="utf-8")
    return {
        (row["indicator"], row["period_kind"]): (row["area"], row["value"])
        for row in csv.DictReader(io.StringIO(text))
        if row["period_end"] == "2025-09-30" and row["breakdown"] == "total"
    }  # fmt: skip


MIXED = [
    ("C1", "E001", "2025-07-01"), ("C1", "E002", "2025-08-01"), ("C2", "E001", "2025-08-03"),
    ("C2", "E001", "2025-09-20"), ("C9", "E002", "2025-09-21"),
]  # fmt: skip


def test_the_only_area_in_the_files_is_the_reports(tmp_path: Path) -> None:
    figures = built(project(tmp_path, [row for row in MIXED if row[1] == "E001"]))
    assert figures["referrals", "quarter"] == ("E001", "3")


def test_files_of_several_councils_are_refused_until_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractError) as refused:
        built(project(tmp_path, MIXED))
    fault = next(fault for fault in refused.value.faults if fault.code == "EX305")
    assert "--area" in fault.help
    assert "E001" not in fault.message


def test_one_area_of_several_is_counted_alone_and_its_children_are_its_own(tmp_path: Path) -> None:
    root = project(tmp_path, MIXED)
    assert built(root, "E001")["referrals", "quarter"] == ("E001", "3")
    assert float(built(root, "E001")["again", "quarter"][1]) == pytest.approx(100 / 3)
    assert built(root, "E002")["again", "quarter"] == ("E002", "0")
    assert (root / "output" / "E001" / "Q2-2025-internal" / "figures.csv").is_file()


def test_an_area_cannot_be_asked_for_where_a_table_does_not_say_whose_its_rows_are(tmp_path: Path) -> None:
    root = project(tmp_path, MIXED)
    path = root / "config" / "extracts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('      area: {from: "Authority", type: code}\n', ""))
    with pytest.raises(ExtractError) as refused:
        built(root, "E001")
    assert [fault.code for fault in refused.value.faults if fault.severity == "error"] == ["EX305"]
