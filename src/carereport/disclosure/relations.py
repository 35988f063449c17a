"""The sums that bind published counts: what an attacker can write down without seeing the data.

Categories add up to a total, quarters to a year, joiners less leavers to the change of a stock, a
count and the rest to the count it is part of. Where a sum may fall short (a child counted once in
total but in two categories, a row that meets neither of two opposite conditions) a count that no
row shows takes up the difference, unless there never is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from carereport.disclosure.cells import Cells, Line, Place, months_in, tile
from carereport.disclosure.concepts import Concept, concepts, counts_people, opposite, options
from carereport.report_settings import Flow, Relation
from carereport.settings import Indicator

Within = Mapping[tuple[str, str], Mapping[str, str]]
"""(indicator, breakdown) to each category's parent category, for nested breakdowns"""
Terms = tuple[tuple[int, int], ...]
PERIODS = "shorter periods add up to longer"
TOTAL: Line = ("total", "total")


ACCOUNT = "those at the start, who joined and who left make those at the end"


def add_relations(
    cells: Cells, indicators: Mapping[str, Indicator], relations: Iterable[Relation] = (), within: Within | None = None,
    flows: Iterable[Flow] = (),
) -> None:  # fmt: skip
    """Add every sum that binds the counts."""
    people = {name: indicator for name, indicator in indicators.items() if counts_people(indicator)}
    named: dict[Concept, Indicator] = {}
    for indicator in people.values():
        for concept in concepts(indicator).values():
            if concept in cells.lines:
                named.setdefault(concept, indicator)
    _stocks(cells, people)
    _nested(cells, people)
    for concept, held in named.items():
        once = _counts_once(concept)
        _categories(cells, cells.lines[concept], short=once)
        if not held.is_snapshot:
            for places in cells.lines[concept].values():
                (_time_once if once else _time)(cells, places)
    for (name, breakdown), parents in (within or {}).items():
        indicator_ = people.get(name)
        outer = next((b.within for b in indicator_.breakdowns if b.name == breakdown), None) if indicator_ else None
        if indicator_ is not None and outer is not None:
            for concept in concepts(indicator_).values():
                _within(cells, cells.lines.get(concept, {}), breakdown, outer, parents)
    for relation in relations:
        _declared(cells, relation, people)
    for flow in flows:
        _account(cells, flow, people)


def _order(concept: Concept) -> tuple[int, tuple[str, ...], list[str], list[str]]:
    return len(concept.parts), concept.basis, sorted(concept.parts), sorted(concept.without)


def _counts_once(concept: Concept) -> bool:
    return concept.basis[-1] != "rows" and concept.basis[1] in ("open", "when")


def _family(cells: Cells, sums: Iterable[Terms], kind: str, *, short: bool, sign: int = 1) -> None:
    """Add sums of one pattern: exact where all hold; else each with a count for what it falls short by."""
    sums = list(sums)
    if not short or all(cells.holds(terms) for terms in sums):
        for terms in sums:
            cells.add_sum(terms, kind)
        return
    for terms in sums:
        lacking = -sign * sum(s * cells.values[count] for count, s in terms)
        if lacking >= -1e-6:
            cells.add_sum((*terms, (cells.unseen(lacking), sign)), kind)


def _categories(cells: Cells, by_line: Mapping[Line, Mapping[Place, int]], *, short: bool) -> None:
    """Categories add up to the total; children counted once add up to it or more."""
    breakdowns: dict[str, list[Mapping[Place, int]]] = defaultdict(list)
    for (breakdown, _), places in by_line.items():
        if breakdown != "total":
            breakdowns[breakdown].append(places)
    wholes = by_line.get(TOTAL, {})
    for lines in breakdowns.values():
        full: list[Terms] = []
        for place, whole in wholes.items():
            parts = [places[place] for places in lines if place in places]
            terms = ((whole, -1), *((part, 1) for part in parts))
            if len(parts) == len(lines):
                full.append(terms)
            elif parts:
                _family(cells, [terms], "categories and what is not shown make the total", short=True)
        _family(cells, full, "categories add up to the total", short=short, sign=-1)


def _time(cells: Cells, places: Mapping[Place, int]) -> None:
    """Months add up to quarters, and quarters (else months) to longer periods that they fill."""
    lengths: dict[tuple[str, int], dict[int, tuple[int, int]]] = defaultdict(dict)
    for (area, start, end), count in places.items():
        lengths[area, months_in(start, end)][start] = (end, count)
    for (area, start, end), count in places.items():
        months = months_in(start, end)
        for step in (3, 1):
            if months > step and months % step == 0:
                parts = tile(lengths[area, step], start, end)
                if parts:
                    cells.add_sum(((count, -1), *((part, 1) for part in parts)), PERIODS)
                    break


