"""Each function of the condition language against a slow and obvious one, on both engines."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import narwhals as nw
import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carereport.conditions import ConditionError, check_condition
from carereport.conditions.check import TableShape
from carereport.conditions.days import calendar_frame
from carereport.conditions.parse import parse
from carereport.conditions.translate import Lookup, Translator
from carereport.engines import Frame
from carereport.settings import ColumnType

ENGINES = ("pandas", "polars")
QUICK = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None,
    phases=[Phase.generate],
)  # fmt: skip
COLUMNS: dict[str, ColumnType] = {
    "child_id": "id", "start": "date", "end": "date", "number": "number", "word": "code",
}  # fmt: skip
VISITS: dict[str, ColumnType] = {"child_id": "id", "day": "date", "word": "code", "next": "date"}
STAYS: dict[str, ColumnType] = {"child_id": "id", "begun": "date", "left": "date"}
SHAPES = {
    "visits": TableShape(VISITS, "day", None),
    "stays": TableShape(STAYS, None, ("begun", "left")),
}

# England's bank holidays of the years drawn below, typed in by hand.
HOLIDAYS = {
    date(2023, 1, 2), date(2023, 4, 7), date(2023, 4, 10), date(2023, 5, 1), date(2023, 5, 8),
    date(2023, 5, 29), date(2023, 8, 28), date(2023, 12, 25), date(2023, 12, 26),
    date(2024, 1, 1), date(2024, 3, 29), date(2024, 4, 1), date(2024, 5, 6), date(2024, 5, 27),
    date(2024, 8, 26), date(2024, 12, 25), date(2024, 12, 26),
    date(2025, 1, 1), date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 5), date(2025, 5, 26),
    date(2025, 8, 25), date(2025, 12, 25), date(2025, 12, 26),
}  # fmt: skip
CLOSED = date(2024, 12, 27)

Row = dict[str, Any]


@dataclass
class World:
    """A small made-up council: the rows asked about, and the two tables they look into."""

    rows: list[Row]
    visits: list[Row] = field(default_factory=list)
    stays: list[Row] = field(default_factory=list)


def frame(rows: list[Row], columns: dict[str, ColumnType], engine: str) -> nw.DataFrame[Any]:
    held = {}
    for name, kind in columns.items():
        cells = [row[name] for row in rows]
        if kind == "date":
            held[name] = pd.Series(pd.to_datetime(cells), dtype="datetime64[ns]")
        elif kind == "number":
            held[name] = pd.Series(cells, dtype=float)
        else:
            held[name] = pd.Series(cells, dtype="str")
    table = pd.DataFrame(held)
    return nw.from_native(pl.from_pandas(table) if engine == "polars" else table, eager_only=True)


def translator(world: World, engine: str) -> Translator:
    rows = frame(world.rows, {**COLUMNS, "as_at": "date"}, engine).with_row_index("_row")
    whole = frame(world.rows, COLUMNS, engine)
    lookups = {
        "visits": Lookup(frame(world.visits, VISITS, engine), "day", None),
        "stays": Lookup(frame(world.stays, STAYS, engine), None, ("begun", "left")),
    }
    dates = frozenset(name for name, kind in COLUMNS.items() if kind == "date")
    return Translator(rows, whole, working_calendar(engine), lookups, dates)


@lru_cache
def working_calendar(engine: str) -> nw.DataFrame[Any]:
    days = calendar_frame((CLOSED,))
    return nw.from_native(pl.from_pandas(days) if engine == "polars" else days, eager_only=True)


def plain(value: Any) -> Any:
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, (str, bool, date)) else float(value)


def computed(world: World, text: str, engine: str) -> list[Any]:
    """Return the language's value of an expression for each row."""
    made = translator(world, engine)
    value = made.value(parse(text))
    return [plain(cell) for cell in cells_of(made.frame.with_columns(value.alias("_v")), "_v")]


def cells_of(frame: Frame, name: str) -> list[Any]:
    """Return a column of a frame of either engine, in the order of its rows."""
    return list(cast("nw.DataFrame[Any]", frame.sort("_row"))[name].to_list())


