"""t and g charts for events too rare for months: the time, or the cases, between months with an event.

Single dates never pass the line between rows and figures, since the date of a rare event can tell who
it was. The gaps are therefore whole months (t), or the cases of whole months (g). Which months hold an
event is public in any case: zeros are shown, so a suppressed month holds at least one. Gaps are brought
near to a normal curve by the power 1 / 3.6 (Nelson 1994, Journal of Quality Technology 26) and charted
as XmR; centre and limits are carried back. A long gap means fewer events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from carereport.figures import Figure, Spc, SpcPoint, Variation
from carereport.judgement.spc import Series, control_chart
from carereport.judgement.special_cause import Floats, variation
from carereport.settings import Polarity

POWER = 1 / 3.6
MOST_MONTHS = 0.5
"""Where more months than this share hold an event, whole months between events say little."""
FEWER: dict[Polarity, Polarity] = {"high": "low", "low": "high", "neither": "neither"}
"""The polarity of the gaps: where few events are good, long gaps are."""
_OTHER: dict[Variation, Variation] = {"unusually_high": "unusually_low", "unusually_low": "unusually_high"}


def too_frequent(figures: Sequence[Figure | None]) -> bool:
    """Return whether events fall in so many months that the months between them say little."""
    known = [event for event in map(_has_event, figures) if event is not None]
    return not known or sum(known) > MOST_MONTHS * len(known)


def rare_event_chart(
    periods: Sequence[str],
    figures: Sequence[Figure | None],
    breaks: Sequence[int],
    chart: Literal["t", "g"],
    polarity: Polarity,
) -> Spc:
    """Return the t or g chart of a monthly series, a point at each month with an event after the first.

    There is no assurance: a target for the measure is none for the gaps. Months without an event, and
    the first event after an unknown month or a break, have no value. The gap that is still open counts
    once it is longer than usual.
    """
    gaps, still_open = _gaps(figures, set(breaks), chart)
    at = np.flatnonzero(np.isfinite(gaps))
    starts = tuple(int(np.searchsorted(at, index)) for index in breaks)
    held = Series(tuple(periods[i] for i in at.tolist()), gaps[at] ** POWER, breaks=starts)
    what = "months between months with an event" if chart == "t" else "cases between months with an event"
    reason = f"A {chart} chart, as declared: {what}; single dates are not used, as they could identify a child."
    spc = control_chart(held, "xmr", reason, None, FEWER[polarity])
    by_period = {point.period: point for point in spc.points}
    points = tuple(_back(by_period.get(period, SpcPoint(period, None))) for period in periods)
    lower, upper, mean = (_carried(limit) for limit in (spc.lower, spc.upper, spc.mean))
    word, reason = spc.variation, spc.reason
    if upper is not None and still_open > upper:
        word = variation("outside_high", FEWER[polarity])
        reason += " The gap that is still open counts, as it is longer than usual already."
        points = (*points[:-1], SpcPoint(periods[-1], still_open, lower, upper, "outside_high", mean))
    return replace(
        spc, chart=chart, reason=reason, mean=mean, lower=lower, upper=upper, points=points,
        variation=_OTHER.get(word, word),
    )  # fmt: skip


def _has_event(figure: Figure | None) -> bool | None:
    """Return whether a month holds an event, None where nobody knows; a suppressed month holds one."""
    if figure is None:
        return None
    if figure.value is None:
        return True if "c" in figure.marker.split() else None
    return figure.value > 0


def _gaps(figures: Sequence[Figure | None], breaks: set[int], chart: str) -> tuple[Floats, float]:
    """Return the gap that ends with each month, NaN elsewhere, and how long the last one is open, 0 where unknown."""
    gaps = np.full(len(figures), np.nan)
    running: float | None = None
    for index, figure in enumerate(figures):
        event = _has_event(figure)
        if index in breaks:
            running = None
        step = 1.0 if chart == "t" else None if figure is None else figure.denominator
        if event is None or step is None:
            running = None
            continue
        if running is not None:
            running += step
            if event:
                gaps[index] = running
        if event:
            running = 0.0
    return gaps, running or 0.0


def _back(point: SpcPoint) -> SpcPoint:
    return replace(
        point, value=_carried(point.value), lower=_carried(point.lower), upper=_carried(point.upper),
        mean=_carried(point.mean),
    )  # fmt: skip


def _carried(value: float | None) -> float | None:
    return None if value is None else round(max(value, 0.0) ** (1 / POWER), 9)
