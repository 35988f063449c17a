"""A stand-in for a Spark session with tables, for tests that need no Spark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

from carereport.extracts import spark_tables

KINDS = {
    pa.int64(): "bigint", pa.date32(): "date", pa.float64(): "double", pa.string(): "string",
    pa.timestamp("us"): "timestamp_ntz", pa.timestamp("us", "UTC"): "timestamp", pa.list_(pa.string()): "array<string>",
}  # fmt: skip


class RefusedError(Exception):
    """What Spark raises: it has a name, and words that hold a cell."""

    def __init__(self, condition: str, words: str = "") -> None:
        super().__init__(f"[{condition}] the value 'Zebedee' {words}")
        self.condition = condition

    def getCondition(self) -> str:  # noqa: N802  # as Spark calls it
        return self.condition


class Frame:
    """A stand-in for a DataFrame, as far as a table is read."""

    def __init__(self, rows: pa.Table, asked: list[str]) -> None:
        self.rows, self.asked = rows, asked

    @property
    def dtypes(self) -> list[tuple[str, str]]:
        return [(field.name, KINDS[field.type]) for field in self.rows.schema]

    def count(self) -> int:
        return int(self.rows.num_rows)

    def selectExpr(self, *columns: str) -> Frame:  # noqa: N802  # as Spark calls it
        self.asked += columns
        return Frame(self.rows.select([column.strip("`") for column in columns]), self.asked)

    def toArrow(self) -> pa.Table:  # noqa: N802  # as Spark calls it
        return self.rows


class Session:
    """A stand-in for a session with tables, and what was asked of them."""

    def __init__(self, **tables: pa.Table | Exception) -> None:
        self.tables = {name.replace("__", "."): held for name, held in tables.items()}
        self.asked: list[str] = []

    def table(self, name: str) -> Frame:
        held = self.tables.get(name.replace("`", ""), RefusedError("TABLE_OR_VIEW_NOT_FOUND"))
        if isinstance(held, Exception):
            raise held
        return Frame(held, self.asked)


def use(monkeypatch: pytest.MonkeyPatch, session: Session) -> Session:
    """Let tables be read from a session, whether or not Spark is here."""

    @contextmanager
    def catalogue() -> Iterator[Session]:
        yield session

    monkeypatch.setattr(spark_tables, "require", lambda engine, asked: None)
    monkeypatch.setattr(spark_tables, "spark_catalogue", catalogue)
    return session


def as_text(path: Path) -> pa.Table:
    """Return a CSV file's cells."""
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    kinds = pa_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False)
    return pa_csv.read_csv(path, convert_options=kinds)


def from_files(root: Path, files: str = "*.csv") -> Session:
    """Put extracts of a project into tables of Spark, and say so in its extracts.yaml; the files are gone."""
    settings = root / "config" / "extracts.yaml"
    text = settings.read_text(encoding="utf-8")
    tables = {}
    for path in sorted((root / "data").glob(files)):
        assert f'files: "{path.stem}*.csv"' in text
        text = text.replace(f'files: "{path.stem}*.csv"', f"spark_table: care.{path.stem}")
        tables[f"care__{path.stem}"] = as_text(path)
        path.unlink()
    if not any((root / "data").iterdir()):
        (root / "data").rmdir()
    settings.write_text(text, encoding="utf-8")
    return Session(**tables)
