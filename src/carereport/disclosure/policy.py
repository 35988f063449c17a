"""The bands of counts (0, 1 to 5, over 5) and what they forbid; nothing about other cells.

Policy `dfe` (Department for Education, children in need statistics, methodology 2020): numbers from
1 to 5 are not published, zero is. A percentage is not published where its numerator, its
denominator or their difference is such a number, nor 0% or 100% of a group of under ten.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SMALLEST, LARGEST = 1, 5
"""Counts from 1 to 5 are small."""
SPAN = 5
"""A hidden count is protected too where it can take at least this many values."""
GROUP = 10
"""0% or 100% of fewer than this many tells something of each of them."""

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def is_small(count: float) -> bool:
    """Return whether a count is too small to publish."""
    return SMALLEST <= count <= LARGEST


def small(counts: Numbers) -> Mask:
    """Return where a count is too small to publish; unknown counts are not."""
    with np.errstate(invalid="ignore"):
        return np.asarray((counts >= SMALLEST) & (counts <= LARGEST))


def small_percentage(numerator: Numbers, denominator: Numbers) -> Mask:
    """Return where a numerator, denominator or their difference is too small to publish."""
    return small(numerator) | small(denominator) | small(denominator - numerator)


def tells_of_everyone(numerator: Numbers, denominator: Numbers) -> Mask:
    """Return where 0% or 100% of a small group would tell something of each of its members."""
    with np.errstate(invalid="ignore"):
        whole = (numerator == 0) | (numerator == denominator)
        return np.asarray(whole & (denominator > 0) & (denominator < GROUP))
