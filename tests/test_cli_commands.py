"""What a person sees of each command: results on stdout, findings on stderr, exit codes, files."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import click
import pytest
from click.testing import Result

from carereport.cli.main import cli
from tests.councils.run import run
from tests.small_council import small_council

KEYS = "Referral ID,Child ID,Received,NFA"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_council(tmp_path / "council")


def build(root: Path, *more: object) -> Result:
    return run("build", "--project", root, "--quarter", "Q2-2025", "--format", "csv,json", *more)


def change(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("name", list(cli.commands))
def test_every_command_has_help_with_an_example(name: str) -> None:
    shown = run(name, "--help")
    assert shown.exit_code == 0
    assert f"carereport {name}" in shown.stdout
    assert all(option.help for option in cli.commands[name].params if isinstance(option, click.Option))


def test_build_without_a_quarter_names_latest(root: Path) -> None:
    done = run("build", "--project", root)
    assert done.exit_code == 2
    assert "--quarter latest" in done.stderr


def test_build_says_what_the_quarter_means(root: Path) -> None:
    done = build(root)
    assert (
        "Q2-2025: July to September 2025, quarter 2 of 2025/26; the report covers April to September 2025"
        in done.stderr
    )


@pytest.mark.parametrize("name", ["Q2-2025/26", "2025-Q2", "q2-2025"])
def test_a_quarter_has_several_names_and_one_folder(root: Path, name: str) -> None:
    run("build", "--project", root, "--quarter", name, "--format", "csv")
    assert (root / "output" / "Q2-2025" / "figures.csv").is_file()


def test_build_closes_with_one_line_that_holds_the_absolute_path(root: Path) -> None:
    done = build(root)
    assert done.stdout.count("\n") == 1
    assert done.stdout.rstrip().endswith(str((root / "output" / "Q2-2025").resolve()))


def test_a_second_build_says_that_nothing_changed(root: Path) -> None:
    first = build(root)
    stamp = (root / "output" / "Q2-2025" / "figures.csv").stat().st_mtime_ns
    second = build(root)
    assert "written" in first.stdout
    assert "unchanged" in second.stdout
    assert (root / "output" / "Q2-2025" / "figures.csv").stat().st_mtime_ns == stamp


def test_timings_name_the_stages(root: Path) -> None:
    assert "s  measure" in build(root, "--timings").stderr
    assert "s  measure" not in build(root).stderr


def test_an_unknown_format_is_a_usage_error_that_lists_the_known(root: Path) -> None:
    done = run("build", "--project", root, "--quarter", "Q2-2025", "--format", "csv,doc")
    assert done.exit_code == 2
    assert "doc is none of pdf, html" in done.stderr


def test_both_audiences_stand_in_two_folders(root: Path) -> None:
    done = build(root, "--audience", "both")
    said = dict(re.findall(r"^(Q2-2025\S*) written: .*?([\d,]+) figures", done.output, re.MULTILINE))
    for name, number in said.items():
        rows = (root / "output" / name / "figures.csv").read_text(encoding="utf-8").splitlines()
        assert int(number.replace(",", "")) == len(rows) - 1
    assert len(said) == 2
    assert done.exit_code in (0, 1)
    assert {path.name for path in (root / "output").iterdir()} == {"Q2-2025", "Q2-2025-internal"}
    assert done.stdout.count("\n") == 2


def test_a_finding_of_both_audiences_is_said_once(root: Path) -> None:
    flow = "{name: children on plans, stock: plans_open, joined: [plans_started], left: []}"
    report = f"council: {{name: Ashcombe}}\nflows: [{flow}]\n"
    (root / "config" / "report.yaml").write_text(report, encoding="utf-8")
    alone = build(root, "--audience", "internal").stderr.count("JD020")
    assert (alone, build(root, "--audience", "both").stderr.count("JD020")) == (1, 1)


@pytest.mark.parametrize("place", ["data", "config", "commentary/reports"])
def test_output_among_the_inputs_is_refused(root: Path, place: str) -> None:
    done = build(root, "--out", root / place)
    assert done.exit_code == 2
    assert "CL003" in done.stderr


def test_files_of_somebody_s_own_in_a_report_s_folder_are_not_lost(root: Path) -> None:
    build(root)
    folder = root / "output" / "Q2-2025"
    before = (folder / "figures.csv").read_bytes()
    (folder / "signed by the director.pdf").write_bytes(b"%PDF")
    (folder / "Thumbs.db").write_bytes(b"")
    change(root, "config/indicators.yaml", "polarity: low", "polarity: high")
    done = build(root)
    assert done.exit_code == 2 and "CL005" in done.stderr
    assert "signed by the director.pdf" in done.stderr and "Thumbs.db" not in done.stderr
    assert (folder / "signed by the director.pdf").exists() and (folder / "figures.csv").read_bytes() == before
    (folder / "signed by the director.pdf").unlink()
    assert build(root).exit_code in (0, 1)


def test_wrong_yaml_ends_with_3_and_a_caret(root: Path) -> None:
    change(root, "config/indicators.yaml", "polarity: low", "polarty: low")
    done = build(root)
    assert done.exit_code == 3
    assert "did you mean polarity?" in done.stderr
    assert "^" in done.stderr
    assert not (root / "output").exists()


def test_a_wrong_extract_ends_with_4_and_shows_no_cell(root: Path) -> None:
    build(root)
    before = (root / "output" / "Q2-2025" / "figures.csv").read_bytes()
    change(root, "data/referrals.csv", "R00003,C0003,04/04/2023", "R00003,C0003,Gwendolyn")
    done = build(root)
    assert done.exit_code == 4
    assert "referrals.csv:5" in done.stderr
    assert "Gwendolyn" not in done.output
    assert (root / "output" / "Q2-2025" / "figures.csv").read_bytes() == before


def test_a_warning_builds_and_ends_with_1_unless_strict(root: Path) -> None:
    change(root, "data/plans.csv", "Plan ID", "Plan ID")
    with (root / "data" / "plans.csv").open("a", encoding="utf-8") as handle:
        handle.write("P99999,C9999,02/05/2025,01/04/2025\n")
    assert build(root).exit_code == 1
    assert (root / "output" / "Q2-2025").is_dir()
    strict = build(root, "--strict")
    assert strict.exit_code == 4
    assert "Nothing was written" in strict.stderr


def test_check_prints_one_document(root: Path) -> None:
    change(root, "config/indicators.yaml", "nfa = 'Y'", "nfaa = 'Y'")
    done = run("check", "--project", root, "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == document["exit"] == 3
    keys = {"code", "severity", "file", "line", "column", "position", "message", "help", "count"}
    assert all(set(finding) == keys for finding in document["findings"])
    assert any(finding["help"] == "did you mean nfa?" for finding in document["findings"])


@pytest.mark.parametrize(
    ("asked", "says"),
    [(("--section", "protecton"), "did you mean protection?"),
     (("--source", "visits"), "known here: plans, referrals")],
)
def test_list_of_what_does_not_exist_names_what_does(root: Path, asked: tuple[str, str], says: str) -> None:
    done = run("list", "--project", root, *asked)
    assert done.exit_code == 2 and says in done.stderr, done.stderr


def test_check_of_settings_alone_finds_their_faults_and_looks_at_nothing_else(root: Path) -> None:
    for broken in ("data", "templates"):
        for path in (root / broken).iterdir() if (root / broken).is_dir() else ():
            path.write_text("{{ broken", encoding="utf-8")
    assert run("check", "--project", root, "--settings").exit_code == 0
    assert run("check", "--project", root).exit_code == 4
    change(root, "config/indicators.yaml", "kind: percentage", "kind: percentages")
    done = run("check", "--project", root, "--settings", "--json")
    assert done.exit_code == 3
    assert "config/indicators.yaml" in {finding["file"] for finding in json.loads(done.stdout)["findings"]}


def test_check_of_settings_alone_refuses_what_asks_for_extracts(root: Path) -> None:
    done = run("check", "--project", root, "--settings", "--quarter", "Q2-2025")
    assert done.exit_code == 2
    assert "leave out" in done.stderr


def test_officer_text_that_no_page_shows_is_said_by_a_build_and_its_numbers_by_check(root: Path) -> None:
    folder = root / "commentary" / "Q2-2025"
    folder.mkdir(parents=True)
    text = "---\nrole: Head\ndate: 2025-11-04\n---\nThere were 87.\n"
    (folder / "plans_open.md").write_text(text, encoding="utf-8")
    assert "officer text of plans_open is not shown" in build(root).stderr
    checked = run("check", "--project", root, "--quarter", "Q2-2025")
    assert "numbers for sign-off in plans_open: 87" in checked.output


def test_list_says_what_the_extracts_cannot_feed(root: Path) -> None:
    change(root, "data/referrals.csv", KEYS, "Referral ID,Child ID,Received,Outcome")
    lines = {line.split()[0]: line for line in run("list", "--project", root).stdout.splitlines()}
    assert "cannot be fed: no column nfa in referrals" in lines["no_further_action"]
    assert lines["plans_open"].endswith("can be fed")
    (root / "data" / "plans.csv").unlink()
    only = run("list", "--project", root, "--status", "cannot", "--section", "protection")
    assert "no file plans*.csv" in only.stdout
    assert "referrals" not in only.stdout


def test_show_gives_definition_series_and_rules(root: Path) -> None:
    asked = ("show", "no_further_action", "--audience", "internal", "--quarter", "Q2-2025")
    shown = run(*asked, "--project", root).stdout
    for words in ("numerator     nfa = 'Y'", "Q2 2025/26", "2025-09", "On target: 20% or less", "control chart"):
        assert words in shown


def test_show_hides_small_numbers_unless_internal(root: Path) -> None:
    change(root, "config/indicators.yaml", "nfa = 'Y'", "nfa = 'Y' and received >= '2025-09-20'")
    public = run("show", "no_further_action", "--project", root, "--quarter", "Q2-2025").stdout
    internal = run(
        "show", "no_further_action", "--project", root, "--quarter", "Q2-2025", "--audience", "internal"
    ).stdout
    assert "1 of 92" not in public
    assert "[c]" in public
    assert "1 of 92" in internal
    assert internal.startswith("Not for publication")


def test_an_unknown_indicator_is_a_usage_error_with_the_nearest_name(root: Path) -> None:
    done = run("show", "referals", "--project", root, "--quarter", "Q2-2025")
    assert done.exit_code == 2
    assert "did you mean referrals?" in done.stderr


def test_trace_writes_keys_and_nothing_else(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "checks" / "keys.csv"
    done = run("trace", "no_further_action", "--project", root, "--quarter", "Q2-2025", "--to", target)
    lines = target.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "referral_id"
    assert all(line.startswith("R") and "," not in line for line in lines[1:])
    figures = run(
        "show", "no_further_action", "--project", root, "--quarter", "Q2-2025", "--audience", "internal"
    ).stdout
    assert f"{len(lines) - 1} of 92" in figures
    assert f"{len(lines) - 1} keys" in done.stdout
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_trace_of_the_denominator_has_every_row(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "keys.csv"
    run(
        "trace", "no_further_action", "--project", root, "--quarter", "Q2-2025", "--to", target, "--part", "denominator"
    )
    assert len(target.read_text(encoding="utf-8").splitlines()) == 1 + 92


def test_trace_of_a_table_that_nothing_tells_the_rows_of_apart_writes_nothing(root: Path, tmp_path: Path) -> None:
    change(root, "config/extracts.yaml", "    key: [referral_id]\n", "")
    change(root, "config/extracts.yaml", '      child_id: {from: "Child ID", type: id}\n', "")
    target = tmp_path / "keys.csv"
    done = run("trace", "referrals", "--project", root, "--quarter", "Q2-2025", "--to", target)
    assert done.exit_code == 2
    assert "table referrals has no key" in done.stderr
    assert not target.exists()


@pytest.mark.parametrize("place", ["output/keys.csv", "output/Q2-2025/keys.csv", "history/keys.csv", "config/keys.csv"])
def test_trace_never_writes_where_reports_or_settings_lie(root: Path, place: str) -> None:
    build(root)
    done = run("trace", "referrals", "--project", root, "--quarter", "Q2-2025", "--to", root / place)
    assert done.exit_code == 2
    assert not (root / place).exists()


def test_verify_finds_a_changed_and_an_added_file(root: Path) -> None:
    build(root)
    folder = root / "output" / "Q2-2025"
    assert run("verify", folder).exit_code == 0
    (folder / "figures.csv").write_text("changed", encoding="utf-8")
    (folder / "more.txt").write_text("added", encoding="utf-8")
    done = run("verify", folder)
    assert done.exit_code == 1
    assert "MF003" in done.stderr
    assert "MF004" in done.stderr


def test_explain_prints_a_code_in_full_or_suggests_the_nearest() -> None:
    assert run("explain", "ex208").stdout.startswith("EX208: ")
    done = run("explain", "EX2O8")
    assert done.exit_code == 2
    assert "did you mean EX" in done.stderr


def test_doctor_looks_at_the_machine_and_the_project(root: Path) -> None:
    done = run("doctor", "--project", root)
    assert "5 indicators" in done.stdout
    for subject in ("Python", "Pango", "fonts", "lock", "disk"):
        assert subject in done.stdout


def test_a_damaged_history_stops_the_build_and_is_left_as_it_is(root: Path) -> None:
    build(root)
    history = root / "history" / "history.sqlite"
    history.write_bytes(b"not a database, but longer than the header of one" * 40)
    before = history.read_bytes()
    done = build(root)
    assert done.exit_code == 5
    assert "HI001" in done.stderr
    assert history.read_bytes() == before
