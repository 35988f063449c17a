"""Published rows as unknowns and sums: which counts a row shows, and which sums bind them.

A row of figures shows one to three counts (numerator, denominator, their difference). The same
count may stand in several rows: it gets one number here, so that hiding it hides it everywhere.
Sums are what an attacker can write down without seeing the data: categories add up to a total,
quarters to a year, joiners less leavers to the change of a stock.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import pandas as pd

from carereport.report_settings import Relation
from carereport.settings import Indicator

Key = tuple[object, ...]
Place = tuple[str, int, int, str, str]
"""area, first day, last day (as ordinals), breakdown, category"""


@dataclass
class Cells:
    """Counts (numbered from 0), the rows that show them, and the sums that bind them."""

    values: list[float] = field(default_factory=list)
    rows_of: list[list[int]] = field(default_factory=list)
    counts_of: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Row number to the counts it shows."""
    least: list[float] = field(default_factory=list)
    """The least a hidden count can be: zeros are shown, so a hidden plain count is at least 1."""
    sums: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    """Each sum is (count, sign) terms that add up to zero."""
    sums_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add_sum(self, terms: Iterable[tuple[int, int]]) -> None:
        """Record that the terms add up to zero.

        Terms that do not (a child counted once in total but in two categories) bind nobody.
        """
        terms = tuple(terms)
        if abs(sum(sign * self.values[count] for count, sign in terms)) > 1e-6:
            return
        for count, _ in terms:
            self.sums_of[count].append(len(self.sums))
        self.sums.append(terms)


def conjuncts(*conditions: str | None) -> frozenset[str]:
    """Return the parts of conditions joined by `and`, with blanks folded, for telling equal counts."""
    parts: set[str] = set()
    for condition in conditions:
        if not condition:
            continue
        text = " ".join(condition.split())
        if re.search(r"\bor\b|\bbetween\b|\bnot\s*\(", text, re.IGNORECASE):
            parts.add(text)
        else:
            parts.update(part.strip().strip("()") for part in re.split(r"\band\b", text, flags=re.IGNORECASE))
    return frozenset(parts)


def concepts(name: str, indicator: Indicator) -> dict[str, Key]:
    """Return what an indicator's numerator and denominator count, as keys equal for equal counts."""
    basis = (
        indicator.from_, indicator.when or indicator.open, indicator.distinct or "rows", indicator.lookback or "",
    )  # fmt: skip
    if indicator.kind in ("count", "rate"):
        return {"numerator": (*basis, conjuncts(indicator.where, indicator.count))}
    if indicator.kind == "percentage":
        return {
            "numerator": (*basis, conjuncts(indicator.where, indicator.count)),
            "denominator": (*basis, conjuncts(indicator.where)),
            "difference": (name, "difference"),
        }
    if indicator.kind in ("mean", "median"):
        return {"denominator": (name, "rows")}
    if indicator.kind == "supplied":
        part = (indicator.from_, "supplied")
        if indicator.denominator:
            return {
                "numerator": (*part, indicator.numerator),
                "denominator": (*part, indicator.denominator),
                "difference": (name, "difference"),
            }
        return {"numerator": (*part, indicator.value or indicator.numerator)}
    return {}


def read_cells(
    figures: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    relations: Iterable[Relation] = (),
    within: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
) -> Cells:
    """Return the counts that the rows show and the sums that bind them.

    `within` maps (indicator, breakdown) to each category's parent category, for nested breakdowns.
    """
    cells = Cells()
    numbers: dict[Key, int] = {}
    at: dict[tuple[str, str], dict[Place, int]] = defaultdict(dict)

    def number(key: Key, value: float, least: float) -> int:
        found = numbers.get(key)
        if found is None:
            found = numbers[key] = len(cells.values)
            cells.values.append(value)
            cells.rows_of.append([])
            cells.least.append(least)
        cells.least[found] = max(cells.least[found], least)
        return found

    keys = {name: concepts(name, indicator) for name, indicator in indicators.items() if indicator.people}
    columns = zip(
        figures.index, figures["indicator"], figures["area"], _ordinals(figures["period_start"]),
        _ordinals(figures["period_end"]), figures["breakdown"], figures["category"], figures["numerator"],
        figures["denominator"], figures["value"], figures["marker"], strict=True,
    )  # fmt: skip
    for row, name, area, start, end, breakdown, category, numerator, denominator, value, marker in columns:
        if name not in keys or marker in ("c", "x"):
            continue
        indicator = indicators[name]
        place: Place = (area, end if indicator.is_snapshot else start, end, breakdown, category)
        held = {"numerator": numerator, "denominator": denominator, "difference": denominator - numerator}
        if indicator.kind == "count" or (indicator.kind == "supplied" and not indicator.denominator):
            held["numerator"] = value
        shown: list[int] = []
        for part, key in keys[name].items():
            amount = held[part]
            if amount != amount:
                continue
            plain = 1.0 if len(keys[name]) == 1 or part == "denominator" else 0.0
            count = number((*key, place), float(amount), plain)
            cells.rows_of[count].append(row)
            at[name, part][place] = count
            shown.append(count)
        cells.counts_of[row] = tuple(shown)
        if len(shown) == 3 and indicator.kind in ("percentage", "supplied"):
            cells.add_sum(((shown[0], 1), (shown[2], 1), (shown[1], -1)))

    done: set[tuple[int, ...]] = set()
    for (name, _part), places in at.items():
        indicator = indicators[name]
        nested = {b.name: (within or {}).get((name, b.name), {}) for b in indicator.breakdowns if b.within}
        _category_sums(cells, places, nested, done)
        if not indicator.is_snapshot and not (indicator.distinct and indicator.kind == "count"):
            _time_sums(cells, places, done)
    _stock_sums(cells, indicators, at)
    for relation in relations:
        for place, whole in at.get((relation.whole, "numerator"), {}).items():
            parts = [at.get((part, "numerator"), {}).get(place) for part in relation.parts]
            if all(part is not None for part in parts):
                cells.add_sum([(whole, -1), *((part, 1) for part in parts if part is not None)])
    return cells


