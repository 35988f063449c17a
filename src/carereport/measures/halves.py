"""Divides the indicators into two halves of about equal work; it counts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carereport.settings import Indicator
from carereport.side_by_side import can

WORTHWHILE = 50_000
"""Rows of all tables from which a second process pays."""


def halves(
    names: Sequence[str], indicators: Mapping[str, Indicator], rows: Mapping[str, int]
) -> tuple[list[str], list[str]]:
    """Divide indicators into two of about equal work, those of one table together: they share its spells.

    `rows` tells how many rows each table has.

    All in the first where a second process does not pay, or cannot be had.
    """
    if not can() or sum(rows.values()) < WORTHWHILE:
        return list(names), []
    work: dict[str, float] = {}
    for name in names:
        indicator = indicators[name]
        table = str(indicator.from_)
        spells = 35 if indicator.open is not None else 0
        own = 25 + 20 * len(indicator.breakdowns) + spells + rows.get(table, 0) / 700
        work[table] = work.get(table, 0.0) + own  # thousandths of a second, as measured on the sample
    loads = [0.0, 0.0]
    side: dict[str, int] = {}
    for table in sorted(work, key=lambda held: (-work[held], held)):
        lighter = int(loads[1] < loads[0])
        side[table], loads[lighter] = lighter, loads[lighter] + work[table]
    first, second = ([n for n in names if side[str(indicators[n].from_)] == place] for place in (0, 1))
    return first, second
