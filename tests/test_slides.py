"""slides.pptx: ten slides at most, each with a finding as its title, and the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE, MSO_SHAPE_TYPE
from pptx.util import Pt

from carereport.commentary import Commentary
from carereport.report.context import report_context
from carereport.report.pages.material import Material, Tag
from carereport.report.pptx import pptx_bytes
from carereport.report.slides import BarChart, slide_deck
from tests import made_up_report as made

STEPS = Commentary(
    "next_steps", "| Action | Who | By when |\n|---|---|---|\n| Two homes open | Head of Commissioning | April 2026 |",
    role="Strategic Director", date="6 November 2025",
)  # fmt: skip


def _material(root, audience="public", commentary=None):
    findings, disclosed, project = made.material(root)
    said = {**made.COMMENTARY, "next_steps": STEPS} if commentary is None else commentary
    return Material(findings, disclosed, project, made.QUARTER, audience, True, made.AS_AT, (), made.SET_ASIDE, said)


def _written(material) -> bytes:
    return pptx_bytes(material, report_context(material))


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    return _material(tmp_path_factory.mktemp("council"))


@pytest.fixture(scope="module")
def written(material) -> bytes:
    return _written(material)


@pytest.fixture(scope="module")
def show(written):
    return Presentation(io.BytesIO(written))


def _charts(show):
    return [shape for slide in show.slides for shape in slide.shapes if shape.has_chart]


def _texts(show):
    """Every run of text on the slides with its size in points."""
    for slide in show.slides:
        for shape in slide.shapes:
            frames = [shape.text_frame] if shape.has_text_frame else []
            if shape.has_table:
                frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
            for frame in frames:
                for paragraph in frame.paragraphs:
                    for run in paragraph.runs:
                        yield run.text, run.font.size


def test_there_are_ten_slides_at_most_with_titles_of_their_own(show):
    titles = [slide.shapes.title.text_frame.text for slide in show.slides]
    assert 8 <= len(titles) <= 10
    assert len(set(titles)) == len(titles) and all(titles)


def test_titles_are_the_findings_of_the_report(show, material):
    context = report_context(material)
    titles = [slide.shapes.title.text_frame.text for slide in show.slides]
    assert [page.title for page in context.exceptions.pages[:3]] == titles[3:6]
    assert context.journey is not None and titles[2] == context.journey.title


def test_an_improvement_downwards_points_down_as_in_the_report(material):
    context = report_context(material)
    cards = tuple(replace(one, variation=Tag("improving", "Improving", down=True)) for one in context.performance.cards)
    changed = replace(context, performance=replace(context.performance, cards=cards))
    slide = Presentation(io.BytesIO(pptx_bytes(material, changed))).slides[1]
    shapes = [held.auto_shape_type for held in slide.shapes if held.shape_type == MSO_SHAPE_TYPE.AUTO_SHAPE]
    assert shapes.count(MSO_SHAPE.FLOWCHART_MERGE) == len(cards)
    assert MSO_SHAPE.ISOSCELES_TRIANGLE not in shapes


def test_the_title_is_read_first(show):
    assert all(slide.shapes[0] == slide.shapes.title for slide in show.slides)


def test_text_is_18_points_or_larger(show):
    assert all(size >= Pt(18) for text, size in _texts(show) if text.strip())
    assert all(shape.chart.font.size >= Pt(18) for shape in _charts(show))


def test_a_slide_has_at_most_one_chart_and_each_has_a_text_alternative(show):
    assert len(_charts(show)) >= 6
    for slide in show.slides:
        charts = [shape for shape in slide.shapes if shape.has_chart]
        assert len(charts) <= 1
        for chart in charts:
            alt = chart._element.nvGraphicFramePr.cNvPr.get("descr")
            assert alt.startswith(("Line chart of ", "Bar", "Bars", "Stacked bars")) and alt.endswith(".")


def test_every_card_shows_its_target(show, material):
    shown = [shape.text_frame.text for shape in show.slides[1].shapes if shape.has_text_frame]
    cards = slide_deck(material, report_context(material)).slides[1].cards
    wanted = [card.beside for card in cards if card.beside]
    assert len(wanted) >= 5
    assert [text for text in shown if text.startswith("Target ")] == wanted


def _words(slide):
    frames = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    tables = [shape.table for shape in slide.shapes if shape.has_table]
    return frames, [cell.text for table in tables for row in table.rows for cell in row.cells]


def test_a_marker_is_explained_on_its_slide(tmp_path, material):
    assert not any("[u] low base" in text for slide in slide_deck(material, report_context(material)).slides
                   for text in [slide.legend])  # fmt: skip
    findings = tuple(
        replace(held, value=replace(held.value, marker="u"), rolling_12_months=held.rolling_12_months and
                replace(held.rolling_12_months, marker="u"))
        if held.value is not None and held.value.value is not None else held
        for held in material.findings
    )  # fmt: skip
    show = Presentation(io.BytesIO(_written(replace(material, findings=findings))))
    marked = 0
    for slide in list(show.slides)[1:]:
        frames, cells = _words(slide)
        if any("[u]" in text for text in (*cells, *(text for text in frames if "low base" not in text))):
            assert any("[u] low base: under 20" in text for text in frames)
            marked += 1
    assert marked >= 2


def test_nothing_lies_outside_the_slide(show):
    for slide in show.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= show.slide_width + Pt(1)
            assert shape.top >= 0 and shape.top + shape.height <= show.slide_height + Pt(1)


def test_the_workbook_in_a_chart_holds_the_published_points_only(show, material):
    first = material.exception_pages[0].indicator
    finding = material.by_id[first]
    chart = next(shape.chart for shape in show.slides[3].shapes if shape.has_chart)
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    head = [cell.value for cell in sheet[1]]
    values = [row[head.index("Value")].value for row in sheet.iter_rows(min_row=2)]
    assert values == [pytest.approx(point.value, abs=1e-6) for point in finding.spc.points[-len(values) :]]


def test_a_suppressed_month_is_a_gap_without_a_number(material):
    first = material.exception_pages[0].indicator
    finding = material.by_id[first]
    points = tuple(replace(p, value=None, special=None) if p.period == "2025-06" else p for p in finding.spc.points)
    hidden = replace(finding, spc=replace(finding.spc, points=points))
    findings = tuple(hidden if held.indicator == first else held for held in material.findings)
    show = Presentation(io.BytesIO(_written(replace(material, findings=findings))))
    title = next(p.title for p in report_context(material).exceptions.pages if p.id == first)
    slide = next(slide for slide in show.slides if slide.shapes.title.text_frame.text == title)
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    place = [cell.value for cell in sheet[1]].index("Value")
    values = {f"{row[0].value:%Y-%m}": row[place].value for row in sheet.iter_rows(min_row=2)}
    assert values.pop("2025-06") is None
    assert None not in values.values()


def test_audit_grades_are_counts_in_stacked_bars(tmp_path, material):
    frame = material.disclosed.figures
    whole = frame[(frame["indicator"] == "contacts") & (frame["period_kind"] == "quarter")].tail(2)
    graded = [whole.assign(breakdown="grade", category=name, value=number, numerator=number)
              for name, number in (("good", 19.0), ("inadequate", 7.0))]  # fmt: skip
    graded[1].loc[graded[1].index[0], ["value", "numerator", "marker"]] = (float("nan"), float("nan"), "c")
    project = made.project(tmp_path, labels={"grade": {"good": "Good"}})
    indicators = {**project.indicators, "contacts": project.indicators["contacts"].model_copy(
        update={"section": "quality"})}  # fmt: skip
    figures = pd.concat([frame, *graded], ignore_index=True)
    changed = replace(material, project=replace(project, indicators=indicators),
                      disclosed=replace(material.disclosed, figures=figures))  # fmt: skip
    deck = slide_deck(changed, report_context(changed))
    chart = next(slide.chart for slide in deck.slides if isinstance(slide.chart, BarChart) and slide.chart.whole)
    assert chart.categories == ("Q2 2025/26",), "a quarter with a suppressed grade has no bar"
    assert chart.series == (("Good", (19.0,)), ("Inadequate", (7.0,)))
    assert "Good 19, Inadequate 7" in chart.alt


def test_notes_repeat_what_the_report_says(show, material):
    context = report_context(material)
    notes = show.slides[3].notes_slide.notes_text_frame.text
    assert all(text in notes for text in context.exceptions.pages[0].telling)


def test_next_steps_stand_in_a_table_with_their_officer(show):
    slide = show.slides[len(show.slides) - 1]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert [cell.text for cell in table.rows[1].cells] == ["Two homes open", "Head of Commissioning", "April 2026"]
    assert any(shape.has_text_frame and "Strategic Director" in shape.text_frame.text for shape in slide.shapes)


def test_missing_next_steps_are_asked_for(tmp_path):
    show = Presentation(io.BytesIO(_written(_material(tmp_path, commentary={}))))
    assert any("Officer text needed" in text for text, _ in _texts(show))


def test_internal_slides_say_on_each_that_they_are_not_for_publication(tmp_path):
    show = Presentation(io.BytesIO(_written(_material(tmp_path, "internal"))))
    for slide in show.slides:
        assert any(s.has_text_frame and "Not for publication" in s.text_frame.text for s in slide.shapes)


def test_the_same_findings_give_the_same_bytes(material, written):
    assert _written(material) == written


def test_no_part_carries_another_date_than_the_extraction(written):
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2025-10-14T00:00:00Z" in parts.read("docProps/core.xml")
        for name in (name for name in parts.namelist() if name.endswith(".xlsx")):
            with zipfile.ZipFile(io.BytesIO(parts.read(name))) as inner:
                assert b"2025-10-14T00:00:00Z" in inner.read("docProps/core.xml")
