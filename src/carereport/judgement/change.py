"""The change between two figures of one indicator with its interval; it rates no change as good or bad."""

from __future__ import annotations

from carereport.figures import Change, Figure
from carereport.judgement import intervals
from carereport.judgement.compare import is_count, is_proportion
from carereport.settings import Indicator


def change_between(indicator: Indicator, now: Figure | None, then: Figure | None) -> Change:
    """Return the change from `then` to `now` in the indicator's unit with its 95% interval.

    Percentages by Newcombe's hybrid score; counts and rates as two Poisson counts (Zou and Donner
    2008, from Byar's or exact limits). That takes children as independent: siblings make it somewhat
    too narrow, open cases counted at both ends too wide. Means, medians and derived figures have none.
    """
    if now is None or then is None or now.value is None or then.value is None or _broken(indicator, then, now):
        return Change(None)
    value = now.value - then.value
    interval = _difference(indicator, now, then)
    if interval is None:
        return Change(value)
    lower, upper = interval
    return Change(value, lower, upper, clear=lower > 0 or upper < 0)


def _difference(indicator: Indicator, now: Figure, then: Figure) -> tuple[float, float] | None:
    if is_count(indicator) and now.value is not None and then.value is not None:
        if min(now.value, then.value) < 0:
            return None
        return intervals.count_difference(now.value, then.value)
    x1, n1, x2, n2 = now.numerator, now.denominator, then.numerator, then.denominator
    if x1 is None or x2 is None or min(x1, x2) < 0:
        return None
    if indicator.per is not None:
        return intervals.rate_difference(x1, n1, x2, n2, indicator.per.scale) if n1 and n2 else None
    if is_proportion(indicator):
        if not n1 or not n2 or x1 > n1 or x2 > n2:
            return None
        lower, upper = intervals.newcombe_difference(x1, n1, x2, n2)
        return 100 * lower, 100 * upper
    return None


def _broken(indicator: Indicator, then: Figure, now: Figure) -> bool:
    """Return whether the definition changed between the two figures or within one."""
    starts, ends = indicator.valid_from, indicator.valid_to
    return (starts is not None and then.start < starts <= now.end) or (
        ends is not None and then.start <= ends < now.end
    )
