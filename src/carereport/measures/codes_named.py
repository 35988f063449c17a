"""Texts that a condition compares with a column of codes, and that are none of the codes the column can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carereport.conditions.parse import Call, Compare, In, Literal, Name, Node, parse, walk
from carereport.faults import suggestion
from carereport.settings import Column, ExtractSettings


def known_codes(extracts: ExtractSettings, table: str) -> dict[str, frozenset[str]]:
    """Return the codes of a table's columns, lookups and chains followed.

    A column without `codes` is left out, and so is one whose other codes are expected (`unknown: note`).
    """
    held = extracts.tables[table]
    source = extracts.tables.get(held.chain.from_) if held.chain else None
    columns: dict[str, Column] = dict(source.columns) if source else {}
    columns |= held.columns
    found = {}
    for name, spec in columns.items():
        other, _, target = (spec.lookup or "").partition(".")
        seen = extracts.tables[other].columns.get(target) if other in extracts.tables else spec
        if seen is not None and seen.codes and seen.unknown != "note":
            found[name] = frozenset(seen.codes.values())
    return found


def unlisted(text: str, table: str, extracts: ExtractSettings) -> Iterator[tuple[int, str, str]]:
    """Yield position, message and remedy for each text that a column of codes never holds.

    Raises:
        ConditionError: the condition cannot be read.
    """
    own = known_codes(extracts, table)
    for node in walk(parse(text)):
        if isinstance(node, Compare) and node.operator in ("=", "<>"):
            pairs = [(node.left, node.right), (node.right, node.left)]
        elif isinstance(node, In):
            pairs = [(node.value, option) for option in node.options]
        else:
            continue
        for column, value in pairs:
            if isinstance(value, Literal) and isinstance(value.value, str):
                name, codes = _codes_of(column, own, extracts)
                if codes and value.value not in codes:
                    remedy = suggestion(value.value, codes) or f"its codes are {', '.join(sorted(codes))}"
                    yield value.position, f"{name} has no code '{value.value}' in extracts.yaml", remedy


def _codes_of(
    node: Node, own: Mapping[str, frozenset[str]], extracts: ExtractSettings
) -> tuple[str, frozenset[str] | None]:
    if isinstance(node, Name):
        return node.text, own.get(node.text)
    if isinstance(node, Call) and node.name == "latest" and isinstance(node.arguments[0], Name):
        table, _, column = node.arguments[0].text.partition(".")
        return column, known_codes(extracts, table).get(column) if table in extracts.tables else None
    return "", None
