"""The traps that indicators of children's services are known for, each on a few made-up rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from carereport.figures import COLUMNS
from carereport.report.figures_csv import figures_text
from tests.few_rows import Rows, outcome, table

REFERRALS = table(
    {"referral_id": "id", "child_id": "id", "received": "date"},
    key=["referral_id"],
    date="received",
    covers={"from": "2023-10-01", "by": "received"},
)
AGAIN = {
    "kind": "percentage",
    "from": "referrals",
    "when": "received",
    "lookback": "12 months",
    "count": "previous(received) >= add_months(received, -12)",
}
ASSESSMENTS = table(
    {"assessment_id": "id", "child_id": "id", "start": "date", "end": "date?"},
    key=["assessment_id"],
    spell=["start", "end"],
    covers={"from": "2024-04-01"},
)
PLANS = table(
    {"plan_id": "id", "child_id": "id", "start": "date", "end": "date?"},
    key=["plan_id"],
    spell=["start", "end"],
    covers="all",
)


def referred(*pairs: tuple[str, str]) -> Rows:
    return [{"referral_id": f"R{n}", "child_id": child, "received": day} for n, (child, day) in enumerate(pairs)]


def test_trap_1_one_annex_a_gives_no_rolling_12_months_and_says_why(tmp_path: Path) -> None:
    annex = {**REFERRALS, "covers": {"from": "2025-04-01", "by": "received"}}
    made = outcome(
        tmp_path,
        {"referrals": annex},
        {"referrals": {"kind": "count", "from": "referrals", "when": "received"}, "again": AGAIN},
        {"referrals": referred(("1", "2025-04-07"), ("2", "2025-08-01"))},
    )
    row = made.row("referrals", "rolling_12_months", "2024-10-01")
    assert (row["marker"], row["value"] == row["value"]) == ("x", False)
    assert made.value("referrals", "year_to_date", "2025-04-01") == 2
    assert made.said("IN313") == [
        "referrals: no figure for the 12 months, since the extract of referrals begins on 1 April 2025",
        "again: no figure for the quarter and no year to date and no figure for the 12 months, since the extract of "
        "referrals begins on 1 April 2025 and this figure looks back 12 months",
    ]


def test_trap_2_a_re_referral_looks_before_its_period(tmp_path: Path) -> None:
    rows = referred(("1", "2024-07-15"), ("1", "2025-07-15"), ("2", "2024-07-14"), ("2", "2025-07-15"))
    made = outcome(tmp_path, {"referrals": REFERRALS}, {"again": AGAIN}, {"referrals": rows})
    july = made.row("again", "month", "2025-07-01")
    assert (july["numerator"], july["denominator"]) == (1, 2)  # twelve months to the day are within, a day more not
    assert made.row("again", "month", "2024-09-01") is None  # the months before it are not held
    assert made.row("again", "month", "2024-10-01") is not None


def test_trap_2_two_referrals_on_one_day_are_not_again_but_both_are_after_an_earlier_one(tmp_path: Path) -> None:
    rows = referred(("1", "2025-07-01"), ("1", "2025-07-01"), ("1", "2025-08-01"), ("1", "2025-08-01"))
    made = outcome(tmp_path, {"referrals": REFERRALS}, {"again": AGAIN}, {"referrals": rows})
    assert made.row("again", "month", "2025-07-01")["numerator"] == 0
    assert made.row("again", "month", "2025-08-01")["numerator"] == 2


def test_trap_2_a_sibling_or_a_child_under_another_number_is_another_child(tmp_path: Path) -> None:
    rows = referred(("0123", "2025-05-01"), ("123", "2025-07-01"), ("0123 ", "2025-08-01"))
    made = outcome(tmp_path, {"referrals": REFERRALS}, {"again": AGAIN}, {"referrals": rows})
    assert made.row("again", "month", "2025-07-01")["numerator"] == 0
    assert made.row("again", "month", "2025-08-01")["numerator"] == 1


def test_trap_3_the_start_is_day_0_and_45_working_days_are_in_time(tmp_path: Path) -> None:
    # From Tuesday 1 July 2025: 45 working days, with the bank holiday of 25 August, end on 3 September.
    rows = [
        {"assessment_id": "1", "child_id": "1", "start": "2025-07-01", "end": "2025-09-03"},
        {"assessment_id": "2", "child_id": "2", "start": "2025-07-01", "end": "2025-09-04"},
    ]
    made = outcome(
        tmp_path,
        {"assessments": ASSESSMENTS},
        {
            "in_time": {
                "kind": "percentage",
                "from": "assessments",
                "when": "end",
                "count": "working_days(start, end) <= 45",
            }
        },
        {"assessments": rows},
    )
    assert made.value("in_time", "quarter", "2025-07-01") == 50


def test_trap_3_clearing_the_backlog_lowers_the_rate_while_the_overdue_fall(tmp_path: Path) -> None:
    late = [
        {"assessment_id": f"L{n}", "child_id": f"L{n}", "start": "2025-03-03", "end": "2025-09-01"} for n in range(6)
    ]
    quick = [
        {"assessment_id": f"Q{n}", "child_id": f"Q{n}", "start": "2025-08-20", "end": "2025-09-01"} for n in range(4)
    ]
    before = [
        {"assessment_id": f"B{n}", "child_id": f"B{n}", "start": "2025-06-20", "end": "2025-07-01"} for n in range(4)
    ]
    made = outcome(
        tmp_path,
        {"assessments": ASSESSMENTS},
        {
            "in_time": {
                "kind": "percentage",
                "from": "assessments",
                "when": "end",
                "count": "working_days(start, end) <= 45",
            },
            "overdue": {
                "kind": "count",
                "from": "assessments",
                "open": ["start", "end"],
                "where": "working_days(start, as_at) > 45",
            },
        },
        {"assessments": late + quick + before},
    )
    assert [made.value("in_time", "month", f"2025-0{m}-01") for m in (7, 8, 9)] == [100, None, 40]
    assert [made.value("overdue", "month", f"2025-0{m}-01") for m in (7, 8, 9)] == [6, 6, 0]
    assert made.row("in_time", "month", "2025-08-01")["marker"] == "z"


def test_trap_4_new_posts_raise_the_vacancy_rate_and_stand_beside_it(tmp_path: Path) -> None:
    staff = table(
        {"month": "date", "established": "number", "vacant": "number"},
        key=["month"],
        covers={"from": "2025-07-01", "by": "month"},
    )
    rows = [
        {"month": "2025-07-01", "established": 100, "vacant": 10},
        {"month": "2025-08-01", "established": 100, "vacant": 10},
        {"month": "2025-09-01", "established": 110, "vacant": 20},
    ]
    supplied = {"kind": "supplied", "from": "staff", "when": "month", "stock": True}
    made = outcome(
        tmp_path,
        {"staff": staff},
        {
            "vacancies": {**supplied, "numerator": "vacant", "denominator": "established"},
            "posts": {**supplied, "value": "established"},
        },
        {"staff": rows},
    )
    assert made.value("vacancies", "month", "2025-08-01") == 10
    assert made.value("vacancies", "quarter", "2025-07-01") == pytest.approx(2000 / 110)  # the last month's, not a sum
    assert made.value("posts", "quarter", "2025-07-01") == 110
    assert made.row("vacancies", "year_to_date", "2025-04-01") is None


def test_trap_5_plans_are_counted_not_children_unless_distinct_says_so(tmp_path: Path) -> None:
    rows: Rows = [
        {"plan_id": "1", "child_id": "A", "start": "2019-05-01", "end": "2019-09-01"},
        {"plan_id": "2", "child_id": "A", "start": "2025-04-02", "end": "2025-05-01"},
        {"plan_id": "3", "child_id": "A", "start": "2025-07-01", "end": None},
        {"plan_id": "4", "child_id": "B", "start": "2025-07-02", "end": None},
    ]
    started = {"kind": "count", "from": "plans", "when": "start"}
    made = outcome(
        tmp_path,
        {"plans": PLANS},
        {
            "plans": started,
            "children": {**started, "distinct": "child_id"},
            "again": {
                "kind": "percentage",
                "from": "plans",
                "when": "start",
                "count": "nth(start) > 1",
                "lookback": "ever",
            },
        },
        {"plans": rows},
    )
    assert made.value("plans", "year_to_date", "2025-04-01") == 3
    assert made.value("children", "year_to_date", "2025-04-01") == 2
    assert made.value("children", "quarter", "2025-07-01") == 2  # and so quarters do not add up to the year
    quarter, year = made.row("again", "quarter", "2025-07-01"), made.row("again", "year_to_date", "2025-04-01")
    assert (quarter["numerator"], quarter["denominator"]) == (1, 2)
    assert (year["numerator"], year["denominator"]) == (2, 3)


def test_trap_6_care_leavers_count_on_each_birthday_and_the_quarter_is_less_than_the_year(tmp_path: Path) -> None:
    leavers = table(
        {"child_id": "id", "birth": "date", "in_touch": "code"}, key=["child_id"], covers={"from": "2022-04-01"}
    )
    rows = [
        {"child_id": "A", "birth": "2005-08-15", "in_touch": "YES"},
        {"child_id": "B", "birth": "2006-02-10", "in_touch": "NO"},
        {"child_id": "C", "birth": "2004-02-29", "in_touch": "YES"},
        {"child_id": "D", "birth": "2008-01-01", "in_touch": "YES"},
    ]
    made = outcome(
        tmp_path,
        {"leavers": leavers},
        {
            "touch": {
                "kind": "percentage",
                "from": "leavers",
                "when": "birthday(birth, 19, 20, 21)",
                "count": "in_touch = 'YES'",
                "breakdowns": ["age_band"],
            }
        },
        {"leavers": rows},
    )
    quarter, year = made.row("touch", "quarter", "2025-07-01"), made.row("touch", "rolling_12_months", "2024-10-01")
    assert (quarter["numerator"], quarter["denominator"]) == (1, 1)
    assert (year["numerator"], year["denominator"]) == (2, 3)
    assert made.row("touch", "month", "2025-03-01")["denominator"] == 1  # born on 29 February: 21 on 1 March 2025
    assert made.row("touch", "month", "2025-02-01")["denominator"] == 1  # only the one born on 10 February
    assert made.value("touch", "quarter", "2025-07-01", "age_band", "18 and over") == 100


def test_trap_7_visits_due_and_children_seen_are_two_rates(tmp_path: Path) -> None:
    due = table(
        {"visit_id": "id", "child_id": "id", "due": "date", "held": "date?"},
        key=["visit_id"],
        date="due",
        covers={"from": "2024-04-01", "by": "due"},
    )
    made = table(
        {"visit_id": "id", "child_id": "id", "day": "date", "place": "code"},
        key=["visit_id"],
        date="day",
        covers={"from": "2024-04-01", "by": "day"},
        where="place <> 'school'",
    )
    visits = (
        ("A", "2025-09-04", "2025-09-03", "home"),
        ("A", "2025-09-18", "2025-09-19", "home"),
        ("B", "2025-09-10", "2025-09-12", "home"),
        ("C", "2025-09-11", "2025-09-11", "school"),
    )
    rows = {
        "plans": [{"plan_id": c, "child_id": c, "start": "2025-01-01", "end": None} for c in "ABC"],
        "due": [{"visit_id": n, "child_id": c, "due": d, "held": h} for n, (c, d, h, _) in enumerate(visits)],
        "made": [{"visit_id": n, "child_id": c, "day": h, "place": p} for n, (c, _, h, p) in enumerate(visits)],
    }
    found = outcome(
        tmp_path,
        {"plans": PLANS, "due": due, "made": made},
        {
            "on_time": {"kind": "percentage", "from": "due", "when": "due", "count": "held <= due"},
            "seen": {"kind": "percentage", "from": "plans", "open": ["start", "end"], "count": "seen_within(made, 28)"},
        },
        rows,
    )
    assert found.value("on_time", "month", "2025-09-01") == 50
    assert found.value("seen", "month", "2025-09-01") == pytest.approx(200 / 3)  # a visit at school does not count


def test_trap_8_a_rate_uses_the_year_of_its_period_else_the_latest_earlier_one_and_says_so(tmp_path: Path) -> None:
    spec = {"kind": "rate", "from": "plans", "open": ["start", "end"], "per": {"population": "children_0_17"}}
    rows = {"plans": [{"plan_id": "1", "child_id": "A", "start": "2022-06-01", "end": None}]}
    people = "".join(
        f"E06000016,{year},children_0_17,{value},mid-{year}\n" for year, value in ((2023, 50000), (2024, 80000))
    )
    made = outcome(tmp_path, {"plans": PLANS}, {"rate": spec}, rows, population=people)
    assert made.row("rate", "month", "2023-03-01")["marker"] == "x"  # 2022/23 begins in 2022, and there is no estimate
    assert made.value("rate", "month", "2024-03-01") == pytest.approx(10000 / 50000)
    assert made.value("rate", "month", "2024-04-01") == pytest.approx(10000 / 80000)
    assert made.row("rate", "quarter", "2025-07-01")["denominator"] == 80000
    assert made.said("IN312") == ["rate: later periods use the population estimate of 2024, the latest held"]
    revised = outcome(tmp_path, {"plans": PLANS}, {"rate": spec}, rows, population=people.replace("80000", "90000"))
    assert revised.value("rate", "month", "2024-04-01") == pytest.approx(10000 / 90000)


def test_trap_10_series_of_short_breaks_are_not_care(tmp_path: Path) -> None:
    episodes = table(
        {"child_id": "id", "decom": "date", "dec": "date?", "ls": "code"},
        key=["child_id", "decom"],
        spell=["decom", "dec"],
        covers={"from": "2024-04-01"},
    )
    care = {"chain": {"from": "episodes", "start": "decom", "end": "dec"}, "where": "ls not in ('V3', 'V4')"}
    rows = [
        {"child_id": c, "decom": a, "dec": b, "ls": ls}
        for c, a, b, ls in (
            ("A", "2025-01-10", "2025-03-10", "V2"),
            ("A", "2025-03-10", None, "C2"),  # touch: one period of care
            ("B", "2025-02-01", None, "V3"),
            ("C", "2025-02-01", None, "V4"),
            ("D", "2025-02-01", "2025-05-01", "C2"),
            ("D", "2025-05-02", None, "C2"),
        )
    ]
    made = outcome(
        tmp_path,
        {"episodes": episodes, "care": care},
        {
            "in_care": {"kind": "count", "from": "care", "open": ["start", "end"]},
            "started": {"kind": "count", "from": "care", "when": "start"},
        },
        {"episodes": rows},
    )
    assert made.value("in_care", "month", "2025-09-01") == 2
    assert made.value("started", "rolling_12_months", "2024-10-01") == 3
    assert made.value("started", "month", "2025-03-01") == 0


def test_trap_11_figures_on_both_sides_of_a_break_stand_and_the_break_is_for_judging(tmp_path: Path) -> None:
    rows = referred(("1", "2025-05-01"), ("2", "2025-08-01"))
    made = outcome(
        tmp_path,
        {"referrals": REFERRALS},
        {"n": {"kind": "count", "from": "referrals", "when": "received", "valid_from": "2025-07-01"}},
        {"referrals": rows},
    )
    assert made.value("n", "quarter", "2025-04-01") == 1
    assert made.value("n", "quarter", "2025-07-01") == 1


def test_a_rate_is_split_where_the_population_is_and_says_where_it_is_not(tmp_path: Path) -> None:
    plans = table(
        {"plan_id": "id", "child_id": "id", "start": "date", "end": "date?", "gender": "code", "team": "code"},
        key=["plan_id"], spell=["start", "end"], covers="all",
    )  # fmt: skip
    spec = {
        "kind": "rate", "from": "plans", "open": ["start", "end"], "per": {"population": "children_0_17"},
        "breakdowns": ["gender", "team"],
    }  # fmt: skip
    row = {"plan_id": "1", "child_id": "A", "start": "2025-06-01", "end": None, "gender": "female", "team": "north"}
    people = "E06000016,2024,children_0_17,80000,mid-2024\nE06000016,2024,female,40000,mid-2024\n"
    made = outcome(tmp_path, {"plans": plans}, {"rate": spec}, {"plans": [row]}, population=people)
    assert made.value("rate", "quarter", "2025-07-01", "gender", "female") == pytest.approx(10000 / 40000)
    assert made.row("rate", "quarter", "2025-07-01", "team", "north") is None
    (said,) = made.said("IN316")
    assert "no rate by team" in said


def test_a_rate_of_a_quarter_before_all_rows_has_no_figures(tmp_path: Path) -> None:
    spec = {"kind": "rate", "from": "plans", "open": ["start", "end"], "per": {"population": "children_0_17"}}
    rows = {"plans": [{"plan_id": "1", "child_id": "A", "start": "2025-12-01", "end": None}]}
    people = "E06000016,2024,children_0_17,80000,mid-2024\n"
    figures = outcome(tmp_path, {"plans": PLANS}, {"rate": spec}, rows, population=people).figures
    assert figures.empty and figures_text(figures) == ",".join(COLUMNS) + "\n"
