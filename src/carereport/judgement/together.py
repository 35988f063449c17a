"""Measures that must be read together: pairs in which one side flatters, themes that move one way; no sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from carereport.figures import Finding
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

Side = Literal["off_target", "concerning", "unusually_high", "unusually_low"]


@dataclass(frozen=True)
class Flattering:
    """A measure that looks good beside one that does not; `side` says what the other shows."""

    indicator: str
    other: str
    side: Side


@dataclass(frozen=True)
class Theme:
    """Indicators that share a theme, in the order of the YAML."""

    name: str
    indicators: tuple[str, ...]


def flattering_pairs(findings: Sequence[Finding], project: Project) -> tuple[Flattering, ...]:
    """Return the declared pairs in which one side flatters.

    It is on target or improving beyond usual variation, while the other is off target, concerning or, with no good
    direction of its own, beyond its usual range.
    """
    by_id = {finding.indicator: finding for finding in findings}
    found = []
    for finding in findings:
        for name in project.indicators[finding.indicator].pair:
            other = by_id.get(name)
            side = _doubtful(other) if other is not None and other is not finding else None
            if side is not None and _looks_good(finding):
                found.append(Flattering(finding.indicator, name, side))
    return tuple(found)


def themes(project: Project) -> tuple[Theme, ...]:
    """Return the themes that at least two indicators share."""
    named: dict[str, list[str]] = {}
    for name, indicator in project.indicators.items():
        if indicator.theme:
            named.setdefault(indicator.theme, []).append(name)
    return tuple(Theme(name, tuple(members)) for name, members in named.items() if len(members) > 1)


def worse_is_up(indicator: Indicator) -> bool:
    """Return whether a higher figure is the unwelcome side: low is good, or it measures demand."""
    return indicator.polarity != "high"


def _looks_good(finding: Finding) -> bool:
    return finding.status == "on_target" or finding.spc.variation == "improving"


def _doubtful(other: Finding) -> Side | None:
    if other.status == "off_target":
        return "off_target"
    moved = other.spc.variation
    return moved if moved in ("concerning", "unusually_high", "unusually_low") else None