def _category_sums(
    cells: Cells, places: Mapping[Place, int], nested: Mapping[str, Mapping[str, str]], done: set[tuple[int, ...]]
) -> None:
    groups: dict[tuple[str, int, int, str], list[tuple[str, int]]] = defaultdict(list)
    for (area, start, end, breakdown, category), count in places.items():
        if breakdown != "total":
            groups[area, start, end, breakdown].append((category, count))
    for (area, start, end, breakdown), parts in groups.items():
        whole = places.get((area, start, end, "total", "total"))
        if whole is not None:
            _add_once(cells, whole, [count for _, count in parts], done)
        parents: dict[str, list[int]] = defaultdict(list)
        for category, count in parts:
            if category in nested.get(breakdown, {}):
                parents[nested[breakdown][category]].append(count)
        for parent, counts in parents.items():
            for other in ("locality", *(b for (_, _, _, b) in groups if b != breakdown)):
                above = places.get((area, start, end, other, parent))
                if above is not None:
                    _add_once(cells, above, counts, done)
                    break


def _time_sums(cells: Cells, places: Mapping[Place, int], done: set[tuple[int, ...]]) -> None:
    """Months add up to quarters, and quarters (else months) to longer periods that they tile."""
    by_cell: dict[tuple[str, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for (area, start, end, breakdown, category), count in places.items():
        by_cell[area, breakdown, category].append((start, end, count))
    for periods in by_cell.values():
        lengths: dict[int, dict[int, tuple[int, int]]] = {1: {}, 3: {}}
        for start, end, count in periods:
            if _months(start, end) in lengths:
                lengths[_months(start, end)][start] = (end, count)
        for start, end, count in periods:
            for step in (3, 1):
                if _months(start, end) > step and _months(start, end) % step == 0:
                    parts = _tile(lengths[step], start, end)
                    if parts:
                        _add_once(cells, count, parts, done)
                        break


@lru_cache(maxsize=4096)
def _months(start: int, end: int) -> int:
    first, last = date.fromordinal(start), date.fromordinal(end)
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _ordinals(days: pd.Series[pd.Timestamp]) -> list[int]:
    epoch = date(1970, 1, 1).toordinal()
    return [int(day) + epoch for day in days.to_numpy(dtype="datetime64[D]").astype("int64")]


def _tile(pieces: Mapping[int, tuple[int, int]], start: int, end: int) -> list[int]:
    parts: list[int] = []
    day = start
    while day <= end:
        piece = pieces.get(day)
        if piece is None:
            return []
        parts.append(piece[1])
        day = piece[0] + 1
    return parts


def _add_once(cells: Cells, whole: int, parts: list[int], done: set[tuple[int, ...]]) -> None:
    mark = (whole, *sorted(parts))
    if mark not in done and parts != [whole]:
        done.add(mark)
        cells.add_sum([(whole, -1), *((part, 1) for part in parts)])


def _stock_sums(
    cells: Cells, indicators: Mapping[str, Indicator], at: Mapping[tuple[str, str], Mapping[Place, int]]
) -> None:
    """A stock is the one before plus those who joined less those who left, in one table."""

    def bare(indicator: Indicator, column: str) -> frozenset[str]:
        return conjuncts(indicator.where, indicator.count) - {f"{column} is not null"}

    plain = {n: i for n, i in indicators.items() if i.kind in ("count", "rate") and i.people and not i.distinct}
    for name, stock in plain.items():
        if stock.open is None:
            continue
        start_column, end_column = stock.open

        def flow(column: str, stock: Indicator = stock) -> list[str]:
            return [
                n for n, i in plain.items()
                if (i.when, i.from_) == (column, stock.from_)
                and bare(i, column) == conjuncts(stock.where, stock.count)
            ]  # fmt: skip

        for joined in flow(start_column):
            for left in flow(end_column):
                stocks = at[name, "numerator"]
                for (area, start, end, breakdown, category), joiners in at[joined, "numerator"].items():
                    if breakdown == "age_band":
                        continue
                    before = stocks.get((area, start - 1, start - 1, breakdown, category))
                    after = stocks.get((area, end, end, breakdown, category))
                    leavers = at[left, "numerator"].get((area, start, end, breakdown, category))
                    if before is not None and after is not None and leavers is not None:
                        cells.add_sum([(before, 1), (joiners, 1), (leavers, -1), (after, -1)])