def decided(world: World, text: str, engine: str) -> list[bool | None]:
    """Return the language's decision for each row: true, false, or neither."""
    check_condition(text, COLUMNS, SHAPES)
    made = translator(world, engine)
    tree = parse(text)
    yes, no = made.test(tree), made.test(tree, negated=True)
    found = made.frame.with_columns(yes.fill_null(False).alias("_y"), no.fill_null(False).alias("_n"))
    pairs = zip(cells_of(found, "_y"), cells_of(found, "_n"), strict=True)
    return [True if y else False if n else None for y, n in pairs]


# ----------------------------------------------------------- slow and obvious


def later_by_months(day: date | None, months: int) -> date | None:
    if day is None:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def worked(a: date | None, b: date | None) -> float | None:
    if a is None or b is None or b < a:
        return None
    steps = (a + timedelta(days=n) for n in range(1, (b - a).days + 1))
    return float(sum(1 for day in steps if day.weekday() < 5 and day not in HOLIDAYS and day != CLOSED))


def elapsed(a: date | None, b: date | None) -> float | None:
    return None if a is None or b is None or b < a else float((b - a).days)


def whole_months(a: date | None, b: date | None) -> float | None:
    if a is None or b is None or b < a:
        return None
    return float((b.year - a.year) * 12 + b.month - a.month - (b.day < a.day))


def whole_years(a: date | None, b: date | None) -> float | None:
    if a is None or b is None or b < a:
        return None
    years = 0
    while reached(a, years + 1) <= b:
        years += 1
    return float(years)


def reached(birth: date, years: int) -> date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def same_child(row: Row, rows: list[Row]) -> list[Row]:
    return [other for other in rows if row["child_id"] is not None and other["child_id"] == row["child_id"]]


def previous(row: Row, world: World) -> date | None:
    if row["start"] is None:
        return None
    days = [o["start"] for o in same_child(row, world.rows) if o["start"] is not None and o["start"] < row["start"]]
    return max(days, default=None)


def nth(row: Row, world: World) -> float | None:
    if row["start"] is None or row["child_id"] is None:
        return None
    return 1.0 + sum(1 for o in same_child(row, world.rows) if o["start"] is not None and o["start"] < row["start"])


def visits_since(row: Row, world: World, after: date) -> float | None:
    if row["child_id"] is None:
        return None
    seen = [v for v in same_child(row, world.visits) if v["day"] is not None and after < v["day"] <= row["as_at"]]
    return float(len(seen))


def stays_in(row: Row, world: World, months: int) -> float | None:
    if row["child_id"] is None:
        return None
    first = later_by_months(row["as_at"], -months)
    assert first is not None
    first += timedelta(days=1)
    found = 0
    for stay in same_child(row, world.stays):
        if stay["begun"] is None or stay["begun"] > row["as_at"]:
            continue
        found += stay["left"] is None or (stay["left"] > first and stay["left"] > stay["begun"])
    return float(found)


FUNCTIONS: list[tuple[str, Callable[[Row, World], Any]]] = [
    ("working_days(start, end)", lambda r, w: worked(r["start"], r["end"])),
    ("working_days(start, as_at)", lambda r, w: worked(r["start"], r["as_at"])),
    ("working_days('2024-12-20', end)", lambda r, w: worked(date(2024, 12, 20), r["end"])),
    ("days(start, end)", lambda r, w: elapsed(r["start"], r["end"])),
    ("months(start, end)", lambda r, w: whole_months(r["start"], r["end"])),
    ("years(start, end)", lambda r, w: whole_years(r["start"], r["end"])),
    ("age(start)", lambda r, w: whole_years(r["start"], r["as_at"])),
    ("age(start, end)", lambda r, w: whole_years(r["start"], r["end"])),
    ("age(start, '2025-03-01')", lambda r, w: whole_years(r["start"], date(2025, 3, 1))),
    ("add_months(start, 1)", lambda r, w: later_by_months(r["start"], 1)),
    ("add_months(as_at, -12)", lambda r, w: later_by_months(r["as_at"], -12)),
    ("start + 3", lambda r, w: r["start"] and r["start"] + timedelta(days=3)),
    ("as_at - 28", lambda r, w: r["as_at"] - timedelta(days=28)),
    ("number + 1 - number", lambda r, w: None if r["number"] is None else 1.0),
    ("previous(start)", previous),
    ("nth(start)", nth),
    ("events_within(visits, 6)", lambda r, w: visits_since(r, w, later_by_months(r["as_at"], -6) or r["as_at"])),
    ("spells_within(stays, 12)", lambda r, w: stays_in(r, w, 12)),
    ("days(previous(start), start)", lambda r, w: elapsed(previous(r, w), r["start"])),
]

