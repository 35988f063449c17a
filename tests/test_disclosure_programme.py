"""The programmes of disclosure against scipy's own way to HiGHS and one dense matrix of everything at once."""

from __future__ import annotations

import contextlib
import io
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from carereport.disclosure.cells import Cells
from carereport.disclosure.programme import TIME_LIMIT, Programme, _solution
from carereport.disclosure.reach import reach


def made_up(seed: int) -> tuple[Cells, list[bool], list[float]]:
    """Return counts bound by random sums, of which two thirds are unknown, and the most that each can be."""
    draw = np.random.default_rng(seed)
    cells = Cells()
    for value in draw.choice([0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 30], size=int(draw.integers(8, 24))).tolist():
        cells.unseen(float(value), float(min(value, int(draw.integers(0, 2)))))
    for _ in range(int(draw.integers(4, 14))):
        parts = draw.choice(len(cells.values), size=int(draw.integers(2, 5)), replace=False).tolist()
        whole = cells.unseen(sum(cells.values[part] for part in parts), 1.0 if draw.random() < 0.5 else 0.0)
        cells.least[whole] = min(cells.least[whole], cells.values[whole])
        cells.add_sum(((whole, -1), *((part, 1) for part in parts)), "parts make the whole")
    most = [value + 4 if draw.random() < 0.2 else np.inf for value in cells.values]
    return cells, (draw.random(len(cells.values)) < 2 / 3).tolist(), most


def dense(cells: Cells) -> np.ndarray:
    """Return the sums as a matrix of every count."""
    matrix = np.zeros((len(cells.sums), len(cells.values)))
    for row, terms in enumerate(cells.sums):
        for count, sign in terms:
            matrix[row, count] = sign
    return matrix


def end(cells: Cells, unknown: list[bool], most: list[float], count: int, sign: float, whole: float) -> float:
    """Return the least (sign 1) or most (sign -1) that a count can be, and no more than 60."""
    values, free = np.array(cells.values), np.array(unknown)
    cost = np.zeros(len(values))
    cost[count] = sign
    least, above = np.where(free, cells.least, values), np.where(free, most, values)
    above[count] = min(above[count], 60)
    held = LinearConstraint(dense(cells), 0, 0)
    result = milp(cost, integrality=np.full(len(values), whole), bounds=Bounds(least, above), constraints=[held])
    return float(result.x[count])


