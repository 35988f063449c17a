"""Extracts too large to be read at once: some councils at a time, and nothing of a report is another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from carereport.all_areas import build as every_area
from carereport.all_areas.build import AreaResult, build_every_area
from carereport.build import Options
from carereport.council_facts import keep_facts, kept_facts
from carereport.extracts import Extracts, blocks, by_council, parquet, parts, read_extracts, tables, typed
from carereport.extracts.by_council import Part
from carereport.extracts.read import RawFile
from carereport.faults import ExtractError, Fault
from carereport.measures import work
from carereport.project import Project, load_project
from carereport.quarters import Quarter
from tests.councils.run import run
from tests.test_every_area import CODES, PEOPLE, SAFE, VISITS, region

QUARTER = Quarter(2025, 2)
LARGE = 9_000
"""Bytes: of the region's 33,000, a council or two at a time."""
OF_COLUMNS = {"EX211", "EX213", "EX216"}
"""Warnings that all values of a column give together: those of the councils that are read together."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGE", LARGE)
    monkeypatch.setattr(blocks, "BLOCK", 1_000)
    monkeypatch.setattr(parquet, "BLOCK", 50)


def build(root: Path, workers: int = 1, **asked: object) -> tuple[list[AreaResult], list[str]]:
    said: list[str] = []
    options = Options(root, QUARTER, formats=("csv", "json"), audience="both", **asked)
    return build_every_area(options, workers, lambda held, number, total: None, said.append), said


def in_processes(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Divide files and measure parts in one process or in two, whatever this machine has."""
    if number == 2 and not hasattr(os, "fork"):
        pytest.skip("needs a system that forks")
    monkeypatch.setattr(every_area, "forks", lambda engine: number == 2)
    monkeypatch.setattr(parts, "can", lambda: number == 2)


def written(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted((root / "output").rglob("*.*"))}


def told(root: Path) -> dict[str, list[Fault]]:
    """Return what was found in each council's rows; of the rows of other councils only how many there are."""
    found = {}
    for code in CODES:
        facts = kept_facts(root / ".carereport" / "areas" / f"{code}.facts")
        found[code] = [fault for fault in facts.faults if fault.code not in {"EX306", *OF_COLUMNS}]
        counts = [(fault.file, fault.count) for fault in facts.faults if fault.code == "EX306"]
        found[code] += [Fault("EX306", "note", f"{counts} {facts.inputs} {facts.set_aside}")]
    return found


def full(root: Path) -> Path:
    """Write a region with three tables: one in two files, one without a key, one that is looked into."""
    region(root)
    for name, more in (("extracts", PEOPLE + VISITS.replace("tables:", "")), ("indicators", SAFE)):
        path = root / "config" / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    born = [f"C{child},{area},{2010 + child % 9}-09-01" for area in CODES for child in range(40)]
    (root / "data" / "people.csv").write_text("\n".join(["Child,Authority,Born", *born]) + "\n", encoding="utf-8")
    for year in (2024, 2025):
        rows = [f"C{child},{area},{year}-0{1 + child % 9}-01,{'yes' if child % 3 else 'no'}"
                for child in range(40) for area in CODES]  # fmt: skip
        text = "\n".join(["Child,Authority,Day,Safe", *rows, *rows[5:6], ""])
        (root / "data" / f"visits_{year}.csv").write_text(text, encoding="utf-8")
    path = root / "data" / "referrals.csv"
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    lines = [line for number in range(300) for line in lines[number::300]]  # councils stand mixed
    path.write_text("\n".join([first, *lines, lines[100], "C1,E002,2199-01-01", ""]), encoding="utf-8")
    return root


