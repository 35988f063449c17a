"""Funnel plot numbers: control limits for each size of base around a comparator; it draws nothing.

Exact binomial or Poisson limits at 95% and 99.8%, widened for overdispersion by the winsorised phi
where that exceeds 1 (Spiegelhalter 2005, Funnel plots for comparing institutional performance).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import special

from carereport.figures import Figure
from carereport.judgement.compare import comparators, is_proportion, published_authorities
from carereport.judgement.special_cause import Floats
from carereport.quarters import Quarter
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

Band = Literal["within", "beyond_95", "beyond_99_8"]
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
    band: Band
    ours: bool = False


@dataclass(frozen=True)
class Funnel:
    """A funnel plot: councils, the comparator, and limits over a range of bases (in the indicator's unit)."""

    comparator: float
    comparator_name: str
    period: str
    phi: float
    points: tuple[FunnelPoint, ...]
    bases: tuple[float, ...]
    lower_95: tuple[float, ...]
    upper_95: tuple[float, ...]
    lower_99_8: tuple[float, ...]
    upper_99_8: tuple[float, ...]


def funnel(
    project: Project, indicator_id: str, indicator: Indicator, ours: Figure | None, quarter: Quarter
) -> Funnel | None:
    """Return the funnel of the councils around England, None without published bases or for other figures.

    `ours` is the figure that meets the published ones: a flow's rolling 12 months, a snapshot's last day.
    """
    others = [a for a in published_authorities(project, indicator_id, quarter) if a.denominator]
    england = next((c for c in comparators(project, indicator_id, quarter) if c.area.casefold() == "england"), None)
    proportion = is_proportion(indicator)
    if not (proportion or indicator.per is not None) or len(others) < 10 or england is None:
        return None
    if ours is None or ours.value is None or not ours.denominator:
        return None
    scale = indicator.per.scale if indicator.per is not None else 100.0
    centre = england.value / scale
    names = [ours_name := project.report.council.name, *(a.area for a in others)]
    bases = np.array([ours.denominator, *(float(a.denominator or 0) for a in others)])
    values = np.array([ours.value, *(a.value for a in others)]) / scale
    phi = winsorised_phi(values[1:], bases[1:], centre, proportion)
    low, high = _limits_at(centre, bases, phi, proportion)
    wide, widest = (values < low["95"]) | (values > high["95"]), (values < low["99.8"]) | (values > high["99.8"])
    bands: list[Band] = [
        "beyond_99_8" if far else "beyond_95" if out else "within" for out, far in zip(wide, widest, strict=True)
    ]
    points = tuple(
        FunnelPoint(name, float(base), float(value) * scale, band, name is ours_name)
        for name, base, value, band in zip(names, bases, values, bands, strict=True)
    )
    curve = np.geomspace(bases.min() * 0.9, bases.max() * 1.1, CURVE)
    low, high = _limits_at(centre, curve, phi, proportion)
    drawn = {name: tuple((scale * limit).tolist()) for name, limit in
             (("l95", low["95"]), ("u95", high["95"]), ("l998", low["99.8"]), ("u998", high["99.8"]))}  # fmt: skip
    return Funnel(
        england.value, "England", england.period, phi, points, tuple(curve.tolist()),
        drawn["l95"], drawn["u95"], drawn["l998"], drawn["u998"],
    )  # fmt: skip


def exact_limit(centre: float, bases: Floats, tail: float, proportion: bool) -> Floats:
    """Return the exact limit of the rate at a lower-tail probability, interpolated between whole counts.

    Spiegelhalter (2005), appendix A.1: (r - a) / n, r the smallest count whose cumulative
    probability reaches the tail, a the part of its probability beyond it.
    """
    n = np.round(bases).astype(np.int64) if proportion else bases

    def reached(count: Floats) -> Floats:
        known = np.maximum(count, 0)
        share = special.bdtr(known, n, centre) if proportion else special.pdtr(known, n * centre)
        return np.asarray(np.where(count < 0, 0.0, share), dtype=np.float64)

    guess = special.bdtrik(tail, n, centre) if proportion else special.pdtrik(tail, n * centre)
    count = np.maximum(np.ceil(np.nan_to_num(guess)) - 1, 0)
    for _ in range(3):  # the continuous inverse may be one off
        count = np.where(reached(count) < tail, count + 1, count)
    inside = (reached(count) - tail) / (reached(count) - reached(count - 1))
    return np.asarray(np.maximum(count - inside, 0) / n, dtype=np.float64)


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
