"""How far each unknown count could move at most: bounds passed along the sums until they stay.

No solution lies outside, so that what these bounds forbid needs no solver; what they allow may still
be impossible (bound propagation, as in Savelsbergh 1994, "Preprocessing and probing techniques for
mixed integer programming problems").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import Numbers

Places = npt.NDArray[np.int64]
Bound = Callable[[int], float]
PASSES = 40
"""How often bounds are passed on; more would only make them tighter."""
CLOSE = 1e-9


def reach(
    cells: Cells, unknown: Sequence[bool], least: Bound, most: Bound, passes: int = PASSES
) -> tuple[Numbers, Numbers]:
    """Return how far each count can go up and down from its true value; those not unknown stay."""
    values = np.array(cells.values)
    up, down = np.zeros(len(values)), np.zeros(len(values))
    free = [count for count, is_free in enumerate(unknown) if is_free]
    up[free] = np.array([most(count) for count in free]) - values[free]
    down[free] = values[free] - np.array([least(count) for count in free])
    if not passes:
        return up, down
    counts, sums, adds = _terms(cells, np.asarray(unknown, dtype=bool))
    for _ in range(passes):
        rise, fall = np.where(adds, up[counts], down[counts]), np.where(adds, down[counts], up[counts])
        most_up, most_down = _others(fall, sums, len(cells.sums)), _others(rise, sums, len(cells.sums))
        new_up, new_down = up.copy(), down.copy()
        np.minimum.at(new_up, counts, np.where(adds, most_up, most_down))
        np.minimum.at(new_down, counts, np.where(adds, most_down, most_up))
        if (new_up > up - CLOSE).all() and (new_down > down - CLOSE).all():
            break
        up, down = new_up, new_down
    return up, down


def _terms(cells: Cells, unknown: npt.NDArray[np.bool_]) -> tuple[Places, Places, npt.NDArray[np.bool_]]:
    """Return the unknown terms of all sums: their counts, their sums, and whether they are added there."""
    sizes = [len(terms) for terms in cells.sums]
    numbers = chain.from_iterable(chain.from_iterable(cells.sums))
    flat = np.fromiter(numbers, dtype=np.int64, count=2 * sum(sizes)).reshape(-1, 2)
    sums = np.repeat(np.arange(len(sizes)), sizes)
    held = unknown[flat[:, 0]]
    return flat[held, 0], sums[held], flat[held, 1] > 0


def _others(room: Numbers, sums: Places, size: int) -> Numbers:
    """Return for each term how much room the other terms of its sum have together."""
    endless = np.isinf(room)
    finite = np.where(endless, 0.0, room)
    total, many = np.bincount(sums, finite, size), np.bincount(sums, endless, size)
    return np.where(many[sums] > endless, np.inf, np.maximum(total[sums] - finite, 0.0))
