"""What a figure counts, told from its configuration alone, so that equal and nested counts are found.

Two figures count the same when they take rows of one table by one date and the same conditions
hold; a count is part of another when its conditions are the other's and more. Conditions are
compared as trees, so that blanks, brackets and the order of `and` do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from carereport.conditions.parse import (
    OPPOSITE,
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
)
from carereport.settings import Indicator

MEASURES = frozenset({
    "days", "working_days", "weeks", "months", "years", "hours", "score", "percent", "pounds", "£",
})  # fmt: skip
"""Units of supplied amounts that count nobody."""


@dataclass(frozen=True)
class Concept:
    """A set of rows: those that meet all of `parts`, less those that meet all of `without`."""

    basis: tuple[str, ...]
    """The table, how a row gets its period, and what is counted once."""
    parts: frozenset[str]
    without: frozenset[str] = frozenset()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.basis, self.parts, self.without)))  # asked for very often

    def __hash__(self) -> int:
        return self._hash

    def within(self, breakdown: str, category: str) -> Concept:
        """Return the concept of one category: the column holds that code."""
        if breakdown == "total":
            return self
        here = frozenset({f"({breakdown} = '{category}')"})
        return replace(self, parts=self.parts | here, without=self.without | here if self.without else self.without)


def conjuncts(*conditions: str | None) -> frozenset[str]:
    """Return the conditions that all hold, each in one way of writing."""
    found: set[str] = set()
    for condition in conditions:
        if condition:
            try:
                found |= _conjuncts(parse(condition))
            except ConditionError:  # found and reported by the check of measures
                found.add(" ".join(condition.split()))
    return frozenset(found)


def opposite(condition: str) -> str:
    """Return the one way of writing that a condition does not hold."""
    try:
        parts = _conjuncts(Not(1, parse(condition)))
    except ConditionError:
        return f"not {condition}"
    return next(iter(parts)) if len(parts) == 1 else f"not {condition}"


def options(condition: str) -> tuple[str, frozenset[str]] | None:
    """Return the column and the codes of a condition that asks for some codes of a column, else None."""
    try:
        node = parse(condition)
    except ConditionError:
        return None
    if isinstance(node, Compare) and node.operator == "=" and isinstance(node.right, Literal):
        return _text(node.left), frozenset({_text(node.right)})
    if isinstance(node, In) and not node.negated:
        return _text(node.value), frozenset(_text(option) for option in node.options)
    return None


def _conjuncts(node: Node) -> set[str]:
    if isinstance(node, Both):
        return _conjuncts(node.left) | _conjuncts(node.right)
    if isinstance(node, Between) and not node.negated:
        low = Compare(node.position, ">=", node.value, node.low)
        return {_text(low), _text(Compare(node.position, "<=", node.value, node.high))}
    if isinstance(node, Not):
        inner = node.value
        if isinstance(inner, Not):
            return _conjuncts(inner.value)
        if isinstance(inner, Either):
            return _conjuncts(Not(1, inner.left)) | _conjuncts(Not(1, inner.right))
        if isinstance(inner, Compare):
            return {_text(replace(inner, operator=OPPOSITE[inner.operator]))}
        if isinstance(inner, (In, IsNull, Between)):
            return _conjuncts(replace(inner, negated=not inner.negated))
    return {_text(node)}


def _text(node: Node) -> str:
    if isinstance(node, Literal):
        quoted = str(node.value).replace("'", "''")
        return f"'{quoted}'" if isinstance(node.value, str) else f"{node.value:g}"
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Call):
        return f"{node.name}({', '.join(map(_text, node.arguments))})"
    if isinstance(node, (Arithmetic, Compare)):
        return f"({_text(node.left)} {node.operator} {_text(node.right)})"
    if isinstance(node, In):
        if len(node.options) == 1:
            return f"({_text(node.value)} {'<>' if node.negated else '='} {_text(node.options[0])})"
        listed = ", ".join(sorted(map(_text, node.options)))
        return f"({_text(node.value)} {'not ' if node.negated else ''}in ({listed}))"
    if isinstance(node, IsNull):
        return f"({_text(node.value)} is {'not ' if node.negated else ''}null)"
    if isinstance(node, Between):
        return f"({_text(node.value)} {'not ' if node.negated else ''}between {_text(node.low)} and {_text(node.high)})"
    if isinstance(node, Either):
        return "(" + " or ".join(sorted((_text(node.left), _text(node.right)))) + ")"
    if isinstance(node, Both):
        return "(" + " and ".join(sorted(_conjuncts(node))) + ")"
    return f"not {_text(node.value)}" if isinstance(node, Not) else ""


def counts_people(indicator: Indicator) -> bool:
    """Return whether an indicator's numbers are counts of people, whose small ones are hidden."""
    amount = indicator.kind == "supplied" and not indicator.denominator
    return indicator.people and not (amount and indicator.unit in MEASURES)


def basis(indicator: Indicator) -> tuple[str, ...]:
    """Return the table of an indicator, how a row gets its period, and what is counted once."""
    if indicator.open is not None:
        dating = ("open", *indicator.open)
    else:
        dating = ("when", "".join(str(indicator.when or "").split()), "")
    return (str(indicator.from_), *dating, indicator.distinct or "rows")


def base_conditions(indicator: Indicator) -> frozenset[str]:
    """Return which rows count at all, without what follows from their having a period."""
    dated = indicator.open[0] if indicator.open is not None else indicator.when
    return conjuncts(indicator.where) - {f"({dated} is not null)"}


def concepts(indicator: Indicator) -> dict[str, Concept]:
    """Return what an indicator's numerator, denominator and their difference count, where they are counts of rows."""
    rows = base_conditions(indicator)
    kind = indicator.kind
    if kind == "supplied":
        held = (str(indicator.from_), "supplied", "stock" if indicator.stock else "sum")
        column = frozenset[str]()
        if indicator.denominator:
            whole = Concept((*held, str(indicator.denominator)), column)
            part = Concept((*held, str(indicator.numerator)), column)
            lacking = Concept((*held, str(indicator.denominator), str(indicator.numerator)), column)
            return {"numerator": part, "denominator": whole, "difference": lacking}
        return {"numerator": Concept((*held, str(indicator.value or indicator.numerator)), column)}
    counted = basis(indicator)
    if kind in ("count", "rate"):
        dated = indicator.open[0] if indicator.open is not None else indicator.when
        return {"numerator": Concept(counted, (rows | conjuncts(indicator.count)) - {f"({dated} is not null)"})}
    if kind == "percentage":
        meeting = rows | conjuncts(indicator.count)
        return {
            "numerator": Concept(counted, meeting),
            "denominator": Concept(counted, rows),
            "difference": Concept(counted, rows, meeting),
        }
    if kind in ("mean", "median"):
        return {"denominator": Concept(counted, rows | {f"({indicator.of} is not null)"})}
    return {}
