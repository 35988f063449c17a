"""Commands after the build: publish, compare, docs, schedule, and the log."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import Result

from carereport.checking import unfinished
from carereport.faults import Fault
from carereport.quarters import Quarter
from tests.councils.run import run
from tests.small_council import small_council, write_extracts

Q1, Q2 = Quarter(2025, 1), Quarter(2025, 2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_council(tmp_path / "council")


def build(root: Path, quarter: Quarter) -> Result:
    return run("build", "--project", root, "--quarter", quarter, "--format", "csv,json")


def test_what_changes_after_publication_is_marked_as_revised(root: Path) -> None:
    def revised() -> bool:
        return ",r,referrals," in (root / "output" / "Q2-2025" / "figures.csv").read_text(encoding="utf-8")

    build(root, Q2)
    write_extracts(root, more=20)
    build(root, Q2)
    assert not revised()
    assert "Q2-2025 is published" in run("publish", "--project", root, "--quarter", "Q2-2025").stdout
    write_extracts(root, more=40)
    build(root, Q2)
    assert revised()


def test_publishing_a_draft_warns(root: Path) -> None:
    build(root, Q2)
    done = run("publish", "--project", root, "--quarter", "Q2-2025")
    assert done.exit_code == 1
    assert "PU003" in done.stderr


def test_publish_needs_a_report_as_it_was_built(root: Path) -> None:
    assert "PU001" in run("publish", "--project", root, "--quarter", "Q2-2025").stderr
    build(root, Q2)
    (root / "output" / "Q2-2025" / "findings.json").write_text("{}", encoding="utf-8")
    done = run("publish", "--project", root, "--quarter", "Q2-2025")
    assert done.exit_code == 3
    assert "MF003" in done.stderr


def test_compare_shows_figures_then_and_now(root: Path) -> None:
    build(root, Q1)
    build(root, Q2)
    shown = run("compare", "Q1-2025", "Q2-2025", "--project", root).stdout
    assert "referrals" in shown
    assert "            91            92  +1" in shown
    assert "Revisions: 0 figures" in shown
    assert "the same in both" in shown


def test_compare_names_revisions_and_changed_extracts(root: Path) -> None:
    build(root, Q1)
    path = root / "data" / "referrals.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    dropped = [line for line in lines if not line.split(",")[2].startswith("03/05/2025")]
    path.write_text("\n".join(dropped) + "\n", encoding="utf-8")
    build(root, Q2)
    shown = run("compare", "Q1-2025", "Q2-2025", "--project", root).stdout
    assert "quarter to 2025-06-30: 91 became 90" in shown
    assert f"referrals.csv: {len(lines) - 1} became {len(dropped) - 1} (-1)" in shown


def test_compare_of_a_quarter_never_built_says_how_to_build_it(root: Path) -> None:
    done = run("compare", "Q1-2025", "Q2-2025", "--project", root)
    assert done.exit_code == 2
    assert "carereport build --quarter Q1-2025" in done.stderr


def test_compare_of_two_extracts_counts_the_rows_behind_a_figure_by_reason(root: Path) -> None:
    old = shutil.copytree(root / "data", root.parent / "july")
    path = root / "data" / "referrals.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    august = [number for number, line in enumerate(lines) if "/08/2025," in line]
    changed = [line for number, line in enumerate(lines) if number not in august[:2]]
    place = changed.index(lines[august[5]])
    flipped = {"Y": "N", "N": "Y"}[changed[place][-1]]
    changed[place] = changed[place][:-1] + flipped
    moved = changed.index(lines[august[9]])
    changed[moved] = changed[moved].replace("/08/2025,", "/02/2025,")
    path.write_text("\n".join([*changed, *(f"N{n},C1,0{n}/09/2025,N" for n in range(1, 4))]) + "\n", encoding="utf-8")
    done = run("compare", "--extracts", old, root / "data", "--quarter", "Q2-2025", "--project", root,
               "no_further_action")  # fmt: skip
    assert done.exit_code == 0
    assert "Rows in the denominator: 92 became 92" in done.stdout
    assert "  +3  new in the later extract" in done.stdout
    assert "  -2  no longer in the extract" in done.stdout
    assert "  -1  now out: changed in received" in done.stdout
    assert f"  {'+1  now in' if flipped == 'Y' else '-1  now out'}: changed in nfa" in done.stdout
    assert "not for publication" in done.stdout
    assert not re.search(r"R0\d+|C0\d+|/2025", done.stdout)


def test_compare_of_the_same_extracts_finds_the_same_rows_and_derived_figures_have_none(root: Path) -> None:
    same = run("compare", "--extracts", root / "data", root / "data", "--quarter", "Q2-2025", "--project", root,
               "plans_open")  # fmt: skip
    assert "the same rows" in same.stdout
    assert run("compare", "--extracts", root / "data", root / "data", "--quarter", "Q2-2025", "--project", root,
               "plans_opn").exit_code == 2  # fmt: skip
    assert run("compare", "Q1-2025", "--project", root).exit_code == 2


def test_what_is_set_otherwise_since_the_last_publication_is_listed_and_compared(root: Path) -> None:
    assert run("list", "--modified", "--project", root).exit_code == 2
    build(root, Q1)
    run("publish", "--project", root, "--quarter", "Q1-2025")
    assert run("list", "--modified", "--project", root).stdout == ""
    path = root / "config" / "indicators.yaml"
    text = path.read_text(encoding="utf-8").replace("target: 20", "target: 15").replace("plans_open:", "plans_held:")
    path.write_text(text, encoding="utf-8")
    first, second = run("list", "--modified", "--project", root).stdout.splitlines()
    assert first.startswith("no_further_action") and first.endswith("changed: target")
    assert second.startswith("plans_held") and second.endswith("new")
    build(root, Q2)
    shown = run("compare", "Q1-2025", "Q2-2025", "--project", root).stdout
    assert "Definitions set otherwise in indicators.yaml: 1" in shown
    assert "  no_further_action: target" in shown


def test_the_data_dictionary_holds_every_indicator_and_column(root: Path) -> None:
    text = run("docs", "--project", root).stdout
    for words in ("### Referrals with no further action", "`nfa = 'Y'`", "| `received` | date | Received |"):
        assert words in text
    done = run("docs", "--project", root, "--to", root / "docs" / "dictionary.md")
    assert (root / "docs" / "dictionary.md").read_text(encoding="utf-8") == text
    assert str(root / "docs" / "dictionary.md") in done.stdout


def test_the_cron_line_runs_the_build_after_each_quarter_s_end(root: Path) -> None:
    line = run("schedule", "--for", "cron", "--project", root, "--at", "05:20").stdout.splitlines()[-1]
    minute, hour, days, months, weekday, command = line.split(" ", 5)
    assert (minute, hour, days, months, weekday) == ("20", "5", "10-25", "1,4,7,10", "*")
    assert f"build --quarter latest --project {root}" in command


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_reads_the_timer_s_calendar(root: Path) -> None:
    text = run("schedule", "--for", "systemd", "--project", root).stdout
    (when,) = [line.removeprefix("OnCalendar=") for line in text.splitlines() if line.startswith("OnCalendar=")]
    assert subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_reads_the_service_with_a_path_of_blanks_and_signs(tmp_path: Path) -> None:
    root = small_council(tmp_path / "my 100% council's $HOME")
    text = run("schedule", "--for", "systemd", "--project", root).stdout
    unit = text[text.index("[Unit]") : text.index("# /etc/systemd/system/carereport.timer")]
    (tmp_path / "carereport.service").write_text(unit, encoding="utf-8")
    command = ["systemd-analyze", "verify", tmp_path / "carereport.service"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert b"ExecStart" not in done.stderr and b"carereport.service:" not in done.stderr, done.stderr.decode()
    assert "my 100%% council's $$HOME" in unit


def test_the_cron_line_does_as_a_shell_without_environment_reads_it(tmp_path: Path) -> None:
    root = small_council(tmp_path / "my 100% council's")
    line = run("schedule", "--for", "cron", "--project", root).stdout.splitlines()[-1]
    command = line.split(" ", 5)[5].replace("\\%", "%").replace("--quarter latest", "--quarter Q2-2025 --format csv")
    environment = {"PYTHONPATH": str(Path(__file__).parents[1] / "src"), "LANG": "C", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["/bin/sh", "-c", command], cwd="/", env=environment, capture_output=True, check=False)
    assert done.returncode == 0
    assert (root / "output" / "Q2-2025" / "figures.csv").is_file()
    assert "Q2-2025 written" in (root / ".carereport" / "schedule.log").read_text(encoding="utf-8")


def test_paths_with_blanks_are_quoted(tmp_path: Path) -> None:
    root = small_council(tmp_path / "my council")
    assert f"'{root}'" in run("schedule", "--for", "cron", "--project", root).stdout
    assert f'\\"{root}\\"' in run("schedule", "--for", "windows", "--project", root).stdout


def test_each_build_leaves_a_line_in_the_log(root: Path) -> None:
    build(root, Q2)
    (root / "data" / "plans.csv").unlink()
    build(root, Q2)
    lines = (root / ".carereport" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert (first["command"], first["quarter"], first["exit"]) == ("build", "Q2-2025", 0)
    assert second["exit"] == 4
    assert "EX120" in second["codes"]


class Autumn:
    """A calendar whose today is 15 October 2025."""

    @staticmethod
    def today() -> date:
        return date(2025, 10, 15)


def keep_referrals(root: Path, last: date) -> None:
    """Leave only the referrals up to a day."""
    path = root / "data" / "referrals.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if datetime.strptime(row.split(",")[2], "%d/%m/%Y").date() <= last]
    path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("last", [date(2025, 6, 30), date(2025, 8, 31)])
def test_the_latest_quarter_waits_for_a_table_that_always_had_rows(
    root: Path, last: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carereport.cli.options.date", Autumn)
    keep_referrals(root, last)
    late = run("build", "--project", root, "--quarter", "latest", "--format", "csv")
    assert late.exit_code == 4
    assert "data/referrals.csv" in late.stderr
    assert "name the quarter to build it without" in late.stderr
    assert not (root / "output").exists()
    assert build(root, Q2).exit_code == 1


def test_the_latest_quarter_waits_for_extracts_taken_before_its_end(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carereport.cli.options.date", Autumn)
    done = run("build", "--project", root, "--quarter", "latest", "--format", "csv")
    assert done.exit_code == 0 and "Q2-2025 written" in done.stdout
    path = root / "config" / "extracts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2025-10-14", "2025-09-20"), encoding="utf-8")
    late = run("build", "--project", root, "--quarter", "latest", "--format", "csv")
    assert late.exit_code == 4 and "EX323" in late.stderr


def test_a_report_of_a_quarter_that_has_not_ended_says_to_which_day_its_data_reach(root: Path) -> None:
    path = root / "config" / "extracts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2025-10-14", "2025-09-20"), encoding="utf-8")
    assert run("build", "--project", root, "--quarter", "Q2-2025", "--format", "html").exit_code == 1
    for name in ("report", "cover-report"):
        page = (root / "output" / "Q2-2025" / f"{name}.html").read_text(encoding="utf-8")
        assert "ata to 20 September 2025" in page and "ata to 30 September 2025" not in page
    page = (root / "output" / "Q2-2025" / "report.html").read_text(encoding="utf-8")
    assert "Extracts were taken before the quarter ended, so its figures are not complete." in page


def test_a_final_report_needs_extracts_taken_after_the_quarter() -> None:
    found = [Fault("EX323", "warning", "extracts were taken before the quarter ended"), Fault("EX325", "warning", "")]
    assert [(one.code, one.severity) for one in unfinished(found, date(2025, 9, 29), Q2)] == [("EX323", "error")]
    assert unfinished(found, date(2025, 10, 1), Q2) == []  # one table alone was taken early


def test_the_latest_quarter_waits_where_every_extract_is_an_old_one(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class TwoYearsOn:
        @staticmethod
        def today() -> date:
            return date(2027, 10, 15)

    monkeypatch.setattr("carereport.cli.options.date", TwoYearsOn)
    settings = root / "config" / "extracts.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("extracted: 2025-10-14", ""), encoding="utf-8")
    late = run("build", "--project", root, "--quarter", "latest", "--format", "csv")
    assert late.exit_code == 4 and "EX322" in late.stderr
    assert not (root / "output").exists()


def test_a_table_that_seldom_has_rows_is_not_late(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carereport.cli.options.date", Autumn)
    path = root / "data" / "referrals.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:40]) + "\n", encoding="utf-8")
    assert run("build", "--project", root, "--quarter", "latest", "--format", "csv").exit_code == 1


def test_an_interrupted_build_is_logged_as_such(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("carereport.build.run_build", interrupted)
    build(root, Q2)
    line = json.loads((root / ".carereport" / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert line["exit"] == 130 and "error" not in line
