"""Whether a condition's columns, functions and types make sense, with the nearest known name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal as Word

from carereport.conditions import foreign
from carereport.conditions.parse import (
    Arithmetic,
    Between,
    Both,
    Call,
    Compare,
    ConditionError,
    Either,
    In,
    IsNull,
    Literal,
    Name,
    Node,
    Not,
    parse,
    walk,
)
from carereport.settings import ColumnType

Type = Word["condition", "number", "date", "text"]


@dataclass(frozen=True)
class TableShape:
    """What a condition needs to know of another table it looks into."""

    columns: dict[str, ColumnType]
    date: str | None = None
    spell: tuple[str, str] | None = None


FUNCTIONS = {
    "working_days": "working_days(start, end)",
    "days": "days(start, end)",
    "months": "months(start, end)",
    "years": "years(start, end)",
    "age": "age(birth) or age(birth, date)",
    "add_months": "add_months(date, number)",
    "birthday": "birthday(birth, 19, 20, 21), in `when` only",
    "previous": "previous(date column)",
    "nth": "nth(date column)",
    "seen_within": "seen_within(table, days)",
    "events_within": "events_within(table, months)",
    "spells_within": "spells_within(table, months)",
    "latest": "latest(table.column)",
}
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
MOST_MONTHS, MOST_DAYS = 1_200, 36_600
"""No condition looks further back or ahead than a hundred years."""


def check_condition(
    text: str,
    columns: Mapping[str, ColumnType],
    tables: Mapping[str, TableShape] | None = None,
    want: Type = "condition",
    as_at: bool = True,
) -> Node:
    """Parse a condition and check its names and types; return its tree.

    Raises:
        ConditionError: with the position in `text` and a remedy.
    """
    tree = parse(text)
    found = _Checker(columns, tables or {}, as_at).type_of(tree)
    if found != want:
        wanted = {"condition": "a test such as a = b", "number": "a number", "date": "a date", "text": "a text"}[want]
        raise ConditionError(f"{wanted} is expected here, and this is a {found}", tree.position)
    return tree


class _Checker:
    def __init__(self, columns: Mapping[str, ColumnType], tables: Mapping[str, TableShape], as_at: bool) -> None:
        self.columns, self.tables, self.as_at = columns, tables, as_at

    def type_of(self, node: Node) -> Type:
        if isinstance(node, Literal):
            return "number" if isinstance(node.value, float) else "text"
        if isinstance(node, Name):
            return self._column(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Arithmetic):
            return self._arithmetic(node)
        if isinstance(node, (Both, Either)):
            self._need(node.left, "condition")
            self._need(node.right, "condition")
        elif isinstance(node, Not):
            self._need(node.value, "condition")
        elif isinstance(node, Compare):
            self._comparable(node.left, node.right)
        elif isinstance(node, Between):
            self._comparable(node.value, node.low)
            self._comparable(node.value, node.high)
        elif isinstance(node, In):
            for option in node.options:
                if not isinstance(option, Literal):
                    raise ConditionError("`in` takes texts and numbers", option.position, "write in ('a', 'b')")
                self._comparable(node.value, option)
        elif isinstance(node, IsNull) and (self.type_of(node.value) == "condition" or isinstance(node.value, Literal)):
            raise ConditionError("`is null` asks of a column, not of a test or a text", node.position)
        return "condition"

    def _need(self, node: Node, wanted: Type) -> None:
        found = self.type_of(node)
        if found != wanted:
            remedy = f"write {node.text} = 'yes', or another test" if isinstance(node, Name) else ""
            raise ConditionError(f"a {wanted} is expected here, and this is a {found}", node.position, remedy)

    def _comparable(self, left: Node, right: Node) -> None:
        types = self.type_of(left), self._compared(right, left)
        if "condition" in types:
            raise ConditionError("a test cannot be compared", right.position, "join tests with and / or")
        if not any(isinstance(part, (Name, Call)) for part in (*walk(left), *walk(right))):
            raise ConditionError("no column is asked for here", left.position, "name one, or leave the condition out")
        for one, other in ((left, types[1]), (right, types[0])):
            if isinstance(one, Literal) and isinstance(one.value, str) and other == "date":
                if not _DATE.match(one.value) or not _exists(one.value):
                    remedy = "write dates as '2025-04-01', from 1900 to 2200"
                    raise ConditionError("a date is expected here", one.position, remedy)
                return
        if types[0] != types[1]:
            raise ConditionError(
                f"a {types[0]} is compared with a {types[1]}", right.position,
                "texts and codes stand in single quotes" if "text" in types else "",
            )  # fmt: skip

    def _compared(self, node: Node, other: Node) -> Type:
        """Return the type of what a column is compared with: an unknown word there is a text without its quotes."""
        known = [*self.columns, "as_at"]
        if (
            isinstance(node, Name)
            and node.text.lower() != "null"
            and not get_close_matches(node.text, known, n=1, cutoff=0.75)
            and self.type_of(other) == "text"
        ):
            remedy = f"a text stands in single quotes: '{node.text}'"
            raise ConditionError(f"there is no column {node.text}", node.position, remedy)
        return self.type_of(node)

    def _column(self, node: Name) -> Type:
        if node.text == "as_at" and self.as_at:
            return "date"
        kind = self.columns.get(node.text)
        if kind is None:
            known = list(self.columns)
            near = get_close_matches(node.text, [*known, *FUNCTIONS], n=1, cutoff=0.6)
            remedy = f"did you mean {near[0]}?" if near else f"columns: {', '.join(sorted(known))}"
            if node.text.lower() == "null":
                remedy = "write is null, or is not null, without = and <>"
            raise ConditionError(f"there is no column {node.text}", node.position, remedy)
        return "date" if kind == "date" else "number" if kind == "number" else "text"

    def _arithmetic(self, node: Arithmetic) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if node.operator in "*/":
            raise ConditionError(f"{node.operator} is for derived indicators only", node.right.position)
        if left == "date" and right == "number":
            if not isinstance(node.right, Literal):
                raise ConditionError("only a plain number of days can be added to a date", node.right.position)
            if float(node.right.value) > MOST_DAYS:
                raise ConditionError("this reaches further than a hundred years", node.right.position)
            return "date"
        if left == "number" and right == "number":
            return "number"
        remedy = "use days(a, b) or working_days(a, b)" if left == right == "date" else ""
        raise ConditionError(f"a {left} and a {right} cannot be added", node.right.position, remedy)

    def _call(self, node: Call) -> Type:
        name, arguments = node.name, node.arguments
        if name not in FUNCTIONS:
            near = get_close_matches(name, FUNCTIONS, n=1, cutoff=0.5)
            known = f"did you mean {near[0]}?" if near else f"functions: {', '.join(FUNCTIONS)}"
            remedy = foreign.FUNCTIONS.get(name, known)
            raise ConditionError(f"there is no function {name}", node.position, remedy)
        counts = {
            "age": (1, 2), "birthday": (2, 99), "previous": (1, 1), "nth": (1, 1), "latest": (1, 1),
        }.get(name, (2, 2))  # fmt: skip
        if not counts[0] <= len(arguments) <= counts[1]:
            raise ConditionError(f"{name} takes other arguments", node.position, f"write {FUNCTIONS[name]}")
        if name == "age" and len(arguments) == 1 and not self.as_at:
            raise ConditionError("age is counted between two dates here", node.position, "write age(birth, date)")
        if name == "birthday":
            raise ConditionError("birthday stands in `when` only", node.position)
        if name in ("working_days", "days", "months", "years", "age"):
            for argument in arguments:
                self._date(argument, name)
            return "number"
        if name == "add_months":
            self._date(arguments[0], name)
            self._whole(arguments[1], name)
            return "date"
        if name in ("previous", "nth"):
            column = arguments[0]
            if not isinstance(column, Name) or self._column(column) != "date" or column.text == "as_at":
                raise ConditionError(f"{name} takes a date column of the table", column.position)
            if "child_id" not in self.columns:
                raise ConditionError(f"{name} needs the column child_id in the table", node.position)
            return "date" if name == "previous" else "number"
        return self._other_table(node)

    def _other_table(self, node: Call) -> Type:
        if not self.as_at:
            remedy = "put it into the indicators' conditions"
            raise ConditionError(f"{node.name} looks into other tables, as only indicators can", node.position, remedy)
        first = node.arguments[0]
        if not isinstance(first, Name):
            raise ConditionError("a table is expected here", first.position, f"write {FUNCTIONS[node.name]}")
        table_name, _, column = first.text.partition(".")
        table = self.tables.get(table_name)
        if table is None:
            near = get_close_matches(table_name, self.tables, n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]}?" if near else f"tables: {', '.join(self.tables)}"
            raise ConditionError(f"there is no table {table_name}", first.position, remedy)
        if "child_id" not in table.columns or "child_id" not in self.columns:
            raise ConditionError("both tables need the column child_id", first.position)
        if node.name == "spells_within":
            if table.spell is None:
                raise ConditionError(f"table {table_name} declares no spell", first.position, "add spell: [start, end]")
        elif table.date is None:
            raise ConditionError(f"table {table_name} declares no date", first.position, "add date: and a column")
        if node.name == "latest":
            kind = table.columns.get(column)
            if kind is None:
                near = get_close_matches(column, table.columns, n=1, cutoff=0.5)
                remedy = f"did you mean {table_name}.{near[0]}?" if near else "write latest(table.column)"
                raise ConditionError(f"table {table_name} has no column {column}", first.position, remedy)
            return "date" if kind == "date" else "number" if kind == "number" else "text"
        if column:
            raise ConditionError("a table is expected here", first.position, f"write {FUNCTIONS[node.name]}")
        self._whole(node.arguments[1], node.name)
        return "condition" if node.name == "seen_within" else "number"

    def _date(self, node: Node, function: str) -> None:
        if isinstance(node, Literal) and isinstance(node.value, str) and _DATE.match(node.value):
            if not _exists(node.value):
                raise ConditionError("this date does not exist from 1900 to 2200", node.position)
            return
        found = self.type_of(node)
        if found != "date":
            raise ConditionError(f"{function} takes dates, and this is a {found}", node.position)

    def _whole(self, node: Node, function: str) -> None:
        if not isinstance(node, Literal) or not isinstance(node.value, float) or not node.value.is_integer():
            raise ConditionError("a whole number is expected here", node.position, f"write {FUNCTIONS[function]}")
        if abs(node.value) > (MOST_DAYS if function == "seen_within" else MOST_MONTHS):
            raise ConditionError("this reaches further than a hundred years", node.position, "write a smaller number")
        if node.value < 0 and function != "add_months":
            raise ConditionError(f"{function} looks back, and this is ahead", node.position, "leave out the minus")


def _exists(text: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(text).year <= 2200
    except ValueError:
        return False
