"""Reports of every council in the extracts: each as if it stood alone, none stopped by another's faults."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from carereport.all_areas.build import AreaResult, build_every_area
from carereport.build import Options, officer_text, run_build
from carereport.cli.main import cli
from carereport.comparators import ALL_AREAS
from carereport.engines import _has_java
from carereport.faults import ConfigurationError, ExtractError
from carereport.history import earlier
from carereport.measures.work import Measuring
from carereport.preview.pages import Pages
from carereport.quarters import Quarter
from carereport.settings import Indicator
from tests.councils.run import run
from tests.test_extracts_areas import INDICATORS, MIXED, project

QUARTER = Quarter(2025, 2)
VISITS = """
  visits:
    files: "visits*.csv"
    date: day
    covers: all
    columns:
      child_id: {from: "Child", type: id}
      area: {from: "Authority", type: code}
      day: {from: "Day", type: date, formats: ["%Y-%m-%d"]}
      safe: {from: "Safe", type: code, unknown: note}
"""
SAFE = """
  safe:
    name: Found safe
    section: front_door
    kind: percentage
    from: referrals
    when: received
    count: "latest(visits.safe) = 'yes'"
    polarity: high
"""
PEOPLE = """
      birth: {lookup: people.birth}
  people:
    files: "people*.csv"
    key: [child_id]
    covers: all
    columns:
      child_id: {from: "Child", type: id}
      area: {from: "Authority", type: code}
      birth: {from: "Born", type: date, formats: ["%Y-%m-%d"]}
