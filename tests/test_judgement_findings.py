"""Findings put the judgements together from figures alone, gaps included."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pytest

from carereport.comparators import PublishedFigure
from carereport.figures import COLUMNS
from carereport.judgement.compare import benjamini_hochberg, compare_word, neighbour_values
from carereport.judgement.findings import judge
from carereport.judgement.remembered import Remembered
from carereport.quarters import Quarter, add_months, month_end
from carereport.report_settings import ReportSettings
from carereport.settings import Indicator

QUARTER = Quarter.parse("Q2-2025")


def by_dfe(area: str, period: str, end: date, value: float, unit: str = "percent", kind: str = "") -> PublishedFigure:
    return PublishedFigure("in_time", area, period, end, value, unit, kind, "DfE", 1)


@dataclass(frozen=True)
class FakeProject:
    indicators: dict[str, Indicator]
    benchmarks: dict[str, tuple[PublishedFigure, ...]] = field(default_factory=dict)
    report: ReportSettings = field(
        default_factory=lambda: ReportSettings.model_validate(
            {"council": {"name": "Ashcombe", "area": "E06000016", "region": "East Midlands",
                         "neighbours": ["Aston", "Burley", "Corby", "Derwent"]}}
        )
    )  # fmt: skip
    area: str = "E06000016"


def _indicator(**given) -> Indicator:
    base = {
        "name": "In time",
        "section": "care",
        "kind": "percentage",
        "from": "reviews",
        "when": "done",
        "polarity": "high",
    }
    return Indicator.model_validate(base | given)


def _row(name, kind, start, end, x, n, unit="percent", marker="", scale=100.0) -> dict[str, object]:
    value = None if x is None else (scale * x / n if n else x)
    return {
        "indicator": name, "area": "E06000016", "period_kind": kind, "period_start": pd.Timestamp(start),
        "period_end": pd.Timestamp(end), "breakdown": "total", "category": "total", "numerator": x,
        "denominator": n, "value": value, "unit": unit, "marker": marker, "source": "reviews",
        "as_at": pd.Timestamp("2025-10-14"),
    }  # fmt: skip


def _figures(name, months, unit="percent", scale=100.0) -> pd.DataFrame:
    """Monthly (numerator, denominator) up to September 2025, with quarters, year to date and rolling sums."""
    first = add_months(date(2025, 9, 1), 1 - len(months))
    rows = []
    for index, (x, n) in enumerate(months):
        start = add_months(first, index)
        rows.append(_row(name, "month", start, month_end(start), x, n, unit, "c" if x is None else "", scale))

    def total(kind, start, end):
        part = [pair for i, pair in enumerate(months) if start <= add_months(first, i) <= end]
        if any(x is None for x, _ in part):
            return _row(name, kind, start, end, None, None, unit, "c")
        n = None if part[0][1] is None else sum(n for _, n in part)
        return _row(name, kind, start, end, sum(x for x, _ in part), n, unit, "", scale)

    quarter = QUARTER
    while quarter.start >= first:
        rows.append(total("quarter", quarter.start, quarter.end))
        quarter = quarter.previous()
    rows.append(total("year_to_date", date(2025, 4, 1), QUARTER.end))
    rows.append(total("rolling_12_months", date(2024, 10, 1), QUARTER.end))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for column in ("numerator", "denominator", "value"):
        frame[column] = frame[column].astype("float64")
    return frame


def _judged(months, benchmarks=(), unit="percent", scale=100.0, **given):
    project = FakeProject({"in_time": _indicator(**given)}, {"in_time": tuple(benchmarks)})
    (finding,) = judge(_figures("in_time", months, unit, scale), project, QUARTER)
    return finding


WAVE = [(80 + (i * 7) % 5, 100) for i in range(30)]


def test_values_of_the_finding_are_those_of_their_periods() -> None:
    finding = _judged(WAVE)
    assert finding.value.end == date(2025, 9, 30)
    assert finding.previous.end == date(2025, 6, 30)
    assert finding.same_quarter_last_year.end == date(2024, 9, 30)
    assert finding.year_to_date.denominator == 600
    assert finding.rolling_12_months.denominator == 1200
    assert [figure.end for figure in finding.quarters][-2:] == [date(2025, 6, 30), date(2025, 9, 30)]
    assert len(finding.months) == 30
    assert finding.sentences == ()


def test_every_indicator_has_a_finding_in_yaml_order_even_without_figures() -> None:
    project = FakeProject({"b": _indicator(target=85), "in_time": _indicator(), "a": _indicator()})
    findings = judge(_figures("in_time", WAVE), project, QUARTER)
    assert [finding.indicator for finding in findings] == ["b", "in_time", "a"]
    assert findings[0].value is None
    assert findings[0].status == "too_few"
    assert findings[0].direction == "too_few"
    assert findings[0].spc.variation == "too_short"
    assert findings[0].change.value is None


def test_steady_percentage_is_usual_and_hit_and_miss() -> None:
    finding = _judged(WAVE, target=85)
    assert finding.spc.chart == "xmr"
    assert finding.spc.points[-1].period == "2025-09"
    assert len(finding.spc.points) == 30
    assert (finding.spc.variation, finding.spc.assurance) == ("usual", "hit_and_miss")
    assert finding.spc.provisional is False
    assert finding.direction == "no_clear_change"
    assert finding.change.clear is False
    assert finding.change.lower < finding.change.value < finding.change.upper


def test_a_clear_rise_is_rising_and_improving() -> None:
    months = WAVE[:24] + [(95 + i % 2, 100) for i in range(6)]
    finding = _judged(months)
    assert finding.change.clear is True
    assert finding.spc.variation == "improving"
    assert finding.direction == "rising"


def test_suppressed_month_is_a_gap() -> None:
    months = [*WAVE[:20], (None, None), *WAVE[21:]]
    finding = _judged(months)
    gap = finding.spc.points[20]
    assert (gap.value, gap.special) == (None, None)
    assert all(point.special for point in finding.spc.points if point is not gap)


def test_absent_month_is_a_gap() -> None:
    figures = _figures("in_time", WAVE)
    figures = figures[~((figures.period_kind == "month") & (figures.period_start == "2024-12-01"))]
    (finding,) = judge(figures, FakeProject({"in_time": _indicator()}), QUARTER)
    gap = next(point for point in finding.spc.points if point.period == "2024-12")
    assert (gap.value, gap.special) == (None, None)
    assert len(finding.spc.points) == 30


def test_moving_denominators_give_a_laney_chart() -> None:
    months = [(40 + i % 3, 50) if i % 2 else (100 + i % 5, 125) for i in range(24)]
    finding = _judged(months)
    assert finding.spc.chart == "laney_p"
    assert "more than 25%" in finding.spc.reason
    assert finding.spc.mean == pytest.approx(100 * sum(x for x, _ in months) / sum(n for _, n in months))
    widths = [point.upper - point.lower for point in finding.spc.points]
    assert widths[0] < widths[1]


def test_small_denominators_give_no_limits() -> None:
    finding = _judged([(15, 19), *WAVE[1:]])
    assert finding.spc.chart == "none"
    assert "under 20" in finding.spc.reason
    assert finding.spc.variation == "too_short"
    assert len(finding.spc.points) == 30
    assert finding.spc.points[0].value is not None
    assert all(p.special is None and p.lower is None for p in finding.spc.points)


def test_rare_counts_give_no_monthly_limits() -> None:
    finding = _judged([(i % 5, None) for i in range(30)], kind="count", unit="number", polarity="low")
    assert finding.spc.chart == "none"
    assert "fewer than 5 a month" in finding.spc.reason


def test_a_quarters_target_is_not_set_against_months() -> None:
    months = [(50 + (i * 7) % 5, None) for i in range(30)]
    flow = _judged(months, kind="count", unit="number", polarity="low", target=150)
    assert flow.spc.assurance is None
    assert "not set against single months" in flow.spc.reason
    stock = _judged(months, kind="count", unit="number", polarity="low", target=150, when=None, open=["a", "b"])
    assert stock.spc.assurance == "consistently_meets"


@pytest.mark.parametrize(
    ("size", "word", "provisional"),
    [(11, "too_short", False), (12, "usual", True), (19, "usual", True), (20, "usual", False)],
)
def test_limits_need_twelve_points_and_are_provisional_below_twenty(size, word, provisional) -> None:
    spc = _judged(WAVE[:size]).spc
    assert (spc.variation, spc.provisional) == (word, provisional)
    assert (spc.lower is None) == (size < 12)


def test_definition_change_restarts_limits_and_leaves_out_the_change() -> None:
    finding = _judged(WAVE, valid_from="2025-04-01")
    assert finding.change.value is None
    assert finding.spc.variation == "too_short"
    assert "since 2025-04" in finding.spc.reason
    assert finding.spc.points[0].lower is not None
    assert finding.spc.points[-1].lower is None


def test_rebasing_starts_new_limits() -> None:
    months = [(60 + i % 3, 100) for i in range(15)] + [(90 + i % 3, 100) for i in range(15)]
    finding = _judged(months, spc={"rebase": [{"from": "2024-07", "reason": "New team", "approved_by": "Director"}]})
    assert finding.spc.points[14].mean == pytest.approx(61)
    assert finding.spc.mean == pytest.approx(91)
    assert finding.spc.variation == "usual"


def test_declared_baseline_sets_the_centre() -> None:
    months = [(60 + i % 3, 100) for i in range(15)] + [(90 + i % 3, 100) for i in range(15)]
    finding = _judged(months, spc={"baseline": {"from": "2023-04", "to": "2024-06"}})
    assert finding.spc.mean == pytest.approx(61)
    assert finding.spc.variation == "improving"
    assert finding.spc.provisional is True


def test_quarterly_points_are_named_by_quarter() -> None:
    finding = _judged([(80 + i % 5, 100) for i in range(54)], spc={"period": "quarter"})
    assert finding.spc.points[-1].period == "2025-Q2"
    assert len(finding.spc.points) == 18


def test_benchmark_is_the_latest_that_had_ended_and_meets_rolling_12_months() -> None:
    published = [
        by_dfe("England", "2023/24", date(2024, 3, 31), 70.0),
        by_dfe("England", "2024/25", date(2025, 3, 31), 82.0),
        by_dfe("England", "2025/26", date(2026, 3, 31), 99.0),
        by_dfe("East Midlands", "2024/25", date(2025, 3, 31), 60.0),
        by_dfe("Ashcombe", "2024/25", date(2025, 3, 31), 10.0),
    ]
    england, region = _judged(WAVE, published).benchmarks
    assert (england.area, england.period, england.value) == ("England", "2024/25", 82.0)
    assert (england.comparison, england.method, england.clear) == ("similar", "Wilson score", False)
    assert england.lower < 82 < england.upper
    assert (region.comparison, region.clear) == ("better", True)


def test_neighbours_are_the_mean_of_those_published() -> None:
    rows = [("Aston", 70.0), ("Burley", 60.0), ("Corby", 50.0)]
    published = [by_dfe(area, "2024/25", date(2025, 3, 31), value) for area, value in rows]
    published.append(by_dfe("Derwent", "2025", date(2025, 6, 30), 99.0))
    project = FakeProject({"in_time": _indicator()}, {"in_time": tuple(published)})
    (finding,) = judge(_figures("in_time", WAVE), project, QUARTER)
    (neighbours,) = finding.benchmarks
    assert (neighbours.area, neighbours.value, neighbours.statistic) == (
        "Statistical neighbours", pytest.approx(60), "mean of 3 of 4",
    )  # fmt: skip
    assert neighbour_values(project, "in_time", QUARTER) == [
        ("Aston", 70.0, "2024/25"), ("Burley", 60.0, "2024/25"), ("Corby", 50.0, "2024/25"),
    ]  # fmt: skip


def test_published_neighbour_average_is_used_as_given() -> None:
    published = [by_dfe("Statistical neighbours", "2024/25", date(2025, 3, 31), 90.0, kind="median")]
    (neighbours,) = _judged(WAVE, published).benchmarks
    assert (neighbours.comparison, neighbours.statistic) == ("worse", "median")


def test_counts_are_not_compared() -> None:
    published = [by_dfe("England", "2024/25", date(2025, 3, 31), 600000.0, unit="number")]
    (england,) = _judged([(50, None)] * 24, published, kind="count", unit="number").benchmarks
    assert (england.comparison, england.clear, england.lower) == (None, None, None)


def test_other_unit_is_not_compared() -> None:
    published = [by_dfe("England", "2024/25", date(2025, 3, 31), 6.0, unit="per_10000")]
    (england,) = _judged(WAVE, published).benchmarks
    assert england.comparison is None
    assert "another unit" in england.method


def test_rates_are_compared_by_byar() -> None:
    published = [by_dfe("England", "2024/25", date(2025, 3, 31), 60.0, unit="per_10000")]
    finding = _judged(
        [(550, 90000.0 * (1 + i / 5000)) for i in range(24)], published, unit="per_10000", scale=10000.0,
        kind="rate", when=None, open=["a", "b"], per={"population": "children_0_17"}, polarity="neither",
    )  # fmt: skip
    assert finding.spc.chart == "xmr"
    # The fixture sums quarters; only the words matter here.
    assert finding.benchmarks[0].method == "Byar"
    assert finding.benchmarks[0].comparison == "similar"


def test_comparator_on_the_interval_is_similar() -> None:
    assert compare_word(80.0, 80.0, 90.0, "high") == "similar"
    assert compare_word(79.9, 80.0, 90.0, "high") == "better"
    assert compare_word(79.9, 80.0, 90.0, "low") == "worse"
    assert compare_word(90.1, 80.0, 90.0, "neither") == "lower"


def test_false_discovery_rate_follows_benjamini_and_hochberg() -> None:
    # Steps at 10% of five: 0.02, 0.04, 0.06, 0.08, 0.10; the largest p-value under its step decides.
    assert benjamini_hochberg([0.30, 0.001, 0.055, 0.045, 0.09], 0.10) == 0.055
    assert benjamini_hochberg([0.001, 0.035, 0.059, 0.2, 0.3], 0.10) == 0.059
    assert benjamini_hochberg([0.5, 0.6], 0.10) == -1


def test_differences_are_cleared_over_all_indicators_together() -> None:
    # 2% points below on 1,200: p about 0.04, alone clear at 10%, among 20 of which 19 are similar not.
    months = [(82, 100)] * 24
    own = [by_dfe("England", "2024/25", date(2025, 3, 31), 84.3)]
    alike = [by_dfe("England", "2024/25", date(2025, 3, 31), 82.0)]
    names = [f"i{number}" for number in range(20)]
    alone = FakeProject({"i0": _indicator()}, {"i0": tuple(own)})
    every = FakeProject({n: _indicator() for n in names}, {n: tuple(own if n == "i0" else alike) for n in names})
    figures = pd.concat([_figures(name, months) for name in names], ignore_index=True)
    (single,) = judge(figures, alone, QUARTER)
    assert (single.benchmarks[0].comparison, single.benchmarks[0].clear) == ("worse", True)
    many = judge(figures, every, QUARTER)[0].benchmarks[0]
    assert (many.comparison, many.clear) == ("worse", False)


def test_snapshot_compares_its_last_day() -> None:
    published = [by_dfe("England", "2025-03-31", date(2025, 3, 31), 50.0)]
    finding = _judged(WAVE, published, when=None, open=["start", "end"])
    x, n = finding.value.numerator, finding.value.denominator
    assert finding.benchmarks[0].lower < 100 * x / n < finding.benchmarks[0].upper


def test_series_that_stops_early_says_nothing_of_now() -> None:
    figures = _figures("in_time", WAVE)
    figures = figures[~((figures.period_kind == "month") & (figures.period_start >= "2025-06-01"))]
    (finding,) = judge(figures, FakeProject({"in_time": _indicator()}), QUARTER)
    assert finding.spc.points[-1].period == "2025-09"
    assert finding.spc.points[-1].value is None
    assert finding.spc.variation == "too_short"


def test_state_figure_stands_for_the_quarter() -> None:
    row = _row("in_time", "as_at", date(2025, 10, 14), date(2025, 10, 14), 90, 100)
    (finding,) = judge(pd.DataFrame([row]), FakeProject({"in_time": _indicator(target=85)}), QUARTER)
    assert finding.value.value == 90
    assert finding.status == "on_target"
    assert finding.spc.points == ()


def test_other_areas_and_breakdowns_are_left_out() -> None:
    figures = _figures("in_time", WAVE)
    other, part = figures.copy(), figures.copy()
    other["area"], part["breakdown"], part["category"] = "E06000015", "team", "north"
    other["value"] = part["value"] = 1.0
    both = pd.concat([other, part, figures], ignore_index=True)
    project = FakeProject({"in_time": _indicator()})
    assert judge(both, project, QUARTER) == judge(figures, project, QUARTER)


def test_order_of_rows_does_not_matter() -> None:
    figures = _figures("in_time", WAVE)
    project = FakeProject({"in_time": _indicator(target=85)})
    assert judge(figures.iloc[::-1], project, QUARTER) == judge(figures, project, QUARTER)


def test_a_memory_of_judgements_gives_what_judging_afresh_gives() -> None:
    memory = Remembered()
    for target, months in ((80, WAVE), (85, WAVE), (85, WAVE[:-1]), (80, WAVE)):
        project = FakeProject({"in_time": _indicator(target=target)})
        figures = _figures("in_time", months)
        assert judge(figures, project, QUARTER, memory) == judge(figures, project, QUARTER)
