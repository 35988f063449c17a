"""Funnel plot numbers: control limits for each size of base around a comparator; it draws nothing.

Exact binomial or Poisson limits at 95% and 99.8%, widened for overdispersion by the winsorised phi
where that exceeds 1 (Spiegelhalter 2005, Funnel plots for comparing institutional performance).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from carereport.figures import Figure, FunnelBand, Spread
from carereport.judgement.compare import by_year, published_authorities
from carereport.judgement.declared import LEAST_COUNCILS, is_proportion
from carereport.judgement.special_cause import Floats
from carereport.quarters import Quarter
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

TAILS = {"95": 0.025, "99.8": 0.001}
WINSORISED = 0.10
"""Share of the z-scores drawn in at either end before phi is taken (Spiegelhalter 2005)."""
CURVE = 80
"""Points of a drawn limit."""


@dataclass(frozen=True)
class FunnelPoint:
    """One council: its base, its value in the indicator's unit, and where it lies."""

    area: str
    base: float
    value: float
    band: Spread
    ours: bool = False


@dataclass(frozen=True)
class Funnel:
    """A funnel plot: councils, the comparator, and limits over a range of bases (in the indicator's unit)."""

    comparator: float
    band: FunnelBand
    """Where we lie."""
    points: tuple[FunnelPoint, ...]
    bases: tuple[float, ...]
    lower_95: tuple[float, ...]
    upper_95: tuple[float, ...]
    lower_99_8: tuple[float, ...]
    upper_99_8: tuple[float, ...]


@dataclass(frozen=True)
class _Councils:
    """Ours and the others', as proportions or rates of one, ours first."""

    names: tuple[str, ...]
    given: tuple[float, ...]
    """The values as published, in the indicator's unit."""
    bases: Floats
    values: Floats
    scale: float
    proportion: bool
    band: FunnelBand

    @property
    def centre(self) -> float:
        return self.band.comparator / self.scale


def funnel_band(
    project: Project, indicator_id: str, indicator: Indicator, ours: Figure | None, quarter: Quarter
) -> FunnelBand | None:
    """Return where we lie in the funnel of the councils around England.

    `ours` is the figure that meets the published ones: a flow's rolling 12 months, a snapshot's last day.
    None without it, without the bases of ten others, and for figures that are neither percentage nor rate.
    """
    held = _councils(project, indicator_id, indicator, ours, quarter)
    return held.band if held else None


def funnel(
    project: Project, indicator_id: str, indicator: Indicator, ours: Figure | None, quarter: Quarter
) -> Funnel | None:
    """Return the whole funnel, of every council and with its limits as curves; None as `funnel_band` does."""
    held = _councils(project, indicator_id, indicator, ours, quarter)
    if held is None:
        return None
    centre, phi, scale = held.centre, held.band.phi, held.scale
    low, high = _limits_at(centre, held.bases, phi, held.proportion)
    spreads = [
        _spread(value, *(limits[place] for tail in TAILS for limits in (low[tail], high[tail])))
        for place, value in enumerate(held.values.tolist())
    ]
    points = tuple(
        FunnelPoint(name, base, value, spread, place == 0)
        for place, (name, base, value, spread) in enumerate(
            zip(held.names, held.bases.tolist(), held.given, spreads, strict=True)
        )
    )
    curve = np.geomspace(held.bases.min() * 0.9, held.bases.max() * 1.1, CURVE)
    low, high = _limits_at(centre, curve, phi, held.proportion)
    lower_95, upper_95, lower_99_8, upper_99_8 = (
        tuple((scale * limits[tail]).tolist()) for tail in TAILS for limits in (low, high)
    )
    return Funnel(
        held.band.comparator, held.band, points, tuple(curve.tolist()), lower_95, upper_95, lower_99_8, upper_99_8
    )


