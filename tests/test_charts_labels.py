"""Charts whatever the data: no label leaves the drawing or meets another, and nothing suppressed is drawn."""

from __future__ import annotations

import itertools
import re

import pytest

from carereport.charts import Chart
from carereport.charts.control_chart import ControlChart, axis, control_chart
from carereport.charts.count_columns import CountColumn, count_columns
from carereport.charts.dot_plot import DotPlot, dot_plot, least_height
from carereport.charts.journey_bars import JourneyBar, journey_bars
from carereport.charts.matrix import MatrixRow, matrix
from carereport.charts.share_bars import FILLS, ShareRow, share_bars
from carereport.charts.sparkline import sparkline
from carereport.charts.stock_chart import Flows, stock_chart
from carereport.charts.waterfall import WaterfallRow, waterfall
from carereport.charts.yearly_lines import YearlyLine, YearlyLines, yearly_lines
from carereport.figures import Spc, SpcPoint
from carereport.quarters import add_months
from carereport.report.branding import contrast
from carereport.report.pages import fit
from tests.made_up_report import QUARTER, wobble

LONG = "Children in homes that should be registered with Ofsted and are not, counted on the last day"


def series(
    values: list[float | None], *, target: float | None = None, unit: str = "number", hidden: tuple[int, ...] = (),
    breaks: tuple[int, ...] = (), limits: tuple[float, float] | None = None,
) -> ControlChart:  # fmt: skip
    first = add_months(QUARTER.end.replace(day=1), 1 - len(values))
    periods = [f"{(day := add_months(first, place)).year}-{day.month:02d}" for place in range(len(values))]
    known = [value for value in values if value is not None]
    mean = sum(known) / len(known) if known else None
    low, high = limits or (min(known, default=0), max(known, default=1))
    points = tuple(
        SpcPoint(period, value, low, high, "common" if value is not None else None, mean)
        for period, value in zip(periods, values, strict=True)
    )
    spc = Spc("xmr", "", mean, low, high, False, points, "usual", None)
    return ControlChart(
        spc, unit, None, "low", stock=False, targets=(target,) * len(values),
        breaks=tuple(periods[place] for place in breaks), suppressed=tuple(periods[place] for place in hidden),
    )  # fmt: skip


SERIES = {
    "all equal": series([42.0] * 30, target=42),
    "one point": series([17.0], target=18),
    "no points": series([]),
    "60 points": series([300 + 40 * wobble(place, 3) for place in range(60)], target=305),
    "0 and 100%": series([0.0, 100.0] * 15, target=100, unit="percent"),
    "all 0%": series([0.0] * 24, target=0, unit="percent"),
    "all 100%": series([100.0] * 24, target=100, unit="percent"),
    "gaps": series([None if place % 3 else 5.0 + place for place in range(30)], target=9),
    "only gaps": series([None] * 30, target=9, hidden=tuple(range(30))),
    "every other suppressed": series([None if n % 2 else 6.0 for n in range(30)], hidden=tuple(range(1, 30, 2))),
    "large numbers": series([1_234_567.0 + 1000 * place for place in range(30)], target=1_250_000),
    "negative": series([-12.0, 4.0, -7.0, 3.0] * 8, target=0),
    "limits far outside": series([50.0, 51.0] * 12, target=50.5, limits=(-400, 900)),
    "two breaks": series([20.0 + place for place in range(30)], target=30, breaks=(3, 28)),
}
SIZES = [(176, 62), (108, 30), (84, 32)]


def assert_clean(chart: Chart) -> None:
    """No text leaves the drawing, none meets another."""
    width, height = chart.width_mm * 72 / 25.4, chart.height_mm * 72 / 25.4
    for label in chart.labels:
        assert label.left >= -0.5 and label.right <= width + 0.5, label
        assert label.bottom >= -0.5 and label.top <= height + 0.5, label
    for one, other in itertools.combinations(chart.labels, 2):
        assert not one.meets(other), (one, other)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SERIES)
def test_no_label_of_a_control_chart_meets_another(name: str, size: tuple[int, int]) -> None:
    assert_clean(control_chart(SERIES[name], *size, ""))


