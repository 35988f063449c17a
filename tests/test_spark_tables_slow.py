"""The sample's extracts as tables and views of a Spark that runs here give the figures of its files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from carereport import engines
from carereport.engines import _has_java
from carereport.extracts import read_extracts
from carereport.faults import EXIT_EXTRACTS, ExtractError, Fault
from carereport.measures import measure
from carereport.project import load_project
from carereport.quarters import Quarter
from carereport.report.figures_csv import figures_text
from tests.councils.run import run
from tests.spark_stand_in import as_text
from tests.test_extracts_parquet import INDICATORS
from tests.test_spark_tables import EXTRACTS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not _has_java(), reason="Java is not here")]
ROOT = Path(__file__).parents[1]
QUARTER = Quarter(2025, 2)
TEXT = {"contacts": "annex_a_01_contacts", "children_in_care": "annex_a_08_children_in_care"}
"""Table of extracts.yaml and file: as a view of texts."""
TYPED = {
    "people": ("ssda903_header", {"SEX": "INT", "DOB": "DATE"}),
    "plan_visits": ("plan_visits", {"Visit Date": "DATE"}),
    "workforce": ("workforce", {"Established FTE": "DOUBLE", "Cases": "DECIMAL(9,0)", "Sickness Days": "DOUBLE"}),
}
"""Table of extracts.yaml, file and the types of columns: as a table of the catalogue."""


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give the session that a platform would have, in the time zone of London; with SPARK_REMOTE, on its server."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not here")
    if engines._server():
        session = sql.SparkSession.builder.remote(engines._server()).getOrCreate()
    else:
        builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        session = builder.config("spark.sql.session.timeZone", "Europe/London").getOrCreate()
        session.sparkContext.setLogLevel("OFF")
    session.conf.set("spark.sql.session.timeZone", "Europe/London")
    session.sql("CREATE DATABASE IF NOT EXISTS care")
    engines._started.cache_clear()
    yield session
    session.sql("DROP DATABASE care CASCADE")
    engines._started.cache_clear()


def small(folder: Path, table: str) -> Path:
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "extracts.yaml").write_text(EXTRACTS.replace("care.events", table), encoding="utf-8")
    (folder / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    return folder


def refused(folder: Path, table: str) -> Fault:
    with pytest.raises(ExtractError) as error:
        read_extracts(load_project(small(folder, table)), folder / "data", QUARTER)
    (fault,) = (fault for fault in error.value.faults if fault.severity == "error")
    return fault


def events(spark: Any, rows: list[tuple[Any, ...]], columns: str = "Event string, Child bigint, Day date") -> None:
    spark.createDataFrame(rows, columns).createOrReplaceTempView("events")


def copy_of_the_project(folder: Path) -> Path:
    for name in ("config", "templates", "commentary", "sample_data"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def moved_to_spark(spark: Any, root: Path) -> None:
    """Put some of the sample's extracts into Spark, rows in another order, and say so in extracts.yaml."""
    settings = root / "config" / "extracts.yaml"
    text = settings.read_text(encoding="utf-8")
    for name, file in {**TEXT, **{name: file for name, (file, _) in TYPED.items()}}.items():
        path = root / "sample_data" / f"{file}.csv"
        frame = spark.createDataFrame(as_text(path)).repartition(3)
        kinds = TYPED[name][1] if name in TYPED else {}
        for column, kind in kinds.items():
            value = f"to_date(`{column}`, 'dd/MM/yyyy')" if kind == "DATE" else f"CAST(`{column}` AS {kind})"
            frame = frame.selectExpr("*", f"{value} AS `new`").drop(column).withColumnRenamed("new", column)
        if name in TYPED:
            frame.write.saveAsTable(f"care.{name}")
        else:
            frame.createOrReplaceTempView(name)
        path.unlink()
        assert f'files: "{file}*.csv"' in text
        text = text.replace(f'files: "{file}*.csv"', f"spark_table: {f'care.{name}' if name in TYPED else name}")
    settings.write_text(text, encoding="utf-8")


def test_the_samples_tables_in_spark_give_the_figures_of_its_files(spark: Any, tmp_path: Path) -> None:
    root = copy_of_the_project(tmp_path)

    def figures() -> bytes:
        result = run("build", "--project", root, "--quarter", "Q2-2025", "--format", "csv")
        assert result.exit_code in (0, 1), result.stderr
        return (root / "output" / "Q2-2025" / "figures.csv").read_bytes()

    before = figures()
    moved_to_spark(spark, root)
    assert figures() == before
    checked = run("check", "--project", root, "--quarter", "Q2-2025")
    assert checked.exit_code in (0, 1), checked.stderr
    project = load_project(root)
    extracts = read_extracts(project, root / "sample_data", QUARTER)
    few = dict(list({name: one for name, one in project.indicators.items() if one.from_ == "contacts"}.items())[:2])
    assert few
    part = replace(project, indicators=few)
    texts = [figures_text(measure(part, extracts, QUARTER, engine).figures) for engine in ("pandas", "spark")]
    assert texts[0] == texts[1]
    assert engines._session() is spark


