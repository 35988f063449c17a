"""check --all-areas: of each council what check --area says of it, of the whole what is said of all."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from carereport.all_areas import check as checking_areas
from carereport.all_areas.check import check_every_area
from carereport.checking import check_all
from carereport.extracts import blocks, parts
from carereport.faults import Fault
from carereport.quarters import Quarter
from tests.councils.run import run
from tests.test_every_area import CODES, region
from tests.test_every_area_parts import full

QUARTER = Quarter(2025, 2)
WHOLE = {"EX211", "EX213", "EX216", "EX306"}
"""What is said of the values of all councils together, and of how many rows the others have."""


def wrong(root: Path) -> Path:
    """Write a region in whose third council one day cannot be read."""
    region(root)
    path = root / "data" / "referrals.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if ",E003," in line) + 50
    path.write_text("\n".join([*lines[:place], "C1,E003,31/02/2025", *lines[place:], ""]), encoding="utf-8")
    return root


def of_rows(faults: list[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.code not in WHOLE and fault.file.startswith("data/")]


@pytest.mark.parametrize("quarter", [None, QUARTER])
@pytest.mark.parametrize("processes", [0, 1, 2])
def test_each_council_has_the_findings_of_its_own_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int, quarter: Quarter | None
) -> None:
    root = full(tmp_path)
    if processes:
        monkeypatch.setattr(parts, "LARGE", 9_000)
        monkeypatch.setattr(blocks, "BLOCK", 1_000)
        monkeypatch.setattr(parts, "can", lambda: processes == 2)
        monkeypatch.setattr(checking_areas, "forks", lambda engine: processes == 2)
    found = check_every_area(root, None, quarter)
    assert list(found) == ["", *CODES]
    for code in CODES:
        alone = check_all(root, None, quarter, area=code)
        assert of_rows(found[code]) == of_rows(alone)
        assert {fault.code for fault in found[code]} - WHOLE <= {fault.code for fault in alone}
        assert {fault for fault in alone if fault not in found[code] and fault.code not in WHOLE} <= set(found[""])
    assert any(of_rows(found[code]) for code in CODES)
    assert not (root / "output").exists() and not (root / "history").exists()


def test_one_council_s_error_is_printed_and_the_others_are_checked(tmp_path: Path) -> None:
    root = wrong(tmp_path)
    result = run("check", "--project", str(root), "--quarter", "Q2-2025", "--all-areas")
    assert result.exit_code == 4
    lines = [line for line in result.stdout.splitlines() if line]
    assert [line.split()[0] for line in lines[:-1]] == list(CODES)
    assert [line.split()[0] for line in lines[:-1] if "error" in line] == ["E003"]
    assert lines[-1].startswith("1 of 4 councils with errors; carereport check --area CODE")
    assert result.stderr.count("EX208") == 1 and "31/02/2025" not in result.stdout + result.stderr


def test_the_forms_for_programs_name_the_council_of_each_finding(tmp_path: Path) -> None:
    root = wrong(tmp_path)
    asked = ("check", "--project", str(root), "--all-areas")
    document = json.loads(run(*asked, "--json").stdout)
    assert document["exit"] == 4 and list(document["areas"]) == list(CODES)
    assert [one["code"] for one in document["areas"]["E003"] if one["severity"] == "error"] == ["EX208"]
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--csv").stdout)))
    assert {row["area"] for row in rows if row["severity"] == "error"} == {"E003"}
    assert {row["area"] for row in rows if row["file"].startswith("config/")} == {""}
    strict = run(*asked, "--csv", "--strict")
    assert all(row["severity"] != "warning" for row in csv.DictReader(io.StringIO(strict.stdout)))


def test_what_is_wrong_with_a_whole_file_is_said_once_and_no_council_is_named(tmp_path: Path) -> None:
    root = region(tmp_path)
    path = root / "data" / "referrals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Authority", "Council", 1), encoding="utf-8")
    found = check_every_area(root, None, QUARTER)
    assert list(found) == [""] and any(fault.severity == "error" for fault in found[""])
    assert run("check", "--project", str(root), "--all-areas").exit_code == 4


def test_settings_at_fault_do_not_hide_what_is_wrong_with_rows(tmp_path: Path) -> None:
    root = wrong(tmp_path)
    path = root / "config" / "indicators.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("when: received", "when: nowhere"), encoding="utf-8")
    found = check_every_area(root, None, QUARTER)
    assert any(fault.severity == "error" and fault.file == "config/indicators.yaml" for fault in found[""])
    assert "EX208" in {fault.code for fault in found["E003"]}


@pytest.mark.parametrize("other", ["--settings", "--area=E001"])
def test_options_that_contradict_each_other_are_refused(tmp_path: Path, other: str) -> None:
    result = run("check", "--project", str(region(tmp_path)), "--all-areas", other)
    assert result.exit_code == 2 and "--all-areas" in result.stderr
