"""What an analyst sees of each fault of the extracts: code, place, count, remedy, exit code, and no cell."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from carereport.extracts import read as reading
from tests.councils.run import run
from tests.small_project import CHILDREN, CONTACTS, PEOPLE, PLANS, Small, replaced, small_project, the, written

PLANS_CSV, PEOPLE_CSV, CONTACTS_CSV = "data/plans.csv", "data/people.csv", "data/contacts.csv"
YAML = "config/extracts.yaml"
EXIT = {"error": 4, "warning": 1, "note": 0}


@dataclass(frozen=True)
class Case:
    """One damage, and the finding it must give."""

    name: str
    damage: Callable[[Small], None]
    code: str
    severity: str
    file: str
    line: int | None
    column: str | None = None
    position: int | None = None
    count: int = 1
    says: str = ""
    help: str = ""


def appended(name: str, text: str) -> Callable[[Small], None]:
    return lambda small: small.append(name, text)


def both(first: Callable[[Small], None], second: Callable[[Small], None]) -> Callable[[Small], None]:
    def damage(small: Small) -> None:
        first(small)
        second(small)

    return damage


def archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")  # of no time: the same bytes at any
    return held.getvalue()


def lines(text: str, change: Callable[[list[str]], list[str]]) -> str:
    return "\n".join(change(text.rstrip("\n").split("\n"))) + "\n"


def shifted(rows: list[str]) -> list[str]:
    """Put each row's cells one column to the right."""
    return [rows[0], *(",".join([row.split(",")[-1], *row.split(",")[:-1]]) for row in rows[1:])]


