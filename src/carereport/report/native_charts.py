"""Charts that a presentation program can edit; the workbooks inside them hold published values only."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from carereport.charts.control_chart import ControlChart, end_labels
from carereport.charts.share_bars import FILLS
from carereport.charts.theme import HAIR, INK, MEANING, OTHERS, OURS, QUIET, TARGET, shape_of, stacked, text_width
from carereport.judgement.special_cause import points_up, variation
from carereport.report.drawings import first_day
from carereport.report.slides import BarChart, LineChart, whole_steps

FONT, SIZE = "Arial", 18
MARKERS = {
    "usual": XL_MARKER_STYLE.CIRCLE, "square": XL_MARKER_STYLE.SQUARE, "diamond": XL_MARKER_STYLE.DIAMOND,
    "up": XL_MARKER_STYLE.TRIANGLE, "down": XL_MARKER_STYLE.TRIANGLE,
}  # fmt: skip
FOOT, HEAD = 0.13, 0.04
"""Parts of the chart's height below and above its plot."""


def draw_line(slide: Any, chart: LineChart, box: tuple[Any, ...]) -> None:
    """Draw a measure's series with mean, usual range and target, each named at its right end."""
    series = chart.series
    points = series.points
    data = CategoryChartData(number_format=_number_format(series))
    data.categories = [first_day(point.period) for point in points]
    drawn = [("Lower limit", [point.lower for point in points]), ("Upper limit", [point.upper for point in points]),
             ("Mean", [point.mean for point in points]), ("Target", list(series.targets[series.first :])),
             ("Value", [point.value for point in points])]  # fmt: skip
    named = [(name, values) for name, values in drawn if any(value is not None for value in values)]
    for name, values in named:
        data.add_series(name, [None if value is None else round(value, 6) for value in values])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box, data)
    _describe(frame, chart.alt)
    native = frame.chart
    _base(native)
    labels = end_labels(series)
    right = max((text_width(text, bold, SIZE) for _, text, _, bold in labels), default=0) / 72 + 0.25
    width, height = box[2] / 914400, box[3] / 914400
    bottom, top = _value_axis(native.value_axis, series)
    left = 0.9
    _place_plot(native, left / width, HEAD, (width - left - right) / width, 1 - HEAD - FOOT)
    _date_axis(native.category_axis)
    for line, (name, _) in zip(native.plots[0].series, named, strict=True):
        _style(line, name)
    _mark(native.plots[0].series[len(named) - 1], series)
    _name_ends(native, named, labels, (bottom, top), height)


def _number_format(series: ControlChart) -> str:
    decimals = series.decimals if series.decimals is not None else 1
    return "#,##0" + ("." + "0" * decimals if decimals else "") + ('"%"' if series.unit == "percent" else "")


def _base(native: Any) -> None:
    native.has_title = False
    native.has_legend = False
    native.font.size, native.font.name = Pt(SIZE), FONT
    native.font.color.rgb = rgb_of(QUIET)


def _value_axis(held: Any, series: ControlChart) -> tuple[float, float]:
    """Give the axis the report's own range, in whole steps; return it."""
    low, high, step = whole_steps(series)
    held.minimum_scale, held.maximum_scale, held.major_unit = low, high, step
    held.major_gridlines.format.line.color.rgb = rgb_of(HAIR)
    held.format.line.fill.background()
    whole = float(step).is_integer() and float(low).is_integer()
    held.tick_labels.number_format = ("#,##0" if whole else "#,##0.0") + ('"%"' if series.unit == "percent" else "")
    held.tick_labels.number_format_is_linked = False
    return low, high


def _date_axis(held: Any) -> None:
    """Name one month a year: dates keep their distance whatever the program that draws them."""
    held.format.line.color.rgb = rgb_of(OTHERS)
    held.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    held.has_major_gridlines = False
    held.tick_labels.number_format, held.tick_labels.number_format_is_linked = "mmm yyyy", False
    held.tick_labels.font.size = Pt(SIZE)
    for old in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit"):
        for element in held._element.findall(qn(old)):
            held._element.remove(element)
    for name, value in (("c:baseTimeUnit", "months"), ("c:majorUnit", "12"), ("c:majorTimeUnit", "months")):
        held._element.append(_element(name, value))
    held._element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}").set("rot", "0")


def _style(line: Any, name: str) -> None:
    line.smooth = False
    form = line.format.line
    if name == "Value":
        form.color.rgb, form.width = rgb_of(OTHERS), Pt(1.5)
        return
    line.marker.style = XL_MARKER_STYLE.NONE
    if name == "Mean":
        form.color.rgb, form.width = rgb_of(OURS), Pt(1.25)
    elif name == "Target":
        form.color.rgb, form.width, form.dash_style = rgb_of(TARGET), Pt(2), MSO_LINE.LONG_DASH
    else:
        form.color.rgb, form.width, form.dash_style = rgb_of(OTHERS), Pt(1), MSO_LINE.SQUARE_DOT


def _mark(line: Any, series: ControlChart) -> None:
    """Give each unusual point the shape and the colour of its meaning."""
    line.marker.style, line.marker.size = XL_MARKER_STYLE.CIRCLE, 6
    _fill(line.marker, OTHERS)
    for place, point in enumerate(series.points):
        meaning = variation(point.special, series.polarity) if point.special and point.value is not None else "usual"
        if meaning in MEANING and meaning != "usual":
            marker = line.points[place].marker
            marker.style, marker.size = MARKERS[shape_of(meaning, points_up(point.special))], 9
            _fill(marker, MEANING[meaning])