# ------------------------------------------------------------------- made-up rows

# Month ends, leap days, bank holidays and ordinary days, close enough to meet.
DAYS = [date(2023, 2, 28), date(2023, 12, 29), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 28),
        date(2024, 3, 31), date(2024, 4, 2), date(2024, 8, 31), date(2024, 12, 24), date(2024, 12, 28),
        date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31), date(2025, 4, 30), date(2025, 8, 30)]  # fmt: skip
days = st.one_of(st.sampled_from(DAYS), st.dates(date(2023, 1, 1), date(2025, 12, 31)))
children = st.sampled_from(["A", "B", "C", None])
rows = st.fixed_dictionaries({
    "child_id": children, "start": st.none() | days, "end": st.none() | days, "as_at": days,
    "number": st.sampled_from([None, 0.0, 1.0, 2.0, 2.5]), "word": st.sampled_from([None, "a", "b", "it's"]),
})  # fmt: skip
visits = st.fixed_dictionaries({
    "child_id": children, "day": st.none() | days, "word": st.sampled_from([None, "a", "b"]), "next": st.none() | days,
})  # fmt: skip
stays = st.fixed_dictionaries({"child_id": children, "begun": st.none() | days, "left": st.none() | days})
worlds = st.builds(
    World, st.lists(rows, min_size=6, max_size=14), st.lists(visits, max_size=14), st.lists(stays, max_size=14)
)


@QUICK
@given(worlds)
def test_every_function_agrees_with_a_slow_one(world: World) -> None:
    for text, slow in FUNCTIONS:
        wanted = [plain(slow(row, world)) for row in world.rows]
        for engine in ENGINES:
            assert computed(world, text, engine) == wanted, f"{text} on {engine}"


@QUICK
@given(worlds)
def test_seen_within_agrees_with_a_slow_one(world: World) -> None:
    wanted = []
    for row in world.rows:
        seen = visits_since(row, world, row["as_at"] - timedelta(days=28))
        wanted.append(None if seen is None else seen > 0)
    for engine in ENGINES:
        assert decided(world, "seen_within(visits, 28)", engine) == wanted


@QUICK
@given(worlds)
def test_latest_is_the_value_on_the_latest_day_not_after(world: World) -> None:
    def newest(row: Row) -> list[Row]:
        known = [v for v in same_child(row, world.visits) if v["day"] is not None and v["day"] <= row["as_at"]]
        last = max((v["day"] for v in known), default=None)
        return [v for v in known if v["day"] == last]

    for column in ("word", "next"):
        told = [newest(row) for row in world.rows]
        differ = {
            (row["child_id"], row["as_at"])
            for row, found in zip(world.rows, told, strict=True) if len({v[column] for v in found}) > 1
        }  # fmt: skip
        for engine in ENGINES:
            made = translator(world, engine)
            value = made.value(parse(f"latest(visits.{column})"))
            found = cells_of(made.frame.with_columns(value.alias("_v")), "_v")
            assert len(made.ties.get(f"visits.{column}", ())) == len(differ)
            for row, cell, rows_told in zip(world.rows, found, told, strict=True):
                if (row["child_id"], row["as_at"]) not in differ:
                    assert plain(cell) == (rows_told[0][column] if rows_told else None)


# --------------------------------------------------------------- tests and missing values

Decide = Callable[[Row, World], bool | None]


def compared(text: str, column: str, test: Callable[[Any], bool]) -> tuple[str, Decide]:
    return text, lambda r, w: None if r[column] is None else test(r[column])


def both_there(text: str, test: Callable[[Any, Any], bool]) -> tuple[str, Decide]:
    return text, lambda r, w: None if r["start"] is None or r["end"] is None else test(r["start"], r["end"])


def not_between(row: Row, low: str, high: str) -> bool | None:
    day = row["as_at"]
    parts = [None if row[low] is None else day < row[low], None if row[high] is None else day > row[high]]
    return True if True in parts else None if None in parts else False