P, W = "error", "warning"
CASES = [
    # ------------------------------------------------------------------------------------- the file as a whole
    Case(
        "bytes_that_are_no_text",
        written(PLANS_CSV, PLANS.encode() + b"\x81\x8d\n"),
        "EX105",
        P,
        PLANS_CSV,
        7,
        help="save it as CSV UTF-8",
    ),
    Case("utf_16_that_breaks_off", written(PLANS_CSV, PLANS.encode("utf-16")[:-1]), "EX105", P, PLANS_CSV, 1),
    Case(
        "utf_16_without_its_mark",
        written(PLANS_CSV, PLANS.encode("utf-16-le")),
        "EX104",
        P,
        PLANS_CSV,
        1,
        count=len(PLANS),
        says="UTF-16",
    ),
    Case("a_nul", replaced(PLANS_CSV, "NEG,13", "NEG\x00,13"), "EX104", P, PLANS_CSV, 4, says="NUL"),
    Case("a_direction_character", replaced(PLANS_CSV, "NEG,13", "NE\u202eG,13"), "EX104", P, PLANS_CSV, 4),
    Case("a_workbook", written(PLANS_CSV, archive()), "EX102", P, PLANS_CSV, 1, says="a workbook or archive"),
    Case("an_old_workbook", written(PLANS_CSV, b"\xd0\xcf\x11\xe0rest"), "EX102", P, PLANS_CSV, 1, says="Excel"),
    Case("an_archive", written(PLANS_CSV, gzip.compress(b"plans", mtime=0)), "EX102", P, PLANS_CSV, 1, says="gzip"),
    Case("a_web_page", written(PLANS_CSV, "\n<!DOCTYPE html><p>Sign in"), "EX102", P, PLANS_CSV, 1, says="a web page"),
    Case("a_pdf", written(PLANS_CSV, b"%PDF-1.7"), "EX102", P, PLANS_CSV, 1, says="a PDF"),
    Case("json", written(PLANS_CSV, '[{"Child ID": "0047110"}]'), "EX102", P, PLANS_CSV, 1, says="JSON"),
    Case("an_empty_file", written(PLANS_CSV, ""), "EX103", P, PLANS_CSV, 1, help="run the extract again"),
    Case("a_file_without_rows", written(PLANS_CSV, PLANS.split("\n")[0] + "\n"), "EX109", P, PLANS_CSV, 1),
    Case(
        "a_file_that_is_missing",
        lambda s: (s.root / PLANS_CSV).rename(s.root / "data/Planz.csv"),
        "EX120",
        P,
        YAML,
        12,
        position=12,
        says="no file matches plans*.csv",
        help="did you mean Planz.csv?",
    ),
    Case(
        "a_file_that_was_not_extracted",
        lambda s: (s.root / PLANS_CSV).unlink(),
        "EX120",
        P,
        YAML,
        12,
        position=12,
        help="take out the table and the indicators counted from it",
    ),
    # ----------------------------------------------------------------------------------------- header and rows
    Case(
        "a_missing_column",
        replaced(PLANS_CSV, "Start,", "Started,", 1),
        "EX122",
        P,
        PLANS_CSV,
        1,
        "Start",
        says="the column for plans.start is missing",
        help="did you mean Started?",
    ),
    Case("a_doubled_column", replaced(PLANS_CSV, "Visits\n", "START\n", 1), "EX123", P, PLANS_CSV, 1, "Start", 2, 2),
    Case(
        "a_title_above_the_header",
        written(PLANS_CSV, "Plans in 2025\n\n" + PLANS),
        "EX114",
        P,
        PLANS_CSV,
        1,
        says="in line 3",
        help="delete the lines above line 3",
    ),
    Case("a_title_with_commas", written(PLANS_CSV, "Plans,of,all,the,children\n" + PLANS), "EX114", P, PLANS_CSV, 1),
    Case(
        "a_missing_header",
        written(PLANS_CSV, PLANS.split("\n", 1)[1]),
        "EX116",
        P,
        PLANS_CSV,
        1,
        help="is the header missing",
    ),
    Case("a_header_that_stands_again", appended(PLANS_CSV, PLANS), "EX117", P, PLANS_CSV, 7),
    Case("a_row_that_is_short", replaced(PLANS_CSV, ",NEG,13", ",NEG"), "EX115", P, PLANS_CSV, 4, says="fewer fields"),
    Case("rows_that_are_long", replaced(PLANS_CSV, ",NEG,", ",NEG,x,"), "EX115", P, PLANS_CSV, 2, count=3, says="more"),
    Case("a_quote_that_is_not_closed", replaced(PLANS_CSV, "NEG,13", '"NEG,13'), "EX107", P, PLANS_CSV, 4),
    Case("text_after_a_closed_quote", replaced(PLANS_CSV, "NEG,13", '"NEG"x,13'), "EX107", P, PLANS_CSV, 4),
    Case(
        "another_delimiter_than_declared",
        replaced(YAML, "tables:", 'delimiter: ";"\ntables:'),
        "EX118",
        P,
        PLANS_CSV,
        1,
        says="commas",
    ),
    Case("a_delimiter_nobody_uses", written(PLANS_CSV, PLANS.replace(",", "~")), "EX118", P, PLANS_CSV, 1),
    Case(
        "a_header_with_another_delimiter",
        written(PLANS_CSV, PLANS.replace(",", ";", 4)),
        "EX115",
        P,
        PLANS_CSV,
        2,
        count=5,
    ),
    Case(
        "too_many_columns",
        written(PLANS_CSV, ",".join(f"c{n}" for n in range(1001)) + "\n"),
        "EX108",
        P,
        PLANS_CSV,
        1,
        says="1,000",
    ),
    Case(
        "a_cell_that_is_too_long",
        replaced(CONTACTS_CSV, "rang twice", "x" * 32_768, 1),
        "EX112",
        P,
        CONTACTS_CSV,
        2,
        says="32,767",
    ),
    Case(
        "joined_files_with_other_headers",
        written("data/plans_2.csv", PLANS.replace("Visits", "Seen")),
        "EX121",
        P,
        "data/plans_2.csv",
        1,
        says="differs from that of plans.csv",
    ),
    # --------------------------------------------------------------------------------------------------- cells
    Case(
        "a_date_nobody_can_read",
        replaced(PLANS_CSV, "17/03/2025", "sometime"),
        "EX208",
        P,
        PLANS_CSV,
        4,
        "Start",
        2,
        says="text of 8 letters",
    ),
    Case(
        "day_and_month_swapped",
        written(
            CONTACTS_CSV,
            lines(
                CONTACTS,
                lambda rows: [
                    rows[0],
                    *(
                        ",".join([c[0], "/".join([c[1][3:5], c[1][:2], c[1][6:]]), *c[2:]])
                        for c in (r.split(",") for r in rows[1:])
                    ),
                ],
            ),
        ),
        "EX208",
        P,
        CONTACTS_CSV,
        4,
        "Received",
        2,
        7,
        help="day and month are swapped",
    ),
    Case("a_spreadsheets_day_number", replaced(PLANS_CSV, "17/03/2025", "45733"), "EX207", P, PLANS_CSV, 4, "Start", 2),
    Case(
        "a_year_of_two_digits",
        replaced(CONTACTS_CSV, "/2025", "/25"),
        "EX208",
        P,
        CONTACTS_CSV,
        2,
        "Received",
        2,
        9,
        help="two digits for the year",
    ),
    Case("an_impossible_year", replaced(PLANS_CSV, "17/03/2025", "17/03/0225"), "EX209", P, PLANS_CSV, 4, "Start", 2),
    Case("na_for_a_date", replaced(PLANS_CSV, "27/06/2025", "NA"), "EX208", P, PLANS_CSV, 2, "End", 3),
    Case(
        "columns_that_are_shifted", written(PLANS_CSV, lines(PLANS, shifted)), "EX204", P, PLANS_CSV, 2, "Visits", 5, 5
    ),
    Case("a_number_with_a_unit", replaced(PLANS_CSV, "NEG,13", "NEG,13%"), "EX204", P, PLANS_CSV, 4, "Visits", 5),
    Case(
        "a_number_below_0",
        replaced(PLANS_CSV, "NEG,13", "NEG,-13"),
        "EX205",
        P,
        PLANS_CSV,
        4,
        "Visits",
        5,
        says="from 0 to 50",
    ),
    Case("a_number_above_its_max", replaced(PLANS_CSV, "NEG,13", "NEG,51"), "EX205", P, PLANS_CSV, 4, "Visits", 5),
    Case(
        "ids_in_scientific_form",
        replaced(CONTACTS_CSV, CHILDREN[1], "4.7121E+04"),
        "EX201",
        P,
        CONTACTS_CSV,
        2,
        "Child ID",
        1,
        2,
    ),
    Case(
        "ids_turned_into_numbers",
        replaced(CONTACTS_CSV, CHILDREN[1], "47121.0"),
        "EX210",
        P,
        CONTACTS_CSV,
        2,
        "Child ID",
        1,
        2,
    ),
    Case(
        "an_empty_key",
        replaced(PLANS_CSV, CHILDREN[2], ""),
        "EX301",
        P,
        PLANS_CSV,
        4,
        "Child ID",
        1,
        says="a key is empty",
    ),
    Case("an_empty_required_cell", replaced(PLANS_CSV, "NEG,13", ",13"), "EX301", P, PLANS_CSV, 4, "Category", 4),
    Case(
        "one_key_with_differing_rows",
        appended(PLANS_CSV, PLANS.split("\n")[2].replace("EMO", "NEG") + "\n"),
        "EX302",
        P,
        PLANS_CSV,
        7,
        "Child ID",
        1,
    ),
    Case(
        "another_councils_rows",
        replaced(PEOPLE_CSV, "E06000016\n", "E06000031\n", 2),
        "EX304",
        P,
        PEOPLE_CSV,
        2,
        "Authority",
        3,
        2,
        help="extract the rows of E06000016 only",
    ),
    Case("a_huge_number", replaced(PLANS_CSV, "NEG,13", "NEG," + "9" * 400), "EX204", P, PLANS_CSV, 4, "Visits", 5),
    Case("a_soft_hyphen", replaced(CONTACTS_CSV, "Alder", "Al\u00adder", 1), "EX104", P, CONTACTS_CSV, 2),
    Case("a_picture", written(PLANS_CSV, b"\x89PNG\r\n\x1a\n"), "EX102", P, PLANS_CSV, 1, says="a picture"),
    Case("a_page_in_utf_16", written(PLANS_CSV, "<TABLE><TR>".encode("utf-16")), "EX102", P, PLANS_CSV, 1, says="page"),
    Case("markup", written(PLANS_CSV, "<Message><Header>"), "EX102", P, PLANS_CSV, 1, says="an XML file"),
    Case("ids_in_engineering_form", replaced(CONTACTS_CSV, CHILDREN[1], "47.12E+03"), "EX201", P, CONTACTS_CSV, 2,
         "Child ID", 1, 2),
    Case("a_window_after_the_quarter", replaced(YAML, "from: 2024-10-01", "from: 2030-10-01"), "EX330", W, YAML, 25,
         position=13),
    # ------------------------------------------------------------------------------------------------ warnings
    Case(
        "the_same_row_twice",
        appended(PLANS_CSV, PLANS.split("\n")[2] + "\n"),
        "EX303",
        W,
        PLANS_CSV,
        7,
        says="counted once",
    ),
    Case(
        "a_lookup_without_match", replaced(PEOPLE_CSV, CHILDREN[2], "0099110"), "EX314", W, PLANS_CSV, 4, "Child ID", 1
    ),
    Case(
        "a_lookup_with_several_rows",
        both(
            appended(PEOPLE_CSV, f"{CHILDREN[0]},12/05/2014,E06000016\n"),
            replaced(YAML, "    key: child_id\n", ""),
        ),
        "EX315",
        W,
        PEOPLE_CSV,
        8,
        "Child ID",
        1,
    ),
    Case(
        "unknown_codes",
        replaced(PLANS_CSV, "NEG", "Neglect"),
        "EX203",
        W,
        PLANS_CSV,
        2,
        "Category",
        4,
        3,
        says="text of 7 letters",
        help="add it under `codes`",
    ),
    Case(
        "end_before_start",
        replaced(PLANS_CSV, "27/06/2025", "27/06/2024"),
        "EX311",
        W,
        PLANS_CSV,
        2,
        "End",
        3,
        says="the row is left out",
    ),
    Case("born_in_the_future", replaced(PEOPLE_CSV, "13/05/2014", "13/05/2034"), "EX312", W, PEOPLE_CSV, 4, "Born", 2),
    Case("born_before_1920", replaced(PEOPLE_CSV, "13/05/2014", "13/05/1919"), "EX312", W, PEOPLE_CSV, 4, "Born", 2),
    Case(
        "overlapping_spells",
        appended(PLANS_CSV, f"{CHILDREN[0]},01/05/2025,,NEG,1\n"),
        "EX313",
        W,
        PLANS_CSV,
        7,
        "Start",
        2,
    ),
    Case(
        "dates_after_the_extract",
        appended(CONTACTS_CSV, f"{CHILDREN[0]},21/12/2025,Team Alder,\n"),
        "EX324",
        W,
        CONTACTS_CSV,
        11,
        "Received",
        2,
    ),
    Case(
        "an_end_after_the_extract", replaced(PLANS_CSV, "28/08/2025", "28/12/2025"), "EX324", W, PLANS_CSV, 5, "End", 3
    ),
    Case(
        "no_row_in_the_last_weeks",
        written(CONTACTS_CSV, CONTACTS.replace("19/09/2025", "08/09/2025")),
        "EX321",
        W,
        CONTACTS_CSV,
        1,
        "Received",
        2,
        help="is the extract complete?",
    ),
    Case(
        "no_row_in_the_quarter",
        written(CONTACTS_CSV, "\n".join(CONTACTS.split("\n")[:7]) + "\n"),
        "EX322",
        W,
        CONTACTS_CSV,
        1,
        "Received",
        2,
    ),
    Case(
        "an_extract_older_than_the_quarter",
        replaced(YAML, "2025-10-06", "2025-09-26"),
        "EX323",
        W,
        PEOPLE_CSV,
        1,
        count=3,
        help="extract again",
    ),
    Case(
        "lost_leading_zeros_of_one_file",
        replaced(CONTACTS_CSV, "\n00", "\n"),
        "EX211",
        W,
        CONTACTS_CSV,
        2,
        "Child ID",
        1,
        9,
    ),
    Case("na_for_a_team", replaced(CONTACTS_CSV, "Team Alder", "NA", 1), "EX212", W, CONTACTS_CSV, 2, "Team", 3),
    Case(
        "null_for_a_child", replaced(CONTACTS_CSV, CHILDREN[1], "NULL", 1), "EX212", W, CONTACTS_CSV, 2, "Child ID", 1
    ),
    *(
        Case(f"no_id_{n}", replaced(CONTACTS_CSV, CHILDREN[1], word, 1), "EX212", W, CONTACTS_CSV, 2, "Child ID", 1)
        for n, word in enumerate(("UNKNOWN", "None", "-", "n/k", "0000000", "#######"))
    ),
    *(
        Case(f"odd_id_{n}", replaced(CONTACTS_CSV, CHILDREN[1], word, 1), "EX215", W, CONTACTS_CSV, 2, "Child ID", 1)
        for n, word in enumerate(('"47,121"', "+47121", "'0047121", "\u0660\u0660\u0664\u0667121"))
    ),
    Case("zeros_too_many", replaced(CONTACTS_CSV, CHILDREN[1], "000047121", 1), "EX211", W, CONTACTS_CSV, 2,
         "Child ID", 1, says="another length than most"),
    Case("letters_read_in_the_wrong_coding", replaced(CONTACTS_CSV, "Team Alder", "FranÃ§ois", 2), "EX128", W,
         CONTACTS_CSV, 2, count=2),
    Case("a_quote_read_in_the_wrong_coding", replaced(CONTACTS_CSV, "Alder", "Alder\u00e2\u20ac\u2122s", 1), "EX128", W,
         CONTACTS_CSV, 2),
    Case("a_name_that_cannot_be_shown", lambda s: (s.root / PLANS_CSV).rename(s.root / "data/plans\x1b[2J.csv"),
         "EX101", P, "data/plans?[2J.csv", None, help="rename the file"),
    Case("a_name_in_another_coding", lambda s: (s.root / PLANS_CSV).rename(s.root / "data/plans\udce9.csv"),
         "EX101", P, "data/plans?.csv", None),
    Case("codes_written_in_two_ways", replaced(CONTACTS_CSV, "Team Alder", "TEAM  Alder", 2), "EX216", W, CONTACTS_CSV,
         2, "Team", 3, 9, help="list them under `codes`"),
    Case("an_optional_column_that_is_needed", replaced(PLANS_CSV, "End", "Closed", 1), "EX329", W, PLANS_CSV, 1, "End",
         says="plans.end is missing: plans need it"),
    # --------------------------------------------------------------------------------------------------- notes
    Case(
        "windows_text",
        written(CONTACTS_CSV, CONTACTS.replace("Alder", "Érable").encode("cp1252")),
        "EX106",
        "note",
        CONTACTS_CSV,
        2,
    ),
    Case(
        "a_column_nobody_names",
        lambda s: s.write(
            CONTACTS_CSV,
            lines(CONTACTS, lambda rows: [f"{row},{'Worker' if n == 0 else 'somebody'}" for n, row in enumerate(rows)]),
        ),
        "EX125",
        "note",
        CONTACTS_CSV,
        1,
        says="Worker",
    ),
    Case(
        "a_file_nobody_names",
        written("data/visits.csv", "a\nb\n"),
        "EX126",
        "note",
        "data/visits.csv",
        None,
        says="visits.csv",
    ),
    Case(
        "blank_columns_at_the_end",
        written(CONTACTS_CSV, CONTACTS.replace("\n", ",,\n")),
        "EX113",
        "note",
        CONTACTS_CSV,
        1,
        count=9,
    ),
    Case("blank_rows", written(CONTACTS_CSV, CONTACTS + ",,,\n,,,\n"), "EX111", "note", CONTACTS_CSV, 1, count=2),
    Case(
        "a_time_after_a_date",
        replaced(PLANS_CSV, "27/06/2025", "27/06/2025 00:00"),
        "EX206",
        "note",
        PLANS_CSV,
        2,
        "End",
        3,
    ),
    Case(
        "a_window_that_is_not_declared",
        replaced(YAML, "    covers: {from: 2024-10-01, by: received}\n", ""),
        "EX328",
        "note",
        YAML,
        23,
        position=3,
        help="add covers",
    ),
    Case(
        "blanks_around_an_id",
        replaced(PLANS_CSV, CHILDREN[2], f" {CHILDREN[2]}"),
        "EX202",
        "note",
        PLANS_CSV,
        4,
        "Child ID",
        1,
    ),
    Case("codes_in_other_capitals", replaced(PLANS_CSV, "NEG", "neg"), "EX214", "note", PLANS_CSV, 2, "Category", 4, 3),
    Case(
        "a_header_written_otherwise",
        replaced(PLANS_CSV, "Child ID", "Child-ID:"),
        "EX124",
        "note",
        PLANS_CSV,
        1,
        "Child-ID:",
        1,
    ),
    Case(
        "several_files_joined",
        both(
            written("data/plans_2.csv", PLANS.split("\n")[0] + "\n" + PLANS.split("\n")[2] + "\n"),
            written(PLANS_CSV, lines(PLANS, lambda rows: rows[:2] + rows[3:])),
        ),
        "EX127",
        "note",
        PLANS_CSV,
        1,
        count=2,
        says="plans.csv, plans_2.csv",
    ),
]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return small_project(tmp_path)


