"""On, near or off target by a rule that can be printed; it says nothing of change or chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from carereport.settings import Indicator, Target

if TYPE_CHECKING:
    from carereport.figures import Figure, Status

LOW_BASE = 20
"""A percentage of fewer than this many is not rated."""
_TOLERANCE = 1e-9
_COMPARE: dict[str, Callable[[float, float, float], bool]] = {
    ">=": lambda value, limit, tol: value >= limit - tol,
    "<=": lambda value, limit, tol: value <= limit + tol,
    ">": lambda value, limit, tol: value > limit + tol,
    "<": lambda value, limit, tol: value < limit - tol,
    "=": lambda value, limit, tol: abs(value - limit) <= tol,
}
_WORDS = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "less than {}", "=": "exactly {}"}
_NUMBER = r"(-?\d+(?:\.\d+)?)\s*%?"
_SINGLE = re.compile(rf"^(>=|<=|>|<|=)\s*{_NUMBER}$")
_BETWEEN = re.compile(rf"^between\s+{_NUMBER}\s+and\s+{_NUMBER}$", re.IGNORECASE)


@dataclass(frozen=True)
class Threshold:
    """A condition on a value: every (operator, limit) part must hold."""

    parts: tuple[tuple[str, float], ...]

    def holds(self, value: float) -> bool:
        """Return whether the unrounded value meets it; a value on a limit in exact arithmetic counts as on it."""
        return all(
            _COMPARE[operator](value, limit, _TOLERANCE * max(1.0, abs(limit), abs(value)))
            for operator, limit in self.parts
        )

    def words(self, unit: str) -> str:
        """Return it in words: '85% or more'."""
        if len(self.parts) == 2 and self.parts[0][0] == ">=" and self.parts[1][0] == "<=":
            return f"{amount(self.parts[0][1], unit)} to {amount(self.parts[1][1], unit)}"
        return " and ".join(_WORDS[op].format(amount(limit, unit)) for op, limit in self.parts)


def parse_threshold(text: str) -> Threshold:
    """Read '>= 85', 'between 80 and 90' or two comparisons joined by 'and'.

    Raises ValueError with a sentence for the user.
    """
    between = _BETWEEN.match(text.strip())
    if between:
        return Threshold(((">=", float(between[1])), ("<=", float(between[2]))))
    parts = []
    for piece in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE):
        single = _SINGLE.match(piece.strip())
        if not single:
            raise ValueError('write a threshold as ">= 85", "< 3" or "between 80 and 90"')
        parts.append((single[1], float(single[2])))
    return Threshold(tuple(parts))


def target_at(targets: list[Target], day: date) -> Target | None:
    """Return the target in force on a day: the latest that starts on or before it."""
    started = [target for target in targets if target.from_ is None or target.from_ <= day]
    return max(started, key=lambda target: target.from_ or date.min, default=None)


def status_of(indicator: Indicator, leading: Figure | None, day: date) -> tuple[Status, str]:
    """Return the status of the leading figure and the rule that gave it, in words.

    Explicit thresholds win; else the target with its tolerance (5 per cent of the target unless
    declared, in points where the target is under 10). A suppressed figure and a percentage of fewer
    than 20 are too few to rate. Raises ValueError where a threshold cannot be read.
    """
    if indicator.polarity == "neither":
        return "information", "For information: neither higher nor lower is better."
    rules = _rules(indicator, day)
    if rules is None:
        return "information", "For information: there is no target."
    green, amber, sentence = rules
    if leading is None or leading.value is None:
        return "too_few", f"Not rated: {_missing(leading)}. {sentence}"
    if "u" in leading.marker.split():
        return "too_few", f"Not rated: a percentage of fewer than {LOW_BASE}. {sentence}"
    if green.holds(leading.value):
        return "on_target", sentence
    if amber is not None and amber.holds(leading.value):
        return "near_target", sentence
    return "off_target", sentence


def amount(value: float, unit: str) -> str:
    """Return a limit as a rule states it: 80.75%, 3, 1.5 days, 1 day."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".").replace("-", "−")
    if unit == "percent":
        return f"{text}%"
    if unit in ("number", "score") or unit.startswith("per_"):
        return text
    return f"{text} {unit.removesuffix('s') if text == '1' else unit}"


def _rules(indicator: Indicator, day: date) -> tuple[Threshold, Threshold | None, str] | None:
    unit, given = indicator.figure_unit, indicator.status
    better = ">=" if indicator.polarity == "high" else "<="
    target = target_at(indicator.target, day)
    amber = parse_threshold(given.amber) if given.amber else None
    if given.green:
        green = parse_threshold(given.green)
        return green, amber, _sentence(green, amber, unit)
    if target is None:
        return None
    green = Threshold(((better, target.value),))
    if amber is not None:
        return green, amber, _sentence(green, amber, unit)
    in_points = abs(target.value) < 10
    allowed = given.tolerance if in_points else abs(target.value) * given.tolerance / 100
    if not allowed:
        return green, None, _sentence(green, None, unit)
    worst = target.value - allowed if better == ">=" else target.value + allowed
    amber = Threshold(((better, worst),))
    size = amount(given.tolerance, "number")
    points = "percentage points" if unit == "percent" else unit if unit not in ("number", "score") else "points"
    how = f"{size} {'points' if unit.startswith('per_') else points}" if in_points else f"{size}% of the target"
    return green, amber, _sentence(green, amber, unit, f" (worse by no more than {how})")


def _sentence(green: Threshold, amber: Threshold | None, unit: str, why: str = "") -> str:
    near = f" Near target: {amber.words(unit)}{why}." if amber is not None else ""
    return f"On target: {green.words(unit)}.{near} Otherwise off target."


def _missing(leading: Figure | None) -> str:
    if leading is not None and "c" in leading.marker.split():
        return "the figure is suppressed"
    if leading is not None and "z" in leading.marker.split():
        return "there were no cases"
    return "no figure is available"
