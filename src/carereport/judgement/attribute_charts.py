"""Limits of p, Laney p-prime, u and u-prime charts, whose points have different bases; it chooses no chart.

Sources: Shewhart 1931 (p and u); Laney 2002, "Improved control charts for attributes" (the primes).
Limits are not cut at 0 or 1: a cut would not change which points lie outside.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carereport.judgement.special_cause import Floats

Mask = npt.NDArray[np.bool_]

BIAS = 1.128
"""d2 for two points: mean moving range over standard deviation of a normal series."""


def p_limits(x: Floats, n: Floats, baseline: Mask, prime: bool) -> tuple[float, Floats, Floats]:
    """Return centre, lower and upper limits of the proportions x/n, in proportions.

    `baseline` is true for the points that set centre and spread; x and n are NaN at a gap.
    """
    centre = _centre(x, n, baseline)
    return _limits(x, n, baseline, centre, centre * (1 - centre), prime)


def u_limits(x: Floats, n: Floats, baseline: Mask, prime: bool) -> tuple[float, Floats, Floats]:
    """Return centre, lower and upper limits of the rates x/n, events per unit of n."""
    centre = _centre(x, n, baseline)
    return _limits(x, n, baseline, centre, centre, prime)


def _centre(x: Floats, n: Floats, baseline: Mask) -> float:
    used = baseline & np.isfinite(x) & np.isfinite(n)
    return float(x[used].sum() / n[used].sum())


def _limits(
    x: Floats, n: Floats, baseline: Mask, centre: float, variance: float, prime: bool
) -> tuple[float, Floats, Floats]:
    sigma = np.sqrt(max(variance, 0.0) / n)
    factor = 1.0
    if prime and variance > 0:
        z = np.where(baseline, (x / n - centre) / sigma, np.nan)
        ranges = np.abs(np.diff(z))
        factor = float(np.mean(ranges[np.isfinite(ranges)])) / BIAS
    half = 3 * sigma * factor
    return centre, centre - half, centre + half
