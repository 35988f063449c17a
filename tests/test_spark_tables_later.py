"""Commands that look at a report, and a table of Spark without files: compare, preview, list, show, trace, docs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest

from carereport.build import Options
from carereport.engines import _has_java
from carereport.faults import EXIT_ENVIRONMENT
from carereport.preview.memory import Memory
from carereport.project import load_project
from carereport.quarters import Quarter
from tests.councils.run import run
from tests.small_council import small_council
from tests.spark_stand_in import Session, from_files, use
from tests.test_cli_later import Q1, Q2, build
from tests.test_compare_effects import compare, edit, the


@pytest.fixture
def council(tmp_path: Path) -> Path:
    return small_council(tmp_path / "council")


def fewer(session: Session, rows: int) -> None:
    held = session.tables["care.referrals"]
    assert isinstance(held, pa.Table)
    session.tables["care.referrals"] = held.slice(rows)


def test_compare_tells_rows_from_definitions_where_a_table_moved_from_files_to_spark(
    council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(council, Q1)
    use(monkeypatch, from_files(council))
    edit(council, "nfa = 'Y'", "nfa = 'N'")
    found = compare(council, "Q1-2025")
    effect = the(found["same_period"], indicator="no_further_action", period_kind="quarter")
    assert effect["rows"] == 0
    assert effect["definition"] != 0


def test_the_later_quarters_table_is_measured_again_only_while_it_is_as_it_was(
    council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = use(monkeypatch, from_files(council))
    build(council, Q1)
    edit(council, "nfa = 'Y'", "nfa = 'N'")
    build(council, Q2)
    asked = ("compare", "Q1-2025", "Q2-2025", "--project", council)
    assert "not as then" not in run(*asked).stdout
    fewer(session, 30)
    assert "care.referrals not as then" in run(*asked).stdout


def test_two_folders_are_compared_and_what_comes_from_spark_is_said_to_be_todays(
    council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, from_files(council))
    folders = [council / name for name in ("july", "october")]
    for folder in folders:
        folder.mkdir()
    done = run("compare", "--extracts", *folders, "--quarter", "Q2-2025", "--project", council)
    assert done.exit_code == 0
    assert "read from Spark as they are now, on both sides: referrals, plans" in done.stdout


def test_a_preview_reads_a_table_once(council: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, memory = use(monkeypatch, from_files(council)), Memory()
    options = Options(council, Quarter(2025, 2))
    first = memory.extracts(load_project(council), council / "data", options)
    asked = len(session.asked)
    assert memory.extracts(load_project(council), council / "data", options) is first
    assert len(session.asked) == asked


def test_other_commands_know_a_table_without_files(council: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, from_files(council))
    assert "can be fed" in run("list", "--project", council, "--source", "referrals").stdout
    assert run("show", "referrals", "--project", council, "--quarter", "Q2-2025").exit_code == 0
    keys = council / "checks" / "keys.csv"
    done = run("trace", "referrals", "--project", council, "--quarter", "Q2-2025", "--to", keys)
    assert done.exit_code == 0, done.output
    words = run("docs", "--project", council, "--to", council / "dictionary.md")
    assert words.exit_code == 0, words.output
    assert "Spark table: `care.referrals`. Key: `referral_id`." in (council / "dictionary.md").read_text("utf-8")
    doctor = run("doctor", "--project", council)
    assert doctor.exit_code == (0 if find_spec("pyspark") and _has_java() else EXIT_ENVIRONMENT), doctor.output
    assert "Spark" in doctor.stdout
