"""A made-up council of a few rows, written to a folder: YAML, CSV and the figures measured from them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from carereport.extracts import read_extracts
from carereport.faults import Fault
from carereport.measures import measure
from carereport.project import load_project
from carereport.quarters import Quarter

QUARTER = Quarter(2025, 2)
"""July to September 2025."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """What was measured, with short ways to ask for a figure."""

    figures: pd.DataFrame
    faults: tuple[Fault, ...]

    def row(self, indicator: str, kind: str, start: str, breakdown: str = "total", category: str = "total") -> Any:
        """Return the one row of a figure, None where there is none."""
        held = self.figures
        found = held[
            (held["indicator"] == indicator)
            & (held["period_kind"] == kind)
            & (held["breakdown"] == breakdown)
            & (held["category"] == category)
            & (held["period_start"] == pd.Timestamp(start))
        ]
        assert len(found) <= 1
        return None if found.empty else found.iloc[0]

    def value(self, indicator: str, kind: str, start: str, *place: str) -> float | None:
        """Return a figure's value; None where it is empty, an error where it has no row."""
        found = self.row(indicator, kind, start, *place)
        assert found is not None, f"no {kind} of {indicator} from {start}"
        return None if found["value"] != found["value"] else float(found["value"])

    def said(self, code: str) -> list[str]:
        """Return the messages of a finding."""
        return [fault.message for fault in self.faults if fault.code == code]


def table(columns: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """Return a table of extracts.yaml whose headers are its column names; `date?` means an optional date."""
    made = {}
    for name, kind in columns.items():
        spec: dict[str, Any] = {"from": name, "type": kind.rstrip("?")}
        if kind.startswith("date"):
            spec["formats"] = ["%Y-%m-%d"]
        if kind.endswith("?"):
            spec["optional"] = True
        made[name] = spec
    return {"columns": made, **more}


def outcome(
    folder: Path,
    tables: Mapping[str, Mapping[str, Any]],
    indicators: Mapping[str, Mapping[str, Any]],
    rows: Mapping[str, Rows],
    *,
    quarter: Quarter = QUARTER,
    extracted: date = date(2025, 10, 14),
    population: str = "",
    engine: str = "pandas",
    extracts: Mapping[str, Any] | None = None,
) -> Outcome:
    """Write a project, read it back and measure it."""
    (folder / "config").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    held = {name: ({} if "chain" in spec else {"files": f"{name}.csv"}) | dict(spec) for name, spec in tables.items()}
    named = {
        name: {"name": name, "section": "front_door", "polarity": "neither", **spec}
        for name, spec in indicators.items()
    }
    document = {"extracted": extracted.isoformat(), **(extracts or {}), "tables": held}
    # JSON is YAML, but for days, which stand without quotes.
    (folder / "config/extracts.yaml").write_text(json.dumps(document), encoding="utf-8")
    (folder / "config/indicators.yaml").write_text(json.dumps({"indicators": named}), encoding="utf-8")
    (folder / "config/report.yaml").write_text('{"council": {"name": "Ash", "area": "E06000016"}}', encoding="utf-8")
    (folder / "config/population.csv").write_text("area,year,group,value,source\n" + population, encoding="utf-8")
    for name, cells in rows.items():
        columns = list(held[name]["columns"])
        columns = [column for column in columns if "lookup" not in held[name]["columns"][column]]
        frame = pd.DataFrame([{c: row.get(c) for c in columns} for row in cells], columns=columns, dtype=object)
        frame.to_csv(folder / f"data/{name}.csv", index=False)
    project = load_project(folder)
    read = read_extracts(project, folder / "data", quarter)
    measured = measure(project, read, quarter, engine)
    return Outcome(measured.figures, measured.faults)
