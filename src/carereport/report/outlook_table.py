"""The spreadsheet's table of the look-ahead: each measure's interval, or [x], and what every method did."""

from __future__ import annotations

from collections.abc import Iterator

from carereport.figures import Finding
from carereport.judgement.look_ahead import RULE
from carereport.report.pages.material import Material
from carereport.report.table_values import NOT_APPLICABLE, NOT_AVAILABLE, Cell, Column, Number, Table
from carereport.wording.outlook import LOOK_AHEAD


def look_ahead_table(material: Material) -> Table:
    """Return a row for each measure and method; the interval stands only at the method that was taken."""
    columns = (
        Column("Reference", 11), Column("Measure", 44), Column("First day", 13), Column("Last day", 13),
        Column("Method", 44), Column("Taken", 10), Column("Lower end", 12), Column("Upper end", 12),
        Column("Quarters in the back-test", 12), Column("Of them inside", 12),
        Column("Share inside, %", 12), Column("Mean interval score, less is better", 14), Column("In words", 60),
    )  # fmt: skip
    about = ("The next quarter lies between lower and upper end in four of five such forecasts.", RULE)
    rows = [row for finding in material.findings for row in _rows(material, finding)]
    return Table("Look-ahead", "look_ahead", "Look-ahead", about, columns, rows)


def _rows(material: Material, finding: Finding) -> Iterator[list[Cell]]:
    ahead, indicator = finding.look_ahead, material.indicator(finding)
    if ahead is None:
        return
    words = " ".join(one.text for one in finding.sentences if one.rule == LOOK_AHEAD)
    front: list[Cell] = [indicator.ref or "none", indicator.name, ahead.start, ahead.end]
    if not ahead.records:
        yield [*front, NOT_AVAILABLE, "No", *([NOT_AVAILABLE] * 6), words]
    for record in ahead.records:
        taken = record.method == ahead.method
        ends: list[Cell] = [
            NOT_APPLICABLE if not taken else NOT_AVAILABLE if end is None else Number(end)
            for end in (ahead.lower, ahead.upper)
        ]
        yield [
            *front, record.method, "Yes" if taken else "No", *ends, Number(record.quarters), Number(record.inside),
            Number(100 * record.inside / record.quarters, 0, True), Number(record.score, 1),
            words if taken else NOT_APPLICABLE,
        ]  # fmt: skip
