"""An attacker of a small council with fine breakdowns, where a third of the figures is small.

Written apart from the product: every published number of every period, breakdown and category is an
unknown of its own or known, the sums between them are written down here, and an integer programme gives
the least and the most that each small count can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from carereport.disclosure import Disclosed, disclose
from carereport.figures import COLUMNS
from carereport.quarters import Quarter, add_months, month_end
from tests.disclosure_rows import indicator, project

START, QUARTER = Quarter(2023, 1), Quarter(2025, 2)
BREAKDOWNS = {"ward": 21, "team": 12, "ethnicity": 8}
SHARED = {"from": "contacts", "when": "day", "breakdowns": list(BREAKDOWNS)}
INDICATORS = {
    "contacts": indicator(**SHARED),
    "referred": indicator(kind="percentage", count="outcome = 'yes'", **SHARED),
}
ASKED = 100
"""Small counts that the attacker looks at."""
Cell = tuple[str, str, str, str, str]
"""what is counted (all, yes, no), first day, last day, breakdown, category"""


def contacts(size: int) -> pd.DataFrame:
    """Return a row a contact, of which most lie in few wards, teams and groups."""
    draw = np.random.default_rng(7)
    months = [add_months(START.start, n) for n in range(30)]
    rows: dict[str, Any] = {name: draw.choice(count, size, p=(shares := np.arange(1, count + 1) ** 0.7) / shares.sum())
            for name, count in BREAKDOWNS.items()}  # fmt: skip
    rows["month"] = draw.integers(0, len(months), size)
    rows["yes"] = (draw.random(size) < 0.3).astype(int)
    return pd.DataFrame(rows)


def periods() -> Iterator[tuple[str, int, int]]:
    """Yield period kind, first month and the month after the last."""
    yield from (("month", n, n + 1) for n in range(30))
    yield from (("quarter", n, n + 3) for n in range(0, 30, 3))
    yield from (("year_to_date", 24, 30), ("rolling_12_months", 18, 30))


def figures(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every figure of the report, unsuppressed."""
    table = []
    for kind, first, after in periods():
        held = rows[(rows["month"] >= first) & (rows["month"] < after)]
        start, end = add_months(START.start, first), month_end(add_months(START.start, after - 1))
        lines = [("total", "total", held)]
        lines += [(name, f"{name} {code}", held[held[name] == code])
                  for name, count in BREAKDOWNS.items() if kind != "month" for code in range(count)]  # fmt: skip
        for breakdown, category, here in lines:
            n, d = float(here["yes"].sum()), float(len(here))
            value, marker = (100 * n / d, "") if d else (np.nan, "z")
            base = ("E1", kind, start, end, breakdown, category)
            table.append(("contacts", *base, d, np.nan, d, "number", "", "contacts", pd.NaT))
            table.append(("referred", *base, n, d, value, "number", marker, "contacts", pd.NaT))
    frame = pd.DataFrame(table, columns=list(COLUMNS)).sort_values("indicator", kind="stable", ignore_index=True)
    for column in ("period_start", "period_end", "as_at"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[ns]")
    return frame


def place(row: dict[Any, Any]) -> tuple[str, str, str, str]:
    """Return the first day, last day, breakdown and category of a figure."""
    return str(row["period_start"].date()), str(row["period_end"].date()), row["breakdown"], row["category"]


class Attacker:
    """What is known of each cell, and the sums between cells."""

    def __init__(self, published: pd.DataFrame, truth: dict[Cell, int]) -> None:
        self.cells = {cell: number for number, cell in enumerate(truth)}
        self.least, self.most = np.zeros(len(truth)), np.full(len(truth), np.inf)
        for row in published.to_dict("records"):
            whole = self.cells["all", *place(row)]
            if row["marker"] == "c":
                self.least[whole] = max(self.least[whole], 1)  # zeros are shown
            elif row["indicator"] == "contacts":
                self.know(whole, row["value"])
            else:
                self.know(whole, row["denominator"])
                self.know(self.cells["yes", *place(row)], row["numerator"])
        self.rules = self.sums(truth)

    def know(self, number: int, value: float) -> None:
        self.least[number] = self.most[number] = value

    def sums(self, truth: dict[Cell, int]) -> LinearConstraint:
        """Return that yes and no make all, categories their total and periods the longer ones."""
        terms: list[list[tuple[int, int]]] = []
        whats = ("all", "yes", "no")
        for what, start, end, breakdown, category in self.cells:
            me, at = self.cells[what, start, end, breakdown, category], (start, end, breakdown, category)
            if what == "all":
                terms.append([(me, -1), *((self.cells[part, *at], 1) for part in whats[1:])])
            if breakdown == "total":
                for name in BREAKDOWNS:
                    parts = [n for (w, s, e, b, _), n in self.cells.items() if (w, s, e, b) == (what, start, end, name)]
                    terms += [[(me, -1), *((part, 1) for part in parts)]] if parts else []
            inside = [(s, e, n) for (w, s, e, b, c), n in self.cells.items()
                      if (w, b, c) == (what, breakdown, category) and start <= s <= e <= end]  # fmt: skip
            for low, high in ((27, 32), (88, 93)):
                parts = [n for s, e, n in inside if n != me and low <= (pd.Timestamp(e) - pd.Timestamp(s)).days < high]
                terms += [[(me, -1), *((part, 1) for part in parts)]] if parts else []
        values = np.array(list(truth.values()))
        assert all(sum(sign * values[number] for number, sign in one) == 0 for one in terms)
        held = [(row, number, sign) for row, one in enumerate(terms) for number, sign in one]
        rows, columns, signs = np.array(held).T
        matrix = coo_array((signs.astype(float), (rows, columns)), shape=(len(terms), len(values))).tocsr()
        return LinearConstraint(matrix, 0, 0)

    def ends(self, cell: Cell) -> tuple[int, int]:
        """Return the least and the most that a cell can be, as far as 8."""
        goal, most = np.zeros(len(self.cells)), self.most.copy()
        number = self.cells[cell]
        most[number] = min(most[number], 8)
        found = []
        for way in (-1, 1):
            goal[number] = way
            end = milp(goal, integrality=np.ones(len(goal)), bounds=Bounds(self.least, most), constraints=[self.rules])
            assert end.x is not None, "the published figures contradict each other"
            found.append(round(end.x[number]))
            if found[0] > 5:
                break
        return (found[1] if len(found) > 1 else 1, found[0])


def truth_of(table: pd.DataFrame) -> dict[Cell, int]:
    """Return every count behind the figures."""
    found: dict[Cell, int] = {}
    for row in table[table["indicator"] == "referred"].to_dict("records"):
        held = {"all": row["denominator"], "yes": row["numerator"], "no": row["denominator"] - row["numerator"]}
        found |= {(what, *place(row)): int(count) for what, count in held.items()}
    return found


def pinned(published: pd.DataFrame, truth: dict[Cell, int]) -> list[Cell]:
    """Return the small counts, of some, that are known to be 5 or less and to be one of fewer than five values."""
    attacker = Attacker(published, truth)
    some = [cell for cell, count in truth.items() if 1 <= count <= 5]
    assert len(some) > 2 * ASKED
    ends = {cell: attacker.ends(cell) for cell in some[:: len(some) // ASKED]}
    return [cell for cell, (low, high) in ends.items() if not (low <= 5 < high or high - low + 1 >= 5)]


@pytest.fixture(scope="module")
def council() -> tuple[pd.DataFrame, Disclosed]:
    table = figures(contacts(1800))
    return table, disclose(table, project(INDICATORS), QUARTER)


def test_no_small_count_of_a_small_council_is_pinned(council: tuple[pd.DataFrame, Disclosed]) -> None:
    table, result = council
    truth = truth_of(table)
    small = [1 <= count <= 5 for count in truth.values()]
    assert 0.25 < np.mean(small) < 0.5
    assert pinned(result.figures, truth) == []


def test_little_is_hidden_beside_what_is_small(council: tuple[pd.DataFrame, Disclosed]) -> None:
    _, result = council
    assert result.secondary < 0.1 * result.cells


def test_the_attacker_finds_what_small_numbers_alone_being_hidden_gives_away(
    council: tuple[pd.DataFrame, Disclosed],
) -> None:
    table, _ = council
    n, d = table["numerator"], table["denominator"].fillna(99)
    small = n.between(1, 5) | d.between(1, 5) | (d - n).between(1, 5)
    assert pinned(table.assign(marker=np.where(small, "c", table["marker"])), truth_of(table))
