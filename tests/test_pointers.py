"""Where the report says "spreadsheet, table 3", table 3 of the spreadsheet holds what is spoken of."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from carereport.report.context import report_context
from carereport.report.pages.material import Material
from carereport.report.render import render_context
from carereport.report.xlsx import xlsx_bytes
from tests import made_up_report as made


def _material(root, **changed):
    findings, disclosed, project = made.material(root)
    material = Material(findings, disclosed, project, made.QUARTER, "public", True, made.AS_AT, (), made.SET_ASIDE,
                        made.COMMENTARY)  # fmt: skip
    return replace(material, **changed)


def _first_section_without_figures(root):
    """The front door's figures are gone, so that later tables move up, and no comparators are published."""
    material = _material(root)
    frame = material.disclosed.figures
    gone = [f.indicator for f in material.findings if material.indicator(f).section == "front_door"]
    findings = tuple(replace(f, benchmarks=(), rank=None) for f in material.findings)
    disclosed = replace(material.disclosed, figures=frame[~frame["indicator"].isin(gone)])
    return replace(material, findings=findings, disclosed=disclosed, project=replace(material.project, benchmarks={}))


@pytest.fixture(scope="module", params=[_material, _first_section_without_figures])
def forms(request, tmp_path_factory):
    root = tmp_path_factory.mktemp("council")
    material = request.param(root)
    context = report_context(material)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(material, context)))
    return material, render_context(context, root), book


def _holds(book, number):
    """The values of the table with this number: it names itself in its title and in its sheet's name."""
    sheet = next(sheet for sheet in book if sheet.title.startswith(f"{number} "))
    assert sheet["A1"].value.startswith(f"Table {number}: ")
    return {cell.value for row in sheet.iter_rows() for cell in row}


def _plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _part(html, start):
    return _plain(html[html.index(f'id="{start}"') :].partition("</section>")[0])


def test_the_first_page_leads_with_the_safety_critical_exception_as_the_summary_does(tmp_path):
    material = _material(tmp_path)
    last = material.exceptions[-1].indicator
    assert report_context(material).performance.attention[0].link.target != f"exception-{last}"
    flags = {name: held.model_copy(update={"safety_critical": name == last})
             for name, held in material.project.indicators.items()}  # fmt: skip
    changed = replace(material, project=replace(material.project, indicators=flags))
    context = report_context(changed)
    assert context.performance.attention[0].link == context.summary.messages[0].link
    assert len(context.performance.attention) == 3


def test_a_stock_that_the_journey_tells_is_looked_up_there(tmp_path):
    messages = report_context(_material(tmp_path)).summary.messages
    assert {message.label: message.link.target for message in messages}["Demand"] == "journey"


def test_every_exception_names_the_table_that_holds_its_periods(forms):
    material, html, book = forms
    sections = {material.indicator(f).section for f in material.findings if f.indicator in
                set(material.disclosed.figures["indicator"])}  # fmt: skip
    told = 0
    for chosen in material.exception_pages:
        indicator = material.project.indicators[chosen.indicator]
        found = re.findall(r"All periods: spreadsheet, table (\d+)", _part(html, f"exception-{chosen.indicator}"))
        assert len(found) == (indicator.section in sections)
        told += len(found)
        assert all(indicator.name in _holds(book, number) for number in found)
    assert told


def test_the_scorecard_names_the_tables_of_all_its_sections(forms):
    material, html, book = forms
    first, last = re.search(r"All periods: spreadsheet, tables (\d+) to (\d+)", _part(html, "scorecard")).groups()
    told = set().union(*(_holds(book, number) for number in range(int(first), int(last) + 1)))
    with_figures = set(material.disclosed.figures["indicator"])
    assert {one.name for name, one in material.project.indicators.items() if name in with_figures} <= told


def test_definitions_name_the_table_of_each_section(forms):
    material, html, book = forms
    part = _part(html, "definitions")
    for section, name, findings in material.sections:
        found = re.search(rf"{re.escape(name)} Figures: all periods in spreadsheet, table (\d+)", part)
        held = [f for f in findings if f.indicator in set(material.disclosed.figures["indicator"])]
        assert bool(found) == bool(held), section
        if found:
            assert {material.indicator(f).name for f in held} <= _holds(book, int(found[1]))


def test_the_data_notes_name_the_comparators_where_there_are_any(forms):
    material, html, book = forms
    found = re.search(r"Each one's: spreadsheet, table (\d+)", _part(html, "notes").replace("&#39;", "'"))
    assert bool(found) == bool(material.project.benchmarks)
    if found:
        assert "Published figures of other areas; none of them is the council's own count." in _holds(book, found[1])


def test_no_pointer_leads_nowhere(forms):
    _, html, book = forms
    pointers = re.findall(r"spreadsheet, tables? (\d+)(?: to (\d+))?", _plain(html))
    numbers = {int(number) for found in pointers for number in found if number}
    assert numbers and all(_holds(book, number) for number in numbers)


def test_the_pdf_names_the_same_tables(forms, tmp_path):
    pdf = pytest.importorskip("carereport.report.pdf", reason="Pango cannot be loaded", exc_type=OSError)
    _, html, _ = forms
    data = pdf.pdf_bytes(html, created=datetime(2025, 10, 14))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "report.pdf"
    path.write_bytes(data)
    text = " ".join(subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout.split())
    pointer = re.compile(r"spreadsheet, tables? \d+(?: to \d+)?")
    assert sorted(pointer.findall(text)) == sorted(pointer.findall(_plain(html)))