"""
CODES = ("E001", "E002", "E003", "E004")


def region(root: Path, months: int = 30) -> Path:
    """Write a project of four councils whose children bear the same ids, referred again at different rates."""
    rows = []
    for place, area in enumerate(CODES):
        for month in range(months):
            year, number = divmod(2023 * 12 + 3 + month, 12)
            for child in range(12 + place):
                again = child if child % (2 + place) == 0 else 100 * month + child
                rows.append((f"C{again}", area, f"{year}-{number + 1:02}-{1 + child:02}"))
    return project(root, rows)


def build(root: Path, workers: int = 2, **asked: object) -> list[AreaResult]:
    lines: list[str] = []
    options = Options(root, QUARTER, formats=("csv", "json"), **asked)
    results = build_every_area(options, workers, lambda held, number, total: lines.append(f"{number} of {total}"))
    assert lines == [f"{number} of {len(results)}" for number in range(1, len(results) + 1)]
    return results


def figures(folder: Path) -> str:
    return (folder / "figures.csv").read_text(encoding="utf-8")


def test_every_council_has_the_report_it_would_have_alone(tmp_path: Path) -> None:
    root = region(tmp_path / "all")
    results = build(root, audience="both")
    assert [(held.area, held.result is not None) for held in results] == [(code, True) for code in CODES]
    alone = region(tmp_path / "alone")
    for code in CODES:
        one = run_build(Options(alone, QUARTER, formats=("csv",), audience="both", area=code))
        for folder in one.folders:
            assert figures(root / "output" / code / folder.name) == figures(folder)


def test_children_of_two_councils_with_the_same_id_never_meet(tmp_path: Path) -> None:
    root = project(tmp_path, MIXED)
    build(root, audience="internal")
    for code, expected in (("E001", "33.333333"), ("E002", "0")):
        text = figures(root / "output" / code / "Q2-2025-internal")
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["period_end"] == "2025-09-30"]
        values = {row["value"] for row in rows if row["indicator"] == "again" and row["period_kind"] == "quarter"}
        assert values == {expected}


def test_what_is_finished_is_not_built_again_until_something_changes(tmp_path: Path) -> None:
    root = region(tmp_path)
    build(root)
    before = {code: (root / "output" / code / "Q2-2025" / "manifest.json").stat().st_mtime_ns for code in CODES}
    assert all(held.skipped for held in build(root))
    after = {code: (root / "output" / code / "Q2-2025" / "manifest.json").stat().st_mtime_ns for code in CODES}
    assert before == after
    (root / "output" / "E002" / "Q2-2025" / "figures.csv").write_text("damaged", encoding="utf-8")
    assert [held.area for held in build(root) if not held.skipped] == ["E002"]
    assert "damaged" not in figures(root / "output" / "E002" / "Q2-2025")
    path = root / "config" / "indicators.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("polarity: low", "polarity: neither"), encoding="utf-8")
    assert not any(held.skipped for held in build(root))


def test_one_failing_council_is_named_and_the_others_are_finished(tmp_path: Path) -> None:
    root = region(tmp_path)
    path = root / "data" / "referrals.csv"
    path.write_text(path.read_text(encoding="utf-8") + "C1,E003,31/02/2025\n", encoding="utf-8")
    result = run("build", "--project", str(root), "--quarter", "Q2-2025", "--all-areas", "--format", "csv")
    assert result.exit_code == 4
    assert "EX208" in result.stderr and "31/02/2025" not in result.stderr + result.stdout
    line = len(path.read_text(encoding="utf-8").splitlines())
    assert f"referrals.csv:{line}" in result.stderr
    assert "3 of 4 councils have their report; not built: E003" in result.stdout
    assert [code for code in CODES if (root / "output" / code / "Q2-2025").is_dir()] == ["E001", "E002", "E004"]


def test_all_councils_together_are_a_comparator_where_england_is_not_published(tmp_path: Path) -> None:
    root = region(tmp_path)
    (root / "config" / "areas.csv").write_text(
        "area,name,region\nE001,Ash,Mid\nE002,Birch,Mid\nE003,Cedar,Mid\nE004,Dogwood,East\n", encoding="utf-8"
    )
    build(root, audience="both")
    x = n = mid_x = mid_n = 0.0
    for code in CODES:
        text = figures(root / "output" / code / "Q2-2025-internal")
        for row in csv.DictReader(io.StringIO(text)):
            if row["indicator"] == "again" and row["period_kind"] == "rolling_12_months" and row["numerator"]:
                x, n = x + float(row["numerator"]), n + float(row["denominator"])
                if code != "E004":
                    mid_x, mid_n = mid_x + float(row["numerator"]), mid_n + float(row["denominator"])
    document = json.loads((root / "output" / "E001" / "Q2-2025" / "findings.json").read_text(encoding="utf-8"))
    again = next(held for held in document["findings"] if held["indicator"] == "again")
    held = {mark["area"]: mark["value"] for mark in again["benchmarks"]}
    assert held == {ALL_AREAS: round(100 * x / n, 1), "Mid": round(100 * mid_x / mid_n, 1)}
    east = json.loads((root / "output" / "E004" / "Q2-2025" / "findings.json").read_text(encoding="utf-8"))
    again = next(held for held in east["findings"] if held["indicator"] == "again")
    assert [mark["area"] for mark in again["benchmarks"]] == [ALL_AREAS]


def test_a_councils_small_number_is_in_no_sum_of_all(tmp_path: Path) -> None:
    """Less what the others publish, the sum of four councils told the fourth's number."""
    values = set()
    for small in (2, 4):
        rows = [
            (f"C{child % most if child < 30 else child}", area, f"2025-0{7 + child % 3}-{1 + child % 28:02}")
            for area, most in (("E001", 30 - small), ("E002", 20), ("E003", 18), ("E004", 14)) for child in range(60)
        ]  # fmt: skip
        root = project(tmp_path / str(small), [(f"C{n}", area, "2023-01-10") for n, area in enumerate(CODES)] + rows)
        build(root)
        document = json.loads((root / "output" / "E002" / "Q2-2025" / "findings.json").read_text(encoding="utf-8"))
        again = next(held for held in document["findings"] if held["indicator"] == "again")
        values |= {(mark["area"], mark["value"]) for mark in again["benchmarks"]}
        own = figures(root / "output" / "E001" / "Q2-2025")
        assert "again,E001,rolling_12_months,2024-10-01,2025-09-30,total,total,,,,percent,c" in own
    assert len(values) == 1


def test_rows_that_contradict_each_other_stop_their_council_alone(tmp_path: Path) -> None:
    root = region(tmp_path)
    for name, more in (("extracts", VISITS), ("indicators", SAFE)):
        path = root / "config" / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    rows = [f"C{child},{area},2025-09-01,yes" for area in CODES for child in range(4)]
    lines = ["Child,Authority,Day,Safe", *rows, "C0,E002,2025-09-01,no", ""]
    (root / "data" / "visits.csv").write_text("\n".join(lines), encoding="utf-8")
    results = {held.area: held for held in build(root)}
    assert {code: held.exit for code, held in results.items() if held.exit > 1} == {"E002": 4}
    (fault,) = (fault for fault in results["E002"].faults if fault.severity == "error")
    assert (fault.code, fault.count) == ("IN304", 1)
    assert [code for code in CODES if (root / "output" / code / "Q2-2025").is_dir()] == ["E001", "E003", "E004"]


def test_a_breakdown_of_measuring_itself_costs_only_the_council_that_caused_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from carereport.measures import facts

    real = facts.measure_rows

    def broken(name: str, indicator: Indicator, work: Measuring) -> pd.DataFrame:
        if any((tables["referrals"].frame["area"] == "E003").any() for tables in work.councils):
            raise RuntimeError("broken")
        return real(name, indicator, work)

    root = region(tmp_path)
    monkeypatch.setattr(facts, "measure_rows", broken)
    results = {held.area: [fault.code for fault in held.faults] for held in build(root) if held.exit > 1}
    assert results == {"E003": ["XX071"]}


