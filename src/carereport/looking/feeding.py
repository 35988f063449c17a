"""Whether the extracts in a folder can feed each indicator, told from file names and headers alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from carereport.conditions.parse import Call, Name, names_in, parse, walk
from carereport.extracts.columns import fold
from carereport.extracts.headers import matching, read_header
from carereport.project import Project
from carereport.settings import Indicator, Table


def missing_parts(project: Project, data: Path) -> dict[str, list[str]]:
    """Return for each indicator what the extracts lack to feed it: nothing where they can."""
    files = sorted(path for path in data.iterdir() if path.is_file()) if data.is_dir() else []
    tables = project.extracts.tables
    headers = {name: _headers(table, files, project.extracts.delimiter) for name, table in tables.items()}
    lacking = {name: _table_lacks(name, table, headers[name]) for name, table in tables.items()}
    return {name: sorted(set(_lacks(project, indicator, headers, lacking))) for name, indicator in
            project.indicators.items()}  # fmt: skip


def _headers(table: Table, files: list[Path], delimiter: str | None) -> set[str] | None:
    """Return the folded headers that all of a table's files share; None where there is no file."""
    found = matching(table.files, files)
    if not found:
        return None
    return set.intersection(*({fold(header) for header in read_header(path, delimiter)} for path in found))


def _table_lacks(name: str, table: Table, headers: set[str] | None) -> list[str]:
    if not table.files:  # made of another table, or read from Spark, which is not asked here
        return []
    if headers is None:
        return [f"no file {' or '.join(table.files)}"]
    return [
        f"no column {column} in {name}"
        for column, spec in table.columns.items()
        if spec.from_ and not spec.optional and not _present(spec.from_, headers)
    ]


def _present(alternatives: Iterable[str], headers: set[str]) -> bool:
    return any(fold(header) in headers for header in alternatives)


def _lacks(
    project: Project, indicator: Indicator, headers: dict[str, set[str] | None], lacking: dict[str, list[str]]
) -> list[str]:
    tables = project.extracts.tables
    if indicator.kind == "derived":
        parts = names_in(parse(str(indicator.value)))
        return [
            words
            for part in parts
            if part in project.indicators and project.indicators[part] is not indicator
            for words in _lacks(project, project.indicators[part], headers, lacking)
        ]
    pending, seen, words = [str(indicator.from_)], set[str](), list[str]()
    used = _columns_used(indicator)
    pending += _tables_asked(indicator)
    while pending:
        name = pending.pop()
        table = tables.get(name)
        if name in seen or table is None:
            continue
        seen.add(name)
        words += lacking[name]
        if table.chain is not None:
            pending.append(table.chain.from_)
        for column, spec in table.columns.items():
            if spec.lookup is not None and column in used:
                pending.append(spec.lookup.partition(".")[0])
        held = headers[name]
        if name == indicator.from_ and held is not None:
            words += [
                f"no column {column} in {name}"
                for column, spec in table.columns.items()
                if column in used and spec.from_ and not _present(spec.from_, held)
            ]
    return words


def _texts(indicator: Indicator) -> list[str]:
    return [text for text in (indicator.when, indicator.where, indicator.count, indicator.of) if text]


def _columns_used(indicator: Indicator) -> set[str]:
    used = set(indicator.open or ())
    used |= {name for name in (indicator.distinct, indicator.numerator, indicator.denominator) if name}
    if indicator.kind == "supplied" and indicator.value:
        used.add(indicator.value)
    for text in _texts(indicator):
        used |= names_in(parse(text))
    return used


def _tables_asked(indicator: Indicator) -> list[str]:
    """Return the tables that conditions look into: seen_within(table, 28), latest(table.column)."""
    found: list[str] = []
    for text in _texts(indicator):
        for node in walk(parse(text)):
            if isinstance(node, Call) and node.arguments:
                first = node.arguments[0]
                if isinstance(first, Name):
                    found.append(first.text.partition(".")[0])
    return found