@pytest.mark.parametrize("relaxed", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_counts_that_cannot_be_over_five(seed: int, relaxed: bool) -> None:
    cells, unknown, most = made_up(seed)
    wanted = [count for count, value in enumerate(cells.values) if unknown[count] and value <= 5]
    programme = Programme(cells, unknown, cells.least.__getitem__, most.__getitem__, relaxed=relaxed)
    tops = {count: end(cells, unknown, most, count, -1.0, float(not relaxed)) for count in wanted}
    expected = [count for count, top in tops.items() if top < 6 - 1e-6]
    assert sorted(programme.not_reaching(wanted)) == expected
    others = [count for count, is_free in enumerate(unknown) if is_free and count not in expected]
    for shown in [None, *others[:3]] if not relaxed else []:
        if shown is not None:
            programme.fix([shown])
            unknown[shown] = False
        for count in expected:
            span = round(end(cells, unknown, most, count, -1.0, 1.0)) - round(
                end(cells, unknown, most, count, 1.0, 1.0)
            )
            assert programme.spans_enough(count) == (span + 1 >= 5)


@pytest.mark.parametrize("seed", range(40))
def test_the_counts_around_one_tell_no_more_than_all_together(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carereport.disclosure.programme.NEAR", 4)
    cells, unknown, most = made_up(seed)
    wanted = [count for count, value in enumerate(cells.values) if unknown[count] and value <= 5]
    for relaxed in (False, True):
        programme = Programme(cells, unknown, cells.least.__getitem__, most.__getitem__, relaxed=relaxed)
        expected = [c for c in wanted if end(cells, unknown, most, c, -1.0, float(not relaxed)) < 6 - 1e-6]
        assert sorted(programme.not_reaching(wanted)) == expected
        for count in expected if not relaxed else []:
            ends = [round(end(cells, unknown, most, count, sign, 1.0)) for sign in (1.0, -1.0)]
            assert programme.spans_enough(count) == (ends[1] - ends[0] + 1 >= 5)
    ways = programme.ways_out(wanted)
    assert set(ways) == {count for count in wanted if nearest(cells, unknown, most, count) is not None}
    for count, way in ways.items():
        change = np.array([way.get(other, 0.0) for other in range(len(unknown))])
        assert change[count] >= (6 - cells.values[count] if cells.values[count] else 5) - 1e-6
        assert np.abs(dense(cells) @ change).max() < 1e-6
        assert all(unknown[other] and cells.least[other] - 1e-6 <= cells.values[other] + change[other] for other in way)


@pytest.mark.parametrize("relaxed", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(40))
def test_no_solution_lies_outside_of_what_bounds_along_the_sums_allow(seed: int, relaxed: float) -> None:
    cells, unknown, most = made_up(seed)
    up, down = reach(cells, unknown, cells.least.__getitem__, most.__getitem__)
    for count, value in enumerate(cells.values):
        if not unknown[count]:
            assert up[count] == down[count] == 0
        elif value <= 60:
            assert min(end(cells, unknown, most, count, -1.0, relaxed), 60) <= value + up[count] + 1e-6
            assert end(cells, unknown, most, count, 1.0, relaxed) >= value - down[count] - 1e-6


def nearest(cells: Cells, unknown: list[bool], most: list[float], count: int) -> float | None:
    """Return the sum of the least changes that bring a count to 6, a zero to 5."""
    values, free, size = np.array(cells.values), np.array(unknown), len(cells.values)
    least, up = np.zeros(2 * size), np.where(free, most - values, 0.0)
    down = np.where(free, values - cells.least, 0.0)
    least[count], down[count] = (6 - values[count] if values[count] else 5), 0.0
    if least[count] > up[count]:
        return None
    sums = np.hstack([dense(cells), -dense(cells)])
    held = LinearConstraint(sums, 0, 0)
    result = milp(np.ones(2 * size), bounds=Bounds(least, np.concatenate([up, down])), constraints=[held])
    return None if result.x is None else float(result.fun)


@pytest.mark.parametrize("seed", range(40))
def test_ways_out_are_the_nearest_and_hold(seed: int) -> None:
    cells, unknown, most = made_up(seed)
    programme = Programme(cells, unknown, cells.least.__getitem__, most.__getitem__, relaxed=True)
    wanted = [count for count, value in enumerate(cells.values) if unknown[count] and value <= 5]
    draw = np.random.default_rng(seed)
    for _ in range(4):  # the same parts again, with counts shown and hidden in between
        for count in wanted:
            if unknown[count]:
                way = programme.ways_out([count]).get(count)
                least = nearest(cells, unknown, most, count)
                assert (way is None) == (least is None)
                if way is not None:
                    assert sum(map(abs, way.values())) == pytest.approx(least)
                    change = np.array([way.get(other, 0.0) for other in range(len(unknown))])
                    assert np.abs(dense(cells) @ change).max() < 1e-6
                    assert all(unknown[other] for other in way)
        some = draw.choice(len(unknown), size=3, replace=False).tolist()
        shown = [count for count in some if unknown[count]]
        programme.fix(shown)
        for count in shown:
            unknown[count] = False
        if draw.random() < 0.5:
            for count in shown:
                unknown[count] = True
            programme.free(shown)


def test_the_solver_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    cells, unknown, most = made_up(1)
    count = next(count for count, value in enumerate(cells.values) if unknown[count] and value <= 5)
    programme = Programme(cells, unknown, cells.least.__getitem__, most.__getitem__, relaxed=False)
    with contextlib.redirect_stdout(io.StringIO()):
        programme.not_reaching([count])
        programme.ways_out([count])
    assert capfd.readouterr() == ("", "")


def test_the_made_up_counts_hold_every_kind_of_answer() -> None:
    found = set()
    for seed in range(40):
        cells, unknown, most = made_up(seed)
        programme = Programme(cells, unknown, cells.least.__getitem__, most.__getitem__, relaxed=False)
        wanted = [count for count, value in enumerate(cells.values) if unknown[count] and value <= 5]
        low = programme.not_reaching(wanted)
        found |= {("reaches", count not in low) for count in wanted}
        found |= {("spans", programme.spans_enough(count)) for count in low}
    assert len(found) == 4


def test_each_solve_has_the_whole_time_though_highs_adds_up_the_runs_of_a_model() -> None:
    asked: dict[str, float] = {}
    busy = SimpleNamespace(
        setOptionValue=asked.__setitem__, getRunTime=lambda: 1000.0, run=lambda: asked.update(run=asked["time_limit"]),
        getInfo=lambda: SimpleNamespace(primal_solution_status=2),
        getSolution=lambda: SimpleNamespace(col_value=[3.0]),
    )  # fmt: skip
    assert _solution(busy) == [3.0]
    assert asked["run"] == 1000.0 + TIME_LIMIT
