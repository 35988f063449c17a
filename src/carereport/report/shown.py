"""The council's own lists (risks, actions, maturity) as the report may show them; a table of children is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from carereport.faults import Fault, listed, suggestion
from carereport.project import REPORT, Project

if TYPE_CHECKING:
    from carereport.extracts import Extracts

Row = Mapping[str, "str | float | None"]
"""A row by column; a date is text as 2025-12-15."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "risks": ("risk", "evidence", "likelihood", "impact", "owner", "mitigation", "next_review"),
    "actions": ("action", "owner", "due", "progress", "measure"),
    "maturity": ("subject", "year_ago", "now", "evidence"),
}
"""The columns that each list needs of its table."""


def shown_faults(project: Project) -> list[Fault]:
    """Return an error for each table of `shown` that does not exist, lacks a column or holds children."""
    faults = []
    for place, name in project.report.shown.items():
        table = project.extracts.tables.get(name)
        if table is None:
            known = list(project.extracts.tables)
            faults.append(_fault(project, place, f"{name} is no table", suggestion(name, known) or listed(known[:8])))
            continue
        if "child_id" in table.columns or table.chain is not None:
            message = f"{name} holds children: its rows are never shown"
            faults.append(_fault(project, place, message, "name a table without child_id"))
        lacks = [column for column in COLUMNS[place] if column not in table.columns]
        if lacks:
            message = f"{name} lacks what the list of {place} needs: {', '.join(lacks)}"
            faults.append(_fault(project, place, message, "name the columns so in extracts.yaml"))
    return faults


def _fault(project: Project, place: str, message: str, help_: str) -> Fault:
    line, position, text = project.locate(REPORT, ("shown", place))
    return Fault("RP020", "error", message, help_, REPORT, line, None, position, 1, text)


def shown_rows(project: Project, extracts: Extracts) -> dict[str, tuple[Row, ...]]:
    """Return the rows of each list in the file's order; empty cells are None."""
    found: dict[str, tuple[Row, ...]] = {}
    for place, name in project.report.shown.items():
        held = extracts.tables.get(name)
        if held is not None:
            rows = held.frame[list(COLUMNS[place])].to_dict("records")
            found[place] = tuple({str(key): _plain(value) for key, value in row.items()} for row in rows)
    return found


def _plain(value: object) -> str | float | None:
    if value is None or value != value:
        return None
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return float(value) if isinstance(value, int | float) else str(value)
