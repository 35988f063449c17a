"""The exact meanings of the design, one by one: horizon, window, missing values, periods, rates, breakdowns."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from carereport.faults import ExtractError
from carereport.measures import check_measures
from carereport.project import load_project
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
from tests.few_rows import Outcome, outcome, table

EVENTS = table(
    {
        "id": "id",
        "child_id": "id",
        "day": "date",
        "done": "date?",
        "kind": "code?",
        "birth": "date?",
        "points": "number?",
    },
    key=["id"],
    date="day",
    covers={"from": "2024-04-01", "by": "day"},
)
SPELLS = table(
    {"id": "id", "child_id": "id", "start": "date", "end": "date?", "team": "code?"},
    key=["id"],
    spell=["start", "end"],
    covers={"from": "2024-04-01"},
)
COUNT = {"kind": "count", "from": "events", "when": "day"}
OPEN = {"kind": "count", "from": "spells", "open": ["start", "end"]}


def events(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": n, "child_id": f"C{n}", **row} for n, row in enumerate(rows)]


def counted(folder: Path, indicators: dict[str, Any], *rows: dict[str, Any], **more: Any) -> Outcome:
    return outcome(folder, {"events": {**EVENTS, **more}}, indicators, {"events": events(*rows)})


def spells(folder: Path, indicators: dict[str, Any], *rows: dict[str, Any], **more: Any) -> Outcome:
    return outcome(folder, {"spells": {**SPELLS, **more}}, indicators, {"spells": events(*rows)})


# ------------------------------------------------------------------------- horizon


def test_a_spell_that_ends_on_the_last_day_is_closed_and_one_that_starts_then_is_open(tmp_path: Path) -> None:
    made = spells(tmp_path, {"n": OPEN}, {"start": "2025-01-01", "end": "2025-09-30"}, {"start": "2025-09-30"})
    assert made.value("n", "quarter", "2025-07-01") == 1


def test_a_later_end_is_not_known_and_a_later_row_does_not_exist(tmp_path: Path) -> None:
    rows = ({"start": "2025-01-01", "end": "2025-10-03"}, {"start": "2025-10-01"})
    still = {**OPEN, "where": "end is null"}
    made = spells(tmp_path, {"n": OPEN, "still": still}, *rows)
    assert made.value("n", "quarter", "2025-07-01") == made.value("still", "quarter", "2025-07-01") == 1


def test_other_dates_may_lie_ahead_unless_the_column_has_a_horizon(tmp_path: Path) -> None:
    late = {"late": {"kind": "percentage", "from": "events", "when": "day", "count": "done > '2025-10-31'"}}
    row = {"day": "2025-09-01", "done": "2025-12-01"}
    assert counted(tmp_path / "a", late, row).value("late", "quarter", "2025-07-01") == 100
    columns = {**EVENTS["columns"], "done": {**EVENTS["columns"]["done"], "horizon": True}}
    made = counted(tmp_path / "b", late, row, columns=columns)
    assert made.value("late", "quarter", "2025-07-01") == 0
    assert made.said("IN301") == ["late: rows with a missing value stay in the denominator only"]


def test_a_chain_is_made_of_what_was_known_on_the_last_day(tmp_path: Path) -> None:
    episodes = table(
        {"child_id": "id", "decom": "date", "dec": "date?", "place": "code", "birth": "date"},
        key=["child_id", "decom"],
        spell=["decom", "dec"],
        covers={"from": "2024-04-01"},
    )
    chain = {
        "chain": {"from": "episodes", "start": "decom", "end": "dec", "gap_days": 7, "last": ["place"]},
        "columns": {"birth": {"lookup": "people.birth"}},
    }
    people = table({"child_id": "id", "birth": "date"}, key=["child_id"], covers="all")
    rows = [
        ("A", "2025-01-01", "2025-09-28", "home"),
        ("A", "2025-10-02", None, "foster"),  # came back within a week
        ("B", "2025-01-01", "2025-10-05", "home"),
        ("B", "2025-10-05", None, "foster"),
    ]
    data = {
        "episodes": [{"child_id": c, "decom": a, "dec": b, "place": p, "birth": "2015-01-01"} for c, a, b, p in rows],
        "people": [{"child_id": c, "birth": "2015-01-01"} for c in "AB"],
    }
    made = outcome(
        tmp_path,
        {"episodes": episodes, "people": people, "care": chain},
        {
            "in_care": {"kind": "count", "from": "care", "open": ["start", "end"], "breakdowns": ["place", "age_band"]},
            "left": {"kind": "count", "from": "care", "when": "end"},
        },
        data,
    )
    assert made.value("in_care", "quarter", "2025-07-01") == 1
    assert made.value("in_care", "quarter", "2025-07-01", "place", "home") == 1
    assert made.row("in_care", "quarter", "2025-07-01", "place", "foster") is None
    assert made.value("in_care", "quarter", "2025-07-01", "age_band", "10 to 15") == 1
    assert made.value("left", "quarter", "2025-07-01") == 1


def test_a_state_stands_as_at_the_extraction_and_is_refused_when_that_is_late(tmp_path: Path) -> None:
    columns = {**SPELLS["columns"], "team": {**SPELLS["columns"]["team"], "state": True}}
    share = {"kind": "percentage", "from": "spells", "open": ["start", "end"], "count": "team = 'north'"}
    indicators = {"north": share, "n": {**OPEN, "breakdowns": ["team"]}}
    rows = ({"start": "2025-05-01", "team": "north"}, {"start": "2025-10-10", "team": "south"})
    made = spells(tmp_path / "a", indicators, *rows, columns=columns)
    assert made.value("north", "as_at", "2025-10-14") == 50
    assert set(made.figures.loc[made.figures["indicator"] == "north", "period_kind"]) == {"as_at"}
    assert made.value("n", "as_at", "2025-10-14", "team", "south") == 1  # the split knows the day of extraction only
    assert made.value("n", "quarter", "2025-07-01") == 1
    assert made.row("n", "quarter", "2025-07-01", "team", "north") is None
    late = outcome(
        tmp_path / "b",
        {"spells": {**SPELLS, "columns": columns}},
        indicators,
        {"spells": events(*rows)},
        extracted=date(2025, 10, 15),
    )
    row = late.row("north", "as_at", "2025-10-15")
    assert row["marker"] == "x"
    assert row[["numerator", "denominator", "value"]].isna().all()
    why = "since the extract holds the state of 15 days after the quarter's end"
    assert late.said("IN314")[0] == f"north: no figure, {why}"
    longer = outcome(
        tmp_path / "c",
        {"spells": {**SPELLS, "columns": columns}},
        indicators,
        {"spells": events(*rows)},
        extracted=date(2025, 10, 15),
        extracts={"state_days": 15},
    )
    assert longer.value("north", "as_at", "2025-10-15") == 50


def test_a_tables_own_where_and_what_is_looked_up_know_nothing_later(tmp_path: Path) -> None:
    ended = {**SPELLS, "where": "end is null"}
    looked = {**EVENTS, "columns": {**EVENTS["columns"], "team": {"lookup": "spells.team"}}}
    rows = {
        "ended": events({"start": "2025-01-01", "end": "2025-10-02"}, {"start": "2025-01-01", "end": "2025-09-02"}),
        "events": events({"day": "2025-08-01"}, {"day": "2025-08-01"}),
        "spells": events({"start": "2025-10-05", "team": "a"}, {"start": "2025-08-05", "team": "b"}),
    }
    made = outcome(
        tmp_path,
        {"ended": ended, "events": looked, "spells": SPELLS},
        {"open": {**OPEN, "from": "ended"}, "n": {**COUNT, "breakdowns": ["team"]}},
        rows,
    )
    assert made.value("open", "quarter", "2025-07-01") == 1
    assert made.value("n", "quarter", "2025-07-01", "team", "unknown") == 1
    assert made.value("n", "quarter", "2025-07-01", "team", "b") == 1


def test_a_state_stays_a_state_where_it_is_looked_up(tmp_path: Path) -> None:
    people = table({"child_id": "id", "plan": "code?"}, key=["child_id"], covers="all")
    people["columns"]["plan"]["state"] = True
    looked = {**SPELLS, "columns": {**SPELLS["columns"], "plan": {"lookup": "people.plan"}}}
    share = {"kind": "percentage", "from": "spells", "open": ["start", "end"], "count": "plan = 'home'"}
    rows = {"spells": events({"start": "2025-05-01"}), "people": [{"child_id": "C0", "plan": "home"}]}
    made = outcome(tmp_path, {"spells": looked, "people": people}, {"n": share}, rows)
    assert set(made.figures["period_kind"]) == {"as_at"}
    assert made.value("n", "as_at", "2025-10-14") == 100


# -------------------------------------------------------------------------- window


def test_every_supported_period_has_a_row_and_earlier_ones_have_none(tmp_path: Path) -> None:
    made = counted(tmp_path, {"n": COUNT}, {"day": "2025-09-30"}, covers={"from": "2025-04-15", "by": "day"})
    assert made.row("n", "month", "2025-04-01") is None
    assert made.value("n", "month", "2025-05-01") == 0
    assert made.row("n", "quarter", "2025-04-01") is None
    assert made.value("n", "quarter", "2025-07-01") == 1
    assert made.row("n", "year_to_date", "2025-04-01")["marker"] == "x"


def test_a_complete_history_begins_with_the_indicators_own_first_row_and_supports_the_year(tmp_path: Path) -> None:
    made = counted(
        tmp_path,
        {"n": {**COUNT, "where": "kind = 'a'"}},
        {"day": "2024-05-02", "kind": "b"},
        {"day": "2025-08-11", "kind": "a"},
        covers="all",
    )
    assert made.row("n", "month", "2025-07-01") is None
    assert made.value("n", "month", "2025-08-01") == 1
    assert made.value("n", "quarter", "2025-07-01") == 1
    assert made.row("n", "quarter", "2025-04-01") is None
    assert made.value("n", "year_to_date", "2025-04-01") == made.value("n", "rolling_12_months", "2024-10-01") == 1


def test_a_window_that_is_not_declared_is_noted_and_gives_no_year(tmp_path: Path) -> None:
    undeclared = {name: part for name, part in EVENTS.items() if name != "covers"}
    made = outcome(tmp_path, {"events": undeclared}, {"n": COUNT}, {"events": events({"day": "2025-08-11"})})
    assert made.value("n", "quarter", "2025-07-01") == 1
    assert made.row("n", "rolling_12_months", "2024-10-01")["marker"] == "x"
    assert made.said("IN313") == [
        "n: no year to date and no figure for the 12 months, since the window of events is not declared, and its rows "
        "begin later"
    ]


def test_what_a_condition_looks_into_must_reach_back_as_far(tmp_path: Path) -> None:
    visits = table(
        {"id": "id", "child_id": "id", "day": "date"},
        key=["id"],
        date="day",
        covers={"from": "2025-05-01", "by": "day"},
    )
    for function, first, none in (
        ("seen_within(visits, 28)", "2025-06-01", "2025-05-01"),
        ("events_within(visits, 2) >= 1", "2025-07-01", "2025-06-01"),
        ("latest(visits.id) = '0'", "2025-05-01", "2025-04-01"),
    ):
        made = outcome(
            tmp_path / first,
            {"spells": SPELLS, "visits": visits},
            {"seen": {"kind": "percentage", "from": "spells", "open": ["start", "end"], "count": function}},
            {"spells": events({"start": "2025-01-01"}), "visits": events({"day": "2025-06-01"})},
        )
        assert made.row("seen", "month", first) is not None
        assert made.row("seen", "month", none) is None


def test_an_indicator_counted_by_another_date_is_asked_for_a_lookback(tmp_path: Path) -> None:
    ended = {"kind": "count", "from": "events", "when": "done"}
    open_ = {"kind": "count", "from": "events", "open": ["day", "done"]}
    counted(
        tmp_path,
        {"by_day": COUNT, "by_done": ended, "looks": {**ended, "lookback": "6 months"}, "open": open_},
        {"day": "2025-05-01"},
    )
    found = [fault.message for fault in check_measures(load_project(tmp_path)) if fault.code == "IN133"]
    assert found == [
        "counted by done, while the extract covers rows by day",
        "counted while open, until done, while the extract covers rows by day",
    ]


def test_a_chain_is_the_same_in_any_order_of_rows(tmp_path: Path) -> None:
    episodes = table(
        {"id": "id", "child_id": "id", "decom": "date", "dec": "date?", "place": "code?"}, key=["id"], covers="all"
    )
    begins = {"chain": {"from": "episodes", "start": "decom", "end": "dec", "first": ["place"]}}
    stays = {"chain": {"from": "episodes", "start": "decom", "end": "dec", "by": ["place"]}}
    days = [("2025-05-01", "2025-05-01"), ("2025-05-01", "2025-05-01"), ("2025-05-01", "2025-09-01")]
    rows = [
        {"id": n, "child_id": "A", "decom": decom, "dec": dec, "place": place}
        for n, ((decom, dec), place) in enumerate(zip(days, ("home", "foster", "home"), strict=True))
    ]
    rows.append({**rows[0], "id": 3, "place": None})
    events_of = {"kind": "count", "when": "start", "breakdowns": ["place"]}
    made = [
        outcome(
            tmp_path / str(number),
            {"episodes": episodes, "care": begins, "homes": stays},
            {"started": {**events_of, "from": "care"}, "stays": {**events_of, "from": "homes"}},
            {"episodes": [rows[place] for place in order]},
        ).figures
        for number, order in enumerate(permutations(range(4)))
    ]
    assert all(figures_text(one) == figures_text(made[0]) for one in made)


def test_a_chain_has_the_window_of_its_source(tmp_path: Path) -> None:
    spell = {**SPELLS, "covers": {"from": "2025-04-01", "by": "start"}}
    chain = {"chain": {"from": "spells", "start": "start", "end": "end"}}
    made = outcome(
        tmp_path,
        {"spells": spell, "joined": chain},
        {
            "started": {"kind": "count", "from": "joined", "when": "start"},
            "ended": {"kind": "count", "from": "joined", "when": "end", "lookback": "3 months"},
            "bare": {"kind": "count", "from": "joined", "when": "end"},
        },
        {"spells": events({"start": "2025-05-01"})},
    )
    assert made.row("started", "month", "2025-04-01") is not None
    assert made.row("ended", "month", "2025-06-01") is None
    assert made.row("ended", "month", "2025-07-01") is not None
    found = [fault.message for fault in check_measures(load_project(tmp_path)) if fault.code == "IN133"]
    assert found == ["counted by end, while the extract covers rows by start"]


# ------------------------------------------------------------------ missing values


def test_an_undecided_row_stays_in_the_denominator_and_is_noted(tmp_path: Path) -> None:
    share = {"kind": "percentage", "from": "events", "when": "day", "count": "not kind = 'a'"}
    made = counted(tmp_path, {"n": share}, {"day": "2025-09-01"}, {"day": "2025-09-01", "kind": "b"})
    row = made.row("n", "quarter", "2025-07-01")
    assert (row["numerator"], row["denominator"]) == (1, 2)
    assert made.said("IN301") == ["n: rows with a missing value stay in the denominator only"]


def test_a_row_whose_where_is_undecided_is_out_and_so_is_one_without_a_day(tmp_path: Path) -> None:
    done = {"kind": "count", "from": "events", "when": "done", "where": "kind <> 'a'", "lookback": "0 months"}
    made = counted(
        tmp_path,
        {"n": done},
        {"day": "2025-09-01", "done": "2025-09-02"},
        {"day": "2025-09-01", "kind": "b"},
        {"day": "2025-09-01", "kind": "b", "done": "2025-09-02"},
    )
    assert made.value("n", "quarter", "2025-07-01") == 1


def test_a_row_without_what_is_counted_once_is_noted(tmp_path: Path) -> None:
    once = {**COUNT, "distinct": "kind"}
    made = counted(tmp_path, {"n": once}, *({"day": "2025-09-01", "kind": kind} for kind in ("a", None, "a", None)))
    assert made.value("n", "quarter", "2025-07-01") == 1
    assert [fault.count for fault in made.faults if fault.code == "IN302"] == [2]
    assert made.said("IN302") == ["n: rows without kind were left out"]


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_days_counted_backwards_give_no_number_and_a_note(tmp_path: Path, engine: str) -> None:
    rows = events({"day": "2025-09-05", "done": "2025-09-03"}, {"day": "2025-09-05", "done": "2025-09-06"})
    made = outcome(
        tmp_path,
        {"events": EVENTS},
        {
            "mean": {"kind": "mean", "from": "events", "when": "day", "of": "days(day, done)"},
            "soon": {"kind": "percentage", "from": "events", "when": "day", "count": "working_days(day, done) <= 1"},
            "few": {"kind": "count", "from": "events", "when": "day", "where": "days(day, done) <= 1"},
        },
        {"events": rows},
        engine=engine,
    )
    assert made.value("mean", "quarter", "2025-07-01") == 1
    assert made.value("soon", "quarter", "2025-07-01") == 50
    assert made.value("few", "quarter", "2025-07-01") == 1
    assert made.said("IN302") == ["mean: rows without a value were left out"]
    assert len(made.said("IN303")) == 3


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_latest_rows_of_one_day_that_differ_are_a_fault_of_the_data(tmp_path: Path, engine: str) -> None:
    share = {"kind": "percentage", "from": "spells", "open": ["start", "end"], "count": "latest(events.kind) = 'a'"}
    alike = [{"id": n, "child_id": "C0", "day": "2025-08-01", "kind": "a"} for n in range(2)]
    unlike = [alike[0], {**alike[1], "kind": "b"}]
    held = {"spells": events({"start": "2025-05-01"})}
    made = outcome(
        tmp_path / "a", {"spells": SPELLS, "events": EVENTS}, {"n": share}, {**held, "events": alike}, engine=engine
    )
    assert made.value("n", "quarter", "2025-07-01") == 100
    with pytest.raises(ExtractError) as caught:
        outcome(
            tmp_path / "b",
            {"spells": SPELLS, "events": EVENTS},
            {"n": share},
            {**held, "events": unlike},
            engine=engine,
        )
    assert [fault.code for fault in caught.value.faults if fault.severity == "error"] == ["IN304"]


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_two_conditions_of_one_indicator_do_not_mix_what_they_look_up(tmp_path: Path, engine: str) -> None:
    both = {
        "kind": "percentage",
        "from": "events",
        "when": "day",
        "where": "days('2025-08-01', day) >= 10",
        "count": "days(day, done) <= 2 and previous(day) is null",
    }
    rows = events(
        {"day": "2025-08-20", "done": "2025-08-21"},
        {"day": "2025-08-20", "done": "2025-08-30"},
        {"day": "2025-08-05", "done": "2025-08-05"},
    )
    made = outcome(tmp_path, {"events": EVENTS}, {"n": both}, {"events": rows}, engine=engine)
    row = made.row("n", "quarter", "2025-07-01")
    assert (row["numerator"], row["denominator"]) == (1, 2)


# ------------------------------------------------------------------------- periods


def test_means_and_medians_are_of_the_periods_rows_and_z_where_there_are_none(tmp_path: Path) -> None:
    indicators = {kind: {"kind": kind, "from": "events", "when": "day", "of": "points"} for kind in ("mean", "median")}
    made = counted(
        tmp_path,
        indicators,
        {"day": "2025-07-01", "points": 1},
        {"day": "2025-08-01", "points": 2},
        {"day": "2025-08-02", "points": 9},
    )
    assert made.value("mean", "quarter", "2025-07-01") == 4
    assert made.value("median", "quarter", "2025-07-01") == 2
    assert made.value("median", "month", "2025-08-01") == 5.5
    mean, median = (made.row(kind, "quarter", "2025-07-01") for kind in ("mean", "median"))
    assert (mean["numerator"], mean["denominator"]) == (12, 3)
    assert (median["numerator"] != median["numerator"], median["denominator"]) == (True, 3)
    assert made.row("mean", "month", "2025-09-01")["marker"] == "z"
    assert made.value("median", "month", "2025-09-01") is None


def test_a_mean_is_the_same_to_the_last_bit_in_any_order_of_rows(tmp_path: Path) -> None:
    indicators = {"n": {"kind": "mean", "from": "events", "when": "day", "of": "points"}}
    rows = [{"day": "2025-09-01", "points": points} for points in (0.1, 0.7, 1e15, 0.3, 2.675, 0.001, 1 / 3) * 3]
    orders = {"a": rows, "b": rows[::-1], "c": sorted(rows, key=lambda row: str(row["points"]))}
    made = [counted(tmp_path / name, indicators, *held) for name, held in orders.items()]
    first, *others = ([*one.row("n", "quarter", "2025-07-01")[["numerator", "value", "deviation"]]] for one in made)
    assert others == [first, first]


def test_minus_0_is_0(tmp_path: Path) -> None:
    indicators = {"n": {"kind": "median", "from": "events", "when": "day", "of": "points"}}
    made = counted(tmp_path, indicators, {"day": "2025-09-01", "points": "-0"})
    assert str(made.value("n", "quarter", "2025-07-01")) == "0.0"


def test_snapshots_have_no_year_and_the_quarters_is_its_last_days(tmp_path: Path) -> None:
    made = spells(tmp_path, {"n": OPEN}, {"start": "2025-07-01", "end": "2025-09-01"}, {"start": "2025-07-01"})
    assert [made.value("n", "month", f"2025-0{m}-01") for m in (7, 8, 9)] == [2, 2, 1]
    assert made.value("n", "quarter", "2025-07-01") == 1
    assert set(made.figures["period_kind"]) == {"month", "quarter"}


def test_supplied_months_add_up_and_one_that_is_missing_makes_x(tmp_path: Path) -> None:
    given = table(
        {"month": "date", "team": "code", "held": "number?", "due": "number?"},
        key=["month", "team"],
        covers={"from": "2025-04-01", "by": "month"},
    )
    rows = [
        {"month": f"2025-{m:02}-01", "team": t, "held": h, "due": 10}
        for m, t, h in (
            (4, "a", 1),
            (5, "a", 2),
            (5, "b", 2),
            (7, "a", 3),
            (7, "b", 3),
            (8, "a", 4),
            (9, "a", 5),
            (9, "b", None),
        )
    ]
    spec = {"kind": "supplied", "from": "given", "when": "month", "numerator": "held", "denominator": "due"}
    made = outcome(
        tmp_path,
        {"given": given},
        {
            "flow": {**spec, "breakdowns": ["team"]},
            "amount": {**spec, "denominator": None, "numerator": None, "value": "held"},
        },
        {"given": rows},
    )
    assert made.value("flow", "month", "2025-05-01") == 20
    assert made.row("flow", "month", "2025-06-01")["marker"] == "x"
    assert made.row("flow", "quarter", "2025-04-01")["marker"] == "x"
    assert made.row("flow", "month", "2025-09-01")["marker"] == "x"  # one team's cell is empty
    assert made.value("flow", "quarter", "2025-07-01", "team", "a") == 40
    assert made.row("flow", "month", "2025-08-01", "team", "b")["marker"] == "x"
    assert made.value("amount", "month", "2025-07-01") == 6
    assert made.row("amount", "month", "2025-07-01")[["numerator", "denominator"]].isna().all()
    assert made.row("flow", "year_to_date", "2025-04-01")["marker"] == "x"


def test_derived_needs_all_parts_and_names_what_it_cannot_divide(tmp_path: Path) -> None:
    share = {"kind": "percentage", "from": "events", "when": "day", "count": "kind = 'a'", "breakdowns": ["kind"]}
    made = counted(
        tmp_path,
        {
            "ratio": {"kind": "derived", "value": "all_ / some"},
            "all_": {**COUNT, "breakdowns": ["kind"]},
            "some": {**COUNT, "where": "kind = 'a'", "breakdowns": ["kind"]},
            "share": share,
            "plus": {"kind": "derived", "value": "100 * share + twice"},
            "twice": {"kind": "derived", "value": "all_ - -1"},
        },
        {"day": "2025-08-01", "kind": "a"},
        {"day": "2025-08-01", "kind": "b"},
        {"day": "2025-07-01", "kind": "b"},
    )
    assert made.value("ratio", "month", "2025-08-01") == 2
    assert made.row("ratio", "month", "2025-07-01")["marker"] == "z"
    assert made.value("ratio", "month", "2025-08-01", "kind", "a") == 1
    assert made.row("ratio", "month", "2025-08-01", "kind", "b") is None  # not a part of `some`
    assert made.row("plus", "month", "2025-06-01")["marker"] == "x"  # share has nothing to measure there
    assert made.value("plus", "month", "2025-08-01") == 5003


# --------------------------------------------------------------- rates and breakdowns


def test_a_rates_breakdown_needs_a_population_of_its_categories(tmp_path: Path) -> None:
    rate = {
        "kind": "rate",
        "from": "events",
        "when": "day",
        "per": {"population": "children_0_17"},
        "breakdowns": ["kind"],
    }
    rows = {"events": events({"day": "2025-08-01", "kind": "a"}, {"day": "2025-08-02"})}
    people = "E06000016,2024,children_0_17,20000,mid-2024\nE06000099,2024,a,1,elsewhere\n"
    made = outcome(tmp_path / "a", {"events": EVENTS}, {"n": rate}, rows, population=people)
    assert made.value("n", "quarter", "2025-07-01") == 1  # not annualised
    assert set(made.figures["breakdown"]) == {"total"}
    made = outcome(
        tmp_path / "b", {"events": EVENTS}, {"n": rate}, rows, population=people + "E06000016,2024,a,5000,s\n"
    )
    assert made.value("n", "quarter", "2025-07-01", "kind", "a") == 2
    assert made.row("n", "quarter", "2025-07-01", "kind", "unknown")["marker"] == "x"


def test_age_bands_are_literal_and_of_the_events_day(tmp_path: Path) -> None:
    births = {
        "2025-06-30": "under 1",
        "2024-07-01": "1 to 4",
        "2020-07-02": "1 to 4",
        "2020-07-01": "5 to 9",
        "2015-07-01": "10 to 15",
        "2009-07-02": "10 to 15",
        "2009-07-01": "16 to 17",
        "2007-07-02": "16 to 17",
        "2007-07-01": "18 and over",
        "2025-07-02": "unknown",
    }
    made = counted(
        tmp_path,
        {"n": {**COUNT, "breakdowns": ["age_band"]}},
        *({"day": "2025-07-01", "birth": birth} for birth in births),
        {"day": "2025-07-01"},
    )
    for band in set(births.values()):
        wanted = list(births.values()).count(band) + (band == "unknown")
        assert made.value("n", "quarter", "2025-07-01", "age_band", band) == wanted


def test_the_age_of_a_child_born_long_after_the_row_is_unknown_ever_after(tmp_path: Path) -> None:
    people = table({"child_id": "id", "birth": "date"}, key=["child_id"], covers="all")
    stays = {**SPELLS, "columns": {**SPELLS["columns"], "birth": {"lookup": "people.birth"}}}
    made = outcome(
        tmp_path,
        {"spells": stays, "people": people},
        {"n": {**OPEN, "breakdowns": ["age_band"]}},
        {
            "spells": [{"id": child, "child_id": child, "start": "2024-05-01"} for child in "AB"],
            "people": [{"child_id": "A", "birth": "2025-03-08"}, {"child_id": "B", "birth": "2025-03-07"}],
        },
    )
    bands = [made.value("n", "quarter", "2025-07-01", "age_band", band) for band in ("unknown", "under 1")]
    assert bands == [1, 1]


def test_a_row_without_a_child_finds_none_where_another_table_has_one_without(tmp_path: Path) -> None:
    teams = table({"id": "id", "child_id": "id?", "team": "code"}, key=["id"], covers="all")
    columns = {**EVENTS["columns"], "child_id": teams["columns"]["child_id"], "team": {"lookup": "teams.team"}}
    made = outcome(
        tmp_path,
        {"events": {**EVENTS, "columns": columns}, "teams": teams},
        {"n": {**COUNT, "breakdowns": ["team"]}},
        {"events": [{"id": "1", "day": "2025-09-01"}], "teams": [{"id": "1", "team": "a"}]},
    )
    assert made.value("n", "quarter", "2025-07-01", "team", "unknown") == 1


def test_a_category_of_any_period_shown_has_a_row_in_every_period(tmp_path: Path) -> None:
    share = {"kind": "percentage", "from": "events", "when": "day", "count": "points > 1", "breakdowns": ["kind"]}
    made = counted(
        tmp_path, {"n": share}, {"day": "2025-05-01", "kind": "a", "points": 2}, {"day": "2025-09-01", "points": 2}
    )
    assert made.row("n", "quarter", "2025-07-01", "kind", "a")["marker"] == "z"
    assert made.row("n", "month", "2024-04-01", "kind", "unknown")["marker"] == "z"
    for kind in ("month", "quarter", "year_to_date", "rolling_12_months"):
        rows = made.figures[made.figures["period_kind"] == kind]
        for _, held in rows.groupby("period_start"):
            places = set(zip(held["breakdown"], held["category"], strict=True))
            assert places == {("total", "total"), ("kind", "a"), ("kind", "unknown")}


def test_a_finer_breakdown_stands_beside_its_coarser_one(tmp_path: Path) -> None:
    columns = {**SPELLS["columns"], "area_": {"from": "area_", "type": "code"}}
    made = spells(
        tmp_path,
        {"n": {**OPEN, "breakdowns": [{"team": {"within": "area_"}}]}},
        {"start": "2025-05-01", "team": "a", "area_": "north"},
        columns=columns,
    )
    assert made.value("n", "quarter", "2025-07-01", "area_", "north") == 1
    assert made.value("n", "quarter", "2025-07-01", "team", "a") == 1


def test_what_is_looked_up_in_turn_is_there_in_any_order_of_tables(tmp_path: Path) -> None:
    people = table({"child_id": "id", "birth": "date", "team": "code"}, key=["child_id"], covers="all")
    lists = {"team": {"lookup": "lists.team"}, "birth": {"lookup": "lists.birth"}}
    between = {
        "key": ["child_id"],
        "covers": "all",
        "columns": {"child_id": people["columns"]["child_id"], **{c: {"lookup": f"people.{c}"} for c in lists}},
    }
    tables = {"events": {**EVENTS, "columns": {**EVENTS["columns"], **lists}}, "lists": between, "people": people}
    young = {**COUNT, "where": "age(birth) < 2", "breakdowns": ["team"]}
    rows = {
        "events": events({"day": "2025-08-01"}),
        "lists": [{"child_id": "C0"}],
        "people": [{"child_id": "C0", "birth": "2024-08-01", "team": "a"}],
    }
    for number, order in enumerate(permutations(tables)):
        made = outcome(tmp_path / str(number), {name: tables[name] for name in order}, {"n": young}, rows)
        assert made.value("n", "quarter", "2025-07-01", "team", "a") == 1
        assert check_measures(load_project(tmp_path / str(number))) == []


# -------------------------------------------------------------------------- figures.csv


def test_figures_stand_in_the_order_of_the_contract_with_six_decimals(tmp_path: Path) -> None:
    share = {"kind": "percentage", "from": "events", "when": "day", "count": "kind = 'a'", "breakdowns": ["kind"]}
    made = counted(
        tmp_path,
        {"second": share, "first": COUNT},
        {"day": "2025-08-01", "kind": "a"},
        {"day": "2025-08-01", "kind": "b"},
        {"day": "2025-08-01", "kind": "b"},
    )
    lines = figures_text(made.figures).splitlines()
    assert lines[0] == (
        "indicator,area,period_kind,period_start,period_end,breakdown,category,numerator,denominator,"
        "value,unit,marker,source,as_at"
    )
    wanted = "quarter,2025-07-01,2025-09-30,total,total,1,3,33.333333,percent,u,events,2025-10-14"
    assert f"second,E06000016,{wanted}" in lines
    kinds = ["month", "quarter", "year_to_date", "rolling_12_months"]
    keys = [
        (["second", "first"].index(cells[0]), kinds.index(cells[2]), cells[3], cells[5] != "total", cells[5], cells[6])
        for cells in (line.split(",") for line in lines[1:])
    ]
    assert keys == sorted(keys)


def test_a_base_under_20_is_low_and_20_is_not(tmp_path: Path) -> None:
    share = {"kind": "percentage", "from": "events", "when": "day", "count": "kind = 'a'"}
    made = counted(
        tmp_path,
        {"n": share},
        *({"day": "2025-08-01", "kind": "a"} for _ in range(20)),
        *({"day": "2025-09-01", "kind": "a"} for _ in range(19)),
    )
    assert (made.row("n", "month", "2025-08-01")["marker"], made.row("n", "month", "2025-09-01")["marker"]) == ("", "u")


def test_a_derived_indicator_of_a_table_without_figures_ends(tmp_path: Path) -> None:
    made = outcome(
        tmp_path,
        {"events": {**EVENTS, "covers": "all"}},
        {"n": {**COUNT, "where": "kind = 'a'"}, "d": {"kind": "derived", "value": "n + 1"}},
        {"events": events({"day": "2025-08-01", "kind": "b"})},
        quarter=Quarter(2025, 2),
    )
    assert made.value("n", "year_to_date", "2025-04-01") == 0
    assert made.value("d", "year_to_date", "2025-04-01") == 1
