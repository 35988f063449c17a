"""The audit: what an attacker with a solver could work out, from the published figures alone.

For every protected count an integer programme (HiGHS, through scipy; Huangfu and Hall 2018,
"Parallelizing the dual revised simplex method") looks for the largest value, and if need be the
least, that agrees with everything ever published. It knows nothing of how the choice was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST, SPAN

Numbers = npt.NDArray[np.float64]
TIME_LIMIT = 20.0
"""Seconds for one programme; a count it cannot decide in that time is taken as exposed."""


def exposed(
    cells: Cells, unknown: Sequence[bool], protected: Iterable[int],
    bounds: tuple[Sequence[float], Sequence[float]] | None = None,
) -> list[int]:  # fmt: skip
    """Return the protected counts that can be narrowed too far: to 5 or less, and to fewer than 5 values.

    A count that is not unknown at all is among them. `bounds` are the least and the most of each
    unknown count, for rounded figures: then all counts are unknown, and a linear programme has to do.
    Without them it is the least a hidden count can be, and no most.
    """
    counts = sorted(set(protected))
    wanted = [count for count in counts if unknown[count]]
    if not wanted:
        return counts
    least, most = bounds or (cells.least, [np.inf] * len(cells.least))
    programme = _Programme(cells, unknown, wanted, least, most, relaxed=bounds is not None)
    narrow = programme.not_reaching(wanted)
    if narrow:
        programme = _Programme(cells, unknown, narrow, least, most, relaxed=bounds is not None)
    narrow = [count for count in narrow if not programme.spans_enough(count)]
    return sorted({*narrow, *(count for count in counts if not unknown[count])})


class _Programme:
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
        self.part = parts[keep]
        values = np.array([cells.values[free[old]] for old in keep])
        self.least = np.array([least[free[old]] for old in keep])
        self.most = np.array([most[free[old]] for old in keep])
        self.whole = (values == np.round(values)).astype(float) * (not relaxed)

    def not_reaching(self, wanted: Sequence[int]) -> list[int]:
        """Return the counts for which no solution holds more than 5.

        First as many at once as will, again and again; of the rest one of each part of the matrix at a time, which is
        exact as parts do not touch.
        """
        left = list(wanted)
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
        objective = np.zeros(len(self.least))
        objective[place] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            result = milp(sign * objective, integrality=self.whole, bounds=Bounds(self.least, self.most),
                          constraints=self._constraints(), options={"time_limit": TIME_LIMIT})  # fmt: skip
            if result.x is None:
                return False
            ends.append(round(float(result.x[place])))
        return ends[1] - ends[0] + 1 >= SPAN

    def _constraints(self) -> list[LinearConstraint]:
        return [LinearConstraint(self.matrix, self.totals, self.totals)]

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
