"""A council's project in a folder of its own, built and checked by the command line."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from carereport.cli.main import cli

COUNCILS = Path(__file__).parent
Key = tuple[str, str, str, str, str]
"""Indicator, period kind, period start, breakdown, category."""


@dataclass(frozen=True)
class Figure:
    numerator: float | None
    denominator: float | None
    value: float | None
    marker: str


def start(council: str, folder: Path) -> Path:
    """Copy a council's settings into a folder and return it."""
    shutil.copytree(COUNCILS / council, folder / council)
    return folder / council


def run(*arguments: object) -> Result:
    """Run a command and return what it said; an unexpected fault fails the test."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def checked(root: Path, data: Path, *more: str) -> dict[str, Any]:
    """Return the document of `check --json`."""
    result = run("check", "--project", root, "--data", data, "--json", *more)
    document: dict[str, Any] = json.loads(result.stdout)
    assert document["exit"] == result.exit_code
    return document


def figures(root: Path, data: Path, quarter: str, out: Path, exit_code: int) -> dict[Key, Figure]:
    """Build a quarter without suppression and return its figures."""
    result = run(
        "build", "--project", root, "--data", data, "--quarter", quarter, "--out", out, "--format", "csv,json",
        "--audience", "internal",
    )  # fmt: skip
    assert result.exit_code == exit_code, result.stderr
    with (out / f"{quarter}-internal" / "figures.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["indicator"], row["period_kind"], row["period_start"], row["breakdown"], row["category"]): Figure(
                _number(row["numerator"]), _number(row["denominator"]), _number(row["value"]), row["marker"]
            )
            for row in csv.DictReader(handle)
        }


def _number(text: str) -> float | None:
    return float(text) if text else None
