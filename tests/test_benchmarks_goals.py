"""The benchmarks: every means counts the same, and a goal says by itself whether it is reached."""

from pathlib import Path

import pytest

from benchmarks.goals import Goal, slope
from benchmarks.peers import PEERS
from benchmarks.region import write_region


def test_every_means_counts_the_same_facts(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    pytest.importorskip("duckdb")
    write_region(tmp_path, areas=2, rows=8_000)
    counted = {name: count(tmp_path / "data") for name, count in PEERS.items() if name != "scan"}
    assert len(set(counted.values())) == 1, counted
    assert min(counted["polars by hand"]) > 8_000


@pytest.mark.parametrize(
    ("goal", "line"),
    [
        (Goal("a", 1.5, " x", 1.5), "| a | ≤ 1.5 x | 1.5 x | yes |"),
        (Goal("a", 6, " s", 8.538), "| a | ≤ 6 s | 8.54 s | **no** |"),
        (Goal("a", 90, " %", 97.2, at_least=True), "| a | ≥ 90 % | 97.2 % | yes |"),
        (Goal("a", 3, " x", 2.2, at_least=True), "| a | ≥ 3 x | 2.2 x | **no** |"),
        (Goal("a", 3, " x", why="no Chromium"), "| a | ≤ 3 x | not measured: no Chromium | |"),
    ],
)  # fmt: skip
def test_a_goal_says_whether_it_is_reached(goal: Goal, line: str) -> None:
    assert goal.line() == line


def test_growth_is_one_in_proportion_and_less_where_there_is_a_fixed_cost() -> None:
    found = {rows: {"a": {"cpu": rows / 1000}, "b": {"cpu": 5 + rows / 1000}} for rows in (1_000, 10_000, 100_000)}
    assert slope(found, "a", "cpu") == pytest.approx(1)
    assert 0 < slope(found, "b", "cpu") < 0.9
