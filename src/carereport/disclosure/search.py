"""The cheapest way out for a small count: a search over the sums that bind it, in steps of one size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST

STEP = 5
"""A way out moves a count over 5 by no more than this, so that it stays one that could be hidden."""
QUICK, THOROUGH = 400, 2000
"""How many states a search looks at: over hidden counts only, and over all."""
EPSILON = 0.01
"""What a further count in a way out costs, hidden as it is: short ways first."""


Way = dict[int, float]
"""How far each count of a way out moves"""


@dataclass
class Choice:
    """Rows hidden and the counts that no visible row shows."""

    hidden: set[int]
    unknown: list[bool]
    guarded: list[int]
    """Protected counts that were never published."""
    ways: dict[int, Way] = field(default_factory=dict)
    """Protected count to its way out."""


class _State(NamedTuple):
    """A way out begun: counts with their direction, sums not yet balanced, rows that it would hide."""

    moves: dict[int, int]
    unbalanced: dict[int, int]
    rows: frozenset[int] = frozenset()
    price: float = 0.0
    last: int | None = None
    """The count that moved last"""
    added: tuple[int, ...] = ()
    """The rows that it would hide"""
    before: dict[int, _Steps] = {}
    """What could balance each sum before it moved"""


class _Step(NamedTuple):
    """A count that balances a sum, and the rows that would have to be hidden for it."""

    moved: int
    direction: int
    price: float
    fresh: tuple[int, ...] = ()


class _Steps(NamedTuple):
    """All steps that balance a sum."""

    steps: list[_Step]
    counts: frozenset[int]
    fresh: frozenset[int]
    least: float
    """The price of the cheapest"""


class _Opened(NamedTuple):
    """A state looked at: the steps to take, the least that is still to pay, and what could balance each sum."""

    steps: list[_Step]
    least: float
    of: dict[int, _Steps]


class Search:
    """The cheapest way out for a count: of hidden counts only, unless `cost` prices others."""

    def __init__(
        self, cells: Cells, choice: Choice, cost: Callable[[int], float] | None = None, never: Iterable[int] = ()
    ):
        self.cells, self.choice, self.cost, self.never = cells, choice, cost, frozenset(never)
        self._found: dict[tuple[int, bool], _Steps] = {}
        self._hidden = -1

    def way(self, target: int, limit: int) -> Way | None:
        """Return a way out of steps of the same size; None where none was found."""
        size = LARGEST + 1 - self.cells.values[target] if self.cells.values[target] else STEP
        found = self._directions(target, limit)
        return {count: direction * size for count, direction in found.items()} if found is not None else None

    def _directions(self, target: int, limit: int) -> dict[int, int] | None:
        """Return each count of a way out with its direction; None where none was found."""
        start = _State({target: 1}, dict(self.cells.sums_of.get(target, ())))
        heap: list[tuple[float, int, _State, _Opened | None]] = [(0.0, 0, start, None)]
        seen: set[frozenset[tuple[int, int]]] = set()
        made = 0
        while heap and made < limit:
            bound, _, state, opened = heappop(heap)
            if not state.unbalanced:
                return state.moves
            if opened is None:
                mark = frozenset(state.moves.items())
                if mark in seen:
                    continue
                seen.add(mark)
                opened = self._open(state)
                if opened is None:
                    continue
                if state.price + opened.least > bound + EPSILON:
                    made += 1
                    heappush(heap, (state.price + opened.least, -made, state, opened))
                    continue
            for step in opened.steps:
                made += 1
                new = self._moved(state, step, opened.of)
                heappush(heap, (max(bound, new.price), -made, new, None))
        return None

    def _open(self, state: _State) -> _Opened | None:
        """Return the steps that balance the sum with the fewest, and the least that any sum still costs."""
        moves, rows, before, added = state.moves, state.rows, state.before, state.added
        touched = {place for place, _ in self.cells.sums_of[state.last]} if state.last is not None else ()
        best: list[_Step] | None = None
        least, of = 0.0, {}
        for place, excess in state.unbalanced.items():
            found = before.get(place) if place not in touched else None
            if found is None or not found.fresh.isdisjoint(added):
                found = self._possible(place, excess > 0)
                if not found.counts.isdisjoint(moves) or not found.fresh.isdisjoint(rows):
                    steps = [self._priced(step, rows) for step in found.steps if step.moved not in moves]
                    found = found._replace(steps=steps, least=min((step.price for step in steps), default=0.0))
            steps = found.steps
            if not steps:
                return None
            of[place] = found
            least = max(least, found.least)
            if best is None or len(steps) < len(best):
                best = steps
        return _Opened(best, least, of) if best is not None else None

    def _priced(self, step: _Step, rows: frozenset[int]) -> _Step:
        """Return a step at the price of the rows that are not hidden for another already."""
        if rows.isdisjoint(step.fresh):
            return step
        price = EPSILON + sum(self.cost(row) for row in step.fresh if row not in rows)  # type: ignore[misc]
        return step._replace(price=price)

    def changed(self, counts: Iterable[int]) -> None:
        """Forget what was found for the sums of counts that are hidden or shown now."""
        for count in counts:
            for place, _ in self.cells.sums_of[count]:
                self._found.pop((place, False), None)
                self._found.pop((place, True), None)

    def _possible(self, place: int, over: bool) -> _Steps:
        """Return the steps that can balance a sum, the same until more is hidden or shown.

        Only counts over 5 go down.
        """
        size = len(self.choice.hidden)
        if size != self._hidden:
            self._found.clear()
            self._hidden = size
        key = (place, over)
        found = self._found.get(key)
        if found is not None:
            return found
        cells, unknown, hidden = self.cells, self.choice.unknown, self.choice.hidden
        steps = []
        for count, sign in cells.sums[place]:
            direction = -sign if over else sign
            if direction < 0 and cells.values[count] <= LARGEST:
                continue
            if unknown[count]:
                steps.append(_Step(count, direction, EPSILON))
            elif self.cost is not None and cells.rows_of[count] and cells.values[count] and count not in cells.known:
                fresh = tuple(row for row in cells.rows_of[count] if row not in hidden)
                if self.never.isdisjoint(fresh):
                    steps.append(_Step(count, direction, EPSILON + sum(map(self.cost, fresh)), fresh))
        found = self._found[key] = _Steps(
            steps, frozenset(step.moved for step in steps), frozenset(row for step in steps for row in step.fresh),
            min((step.price for step in steps), default=0.0),
        )  # fmt: skip
        return found

    def _moved(self, state: _State, step: _Step, before: dict[int, _Steps]) -> _State:
        unbalanced = dict(state.unbalanced)
        for place, sign in self.cells.sums_of[step.moved]:
            left = unbalanced.get(place, 0) + sign * step.direction
            if left:
                unbalanced[place] = left
            else:
                unbalanced.pop(place, None)
        rows = state.rows.union(step.fresh) if step.fresh else state.rows
        moves = {**state.moves, step.moved: step.direction}
        return _State(moves, unbalanced, rows, state.price + step.price, step.moved, step.fresh, before)
