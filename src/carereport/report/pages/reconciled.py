"""The way from the council's last published return to the quarter's end, step by step, as a chart with its title."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from carereport.charts.waterfall import WaterfallRow
from carereport.charts.waterfall import waterfall as draw
from carereport.judgement.flows import NOT_EXPLAINED, Waterfall, waterfall
from carereport.quarters import written
from carereport.report.chart_tables import ChartTable
from carereport.report.pages.material import Material
from carereport.report.pictures import picture
from carereport.report_settings import Flow
from carereport.wording.headlines import return_title
from carereport.wording.numbers import number_text
from carereport.wording.sentences import period_text

WIDTH, STEP = 176.0, 5.0
"""Of the chart, and of each of its steps, in millimetres."""


@dataclass(frozen=True)
class Reconciled:
    """A stock reconciled to the last return."""

    title: str
    note: str
    """Whose return it is."""
    picture: Markup


def reconciled(material: Material, flow: Flow) -> Reconciled | None:
    """Return the reconciliation of an account's stock; None where none is held or a month is not known."""
    found = waterfall(flow, material.findings, material.project, material.quarter)
    if found is None or material.disclosed.rounded:  # rounded numbers do not add up to what was returned
        return None
    rows = _rows(material, found)
    title = return_title(found.steps[0].value, found.steps[-1].value, _unexplained(found)).text
    steps = "; ".join(f"{row.name} {row.text}" for row in rows)
    values = tuple((row.name, row.text) for row in rows)
    table = ChartTable(f"From the last return to now: {flow.name}", ("Step", "Number"), values)
    chart = draw(rows, WIDTH, STEP * len(rows) + 1, f"Waterfall chart, {flow.name}. {title}. {steps}.")
    return Reconciled(title, f"Last return of {flow.name}: {found.source}.", picture(chart, table))


def _unexplained(found: Waterfall) -> float:
    return sum(step.value for step in found.steps if step.label == NOT_EXPLAINED)


def _rows(material: Material, found: Waterfall) -> tuple[WaterfallRow, ...]:
    names = {
        found.steps[0].label: f"Return, {period_text(found.period)}",
        found.steps[-1].label: f"At {written(material.quarter.end)}",
    }
    rows, at = [], 0.0
    for step in found.steps:
        start, at = (0.0, step.value) if step.is_level else (at, at + step.value)
        sign = "+" if not step.is_level and step.value > 0 else ""
        text = f"{sign}{number_text(step.value)}"
        rows.append(WaterfallRow(names.get(step.label, step.label), start, at, text, step.is_level))
    return tuple(rows)
