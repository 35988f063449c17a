"""What is said of the next quarter: an interval with its record, or why there is none; never a point."""

from __future__ import annotations

from carereport.figures import Finding, LookAhead, Sentence
from carereport.judgement.look_ahead import LEAST, NEEDED
from carereport.quarters import Period, written
from carereport.settings import Indicator
from carereport.wording.numbers import number_text
from carereport.wording.sentences import mid_sentence

LOOK_AHEAD = "L1"
"""The rule of these sentences, which stand on the page of the look-ahead only."""


def look_ahead_sentences(finding: Finding, indicator: Indicator) -> tuple[Sentence, ...]:
    """L1: 'Referrals in October to December 2025: between 695 and 798 in four of five such forecasts. In …'."""
    ahead = finding.look_ahead
    if ahead is None:
        return ()
    if ahead.lower is None or ahead.upper is None or ahead.record is None:
        return (_not_shown(ahead, indicator.name),)
    low, high = number_text(ahead.lower), number_text(ahead.upper)
    inside, of = number_text(ahead.record.inside), number_text(ahead.record.quarters)
    name = indicator.name[:1].upper() + indicator.name[1:]
    text = (
        f"{name} {next_period(ahead, indicator)}: between {low} and {high} in four of five such forecasts. "
        f"In the back-test, {inside} of {of} quarters lay inside."
    )
    return (Sentence(text, LOOK_AHEAD, (low, high, inside, of)),)


def next_period(ahead: LookAhead, indicator: Indicator) -> str:
    """Return 'at 31 December 2025' for a stock, 'in October to December 2025' for a flow."""
    if indicator.is_snapshot:
        return f"at {written(ahead.end)}"
    return f"in {Period('quarter', ahead.start, ahead.end).label}"


def _not_shown(ahead: LookAhead, name: str) -> Sentence:
    mid = mid_sentence(name)
    figures: tuple[str, ...] = ()
    if ahead.reason == "coverage" and ahead.record is not None:
        figures = (number_text(ahead.record.inside), number_text(ahead.record.quarters))
        too_few = ahead.record.inside < LEAST * ahead.record.quarters
        tail = "too few" if too_few else "more than such an interval should hold"
        why = f"In the back-test, {figures[0]} of {figures[1]} quarters lay inside, {tail}"
    elif ahead.reason in ("suppressed", "too_few"):
        figures = (number_text(NEEDED),)
        gap = "a month too small to publish is a gap" if ahead.reason == "suppressed" else "fewer are published"
        why = f"It needs {figures[0]} months in a row, and {gap}"
    else:
        why = "The past gives it no width" if ahead.reason == "no_width" else "No method could be fitted"
    return Sentence(f"No interval is shown for {mid}. {why}.", LOOK_AHEAD, figures)
