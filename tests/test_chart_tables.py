"""The table under a chart: the values the report prints, and nothing of those it hides."""

from __future__ import annotations

import re

from carereport.charts.control_chart import ControlChart, control_chart
from carereport.figures import Spc, SpcPoint
from carereport.report.chart_tables import control_table, table_below
from carereport.report.pictures import as_images, picture

POINTS = (
    SpcPoint("2025-07", 71.25, 60.0, 80.0, "common", 70.0),
    SpcPoint("2025-08", None),
    SpcPoint("2025-09", 90.0, 60.0, 80.0, "outside_high", 70.0),
)
CHART = ControlChart(
    Spc("xmr", "", 70.0, 60.0, 80.0, points=POINTS), "percent", 1, "high", False,
    targets=(85.0, 85.0, 85.0), suppressed=("2025-08",),
)  # fmt: skip
TABLE = control_table("Visits in time", CHART, {"2025-07": "71.3%", "2025-08": "[c]", "2025-09": "90.0% [u]"})
DRAWN = control_chart(CHART, 100, 40, "Line chart of visits in time")


def test_a_row_says_period_value_usual_range_target_and_meaning() -> None:
    assert TABLE.heads == ("Month", "Value", "Usual range", "Target", "Variation")
    assert TABLE.rows == (
        ("July 2025", "71.3%", "60.0% to 80.0%", "85%", "Usual variation"),
        ("August 2025", "[c]", "–", "85%", "–"),
        ("September 2025", "90.0% [u]", "60.0% to 80.0%", "85%", "Improving"),
    )


def test_quarters_are_named_by_their_financial_year() -> None:
    chart = ControlChart(Spc("none", "", points=(SpcPoint("2025-Q2", 3.0),)), "number", 0, "low", False)
    table = control_table("Posts", chart, {"2025-Q2": "3"})
    assert table.heads == ("Quarter", "Value", "Usual range", "Variation")
    assert table.rows == (("Q2 2025/26", "3", "–", "–"),)


def test_numbers_beside_the_points_stand_in_columns_of_their_own() -> None:
    table = control_table("Plans", CHART, {}, {"Joined": ("1,200", "[c]", "9")})
    assert table.heads[:3] == ("Month", "Value", "Joined")
    assert [row[2] for row in table.rows] == ["1,200", "[c]", "9"]


def test_a_suppressed_point_has_a_place_in_time_but_no_height() -> None:
    rows = re.findall(r"<tr( data-[^>]*)>", table_below(DRAWN, TABLE))
    assert ["data-x" in row for row in rows] == [True, True, True]
    assert ["data-y" in row for row in rows] == [True, False, True]


def test_markers_are_explained_below_the_table() -> None:
    assert "[c] suppressed" in table_below(DRAWN, TABLE)
    assert "low base" in table_below(DRAWN, TABLE)


def test_the_printed_report_has_the_chart_without_its_table() -> None:
    page = f'<body class="public"><div class="picture">{picture(DRAWN, TABLE)}</div><script>1</script></body>'
    paper = as_images(page)
    assert "<img" in paper and "details" not in paper and "script" not in paper
    assert "71.3%" in page and "71.3%" not in paper


def test_words_cannot_break_out_of_the_table() -> None:
    table = control_table("A <b> & 'c'", CHART, {"2025-07": "<i>"})
    assert "<b>" not in picture(DRAWN, table) and "<i>" not in picture(DRAWN, table)
