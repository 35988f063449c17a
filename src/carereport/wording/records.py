"""The records of early warnings and of looking ahead as lines for a terminal; it judges nothing."""

from __future__ import annotations

from collections.abc import Iterator

from carereport.figures import Finding
from carereport.judgement.early_warning import Record
from carereport.settings import Indicator
from carereport.wording.numbers import number_text
from carereport.wording.outlook import look_ahead_sentences


def record_lines(record: Record) -> Iterator[str]:
    """Yield what a theme's warnings were worth, ready to print."""
    yield record.theme
    yield f"  months replayed   {record.months}"
    yield f"  warnings          {record.warned}, {record.right} of them right"
    yield f"  precision         {_share(record.precision)}"
    yield f"  recall            {_share(record.recall)} of {record.worsened} months before a clear worsening"
    yield f"  base rate         {_share(record.base_rate)}"
    yield f"  'no change'       right in {_share(record.no_change)}"
    lead = "none was right" if record.lead_months is None else f"{number_text(record.lead_months, 1)} months"
    yield f"  lead time         {lead}"
    yield f"  shown             {'yes' if record.is_shown else 'no: it does not beat “no change”, or too few warnings'}"


def look_ahead_lines(finding: Finding, indicator: Indicator) -> Iterator[str]:
    """Yield what the methods did in the back-test and what comes of it, ready to print."""
    ahead = finding.look_ahead
    if ahead is None:
        return
    yield f"{finding.indicator}: {indicator.name}, from {ahead.months} months in a row"
    if ahead.records:
        yield f"  {'method':<44}{'quarters':>9}{'inside':>8}{'coverage':>10}{'score':>9}"
    for record in ahead.records:
        picked = "  picked" if record.method == ahead.method else ""
        share, score = _share(record.inside / record.quarters), number_text(record.score, 1)
        yield f"  {record.method:<44}{record.quarters:>9}{record.inside:>8}{share:>10}{score:>9}{picked}"
    for sentence in look_ahead_sentences(finding, indicator):
        yield f"  {sentence.text}"


def _share(share: float | None) -> str:
    return "none to judge" if share is None else f"{number_text(100 * share)}%"
