"""The unknown counts and the sums that bind them, as linear or integer programmes for HiGHS.

After Huangfu and Hall 2018, "Parallelizing the dual revised simplex method". The audit asks what
counts can be; the choice of what to hide asks for ways out. Counts that no chain of sums joins are
programmes of their own, made when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor, inf

import numpy as np
import numpy.typing as npt
from highspy._core import _Highs

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST, SPAN, Numbers
from carereport.disclosure.reach import CLOSE, PASSES, Bound, reach

Places = npt.NDArray[np.int32]
TIME_LIMIT = 20.0
"""Seconds for one programme; a count it cannot decide in that time is taken as exposed."""
TOLERANCE = 1e-6
NEAR = 400
"""How many counts around one are looked at before all."""
BY_COLUMN, LEAST_COST, SOLVED, PRIMAL = 1, 1, 2, 4
"""How HiGHS numbers a matrix by columns, an objective that is a cost, a solution that holds, the primal simplex."""


class Programme:
    """The unknown counts and their sums, in the parts that no sum joins.

    Bounds are passed along the sums as often as `passes` says: it pays where many counts are asked for.
    """

    def __init__(
        self, cells: Cells, unknown: Sequence[bool], least: Bound, most: Bound, *, relaxed: bool, passes: int = PASSES
    ):
        self._passes = passes
        self._cells, self._unknown, self._least, self._most, self._relaxed = cells, unknown, least, most, relaxed
        self._part_of: dict[int, _Part] = {}
        self._near: dict[int, _Part] = {}
        self._fixed: set[int] = set()
        self._reach: tuple[Numbers, Numbers] | None = None
        self._moves: list[bool] = []

    def not_reaching(self, wanted: Iterable[int]) -> list[int]:
        """Return the counts for which no solution holds more than 5."""
        up, values, found, could = self._room()[0], self._cells.values, list[int](), list[int]()
        for count in wanted:
            (could if values[count] + up[count] > LARGEST + 1 - TOLERANCE else found).append(count)
        for part, counts in self._by_part(could):
            left = part.left_of(counts) if len(counts) > 1 else counts
            if self._is_large(part):
                left = [count for count in left if self._around(count).not_reaching([count])]
            found += part.not_reaching(left)
        return found

    def spans_enough(self, count: int) -> bool:
        """Return whether a count that stays at 5 or less can take 5 values all the same."""
        up, down = (float(way[count]) for way in self._room())
        if up + down + 2 < SPAN - TOLERANCE:
            return False
        part = self._part(count)
        return (self._is_large(part) and self._around(count).spans_enough(count)) or part.spans_enough(count)

    def may_be_over(self, wanted: Iterable[int]) -> list[int]:
        """Return the counts that could be over 5 (a zero at 5) as far as the bounds along the sums tell."""
        up, values = self._room()[0], self._cells.values
        return [count for count in wanted if up[count] > _needed(values[count]) - TOLERANCE]

    def ways_out(self, wanted: Iterable[int], *, all_or_none: bool = False) -> dict[int, dict[int, float]]:
        """Return for each count that can be over 5 how counts change in a solution near to the truth in which it is.

        Near is the sum of all changes, in a linear programme of the counts around it, else of all. With
        `all_or_none` the answer is empty as soon as one count has none.
        """
        left = list(wanted)
        could = [count for count in self.may_be_over(left) if self._could_go_up(count)]
        if all_or_none and len(could) < len(left):
            return {}
        found: dict[int, dict[int, float]] = {}
        for part, counts in self._by_part(could):
            asked = set(counts)
            for count in counts:
                if count in found:
                    continue
                change = self._around(count).nearest(count) if self._is_large(part) else None
                change = change or part.nearest(count)
                if change is not None:
                    met = [one for one in change if one in asked and one not in found and part.is_out(one, change)]
                    found |= dict.fromkeys(met, change)
                elif all_or_none:
                    return {}
        return found

    def _could_go_up(self, count: int) -> bool:
        """Return whether each sum of a count has another that could make up for it as bounds are now."""
        values, unknown, sums = self._cells.values, self._unknown, self._cells.sums
        return all(
            any(
                unknown[other] and other != count
                and (self._least(other) < values[other] if way == sign else self._most(other) > values[other])
                for other, way in sums[place]
            )
            for place, sign in self._cells.sums_of.get(count, ())
        )  # fmt: skip

    def _room(self) -> tuple[Numbers, Numbers]:
        """Return how far each count can go up and down at most, which is soon told."""
        if self._reach is None:
            self._reach = up, down = reach(self._cells, self._unknown, self._least, self._most, self._passes)
            self._moves = ((up > CLOSE) | (down > CLOSE)).tolist()
        return self._reach

    def fix(self, counts: Iterable[int]) -> None:
        """Take counts as known."""
        self._room()
        for count in counts:
            if self._moves[count]:
                self._part(count).bound(count, self._cells.values[count], self._cells.values[count])
                self._fixed.add(count)

    def free(self, counts: Iterable[int]) -> None:
        """Take counts as unknown, within the bounds that hold now: never wider than those at first."""
        for count in counts:
            if count in self._part_of:
                self._part_of[count].bound(count, self._least(count), self._most(count))
                self._fixed.discard(count)
        self._near.clear()

    def _by_part(self, wanted: Iterable[int]) -> Iterable[tuple[_Part, list[int]]]:
        parts: dict[_Part, list[int]] = {}
        for count in dict.fromkeys(wanted):
            parts.setdefault(self._part(count), []).append(count)
        return parts.items()

    def _part(self, count: int) -> _Part:
        found = self._part_of.get(count)
        if found is None:
            found = _Part(self._cells, self._moves, count, self._least, self._most, relaxed=self._relaxed)
            self._part_of |= dict.fromkeys(found.column, found)
        return found

    def _is_large(self, part: _Part) -> bool:
        """Return whether it pays to look at the counts around one first; where some are fixed only a part knows it."""
        return len(part.counts) > NEAR and not self._fixed

    def _around(self, count: int) -> _Part:
        """Return the counts nearest to a count alone, others as they are: what is a solution there is one of all."""
        found = self._near.get(count)
        if found is None:
            found = _Part(self._cells, self._moves, count, self._least, self._most, relaxed=self._relaxed, size=NEAR)
            self._near |= {one: found for one in found.counts[: NEAR // 4] if one not in self._near}
        return found


class _Part:
    """The counts that move and that chains of sums join to one of them: counts are columns, sums are rows."""

    def __init__(
        self, cells: Cells, moves: Sequence[bool], first: int, least: Bound, most: Bound, *, relaxed: bool,
        size: float = inf,
    ):  # fmt: skip
        self.counts, self.column = [first], {first: 0}
        row_of: dict[int, int] = {}
        starts, rows, signs = [0], list[int](), list[float]()
        for count in self.counts:  # grows below
            for place, sign in cells.sums_of.get(count, ()):
                row = row_of.get(place)
                if row is None:
                    row = row_of[place] = len(row_of)
                    for other, _ in cells.sums[place]:
                        if other not in self.column and len(self.counts) < size and moves[other]:
                            self.column[other] = len(self.counts)
                            self.counts.append(other)
                rows.append(row)
                signs.append(sign)
            starts.append(len(rows))
        self.starts, self.rows = np.array(starts, dtype=np.int32), np.array(rows, dtype=np.int32)
        self.signs, self.truth = np.array(signs, dtype=float), np.array([cells.values[c] for c in self.counts])
        self.least = np.array([least(count) for count in self.counts])
        self.most = np.array([most(count) for count in self.counts])
        self.whole = ((self.truth == np.round(self.truth)) & (not relaxed)).astype(np.int32)
        self.totals = np.zeros(len(row_of))
        np.add.at(self.totals, self.rows, self.signs * np.repeat(self.truth, np.diff(starts)))
        self._near: _Highs | None = None
        self._ends: _Highs | None = None
        self._range: _Highs | None = None
        self._forget()

    def _forget(self) -> None:
        """Forget the least and the most that each column was in any solution within the bounds but the truth."""
        self._lowest, self._highest = self.truth.copy(), self.truth.copy()

    def _met(self, change: Numbers) -> bool:
        """Remember a solution by how it differs from the truth; return whether it is one: whole where it has to be."""
        if np.abs(change - np.round(change))[self.whole > 0].max(initial=0.0) > TOLERANCE:
            return False
        solution = self.truth + np.where(self.whole > 0, np.round(change), change)
        np.minimum(self._lowest, solution, out=self._lowest)
        np.maximum(self._highest, solution, out=self._highest)
        return True

    def bound(self, count: int, least: float, most: float) -> None:
        """Give a count other bounds."""
        column = self.column[count]
        self.least[column], self.most[column] = least, most
        self._range = self._ends = None
        self._forget()
        if self._near is not None:
            self._bound_changes(self._near, column)

    def nearest(self, target: int) -> dict[int, float] | None:
        """Return the least changes that bring a count over 5, a zero to 5; None where none do."""
        column = self.column[target]
        change = self._moved(column, _needed(float(self.truth[column])))
        if change is None:
            return None
        return {self.counts[moved]: float(change[moved]) for moved in np.flatnonzero(np.abs(change) > 1e-9).tolist()}

    def is_out(self, count: int, change: Mapping[int, float]) -> bool:
        """Return whether changes bring a count over 5, a zero to 5."""
        return change.get(count, 0.0) > _needed(float(self.truth[self.column[count]])) - TOLERANCE

    def not_reaching(self, wanted: Sequence[int]) -> list[int]:
        """Return the counts for which no solution holds more than 5.

        A linear programme decides where it has no solution, or one in whole numbers; an integer programme the others.
        """
        narrow, undecided = [], []
        for count in wanted:
            column = self.column[count]
            if self._highest[column] >= LARGEST + 1 - TOLERANCE:
                continue
            change = self._moved(column, LARGEST + 1 - float(self.truth[column]))
            if change is None:
                narrow.append(count)
            elif not self._met(change):
                undecided.append(count)
        for count in undecided:
            column = self.column[count]
            if self._highest[column] < LARGEST + 1 - TOLERANCE:
                top = self._whole_end(column, -1.0)
                if top is None or top < LARGEST + 1 - TOLERANCE:
                    narrow.append(count)
        return narrow

    def left_of(self, wanted: Sequence[int]) -> list[int]:
        """Return the counts that are over 5 in none of the solutions that hold as many over 5 at once as will.

        What a count wanted holds over 6 is a column of its own, so that only the first 6 are worth anything.
        """
        left, columns = list(wanted), [self.column[count] for count in wanted]
        size, more = len(self.counts), len(columns)
        taken = np.concatenate([np.arange(self.starts[column], self.starts[column + 1]) for column in columns])
        most = np.concatenate([self.most, np.maximum(self.most[columns] - LARGEST - 1, 0)])
        most[columns] = np.minimum(self.most[columns], LARGEST + 1)
        ends = self.starts[-1] + np.cumsum(np.diff(self.starts)[columns], dtype=np.int32)
        solver = _solver(
            np.zeros(size + more), np.concatenate([self.least, np.zeros(more)]), most, self.totals,
            np.concatenate([self.starts, ends], dtype=np.int32), np.concatenate([self.rows, self.rows[taken]]),
            np.concatenate([self.signs, self.signs[taken]]), np.zeros(size + more, dtype=np.int32),
        )  # fmt: skip
        while left:
            costs = np.zeros(size)
            costs[[self.column[count] for count in left]] = -1.0
            solver.changeColsCost(size, np.arange(size, dtype=np.int32), costs)
            found = _solution(solver)
            if found is None:
                break
            solution = found[:size]
            solution[columns] += found[size:]
            self._met(solution - self.truth)
            still = [count for count in left if self._highest[self.column[count]] < LARGEST + 1 - TOLERANCE]
            if len(still) == len(left):
                break
            left = still
        return left

    def spans_enough(self, count: int) -> bool:
        """Return whether a count takes 5 values: in the solutions met so far, or between its least and its most."""
        column = self.column[count]
        if self._highest[column] - self._lowest[column] + 1 >= SPAN - TOLERANCE:
            return True
        bottom, top = (self._relaxed_end(column, sign) for sign in (1.0, -1.0))
        if bottom is None or top is None:
            return False
        if self.whole.any():
            bottom, top = ceil(bottom - TOLERANCE), floor(top + TOLERANCE)
        if round(top) - round(bottom) + 1 < SPAN:
            return False
        for value in (top, bottom) if self.whole.any() else ():
            change = self._moved(column, value - float(self.truth[column]))
            if change is not None:
                self._met(change)
        if not self.whole.any() or self._highest[column] - self._lowest[column] + 1 >= SPAN - TOLERANCE:
            return True
        bottom, top = (self._whole_end(column, sign) for sign in (1.0, -1.0))
        return bottom is not None and top is not None and round(top) - round(bottom) + 1 >= SPAN

    def _moved(self, column: int, change: float) -> Numbers | None:
        """Return the least changes, by column, with which a column goes up (or down) by so much; None where none do."""
        size, up = len(self.counts), float(self.most[column] - self.truth[column])
        down = float(self.truth[column] - self.least[column])
        if not -down <= change <= up:
            return None
        if self._near is None:
            self._near = self._changes(np.ones(2 * size))
        rises = change > 0
        self._near.changeColBounds(column, change if rises else 0.0, up if rises else 0.0)
        self._near.changeColBounds(size + column, 0.0 if rises else -change, 0.0 if rises else down)
        found = _solution(self._near)
        self._bound_changes(self._near, column)
        return None if found is None else found[:size] - found[size:]

    def _bound_changes(self, near: _Highs, column: int) -> None:
        size, truth = len(self.counts), float(self.truth[column])
        near.changeColBounds(column, 0.0, float(self.most[column]) - truth)
        near.changeColBounds(size + column, 0.0, truth - float(self.least[column]))

    def _changes(self, cost: Numbers) -> _Highs:
        """Return a linear programme of what each count goes up by, and then of what each goes down by."""
        up, down = self.most - self.truth, self.truth - self.least
        return _solver(
            cost, np.zeros(len(cost)), np.concatenate([up, down]), np.zeros(len(self.totals)),
            np.concatenate([self.starts, self.starts[1:] + self.starts[-1]]), np.tile(self.rows, 2),
            np.concatenate([self.signs, -self.signs]), np.zeros(len(cost), dtype=np.int32),
        )  # fmt: skip

    def _relaxed_end(self, column: int, sign: float) -> float | None:
        """Return the least (sign 1) or most (sign -1, up to 6) of a count, in fractions as well; None where unknown."""
        size = len(self.counts)
        if self._ends is None:
            self._ends = self._changes(np.zeros(2 * size))
            self._ends.setOptionValue("simplex_strategy", PRIMAL)
        self._ends.changeColBounds(column, 0.0, min(float(self.most[column]), LARGEST + 1) - float(self.truth[column]))
        self._ends.changeColCost(column, sign)
        self._ends.changeColCost(size + column, -sign)
        found = _solution(self._ends)
        self._ends.changeColCost(column, 0.0)
        self._ends.changeColCost(size + column, 0.0)
        self._bound_changes(self._ends, column)
        if found is None:
            return None
        change = found[:size] - found[size:]
        self._met(change)
        return float(self.truth[column] + change[column])

    def _whole_end(self, column: int, sign: float) -> float | None:
        """Return the least (sign 1) or the most (sign -1, up to 6) of a count in whole numbers; None where unknown."""
        if self._range is None:
            self._range = _solver(
                np.zeros(len(self.counts)), self.least, self.most, self.totals, self.starts, self.rows, self.signs,
                self.whole,
            )  # fmt: skip
        self._range.changeColBounds(column, float(self.least[column]), min(float(self.most[column]), LARGEST + 1))
        self._range.changeColCost(column, sign)
        found = _solution(self._range)
        self._range.changeColCost(column, 0.0)
        self._range.changeColBounds(column, float(self.least[column]), float(self.most[column]))
        if found is None:
            return None
        self._met(found - self.truth)
        return float(found[column])


def _needed(value: float) -> float:
    """Return by how much a count has to go up to be safe."""
    return LARGEST + 1 - value if value > 0 else float(SPAN)


def _solver(
    cost: Numbers, least: Numbers, most: Numbers, totals: Numbers, starts: Places, rows: Places, signs: Numbers,
    whole: Places,
) -> _Highs:  # fmt: skip
    """Return a programme of columns: the least cost within bounds with which each row makes its total."""
    solver = _Highs()  # Highs would print a banner
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    if not whole.any():
        solver.setOptionValue("presolve", "off")  # takes longer than it saves
    solver.passModel(
        len(cost), len(totals), len(rows), BY_COLUMN, LEAST_COST, 0.0, cost, least, most, totals, totals, starts, rows,
        signs, whole,
    )  # fmt: skip
    return solver


def _solution(solver: _Highs) -> Numbers | None:
    """Return the best values of the columns, None where none are found in time."""
    solver.setOptionValue("time_limit", solver.getRunTime() + TIME_LIMIT)  # HiGHS adds up all runs of a model
    solver.run()
    return np.array(solver.getSolution().col_value) if solver.getInfo().primal_solution_status == SOLVED else None
