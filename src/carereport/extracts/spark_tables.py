"""From a table of a Spark catalogue to the columns that a Parquet file would hold, read by the same rules.

Only the columns that extracts.yaml names leave the cluster. Spark keeps no order of rows, so they are
given one by what they hold. What an exception of Spark says may hold a cell, and is never told.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from carereport.engines import require, spark_catalogue
from carereport.extracts.columns import fold, place_of, shown
from carereport.extracts.read import MOST_ROWS, RawFile
from carereport.faults import Fault
from carereport.project import EXTRACTS
from carereport.settings import Column, Table

if TYPE_CHECKING:
    from carereport.project import Project

_KINDS = re.compile(
    r"string|varchar|char|date$|timestamp_ntz|tinyint|smallint|int$|bigint|float|double|decimal|boolean|void"
)
"""How Spark's types begin that hold text, numbers or days."""
_MISSING = re.compile(r"(TABLE|VIEW|SCHEMA|NAMESPACE|CATALOG|DATABASE)\w*_NOT_FOUND|NO_SUCH_|REQUIRES_SINGLE_PART")
_FORBIDDEN = re.compile(r"permission|privilege|denied|forbidden|unauthori[sz]ed|not authori[sz]ed|accesscontrol", re.I)
_CONDITION = re.compile(r"[A-Z][A-Z0-9_.]*")
_HASHED = 1 << 16
"""So many rows are hashed at a time."""


def read_spark_table(name: str, project: Project) -> RawFile:
    """Read the columns of a Spark table that extracts.yaml names; `table` stays None where an error forbids its use.

    Raises:
        MachineError: Spark is not installed, or cannot be started.
    """
    require("spark", "`spark_table` in extracts.yaml")
    tables = [table for _, table in sorted(project.extracts.tables.items()) if table.spark_table == name]
    with spark_catalogue() as session:
        return _read(session, name, tables, project)


def _read(session: Any, name: str, tables: Sequence[Table], project: Project) -> RawFile:
    raw = RawFile(name)
    try:
        frame = session.table(".".join(map(_quoted, name.split("."))))
        kinds: list[tuple[str, str]] = frame.dtypes
        raw.header = [header for header, _ in kinds]
        places = _places(raw.header, tables)
        if not places:
            raw.error("EX116", "the table has none of the columns that extracts.yaml names", "is it another table?", 1)
        for place in places:
            if not _KINDS.match(kinds[place][1]):
                _refuse_kind(raw, place, kinds[place][1])
        if not raw.faults:
            _fill(raw, frame, kinds, places, keyless=not all(table.key for table in tables))
    except Exception as error:  # of pyspark, py4j, Java, Arrow or the platform
        raw.table = None
        raw.faults.append(_failed(error, name, project))
    return raw


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _places(header: list[str], tables: Sequence[Table]) -> list[int]:
    """Return which columns are read: those of keys first, then the others by header.

    The order in which extracts.yaml names them does not matter: history keeps its settings in another.
    """
    folded = [fold(text) for text in header]
    times = Counter(folded)  # a doubled column is refused later, and could not be asked for

    def places(columns: Iterable[Column | None]) -> list[int]:
        found = [place_of(spec, header, folded) for spec in columns if spec is not None and spec.from_]
        return [place for place in found if place is not None and times[folded[place]] == 1]

    keys = places(table.columns.get(column) for table in tables for column in table.key)
    others = places(column for table in tables for column in table.columns.values())
    return list(dict.fromkeys([*keys, *sorted(others, key=lambda place: header[place])]))


def _refuse_kind(raw: RawFile, place: int, kind: str) -> None:
    zoned = kind.startswith("timestamp")
    message = "holds moments, whose day depends on a time zone" if zoned else "is of a type that holds no single value"
    remedy = "read a view with CAST(… AS DATE)" if zoned else "read a view that writes text, numbers or dates"
    header = shown(raw.header[place])
    raw.faults.append(Fault("EX119", "error", f"the column {message}", remedy, raw.name, 1, header, place + 1))


