"""history/: editions of a quarter, what was out before a build, and writes that are whole or not at all."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from carereport import history
from carereport.disclosure.past import read_published
from carereport.extracts import InputFile
from carereport.faults import MachineError
from carereport.quarters import Quarter
from tests.councils.run import run
from tests.small_project import CHILDREN, Small, small_project, the

Q1, Q2, Q3 = Quarter(2025, 1), Quarter(2025, 2), Quarter(2025, 3)
INPUTS = [InputFile("plans.csv", "0" * 64, 12, "plans")]


def test_a_rebuild_takes_the_place_of_the_build_before(tmp_path: Path) -> None:
    history.record(tmp_path, Q1, "first", INPUTS)
    history.record(tmp_path, Q1, "second", INPUTS)
    assert history.earlier(tmp_path, Q2) == ["second"]


def test_only_what_was_out_before_the_quarter_is_known(tmp_path: Path) -> None:
    for quarter in (Q3, Q1, Q2):
        history.record(tmp_path, quarter, quarter.name, INPUTS)
    assert history.earlier(tmp_path, Q3) == ["Q1-2025", "Q2-2025"]
    assert history.earlier(tmp_path, Q1) == []


def test_what_was_published_stays_and_a_later_build_is_a_revision(tmp_path: Path) -> None:
    history.record(tmp_path, Q1, "published", INPUTS)
    assert history.freeze(tmp_path, Q1) is False
    history.record(tmp_path, Q1, "revised", INPUTS)
    history.record(tmp_path, Q1, "revised again", INPUTS)
    assert history.earlier(tmp_path, Q1) == ["published"]
    assert history.earlier(tmp_path, Q2) == ["published", "revised again"]
    assert history.figures_of(tmp_path, Q1) == "revised again"


def test_the_same_build_after_publication_is_no_revision(tmp_path: Path) -> None:
    history.record(tmp_path, Q1, "published", INPUTS)
    history.freeze(tmp_path, Q1)
    history.record(tmp_path, Q1, "published", INPUTS)
    assert history.earlier(tmp_path, Q2) == ["published"]
    assert history.freeze(tmp_path, Q1) is True


def test_a_quarter_never_built_cannot_be_frozen(tmp_path: Path) -> None:
    assert history.freeze(tmp_path, Q1) is None
    assert not (tmp_path / "history").exists()


def test_a_write_that_fails_leaves_the_history_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history.record(tmp_path, Q1, "first", INPUTS)
    before = (tmp_path / "history" / "history.sqlite").read_bytes()

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("carereport.history.os.fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        history.record(tmp_path, Q2, "second", INPUTS)
    assert (tmp_path / "history" / "history.sqlite").read_bytes() == before
    assert [path.name for path in (tmp_path / "history").iterdir()] == ["history.sqlite"]


def test_inputs_are_those_of_the_latest_earlier_quarter(tmp_path: Path) -> None:
    history.record(tmp_path, Q1, "first", INPUTS)
    assert history.earlier_inputs(tmp_path, Q2) == ("Q1-2025", {"plans.csv": ("0" * 64, 12)})
    assert history.earlier_inputs(tmp_path, Q1) == ("", {})
    assert history.inputs_of(tmp_path, Q1) == {"plans.csv": ("0" * 64, 12)}


FIGURES = "indicator,area\nplans,E1\n"


def foreign(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(statement, values)


@pytest.mark.parametrize("kind", ["no database", "cut short", "another program's", "not packed", "unknown quarter"])
def test_a_history_that_cannot_be_read_is_a_fault_of_the_machine(tmp_path: Path, kind: str) -> None:
    history.record(tmp_path, Q1, FIGURES * 400, INPUTS)
    path = tmp_path / "history" / "history.sqlite"
    if kind == "no database":
        path.write_bytes(b"indicator,area\n" * 200)
    elif kind == "cut short":
        path.write_bytes(path.read_bytes()[:3000])
    elif kind == "another program's":
        path.unlink()
        foreign(path, "create table people (name text)")
    elif kind == "not packed":
        foreign(path, "update editions set figures = 'text'")
    else:
        foreign(path, "update editions set quarter = 'spring'")
    with pytest.raises(MachineError) as raised:
        history.earlier(tmp_path, Q2)
    assert [fault.code for fault in raised.value.faults] == ["HI001"]
    assert raised.value.exit_code == 5


def test_rows_that_are_no_number_are_damage(tmp_path: Path) -> None:
    history.record(tmp_path, Q1, "figures", INPUTS)
    with closing(sqlite3.connect(tmp_path / "history" / "history.sqlite")) as base, base:
        base.execute("update inputs set rows = 'many'")
    for asked in (history.earlier_inputs, history.inputs_of):
        with pytest.raises(MachineError):
            asked(tmp_path, Q2 if asked is history.earlier_inputs else Q1)


def test_a_damaged_history_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "history" / "history.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"not a database, but something to keep" * 40)
    before = path.read_bytes()
    with pytest.raises(MachineError):
        history.record(tmp_path, Q1, FIGURES, INPUTS)
    assert path.read_bytes() == before


def test_published_figures_of_another_form_are_a_fault_of_the_machine() -> None:
    with pytest.raises(MachineError):
        read_published([FIGURES])


def coded(small: Small, area: str, more: str = "") -> None:
    small.write("config/report.yaml", f"council: {{name: Ashcombe, area: {area}{more}}}\n")
    small.replace("data/people.csv", re.findall("E[0-9]+", small.read("data/people.csv"))[0], area)


def test_a_council_whose_code_has_changed_is_refused_until_its_former_code_is_named(tmp_path: Path) -> None:
    small = small_project(tmp_path)
    build = ("build", "--project", small.root, "--format", "csv", "--quarter")
    assert run(*build, "Q1-2025").exit_code == 0
    coded(small, "E06000063")
    refused = run(*build, "Q2-2025")
    assert refused.exit_code == 3
    assert "DC003  config/report.yaml:1:" in refused.stderr
    assert "history/ holds reports of E06000016, and this one is of another council" in refused.stderr
    checked = json.loads(run("check", "--project", small.root, "--quarter", "Q2-2025", "--json").stdout)
    assert (the(checked, "DC003")["severity"], checked["exit"]) == ("error", 3)
    coded(small, "E06000063", ", former_areas: [E06000016]")
    small.append("data/plans.csv", f"{CHILDREN[5]},02/04/2025,,NEG,1\n")
    assert run(*build, "Q2-2025").exit_code <= 1
    figures = (small.root / "output" / "Q2-2025" / "figures.csv").read_text(encoding="utf-8")
    assert re.search(r"^plans,E06000063,quarter,2025-04-01,.*,[rc],", figures, re.MULTILINE)


def test_a_council_built_with_area_and_without_is_warned_of(tmp_path: Path) -> None:
    small = small_project(tmp_path)
    assert run("build", "--project", small.root, "--format", "csv", "--quarter", "Q1-2025").exit_code == 0
    history = small.root / "history"
    (history / "E06000016" / "history").mkdir(parents=True)
    (history / "history.sqlite").rename(history / "E06000016" / "history" / "history.sqlite")
    assert the(small.check()[0], "DC004")["help"] == "build it with --area"