def _fill(marker: Any, colour: str) -> None:
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb_of(colour)
    marker.format.line.fill.background()


def _name_ends(
    native: Any, named: list[tuple[str, list[float | None]]], labels: list[tuple[float, str, str, bool]],
    span: tuple[float, float], height: float,
) -> None:  # fmt: skip
    """Label target, last value and mean at the right end, moved apart where they would touch."""
    low, high = span
    plot = height * (1 - HEAD - FOOT)
    wanted = [(value - low) / (high - low) * plot for value, _, _, _ in labels]
    placed = stacked(wanted, 0.31, 0.1, plot)
    lines = {name: line for line, (name, _) in zip(native.plots[0].series, named, strict=True)}
    for (_, text, colour, bold), at, to in zip(labels, wanted, placed, strict=True):
        name = next((held for held in ("Target", "Mean") if text.startswith(held)), "Value")
        values = dict(named).get(name, [])
        if name not in lines or not values or values[-1] is None:
            continue
        label = lines[name].points[len(values) - 1].data_label
        frame = label.text_frame
        frame.text = text
        font = frame.paragraphs[0].runs[0].font
        font.size, font.bold, font.name, font.color.rgb = Pt(SIZE), bold, FONT, rgb_of(colour)
        frame.word_wrap = False
        label.position = XL_LABEL_POSITION.RIGHT
        if abs(to - at) > 0.01:
            _move(label, (at - to) / height)


def _move(label: Any, down: float) -> None:
    """Move a label by a part of the chart's height."""
    held = label._dLbl
    held.find(qn("c:idx")).addnext(_layout(x="0", y=f"{down:.4f}"))


def _place_plot(native: Any, x: float, y: float, width: float, height: float) -> None:
    area = native._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    sizes = {"x": x, "y": y, "w": width, "h": height}
    places = {name: f"{size:.4f}" for name, size in sizes.items()}
    area.insert(0, _layout(layoutTarget="inner", xMode="edge", yMode="edge", **places))


def _layout(**parts: str) -> Any:
    layout, manual = _element("c:layout"), _element("c:manualLayout")
    layout.append(manual)
    for name, value in parts.items():
        manual.append(_element(f"c:{name}", value))
    return layout


def _element(name: str, value: str | None = None) -> Any:
    element = OxmlElement(name)
    if value is not None:
        element.set("val", value)
    return element


def draw_bars(slide: Any, chart: BarChart, box: tuple[Any, ...]) -> None:
    """Draw horizontal bars with their numbers; a suppressed one has no bar and no number."""
    data = CategoryChartData(number_format="#,##0")
    data.categories = chart.categories
    for name, values in chart.series:
        data.add_series(name, values)
    kind = XL_CHART_TYPE.BAR_STACKED_100 if chart.whole else XL_CHART_TYPE.BAR_CLUSTERED
    frame = slide.shapes.add_chart(kind, *box, data)
    _describe(frame, chart.alt)
    native = frame.chart
    _base(native)
    native.has_legend = True
    native.legend.position, native.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    native.legend.font.size, native.legend.font.name = Pt(SIZE), FONT
    native.value_axis.visible = False
    native.value_axis.has_major_gridlines = False
    native.value_axis.minimum_scale = 0
    if not chart.whole:
        most = max((value for _, values in chart.series for value in values if value is not None), default=1.0) or 1.0
        native.value_axis.maximum_scale = round(most * 1.2, 2)
    native.category_axis.reverse_order = True
    native.category_axis.format.line.fill.background()
    native.category_axis.tick_labels.font.size = Pt(SIZE)
    native.category_axis.tick_labels.font.color.rgb = rgb_of(INK)
    plot = native.plots[0]
    plot.gap_width, plot.overlap = (40, 100) if chart.whole else (30, 0)
    colours = [fill for fill, _ in FILLS] if chart.whole else [OURS, "#9AA3AF"]
    for place, bars in enumerate(plot.series):
        bars.format.fill.solid()
        bars.format.fill.fore_color.rgb = rgb_of(colours[place % len(colours)])
        if chart.whole:
            bars.format.line.color.rgb = rgb_of("#FFFFFF")
        labels = bars.data_labels
        labels.show_value = True
        labels.number_format, labels.number_format_is_linked = "#,##0", False
        labels.font.size, labels.font.name, labels.font.bold = Pt(SIZE), FONT, place == 0
        labels.font.color.rgb = rgb_of(FILLS[place % len(FILLS)][1] if chart.whole else INK)
        labels.position = XL_LABEL_POSITION.CENTER if chart.whole else XL_LABEL_POSITION.OUTSIDE_END


def _describe(frame: Any, alt: str) -> None:
    named = frame._element.nvGraphicFramePr.cNvPr
    named.set("descr", alt)
    named.set("name", "Chart")


def rgb_of(colour: str) -> RGBColor:
    """Return a colour such as #12436D as the library takes it."""
    return RGBColor(*bytes.fromhex(colour[1:]))
