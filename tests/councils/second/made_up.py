"""The extracts of the made-up second council, the same on every run: semicolons, cp1252, days first."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

TEAMS = ("Équipe Nord", "Équipe Sud", "Out of hours – night")
SOURCES = ("Pol", "Sch", "GP/Hosp", "Fam")
Row = tuple[str, ...]


def day(value: date | None) -> str:
    return value.strftime("%d/%m/%Y") if value else ""


def write(path: Path, header: Row, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="cp1252", newline="") as handle:
        csv.writer(handle, delimiter=";").writerows([header, *rows])


def write_extracts(folder: Path) -> None:
    """Write the council's five files into a folder."""
    chance = random.Random(1948)
    folder.mkdir()
    children = [f"{number:06d}" for number in chance.sample(range(1, 40_000), 400)]
    births = {child: date(2008, 1, 1) + timedelta(days=chance.randrange(6000)) for child in children}
    people = [(child, day(births[child]), chance.choices("MFX", (50, 48, 2))[0]) for child in children]
    write(folder / "Persons.csv", ("Person ID", "Born", "M/F"), people)
    header = (
        "Enquiry No.",
        "Person  reference",
        "Date rec'd",
        "Date closed",
        "Who rang",
        "Résultat",
        "Équipe",
        "Notes",
    )
    last = date(2025, 10, 3)
    for year in (2023, 2024, 2025):
        rows: list[Row] = []
        first = date(year, 4, 1)
        while first < min(date(year + 1, 4, 1), last):
            for _ in range(chance.choice((0, 0, 1, 1, 2))):
                closed = first + timedelta(days=chance.choice((0, 0, 1, 2, 3, 4, 5, 9, 21)))
                child = chance.choice([child for child in children if births[child] <= first])
                rows.append(
                    (f"E{year}-{len(rows) + 1:04d}", child, day(first), day(closed) if closed <= last else "",
                     chance.choice(SOURCES), chance.choice("123"), chance.choice(TEAMS), "rang; left \"message\"")
                )  # fmt: skip
            first += timedelta(days=1)
        write(folder / f"MASH_{year}.csv", header, rows)
    plans: list[Row] = []
    for child in children[:220]:
        start = max(births[child], date(2022, 1, 1)) + timedelta(days=chance.randrange(1200))
        while start <= last and chance.random() < 0.8:
            end = start + timedelta(days=chance.randrange(20, 500))
            plans.append(
                (child, day(start), day(end) if end <= last else "", chance.choice(("NEG", "EMO", "PHY", "SEX")))
            )
            if end > last:
                break
            start = end + timedelta(days=chance.randrange(1, 400))
    write(folder / "CPP list Oct.csv", ("Person ID", "On plan", "Off plan", "Category (NEG/EMO/PHY/SEX)"), plans)
    months = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(3, 33)]
    posts = [(month.strftime("%b-%y"), "42.5", f"{chance.randrange(20, 90) / 10}") for month in months]
    write(folder / "Staffing by month.csv", ("Mois", "Posts", "Empty posts"), posts)
