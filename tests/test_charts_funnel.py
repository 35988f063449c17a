"""The funnel plot whatever the councils: no label leaves the drawing or meets another; where it stands and when not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from carereport.charts.funnel_plot import FunnelPlot, axis, funnel_plot
from carereport.comparators import PublishedFigure
from carereport.figures import Figure
from carereport.judgement.findings import judge
from carereport.judgement.funnel import funnel
from carereport.report.comparison_drawings import funnel_plot as drawn_funnel
from carereport.report.context import report_context
from carereport.report.pages.beside import funnel_beside
from carereport.report.pages.material import Material
from carereport.settings import IndicatorSettings
from carereport.wording.statement import write_sentences
from tests import made_up_report as made
from tests.made_up_report import QUARTER, wobble
from tests.test_charts_labels import LONG, assert_clean

SHARE = "care_leavers_work"


def published(values, bases, england):
    """England and councils with their bases, as comparators of a share."""
    end = QUARTER.end.replace(month=3, day=31)
    rows = [PublishedFigure(SHARE, "England", "2024/25", end, england, "percent", "", "DfE", 1)]
    for place, (value, base) in enumerate(zip(values, bases, strict=True)):
        name = made.NEIGHBOURS[place] if place < len(made.NEIGHBOURS) else f"Council {place}"
        rows.append(PublishedFigure(SHARE, name, "2024/25", end, value, "percent", "", "DfE", 1, base))
    return tuple(rows)


def project(root, values, bases, england=54.0, chart="funnel"):
    """The made-up council, whose care leavers are compared by the chart asked for."""
    settings = {**made.INDICATORS, SHARE: {**made.INDICATORS[SHARE], "comparison_chart": chart}}
    held = made.project(root)
    read = IndicatorSettings.model_validate({"indicators": settings})
    held.indicators.update(read.indicators)
    held.benchmarks[SHARE] = published(values, bases, england)
    return held, read


def finding_of(held, read, frame=None):
    found = judge(made.figures(read) if frame is None else frame, held, QUARTER)
    return next(one for one in found if one.indicator == SHARE)


def plot(value, base, others, centre, area="Ashcombe", name="England", neighbours=10):
    """A funnel whose limits narrow as bases grow, around other councils' values and bases."""
    values, bases = others
    lowest, highest = min([base, *bases]), max([base, *bases])
    curve = tuple(lowest + (highest - lowest) * step / 79 for step in range(80))
    spread = [50 / size**0.5 for size in curve]
    places = list(zip(bases, values, strict=True))
    limits = {
        side: tuple(min(max(centre + times * wide, 0), 100) for wide in spread)
        for side, times in (("lower_95", -2), ("upper_95", 2), ("lower_99_8", -3), ("upper_99_8", 3))
    }
    return FunnelPlot(
        area=area, base=base, value=value, text=f"{value:g}%", neighbours=tuple(places[:neighbours]),
        others=tuple(places[neighbours:]), comparator=(name, centre, f"{centre:g}%"), bases=curve,
        unit="percent", base_name=f"Number of {area}", **limits,
    )  # fmt: skip


def councils(count, spread=12.0, centre=54.0):
    sizes = [40.0 + 25 * (place % 37) * (1 + place % 5) for place in range(count)]
    return [min(max(centre + spread * wobble(place, 5), 0), 100) for place in range(count)], sizes


MANY, ALIKE = councils(160), councils(160, 4.0)
PLOTS = {
    "160 councils": plot(74, 353, MANY, 54),
    "3 councils": plot(41, 353, ([40, 50, 60], [100, 200, 900]), 54, neighbours=1),
    "one other council": plot(41, 353, ([40], [100]), 54),
    "none": plot(41, 353, ([], []), 54),
    "all equal": plot(54, 300, ([54.0] * 60, [300.0] * 60), 54),
    "all 0%": plot(0, 300, ([0.0] * 60, councils(60)[1]), 0),
    "all 100%": plot(100, 300, ([100.0] * 60, councils(60)[1]), 100),
    "ours at an edge": plot(0, 20, MANY, 54),
    "ours the largest": plot(99, 40_000, MANY, 54),
    "inside the crowd": plot(54, 900, ALIKE, 54),
    "long names": plot(74, 353, MANY, 54, area=LONG, name=LONG),
    "very large bases": plot(50, 1_234_567, ([40.0, 60.0] * 20, [1e6, 3e7] * 20), 54),
}


