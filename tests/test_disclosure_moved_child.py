"""Moving a child between hidden cells changes no byte of what is published."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from carereport.build import Options, run_build
from carereport.disclosure import disclose
from carereport.quarters import Quarter, add_months
from carereport.report.figures_csv import figures_text
from tests.disclosure_rows import QUARTER, indicator, project, rows

EXTRACTS = """
tables:
  plans:
    files: plans.csv
    key: [plan_id]
    covers: all
    extracted: 2025-10-14
    columns:
      plan_id: {from: Plan, type: id}
      child_id: {from: Child, type: id}
      start_date: {from: Start, type: date, formats: ["%Y-%m-%d"]}
      ward: {from: Ward, type: code}
      late: {from: Late, type: code}
"""
INDICATORS = """
indicators:
  plans_started:
    name: Plans started
    section: protection
    kind: count
    from: plans
    when: start_date
    polarity: neither
    breakdowns: [ward]
  plans_late:
    name: Plans started late
    section: protection
    kind: percentage
    from: plans
    when: start_date
    count: "late = 'yes'"
    polarity: low
    target: {value: 20, basis: local, reason: a test}
    breakdowns: [ward]
"""


def write_project(root: Path, north: int, south: int) -> None:
    """Write a council where `north` and `south` plans started in two small wards in each quarter."""
    (root / "config").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "config" / "extracts.yaml").write_text(EXTRACTS, encoding="utf-8")
    (root / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    lines = ["Plan,Child,Start,Ward,Late"]
    for place, month in enumerate(add_months(date(2024, 4, 1), n) for n in range(18)):
        small = {"north": north, "south": south} if month >= date(2025, 7, 1) and month.month == 8 else {}
        for ward, size in {"east": 20, "west": 30, **small}.items():
            for number in range(size):
                late = "yes" if number % 3 == 0 and ward in ("east", "west") else "no"
                lines.append(f"{place}-{ward}-{number},c{len(lines)},{month.replace(day=12)},{ward},{late}")
    (root / "data" / "plans.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def published(root: Path) -> dict[str, str]:
    """Build the public report; return each file's hash."""
    result = run_build(Options(root=root, quarter=Quarter(2025, 2)))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(result.folders[0].iterdir())}


def test_moving_a_child_changes_no_byte_of_any_public_file(tmp_path: Path) -> None:
    write_project(tmp_path / "one", north=2, south=4)
    write_project(tmp_path / "other", north=4, south=2)
    first = published(tmp_path / "one")
    assert {"figures.csv", "findings.json", "manifest.json", "report.html", "report.pdf"} <= set(first)
    assert published(tmp_path / "other") == first


def report(cells) -> str:
    return figures_text(disclose(rows("plans", cells), project({"plans": indicator()}), QUARTER).figures)


@pytest.mark.parametrize("seed", range(40))
def test_hidden_numbers_of_a_table_may_be_anything_in_their_bands(seed: int) -> None:
    draw = np.random.default_rng(seed)
    names = ["a", "b", "c", "d", "e", "f"]
    parts = {name: int(n) for name, n in zip(names, draw.choice([0, 1, 2, 3, 5, 8, 14, 30], size=6), strict=True)}
    total = sum(parts.values())
    first = {("Q2", "total"): total, **{("Q2", name): n for name, n in parts.items()}}
    text = report(first)
    hidden = [name for name in names if f",ward,{name},,,," in text]
    if f",total,total,{total}," not in text or len(hidden) < 2:
        return
    tried = 0
    for _ in range(20):
        giver, taker = draw.choice(hidden, size=2, replace=False)
        moved = {**parts, giver: parts[giver] - 1, taker: parts[taker] + 1}
        if all((1 <= moved[name] <= 5) == (1 <= parts[name] <= 5) and moved[name] for name in (giver, taker)):
            tried += 1
            assert report({("Q2", "total"): total, **{("Q2", name): n for name, n in moved.items()}}) == text