def test_sound_extracts_give_no_finding_of_the_extracts(small: Small) -> None:
    document, text = small.check()
    assert [finding["code"] for finding in document["findings"]] == ["CF024"]
    assert document["exit"] == 0 and "Findings: 1 note." in text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_fault_is_said_with_its_place_count_and_remedy(small: Small, case: Case) -> None:
    case.damage(small)
    document, text = small.check()
    finding = the(document, case.code, case.file)
    place = (finding["severity"], finding["file"], finding["line"], finding["column"], finding["position"])
    assert place == (case.severity, case.file, case.line, case.column, case.position)
    assert finding["count"] == case.count
    assert case.says in finding["message"] and case.help in (finding["help"] or "")
    assert finding["help"] or case.severity == "note"
    worst = max(EXIT[f["severity"]] for f in document["findings"])
    assert document["exit"] == worst >= EXIT[case.severity]
    shown = f"{case.severity} {case.code}  {case.file}" + (f":{case.line}" if case.line else "")
    assert shown in text and finding["message"] in text
    if case.column:
        assert f"column '{case.column}': " in text


@pytest.mark.parametrize("case", [case for case in CASES if case.severity == P], ids=lambda case: case.name)
def test_an_error_writes_nothing_and_the_earlier_report_stands(small: Small, case: Case) -> None:
    earlier = small.root / "output" / "Q2-2025" / "figures.csv"
    small.write("output/Q2-2025/figures.csv", "the earlier report")
    case.damage(small)
    result = run("build", "--project", small.root, "--quarter", "Q2-2025", "--format", "csv")
    assert result.exit_code == 4
    assert f"error {case.code}  {case.file}" in result.stderr and "Nothing was written" in result.stderr
    assert [path.name for path in sorted((small.root / "output").rglob("*"))] == ["Q2-2025", "figures.csv"]
    assert earlier.read_text(encoding="utf-8") == "the earlier report"


