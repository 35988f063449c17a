"""Reading extracts: files and tables of Spark to typed tables with everything that was met on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from carereport.faults import Fault
from carereport.quarters import Quarter
from carereport.settings import Chain, ColumnType

if TYPE_CHECKING:
    import pandas as pd

    from carereport.project import Project

__all__ = ["Extracts", "InputFile", "SetAside", "TableData", "read_extracts"]


@dataclass(frozen=True)
class TableData:
    """A typed table: ids, codes and text as pandas `str`, dates datetime64[ns], numbers float64."""

    name: str
    frame: pd.DataFrame
    types: dict[str, ColumnType]
    states: frozenset[str]
    horizons: frozenset[str]
    covers: dt.date | Literal["all"] | None
    covers_by: str | None
    date: str | None
    spell: tuple[str, str] | None
    extracted: dt.date | None
    chain: Chain | None = None
    links: pd.DataFrame | None = None
    """Of a chained table, the source's rows: which of them were known decides how spells end."""
    absent: frozenset[str] = frozenset()
    """Optional columns that the file does not have."""


@dataclass(frozen=True)
class InputFile:
    """A file that was read, relative to the data folder, or a table of Spark by its name."""

    path: str
    sha256: str
    rows: int
    table: str


@dataclass(frozen=True)
class SetAside:
    """Rows left out of a table, and why."""

    table: str
    code: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Extracts:
    """All tables, and what was noted while reading them."""

    tables: dict[str, TableData]
    faults: tuple[Fault, ...]
    inputs: tuple[InputFile, ...]
    set_aside: tuple[SetAside, ...]
    area: str = ""
    """The council whose rows these are: asked for, or council.area, or the only one that the files name."""


def read_extracts(
    project: Project, data: Path, quarter: Quarter | None, extracted: dt.date | None = None, area: str = ""
) -> Extracts:
    """Read every table that extracts.yaml declares from the files in `data`, or from Spark.

    `area` asks for one council of several in the files; the rows of the others are left out.

    Raises:
        ExtractError: with every finding, where at least one is an error.
        MachineError: a table is to be read from Spark, which cannot be started.
    """
    import pyarrow as pa

    from carereport.extracts.parts import typed_of_area
    from carereport.extracts.tables import check_tables
    from carereport.extracts.typed import read_typed

    typed = typed_of_area(project, data, area) if area else read_typed(project, data)
    project = project.in_area(area, asked=True) if area else project
    checked = check_tables(project, typed, quarter, extracted)
    del typed
    pa.default_memory_pool().release_unused()  # of what reading has left, before figures are measured
    return checked
