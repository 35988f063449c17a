"""Each kind of damage to the sample's extracts is refused, warned of, or proven to change no figure; no cell is said.

The default run tries each kind once; `pytest -m slow tests/mutation` tries each with 25 seeds.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd
import pytest

from carereport.printing import as_csv, as_json, as_text
from tests.mutation.damage import KINDS, Kind
from tests.mutation.sample import Sample, cut_down, tokens


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    made = cut_down(tmp_path_factory.mktemp("cut") / "project")
    assert len(made.sound) > 1000  # undamaged, nothing is warned of
    return made


def damaged(sample: Sample, kind: Kind, seed: int, folder: Path) -> tuple[Path, set[str]]:
    """Write the extracts with one file damaged; return the folder and that file's cells, sound and damaged."""
    chance = random.Random(f"{kind.name} {seed}")
    tables = [name for name, held in sample.kinds.items() if held.issuperset(kind.needs)]
    sheet = sample.sheet(chance.choice(tables), chance)
    cells = {cell for row in sheet.rows for cell in row}
    content = kind.do(sheet)
    cells |= {cell for row in sheet.rows for cell in row}
    data = folder / "data"
    shutil.copytree(sample.root / "data", data, copy_function=shutil.copyfile)
    (data / sheet.name).unlink()
    if content is not None:
        (data / sheet.name).write_bytes(content)
    telling = {cell for cell in cells if len(cell) >= 6 and any(mark.isdigit() for mark in cell)}
    return data, telling


def try_damage(sample: Sample, kind: Kind, seed: int, folder: Path) -> None:
    data, cells = damaged(sample, kind, seed, folder)
    faults, figures = sample.outcome(data)
    said = "\n".join([*map(as_text, faults), as_json(faults, 0), as_csv(faults)])
    leaked = (set(tokens(said)) & cells) - sample.words
    assert not leaked, f"{kind.name} {seed}: cells were said"
    refused = figures is None
    warned = any(fault.severity == "warning" for fault in faults)
    if kind.harmless or not (refused or warned):
        assert not refused and not warned, f"{kind.name} {seed}: {said}"
        pd.testing.assert_frame_equal(figures, sample.sound, obj=f"figures of {kind.name} {seed}")
    if refused:
        assert any(fault.severity == "error" and fault.help for fault in faults)


def test_there_are_at_least_40_kinds_of_damage() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 40


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_damage_is_refused_warned_of_or_changes_no_figure(sample: Sample, kind: Kind, tmp_path: Path) -> None:
    try_damage(sample, kind, 0, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_damage_with_25_seeds(sample: Sample, kind: Kind, tmp_path: Path) -> None:
    for seed in range(1, 26):
        try_damage(sample, kind, seed, tmp_path / str(seed))