def _fill(raw: RawFile, frame: Any, kinds: list[tuple[str, str]], places: list[int], *, keyless: bool) -> None:
    """Give a file its rows, of the columns at some places; the others stand there empty."""
    if frame.count() > MOST_ROWS:
        raw.error("EX110", f"more than {MOST_ROWS:,} rows", "read a view of those that are needed")
        return
    wanted = [_quoted(raw.header[place]) for place in places]
    others = [_comparable(*kind) for place, kind in enumerate(kinds) if place not in places]
    found = frame.selectExpr(*wanted, *([_told_apart(wanted, others)] if keyless and others else [])).toArrow()
    rows = found.num_rows
    if not rows:
        raw.error("EX109", "the table has no rows", "has it been filled?", 1)
        return
    numbers = [*places, len(raw.header)][: found.num_columns]
    found = _in_order(found.rename_columns([str(number) for number in numbers]))
    names = [raw.header[place] for place in places]
    raw.sha256 = _sha256(found.rename_columns([*names, "another"][: found.num_columns]))
    empty = {str(number): pa.nulls(rows) for number in range(len(raw.header))}
    raw.table = pa.table(empty | dict(zip(found.column_names, found.columns, strict=True)))
    raw.row_lines = np.arange(1, rows + 1)


def _told_apart(wanted: list[str], others: list[str]) -> str:
    """Return a number by which Spark tells rows apart that differ only in columns that are not read."""
    return f"dense_rank() OVER (PARTITION BY {', '.join(wanted)} ORDER BY {', '.join(others)}) AS `another row`"


def _comparable(header: str, kind: str) -> str:
    """Return a column as one that Spark can order by, which it cannot by maps."""
    return f"to_json(struct({_quoted(header)}))" if re.search("map<|variant", kind) else _quoted(header)


def _in_order(found: pa.Table) -> pa.Table:
    """Return rows in the order of their columns, the first one first; missing values stand last."""
    keys = [(field.name, "ascending") for field in found.schema if not pa.types.is_null(field.type)]
    return found.take(pc.sort_indices(found, sort_keys=keys)) if keys else found


def _sha256(found: pa.Table) -> str:
    """Return the hash of rows as a CSV file would hold them."""
    digest = hashlib.sha256()
    for number, batch in enumerate(found.to_batches(max_chunksize=_HASHED)):
        sink = pa.BufferOutputStream()
        pa_csv.write_csv(batch, sink, pa_csv.WriteOptions(include_header=not number))
        digest.update(sink.getvalue())
    return digest.hexdigest()


def _failed(error: Exception, name: str, project: Project) -> Fault:
    """Return why a table cannot be read, told by the kind of an error alone."""
    condition = _condition(error)
    words = f"{condition} {error}"
    if _MISSING.match(condition):
        code, message = "EX129", "there is no such table in the Spark catalogue, or it is hidden from you"
        remedy = "correct the name, or have the job's user granted SELECT; a temporary view is its session's own"
    elif _FORBIDDEN.search(words):
        code, message, remedy = "EX130", "the table may not be read", "have the job's user granted SELECT on it"
    else:
        code, message = "EX131", f"Spark could not read the table ({condition})"
        remedy = "read it on the platform with SELECT * to see why"
        if "maxResultSize" in words:
            remedy = "its rows come to the driver: raise spark.driver.maxResultSize, or read a view of fewer"
    table = next(one for one, table in project.extracts.tables.items() if table.spark_table == name)
    line, position, text = project.locate(EXTRACTS, ("tables", table, "spark_table"))
    return Fault(code, "error", f"{name}: {message}", remedy, EXTRACTS, line, None, position, 1, text)


def _condition(error: Exception) -> str:
    """Return Spark's own name of an error, else the name of its class: neither holds anything of the data."""
    try:
        found = error.getCondition()  # type: ignore[attr-defined]
    except Exception:  # Java's, or none of Spark's
        found = None
    return found if isinstance(found, str) and _CONDITION.fullmatch(found) else type(error).__name__
