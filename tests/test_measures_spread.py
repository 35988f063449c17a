"""What intervals need: family sizes, deviations, ends of medians; against hand-written SQL, on every engine."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from scipy.stats import binom

from carereport.disclosure import disclose
from carereport.figures import SPREAD, Figure
from carereport.judgement import intervals
from carereport.judgement.change import change_between
from carereport.judgement.compare import figure_interval
from carereport.measures.spread import LEAST, median_rank
from carereport.project import load_project
from carereport.settings import Indicator
from tests.few_rows import QUARTER, Outcome, outcome, table

FAMILIES = table({"child_id": "id", "family_id": "id?"}, key=["child_id"], covers="all")
VISITS: dict[str, Any] = table(
    {"id": "id", "child_id": "id", "day": "date", "ended": "date?", "points": "number", "late": "code"},
    key=["id"], date="day", spell=["day", "ended"], covers={"from": "2023-04-01", "by": "day"},
)  # fmt: skip
VISITS["columns"]["family_id"] = {"lookup": "families.family_id"}
EVENT = {"from": "visits", "when": "day"}
INDICATORS = {
    "started": {**EVENT, "kind": "count", "cluster": "family_id"},
    "plain": {**EVENT, "kind": "count"},
    "late": {**EVENT, "kind": "percentage", "count": "late = 'Y'", "cluster": "family_id"},
    "open": {"from": "visits", "kind": "count", "open": ["day", "ended"], "cluster": "family_id"},
    "average": {**EVENT, "kind": "mean", "of": "points"},
    "middle": {**EVENT, "kind": "median", "of": "points"},
}
PERIODS = """
periods(kind, first, last) AS (VALUES
  ('quarter', DATE '2025-04-01', DATE '2025-06-30'), ('quarter', DATE '2025-07-01', DATE '2025-09-30'),
  ('quarter', DATE '2024-07-01', DATE '2024-09-30'), ('year_to_date', DATE '2025-04-01', DATE '2025-09-30'),
  ('rolling_12_months', DATE '2024-10-01', DATE '2025-09-30'))
"""


def _rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Families of one to four children who have visits on one day, about one family every second day."""
    draw = random.Random(7)
    families: list[dict[str, Any]] = []
    visits: list[dict[str, Any]] = []
    day = date(2023, 4, 1)
    while day < date(2025, 10, 10):
        for _ in range(draw.choice([1, 1, 2, 2, 3, 4])):
            child = f"C{len(visits):05}"
            known = draw.random() > 0.1
            families.append({"child_id": child, "family_id": f"F{day:%Y%m%d}" if known else None})
            ended = day + timedelta(days=draw.randint(20, 200))
            visits.append({
                "id": len(visits), "child_id": child, "day": day.isoformat(),
                "ended": ended.isoformat() if ended < date(2025, 10, 10) else None,
                "points": draw.randint(1, 60), "late": draw.choice("YNN"),
            })  # fmt: skip
        day += timedelta(days=draw.randint(1, 4))
    return families, visits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spread")


def _measured(folder: Path, engine: str = "pandas") -> Outcome:
    families, visits = _rows()
    return outcome(folder, {"families": FAMILIES, "visits": VISITS}, INDICATORS,
                   {"families": families, "visits": visits}, engine=engine)  # fmt: skip


@pytest.fixture(scope="module")
def measured(folder: Path) -> Outcome:
    return _measured(folder)


def _sql(folder: Path, query: str) -> list[tuple[Any, ...]]:
    files = "".join(
        f"{name} AS (SELECT * FROM read_csv('{folder}/data/{name}.csv', header = true)), "
        for name in ("families", "visits")
    )
    return duckdb.connect().execute(f"WITH {files} {PERIODS} {query}").fetchall()


def test_family_sizes_are_those_of_sql(folder: Path, measured: Outcome) -> None:
    counted = _sql(folder, """
      SELECT kind, first, count(*) / count(DISTINCT coalesce(family_id, child_id) || strftime(day, '%Y-%m'))
      FROM periods JOIN visits ON day BETWEEN first AND last JOIN families USING (child_id) GROUP BY ALL
    """)  # fmt: skip
    assert len(counted) == 5
    for kind, first, size in counted:
        for name in ("started", "late"):
            row = measured.row(name, kind, f"{first}")
            assert row["family_size"] == pytest.approx(size), (name, kind)
            assert 1.3 < size < 3
        assert pd.isna(measured.row("plain", kind, f"{first}")["family_size"])


