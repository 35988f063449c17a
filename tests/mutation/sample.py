"""A cut-down copy of the sample: eight of its files with one child in twenty, and the indicators that they feed."""

from __future__ import annotations

import csv
import random
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from carereport.checking import input_faults
from carereport.extracts import InputFile, read_extracts
from carereport.faults import ExtractError, Fault
from carereport.history import record
from carereport.measures import measure
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from carereport.settings import Table
from tests.mutation.damage import Sheet

ROOT = Path(__file__).parents[2]
QUARTER = Quarter.parse("Q2-2025")
TABLES = (
    "contacts", "referrals", "assessments", "child_protection_plans", "people", "episodes", "periods_of_care",
    "placements", "section_47", "workforce",
)  # fmt: skip
FILES = [name for name in TABLES if name not in ("periods_of_care", "placements")]
SHARE = 20
MOST_OF_A_TABLE = 2
"""Indicators that are counted from one table; more take longer and find no more."""


@dataclass
class Sample:
    """The cut-down project, read once, and what it gives undamaged."""

    root: Path

    @cached_property
    def project(self) -> Project:
        return load_project(self.root)

    @cached_property
    def sound(self) -> pd.DataFrame:
        faults, figures = self.outcome(self.root / "data")
        assert figures is not None and not [f for f in faults if f.severity != "note"], faults
        return figures

    @cached_property
    def words(self) -> set[str]:
        """What messages may say: all words of the settings."""
        return set(tokens((self.root / "config" / "extracts.yaml").read_text(encoding="utf-8")))

    def outcome(self, data: Path) -> tuple[list[Fault], pd.DataFrame | None]:
        """Return the findings on a folder of extracts and the figures, None where the extracts are refused."""
        try:
            extracts = read_extracts(self.project, data, QUARTER)
        except ExtractError as error:
            return list(error.faults), None
        faults = [*extracts.faults, *input_faults(self.project, data, QUARTER, extracts)]
        if any(fault.severity == "warning" for fault in faults):
            return faults, pd.DataFrame()
        measured = measure(self.project, extracts, QUARTER)
        return faults, measured.figures

    def sheet(self, table: str, chance: random.Random) -> Sheet:
        """Return a table's file, undamaged."""
        settings = self.project.extracts.tables[table]
        path = next(iter(sorted((self.root / "data").glob(settings.files[0]))))
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = list(csv.reader(handle))
        return Sheet(path.name, header, rows, _kinds(settings, header, self.project), chance)

    @cached_property
    def kinds(self) -> dict[str, set[str]]:
        """Return what the columns of each table's file hold."""
        return {name: set(self.sheet(name, random.Random()).columns) for name in FILES}


def tokens(text: str) -> list[str]:
    """Return the words of a text, with what may stand inside ids and dates."""
    return "".join(mark if mark.isalnum() or mark in "/-:.+" else " " for mark in text).split()


def _kinds(table: Table, header: list[str], project: Project) -> dict[str, list[int]]:
    """Return the file's columns by what they hold."""
    spell = table.spell or ("", "")
    kinds: dict[str, list[int]] = {}
    others = project.extracts.tables.values()
    looks = any(
        spec.lookup for other in others for spec in other.columns.values() if _is_read_from(table, other, project)
    )
    for name, spec in table.columns.items():
        if not spec.from_:
            continue
        place = header.index(spec.from_[0])
        found: list[str] = [spec.type or "text"]
        found += ["child"] if name == "child_id" else []
        found += ["key"] if name in table.key else []
        found += ["birth"] if name == "birth" else []
        found += ["start"] if name == spell[0] else ["end"] if name == spell[1] else []
        found += ["event"] if name in (table.date, spell[0]) else []
        found += ["required"] if not spec.optional else []
        found += ["listed"] if spec.codes else []
        for kind in found:
            kinds.setdefault(kind, []).append(place)
    if looks and "child" in kinds:
        kinds["lookup"] = kinds["child"]
    if len(table.key) == 1 and spell[0]:
        kinds["id"] = kinds["key"]
    return kinds


def _is_read_from(table: Table, other: Table, project: Project) -> bool:
    return other is table or (other.chain is not None and project.extracts.tables[other.chain.from_] is table)


def cut_down(folder: Path) -> Sample:
    """Write the cut-down project into a folder, with a history of the quarter before."""
    settings: dict[str, Any] = yaml.safe_load((ROOT / "config" / "extracts.yaml").read_text(encoding="utf-8"))
    settings["tables"] = {name: settings["tables"][name] for name in TABLES}
    indicators: dict[str, Any] = yaml.safe_load((ROOT / "config" / "indicators.yaml").read_text(encoding="utf-8"))
    fed: dict[str, dict[str, Any]] = {}
    for name, spec in indicators["indicators"].items():
        if _is_fed(spec) and sum(other["from"] == spec["from"] for other in fed.values()) < MOST_OF_A_TABLE:
            fed[name] = {key: value for key, value in spec.items() if key not in ("benchmarks", "pair")}
            fed[name]["breakdowns"] = spec.get("breakdowns", [])[:2]
    (folder / "config").mkdir(parents=True)
    for name, document in (("extracts", settings), ("indicators", {"indicators": fed})):
        text = yaml.dump(document, sort_keys=False, allow_unicode=True, Dumper=_Plain)
        (folder / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "config" / "population.csv", folder / "config")
    (folder / "data").mkdir()
    sample = Sample(folder)
    inputs = []
    for name, table in sample.project.extracts.tables.items():
        for path in sorted((ROOT / "sample_data").glob(table.files[0])) if table.files else []:
            count = _cut(path, folder / "data" / path.name, table)
            inputs.append(InputFile(path.name, f"before {path.name}", count, name))
    record(folder, Quarter.parse("Q1-2025"), "", inputs)
    return sample


class _Plain(yaml.SafeDumper):
    """Writes every value out: anchors are not allowed in settings."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _is_fed(spec: dict[str, Any]) -> bool:
    looked = " ".join(str(spec.get(part, "")) for part in ("where", "count", "of"))
    asks = any(word in looked for word in ("_within(", "latest("))
    return spec.get("from") in TABLES and (not asks or "placements" in looked)


def _cut(source: Path, target: Path, table: Table) -> int:
    """Copy the rows of every twentieth child (of all where there are no children); return how many."""
    with source.open(encoding="utf-8", newline="") as handle:
        header, *rows = list(csv.reader(handle))
    child = table.columns.get("child_id")
    if child is not None:
        place = header.index(child.from_[0])
        rows = [row for row in rows if int(row[place]) % SHARE == 0]
    with target.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])
    return len(rows)