@pytest.mark.parametrize(("engine", "processes"), [("pandas", 1), ("polars", 1), ("pandas", 2)])
def test_reports_are_the_same_byte_by_byte_and_so_is_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, processes: int
) -> None:
    pytest.importorskip(engine)
    in_processes(processes, monkeypatch)
    whole, divided = full(tmp_path / "whole" / "region"), full(tmp_path / "divided" / "region")
    results, said = build(whole, engine=engine)
    assert said == [] and all(held.result is not None for held in results)
    monkeypatch.setattr(parts, "LARGE", LARGE)
    monkeypatch.setattr(blocks, "BLOCK", 1_000)
    again, said = build(divided, processes, engine=engine)
    met = {line.split()[1] for line in said if line.startswith("part ")}
    assert met >= ({"1", "2", "3"} if processes == 1 else {"1", "3"}) and ("2" in met) == (processes == 1)
    assert [(held.area, held.exit) for held in again] == [(held.area, held.exit) for held in results]
    assert written(divided) == written(whole)
    assert told(divided) == told(whole)
    assert {"EX127", "EX303", "EX306", "EX324"} <= {fault.code for fault in told(whole)["E002"]}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("form", ["utf-16", "cp1252", "quoted", "blank", "parquet", "uneven", "uneven late"])
def test_every_form_of_a_file_is_divided(tmp_path: Path, form: str) -> None:
    plain, other = region(tmp_path / "plain"), region(tmp_path / "other")
    path = other / "data" / "referrals.csv"
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    said_of = ""
    if form == "quoted":
        lines = [f'"{line.partition(",")[0]}",{line.partition(",")[2]},"a note\nof, two ""lines"""' for line in lines]
        path.write_text("\r\n".join([f"{first},Note", *lines, ""]), encoding="utf-8", newline="")
    elif form.startswith("uneven"):
        said_of = "referrals.csv has to be read as a whole before it is divided: a quote stands inside a cell"
        noted = [f'{line},5" pipe' if form == "uneven" or line is lines[-1] else f"{line}," for line in lines]
        path.write_text("\n".join([f"{first},Note", *noted]), encoding="utf-8")
    elif form == "blank":
        path.write_text(";\n\n".join([first, *lines, " , ,"]).replace(",", ";"), encoding="utf-8")
    elif form == "parquet":
        names = pa_csv.ConvertOptions(auto_dict_encode=True)  # each block then has a dictionary of its own
        pq.write_table(pa_csv.read_csv(path, convert_options=names), path.with_name("referrals.csv.parquet"))
        path.unlink()
        settings = other / "config" / "extracts.yaml"
        settings.write_text(settings.read_text(encoding="utf-8").replace("*.csv", "*.parquet"), encoding="utf-8")
    else:
        path.write_text("\n".join([f"{first},Café", *(f"{line},é" for line in lines)]), encoding=form)
    build(plain)
    results, said = build(other)
    assert all(held.result is not None for held in results)
    assert sum(line.startswith("part ") for line in said) >= 2
    assert [line for line in said if "as a whole" in line] == ([said_of] if said_of else [])
    for code in CODES:
        names = [Path(code) / folder / "figures.csv" for folder in ("Q2-2025", "Q2-2025-internal")]
        assert [(other / "output" / one).read_bytes() for one in names] == [
            (plain / "output" / one).read_bytes() for one in names
        ]


@pytest.mark.usefixtures("small")
def test_a_wrong_row_of_a_later_part_is_named_by_its_line_and_stops_its_council_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_processes(1, monkeypatch)
    root = region(tmp_path)
    path = root / "data" / "referrals.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if ",E003," in line) + 50
    lines.insert(place, "C1,E003,31/02/2025")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("build", "--project", str(root), "--quarter", "Q2-2025", "--all-areas", "--format", "csv")
    assert result.exit_code == 4
    assert "part 2 of " in result.stderr
    assert "EX208" in result.stderr and "31/02/2025" not in result.stderr + result.stdout
    assert f"referrals.csv:{place + 1}:" in result.stderr
    assert "3 of 4 councils have their report; not built: E003" in result.stdout


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "rows",
    [
        ["C5,,2025-09-01", "C6,,2025-09-01"], ["C5,../E9,2025-09-01"], ["C5,e001,2025-09-01"], ["C5,E001"],
        ["C5,E001,2025-09-01,x,y"], ["Child,Authority,Received"],
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_as_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[str]
) -> None:
    root = region(tmp_path)
    with (root / "data" / "referrals.csv").open("a", encoding="utf-8") as handle:
        handle.write("\n".join([*rows, ""]))
    with pytest.raises(ExtractError) as divided:
        build(root)
    monkeypatch.setattr(parts, "LARGE", 1 << 30)
    with pytest.raises(ExtractError) as whole:
        build(root)
    assert divided.value.faults == whole.value.faults
    assert not (root / "output").exists()


