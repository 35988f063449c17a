"""Whatever fails while a report is written, the old report stands or the new one does: never a mixture."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from carereport.build import Options, run_build
from carereport.quarters import Quarter
from carereport.report.manifest import verify
from tests.injection.faults import ERRORS, build_with_fault
from tests.small_council import small_council, write_extracts

FORMATS = ("csv", "json")
QUARTER = Quarter(2025, 2)
Versions = tuple[Path, dict[str, str], dict[str, str]]
"""A project with its old report and changed extracts, and the contents of the old and the new report."""
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="faults are planted in forked processes")


def contents(folder: Path) -> dict[str, str]:
    """Return the files of a report by name, with the hash of each."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def options(root: Path) -> Options:
    return Options(root, QUARTER, formats=FORMATS)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    """Return a project with its old report built and changed extracts, and both reports' contents."""
    root = small_council(tmp_path_factory.mktemp("council") / "project")
    run_build(options(root))
    old = contents(root / "output" / QUARTER.name)
    write_extracts(root, more=40)
    ahead = root.with_name("ahead")
    shutil.copytree(root, ahead)
    run_build(options(ahead))
    return root, old, contents(ahead / "output" / QUARTER.name)


def fresh(versions: Versions, folder: Path) -> Path:
    root = folder / "project"
    shutil.copytree(versions[0], root)
    return root


def leftovers(root: Path) -> list[str]:
    return [path.name for path in (root / "output").iterdir() if path.name.startswith(".")]


def operations(versions: Versions, folder: Path) -> int:
    return build_with_fault(options(fresh(versions, folder)), 0, "EIO")[1]


@pytest.mark.parametrize("fault", ["ENOSPC", "SIGKILL"])
def test_a_fault_at_some_writes_leaves_the_old_report_or_the_new(
    versions: Versions, tmp_path: Path, fault: str
) -> None:
    survive(versions, tmp_path, fault, every=3)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*ERRORS, "SIGKILL"])
def test_a_fault_at_any_write_leaves_the_old_report_or_the_new(versions: Versions, tmp_path: Path, fault: str) -> None:
    survive(versions, tmp_path, fault, every=1)


def survive(versions: Versions, tmp_path: Path, fault: str, every: int) -> None:
    """Plant the fault at every `every`-th operation in turn; each time look at what stands, then build again."""
    _, old, new = versions
    total = operations(versions, tmp_path / "count")
    assert total > 15
    for number in range(1, total + 1, every):
        root = fresh(versions, tmp_path / f"{fault}-{number}")
        code, _ = build_with_fault(options(root), number, fault)
        stands = contents(root / "output" / QUARTER.name) if (root / "output" / QUARTER.name).exists() else None
        if stands is None:  # killed between the two moves of the swap: the next start puts the old one back
            assert fault == "SIGKILL"
        else:
            assert stands in (old, new), f"operation {number}"
            assert not verify(root / "output" / QUARTER.name)
        assert code != 99, f"operation {number} ended in an internal error"
        if code == 0:
            assert stands == new
        run_build(options(root))
        assert contents(root / "output" / QUARTER.name) == new
        assert leftovers(root) == []
        shutil.rmtree(root.parent)


def start(root: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "carereport", "build", "--quarter", "Q2-2025", "--project", str(root),
               "--format", "csv,json"]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_signal_at_any_time_leaves_the_old_report_or_the_new(
    versions: Versions, tmp_path: Path, sent: signal.Signals
) -> None:
    _, old, new = versions
    root = fresh(versions, tmp_path)
    began = time.monotonic()
    start(root).wait()
    whole = time.monotonic() - began
    chance = random.Random(int(sent))
    for _ in range(3):
        write_extracts(root, more=40)
        process = start(root)
        time.sleep(whole * chance.uniform(0.1, 1.0))
        process.send_signal(sent)
        code = process.wait()
        run_build(options(root))
        assert contents(root / "output" / QUARTER.name) in (old, new)
        assert leftovers(root) == []
        assert code in (0, -int(sent), 128 + int(sent))


def test_twenty_starts_at_once_make_one_report_and_the_rest_say_busy(versions: Versions, tmp_path: Path) -> None:
    root = fresh(versions, tmp_path)
    processes = [start(root) for _ in range(20)]
    codes = [process.wait() for process in processes]
    assert 0 in codes
    assert set(codes) <= {0, 6}
    assert contents(root / "output" / QUARTER.name) == versions[2]
    assert leftovers(root) == []


def test_no_temporary_file_outlives_a_build(tmp_path: Path) -> None:
    root, temporary = small_council(tmp_path / "project"), tmp_path / "temporary"
    temporary.mkdir()
    started = _start_pdf(root, temporary)
    assert started.wait(timeout=120) in (0, 1)
    assert list(temporary.iterdir()) == []


def test_no_temporary_file_outlives_a_killed_build(tmp_path: Path) -> None:
    root, temporary = small_council(tmp_path / "project"), tmp_path / "temporary"
    temporary.mkdir()
    started = _start_pdf(root, temporary)
    _until(lambda: any(temporary.glob("carereport-*/*")))
    started.kill()
    started.wait()
    _until(lambda: not list(temporary.iterdir()))


def _start_pdf(root: Path, temporary: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "carereport", "build", "--project", str(root), "--data", str(root / "data"),
               "--quarter", QUARTER.name, "--format", "pdf"]  # fmt: skip
    return subprocess.Popen(command, env={**os.environ, "TMPDIR": str(temporary)}, stderr=subprocess.DEVNULL)


def _until(holds: Callable[[], bool]) -> None:
    last = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.02)
