"""init --from: a project drafted from the headers of a folder of extracts."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from carereport.settings import ExtractSettings
from carereport.starting.drafting import PROFILES, _profile
from carereport.starting.guessed_columns import guessed_columns
from tests.councils.run import run
from tests.shared import needs_shared, shared_folder

REFERRALS = (
    "Child Unique ID,Gender,Ethnicity,Date of Birth,Date of referral,Referral Source,Referral NFA?,"
    "Number of Referrals in Last 12 Months,Allocated Team,Allocated Worker,Postcode"
)
PLANS = (
    "cppl_table_id,cppl_referral_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,"
    "cppl_cp_plan_initial_category,cppl_cp_plan_latest_category"
)


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
    done = run("init", tmp_path / "council", "--from", extracts)
    assert done.exit_code == 0
    assert "referrals_2025-10.csv: Ofsted Annex A, list 3: referrals" in done.stdout
    assert "plans.csv: Standard Safeguarding Dataset, ssd_cp_plans" in done.stdout
    assert "mentoring.csv: not recognised; table mentoring" in done.stdout
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "council" / "config").glob("*.yaml"))
    assert "Gwendolyn" not in done.output + written


def test_the_draft_is_checked_without_errors_and_built(extracts: Path, tmp_path: Path) -> None:
    root = tmp_path / "council"
    run("init", root, "--from", extracts)
    checked = run("check", "--project", root, "--data", extracts)
    assert checked.exit_code in (0, 1), checked.output
    built = run("build", "--project", root, "--data", extracts, "--quarter", "Q1-2025", "--format", "csv")
    assert built.exit_code in (0, 1), built.output
    figures = (root / "output" / "Q1-2025" / "figures.csv").read_text(encoding="utf-8")
    assert "\nreferrals," in figures


def test_a_date_in_a_file_s_name_becomes_a_star(extracts: Path, tmp_path: Path) -> None:
    run("init", tmp_path / "council", "--from", extracts)
    text = (tmp_path / "council" / "config" / "extracts.yaml").read_text(encoding="utf-8")
    assert "files: referrals*.csv" in text


def test_a_folder_without_extracts_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("init", tmp_path / "council", "--from", tmp_path / "empty").exit_code == 2


@needs_shared("data/ssda903")
def test_the_public_ssda903_sample_is_recognised_and_built(tmp_path: Path) -> None:
    folder = shared_folder() / "data" / "ssda903"
    root = tmp_path / "council"
    done = run("init", root, "--from", folder)
    assert "not recognised" not in done.stdout
    built = run("build", "--project", root, "--data", folder, "--quarter", "Q4-2019", "--format", "csv")
    assert built.exit_code in (0, 1), built.output


def test_files_with_equal_headers_become_one_table(extracts: Path, tmp_path: Path) -> None:
    for years, header in (("2022-24", "Visit  ID,Seen"), ("2024-26", "VISIT ID,SEEN")):
        (extracts / f"Visits {years}.csv").write_text(f"{header}\nV{years},yes\n", encoding="utf-8")
    done = run("init", tmp_path / "council", "--from", extracts)
    assert done.stdout.count("not recognised; table visits\n") == 2
    tables = yaml.safe_load((tmp_path / "council" / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]
    assert tables["visits"]["files"] == "Visits*.csv"


def test_a_header_with_a_line_break_keeps_the_columns_after_it(extracts: Path, tmp_path: Path) -> None:
    text = 'Ward;"Ethnic\r\nGroup";"Sex  (1=M, 2=F)";Café\r\nQuay;AIND;1;x\r\n'
    (extracts / "people.csv").write_bytes(text.encode("cp1252"))
    run("init", tmp_path / "council", "--from", extracts)
    tables = yaml.safe_load((tmp_path / "council" / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]
    assert [column["from"] for column in tables["people"]["columns"].values()] == [
        "Ward", "Ethnic Group", "Sex (1=M, 2=F)", "Café",
    ]  # fmt: skip


def first(spec: dict[str, Any]) -> str:
    return str(spec["from"][0] if isinstance(spec["from"], list) else spec["from"])


def made_up(layout: str, folder: Path) -> Path:
    """Write a file of each table of a layout, with two rows that any of them may hold."""
    folder.mkdir()
    for table, spec in _profile(layout)["tables"].items():
        columns = [one for one in spec["columns"].values() if "from" in one]
        if "chain" in spec:
            continue
        rows = [[cell(one, number) for one in columns] for number in (1, 2)]
        text = "\n".join(",".join(row) for row in [[f'"{first(one)}"' for one in columns], *rows])
        (folder / f"{table}.csv").write_text(text + "\n", encoding="utf-8")
    return folder


def cell(spec: dict[str, Any], number: int) -> str:
    if spec["type"] == "date":
        return f"0{number}/05/2025" if spec["formats"][0].startswith("%d") else f"2025-05-0{number}"
    return str(number) if spec["type"] in ("id", "number") else (list(spec.get("codes", {})) or ["x"])[0]


@pytest.mark.parametrize(
    ("layout", "fed"),
    [
        ("annex_a", {"referrals", "assessments_45_days", "child_protection_plans", "children_in_care", "started_care"}),
        ("ssda903", {"children_in_care", "three_placements", "foster_care", "missing_episodes", "care_leavers_eet"}),
        ("ssd", {"referrals", "referrals_no_further_action", "assessments_45_days", "section_47_enquiries",
                 "child_protection_plans", "plan_children_seen", "plan_reviews_on_time", "children_in_care",
                 "three_placements", "missing_episodes"}),
    ],
)  # fmt: skip
def test_each_layout_feeds_the_indicators_it_can_in_three_commands(layout: str, fed: set[str], tmp_path: Path) -> None:
    folder, root = made_up(layout, tmp_path / "extracts"), tmp_path / "council"
    assert run("init", root, "--from", folder).exit_code == 0
    assert run("check", "--project", root, "--data", folder).exit_code in (0, 1)
    built = run("build", "--project", root, "--data", folder, "--quarter", "Q1-2025", "--format", "csv")
    assert built.exit_code in (0, 1), built.output
    held = yaml.safe_load((root / "config" / "indicators.yaml").read_text(encoding="utf-8"))["indicators"]
    assert fed <= set(held)


@needs_shared("data/ssd")
def test_every_field_of_the_safeguarding_dataset_is_known_with_its_type() -> None:
    with (shared_folder() / "data" / "ssd" / "fields.csv").open(encoding="utf-8") as handle:
        fields = [row for row in csv.DictReader(handle) if row["table_name"] not in ("ssd_cohort", "ssd_dim_date")]
    known = {
        first(spec): spec["type"]
        for table in _profile("ssd")["tables"].values() for spec in table["columns"].values() if "from" in spec
    }  # fmt: skip
    types = {"datetime": {"date"}, "int": {"number"}, "float": {"number"}, "nchar": {"code"},
             "nvarchar": {"id", "code", "text"}}  # fmt: skip
    assert [row for row in fields if known.get(row["field_name"]) not in types[row["data_type"]]] == []


def test_a_breakdown_that_the_extracts_lack_is_left_out_and_the_indicator_kept(tmp_path: Path) -> None:
    root = tmp_path / "council"
    run("init", root, "--from", made_up("annex_a", tmp_path / "extracts"))
    held = yaml.safe_load((root / "config" / "indicators.yaml").read_text(encoding="utf-8"))["indicators"]
    assert held["assessments_45_days"]["breakdowns"] == ["team", "age_band", "gender", "ethnicity"]
    assert held["child_protection_plans"]["breakdowns"] == ["age_band", "gender", "ethnicity", "disability", "category"]


def test_a_table_that_no_layout_knows_gets_a_count_to_start_from(tmp_path: Path) -> None:
    folder, root = tmp_path / "extracts", tmp_path / "council"
    folder.mkdir()
    rows = "".join(f"{number};0{number % 9 + 1}.05.2025;Gwendolyn\r\n" for number in range(12))
    text = f"Sitzung;Session date;Café\r\n{rows}".replace(".", "/")
    (folder / "Youth club 2025-10.csv").write_bytes(text.encode("cp1252"))
    done = run("init", root, "--from", folder)
    assert "0 indicators can be fed" in done.stdout
    assert "1 drafted, each a count of rows, to complete in indicators.yaml: youth_club" in done.stdout
    built = run("build", "--project", root, "--data", folder, "--quarter", "Q1-2025", "--format", "csv")
    assert built.exit_code in (0, 1), built.output
    figures = (root / "output" / "Q1-2025" / "figures.csv").read_text(encoding="utf-8")
    assert "youth_club,,quarter,2025-04-01,2025-06-30,total,total,12,,12,number," in figures


def test_headers_alone_tell_births_spells_months_and_codes(tmp_path: Path) -> None:
    folder, root = tmp_path / "extracts", tmp_path / "council"
    folder.mkdir()
    (folder / "Plans Oct25.csv").write_text("Mosaic ID;D.O.B.;Plan from;Plan to;Category;Visits\n", encoding="utf-8")
    (folder / "staff.csv").write_text("Month,Team,Posts,Area\n", encoding="utf-8")
    run("init", root, "--from", folder)
    tables = yaml.safe_load((root / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]
    plans = tables["plans"]
    assert (plans["files"], plans["spell"]) == ("Plans*.csv", ["plan_from", "plan_to"])
    assert {name: one["type"] for name, one in plans["columns"].items()} == {
        "child_id": "id", "birth": "date", "plan_from": "date", "plan_to": "date", "category": "code", "visits": "text",
    }  # fmt: skip
    assert tables["staff"]["columns"]["month"]["formats"][0] == "%b-%y"
    assert "area" not in tables["staff"]["columns"]  # the reserved name of the authority
    held = yaml.safe_load((root / "config" / "indicators.yaml").read_text(encoding="utf-8"))["indicators"]
    assert list(held) == ["plans"] and held["plans"]["open"] == ["plan_from", "plan_to"]


def test_codes_without_letters_and_empty_columns_that_nothing_needs_are_no_fault(tmp_path: Path) -> None:
    folder, root = tmp_path / "extracts", tmp_path / "council"
    folder.mkdir()
    head = "Child Unique ID;Gender;Ethnicity;Date of Birth;Continuous Assessment Start Date;"
    head += "Child Seen During Continuous Assessment;Continuous Assessment Date of Authorisation;Allocated Team"
    rows = [f"{700000 + n};{'MF'[n % 2]};WBRI;01/02/2015;{n % 28 + 1:02}/08/2025;;;South" for n in range(40)]
    (folder / "assess.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (folder / "Visits.csv").write_text("SWID;Plan begun;Plan ceased;Visit on\n", encoding="utf-8")
    run("init", root, "--from", folder)
    tables = yaml.safe_load((root / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]
    visits = tables["visits"]
    assert visits["spell"] == ["plan_begun", "plan_ceased"]
    assert (visits["columns"]["child_id"]["type"], visits["columns"]["visit_on"]["type"]) == ("id", "date")
    with (folder / "Visits.csv").open("a", encoding="utf-8") as more:
        more.write("C1;01/08/2025;;02/08/2025\n")
    checked = run("check", "--project", root, "--data", folder, "--quarter", "Q2-2025")
    assert checked.exit_code in (0, 1), checked.output
    assert "EX203" not in checked.output and "EX301" not in checked.output


def test_benchmarks_under_one_per_cent_are_one_note_and_no_page_of_them(tmp_path: Path) -> None:
    folder, root = tmp_path / "extracts", tmp_path / "council"
    folder.mkdir()
    head = "Child Unique ID,Gender,Ethnicity,Date of Birth,Date of referral,Referral Source,Referral NFA?"
    (folder / "referrals.csv").write_text(f"{head}\nC1,M,WBRI,01/02/2015,02/08/2025,1A,No\n", encoding="utf-8")
    run("init", root, "--from", folder)
    checked = run("check", "--project", root, "--data", folder, "--quarter", "Q2-2025")
    assert checked.output.count("JD016") == 1


def test_headers_as_a_sheet_exports_them_are_recognised_and_named_as_they_stand(tmp_path: Path) -> None:
    folder, root = tmp_path / "extracts", tmp_path / "council"
    folder.mkdir()
    head = "CHILD UNIQUE ID:;Gender;Ethnicity:;Date of Birth;  Continuous  Assessment Start Date:;"
    head += "Child Seen During Continuous Assessment;Continuous Assessment Date of Authorisation:;Allocated Team"
    (folder / "List 4.csv").write_text(f"{head}\nC1;M;WBRI;01/02/2015;01/08/2025;;;South\n", encoding="utf-8")
    done = run("init", root, "--from", folder)
    assert "List 4.csv: Ofsted Annex A, list 4: assessments" in done.stdout
    columns = yaml.safe_load((root / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]["assessments"]
    assert columns["columns"]["start_date"]["from"] == "Continuous Assessment Start Date:"
    assert columns["columns"]["gender"]["from"] == "Gender"
    checked = run("check", "--project", root, "--data", folder, "--quarter", "Q2-2025")
    assert checked.exit_code in (0, 1) and "EX124" not in checked.output, checked.output


def test_every_annex_a_list_of_the_sample_is_recognised(tmp_path: Path) -> None:
    done = run("init", tmp_path / "council", "--from", Path(__file__).parents[1] / "sample_data")
    lines = [line for line in done.stdout.splitlines() if line.startswith("annex_a_")]
    assert len(lines) == 11 and all("Ofsted Annex A" in line for line in lines), lines


def test_names_of_sql_server_become_words_and_a_null_says_what_to_do(tmp_path: Path) -> None:
    folder, root = tmp_path / "extracts", tmp_path / "council"
    folder.mkdir()
    text = "PlanID,PersonId,PlanStartDate,PlanEndDate,IsSecondPlan\n1,C1,2025-07-01,NULL,Y\n"
    (folder / "dbo_vw_ChildPlans.csv").write_text(text, encoding="utf-8")
    (folder / "workforce.csv").write_text("Month,Average caseload\nSep-25,15.1\n", encoding="utf-8")
    done = run("init", root, "--from", folder)
    tables = yaml.safe_load((root / "config" / "extracts.yaml").read_text(encoding="utf-8"))["tables"]
    assert tables["dbo_vw_child_plans"]["spell"] == ["plan_start_date", "plan_end_date"]
    assert tables["dbo_vw_child_plans"]["columns"]["is_second_plan"]["type"] == "code"
    assert tables["workforce"]["columns"]["average_caseload"]["type"] == "number"
    assert "nothing counts these yet: workforce" in done.stdout
    checked = run("check", "--project", root, "--data", folder, "--quarter", "Q2-2025")
    assert "a word for nothing, such as NA or NULL, where a date is expected" in checked.output
    assert "help: leave the cell empty in the extract" in checked.output


def test_a_draft_that_is_not_written_is_said(extracts: Path, tmp_path: Path) -> None:
    run("init", tmp_path / "council")
    done = run("init", tmp_path / "council", "--from", extracts)
    assert "not drafted, since it stands there already: config/extracts.yaml, config/indicators.yaml" in done.stderr
    assert "next:" not in done.stderr


@pytest.mark.parametrize(
    ("file", "says"),
    [("book.xlsx", "save each sheet of a workbook as CSV UTF-8"), ("2025/a.csv", "name the one with the CSV files")],
)
def test_a_folder_without_csv_files_says_what_to_do_with_what_it_holds(tmp_path: Path, file: str, says: str) -> None:
    path = tmp_path / "extracts" / file
    path.parent.mkdir(parents=True)
    path.write_text("a\n", encoding="utf-8")
    assert says in run("init", tmp_path / "council", "--from", tmp_path / "extracts").output


def test_a_date_of_a_reference_and_a_yes_or_no_are_no_ids() -> None:
    columns = guessed_columns(["Ref Date", "NFA (1=yes 2=no)", "Ref No"])
    assert [one["type"] for one in columns.values()] == ["date", "code", "id"]
