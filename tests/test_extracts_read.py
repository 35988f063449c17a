"""Reading one CSV file: quoted files are read as quickly as plain ones, and every row knows its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from carereport.extracts import read
from carereport.extracts.headers import read_header
from carereport.extracts.read import RawFile, read_file


def read_text(folder: Path, text: str) -> RawFile:
    path = folder / "rows.csv"
    path.write_bytes(text.encode("utf-8"))
    return read_file(path, "rows.csv")


def rows(raw: RawFile) -> list[dict[str, str]]:
    assert raw.table is not None, raw.faults
    held: list[dict[str, str]] = raw.table.to_pylist()
    return held


@pytest.mark.parametrize(
    "text",
    [
        '"id","note"\n"1","a"\n"2","b"\n',
        '"id","note"\r\n1,a\r\n2,b\r\n',
        'id,"note"\n"1",a\n2,"b"',
    ],
)
def test_a_file_with_quotes_is_not_parsed_row_by_row(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "_parse_slowly", lambda raw: pytest.fail("parsed row by row"))
    raw = read_text(tmp_path, text)
    assert rows(raw) == [{"0": "1", "1": "a"}, {"0": "2", "1": "b"}]
    assert raw.plain
    assert [raw.line_of(0), raw.line_of(1)] == [2, 3]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_line_break_in_the_first_header_hides_no_delimiter(tmp_path: Path, mark: str) -> None:
    raw = read_text(tmp_path, f'"Child\nUnique, ID"{mark}"Name"\n"1"{mark}"a, b"\n')
    assert (raw.delimiter, raw.header, rows(raw)) == (mark, ["Child\nUnique, ID", "Name"], [{"0": "1", "1": "a, b"}])
    assert read_header(tmp_path / "rows.csv") == ["Child Unique, ID", "Name"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('"id","note"\n"1","a\nb"\n"2","c"\n', [2, 4]),
        ('id,note\n"1","a"\n\n2,b\n', [2, 4]),
        ('id,note\n"1","a\n\nb"\n2,b\n', [2, 5]),
        ('"id","note"\r\n"1","a\r\nb"\r\n"2","c"\r\n', [2, 4]),
        ('id,note\r1,a\r2,b\r', [2, 3]),
        ('id,note\n1,a\r2,"b\nc"\n', [2, 3]),
    ],
)
def test_a_row_knows_its_line_whatever_stands_between(tmp_path: Path, text: str, lines: list[int]) -> None:
    raw = read_text(tmp_path, text)
    assert [raw.line_of(row) for row in range(len(rows(raw)))] == lines


@pytest.mark.parametrize("text", ['id,note\n1,a"b\n2,c"d\n', 'id,note\n1,"a"b"\n2,"c"\n', 'id,note\n1,a""\n2,""b\n'])
def test_a_quote_inside_a_cell_is_looked_at_row_by_row(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[RawFile] = []
    monkeypatch.setattr(read, "_parse_slowly", looked.append)
    read_text(tmp_path, text)
    assert looked


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x7f", "\x85", "\u200b", "\u202e"])
def test_a_control_character_is_refused_in_any_text(tmp_path: Path, character: str) -> None:
    raw = read_text(tmp_path, f"id,note\n1,a{character}b\n")
    assert [fault.code for fault in raw.faults] == ["EX104"]
    assert raw.faults[0].line == 2
