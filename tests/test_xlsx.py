"""figures.xlsx: an accessible workbook with the report's own numbers, and nothing else in it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest

from carereport.comparators import PopulationRow
from carereport.report.context import report_context
from carereport.report.pages.material import Material
from carereport.report.tables import in_order
from carereport.report.xlsx import xlsx_bytes
from carereport.wording.sentences import benchmark_text
from tests import made_up_report as made


def _material(root, *, audience="public", frame=None):
    findings, disclosed, project = made.material(root)
    if frame is not None:
        disclosed = replace(disclosed, figures=frame(disclosed.figures))
    return Material(findings, disclosed, project, made.QUARTER, audience, True, made.AS_AT, (), made.SET_ASIDE,
                    made.COMMENTARY)  # fmt: skip


def _with_groups(frame: pd.DataFrame) -> pd.DataFrame:
    """Two groups of a measure; the second is suppressed, the first has a name that looks like a formula."""
    whole = frame[(frame["indicator"] == "contacts") & (frame["period_kind"] == "quarter")].tail(1)
    first = whole.assign(breakdown="source", category="=1+1", numerator=731.0, value=731.0)
    hidden = {"numerator": float("nan"), "value": float("nan"), "marker": "c"}
    second = whole.assign(breakdown="source", category="@police", **hidden)
    return pd.concat([frame, first, second], ignore_index=True)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> bytes:
    material = _material(tmp_path_factory.mktemp("council"), frame=_with_groups)
    return xlsx_bytes(material, report_context(material))


@pytest.fixture(scope="module")
def book(written):
    return openpyxl.load_workbook(io.BytesIO(written))


def _rows(sheet):
    """The rows of a sheet's table as mappings."""
    (table,) = sheet.tables.values()
    head, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(head, row, strict=True)) for row in rows]


def _sheet(book, title):
    return next(sheet for sheet in book if re.fullmatch(rf"\d+ {title}", sheet.title))


def test_sheets_stand_in_the_order_of_the_guidance(book):
    assert book.sheetnames[:5] == ["Cover", "Contents", "Notes", "Definitions", "1 Scorecard"]


def test_every_sheet_but_the_cover_holds_one_named_table(book):
    names = [name for sheet in book.worksheets[1:] for name in sheet.tables]
    assert [len(sheet.tables) for sheet in book.worksheets] == [0] + [1] * (len(book.sheetnames) - 1)
    assert len(set(names)) == len(names)


def test_no_cell_of_a_table_is_blank_and_headers_are_unique(book):
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        cells = [[cell.value for cell in row] for row in sheet[table.ref]]
        assert len(set(cells[0])) == len(cells[0])
        assert all(value not in (None, "") for row in cells for value in row), sheet.title


def test_nothing_is_merged_filtered_frozen_or_hidden(book):
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet.sheet_state == "visible"
        assert not any(row.hidden for row in sheet.row_dimensions.values())
        assert not any(column.hidden for column in sheet.column_dimensions.values())
        assert all(table.autoFilter is None for table in sheet.tables.values())


def test_titles_have_the_named_style_that_screen_readers_look_for(book):
    for sheet in book:
        assert sheet["A1"].style == "Heading 1", sheet.title
        assert {cell.style for row in sheet.iter_rows(min_row=2) for cell in row} <= {"Normal", "Heading 2"}
    headed = [cell.value for (cell,) in book["Cover"].iter_rows() if cell.style == "Heading 2"]
    assert headed == ["What the figures are", "How to read the tables"]


def test_last_years_outturn_stands_beside_the_year_to_date(book, tmp_path):
    (table,) = _sheet(book, "Scorecard").tables.values()
    head, *rows = [[cell.value for cell in row] for row in _sheet(book, "Scorecard")[table.ref]]
    place = next(place for place, name in enumerate(head) if name.startswith("Year to date"))
    assert head[place - 1] == "Last year, April 2024 to March 2025 [note 2]"
    findings, _, project = made.material(tmp_path)
    contacts = next(found for found in findings if found.indicator == "contacts")
    year = [figure.value for figure in contacts.quarters if date(2024, 4, 1) <= figure.start <= date(2025, 3, 31)]
    told = {row[1]: row[place - 1] for row in rows}
    assert len(year) == 4 and told[project.indicators["contacts"].name] == sum(year)
    snapshots = {one.name for one in project.indicators.values() if one.is_snapshot}
    assert snapshots and {told[name] for name in snapshots} == {"[z]"}


def test_rounded_quarters_are_not_added_up_to_an_outturn(tmp_path):
    material = _material(tmp_path)
    material = replace(material, disclosed=replace(material.disclosed, policy="round5"))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(material, report_context(material))))
    told = {row["Last year, April 2024 to March 2025 [note 2]"] for row in _rows(_sheet(book, "Scorecard"))}
    assert told == {"[x]", "[z]"}


def test_the_contents_list_every_sheet_that_follows(book):
    listed = [row["Sheet"] for row in _rows(book["Contents"])]
    assert listed == book.sheetnames[2:]


