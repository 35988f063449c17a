"""How often a stable measure shows a special cause by chance, by length of series; it judges no measure.

The table was made by `simulate` (seed 20250930, 40,000 series a length): independent normal months
without any change, XmR limits from all points, the four rules together. To make it again:
`python -m carereport.judgement.false_alarms`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np

from carereport.figures import Finding
from carereport.judgement.declared import MINIMUM
from carereport.judgement.spc import xmr_limits
from carereport.judgement.special_cause import label, tolerance

Event = Literal["latest", "any"]

SEED = 20250930
TABLE: dict[int, tuple[float, float]] = {
    12: (0.013, 0.071),
    15: (0.015, 0.099),
    18: (0.016, 0.133),
    21: (0.016, 0.159),
    24: (0.016, 0.189),
    30: (0.017, 0.240),
    36: (0.017, 0.296),
    42: (0.018, 0.341),
    48: (0.018, 0.388),
    54: (0.017, 0.427),
    60: (0.018, 0.471),
    72: (0.018, 0.541),
    96: (0.021, 0.653),
    120: (0.019, 0.739),
}
"""By number of points: share of stable series whose latest point is special; share with any special point."""


def expected_false_alarms(points: Iterable[int], event: Event = "latest") -> float:
    """Return how many of the measures would show a special cause though nothing changed.

    `points` holds the number of points of each charted measure; those under 12 have no limits and
    add nothing. `latest` asks of the latest point (the word in the scorecard), `any` of the whole chart.
    """
    return sum(false_alarm_rate(size, event) for size in points)


def charted_points(findings: Iterable[Finding]) -> list[int]:
    """Return how many labelled points each finding's chart has, charts without a reading left out."""
    return [
        sum(point.special is not None for point in finding.spc.points)
        for finding in findings
        if finding.spc.variation != "too_short"
    ]


def false_alarm_rate(size: int, event: Event = "latest") -> float:
    """Return the share of stable series of this length with a false alarm, lengths in between in proportion."""
    if size < MINIMUM:
        return 0.0
    lengths = sorted(TABLE)
    shares = [TABLE[length][event == "any"] for length in lengths]
    return float(np.interp(size, lengths, shares))


def simulate(length: int, series: int, seed: int = SEED) -> tuple[float, float]:
    """Return the shares of simulated stable series whose latest point, and any point, is special."""
    draws = np.random.default_rng([seed, length]).standard_normal((series, length))
    baseline = np.ones(length, dtype=np.bool_)
    latest = anywhere = 0
    for values in draws:
        limits = xmr_limits(values, baseline)
        labels = label(values, limits.centre, limits.lower, limits.upper, tolerance(values))
        latest += labels[-1] != "common"
        anywhere += any(word != "common" for word in labels)
    return latest / series, anywhere / series


if __name__ == "__main__":
    for size in (12, 15, 18, 21, 24, 30, 36, 42, 48, 54, 60, 72, 96, 120):
        last, whole = simulate(size, 40_000)
        print(f"    {size}: ({last:.3f}, {whole:.3f}),")
