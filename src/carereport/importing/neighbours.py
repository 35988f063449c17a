"""A model of statistical neighbours as published (one row a council, ten pairs of code and words); no download.

Read are the 2025 model's wide table and the Local Authority Interactive Tool's workbook, as CSV or xlsx.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from carereport.comparators import NEIGHBOURS, NeighbourRow, fold
from carereport.faults import Fault, UsageError, suggestion
from carereport.judgement.compare import own_names

if TYPE_CHECKING:
    from carereport.project import Project

COLUMNS = ("area", "neighbour", "model", "rank", "closeness")
PLACE = re.compile(r"SN_?(\d{1,2})")
"""The head of a column with a neighbour's code; the words on how close it is stand in the next column."""


def import_neighbours(
    path: Path, model: str, council: str, project: Project
) -> tuple[Path, tuple[NeighbourRow, ...]]:
    """Write a council's neighbours to config/neighbours.csv, in the place of an earlier import of the same model.

    Raises:
        UsageError: the file is no such table, or does not name the council.
    """
    table = _read(path)
    names = {_code(code): name for code, name in zip(table.iloc[:, 0], table.iloc[:, 1], strict=True)}
    wanted = {fold(council)} if council else own_names(project)
    codes = [code for code, name in names.items() if fold(name) in wanted]
    if len(codes) != 1:
        asked = council or project.report.council.called
        remedy = suggestion(asked, list(names.values())) or "name it as the file does, with --council"
        raise UsageError(Fault("BI006", "error", f"the file has no council {asked}", remedy, path.name))
    row = next(cells for cells in table.itertuples(index=False) if _code(cells[0]) == codes[0])
    found = []
    for place, head in enumerate(table.columns):
        match = PLACE.fullmatch(str(head))
        if match and row[place]:
            neighbour = names.get(_code(row[place]))
            if neighbour is None:
                message = f"neighbour {match[1]} has a code that the file does not name"
                raise UsageError(Fault("BI006", "error", message, "compare with the publication", path.name))
            words = str(row[place + 1]).strip().lower()
            found.append(NeighbourRow(project.area, neighbour, model, int(match[1]), words))
    kept = [one for one in project.models if (one.area, one.model) != (project.area, model)]
    target = project.root / NEIGHBOURS
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(one) for one in (*kept, *found))
    target.write_text(text.getvalue(), encoding="utf-8", newline="")
    return target, tuple(found)


def _read(path: Path) -> pd.DataFrame:
    """Return the table with its own heads, found below any title rows: code, name, and the neighbours."""
    try:
        if path.suffix.lower() == ".xlsx":
            held = pd.read_excel(path, header=None, dtype=str)
        else:
            held = pd.read_csv(path, header=None, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except ImportError:
        remedy = "pip install openpyxl, or save the sheet as CSV"
        raise UsageError(Fault("BI002", "error", "a workbook needs openpyxl", remedy, path.name)) from None
    except (OSError, UnicodeDecodeError, ValueError):
        remedy = "give the file as the publisher offers it"
        raise UsageError(Fault("BI002", "error", "the file cannot be read as a table", remedy, path.name)) from None
    held = held.fillna("").map(lambda cell: str(cell).strip())
    for place in range(min(len(held), 10)):
        heads = held.iloc[place].tolist()
        if sum(PLACE.fullmatch(head) is not None for head in heads) >= 5:
            table = held.iloc[place + 1 :]
            table.columns = pd.Index(heads)
            return table[table.iloc[:, 0] != ""]
    message = "no model of statistical neighbours: columns SN1 to SN10 are missing"
    raise UsageError(Fault("BI002", "error", message, "give the wide table: one row a council", path.name))


def _code(cell: object) -> str:
    """Return a council's code without what a spreadsheet adds to a number."""
    return str(cell).strip().removesuffix(".0")