def test_warnings_are_built_with_exit_code_1_and_refused_when_strict(small: Small) -> None:
    small.replace(PLANS_CSV, "27/06/2025", "27/06/2024")
    build = ("build", "--project", small.root, "--quarter", "Q2-2025", "--format", "csv")
    refused = run(*build, "--strict")
    assert refused.exit_code == 4 and "error EX311" in refused.stderr
    assert not (small.root / "output" / "Q2-2025").exists()
    assert run(*build).exit_code == 1
    assert (small.root / "output" / "Q2-2025" / "figures.csv").is_file()
    document, text = small.check("--strict")
    assert document["exit"] == 4 and the(document, "EX311")["severity"] == "error" and "error EX311" in text


def test_all_faults_of_all_files_come_in_one_run_the_worst_first(small: Small) -> None:
    small.replace(PLANS_CSV, "17/03/2025", "sometime")
    small.replace(PEOPLE_CSV, "Born", "Birthday", 1)
    small.replace(CONTACTS_CSV, CHILDREN[1], "4.7121E+04")
    small.replace(PEOPLE_CSV, "E06000016\n", "E06000031\n", 1)
    small.replace("config/indicators.yaml", "from: contacts", "from: contact")
    document, _ = small.check()
    codes = [finding["code"] for finding in document["findings"]]
    assert {"IN121", "EX201", "EX208", "EX304"} <= set(codes)
    severities = [finding["severity"] for finding in document["findings"]]
    assert severities == sorted(severities, key=["error", "warning", "note"].index)
    assert document["exit"] == 3  # settings first: nothing is measured while they are wrong


