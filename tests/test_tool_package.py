"""The installed package: the wheel carries what init needs, and a project it starts can be built."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from carereport.starting.starter import FOLDERS, start_project

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the unpacked wheel."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "carereport", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(command, env=environment, cwd=installed, capture_output=True, text=True, check=False)


def test_the_wheel_carries_the_project_that_init_writes(installed: Path) -> None:
    for folder in FOLDERS:
        if not (ROOT / folder).is_dir():
            continue
        source = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        packed = installed / "carereport" / "packed"
        carried = {path.relative_to(packed) for path in (packed / folder).rglob("*") if path.is_file()}
        assert carried == source


def test_a_started_project_is_checked_and_built(installed: Path, tmp_path: Path) -> None:
    project = tmp_path / "my council"
    started = run(installed, "init", project)
    assert started.returncode == 0
    assert str(project) in started.stdout
    built = run(installed, "build", "--project", project, "--quarter", "Q2-2025", "--format", "csv")
    assert built.returncode in (0, 1), built.stderr
    assert (project / "output" / "Q2-2025" / "figures.csv").is_file()


def test_init_leaves_existing_files_alone(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    own = tmp_path / "config" / "report.yaml"
    own.write_text("council: {name: Mine}\n", encoding="utf-8")
    written, kept = start_project(tmp_path)
    assert kept == 1
    assert own.read_text(encoding="utf-8") == "council: {name: Mine}\n"
    assert start_project(tmp_path) == (0, written + kept)
