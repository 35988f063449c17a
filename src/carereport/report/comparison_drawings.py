"""The funnel plot of a measure: every council of the latest published year by its size, and the table of values."""

from __future__ import annotations

from carereport.charts import funnel_plot as funnels
from carereport.figures import Finding
from carereport.judgement.compare import comparable, fold
from carereport.judgement.funnel import FunnelPoint, funnel
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.report.chart_tables import ChartTable
from carereport.report.drawings import Drawing, text_alternative
from carereport.report.pages.material import period_text as figure_period
from carereport.report.pictures import picture
from carereport.settings import Indicator
from carereport.wording.headlines import short_name
from carereport.wording.numbers import value_text
from carereport.wording.sentences import period_text, published_text, shown

SPREAD_WORDS = {
    "within": "Within the limits", "beyond_95": "Beyond the 95% limits", "beyond_99_8": "Beyond the 99.8% limits",
}  # fmt: skip


def funnel_plot(
    finding: Finding, indicator: Indicator, project: Project, quarter: Quarter, width_mm: float, height_mm: float,
    reading: str = "",
) -> Drawing | None:  # fmt: skip
    """Return every council around England by its base, None where the finding has no funnel; neighbours first."""
    ours = comparable(finding, indicator)
    found = funnel(project, finding.indicator, indicator, ours, quarter) if finding.funnel else None
    if found is None or ours is None:
        return None
    near = {fold(name): place for place, name in enumerate(project.report.council.neighbours)}
    own, rest = found.points[0], found.points[1:]
    neighbours = sorted((p for p in rest if fold(p.area) in near), key=lambda p: near[fold(p.area)])
    others = sorted((p for p in rest if fold(p.area) not in near), key=lambda p: p.area)
    area = project.report.council.short_name or project.report.council.name
    england = published_text(found.comparator, indicator)
    base_name = f"Number of {indicator.things}" if indicator.things and indicator.per is None else "Size of the base"
    plot = funnels.FunnelPlot(
        area=area, base=own.base, value=own.value, text=shown(ours, indicator),
        neighbours=tuple((p.base, p.value) for p in neighbours),
        others=tuple((p.base, p.value) for p in others),
        comparator=(found.band.comparator_name, found.comparator, england),
        bases=found.bases, lower_95=found.lower_95, upper_95=found.upper_95, lower_99_8=found.lower_99_8,
        upper_99_8=found.upper_99_8, unit=indicator.figure_unit, base_name=base_name,
    )  # fmt: skip
    kind = "quarter" if indicator.is_snapshot else "rolling_12_months"
    when = period_text(found.band.period)
    rows = [
        (area, plot.text, _base(own), figure_period(ours, indicator, kind), SPREAD_WORDS[own.band]),
        (found.band.comparator_name, england, "–", when, "–"),
        *(
            (p.area, published_text(p.value, indicator), _base(p), when, SPREAD_WORDS[p.band])
            for p in (*neighbours, *others)
        ),
    ]
    table = ChartTable(f"{short_name(indicator)}, councils by size", ("Area", "Value", base_name, "Period", "Limits"),
                       tuple(rows))  # fmt: skip
    values = f"{area} {plot.text}; {found.band.comparator_name} {england}."
    alt = text_alternative("Funnel plot", indicator, project, f"{len(rest)} other councils, {when}.", reading, values)
    return Drawing(picture(funnels.funnel_plot(plot, width_mm, height_mm, alt), table), "")


def _base(point: FunnelPoint) -> str:
    return value_text(point.base, "number")
