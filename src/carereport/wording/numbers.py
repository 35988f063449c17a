"""A number becomes text here and nowhere else, so that one number is one string in every form."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

LOW_BASE = 20
"""Under this denominator a percentage to one decimal would tell the count (report rule 6)."""
MOST_WORDS = 25
"""In a generated sentence."""
MOST_DECIMALS = 4
WHOLE_PERCENT_BASE = 200
"""Under this denominator percentages are printed as whole numbers."""
_HALF_UP = Context(prec=400, rounding=ROUND_HALF_UP)
"""With more digits than any number has."""

MARKERS = {
    "c": "suppressed: too small to publish without a risk of identifying a child",
    "x": "not available",
    "z": "not applicable",
    "low": "rounds to zero but is not zero",
    "p": "provisional",
    "r": "revised since last published",
    "u": "low base: under 20",
}
"""One marker, one meaning: the legend printed under each table that uses one."""


def rounded(value: float, decimals: int) -> Decimal:
    """Round half up on the number's exact decimal digits, once, at output."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), context=_HALF_UP)


def number_text(value: float, decimals: int = 0) -> str:
    """Return a number with commas from 1,000 and a true minus sign: 1,012 or −4.5."""
    exact = rounded(value, decimals)
    if exact == 0:
        exact = abs(exact)
    return f"{exact:,f}".replace("-", "−")


def decimals_of(
    unit: str, decimals: int | None, denominator: float | None, value: float | None = None
) -> int:
    """Return how many decimals a figure carries: the indicator's own, or the unit's habit."""
    if unit == "percent":
        if denominator is not None and denominator < LOW_BASE:
            return 0
        if decimals is not None:
            return decimals
        return 0 if denominator is not None and denominator < WHOLE_PERCENT_BASE else 1
    if decimals is not None:
        return decimals
    if unit.startswith("per_"):
        return 1
    return 0 if value is None or float(value).is_integer() else 1


def value_text(
    value: float | None,
    unit: str,
    decimals: int | None = None,
    denominator: float | None = None,
    marker: str = "",
) -> str:
    """Return a figure as the report prints it: 79%, 53.0, 1,012, or its marker as [c]."""
    if marker in ("c", "x", "z"):
        return f"[{marker}]"
    if value is None or value != value:
        return "[x]"
    text = number_text(value, decimals_of(unit, decimals, denominator, value))
    return f"{text}%" if unit == "percent" else text


def unit_words(unit: str) -> str:
    """Return what follows a value in prose: ' per 10,000 children', ' days', or nothing."""
    if unit in ("percent", "number"):
        return ""
    if unit.startswith("per_") and unit[4:].isdigit():
        return f" per {int(unit[4:]):,} children"
    return f" {unit.replace('_', ' ')}"


def points_text(difference: float, decimals: int) -> str:
    """Return a difference of two percentages: '2.1 percentage points'."""
    text = number_text(abs(difference), decimals)
    return f"{text} percentage point{'' if text == '1' else 's'}"


def base_text(numerator: float | None, denominator: float | None) -> str:
    """Return '1,012 of 1,281', or nothing where either is unknown."""
    if numerator is None or denominator is None or numerator != numerator or denominator != denominator:
        return ""
    return f"{value_text(numerator, 'number')} of {value_text(denominator, 'number')}"


def decimals_given(value: float) -> int:
    """Return how many decimals a number of the settings or a publisher has, as it was written."""
    text = repr(float(value))
    return 0 if text.endswith(".0") else len(text.partition(".")[2])


def plural(count: float, one: str, many: str) -> str:
    """Return '1 child', '4 children', 'no children' for zero."""
    if count == 0:
        return f"no {many}"
    return f"{value_text(count, 'number')} {one if count == 1 else many}"
