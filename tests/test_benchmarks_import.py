"""Published comparators come in as the publisher gave them, with what cannot be right set aside and said."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from carereport.cli.main import cli
from carereport.faults import CarereportError
from carereport.importing.benchmarks import Wanted, import_benchmarks, what_it_holds
from carereport.project import Project, load_project
from tests.shared import needs_shared, shared_folder

REGIONS = [
    "North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East of England",
    "London", "South East", "South West",
]  # fmt: skip
LISTS = "carereport benchmarks show FILE lists what it holds"
HEADER = "time_period,time_identifier,geographic_level,country_name,region_name,la_name,group,count,percent\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "extracts.yaml").write_text(
        "tables: {t: {files: t.csv, columns: {child_id: {from: ID, type: id}, "
        'd: {from: D, type: date, formats: ["%Y-%m-%d"]}}}}\n'
    )
    (folder / "indicators.yaml").write_text(
        "indicators:\n  shares: {name: Shares, section: care, kind: percentage, from: t, when: d, polarity: low, "
        'count: "d is not null"}\n'
    )
    (folder / "report.yaml").write_text(
        "council: {name: Ashcombe, area: E1, region: East Midlands, neighbours: [Aston, Burley]}\n"
    )
    return load_project(tmp_path)


def _file(tmp_path: Path, england: float = 20.0, text: str = "") -> Path:
    rows = [f"2025,Reporting year,National,England,,,all,1000,{england}"]
    rows += [f"2025,Reporting year,Regional,England,{area},,all,100,{18 + i}" for i, area in enumerate(REGIONS)]
    rows += [
        "2024,Reporting year,Local authority,England,East Midlands,Aston,all,50,11.5",
        "2024,Reporting year,Local authority,England,East Midlands,Far,all,50,12.5",
        "2025,Reporting year,Local authority,England,East Midlands,Aston,all,50,12.50",
        "2025,Reporting year,Local authority,England,East Midlands,Burley,all,c,c",
        "2025,Reporting year,Local authority,England,North West,Far,all,60,30",
    ]
    path = tmp_path / "published.csv"
    path.write_text(text or HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def _rows(path: Path) -> list[tuple[str, str, str, str]]:
    with path.open(encoding="utf-8") as handle:
        return [(r["area"], r["period"], r["value"], r["denominator"]) for r in csv.DictReader(handle)]


def test_years_for_charts_of_those_near_and_the_latest_of_all(project: Project, tmp_path: Path) -> None:
    wanted = Wanted("shares", "percent", denominator="count")
    done = import_benchmarks(_file(tmp_path), wanted, project)
    assert _rows(done.path) == [
        ("England", "2024/25", "20.0", "1000"),
        ("East Midlands", "2024/25", "21", "100"),
        ("Aston", "2023/24", "11.5", "50"),
        ("Aston", "2024/25", "12.50", "50"),
        ("Far", "2024/25", "30", "60"),
    ]
    assert (done.without_value, done.faults) == (1, ())


def test_what_is_imported_is_read_by_the_project(project: Project, tmp_path: Path) -> None:
    import_benchmarks(_file(tmp_path), Wanted("shares", "percent", denominator="count"), project)
    (far,) = [figure for figure in load_project(tmp_path).benchmarks["shares"] if figure.area == "Far"]
    assert (far.value, far.denominator, far.unit) == (30.0, 60.0, "percent")


def test_england_outside_its_regions_is_set_aside_and_said(project: Project, tmp_path: Path) -> None:
    done = import_benchmarks(_file(tmp_path, england=40.0), Wanted("shares", "percent"), project)
    assert [fault.code for fault in done.faults] == ["JD012"]
    assert "England" not in [area for area, *_ in _rows(done.path)]


@pytest.mark.parametrize(
    ("wanted", "code", "help_"),
    [
        (Wanted("share", "percent"), "BI001", "did you mean shares?"),
        (Wanted("shares", "percents"), "BI003", "did you mean percent?"),
        (Wanted("shares", "percent", {"group": "boys"}), "BI003", LISTS),
        (Wanted("shares", "count"), "BI005", "choose another column or measure"),
        (Wanted("shares", "percent", first_year=2026), "BI004", LISTS),
    ],
)
def test_a_wrong_choice_names_the_next_step(
    wanted: Wanted, code: str, help_: str, project: Project, tmp_path: Path
) -> None:
    with pytest.raises(CarereportError) as caught:
        import_benchmarks(_file(tmp_path), wanted, project)
    assert [(fault.code, fault.help) for fault in caught.value.faults] == [(code, help_)]
    assert not (tmp_path / "config" / "benchmarks").exists()


def test_several_rows_for_a_place_ask_for_a_filter(project: Project, tmp_path: Path) -> None:
    row = "2025,Reporting year,National,England,,,{},1,{}\n"
    path = _file(tmp_path, text=HEADER + row.format("boys", 10) + row.format("girls", 11))
    with pytest.raises(CarereportError) as caught:
        import_benchmarks(path, Wanted("shares", "percent"), project)
    assert caught.value.faults[0].help == "add --where with one of group"
    done = import_benchmarks(path, Wanted("shares", "percent", {"group": "girls"}), project)
    assert _rows(done.path) == [("England", "2024/25", "11", "")]


def test_a_file_of_somebody_else_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(CarereportError) as caught:
        import_benchmarks(_file(tmp_path, text="a,b\n1,2\n"), Wanted("shares", "b"), project)
    assert caught.value.faults[0].code == "BI002"


def test_what_a_file_holds_is_listed(tmp_path: Path) -> None:
    assert what_it_holds(_file(tmp_path)) == ["where group = all", "column count", "column percent"]


@needs_shared("data/dfe")
def test_the_departments_own_file_gives_the_published_figures(project: Project) -> None:
    path = shared_folder() / "data/dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"
    done = import_benchmarks(path, Wanted("shares", "rereferral_percent", denominator="referral_count"), project)
    assert ("England", "2024/25", "22.6", "632830") in _rows(done.path)
    assert done.faults == ()


@needs_shared("data/lait")
def test_the_tools_known_fault_is_found(project: Project, tmp_path: Path) -> None:
    text = (tmp_path / "config" / "indicators.yaml").read_text().replace("kind: percentage", "kind: rate")
    text = text.replace('count: "d is not null"', "per: {population: children_10_17, scale: 100000}")
    (tmp_path / "config" / "indicators.yaml").write_text(text)
    path = shared_folder() / "data/lait/bds_long.parquet"
    done = import_benchmarks(path, Wanted("shares", measure="FirstYJS"), load_project(tmp_path))
    assert "JD012" in [fault.code for fault in done.faults]


def test_the_command_says_what_it_wrote(project: Project, tmp_path: Path) -> None:
    arguments = ["benchmarks", "import", str(_file(tmp_path)), "--indicator", "shares", "--column", "percent"]
    done = CliRunner().invoke(cli, [*arguments, "--project", str(tmp_path)])
    assert done.exit_code == 0
    assert done.stdout.startswith("5 figures of 2024 to 2025 written to ")
    assert done.stdout.rstrip().endswith("1 without a value were left out")
