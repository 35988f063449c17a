"""A place among councils comes with the places that chance allows; funnel limits are exact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pytest
from scipy import stats

from carereport.comparators import PublishedFigure
from carereport.figures import Figure, RankBand
from carereport.judgement.funnel import exact_limit, funnel, winsorised_phi
from carereport.judgement.rank import quarters_of_rank, rank_band, simulated_places
from carereport.quarters import Quarter
from carereport.report_settings import ReportSettings
from carereport.settings import Indicator

QUARTER = Quarter.parse("Q2-2025")
SHARE = Indicator.model_validate(
    {"name": "In time", "section": "care", "kind": "percentage", "from": "r", "when": "d", "polarity": "high"}
)


@dataclass(frozen=True)
class FakeProject:
    benchmarks: dict[str, tuple[PublishedFigure, ...]]
    indicators: dict[str, Indicator] = field(default_factory=lambda: {"a": SHARE})
    report: ReportSettings = field(default_factory=ReportSettings)


def _published(values, base=None, england=None) -> FakeProject:
    end = date(2025, 3, 31)
    rows = [
        PublishedFigure("a", f"Council {i}", "2024/25", end, float(v), "percent", "", "DfE", 1, base)
        for i, v in enumerate(values)
    ]
    if england is not None:
        rows.append(PublishedFigure("a", "England", "2024/25", end, england, "percent", "", "DfE", 1))
    return FakeProject({"a": tuple(rows)})


def _ours(x: float, n: float) -> Figure:
    return Figure(date(2024, 10, 1), date(2025, 9, 30), 100 * x / n, x, n)


def test_places_spread_with_the_interval_and_hold_the_place_itself() -> None:
    values = np.linspace(60, 90, 151)
    narrow = simulated_places(np.r_[75.0, values], np.r_[74.9, values - 0.1], np.r_[75.1, values + 0.1], True)
    wide = simulated_places(np.r_[75.0, values], np.r_[70.0, values - 5], np.r_[80.0, values + 5], True)
    assert 74 <= narrow[0] <= 77 <= narrow[1] <= 79
    assert wide[0] < 60 < 95 < wide[1]


def test_fixed_councils_and_a_known_spread_give_the_places_of_the_normal_curve() -> None:
    others = np.arange(100.0)  # fixed; ours is drawn from a normal with mean 50 and sd 10
    half = 1.959964 * 10
    first, last = simulated_places(np.r_[50.0, others], np.r_[50 - half, others], np.r_[50 + half, others], False)
    assert first == pytest.approx(50 - half + 1, abs=2.5)
    assert last == pytest.approx(50 + half + 1, abs=2.5)


def test_the_same_figures_give_the_same_band_and_small_bases_a_wide_one() -> None:
    project = _published(np.linspace(60, 90, 150))
    band = rank_band(project, "a", SHARE, _ours(800, 1000), QUARTER)
    assert band == rank_band(project, "a", SHARE, _ours(800, 1000), QUARTER)
    assert band is not None
    assert (band.place, band.of) == (51, 151)
    assert band.first < 51 < band.last
    small = rank_band(project, "a", SHARE, _ours(40, 50), QUARTER)
    assert small is not None
    assert small.last - small.first > 2 * (band.last - band.first)


def test_the_lowest_value_is_first_where_low_is_good() -> None:
    low = SHARE.model_copy(update={"polarity": "low"})
    band = rank_band(_published(np.linspace(60, 90, 150), 1000.0), "a", low, _ours(550, 1000), QUARTER)
    assert band is not None
    assert (band.place, band.highest_first) == (1, False)


def test_few_councils_give_no_place() -> None:
    assert rank_band(_published([70.0] * 99), "a", SHARE, _ours(800, 1000), QUARTER) is None


@pytest.mark.parametrize(
    ("first", "last", "quarters"), [(1, 37, (1, 1)), (38, 40, (1, 2)), (39, 76, (2, 2)), (100, 151, (3, 4))]
)
def test_a_quarter_is_that_of_the_places(first, last, quarters) -> None:
    assert quarters_of_rank(RankBand(first, first, last, 151, True, "2024/25")) == quarters


@pytest.mark.parametrize("tail", [0.001, 0.025, 0.975, 0.999])
@pytest.mark.parametrize(("n", "share"), [(12.0, 0.1), (50.0, 0.3), (400.0, 0.85), (3000.0, 0.02)])
def test_exact_binomial_limits_lie_between_the_counts_that_reach_the_tail(tail, n, share) -> None:
    count = stats.binom.ppf(tail, n, share)
    inside = (stats.binom.cdf(count, n, share) - tail) / stats.binom.pmf(count, n, share)
    expected = max(count - inside, 0) / n
    assert exact_limit(share, np.array([n]), tail, True)[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("tail", [0.001, 0.025, 0.975, 0.999])
@pytest.mark.parametrize("mean", [0.7, 4.2, 55.0, 600.0])
def test_exact_poisson_limits_likewise(tail, mean) -> None:
    count = stats.poisson.ppf(tail, mean)
    inside = (stats.poisson.cdf(count, mean) - tail) / stats.poisson.pmf(count, mean)
    assert exact_limit(mean / 1000, np.array([1000.0]), tail, False)[0] == pytest.approx(
        max(count - inside, 0) / 1000, abs=1e-9
    )


def test_phi_is_one_for_chance_alone_and_large_for_councils_that_differ() -> None:
    rng = np.random.default_rng(5)
    bases = rng.integers(200, 2000, 150).astype(float)
    chance = rng.binomial(bases.astype(int), 0.3) / bases
    assert winsorised_phi(chance, bases, 0.3, True) == pytest.approx(0.65, abs=0.2)  # drawing in ends lowers it
    assert winsorised_phi(chance + rng.normal(0, 0.06, 150), bases, 0.3, True) > 4


def test_a_council_far_from_england_is_beyond_the_funnel_and_overdispersion_widens_it() -> None:
    rng = np.random.default_rng(7)
    chance = 100 * rng.binomial(800, 0.3, 150) / 800
    alike = funnel(_published(chance, 800.0, 30.0), "a", SHARE, _ours(330, 800), QUARTER)
    differing = funnel(_published(chance + rng.normal(0, 9, 150), 800.0, 30.0), "a", SHARE, _ours(330, 800), QUARTER)
    assert alike is not None
    assert differing is not None
    ours = [point for point in alike.points if point.ours]
    assert [point.band for point in ours] == ["beyond_99_8"]
    assert [point.band for point in differing.points if point.ours] == ["within"]
    assert differing.band.phi > 4 > 1.3 > alike.band.phi
    assert all(a < b < 30 for a, b in zip(alike.lower_99_8, alike.lower_95, strict=True))


def test_no_funnel_without_published_bases() -> None:
    assert funnel(_published([30.0] * 150, None, 30.0), "a", SHARE, _ours(330, 800), QUARTER) is None
