"""init --from: a project drafted from the headers of a folder of extracts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from carereport.cli.main import cli
from carereport.drafting import PROFILES, _profile
from carereport.settings import ExtractSettings
from tests.shared import needs_shared, shared_folder

REFERRALS = (
    "Child Unique ID,Gender,Ethnicity,Date of Birth,Date of referral,Referral Source,Referral NFA?,"
    "Number of Referrals in Last 12 Months,Allocated Team,Allocated Worker,Postcode"
)
PLANS = (
    "cppl_table_id,cppl_referral_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,"
    "cppl_cp_plan_initial_category,cppl_cp_plan_latest_category"
)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def extracts(tmp_path: Path) -> Path:
    folder = tmp_path / "extracts"
    folder.mkdir()
    rows = {
        "referrals_2025-10.csv": f"{REFERRALS}\n1,a) Male,a) WBRI,01/02/2015,03/04/2025,8,b) No,0,N,Gwendolyn,",
        "plans.csv": f"{PLANS}\nP1,R1,1001,2025-05-01,,Neglect,Neglect",
        "mentoring.csv": "Session ID;Child ID;Session date;Note\n1;1001;02/03/2025;Gwendolyn",
    }
    for name, text in rows.items():
        (folder / name).write_text(text + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", PROFILES)
def test_each_layout_is_a_valid_set_of_tables(name: str) -> None:
    tables = {
        table: {"files": "x.csv", **{key: value for key, value in spec.items() if key != "title"}}
        for table, spec in _profile(name)["tables"].items()
        if "chain" not in spec
    }
    assert len(ExtractSettings.model_validate({"tables": tables}).tables) > 8


def test_files_are_named_by_layout_and_no_row_is_shown(extracts: Path, tmp_path: Path) -> None:
    done = call("init", tmp_path / "council", "--from", extracts)
    assert done.exit_code == 0
    assert "referrals_2025-10.csv: Ofsted Annex A, list 3: referrals" in done.stdout
    assert "plans.csv: Standard Safeguarding Dataset, ssd_cp_plans" in done.stdout
    assert "mentoring.csv: not recognised; table mentoring" in done.stdout
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "council" / "config").glob("*.yaml"))
    assert "Gwendolyn" not in done.output + written


def test_the_draft_is_checked_without_errors_and_built(extracts: Path, tmp_path: Path) -> None:
    root = tmp_path / "council"
    call("init", root, "--from", extracts)
    checked = call("check", "--project", root, "--data", extracts)
    assert checked.exit_code in (0, 1), checked.output
    built = call("build", "--project", root, "--data", extracts, "--quarter", "Q1-2025", "--format", "csv")
    assert built.exit_code in (0, 1), built.output
    figures = (root / "output" / "Q1-2025" / "figures.csv").read_text(encoding="utf-8")
    assert "\nreferrals," in figures


def test_a_date_in_a_file_s_name_becomes_a_star(extracts: Path, tmp_path: Path) -> None:
    call("init", tmp_path / "council", "--from", extracts)
    text = (tmp_path / "council" / "config" / "extracts.yaml").read_text(encoding="utf-8")
    assert "files: referrals*.csv" in text


def test_a_folder_without_extracts_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert call("init", tmp_path / "council", "--from", tmp_path / "empty").exit_code == 2


@needs_shared("data/ssda903")
def test_the_public_ssda903_sample_is_recognised_and_built(tmp_path: Path) -> None:
    folder = shared_folder() / "data" / "ssda903"
    root = tmp_path / "council"
    done = call("init", root, "--from", folder)
    assert "not recognised" not in done.stdout
    built = call("build", "--project", root, "--data", folder, "--quarter", "Q4-2019", "--format", "csv")
    assert built.exit_code in (0, 1), built.output


def test_files_with_equal_headers_become_one_table(extracts: Path, tmp_path: Path) -> None:
    for years, header in (("2022-24", "Visit  ID,Seen"), ("2024-26", "VISIT ID,SEEN")):
        (extracts / f"Visits {years}.csv").write_text(f"{header}\nV{years},yes\n", encoding="utf-8")
    done = call("init", tmp_path / "council", "--from", extracts)
    assert done.stdout.count("not recognised; table visits\n") == 2
    tables = yaml.safe_load((tmp_path / "council" / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]
    assert tables["visits"]["files"] == "Visits*.csv"


def test_a_header_with_a_line_break_keeps_the_columns_after_it(extracts: Path, tmp_path: Path) -> None:
    text = 'Ward;"Ethnic\r\nGroup";"Sex  (1=M, 2=F)";Café\r\nQuay;AIND;1;x\r\n'
    (extracts / "people.csv").write_bytes(text.encode("cp1252"))
    call("init", tmp_path / "council", "--from", extracts)
    tables = yaml.safe_load((tmp_path / "council" / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]
    assert [column["from"] for column in tables["people"]["columns"].values()] == [
        "Ward", "Ethnic Group", "Sex (1=M, 2=F)", "Café",
    ]  # fmt: skip
