"""The report's PDF: what a reader's software finds in it, and that no page spills, splits or shrinks."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import unescape
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from carereport.commentary import Commentary
from carereport.report.context import report_context
from carereport.report.pages.exceptions import TableRow, _made_of, long_numbers
from carereport.report.pages.material import Material
from carereport.report.pages.officers import too_long
from carereport.report.render import render_context, render_report
from carereport.settings import Indicator
from tests import made_up_report as made

ROOT = Path(__file__).parents[1]
WORDY = {
    "Why?": "Demand rose while three posts stood vacant, and two of the four teams carried most of the late work. "
    "A review of 40 cases found waits for health and school information to be the most common delay of all.",
    "What are we doing?": "| Action | Who | By when |\n|---|---|---|\n"
    "| Review every assessment at day 30 | Team managers | In place since May |\n"
    "| Agree a five-day reply with health and schools | Head of Service, First Response | 30 November 2025 |\n"
    "| Move two workers to the teams with most late work | Head of Service | Done in September |",
    "What difference has last quarter's action made?": "The weekly review began in May. "
    "Fewer assessments were open and overdue at the end of September than in June.",
    "Back on track": "Expected by March 2026.",
}
OTHERS = ("since_the_quarter_ended", "journey", "risks", "workforce")
STANDARD = {
    "Document", "Part", "Sect", "Div", "BlockQuote", "Caption", "Index", "NonStruct", "P", "H1", "H2", "H3", "H4",
    "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Link",
    "Figure", "Note", "Reference", "Annot", "Artifact", "Strong", "Em", "Title", "FENote", "Aside",
}  # fmt: skip


@pytest.fixture(scope="module")
def page() -> str:
    """The HTML of a report in which every exception has as much officer text as one might write."""
    findings, disclosed, project = made.material(ROOT)
    officers = {
        name: Commentary(name, "", WORDY, role="Head of Service, First Response", date="4 November 2025")
        for name in made.INDICATORS
    }
    return render_report(
        findings, disclosed, replace(project, root=ROOT), made.QUARTER, as_at=made.AS_AT, set_aside=made.SET_ASIDE,
        commentary={**officers, **{name: made.COMMENTARY[name] for name in OTHERS}},
    )  # fmt: skip


@pytest.fixture(scope="module", params=["as a whole", "in parts"])
def file(request: pytest.FixtureRequest, page: str) -> Iterator[bytes]:
    pytest.importorskip("carereport.report.pdf", reason="Pango cannot be loaded", exc_type=OSError)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("carereport.report.dividing.WORTHWHILE", 0 if request.param == "in parts" else 10**9)
        yield written(page)


def written(page: str) -> bytes:
    from carereport.report.parts import lay_out_report, pdfs_of_report

    return pdfs_of_report(lay_out_report(page), created=datetime(2025, 10, 14))[0]


@pytest.fixture(scope="module")
def document(file: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(file)) as held:
        yield held


@pytest.fixture(scope="module")
def words(file: bytes, tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[float, float, str]]]:
    """Words of each page in reading order, with top and bottom in points."""
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(file)
    return words_of(path)


def words_of(path: Path) -> list[list[tuple[float, float, str]]]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    text = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True, text=True).stdout
    word = re.compile(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">([^<]*)<')
    return [[(float(a), float(b), w) for a, b, w in word.findall(part)] for part in text.split("<page ")[1:]]


def elements(parent: Any) -> Iterator[Any]:
    kids = parent.get("/K")
    for kid in list(kids) if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def tag(element: Any) -> str:
    return str(element.S).removeprefix("/")


# ------------------------------------------------------------------ structure


def test_the_file_names_its_language_its_title_and_its_standard(document: pikepdf.Pdf) -> None:
    root = document.Root
    assert str(root.Lang) == "en-GB"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as about:
        assert "Quarter 2 performance" in about["dc:title"]
        assert str(about["pdfuaid:part"]) == "1"


def test_every_section_has_a_bookmark(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        titles = [item.title for top in outline.root for item in (top, *top.children)]
    for wanted in ("Quarter 2 performance", "Director's summary", "Scorecard", "Exceptions, 1 of", "Glossary"):
        assert any(title.startswith(wanted) for title in titles), wanted


def test_structure_is_made_of_known_elements(document: pikepdf.Pdf) -> None:
    roles = {str(key).removeprefix("/") for key in document.Root.StructTreeRoot.get("/RoleMap", {})}
    assert {tag(element) for element in elements(document.Root.StructTreeRoot)} <= STANDARD | roles


def test_every_figure_has_a_text_and_a_box(document: pikepdf.Pdf) -> None:
    figures = [element for element in elements(document.Root.StructTreeRoot) if tag(element) == "Figure"]
    assert figures
    for figure in figures:
        assert 5 <= len(str(figure.Alt).split()) <= 60
        left, bottom, right, top = (float(edge) for edge in figure.A.BBox)
        assert 0 <= left < right <= 842 and 0 <= bottom < top <= 842


def test_every_header_cell_has_a_scope(document: pikepdf.Pdf) -> None:
    cells = [element for element in elements(document.Root.StructTreeRoot) if tag(element) == "TH"]
    assert cells
    assert {str(cell.A.Scope) for cell in cells} == {"/Row", "/Column"}


def test_headings_begin_with_one_and_skip_no_level(document: pikepdf.Pdf) -> None:
    levels = [
        int(name[1]) for element in elements(document.Root.StructTreeRoot) if re.fullmatch(r"H\d", name := tag(element))
    ]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_verapdf_finds_that_the_file_keeps_the_standard(file: bytes, tmp_path: Path) -> None:
    if shutil.which("verapdf") is None:
        pytest.skip("veraPDF is not installed")
    (tmp_path / "report.pdf").write_bytes(file)
    run = ["verapdf", "--flavour", "ua1", "--format", "text", str(tmp_path / "report.pdf")]
    assert subprocess.run(run, capture_output=True, check=False, text=True).stdout.startswith("PASS")


def test_every_font_is_embedded_and_can_be_read(document: pikepdf.Pdf) -> None:
    fonts = {}
    for sheet in document.pages:
        for font in sheet.Resources.get("/Font", {}).values():
            fonts[font.objgen] = font
    assert fonts
    for font in fonts.values():
        assert "/ToUnicode" in font
        held = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        assert any(key in held.FontDescriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_same_page_gives_the_same_bytes(page: str, file: bytes) -> None:
    assert written(page) == file


# ------------------------------------------------------------------- geometry


def headings(words: list[list[tuple[float, float, str]]]) -> list[str]:
    """The line above the title of each page, or what its head repeats."""
    found = []
    for held in words:
        top = sorted((round(a), place, w) for place, (a, _, w) in enumerate(held) if a < 64 and w != "Draft")
        found.append(" ".join(w for _, _, w in sorted(top, key=lambda item: item[1])))
    return [unescape(head) for head in found]


def test_the_first_page_and_the_summary_are_one_page_each(words: list[list[tuple[float, float, str]]]) -> None:
    heads = headings(words)
    assert "Ashcombe City Council" in heads[0]
    assert "Director's summary" in heads[1]
    assert "journey" in heads[2]
    assert sum("Director's summary" in head for head in heads) == 1


def test_one_exception_is_one_page_with_its_five_answers(words: list[list[tuple[float, float, str]]]) -> None:
    heads = headings(words)
    assert len([head for head in heads if re.search(r"Exceptions, \d of 6", head)]) == 6
    for held, head in zip(words, heads, strict=True):
        if re.search(r"Exceptions, \d of 6", head):
            text = " ".join(w for _, _, w in held)
            for heading in ("What is it telling us?", "Why?", "What are we doing?", "What difference", "Back on track"):
                assert heading in text
            assert "Source:" in text


def test_journey_scorecard_and_positives_keep_to_their_pages(words: list[list[tuple[float, float, str]]]) -> None:
    heads = headings(words)
    assert 1 <= sum("journey" in head for head in heads) <= 2
    assert 1 <= sum("Scorecard" in head for head in heads) <= 4
    assert sum("Positive performance" in head for head in heads) == 1


def test_sections_1_to_9_stand_within_20_pages(words: list[list[tuple[float, float, str]]]) -> None:
    texts = [" ".join(w for _, _, w in held) for held in words]
    assert next(place for place, text in enumerate(texts) if "Who is doing it?" in text) < 20
    assert len(texts) <= 40


def test_no_page_but_the_last_of_a_section_is_nearly_empty(words: list[list[tuple[float, float, str]]]) -> None:
    heads = headings(words)
    for held, head, following in zip(words, heads, heads[1:], strict=False):
        if head.removesuffix(" :") == following.removesuffix(" :"):
            height = 842 if max(b for _, b, _ in held) > 600 else 595
            content = [b for _, b, _ in held if b < height - 60]
            assert max(content) > 0.6 * height, head


def test_sections_after_the_exceptions_share_pages_so_that_only_the_last_page_may_be_short(
    words: list[list[tuple[float, float, str]]],
) -> None:
    texts = [" ".join(w for _, _, w in held) for held in words]
    first = next(place for place, text in enumerate(texts) if "Also off target or of concern" in text)
    last = next(place for place, text in enumerate(texts) if "Where the figures come from" in text)
    assert "Positive performance" in texts[first]
    for held in words[first : last - 1]:
        assert max(b for _, b, _ in held if b < 842 - 60) > 0.6 * 842


def test_no_section_of_the_definitions_begins_at_the_end_of_a_page(words: list[list[tuple[float, float, str]]]) -> None:
    seen = 0
    for held, head in zip(words, headings(words), strict=True):
        if "Definitions" in head:
            text = " ".join(w for _, b, w in held if b < 842 - 60)
            seen += "Figures:" in text
            assert not re.search(r"Figures: [^.]*\.?$", text.strip()), "a section's name stands alone"
    assert seen


def test_nothing_stands_in_the_foot_or_outside_the_page(words: list[list[tuple[float, float, str]]]) -> None:
    for held in words:
        page_height = 842 if max(b for _, b, _ in held) > 600 else 595
        foot = [b for _, b, w in held]
        assert max(foot) < page_height - 12 * 72 / 25.4


def test_no_text_is_smaller_than_10_points(document: pikepdf.Pdf) -> None:
    printed = set()
    for sheet in document.pages:
        scale, size, matrix = [1.0], 0.0, 1.0
        for instruction in pikepdf.parse_content_stream(sheet):
            operands, name = instruction.operands, str(instruction.operator)
            if name == "q":
                scale.append(scale[-1])
            elif name == "Q":
                scale.pop()
            elif name == "cm":
                scale[-1] *= abs(float(operands[3])) or abs(float(operands[1]))
            elif name == "Tf":
                size = float(operands[1])
            elif name == "Tm":
                matrix = abs(float(operands[3]))
            elif name in ("Tj", "TJ"):
                printed.add(round(size * matrix * scale[-1], 2))
    assert min(printed) >= 9.99
    assert 12.0 in printed


def test_text_is_read_in_the_order_of_the_page(words: list[list[tuple[float, float, str]]]) -> None:
    text = " ".join(w for held in words for _, _, w in held)
    wanted = ["Needs attention", "Since the quarter ended", "Who joined and who left", "Help at the front door",
              "What is it telling us?", "What could get worse?", "Where the figures come from"]  # fmt: skip
    places = [text.index(part) for part in wanted]
    assert places == sorted(places)


def test_long_numbers_of_the_last_five_quarters_keep_to_their_columns(tmp_path: Path) -> None:
    pdf = pytest.importorskip("carereport.report.pdf", reason="Pango cannot be loaded", exc_type=OSError)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    findings, disclosed, project = made.material(ROOT)
    context = report_context(made_material(findings, disclosed, replace(project, root=ROOT), {}))
    first = context.exceptions.pages[0]
    row = TableRow("Of all working days", ("19,880.5", "19,807.5", "19,838.5", "19,849.5", "19,817.5"))
    long = replace(first, rows=(*first.rows, row), long_numbers=long_numbers((*first.rows, row)))
    context = replace(context, exceptions=replace(context.exceptions, pages=(long,)))
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.pdf_bytes(render_context(context, ROOT), created=datetime(2025, 10, 14)))
    text = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True, text=True).stdout
    places = [
        (float(left), float(right))
        for left, right in re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">19,8', text)
    ]
    assert len(places) == 5
    assert all(right < left for (_, right), (left, _) in pairwise(places))
    assert places[-1][1] <= 595 - 17 * 72 / 25.4


def test_a_measure_without_a_page_prints_why_and_when_as_officers_wrote_them() -> None:
    findings, disclosed, project = made.material(ROOT)
    bare = made_material(findings, disclosed, replace(project, root=ROOT), {})
    name = next(one.indicator for one in bare.exceptions if one not in bare.exception_pages)
    officers = {name: Commentary(name, "", WORDY, role="Head of Service", date="4 November 2025")}
    page = render_report(
        findings, disclosed, replace(project, root=ROOT), made.QUARTER, as_at=made.AS_AT, set_aside=made.SET_ASIDE,
        commentary=officers,
    )  # fmt: skip
    also = page[page.index('id="also"') : page.index('id="positives"')]
    assert WORDY["Why?"] in also
    assert WORDY["Back on track"] in also
    assert also.count("Head of Service, 4 November 2025") == 1
    assert 'class="short-answer"' not in render_context(report_context(bare), ROOT)


def test_an_exception_that_spills_is_set_again_and_one_too_long_for_any_page_is_named() -> None:
    pdf = pytest.importorskip("carereport.report.one_page", reason="Pango cannot be loaded", exc_type=OSError)
    findings, disclosed, project = made.material(ROOT)
    project = replace(project, root=ROOT)
    first, second = (one.indicator for one in made_material(findings, disclosed, project, {}).exception_pages[:2])
    long = {**WORDY, "Why?": " ".join([WORDY["Why?"]] * 12)}
    officers = {
        name: Commentary(name, "", text, role="Head of Service", date="4 November 2025")
        for name, text in ((first, long), (second, WORDY))
    }
    material = made_material(findings, disclosed, project, officers)
    context = report_context(material)
    data, _, spilled = pdf.set_pages(material, context, render_context(context, ROOT), created=datetime(2025, 10, 14))
    assert data.startswith(b"%PDF")
    assert spilled == (first,)
    fault = too_long(first, material)
    assert (fault.severity, fault.file) == ("warning", f"commentary/{made.QUARTER.name}/{first}.md")


def test_a_page_that_spilled_leaves_more_room_at_the_second_attempt() -> None:
    findings, disclosed, project = made.material(ROOT)
    material = made_material(findings, disclosed, replace(project, root=ROOT), {})
    first = material.exception_pages[0].indicator
    heights = [
        float(re.findall(r"height:([\d.]+)mm", str(report_context(material, spare).exceptions.pages[0].chart))[0])
        for spare in ({}, {first: 150.0})
    ]
    assert heights[1] < heights[0]


def made_material(findings: Any, disclosed: Any, project: Any, officers: dict[str, Commentary]) -> Material:
    return Material(findings, disclosed, project, made.QUARTER, "public", False, made.AS_AT, (), (), officers)


@pytest.mark.parametrize("block", ["account", "positive"])
def test_a_block_that_moves_to_the_next_page_leaves_none_of_its_charts_behind(
    page: str, tmp_path: Path, block: str
) -> None:
    sides = ("left", "right") if block == "positive" else ("wide", "narrow")
    chart = '<svg class="chart" width="60mm" height="44mm" viewBox="0 0 60 44"><text x="5" y="20">Chart</text></svg>'
    column = f'<h3>Heading</h3><p class="note">Monthly.</p><div class="picture">{chart}</div>'
    columns = "".join(f'<div class="{side}">{column}</div>' for side in sides)
    after = "<table><tbody><tr><td>Every child</td></tr></tbody></table>"
    moved = f'<div class="{block}"><div class="columns">{columns}</div>{after}</div>'
    head = page[: page.index("<main")]
    for height in (200, 210, 220):
        room = f'<main><section class="page"><div style="height: {height}mm">Before</div>{moved}</section></main>'
        path = tmp_path / "moved.pdf"
        path.write_bytes(written(f"{head}{room}</body></html>"))
        found = [word for words in words_of(path) for _, _, word in words]
        assert found.count("Chart") == 2, height


def test_a_percentage_worked_out_from_other_measures_has_no_rows_of_what_it_is_made_of() -> None:
    share = {"name": "Agency share", "section": "workforce", "polarity": "low", "unit": "percent"}
    derived = Indicator(kind="derived", value="100 * agency / workers", **share)
    share["from"] = "workforce"
    counted = Indicator(kind="supplied", numerator="agency", denominator="workers", when="month", **share)
    assert _made_of([None], derived) == []
    assert [row.name for row in _made_of([None], counted)] == ["Number counted", "Out of"]


def edges(page: str, table: str, words: str) -> dict[str, tuple[float, float]]:
    """Return where words of a table on a page of its own begin and end on paper."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    main = f'<main><section class="page">{table}</section></main></body></html>'
    run, data = ["pdftotext", "-bbox", "-", "-"], written(page[: page.index("<main")] + main)
    text = subprocess.run(run, input=data, capture_output=True, check=True).stdout
    word = re.compile(rf'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">({words})<')
    return {name: (float(left), float(right)) for left, right, name in word.findall(text.decode())}