ATOMS: list[tuple[str, Decide]] = [
    compared("number = 2", "number", lambda n: n == 2),
    compared("number <> 2", "number", lambda n: n != 2),
    compared("number < 2.5", "number", lambda n: n < 2.5),
    compared("number in (1, 2)", "number", lambda n: n in (1, 2)),
    compared("number not in (1, 2.5)", "number", lambda n: n not in (1, 2.5)),
    compared("number between 1 and 2", "number", lambda n: 1 <= n <= 2),
    compared("number not between 1 and 2", "number", lambda n: not 1 <= n <= 2),
    compared("word = 'a'", "word", lambda t: t == "a"),
    compared("word <> 'a'", "word", lambda t: t != "a"),
    compared("word in ('a', 'it''s')", "word", lambda t: t in ("a", "it's")),
    compared("word not in ('b')", "word", lambda t: t != "b"),
    ("word is null", lambda r, w: r["word"] is None),
    ("end is not null", lambda r, w: r["end"] is not None),
    compared("start >= '2024-03-01'", "start", lambda d: d >= date(2024, 3, 1)),
    compared("'2024-03-01' > start", "start", lambda d: d < date(2024, 3, 1)),
    compared("start in ('2024-02-29', '2024-03-31')", "start", lambda d: d in (date(2024, 2, 29), date(2024, 3, 31))),
    both_there("start <= end", lambda a, b: a <= b),
    ("days(start, end) is null", lambda r, w: elapsed(r["start"], r["end"]) is None),
    ("as_at not between start and end", lambda r, w: not_between(r, "start", "end")),
    ("previous(start) is null", lambda r, w: previous(r, w) is None),
    ("seen_within(visits, 28)",
     lambda r, w: None if r["child_id"] is None else bool(visits_since(r, w, r["as_at"] - timedelta(days=28)))),
]  # fmt: skip


def negation(part: tuple[str, Decide]) -> tuple[str, Decide]:
    text, decide = part

    def opposite(row: Row, world: World) -> bool | None:
        found = decide(row, world)
        return None if found is None else not found

    return f"not ({text})", opposite


def joined(parts: tuple[tuple[str, Decide], str, tuple[str, Decide]]) -> tuple[str, Decide]:
    (left, decide_left), word, (right, decide_right) = parts

    def decide(row: Row, world: World) -> bool | None:
        found = decide_left(row, world), decide_right(row, world)
        settled = word == "or"  # one true settles an or, one false an and
        return settled if settled in found else None if None in found else not settled

    return f"({left}) {word} ({right})", decide


conditions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: inner.map(negation) | st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(joined),
    max_leaves=5,
)


@QUICK
@given(worlds, st.lists(conditions, min_size=1, max_size=4))
def test_conditions_decide_as_sql_does_with_missing_values(world: World, made: list[tuple[str, Decide]]) -> None:
    for text, decide in made:
        wanted = [decide(row, world) for row in world.rows]
        for engine in ENGINES:
            assert decided(world, text, engine) == wanted, f"{text} on {engine}"


# -------------------------------------------------------------------------- single cases


def one(**cells: Any) -> World:
    base = {"child_id": "A", "start": None, "end": None, "as_at": date(2025, 9, 30), "number": None, "word": None}
    return World([{**base, **cells}])


@pytest.mark.parametrize("engine", ENGINES)
def test_the_day_itself_is_day_0_and_weekends_and_holidays_do_not_count(engine: str) -> None:
    thursday = date(2025, 4, 17)  # before Good Friday, the weekend and Easter Monday
    for end, wanted in ((thursday, 0), (date(2025, 4, 21), 0), (date(2025, 4, 22), 1), (date(2025, 4, 23), 2)):
        assert computed(one(start=thursday, end=end), "working_days(start, end)", engine) == [wanted]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_closure_day_of_the_council_is_no_working_day(engine: str) -> None:
    assert computed(one(start=date(2024, 12, 24), end=date(2024, 12, 30)), "working_days(start, end)", engine) == [1]


