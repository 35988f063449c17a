"""A file read in blocks is the file read as a whole: rows, lines, findings; or it is said that it cannot be."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from carereport.extracts import blocks, read
from carereport.extracts.blocks import UnevenError, read_blocks
from carereport.extracts.by_council import added_up
from carereport.extracts.read import RawFile, read_file
from carereport.faults import Fault

HEADER = "id,note,day\n"
BLOCK = 40
"""Bytes: the header and a row or two."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", BLOCK)


def by_blocks(path: Path) -> RawFile:
    """Put a file's blocks together."""
    rows: list[dict[str, str]] = []
    lines: list[int] = []
    found: list[Fault] = []
    whole = RawFile(path.name)
    for block in read_blocks(path, path.name):
        if block.table is not None:
            rows += block.table.to_pylist()
            lines += block.lines_of(np.arange(block.table.num_rows)).tolist()
        found += block.faults
        whole = block
    assert whole.table is None
    whole.faults = added_up(found)
    whole.row_lines, whole.data = np.array(lines), repr(rows).encode()
    return whole


def outcome(raw: RawFile) -> tuple[object, ...]:
    """Return what a file holds, where each row stands, and what is said of it."""
    said = sorted((fault.code, fault.line, fault.lines, fault.count, fault.message) for fault in raw.faults)
    if raw.table is None:
        assert raw.row_lines is not None
        return (raw.data.decode(), raw.row_lines.tolist(), said, raw.sha256)
    return (repr(raw.table.to_pylist()), raw.lines_of(np.arange(raw.table.num_rows)).tolist(), said, raw.sha256)


def write(folder: Path, data: bytes) -> Path:
    path = folder / "rows.csv"
    path.write_bytes(data)
    return path


ROWS = [(str(number), f"note {number}", f"{1 + number % 28:02}/09/2025") for number in range(40)]


def text_of(rows: list[tuple[str, str, str]], delimiter: str = ",", end: str = "\n", *, quoted: bool = False) -> str:
    held = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(held, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([("id", "note", "day"), *rows])
    return held.getvalue()


BROKEN = [(one, f"{two}\nand, {'more' * (int(one) % 5)}\r\nsaid \"so\"", three) for one, two, three in ROWS]
ACCENTS = [(one, f"Zoë ’{two}", three) for one, two, three in ROWS]


@pytest.mark.parametrize(
    "data",
    [
        text_of(ROWS).encode(),
        text_of(ROWS, end="\r\n").encode(),
        text_of(ROWS).encode().rstrip(b"\n"),
        text_of(ROWS, ";").encode(),
        text_of(ROWS, "\t", quoted=True).encode(),
        text_of(BROKEN).encode(),
        text_of(BROKEN, end="\r\n", quoted=True).encode(),
        text_of(ACCENTS).encode("utf-8"),
        text_of(ACCENTS).encode("utf-8-sig"),
        text_of(ACCENTS).encode("utf-16"),
        b"\xfe\xff" + text_of(BROKEN).encode("utf-16-be"),
        text_of(ACCENTS[20:]).encode("cp1252"),
        (text_of(ROWS) + "99,caf\xe9,\n").encode("cp1252"),
        text_of(ROWS).replace("\n7,", "\n\n\n7,").replace("\n30,", "\n , ,\n,,\n30,").encode(),
        text_of(ROWS).replace("note 33,03/09/2025", "note 33,03/09/2025,,").encode(),
        text_of(ROWS).replace("note 3,", "note Ã©,").replace("note 35,", "note Ã© Ã©,").encode(),
    ],
    ids=lambda data: f"{data[:4].hex()}-{len(data)}",
)  # fmt: skip
def test_blocks_hold_what_the_file_holds(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, data)
    whole = read_file(path, path.name)
    assert whole.table is not None
    assert outcome(by_blocks(path)) == outcome(whole)
    assert len(list(read_blocks(path, path.name))) > 5


@pytest.mark.parametrize(
    "data",
    [
        text_of(ROWS).replace("note 9,", "").replace("note 31,", "").encode(),
        text_of(ROWS).replace("note 9,", "note,9,").replace("note 31,", "note,31,").encode(),
        text_of(ROWS).replace("\n30,", "\nid,note,day\n30,").encode(),
        text_of(ROWS).replace("note 30", "x" * (read.LONGEST_CELL + 1)).encode(),
        text_of(ROWS).replace("note 30", "note \u202e30").encode(),
        text_of(ROWS).encode("cp1252") + b"99,\x81\xe9,\n",
        text_of(ROWS).encode("utf-16")[:-1],
        HEADER.encode(), b"", b" \n", b"%PDF-1.7\n", b'id,"note\n1,2\n',
    ],
    ids=lambda data: f"{data[:4].hex()}-{len(data)}",
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_as_of_the_whole(
    tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "LONGEST_ROW", 1000)
    path = write(tmp_path, data)
    whole = read_file(path, path.name)
    errors = [fault for fault in whole.faults if fault.severity == "error"]
    assert errors
    assert [replace(fault) for fault in by_blocks(path).faults if fault.severity == "error"] == errors


def test_too_many_rows_are_counted_over_all_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, text_of(ROWS).encode())
    monkeypatch.setattr(read, "MOST_ROWS", 39)
    monkeypatch.setattr(blocks, "MOST_ROWS", 39)
    assert "EX110" in {fault.code for fault in read_file(path, path.name).faults}
    assert "EX110" in {fault.code for fault in by_blocks(path).faults}


@pytest.mark.parametrize("cell", ['5" pipe', 'a "b" c', 'ends"', '"opens'])
def test_a_quote_inside_a_cell_makes_a_file_uneven(tmp_path: Path, cell: str) -> None:
    path = write(tmp_path, text_of(BROKEN).replace('"note 17', f'{cell},x\n17,"note 17').encode())
    with pytest.raises(UnevenError):
        by_blocks(path)


def test_a_file_of_one_endless_row_is_uneven(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER.encode() + b'1,"' + b"x\n" * 400)
    with pytest.raises(UnevenError):
        by_blocks(path)


CELLS = st.sampled_from(
    ("a", "é", "", " ", '"', '""', '"a"', '"a\nb"', '"a\r\n,b"', "\n", "\r\n", "\r", "\n\n", ",", ",,", "\x00")
)


@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(CELLS, max_size=60), st.sampled_from(("utf-8", "utf-16", "cp1252")))
@example(['a"', ",a", "\n", '"a\nb"', ",a"], "utf-8")
def test_any_text_is_the_same_in_blocks_or_uneven(pieces: list[str], coding: str) -> None:
    data = ("a,b\n" + "".join(pieces)).encode(coding)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), data)
        whole = read_file(path, path.name)
        try:
            found = by_blocks(path)
        except UnevenError:
            assert '"' in "".join(pieces) or "\r" in pieces or "\n" not in "".join(pieces)
            return
    wrong = any(fault.severity == "error" for fault in whole.faults)
    assert wrong == any(fault.severity == "error" for fault in found.faults)
    if not wrong:
        assert outcome(found) == outcome(whole)
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def test_a_header_longer_than_a_block_may_be_cut_within_a_letter(tmp_path: Path) -> None:
    path = write(tmp_path, f'"id{"é" * 30}",note,day\nA,b,c\n'.encode())
    assert outcome(by_blocks(path)) == outcome(read_file(path, path.name))
