"""The values of a chart as a table under it, for the web page: text that stands elsewhere, nothing is measured here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from carereport.charts import Chart
from carereport.charts.control_chart import ControlChart
from carereport.judgement.special_cause import variation
from carereport.report.pages.material import legend
from carereport.wording.headlines import VARIATION_WORDS
from carereport.wording.numbers import value_text
from carereport.wording.variation import point_name

NONE = "–"


@dataclass(frozen=True)
class ChartTable:
    """A chart's values: what they are of, the headings, and for each row its name and cells, all as text."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def control_table(
    caption: str,
    chart: ControlChart,
    texts: Mapping[str, str],
    flows: Mapping[str, Sequence[str]] | None = None,
) -> ChartTable:
    """Return a control chart's points: period, value, usual range, target where there is one, and what it means.

    `texts` are the values as the report prints them, by period, with their markers; a point
    that has none is a gap. `flows` are other numbers of the same points, by their heading.
    """
    points, aims = chart.points, chart.targets[chart.first :]
    quarterly = bool(points) and "Q" in points[-1].period
    has_aim = any(aim is not None for aim in aims)
    held = flows or {}
    heads = ["Quarter" if quarterly else "Month", "Value", *held, "Usual range"]
    heads += ["Target", "Variation"] if has_aim else ["Variation"]
    rows = []
    for place, point in enumerate(points):
        usual = NONE
        if point.lower is not None and point.upper is not None:
            lower = point.lower if chart.signed else max(point.lower, 0.0)
            upper = min(point.upper, 100.0) if chart.unit == "percent" else point.upper
            usual = f"{chart.text(lower)} to {chart.text(upper)}"
        aim = aims[place] if place < len(aims) else None
        target = [NONE if aim is None else value_text(aim, chart.unit, 0 if float(aim).is_integer() else 1)]
        meaning = variation(point.special, chart.polarity) if point.special else ""
        rows.append((
            point_name(point.period),
            texts.get(point.period, NONE),
            *(values[place] for values in held.values()),
            usual,
            *(target if has_aim else []),
            VARIATION_WORDS[meaning] if meaning and point.value is not None else NONE,
        ))  # fmt: skip
    return ChartTable(caption, tuple(heads), tuple(rows))


def table_below(chart: Chart, table: ChartTable) -> Markup:
    """Return the table with its markers' meanings, closed until it is asked for.

    Its rows say where in the drawing their point lies; one without a figure has no height.
    """
    heads = "".join(
        f'<th scope="col"{_align(place, table)}>{escape(head)}</th>' for place, head in enumerate(table.heads)
    )
    rows = []
    for place, row in enumerate(table.rows):
        name, *cells = row
        held = "".join(f"<td{_align(at, table)}>{escape(cell)}</td>" for at, cell in enumerate(cells, start=1))
        rows.append(f'<tr{_where(chart, place)}><th scope="row">{escape(name)}</th>{held}</tr>')
    markers = ". ".join(legend(cell for row in table.rows for cell in row))
    return Markup(
        f'<details class="values"><summary>Values as a table<span class="hidden-heading">: {escape(table.caption)}'
        f"</span></summary>\n<table><caption>{escape(table.caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table>"
        + (f'<p class="note">{escape(markers)}.</p>' if markers else "")
        + "</details>"
    )  # every text is escaped


def _align(place: int, table: ChartTable) -> str:
    """Columns of numbers stand to the right, those of words to the left."""
    first = next((row[place] for row in reversed(table.rows) if row[place] != NONE), "")
    return ' class="number"' if place and first[:1].isdigit() and " to " not in first else ""


def _where(chart: Chart, place: int) -> str:
    if place >= len(chart.places):
        return ""
    x, y = chart.places[place]
    return f' data-x="{x:g}"' + ("" if y is None else f' data-y="{y:g}"')
