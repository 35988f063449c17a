"""Control charts reproduce the worked series: labels, limits, variation, assurance."""

from __future__ import annotations

import csv
import itertools

import numpy as np
import pytest

from carereport.judgement.spc import Series, control_chart, read_points
from tests.shared import needs_shared, shared_folder

ORACLES = shared_folder() / "oracles"


def _rows(name: str) -> list[dict[str, str]]:
    path = ORACLES / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _results(name: str) -> dict[str, list[dict[str, str]]]:
    grouped: dict[str, list[dict[str, str]]] = {}
    for row in _rows(name):
        grouped.setdefault(row["series"], []).append(row)
    return grouped


PLAIN, OPTIONS = _results("spc_results.csv"), _results("spc_options_results.csv")
POINTS = _results("spc_points.csv") | _results("spc_options_points.csv")
without_oracles = needs_shared("oracles/spc_points.csv")


def _chart(name: str, results: list[dict[str, str]]):
    points = POINTS[name]
    months = tuple(point["month"] for point in points)
    values = read_points([float(p["value"]) if p["value"] else None for p in points])
    breaks = tuple(months.index(row["segment_from"]) for row in results if row.get("segment_from"))
    declared = results[-1].get("baseline_points") or ""
    baseline = np.arange(len(values)) < int(declared) if declared else None
    last = results[-1]
    return control_chart(
        Series(months, values, breaks=breaks, baseline=baseline),
        target=float(last["target"]) if last["target"] else None,
        polarity=last["polarity"],
    )


@without_oracles
def test_every_worked_series_is_read() -> None:
    assert len(PLAIN) == 12
    assert len(OPTIONS) == 12
    assert set(POINTS) == set(PLAIN) | set(OPTIONS)


@without_oracles
@pytest.mark.parametrize("name", sorted(POINTS))
def test_worked_series_is_reproduced(name: str) -> None:
    results = (PLAIN | OPTIONS)[name]
    spc = _chart(name, results)
    assert [point.special or "" for point in spc.points] == [row["special"] for row in POINTS[name]]
    assert [point.period for point in spc.points] == [row["month"] for row in POINTS[name]]
    for row in results:
        first = next((p for p in spc.points if p.period == row.get("segment_from")), spc.points[0])
        assert first.mean == pytest.approx(float(row["mean"]), abs=1e-6)
        assert first.lower == pytest.approx(float(row["lower"]), abs=1e-6)
        assert first.upper == pytest.approx(float(row["upper"]), abs=1e-6)
    last = results[-1]
    assert spc.mean == pytest.approx(float(last["mean"]), abs=1e-6)
    assert spc.lower == pytest.approx(float(last["lower"]), abs=1e-6)
    assert spc.upper == pytest.approx(float(last["upper"]), abs=1e-6)
    assert spc.variation == last["variation"]
    assert (spc.assurance or "") == last["assurance"]


def _months(size: int) -> tuple[str, ...]:
    return tuple(f"{2020 + i // 12}-{i % 12 + 1:02d}" for i in range(size))


def _spc(values, **given):
    return control_chart(Series(_months(len(values)), read_points(values)), **given)


STEADY = [50.0, 51.0] * 10


def test_points_without_neighbours_have_no_moving_range_and_no_limits() -> None:
    spc = _spc([50.0, None, 51.0, None] * 8)
    assert spc.lower is None
    assert spc.variation == "too_short"
    assert "moving ranges" in spc.reason


def test_reading_is_of_the_latest_value_and_says_so() -> None:
    spc = _spc([*STEADY, 70.0, None], polarity="high")
    assert spc.variation == "improving"
    assert "2021-09" in spc.reason


def test_nothing_is_said_of_now_after_three_empty_months() -> None:
    spc = _spc([*STEADY, 70.0, None, None, None], polarity="high")
    assert (spc.variation, spc.assurance, spc.lower) == ("too_short", None, None)
    assert spc.points[20].special == "outside_high"


def test_screening_can_be_left_out() -> None:
    values = [*STEADY, 90.0, 50.0, 51.0]
    screened, plain = _spc(values), _spc(values, screen=False)
    ranges = [abs(b - a) for a, b in itertools.pairwise(values)]
    assert plain.upper - plain.mean == pytest.approx(2.66 * sum(ranges) / len(ranges))
    assert screened.upper - screened.mean == pytest.approx(2.66)


def test_collapsed_limits_are_named() -> None:
    assert "not screened" in _spc([70.0] * 12 + [75.0] * 12).reason


def test_point_exactly_on_a_limit_is_near_and_not_outside() -> None:
    # Centre 50, mean moving range 1, limits 47.34 and 52.66 from the declared baseline.
    baseline = np.arange(26) < 24
    values = read_points([49.5, 50.5] * 12 + [52.66, 52.66])
    spc = control_chart(Series(_months(26), values, baseline=baseline))
    assert (spc.lower, spc.upper) == (pytest.approx(47.34), pytest.approx(52.66))
    assert [point.special for point in spc.points[-2:]] == ["two_of_three_high"] * 2


def test_target_on_a_limit_is_hit_and_miss() -> None:
    spc = _spc([49.5, 50.5] * 12)
    assert _spc([49.5, 50.5] * 12, target=spc.upper, polarity="high").assurance == "hit_and_miss"
    assert _spc([49.5, 50.5] * 12, target=spc.upper + 0.01, polarity="high").assurance == "consistently_misses"
    assert _spc([49.5, 50.5] * 12, target=spc.upper + 0.01, polarity="low").assurance == "consistently_meets"
    assert _spc([49.5, 50.5] * 12, target=spc.upper + 0.01).assurance is None


def _attribute(chart, x, n, scale=100.0):
    x, n = np.array(x, dtype=float), np.array(n, dtype=float)
    return control_chart(Series(_months(len(x)), scale * x / n, x, n, scale), chart)


def test_p_chart_limits_by_hand() -> None:
    # 400 of 1,000: 40% plus and minus 3 root(0.24 / n).
    spc = _attribute("p", [20, 60] * 10, [50, 150] * 10)
    assert spc.mean == pytest.approx(40)
    assert spc.points[0].upper == pytest.approx(40 + 300 * (0.24 / 50) ** 0.5)
    assert spc.points[1].lower == pytest.approx(40 - 300 * (0.24 / 150) ** 0.5)


def test_laney_chart_widens_by_the_spread_of_z() -> None:
    # z is +1 and -1 in turn with n = 96: sigma = 0.05, moving ranges 2, sigma_z = 2 / 1.128.
    x = [0.4 * 96 + 4.8, 0.4 * 96 - 4.8] * 6
    plain, laney = _attribute("p", x, [96] * 12), _attribute("laney_p", x, [96] * 12)
    assert plain.upper == pytest.approx(40 + 15)
    assert laney.upper == pytest.approx(40 + 15 * 2 / 1.128)


def test_u_chart_limits_by_hand() -> None:
    # 16 events in 40,000 is 4 per 10,000: plus and minus 3 root(4 / 4).
    spc = _attribute("u", [16] * 12, [40000] * 12, scale=10000)
    assert (spc.lower, spc.mean, spc.upper) == (pytest.approx(1), pytest.approx(4), pytest.approx(7))


def test_all_or_none_has_limits_at_the_centre() -> None:
    spc = _attribute("laney_p", [30] * 12, [30] * 12)
    assert (spc.lower, spc.mean, spc.upper, spc.variation) == (100, 100, 100, "usual")


def test_attribute_chart_without_denominators_is_refused() -> None:
    with pytest.raises(ValueError, match="denominators"):
        _spc(STEADY, chart="p")
