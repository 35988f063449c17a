"""The council's colour, logo and fonts: printed as asked, or refused with the place and the remedy."""

from __future__ import annotations

import shutil
import struct
import zlib
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import pikepdf
import pytest
from pptx import Presentation

from carereport.charts.theme import choose_fonts, text_width
from carereport.report.branding import branding_faults, contrast, darkened, look_of
from carereport.report.context import report_context
from carereport.report.cover import cover_report
from carereport.report.pages.material import Material
from carereport.report.pptx import pptx_bytes
from carereport.report.render import COVER, render_context, render_template
from carereport.report_settings import ReportSettings
from tests import made_up_report as made

ROOT = Path(__file__).parents[1]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 12"><path d="M0 0h40v12H0z" fill="#7A1F5C"/></svg>'
OTHER = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
"""A font that is wider than carereport's own, and comes with matplotlib."""


def png(width: int = 40, height: int = 12) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x7a\x1f\x5c" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def material(root: Path, **branding: object) -> Material:
    findings, disclosed, project = made.material(ROOT)
    report = ReportSettings.model_validate({**made.REPORT, "branding": branding})
    held = replace(project, root=root, report=report)
    return Material(findings, disclosed, held, made.QUARTER, "public", True, made.AS_AT, (), (), {})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "config" / "fonts").mkdir(parents=True)
    (tmp_path / "config" / "logo.svg").write_text(SVG)
    (tmp_path / "config" / "logo.png").write_bytes(png())
    shutil.copy(OTHER, tmp_path / "config" / "fonts" / "Council.ttf")
    return tmp_path


@pytest.fixture(autouse=True)
def own_fonts_again() -> object:
    yield
    choose_fonts(None, None)


def codes(root: Path, **branding: object) -> list[str]:
    return [fault.code for fault in branding_faults(material(root, **branding).project)]


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast("#000000", "#FFFFFF") == 21
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#FFFFFF", "#12436D") == contrast("#12436D", "#FFFFFF")


@pytest.mark.parametrize("colour", ["#FFD500", "#00A3E0", "#FFFFFF", "#E87722"])
def test_a_pale_colour_is_refused_with_a_darker_one_that_passes(root: Path, colour: str) -> None:
    (fault,) = branding_faults(material(root, colour=colour).project)
    assert fault.code == "BR001" and fault.severity == "error" and fault.file == "config/report.yaml"
    assert contrast(darkened(colour), "#FFFFFF") >= 4.5
    assert darkened(colour) in fault.help


def test_the_councils_colour_takes_the_place_of_ours_everywhere_in_print(root: Path) -> None:
    held = material(root, colour="#7A1F5C")
    assert not branding_faults(held.project)
    page = render_context(report_context(held), root)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "--brand: #7A1F5C" in style and "#12436D" not in style
    assert style.count("#7A1F5C") >= 4


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config/none.png", None),
        ("../logo.png", png()),
        ("config/logo.jpg", b"\xff\xd8"),
        ("config/fake.png", b"<svg/>"),
        ("config/large.png", png() + bytes(600_000)),
        ("config/script.svg", SVG.replace("<path", "<script>1</script><path").encode()),
        ("config/outside.svg", SVG.replace("<path", '<image href="https://example.org/a.png"/><path').encode()),
        ("config/click.svg", SVG.replace("<path", '<path onclick="x()"').encode()),
        ("config/text.svg", b"not a picture"),
    ],
)
def test_a_logo_that_cannot_be_printed_is_refused(root: Path, file: str, content: bytes | None) -> None:
    if content is not None:
        (root / file).write_bytes(content)
    assert codes(root, logo=file) == ["BR002"]