@pytest.mark.usefixtures("small")
def test_a_column_that_holds_no_councils_is_refused_before_all_of_it_is_divided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = region(tmp_path)
    for module in (by_council, typed):
        monkeypatch.setattr(module, "MOST_AREAS", 3)
    with pytest.raises(ExtractError) as refused:
        build(root)
    assert [fault.code for fault in refused.value.faults] == ["EX307"]


@pytest.mark.usefixtures("small")
def test_a_table_without_councils_is_refused(tmp_path: Path) -> None:
    root = region(tmp_path)
    path = root / "config" / "extracts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('      area: {from: "Authority", type: code}\n', ""))
    with pytest.raises(ExtractError) as refused:
        build(root)
    assert "EX305" in {fault.code for fault in refused.value.faults}


@pytest.mark.usefixtures("small")
def test_a_file_that_two_tables_divide_differently_is_read_at_once(tmp_path: Path) -> None:
    root = region(tmp_path)
    path = root / "config" / "extracts.yaml"
    text = path.read_text(encoding="utf-8")
    other = text.partition("tables:\n")[2].replace("  referrals:", "  moved:").replace('"Authority"', '"To"')
    path.write_text(text + other, encoding="utf-8")
    path = root / "data" / "referrals.csv"
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{first},To", *(f"{line},{line.split(',')[1]}" for line in lines)]), encoding="utf-8")
    results, said = build(root)
    assert all(held.result is not None for held in results)
    assert said == ["all is read at once: two tables take one file's council from different columns"]


@pytest.mark.usefixtures("small")
def test_one_council_of_large_extracts_is_read_without_holding_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = full(tmp_path / "region")
    project = load_project(root)
    held: list[int] = []
    name = "carereport.extracts.parts.read_typed"
    monkeypatch.setattr(name, lambda project, data, read: typed.read_typed(project, data, counted(read)))

    def counted(read: typed.Read) -> typed.Read:
        def one(path: Path, name: str) -> RawFile:
            raw = read(path, name)
            held.append(0 if raw.table is None else raw.table.num_rows)
            return raw

        return one

    ours = read_extracts(project, root / "data", QUARTER, area="E002")
    monkeypatch.setattr(parts, "LARGE", 1 << 30)
    monkeypatch.setattr(name, typed.read_typed)
    whole = read_extracts(project, root / "data", QUARTER, area="E002")
    texts = [path.read_text(encoding="utf-8") for path in (root / "data").glob("*.csv")]
    assert sum(held) == sum(text.count(",E002,") for text in texts)
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(ours.tables[name].frame, table.frame)
    assert (ours.inputs, ours.set_aside, ours.area) == (whole.inputs, whole.set_aside, whole.area)

    def of(faults: tuple[Fault, ...]) -> list[tuple[object, ...]]:
        return sorted((f.code, f.file, f.message, f.count, f.lines if f.code != "EX306" else ()) for f in faults)

    assert of(ours.faults) == of(whole.faults)


@pytest.mark.usefixtures("small")
def test_a_council_that_large_extracts_do_not_name_is_an_error(tmp_path: Path) -> None:
    root = full(tmp_path / "region")
    with pytest.raises(ExtractError) as found:
        read_extracts(load_project(root), root / "data", QUARTER, area="E099")
    assert "EX308" in {fault.code for fault in found.value.faults}


