"""An attacker reads eight quarters of public files and solves for every small number behind them.

The attacker is written apart from the product: unknowns are children by quarter, ward and outcome
(and by month in total), every published number is a sum of them, and an integer programme (HiGHS)
gives the least and the most that each small count can be.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from carereport.disclosure import disclose
from carereport.disclosure.primary import primary
from carereport.figures import COLUMNS
from carereport.quarters import Quarter, add_months, month_end
from carereport.report.figures_csv import figures_text
from tests.disclosure_rows import indicator, project

WARDS = ["a", "b", "c", "d", "e"]
START = Quarter(2022, 1)
REPORTS = [Quarter(2023, 3).shift(n) for n in range(8)]
INDICATORS = {
    "starts": indicator(),
    "late": indicator(kind="percentage", count="late = 'yes'"),
    "stock": indicator(open=["start_date", "end_date"]),
    "ends": indicator(when="end_date", breakdowns=[]),
}
Cell = tuple[str, str, str]
"""what is counted, period and ward"""


def made_up_city(seed: int) -> dict[Cell, int]:
    """Return starts in time and late and ends, by ward and month, and those on plans before."""
    draw = np.random.default_rng(seed)
    months = [add_months(START.start, n) for n in range(3 * 15)]
    lives: dict[Cell, int] = {}
    for ward, size in zip(WARDS, [0.4, 1, 2, 4, 8], strict=True):
        lives["before", "", ward] = held = int(10 * size + draw.integers(0, 4))
        for month in months:
            name = month.isoformat()
            lives["on_time", name, ward] = int(draw.poisson(0.75 * size))
            lives["late", name, ward] = int(draw.poisson(0.25 * size))
            came = lives["on_time", name, ward] + lives["late", name, ward]
            lives["ends", name, ward] = int(min(held, draw.poisson(size)))
            held += came - lives["ends", name, ward]
    return lives


def parts(kind: str, start: date, end: date, ward: str) -> list[tuple[str, str, str, int]]:
    """Return the cells that a count of starts, late starts, ends or stock is made of, with signs."""
    wards = WARDS if ward == "total" else [ward]
    if kind == "stock":
        cells = [("before", "", w, 1) for w in wards]
        months = [m for n in range(45) if (m := add_months(START.start, n)) <= end]
        cells += [(what, m.isoformat(), w, sign) for m in months for w in wards
                  for what, sign in (("on_time", 1), ("late", 1), ("ends", -1))]  # fmt: skip
        return cells
    months = [m for n in range(45) if start <= (m := add_months(START.start, n)) <= end]
    whats = {"starts": ["on_time", "late"], "late": ["late"], "on_time": ["on_time"], "ends": ["ends"]}[kind]
    return [(what, m.isoformat(), w, 1) for m in months for w in wards for what in whats]


def figures_at(lives: dict[Cell, int], quarter: Quarter) -> pd.DataFrame:
    """Return every figure of a report, unsuppressed."""

    def count(kind: str, start: date, end: date, ward: str) -> int:
        return sum(sign * lives[what, month, w] for what, month, w, sign in parts(kind, start, end, ward))

    quarters = [START.shift(n) for n in range(15) if START.shift(n) <= quarter]
    months = [add_months(q.start, n) for q in quarters for n in range(3)]
    periods = [("month", m, month_end(m)) for m in months] + [("quarter", q.start, q.end) for q in quarters]
    longer = [("year_to_date", quarter.year_to_date.start, quarter.end),
              ("rolling_12_months", quarter.rolling_12_months.start, quarter.end)]  # fmt: skip
    table = []
    for name, settings in INDICATORS.items():
        for kind, start, end in periods + ([] if name == "stock" else longer):
            for ward in ["total", *(WARDS if settings.breakdowns and kind != "month" else [])]:
                n, d = float(count(name, start, end, ward)), np.nan
                value, marker = n, ""
                if name == "late":
                    d = float(count("starts", start, end, ward))
                    value, marker = (100 * n / d, "") if d else (np.nan, "z")
                table.append((name, "E1", kind, start, end, "total" if ward == "total" else "ward", ward, n, d, value,
                              "number", marker, "plans", pd.NaT))  # fmt: skip
    frame = pd.DataFrame(table, columns=list(COLUMNS))
    for column in ("period_start", "period_end", "as_at"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[ns]")
    return frame


def publish_all(lives: dict[Cell, int]) -> Iterator[tuple[str, int, int]]:
    """Yield the text of each report's figures.csv, the cells it has and those hidden only to protect others."""
    texts: list[str] = []
    for quarter in REPORTS:
        result = disclose(figures_at(lives, quarter), project(INDICATORS), quarter, None, texts)
        texts.append(figures_text(result.figures))
        yield texts[-1], result.cells, result.secondary


