"""Models of statistical neighbours: imported as published, chosen by year, told with how close they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from carereport.comparators import NeighbourRow
from carereport.faults import UsageError
from carereport.importing.neighbours import import_neighbours
from carereport.project import Project, read_settings
from carereport.report.pages.material import Material
from carereport.report.pages.notes import _neighbours
from tests.councils.run import run
from tests.made_up_report import AS_AT, QUARTER, material
from tests.shared import needs_shared, shared_folder

PAIRS = ",".join(f"SN_{place},SN_{place}P" for place in range(1, 11))
TABLE = "\n".join([
    f"code,name,region_ind,region_name,{PAIRS}",
    "301,Ashcombe,1,Mid," + ",".join(f"{302 + place},{'Close ' if place < 4 else 'Not close'}" for place in range(10)),
    *(f"{302 + place},Birch {place},1,Mid," + ",".join(["301", "Close"] * 10) for place in range(10)),
])  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "extracts.yaml").write_text("tables: {t: {files: t.csv, columns: {child_id: {from: ID, type: id}}}}\n")
    (folder / "indicators.yaml").write_text("indicators: {}\n")
    (folder / "report.yaml").write_text("council: {name: Ashcombe, area: E1, neighbours_model: 2025}\n")
    (tmp_path / "model.csv").write_text("\ufeff" + TABLE, encoding="utf-8")
    return tmp_path


def _project(root: Path) -> Project:
    project, _ = read_settings(root)
    assert project is not None
    return project


def _codes(root: Path) -> list[tuple[str, str, int]]:
    return [(fault.code, fault.severity, fault.line or 0) for fault in read_settings(root)[1] if fault.code != "CF024"]


def test_an_imported_model_names_the_neighbours_closest_first(root: Path) -> None:
    done = run("benchmarks", "neighbours", root / "model.csv", "--model", "2025", "--project", root)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == " 1  Birch 0: close"
    project = _project(root)
    assert project.neighbours == [f"Birch {place}" for place in range(10)]
    assert project.neighbour_model[9] == NeighbourRow("E1", "Birch 9", "2025", 10, "not close")
    assert _codes(root) == []


def test_each_year_is_a_model_of_its_own_and_is_imported_anew(root: Path) -> None:
    import_neighbours(root / "model.csv", "2021", "", _project(root))
    import_neighbours(root / "model.csv", "2025", "Birch 3", _project(root))
    import_neighbours(root / "model.csv", "2025", "", _project(root))
    project = _project(root)
    assert [row.model for row in project.models] == ["2021"] * 10 + ["2025"] * 10
    report = root / "config" / "report.yaml"
    report.write_text(report.read_text().replace("2025", "2021"))
    assert _project(root).neighbour_model[0].model == "2021"


@pytest.mark.parametrize(
    ("text", "council"),
    [(TABLE, "Nowhere"), (TABLE.replace("302,Birch 0", "999,Birch 0"), ""), ("a,b\n1,2\n", ""), ("\x00", "")],
)
def test_what_is_no_model_of_the_council_is_refused_and_nothing_is_written(root: Path, text: str, council: str) -> None:
    (root / "model.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        import_neighbours(root / "model.csv", "2025", council, _project(root))
    assert not (root / "config" / "neighbours.csv").exists()


def test_a_model_that_is_not_there_is_a_finding_with_its_place(root: Path) -> None:
    (root / "config" / "report.yaml").write_text("council:\n  area: E1\n  neighbours_model: 2024\n")
    assert _codes(root) == [("CF029", "error", 3)]


def test_neighbours_that_differ_from_the_models_are_said_and_not_used(root: Path) -> None:
    import_neighbours(root / "model.csv", "2025", "", _project(root))
    text = "council:\n  name: Ashcombe\n  area: E1\n  neighbours: [Elm]\n  neighbours_model: 2025\n"
    (root / "config" / "report.yaml").write_text(text)
    assert _codes(root) == [("CF029", "warning", 4)]
    assert _project(root).neighbours[0] == "Birch 0"


@pytest.mark.parametrize(
    "row", ["E1,Elm,2025,1,close", "E1,Birch 0,2025,11,close", "E1,,2025,11,close", "E1,Elm,2025,x,"]
)
def test_a_row_that_stands_twice_or_says_nothing_is_a_finding_with_its_line(root: Path, row: str) -> None:
    import_neighbours(root / "model.csv", "2025", "", _project(root))
    with (root / "config" / "neighbours.csv").open("a", encoding="utf-8") as handle:
        handle.write(row + "\n")
    assert _codes(root) == [("CF028", "error", 12)]


def test_another_council_has_its_own_neighbours_or_none(root: Path) -> None:
    import_neighbours(root / "model.csv", "2025", "", _project(root))
    project = _project(root)
    other = replace(project, models=(*project.models, NeighbourRow("E2", "Cedar", "2025", 1, "close")))
    assert other.in_area("E2", asked=True).neighbours == ["Cedar"]
    assert other.in_area("E3", asked=True).neighbours == []


def test_the_report_says_which_model_and_how_close(tmp_path: Path) -> None:
    findings, disclosed, project = material(tmp_path)
    held = Material(findings, disclosed, project, QUARTER, "public", True, AS_AT, (), (), {})
    council = held.project.report.council.model_copy(update={"neighbours_model": "2025", "area": "E1"})
    rows = tuple(
        NeighbourRow("E1", name, "2025", rank, "close" if rank < 3 else "not close")
        for rank, name in enumerate(held.project.neighbours, start=1)
    )
    report = held.project.report.model_copy(update={"council": council})
    said = _neighbours(replace(held, project=replace(held.project, report=report, models=rows)))
    first, second, third = held.project.neighbours[:3]
    assert f"in the 2025 model, which says how close each is. Close: {first}, {second}. Not close: {third}, " in said
    assert "the 2025 model" not in _neighbours(held)


@needs_shared("data/lait/sn_may_2025.xlsx")
@pytest.mark.parametrize("name", ["dfe/sn_model_2025_wide.csv", "lait/sn_may_2025.xlsx"])
def test_both_published_forms_say_the_same(root: Path, name: str) -> None:
    path, rows = import_neighbours(shared_folder() / "data" / name, "2025", "Leicester", _project(root))
    assert (rows[0].neighbour, rows[0].closeness) == ("Luton", "close")
    assert (rows[9].neighbour, rows[9].closeness) == ("Blackburn with Darwen", "not close")
    sample = Path(__file__).parents[1] / "config" / "neighbours.csv"
    assert path.read_text().replace("E1,", "E06000016,") == sample.read_text(encoding="utf-8")
