"""Labels the points of a control chart by the four special-cause rules; it does not set limits.

Rules and precedence as in NHS England, Making Data Count; a stretch is a set of neighbouring points
without gap, break or re-basing between them, within which the runs of the rules are sought.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carereport.figures import BETWEEN_EVENTS, Assurance, ChartKind, Special, Variation
from carereport.settings import Polarity

Floats = npt.NDArray[np.float64]
Signs = npt.NDArray[np.int8]

RUN = 7
"""Points in a row that make a shift or a trend (NHS Making Data Count)."""
TOLERANCE = 1e-9
"""Of the largest absolute value: a point on a line in exact arithmetic counts as on it."""

_WORDS: tuple[tuple[Special, Special], ...] = (
    ("outside_high", "outside_low"),
    ("trend_rising", "trend_falling"),
    ("two_of_three_high", "two_of_three_low"),
    ("shift_high", "shift_low"),
)
_HIGH = frozenset(high for high, _ in _WORDS)


def tolerance(values: Floats) -> float:
    """Return the tolerance for comparing the points of one series."""
    return TOLERANCE * float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))


def side(values: Floats, line: Floats, tol: float) -> Signs:
    """Return 1 above the line, -1 below it, 0 on it."""
    difference = values - line
    return np.where(np.abs(difference) <= tol, 0, np.sign(difference)).astype(np.int8)


def outside(values: Floats, lower: Floats, upper: Floats, tol: float) -> Signs:
    """Rule 1: the point lies beyond a limit; exactly on it does not count."""
    above, below = side(values, upper, tol) > 0, side(values, lower, tol) < 0
    return above.astype(np.int8) - below.astype(np.int8)


def trend(values: Floats, tol: float) -> Signs:
    """Rule 2: the point belongs to a run of 7 all rising or all falling; equal neighbours break it.

    A point that ends one run and starts another takes the later one's direction.
    """
    found = np.zeros(len(values), dtype=np.int8)
    steps = side(values[1:], values[:-1], tol)
    for start, stop, sign in _runs(steps):
        if stop - start >= RUN - 1:
            found[start : stop + 1] = sign
    return found


def two_of_three(values: Floats, centre: Floats, lower: Floats, upper: Floats, tol: float) -> Signs:
    """Rule 3: a near point in a window of 3, all on one side of the centre, with at least 2 near.

    Near is beyond two thirds of the way to a limit and inside it. The third point may lie anywhere
    on that side, even outside; only the near ones carry the label.
    """
    sides = side(values, centre, tol)
    beyond_high = side(values, centre + (upper - centre) * 2 / 3, tol) > 0
    beyond_low = side(values, centre - (centre - lower) * 2 / 3, tol) < 0
    near = (beyond_high | beyond_low) & (outside(values, lower, upper, tol) == 0)
    found = np.zeros(len(values), dtype=np.int8)
    for first in range(len(values) - 2):
        window = slice(first, first + 3)
        if abs(int(sides[window].sum())) == 3 and int(near[window].sum()) >= 2:
            found[window] = np.where(near[window], sides[window], found[window])
    return found


def shift(values: Floats, centre: Floats, tol: float) -> Signs:
    """Rule 4: the point belongs to a run of 7 on one side of the centre; a point on it breaks the run."""
    found = np.zeros(len(values), dtype=np.int8)
    for start, stop, sign in _runs(side(values, centre, tol)):
        if stop - start >= RUN:
            found[start:stop] = sign
    return found


def label(values: Floats, centre: Floats, lower: Floats, upper: Floats, tol: float) -> list[Special]:
    """Label the points of one stretch: the first rule in order that holds names the point."""
    signs = (
        outside(values, lower, upper, tol),
        trend(values, tol),
        two_of_three(values, centre, lower, upper, tol),
        shift(values, centre, tol),
    )
    labels: list[Special] = ["common"] * len(values)
    for index in range(len(values)):
        for rule, (high, low) in zip(signs, _WORDS, strict=True):
            if rule[index]:
                labels[index] = high if rule[index] > 0 else low
                break
    return labels


def points_up(special: Special | None) -> bool | None:
    """Return whether a label means high or rising; None for common cause and for gaps."""
    if special is None or special == "common":
        return None
    return special in _HIGH


def means_more(special: Special | None, chart: ChartKind) -> bool | None:
    """Return whether a label means more of what is measured: in a chart of gaps between events, a short gap does."""
    up = points_up(special)
    return up if up is None else up != (chart in BETWEEN_EVENTS)


def variation(special: Special | None, polarity: Polarity) -> Variation:
    """Return what the latest point's label means: for a trend its direction counts, else the side."""
    if special is None:
        return "too_short"
    up = points_up(special)
    if up is None:
        return "usual"
    if polarity == "neither":
        return "unusually_high" if up else "unusually_low"
    return "improving" if up == (polarity == "high") else "concerning"


def assurance(
    target: float | None, lower: float | None, upper: float | None, polarity: Polarity, tol: float
) -> Assurance | None:
    """Return whether the process can be expected to meet the target; a target on a limit is hit and miss."""
    if target is None or lower is None or upper is None or polarity == "neither":
        return None
    tol = max(tol, TOLERANCE * abs(target))
    if target > upper + tol:
        return "consistently_misses" if polarity == "high" else "consistently_meets"
    if target < lower - tol:
        return "consistently_meets" if polarity == "high" else "consistently_misses"
    return "hit_and_miss"


def _runs(signs: Signs) -> list[tuple[int, int, int]]:
    """Return (start, stop, sign) of each run of one sign, zeros left out."""
    edges = np.flatnonzero(np.diff(signs)) + 1
    starts, stops = np.r_[0, edges], np.r_[edges, len(signs)]
    if not len(signs):
        return []
    return [(int(a), int(b), int(signs[a])) for a, b in zip(starts, stops, strict=True) if signs[a]]
