"""Records that lack the value a figure needs are told with the figure, never where that tells a small number."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from carereport.build import Options, run_build
from carereport.disclosure import Disclosed, disclose
from carereport.figures import Finding
from carereport.judgement.findings import judge
from carereport.project import load_project
from carereport.wording.completeness import needed_field
from carereport.wording.lint import lint_findings
from carereport.wording.statement import word_findings
from tests.few_rows import QUARTER, Outcome, outcome, table

VISITS: dict[str, Any] = table(
    {"id": "id", "due": "date", "held": "date?", "score": "number?", "ended": "date?"},
    key=["id"], date="due", covers={"from": "2023-04-01", "by": "due"},
)  # fmt: skip
VISITS["columns"]["held"]["from"] = ["Held on", "held"]
VISITS["columns"]["score"]["from"] = ["Score 2", "score"]
EVENT = {"from": "visits", "when": "due"}
INDICATORS: dict[str, dict[str, Any]] = {
    "in_time": {**EVENT, "name": "Visits in time", "kind": "percentage", "count": "held <= due", "polarity": "high",
                "process_measure": True},
    "late": {**EVENT, "name": "Visits late", "kind": "percentage", "count": "held > due", "polarity": "low"},
    "average": {**EVENT, "name": "Mean score", "kind": "mean", "of": "score"},
    "done": {**EVENT, "name": "Visits held", "kind": "percentage", "where": "held is not null",
             "count": "held <= due", "polarity": "high"},
    "on_books": {"from": "visits", "name": "On the books", "kind": "percentage", "open": ["due", "ended"],
                 "count": "score >= 3", "polarity": "high"},
    "so_far": {**EVENT, "name": "Visits since April", "kind": "percentage", "count": "held <= due",
               "polarity": "high", "headline": "year_to_date"},
}  # fmt: skip


def measured(
    folder: Path, missing: int, visits: int = 90, earlier: int = 0, late: int = 10, engine: str = "pandas"
) -> Outcome:
    """`visits` are due in each quarter; the first `missing` of the last one were neither held nor scored."""
    rows: list[dict[str, Any]] = []
    for start, without in ((date(2024, 7, 1), 0), (date(2025, 4, 1), earlier), (date(2025, 7, 1), missing)):
        for number in range(visits):
            due = start + timedelta(days=number % 90)
            held = due + timedelta(days=2 if number >= visits - late else 0)
            rows.append({
                "id": f"V{start:%y%m}{number:03}", "due": due.isoformat(), "ended": None,
                "held": None if number < without else held.isoformat(),
                "score": None if number < without else number % 5,
            })  # fmt: skip
    return outcome(folder, {"visits": VISITS}, INDICATORS, {"visits": rows}, engine=engine)


def worded(folder: Path, found: Outcome, public: bool) -> dict[str, Finding]:
    project = load_project(folder)
    shown: Disclosed | None = disclose(found.figures, project, QUARTER) if public else None
    findings = word_findings(judge(shown.figures if shown else found.figures, project, QUARTER), project, QUARTER)
    assert [fault for fault in lint_findings(findings, project.indicators, QUARTER) if fault.severity == "error"] == []
    return {finding.indicator: finding for finding in findings}


def said(finding: Finding, rule: str) -> str:
    return " ".join(sentence.text for sentence in finding.sentences if sentence.rule == rule)


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_records_without_a_value_are_counted_by_period(tmp_path: Path, engine: str) -> None:
    found = measured(tmp_path, missing=18, engine=engine)
    for name in ("in_time", "average"):
        row = found.row(name, "quarter", "2025-07-01")
        assert (row["records"], row["complete"]) == (90, 0.8)
        assert found.row(name, "quarter", "2025-04-01")[["records", "complete"]].isna().all()
        year = found.row(name, "rolling_12_months", "2024-10-01")
        assert (year["records"], year["complete"]) == (180, 0.9)
    stock = found.row("on_books", "quarter", "2025-07-01")
    assert (stock["records"], stock["complete"]) == (270, 252 / 270)
    assert found.row("done", "quarter", "2025-07-01")[["records", "complete"]].isna().all()


def test_a_member_is_told_how_complete_the_records_are(tmp_path: Path) -> None:
    findings = worded(tmp_path, measured(tmp_path, missing=18), public=True)
    assert said(findings["in_time"], "W24") == (
        "Of the records, 80% had a valid “Held on”. The others count as not done."
    )
    assert said(findings["late"], "W24") == "Of the records, 80% had a valid “Held on”."
    assert said(findings["average"], "W24") == "Of the records, 80% had a valid “Score 2”. The others are left out."
    assert said(findings["done"], "W24") == ""


def test_a_column_with_a_name_is_called_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VISITS["columns"]["held"], "name", "date of the visit")
    monkeypatch.setitem(VISITS["columns"]["score"], "name", "score for school 2")
    findings = worded(tmp_path, measured(tmp_path, missing=18), public=False)
    assert said(findings["late"], "W24") == "Of the records, 80% had a valid date of the visit."
    findings = worded(tmp_path / "none", measured(tmp_path / "none", missing=90), public=True)
    assert said(findings["average"], "W23") == (
        "Mean score could not be calculated: the score for school 2 was missing for 90 of 90 records."
    )


def test_records_that_all_have_a_value_need_no_sentence(tmp_path: Path) -> None:
    findings = worded(tmp_path, measured(tmp_path, missing=0), public=False)
    assert all(said(finding, "W24") == "" for finding in findings.values())


def test_a_figure_without_any_value_could_not_be_calculated(tmp_path: Path) -> None:
    found = measured(tmp_path, missing=90)
    assert said(worded(tmp_path, found, public=True)["average"], "W23") == (
        "Mean score could not be calculated: “Score 2” was missing for 90 of 90 records."
    )
    assert said(worded(tmp_path, found, public=False)["in_time"], "W24") == (
        "None of the records had a valid “Held on”."
    )


@pytest.mark.parametrize(("visits", "public", "words"), [(1, False, "in the only case"), (3, True, "in every case")])
def test_one_record_and_few_are_told_in_words(tmp_path: Path, visits: int, public: bool, words: str) -> None:
    findings = worded(tmp_path, measured(tmp_path, missing=visits, visits=visits), public)
    assert said(findings["average"], "W23") == f"Mean score could not be calculated: “Score 2” was missing {words}."


@pytest.mark.parametrize("missing", range(1, 6))
def test_how_many_lack_a_value_is_not_told_where_they_are_few(tmp_path: Path, missing: int) -> None:
    found = measured(tmp_path, missing)
    assert said(worded(tmp_path, found, public=False)["in_time"], "W24") != ""
    assert said(worded(tmp_path, found, public=True)["in_time"], "W24") == ""


def test_nor_where_those_held_too_late_are_few(tmp_path: Path) -> None:
    """Of 90 in the denominator, 10 without a value and 77 in time would leave 3 that were late."""
    found = measured(tmp_path, missing=10, late=3)
    assert said(worded(tmp_path, found, public=True)["in_time"], "W24") == ""


def test_nor_since_april_where_those_of_the_quarter_are_few(tmp_path: Path) -> None:
    """Last quarter's report told those of April to June, so both would tell those of July to September."""
    assert said(worded(tmp_path, measured(tmp_path, missing=3, earlier=12), public=True)["so_far"], "W24") == ""
    told = worded(tmp_path, measured(tmp_path, missing=8, earlier=10), public=True)["so_far"]
    assert said(told, "W24") == "Of the records, 90% had a valid “Held on”. The others count as not done."


