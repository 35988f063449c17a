"""Where a long report is divided, that its parts print as the whole does, and what becomes of a part that fails."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest

from carereport.faults import ConfigurationError, Fault
from carereport.report import dividing
from carereport.report.dividing import divided, with_page_numbers

STYLE = """
@page { size: A5; margin: 20mm; @top-left { content: string(name, start); }
        @bottom-right { content: "Page " counter(page, page-of-report) " of " counter(pages, pages-of-report); } }
.page { break-before: page; } main > .page:first-child { break-before: auto; }
h1 { bookmark-level: 1; } h2 { bookmark-level: 2; string-set: name content(); } h3 { bookmark-level: 3; }
a.page-link:not([data-page])::after { content: " " target-counter(attr(href url), page); }
a.page-link[data-page]::after { content: " " attr(data-page); }
.skip { display: none; }
"""
CREATED = datetime(2025, 10, 14)


def section(name: str, words: int = 0, more: str = "") -> str:
    table = f'<table><thead><tr><th scope="col">Of {name}</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'
    text = f"<h2>About {name}</h2><h3>More of {name}</h3><p>{'word ' * words}</p>{table}{more}"
    return f'<section class="page" id="{name}">{text}</section>\n'


def report(*sections: str, style: str = STYLE) -> str:
    head = f'<!DOCTYPE html><html lang="en-GB"><head><title>A report</title><style>{style}</style></head>'
    skip = '<a class="skip" href="#main">Skip to the report</a>\n'
    return f'{head}<body class="public">{skip}<main id="main">\n{"".join(sections)}</main></body></html>'


def link(name: str) -> str:
    return f'<p><a class="page-link" href="#{name}">Page</a></p>'


def example(front: str = "", style: str = STYLE) -> str:
    """A front of one section, then four sections of two pages each, with links over all parts' borders."""
    links = link("b") + link("d") + link("e") + front
    plain = '<p><a href="#{}">there</a></p>'
    return report(
        section("a", 5, f"<h1>All</h1>{links}"), section("b", 300, plain.format("e")), section("c", 300),
        section("d", 300, plain.format("b") + plain.format("a")), section("e", 300, plain.format("d")), style=style,
    )  # fmt: skip


@pytest.fixture
def _however_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dividing, "WORTHWHILE", 0)


def parts_module() -> Any:
    return pytest.importorskip("carereport.report.parts", reason="Pango cannot be loaded", exc_type=OSError)


def in_parts(html: str) -> bytes:
    parts = parts_module()
    laid = parts.lay_out_report(html)
    assert laid.rest is not None
    written: bytes = parts.pdfs_of_report(laid, created=CREATED)[0]
    return written


def as_a_whole(html: str) -> bytes:
    from carereport.report.pdf import pdf_bytes

    return pdf_bytes(html, created=CREATED)


