"""What stands beside a measure's control chart: our figure among other councils, as a funnel plot or a dot plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from carereport.figures import Finding
from carereport.judgement.compare import NEIGHBOURS, comparable
from carereport.report import comparison_drawings as comparisons
from carereport.report import drawings
from carereport.report.drawings import Drawing
from carereport.report.pages.fit import DOTS, FUNNEL, Space
from carereport.report.pages.material import Material, period_text
from carereport.wording.headlines import comparison_title, funnel_title, short_months
from carereport.wording.sentences import period_text as benchmark_period

AMONG = "Among neighbours"
FUNNEL_KEY = "In a funnel plot diamonds are the neighbours; limits hold 95% and 99.8% of councils of each size"
WIDER = ", which differ by more than chance"
Room = Literal["funnel", "roomy", "tight", "no dots"]


@dataclass(frozen=True)
class Beside:
    """A comparison chart: its title and note, what the page's source line says of it, the room it takes."""

    title: str
    compared: bool
    """Whether the title says how we compare with England and neighbours, so that sentences need not."""
    note: str
    key: str
    space: Space


def funnel_beside(material: Material, finding: Finding) -> Beside | None:
    """Return the funnel plot of a measure that asks for one, None where other councils' bases are not published."""
    where = funnel_title(finding, material.indicator(finding))
    if where is None or finding.funnel is None:
        return None
    key = f"{FUNNEL_KEY}{WIDER if finding.funnel.phi > 1 else ''}."
    return Beside(where.text, False, period_note(material, finding), key, FUNNEL)


def dots_beside(material: Material, finding: Finding, *, roomy: bool) -> Beside | None:
    """Return the dot plot, None without figures to compare with; a page with little room gets the note as its key."""
    if not finding.benchmarks:
        return None
    indicator = material.indicator(finding)
    title, when = comparison_title(finding, indicator), period_note(material, finding)
    marks = drawings.dots_note(finding, indicator, material.project, material.quarter)
    said = marks if roomy else when
    key = f"In the dot plot {said[:1].lower()}{said[1:].removesuffix('.')}." if said else ""
    return Beside(title.text if title else AMONG, title is not None, when if roomy else "", key, DOTS)


def drawn(material: Material, finding: Finding, chosen: Beside, height_mm: float) -> Drawing | None:
    """Return the chosen chart; its title is the finding that the text alternative gives."""
    indicator, project, quarter = material.indicator(finding), material.project, material.quarter
    reading = f"{chosen.title}." if chosen.title != AMONG else ""
    draw = comparisons.funnel_plot if chosen.space is FUNNEL else drawings.dot_plot
    return draw(finding, indicator, project, quarter, chosen.space.width, height_mm, reading)


def period_note(material: Material, finding: Finding) -> str:
    """Say which period is ours and which the others'."""
    indicator = material.indicator(finding)
    ours = comparable(finding, indicator)
    kind = "quarter" if indicator.is_snapshot else "rolling_12_months"
    when = short_months(period_text(ours, indicator, kind))
    published = {
        short_months(benchmark_period(b.period)) for b in finding.benchmarks if b.area in ("England", NEIGHBOURS)
    }
    others = f", others {' or '.join(sorted(published))}" if published else ""
    return f"Ours {when}{others}." if when else ""
