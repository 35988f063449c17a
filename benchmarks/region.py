"""A made-up region or nation for benchmarks: extracts of many councils in the sample's shapes, and their settings.

    python benchmarks/region.py FOLDER --areas 25 --rows 5000000

Seeded, so that two runs give the same bytes. England is --areas 153 --rows 50000000 (about 5 GB). Of more than twelve
indicators the others count nearly the same rows again, each without one ward's: as much work.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

SHARES = {"contacts": 0.30, "referrals": 0.15, "assessments": 0.14, "plans": 0.03, "care": 0.03, "visits": 0.35}
"""Of all rows, about as in the sample."""
FIRST, LAST = np.datetime64("2020-04-01"), np.datetime64("2025-10-13")
BORN = np.datetime64("2002-01-01")
"""The first child's birth; the last is born before FIRST."""
ETHNICITIES = ("WBRI", "WIRI", "MWBC", "AIND", "APKN", "BCRB", "BAFR", "OOTH")
Cells = dict[str, pa.Array]
Days = npt.NDArray[np.datetime64]

_SPELL = '''  {name}:
    files: "{name}.csv"
    key: [id]
    spell: [start_date, end_date]
    covers: all
    columns:
      id: {{from: id, type: id}}
{who}
      start_date: {{from: start_date, type: date, formats: ["%d/%m/%Y"]}}
      end_date: {{from: end_date, type: date, formats: ["%d/%m/%Y"], optional: true}}
'''
_EVENT = '''  {name}:
    files: "{name}.csv"
    key: [id]
    date: day
    covers: all
    columns:
      id: {{from: id, type: id}}
{who}
      day: {{from: day, type: date, formats: ["%d/%m/%Y"]}}
      outcome: {{from: outcome, type: code, unknown: note}}
'''
_WHO = '''      area: {from: area, type: code, unknown: note}
      child_id: {from: child_id, type: id}
      birth: {from: birth, type: date, formats: ["%d/%m/%Y"]}
      ethnicity: {from: ethnicity, type: code, unknown: note}
      team: {from: team, type: code, unknown: note}
      ward: {from: ward, type: code, unknown: note}'''

INDICATORS = {
    "contacts": "{kind: count, from: contacts, when: day}",
    "contacts_to_referral": "{kind: percentage, from: contacts, when: day, count: \"outcome = 'yes'\"}",
    "referrals": "{kind: count, from: referrals, when: day}",
    "re_referrals": "{kind: percentage, from: referrals, when: day, "
    "count: \"previous(day) >= add_months(day, -12)\"}",
    "no_further_action": "{kind: percentage, from: referrals, when: day, count: \"outcome = 'yes'\"}",
    "assessments": "{kind: count, from: assessments, when: end_date}",
    "assessments_45_days": "{kind: percentage, from: assessments, when: end_date, "
    'count: "working_days(start_date, end_date) <= 45"}',
    "plans_open": "{kind: count, from: plans, open: [start_date, end_date]}",
    "plans_started": "{kind: count, from: plans, when: start_date}",
    "plans_repeated": '{kind: percentage, from: plans, when: start_date, count: "nth(start_date) > 1"}',
    "care_open": "{kind: count, from: care, open: [start_date, end_date]}",
    "visited_28_days": "{kind: percentage, from: plans, open: [start_date, end_date], "
    'count: "seen_within(visits, 28)"}',
}
"""The benchmark's twelve indicators: counts, shares, rows before, working days, spells, another table."""


def write_region(folder: Path, areas: int, rows: int, seed: int = 20251014, indicators: int = 12) -> None:
    """Write a project of `areas` councils with about `rows` rows: config/ and data/."""
    chance = np.random.default_rng(seed)
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    for name, share in SHARES.items():
        write_table(folder / "data" / f"{name}.csv", name, areas, max(int(rows * share), areas), chance)
    write_settings(folder, indicators)


