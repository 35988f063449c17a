"""The council's own lists, the equality view and the audits' grades as the pages print them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from carereport.comparators import PopulationRow
from carereport.report.pages.equality import equality_view
from carereport.report.pages.lists import actions, maturity, risks
from carereport.report.pages.material import Material
from carereport.report.pages.mixes import audit_grades
from carereport.report.shown import shown_faults
from carereport.report_settings import ReportSettings
from carereport.settings import ExtractSettings, IndicatorSettings
from tests import made_up_report as made

ROOT = Path(__file__).parents[1]
RISK = {
    "risk": "Caseloads stay high", "evidence": "assessments_45_days", "likelihood": "almost_certain",
    "impact": "high", "owner": "Head of Workforce", "mitigation": "Four new posts", "next_review": "2025-12-15",
}  # fmt: skip


def material(**shown) -> Material:
    findings, disclosed, project = made.material(ROOT)
    return Material(
        findings, disclosed, project, made.QUARTER, "public", False, made.AS_AT, (), (), {},
        {place: tuple(rows) for place, rows in shown.items()},
    )  # fmt: skip


def with_rows(breakdown: str, indicator: str, groups: dict[str, float | None]) -> Material:
    """A material whose figures also hold one quarter's groups of an indicator; None is suppressed."""
    held = material()
    end = pd.Timestamp(made.QUARTER.end)
    frame = held.disclosed.figures
    first = frame.iloc[[0] * len(groups)].copy()
    first["indicator"], first["breakdown"], first["period_kind"] = indicator, breakdown, "quarter"
    first["period_end"], first["category"] = end, list(groups)
    numbers = [float("nan") if value is None else value for value in groups.values()]
    first["numerator"] = first["value"] = numbers
    first["marker"] = ["c" if value is None else "" for value in groups.values()]
    return replace(held, disclosed=replace(held.disclosed, figures=pd.concat([frame, first], ignore_index=True)))


def test_a_risk_prints_the_figure_of_the_indicator_it_names() -> None:
    table = risks(material(risks=[RISK]))
    assert table is not None
    first = table.rows[0]
    assert first[0].second.startswith("Assessed within 45 working days: ") and "%" in first[0].second
    assert (first[1].text, first[1].second) == ("Almost certain", "High impact")
    assert first[3].second == "Next review 15 December 2025"


def test_words_that_name_no_indicator_stand_as_they_are() -> None:
    table = risks(material(risks=[{**RISK, "evidence": "Letters from families"}]))
    assert table is not None and table.rows[0][0].second == "Letters from families"


def test_actions_due_by_the_quarters_end_are_last_quarters() -> None:
    row = {"action": "Fill posts", "owner": "Head", "progress": "on_track", "measure": "This report"}
    ahead, past = actions(material(actions=[{**row, "due": "2025-10-01"}, {**row, "due": "2025-09-30"}]))
    assert ahead.caption.startswith("What we do next") and ahead.rows[0][2].text == "1 October 2025"
    assert past.caption.startswith("Last quarter's actions") and past.rows[0][3].text == "On track"


def test_the_maturity_matrix_counts_moves_up_and_down() -> None:
    rows = [{"subject": name, "year_ago": before, "now": now, "evidence": "Seen"}
            for name, before, now in (("Audit", 2.0, 3.0), ("Voice", 3.0, 3.0), ("Data", 3.0, 2.0))]  # fmt: skip
    held = maturity(material(maturity=rows))
    assert held is not None
    assert held.title == "Of 3 areas, 1 moved up a level in a year, 1 stayed and 1 fell"
    steady = maturity(material(maturity=rows[:2]))
    assert steady is not None and steady.title.endswith("1 stayed and none fell")
    far = maturity(material(maturity=[*rows[:2], {**rows[0], "now": 4.0}, {**rows[0], "year_ago": None}]))
    assert far is not None and far.title == "Of 3 areas, 2 moved up in a year, 1 stayed and none fell"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"child_id": "Child"}, "holds children"),
        ({"subject": "Area"}, "lacks what the list of maturity needs: year_ago, now, evidence"),
    ],
)
def test_a_table_of_children_or_without_its_columns_is_refused(columns: dict[str, str], said: str) -> None:
    table = {"files": "a.csv", "columns": {name: {"from": head, "type": "text"} for name, head in columns.items()}}
    project = replace(
        made.project(ROOT),
        extracts=ExtractSettings.model_validate({"tables": {"matrix": table}}),
        report=ReportSettings.model_validate({"shown": {"maturity": "matrix"}}),
    )
    assert any(said in fault.message for fault in shown_faults(project))


