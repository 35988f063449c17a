"""What holds for any extract: order, later rows and rows before the window change nothing, and parts add up."""

from __future__ import annotations

import os
import random
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carereport.report.figures_csv import figures_text
from tests.few_rows import Outcome, outcome, table

QUICK = settings(
    max_examples=int(os.environ.get("CAREREPORT_EXAMPLES", "3")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
QUARTER_END = date(2025, 9, 30)
WINDOW = date(2024, 4, 1)

REFERRALS = table(
    {"id": "id", "child_id": "id", "day": "date", "closed": "date?", "kind": "code?", "birth": "date?"},
    key=["id"],
    spell=["day", "closed"],
    covers={"from": "2024-04-01"},
)
VISITS = table(
    {"id": "id", "child_id": "id", "day": "date"}, key=["id"], date="day", covers={"from": "2024-04-01", "by": "day"}
)
EPISODES = table(
    {"id": "id", "child_id": "id", "start": "date", "end": "date?", "place": "code"},
    key=["id"],
    spell=["start", "end"],
    covers={"from": "2024-04-01"},
)
TABLES = {
    "referrals": REFERRALS,
    "visits": VISITS,
    "episodes": EPISODES,
    "stays": {"chain": {"from": "episodes", "start": "start", "end": "end", "gap_days": 3, "last": ["place"]}},
}
SPLIT = ["kind", "age_band"]
INDICATORS: dict[str, Any] = {
    "started": {"kind": "count", "from": "referrals", "when": "day", "breakdowns": SPLIT},
    "ended": {"kind": "count", "from": "referrals", "when": "closed", "breakdowns": SPLIT},
    "open": {"kind": "count", "from": "referrals", "open": ["day", "closed"], "breakdowns": SPLIT},
    "again": {
        "kind": "percentage",
        "from": "referrals",
        "when": "day",
        "lookback": "6 months",
        "breakdowns": SPLIT,
        "count": "previous(day) >= add_months(day, -6) or nth(day) > 3",
    },
    "children": {"kind": "count", "from": "referrals", "when": "day", "distinct": "child_id"},
    "length": {"kind": "mean", "from": "referrals", "when": "closed", "of": "working_days(day, closed)"},
    "middle": {
        "kind": "median",
        "from": "referrals",
        "when": "closed",
        "of": "days(day, closed)",
        "breakdowns": ["kind"],
    },
    "seen": {"kind": "percentage", "from": "referrals", "open": ["day", "closed"], "count": "seen_within(visits, 28)"},
    "moved": {
        "kind": "percentage",
        "from": "stays",
        "open": ["start", "end"],
        "breakdowns": ["place"],
        "count": "spells_within(episodes, 6) >= 2",
    },
    "stays_ended": {"kind": "count", "from": "stays", "when": "end"},
    "net": {"kind": "derived", "value": "started - ended"},
}

# Many rows around few children; some begin and end after the quarter.
near = st.dates(WINDOW, QUARTER_END + timedelta(days=40))
child = st.sampled_from([f"C{n}" for n in range(9)])
spell = st.tuples(near, st.none() | st.integers(0, 300))
referral = st.tuples(
    child, spell, st.sampled_from(["a", "b", None]), st.none() | st.dates(date(2007, 1, 1), date(2025, 1, 1))
)
visit = st.tuples(child, near)
episode = st.tuples(child, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 120)), min_size=1, max_size=4), near)
Data = dict[str, list[dict[str, Any]]]


@st.composite
def extracts(draw: st.DrawFn) -> Data:
    referrals = [
        {
            "id": f"R{n}",
            "child_id": c,
            "day": start,
            "kind": kind,
            "birth": birth,
            "closed": None if days is None else start + timedelta(days=days),
        }
        for n, (c, (start, days), kind, birth) in enumerate(draw(st.lists(referral, min_size=25, max_size=50)))
    ]
    visits = [
        {"id": f"V{n}", "child_id": c, "day": day}
        for n, (c, day) in enumerate(draw(st.lists(visit, min_size=10, max_size=30)))
    ]
    episodes: list[dict[str, Any]] = []
    for c, steps, day in draw(st.lists(episode, min_size=4, max_size=8, unique_by=lambda made: made[0])):
        for number, (gap, length) in enumerate(steps):
            start = day + timedelta(days=gap)
            day = start + timedelta(days=length)
            last = number == len(steps) - 1 and length % 2 == 0
            episodes.append(
                {
                    "id": f"E{len(episodes)}",
                    "child_id": c,
                    "start": start,
                    "end": None if last else day,
                    "place": "home" if length % 3 else "foster",
                }
            )
    return {"referrals": referrals, "visits": visits, "episodes": episodes}


