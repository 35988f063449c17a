"""The unknown counts and the sums that bind them, as a linear or an integer programme for HiGHS.

After Huangfu and Hall 2018, "Parallelizing the dual revised simplex method"; through scipy. The audit
asks it what counts can be; the choice of what to hide asks it for ways out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import connected_components

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST, SPAN

Numbers = npt.NDArray[np.float64]
TIME_LIMIT = 20.0
"""Seconds for one programme; a count it cannot decide in that time is taken as exposed."""


class Programme:
    """The unknown counts that are bound to protected ones, and their sums, as a matrix."""

    def __init__(
        self, cells: Cells, unknown: Sequence[bool], wanted: Sequence[int], least: Sequence[float],
        most: Sequence[float], *, relaxed: bool,
    ):  # fmt: skip
        free = [n for n, is_free in enumerate(unknown) if is_free]
        self.column = {count: place for place, count in enumerate(free)}
        rows: list[int] = []
        columns: list[int] = []
        signs: list[float] = []
        totals: list[float] = []
        for terms in cells.sums:
            inside = [(self.column[count], sign) for count, sign in terms if count in self.column]
            if inside:
                rows += [len(totals)] * len(inside)
                columns += [place for place, _ in inside]
                signs += [sign for _, sign in inside]
                totals.append(-sum(sign * cells.values[count] for count, sign in terms if count not in self.column))
        matrix = csr_array((signs, (rows, columns)), shape=(len(totals), len(free)))
        links = abs(matrix).T @ abs(matrix)
        _, parts = connected_components(links, directed=False)
        wanted_parts = np.unique(parts[[self.column[count] for count in wanted]])
        keep = np.flatnonzero(np.isin(parts, wanted_parts))
        used = np.flatnonzero(np.isin(parts[matrix.indices[matrix.indptr[:-1]]], wanted_parts))
        self.matrix, self.totals = matrix[used][:, keep], np.array(totals)[used]
        place_of = {int(old): new for new, old in enumerate(keep)}
        self.column = {free[old]: new for old, new in place_of.items()}
        self.count_at = {new: old for old, new in self.column.items()}
        self.part = parts[keep]
        self.truth = values = np.array([cells.values[free[old]] for old in keep])
        self._needed = np.where(values > 0, LARGEST + 1 - values, SPAN)
        self.least = np.array([least[free[old]] for old in keep])
        self.most = np.array([most[free[old]] for old in keep])
        self.whole = (values == np.round(values)).astype(float) * (not relaxed)

    def not_reaching(self, wanted: Sequence[int]) -> list[int]:
        """Return the counts for which no solution holds more than 5.

        First as many at once as will, again and again; of the rest one of each part of the matrix at a time, which is
        exact as parts do not touch.
        """
        left = list(wanted)
        self = copy(self)  # parts are left out below
        while left:
            found = self._solve(left)
            still = [count for count in left if found is None or found[self.column[count]] < LARGEST + 1 - 1e-6]
            if len(still) == len(left):
                break
            left = still
        narrow: list[int] = []
        while left:
            self._keep_parts_of(left)
            one: dict[int, int] = {}
            for count in left:
                one.setdefault(int(self.part[self.column[count]]), count)
            found = self._solve(list(one.values()))
            if found is None:
                return narrow + left
            narrow += [count for count in one.values() if found[self.column[count]] < LARGEST + 1 - 1e-6]
            left = [c for c in left if found[self.column[c]] < LARGEST + 1 - 1e-6 and c not in narrow]
        return narrow

    def _keep_parts_of(self, counts: Sequence[int]) -> None:
        """Leave out the parts of the matrix that hold none of the counts."""
        wanted = np.unique(self.part[[self.column[count] for count in counts]])
        keep = np.isin(self.part, wanted)
        if keep.all():
            return
        used = np.flatnonzero(keep[self.matrix.indices[self.matrix.indptr[:-1]]])
        place_of = np.cumsum(keep) - 1
        self.matrix, self.totals = self.matrix[used][:, np.flatnonzero(keep)], self.totals[used]
        self.column = {count: int(place_of[place]) for count, place in self.column.items() if keep[place]}
        self.part, self.whole = self.part[keep], self.whole[keep]
        self.least, self.most = self.least[keep], self.most[keep]

    def spans_enough(self, count: int) -> bool:
        """Return whether a count that stays at 5 or less can take 5 values all the same."""
        place = self.column[count]
        matrix, totals, held = self._of_parts([place])
        objective = (held == place).astype(float)
        ends = []
        for sign in (1.0, -1.0):
            result = milp(
                sign * objective, integrality=self.whole[held], bounds=Bounds(self.least[held], self.most[held]),
                constraints=[LinearConstraint(matrix, totals, totals)], options={"time_limit": TIME_LIMIT},
            )  # fmt: skip
            if result.x is None:
                return False
            ends.append(round(float(sign * result.fun)))
        return ends[1] - ends[0] + 1 >= SPAN

    def _of_parts(self, places: Sequence[int]) -> tuple[csr_array, Numbers, npt.NDArray[np.intp]]:
        """Return the sums of the parts that hold some columns, their totals, and the columns of those parts."""
        parts = self.part[list(places)]
        held = np.flatnonzero(np.isin(self.part, parts))
        used = np.flatnonzero(np.isin(self.part[self.matrix.indices[self.matrix.indptr[:-1]]], parts))
        return self.matrix[used][:, held], self.totals[used], held

    def ways_out(self, wanted: Iterable[int], *, all_or_none: bool = False) -> dict[int, dict[int, float]]:
        """Return for each count that can be over 5 how counts change in a solution near to the truth in which it is.

        Near is the sum of all changes, in a linear programme, for one count of each part at a time. With
        `all_or_none` the answer is empty as soon as one count has none.
        """
        left = list(dict.fromkeys(wanted))
        found: dict[int, dict[int, float]] = {}
        while left:
            one: dict[int, int] = {}
            for count in left:
                one.setdefault(int(self.part[self.column[count]]), count)
            change = self._nearest(list(one.values()))
            for count in left:
                place = self.column[count]
                if change[place] > self._needed[place] - 1e-6:
                    moved = np.flatnonzero((np.abs(change) > 1e-9) & (self.part == self.part[place]))
                    found[count] = {self.count_at[int(column)]: float(change[column]) for column in moved}
            if all_or_none and any(count not in found for count in one.values()):
                return {}
            asked = set(one.values())
            left = [count for count in left if count not in found and count not in asked]
        return found

    def _nearest(self, targets: Sequence[int]) -> Numbers:
        """Return the least changes that bring targets, one of each part, over 5 (zeros to 5), as far as may be."""
        places = [self.column[count] for count in targets]
        matrix, _, held = self._of_parts(places)
        size, more = len(held), len(targets)
        at, truth = np.searchsorted(held, places), self.truth[held]
        order, number = np.ones(more), np.arange(more)
        reach = csr_array(
            (
                np.concatenate([order, -order, order]),
                (np.tile(number, 3), np.concatenate([at, at + size, number + 2 * size])),
            ),
            shape=(more, 2 * size + more),
        )
        up, nothing = self.most[held] - truth, csr_array((matrix.shape[0], more))
        result = milp(
            np.concatenate([np.ones(2 * size), np.full(more, 1e4)]),
            bounds=Bounds(0.0, np.concatenate([up, truth - self.least[held], np.full(more, np.inf)])),
            constraints=[
                LinearConstraint(hstack([matrix, -matrix, nothing], format="csr"), 0.0, 0.0),
                LinearConstraint(reach, self._needed[places], np.inf),
            ],
            options={"time_limit": TIME_LIMIT},
        )
        change = np.zeros(len(self.part))
        if result.x is not None:
            change[held] = result.x[:size] - result.x[size : 2 * size]
        return change

    def fix(self, counts: Iterable[int]) -> None:
        """Take counts as known."""
        for count in counts:
            if count in self.column:
                place = self.column[count]
                self.least[place] = self.most[place] = self.truth[place]

    def free(self, counts: Iterable[int], least: Mapping[int, float]) -> None:
        """Take counts as unknown again, of at least so much."""
        for count in counts:
            if count in self.column:
                place = self.column[count]
                self.least[place], self.most[place] = least[count], np.inf

    def _solve(self, targets: Sequence[int]) -> Numbers | None:
        """Return a solution in whole numbers that brings as much of the targets as it can up to 6."""
        size, more = len(self.least), len(targets)
        places = [self.column[count] for count in targets]
        matrix = csr_array(
            (self.matrix.data, self.matrix.indices, self.matrix.indptr), shape=(self.matrix.shape[0], size + more)
        )
        reach = csr_array(
            ([1.0] * more + [-1.0] * more, (list(range(more)) * 2, places + [size + n for n in range(more)])),
            shape=(more, size + more),
        )
        goal = np.concatenate([np.zeros(size), -np.ones(more)])
        result = milp(
            goal,
            integrality=np.concatenate([self.whole, np.zeros(more)]),
            bounds=Bounds(
                np.concatenate([self.least, np.zeros(more)]), np.concatenate([self.most, np.full(more, 6.0)])
            ),
            constraints=[LinearConstraint(matrix, self.totals, self.totals), LinearConstraint(reach, 0.0, np.inf)],
            options={"time_limit": TIME_LIMIT},
        )
        if result.x is None:
            return None
        return np.where(self.whole > 0, np.round(result.x[:size]), result.x[:size])
