"""A project of three small tables, to be damaged one way at a time; what `check` says of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.councils.run import run

EXTRACTS = """\
extracted: 2025-10-06
tables:
  people:
    files: "people*.csv"
    covers: all
    key: child_id
    columns:
      child_id: {from: "Child ID", type: id}
      birth: {from: Born, type: date, formats: "%d/%m/%Y", optional: true}
      area: {from: Authority, type: code}
  plans:
    files: "plans*.csv"
    covers: all
    spell: [start, end]
    key: [child_id, start]
    columns:
      child_id: {from: "Child ID", type: id}
      start: {from: Start, type: date, formats: ["%d/%m/%Y", "%Y-%m-%d"]}
      end: {from: End, type: date, formats: ["%d/%m/%Y", "%Y-%m-%d"], optional: true}
      category: {from: Category, type: code, codes: {NEG: neglect, EMO: emotional}}
      visits: {from: Visits, type: number, max: 50}
      birth: {lookup: people.birth}
  contacts:
    files: "contacts*.csv"
    covers: {from: 2024-10-01, by: received}
    date: received
    columns:
      child_id: {from: "Child ID", type: id}
      received: {from: Received, type: date, formats: "%d/%m/%Y"}
      team: {from: Team, type: code}
      note: {from: Note, type: text, optional: true}
"""
INDICATORS = """\
indicators:
  plans:
    name: Plans
    section: protection
    kind: count
    from: plans
    open: [start, end]
    polarity: neither
    breakdowns: [category, age_band]
  contacts:
    name: Contacts
    section: front_door
    kind: count
    from: contacts
    when: received
    polarity: neither
"""
REPORT = "council: {name: Ashcombe, area: E06000016}\n"
CHILDREN = ("0047110", "0047121", "0047132", "0047143", "0047154", "0047165")
PEOPLE = "Child ID,Born,Authority\n" + "".join(
    f"{child},{day:02d}/05/2014,E06000016\n" for day, child in enumerate(CHILDREN, start=11)
)
PLANS = "Child ID,Start,End,Category,Visits\n" + "".join(
    f"{child},{day}/0{month}/2025,{end},{category},{visits}\n"
    for child, day, month, end, category, visits in (
        (CHILDREN[0], 13, 1, "27/06/2025", "NEG", 11), (CHILDREN[1], 14, 2, "", "EMO", 12),
        (CHILDREN[2], 17, 3, "", "NEG", 13), (CHILDREN[3], 19, 6, "28/08/2025", "EMO", 14),
        (CHILDREN[4], 22, 9, "", "NEG", 15),
    )
)  # fmt: skip
CONTACTS = "Child ID,Received,Team,Note\n" + "".join(
    f"{CHILDREN[month % 6]},{10 + month}/{month:02d}/2025,Team Alder,rang twice\n" for month in range(1, 10)
)


@dataclass(frozen=True)
class Small:
    """The project's folder, and the ways to change it."""

    root: Path

    def write(self, name: str, content: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def replace(self, name: str, old: str, new: str, times: int = -1) -> None:
        text = self.read(name)
        assert old in text, f"{name} does not hold what is to be replaced"
        self.write(name, text.replace(old, new, times))

    def append(self, name: str, text: str) -> None:
        self.write(name, self.read(name) + text)

    def check(self, *more: str, quarter: str = "Q2-2025") -> tuple[dict[str, Any], str]:
        """Return what `check` says, as its document and as text; both have one exit code and name no cell."""
        arguments = ("check", "--project", self.root, "--data", self.root / "data", "--quarter", quarter, *more)
        text, document = run(*arguments), run(*arguments, "--json")
        found: dict[str, Any] = json.loads(document.stdout)
        assert found["exit"] == document.exit_code == text.exit_code
        assert not document.stderr and not text.stdout
        for said in (document.stdout, text.stderr):
            for cell in self.cells():
                assert cell not in said, f"a cell of an extract was said: {cell} in {said}"
        return found, text.stderr

    def cells(self) -> set[str]:
        """Return the data's cells that are long enough to be told from other words; the header is none."""
        found: set[str] = set()
        for path in (self.root / "data").glob("*.csv"):
            text = path.read_bytes().decode("utf-8", errors="ignore").replace("\x00", "")
            rows = list(csv.reader(io.StringIO(text, newline="")))  # a workbook may hold any sign
            if rows and not any(mark.isdigit() for cell in rows[0] for mark in cell):
                rows = rows[1:]
            found |= {
                cell.strip() for row in rows for part in row for cell in part.split(";") if len(cell.strip()) >= 5
            }
        return found - {"E06000016", "Child ID", "Start", "Category", "Visits"}


def replaced(name: str, old: str, new: str, times: int = -1) -> Callable[[Small], None]:
    """Return a change that replaces a text of a file, which must hold it."""
    return lambda small: small.replace(name, old, new, times)


def written(name: str, content: str | bytes) -> Callable[[Small], None]:
    """Return a change that writes a file."""
    return lambda small: small.write(name, content)


def small_project(folder: Path) -> Small:
    """Write the sound project and return it."""
    small = Small(folder)
    for name, text in (
        ("config/extracts.yaml", EXTRACTS), ("config/indicators.yaml", INDICATORS), ("config/report.yaml", REPORT),
        ("data/people.csv", PEOPLE), ("data/plans.csv", PLANS), ("data/contacts.csv", CONTACTS),
    ):  # fmt: skip
        small.write(name, text)
    return small


def the(document: dict[str, Any], code: str, file: str | None = None) -> dict[str, Any]:
    """Return the one finding of a code (in a file)."""
    held = [finding for finding in document["findings"] if finding["code"] == code and file in (None, finding["file"])]
    assert len(held) == 1, f"{code}: {[(f['code'], f['message']) for f in document['findings']]}"
    return held[0]  # type: ignore[no-any-return]
