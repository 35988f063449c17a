"""Which columns of the extracts indicators use: all others stay out of measuring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from carereport.conditions.parse import Call, Name, names_in, parse, walk
from carereport.extracts import TableData
from carereport.settings import Indicator

CHILD = "child_id"
KEY = "_child"
"""The column of children as numbers, which differ from council to council."""
_OTHER_ROWS = frozenset(("previous", "nth", "latest", "seen_within", "events_within", "spells_within"))
"""Functions that look at other rows of the child."""


def columns_of(indicator: Indicator) -> set[str]:
    """Return every name an indicator may ask of its table; `other.column` for another table's."""
    names = {CHILD, *_read(indicator)}
    for breakdown in indicator.breakdowns:
        names |= {breakdown.name, *filter(None, [breakdown.within])}
    return names


def used_columns(indicators: Iterable[Indicator], tables: Mapping[str, TableData]) -> dict[str, list[str]]:
    """Return for each table the columns that any indicator reads, in the table's own order, and KEY where it is asked.

    What only splits figures is not among them.
    """
    names: dict[str, set[str]] = {
        name: {*table.horizons, *(table.spell or ()), *([table.date] if table.date else [])}
        for name, table in tables.items()
    }
    for indicator in indicators:
        own = str(indicator.from_)
        for name in _read(indicator):
            table, dot, column = name.partition(".")
            if dot and table in names:
                names[table].add(column)
            elif not dot and own in names:
                names[own].add(name)
        for table in _by_child(indicator):
            if table in names:
                names[table].add(KEY)
    return {
        name: [*(c for c in table.frame.columns if c in names[name]), *([KEY] if KEY in names[name] else [])]
        for name, table in tables.items()
    }


def _read(indicator: Indicator) -> set[str]:
    """Return the names that an indicator's rows are chosen, counted or averaged by."""
    names = set(indicator.open or ())
    for text in (indicator.when, indicator.where, indicator.count, indicator.of):
        if text:
            names |= names_in(parse(text))
    for breakdown in indicator.breakdowns:
        if breakdown.name == "age_band":
            names.add("birth")
        elif indicator.kind == "supplied":
            names |= {breakdown.name, *filter(None, [breakdown.within])}
    if indicator.kind == "supplied":
        names |= {name for name in (indicator.numerator, indicator.denominator, indicator.value) if name}
    if indicator.distinct is not None:
        names.add(KEY if indicator.distinct == CHILD else indicator.distinct)
    return names | {*filter(None, [indicator.cluster])}


def _by_child(indicator: Indicator) -> set[str]:
    """Return the tables of which an indicator asks which rows are of one child."""
    found: set[str] = set()
    for text in (indicator.where, indicator.count, indicator.of):
        for node in walk(parse(text)) if text else []:
            if isinstance(node, Call) and node.name in _OTHER_ROWS:
                named = {part.text.partition(".")[0] for part in node.arguments if isinstance(part, Name)}
                found |= {str(indicator.from_), *named}
    return found
