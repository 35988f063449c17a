"""Charts as the pages carry them: inline SVG in the HTML, images and backgrounds in the PDF."""

from __future__ import annotations

import base64
import html
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from carereport.report.chart_tables import ChartTable, table_below

if TYPE_CHECKING:
    from carereport.charts import Chart

BROAD = 90.0
"""A drawing wider than this, in millimetres, scrolls by itself on a phone instead of becoming too small to read."""

_INLINE = re.compile(
    r'<svg class="(?P<kind>chart|spark)" (?P<label>[^>]*?)style="(?P<style>[^"]*)"(?P<rest>[^>]*)>'
    r"(?P<inside>.*?)</svg>",
    re.DOTALL,
)
_ALT = re.compile(r'aria-label="([^"]*)"')
_ROOT = re.compile(r"^.*?<svg\b([^>]*)>(.*)</svg>\s*$", re.DOTALL)
_ATTRIBUTE = re.compile(r'\s(width|height|class|style|role|aria-[a-z]+)="[^"]*"')
_ON_SCREEN = re.compile(r'<details class="values">.*?</details>|<script>.*?</script>', re.DOTALL)
_BODY = re.compile(r'<body class="')
_TITLE = re.compile(r"<(title|desc|metadata)\b.*?</\1>", re.DOTALL)


def picture(chart: Chart, table: ChartTable) -> Markup:
    """Return a chart as inline SVG with its text alternative, and its values as a table for the web page."""
    drawn = _inline(chart, "chart", f'role="img" aria-label="{html.escape(chart.alt)}" ')
    named = html.escape(f"Chart: {table.caption}")
    broad = f' broad" tabindex="0" role="group" aria-label="{named}' if chart.width_mm > BROAD else ""
    values = table_below(chart, table) if table.rows else ""
    return Markup(f'<div class="drawn{broad}">{drawn}</div>\n{values}')  # all of it escaped above


def ornament(chart: Chart) -> Markup:
    """Return a chart whose values stand beside it, hidden from assistive technology."""
    return _inline(chart, "spark", 'aria-hidden="true" ')


def _inline(chart: Chart, kind: str, label: str) -> Markup:
    found = _ROOT.match(chart.svg)
    if found is None:
        raise ValueError("a chart is not an SVG")
    rest = _ATTRIBUTE.sub("", found[1])
    style = f"width:{chart.width_mm:g}mm;height:{chart.height_mm:g}mm"
    inside = _TITLE.sub("", found[2])
    return Markup(f'<svg class="{kind}" {label}style="{style}"{rest}>{inside}</svg>')  # our own drawing


def as_images(page: str) -> str:
    """Return the HTML for paper: inline SVG as images, which the PDF tags as figures and lays out faster.

    Drawings without a text alternative become backgrounds: decoration to a screen reader. What only
    a screen can use goes: tables that unfold, and the script.
    """
    return _INLINE.sub(_image, _BODY.sub('<body class="paged ', _ON_SCREEN.sub("", page), count=1))


def _image(found: re.Match[str]) -> str:
    rest = found["rest"]
    if "xmlns=" not in rest:
        rest += ' xmlns="http://www.w3.org/2000/svg"'
    width, height = re.findall(r"([\d.]+mm)", found["style"])[:2]
    svg = f'<svg width="{width}" height="{height}"{rest}>{found["inside"]}</svg>'
    url = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    if found["kind"] == "spark":
        return f'<span class="spark" style="{found["style"]};background-image:url({url})"></span>'
    alt = _ALT.search(found["label"])
    return f'<img class="chart" alt="{alt[1] if alt else ""}" style="{found["style"]}" src="{url}">'