def test_the_document_has_exactly_the_keys_that_other_programs_read(small: Small) -> None:
    small.replace(PLANS_CSV, "Start,", "Begin,", 1)
    document, _ = small.check()
    assert set(document) == {"findings", "exit"}
    for finding in document["findings"]:
        assert list(finding) == ["code", "severity", "file", "line", "column", "position", "message", "help", "count"]
    missing = the(document, "EX122")
    assert (missing["line"], missing["column"], missing["position"]) == (1, "Start", None)


def test_findings_as_a_table_for_a_spreadsheet(small: Small) -> None:
    small.replace(PLANS_CSV, "NEG", "Neglect")
    result = run("check", "--project", small.root, "--quarter", "Q2-2025", "--csv")
    rows = result.stdout.split("\n")
    assert result.exit_code == 1
    assert rows[0] == "severity,code,file,line,column,position,count,message,help,first_lines"
    assert rows[1].startswith("warning,EX203,data/plans.csv,2,Category,4,3,a code that extracts.yaml does not list")
    assert rows[1].endswith(",2 4 6")


def test_letters_with_accents_are_not_taken_for_another_coding(small: Small) -> None:
    small.replace(CONTACTS_CSV, "Team Alder", "Éé naïve Ã ££ ’” Łódź नम 中文", 2)
    assert not [one for one in small.check()[0]["findings"] if one["code"] in ("EX128", "EX106")]


