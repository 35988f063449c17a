"""Ids that do not stand for the child: damage that leaves every cell well formed is told by the child's other rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.small_project import Small, small_project, the

MANY = 90
VISITS = """\
  visits:
    files: "visits*.csv"
    covers: all
    key: visit
    date: seen
    columns:
      visit: {from: Visit, type: id}
      child_id: {from: "Child ID", type: id}
      birth: {from: Born, type: date, formats: "%d/%m/%Y"}
      seen: {from: Seen, type: date, formats: "%d/%m/%Y"}
"""
CALLS = VISITS.replace("visits", "calls")
Row = list[str]


def rows() -> list[Row]:
    """Return visits to as many children, each seen twice: visit, child, birth, day."""
    return [
        [f"{number + 1:03}", f"00{50_000 + 37 * (number % MANY)}", _birth(number % MANY), _day(number)]
        for number in range(2 * MANY)
    ]


def _day(number: int) -> str:
    return f"{1 + number % 27:02}/09/2025"


def _birth(child: int) -> str:
    return f"{1 + child % 28:02}/{1 + child % 12:02}/{2010 + child % 9}"


@pytest.fixture
def small(tmp_path: Path) -> Small:
    small = small_project(tmp_path)
    small.append("config/extracts.yaml", VISITS + CALLS)
    return small


def check(small: Small, visits: list[Row], calls: list[Row] | None = None) -> dict[str, Any]:
    for name, held, head in (("visits", visits, "Visit"), ("calls", rows() if calls is None else calls, "Visit")):
        header = [f"{head},Child ID,Born,Seen"]
        small.write(f"data/{name}.csv", "\n".join([*header, *(",".join(row) for row in held)]) + "\n")
    return small.check()[0]


def codes(document: dict[str, Any]) -> list[tuple[str, str]]:
    ours = ("EX303", "EX317", "EX318", "EX319")
    return [(one["code"], one["file"]) for one in document["findings"] if one["code"] in ours]


def column(number: int, change: Callable[[list[str]], list[str]]) -> list[Row]:
    held = rows()
    for row, cell in zip(held, change([row[number] for row in held]), strict=True):
        row[number] = cell
    return held


def test_sound_files_and_a_few_corrected_births_give_no_finding(small: Small) -> None:
    few = column(2, lambda cells: ["12/11/2012" if 40 <= n < 46 else cell for n, cell in enumerate(cells)])
    assert codes(check(small, few)) == []


@pytest.mark.parametrize(
    ("name", "visits"),
    [
        ("sorted_alone", column(1, sorted)),
        ("one_row_too_low", column(1, lambda cells: [cells[-1], *cells[:-1]])),
        ("births_of_the_first_of_january", column(2, lambda cells: [f"01/01/{cell[6:]}" for cell in cells])),
        ("births_with_day_and_month_swapped", column(2, lambda cells: [f"{c[3:5]}/{c[:2]}/{c[6:]}" if int(c[:2]) < 13
                                                                       else c for c in cells])),
        ("births_of_one_day", column(2, lambda cells: ["12/11/2012"] * len(cells))),
    ],
)  # fmt: skip
def test_other_births_than_in_the_other_files_are_said(small: Small, name: str, visits: list[Row]) -> None:
    document = check(small, visits)
    found = [one for one in document["findings"] if one["code"] == "EX318" and one["file"] == "data/visits.csv"]
    assert [(one["severity"], one["column"]) for one in found] == [("warning", "Born")], name
    assert document["exit"] == 1


def test_births_of_one_day_are_said_where_no_other_file_holds_births(small: Small) -> None:
    another = ["1", "0099999", "12/11/2012", "01/09/2025"]
    document = check(small, column(2, lambda cells: ["12/11/2012"] * len(cells)), [another])
    assert "most children are born on one day" in the(document, "EX318")["message"]


def test_an_id_that_stands_for_many_children_is_said(small: Small) -> None:
    filler = column(1, lambda cells: ["9999999" if n % 9 == 0 else cell for n, cell in enumerate(cells)])
    found = the(check(small, filler), "EX317")
    assert (found["file"], found["line"], found["count"]) == ("data/visits.csv", 2, 20)


def test_a_file_joined_with_itself_under_new_keys_is_said(small: Small) -> None:
    again = [*rows(), *([f"9{row[0]}", *row[1:]] for row in rows())]
    found = the(check(small, again), "EX303")
    assert (found["severity"], found["line"], found["count"]) == ("warning", 2 * MANY + 2, 2 * MANY)


def test_one_file_saved_under_two_names_is_said(small: Small) -> None:
    document = check(small, rows(), rows())
    assert the(document, "EX319")["file"] == "data/calls.csv"