@pytest.mark.parametrize("name", SERIES)
def test_no_label_of_a_stock_chart_meets_another(name: str) -> None:
    count = len(SERIES[name].points)
    left = (None,) * (count // 2) + (0.0,) * (count - count // 2)
    flows = Flows(tuple(30.0 + place for place in range(count)), left)
    assert_clean(stock_chart(SERIES[name], flows, 176, 58, ""))


def test_percentages_stay_between_0_and_100_and_a_stock_that_moved_much_starts_at_zero() -> None:
    low, high, _ = axis(SERIES["0 and 100%"])
    assert (low, high) == (0, 100)
    moved = series([100.0 + 5 * place for place in range(30)])
    assert axis(ControlChart(moved.spc, "number", None, "neither", stock=True))[0] == 0


def test_a_suppressed_point_is_a_gap_that_says_so() -> None:
    """Its height is nowhere: neither the axis nor the line knows it."""
    held = series([6.0, 7.0, None, 8.0, 7.0, 6.0], hidden=(2,))
    drawn = control_chart(held, 108, 40, "")
    assert [label.text for label in drawn.labels].count("[c]") == 1
    lines = [path for path in re.findall(r'd="(M[^"]*)"', drawn.svg) if "z" not in path.lower()]
    assert max(line.count("M") for line in lines) == 2


@pytest.mark.parametrize(
    ("value", "others", "comparators"),
    [
        (50.0, (), ()),
        (50.0, (50.0,) * 10, (("England", 50.0, "50%"), ("Neighbours", 50.0, "50%"))),
        (0.0, (100.0,), (("England", 0.0, "0%"), ("Neighbours", 100.0, "100%"))),
        (100.0, (0.0, 1.0), (("England", 49.0, "49%"), ("Neighbours", 51.0, "51%"))),
        (12.0, tuple(range(10)), ((LONG, 5.0, "5%"), ("Neighbours", 5.1, "5.1%"))),
    ],
)
@pytest.mark.parametrize("area", ["Ashcombe", LONG])
def test_no_label_of_a_dot_plot_meets_another(
    value: float, others: tuple[float, ...], comparators: tuple[tuple[str, float, str], ...], area: str
) -> None:
    plot = DotPlot(area, value, f"{value:g}%", max(value - 3, 0), min(value + 3, 100), others, comparators, "percent")
    assert_clean(dot_plot(plot, 62, 28, ""))
    assert_clean(dot_plot(plot, 62, least_height(len(comparators)), ""))


def test_a_page_gives_a_dot_plot_the_height_that_its_labels_need() -> None:
    assert least_height(2) <= fit.DOTS.lowest_tight


@pytest.mark.parametrize("name", ["Contacts", LONG])
@pytest.mark.parametrize("values", [(5, 5, 5), (0, 0, 0), (1_000_000, 3, 0), (900, 899, 901)])
def test_no_label_of_the_journey_meets_another(name: str, values: tuple[float, ...]) -> None:
    bars = [
        JourneyBar(name, value, value * 1.2, f"{value:,}", "", "+12%", f"44 per 100 {name.lower()}")
        for value in values
    ]
    assert_clean(journey_bars(bars, 176, 62, ""))


def test_a_suppressed_stage_has_no_bar() -> None:
    shown = [JourneyBar("Contacts", 100.0, 90.0, "100", "90", "+11%", "")]
    hidden = [*shown, JourneyBar("Started care", None, 40.0, "[c]", "40", "", "[c]")]
    assert journey_bars(hidden, 176, 40, "").svg.count("<path") == journey_bars(shown, 176, 40, "").svg.count("<path")


def test_a_sparkline_ends_in_a_mark_unless_its_last_point_is_hidden() -> None:
    assert sparkline([1.0, 2.0, 3.0], "usual", True, 20, 7).svg.count("<path") == 2
    assert sparkline([1.0, 2.0, None], "usual", True, 20, 7).svg.count("<path") == 1
    assert "<path" not in sparkline([None, 2.0], "usual", True, 20, 7).svg


def test_the_same_series_gives_the_same_bytes() -> None:
    assert control_chart(SERIES["60 points"], 108, 40, "a") == control_chart(SERIES["60 points"], 108, 40, "a")


SHARES: dict[str, list[tuple[float | None, ...]]] = {
    "usual": [(1.0, 19.0, 13.0, 7.0)] * 5,
    "one part is all": [(40.0, 0.0, 0.0, 0.0)] * 5,
    "nothing": [(0.0, 0.0, 0.0, 0.0)],
    "a hidden part": [(None, 30.0, 8.0, 2.0), (1.0, 30.0, 8.0, 2.0)],
    "large numbers": [(12_345.0, 1_234_567.0, 3.0, 99_999.0)] * 5,
    "no rows": [],
}


@pytest.mark.parametrize("name", SHARES)
def test_no_label_of_shares_meets_another(name: str) -> None:
    rows = [
        ShareRow(
            f"Q{place} 2025/26", parts, tuple("[c]" if n is None else f"{n:,.0f}" for n in parts), "1,346,914 audits"
        )
        for place, parts in enumerate(SHARES[name], start=1)
    ]
    for parts in (("Outstanding", "Good", "Requires improvement", "Inadequate"), (LONG, "Good", LONG, "Inadequate")):
        assert_clean(share_bars(parts, rows, 176, 62, ""))


def test_a_row_with_a_hidden_part_draws_no_bar() -> None:
    bars = [share_bars(("A", "B"), [ShareRow("Q1", parts, ("[c]", "30"), "")], 176, 20, "")
            for parts in ((None, 30.0), (None, 31.0))]  # fmt: skip
    assert bars[0].svg == bars[1].svg
    assert any(label.text == "[c]" for label in bars[0].labels)


@pytest.mark.parametrize("count", [0, 1, 7, 12])
def test_no_label_of_a_matrix_meets_another(count: int) -> None:
    levels = [(1.0, 5.0), (3.0, 3.0), (None, 4.0), (9.0, 2.0)]
    rows = [MatrixRow(LONG if n % 2 else "Audit", *levels[n % 4], LONG if n % 3 else "") for n in range(count)]
    assert_clean(matrix(rows, 5, 176, 7 + 10 * max(count, 1), ""))


@pytest.mark.parametrize("width", [176, 108])
@pytest.mark.parametrize("values", [[], [0.0], [None] * 12, [0.0, None, 6.0] * 4, [123_456.0] * 12, [1.0] * 30])
def test_no_label_of_count_columns_meets_another(values: list[float | None], width: int) -> None:
    held = [
        CountColumn(f"Q{n % 4 + 1}", "" if n % 4 else "2023/24", value, "[c]" if value is None else f"{value:,.0f}")
        for n, value in enumerate(values)
    ]
    assert_clean(count_columns(held, width, 40, ""))


def test_a_hidden_count_has_its_marker_and_no_column() -> None:
    hidden = count_columns([CountColumn("Q1", "", None, "[c]"), CountColumn("Q2", "", 6.0, "6")], 108, 40, "")
    none = count_columns([CountColumn("Q1", "", 0.0, "[c]"), CountColumn("Q2", "", 6.0, "6")], 108, 40, "")
    assert hidden.svg == none.svg
    assert "[c]" in [label.text for label in hidden.labels]


@pytest.mark.parametrize("levels", [(508, 3, 110, -101), (3, -3, 1, 2), (0, 0, 0, 0), (99_999, 1, 40_000, -90_000)])
def test_no_label_of_a_waterfall_meets_another(levels: tuple[int, ...]) -> None:
    rows, at = [WaterfallRow("Return, March 2025", 0, levels[0], f"{levels[0]:,}", True)], levels[0]
    for name, change in zip(("Recorded since the return", "Joined since", LONG), levels[1:], strict=True):
        rows.append(WaterfallRow(name, at, at + change, f"{change:+,}", False))
        at += change
    rows.append(WaterfallRow("At 30 September 2025", 0, at, f"{at:,}", True))
    assert_clean(waterfall(rows, 176, 26, ""))


def test_parts_of_shares_darken_in_their_order_and_words_on_them_are_read() -> None:
    on_white = [contrast(fill, "#FFFFFF") for fill, _ in FILLS]
    assert on_white[0] >= 3 and all(later >= 1.3 * one for one, later in itertools.pairwise(on_white)), on_white
    assert all(contrast(fill, ink) >= 4.5 for fill, ink in FILLS)


YEARS: dict[str, list[tuple[float | None, ...]]] = {
    "all equal": [(50.0,) * 6, (50.0,) * 6, (50.0,) * 6],
    "one year": [(49.5,), (40.7,), (40.6,)],
    "60 years": [tuple(50 + 9 * wobble(n, 3) for n in range(60))] * 3,
    "0 and 100": [(0.0, 100.0) * 3, (100.0, 0.0) * 3, (0.0,) * 6],
    "gaps": [(None, 4.0, None, 6.0, None, None), (None,) * 6, (3.0,) * 6],
    "large": [(1_234_567.0, 1_250_000.0), (1_300_000.0, 1_200_000.0), (9.0, 11.0)],
    "none": [(), (), ()],
}


@pytest.mark.parametrize("unit", ["per_10000", "percent"])
@pytest.mark.parametrize("size", [(62, 35), (84, 32), (176, 43)])
@pytest.mark.parametrize("name", YEARS)
def test_no_label_of_yearly_lines_meets_another(name: str, size: tuple[int, int], unit: str) -> None:
    lines = YEARS[name]
    for names in (("Ashcombe", "Neighbours", "England"), (LONG, "Neighbours", LONG)):
        texts = [f"{line[-1]}" if line else "" for line in lines]
        held = tuple(YearlyLine(*one) for one in zip(names, lines, texts, strict=True))
        years = tuple(str(2026 - n) for n in range(len(lines[0]), 0, -1))
        assert_clean(yearly_lines(YearlyLines(years, held, unit), *size, ""))


def test_a_hidden_year_leaves_no_trace_in_yearly_lines() -> None:
    drawn = yearly_lines(YearlyLines(("2024", "2025"), (YearlyLine("Us", (4.0, None), "[c]"),), "number"), 62, 35, "")
    assert any(label.text == "Us [c]" for label in drawn.labels) and drawn.places[1][1] is None


def test_where_room_is_short_a_name_is_cut_and_never_its_value() -> None:
    held = dot_plot(DotPlot(LONG, 50, "50.4%", None, None, (), ((LONG, 40, "40.6%"),), "percent"), 62, 30, "")
    years = yearly_lines(YearlyLines(("2024", "2025"), (YearlyLine(LONG, (4.0, 49.5), "49.5"),), "number"), 62, 35, "")
    for chart, text in ((held, "50.4%"), (held, "40.6%"), (years, "49.5")):
        assert any(label.text.endswith(f"… {text}") for label in chart.labels), chart.labels


def test_points_of_a_sparkline_that_stand_alone_are_drawn() -> None:
    assert sparkline([1.0, None, 2.0, None, 3.0], "usual", True, 20, 7).svg.count("h.01") == 3
    assert "h.01" not in sparkline([1.0, 2.0, None, 4.0, 3.0], "usual", True, 20, 7).svg