def test_the_families_of_a_stock_are_those_of_its_last_day(folder: Path, measured: Outcome) -> None:
    ((size, number),) = _sql(folder, """
      SELECT count(*) / count(DISTINCT coalesce(family_id, child_id)), count(*) FROM visits
      JOIN families USING (child_id)
      WHERE day <= DATE '2025-09-30' AND (ended IS NULL OR ended > DATE '2025-09-30')
    """)  # fmt: skip
    row = measured.row("open", "quarter", "2025-07-01")
    assert (row["value"], row["family_size"]) == (number, pytest.approx(size))


def test_deviations_and_ends_of_medians_are_those_of_sql(folder: Path, measured: Outcome) -> None:
    held = _sql(folder, """
      SELECT kind, first, count(*), stddev_samp(points), list(points ORDER BY points)
      FROM periods JOIN visits ON day BETWEEN first AND last GROUP BY ALL
    """)  # fmt: skip
    for kind, first, n, deviation, points in held:
        assert n >= LEAST
        assert measured.row("average", kind, f"{first}")["deviation"] == pytest.approx(deviation)
        rank = int(binom.ppf(0.025, n, 0.5))  # the smallest k with P(X <= k) of 2.5% or more
        row = measured.row("middle", kind, f"{first}")
        assert (row["lower"], row["upper"]) == (points[rank - 1], points[n - rank])


@pytest.mark.parametrize("n", [20, 21, 47, 100, 333, 2000])
def test_ranks_hold_the_median_with_95_per_cent_and_no_closer_ones_do(n: int) -> None:
    rank = median_rank(n)
    assert binom.cdf(rank - 1, n, 0.5) <= 0.025 < binom.cdf(rank, n, 0.5)


def test_nothing_is_told_of_a_small_base_a_month_or_a_group(tmp_path: Path, measured: Outcome) -> None:
    months = measured.figures[measured.figures["period_kind"] == "month"]
    assert months[["deviation", "lower", "upper"]].isna().all(axis=None)
    few = [{"id": n, "child_id": f"C{n}", "day": "2025-08-01", "points": n, "late": "N"} for n in range(LEAST - 1)]
    made = outcome(tmp_path, {"families": FAMILIES, "visits": VISITS}, INDICATORS, {
        "families": [{"child_id": f"C{n}", "family_id": "F"} for n in range(LEAST - 1)], "visits": few,
    })  # fmt: skip
    assert made.figures[["deviation", "lower", "upper"]].isna().all(axis=None)


def test_a_small_period_takes_the_family_size_of_all_months(folder: Path, measured: Outcome) -> None:
    rows = measured.figures[(measured.figures["indicator"] == "started") & (measured.figures["value"] < LEAST)]
    ((usual, cases),) = _sql(folder, """
      SELECT count(*) / count(DISTINCT coalesce(family_id, child_id) || strftime(day, '%Y-%m')), count(*)
      FROM visits JOIN families USING (child_id) WHERE day <= DATE '2025-09-30'
    """)  # fmt: skip
    assert len(rows) > 0 and cases > 500
    assert rows["family_size"].tolist() == pytest.approx([usual] * len(rows))


def test_polars_finds_the_same(tmp_path: Path, measured: Outcome) -> None:
    pd.testing.assert_frame_equal(_measured(tmp_path, "polars").figures, measured.figures)


def test_a_suppressed_figure_has_no_spread_and_a_rounded_one_neither(folder: Path, measured: Outcome) -> None:
    project = load_project(folder)
    figures = measured.figures
    public = disclose(figures, project, QUARTER).figures
    assert public.loc[public["marker"] == "c", list(SPREAD)].isna().all(axis=None)
    assert public["family_size"].notna().any()
    held = project.report.disclosure.model_copy(update={"policy": "round5"})
    rounded = project.report.model_copy(update={"disclosure": held})
    object.__setattr__(project, "report", rounded)
    assert disclose(figures, project, QUARTER).figures[list(SPREAD)].isna().all(axis=None)