def test_two_years_side_by_side_over_the_last_five_quarters_do_not_meet(page: str) -> None:
    heads = "".join(
        f'<th scope="col" class="number{" year" if len(head) > 3 else ""}">{head}</th>'
        for head in ("Q4 2023/24", "Q1 2024/25", "Q2", "Q3", "Q4")
    )
    table = f'<table class="quarters"><thead><tr><th scope="col">Quarters</th>{heads}</tr></thead></table>'
    words = edges(page, table, r"20\d\d/\d\d|Q\d")
    assert words["2023/24"][1] + 2 < words["Q1"][0]


def test_a_target_beside_the_longest_status_does_not_run_into_the_next_column(page: str) -> None:
    cells = "".join(f'<td class="number">{share}%</td>' for share in (80, 79, 78))
    tag = '<span class="tag tag-too-few">Too few to rate</span>'
    status = f'<td class="signal state">{tag} <span class="second">81%</span></td>'
    row = f'<tr><th scope="row">Complaints answered in time</th>{cells}{status}<td class="signal">Wide</td></tr>'
    names = ("", "number", "number", "number", "state", "moved")
    heads = "".join(f'<th scope="col" class="{name}">x</th>' for name in names)
    table = f'<table class="figures"><thead><tr>{heads}</tr></thead><tbody>{row}</tbody></table>'
    words = edges(page, table, "81%|Wide")
    assert words["81%"][1] + 2 < words["Wide"][0]
