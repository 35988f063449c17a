"""What indicators.yaml may declare about judging, so that it can be checked without judging anything."""

from __future__ import annotations

from datetime import date

from carereport.settings import Indicator

LEAST_COUNCILS = 10
"""Fewest other councils whose bases are published, for a funnel plot."""
MINIMUM = 12
"""Baseline points needed for limits."""


def is_count(indicator: Indicator) -> bool:
    """Return whether the value is a number of rows, children or events, rather than an amount or a share."""
    if indicator.kind == "supplied":
        plain = indicator.denominator is None and indicator.per is None
        return plain and indicator.numerator is not None and indicator.figure_unit == "number"
    return indicator.kind == "count"


def is_proportion(indicator: Indicator) -> bool:
    """Return whether the value is 100 x numerator / denominator; cases per worker, say, are no share of anything."""
    if indicator.kind == "percentage":
        return True
    share = indicator.kind == "supplied" and indicator.denominator is not None and indicator.per is None
    return share and indicator.figure_unit == "percent"


def charts_allowed(indicator: Indicator) -> list[str]:
    """Return the charts that may be declared for an indicator: p charts for shares, u charts for rates."""
    allowed = ["auto", "xmr", "t", "g", "none"]
    if is_proportion(indicator):
        return ["auto", "xmr", "p", "laney_p", "t", "g", "none"]
    return ["auto", "xmr", "u", "laney_u", "t", "g", "none"] if indicator.per is not None else allowed


def read_month(text: str) -> date:
    """Read 2024-10, or a day in that month, as the month's first day. Raises ValueError where it is neither."""
    parts = text.split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        raise ValueError("write the month as 2024-10")
    return date(int(parts[0]), int(parts[1]), 1)


def can_look_ahead(indicator: Indicator) -> bool:
    """Return whether an indicator is a stock or a flow that is counted and whose months add up to its quarter."""
    return is_count(indicator) and (indicator.is_snapshot or indicator.distinct is None)