# ------------------------------------------------------------------------ intervals


def _indicator(**given: Any) -> Indicator:
    base = {"name": "Cases", "section": "care", "kind": "count", "from": "t", "when": "d", "polarity": "low"}
    return Indicator.model_validate(base | given)


def _figure(value: float, x: float | None = None, n: float | None = None, **given: float) -> Figure:
    return Figure(date(2025, 7, 1), date(2025, 9, 30), value, x, n, **given)


def test_siblings_multiply_the_variance_by_the_family_size() -> None:
    rate = _indicator(kind="rate", per={"population": "children"})
    alone = figure_interval(rate, _figure(50, 400, 80_000))
    together = figure_interval(rate, _figure(50, 400, 80_000, family_size=2.25))
    assert alone is not None and together is not None
    assert (together[1] - together[0]) / (alone[1] - alone[0]) == pytest.approx(1.5, abs=0.02)
    assert (alone[2], together[2]) == ("Byar", "Byar, siblings allowed for")
    share = _indicator(kind="percentage", count="a = 1")
    one, other = figure_interval(share, _figure(40, 160, 400)), figure_interval(
        share, _figure(40, 160, 400, family_size=2.25)
    )
    assert one is not None and other is not None
    assert (other[1] - other[0]) / (one[1] - one[0]) == pytest.approx(1.5, abs=0.02)


def test_a_change_that_is_clear_for_single_children_may_be_chance_for_families() -> None:
    count = _indicator()
    now, then = _figure(160, 160), _figure(120, 120)
    assert change_between(count, now, then).clear is True
    families = [_figure(f.value or 0, f.numerator, family_size=1.8) for f in (now, then)]
    found = change_between(count, *families)
    assert found.clear is False
    assert (found.lower, found.upper) == pytest.approx(
        intervals.rate_difference(160 / 1.8, 1 / 1.8, 120 / 1.8, 1 / 1.8, 1)
    )


def test_means_and_medians_have_intervals_and_changes_with_evidence() -> None:
    mean = _indicator(kind="mean", of="x")
    now, then = _figure(50, 2000, 40, deviation=10), _figure(42, 2520, 60, deviation=12)
    found = figure_interval(mean, now)
    assert found is not None
    assert found[:2] == pytest.approx((50 - 2.0226909 * 10 / 40**0.5, 50 + 2.0226909 * 10 / 40**0.5))
    change = change_between(mean, now, then)
    assert (change.value, change.clear) == (8, True)
    half = ((2.0226909 * 10 / 40**0.5) ** 2 + (2.0009954 * 12 / 60**0.5) ** 2) ** 0.5
    assert (change.lower, change.upper) == pytest.approx((8 - half, 8 + half))
    median = _indicator(kind="median", of="x")
    before = _figure(42, None, 650, lower=41, upper=44)
    moved = change_between(median, _figure(39, None, 700, lower=37, upper=41), before)
    assert (moved.value, moved.clear) == (-3, True)
    assert change_between(median, _figure(39, None, 12), before).clear is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cluster": "famly_id"}, "no column famly_id"),
        ({"kind": "mean", "of": "points", "cluster": "family_id"}, "goes with"),
    ],
)
def test_a_cluster_that_cannot_be_used_is_a_finding(tmp_path: Path, given: dict[str, Any], message: str) -> None:
    from carereport.measures import check_measures

    families, visits = _rows()
    outcome(tmp_path, {"families": FAMILIES, "visits": VISITS}, {"a": {**EVENT, "kind": "count"}},
            {"families": families[:30], "visits": visits[:30]})  # fmt: skip
    project = load_project(tmp_path)
    base = {"name": "a", "section": "s", "polarity": "low", "kind": "count", **EVENT}
    project.indicators["a"] = Indicator.model_validate({**base, **given})
    (fault,) = [one for one in check_measures(project) if one.code == "IN136"]
    assert message in fault.message