class Attacker:
    """What can be solved from public files alone."""

    def __init__(self, texts: list[str]) -> None:
        self.place: dict[Cell, int] = {}
        self.known: dict[tuple[tuple[int, int], ...], int] = {}
        self.least: dict[tuple[tuple[int, int], ...], int] = {}
        for text in texts:
            for row in csv.DictReader(io.StringIO(text)):
                self._read(row)

    def terms(self, kind: str, start: date, end: date, ward: str) -> tuple[tuple[int, int], ...]:
        signs: dict[int, int] = defaultdict(int)
        for what, month, w, sign in parts(kind, start, end, ward):
            signs[self.place.setdefault((what, month, w), len(self.place))] += sign
        return tuple(sorted(signs.items()))

    def _read(self, row: dict[str, str]) -> None:
        name, ward = row["indicator"], row["category"]
        start, end = date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"])
        counted = self.terms(name, start, end, ward)
        base = self.terms("starts", start, end, ward) if name == "late" else counted
        if row["marker"] == "c":
            self.least[base] = 1
            return
        self.known[counted] = int(row["numerator"] if name == "late" else row["value"])
        if name == "late":
            self.known[base] = int(row["denominator"])

    def solve(self, targets: list[tuple[tuple[int, int], ...]]) -> list[tuple[int, int]]:
        """Return the least and the most that each sum of cells can be, as far as 8."""
        rows = [*self.known, *self.least]
        matrix = lil_array((len(rows), len(self.place)))
        for number, terms in enumerate(rows):
            for place, sign in terms:
                matrix[number, place] = sign
        lower = np.array([*self.known.values(), *self.least.values()], dtype=float)
        upper = np.array([*self.known.values(), *([np.inf] * len(self.least))], dtype=float)
        rules = LinearConstraint(matrix.tocsr(), lower, upper)
        whole, none_below = np.ones(len(self.place)), Bounds(0, np.inf)
        found = []
        for terms in targets:
            goal = np.zeros(len(self.place))
            for place, sign in terms:
                goal[place] = sign
            cap = LinearConstraint(goal.reshape(1, -1), 0, 8)
            ends = []
            for way in (-1, 1):
                end = milp(way * goal, integrality=whole, bounds=none_below, constraints=[rules, cap])
                assert end.x is not None, "the public files contradict each other"
                ends.append(round(way * end.fun))
                if ends[0] > 5:
                    break  # it may be over 5, and is not: nothing more to ask
            found.append((ends[1] if len(ends) > 1 else 1, ends[0]))
        return found


def small_numbers(lives: dict[Cell, int], attacker: Attacker) -> dict[tuple[tuple[int, int], ...], str]:
    """Return every count from 1 to 5 of any period, published or not, as a sum of cells, with its name."""
    found: dict[tuple[tuple[int, int], ...], str] = {}
    quarters = [START.shift(n) for n in range(15) if START.shift(n) <= REPORTS[-1]]
    spans = [(q.start, q.end, ["total", *WARDS]) for q in quarters]
    spans += [(m, month_end(m), ["total"]) for q in quarters for m in (add_months(q.start, n) for n in range(3))]
    spans += [(q.rolling_12_months.start, q.end, ["total", *WARDS]) for q in REPORTS]
    spans += [(q.year_to_date.start, q.end, ["total", *WARDS]) for q in REPORTS]
    for start, end, wards in spans:
        for ward in wards:
            for kind in ("starts", "late", "on_time", "ends", "stock"):
                true = sum(sign * lives[what, month, w] for what, month, w, sign in parts(kind, start, end, ward))
                if 1 <= true <= 5:
                    found[attacker.terms(kind, start, end, ward)] = f"{kind} {start} {end} {ward}"
    return found


def pinned(attacker: Attacker, targets: dict[tuple[tuple[int, int], ...], str]) -> list[str]:
    """Return the small numbers that are known to be 5 or less, and to be one of fewer than five values."""
    ranges = attacker.solve(list(targets))
    return [name for name, (low, high) in zip(targets.values(), ranges, strict=True)
            if not (low <= 5 < high or high - low + 1 >= 5)]  # fmt: skip


def test_eight_quarters_of_public_files_pin_no_small_number() -> None:
    lives = made_up_city(seed=1)
    reports = list(publish_all(lives))
    attacker = Attacker([text for text, _, _ in reports])
    targets = small_numbers(lives, attacker)
    assert pinned(attacker, targets) == []
    cells, secondary = sum(one[1] for one in reports), sum(one[2] for one in reports)
    assert len(targets) > 100
    assert secondary < 0.2 * cells


def test_the_attacker_finds_what_small_numbers_alone_being_hidden_gives_away() -> None:
    lives = made_up_city(seed=1)
    figures = figures_at(lives, REPORTS[0])
    small = primary(figures, INDICATORS, ())
    figures.loc[small, ["numerator", "denominator", "value"]] = np.nan
    figures.loc[small, "marker"] = "c"
    attacker = Attacker([figures_text(figures)])
    some = dict(list(small_numbers(lives, attacker).items())[:20])
    assert pinned(attacker, some)
