"""Tables of a Spark catalogue are read by the rules of Parquet files; what fails is said by its code, without a value.

A stand-in takes the session's place; the real one's tests are in test_spark_tables_slow.py.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from click.testing import CliRunner

from carereport import engines
from carereport.checking import check_all
from carereport.cli.main import cli
from carereport.extracts import Extracts, blocks, parts, read_extracts
from carereport.faults import EXIT_ENVIRONMENT, ExtractError, Fault, MachineError
from carereport.history import inputs_of
from carereport.kept_settings import fed_by
from carereport.project import load_project
from carereport.quarters import Quarter
from carereport.settings import ExtractSettings
from tests.small_council import small_council
from tests.spark_stand_in import RefusedError, Session, from_files, use
from tests.test_every_area import CODES, region
from tests.test_every_area_parts import full
from tests.test_extracts_parquet import EXTRACTS as OF_FILES
from tests.test_extracts_parquet import INDICATORS

QUARTER = Quarter(2025, 2)
EXTRACTS = OF_FILES.replace('files: "events*.parquet"', "spark_table: care.events")
ROWS: dict[str, Any] = {
    "Event": ["3", "1", "2"],
    "Name": ["Zebedee", "Quentin", "Xanthippe"],
    "Child": pa.array([7, 8, None], pa.int64()),
    "Day": pa.array([date(2025, 9, 30), date(2025, 9, 1), date(2025, 9, 2)], pa.date32()),
    "FTE": pa.array([2.0, 0.5, float("nan")]),
    "Outcome": ["no", None, "yes"],
}
@pytest.fixture
def council(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "extracts.yaml").write_text(EXTRACTS, encoding="utf-8")
    (tmp_path / "config" / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    return tmp_path


def events(**other: Any) -> Session:
    return Session(care__events=pa.table(ROWS | other))


def read(root: Path) -> Extracts:
    return read_extracts(load_project(root), root / "data", QUARTER)


def refused(root: Path) -> dict[str, Fault]:
    with pytest.raises(ExtractError) as error:
        read(root)
    found = {fault.code: fault for fault in error.value.faults if fault.severity == "error"}
    assert not any("Zebedee" in f"{fault.message} {fault.help}" for fault in found.values())
    return found


def test_a_table_is_read_without_a_data_folder_and_only_its_named_columns(
    council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = use(monkeypatch, events())
    extracts = read(council)
    assert session.asked == ["`Event`", "`Child`", "`Day`", "`FTE`", "`Outcome`"]
    frame = extracts.tables["events"].frame
    assert frame["event_id"].tolist() == ["1", "2", "3"]
    assert frame["child_id"].fillna("").tolist() == ["8", "", "7"]
    assert [day.day for day in frame["day"]] == [1, 2, 30]
    assert frame["fte"].fillna(-1).tolist() == [0.5, -1, 2.0]
    (held,) = extracts.inputs
    assert (held.path, held.rows, held.table) == ("care.events", 3, "events")
    assert [(fault.file, fault.message) for fault in extracts.faults if fault.code == "EX125"] == [
        ("care.events", "columns that no table names: Name")
    ]


def test_the_hash_is_of_the_named_columns_and_not_of_the_order_of_rows(
    council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pa.table(ROWS)
    hashes = []
    for rows in (
        whole, whole.take([2, 0, 1]), whole.select(["Outcome", "FTE", "Day", "Child", "Event"]),
        pa.concat_tables([whole.slice(0, 1), whole.slice(1)]), pa.table(ROWS | {"Name": ["Eve", "Eve", "Eve"]}),
        pa.table(ROWS | {"Outcome": ["no", "", "yes"]}),
    ):  # fmt: skip
        use(monkeypatch, Session(care__events=rows))
        hashes.append(read(council).inputs[0].sha256)
    assert len(set(hashes[:5])) == 1
    settings = council / "config" / "extracts.yaml"
    lines = EXTRACTS.splitlines()
    settings.write_text("\n".join([*lines[:8], *reversed(lines[8:])]), encoding="utf-8")
    use(monkeypatch, Session(care__events=whole))
    assert read(council).inputs[0].sha256 == hashes[0]
    assert hashes[5] != hashes[0]


def test_rows_are_named_by_their_number_in_the_order_of_the_key(
    council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, events(FTE=pa.array([-2.0, 0.5, 1.0])))
    fault = refused(council)["EX205"]
    assert (fault.file, fault.line) == ("care.events", 3)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"Outcome": pa.array([["a"], ["b"], []], pa.list_(pa.string()))}, "EX119"),
        ({"Day": pa.array([datetime(2025, 9, 1)] * 3, pa.timestamp("us", "UTC"))}, "EX119"),
        ({"Child": pa.array([7.0, 8.0, 9.0])}, "EX210"),
        ({"Event": ["1", "1", "2"]}, "EX302"),
        ({"Outcome": ["a\x00", "b", "c"]}, "EX104"),
        ({"event": ["1", "2", "3"]}, "EX123"),
        ({name: pa.table(ROWS).column(name).slice(0, 0) for name in ROWS}, "EX109"),
    ],
)
def test_the_rules_of_parquet_files_hold(
    council: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any], code: str
) -> None:
    use(monkeypatch, events(**other))
    assert set(refused(council)) == {code}


def test_moments_of_a_day_are_read_where_the_type_has_no_time_zone(
    council: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, events(Day=pa.array([datetime(2025, 9, 1, 10, 30)] * 3, pa.timestamp("us"))))
    assert {fault.code for fault in read(council).faults} >= {"EX206"}


def test_a_missing_column_is_named_with_the_nearest(council: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pa.table(ROWS).rename_columns(["Event", "Name", "Child", "Days", "FTE", "Outcome"])
    use(monkeypatch, Session(care__events=rows))
    fault = refused(council)["EX122"]
    assert (fault.file, fault.column) == ("care.events", "Day")
    assert "did you mean Days?" in fault.help


def test_another_table_is_told_by_its_columns(council: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = use(monkeypatch, Session(care__events=pa.table({"Name": ["Zebedee"]})))
    assert set(refused(council)) == {"EX116"}
    assert not session.asked


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (RefusedError("TABLE_OR_VIEW_NOT_FOUND"), "EX129", "no such table"),
        (RefusedError("SCHEMA_NOT_FOUND"), "EX129", "no such table"),
        (RefusedError("NO_SUCH_CATALOG_EXCEPTION"), "EX129", "no such table"),
        (RefusedError("INSUFFICIENT_PERMISSIONS"), "EX130", "may not be read"),
        (RefusedError("_LEGACY_ERROR_TEMP_3290", "AccessControlException"), "EX130", "may not be read"),
        (RefusedError("CAST_INVALID_INPUT"), "EX131", "(CAST_INVALID_INPUT)"),
        (RefusedError("the value 'Zebedee'"), "EX131", "(RefusedError)"),
        (OSError("Zebedee"), "EX131", "(OSError)"),
    ],
)
def test_what_spark_raises_is_a_fault_at_the_name_and_says_no_value(
    council: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, says: str
) -> None:
    use(monkeypatch, Session(care__events=error))
    found = refused(council)
    assert set(found) == {code}
    assert says in found[code].message
    assert found[code].text == "    spark_table: care.events"


def test_too_large_a_result_names_the_setting(council: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Session(care__events=RefusedError("JOB_ABORTED", "is bigger than spark.driver.maxResultSize")))
    assert "spark.driver.maxResultSize" in refused(council)["EX131"].help


@pytest.mark.parametrize("name", ["events", "care.events", "uc-1.care_2.events", "space.house.care.events"])
def test_names_of_tables_are_taken(name: str) -> None:
    document = {"tables": {"events": {"spark_table": name}}}
    assert ExtractSettings.model_validate(document).spark_tables == [name]


@pytest.mark.parametrize(
    "table",
    ["spark_table: care events", "spark_table: care..events", "spark_table: care.events;drop", "spark_table: ''",
     "spark_table: a/b", "spark_table: a.b.c.d.e"],
)  # fmt: skip
def test_other_names_are_refused_with_an_example(council: Path, table: str) -> None:
    settings = council / "config" / "extracts.yaml"
    settings.write_text(EXTRACTS.replace("spark_table: care.events", table), encoding="utf-8")
    (fault,) = [one for one in check_all(council, None, None) if one.code == "CF017"]
    assert "social_care.contacts" in fault.message
    assert fault.line == 5


def test_files_and_a_spark_table_together_are_refused(council: Path) -> None:
    settings = council / "config" / "extracts.yaml"
    settings.write_text(EXTRACTS.replace("    key:", '    files: "events*.csv"\n    key:'), encoding="utf-8")
    assert "CF017" in {one.code for one in check_all(council, None, None)}


@pytest.mark.parametrize(("lacking", "code"), [("library", "MA005"), ("java", "MA006")])
def test_without_spark_check_and_build_say_what_is_to_be_installed(
    council: Path, monkeypatch: pytest.MonkeyPatch, lacking: str, code: str
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None if lacking == "library" else name)
    monkeypatch.setattr(engines, "_has_java", lambda: False)
    monkeypatch.setattr(engines, "_server", lambda: "")
    with pytest.raises(MachineError) as error:
        read(council)
    assert [fault.code for fault in error.value.faults] == [code]
    assert "`spark_table` in extracts.yaml needs" in error.value.faults[0].message
    for command in ("check", "build"):
        result = CliRunner().invoke(cli, [command, "--project", str(council), "--quarter", "Q2-2025"])
        assert result.exit_code == EXIT_ENVIRONMENT, result.stderr
        assert f"error {code}" in result.stderr
    doctor = CliRunner().invoke(cli, ["doctor", "--project", str(council)])
    (line,) = (line for line in doctor.stdout.splitlines() if "`spark_table` in extracts.yaml" in line)
    assert ("pip install" if lacking == "library" else "Java 17") in line


def figures(root: Path, *more: str, place: str = "output") -> str:
    asked = ["build", "--project", str(root), "--quarter", "Q2-2025", "--format", "csv", *more]
    result = CliRunner().invoke(cli, asked)
    assert result.exit_code in (0, 1), result.stderr
    return (root / place / "Q2-2025" / "figures.csv").read_text(encoding="utf-8")


def test_a_build_from_tables_has_the_figures_of_the_files_and_history_knows_them_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_council(tmp_path)
    before = figures(root)
    use(monkeypatch, from_files(root))
    assert figures(root) == before
    assert set(inputs_of(root, QUARTER)) == {"care.plans", "care.referrals"}


def test_the_same_or_far_fewer_rows_than_last_time_are_said_by_the_tables_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_council(tmp_path)
    session = use(monkeypatch, from_files(root))
    figures(root)
    later = Quarter(2025, 3)
    held = session.tables["care.referrals"]
    assert isinstance(held, pa.Table)
    session.tables["care.referrals"] = held.slice(0, held.num_rows // 3)
    faults = {fault.code: fault for fault in check_all(root, None, later)}
    assert faults["EX325"].message.endswith(": care.plans")
    assert faults["EX325"].file == "care.plans"
    assert faults["EX326"].file == "care.referrals"


def test_earlier_settings_are_fed_from_todays_tables_or_files() -> None:
    def settings(**source: object) -> ExtractSettings:
        columns = {"child_id": {"from": "Child", "type": "id"}}
        return ExtractSettings.model_validate({"tables": {"events": {**source, "columns": columns}}})

    files, table = settings(files="events*.csv"), settings(spark_table="care.events")
    assert fed_by(files, table).tables["events"].spark_table == "care.events"
    assert fed_by(files, table).tables["events"].files == []
    assert fed_by(table, files).tables["events"].files == ["events*.csv"]
    assert fed_by(table, files).tables["events"].spark_table is None


@pytest.mark.parametrize("large", [False, True])
def test_every_council_is_built_from_tables_as_from_files_and_not_again_while_they_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    region(tmp_path)

    def built() -> tuple[str, dict[str, str]]:
        result = CliRunner().invoke(cli, ["build", "--project", str(tmp_path), "--quarter", "Q2-2025", "--all-areas",
                                          "--format", "csv", "--workers", "1"])  # fmt: skip
        assert result.exit_code in (0, 1), result.stderr
        folders = [tmp_path / "output" / code / "Q2-2025" for code in CODES]
        return result.output, {path.parent.name: (path / "figures.csv").read_text("utf-8") for path in folders}

    _, before = built()
    session = use(monkeypatch, from_files(tmp_path))
    monkeypatch.setattr(parts, "LARGE", 9_000 if large else parts.LARGE)
    said, after = built()
    assert ("care.referrals is divided by council" in said) == large
    assert said.count(" written: ") + said.count(" unchanged: ") == len(CODES)
    assert after == before
    held = session.tables["care.referrals"]
    assert isinstance(held, pa.Table)
    session.tables["care.referrals"] = held.take(list(range(held.num_rows))[::-1])
    said, _ = built()
    assert said.count("stands as it would be built") == len(CODES)
    session.tables["care.referrals"] = held.slice(1)
    said, after = built()
    assert "stands as it would be built" not in said
    assert after != before


def test_one_council_of_several_is_built_from_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    region(tmp_path)
    options = ("--area", "E002", "--out", str(tmp_path / "out"))
    before = figures(tmp_path, *options, place="out/E002")
    use(monkeypatch, from_files(tmp_path))
    assert figures(tmp_path, *options, place="out/E002") == before


@pytest.mark.parametrize("council", ["--area", "--all-areas"])
def test_large_files_beside_a_table_are_divided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, council: str
) -> None:
    full(tmp_path)
    more = ("--area", "E002") if council == "--area" else ("--all-areas", "--workers", "1")
    before = figures(tmp_path, *more, place="output/E002")
    use(monkeypatch, from_files(tmp_path, "referrals.csv"))
    monkeypatch.setattr(parts, "LARGE", 9_000)
    monkeypatch.setattr(blocks, "BLOCK", 1_000)
    assert figures(tmp_path, *more, place="output/E002") == before