@pytest.mark.parametrize("size", [(84, 34), (84, 48), (62, 42)])
@pytest.mark.parametrize("name", PLOTS)
def test_no_label_of_a_funnel_meets_another(name: str, size: tuple[int, int]) -> None:
    assert_clean(funnel_plot(PLOTS[name], *size, ""))


@pytest.mark.parametrize("name", PLOTS)
def test_every_council_and_the_comparator_are_on_the_axis(name: str) -> None:
    held = PLOTS[name]
    low, high, ticks = axis(held, 40)
    values = [held.value, held.comparator[1], *(value for _, value in (*held.neighbours, *held.others))]
    assert low <= min(values) and max(values) <= high
    assert 0 <= low < high <= 100
    assert len(ticks) >= 2
    places = funnel_plot(held, 84, 40, "").places
    assert len(places) == len(values)
    assert all(0 <= x <= 100 and y is not None and 0 <= y <= 100 for x, y in places)


def test_larger_councils_stand_to_the_right_and_higher_values_above() -> None:
    held = plot(40, 100, ([60.0], [400.0]), 50)
    (ours_x, ours_y), _, (other_x, other_y) = funnel_plot(held, 84, 40, "").places
    assert ours_x < other_x
    assert ours_y is not None and other_y is not None and ours_y > other_y  # percent from the top


def test_the_limits_are_named_in_the_drawing_and_the_same_plot_gives_the_same_bytes() -> None:
    drawn = funnel_plot(PLOTS["160 councils"], 84, 40, "a")
    words = {label.text for label in drawn.labels}
    assert {"95% limits", "99.8% limits", "England 54%", "Ashcombe 74%"} <= words
    assert drawn == funnel_plot(PLOTS["160 councils"], 84, 40, "a")


def test_neighbours_have_another_shape_than_other_councils() -> None:
    """A diamond more for a neighbour, a dot more for another council."""
    values, sizes = councils(30)
    corners = [funnel_plot(plot(74, 353, (values, sizes), 54, neighbours=n), 84, 40, "").svg for n in (10, 11)]
    paths = [[path.count("M") for path in re.findall(r'd="([^"]*)"', svg)] for svg in corners]
    changed = [(one, other) for one, other in zip(*paths, strict=True) if one != other]
    assert sorted(other - one for one, other in changed) == [-1, 1]


def test_councils_without_a_funnel_are_not_placed(tmp_path: Path) -> None:
    values, sizes = councils(60)
    for bases, england, chart in (([None] * 60, 54.0, "funnel"), (sizes, 54.0, "dots"), (sizes, 0.0, "funnel"),
                                  (sizes, 100.0, "funnel")):  # fmt: skip
        held, read = project(tmp_path, values, bases, england, chart)
        finding = finding_of(held, read)
        assert finding.funnel is None
        assert drawn_funnel(finding, held.indicators[SHARE], held, QUARTER, 84, 40) is None


def test_other_councils_are_written_as_they_were_published(tmp_path: Path) -> None:
    """56 is no 56.0: what others publish never gains a decimal on its way through the limits."""
    held, read = project(tmp_path, [float(30 + place) for place in range(40)], [100.0 + place for place in range(40)])
    drawn = drawn_funnel(finding_of(held, read), held.indicators[SHARE], held, QUARTER, 84, 40)
    assert drawn is not None
    assert [f"<td class=\"number\">{30 + place}%</td>" in str(drawn.picture) for place in range(40)] == [True] * 40
    assert "the limits</td>" in str(drawn.picture) and ".0%</td>" not in str(drawn.picture)


def test_nine_bases_are_too_few(tmp_path: Path) -> None:
    values, sizes = councils(10)
    held, read = project(tmp_path, values, sizes)
    assert finding_of(held, read).funnel is not None
    held.benchmarks[SHARE] = published(values, [*sizes[:9], None], 54.0)
    assert finding_of(held, read).funnel is None


