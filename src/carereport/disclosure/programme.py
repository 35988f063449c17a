"""The unknown counts and the sums that bind them, as linear or integer programmes for HiGHS.

After Huangfu and Hall 2018, "Parallelizing the dual revised simplex method". The audit asks what
counts can be; the choice of what to hide asks for ways out. Counts that no chain of sums joins are
programmes of their own, made when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from highspy._core import _Highs

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST, SPAN

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]
Bound = Callable[[int], float]
TIME_LIMIT = 20.0
"""Seconds for one programme; a count it cannot decide in that time is taken as exposed."""
TOLERANCE = 1e-6
BY_COLUMN, LEAST_COST, SOLVED = 1, 1, 2
"""How HiGHS numbers a matrix by columns, an objective that is a cost, and a solution that holds."""


class Programme:
    """The unknown counts and their sums, in the parts that no sum joins."""

    def __init__(self, cells: Cells, unknown: Sequence[bool], least: Bound, most: Bound, *, relaxed: bool):
        self._cells, self._unknown, self._least, self._most, self._relaxed = cells, unknown, least, most, relaxed
        self._part_of: dict[int, _Part] = {}

    def not_reaching(self, wanted: Iterable[int]) -> list[int]:
        """Return the counts for which no solution holds more than 5."""
        return [count for part, counts in self._by_part(wanted) for count in part.not_reaching(counts)]

    def spans_enough(self, count: int) -> bool:
        """Return whether a count that stays at 5 or less can take 5 values all the same."""
        return self._part(count).spans_enough(count)

    def ways_out(self, wanted: Iterable[int], *, all_or_none: bool = False) -> dict[int, dict[int, float]]:
        """Return for each count that can be over 5 how counts change in a solution near to the truth in which it is.

        Near is the sum of all changes, in a linear programme. With `all_or_none` the answer is empty as
        soon as one count has none.
        """
        left = list(wanted)
        could = [count for count in left if self._could_go_up(count)]
        if all_or_none and len(could) < len(left):
            return {}
        found: dict[int, dict[int, float]] = {}
        for part, counts in self._by_part(could):
            for count in counts:
                if count in found:
                    continue
                change = part.nearest(count)
                if change is not None:
                    found |= {other: change for other in counts if other not in found and part.is_out(other, change)}
                elif all_or_none:
                    return {}
        return found

    def _could_go_up(self, count: int) -> bool:
        """Return whether each sum of a count has another that could make up for it, which is soon told."""
        values, unknown, sums = self._cells.values, self._unknown, self._cells.sums
        return all(
            any(
                unknown[other] and other != count
                and (self._least(other) < values[other] if way == sign else self._most(other) > values[other])
                for other, way in sums[place]
            )
            for place, sign in self._cells.sums_of.get(count, ())
        )  # fmt: skip

    def fix(self, counts: Iterable[int]) -> None:
        """Take counts as known."""
        for count in counts:
            self._part(count).bound(count, self._cells.values[count], self._cells.values[count])

    def free(self, counts: Iterable[int]) -> None:
        """Take counts as unknown, within the bounds that hold now."""
        for count in counts:
            if count in self._part_of:
                self._part_of[count].bound(count, self._least(count), self._most(count))

    def _by_part(self, wanted: Iterable[int]) -> Iterable[tuple[_Part, list[int]]]:
        parts: dict[_Part, list[int]] = {}
        for count in dict.fromkeys(wanted):
            parts.setdefault(self._part(count), []).append(count)
        return parts.items()

    def _part(self, count: int) -> _Part:
        found = self._part_of.get(count)
        if found is None:
            found = _Part(self._cells, self._unknown, count, self._least, self._most, relaxed=self._relaxed)
            self._part_of |= dict.fromkeys(found.column, found)
        return found


class _Part:
    """The unknown counts that chains of sums join to one of them: counts are columns, sums are rows."""

    def __init__(self, cells: Cells, unknown: Sequence[bool], first: int, least: Bound, most: Bound, *, relaxed: bool):
        self.counts, self.column = [first], {first: 0}
        row_of: dict[int, int] = {}
        starts, rows, signs = [0], list[int](), list[float]()
        for count in self.counts:  # grows below
            for place, sign in cells.sums_of.get(count, ()):
                row = row_of.get(place)
                if row is None:
                    row = row_of[place] = len(row_of)
                    for other, _ in cells.sums[place]:
                        if unknown[other] and other not in self.column:
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
        self._range: _Highs | None = None
        self._forget()

    def _forget(self) -> None:
        """Forget the least and the most that each column was in any solution within the bounds."""
        self._lowest, self._highest = np.full(len(self.counts), np.inf), np.full(len(self.counts), -np.inf)

    def _met(self, solution: Numbers) -> None:
        np.minimum(self._lowest, solution, out=self._lowest)
        np.maximum(self._highest, solution, out=self._highest)

    def spans_enough(self, count: int) -> bool:
        """Return whether a count takes 5 values: in the solutions met so far, or between its least and its most."""
        column = self.column[count]
        if self._highest[column] - self._lowest[column] + 1 >= SPAN - TOLERANCE:
            return True
        ends = self.ends(count)
        return ends is not None and ends[1] - ends[0] + 1 >= SPAN

    def bound(self, count: int, least: float, most: float) -> None:
        """Give a count other bounds."""
        column = self.column[count]
        self.least[column], self.most[column] = least, most
        self._range = None
        self._forget()
        if self._near is not None:
            self._bound_changes(self._near, column)

    def nearest(self, target: int) -> dict[int, float] | None:
        """Return the least changes that bring a count over 5, a zero to 5; None where none do."""
        size, column = len(self.counts), self.column[target]
        if self._near is None:
            up, down = self.most - self.truth, self.truth - self.least
            self._near = _solver(
                np.ones(2 * size), np.zeros(2 * size), np.concatenate([up, down]), np.zeros(len(self.totals)),
                np.concatenate([self.starts, self.starts[1:] + self.starts[-1]]), np.tile(self.rows, 2),
                np.concatenate([self.signs, -self.signs]), np.zeros(2 * size, dtype=np.int32),
            )  # fmt: skip
        needed, most = _needed(float(self.truth[column])), float(self.most[column] - self.truth[column])
        if needed > most:
            return None
        self._near.changeColBounds(column, needed, most)
        self._near.changeColBounds(size + column, 0.0, 0.0)
        found = _solution(self._near)
        self._bound_changes(self._near, column)
        if found is None:
            return None
        change = found[:size] - found[size:]
        return {self.counts[moved]: float(change[moved]) for moved in np.flatnonzero(np.abs(change) > 1e-9).tolist()}

    def is_out(self, count: int, change: Mapping[int, float]) -> bool:
        """Return whether changes bring a count over 5, a zero to 5."""
        return change.get(count, 0.0) > _needed(float(self.truth[self.column[count]])) - TOLERANCE

    def _bound_changes(self, near: _Highs, column: int) -> None:
        size, truth = len(self.counts), float(self.truth[column])
        near.changeColBounds(column, 0.0, float(self.most[column]) - truth)
        near.changeColBounds(size + column, 0.0, truth - float(self.least[column]))

    def not_reaching(self, wanted: Sequence[int]) -> list[int]:
        """Return the counts for which no solution holds more than 5.

        First as many at once as will, again and again; of the rest one at a time. What a count wanted
        holds over 6 is a column of its own, so that only the first 6 are worth anything.
        """
        size, more, columns = len(self.counts), len(wanted), [self.column[count] for count in wanted]
        taken = np.concatenate([np.arange(self.starts[column], self.starts[column + 1]) for column in columns])
        lengths = np.diff(self.starts)[columns]
        most = np.concatenate([self.most, np.maximum(self.most[columns] - LARGEST - 1, 0)])
        most[columns] = np.minimum(self.most[columns], LARGEST + 1)
        solver = _solver(
            np.zeros(size + more), np.concatenate([self.least, np.zeros(more)]), most, self.totals,
            np.concatenate([self.starts, self.starts[-1] + np.cumsum(lengths, dtype=np.int32)], dtype=np.int32),
            np.concatenate([self.rows, self.rows[taken]]), np.concatenate([self.signs, self.signs[taken]]),
            np.concatenate([self.whole, self.whole[columns]]),
        )  # fmt: skip

        def left_after(asked: Sequence[int], left: Sequence[int]) -> list[int] | None:
            costs = np.zeros(size)
            costs[[self.column[count] for count in asked]] = -1.0
            solver.changeColsCost(size, np.arange(size, dtype=np.int32), costs)
            found = _solution(solver)
            if found is None:
                return None
            reached = found[:size]
            reached[columns] += found[size:]
            reached = np.where(self.whole > 0, np.round(reached), reached)
            self._met(reached)
            return [count for count in left if reached[self.column[count]] < LARGEST + 1 - TOLERANCE]

        left = list(wanted)
        while left:
            still = left_after(left, left)
            if still is None or len(still) == len(left):
                break
            left = still
        narrow: list[int] = []
        while left:
            still = left_after(left[:1], left)
            if still is None:
                return narrow + left
            narrow += [count for count in left[:1] if count in still]
            left = [count for count in left[1:] if count in still]
        return narrow

    def ends(self, count: int) -> tuple[int, int] | None:
        """Return the least and the most that a count can be; None where neither can be told."""
        if self._range is None:
            cost = np.zeros(len(self.counts))
            self._range = _solver(
                cost, self.least, self.most, self.totals, self.starts, self.rows, self.signs, self.whole
            )  # fmt: skip
        column, found = self.column[count], []
        for sign in (1.0, -1.0):
            self._range.changeColCost(column, sign)
            solution = _solution(self._range)
            if solution is None:
                break
            self._met(np.where(self.whole > 0, np.round(solution), solution))
            found.append(round(float(solution[column])))
        self._range.changeColCost(column, 0.0)
        return (found[0], found[1]) if len(found) == 2 else None


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
