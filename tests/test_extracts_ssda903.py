"""The public SSDA903 sample, mapped with YAML alone: its damaged rows are found, its figures are DuckDB's."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.councils.run import Figure, Key, checked, figures, run, start
from tests.shared import needs_shared, shared_folder

pytestmark = needs_shared("data/ssda903")
QUARTER = "Q4-2017"
END = date(2018, 3, 31)


@pytest.fixture(scope="module")
def data() -> Path:
    return shared_folder() / "data" / "ssda903"


@pytest.fixture(scope="module")
def built(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Figure]:
    folder = tmp_path_factory.mktemp("ssda903")
    return figures(start("ssda903", folder), data, QUARTER, folder / "out", exit_code=1)


@pytest.fixture(scope="module")
def database(data: Path) -> duckdb.DuckDBPyConnection:
    """The files as DuckDB reads them, with periods of care and placements by gaps and islands."""
    base = duckdb.connect()
    for name in ("header", "episodes", "reviews", "missing", "oc2", "oc3"):
        base.execute(f"create table {name} as from read_csv('{data / name}.csv', all_varchar=true, nullstr='')")
    base.execute("create macro day(text) as strptime(text, '%d/%m/%Y')::date")
    base.execute("""
        create macro birthday(born, n) as case
            when strftime(born, '%m-%d') = '02-29' and strftime(born + to_years(n::int), '%d') = '28'
            then make_date(date_part('year', born)::int + n, 3, 1) else (born + to_years(n::int))::date end""")
    base.execute("""
        create table in_care as
        select CHILD, day(DECOM) as a, coalesce(day(DEC), date '9999-12-31') as b, PLACE, URN
        from episodes where LS not in ('V3', 'V4')""")
    same_home = "PLACE = lag(PLACE) over w and URN = lag(URN) over w"
    for name, also in (("periods", "true"), ("placements", same_home)):
        base.execute(f"""
            create table {name} as
            with marked as (
                select *, coalesce(
                    a <= max(b) over (w rows between unbounded preceding and 1 preceding) and {also}, false
                ) as touches
                from in_care window w as (partition by CHILD order by a, b)),
            numbered as (
                select *,
                    sum(1 - touches::int) over (partition by CHILD order by a, b rows unbounded preceding) as spell
                from marked)
            select CHILD, min(a) as a, nullif(max(b), date '9999-12-31') as b from numbered group by CHILD, spell""")
    return base


def periods() -> list[tuple[str, date, date]]:
    """Every period that the report has figures for, from April 2017 on, as (kind, first day, last day)."""
    months = [date(2017 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(12)]
    after = [*months[1:], date(2018, 4, 1)]
    ends = [day - timedelta(days=1) for day in after]
    found = [("month", first, last) for first, last in zip(months, ends, strict=True)]
    found += [("quarter", months[n], ends[n + 2]) for n in (0, 3, 6, 9)]
    return [*found, ("year_to_date", months[0], END), ("rolling_12_months", months[0], END)]


def one(base: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> tuple[Any, ...]:
    row = base.execute(sql, values).fetchone()
    assert row is not None
    return row


def figure(built: dict[Key, Figure], indicator: str, kind: str, first: date, category: str = "total",
           breakdown: str = "total") -> Figure:  # fmt: skip
    return built[indicator, kind, first.isoformat(), breakdown, category]


def test_children_in_care_are_counted_without_short_breaks_on_each_last_day(
    built: dict[Key, Figure], database: duckdb.DuckDBPyConnection
) -> None:
    for kind, first, last in periods()[:16]:
        (count,) = one(database, "select count(*) from periods where a <= $d and (b is null or b > $d)", d=last)
        assert figure(built, "children_in_care", kind, first).value == count, (kind, first)


def test_children_in_care_by_ethnicity_gender_and_age(
    built: dict[Key, Figure], database: duckdb.DuckDBPyConnection
) -> None:
    age = "case when age < 1 then 'under 1' when age < 5 then '1 to 4' when age < 10 then '5 to 9' " \
          "when age < 16 then '10 to 15' when age < 18 then '16 to 17' else '18 and over' end"  # fmt: skip
    rows = database.execute(f"""
        with held as (
            select ETHNIC, case SEX when '1' then 'male' else 'female' end as sex,
                date_part('year', age(date '2018-03-31', day(DOB))) as age
            from periods join header using (CHILD) where a <= '2018-03-31' and (b is null or b > '2018-03-31'))
        select 'ethnicity', ETHNIC, count(*) from held group by all
        union all select 'gender', sex, count(*) from held group by all
        union all select 'age_band', {age}, count(*) from held group by all""").fetchall()
    assert len(rows) > 20
    for breakdown, category, count in rows:
        found = figure(built, "children_in_care", "quarter", date(2018, 1, 1), category, breakdown)
        assert found.value == count, (breakdown, category)


@pytest.mark.parametrize(("indicator", "column"), [("started_care", "a"), ("left_care", "b")])
def test_starts_and_leavers_of_chained_episodes(
    built: dict[Key, Figure], database: duckdb.DuckDBPyConnection, indicator: str, column: str
) -> None:
    for kind, first, last in periods():
        sql = f"select count(*) from periods where {column} between $f and $l"
        (count,) = one(database, sql, f=first, l=last)
        assert figure(built, indicator, kind, first).value == count, (kind, first)


def test_the_net_change_is_starts_less_leavers(built: dict[Key, Figure]) -> None:
    for kind, first, _ in periods():
        started, left = (figure(built, name, kind, first).value for name in ("started_care", "left_care"))
        assert started is not None and left is not None
        assert figure(built, "care_net_change", kind, first).value == started - left


def test_three_placements_in_twelve_months(built: dict[Key, Figure], database: duckdb.DuckDBPyConnection) -> None:
    for kind, first, last in periods()[:16]:
        numerator, denominator = one(database, """
            with open as (select CHILD from periods where a <= $d and (b is null or b > $d)),
            stays as (
                select CHILD, count(*) as n from placements
                where a <= $d and (b is null or b > $d or (b > $d - interval 12 month + interval 1 day and b > a))
                group by CHILD)
            select count(*) filter (n >= 3), count(*) from open left join stays using (CHILD)""", d=last)  # fmt: skip
        found = figure(built, "three_placements", kind, first)
        assert (found.numerator, found.denominator) == (numerator, denominator), (kind, first)


def test_median_days_in_care(built: dict[Key, Figure], database: duckdb.DuckDBPyConnection) -> None:
    for kind, first, last in periods():
        sql = "select count(*), median(b - a) from periods where b between $f and $l"
        rows, middle = one(database, sql, f=first, l=last)
        found = figure(built, "days_in_care", kind, first)
        assert (found.denominator, found.value) == (rows, middle), (kind, first)


def test_reviews_and_children_reviewed(built: dict[Key, Figure], database: duckdb.DuckDBPyConnection) -> None:
    for kind, first, last in periods():
        held, children = one(database, """
            select count(*), count(distinct CHILD) from (select distinct * from reviews)
            where day(REVIEW) between $f and $l""", f=first, l=last)  # fmt: skip
        assert figure(built, "reviews_held", kind, first).value == held, (kind, first)
        assert figure(built, "children_reviewed", kind, first).value == children, (kind, first)


def test_missing_episodes_and_long_ones(built: dict[Key, Figure], database: duckdb.DuckDBPyConnection) -> None:
    for kind, first, last in periods():
        times, long, all_ = one(database, """
            select count(*) filter (MISSING = 'M'), count(*) filter (day(MIS_END) - day(MIS_START) > 7), count(*)
            from missing where day(MIS_START) between $f and $l""", f=first, l=last)  # fmt: skip
        assert figure(built, "missing_episodes", kind, first).value == times, (kind, first)
        found = figure(built, "missing_long", kind, first)
        assert (found.numerator, found.denominator) == (long, all_), (kind, first)


def test_care_leavers_near_their_birthday(built: dict[Key, Figure], database: duckdb.DuckDBPyConnection) -> None:
    for kind, first, last in periods():
        touch, suitable, all_ = one(database, """
            select count(*) filter (IN_TOUCH = 'YES'), count(*) filter (regexp_matches(ACCOM, '^[A-Z]1$')), count(*)
            from oc3 where birthday(day(DOB), 17) between $f and $l""", f=first, l=last)  # fmt: skip
        if all_:  # the history is complete, so the year stands though the first row of all is of January 2018
            found = figure(built, "care_leavers_in_touch", kind, first)
            assert (found.numerator, found.denominator) == (touch, all_), (kind, first)
            assert figure(built, "care_leavers_suitable", kind, first).numerator == suitable, (kind, first)


def test_mean_score_and_dentists_at_birthdays(built: dict[Key, Figure], database: duckdb.DuckDBPyConnection) -> None:
    for kind, first, last in periods():
        total, scored, seen, all_ = one(database, """
            select sum(SDQ_SCORE::int), count(SDQ_SCORE), count(*) filter (TEETH_CHECK = '1'), count(*)
            from oc2, (values (10), (11), (12)) as ages(n) where birthday(day(DOB), n) between $f and $l""",
            f=first, l=last)  # fmt: skip
        found = figure(built, "sdq_score", kind, first)
        assert (found.numerator, found.denominator) == (total, scored), (kind, first)
        found = figure(built, "dentist_at_birthday", kind, first)
        assert (found.numerator, found.denominator) == (seen, all_), (kind, first)


def test_damaged_rows_are_named_by_line_and_the_report_is_built_with_warnings(data: Path, tmp_path: Path) -> None:
    document = checked(start("ssda903", tmp_path), data, "--quarter", QUARTER)
    found = {(f["code"], f["file"], f["column"]): f for f in document["findings"] if f["severity"] == "warning"}
    assert document["exit"] == 1
    expected = {
        ("EX203", "ssda903/header.csv", "MOTHER"): (1273, 6, 1),
        ("EX203", "ssda903/oc3.csv", "ACCOM"): (2, 5, 2),
        ("EX203", "ssda903/placed_for_adoption.csv", "REASON_PLACED_CEASED"): (2, 5, 29),
        ("EX203", "ssda903/sw_episodes.csv", "SW_REASON"): (2, 6, 1),
        ("EX303", "ssda903/reviews.csv", None): (9826, None, 2),
        ("EX313", "ssda903/episodes.csv", "DECOM"): (313, 2, 82),
        ("EX314", "ssda903/sw_episodes.csv", "CHILD"): (2, 1, 1),
        ("EX324", "ssda903/reviews.csv", "REVIEW"): (3, 3, 4963),
        ("DQ002", "ssda903/episodes.csv", None): (47, None, 353),
    }
    for key, (line, position, count) in expected.items():
        assert (found[key]["line"], found[key]["position"], found[key]["count"]) == (line, position, count), key
        assert found[key]["help"], key


def test_reviews_of_one_day_that_differ_stop_the_build_until_the_key_is_longer(data: Path, tmp_path: Path) -> None:
    root = start("ssda903", tmp_path)
    settings = root / "config" / "extracts.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("key: [child_id, review, code]", "key: [child_id, review]"), encoding="utf-8")
    result = run("build", "--project", root, "--data", data, "--quarter", QUARTER, "--format", "csv")
    assert result.exit_code == 4
    assert "error EX302  ssda903/reviews.csv:2825:1" in result.stderr
    assert "one key (child_id, review) with differing rows (12 rows)" in result.stderr
    assert "the key in extracts.yaml if rows are told apart by more columns" in result.stderr
    assert not (root / "output").exists()
