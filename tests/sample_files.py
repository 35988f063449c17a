"""The sample's CSV files as tables of text and dates, for the tests that look at the made-up lives."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parents[1] / "sample_data"
EXTRACTED, QUARTER_END = pd.Timestamp(2025, 10, 14), pd.Timestamp(2025, 9, 30)
NEVER = pd.Timestamp(2100, 1, 1)
CHILD, BIRTH = "Child Unique ID", "Date of Birth"


@cache
def table(name: str) -> pd.DataFrame:
    """Return one file: cells as text, but whole columns of dd/mm/yyyy as dates; CHILD and DOB as in Annex A."""
    held = pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)
    held = held.rename(columns={"CHILD": CHILD, "DOB": BIRTH})
    for column in held.columns:
        filled = held.loc[held[column] != "", column]
        if len(filled) and filled.str.fullmatch(r"\d\d/\d\d/\d{4}").all():
            held[column] = pd.to_datetime(held[column], format="%d/%m/%Y")
    return held


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.csv"))


def dates(held: pd.DataFrame) -> list[str]:
    """Return the columns that hold dates."""
    return [column for column in held.columns if pd.api.types.is_datetime64_any_dtype(held[column])]


def births() -> pd.Series[pd.Timestamp]:
    """Return each child's date of birth, from every file that holds one."""
    parts = [table(n)[[CHILD, BIRTH]] for n in names() if {CHILD, BIRTH} <= set(table(n).columns)]
    return pd.concat(parts).drop_duplicates().set_index(CHILD)[BIRTH]


def spells(name: str, start: str, end: str) -> pd.DataFrame:
    """Return a file's spells as child, start, end, where one that is open never ends."""
    held = table(name)
    return pd.DataFrame({"child": held[CHILD], "start": held[start], "end": held[end].fillna(NEVER)})


def open_on(name: str, start: str, end: str, day: pd.Timestamp) -> int:
    held = spells(name, start, end)
    return int(((held["start"] <= day) & (held["end"] > day)).sum())


PLANS = ("annex_a_07_child_protection_plans", "Child Protection Plan Start Date", "Child Protection Plan End Date")
CARE = ("annex_a_08_children_in_care", "Date Started to be Looked After", "Date Ceased to be Looked After")
NEEDS = ("annex_a_06_children_in_need", "CIN Start Date", "CIN Closure Date")
ASSESSMENTS = (
    "annex_a_04_assessments", "Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation",
)  # fmt: skip