def _time_once(cells: Cells, places: Mapping[Place, int]) -> None:
    """Children counted once in a period: its months, or quarters, add up to it or more."""
    lengths: dict[tuple[str, int], dict[int, tuple[int, int]]] = defaultdict(dict)
    for (area, start, end), count in places.items():
        lengths[area, months_in(start, end)][start] = (end, count)
    sums: list[Terms] = []
    for (area, start, end), count in places.items():
        months = months_in(start, end)
        for step in (3, 1):
            parts = tile(lengths[area, step], start, end) if months > step and months % step == 0 else []
            if parts:
                sums.append(((count, -1), *((part, 1) for part in parts)))
                break
    _family(cells, sums, "shorter periods hold the children of the longer", short=True, sign=-1)


def _within(
    cells: Cells, by_line: Mapping[Line, Mapping[Place, int]], breakdown: str, outer: str, parents: Mapping[str, str]
) -> None:
    """Categories that lie in one coarser category add up to it, or to less where some lie in several."""
    groups: dict[str, list[Mapping[Place, int]]] = defaultdict(list)
    for (name, category), places in by_line.items():
        if name == breakdown and category in parents:
            groups[parents[category]].append(places)
    for parent, lines in groups.items():
        sums: list[Terms] = []
        for place, whole in by_line.get((outer, parent), {}).items():
            parts = [places[place] for places in lines if place in places]
            sums.append(((whole, -1), *((part, 1) for part in parts)))
        _family(cells, sums, f"{breakdown} categories add up to their {outer}", short=True)


def _stocks(cells: Cells, people: Mapping[str, Indicator]) -> None:
    """A stock is the one before plus those who joined less those who left, in one table.

    Where only one of the two flows is published, the other can be worked out: it is added unseen.
    """
    stocks = {c for i in people.values() if i.open and i.kind in ("count", "rate", "percentage")
              for c in concepts(i).values() if c in cells.lines and not c.without}  # fmt: skip
    for stock in sorted(stocks, key=_order):
        table, _, start_column, end_column, unit = stock.basis
        if unit != "rows" or any("as_at" in part for part in stock.parts):
            continue
        joined = _flow(cells, (table, "when", start_column, "", unit), stock.parts, start_column)
        left = _flow(cells, (table, "when", end_column, "", unit), stock.parts, end_column)
        if joined is None and left is None:
            continue
        for line in list(cells.lines[stock]):
            if line[0] != "age_band":
                _stock_line(cells, stock, line, joined, left)


def _flow(cells: Cells, basis: tuple[str, ...], parts: frozenset[str], column: str) -> Concept | None:
    for concept in cells.lines:
        if concept.basis == basis and not concept.without and concept.parts - {f"({column} is not null)"} == parts:
            return concept
    return None


def _stock_line(cells: Cells, stock: Concept, line: Line, joined: Concept | None, left: Concept | None) -> None:
    levels = cells.lines[stock][line]
    joiners = cells.lines[joined].get(line, {}) if joined else {}
    leavers = cells.lines[left].get(line, {}) if left else {}
    sums: list[Terms] = []
    for place in {**joiners, **leavers}:
        area, start, end = place
        before, after = levels.get((area, start - 1, start - 1)), levels.get((area, end, end))
        if before is None or after is None or months_in(start, end) not in (1, 3):
            continue
        change = cells.values[after] - cells.values[before]
        came, went = joiners.get(place), leavers.get(place)
        if came is None and went is not None:
            came = cells.unseen(change + cells.values[went])
            cells.personal.add(came)
        elif went is None and came is not None:
            went = cells.unseen(cells.values[came] - change)
            cells.personal.add(went)
        if came is not None and went is not None and min(cells.values[came], cells.values[went]) >= 0:
            sums.append(((before, 1), (came, 1), (went, -1), (after, -1)))
    if all(cells.holds(terms) for terms in sums):
        for terms in sums:
            cells.add_sum(terms, ACCOUNT)


def _nested(cells: Cells, people: Mapping[str, Indicator]) -> None:
    """A count whose conditions hold another's and more is part of it: the rest is a count as well."""
    groups: dict[tuple[str, ...], set[Concept]] = defaultdict(set)
    bases: dict[Concept, bool] = {}
    for indicator in people.values():
        for concept in concepts(indicator).values():
            if concept in cells.lines and not concept.without and indicator.kind != "supplied":
                groups[concept.basis].add(concept)
                bases[concept] = bases.get(concept, True) and indicator.kind in ("mean", "median")
    for group in groups.values():
        ordered = sorted(group, key=_order)
        for outer, inner in combinations(ordered, 2):
            if outer.parts < inner.parts:
                _rest(cells, outer, inner, personal=not (bases[outer] or bases[inner]))
        _exclusive(cells, ordered)
    _once(cells, groups)


