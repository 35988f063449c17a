"""HTML becomes a tagged PDF, the same bytes every time; nothing is fetched and nothing is worded here."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import weasyprint
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


def lay_out(html: str) -> Layout:
    """Return a self-contained HTML page set on sheets of paper.

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
            pdf_variant="pdf/ua-1", pdf_identifier=identifier, **given
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


def pages_of(layout: Layout) -> dict[str, list[int]]:
    """Return the pages, from 1, on which each element with an anchor lies: several where it goes on."""
    found: dict[str, list[int]] = {}
    for number, page in enumerate(layout.document.pages, start=1):
        for name in page.anchors:
            found.setdefault(name, []).append(number)
    return found


def pdf_of(layout: Layout, *, title: str = "", created: datetime) -> bytes:
    """Return what was laid out as PDF/UA-1; `title` replaces the page's own where given.

    Dates and identifier come from the arguments, so that equal pages give equal files.
    """
    document = layout.document
    moment = created.astimezone(UTC) if created.tzinfo else created
    document.metadata.created = document.metadata.modified = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if title:
        document.metadata.title = title
    written = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=layout.identifier, finisher=_finish)
    return written or b""


def _finish(document: weasyprint.Document, pdf: Any) -> None:
    """Give header cells their scope and figures their box in points, before the file is written."""
    for element in pdf.objects:
        kind = element.get("S") if isinstance(element, dict) else None
        if kind == "/TR":
            _scope([_object(pdf, kid) for kid in element["K"] if isinstance(kid, bytes)])
        elif kind == "/Figure":
            _place(element, _object(pdf, element["Pg"]))


def _object(pdf: Any, reference: bytes) -> Any:
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
