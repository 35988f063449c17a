"""The sample tells the story that its report is about, reckoned here from the raw files alone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from carereport.calendar import bank_holidays
from carereport.project import Project, load_project
from tests.sample_files import (
    ASSESSMENTS,
    CARE,
    CHILD,
    EXTRACTED,
    FOLDER,
    PLANS,
    QUARTER_END,
    dates,
    names,
    open_on,
    spells,
    table,
)

ROOT = FOLDER.parent
HOLIDAYS = np.array(bank_holidays(2017, 2026), dtype="datetime64[D]")
DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


def between(days: pd.Series[pd.Timestamp], first: str, last: str) -> pd.Series[bool]:
    return (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))


def on_time(first: str, last: str) -> float:
    """The share of assessments ended in a period that took at most 45 working days."""
    held = table(ASSESSMENTS[0])
    held = held[between(held[ASSESSMENTS[2]], first, last)]
    start, end = (held[column].to_numpy().astype("datetime64[D]") + DAY for column in ASSESSMENTS[1:])
    return float((np.busday_count(start, end, holidays=HOLIDAYS) <= 45).mean())


def overdue(day: pd.Timestamp) -> int:
    held = spells(*ASSESSMENTS)
    held = held[(held["start"] <= day) & (held["end"] > day)]
    start = held["start"].to_numpy().astype("datetime64[D]") + DAY
    return int((np.busday_count(start, day.to_numpy().astype("datetime64[D]") + DAY, holidays=HOLIDAYS) > 45).sum())


def demand(day: pd.Timestamp) -> int:
    weights = table("demand_tool")["Stage"].map({"Screening": 1, "Assessment": 2, "Protection": 3})
    held = spells("demand_tool", "Opened", "Closed")
    return int(weights[(held["start"] <= day) & (held["end"] > day)].sum())


def test_protection_plans_rise_quarter_by_quarter() -> None:
    ends = [pd.Timestamp(2024, 9, 30), pd.Timestamp(2025, 3, 31), pd.Timestamp(2025, 6, 30), QUARTER_END]
    assert [open_on(*PLANS, day) for day in ends] == [412, 449, 474, 498]


def test_the_demand_index_rises_from_309_to_485_in_six_months() -> None:
    assert demand(pd.Timestamp(2025, 3, 31)) == 309
    assert demand(QUARTER_END) == 485


def test_fewer_families_are_referred_again_than_in_similar_councils() -> None:
    held = table("annex_a_03_referrals").sort_values("Date of referral", kind="stable")
    received = held["Date of referral"]
    distinct = held[[CHILD, "Date of referral"]].drop_duplicates()
    distinct["before"] = distinct.groupby(CHILD)["Date of referral"].shift()
    again = held.merge(distinct, on=[CHILD, "Date of referral"])
    again = again[between(again["Date of referral"], "2024-10-01", "2025-09-30")]
    share = (again["before"] >= again["Date of referral"] - pd.DateOffset(months=12)).mean()
    assert 0.15 < share < 0.18  # the neighbours' published figure is 18.8%
    assert received.max() <= EXTRACTED


def test_about_three_in_a_hundred_referrals_end_without_further_action() -> None:
    held = table("annex_a_03_referrals")
    held = held[between(held["Date of referral"], "2025-07-01", "2025-09-30")]
    assert 0.025 < (held["Referral NFA?"] == "a) Yes").mean() < 0.035


def test_assessments_in_time_improve_to_79_per_cent_and_the_backlog_falls_beside_them() -> None:
    assert round(100 * on_time("2025-07-01", "2025-09-30")) == 79
    quarters = [("2024-10-01", "2024-12-31"), ("2025-01-01", "2025-03-31"), ("2025-04-01", "2025-06-30")]
    shares = [*(on_time(*quarter) for quarter in quarters), on_time("2025-07-01", "2025-09-30")]
    assert shares == sorted(shares)
    backlog = [overdue(day) for day in (pd.Timestamp(2024, 9, 30), pd.Timestamp(2025, 3, 31), QUARTER_END)]
    assert backlog == sorted(backlog, reverse=True)
    assert backlog[-1] < backlog[0] / 2


def test_520_children_are_in_care_and_six_of_them_in_homes_not_registered() -> None:
    assert open_on(*CARE, QUARTER_END) == 520
    assert open_on("unregistered_homes", "Start", "End", QUARTER_END) == 6


def test_three_plans_have_been_open_for_two_years() -> None:
    held = spells(*PLANS)
    held = held[(held["start"] <= QUARTER_END) & (held["end"] > QUARTER_END)]
    assert (held["start"] <= pd.Timestamp(2023, 9, 30)).sum() == 3


def test_more_care_leavers_are_in_touch_than_in_england() -> None:
    held = table("ssda903_oc3")
    touched = []
    for age in (19, 20, 21):
        reached = held["Date of Birth"] + pd.DateOffset(years=age)
        touched.append(held.loc[between(reached, "2024-10-01", "2025-09-30"), "IN_TOUCH"])
    assert (pd.concat(touched) == "YES").mean() > 0.96  # England: 94%


def test_four_new_posts_stand_empty_and_the_establishment_counts_them() -> None:
    posts = table("posts")
    new = posts[posts["Established"] == pd.Timestamp(2025, 9, 1)]
    assert len(new) == 4
    assert new["Filled"].isna().all()
    months = table("workforce").groupby("Month")["Established FTE"].agg(lambda cells: cells.astype(float).sum())
    assert months["Sep-25"] - months["Aug-25"] == 4
    assert months["Sep-25"] == len(posts)


def test_the_assessment_teams_held_the_cases_that_the_director_names() -> None:
    held = table("workforce")
    cases = held.loc[(held["Month"] == "Sep-25") & (held["Team"] == "Assessment"), "Cases"]
    assert cases.tolist() == ["619"]
    assert "from 619 at 30 September" in (ROOT / "commentary/Q2-2025/since_the_quarter_ended.md").read_text("utf-8")


def test_few_children_in_care_came_alone_and_most_babies_are_placed_in_four_weeks() -> None:
    care = table(CARE[0])
    now = care[(care[CARE[1]] <= QUARTER_END) & ~(care[CARE[2]] <= QUARTER_END)]
    alone = now["Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"] == "a) Yes"
    assert 0.03 < alone.mean() < 0.05
    babies = table("babies")
    babies = babies[between(babies["Entered Care"], "2024-10-01", "2025-09-30")]
    assert ((babies["Placed"] - babies["Entered Care"]).dt.days <= 28).mean() > 0.6


def test_the_sample_has_between_150_000_and_200_000_rows() -> None:
    assert 150_000 <= sum(len(table(name)) for name in names()) <= 200_000


def test_every_file_is_mapped_and_holds_the_days_that_its_window_declares(project: Project) -> None:
    mapped = set()
    for name, held in project.extracts.tables.items():
        for pattern in held.files:
            (stem,) = [path.stem for path in FOLDER.glob(pattern)]
            mapped.add(stem)
            rows = table(stem)
            if held.covers is None or held.covers == "all" or held.covers.by is None:
                continue
            column = next(c for c in held.columns[held.covers.by].from_ if c in rows.columns)
            if column == "Month":
                assert rows[column].iloc[0] == "Apr-21"
                continue
            column = {"DOB": "Date of Birth", "CHILD": CHILD}.get(column, column)
            first = pd.Timestamp(held.covers.from_)
            if name not in ("manager_learning", "babies"):  # begun later, and few
                assert rows[column].min() < first + pd.Timedelta(days=31), name
    assert mapped == set(names())


def test_extracts_reach_beyond_the_quarter_by_two_weeks() -> None:
    latest = max(table(name)[column].max() for name in ("annex_a_01_contacts", "annex_a_03_referrals")
                 for column in dates(table(name)))  # fmt: skip
    assert latest == EXTRACTED


def test_risks_and_actions_name_indicators_and_fit_the_story(project: Project) -> None:
    tables = project.extracts.tables
    register, tracker = table("risk_register"), table("action_tracker")
    evidence = tables["risk_register"].columns["evidence"].codes
    measures = tables["action_tracker"].columns["measure"].codes
    assert set(register["Evidence"]) == set(evidence)
    assert set(measures) <= set(tracker["Measure"])
    assert {*evidence.values(), *measures.values()} <= set(project.indicators)
    assert (register["Next Review"] > tracker["Due"].min()).all()
    assert set(tracker.loc[tracker["Due"] <= "2025-09-30", "Status"]) == {"Done", "Late"}
    assert date(2025, 12, 31) in {day.date() for day in tracker["Due"]}
    levels = table("maturity_matrix")
    moved = levels["Level Now"].astype(int) - levels["Level A Year Ago"].astype(int)
    assert moved.tolist().count(1) == 5
    assert moved.tolist().count(0) == 2
    attended = table("manager_learning")["Attended"]
    assert ((attended == "Yes").sum(), len(attended)) == (66, 72)