def test_the_same_files_as_last_quarters_are_named(small: Small) -> None:
    assert run("build", "--project", small.root, "--quarter", "Q1-2025", "--format", "csv").exit_code == 0
    small.append(CONTACTS_CSV, f"{CHILDREN[3]},29/09/2025,Team Alder,\n")
    document, text = small.check()
    finding = the(document, "EX325")
    assert (finding["severity"], finding["file"], finding["count"]) == ("warning", "data/people.csv", 2)
    assert "the same as last time (Q1-2025): people.csv, plans.csv" in text
    assert run("build", "--project", small.root, "--quarter", "Q2-2025", "--format", "csv").exit_code == 1


def test_a_table_with_far_fewer_rows_than_last_quarter_is_named(small: Small) -> None:
    header, *rows = CONTACTS.rstrip("\n").split("\n")
    many = [row.replace("Team Alder", f"Team {n}") for n in range(8) for row in rows]
    small.write(CONTACTS_CSV, "\n".join([header, *many]) + "\n")
    assert run("build", "--project", small.root, "--quarter", "Q1-2025", "--format", "csv").exit_code == 0
    (small.root / CONTACTS_CSV).unlink()
    small.write("data/contacts_new.csv", "\n".join([header, *many[:36]]) + "\n")
    finding = the(small.check()[0], "EX326")
    assert (finding["severity"], finding["file"]) == ("warning", "data/contacts_new.csv")
    assert "table contacts has 50% of the rows it had last time (Q1-2025)" in finding["message"]


