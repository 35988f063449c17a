"""Chance finds no internal error and no cell in a message: CSV bytes, YAML text and conditions."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from carereport.conditions import ConditionError, check_condition
from carereport.extracts import read_extracts
from carereport.extracts.read import read_file
from carereport.faults import ExtractError, Fault
from carereport.printing import as_csv, as_json, as_text
from carereport.project import load_project, read_settings
from carereport.quarters import Quarter
from carereport.yaml_reader import parse_yaml
from tests.small_project import EXTRACTS, INDICATORS, PLANS, small_project

FEW = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=400)
CANARY = "Zq7canary"
CELLS = st.sampled_from(
    (
        CANARY,
        f"{CANARY} Zq8canary",
        f'"{CANARY}"',
        f'{CANARY}"',
        "",
        " ",
        "1.5",
        "-3",
        "1E+9",
        "13/05/2025",
        "05/13/2025",
        "0047110",
        "NA",
        "\x00",
        "\u202e",
        "é",
        "45733",
        "13/05/2025 10:00",
        "NEG",
        "\r",
        "\n",
        ";",
        "\t",
    )
)


def said(faults: list[Fault]) -> str:
    return "\n".join([*map(as_text, faults), as_json(faults, 0), as_csv(faults)])


@FEW
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=6), max_size=6),
    st.sampled_from(",;\t|~"),
    st.booleans(),
    st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le")),
)
def test_any_table_is_read_or_refused_without_a_word_of_its_cells(
    rows: list[list[str]], delimiter: str, header: bool, coding: str
) -> None:
    lines = [delimiter.join(row) for row in rows]
    top = [PLANS.split("\n")[0].replace(",", delimiter)] if header else []
    data = "\n".join([*top, *lines]).encode(coding, errors="replace")
    with tempfile.TemporaryDirectory() as folder:
        small = small_project(Path(folder))
        small.write("data/plans.csv", data)
        project = load_project(small.root)
        try:
            faults = list(read_extracts(project, small.root / "data", Quarter.parse("Q2-2025")).faults)
        except ExtractError as error:
            faults = list(error.faults)
    assert CANARY not in said(faults) and "Zq8" not in said(faults)


@MANY
@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe\x00")
@example(b'a,"b\nc')
@example(b"a,b\r1,2\r")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(data)
        raw = read_file(path, "x.csv")
    assert (raw.table is not None) != any(fault.severity == "error" for fault in raw.faults)
    assert said(raw.faults)


PIECES = st.sampled_from(
    (
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "\n",
        "  ",
        "\t",
        '"',
        "'",
        "|",
        ">",
        "#",
        "&a ",
        "*a",
        "!!x ",
        "? ",
        "---",
        "...",
        "%",
        "yes",
        "12:30",
        "null",
        "a",
        "-1",
        "é",
        "\u2028",
        "\ufeff",
        "<<: ",
        "2025-13-01",
    )
)


@MANY
@given(st.lists(PIECES, max_size=25).map("".join))
@example("a: b: c")
@example("[" * 3000)
@example("? a\n: b")
@example('a: "\\ud800"')
def test_any_yaml_is_read_or_refused_with_a_place(text: str) -> None:
    found = parse_yaml(text, "config/report.yaml")
    for fault in found.faults:
        assert fault.line is not None and fault.line >= 1
        assert as_text(fault)


@FEW
@given(
    st.sampled_from(("extracts", "indicators")), st.integers(0, 2000), st.integers(0, 30), st.lists(PIECES, max_size=3)
)
def test_settings_with_any_piece_replaced_are_read_or_refused(
    name: str, place: int, size: int, pieces: list[str]
) -> None:
    text = {"extracts": EXTRACTS, "indicators": INDICATORS}[name]
    place %= len(text)
    with tempfile.TemporaryDirectory() as folder:
        small = small_project(Path(folder))
        small.write(f"config/{name}.yaml", text[:place] + "".join(pieces) + text[place + size :])
        project, faults = read_settings(small.root)
        assert project is not None or any(fault.severity == "error" for fault in faults)
        if project is not None:
            from carereport.checking import check_project

            faults += check_project(project)
    assert all(as_text(fault) for fault in faults)


WORDS = st.sampled_from(
    (
        "start",
        "end",
        "visits",
        "category",
        "as_at",
        "stat",
        "(",
        ")",
        ",",
        "=",
        "<",
        ">=",
        "<>",
        "and",
        "or",
        "not",
        "in",
        "between",
        "is",
        "null",
        "'x'",
        "'2025-04-01'",
        "'2025-02-30'",
        "1",
        "12",
        "-",
        "+",
        "working_days",
        "age",
        "previous",
        "nth",
        "add_months",
        "seen_within",
        "latest",
        "contacts",
        ".",
        '"',
        "'",
        "%",
        "é",
    )
)


@MANY
@given(st.lists(WORDS, max_size=12).map(" ".join))
@example("not " * 900 + "visits = 1")
@example("(" * 1500 + "visits" + ")" * 1500 + " = 1")
@example("visits = " + "9" * 400)
def test_any_condition_is_understood_or_refused_with_a_position(text: str) -> None:
    try:
        check_condition(
            text, {"start": "date", "end": "date", "visits": "number", "category": "code", "child_id": "id"}, {}
        )
    except ConditionError as error:
        assert 1 <= error.position <= len(text) + 2
        assert error.message
