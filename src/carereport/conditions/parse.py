"""From the text of a condition to a tree; whether its names and types make sense is check.py's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

from carereport.conditions.foreign import remedy_for_character, remedy_for_token
from carereport.conditions.grammar import parser

OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""Each comparison's opposite, between values that are there."""


class ConditionError(ValueError):
    """A condition that cannot be used; `position` counts its characters from 1."""

    def __init__(self, message: str, position: int = 1, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.position, self.help = message, position, remedy


@dataclass(frozen=True)
class Node:
    """A part of a condition; `position` is its first character, from 1."""

    position: int


@dataclass(frozen=True)
class Literal(Node):
    """A number or a text in quotes."""

    value: float | str


@dataclass(frozen=True)
class Name(Node):
    """A column, an indicator or, with a point in it, another table's column."""

    text: str


@dataclass(frozen=True)
class Call(Node):
    """A function of arguments."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Arithmetic(Node):
    """A sum, difference, product or quotient."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Compare(Node):
    """Two values compared."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Between(Node):
    """A value between two others, which count in."""

    value: Node
    low: Node
    high: Node
    negated: bool = False


@dataclass(frozen=True)
class In(Node):
    """A value that is one of some."""

    value: Node
    options: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True)
class IsNull(Node):
    """A value that is missing."""

    value: Node
    negated: bool = False


@dataclass(frozen=True)
class Not(Node):
    """The opposite; unknown stays unknown."""

    value: Node


@dataclass(frozen=True)
class Both(Node):
    """And."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Either(Node):
    """Or."""

    left: Node
    right: Node


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    def number(self, token: Token) -> Node:
        return Literal(_at(token), float(token))

    def negative(self, minus: Token, token: Token) -> Node:
        return Literal(_at(minus), -float(token))

    def text(self, token: Token) -> Node:
        return Literal(_at(token), str(token)[1:-1].replace("''", "'"))

    def name(self, token: Token) -> Node:
        return Name(_at(token), str(token))

    def dotted(self, table: Token, column: Token) -> Node:
        return Name(_at(table), f"{table}.{column}")

    def call(self, name: Token, *arguments: Node | None) -> Node:
        return Call(_at(name), str(name).lower(), tuple(a for a in arguments if a is not None))

    def arithmetic(self, left: Node, operator: Token, right: Node) -> Node:
        return Arithmetic(left.position, str(operator), left, right)

    def compare(self, left: Node, operator: Token, right: Node) -> Node:
        return Compare(left.position, "<>" if operator == "!=" else str(operator), left, right)

    def between(self, value: Node, _b: Token, low: Node, _a: Token, high: Node) -> Node:
        return Between(value.position, value, low, high)

    def not_between(self, value: Node, _n: Token, _b: Token, low: Node, _a: Token, high: Node) -> Node:
        return Between(value.position, value, low, high, True)

    def in_(self, value: Node, _i: Token, *options: Node) -> Node:
        return In(value.position, value, options)

    def not_in(self, value: Node, _n: Token, _i: Token, *options: Node) -> Node:
        return In(value.position, value, options, True)

    def is_null(self, value: Node, *_: Token) -> Node:
        return IsNull(value.position, value)

    def is_not_null(self, value: Node, *_: Token) -> Node:
        return IsNull(value.position, value, True)

    def not_(self, _n: Token, value: Node) -> Node:
        return Not(_at(_n), value)

    def and_(self, left: Node, _a: Token, right: Node) -> Node:
        return Both(left.position, left, right)

    def or_(self, left: Node, _o: Token, right: Node) -> Node:
        return Either(left.position, left, right)


def _at(token: Token) -> int:
    return (token.start_pos or 0) + 1


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """Return the tree of a condition.

    Raises:
        ConditionError: the text is not in the language, with the position of the fault.
    """
    if len(text) > 4000:
        raise ConditionError("a condition of more than 4,000 characters", 1, "map codes in extracts.yaml first")
    try:
        tree = parser().parse(text)
    except UnexpectedCharacters as error:
        raise ConditionError(*_unexpected_character(text, error.pos_in_stream or 0)) from None
    except UnexpectedToken as error:
        token: Any = error.token
        if token.type == "$END":
            raise ConditionError(
                "the condition ends too early", len(text.rstrip()) + 1, "something is missing"
            ) from None
        place = token.start_pos or 0
        raise ConditionError("this does not fit here", place + 1, remedy_for_token(text, place)) from None
    except UnexpectedEOF:
        raise ConditionError("the condition ends too early", len(text.rstrip()) + 1) from None
    except RecursionError:
        raise ConditionError("the condition is nested too deeply") from None
    return _Tree().transform(tree)


def _unexpected_character(text: str, place: int) -> tuple[str, int, str]:
    character = text[place] if place < len(text) else ""
    return "this character does not belong to a condition", place + 1, remedy_for_character(character)


def names_in(node: Node) -> set[str]:
    """Return every column or indicator named in a tree (not the tables inside functions)."""
    return {found.text for found in walk(node) if isinstance(found, Name)}


def walk(node: Node) -> list[Node]:
    """Return a node and all below it."""
    found = [node]
    for value in vars(node).values():
        if isinstance(value, Node):
            found += walk(value)
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Node):
                    found += walk(item)
    return found
