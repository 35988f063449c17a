"""Parquet files are read by the same rules as CSV: columns by declared type, and what cannot be read is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from carereport.extracts import Extracts, read_extracts
from carereport.faults import ExtractError
from carereport.project import load_project
from carereport.quarters import Quarter
from tests.small_council import small_council

EXTRACTS = """
extracted: 2025-10-14
tables:
  events:
    files: "events*.parquet"
    key: [event_id]
    covers: all
    columns:
      event_id: {from: "Event", type: id}
      child_id: {from: "Child", optional: true, type: id}
      day: {from: "Day", type: date, formats: ["%d/%m/%Y"]}
      fte: {from: "FTE", type: number, optional: true}
      outcome: {from: "Outcome", type: code, optional: true}
"""
INDICATORS = """
indicators:
  events: {name: Events, section: a, kind: count, from: events, when: day, polarity: neither}
"""
PLAIN: dict[str, Any] = {
    "Event": ["1", "2", "3"],
    "Child": pa.array([7, 8, None], pa.int64()),
    "Day": pa.array([date(2025, 9, 1), date(2025, 9, 2), date(2025, 9, 30)], pa.date32()),
    "FTE": pa.array([0.5, 2.0, float("nan")]),
    "Outcome": pa.array(["yes", None, "no"]).dictionary_encode(),
}


def read(root: Path, columns: dict[str, Any]) -> Extracts:
    (root / "config").mkdir(exist_ok=True)
    (root / "data").mkdir(exist_ok=True)
    (root / "config" / "extracts.yaml").write_text(EXTRACTS, encoding="utf-8")
    (root / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    pq.write_table(pa.table(columns), root / "data" / "events.parquet")
    return read_extracts(load_project(root), root / "data", Quarter(2025, 2))


def refused(root: Path, columns: dict[str, Any]) -> dict[str, int | None]:
    with pytest.raises(ExtractError) as error:
        read(root, columns)
    return {fault.code: fault.line for fault in error.value.faults if fault.severity == "error"}


def test_typed_columns_become_what_extracts_yaml_declares(tmp_path: Path) -> None:
    frame = read(tmp_path, PLAIN).tables["events"].frame
    assert frame["child_id"].fillna("").tolist() == ["7", "8", ""]
    assert [day.date() for day in frame["day"]] == [date(2025, 9, 1), date(2025, 9, 2), date(2025, 9, 30)]
    assert frame["fte"].fillna(-1).tolist() == [0.5, 2.0, -1]
    assert frame["outcome"].fillna("").tolist() == ["yes", "", "no"]


def test_a_small_councils_parquet_gives_the_tables_of_its_csv(tmp_path: Path) -> None:
    root = small_council(tmp_path)
    quarter = Quarter(2025, 2)
    before = read_extracts(load_project(root), root / "data", quarter)
    for path in (root / "data").glob("*.csv"):
        texts = pa_csv.ConvertOptions(column_types={name: pa.string() for name in ("Received", "Start", "End")})
        pq.write_table(pa_csv.read_csv(path, convert_options=texts), path.with_suffix(".parquet"))
        path.unlink()
    settings = root / "config" / "extracts.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("*.csv", "*.parquet"), encoding="utf-8")
    after = read_extracts(load_project(root), root / "data", quarter)
    for name, table in before.tables.items():
        assert after.tables[name].frame.equals(table.frame), name


def test_ids_that_stand_as_fractions_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, PLAIN | {"Child": pa.array([7.0, 8.0, 9.0])}) == {"EX210": 1}


def test_a_number_out_of_range_is_refused_by_its_row(tmp_path: Path) -> None:
    assert refused(tmp_path, PLAIN | {"FTE": pa.array([1.0, -1.0, 1.0])}) == {"EX205": 2}


def test_a_key_twice_with_differing_rows_is_refused_by_its_row(tmp_path: Path) -> None:
    assert refused(tmp_path, PLAIN | {"Event": ["1", "2", "2"]}) == {"EX302": 3}


def test_a_time_of_day_is_noted_and_a_time_zone_refused(tmp_path: Path) -> None:
    moments = [datetime(2025, 9, 1, 10, 30), datetime(2025, 9, 2), datetime(2025, 9, 3)]
    extracts = read(tmp_path, PLAIN | {"Day": pa.array(moments, pa.timestamp("us"))})
    assert [day.date() for day in extracts.tables["events"].frame["day"]] == [moment.date() for moment in moments]
    assert [fault.count for fault in extracts.faults if fault.code == "EX206"] == [1]
    zoned = pa.array(moments, pa.timestamp("us", "Europe/London"))
    assert set(refused(tmp_path, PLAIN | {"Day": zoned})) == {"EX119"}


def test_lists_control_characters_and_empty_files_are_refused(tmp_path: Path) -> None:
    assert set(refused(tmp_path, PLAIN | {"Outcome": [["a"], ["b"], []]})) == {"EX119"}
    assert set(refused(tmp_path, PLAIN | {"Outcome": ["a\x00", "b", "c"]})) == {"EX104"}
    assert set(refused(tmp_path, {name: list(values)[:0] for name, values in PLAIN.items()})) == {"EX109"}


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    read(tmp_path, PLAIN)
    path = tmp_path / "data" / "events.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ExtractError) as error:
        read_extracts(load_project(tmp_path), tmp_path / "data", Quarter(2025, 2))
    assert {fault.code for fault in error.value.faults if fault.severity == "error"} <= {"EX101", "EX102"}
