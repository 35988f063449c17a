"""The change between two figures of one indicator with its interval; it rates no change as good or bad."""

from __future__ import annotations

from carereport.figures import Change, Figure
from carereport.judgement import intervals
from carereport.judgement.compare import family_size, figure_interval
from carereport.judgement.declared import is_count, is_proportion
from carereport.settings import Indicator


def change_between(indicator: Indicator, now: Figure | None, then: Figure | None) -> Change:
    """Return the change from `then` to `now` in the indicator's unit with its 95% interval.

    Percentages by Newcombe's hybrid score; counts and rates as two Poisson counts (Zou and Donner
    2008, from Byar's or exact limits). Siblings are allowed for where the indicator declares their family's
    identifier; elsewhere they make it too narrow. Open cases counted at both ends make it too wide. Means from
    t intervals and medians from order statistics, by the same method. Derived figures have none.
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
        return intervals.count_difference(now.value, then.value, family_size(now), family_size(then))
    if indicator.kind in ("mean", "median"):
        one, other = figure_interval(indicator, now), figure_interval(indicator, then)
        if one is None or other is None or now.value is None or then.value is None:
            return None
        return intervals.hybrid(now.value, *one[:2], then.value, *other[:2])
    x1, n1, x2, n2 = now.numerator, now.denominator, then.numerator, then.denominator
    if x1 is None or x2 is None or min(x1, x2) < 0:
        return None
    one_size, other_size = family_size(now), family_size(then)
    x1, x2 = x1 / one_size, x2 / other_size
    n1, n2 = n1 / one_size if n1 else n1, n2 / other_size if n2 else n2
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