def test_rows_that_differ_only_in_columns_not_read_are_all_counted_without_a_key(small: Small) -> None:
    small.replace(YAML, "      note: {from: Note, type: text, optional: true}\n", "")
    row = f"{CHILDREN[0]},25/09/2025,Team Alder,"
    small.append(CONTACTS_CSV, f"{row}first\n{row}second\n{row}second\n")
    assert the(small.check()[0], "EX303")["count"] == 1


def test_no_day_after_the_12th_in_many_dates_is_suspicious(small: Small) -> None:
    days = [f"{CHILDREN[n % 6]},{n % 12 + 1:02d}/{n // 12 + 1:02d}/2025,Team Alder,x" for n in range(100)]
    small.write(CONTACTS_CSV, "\n".join(["Child ID,Received,Team,Note", *days]) + "\n")
    finding = the(small.check()[0], "EX213")
    assert (finding["severity"], finding["column"], finding["count"]) == ("warning", "Received", 100)


def test_more_rows_than_the_limit(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 7)
    document, _ = small.check()
    assert the(document, "EX110")["file"] == CONTACTS_CSV and document["exit"] == 4


def test_a_data_folder_outside_the_project_is_named_by_its_last_part(small: Small) -> None:
    outside = small.root / "somewhere" / "extracts"
    outside.parent.mkdir()
    (small.root / "data").rename(outside)
    project = small.root / "project"
    project.mkdir()
    (small.root / "config").rename(project / "config")
    (outside / "plans.csv").write_text(PLANS.replace("17/03/2025", "sometime"), encoding="utf-8")
    document = json.loads(run("check", "--project", project, "--data", outside, "--json").stdout)
    assert the(document, "EX208")["file"] == "extracts/plans.csv"


