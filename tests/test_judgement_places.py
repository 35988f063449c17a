"""What is wrong in targets, baselines, pairs and benchmarks is found at its line and column, with a hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from carereport.checking import check_all
from carereport.quarters import Quarter
from tests.small_council import small_council

INDICATORS, ROWS = "config/indicators.yaml", "config/benchmarks/b.csv"
HEADER = "indicator,area,period,value,unit,statistic,source\nno_further_action,England,2023/24,19.5,percent,,DfE\n"
ENGLAND = "benchmarks: [{area: England, value: 20, period: 2024/25}]"


def found(root: Path, code: str) -> tuple[str, str, int | None, int | None, bool]:
    faults = [fault for fault in check_all(root, root / "data", Quarter(2025, 2)) if fault.code == code]
    assert len(faults) == 1, code
    (fault,) = faults
    return fault.severity, fault.file, fault.line, fault.position, bool(fault.help)


def council(root: Path, line: str, rows: str = "") -> Path:
    """The small council with one more line at its measure with a target, after line 18, and a file of benchmarks."""
    small_council(root)
    path = root / INDICATORS
    path.write_text(path.read_text(encoding="utf-8").replace("    target: 20\n", f"    {line}\n"), encoding="utf-8")
    if rows:
        (root / ROWS).parent.mkdir()
        (root / ROWS).write_text(HEADER + rows, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("line", "code", "severity", "position"),
    [
        ("target: 120", "JD001", "error", 13),
        ("target: -5", "JD001", "error", 13),
        ("spc: {baseline: {from: 2025-01, to: 2025-04}}", "JD009", "warning", 21),
        ("spc: {baseline: {from: 2025-13, to: 2026-12}}", "JD007", "error", 28),
        ("spc: {baseline: {from: 2019-01, to: 2020-04}}", "JD021", "warning", 21),
        ('status: {green: "<= 25", amber: "<= 20"}', "JD023", "warning", 37),
        ("pair: [referals]", "CF040", "warning", 12),
        (ENGLAND.replace("20,", "540,"), "JD010", "error", 41),
        (ENGLAND.replace("2024/25", "2024/26"), "CF032", "error", 53),
        (ENGLAND.replace("2024/25", "1924/25"), "JD011", "warning", 53),
        (ENGLAND.replace("2024/25", "2034/35"), "JD011", "warning", 53),
        ("benchmarks: [{file: nowhere.csv}]", "CF034", "error", 25),
    ],
)
def test_a_wrong_line_of_indicators_yaml_is_found_where_it_stands(
    tmp_path: Path, line: str, code: str, severity: str, position: int
) -> None:
    assert found(council(tmp_path, line), code) == (severity, INDICATORS, 18, position, True)


@pytest.mark.parametrize(
    ("row", "code", "severity", "position"),
    [
        ("no_further_action,England,2024/25,19.5,per_10000,,DfE", "CF033", "error", 5),
        ("no_further_action,England,2024/25,195,percent,,DfE", "JD010", "error", 4),
        ("no_further_action,England,2024/25,0.195,percent,,DfE", "JD016", "note", 4),
        ("no_further_action,England,2024/25,many,percent,,DfE", "CF032", "error", 4),
        ("no_further_action,England,24/25,19.5,percent,,DfE", "CF032", "error", 3),
        ("no_further_action,England,1924/25,19.5,percent,,DfE", "JD011", "warning", 3),
        ("no_further_action,England,2034/35,19.5,percent,,DfE", "JD011", "warning", 3),
        ("no_futher_action,England,2024/25,19.5,percent,,DfE", "CF031", "warning", 1),
    ],
)
def test_a_wrong_row_of_benchmarks_is_found_where_it_stands(
    tmp_path: Path, row: str, code: str, severity: str, position: int
) -> None:
    root = council(tmp_path, "benchmarks: [{file: b.csv}]", row + "\n")
    assert found(root, code) == (severity, ROWS, 3, position, True)


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ('target: 20\n    status: {green: "<= 25"}', {"JD022"}),
        ('target: 20\n    status: {amber: "<= 15"}', {"JD023"}),
        ('target: 20\n    status: {green: "<= 20", amber: "<= 25"}', set()),
        ('target: [{value: 25, from: 2024-04-01}, {value: 20, from: 2025-04-01}]\n    status: {green: "<= 20"}', set()),
    ],
)
def test_thresholds_that_contradict_the_target_or_each_other_are_said(
    tmp_path: Path, lines: str, codes: set[str]
) -> None:
    faults = check_all(council(tmp_path, lines), tmp_path / "data", None)
    assert {fault.code for fault in faults if fault.code in ("JD022", "JD023")} == codes


def test_a_target_written_as_a_share_is_said(tmp_path: Path) -> None:
    root = council(tmp_path, "target: 0.2")
    path = root / INDICATORS
    path.write_text(path.read_text(encoding="utf-8").replace("polarity: low", "polarity: high"), encoding="utf-8")
    assert found(root, "JD016") == ("warning", INDICATORS, 18, 13, True)


def test_a_file_that_a_spreadsheet_leaves_beside_an_open_one_is_not_read(tmp_path: Path) -> None:
    root = council(tmp_path, "benchmarks: [{file: b.csv}]", " ")
    (root / "config" / "benchmarks" / "~$b.csv").write_bytes(b"\x05me" + b"\x00" * 30)
    assert not {"CF020", "CF021"} & {fault.code for fault in check_all(root, root / "data", None)}