def test_headers_refer_only_to_notes_that_exist(book):
    notes = {row["Note"] for row in _rows(book["Notes"])}
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        for cell in sheet[table.ref][0]:
            assert {f"note {n}" for n in re.findall(r"\[note (\d+)\]", cell.value)} <= notes


def test_each_note_is_a_sentence_and_the_population_is_one_of_them(tmp_path):
    material = _material(tmp_path)
    area = material.project.report.council.area
    rows = tuple(PopulationRow(area, year, "children_0_17", 60_000, f"Estimates of {year}") for year in (2023, 2024))
    held = replace(material, project=replace(material.project, population=rows))
    notes = [row["Text"] for row in _rows(openpyxl.load_workbook(io.BytesIO(
        xlsx_bytes(held, report_context(held))))["Notes"])]  # fmt: skip
    assert all(len(text) > 15 for text in notes)
    assert [text for text in notes if text.startswith("Population")] == [
        "Population: estimates from 2023 to 2024. The latest: Estimates of 2024."
    ]


def test_a_scorecard_number_reads_as_in_the_report(book, tmp_path):
    context = report_context(_material(tmp_path))
    sheet = _sheet(book, "Scorecard")
    (table,) = sheet.tables.values()
    head, *rows = sheet[table.ref]
    places = {cell.value: place for place, cell in enumerate(head)}
    this = next(place for name, place in places.items() if name.startswith("This quarter"))
    shown = {row[places["Measure"]].value: _as_shown(row[this]) for row in rows}
    names = made.project(tmp_path).indicators
    printed = {names[row.id].name: row.now for section in context.scorecard.sections for row in section.rows}
    assert shown == {name: text.split(" [")[0] for name, text in printed.items()}
    assert shown["Plans open two years or more"] == "[c]"


def test_a_comparator_reads_as_in_the_report(tmp_path):
    material = _material(tmp_path)
    findings = tuple(replace(f, benchmarks=tuple(replace(b, value=b.value + 0.0199) for b in f.benchmarks))
                     for f in material.findings)  # fmt: skip
    changed = replace(material, findings=findings)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(changed, report_context(changed))))
    sheet = _sheet(book, "Scorecard")
    (table,) = sheet.tables.values()
    head, *rows = sheet[table.ref]
    place = next(place for place, cell in enumerate(head) if cell.value == "England")
    shown = [_as_shown(row[place]) for row in rows if row[place].value != "[x]"]
    wanted = [benchmark_text(b, changed.indicator(f)) for f in findings for b in f.benchmarks if b.area == "England"]
    assert wanted and sorted(shown) == sorted(wanted)


def _as_shown(cell) -> str:
    """What a spreadsheet program displays for a cell in one of our formats."""
    if isinstance(cell.value, str):
        return cell.value
    decimals = len(cell.number_format.partition(".")[2].replace('"%"', ""))
    return f"{cell.value:,.{decimals}f}" + ("%" if "%" in cell.number_format else "")


def test_numbers_are_numbers_and_suppressed_ones_are_the_text_c(book):
    rows = _rows(_sheet(book, "Groups Help at the front door"))
    assert [row["Value, in the unit of the row"] for row in rows] == [731, "[c]"]
    assert [row["Numerator [note 9]"] for row in rows] == [731, "[c]"]
    assert [row["Marker [note 3]"] for row in rows] == ["none", "[c]"]


def test_text_that_looks_like_a_formula_stays_text(book, written):
    assert [row["Group"] for row in _rows(_sheet(book, "Groups Help at the front door"))] == ["=1+1", "@police"]
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


def test_each_comparator_carries_its_period_and_source(book):
    rows = _rows(_sheet(book, "Comparators"))
    assert any(row["Area"] == "England" and row["Value"] == 85.7 and row["Period"] == "2024/25" for row in rows)
    assert not any(row["Area"].startswith("Council ") for row in rows)


def test_the_same_findings_give_the_same_bytes(tmp_path, written):
    material = _material(tmp_path, frame=_with_groups)
    assert xlsx_bytes(material, report_context(material)) == written


def test_an_internal_workbook_says_that_it_is_not_for_publication(tmp_path):
    material = _material(tmp_path, audience="internal")
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(material, report_context(material))))
    assert "Not for publication" in [row[0].value for row in book["Cover"]]


def test_groups_stand_in_the_order_of_the_settings_within_each_period() -> None:
    frame = pd.DataFrame({
        "indicator": "referrals", "period_kind": "quarter", "breakdown": "age_band",
        "category": ["10 to 15", "5 to 9", "elsewhere", "under 1"] * 2,
        "period_end": pd.to_datetime(["2025-06-30"] * 4 + ["2025-09-30"] * 4),
    })  # fmt: skip
    held = in_order(frame, {"age_band": ["under 1", "5 to 9", "10 to 15"]})
    assert held["category"].tolist() == ["under 1", "5 to 9", "10 to 15", "elsewhere"] * 2
    assert held["period_end"].is_monotonic_increasing