def text(data: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    run = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(run, input=data, capture_output=True, check=True).stdout.decode()


# ------------------------------------------------------------ where to divide


@pytest.mark.usefixtures("_however_short")
def test_a_report_is_divided_after_the_last_section_that_prints_page_numbers_and_in_the_middle_of_the_rest() -> None:
    found = divided(example())
    assert found is not None
    assert found.fronts == 1
    names = [re.findall(r'<section class="page" id="(\w)"', part) for part in (found.front, found.first, found.second)]
    assert names == [["a"], ["b", "c"], ["d", "e"]]
    assert found.anchors == {"a", "b", "c", "d", "e", "main"}
    for part in (found.front, found.first, found.second):
        assert part.startswith(example()[:20])
        assert part.endswith("</main></body></html>")


def test_a_short_report_stays_whole() -> None:
    assert divided(example()) is None


@pytest.mark.usefixtures("_however_short")
@pytest.mark.parametrize(
    "extra",
    [
        "@page { @bottom-left { content: counter(page); } }",
        "@page { @bottom-left { content: counter( pages ); } }",
        "h2 { counter-increment: chapter; }",
        "body { counter-reset: figure; }",
        ".contents a::after { content: target-counter(attr(href url), page); }",
        ".contents a::after { content: target-text(attr(href url)); }",
        "h2::before { content: counter(pages, pages-of-report); }",
    ],
)
def test_a_style_sheet_that_counts_in_its_own_way_keeps_a_report_whole(extra: str) -> None:
    assert divided(example(style=STYLE + extra)) is None
    assert divided(example(style=f"{STYLE}/* {extra} */")) is not None


@pytest.mark.usefixtures("_however_short")
def test_sections_inside_other_elements_keep_a_report_whole() -> None:
    inside = [f"<div>{section('b', 9)}", f"{section('c', 9)}</div>"]
    assert divided(report(section("a", 5, link("b")), *inside, section("d", 9))) is None


@pytest.mark.usefixtures("_however_short")
@pytest.mark.parametrize("place", ['<a class="skip"', "</body>", '<section class="page" id="a">'])
def test_what_paper_shows_outside_the_sections_keeps_a_report_whole(place: str) -> None:
    assert divided(example().replace(place, f"<p>Of Ashcombe</p>{place}", 1)) is None


@pytest.mark.usefixtures("_however_short")
def test_a_report_whose_page_numbers_are_linked_to_from_its_end_stays_whole() -> None:
    assert divided(report(*(section(name, 9) for name in "abcd"), section("e", 9, link("a")))) is None


def test_only_links_to_pages_that_are_known_get_their_number() -> None:
    front = link("a") + link("b")
    assert with_page_numbers(front, {"a": [7, 8]}) == front.replace('href="#a"', 'href="#a" data-page="7"')


# -------------------------------------------------------- the parts as a whole


@pytest.mark.usefixtures("_however_short")
def test_a_report_in_parts_prints_what_the_whole_prints() -> None:
    html = example()
    parts, whole = text(in_parts(html)), text(as_a_whole(html))
    assert parts == whole
    assert "Page 9 of 9" in parts
    assert re.findall(r"Page (\d)$", parts, re.MULTILINE) == ["2", "6", "8"]


@pytest.mark.usefixtures("_however_short")
def test_a_front_of_more_pages_than_sections_is_numbered_right() -> None:
    html = example(front=f"<p>{'word ' * 500}</p>")
    parts = text(in_parts(html))
    assert parts == text(as_a_whole(html))
    assert "Page 11 of 11" in parts


@pytest.mark.usefixtures("_however_short")
def test_a_front_whose_number_of_pages_never_settles_makes_the_report_one_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = parts_module()
    in_parts_once = parts._in_parts

    def restless(found: Any, pages: int, later: Any) -> tuple[Any, int]:
        return in_parts_once(found, pages, later)[0], pages + 1

    monkeypatch.setattr(parts, "_in_parts", restless)
    laid = parts.lay_out_report(example())
    assert laid.rest is None
    assert parts.pdfs_of_report(laid, created=CREATED)[0] == as_a_whole(example())


@pytest.mark.usefixtures("_however_short")
def test_the_parts_are_one_document_to_a_readers_software() -> None:
    with pikepdf.open(BytesIO(in_parts(example()))) as parts, pikepdf.open(BytesIO(as_a_whole(example()))) as whole:
        for pdf in (parts, whole):
            assert pdf.check_pdf_syntax() == []
        assert outline(parts) == outline(whole)
        assert targets(parts) == targets(whole)
        assert links(parts) == links(whole)
        assert tags(parts) == tags(whole)


def outline(pdf: pikepdf.Pdf) -> list[Any]:
    def told(items: Any) -> list[Any]:
        return [(item.title, page_of(pdf, item.destination[0]), told(item.children)) for item in items]

    with pdf.open_outline() as held:
        found = told(held.root)
    root = pdf.Root.Outlines
    assert int(root.Count) == 11
    return found


def page_of(pdf: pikepdf.Pdf, page: Any) -> int:
    return next(number for number, one in enumerate(pdf.pages, 1) if one.obj.objgen == page.objgen)


def targets(pdf: pikepdf.Pdf) -> dict[str, Any]:
    names = list(pdf.Root.Names.Dests.Names)
    keys = [str(name) for name in names[::2]]
    assert keys == sorted(set(keys))
    return {key: (page_of(pdf, at[0]), *map(float, list(at)[2:])) for key, at in zip(keys, names[1::2], strict=True)}


def links(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    return [(number, str(one.Dest)) for number, page in enumerate(pdf.pages, 1) for one in page.get("/Annots", [])]


def tags(pdf: pikepdf.Pdf) -> Counter[Any]:
    """Each element's kind by page, after the tree has been found whole: up and down, from content, cells and links."""
    root = pdf.Root.StructTreeRoot
    nums = list(root.ParentTree.Nums)
    numbers = [int(number) for number in nums[::2]]
    assert numbers == sorted(set(numbers))
    parents = dict(zip(numbers, nums[1::2], strict=True))
    found, ids, headers = Counter[Any](), [], set()
    for element in below(root.K[0]):
        found[str(element.S), page_of(pdf, element.Pg)] += 1
        if "/ID" in element:
            ids.append(str(element.ID))
        headers |= {str(name) for name in element.get("/A", {}).get("/Headers", [])}
        for kid in element.K:
            if isinstance(kid, int):
                assert parents[int(element.Pg.StructParents)][kid].objgen == element.objgen
            elif "/Obj" in kid:
                assert parents[int(kid.Obj.StructParent)].objgen == element.objgen
    assert len(ids) == len(set(ids))
    assert headers <= set(ids)
    return found


def below(element: Any) -> Iterator[Any]:
    for kid in element.K:
        if not isinstance(kid, int) and "/S" in kid:
            assert kid.P.objgen == element.objgen
            yield kid
            yield from below(kid)


@pytest.mark.usefixtures("_however_short")
def test_two_subsets_of_a_font_have_names_of_their_own() -> None:
    with pikepdf.open(BytesIO(in_parts(example()))) as pdf:
        fonts = {font.objgen: str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert len(fonts) > 1
    assert len(set(fonts.values())) == len(fonts)
    assert len({name.split("+")[1] for name in fonts.values()}) < len(fonts)


@pytest.mark.usefixtures("_however_short")
def test_a_report_in_parts_gives_the_same_bytes_each_time() -> None:
    assert in_parts(example()) == in_parts(example())


@pytest.mark.usefixtures("_however_short")
def test_where_nothing_forks_the_bytes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    forked = in_parts(example())
    monkeypatch.setattr(parts_module(), "FORKS", False)
    assert in_parts(example()) == forked


# ------------------------------------------------------------ what is made later


def made_later() -> bytes:
    return b"made by %d" % os.getpid()


def refused() -> bytes:
    raise ConfigurationError(Fault("TP004", "error", "outside itself"))


@pytest.mark.parametrize("forks", [True, False])
def test_another_pdf_is_made_by_the_process_that_is_done_first(monkeypatch: pytest.MonkeyPatch, forks: bool) -> None:
    monkeypatch.setattr(dividing, "WORTHWHILE", 0)
    parts = parts_module()
    monkeypatch.setattr(parts, "FORKS", forks and parts.FORKS)
    laid = parts.lay_out_report(example(), made_later)
    report, other = parts.pdfs_of_report(laid, created=CREATED)
    assert report == in_parts(example())
    assert other == b"made by %d" % laid.rest.process.pid


def test_another_pdf_is_made_beside_a_short_report_too() -> None:
    parts = parts_module()
    laid = parts.lay_out_report(example(), made_later)
    report, other = parts.pdfs_of_report(laid, created=CREATED)
    assert laid.rest is None
    assert report == as_a_whole(example())
    assert other.startswith(b"made by ")


@pytest.mark.parametrize("least", [0, dividing.WORTHWHILE])
def test_another_pdf_that_is_refused_is_said_to_be(monkeypatch: pytest.MonkeyPatch, least: int) -> None:
    monkeypatch.setattr(dividing, "WORTHWHILE", least)
    parts = parts_module()
    laid = parts.lay_out_report(example(), refused)
    with pytest.raises(ConfigurationError, match="outside itself"):
        parts.pdfs_of_report(laid, created=CREATED)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries go by other names")
def test_libraries_that_go_by_their_names_are_not_sought() -> None:
    parts_module()
    code = (
        "import ctypes.util, sys; before = ctypes.util.find_library = lambda name: sys.exit('sought ' + name); "
        "from carereport.report.worker import _load_weasyprint; _load_weasyprint(); import weasyprint; "
        "assert ctypes.util.find_library is before"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


# ------------------------------------------------------------ a part that fails


@pytest.mark.usefixtures("_however_short")
@pytest.mark.parametrize("place", ["b", "e"])
def test_a_part_that_refers_to_something_outside_is_refused_as_the_whole_is(place: str) -> None:
    html = example().replace(f"<h2>About {place}</h2>", '<img alt="-" src="http://example.org/logo.png">')
    with pytest.raises(ConfigurationError, match="outside itself"):
        in_parts(html)


@pytest.mark.usefixtures("_however_short")
@pytest.mark.skipif(sys.platform != "linux", reason="the other process is a fork on Linux only")
def test_a_part_whose_process_ends_early_is_told_as_want_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_module()
    monkeypatch.setattr(parts, "drawing_of", lambda _: os.kill(os.getpid(), signal.SIGKILL))
    laid = parts.lay_out_report(example())
    with pytest.raises(MemoryError):
        parts.pdfs_of_report(laid, created=CREATED)
    assert not laid.rest.process.is_alive()


@pytest.mark.usefixtures("_however_short")
def test_pages_that_are_not_wanted_leave_no_process() -> None:
    laid = parts_module().lay_out_report(example())
    laid.close()
    assert not laid.rest.process.is_alive()


def test_the_sample_template_prints_its_pages_in_parts() -> None:
    templates = Path(__file__).parents[1] / "templates"
    style = (templates / "report.css").read_text(encoding="utf-8")
    front = (templates / "summary.html.j2").read_text(encoding="utf-8")
    assert "parts.page(" in front
    html = report(*(section(name, 20_000) for name in "bcd"), style=style)
    found = divided(html.replace("<section", f'<section class="page"><p>{link("c")}</p></section><section', 1))
    assert found is not None


def test_a_stand_in_target_is_only_for_links_that_lead_to_another_part() -> None:
    parts = parts_module()
    pages = [
        SimpleNamespace(anchors={"here": (1, 1, 2, 2)}, links=[("internal", "here"), ("internal", "there")]),
        SimpleNamespace(anchors={}, links=[("internal", "nowhere"), ("external", "http://example.org")]),
    ]
    layout = SimpleNamespace(document=SimpleNamespace(pages=pages))
    assert parts._stand_in(layout, {"here", "there", "elsewhere"}) == {"there"}
    assert set(pages[0].anchors) == {"here", "there"}
