"""What was published, quarter by quarter, and which inputs it came from (SQLite in history/)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from carereport.extracts import InputFile
from carereport.quarters import Quarter

_TABLES = """
create table if not exists published (
    quarter text not null, figures text not null, frozen integer not null default 0, primary key (quarter));
create table if not exists inputs (
    quarter text not null, path text not null, sha256 text not null, rows integer not null,
    primary key (quarter, path));
"""


def record(root: Path, quarter: Quarter, figures_csv: str, inputs: Iterable[InputFile]) -> None:
    """Enter a public build as its quarter's; a frozen quarter stays as it was published."""
    folder = root / "history"
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "history.sqlite")) as base, base:
        base.executescript(_TABLES)
        frozen = base.execute("select frozen from published where quarter = ?", (quarter.name,)).fetchone()
        if frozen and frozen[0]:
            return
        base.execute("insert or replace into published values (?, ?, 0)", (quarter.name, figures_csv))
        base.execute("delete from inputs where quarter = ?", (quarter.name,))
        base.executemany(
            "insert into inputs values (?, ?, ?, ?)", [(quarter.name, i.path, i.sha256, i.rows) for i in inputs]
        )


def earlier(root: Path, quarter: Quarter) -> dict[str, str]:
    """Return figures.csv of earlier quarters by name, as they were published."""
    path = root / "history" / "history.sqlite"
    if not path.is_file():
        return {}
    with closing(sqlite3.connect(path)) as base:
        base.executescript(_TABLES)
        rows = base.execute("select quarter, figures from published order by quarter").fetchall()
    return {name: text for name, text in rows if Quarter.parse(name) < quarter}


def earlier_inputs(root: Path, quarter: Quarter) -> tuple[str, dict[str, tuple[str, int]]]:
    """Return the latest earlier quarter's name, and its input files: path to hash and rows; ('', {}) where none is."""
    path = root / "history" / "history.sqlite"
    if not path.is_file():
        return "", {}
    with closing(sqlite3.connect(path)) as base:
        base.executescript(_TABLES)
        rows = base.execute("select quarter, path, sha256, rows from inputs").fetchall()
    names = [name for name, *_ in rows if Quarter.parse(name) < quarter]
    last = max(names, key=Quarter.parse, default="")
    return last, {path: (digest, count) for name, path, digest, count in rows if name == last}


def freeze(root: Path, quarter: Quarter) -> bool | None:
    """Record that a quarter's figures went out; return whether they had before, None where there was no build."""
    path = root / "history" / "history.sqlite"
    if not path.is_file():
        return None
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(_TABLES)
        found = base.execute("select frozen from published where quarter = ?", (quarter.name,)).fetchone()
        if found is None:
            return None
        base.execute("update published set frozen = 1 where quarter = ?", (quarter.name,))
        return bool(found[0])


def figures_of(root: Path, quarter: Quarter) -> str | None:
    """Return a quarter's figures.csv as last built in public, or as published; None where there was no build."""
    path = root / "history" / "history.sqlite"
    if not path.is_file():
        return None
    with closing(sqlite3.connect(path)) as base:
        base.executescript(_TABLES)
        found = base.execute("select figures from published where quarter = ?", (quarter.name,)).fetchone()
    return str(found[0]) if found else None


def inputs_of(root: Path, quarter: Quarter) -> dict[str, int]:
    """Return the rows of each input file of a quarter's build."""
    path = root / "history" / "history.sqlite"
    if not path.is_file():
        return {}
    with closing(sqlite3.connect(path)) as base:
        base.executescript(_TABLES)
        rows = base.execute("select path, rows from inputs where quarter = ? order by path", (quarter.name,)).fetchall()
    return {str(name): int(count) for name, count in rows}
