"""What the report says of published figures that have moved since: from what to what, never why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carereport.disclosure.revisions import value_has_moved
from carereport.figures import Figure, Finding, Revision, Sentence
from carereport.quarters import Period, PeriodKind, Quarter, written
from carereport.settings import Indicator
from carereport.wording.numbers import MOST_DECIMALS, base_text, plural, value_text


def stated(revisions: Sequence[Revision]) -> tuple[Revision, ...]:
    """Return the revisions that get a sentence: those of totals, without months of a quarter that is stated."""
    totals = [one for one in revisions if one.breakdown == "total"]
    quarters = {(one.indicator, Quarter.holding(one.now.end)) for one in totals if one.period_kind == "quarter"}
    return tuple(
        one
        for one in totals
        if one.period_kind != "month" or (one.indicator, Quarter.holding(one.now.end)) not in quarters
    )


def revised(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W20 without its reason, which is an officer's: each revision of the indicator's totals."""
    for one in stated(finding.revisions):
        yield revision_sentence(one, indicator)


def revision_sentence(revision: Revision, indicator: Indicator) -> Sentence:
    """Return W20's first sentence: 'The figure for April to June 2025 has been revised from 20 to 27.'"""
    old, new = before_and_now(revision, indicator)
    text = f"The figure for {period_words(revision, indicator)} has been revised from {old} to {new}."
    return Sentence(text, "W20", (old, new))


def before_and_now(revision: Revision, indicator: Indicator) -> tuple[str, str]:
    """Return both figures as the report prints them, so that the reader sees what moved.

    What they are made of stands beside them where only that moved far; more decimals where they would print alike.
    """
    figures = (revision.before, revision.now)
    bases = [_base(figure, indicator) for figure in figures]
    for decimals in (indicator.decimals, *range(1, MOST_DECIMALS + 1)):
        old, new = (_text(figure, indicator, decimals) for figure in figures)
        if all(bases) and (old == new or not value_has_moved(revision.before.value, revision.now.value)):
            old, new = (f"{text} ({base})" for text, base in zip((old, new), bases, strict=True))
        if old != new:
            break
    return old, new


def _base(figure: Figure, indicator: Indicator) -> str:
    """Return the numbers of children behind a figure that is none itself: 'x of N', 'N plans', 'based on N'."""
    if indicator.figure_unit == "percent":
        return base_text(figure.numerator, figure.denominator)
    if indicator.kind == "rate" and figure.numerator is not None:
        things = indicator.things or "cases"
        return plural(figure.numerator, indicator.thing or things, things)
    if indicator.kind in ("mean", "median") and figure.denominator is not None:
        return f"based on {value_text(figure.denominator, 'number')}"
    return ""


def period_words(revision: Revision, indicator: Indicator) -> str:
    """Return the period in words: 'April to June 2025', '30 June 2025', 'the 12 months to 30 June 2025'."""
    figure, kind = revision.now, revision.period_kind
    if indicator.is_snapshot or kind == "as_at":
        return written(figure.end)
    if kind == "rolling_12_months":
        return f"the 12 months to {written(figure.end)}"
    words: PeriodKind = "month" if kind == "month" else "quarter"
    return Period(words, figure.start, figure.end).label


def _text(figure: Figure, indicator: Indicator, decimals: int | None) -> str:
    base = figure.denominator if indicator.figure_unit == "percent" else None
    return value_text(figure.value, indicator.figure_unit, decimals, base)