def _councils(
    project: Project, indicator_id: str, indicator: Indicator, ours: Figure | None, quarter: Quarter
) -> _Councils | None:
    others = [a for a in published_authorities(project, indicator_id, quarter) if a.denominator]
    same = {other.end for other in others}  # all of one day: the latest that councils published
    england = next((one for one, _ in by_year(project, indicator_id, quarter) if one.end in same), None)
    proportion = is_proportion(indicator)
    if not (proportion or indicator.per is not None) or len(others) < LEAST_COUNCILS or england is None:
        return None
    if ours is None or ours.value is None or not ours.denominator:
        return None
    scale = indicator.per.scale if indicator.per is not None else 100.0
    centre = england.value / scale
    if centre <= 0 or (proportion and centre >= 1):
        return None  # no council can differ from it by chance
    bases = np.array([ours.denominator, *(float(a.denominator or 0) for a in others)])
    given = (ours.value, *(a.value for a in others))
    values = np.array(given) / scale
    phi = winsorised_phi(values[1:], bases[1:], centre, proportion)
    low, high = _limits_at(centre, bases[:1], phi, proportion)
    own = [float(limits[tail][0]) for tail in TAILS for limits in (low, high)]
    band = FunnelBand(
        "England", england.value, england.period, len(others), phi, _spread(float(values[0]), *own),
        *(scale * limit for limit in own),
    )  # fmt: skip
    names = (project.report.council.name, *(a.area for a in others))
    return _Councils(names, given, bases, values, scale, proportion, band)


def _spread(value: float, lower_95: float, upper_95: float, lower_99_8: float, upper_99_8: float) -> Spread:
    if not lower_99_8 <= value <= upper_99_8:
        return "beyond_99_8"
    return "within" if lower_95 <= value <= upper_95 else "beyond_95"


def exact_limit(centre: float, bases: Floats, tail: float, proportion: bool) -> Floats:
    """Return the exact limit of the rate at a lower-tail probability, interpolated between whole counts.

    Spiegelhalter (2005), appendix A.1: (r - a) / n, r the smallest count whose cumulative
    probability reaches the tail, a the part of its probability beyond it.
    """
    return np.array([_limit(centre, base, tail, proportion) for base in bases.tolist()])


def _limit(centre: float, base: float, tail: float, proportion: bool) -> float:
    n = max(round(base), 1) if proportion else base
    first, chances, reached = _chances(centre, n, proportion)
    place = min(int(np.searchsorted(reached, tail)), len(reached) - 1)
    beyond = (float(reached[place]) - tail) / float(chances[place])
    return max(first + place - beyond, 0.0) / n


@lru_cache(maxsize=512)
def _chances(centre: float, n: float, proportion: bool) -> tuple[int, Floats, Floats]:
    """Return counts' probabilities, binomial or Poisson, and their running sums, from a first count on.

    From the likeliest count outwards, as far as nine standard deviations: what is left is under 1e-15.
    Written out, as loading SciPy takes longer than all the limits of a report.
    """
    mean = n * centre
    likeliest = int((n + 1) * centre) if proportion else int(mean)
    reach = int(9 * math.sqrt(mean * (1 - centre) if proportion else mean)) + 25
    first, last = max(likeliest - reach, 0), likeliest + reach
    if proportion:
        last = min(last, int(n))
        middle = math.lgamma(n + 1) - math.lgamma(likeliest + 1) - math.lgamma(n - likeliest + 1)
        middle += likeliest * math.log(centre) + (n - likeliest) * math.log1p(-centre)
    else:
        middle = likeliest * math.log(mean) - mean - math.lgamma(likeliest + 1)
    counts = np.arange(first, last)
    steps = np.log((n - counts) * centre / ((counts + 1) * (1 - centre)) if proportion else mean / (counts + 1))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    chances = np.exp(logs - logs[likeliest - first] + middle)
    return first, chances, np.cumsum(chances)


def winsorised_phi(values: Floats, bases: Floats, centre: float, proportion: bool) -> float:
    """Return the overdispersion factor phi: the mean of the squared z-scores, their ends drawn in by 10%."""
    variance = centre * (1 - centre) / bases if proportion else centre / bases
    z = (values - centre) / np.sqrt(variance)
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    return float(np.mean(np.clip(z, low, high) ** 2))


def _limits_at(
    centre: float, bases: Floats, phi: float, proportion: bool
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return lower and upper limits by level, the exact distance from the centre widened by the root of phi."""
    factor = np.sqrt(max(phi, 1.0))
    lower = {k: centre - factor * (centre - exact_limit(centre, bases, t, proportion)) for k, t in TAILS.items()}
    upper = {k: centre + factor * (exact_limit(centre, bases, 1 - t, proportion) - centre) for k, t in TAILS.items()}
    top = 1.0 if proportion else np.inf
    return {k: np.maximum(v, 0) for k, v in lower.items()}, {k: np.minimum(v, top) for k, v in upper.items()}
