"""Decimals enough that no printed value contradicts its status; it changes no figure and no rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from carereport.figures import Finding
from carereport.judgement.status import status_of
from carereport.quarters import Quarter
from carereport.settings import Indicator
from carereport.wording.numbers import MOST_DECIMALS, decimals_of, rounded

if TYPE_CHECKING:
    from carereport.project import Project


def with_enough_decimals(project: Project, findings: Sequence[Finding], quarter: Quarter) -> Project:
    """Return the project with one decimal more, or as many as it takes, where 94.7% would print as a target of 95%.

    The decimals are the indicator's, so that it is printed alike in every place.
    """
    indicators = dict(project.indicators)
    for finding in findings:
        indicator = indicators[finding.indicator]
        decimals = _enough(finding, indicator, quarter)
        if decimals is not None:
            indicators[finding.indicator] = indicator.model_copy(update={"decimals": decimals})
    return replace(project, indicators=indicators)


def _enough(finding: Finding, indicator: Indicator, quarter: Quarter) -> int | None:
    """Return the decimals that the leading figure needs, None where its own do."""
    leading = finding.leading
    if leading is None or leading.value is None or finding.status in ("information", "too_few"):
        return None
    base = leading.denominator if indicator.figure_unit == "percent" else None
    first = decimals_of(indicator.figure_unit, indicator.decimals, base, leading.value)
    for decimals in range(first, MOST_DECIMALS + 1):
        printed = replace(leading, value=float(rounded(leading.value, decimals)))
        if status_of(indicator, printed, quarter.end)[0] == finding.status:
            return None if decimals == first else decimals
    return None