@pytest.mark.usefixtures("small")
def test_councils_that_are_done_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_processes(1, monkeypatch)
    root, met, real = region(tmp_path), list[list[str]](), parts._read

    def seen(project: Project, data: Path, held: dict[Path, Part], areas: list[str]) -> typed.Typed:
        met.append(areas)
        return real(project, data, held, areas)

    monkeypatch.setattr(parts, "_read", seen)
    build(root)
    assert [area for areas in met for area in areas] == list(CODES) and len(met) >= 3
    batches = [*met]
    for area in batches[1]:
        (root / ".carereport" / "areas" / f"{area}.facts").unlink()
    build(root)
    assert met == [*batches, batches[1]]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.usefixtures("small")
def test_what_fails_in_a_part_is_told_of_its_council_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    in_processes(processes, monkeypatch)
    root, real = region(tmp_path), tables.check_tables

    def broken(project: Project, *asked: Any) -> Extracts:
        if project.area == "E002":
            raise RuntimeError
        return real(project, *asked)

    monkeypatch.setattr(tables, "check_tables", broken)
    results, _ = build(root, processes)
    assert [held.area for held in results] == list(CODES)
    assert [held.area for held in results if held.result is None] == ["E002"]


@pytest.mark.usefixtures("small")
def test_with_one_worker_one_process_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_processes(2, monkeypatch)
    _, said = build(region(tmp_path), 1)
    assert any(line.startswith("part 2 of ") for line in said)


@pytest.mark.usefixtures("small")
def test_parts_that_the_second_process_loses_are_measured_by_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_processes(2, monkeypatch)
    root, here, real = region(tmp_path), os.getpid(), keep_facts

    def lost(*asked: Any) -> None:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        real(*asked)

    monkeypatch.setattr(every_area, "keep_facts", lost)
    results, said = build(root, 2)
    assert [held.area for held in results if held.result is not None] == list(CODES)
    assert any(line.startswith("part 2 of ") for line in said)


@pytest.mark.usefixtures("small")
def test_measuring_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_processes(1, monkeypatch)
    root = region(tmp_path)
    real = work.Measuring.begin
    met: list[set[str]] = []

    def stopped(self: work.Measuring, name: str) -> None:
        areas = {str(area) for tables in self.councils for area in tables["referrals"].frame["area"].unique()}
        met.append(areas)
        if "E003" in areas and len(met) < 6:
            raise KeyboardInterrupt
        real(self, name)

    monkeypatch.setattr(work.Measuring, "begin", stopped)
    with pytest.raises(KeyboardInterrupt):
        build(root)
    kept = {path.stem for path in (root / ".carereport" / "areas").glob("*.facts")}
    assert "E001" in kept and "E003" not in kept
    assert [path.name for path in (root / ".carereport" / "areas").iterdir() if path.suffix != ".facts"] == []
    before = len(met)
    met += [set()] * 6
    results, _ = build(root)
    assert all(held.result is not None for held in results)
    assert not any("E001" in areas for areas in met[before:])


KILLED = """
import os, signal, sys
from pathlib import Path
from carereport.extracts import blocks, parts
from carereport.project import load_project
parts.LARGE, blocks.BLOCK = 9_000, 1_000
root = Path(sys.argv[1])
with parts.in_batches(load_project(root), root / "data", root / ".carereport") as (batches, read):
    read(batches[0])
    print(batches[0], len(list((root / ".carereport").iterdir())), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_kill_leaves_nothing_of_the_rows(tmp_path: Path) -> None:
    root = region(tmp_path)
    (root / ".carereport").mkdir()
    done = subprocess.run([sys.executable, "-c", KILLED, str(root)], capture_output=True, text=True, check=False,
                          env={**os.environ, "TMPDIR": str(tmp_path)})  # fmt: skip
    assert done.returncode == -signal.SIGKILL and done.stdout.startswith("['E001'"), done.stderr
    assert list((root / ".carereport").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [".carereport", "config", "data"]
