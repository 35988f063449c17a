"""Direction of travel from three signals, so that two points alone never make one; it rates nothing.

The signals: (1) the change on the same quarter last year; (2) the latest point is a special
cause that was not there a year before; (3) the slope of the last 24 months differs from nought.
Rising or falling needs the second or the third, and a change on last year that is not the other way.
"""

from __future__ import annotations

import math

import numpy as np

from carereport.figures import Change, DirectionWord, Spc
from carereport.judgement.intervals import two_sided
from carereport.judgement.special_cause import Floats, means_more

WINDOW = 24
LEAST = 12
"""Fewest monthly values of the window from which a slope is taken."""
ALPHA = 0.05


def theil_sen(values: Floats) -> float:
    """Return the median slope a step of all pairs of points (Theil 1950, Sen 1968); NaN values are left out."""
    at = np.flatnonzero(np.isfinite(values))
    first, second = np.triu_indices(len(at), 1)
    rises = values[at[second]] - values[at[first]]
    return float(np.median(rises / (at[second] - at[first]))) if len(rises) else math.nan


def mann_kendall(values: Floats) -> tuple[int, float]:
    """Return Mann-Kendall's S and its two-sided p-value (Mann 1945, Kendall 1975), corrected for ties.

    Normal approximation with continuity correction. It assumes that months are independent, which
    numbers of open cases are not: their p-values are somewhat too small.
    """
    known = values[np.isfinite(values)]
    size = len(known)
    first, second = np.triu_indices(size, 1)
    score = int(np.sign(known[second] - known[first]).sum())
    ties = np.unique(known, return_counts=True)[1]
    variance = (size * (size - 1) * (2 * size + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    if variance <= 0:
        return score, 1.0
    z = max(abs(score) - 1, 0) / math.sqrt(variance)
    return score, two_sided(z)


def slope_sign(months: Floats) -> int | None:
    """Return the sign of the last 24 months' slope, 0 where it may be chance, None with fewer than 12 values."""
    window = months[-WINDOW:]
    if int(np.isfinite(window).sum()) < LEAST:
        return None
    score, p_value = mann_kendall(window)
    slope = theil_sen(window)
    if p_value >= ALPHA or slope == 0 or np.sign(slope) != np.sign(score):
        return 0
    return int(np.sign(slope))


def special_sign(spc: Spc) -> int | None:
    """Return the sign of the latest point's special cause, 0 where there is none, None without limits.

    A level that was as unusual a year before is no movement: it counts as none, unless it still runs on.
    """
    if spc.variation == "too_short":
        return None
    year = 4 if spc.points and "Q" in spc.points[-1].period else 12
    place = max((place for place, point in enumerate(spc.points) if point.value is not None), default=None)
    latest = None if place is None else spc.points[place].special
    up = means_more(latest, spc.chart)
    if place is None or up is None:
        return 0
    before = spc.points[place - year].special if place >= year else None
    if means_more(before, spc.chart) == up and not str(latest).startswith("trend"):
        return 0
    return 1 if up else -1


def direction_of(change: Change, spc: Spc, months: Floats) -> DirectionWord:
    """Return rising or falling by the signals of the module, too_few where limits and slope cannot be had."""
    special_cause, slope = special_sign(spc), slope_sign(months)
    if special_cause is None and slope is None:
        return "too_few"
    moving = {sign for sign in (special_cause, slope) if sign}
    since = {int(np.sign(change.value))} - {0} if change.value is not None else set()
    if not moving or len(moving | since) > 1:
        return "no_clear_change"
    return "rising" if 1 in moving else "falling"
