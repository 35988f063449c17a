"""The spreadsheet's table of revisions: each published figure that has moved far, then and now, with the reason."""

from __future__ import annotations

from carereport.figures import Figure, Revision
from carereport.report.pages.material import Material
from carereport.report.pages.revised import RULE
from carereport.report.reasons import Reason, reason_of, reasons
from carereport.report.table_values import (
    KINDS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Cell,
    Column,
    Number,
    Table,
    amount,
    breakdown_name,
    decimals_for,
    period_words,
    unit_of,
)
from carereport.settings import Indicator


def revised_table(material: Material) -> Table:
    """Return the table of revisions, in the order of figures.csv."""
    columns = (
        Column("Reference", 11), Column("Measure", 44), Column("Unit", 18), Column("Breakdown", 16),
        Column("Group", 30), Column("Kind of period", 14), Column("Period", 30),
        Column("Value published before, in the unit of the row", 14), Column("Value now, in the unit of the row", 14),
        Column("Numerator published before [note 9]", 13), Column("Numerator now [note 9]", 13),
        Column("Denominator published before [note 9]", 14), Column("Denominator now [note 9]", 14),
        Column("Reason given by the service", 60),
    )  # fmt: skip
    given = reasons(material.commentary)
    rows = [_row(material, one, given) for one in material.disclosed.revisions]
    return Table("Revisions", "revisions", "Figures revised since they were published", (RULE,), columns, rows)


def _row(material: Material, one: Revision, given: tuple[Reason, ...]) -> list[Cell]:
    indicator = material.project.indicators[one.indicator]
    group = material.project.report.labels.get(one.breakdown, {}).get(one.category, one.category)
    pairs = (
        (_value(one.before, indicator), _value(one.now, indicator)),
        (_count(one.before.numerator), _count(one.now.numerator)),
        (_count(one.before.denominator), _count(one.now.denominator)),
    )
    return [
        indicator.ref or "none", indicator.name, unit_of(indicator), breakdown_name(one.breakdown),
        "Total" if one.breakdown == "total" else group, KINDS[one.period_kind],
        period_words(indicator.is_snapshot, one.period_kind, one.now.start, one.now.end),
        *(cell for pair in pairs for cell in pair), reason_of(one, given) or NOT_AVAILABLE,
    ]  # fmt: skip


def _value(figure: Figure, indicator: Indicator) -> Cell:
    if figure.value is None:
        return NOT_APPLICABLE
    decimals = decimals_for(indicator, figure.value, figure.denominator)
    return Number(figure.value, decimals, indicator.figure_unit == "percent")


def _count(value: float | None) -> Cell:
    return NOT_APPLICABLE if value is None else amount(value)
