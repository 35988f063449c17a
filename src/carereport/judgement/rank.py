"""Our place among councils with the places that chance allows; it calls no place good or bad by itself.

Ranks are simulated from the 95% intervals of all councils (Goldstein and Spiegelhalter 1996), with a
fixed seed. A quarter of councils is named only where all places that chance allows lie within it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from carereport.figures import Figure, RankBand
from carereport.judgement.compare import figure_interval, published_authorities
from carereport.judgement.intervals import Z95
from carereport.judgement.special_cause import Floats
from carereport.quarters import Quarter
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.comparators import PublishedFigure
    from carereport.project import Project

SEED = 20250930
DRAWS = 1000
USUAL_COUNCILS = 160
"""Columns drawn at once: England has 153 councils with these duties."""
LEAST = 100
"""Fewest other councils with a published figure among which a place is given: two thirds of England's."""


def rank_band(
    project: Project, indicator_id: str, indicator: Indicator, ours: Figure | None, quarter: Quarter
) -> RankBand | None:
    """Return our place among the councils with a published figure, None where it cannot be had.

    `ours` is the figure that meets the published one. Where a council's base is not published, it is
    taken to be as large as ours.
    """
    if ours is None or ours.value is None or indicator.kind in ("count", "mean", "median"):
        return None
    others = published_authorities(project, indicator_id, quarter)
    mine = figure_interval(indicator, ours)
    if len(others) < LEAST or mine is None or ours.denominator is None:
        return None
    held = [_spread(indicator, other, ours.denominator) for other in others]
    values = np.array([ours.value, *(value for value, _, _ in held)])
    lower = np.array([mine[0], *(low for _, low, _ in held)])
    upper = np.array([mine[1], *(high for _, _, high in held)])
    highest_first = indicator.polarity != "low"
    first, last = simulated_places(values, lower, upper, highest_first)
    better = values[1:] > ours.value if highest_first else values[1:] < ours.value
    return RankBand(
        place=1 + int(better.sum()),
        first=first,
        last=last,
        of=len(values),
        highest_first=highest_first,
        period=others[0].period,
    )


def simulated_places(values: Floats, lower: Floats, upper: Floats, highest_first: bool) -> tuple[int, int]:
    """Return the 2.5th and 97.5th percentile of the first council's place among all.

    Each council's true value is drawn from a normal curve on either side of its own, as wide as its interval.
    """
    return _places(*(held.astype(np.float64).tobytes() for held in (values, lower, upper)), highest_first)


@lru_cache(maxsize=512)
def _places(values_: bytes, lower_: bytes, upper_: bytes, highest_first: bool) -> tuple[int, int]:
    """Return the places of the same numbers, simulated once."""
    values, lower, upper = (np.frombuffer(held, dtype=np.float64) for held in (values_, lower_, upper_))
    draws = _draws(len(values))
    simulated = values + draws * np.where(draws > 0, upper - values, values - lower) / Z95
    ahead = simulated[:, 1:] > simulated[:, :1] if highest_first else simulated[:, 1:] < simulated[:, :1]
    places = 1 + ahead.sum(axis=1)
    first, last = np.percentile(places, [2.5, 97.5], method="nearest")
    return int(first), int(last)


def quarters_of_rank(band: RankBand) -> tuple[int, int]:
    """Return the quarters of councils, 1 to 4, in which the first and the last place of the band lie."""
    return 1 + 4 * (band.first - 1) // band.of, 1 + 4 * (band.last - 1) // band.of


def _spread(indicator: Indicator, other: PublishedFigure, ours: float) -> tuple[float, float, float]:
    """Return a council's value with its interval; with our base where its own is not published."""
    base = other.denominator or ours
    scale = indicator.per.scale if indicator.per is not None else 100
    events = min(max(other.value * base / scale, 0.0), base)
    figure = Figure(other.end, other.end, other.value, events, base)
    found = figure_interval(indicator, figure)
    return (other.value, found[0], found[1]) if found is not None else (other.value, other.value, other.value)


def _draws(columns: int) -> Floats:
    wide = _wide_draws(max(columns, USUAL_COUNCILS))
    return wide[:, :columns]


@lru_cache(maxsize=2)
def _wide_draws(columns: int) -> Floats:
    return np.random.default_rng(SEED).standard_normal((DRAWS, columns))