@pytest.mark.parametrize("file", ["config/logo.svg", "config/logo.png"])
def test_the_logo_stands_on_the_first_page_and_the_cover_with_its_words(root: Path, file: str) -> None:
    held = material(root, logo=file, logo_text="Ashcombe, the city of bridges")
    assert not branding_faults(held.project)
    context = report_context(held)
    page = render_context(context, root)
    cover = render_template(COVER, {"cover": cover_report(held, context)}, root, context.look)
    for html in (page, cover):
        assert html.count('<img class="logo" src="data:image/') == 1
        assert 'alt="Ashcombe, the city of bridges"' in html
    pdf = pytest.importorskip("carereport.report.pdf", reason="Pango cannot be loaded", exc_type=OSError)
    data = pdf.pdf_bytes(page, created=datetime(2025, 10, 14))
    with pikepdf.open(BytesIO(data)) as document:
        texts = [str(one["/Alt"]) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    assert texts.count("Ashcombe, the city of bridges") == 1


def test_without_a_logo_no_page_leaves_room_for_one(root: Path) -> None:
    assert 'class="logo"' not in render_context(report_context(material(root)), root)


def test_a_png_logo_stands_on_the_first_slide_an_svg_does_not(root: Path) -> None:
    for file, count in (("config/logo.png", 1), ("config/logo.svg", 0)):
        held = material(root, logo=file)
        data = pptx_bytes(held, report_context(held))
        pictures = [shape for shape in Presentation(BytesIO(data)).slides[0].shapes if shape.shape_type == 13]
        assert len(pictures) == count
        assert all(one._element.nvPicPr.cNvPr.get("descr") == made.REPORT["council"]["name"] for one in pictures)


@pytest.mark.parametrize(
    ("file", "content"),
    [("config/fonts/none.otf", None), ("config/fonts/a.woff", b"wOFF"), ("config/fonts/bad.ttf", b"no font at all")],
)
def test_a_font_that_cannot_be_used_is_refused(root: Path, file: str, content: bytes | None) -> None:
    if content is not None:
        (root / file).write_bytes(content)
    good = "config/fonts/Council.ttf"
    assert "BR003" in codes(root, fonts={"text": file, "bold": good})
    assert "BR003" not in codes(root, fonts={"text": good, "bold": good})


def test_a_font_much_wider_than_ours_is_a_warning(root: Path) -> None:
    shutil.copy(ROOT / "templates" / "fonts" / "Inter-Regular.otf", root / "config" / "fonts" / "Usual.otf")
    fonts = {"text": "config/fonts/Council.ttf", "bold": "config/fonts/Usual.otf"}
    (fault,) = branding_faults(material(root, fonts=fonts).project)
    assert (fault.code, fault.severity) == ("BR004", "warning")
    assert "wider" in fault.message


def test_a_font_that_may_not_be_embedded_is_refused(root: Path) -> None:
    from fontTools.ttLib import TTFont

    path = root / "config" / "fonts" / "Closed.ttf"
    with TTFont(OTHER) as font:
        font["OS/2"].fsType = 0x0002
        font.save(path)
    good = "config/fonts/Council.ttf"
    faults = branding_faults(material(root, fonts={"text": good, "bold": "config/fonts/Closed.ttf"}).project)
    assert ["embed" in fault.message for fault in faults if fault.code == "BR003"] == [True]


def test_the_councils_fonts_are_those_of_page_and_chart(root: Path) -> None:
    before = text_width("Children in our care")
    held = material(root, fonts={"text": "config/fonts/Council.ttf", "bold": "config/fonts/Council.ttf"})
    context = report_context(held)
    assert look_of(held.project).fonts.keys() == {"text", "bold", "display"}
    assert text_width("Children in our care") > 1.05 * before
    pdf = pytest.importorskip("carereport.report.pdf", reason="Pango cannot be loaded", exc_type=OSError)
    data = pdf.pdf_bytes(render_context(context, root), created=datetime(2025, 10, 14))
    with pikepdf.open(BytesIO(data)) as document:
        fonts = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/FontName" in one]
        kinds = {kind for one in fonts for kind in ("/FontFile2", "/FontFile3") if kind in one}
    assert kinds == {"/FontFile2"}, "TrueType, as the council's; carereport's own are OpenType"
    choose_fonts(None, None)
    assert text_width("Children in our care") == before