def test_the_hash_of_a_table_does_not_know_the_order_in_which_spark_gives_its_rows(spark: Any, tmp_path: Path) -> None:
    frame = spark.range(20_000).selectExpr("string(id) AS Event", "id % 7 AS Child", "date'2025-09-01' AS Day")
    found = set()
    for number in (1, 2):
        frame.repartition(number * 3).createOrReplaceTempView("events")
        (held,) = read_extracts(load_project(small(tmp_path, "events")), tmp_path, QUARTER).inputs
        found.add(held.sha256)
    assert len(found) == 1


def test_rows_stand_in_the_order_that_spark_gives_them_by_the_same_columns(spark: Any, tmp_path: Path) -> None:
    day, later = date(2025, 9, 1), date(2025, 9, 2)
    rows = [("b", 7, day, "x"), ("a", None, day, "x"), ("a", 10, later, "x"), ("a", 10, day, "\u00e9"),
            ("a", 10, day, "z"), ("a", 10, day, "Z"), ("a", 9, day, None), ("a", 9, day, "x")]  # fmt: skip
    events(spark, rows, "Event string, Child bigint, Day date, Outcome string")
    settings = small(tmp_path, "events") / "config" / "extracts.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("    key: [event_id]\n", ""), encoding="utf-8")
    frame = read_extracts(load_project(tmp_path), tmp_path, QUARTER).tables["events"].frame
    order = ", ".join(f"{column} NULLS LAST" for column in ("Child", "Day", "Event", "Outcome"))
    wanted = spark.sql(f"SELECT Event, string(Child) AS Id, Day, Outcome FROM events ORDER BY {order}").collect()
    found = frame["event_id"], frame["child_id"], frame["day"].dt.date, frame["outcome"]
    cells = [[None if pd.isna(cell) else cell for cell in row] for row in zip(*found, strict=True)]
    assert cells == [list(row) for row in wanted]


def test_rows_without_a_key_are_told_apart_by_columns_that_are_not_read(spark: Any, tmp_path: Path) -> None:
    day = date(2025, 9, 1)
    rows = [("1", 7, day, "a", {"x": 1}), ("1", 7, day, "b", {"x": 1}), ("1", 7, day, "b", {"x": 2}),
            ("1", 7, day, "b", {"x": 2}), ("2", None, day, None, None)]  # fmt: skip
    events(spark, rows, "Event string, Child bigint, Day date, Name string, More map<string,int>")
    settings = small(tmp_path, "events") / "config" / "extracts.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("    key: [event_id]\n", ""), encoding="utf-8")
    extracts = read_extracts(load_project(tmp_path), tmp_path, QUARTER)
    assert len(extracts.tables["events"].frame) == 4
    assert [one.rows for one in extracts.set_aside] == [1]


def test_a_view_makes_days_by_the_platforms_time_zone_and_moments_are_refused(spark: Any, tmp_path: Path) -> None:
    moments = "SELECT '1' AS Event, 7L AS Child, timestamp'2025-09-01 00:00:00 Europe/London' AS Day"
    spark.sql(moments).createOrReplaceTempView("moments")
    assert refused(tmp_path, "moments").code == "EX119"
    spark.conf.set("spark.sql.legacy.useCurrentConfigsForView", "true")  # as of a view that knows no time zone
    spark.sql("CREATE OR REPLACE TEMP VIEW events AS SELECT Event, Child, CAST(Day AS DATE) AS Day FROM moments")
    assert engines._session().conf.get("spark.sql.session.timeZone") == "UTC"
    frame = read_extracts(load_project(small(tmp_path, "events")), tmp_path, QUARTER).tables["events"].frame
    spark.conf.unset("spark.sql.legacy.useCurrentConfigsForView")
    assert [day.date() for day in frame["day"]] == [date(2025, 9, 1)]


@pytest.mark.parametrize("name", ["nothing", "care.nothing", "nothing.events", "nothing.care.events"])
def test_a_table_that_is_not_there_is_a_fault(spark: Any, tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, name).code == "EX129"


def test_what_spark_says_of_a_cell_is_said_nowhere(
    spark: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spark.createDataFrame([("Zebedee",)], "Event string").createOrReplaceTempView("names")
    spark.sql("CREATE OR REPLACE TEMP VIEW events AS SELECT Event, CAST(Event AS INT) AS Child FROM names")
    fault = refused(tmp_path, "events")
    assert fault.code == "EX131"
    assert "CAST_INVALID_INPUT" in fault.message
    result = run("check", "--project", tmp_path, "--data", tmp_path)
    assert result.exit_code == EXIT_EXTRACTS
    said = capfd.readouterr()
    assert "Zebedee" not in f"{fault} {result.output} {result.stderr} {said.out} {said.err}"


def test_a_table_whose_files_are_gone_is_a_fault(spark: Any, tmp_path: Path) -> None:
    frame = spark.createDataFrame([("1", 7, date(2025, 9, 1))], "Event string, Child bigint, Day date")
    frame.write.parquet(str(tmp_path / "events"))
    spark.read.parquet(str(tmp_path / "events")).createOrReplaceTempView("events")
    shutil.rmtree(tmp_path / "events")
    assert refused(tmp_path, "events").code == "EX131"
