"""The council's own lists on the pages: risks, actions and the maturity matrix, with the figures they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from carereport.charts.matrix import MatrixRow
from carereport.quarters import written
from carereport.report import drawings
from carereport.report.pages.material import Material, figure_text
from carereport.report.shown import Row
from carereport.wording.headlines import short_name
from carereport.wording.numbers import plural

LEVELS = 5
"""Levels of the maturity matrix."""
ROW_HEIGHT, HEAD_HEIGHT = 10.0, 7.0
"""Millimetres of the matrix chart."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and the quieter line under it."""

    text: str
    second: str = ""


@dataclass(frozen=True)
class ListTable:
    """A list as a table: `widths` are the classes of its columns."""

    caption: str
    heads: tuple[str, ...]
    widths: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def plain(self) -> list[list[str]]:
        """Return header and rows without the second lines."""
        heads = [head.split(",")[0] for head in self.heads]
        return [heads, *([cell.text for cell in row] for row in self.rows)]


@dataclass(frozen=True)
class Levels:
    """The maturity matrix: its finding and its chart."""

    title: str
    chart: Markup


def lists_of(material: Material, place: str) -> tuple[ListTable, ...]:
    """Return the lists that belong on a page, none where report.yaml shows none."""
    if place == "risks":
        return tuple(table for table in (risks(material),) if table is not None)
    if place == "next_steps":
        return actions(material)
    return ()


def risks(material: Material) -> ListTable | None:
    """Return the risk register with the figures of the indicators that it names as evidence."""
    held = material.shown.get("risks", ())
    if not held:
        return None
    rows = tuple(
        (
            Cell(_text(row, "risk"), _evidence(material, row, "evidence")),
            Cell(_word(material, row, "likelihood"), f"{_word(material, row, 'impact')} impact"),
            Cell(_text(row, "mitigation")),
            Cell(_text(row, "owner"), f"Next review {_day(row, 'next_review')}"),
        )
        for row in held
    )
    heads = ("Risk, and its evidence", "Likelihood", "What we do", "Owner")
    return ListTable("From the risk register", heads, ("first", "short", "middle", "person"), rows)


def actions(material: Material) -> tuple[ListTable, ...]:
    """Return the actions still to be done, then those that were due by the quarter's end."""
    held = material.shown.get("actions", ())
    ahead = [row for row in held if _due(row) is None or (_due(row) or date.min) > material.quarter.end]
    past = [row for row in held if row not in ahead]
    found = (("What we do next", ahead), ("Last quarter's actions", past))
    heads, widths = ("Action, and what it should move", "Who", "By when", "Status"), ("first", "person", "day", "short")
    return tuple(
        ListTable(
            f"{caption}, from the action tracker",
            heads,
            widths,
            tuple(
                (
                    Cell(_text(row, "action"), _evidence(material, row, "measure")),
                    Cell(_text(row, "owner")),
                    Cell(_day(row, "due")),
                    Cell(_word(material, row, "progress")),
                )
                for row in rows
            ),
        )
        for caption, rows in found
        if rows
    )


def maturity(material: Material) -> Levels | None:
    """Return the maturity matrix as a chart, None where no table is shown."""
    held = material.shown.get("maturity", ())
    if not held:
        return None
    rows = [
        MatrixRow(_text(row, "subject"), _number(row, "year_ago"), _number(row, "now"), _text(row, "evidence"))
        for row in held
    ]
    known = [(row.before, row.now) for row in rows if row.before is not None and row.now is not None]
    up = sum(now > before for before, now in known)
    down = sum(now < before for before, now in known)
    stayed, fell = len(known) - up - down, down or "none"
    how_far = " a level" if all(now - before <= 1 for before, now in known) else ""
    moved = f"{up} moved up{how_far} in a year, {stayed} stayed and {fell} fell"
    title = f"Of {plural(len(known) or len(rows), 'area', 'areas')}, {moved}"
    told = "; ".join(f"{r.name}: {drawings.level_text(r.before)} to {drawings.level_text(r.now)}" for r in rows)
    alt = f"Matrix of levels from 1 to 5. {told}"
    chart = drawings.matrix("Maturity matrix", rows, LEVELS, 176, HEAD_HEIGHT + ROW_HEIGHT * len(rows), f"{alt}.")
    return Levels(title, chart)


def _evidence(material: Material, row: Row, column: str) -> str:
    """Return the figure of the indicator that a cell names, else its words."""
    finding = material.by_id.get(_text(row, column))
    if finding is None:
        return _text(row, column)
    indicator = material.indicator(finding)
    now = f"{short_name(indicator)}: {figure_text(finding.leading, indicator)}"
    ago = finding.same_quarter_last_year
    if finding.headline != "quarter" and not indicator.is_snapshot:
        return f"{now} over 12 months" if finding.headline == "rolling_12_months" else f"{now} since April"
    return f"{now}, {figure_text(ago, indicator)} a year ago" if ago is not None else now


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value)


def _number(row: Row, column: str) -> float | None:
    value = row.get(column)
    return value if isinstance(value, float) else None


def _word(material: Material, row: Row, column: str) -> str:
    """Return a code in the words of report.yaml, or as it reads."""
    labels: Mapping[str, str] = material.project.report.labels.get(column, {})
    code = _text(row, column)
    return labels.get(code, code.replace("_", " ").capitalize())


def _due(row: Row) -> date | None:
    text = _text(row, "due")
    return date.fromisoformat(text) if text else None


def _day(row: Row, column: str) -> str:
    text = _text(row, column)
    return written(date.fromisoformat(text)) if text else "–"
