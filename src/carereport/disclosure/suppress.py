"""Choosing what else to hide so that no hidden small number can be worked out from the rest.

An attacker knows the rules, sees every published number and zero, and solves the sums of
`cells.py`. For each hidden count that must stay protected, the range he can reach has to be wide
enough (`policy.wide_enough`); where it is not, one more count of the tightest sum is hidden. The
choice uses published figures, bands and the order of the configuration only: a choice by a hidden
value would itself tell something of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import wide_enough

INFINITE = float("inf")


class Protection:
    """What an attacker knows of each count, as a range, kept up to date while rows are hidden."""

    def __init__(self, cells: Cells, hidden_rows: Iterable[int], protected: Iterable[int]):
        self.cells = cells
        self.hidden_rows = set(hidden_rows)
        self.protected = set(protected)
        self.unknown: set[int] = set()
        self.lower: dict[int, float] = {}
        self.upper: dict[int, float] = {}
        for row in sorted(self.hidden_rows):
            self._forget(row)

    def _forget(self, row: int) -> set[int]:
        """Return the counts that no visible row shows any more, now that `row` is hidden."""
        gone = set()
        for count in self.cells.counts_of.get(row, ()):
            if count not in self.unknown and all(r in self.hidden_rows for r in self.cells.rows_of[count]):
                self.unknown.add(count)
                gone.add(count)
        return gone

    def hide_count(self, count: int) -> set[int]:
        """Hide every row that shows `count`; return the counts that became unknown."""
        gone: set[int] = set()
        for row in self.cells.rows_of[count]:
            if row not in self.hidden_rows:
                self.hidden_rows.add(row)
        for row in self.cells.rows_of[count]:
            gone |= self._forget(row)
        return gone

    def connected(self, counts: Iterable[int]) -> set[int]:
        """Return the unknown counts that sums link to `counts` through unknown counts."""
        reached: set[int] = set()
        waiting = [count for count in counts if count in self.unknown]
        while waiting:
            count = waiting.pop()
            if count in reached:
                continue
            reached.add(count)
            for index in self.cells.sums_of.get(count, ()):
                waiting.extend(c for c, _ in self.cells.sums[index] if c in self.unknown and c not in reached)
        return reached

    def solve(self, counts: Iterable[int]) -> None:
        """Work out anew the ranges of the unknown `counts` (whole connected groups)."""
        group = set(counts)
        for count in group:
            self.lower[count] = self.cells.least[count]
            self.upper[count] = INFINITE
        sums = sorted({index for count in group for index in self.cells.sums_of.get(count, ())})
        prepared = []
        touching: dict[int, list[int]] = {}
        for place, index in enumerate(sums):
            known, free = 0.0, []
            for count, sign in self.cells.sums[index]:
                if count in self.unknown:
                    free.append((count, sign))
                    touching.setdefault(count, []).append(place)
                else:
                    known += sign * self.cells.values[count]
            prepared.append((known, free))
        waiting = list(range(len(prepared)))
        queued = set(waiting)
        heapify(waiting)
        rounds = 0
        while waiting and rounds < 200 * (len(prepared) + 1):
            rounds += 1
            place = heappop(waiting)
            queued.discard(place)
            for count in self._tighten(*prepared[place]):
                for other in touching[count]:
                    if other not in queued and other != place:
                        queued.add(other)
                        heappush(waiting, other)

    def _tighten(self, known: float, free: list[tuple[int, int]]) -> list[int]:
        """Narrow the ranges of one sum's unknown counts; return those that changed."""
        changed = []
        low_parts = [self.lower[c] if s > 0 else -self.upper[c] for c, s in free]
        high_parts = [self.upper[c] if s > 0 else -self.lower[c] for c, s in free]
        endless_low = sum(part == -INFINITE for part in low_parts)
        endless_high = sum(part == INFINITE for part in high_parts)
        low_sum = sum(part for part in low_parts if part != -INFINITE)
        high_sum = sum(part for part in high_parts if part != INFINITE)
        for place, (count, sign) in enumerate(free):
            mine_low, mine_high = low_parts[place], high_parts[place]
            others_low = low_sum - (mine_low if mine_low != -INFINITE else 0)
            others_high = high_sum - (mine_high if mine_high != INFINITE else 0)
            if endless_low - (mine_low == -INFINITE):
                others_low = -INFINITE
            if endless_high - (mine_high == INFINITE):
                others_high = INFINITE
            # sign * x = -known - others
            least, most = -known - others_high, -known - others_low
            if sign < 0:
                least, most = -most, -least
            if least > self.lower[count] + 1e-9 or most < self.upper[count] - 1e-9:
                self.lower[count] = max(self.lower[count], least)
                self.upper[count] = min(self.upper[count], most)
                changed.append(count)
        return changed

    def exposed(self, counts: Iterable[int]) -> list[int]:
        """Return the protected counts whose range is too narrow, in order."""
        return sorted(
            count
            for count in counts
            if count in self.protected and (count not in self.unknown or not self._safe(count))
        )

    def _safe(self, count: int) -> bool:
        lower, upper = self.lower[count], self.upper[count]
        if self.cells.values[count] == 0:  # 0% of a small group: not to be told for certain
            return upper > lower
        return wide_enough(lower, upper)


def hide_more(
    cells: Cells,
    hidden_rows: Iterable[int],
    protected: Iterable[int],
    cost: Callable[[int], float],
) -> tuple[set[int], list[int]]:
    """Return all rows to hide, and the protected counts that could not be kept safe.

    `cost` tells how much is lost when a row is hidden; it may look at published figures, bands and
    configuration only.
    """
    state = Protection(cells, hidden_rows, protected)
    for count in sorted(state.protected):
        if count not in state.unknown:
            state.hide_count(count)
    waiting = set(state.protected)
    failed: list[int] = []
    while waiting:
        group = state.connected([min(waiting)])
        if not group:
            waiting.discard(min(waiting))
            continue
        while True:
            state.solve(group)
            exposed = [count for count in state.exposed(group) if count not in failed]
            if not exposed:
                break
            partner = _partner(state, exposed[0], cost)
            if partner is None:
                failed.append(exposed[0])
                continue
            group = state.connected(group | state.hide_count(partner))
        waiting -= group
    return state.hidden_rows, failed


def _partner(state: Protection, count: int, cost: Callable[[int], float]) -> int | None:
    """Return the known count to hide next: the one that costs least in the sums that bind `count`.

    Where those hold no known count that could be hidden, the sums of their other unknowns are tried.
    """
    cells = state.cells
    best: tuple[float, int] | None = None
    sums = sorted(
        cells.sums_of.get(count, ()),
        key=lambda index: (sum(c in state.unknown for c, _ in cells.sums[index]), index),
    )
    seen = {count}
    frontier = [count]
    for _ in range(3):
        for index in sums:
            for other, _ in cells.sums[index]:
                if other in state.unknown or cells.values[other] == 0 or not cells.rows_of[other]:
                    continue
                price = sum(cost(row) for row in cells.rows_of[other] if row not in state.hidden_rows)
                if best is None or (price, other) < best:
                    best = (price, other)
            if best is not None:
                return best[1]
        frontier = sorted({c for i in sums for c, _ in cells.sums[i] if c in state.unknown} - seen)
        seen |= set(frontier)
        sums = sorted({i for c in frontier for i in cells.sums_of.get(c, ())})
        if not frontier:
            break
    return None
