"""HTML becomes a tagged PDF, the same bytes every time; nothing is fetched and nothing is worded here."""

from __future__ import annotations

import copy
import hashlib
import io
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pydyf
import weasyprint
from weasyprint.css.counters import CounterStyle
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from carereport.faults import ConfigurationError, Fault
from carereport.report.pictures import as_images

SCALE = 0.75
"""Points in a CSS pixel: WeasyPrint writes the box of a figure in pixels from the page's head."""
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True)
class Layout:
    """An HTML page set on sheets of paper."""

    document: weasyprint.Document
    identifier: bytes


def pdf_bytes(html: str, *, title: str = "", created: datetime) -> bytes:
    """Return a self-contained HTML page as PDF/UA-1 (see `lay_out` and `pdf_of`)."""
    return pdf_of(lay_out(html), title=title, created=created)


def lay_out(html: str, numbering: CounterStyle | None = None) -> Layout:
    """Return a self-contained HTML page set on sheets of paper, with a `numbering` of its own where given.

    Raises:
        ConfigurationError: a template refers to something outside the page.
    """
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    page, given = as_images(html), {}
    styles = _STYLE.findall(page)
    if len(styles) == 1:  # of several the order would be lost
        sheet, fonts = style_sheet(styles[0].strip())
        page, given = _STYLE.sub("", page), {"stylesheets": [sheet], "font_config": fonts}
    with _nothing_fetched():
        document = weasyprint.HTML(string=page, url_fetcher=_fetcher()).render(
            pdf_variant="pdf/ua-1", pdf_identifier=identifier, counter_style=numbering, **given
        )
    return Layout(document, identifier)


@lru_cache(maxsize=4)
def style_sheet(text: str) -> tuple[weasyprint.CSS, FontConfiguration]:
    """Return a style sheet as WeasyPrint reads it, with its fonts; of one text, once.

    Raises:
        ConfigurationError: it refers to something outside itself.
    """
    fonts = FontConfiguration()
    with _nothing_fetched():
        return weasyprint.CSS(string=text, font_config=fonts, url_fetcher=_fetcher()), fonts


def _fetcher() -> URLFetcher:
    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)


@contextmanager
def _nothing_fetched() -> Iterator[None]:
    try:
        yield
    except FatalURLFetchingError as error:
        raise ConfigurationError(
            Fault("TP004", "error", "a page refers to something outside itself, which is never fetched",
                  "put fonts and pictures into templates/, and name them without http", "templates")
        ) from error  # fmt: skip


def pdf_of(
    layout: Layout, *, title: str = "", created: datetime, finish: Callable[[pydyf.PDF], None] | None = None
) -> bytes:
    """Return what was laid out as PDF/UA-1; `title` replaces the page's own where given.

    Dates and identifier come from the arguments, so that equal pages give equal files. `finish` may add to the
    drawing before it is written.
    """
    document = layout.document
    moment = created.astimezone(UTC) if created.tzinfo else created
    document.metadata.created = document.metadata.modified = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if title:
        document.metadata.title = title

    def finished(_: weasyprint.Document, pdf: pydyf.PDF) -> None:
        _put_right(pdf)
        if finish is not None:
            finish(pdf)
        pdf.objects[1:] = [_Settled(item) for item in pdf.objects[1:]]

    written = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=layout.identifier, finisher=finished)
    return written or b""


def drawing_of(layout: Layout) -> pydyf.PDF:
    """Return what was laid out as a drawing that is not written yet, of plain objects that can be sent."""
    drawings: list[pydyf.PDF] = []

    def taken(_: weasyprint.Document, pdf: pydyf.PDF) -> None:
        _put_right(pdf)
        drawings.append(copy.copy(pdf))
        drawings[0].objects = [_plain(item) for item in pdf.objects]
        pdf.objects = pdf.objects[:1]  # nothing is left to write

    layout.document.write_pdf(io.BytesIO(), pdf_variant="pdf/ua-1", finisher=taken)
    return drawings[0]


class _Settled(pydyf.Object):  # type: ignore[misc]
    """An object whose bytes are worked out once: they are asked for twice, to be written and for the file's name."""

    def __init__(self, item: pydyf.Object) -> None:
        super().__init__()
        self.number: int = item.number
        self._bytes: bytes = item.data
        self._compressible: bool = item.compressible

    @property
    def data(self) -> bytes:
        return self._bytes

    @property
    def compressible(self) -> bool:
        return self._compressible


def _plain(item: pydyf.Object) -> pydyf.Object:
    """Return an object without what only drawing needed: a stream as its compressed bytes."""
    if not isinstance(item, pydyf.Stream):
        return item
    extra = item.extra | ({"Filter": "/FlateDecode"} if item.compress else {})
    inside = item.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    plain = pydyf.Stream([inside], pydyf.Dictionary(extra))
    plain.number = item.number
    return plain


def _put_right(pdf: pydyf.PDF) -> None:
    """Give header cells their scope and figures their box in points."""
    for element in pdf.objects:
        kind = element.get("S") if isinstance(element, dict) else None
        if kind == "/TR":
            _scope([object_of(pdf, kid) for kid in element["K"] if isinstance(kid, bytes)])
        elif kind == "/Figure":
            _place(element, object_of(pdf, element["Pg"]))


def object_of(pdf: pydyf.PDF, reference: bytes) -> Any:
    """Return the object of a drawing that a reference names."""
    return pdf.objects[int(reference.split()[0])]


def _scope(cells: Sequence[Any]) -> None:
    """Give the header cells of a row their scope: the row's where data cells stand in it, else a column's."""
    scope = "/Row" if any(cell.get("S") == "/TD" for cell in cells) else "/Column"
    for cell in cells:
        if cell.get("S") == "/TH":
            cell["A"]["Scope"] = scope


def _place(figure: Any, page: Any) -> None:
    """Turn a figure's box from pixels below the page's head into points above its foot."""
    box = figure.get("A", {}).get("BBox")
    if box is not None:
        left, top, right, bottom = (float(edge) * SCALE for edge in box)
        height = float(page["MediaBox"][3])
        box[:] = [round(edge, 2) for edge in (left, height - bottom, right, height - top)]