def as_taken(data: Data, day: date) -> Data:
    """Return what an extract of that day holds: rows begun by then, ends reached by then."""
    held: Data = {}
    for name, rows in data.items():
        begin, end = {"referrals": ("day", "closed"), "visits": ("day", ""), "episodes": ("start", "end")}[name]
        held[name] = [
            {**row, **({end: None} if end and row[end] is not None and row[end] > day else {})}
            for row in rows
            if row[begin] <= day
        ]
    return held


def measured(data: Data, extracted: date = QUARTER_END, engine: str = "pandas") -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return outcome(Path(folder), TABLES, INDICATORS, data, extracted=extracted, engine=engine)


def told(made: Outcome) -> str:
    return figures_text(made.figures.drop(columns="as_at").assign(as_at=pd.Timestamp(QUARTER_END)))


@QUICK
@given(extracts(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_nor_does_the_engine(data: Data, chance: random.Random) -> None:
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in data.items()}
    assert told(measured(data)) == told(measured(shuffled)) == told(measured(data, engine="polars"))


@QUICK
@given(extracts(), st.integers(1, 40))
def test_an_extract_taken_later_gives_the_same_figures(data: Data, days: int) -> None:
    at_the_end = measured(as_taken(data, QUARTER_END))
    later = QUARTER_END + timedelta(days=days)
    assert told(measured(as_taken(data, later), extracted=later)) == told(at_the_end)


@QUICK
@given(extracts(), st.lists(st.dates(date(2023, 1, 1), WINDOW - timedelta(days=1)), min_size=1, max_size=8))
def test_rows_before_the_window_change_only_what_looks_back(data: Data, days: list[date]) -> None:
    early = [
        {"id": f"X{n}", "child_id": "C0", "day": day, "closed": day, "kind": "z", "birth": None}
        for n, day in enumerate(days)
    ]
    base, more = measured(data).figures, measured({**data, "referrals": data["referrals"] + early}).figures
    names = ["started", "ended", "open", "children", "length", "middle", "seen", "net"]
    ours, theirs = (figures_text(held[held["indicator"].isin(names)]) for held in (base, more))
    assert ours == theirs


@QUICK
@given(extracts())
def test_parts_add_up_to_totals_and_months_to_quarters_and_the_year(data: Data) -> None:
    figures = measured(data).figures
    place = ["indicator", "period_kind", "period_start", "period_end"]
    for column in ("numerator", "denominator"):
        held = figures[figures["indicator"].isin(["started", "ended", "open", "again", "moved"])]
        sums = held.groupby([*place, "breakdown"])[column].sum().unstack("breakdown")
        for breakdown in ("kind", "age_band", "place"):
            parts = sums[breakdown].dropna()
            assert (parts == sums.loc[parts.index, "total"]).all()
    flows = figures[(figures["breakdown"] == "total") & figures["indicator"].isin(["started", "ended", "again"])]
    months, quarters = (flows[flows["period_kind"] == kind] for kind in ("month", "quarter"))
    for _, row in flows[flows["period_kind"] != "month"].iterrows():
        for finer in (months, quarters):
            within = finer[
                (finer["indicator"] == row["indicator"])
                & (finer["period_start"] >= row["period_start"])
                & (finer["period_end"] <= row["period_end"])
            ]
            assert within["numerator"].sum() == row["numerator"]
            assert within["denominator"].sum() == np.nan_to_num(row["denominator"])


@QUICK
@given(extracts())
def test_a_snapshot_is_the_one_before_plus_starts_minus_ends(data: Data) -> None:
    figures = measured(data).figures
    total = figures[(figures["breakdown"] == "total") & (figures["period_kind"] == "month")]
    wide = total.pivot(index="period_start", columns="indicator", values="value")
    change = (wide["started"] - wide["ended"]).iloc[1:]
    assert (wide["open"].diff().iloc[1:] == change).all()
    assert (wide["net"].iloc[1:] == change).all()


@QUICK
@given(extracts())
def test_a_child_counts_once_in_each_period_and_never_more_often_than_its_rows(data: Data) -> None:
    made = measured(data)
    known = [row for row in data["referrals"] if row["day"] <= QUARTER_END]
    for kind, start in (("quarter", "2025-07-01"), ("year_to_date", "2025-04-01"), ("rolling_12_months", "2024-10-01")):
        wanted = {row["child_id"] for row in known if row["day"] >= date.fromisoformat(start)}
        assert made.value("children", kind, start) == len(wanted)