@pytest.mark.parametrize("engine", ENGINES)
def test_who_is_born_on_29_february_grows_older_on_1_march(engine: str) -> None:
    born = date(2004, 2, 29)
    for day, age in ((date(2025, 2, 28), 20), (date(2025, 3, 1), 21), (date(2024, 2, 29), 20), (date(2024, 2, 28), 19)):
        assert computed(one(start=born, as_at=day), "age(start)", engine) == [age]


@pytest.mark.parametrize("engine", ENGINES)
def test_born_after_the_event_has_no_age(engine: str) -> None:
    assert computed(one(start=date(2025, 10, 1)), "age(start)", engine) == [None]


@pytest.mark.parametrize("engine", ENGINES)
def test_days_counted_backwards_are_missing_and_counted(engine: str) -> None:
    world = one(start=date(2025, 5, 2), end=date(2025, 5, 1))
    world.rows.append({**world.rows[0], "end": date(2025, 5, 3)})
    made = translator(world, engine)
    made.value(parse("working_days(start, end)"))
    assert sum(cells_of(made.frame.with_columns(made.backwards().alias("_back")), "_back")) == 1
    assert computed(world, "days(start, end)", engine) == [None, 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_back_to_saturday_from_sunday_is_backwards_though_no_working_day_lies_between(engine: str) -> None:
    world = one(start=date(2025, 5, 11), end=date(2025, 5, 10))
    assert computed(world, "working_days(start, end)", engine) == [None]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_day_far_ahead_still_counts(engine: str) -> None:
    assert computed(one(start=date(2025, 1, 1), end=date(2099, 12, 31)), "days(start, end)", engine) == [27392]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_stay_without_a_night_or_left_on_the_windows_first_day_is_none(engine: str) -> None:
    world = one(as_at=date(2025, 9, 30))
    first = date(2024, 10, 1)
    world.stays = [
        {"child_id": "A", "begun": date(2020, 1, 1), "left": first},
        {"child_id": "A", "begun": date(2025, 1, 1), "left": date(2025, 1, 1)},
        {"child_id": "A", "begun": date(2020, 1, 1), "left": first + timedelta(days=1)},
        {"child_id": "A", "begun": date(2025, 9, 30), "left": None},
        {"child_id": "A", "begun": date(2025, 10, 1), "left": None},
    ]
    assert computed(world, "spells_within(stays, 12)", engine) == [2]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_number_of_rows_is_found_among_whole_numbers_and_others(engine: str) -> None:
    held = one(start=date(2025, 5, 1))
    held.visits.append({"child_id": "A", "day": date(2025, 9, 1), "word": "a", "next": None})
    for number in ("nth(start)", "events_within(visits, 6)"):
        for options, wanted in (("1, 2", True), ("0.5, 1", True), ("2, 3", False), ("0.5, 2", False)):
            assert decided(held, f"{number} in ({options})", engine) == [wanted]


def test_nothing_outside_the_language_can_be_written() -> None:
    for text in ("__import__('os')", "start; end", "number * 2 = 4", "start == end", "number = 2 --", "lo(word) = 'a'"):
        with pytest.raises(ConditionError) as caught:
            check_condition(text, COLUMNS, SHAPES)
        assert 1 <= caught.value.position <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("start in ('9999-12-31')", "1900 to 2200"), ("'0001-01-01' < start", "1900 to 2200"),
        ("days(start, '9999-12-31') > 1", "1900 to 2200"), ("events_within(visits, -3) = 0", "leave out the minus"),
        ("spells_within(stays, -3) = 0", "leave out the minus"), ("seen_within(visits, -3)", "leave out the minus"),
    ],
)  # fmt: skip
def test_days_that_no_extract_holds_and_windows_that_lie_ahead_are_refused(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        check_condition(text, COLUMNS, SHAPES)
    assert says in f"{caught.value.message} {caught.value.help}"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_number_may_be_greater_than_any_whole_one(engine: str) -> None:
    assert decided(one(number=1.5), f"number < 1{'0' * 39}", engine) == [True]


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConditionError) as caught:
        check_condition("strat is null", COLUMNS, SHAPES)
    assert caught.value.help == "did you mean start?"
    with pytest.raises(ConditionError) as caught:
        check_condition("seen_within(visit, 28)", COLUMNS, SHAPES)
    assert caught.value.help == "did you mean visits?"
