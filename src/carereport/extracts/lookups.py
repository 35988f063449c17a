"""Columns that are looked up in another table, which may look them up in turn."""

from __future__ import annotations

from carereport.settings import ExtractSettings

Place = tuple[str, str]
"""A table and its column."""


def looked_up(extracts: ExtractSettings) -> dict[Place, Place]:
    """Return where each looked-up column looks, in an order in which what is looked up is there."""
    found: dict[Place, Place] = {}
    for name, table in extracts.tables.items():
        for column, spec in table.columns.items():
            if spec.lookup is not None:
                other, _, target = spec.lookup.partition(".")
                found[name, column] = other, target
    ordered: dict[Place, Place] = {}
    for place in found:
        way = [place]
        while found[way[-1]] in found and found[way[-1]] not in way:
            way.append(found[way[-1]])
        for one in reversed(way):
            ordered.setdefault(one, found[one])
    return ordered


def looks_at_itself(place: Place, found: dict[Place, Place]) -> bool:
    """Return whether lookups lead from a column back to where one was before."""
    seen: set[Place] = set()
    while place in found and place not in seen:
        seen.add(place)
        place = found[place]
    return place in seen
