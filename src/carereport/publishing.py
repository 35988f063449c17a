"""Recording that a quarter's public report went out: from then on its figures stand as they were published."""

from __future__ import annotations

import json
from pathlib import Path

from carereport.faults import ConfigurationError, Fault, UsageError
from carereport.history import figures_of, freeze
from carereport.project import history_home
from carereport.quarters import Quarter
from carereport.report.manifest import NAME, verify
from carereport.staging import project_lock


def publish(root: Path, quarter: Quarter, out: Path | None = None, area: str = "") -> tuple[bool, list[Fault]]:
    """Freeze a quarter's figures in history; return whether they were frozen before, and what to look at.

    `area` is the council whose report went out, where it was built with --area or --all-areas.

    Raises:
        UsageError: there is no public report of the quarter, or the code of the area could not be one.
        ConfigurationError: its files, or its figures in history, differ from what was built.
        BusyError: a build is at work.
    """
    home, asked = history_home(root, area), f" --area {area}" if area else ""
    folder = (out or root / "output") / area / quarter.name
    if not (folder / NAME).is_file():
        raise UsageError(
            Fault("PU001", "error", f"there is no public report of {quarter.name} in {folder.parent.name}",
                  f"carereport build --quarter {quarter.name}{asked} --final")
        )  # fmt: skip
    wrong = verify(folder)
    if wrong:
        raise ConfigurationError(wrong)
    with project_lock(root):
        held = figures_of(home, quarter)
        figures = folder / "figures.csv"
        if held is None or (figures.is_file() and figures.read_text(encoding="utf-8") != held):
            raise ConfigurationError(
                Fault("PU002", "error", f"the report of {quarter.name} is not the one that history holds",
                      f"carereport build --quarter {quarter.name}{asked}, then publish")
            )  # fmt: skip
        before = bool(freeze(home, quarter))
    manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    draft = manifest.get("state") == "draft"
    faults = (
        [Fault("PU003", "warning", "what was published is a draft", "build with --final next time")] if draft else []
    )
    return before, faults
