"""The house rules that a machine can check: style, types, the order of rooms, sizes, the lock."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "carereport"
LONGEST = 400


def run(*command: str) -> None:
    """Run a checker over the repository; fail with what it says."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_ruff_finds_nothing() -> None:
    run(sys.executable, "-m", "ruff", "check", "--output-format", "concise", ".")


def test_every_type_holds() -> None:
    run(sys.executable, "-m", "mypy")


def test_rooms_import_only_what_lies_before_them() -> None:
    run(str(Path(sys.executable).with_name("lint-imports")))


def test_modules_stay_short_enough_to_read() -> None:
    long = {
        path.relative_to(SOURCE).as_posix(): lines
        for path in SOURCE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    del extras["spark"]  # the platform brings its own
    groups = [project["dependencies"], *extras.values(), ["hatchling"]]
    wanted = {re.split(r"[\[><=~; ]", text)[0].lower() for group in groups for text in group} - {"carereport"}
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert wanted - locked == set(), "run: tools/lock"