@pytest.mark.parametrize("policy", ["round5", "midpoint6"])
def test_nor_where_numbers_are_rounded(tmp_path: Path, policy: str) -> None:
    found = measured(tmp_path, missing=18)
    (tmp_path / "config" / "report.yaml").write_text(f"disclosure: {{policy: {policy}}}\n", encoding="utf-8")
    findings = worded(tmp_path, found, public=True)
    assert all(said(finding, "W24") == "" for finding in findings.values())


def test_the_json_and_the_data_notes_tell_it_too(tmp_path: Path) -> None:
    measured(tmp_path, missing=18)
    folder = run_build(Options(tmp_path, QUARTER, tmp_path / "data", formats=("json", "html"))).folders[0]
    held = json.loads((folder / "findings.json").read_text(encoding="utf-8"))["findings"]
    sentences = {one["indicator"]: one["sentences"] for one in held}
    (told,) = [one for one in sentences["average"] if one["rule"] == "W24"]
    assert told["figures"] == ["80%", "2"]
    notes = (folder / "report.html").read_text(encoding="utf-8").partition('id="notes"')[2]
    assert "Visits in time. Of the records, 80% had a valid “Held on”. The others count as not done." in notes


def test_every_column_that_the_sample_may_say_is_empty_has_a_name_for_sentences() -> None:
    project = load_project(Path(__file__).parents[1])
    needed = {name: needed_field(one, project) for name, one in project.indicators.items()}
    assert {name: field for name, field in needed.items() if "“" in field} == {}
    assert needed["care_leavers_suitable"] == "type of accommodation"
