"""A canary in every cell that no report may show: none is in any stream, output, history, log or temporary file."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest

from tests.councils.run import run
from tests.small_project import CHILDREN, CONTACTS, PEOPLE, PLANS, Small, small_project

CANARIES = {child: f"ZQ{number}canary" for number, child in enumerate(CHILDREN)}
TEXTS = {"Team Alder": "ZQteamcanary", "rang twice": "ZQnotecanary and another canary"}
DAMAGE = {
    "none": ("", ""),
    "short_row": (",NEG,13", ",NEG"),
    "no_date": ("17/03/2025", "ZQdatecanary"),
    "no_number": ("NEG,13", "NEG,ZQnumbercanary"),
    "unknown_code": ("NEG,13", "ZQcodecanary,13"),
    "open_quote": ("NEG,13", '"NEG,13'),
    "no_header": (PLANS.split("\n", 1)[0] + "\n", ""),
    "header_run_into_rows": ("Visits\n", '"Visits\n'),
    "control_character": ("NEG,13", "NE\x07G,13"),
    "end_before_start": ("27/06/2025", "27/06/2024"),
    "another_council": ("", ""),
}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    small = small_project(tmp_path / "project")
    for name, text in (("people", PEOPLE), ("plans", PLANS), ("contacts", CONTACTS)):
        for cell, canary in {**CANARIES, **TEXTS}.items():
            text = text.replace(cell, canary)
        small.write(f"data/{name}.csv", text)
    return small


def written(folder: Path) -> list[tuple[str, bytes]]:
    """Return every file below a folder but the extracts, and what is packed inside workbooks."""
    found = []
    for path in (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "data"):
        found.append((str(path), path.read_bytes()))
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                found += [(f"{path}!{name}", packed.read(name)) for name in packed.namelist()]
    return found


@pytest.mark.parametrize("damage", DAMAGE)
def test_no_marked_cell_leaves_the_extracts(small: Small, tmp_path: Path, damage: str) -> None:
    old, new = DAMAGE[damage]
    if old:
        small.replace("data/plans.csv", old, new)
    if damage == "another_council":
        small.replace("data/people.csv", "E06000016\n", "ZQareacanary\n", 1)
    arguments = ("--project", small.root, "--quarter", "Q2-2025")
    formats = "csv,json,html,xlsx" if damage in ("none", "end_before_start") else "csv"
    results = [
        run("check", *arguments),
        run("check", *arguments, "--json"),
        run("check", *arguments, "--csv"),
        run("build", *arguments, "--format", formats, "--audience", "both"),
        run("list", "--project", small.root),
        run("show", "plans", *arguments),
    ]
    held = written(tmp_path)
    if damage == "unknown_code":  # a code that is a breakdown's category is printed, as the row holds it
        held = [(name, content.replace(b"ZQcodecanary", b"")) for name, content in held]
        results = results[:-1]
    assert len(held) >= 4
    for result in results:
        assert "canary" not in result.stdout + result.stderr
    for name, content in held:
        assert b"canary" not in content and "canary".encode("utf-16-le") not in content, name
