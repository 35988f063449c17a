"""Choosing what else to hide so that no hidden small number can be worked out from the rest.

A small count is safe when the hidden counts leave room for it to be over 5: some of them go down,
others up, and every sum still holds. Such a way out is found for every protected count, over counts
that are hidden already where there is one, else at the least cost (a search of the cheapest path, as
in the network heuristics for cell suppression: Kelly, Golden and Assad 1992; Castro 2012, "Recent
advances in optimization techniques for statistical tabular data protection").

What is hidden must tell no more of a hidden value than its band (0, 1 to 5, over 5), or the choice
itself would be read: a child moved between hidden counts changes nothing that is published. So a way
out lets only counts over 5 go down, by 5 at most, and whether there is one depends on bands alone.
The exception are parts that could be none (numerators and what is left of denominators) in a sum over
time, or one of which all is hidden but the whole: together they can give up all that the whole shows
over 5, however it is spread over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST
from carereport.disclosure.relations import PERIODS

STEP = 5
"""A way out moves a count over 5 by no more than this, so that it stays one that could be hidden."""
QUICK, THOROUGH = 400, 2000
"""How many states a search looks at: over hidden counts only, and over all."""
REACH = 4
"""How many sums away a count may lie that is hidden where the audit finds another exposed."""
EPSILON = 0.01
"""What a further count in a way out costs, hidden as it is: short ways first."""


@dataclass
class Choice:
    """Rows hidden and the counts that no visible row shows."""

    hidden: set[int]
    unknown: list[bool]
    guarded: list[int]
    """Protected counts that were never published."""
    ways: dict[int, frozenset[int]] = field(default_factory=dict)
    """Protected count to the counts of its way out."""


def hide_more(
    cells: Cells, hidden_rows: Iterable[int], protected: Iterable[int], cost: Callable[[int], float],
    before: Iterable[int] = (),
) -> Choice:  # fmt: skip
    """Return all rows to hide, with a way out for each protected count that has one.

    `cost` tells how much is lost when a row is hidden; it may look at bands and configuration only.
    `before` are the rows that the last report hid: what it relied on stays hidden at first. A zero
    that shown zeros give away (0% of a small group in a year of 0%) has no way out.
    """
    choice = hide_only(cells, hidden_rows, protected)
    never = {row for row, counts in cells.counts_of.items() if _shows_zero(cells, counts)}
    _hide(cells, choice, set(before) - never)
    _hide_beside_unseen(cells, choice, cost, never)
    search = _Search(cells, choice)
    priced = _Search(cells, choice, cost, never)
    for count in choice.guarded:
        way = _way(cells, search, count)
        if way is None:
            found = priced.way(count, QUICK if count in cells.hidden_before else THOROUGH)
            way = frozenset(found) if found is not None else None
        if way is not None:
            choice.ways[count] = way
            _hide(cells, choice, {row for member in way for row in cells.rows_of[member]})
    return choice


def hide_only(cells: Cells, hidden_rows: Iterable[int], protected: Iterable[int]) -> Choice:
    """Return the choice that hides the rows given and those that show a protected count, and no more."""
    unseen = [not rows and n not in cells.known for n, rows in enumerate(cells.rows_of)]
    choice = Choice(set(hidden_rows), unseen, sorted(set(protected) - cells.known))
    for count in choice.guarded:
        choice.hidden.update(cells.rows_of[count])
    for row in sorted(choice.hidden):
        _forget(cells, choice, row)
    return choice


def show_again(cells: Cells, choice: Choice, keep: Iterable[int], cost: Callable[[int], float]) -> None:
    """Show rows that turned out not to be needed, dearest first; those in `keep` stay hidden."""
    first = set(keep)
    users: dict[int, set[int]] = {}
    for target, used in choice.ways.items():
        for member in used:
            users.setdefault(member, set()).add(target)
    search = _Search(cells, choice)
    for row in sorted(choice.hidden - first, key=lambda row: (-cost(row), row)):
        back = [count for count in cells.counts_of.get(row, ()) if choice.unknown[count] and count not in cells.known]
        touched = sorted({target for count in back for target in users.get(count, ())})
        if any(target in back for target in touched):
            continue
        for count in back:
            choice.unknown[count] = False
        found: dict[int, frozenset[int]] = {}
        for target in touched:
            new = _way(cells, search, target)
            if new is None:
                break
            found[target] = new
        if len(found) < len(touched):
            for count in back:
                choice.unknown[count] = True
            continue
        choice.hidden.discard(row)
        for target, used in found.items():
            for member in choice.ways[target]:
                users[member].discard(target)
            for member in used:
                users.setdefault(member, set()).add(target)
            choice.ways[target] = used


def _hide(cells: Cells, choice: Choice, rows: Iterable[int]) -> None:
    for row in sorted(set(rows) - choice.hidden):
        choice.hidden.add(row)
        _forget(cells, choice, row)


def _forget(cells: Cells, choice: Choice, row: int) -> None:
    """Mark the counts that no visible row shows any more."""
    for count in cells.counts_of.get(row, ()):
        if not choice.unknown[count] and count not in cells.known and choice.hidden.issuperset(cells.rows_of[count]):
            choice.unknown[count] = True


def _shows_zero(cells: Cells, counts: tuple[int, ...]) -> bool:
    """Return whether a row shows a plain zero: those are always shown."""
    return any(cells.values[count] == 0 and cells.least[count] >= 1 for count in counts)


def _hide_beside_unseen(cells: Cells, choice: Choice, cost: Callable[[int], float], never: set[int]) -> None:
    """Where a sum of published counts gives away a protected one that no row shows, hide the cheapest of them."""
    for count in choice.guarded:
        if cells.rows_of[count]:
            continue
        for place, _ in cells.sums_of[count]:
            others = [other for other, _ in cells.sums[place] if other != count]
            if any(choice.unknown[other] for other in others):
                continue
            prices = [
                (sum(cost(row) for row in cells.rows_of[other] if row not in choice.hidden), other)
                for other in others
                if other not in cells.known and cells.values[other] and not never.intersection(cells.rows_of[other])
            ]
            if prices:
                _hide(cells, choice, cells.rows_of[min(prices)[1]])


def hide_near(cells: Cells, choice: Choice, target: int, cost: Callable[[int], float]) -> bool:
    """Hide the cheapest of the published counts nearest to a target; return whether there was one."""
    never = {row for row, counts in cells.counts_of.items() if _shows_zero(cells, counts)}
    near, frontier = {target}, [target]
    for _ in range(REACH):
        frontier = sorted({m for c in frontier for place, _ in cells.sums_of[c] for m, _ in cells.sums[place]} - near)
        near.update(frontier)
        prices = [
            (sum(cost(row) for row in cells.rows_of[member] if row not in choice.hidden), member)
            for member in frontier
            if not choice.unknown[member] and member not in cells.known and cells.values[member]
            and not never.intersection(cells.rows_of[member])
        ]  # fmt: skip
        if prices:
            _hide(cells, choice, cells.rows_of[min(prices)[1]])
            return True
    return False


def _way(cells: Cells, search: _Search, target: int) -> frozenset[int] | None:
    """Return the counts of a way out over hidden counts only, None where none was found."""
    found = search.way(target, QUICK)
    return frozenset(found) if found is not None else search.by_ones(target)


@dataclass(frozen=True)
class _State:
    """A way out begun: counts with their direction, sums not yet balanced, rows that it would hide."""

    moves: dict[int, int]
    unbalanced: dict[int, int]
    rows: frozenset[int] = frozenset()
    price: float = 0.0


Step = tuple[int, int, float]
"""count, direction, price"""


class _Search:
    """The cheapest way out for a count: of hidden counts only, unless `cost` prices others."""

    def __init__(
        self, cells: Cells, choice: Choice, cost: Callable[[int], float] | None = None, never: Iterable[int] = ()
    ):
        self.cells, self.choice, self.cost, self.never = cells, choice, cost, frozenset(never)
        self.moved: dict[int, int] | None = None
        """By ones: how far each count has been moved already."""

    def by_ones(self, target: int) -> frozenset[int] | None:
        """Return the counts of a way out made of steps of one, where parts of a published whole go down too."""
        value = self.cells.values[target]
        if value != round(value):
            return None
        self.moved = {}
        touched: set[int] = set()
        try:
            for _ in range(LARGEST + 1 - int(value) if value else STEP):
                found = self.way(target, QUICK)
                if found is None:
                    return None
                for count, direction in found.items():
                    self.moved[count] = self.moved.get(count, 0) + direction
                touched.update(found)
        finally:
            self.moved = None
        return frozenset(touched)

    def way(self, target: int, limit: int) -> dict[int, int] | None:
        """Return each count of a way out with its direction; None where none was found."""
        start = _State({target: 1}, dict(self.cells.sums_of.get(target, ())))
        heap: list[tuple[float, int, _State, list[Step] | None]] = [(0.0, 0, start, None)]
        seen: set[frozenset[tuple[int, int]]] = set()
        made = 0
        while heap and made < limit:
            bound, _, state, steps = heappop(heap)
            if not state.unbalanced:
                return state.moves
            if steps is None:
                mark = frozenset(state.moves.items())
                if mark in seen:
                    continue
                seen.add(mark)
                found = self._next(state)
                if found is None:
                    continue
                steps, least = found
                if state.price + least > bound + EPSILON:
                    made += 1
                    heappush(heap, (state.price + least, -made, state, steps))
                    continue
            for count, direction, price in steps:
                made += 1
                new = self._moved(state, count, direction, price)
                heappush(heap, (max(bound, new.price), -made, new, None))
        return None

    def _next(self, state: _State) -> tuple[list[Step], float] | None:
        """Return the steps that balance the sum with the fewest, and the least that any sum still costs."""
        best: list[Step] | None = None
        least = 0.0
        for place, excess in state.unbalanced.items():
            steps = self._steps(state, place, excess)
            if not steps:
                return None
            least = max(least, min(price for _, _, price in steps))
            if best is None or len(steps) < len(best):
                best = steps
        return (best, least) if best is not None else None

    def _steps(self, state: _State, place: int, excess: int) -> list[Step]:
        cells, unknown = self.cells, self.choice.unknown
        steps: list[Step] = []
        for count, sign in cells.sums[place]:
            direction = -sign if excess > 0 else sign
            if count in state.moves or (direction < 0 and not self._has_room(count, place)):
                continue
            if unknown[count]:
                steps.append((count, direction, EPSILON))
            elif self.cost is not None and cells.rows_of[count] and cells.values[count] and count not in cells.known:
                fresh = [r for r in cells.rows_of[count] if r not in self.choice.hidden and r not in state.rows]
                if not self.never.intersection(fresh):
                    steps.append((count, direction, EPSILON + sum(self.cost(row) for row in fresh)))
        return steps

    def _has_room(self, count: int, place: int) -> bool:
        """Return whether a count can go down to balance a sum."""
        value = self.cells.values[count]
        if self.moved is None:
            return value > LARGEST
        now = value + self.moved.get(count, 0)
        if value > LARGEST:
            return now - 1 >= value - STEP
        return self.cells.least[count] == 0 and now > 0 and self._may_be_looked_at(place)

    def _may_be_looked_at(self, place: int) -> bool:
        """Return whether all of a sum but the whole is hidden, or it adds up periods."""
        cells, unknown = self.cells, self.choice.unknown
        if cells.kinds[place] == PERIODS:
            return True
        return sum(not unknown[other] and cells.values[other] != 0 for other, _ in cells.sums[place]) <= 1

    def _moved(self, state: _State, count: int, direction: int, price: float) -> _State:
        unbalanced = dict(state.unbalanced)
        for place, sign in self.cells.sums_of[count]:
            left = unbalanced.get(place, 0) + sign * direction
            if left:
                unbalanced[place] = left
            else:
                unbalanced.pop(place, None)
        rows = state.rows
        if price > EPSILON:
            rows = rows.union(row for row in self.cells.rows_of[count] if row not in self.choice.hidden)
        return _State({**state.moves, count: direction}, unbalanced, rows, state.price + price)
