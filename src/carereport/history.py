"""What was published, quarter by quarter, and which inputs it came from (SQLite in history/).

A build's public figures are an edition of its quarter. The latest edition is replaced by the next
build until it is frozen by `freeze`; then a later build is a new edition, and a revision. The file
is never changed in place: a changed copy takes its place, so that an interrupted write leaves the
old one.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carereport.extracts import InputFile
from carereport.faults import Fault, MachineError, UsageError
from carereport.quarters import Quarter

_TABLES = """
create table if not exists editions (
    quarter text not null, edition integer not null, figures blob not null, frozen integer not null default 0,
    primary key (quarter, edition));
create table if not exists inputs (
    quarter text not null, path text not null, sha256 text not null, rows integer not null,
    primary key (quarter, path));
create table if not exists definitions (
    quarter text not null, edition integer not null, content blob not null, primary key (quarter, edition));
create table if not exists settings (
    quarter text not null, edition integer not null, content blob not null, primary key (quarter, edition));
"""


def record(
    root: Path, quarter: Quarter, figures_csv: str, inputs: Iterable[InputFile],
    definitions: Mapping[str, Mapping[str, object]] | None = None, settings: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Enter a public build as its quarter's latest edition; frozen ones stay as they were published.

    `definitions` holds what indicators.yaml said of each indicator, `settings` all else that made the figures.
    """
    held = [(quarter.name, one.path, one.sha256, one.rows) for one in inputs]
    with _changed(root) as base:
        last = base.execute(
            "select edition, frozen, figures from editions where quarter = ? order by edition desc", (quarter.name,)
        ).fetchone()
        edition = 1 if last is None else last[0] + (1 if last[1] else 0)
        if last is None or _text(last[2]) != figures_csv:
            packed = zlib.compress(figures_csv.encode("utf-8"), 9)
            base.execute("insert or replace into editions values (?, ?, ?, 0)", (quarter.name, edition, packed))
        kept = {"definitions": definitions, "settings": settings}
        for table, said in kept.items() if last is None or not last[1] or _text(last[2]) != figures_csv else ():
            base.execute(f"delete from {table} where quarter = ? and edition = ?", (quarter.name, edition))
            if said:
                content = zlib.compress(json.dumps(said, sort_keys=True).encode("utf-8"), 6)
                base.execute(f"insert into {table} values (?, ?, ?)", (quarter.name, edition, content))
        base.execute("delete from inputs where quarter = ?", (quarter.name,))
        base.executemany("insert into inputs values (?, ?, ?, ?)", held)


def freeze(root: Path, quarter: Quarter) -> bool | None:
    """Record that what was last built of a quarter went out.

    Return whether it had been frozen before; None where the quarter was never built for the public.
    """
    frozen = _rows(root, "select frozen from editions where quarter = ? order by edition desc", quarter.name)
    if not frozen:
        return None
    if not frozen[0][0]:
        with _changed(root) as base:
            base.execute("update editions set frozen = 1 where quarter = ?", (quarter.name,))
    return bool(frozen[0][0])


@dataclass(frozen=True)
class Edition:
    """A public build that counts as published: its quarter, its figures.csv, and whether `publish` froze it."""

    quarter: Quarter
    number: int
    frozen: bool
    text: str

    @property
    def area(self) -> str:
        """The council's code, as the figures have it."""
        return next((row.get("area") or "" for row in csv.DictReader(io.StringIO(self.text))), "")


def editions(root: Path, quarter: Quarter) -> list[Edition]:
    """Return what was out before a build of `quarter`, earliest first.

    These are all editions of earlier quarters, and the frozen ones of the quarter itself.
    """
    rows = _rows(root, "select quarter, edition, frozen, figures from editions")
    known = [(_quarter(name), edition, bool(frozen), figures) for name, edition, frozen, figures in rows
             if _quarter(name) < quarter or (frozen and name == quarter.name)]  # fmt: skip
    return [Edition(*one[:3], _text(one[3])) for one in sorted(known, key=lambda one: one[:2])]


def earlier(root: Path, quarter: Quarter) -> list[str]:
    """Return the text of every figures.csv that was out before a build of `quarter`, earliest first."""
    return [one.text for one in editions(root, quarter)]


def edition_of(root: Path, quarter: Quarter, *, published: bool = False) -> int:
    """Return a quarter's latest edition, or the latest that was published; 0 where there is none."""
    rows = _rows(root, "select edition, frozen from editions where quarter = ?", quarter.name)
    return max((edition for edition, frozen in rows if frozen or not published), default=0)


