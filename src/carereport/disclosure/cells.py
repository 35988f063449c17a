"""Published rows as counts: which counts a row shows, and that one count may stand in several rows.

A row of figures shows one to three counts (numerator, denominator, their difference). The same
count may stand in several rows, of one indicator or of many: it gets one number here, so that hiding
it hides it everywhere. What earlier reports published is added as counts that are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import pandas as pd

from carereport.disclosure.concepts import Concept, concepts, counts_people
from carereport.disclosure.policy import is_small
from carereport.settings import Indicator

SAME = 0.5e-6
"""Figures are published to six decimals."""
Place = tuple[str, int, int]
"""area, first day and last day (as ordinals; a state has its day twice)"""
Line = tuple[str, str]
"""breakdown and category"""


@dataclass
class Cells:
    """Counts (numbered from 0), the rows that show them, and the sums that bind them."""

    values: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    """The least a hidden count can be: zeros are shown, so a hidden plain count is at least 1."""
    rows_of: list[list[int]] = field(default_factory=list)
    """The rows that show a count; none for a count that only others give away."""
    personal: set[int] = field(default_factory=set)
    """Counts of people that nobody may work out where they are small."""
    known: set[int] = field(default_factory=set)
    """Counts that earlier reports published."""
    before: dict[int, int] = field(default_factory=dict)
    """Count that was revised to the count as it was published before."""
    hidden_before: set[int] = field(default_factory=set)
    """Counts that earlier reports hid, and which were found safe then."""
    counts_of: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Row number to the counts it shows."""
    lines: dict[Concept, dict[Line, dict[Place, int]]] = field(default_factory=lambda: defaultdict(dict))
    """Concept in total to breakdown and category, to place, to count."""
    sums: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    """Each sum is (count, sign) terms that add up to zero."""
    kinds: list[str] = field(default_factory=list)
    """What each sum says, in words."""
    sums_of: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Count to the sums it stands in, with its sign there."""
    _numbers: dict[Concept, dict[Place, int]] = field(default_factory=lambda: defaultdict(dict))
    _series: dict[tuple[Concept, Line], tuple[dict[Place, int], dict[Place, int]]] = field(default_factory=dict)
    _done: set[frozenset[tuple[int, int]]] = field(default_factory=set)

    def count(self, concept: Concept, line: Line, place: Place, value: float, least: float) -> int:
        """Return the number of a count, new or met before."""
        series = self._series.get((concept, line))
        if series is None:
            series = self._numbers[concept.within(*line)], self.lines[concept].setdefault(line, {})
            self._series[concept, line] = series
        numbers, places = series
        found = numbers.get(place)
        if found is None:
            found = numbers[place] = self.unseen(value, least)
        elif least > self.least[found]:
            self.least[found] = least
        places[place] = found
        return found

    def unseen(self, value: float, least: float = 0.0) -> int:
        """Return the number of a new count that no row shows."""
        self.values.append(value)
        self.least.append(least)
        self.rows_of.append([])
        return len(self.values) - 1

    def holds(self, terms: Iterable[tuple[int, int]]) -> bool:
        """Return whether the terms add up to zero."""
        values, total = self.values, 0.0
        for count, sign in terms:
            total += sign * values[count]
        return abs(total) < 1e-6

    def add_sum(self, terms: Iterable[tuple[int, int]], kind: str) -> None:
        """Record, once, that the terms add up to zero; terms that do not bind nobody."""
        terms = tuple(terms)
        mark = frozenset(terms)
        if len(terms) < 2 or mark in self._done or len(dict(terms)) < len(terms):
            return
        if not self.holds(terms):
            return
        self._done.add(mark)
        for count, sign in terms:
            self.sums_of[count].append((len(self.sums), sign))
        self.sums.append(terms)
        self.kinds.append(kind)


def read_rows(
    figures: pd.DataFrame, indicators: Mapping[str, Indicator], opened: Iterable[str] = (),
    unlisted: Collection[int] = (),
) -> Cells:  # fmt: skip
    """Return the counts that the rows show, without the sums that bind them.

    `opened` names the indicators whose small numbers are published by a recorded decision; `unlisted`
    are rows that are withheld: nobody sees them, not even that they are not zero.
    """
    cells = Cells()
    opened, unlisted = set(opened), frozenset(unlisted)
    wanted = {name: concepts(indicator) for name, indicator in indicators.items() if counts_people(indicator)}
    for row, name, place, line, held in _rows(figures, indicators, wanted):
        indicator, parts = indicators[name], wanted[name]
        shown: list[int] = []
        for part, concept in parts.items():
            amount = held[part]
            if amount != amount:
                continue
            plain = 1.0 if row not in unlisted and (len(parts) == 1 or part == "denominator") else 0.0
            count = cells.count(concept, line, place, float(amount), plain)
            if row not in unlisted:
                cells.rows_of[count].append(row)
            if name not in opened:
                cells.personal.add(count)
            shown.append(count)
        if row not in unlisted:
            cells.counts_of[row] = tuple(shown)
        if len(shown) == 3 and indicator.kind in ("percentage", "supplied"):
            terms = ((shown[0], 1), (shown[2], 1), (shown[1], -1))
            cells.add_sum(terms, "the numerator and the rest make the denominator")
    for name in opened & set(wanted):
        for concept in wanted[name].values():
            for places in cells.lines[concept].values():
                cells.personal.difference_update(places.values())
    return cells


def add_published(cells: Cells, earlier: pd.DataFrame, indicators: Mapping[str, Indicator]) -> None:
    """Add what earlier reports showed: their numbers are known, whatever is hidden now.

    Counts take today's value where today's figures still hold or make up the period, else the value
    published. A count that was revised since is known as it was published, and not as it is today.
    """
    if not len(earlier):
        return
    wanted = {name: concepts(indicator) for name, indicator in indicators.items() if counts_people(indicator)}
    quarters: dict[tuple[Concept, Line, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    for concept, by_line in cells.lines.items():
        for line, places in by_line.items():
            for (area, start, end), count in places.items():
                if months_in(start, end) == 3:
                    quarters[concept, line, area][start] = (end, count)
    for _, name, place, line, held in _rows(earlier, indicators, wanted):
        area, start, end = place
        for part, concept in wanted[name].items():
            places = cells.lines.get(concept, {}).get(line, {})
            hidden = held[part] != held[part]
            if place in places:
                count = places[place]
            else:
                pieces = tile(quarters[concept, line, area], start, end)
                if hidden and not pieces:
                    continue
                value = sum(cells.values[piece] for piece in pieces) if pieces else float(held[part])
                plain = 1.0 if len(wanted[name]) == 1 or part == "denominator" else 0.0
                count = cells.count(concept, line, place, value, plain if value else 0.0)
                cells.personal.add(count)
            if hidden:
                cells.hidden_before.add(count)
                if cells.values[count] and (len(wanted[name]) == 1 or part == "denominator"):
                    cells.least[count] = max(cells.least[count], 1.0)
            elif abs(held[part] - cells.values[count]) < SAME:
                cells.known.add(count)
            elif count not in cells.before:
                _revise(cells, count, float(held[part]))


def _revise(cells: Cells, count: int, published: float) -> None:
    """Take a count that was published with another value: that one is known, today's is not.

    Where it has moved by 1 to 5 and may be shown again, guard what moved it: those added, and those
    taken away. Two editions side by side tell the net change; neither tells how many stayed.
    """
    now = cells.values[count]
    old = cells.before[count] = cells.unseen(published)
    cells.known.add(old)
    if not is_small(abs(now - published)) or is_small(published) or is_small(now) or count not in cells.personal:
        return
    stayed = cells.unseen(min(published, now))
    added, gone = cells.unseen(now - cells.values[stayed]), cells.unseen(published - cells.values[stayed])
    cells.personal.update((added, gone))
    cells.add_sum(((stayed, 1), (added, 1), (count, -1)), "those who stayed and who were added make the revised count")
    cells.add_sum(((stayed, 1), (gone, 1), (old, -1)), "those who stayed and who were taken away make the count before")


def add_sums_before(cells: Cells) -> None:
    """Add each sum as it was published before its counts were revised, where it still holds with the other counts."""
    for place in range(len(cells.sums)):
        terms = cells.sums[place]
        if any(count in cells.before for count, _ in terms):
            cells.add_sum(((cells.before.get(count, count), sign) for count, sign in terms), cells.kinds[place])


def _rows(
    figures: pd.DataFrame, indicators: Mapping[str, Indicator], wanted: Mapping[str, Mapping[str, Concept]]
) -> Iterable[tuple[int, str, Place, Line, dict[str, float]]]:
    """Yield row number, indicator, place, line and the numbers of rows that count people."""
    names = ("indicator", "area", "breakdown", "category", "numerator", "denominator", "value", "marker")
    indicator_, area_, *others = (figures[name].to_numpy().tolist() for name in names)
    starts, ends = ordinals(figures["period_start"]), ordinals(figures["period_end"])
    columns = zip(range(len(figures)), indicator_, area_, starts, ends, *others, strict=True)
    for row, name, area, start, end, breakdown, category, numerator, denominator, value, marker in columns:
        if name not in wanted or marker == "x":
            continue
        indicator = indicators[name]
        held = {"numerator": numerator, "denominator": denominator, "difference": denominator - numerator}
        if indicator.kind == "count" or (indicator.kind == "supplied" and not indicator.denominator):
            held["numerator"] = value
        yield row, name, (area, end if indicator.is_snapshot else start, end), (breakdown, category), held


@lru_cache(maxsize=4096)
def months_in(start: int, end: int) -> int:
    """Return how many months a period given by ordinals touches; 0 for a single day."""
    if start == end:
        return 0
    first, last = date.fromordinal(start), date.fromordinal(end)
    return (last.year - first.year) * 12 + last.month - first.month + 1


def ordinals(days: pd.Series[pd.Timestamp]) -> list[int]:
    """Return days as ordinals of the calendar."""
    epoch = date(1970, 1, 1).toordinal()
    found: list[int] = (days.to_numpy(dtype="datetime64[D]").astype("int64") + epoch).tolist()
    return found


def tile(pieces: Mapping[int, tuple[int, int]], start: int, end: int) -> list[int]:
    """Return the counts of the pieces that fill a period one after the other, none where they do not."""
    parts: list[int] = []
    day = start
    while day <= end:
        piece = pieces.get(day)
        if piece is None:
            return []
        parts.append(piece[1])
        day = piece[0] + 1
    return parts
