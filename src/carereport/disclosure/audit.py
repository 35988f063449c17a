"""The audit: what an attacker with a solver could work out, from the published figures alone.

For every protected count the largest value, and if need be the least, that agrees with everything ever
published is looked for: by bounds along the sums and linear programmes where they decide, else by an
integer programme (HiGHS; Huangfu and Hall 2018, "Parallelizing the dual revised simplex method").
It knows nothing of how the choice was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST, SPAN
from carereport.disclosure.programme import Programme


def exposed(
    cells: Cells, unknown: Sequence[bool], protected: Iterable[int],
    bounds: tuple[Sequence[float], Sequence[float]] | None = None,
    ways: Mapping[int, Mapping[int, float]] = MappingProxyType({}),
) -> list[int]:  # fmt: skip
    """Return the protected counts that can be narrowed too far: to 5 or less, and to fewer than 5 values.

    A count that is not unknown at all is among them. `bounds` are the least and the most of each
    unknown count, for rounded figures: then all counts are unknown, and a linear programme has to do.
    Without them it is the least a hidden count can be, and no most. `ways` may hold, for a count, how
    others change in a solution in which it is over 5: one that agrees with everything, which is looked
    at here, spares the search for another.
    """
    counts = sorted(set(protected))
    least, most = bounds or (cells.least, [np.inf] * len(cells.least))
    wanted = [
        count for count in counts
        if unknown[count] and not _agrees(cells, unknown, count, ways.get(count, {}), least, most)
    ]  # fmt: skip
    if not wanted:
        return [count for count in counts if not unknown[count]]
    programme = Programme(cells, unknown, least.__getitem__, most.__getitem__, relaxed=bounds is not None)
    narrow = [count for count in programme.not_reaching(wanted) if not programme.spans_enough(count)]
    return sorted({*narrow, *(count for count in counts if not unknown[count])})


def _agrees(
    cells: Cells, unknown: Sequence[bool], target: int, changes: Mapping[int, float], least: Sequence[float],
    most: Sequence[float],
) -> bool:  # fmt: skip
    """Return whether counts may change so, for all that was published, and the target is over 5 then."""
    change = changes.get(target, 0.0)
    if change < SPAN and cells.values[target] + change < LARGEST + 1:
        return False
    excess: dict[int, float] = {}
    for count, change in changes.items():
        value = cells.values[count] + change
        if not unknown[count] or change != round(change) or not least[count] <= value <= most[count]:
            return False
        for place, sign in cells.sums_of[count]:
            excess[place] = excess.get(place, 0.0) + sign * change
    return not any(excess.values())