def figures_of(root: Path, quarter: Quarter, edition: int = 0) -> str | None:
    """Return a quarter's figures.csv, the latest unless an edition is named; None where there is none."""
    wanted = edition or edition_of(root, quarter)
    rows = _rows(root, "select figures from editions where quarter = ? and edition = ?", quarter.name, wanted)
    return _text(rows[0][0]) if rows else None


def definitions_of(root: Path, quarter: Quarter, edition: int = 0) -> dict[str, dict[str, object]]:
    """Return what indicators.yaml said at a quarter's public build; nothing where history does not know."""
    return _kept(root, "definitions", quarter, edition)


def settings_of(root: Path, quarter: Quarter, edition: int = 0) -> dict[str, Any]:
    """Return the other settings of a quarter's public build; nothing where history does not know."""
    return _kept(root, "settings", quarter, edition)


def _kept(root: Path, table: str, quarter: Quarter, edition: int) -> dict[str, Any]:
    wanted = edition or edition_of(root, quarter)
    query = f"select content from {table} where quarter = ? and edition = ?"
    rows = _rows(root, query, quarter.name, wanted) if _knows(root, table) else []
    return json.loads(_text(rows[0][0])) if rows else {}


def published_definitions(root: Path) -> tuple[str, dict[str, dict[str, object]]]:
    """Return the latest published quarter, and what indicators.yaml said then; ('', {}) where none is known."""
    if not _knows(root, "definitions"):
        return "", {}
    query = (
        "select quarter, edition, content from definitions join editions using (quarter, edition) where frozen = 1"
    )
    known = [(Quarter.parse(name), edition, content) for name, edition, content in _rows(root, query)]
    if not known:
        return "", {}
    quarter, _, content = max(known, key=lambda one: one[:2])
    return quarter.name, json.loads(_text(content))


def _knows(root: Path, table: str) -> bool:
    """Whether a history holds a table: those of earlier versions lack some."""
    return bool(_rows(root, "select 1 from sqlite_master where name = ?", table))


def inputs_of(root: Path, quarter: Quarter) -> dict[str, tuple[str, int]]:
    """Return hash and rows of each input file of a quarter's build."""
    rows = _rows(root, "select path, sha256, rows from inputs where quarter = ? order by path", quarter.name)
    return _inputs(rows)


def earlier_inputs(root: Path, quarter: Quarter) -> tuple[str, dict[str, tuple[str, int]]]:
    """Return the latest earlier quarter's name, and its input files: path to hash and rows; ('', {}) where none is."""
    rows = _rows(root, "select quarter, path, sha256, rows from inputs")
    names = [name for name, *_ in rows if _quarter(name) < quarter]
    last = max(names, key=_quarter, default="")
    return last, _inputs(row for name, *row in rows if name == last)


def _inputs(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[str, int]]:
    try:
        return {str(name): (str(digest), int(count)) for name, digest, count in rows}
    except (ValueError, TypeError):
        raise damaged() from None


def _path(root: Path) -> Path:
    return root / "history" / "history.sqlite"


def damaged() -> MachineError:
    """Return the fault of a history that cannot be read."""
    return MachineError(
        Fault("HI001", "error", "what was published cannot be read: damaged, or written by another version",
              "put a copy of history/ back; without it small numbers of earlier reports cannot be protected",
              "history/history.sqlite")
    )  # fmt: skip


def _text(figures: bytes) -> str:
    try:
        return zlib.decompress(figures).decode("utf-8")
    except (zlib.error, UnicodeDecodeError, TypeError):
        raise damaged() from None


def _quarter(name: str) -> Quarter:
    try:
        return Quarter.parse(name)
    except (ValueError, TypeError, AttributeError, UsageError):
        raise damaged() from None


def _rows(root: Path, query: str, *values: str | int) -> list[tuple]:  # type: ignore[type-arg]
    path = _path(root)
    if not path.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            return list(base.execute(query, values).fetchall())
    except sqlite3.Error:
        raise damaged() from None


@contextmanager
def _changed(root: Path) -> Iterator[sqlite3.Connection]:
    """Give a copy of the history to change, and put it in place of the old once it is whole on disk."""
    path = _path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.new-*"):
        left.unlink()
    new = path.with_name(f".{path.name}.new-{os.getpid()}")
    try:
        if path.is_file():
            shutil.copyfile(path, new)
        with closing(sqlite3.connect(new)) as base, base:
            base.execute("pragma journal_mode = memory")
            base.executescript(_TABLES)
            yield base
        with new.open("rb") as handle:
            os.fsync(handle.fileno())
        new.replace(path)
    except sqlite3.Error as error:
        if isinstance(error, sqlite3.OperationalError) and "disk" in str(error):
            raise OSError(errno.EIO, "history cannot be written") from None
        raise damaged() from None
    finally:
        new.unlink(missing_ok=True)