def test_a_council_without_rows_in_a_table_that_others_look_into_has_its_report(tmp_path: Path) -> None:
    root = region(tmp_path)
    path = root / "config" / "extracts.yaml"
    path.write_text(path.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")
    rows = [f"C{child},{area},2015-09-01" for area in CODES[1:] for child in range(12)]
    (root / "data" / "people.csv").write_text("\n".join(["Child,Authority,Born", *rows]) + "\n", encoding="utf-8")
    assert all(held.result is not None for held in build(root))


def test_two_councils_are_too_few_for_a_comparator(tmp_path: Path) -> None:
    root = project(tmp_path, MIXED)
    build(root)
    document = json.loads((root / "output" / "E001" / "Q2-2025" / "findings.json").read_text(encoding="utf-8"))
    assert [held["benchmarks"] for held in document["findings"]] == [[], []]


def test_rows_of_no_council_and_values_that_are_no_codes_are_refused(tmp_path: Path) -> None:
    root = project(tmp_path / "nobody", [*MIXED, ("C5", "", "2025-09-01")])
    with pytest.raises(ExtractError) as refused:
        build(root)
    assert "EX301" in {fault.code for fault in refused.value.faults}
    other = project(tmp_path / "path", [*MIXED, ("C5", "../E9", "2025-09-01")])
    with pytest.raises(ExtractError) as refused:
        build(other)
    fault = next(fault for fault in refused.value.faults if fault.code == "EX307")
    assert fault.line == len(MIXED) + 2 and "E9" not in fault.message + fault.help
    assert not (other / "output").exists()


def test_many_areas_mean_that_the_wrong_column_was_named(tmp_path: Path) -> None:
    root = project(tmp_path, [(f"C{n}", f"A{n}", "2025-09-01") for n in range(450)])
    with pytest.raises(ExtractError) as refused:
        build(root)
    assert "EX307" in {fault.code for fault in refused.value.faults}


def test_faults_of_the_settings_stop_all_councils_at_once(tmp_path: Path) -> None:
    root = region(tmp_path, months=2)
    (root / "config" / "indicators.yaml").write_text(INDICATORS.replace("polarity: low", "polarity: lower"))
    with pytest.raises(ConfigurationError):
        build(root)


def test_a_council_is_named_by_areas_csv_and_keeps_no_other_councils_words(tmp_path: Path) -> None:
    root = region(tmp_path, months=28)
    (root / "config" / "areas.csv").write_text("area,name,region\nE001,Ash,Mid\nE002,Birch Council,Mid\n")
    (root / "config" / "report.yaml").write_text('council: {name: Ash City, area: E001, neighbours: [Elm]}\n')
    options = Options(root, QUARTER, formats=("html",))
    build_every_area(options, 2, lambda held, number, total: None)
    pages = {code: (root / "output" / code / "Q2-2025" / "report.html").read_text(encoding="utf-8") for code in CODES}
    assert "Ash City" in pages["E001"] and "Birch Council" in pages["E002"] and "Ash City" not in pages["E002"]


def test_officer_text_is_that_of_the_council_or_none(tmp_path: Path) -> None:
    for folder, words in (("Q2-2025", "Ours."), ("E003/Q2-2025", "Theirs.")):
        (tmp_path / "commentary" / folder).mkdir(parents=True)
        (tmp_path / "commentary" / folder / "referrals.md").write_text(words, encoding="utf-8")
    texts = {}
    for area in ("", *CODES):
        held, faults = officer_text(Options(tmp_path, QUARTER, area=area), ours="E001")
        texts[area] = [text.body for text in held.values()]
        assert faults == []
    assert texts == {"": ["Ours."], "E001": ["Ours."], "E002": [], "E003": ["Theirs."], "E004": []}


def test_one_council_and_every_council_cannot_be_asked_for_together(tmp_path: Path) -> None:
    root = region(tmp_path, months=2)
    asked = ["build", "--project", str(root), "--quarter", "Q2-2025", "--all-areas"]
    assert CliRunner().invoke(cli, [*asked, "--area", "E001"]).exit_code == 2


@pytest.mark.slow
@pytest.mark.skipif(not _has_java(), reason="Java is not here")
def test_spark_counts_every_council_in_one_pass(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not here")
    pandas, spark = region(tmp_path / "pandas"), region(tmp_path / "spark")
    build(pandas)
    build(spark, engine="spark")
    for code in CODES:
        assert figures(spark / "output" / code / "Q2-2025") == figures(pandas / "output" / code / "Q2-2025")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs a process group")
def test_a_killed_build_goes_on_where_it_stopped(tmp_path: Path) -> None:
    root = region(tmp_path)
    command = [sys.executable, "-m", "carereport", "build", "--project", str(root), "--quarter", "Q2-2025",
               "--all-areas", "--workers", "1"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert b"1 of 4  E001 Q2-2025 written" in process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(2)
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "1 of 4  E001 Q2-2025 stands as it would be built" in again.stdout
    assert "4 of 4 councils have their report" in again.stdout


def test_one_council_of_several_is_checked_by_itself(tmp_path: Path) -> None:
    root = region(tmp_path)
    asked = ("check", "--project", root, "--quarter", "Q2-2025", "--json")
    assert run(*asked).exit_code == 4
    alone = run(*asked, "--area", "E002")
    assert alone.exit_code == 0
    assert not [one for one in json.loads(alone.stdout)["findings"] if one["severity"] == "error"]
    assert run(*asked, "--area", "E009").exit_code == 4
    assert run(*asked, "--area", "../E002").exit_code == 2


def test_the_officer_text_of_one_council_is_what_is_checked(tmp_path: Path) -> None:
    root = region(tmp_path)
    path = root / "commentary" / "E002" / "Q2-2025" / "referals.md"
    path.parent.mkdir(parents=True)
    path.write_text("Some text.", encoding="utf-8")
    asked = ("check", "--project", root, "--quarter", "Q2-2025", "--area")
    assert "CM005" in run(*asked, "E002").stderr
    assert "CM005" not in run(*asked, "E003").stderr


def test_one_council_of_several_is_published_by_itself(tmp_path: Path) -> None:
    root = region(tmp_path)
    build(root)
    done = run("publish", "--project", root, "--quarter", "Q2-2025", "--area", "E002")
    assert "E002 Q2-2025 is published" in done.stdout
    assert earlier(root / "history" / "E002", QUARTER) != []
    assert earlier(root / "history" / "E003", QUARTER) == []
    refused = run("publish", "--project", root, "--quarter", "Q1-2025", "--area", "E002")
    assert refused.exit_code == 2
    assert "carereport build --quarter Q1-2025 --area E002 --final" in refused.stderr
    assert run("publish", "--project", root, "--quarter", "Q2-2025", "--area", "../E002").exit_code == 2


def test_one_council_of_several_is_compared_with_its_own_history_and_rows(tmp_path: Path) -> None:
    root = region(tmp_path)
    asked = ("--project", root, "--area", "E002")
    never = run("compare", "Q2-2025", *asked)
    assert never.exit_code == 2
    assert "carereport build --quarter Q2-2025 --area E002" in never.stderr
    build(root)
    same = json.loads(run("compare", "Q2-2025", *asked, "--json").stdout)
    assert same["same_period"] == []
    path = root / "data" / "referrals.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if ",E002,2025-09-0" not in line]
    gone = len(path.read_text(encoding="utf-8").splitlines()) - len(kept)
    old = root / "before"
    old.mkdir()
    path.rename(old / "referrals.csv")
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    for arguments in (("Q2-2025", *asked), ("--extracts", old, root / "data", "--quarter", "Q2-2025", *asked)):
        found = json.loads(run("compare", *arguments, "--json").stdout)
        assert {row["indicator"] for row in found["same_period"]} == {"again", "referrals"}
    rows = run("compare", "again", "--extracts", old, root / "data", "--quarter", "Q2-2025", *asked, "--json").stdout
    counted = json.loads(rows)["groups"][0]
    assert counted["before"] - counted["after"] == gone
    assert counted["reasons"] == [{"sign": "-", "rows": gone, "why": "no longer in the extract"}]
    other = json.loads(run("compare", "Q2-2025", "--project", root, "--area", "E003", "--json").stdout)
    assert other["same_period"] == []
    assert run("compare", "Q2-2025", "--project", root, "--area", "../E002").exit_code == 2


def test_one_council_of_several_is_shown_traced_and_previewed(tmp_path: Path) -> None:
    root = region(tmp_path)
    asked = ("again", "--project", root, "--quarter", "Q2-2025", "--area")
    shown = {code: run("show", *asked, code).stdout for code in ("E001", "E002")}
    assert " of 36\n" in shown["E001"]
    assert " of 39\n" in shown["E002"]
    keys = tmp_path / "keys.csv"
    traced = [run("trace", *asked, code, "--part", "denominator", "--to", keys).stdout for code in ("E001", "E004")]
    assert [text.partition(" keys")[0] for text in traced] == ["24", "39"]
    options = Options(root, QUARTER, formats=("html",), area="E002")
    with Pages(options) as pages:
        page = pages.make().html
    run_build(options)
    assert page == (root / "output" / "E002" / "Q2-2025" / "report.html").read_bytes()
