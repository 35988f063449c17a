"""The record of an early warning as lines for a terminal; it judges nothing."""

from __future__ import annotations

from collections.abc import Iterator

from carereport.judgement.early_warning import Record
from carereport.wording.numbers import number_text


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


def _share(share: float | None) -> str:
    return "none to judge" if share is None else f"{number_text(100 * share)}%"