def test_a_table_that_does_not_exist_is_named_with_the_nearest() -> None:
    project = replace(made.project(ROOT), report=ReportSettings.model_validate({"shown": {"risks": "row"}}))
    (fault,) = shown_faults(project)
    assert fault.severity == "error" and "rows" in fault.help


def test_equality_shares_are_of_published_groups_and_a_hidden_group_takes_the_shares_away() -> None:
    settings = {"equality": {"indicators": ["section_47"], "breakdowns": ["gender"]}}
    for groups, cells in (
        ({"male": 30.0, "female": 10.0}, [("75%", "30"), ("25%", "10")]),
        ({"male": 30.0, "female": None}, [("30", ""), ("[c]", "")]),
    ):
        held = with_rows("gender", "section_47", groups)
        report = ReportSettings.model_validate({**made.REPORT, **settings})
        held = replace(held, project=replace(held.project, report=report))
        view = equality_view(held)
        assert view is not None
        assert [row.cells[0] for row in view.parts[0].rows] == cells


def test_shares_stand_beside_those_of_all_children_where_population_csv_has_the_groups() -> None:
    settings = {
        "equality": {"indicators": ["section_47"], "breakdowns": ["gender"]},
        "labels": {"gender": {"male": "Boys", "female": "Girls"}},
    }
    report = ReportSettings.model_validate({**made.REPORT, **settings})
    area = report.council.area
    population = (
        PopulationRow(area, 2023, "Boys", 900, "old"),
        PopulationRow(area, 2024, "Boys", 60, "Estimates of 2024"),
        PopulationRow(area, 2024, "female", 40, "Estimates of 2024"),
        PopulationRow("E06999999", 2024, "male", 7, "another council"),
    )
    held = with_rows("gender", "section_47", {"male": 30.0, "female": 10.0, "unknown": 8.0})
    view = equality_view(replace(held, project=replace(held.project, report=report, population=population)))
    assert view is not None
    assert [(row.name, row.here) for row in view.parts[0].rows] == [("Boys", "60%"), ("Girls", "40%"), ("Unknown", "–")]
    assert view.population == "All children who live here: Estimates of 2024."


def test_codes_put_together_are_hidden_where_one_of_them_is() -> None:
    settings = {
        "equality": {
            "indicators": ["section_47"], "breakdowns": ["ethnicity"],
            "groups": {"ethnicity": {"White": ["WBRI", "WIRI"], "Asian": ["AIND", "APKN"]}},
        }
    }  # fmt: skip
    held = with_rows("ethnicity", "section_47", {"WBRI": 50.0, "WIRI": None, "AIND": 20.0, "APKN": 12.0})
    report = ReportSettings.model_validate({**made.REPORT, **settings})
    view = equality_view(replace(held, project=replace(held.project, report=report)))
    assert view is not None
    assert [(row.name, row.cells[0][0]) for row in view.parts[0].rows] == [("White", "[c]"), ("Asian", "32")]


def test_no_split_measure_gives_no_view_and_no_grades() -> None:
    assert equality_view(material()) is None
    assert audit_grades(material()) is None


def test_grades_are_named_in_one_way_inside_a_title() -> None:
    held = with_rows("grade", "contacts", {"outstanding": 1.0, "requires_improvement": 13.0})
    contacts = {**made.INDICATORS["contacts"], "breakdowns": ["grade"]}
    split = IndicatorSettings.model_validate({"indicators": {"contacts": contacts}})
    held.project.indicators.update(split.indicators)
    mix = audit_grades(held)
    assert mix is not None and mix.title == "Grades of audits: 1 outstanding, 13 requires improvement"
    assert "[x]" in mix.chart and "[c]" not in mix.chart  # the other quarters have no rows: none is hidden


def test_a_risk_without_a_review_has_a_dash() -> None:
    table = risks(material(risks=[{**RISK, "next_review": None}]))
    assert table is not None and table.rows[0][3].second == "Next review –"
