"""Sentences on records that lack the value a figure needs: how many have it, or that none has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from carereport.conditions.parse import ConditionError, IsNull, names_in, parse, walk
from carereport.figures import Figure, Finding, Sentence
from carereport.quarters import Quarter
from carereport.settings import Indicator
from carereport.wording.numbers import value_text

if TYPE_CHECKING:
    from carereport.project import Project

ANY = "entry that the measure needs"


def needed_field(indicator: Indicator, project: Project) -> str:
    """Return the name of the column that an indicator's records may lack, else its header: '“Held”'; '' for none."""
    table = project.extracts.tables.get(str(indicator.from_))
    text = indicator.of or indicator.count
    if table is None or not text:
        return ""
    source = project.extracts.tables.get(table.chain.from_) if table.chain is not None else None
    columns = {**(source.columns if source is not None else {}), **table.columns}
    try:
        asked = names_in(parse(text))
        guards = walk(parse(indicator.where)) if indicator.where else []
    except ConditionError:
        return ""
    given = {name for part in guards if isinstance(part, IsNull) and part.negated for name in names_in(part)}
    held = [name for name in columns if name in asked - given]
    may_lack = [name for name in held if columns[name].optional or columns[name].lookup] or held
    called = []
    for name in may_lack:
        spec = columns[name]
        if spec.lookup is not None and not spec.name:
            other, _, column = spec.lookup.partition(".")
            spec = project.extracts.tables[other].columns.get(column, spec)
        called.append(spec.name or f"“{spec.from_[0] if spec.from_ else name}”")
    return " or ".join(called)


def completeness(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W24: how many records had the field that the measure needs, where some had not."""
    said = completeness_of(finding.leading, finding, indicator)
    if said is not None:
        yield said


def completeness_of(figure: Figure | None, finding: Finding, indicator: Indicator) -> Sentence | None:
    """Return W24 for a figure, None where nearly every record has the field: 'Of the records, 93% had …'"""
    if figure is None or figure.value is None or figure.complete is None:
        return None
    share = value_text(100 * figure.complete, "percent", 0)
    if share == "100%":
        return None
    field = finding.needs or ANY
    if figure.complete == 0:
        return Sentence(f"None of the records had a valid {field}.", "W24", _numbers(field))
    rest = ""
    if indicator.of:
        rest = " The others are left out."
    elif indicator.kind == "percentage" and indicator.polarity == "high":
        rest = " The others count as not done."
    return Sentence(f"Of the records, {share} had a valid {field}.{rest}", "W24", (share, *_numbers(field)))


def not_calculated(figure: Figure, finding: Finding, indicator: Indicator) -> Sentence | None:
    """W23: that a figure could not be made, since none of its records has the field; None where there were none."""
    if figure.complete != 0:
        return None
    field = finding.needs or "entry that it needs"
    field = field if field.startswith("“") else f"the {field}"
    text = f"{indicator.name} could not be calculated: {field} was missing"
    if figure.records is None:
        return Sentence(f"{text} in every case.", "W23", _numbers(field))
    if figure.records == 1:
        return Sentence(f"{text} in the only case.", "W23", _numbers(field))
    records = value_text(figure.records, "number")
    return Sentence(f"{text} for {records} of {records} records.", "W23", (records, *_numbers(field)))


def _numbers(field: str) -> tuple[str, ...]:
    """Return a header's own numbers, which are part of its name."""
    return tuple(re.findall(r"\d+", field))
