"""Control charts reproduce the worked series: labels, limits, variation, assurance."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from carereport.judgement.spc import Series, control_chart, read_points, recent_special

ORACLES = Path(__file__).parents[1].parent / "shared" / "oracles"


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
without_oracles = pytest.mark.skipif(not PLAIN, reason="the worked SPC series are not at ../shared/oracles")


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
