"""Which columns of the extracts indicators use: all others stay out of measuring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from carereport.conditions.parse import names_in, parse
from carereport.extracts import TableData
from carereport.settings import Indicator

CHILD = "child_id"


def columns_of(indicator: Indicator) -> set[str]:
    """Return every name an indicator may ask of its table; `other.column` for another table's."""
    names = {CHILD, *(indicator.open or ())}
    for text in (indicator.when, indicator.where, indicator.count, indicator.of):
        if text:
            names |= names_in(parse(text))
    for breakdown in indicator.breakdowns:
        names |= {breakdown.name, "birth"} if breakdown.name == "age_band" else {breakdown.name}
        if breakdown.within:
            names.add(breakdown.within)
    if indicator.kind == "supplied":
        names |= {name for name in (indicator.numerator, indicator.denominator, indicator.value) if name}
    names |= {name for name in (indicator.distinct, indicator.cluster) if name}
    return names


def used_columns(indicators: Iterable[Indicator], tables: Mapping[str, TableData]) -> dict[str, list[str]]:
    """Return for each table the columns that any indicator uses, in the table's own order."""
    names: dict[str, set[str]] = {
        name: {CHILD, *table.horizons, *(table.spell or ()), *([table.date] if table.date else [])}
        for name, table in tables.items()
    }
    for indicator in indicators:
        for name in columns_of(indicator):
            table, dot, column = name.partition(".")
            if dot and table in names:
                names[table].add(column)
            elif not dot and indicator.from_ in names:
                names[str(indicator.from_)].add(name)
    return {name: [c for c in table.frame.columns if c in names[name]] for name, table in tables.items()}