def write_settings(folder: Path, indicators: int) -> None:
    """Write the settings of so many indicators; a project that has its extracts need not write them again."""
    spells = [name for name in SHARES if name in ("assessments", "plans", "care")]
    tables = [(_SPELL if name in spells else _EVENT).format(name=name, who=_WHO) for name in SHARES]
    (folder / "config" / "extracts.yaml").write_text("extracted: 2025-10-14\ntables:\n" + "".join(tables))
    lines = [_indicator(number) for number in range(indicators)]
    (folder / "config" / "indicators.yaml").write_text("indicators:\n" + "".join(lines))


def _indicator(number: int) -> str:
    """Return an indicator as a line of YAML; from the thirteenth on, one of the twelve without a ward's rows."""
    shared = "section: front_door, polarity: neither, breakdowns: [age_band, ethnicity, team, ward]"
    again, place = divmod(number, len(INDICATORS))
    name, text = list(INDICATORS.items())[place]
    if again:
        name, text = f"{name}_{again + 1}", f"{text[:-1]}, where: \"ward <> 'Ward {again:06}'\"}}"
    return f"  {name}: {{name: {name}, {shared}, {text[1:]}\n"


def write_table(path: Path, name: str, areas: int, rows: int, chance: np.random.Generator) -> None:
    """Write one table, a million rows at a time."""
    children = max(rows // areas // 3, 10)
    written = 0
    writer: pa_csv.CSVWriter | None = None
    while written < rows:
        size = min(rows - written, 1_000_000)
        place = chance.integers(0, areas, size)
        child = chance.integers(0, children, size)
        cells: Cells = {
            "id": pa.array(np.arange(written, written + size)).cast(pa.string()),
            "area": _named("E06", place, areas),
            "child_id": _named("C", child, children),
            "birth": _days(BORN + (child * 7919 + place) % 6600),
            "ethnicity": pa.array(ETHNICITIES).take(pa.array(child % len(ETHNICITIES))),
            "team": _named("Team ", chance.integers(0, 12, size), 12),
            "ward": _named("Ward ", child % 21, 21),
        }
        span = int((LAST - FIRST) / np.timedelta64(1, "D"))
        start = FIRST + chance.integers(0, span, size)
        if name in ("contacts", "referrals", "visits"):
            cells["day"] = _days(start)
            cells["outcome"] = pa.array(["yes", "no"]).take(pa.array((chance.random(size) < 0.7).astype(int)))
        else:
            longest = {"assessments": 90, "plans": 500, "care": 1500}[name]
            end = start + chance.integers(1, longest, size)
            cells["start_date"] = _days(start)
            cells["end_date"] = _days(np.where(end > LAST, np.datetime64("NaT", "D"), end))
        table = pa.table(cells)
        writer = writer or pa_csv.CSVWriter(path, table.schema, write_options=pa_csv.WriteOptions(quoting_style="none"))
        writer.write_table(table)
        written += size
    if writer is not None:
        writer.close()


def _named(word: str, numbers: npt.NDArray[np.int64], size: int) -> pa.Array:
    return pa.array([f"{word}{number:06}" for number in range(size)]).take(pa.array(numbers))


def _days(days: Days) -> pa.Array:
    """Return days as 31/12/2025, empty where there is none."""
    every = np.arange(np.datetime64("1990-01-01"), np.datetime64("2031-01-01"))
    texts = pa.array([f"{day:%d/%m/%Y}" for day in every.tolist()])
    places = (days - every[0]).astype("timedelta64[D]").astype(np.int64)
    missing = np.isnat(days)
    return texts.take(pa.array(np.where(missing, 0, places), mask=missing)).fill_null("")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--areas", type=int, default=25)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--indicators", type=int, default=len(INDICATORS))
    asked = parser.parse_args()
    write_region(asked.folder, asked.areas, asked.rows, indicators=asked.indicators)


if __name__ == "__main__":
    main()
