"""The made-up children live possible lives: born once, in one place at a time, grown up at 18."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from tests.sample_files import (
    ASSESSMENTS,
    BIRTH,
    CARE,
    CHILD,
    EXTRACTED,
    NEEDS,
    NEVER,
    PLANS,
    births,
    dates,
    names,
    spells,
    table,
)

GROWN_UP = {"leaving_care_cases", "pathway_plans", "ssda903_oc3", "annex_a_09_care_leavers"}
"""Files about young people of 18 and over."""
AHEAD = {"ssda903_uasc"}
"""Files with a day that lies ahead: the eighteenth birthday of an unaccompanied child."""
ALONE = [
    PLANS, CARE, NEEDS, ASSESSMENTS,
    ("annex_a_02_early_help", "Assessment start date", "Assessment completion date"),
    ("ssda903_episodes", "DECOM", "DEC"), ("ssda903_sw_episodes", "SW_DECOM", "SW_DEC"),
    ("ssda903_missing", "MIS_START", "MIS_END"), ("unregistered_homes", "Start", "End"),
    ("demand_tool", "Opened", "Closed"), ("leaving_care_cases", "Start", "End"),
]  # fmt: skip
"""Files in which a child has one row at a time, with start and end."""


def test_every_child_is_born_once_in_all_files() -> None:
    held = births()
    assert held.index.is_unique
    assert held.notna().all()


@pytest.mark.parametrize("column", ["Gender", "Ethnicity"])
def test_every_child_is_described_alike_in_all_files(column: str) -> None:
    parts = [table(n)[[CHILD, column]] for n in names() if {CHILD, column} <= set(table(n).columns)]
    assert len(parts) > 5
    assert not pd.concat(parts).drop_duplicates().duplicated(CHILD).any()


@pytest.mark.parametrize("name", [n for n in names() if CHILD in table(n).columns])
def test_nothing_happens_before_birth(name: str) -> None:
    held = table(name)
    born = held[CHILD].map(births())
    for column in dates(held):
        assert not (held[column] < born).any(), column


@pytest.mark.parametrize("name", [n for n in names() if CHILD in table(n).columns and n not in GROWN_UP | AHEAD])
def test_childrens_services_end_on_the_eighteenth_birthday(name: str) -> None:
    held = table(name)
    born = held[CHILD].map(births())
    eighteen = born + pd.DateOffset(years=18) + pd.to_timedelta((born.dt.strftime("%m%d") == "0229").astype(int), "D")
    for column in set(dates(held)) - {BIRTH}:
        assert not (held[column] > eighteen).any(), column


@pytest.mark.parametrize("name", [n for n in names() if n not in AHEAD | {"action_tracker", "risk_register"}])
def test_nothing_is_known_of_days_after_the_extract(name: str) -> None:
    held = table(name)
    for column in set(dates(held)) - {"Due", "Workbook Due"}:
        assert not (held[column] > EXTRACTED).any(), column


@pytest.mark.parametrize("place", ALONE, ids=[name for name, _, _ in ALONE])
def test_nobody_overlaps_himself(place: tuple[str, str, str]) -> None:
    held = spells(*place).sort_values(["child", "start"])
    assert (held["end"] > held["start"]).all()
    before = held.groupby("child")["end"].shift()
    assert not (before > held["start"]).any()


@pytest.mark.parametrize("other", [PLANS, NEEDS], ids=["plans", "need"])
def test_nobody_is_in_care_and_on_a_plan_at_home(other: tuple[str, str, str]) -> None:
    both = spells(*other).merge(spells(*CARE), on="child", suffixes=("", "_care"))
    assert not ((both["start"] < both["end_care"]) & (both["start_care"] < both["end"])).any()


@pytest.mark.parametrize(
    ("name", "day", "within"),
    [
        ("plan_visits", "Visit Date", PLANS), ("plan_reviews", "Due", PLANS), ("plan_reviews", "Held", PLANS),
        ("care_visits", "Held", CARE), ("care_reviews", "Held", CARE), ("ssda903_missing", "MIS_START", CARE),
        ("ssda903_missing", "MIS_END", CARE), ("unregistered_homes", "Start", CARE), ("care_plans", "Updated", CARE),
        ("babies", "Entered Care", CARE), ("babies", "Placed", CARE), ("ssda903_reviews", "REVIEW", CARE),
    ],
)  # fmt: skip
def test_what_happens_during_a_spell_lies_within_one(name: str, day: str, within: tuple[str, str, str]) -> None:
    held = table(name).reset_index()
    held = held[held[day].notna()][["index", CHILD, day]]
    both = held.merge(spells(*within), left_on=CHILD, right_on="child")
    inside = both[(both[day] >= both["start"]) & (both[day] <= both["end"])]
    assert set(inside["index"]) == set(held["index"])


@pytest.mark.parametrize(
    ("name", "day"),
    [ASSESSMENTS[:2], ("annex_a_05_section_47", "Strategy discussion initiating Section 47 Enquiry Start Date")],
)
def test_assessments_and_enquiries_follow_a_referral(name: str, day: str) -> None:
    held = table(name).reset_index()
    held = held[held[day] >= pd.Timestamp(2021, 4, 1)]  # referrals are held from April 2020
    both = held.merge(table("annex_a_03_referrals"), on=CHILD)
    assert set(both.loc[both["Date of referral"] <= both[day], "index"]) == set(held["index"])


def test_every_plan_since_2021_begins_at_a_conference() -> None:
    plans = table(PLANS[0])
    plans = plans[plans[PLANS[1]] >= pd.Timestamp(2021, 1, 1)]
    held = table("annex_a_05_section_47")
    conferences = set(zip(held[CHILD], held["Date of Initial Child Protection Conference"], strict=True))
    assert set(zip(plans[CHILD], plans[PLANS[1]], strict=True)) <= conferences


def test_the_two_files_on_care_tell_of_the_same_periods() -> None:
    episodes = table("ssda903_episodes")
    episodes = episodes[~episodes["LS"].isin(["V3", "V4"])]
    first = pd.Timestamp(2020, 4, 1)
    started = episodes[(episodes["RNE"] == "S") & (episodes["DECOM"] >= first)]
    listed = table(CARE[0])
    window = pd.Timestamp(2021, 4, 1)
    ended = episodes.groupby(CHILD)["DEC"].agg(lambda days: days.fillna(NEVER).max())
    late = started[started[CHILD].map(ended) >= window]
    listed_late = listed[(listed[CARE[1]] >= first)]
    assert set(zip(listed_late[CHILD], listed_late[CARE[1]], strict=True)) <= set(
        zip(started[CHILD], started["DECOM"], strict=True)
    )
    assert set(late[CHILD]) <= set(listed[CHILD])


def test_steps_to_adoption_come_in_order() -> None:
    held = table("annex_a_10_adoption")
    steps = [
        "Date the Child Entered Care", "Date of Decision that Child Should be Placed for Adoption",
        "Date of Placement Order", "Date of Matching Child and Prospective Adopters", "Date Placed for Adoption",
        "Date of Adoption Order",
    ]  # fmt: skip
    for before, after in itertools.pairwise(steps):
        assert not (held[before] > held[after]).any(), after


def test_no_office_work_is_done_at_weekends() -> None:
    for name, column in [
        ("annex_a_05_section_47", "Date of Initial Child Protection Conference"), ("plan_visits", "Visit Date"),
        ("audits", "Audited"), ("learning_actions", "Raised"), ("participation", "Held"),
    ]:  # fmt: skip
        assert not (table(name)[column].dropna().dt.day_of_week > 4).any(), name


def test_every_return_of_a_missing_child_is_followed_up_or_known_not_to_be() -> None:
    missing, interviews = table("ssda903_missing"), table("return_interviews")
    assert set(zip(missing[CHILD], missing["MIS_END"], strict=True)) == set(
        zip(interviews[CHILD], interviews["Returned"], strict=True)
    )


def test_babies_came_into_care_before_their_first_birthday() -> None:
    held = table("babies")
    assert ((held["Entered Care"] - held[BIRTH]).dt.days < 365).all()
    entered = set(zip(held[CHILD], held["Entered Care"], strict=True))
    care = table(CARE[0])
    assert entered <= set(zip(care[CHILD], care[CARE[1]], strict=True))
