"""Choosing what else to hide so that no hidden small number can be worked out from the rest.

A small count is safe when the hidden counts leave room for it to be over 5: some of them go down,
others up, and every sum still holds. Such a way out is found for every protected count, over counts
that are hidden already where there is one, else at the least cost (a search of the cheapest path, as
in the network heuristics for cell suppression: Kelly, Golden and Assad 1992; Castro 2012, "Recent
advances in optimization techniques for statistical tabular data protection").

What is hidden must tell no more of a hidden value than its band (0, 1 to 5, over 5), or the choice
itself would be read: a child moved between hidden counts changes nothing that is published. So a way
out lets only counts over 5 go down, by 5 at most, and whether there is one depends on bands alone.
The exception are parts that could be none (numerators and what is left of denominators) in a sum over
time, or one of which all is hidden but the whole: together they can give up all that the whole shows
over 5, however it is spread over them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf

from carereport.disclosure.cells import Cells
from carereport.disclosure.policy import LARGEST
from carereport.disclosure.programme import Programme
from carereport.disclosure.reach import PASSES
from carereport.disclosure.relations import PERIODS
from carereport.disclosure.search import QUICK, STEP, THOROUGH, Choice, Search, Way

SHORT = 100
"""How many states a search over all counts looks at, after many in a row that found nothing."""
REACH = 4
"""How many sums away a count may lie that is hidden where the audit finds another exposed."""


def hide_more(
    cells: Cells, hidden_rows: Iterable[int], protected: Iterable[int], cost: Callable[[int], float],
    before: Iterable[int] = (),
) -> Choice:  # fmt: skip
    """Return all rows to hide, with a way out for each protected count that has one.

    `cost` tells how much is lost when a row is hidden; it may look at bands and configuration only.
    `before` are the rows that the last report hid: what it relied on stays hidden at first. A zero
    that shown zeros give away (0% of a small group in a year of 0%) has no way out.
    """
    choice = hide_only(cells, hidden_rows, protected)
    never = _show_zero(cells)
    _hide(cells, choice, set(before) - never)
    _hide_beside_unseen(cells, choice, cost, never)
    search, priced = Search(cells, choice), Search(cells, choice, cost, never)
    _find(cells, choice, search, [count for count in choice.guarded if choice.unknown[count]])
    more, effort = False, THOROUGH
    for count in choice.guarded:
        if count in choice.ways:
            continue
        way = search.way(count, QUICK)
        if way is None:
            known = count in cells.hidden_before
            way = priced.way(count, QUICK if known else effort)
            if not known:  # where a third of all is small most find nothing, and each takes as long as ten others
                effort = max(effort // 2, SHORT) if way is None else min(effort * 2, THOROUGH)
            _hide(cells, choice, {row for member in way or () for row in cells.rows_of[member]})
            more = more or way is not None
        if way is not None:
            choice.ways[count] = way
    if more and any(count not in choice.ways for count in choice.guarded):
        _find(cells, choice, search, [c for c in choice.guarded if choice.unknown[c] and c not in choice.ways])
    return choice


def _find(cells: Cells, choice: Choice, search: Search, wanted: Iterable[int]) -> None:
    """Find a way out over hidden counts for each that has one: the cheap search first, then a linear programme."""
    left, programme = [], _programme(cells, choice)
    for count in programme.may_be_over(wanted):
        way = search.way(count, QUICK)
        if way is None:
            left.append(count)
        else:
            choice.ways[count] = way
    choice.ways |= programme.ways_out(left)


def _programme(cells: Cells, choice: Choice, passes: int = PASSES) -> Programme:
    """Return the linear programme of ways out over hidden counts."""
    unknown = choice.unknown

    def least(count: int) -> float:
        return _least_of(cells, unknown, count)

    return Programme(cells, unknown, least, lambda _: inf, relaxed=True, passes=passes)


def _least_of(cells: Cells, unknown: list[bool], count: int) -> float:
    """Return the least that a count may go down to in a way out."""
    value, least = cells.values[count], cells.least[count]
    if value > LARGEST:
        return max(least, value - STEP)
    if value and least == 0 and any(_may_be_looked_at(cells, unknown, place) for place, _ in cells.sums_of[count]):
        return 0.0
    return value


def _may_be_looked_at(cells: Cells, unknown: list[bool], place: int) -> bool:
    """Return whether all of a sum but the whole is hidden, or it adds up periods."""
    if cells.kinds[place] == PERIODS:
        return True
    return sum(not unknown[other] and cells.values[other] != 0 for other, _ in cells.sums[place]) <= 1


def withhold(cells: Cells, choice: Choice, rows: Iterable[int]) -> set[int]:
    """Take rows out of the report altogether: nobody knows any more that they are not zero, or are there.

    Return the hidden rows that this may make needless: those bound to them by sums of hidden counts.
    """
    near: set[int] = set()
    for row in rows:
        near.update(cells.counts_of.get(row, ()))
        choice.hidden.discard(row)
        for count in cells.counts_of.pop(row, ()):
            cells.rows_of[count].remove(row)
            if not cells.rows_of[count]:
                cells.least[count] = cells.least[count] if count in cells.hidden_before else 0.0
            if count not in cells.known and choice.hidden.issuperset(cells.rows_of[count]):
                choice.unknown[count] = True
    frontier = list(near)
    while frontier:
        reached = {other for count in frontier for place, _ in cells.sums_of[count] for other, _ in cells.sums[place]
                   if choice.unknown[other]} - near  # fmt: skip
        near |= reached
        frontier = list(reached)
    return {row for count in near for row in cells.rows_of[count] if row in choice.hidden}


def hide_only(cells: Cells, hidden_rows: Iterable[int], protected: Iterable[int]) -> Choice:
    """Return the choice that hides the rows given and those that show a protected count, and no more."""
    unseen = [not rows and n not in cells.known for n, rows in enumerate(cells.rows_of)]
    choice = Choice(set(hidden_rows), unseen, sorted(set(protected) - cells.known))
    for count in choice.guarded:
        choice.hidden.update(cells.rows_of[count])
    for row in sorted(choice.hidden):
        _forget(cells, choice, row)
    return choice


def show_again(cells: Cells, choice: Choice, rows: Iterable[int], cost: Callable[[int], float]) -> None:
    """Show those of the rows that turned out not to be needed, dearest first."""
    tried = sorted(choice.hidden.intersection(rows), key=lambda row: (-cost(row), row))
    if not tried:
        return
    users: dict[int, set[int]] = {}
    for target, used in choice.ways.items():
        for member in used:
            users.setdefault(member, set()).add(target)
    search, programme = Search(cells, choice), _programme(cells, choice, passes=0)
    for row in tried:
        back = [count for count in cells.counts_of.get(row, ()) if choice.unknown[count] and count not in cells.known]
        touched = sorted({target for count in back for target in users.get(count, ())})
        if any(target in back for target in touched):
            continue
        programme.fix(back)  # before they are marked: it reads what is joined to them
        for count in back:
            choice.unknown[count] = False
        search.changed(back)
        near = {other for count in back for place, _ in cells.sums_of[count] for other, _ in cells.sums[place]
                if choice.unknown[other]}  # fmt: skip
        programme.free(near)
        found = _found_again(search, programme, touched)
        if found is None:
            for count in back:
                choice.unknown[count] = True
            search.changed(back)
            programme.free(near.union(back))
            continue
        choice.hidden.discard(row)
        for target, way in found.items():
            for member in choice.ways[target]:
                users[member].discard(target)
            for member in way:
                users.setdefault(member, set()).add(target)
            choice.ways[target] = way


def show_told(cells: Cells, choice: Choice, small: Iterable[int]) -> None:
    """Show each hidden row, but the small, whose counts the shown ones add up to: hiding it protects nothing."""
    more, kept = True, set(small)
    while more:
        told = {
            row for row in choice.hidden - kept
            if cells.counts_of.get(row) and all(_told(cells, choice.unknown, count) for count in cells.counts_of[row])
        }  # fmt: skip
        choice.hidden -= told
        for row in told:
            for count in cells.counts_of[row]:
                choice.unknown[count] = False
        more = bool(told)


def _told(cells: Cells, unknown: list[bool], count: int) -> bool:
    return not unknown[count] or any(
        not any(unknown[other] for other, _ in cells.sums[place] if other != count) for place, _ in cells.sums_of[count]
    )


def hide_instead(
    cells: Cells, choice: Choice, leading: Mapping[int, Iterable[int]], cost: Callable[[int], float]
) -> None:
    """Show each hidden leading row where hiding one of the rows beside it does as well."""
    never = _show_zero(cells)
    for lead, beside in leading.items():
        for row in sorted(set(beside) - choice.hidden - never, key=lambda row: (cost(row), row)):
            if lead not in choice.hidden or cost(row) >= cost(lead):
                break
            _hide(cells, choice, [row])
            show_again(cells, choice, [lead], cost)
            if lead in choice.hidden:
                show_again(cells, choice, [row], cost)


def _found_again(search: Search, programme: Programme, wanted: Iterable[int]) -> dict[int, Way] | None:
    """Return a way out for each count, None where one has none."""
    found: dict[int, Way] = {}
    left = []
    for count in wanted:
        way = search.way(count, QUICK)
        if way is None:
            left.append(count)
        else:
            found[count] = way
    found |= programme.ways_out(left, all_or_none=True)
    return found if all(count in found for count in left) else None


def _hide(cells: Cells, choice: Choice, rows: Iterable[int]) -> None:
    for row in sorted(set(rows) - choice.hidden):
        choice.hidden.add(row)
        _forget(cells, choice, row)


def _forget(cells: Cells, choice: Choice, row: int) -> None:
    """Mark the counts that no visible row shows any more."""
    for count in cells.counts_of.get(row, ()):
        if not choice.unknown[count] and count not in cells.known and choice.hidden.issuperset(cells.rows_of[count]):
            choice.unknown[count] = True


def _shows_zero(cells: Cells, row: int) -> bool:
    """Return whether a row shows a plain zero: those are always shown."""
    return any(cells.values[count] == 0 and cells.least[count] >= 1 for count in cells.counts_of.get(row, ()))


def _show_zero(cells: Cells) -> set[int]:
    """Return the rows that show a plain zero."""
    least, rows_of = cells.least, cells.rows_of
    return {
        row for count, value in enumerate(cells.values) if value == 0 and least[count] >= 1 for row in rows_of[count]
    }


def _hide_beside_unseen(cells: Cells, choice: Choice, cost: Callable[[int], float], never: set[int]) -> None:
    """Where a sum of published counts gives away a protected one that no row shows, hide the cheapest of them."""
    for count in choice.guarded:
        if cells.rows_of[count]:
            continue
        for place, _ in cells.sums_of[count]:
            others = [other for other, _ in cells.sums[place] if other != count]
            if any(choice.unknown[other] for other in others):
                continue
            prices = [
                (sum(cost(row) for row in cells.rows_of[other] if row not in choice.hidden), other)
                for other in others
                if other not in cells.known and cells.values[other] and not never.intersection(cells.rows_of[other])
            ]
            if prices:
                _hide(cells, choice, cells.rows_of[min(prices)[1]])


def hide_way(cells: Cells, choice: Choice, target: int, cost: Callable[[int], float]) -> bool:
    """Hide the cheapest way out for a target; return whether one was found."""
    way = Search(cells, choice, cost, _show_zero(cells)).way(target, THOROUGH)
    _hide(cells, choice, {row for member in way or () for row in cells.rows_of[member]})
    return way is not None


def hide_near(cells: Cells, choice: Choice, target: int, cost: Callable[[int], float]) -> bool:
    """Hide the cheapest of the published counts nearest to a target; return whether there was one."""
    near, frontier = {target}, [target]
    for _ in range(REACH):
        frontier = sorted({m for c in frontier for place, _ in cells.sums_of[c] for m, _ in cells.sums[place]} - near)
        near.update(frontier)
        prices = [
            (sum(cost(row) for row in cells.rows_of[member] if row not in choice.hidden), member)
            for member in frontier
            if not choice.unknown[member] and member not in cells.known and cells.values[member]
            and not any(_shows_zero(cells, row) for row in cells.rows_of[member])
        ]  # fmt: skip
        if prices:
            _hide(cells, choice, cells.rows_of[min(prices)[1]])
            return True
    return False
