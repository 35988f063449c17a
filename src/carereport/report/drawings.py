"""Which chart stands where and at what size: findings in, inline SVG out; the drawing itself is `carereport.charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from carereport.figures import Finding
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.report.pictures import ornament, picture
from carereport.settings import Indicator


@dataclass(frozen=True)
class JourneyBar:
    """A stage of the journey with its texts, as the chart and its table print them."""

    name: str
    value: float | None
    before: float | None
    text: str
    before_text: str
    change: str
    conversion: str


@dataclass(frozen=True)
class _Chart:
    svg: str
    alt: str
    width_mm: float
    height_mm: float


def _fake(w, h, alt, values):
    W, H = w * 2.8346, h * 2.8346
    v = [x for x in values if x is not None] or [0, 1]
    lo, hi = min(v), max(v)
    pts = [(i * (W - 12) / max(1, len(v) - 1) + 6, H - 6 - (y - lo) / ((hi - lo) or 1) * (H - 12)) for i, y in enumerate(v)]
    d = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in pts)
    x, y = pts[-1]
    return _Chart(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {W:.1f} {H:.1f}"><path d="{d}" fill="none" stroke="#12436D" stroke-width="1.3"/><circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#6B7280"/></svg>', alt, w, h)


def sparkline(finding: Finding, indicator: Indicator, width_mm: float, height_mm: float) -> Markup:
    return ornament(_fake(width_mm, height_mm, "", [p.value for p in finding.spc.points][-13:]))


def control_chart(finding: Finding, indicator: Indicator, project: Project, quarter: Quarter, width_mm: float, height_mm: float) -> Markup:
    return picture(_fake(width_mm, height_mm, f"Line chart of {indicator.name}", [p.value for p in finding.spc.points]))


def dot_plot(finding: Finding, indicator: Indicator, project: Project, quarter: Quarter, width_mm: float, height_mm: float) -> Markup | None:
    return picture(_fake(width_mm, height_mm, f"Dot plot of {indicator.name}", [1, 2]))


def journey_bars(bars: Sequence[JourneyBar], width_mm: float, height_mm: float, alt: str) -> Markup:
    return picture(_fake(width_mm, height_mm, alt, [b.value for b in bars]))


def subtitle(finding: Finding, indicator: Indicator) -> str:
    return "Monthly. Shaded: usual range."