def test_a_funnel_lies_around_england_of_the_councils_own_year(tmp_path: Path) -> None:
    """England's figure of a year that councils have not published yet stood in the middle of theirs."""
    held, read = project(tmp_path, *councils(60))
    newer = held.benchmarks[SHARE][0]._replace(period="2025", end=QUARTER.end, value=70.0)
    held.benchmarks[SHARE] = (*held.benchmarks[SHARE], newer)
    band = finding_of(held, read).funnel
    assert (band.comparator, band.period) == (54.0, "2024/25")


def test_a_suppressed_figure_has_no_funnel(tmp_path: Path) -> None:
    """Neither its place nor its limits may tell what is hidden."""
    held, read = project(tmp_path, *councils(60))
    frame = made.figures(read)
    frame.loc[frame["indicator"] == SHARE, ["value", "numerator", "denominator"]] = float("nan")
    frame.loc[frame["indicator"] == SHARE, "marker"] = "c"
    assert finding_of(held, read, frame).funnel is None


def test_our_band_is_that_of_the_whole_funnel_at_our_base(tmp_path: Path) -> None:
    held, read = project(tmp_path, *councils(150))
    finding = finding_of(held, read)
    whole = funnel(held, SHARE, held.indicators[SHARE], finding.rolling_12_months, QUARTER)
    assert whole is not None and finding.funnel == whole.band
    assert finding.funnel.councils == 150
    assert [point.band for point in whole.points if point.ours] == [finding.funnel.spread]
    inside = sum(point.band == "within" for point in whole.points[1:])
    assert inside >= 0.85 * 150  # limits are made for the spread that there is


@pytest.mark.parametrize(("share", "words"), [
    (0.2, "Lower than usual for a council of our size, beyond the outer limits"),
    (0.54, "Within the usual range for a council of our size"),
    (0.99, "Higher than usual for a council of our size, beyond the outer limits"),
])  # fmt: skip
def test_the_title_says_where_we_lie(tmp_path: Path, share: float, words: str) -> None:
    held, read = project(tmp_path, *councils(60, 3.0))
    finding = finding_of(held, read)
    ours = finding.rolling_12_months
    assert ours is not None and ours.denominator
    moved = Figure(ours.start, ours.end, 100 * share, share * ours.denominator, ours.denominator)
    whole = funnel(held, SHARE, held.indicators[SHARE], moved, QUARTER)
    material = _material(held, [replace(finding, rolling_12_months=moved, funnel=whole and whole.band)])
    chosen = funnel_beside(material, material.findings[0])
    assert chosen is not None and chosen.title == words


def _material(held, findings):
    frame = made.figures(IndicatorSettings(indicators=dict(held.indicators)))
    disclosed = made.material(held.root)[1]
    return Material(tuple(findings), replace(disclosed, figures=frame), held, QUARTER, "public", True, made.AS_AT, (),
                    (), {})  # fmt: skip


def test_an_exception_with_room_shows_the_funnel_in_place_of_its_dot_plot(tmp_path: Path) -> None:
    held, read = project(tmp_path, *councils(150))
    added = {"indicator": SHARE, "reason": "asked for by members", "approved_by": "Director"}
    held = replace(held, report=held.report.model_validate({**held.report.model_dump(), "added_exceptions": [added]}))
    found = tuple(
        replace(one, sentences=write_sentences(one, held.indicators[one.indicator], QUARTER))
        for one in judge(made.figures(read), held, QUARTER)
    )
    pages = {page.id: page for page in report_context(_material(held, found)).exceptions.pages}
    page = pages[SHARE]
    assert page.halves
    assert page.compared_title.endswith("for a council of our size") or "outer limits" in page.compared_title
    picture = str(page.compared)
    assert "Funnel plot of" in picture and "Dot plot" not in picture
    assert picture.count("<tr data-x") == 152  # ours, England and 150 councils, each with its place
    assert "limits hold 95% and 99.8%" in page.source
