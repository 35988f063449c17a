"""Choosing what else to hide so that no hidden small number can be worked out from the rest.

An attacker knows the rules, sees every published number and zero, and solves the sums of
`cells.py`. For each hidden count that must stay protected, the range he can reach has to be wide
enough (`policy.wide_enough`); where it is not, one more count of the sums that bind it is hidden.
The choice uses published figures, bands and the order of the configuration only: a choice by a
hidden value would itself tell something of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import wide_enough

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
TOLERANCE = 1e-9
REACH = 3
"""How many sums away a count may lie that is hidden to protect another."""


def hide_more(
    cells: Cells, hidden_rows: Iterable[int], protected: Iterable[int], cost: Callable[[int], float]
) -> tuple[set[int], list[int]]:
    """Return all rows to hide, and the protected counts that could not be kept safe.

    `cost` tells how much is lost when a row is hidden; it may look at published figures, bands and
    configuration only.
    """
    hidden = set(hidden_rows)
    guarded = sorted(set(protected))
    unknown = np.zeros(len(cells.values), dtype=bool)
    for count in guarded:
        hidden.update(cells.rows_of[count])
    for row in hidden:
        _forget(cells, row, hidden, unknown)
    failed: list[int] = []
    terms = all_terms(cells)
    while True:
        lower, upper = ranges(cells, unknown, terms)
        exposed = [count for count in _exposed(cells, guarded, lower, upper) if count not in failed]
        if not exposed:
            return hidden, _exposed(cells, failed, lower, upper) if failed else []
        touched: set[int] = set()
        for count in exposed:
            if touched.intersection(cells.sums_of.get(count, ())):
                continue  # a partner found for another may protect this one too: look again first
            partner = _partner(cells, count, unknown, hidden, cost)
            if partner is None:
                failed.append(count)
                continue
            if cells.values[partner] == 0:
                cells.least[partner] = 0.0
            hidden.update(cells.rows_of[partner])
            for row in cells.rows_of[partner]:
                for gone in _forget(cells, row, hidden, unknown):
                    touched.update(cells.sums_of.get(gone, ()))


def _forget(cells: Cells, row: int, hidden: set[int], unknown: Mask) -> list[int]:
    """Mark and return the counts that no visible row shows any more."""
    gone = [
        count
        for count in cells.counts_of.get(row, ())
        if not unknown[count] and hidden.issuperset(cells.rows_of[count])
    ]
    unknown[gone] = True
    return gone


@dataclass(frozen=True)
class Terms:
    """Every term of every sum, as arrays of one length."""

    sums: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    signs: Numbers


def all_terms(cells: Cells) -> Terms:
    """Return the sums of `cells` as arrays."""
    flat = [(place, count, sign) for place, terms in enumerate(cells.sums) for count, sign in terms]
    table = np.array(flat, dtype=np.int64).reshape(-1, 3)
    return Terms(table[:, 0], table[:, 1], table[:, 2].astype(float))


def ranges(cells: Cells, unknown: Mask, terms: Terms) -> tuple[Numbers, Numbers]:
    """Return the least and the most that each count can be, for one who knows all but `unknown`.

    Every sum narrows each of its counts by what the others leave; repeated until nothing moves.
    """
    values = np.array(cells.values, dtype=float)
    lower, upper = values.copy(), values.copy()
    lower[unknown] = np.array(cells.least, dtype=float)[unknown]
    upper[unknown] = np.inf
    sums, counts, signs = terms.sums, terms.counts, terms.signs
    free = unknown[counts]
    constant = np.bincount(sums[~free], weights=(signs * values[counts])[~free], minlength=len(cells.sums))
    sums, counts, signs = sums[free], counts[free], signs[free]
    plus = signs > 0
    while len(sums):
        low = np.where(plus, lower[counts], -upper[counts])
        high = np.where(plus, upper[counts], -lower[counts])
        least = -constant[sums] - _others(sums, high, len(cells.sums))
        most = -constant[sums] - _others(sums, low, len(cells.sums))
        least, most = np.where(plus, least, -most), np.where(plus, most, -least)
        new_lower, new_upper = lower.copy(), upper.copy()
        np.maximum.at(new_lower, counts, least)
        np.minimum.at(new_upper, counts, most)
        if not ((new_lower > lower + TOLERANCE).any() or (new_upper < upper - TOLERANCE).any()):
            break
        lower, upper = new_lower, new_upper
    return lower, upper


def _others(sums: npt.NDArray[np.int64], parts: Numbers, size: int) -> Numbers:
    """Return for each term the total of its sum's other terms, infinite where one of them is."""
    endless = np.isinf(parts)
    finite = np.where(endless, 0.0, parts)
    total = np.bincount(sums, weights=finite, minlength=size)[sums] - finite
    endless_others = np.bincount(sums, weights=endless, minlength=size)[sums] - endless
    direction = np.inf if (parts[endless] > 0).any() else -np.inf
    return np.where(endless_others > 0, direction, total)


def _exposed(cells: Cells, guarded: list[int], lower: Numbers, upper: Numbers) -> list[int]:
    """Return the guarded counts whose range is too narrow, in order."""
    places = np.array(guarded, dtype=np.int64)
    least, most = lower[places], upper[places]
    zero = np.array(cells.values, dtype=float)[places] == 0  # 0% of a small group: not to be told for certain
    safe = np.where(zero, most > least, wide_enough(least, most))
    return [int(count) for count in places[~safe]]


def _partner(
    cells: Cells, count: int, unknown: Mask, hidden: set[int], cost: Callable[[int], float]
) -> int | None:
    """Return the known count to hide next: the one that costs least in the sums that bind `count`.

    Where those hold no known count that could be hidden, the sums of their other unknowns are tried,
    and zeros last of all.
    """
    for zeros_too in (False, True):
        found = _nearest(cells, count, unknown, hidden, cost, zeros_too)
        if found is not None:
            return found
    return None


def _nearest(
    cells: Cells, count: int, unknown: Mask, hidden: set[int], cost: Callable[[int], float], zeros_too: bool
) -> int | None:
    seen, frontier = {count}, [count]
    for _ in range(REACH):
        places = sorted({place for member in frontier for place in cells.sums_of.get(member, ())})
        members = sorted({member for place in places for member, _ in cells.sums[place]})
        prices = [
            (sum(cost(row) for row in cells.rows_of[member] if row not in hidden), member)
            for member in members
            if not unknown[member] and (cells.values[member] != 0) != zeros_too
        ]
        if prices:
            return min(prices)[1]
        frontier = [member for member in members if member not in seen]
        seen.update(frontier)
        if not frontier:
            return None
    return None
