"""A council that names everything otherwise, mapped with YAML alone; each figure is counted again in plain Python."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

from tests.councils.run import Figure, Key, checked, figures, start
from tests.councils.second.made_up import write_extracts

QUARTER, END = "Q2-2025", date(2025, 9, 30)
# https://www.gov.uk/bank-holidays, England and Wales
BANK_HOLIDAYS = {
    date.fromisoformat(text) for text in (
        "2023-04-07", "2023-04-10", "2023-05-01", "2023-05-08", "2023-05-29", "2023-08-28", "2023-12-25", "2023-12-26",
        "2024-01-01", "2024-03-29", "2024-04-01", "2024-05-06", "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26",
        "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26",
    )
}  # fmt: skip
SOURCES = {"Pol": "police", "Sch": "school", "GP/Hosp": "health", "Fam": "family"}
CLOSURE = date(2025, 8, 1)
Row = dict[str, str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = start("second", tmp_path_factory.mktemp("second"))
    write_extracts(root / "data")
    (root / "config" / "report.yaml").write_text(f"closure_days: [{CLOSURE}]\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def built(project: Path) -> dict[Key, Figure]:
    return figures(project, project / "data", QUARTER, project / "output", exit_code=0)


def rows(project: Path, pattern: str) -> list[Row]:
    found = []
    for path in sorted((project / "data").glob(pattern)):
        with path.open(encoding="cp1252", newline="") as handle:
            found += list(csv.DictReader(handle, delimiter=";"))
    return found


def day(text: str) -> date | None:
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


def known(text: str) -> date | None:
    """Return a day as the report knows it: what lies after the quarter is not known."""
    found = day(text)
    return found if found is not None and found <= END else None


def working_days(first: date, last: date) -> int:
    days = (first + timedelta(days=n + 1) for n in range((last - first).days))
    return sum(d.weekday() < 5 and d not in BANK_HOLIDAYS and d != CLOSURE for d in days)


def periods(first_month: date) -> list[tuple[str, date, date]]:
    """Every period of a report from a month on: months, quarters, year to date, rolling twelve months."""
    months, found = [], []
    while first_month <= END:
        months.append(first_month)
        first_month = (first_month + timedelta(days=31)).replace(day=1)
    ends = [*(m - timedelta(days=1) for m in months[1:]), END]
    for number, (first, last) in enumerate(zip(months, ends, strict=True)):
        found.append(("month", first, last))
        if first.month in (1, 4, 7, 10):
            found.append(("quarter", first, ends[number + 2]))
    return [*found, ("year_to_date", date(2025, 4, 1), END), ("rolling_12_months", date(2024, 10, 1), END)]


def enquiries(project: Path, first: date, last: date) -> list[Row]:
    return [row for row in rows(project, "MASH_*.csv") if first <= (day(row["Date rec'd"]) or date.max) <= last]


def test_nothing_but_notes_is_said_of_sound_extracts(project: Path) -> None:
    document = checked(project, project / "data", "--quarter", QUARTER)
    assert document["exit"] == 0
    codes = {finding["code"] for finding in document["findings"]}
    assert codes == {"CF024", "EX106", "EX124", "EX125", "EX127"}
    joined = next(f for f in document["findings"] if f["code"] == "EX127")
    assert joined["count"] == 3 and "MASH_2023.csv, MASH_2024.csv, MASH_2025.csv" in joined["message"]
    other = next(f for f in document["findings"] if f["code"] == "EX124")
    assert (other["file"], other["line"], other["column"], other["position"]) == (
        "data/MASH_2023.csv", 1, "Person reference", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("breakdown", "category_of"),
    [
        ("total", lambda row, person: "total"),
        ("team", lambda row, person: row["Équipe"]),
        ("source", lambda row, person: SOURCES[row["Who rang"]]),
        ("sex", lambda row, person: {"M": "male", "F": "female", "X": "neither"}[person["M/F"]]),
        ("age_band", lambda row, person: age_band(person["Born"], row["Date rec'd"])),
    ],
)
def test_enquiries_by_breakdown(
    built: dict[Key, Figure], project: Path, breakdown: str, category_of: Callable[[Row, Row], str]
) -> None:
    people = {row["Person ID"]: row for row in rows(project, "Persons.csv")}
    for kind, first, last in periods(date(2023, 4, 1)):
        counts: dict[str, int] = {}
        for row in enquiries(project, first, last):
            category = category_of(row, people[row["Person  reference"]])
            counts[category] = counts.get(category, 0) + 1
        place = ("enquiries", kind, first.isoformat(), breakdown)
        shown = {key[4]: f.value for key, f in built.items() if key[:4] == place}
        assert {name: value for name, value in shown.items() if value} == counts, (kind, first)


def age_band(born: str, at: str) -> str:
    first, last = day(born), day(at)
    assert first is not None and last is not None
    age = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    limits = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (18, "16 to 17"))
    return next((words for limit, words in limits if age < limit), "18 and over")


def test_decided_within_three_working_days(built: dict[Key, Figure], project: Path) -> None:
    for kind, first, last in periods(date(2023, 4, 1)):
        lengths = [
            working_days(first_day, closed) for row in enquiries(project, first, last)
            if (first_day := day(row["Date rec'd"])) and (closed := day(row["Date closed"]))
        ]  # fmt: skip
        found = built["enquiries_decided", kind, first.isoformat(), "total", "total"]
        assert (found.numerator, found.denominator) == (sum(n <= 3 for n in lengths), len(lengths)), (kind, first)


def test_repeats_and_children(built: dict[Key, Figure], project: Path) -> None:
    everything = enquiries(project, date.min, END)
    days: dict[str, list[date]] = {}
    for row in everything:
        days.setdefault(row["Person  reference"], []).append(day(row["Date rec'd"]) or date.max)
    for kind, first, last in periods(date(2024, 4, 1)):
        numerator = 0
        held = enquiries(project, first, last)
        for row in held:
            received = day(row["Date rec'd"]) or date.max
            earlier = [d for d in days[row["Person  reference"]] if d < received]
            last_day = min(received.day, 28) if received.month == 2 else received.day
            year_before = received.replace(year=received.year - 1, day=last_day)
            numerator += bool(earlier) and max(earlier) >= year_before
        found = built["repeat_enquiries", kind, first.isoformat(), "total", "total"]
        assert (found.numerator, found.denominator) == (numerator, len(held)), (kind, first)
        children = len({row["Person  reference"] for row in held})
        assert built["children_enquired", kind, first.isoformat(), "total", "total"].value == children, (kind, first)


def test_median_length_by_the_day_of_closing(built: dict[Key, Figure], project: Path) -> None:
    for kind, first, last in periods(date(2023, 7, 1)):
        lengths = [
            working_days(received, closed) for row in rows(project, "MASH_*.csv")
            if (received := day(row["Date rec'd"])) and (closed := day(row["Date closed"])) and first <= closed <= last
        ]  # fmt: skip
        found = built["enquiry_length", kind, first.isoformat(), "total", "total"]
        assert (found.denominator, found.value) == (len(lengths), median(lengths)), (kind, first)


def test_plans_open_started_and_ended(built: dict[Key, Figure], project: Path) -> None:
    plans = [(row, known(row["On plan"]), known(row["Off plan"])) for row in rows(project, "CPP*.csv")]
    received: dict[str, list[date]] = {}
    for row in enquiries(project, date.min, END):
        received.setdefault(row["Person  reference"], []).append(day(row["Date rec'd"]) or date.max)
    for kind, first, last in periods(date(2023, 7, 1)):
        place = (kind, first.isoformat(), "total", "total")
        if kind in ("month", "quarter"):
            is_open = [row for row, a, b in plans if a and a <= last and (b is None or b > last)]
            assert built["plans", *place].value == len(is_open), (kind, first)
            neglect = sum(row["Category (NEG/EMO/PHY/SEX)"] == "NEG" for row in is_open)
            assert built["plans", kind, first.isoformat(), "category", "neglect"].value == neglect, (kind, first)
        started = [(row, a) for row, a, _ in plans if a and first <= a <= last]
        ended = [row for row, _, b in plans if b and first <= b <= last]
        assert built["plans_started", *place].value == len(started)
        assert built["plans_ended", *place].value == len(ended)
        assert built["plans_net", *place].value == len(started) - len(ended)
        soon = sum(
            any(a - timedelta(days=30) < d <= a for d in received.get(row["Person ID"], [])) for row, a in started
        )
        found = built["plans_after_enquiry", *place]
        assert (found.numerator, found.denominator) == (soon, len(started)), (kind, first)


def test_empty_posts_are_those_of_a_quarters_last_month(built: dict[Key, Figure], project: Path) -> None:
    posts = {datetime.strptime(row["Mois"], "%b-%y").date(): row for row in rows(project, "Staffing*.csv")}
    for kind, first, last in periods(date(2023, 4, 1)):
        if kind in ("month", "quarter"):
            row, found = posts[last.replace(day=1)], built["vacancies", kind, first.isoformat(), "total", "total"]
            assert (found.numerator, found.denominator) == (float(row["Empty posts"]), float(row["Posts"]))
            assert found.value == pytest.approx(100 * float(row["Empty posts"]) / float(row["Posts"]), abs=1e-6)
