"""Last year's outturn from its four quarters as published: a sum of what is shown gives nothing else away."""

from __future__ import annotations

from datetime import date

from carereport.figures import Figure, Finding
from carereport.judgement.chart_choice import adds_up
from carereport.quarters import Quarter
from carereport.settings import Indicator


def outturn(finding: Finding, indicator: Indicator, quarter: Quarter) -> Figure | None:
    """Return the figure of the financial year before the quarter's; None where quarters do not make a year.

    Suppressed where any of its quarters is: the year would give the quarter away.
    """
    return together(finding, indicator, date(quarter.year - 1, 4, 1), Quarter(quarter.year - 1, 4))


def together(finding: Finding, indicator: Indicator, start: date, last: Quarter) -> Figure | None:
    """Return the figure of the quarters from a day to the last, made of theirs."""
    held = [figure for figure in finding.quarters if start <= figure.start and figure.end <= last.end]
    wanted = (last.end.year - start.year) * 4 + (last.end.month - start.month + 1) // 3
    if indicator.is_snapshot or indicator.distinct or len(held) != wanted:
        return None
    if any("c" in figure.marker.split() for figure in held):
        return Figure(start, last.end, None, marker="c")
    values, counted = [figure.value for figure in held], [figure.numerator for figure in held]
    bases = [figure.denominator for figure in held]
    x = sum(number for number in counted if number is not None)
    n = sum(number for number in bases if number is not None)
    shares = indicator.kind in ("percentage", "mean") or (indicator.kind == "supplied" and not adds_up(indicator))
    if shares and None not in (*counted, *bases):
        scale = 100.0 if indicator.figure_unit == "percent" else 1.0
        return Figure(start, last.end, scale * x / n, x, n) if n else None
    if not shares and adds_up(indicator) and indicator.kind != "derived" and len(set(bases)) == 1:
        known = [value for value in values if value is not None]
        return Figure(start, last.end, sum(known), x, bases[0]) if len(known) == wanted else None
    return None