def _rest(cells: Cells, outer: Concept, inner: Concept, *, personal: bool) -> None:
    rest = Concept(outer.basis, outer.parts, inner.parts)
    for line, places in list(cells.lines[inner].items()):
        wholes = cells.lines[outer].get(line, {})
        shared = [(place, part, wholes[place]) for place, part in places.items() if place in wholes]
        if any(cells.values[part] > cells.values[whole] + 1e-6 for _, part, whole in shared):
            continue
        for place, part, whole in shared:
            if part == whole:
                continue
            count = cells.count(rest, line, place, cells.values[whole] - cells.values[part], 0.0)
            if personal:
                cells.personal.add(count)
            cells.add_sum(((part, 1), (count, 1), (whole, -1)), "a count and the rest make the count it is part of")


def _exclusive(cells: Cells, group: list[Concept]) -> None:
    """Counts that exclude each other (opposite conditions, other codes) add up to no more than the whole."""
    for whole in group:
        extra: dict[str, list[tuple[Concept, frozenset[str]]]] = defaultdict(list)
        opposites: list[tuple[Concept, str]] = []
        for part in group:
            more = part.parts - whole.parts
            if len(more) == 1 and whole.parts < part.parts:
                condition = next(iter(more))
                opposites.append((part, condition))
                asked = options(condition)
                if asked is not None:
                    extra[asked[0]].append((part, asked[1]))
        sets = [[a, b] for (a, one), (b, other) in combinations(opposites, 2) if opposite(one) == other]
        for found in extra.values():
            codes = [code for _, asked in found for code in asked]
            if len(found) > 1 and len(codes) == len(set(codes)):
                sets.append([part for part, _ in found])
        for parts in sets:
            for line, places in cells.lines[whole].items():
                sums: list[Terms] = []
                for place, count in places.items():
                    held = [cells.lines[part].get(line, {}).get(place) for part in parts]
                    if all(part is not None for part in held):
                        sums.append(((count, -1), *((part, 1) for part in held if part is not None)))
                _family(cells, sums, "counts that exclude each other add up to no more than the whole", short=True)


def _once(cells: Cells, groups: Mapping[tuple[str, ...], set[Concept]]) -> None:
    """Children counted once are no more than their rows."""
    for basis, group in groups.items():
        if basis[-1] == "rows":
            continue
        for concept in sorted(group, key=_order):
            rows = Concept((*basis[:-1], "rows"), concept.parts)
            for line, places in cells.lines[concept].items():
                wholes = cells.lines.get(rows, {}).get(line, {})
                sums = [((part, 1), (wholes[place], -1)) for place, part in places.items() if place in wholes]
                _family(cells, sums, "children are no more than their rows", short=True)


def _declared(cells: Cells, relation: Relation, people: Mapping[str, Indicator]) -> None:
    concept = {name: concepts(people[name]).get("numerator") for name in (relation.whole, *relation.parts)
               if name in people}  # fmt: skip
    whole = concept.get(relation.whole)
    if whole is None or len(concept) < len(relation.parts) + 1:
        return
    for line, places in cells.lines.get(whole, {}).items():
        for place, count in places.items():
            parts = [cells.lines.get(c, {}).get(line, {}).get(place) for n, c in concept.items()
                     if c is not None and n != relation.whole]  # fmt: skip
            if all(part is not None for part in parts):
                terms = ((count, -1), *((part, 1) for part in parts if part is not None))
                cells.add_sum(terms, f"the parts declared of {relation.whole}")


def _account(cells: Cells, flow: Flow, people: Mapping[str, Indicator]) -> None:
    """A flow account of report.yaml adds up, whatever tables its indicators count."""
    names = [flow.stock, *flow.joined, *flow.left]
    held = [concepts(people[name]).get("numerator") for name in names if name in people]
    known = [cells.lines[concept] for concept in held if concept in cells.lines]
    if len(known) < len(names):
        return
    signs = (*(1 for _ in flow.joined), *(-1 for _ in flow.left))
    for line, levels in known[0].items():
        moved = [lines.get(line, {}) for lines in known[1:]]
        for place in moved[0]:
            area, start, end = place
            ends = [levels.get((area, start - 1, start - 1)), levels.get((area, end, end))]
            counts = [*ends, *(places.get(place) for places in moved)]
            if None not in counts:
                terms = zip(counts, (1, -1, *signs), strict=True)
                cells.add_sum([(count, sign) for count, sign in terms if count is not None], ACCOUNT)