def test_a_declared_rule_is_checked_and_its_message_is_the_councils(small: Small) -> None:
    rule = '    checks: [{rule: "visits >= 12", severity: error, code: OWN7, message: too few visits}]\n  contacts:'
    small.replace(YAML, "  contacts:", rule)
    document, _ = small.check()
    finding = the(document, "OWN7")
    assert (finding["file"], finding["line"], finding["message"]) == (PLANS_CSV, 2, "too few visits")
    assert document["exit"] == 4


def test_lines_are_those_of_the_file_where_rows_are_blank_or_hold_line_breaks(small: Small) -> None:
    rows = CONTACTS.split("\n")
    rows[2:2] = [",,,", "", f'{CHILDREN[5]},20/02/2025,Team Alder,"two', 'lines"']
    rows[9] = rows[9].replace("/2025", "-2025")
    small.write(CONTACTS_CSV, "\n".join(rows))
    finding = the(small.check()[0], "EX208")
    assert finding["line"] == 10


def test_people_file_with_byte_order_mark_is_read_like_any_other(small: Small) -> None:
    for coding in ("utf-8-sig", "utf-16"):
        small.write(PEOPLE_CSV, PEOPLE.encode(coding))
        document, _ = small.check()
        assert [finding["code"] for finding in document["findings"]] == ["CF024"]


def many_contacts(left_out: tuple[str, ...]) -> str:
    """Return twelve contacts a month of 2025 up to the quarter's end, without those of some months."""
    days = [f"{day:02d}/{month:02d}/2025" for month in range(1, 10) for day in range(1, 25, 2)]
    held = [day for day in days if day[3:] not in left_out]
    return "Child ID,Received,Team,Note\n" + "".join(f"{CHILDREN[0]},{day},Team Alder,\n" for day in held)


@pytest.mark.parametrize(
    ("left_out", "code", "says"),
    [(("03/2025",), "EX327", "no row in March 2025,"), (("07/2025", "08/2025"), "EX327", "July 2025, August 2025"),
     (("08/2025", "09/2025"), "EX321", "no row in the last"), (("01/2025", "02/2025"), "EX327", "January 2025")],
)  # fmt: skip
def test_months_without_rows_are_named_where_every_other_month_has_many(
    small: Small, left_out: tuple[str, ...], code: str, says: str
) -> None:
    small.replace(YAML, "from: 2024-10-01", "from: 2025-01-01")
    small.write(CONTACTS_CSV, many_contacts(()))
    assert not [one for one in small.check()[0]["findings"] if one["code"] in ("EX321", "EX327")]
    small.write(CONTACTS_CSV, many_contacts(left_out))
    assert says in the(small.check()[0], code)["message"]


def test_an_extract_that_begins_long_after_its_declared_first_day_is_named(small: Small) -> None:
    days = [(month, day) for month in range(4, 10) for day in range(1, 28)]
    text = "".join(f"{CHILDREN[day % 6]},{day:02}/{month:02}/2025,Team Alder,rang twice\n" for month, day in days)
    small.write(CONTACTS_CSV, CONTACTS.split("\n")[0] + "\n" + text)
    found = the(small.check()[0], "EX327", CONTACTS_CSV)
    assert "no row before April 2025" in found["message"] and "October 2024" in found["message"]
    small.replace(YAML, "from: 2024-10-01", "from: 2025-04-01")
    assert not [one for one in small.check()[0]["findings"] if one["code"] == "EX327"]


def test_a_child_born_long_after_the_row_and_a_date_decades_ahead_are_warned_of(small: Small) -> None:
    small.replace(PEOPLE_CSV, "11/05/2014", "01/01/2026")
    small.replace(YAML, "extracted: 2025-10-06", "extracted: 2026-01-06")
    assert the(small.check()[0], "EX312", PLANS_CSV)["message"].startswith("born more than ten months after")
    small.replace(YAML, "      team:", "      due: {from: Note, type: date, formats: \"%d/%m/%Y\"}\n      team:")
    small.replace(YAML, "      note: {from: Note, type: text, optional: true}\n", "")
    small.replace(CONTACTS_CSV, "rang twice", "01/03/2052")
    found = the(small.check()[0], "EX324")
    assert (found["severity"], found["column"], found["count"]) == ("warning", "Note", 9)
