"""What is hidden though the figures that are shown tell it is shown as well."""

from __future__ import annotations

import pytest

from carereport.disclosure.cells import Cells
from carereport.disclosure.search import Choice
from carereport.disclosure.suppress import show_told


@pytest.fixture
def cells() -> Cells:
    """Return two quarters, the year that they make and a part of the year, each with a row of its number."""
    cells = Cells()
    for row, value in enumerate((49, 52, 101, 13, 88)):
        count = cells.unseen(value)
        cells.rows_of[count].append(row)
        cells.counts_of[row] = (count,)
    cells.add_sum(((0, 1), (1, 1), (2, -1)), "quarters make the year")
    cells.add_sum(((3, 1), (4, 1), (2, -1)), "parts make the year")
    return cells


def choice(*hidden: int) -> Choice:
    return Choice(set(hidden), [row in hidden for row in range(5)], [])


def test_a_year_whose_quarters_are_shown_is_shown(cells: Cells) -> None:
    chosen = choice(2, 3, 4)
    show_told(cells, chosen, [])
    assert (chosen.hidden, chosen.unknown) == ({3, 4}, [False, False, False, True, True])


def test_what_is_told_by_what_was_told_is_shown_too(cells: Cells) -> None:
    chosen = choice(2, 3)
    show_told(cells, chosen, [])
    assert chosen.hidden == set()


def test_what_nothing_tells_stays_hidden_and_so_does_a_small_number(cells: Cells) -> None:
    apart, small = choice(1, 2, 3, 4), choice(2)
    show_told(cells, apart, [])
    show_told(cells, small, [2])
    assert (apart.hidden, small.hidden) == ({1, 2, 3, 4}, {2})
