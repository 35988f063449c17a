"""`verify` finds any byte of what was published that is no longer as it was, those of the manifest included."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from carereport.build import Options, run_build
from carereport.quarters import Quarter
from carereport.report.manifest import verify
from tests.small_council import small_council

QUARTER = Quarter(2025, 2)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_council(tmp_path_factory.mktemp("verify") / "project")
    return run_build(Options(root, QUARTER, formats=("csv", "json", "html", "xlsx"))).folders[0]


def test_what_was_published_is_as_it_was(report: Path) -> None:
    assert verify(report) == []


def test_a_single_changed_byte_is_found_wherever_it_is(report: Path) -> None:
    chance = random.Random(2025)
    for path in sorted(report.iterdir()):
        held = path.read_bytes()
        every = range(len(held)) if path.name == "manifest.json" else chance.sample(range(len(held)), 40)
        for place in every:
            changed = bytearray(held)
            changed[place] ^= 1
            path.write_bytes(changed)
            found = verify(report)
            assert found, f"byte {place} of {path.name}"
            assert path.name in {fault.file for fault in found} or path.name == "manifest.json"
        path.write_bytes(held)
    assert verify(report) == []


def test_a_byte_more_or_less_is_found(report: Path) -> None:
    for path in sorted(report.iterdir()):
        held = path.read_bytes()
        for changed in (held + b"\n", held[:-1]):
            path.write_bytes(changed)
            assert verify(report), path.name
        path.write_bytes(held)
