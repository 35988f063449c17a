"""What the twelve indicators cost by other means, each in a process of its own: `python benchmarks/peers.py NAME DATA`.

Every peer gives the same facts: numerator and denominator by council, month and category, in total and by
age band, ethnicity, team and ward. It prints its CPU seconds, wall seconds, peak memory, facts and their sums.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

QUARTER_END = date(2025, 9, 30)
BREAKDOWNS = ("total", "age_band", "ethnicity", "team", "ward")
WHO = ("area", "child_id", "birth", "ethnicity", "team", "ward")
MONTHS = [f"{year}-{month:02}" for year in range(2020, 2026) for month in range(1, 13)][3:69]
"""The 66 months from April 2020 to September 2025."""
Outcome = tuple[int, int, int]
"""Facts, and the sums of numerators and denominators."""


def scan(data: Path) -> Outcome:
    """The limit: every column touched and every day parsed, nothing counted."""
    import polars as pl

    rows = 0
    for path in sorted(data.glob("*.csv")):
        frame = pl.scan_csv(path, infer_schema=False)
        days = [name for name in frame.collect_schema().names() if "date" in name or name in ("day", "birth")]
        parsed = frame.with_columns(pl.col(days).str.to_date("%d/%m/%Y", strict=False))
        rows += int(parsed.select(pl.all().hash().sum(), pl.len().alias("_n")).collect()["_n"][0])
    return rows, 0, 0


def polars(data: Path) -> Outcome:
    """Hand-written polars, lazy."""
    import polars as pl

    def table(name: str) -> Any:
        frame = pl.scan_csv(data / f"{name}.csv", infer_schema=False)
        days = [held for held in frame.collect_schema().names() if "date" in held or held in ("day", "birth")]
        return frame.with_columns(pl.col(days).str.to_date("%d/%m/%Y", strict=False))

    closed = _working_days()
    last = pl.lit(QUARTER_END)
    ends = pl.LazyFrame({"as_at": _month_ends()})
    contacts, referrals, visits = (table(n).filter(pl.col("day") <= last) for n in ("contacts", "referrals", "visits"))
    spells = {
        name: table(name).filter(pl.col("start_date") <= last)
        .with_columns(pl.when(pl.col("end_date") <= last).then(pl.col("end_date")).alias("end_date"))
        for name in ("assessments", "plans", "care")
    }  # fmt: skip

    def opened(frame: Any) -> Any:
        late = pl.col("end_date").is_null() | (pl.col("end_date") > pl.col("as_at"))
        return frame.join(ends, how="cross").filter((pl.col("start_date") <= pl.col("as_at")) & late)

    def at(frame: Any, day: str) -> Any:
        return frame.filter(pl.col(day).is_not_null()).with_columns(pl.col(day).alias("as_at"))

    one = pl.lit(1)
    days = referrals.select("area", "child_id", "day").unique().sort("day")
    days = days.with_columns(pl.col("day").shift(1).over("area", "child_id", order_by="day").alias("before"))
    again = at(referrals.join(days, on=["area", "child_id", "day"], how="left"), "day")
    starts = spells["plans"].group_by("area", "child_id", "start_date").len().sort("start_date")
    earlier = pl.col("len").cum_sum().over("area", "child_id", order_by="start_date") - pl.col("len")
    starts = starts.with_columns(earlier.alias("earlier")).drop("len")
    repeated = at(spells["plans"].join(starts, on=["area", "child_id", "start_date"], how="left"), "start_date")
    numbers = pl.LazyFrame({"day": closed[0], "number": closed[1]})
    ended = at(spells["assessments"], "end_date")
    for column in ("start_date", "end_date"):
        ended = ended.join(numbers.rename({"day": column, "number": f"{column}_n"}), on=column, how="left")
    plans = opened(spells["plans"])
    asked = plans.select("area", "child_id", "as_at").unique()
    seen = asked.join(visits.select("area", "child_id", "day"), on=["area", "child_id"])
    seen = seen.filter((pl.col("day") <= pl.col("as_at")) & (pl.col("day") > pl.col("as_at") - pl.duration(days=28)))
    seen = seen.select("area", "child_id", "as_at").unique().with_columns(one.alias("seen"))
    visited = plans.join(seen, on=["area", "child_id", "as_at"], how="left")
    rows = [
        (at(contacts, "day"), one), (at(contacts, "day"), (pl.col("outcome") == "yes").cast(int)),
        (at(referrals, "day"), one), (again, (pl.col("before") >= pl.col("day").dt.offset_by("-12mo")).cast(int)),
        (at(referrals, "day"), (pl.col("outcome") == "yes").cast(int)), (at(spells["assessments"], "end_date"), one),
        (ended, (pl.col("end_date_n") - pl.col("start_date_n") <= 45).cast(int)), (plans, one),
        (at(spells["plans"], "start_date"), one), (repeated, (pl.col("earlier") > 0).cast(int)),
        (opened(spells["care"]), one), (visited, pl.col("seen")),
    ]  # fmt: skip
    age = pl.col("as_at").dt.year() - pl.col("birth").dt.year() - (
        pl.col("as_at").dt.strftime("%m%d") < pl.col("birth").dt.strftime("%m%d")
    ).cast(pl.Int32)  # fmt: skip
    band = pl.lit("18 and over")
    words_before = {18: "16 to 17", 16: "10 to 15", 10: "5 to 9", 5: "1 to 4", 1: "under 1", 0: "unknown"}
    for limit, words in words_before.items():
        band = pl.when(age < limit).then(pl.lit(words)).otherwise(band)
    plans_ = []
    for frame, x in rows:
        held = frame.with_columns(
            x.fill_null(0).alias("_x"), pl.col("as_at").dt.truncate("1mo").alias("_m"), band.alias("age_band"),
            pl.lit("total").alias("total"),
        ).filter(pl.col("_m") >= date(2020, 4, 1))  # fmt: skip
        for name in BREAKDOWNS:
            plans_.append(held.group_by("area", "_m", name).agg(pl.len().alias("n"), pl.col("_x").sum().alias("x")))
    found = pl.collect_all(plans_)
    sums = [sum(int(held[column].sum()) for held in found) for column in ("x", "n")]
    return sum(len(held) for held in found), sums[0], sums[1]


def duckdb(data: Path) -> Outcome:
    """Hand-written DuckDB SQL over the CSV files, one grouping set for each indicator."""
    import duckdb as db

    base = db.connect()
    for path in sorted(data.glob("*.csv")):
        header = path.open(encoding="utf-8").readline().strip().replace('"', "").split(",")
        columns = ", ".join(
            f"try_strptime({name}, '%d/%m/%Y')::date as {name}" if "date" in name or name in ("day", "birth") else name
            for name in header
        )  # fmt: skip
        first = "day" if "day" in header else "start_date"
        later = " replace (case when end_date <= date '2025-09-30' then end_date end as end_date)"
        ended = later if "end_date" in header else ""
        base.execute(
            f"create view {path.stem} as select *{ended} from (select {columns} from read_csv('{path}', header=true, "
            f"all_varchar=true, delim=',')) where {first} <= date '2025-09-30'"
        )
    base.execute("create table ends as select unnest($1)::date as as_at", [_month_ends()])
    days, numbers = _working_days()
    base.execute("create table numbers as select unnest($1)::date as day, unnest($2) as number", [days, numbers])
    opened = "join ends on start_date <= as_at and (end_date is null or end_date > as_at)"
    before = "range between unbounded preceding and interval 1 day preceding"
    rows = [
        "select *, day as as_at, 1 as x from contacts",
        "select *, day as as_at, (outcome = 'yes')::int as x from contacts",
        "select *, day as as_at, 1 as x from referrals",
        f"select *, day as as_at, coalesce(max(day) over (partition by area, child_id order by day {before}) "
        ">= day - interval 12 month, false)::int as x from referrals",
        "select *, day as as_at, (outcome = 'yes')::int as x from referrals",
        "select *, end_date as as_at, 1 as x from assessments where end_date is not null",
        "select a.*, end_date as as_at, (e.number - s.number <= 45)::int as x from assessments a "
        "join numbers s on s.day = start_date join numbers e on e.day = end_date",
        f"select *, 1 as x from plans {opened}",
        "select *, start_date as as_at, 1 as x from plans",
        "select *, start_date as as_at, "
        f"(count(*) over (partition by area, child_id order by start_date {before}) > 0)::int as x from plans",
        f"select *, 1 as x from care {opened}",
        f"with p as (select * from plans {opened}), "
        "seen as (select distinct p.area, p.child_id, p.as_at from p join visits v "
        "on v.area = p.area and v.child_id = p.child_id and v.day <= p.as_at and v.day > p.as_at - interval 28 day) "
        "select p.*, (seen.area is not null)::int as x from p left join seen using (area, child_id, as_at)",
    ]  # fmt: skip
    facts = x = n = 0
    for query in rows:
        found = base.execute(
            f"""with held as ({query}), banded as (select *, date_trunc('month', as_at) as m,
            case when birth > as_at then 'unknown' when date_sub('year', birth, as_at) < 1 then 'under 1'
            when date_sub('year', birth, as_at) < 5 then '1 to 4' when date_sub('year', birth, as_at) < 10 then '5 to 9'
            when date_sub('year', birth, as_at) < 16 then '10 to 15' when date_sub('year', birth, as_at) < 18
            then '16 to 17' else '18 and over' end as age_band from held where as_at >= date '2020-04-01'),
            facts as (select sum(x) as x, count(*) as n from banded group by grouping sets
            ((area, m), (area, m, age_band), (area, m, ethnicity), (area, m, team), (area, m, ward)))
            select count(*), sum(x), sum(n) from facts"""
        ).fetchone()
        assert found is not None
        facts, x, n = facts + int(found[0]), x + int(found[1]), n + int(found[2])
    return facts, x, n


def pandas(data: Path) -> Outcome:
    """Plain pandas, as an analyst writes it."""
    import pandas as pd

    def table(name: str) -> Any:
        frame = pd.read_csv(data / f"{name}.csv", dtype=str)
        for column in [held for held in map(str, frame) if "date" in held or held in ("day", "birth")]:
            frame[column] = pd.to_datetime(frame[column], format="%d/%m/%Y")
        first = "day" if "day" in frame else "start_date"
        frame = frame[frame[first] <= last].copy()
        if "end_date" in frame:
            frame.loc[frame["end_date"] > last, "end_date"] = pd.NaT
        return frame

    last = pd.Timestamp(QUARTER_END)
    ends = pd.DataFrame({"as_at": pd.to_datetime(_month_ends())})
    held = {name: table(name) for name in ("contacts", "referrals", "visits", "assessments", "plans", "care")}

    def at(frame: Any, day: str, x: Any = 1) -> Any:
        return frame.assign(as_at=frame[day], x=x)[frame[day].notna()]

    def opened(frame: Any) -> Any:
        crossed = frame.merge(ends, how="cross")
        late = crossed["end_date"].isna() | (crossed["end_date"] > crossed["as_at"])
        return crossed[(crossed["start_date"] <= crossed["as_at"]) & late].assign(x=1)

    who = ["area", "child_id"]
    referrals, plans, assessments = held["referrals"], held["plans"], held["assessments"]
    days = referrals[[*who, "day"]].drop_duplicates().sort_values("day")
    days["before"] = days.groupby(who)["day"].shift()
    again = referrals.merge(days, on=[*who, "day"], how="left")
    again["hit"] = (again["before"] >= again["day"] - pd.DateOffset(months=12)).astype(int)
    starts = plans.groupby([*who, "start_date"]).size().rename("size").reset_index().sort_values("start_date")
    starts["earlier"] = starts.groupby(who)["size"].cumsum() - starts["size"]
    repeated = plans.merge(starts, on=[*who, "start_date"], how="left")
    numbers = pd.Series(_working_days()[1], index=pd.to_datetime(_working_days()[0]))
    took = assessments["end_date"].map(numbers) - assessments["start_date"].map(numbers)
    on_plan = opened(plans)
    asked = on_plan[[*who, "as_at"]].drop_duplicates().merge(held["visits"][[*who, "day"]], on=who)
    asked = asked[(asked["day"] <= asked["as_at"]) & (asked["day"] > asked["as_at"] - pd.Timedelta(days=28))]
    seen = asked[[*who, "as_at"]].drop_duplicates().assign(seen=1)
    visited = on_plan.merge(seen, on=[*who, "as_at"], how="left")
    visited["x"] = visited["seen"].fillna(0).astype(int)
    rows = [
        at(held["contacts"], "day"), at(held["contacts"], "day", (held["contacts"]["outcome"] == "yes").astype(int)),
        at(referrals, "day"), at(again, "day", again["hit"]),
        at(referrals, "day", (referrals["outcome"] == "yes").astype(int)), at(assessments, "end_date"),
        at(assessments, "end_date", (took <= 45).astype(int)), on_plan, at(plans, "start_date"),
        at(repeated, "start_date", (repeated["earlier"] > 0).astype(int)), opened(held["care"]), visited,
    ]  # fmt: skip
    facts = x = n = 0
    for frame in rows:
        frame = frame[frame["as_at"] >= "2020-04-01"].assign(m=frame["as_at"].dt.to_period("M"), total="total")
        birth = frame["birth"].dt.month * 100 + frame["birth"].dt.day
        short = (frame["as_at"].dt.month * 100 + frame["as_at"].dt.day) < birth
        age = frame["as_at"].dt.year - frame["birth"].dt.year - short.astype(int)
        frame["age_band"] = pd.cut(age, [-99, -1, 0, 4, 9, 15, 17, 99]).astype(str)
        for name in BREAKDOWNS:
            sums = frame.groupby(["area", "m", name])["x"].agg(["sum", "size"])
            facts, x, n = facts + len(sums), x + int(sums["sum"].sum()), n + int(sums["size"].sum())
    return facts, x, n


def ours(data: Path, engine: str) -> Outcome:
    """carereport itself: strict reading, all checks of each council, months, quarters and longer periods."""
    from carereport.engines import forks
    from carereport.extracts.parts import by_batches
    from carereport.extracts.tables import check_tables
    from carereport.extracts.typed import Typed, by_area
    from carereport.measures import Measured, measure_together
    from carereport.project import load_project
    from carereport.quarters import Quarter

    project, quarter = load_project(data.parent), Quarter(2025, 2)

    def counted(typed: Typed, beside: bool) -> list[Outcome]:
        councils = []
        for area, rows in by_area(typed):
            own = project.in_area(area, asked=True)
            councils.append((own, check_tables(own, rows, quarter, None)))
        del typed, rows
        outcomes = []
        for found in measure_together(councils, quarter, engine, beside=beside):
            assert isinstance(found, Measured)
            months = found.figures[found.figures["period_kind"] == "month"]
            bases = months["denominator"].fillna(months["value"])
            x = int(months["numerator"].fillna(months["value"]).sum())
            outcomes.append((int((bases > 0).sum()), x, int(bases.sum())))
        return outcomes

    _, outcomes = by_batches(project, data, data.parent, counted, beside=forks(engine))
    facts, x, n = (sum(part) for part in zip(*outcomes, strict=True))
    return facts, x, n


def _month_ends() -> list[date]:
    months = np.array([f"{month}-01" for month in MONTHS], dtype="datetime64[M]")
    ends: list[date] = ((months + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")).tolist()
    return ends


def _working_days() -> tuple[list[date], list[int]]:
    from carereport.calendar import working_day_calendar

    first, last = date(2019, 1, 1), date(2026, 12, 31)
    days: list[date] = np.arange(np.datetime64(first), np.datetime64(last) + np.timedelta64(1, "D")).tolist()
    return days, [int(number) for number in working_day_calendar(first, last)]


PEERS: dict[str, Callable[[Path], Outcome]] = {
    "scan": scan,
    "polars by hand": polars,
    "DuckDB SQL": duckdb,
    "plain pandas": pandas,
    "carereport, pandas": lambda data: ours(data, "pandas"),
    "carereport, polars": lambda data: ours(data, "polars"),
}


def main() -> None:
    name, data = sys.argv[1], Path(sys.argv[2])
    began = time.perf_counter()
    facts, x, n = PEERS[name](data)
    wall = time.perf_counter() - began
    print(json.dumps({"wall": wall, **used(), "facts": facts, "x": x, "n": n}))


def used() -> dict[str, float]:
    """Return the CPU seconds of this process and of those it started, and the peak MiB of the largest of them."""
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak, status = own.ru_maxrss, Path("/proc/self/status")
    if status.exists():  # Linux counts as a process's own what its starter used, but not here
        (peak,) = (int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    cpu = sum(one.ru_utime + one.ru_stime for one in (own, others))
    return {"cpu": cpu, "mib": max(peak, others.ru_maxrss) / 1024}


if __name__ == "__main__":
    main()
