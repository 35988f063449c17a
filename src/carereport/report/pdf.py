"""HTML becomes a tagged PDF, the same bytes every time; nothing is fetched and nothing is worded here."""

from __future__ import annotations

import hashlib
import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from carereport.faults import ConfigurationError, Fault
from carereport.report.pictures import as_images

SCALE = 0.75
"""Points in a CSS pixel: WeasyPrint writes the box of a figure in pixels from the page's head."""


def write_pdf(html: str, path: Path, *, title: str = "", created: datetime) -> None:
    """Write a self-contained HTML page as PDF/UA-1; `title` replaces the page's own where given.

    Dates and identifier come from the arguments, so that equal pages give equal files.

    Raises:
        ConfigurationError: a template refers to something outside the page.
        OSError: Pango cannot be loaded (when this module is imported), or the file cannot be written.
    """
    path.write_bytes(pdf_bytes(html, title=title, created=created))


@dataclass(frozen=True)
class Layout:
    """An HTML page set on sheets of paper."""

    document: weasyprint.Document
    identifier: bytes


def pdf_bytes(html: str, *, title: str = "", created: datetime) -> bytes:
    """Return the PDF of a page (see `write_pdf`)."""
    return pdf_of(lay_out(html), title=title, created=created)


def lay_out(html: str) -> Layout:
    """Return a self-contained HTML page set on sheets of paper.

    Raises:
        ConfigurationError: a template refers to something outside the page.
    """
    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    try:
        document = weasyprint.HTML(string=as_images(html), url_fetcher=fetcher).render(
            pdf_variant="pdf/ua-1", pdf_identifier=identifier
        )
    except FatalURLFetchingError as error:
        raise ConfigurationError(
            Fault("TP004", "error", "a page refers to something outside itself, which is never fetched",
                  "put fonts and pictures into templates/, and name them without http", "templates")
        ) from error  # fmt: skip
    return Layout(document, identifier)


def pages_of(layout: Layout) -> dict[str, list[int]]:
    """Return the pages, from 1, on which each element with an anchor lies: several where it goes on."""
    found: dict[str, list[int]] = {}
    for number, page in enumerate(layout.document.pages, start=1):
        for name in page.anchors:
            found.setdefault(name, []).append(number)
    return found


def pdf_of(layout: Layout, *, title: str = "", created: datetime) -> bytes:
    """Return the PDF of what was laid out (see `write_pdf`)."""
    document = layout.document
    moment = created.astimezone(UTC) if created.tzinfo else created
    document.metadata.created = document.metadata.modified = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    if title:
        document.metadata.title = title
    raw = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=layout.identifier)
    return _repaired(raw or b"")


def _repaired(raw: bytes) -> bytes:
    """Return the PDF with scopes on header cells, boxes of figures in points, and packed objects."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        root = pdf.Root.StructTreeRoot
        seen: set[tuple[int, int]] = set()
        for element in _elements(root, seen):
            kind = str(element.get("/S", ""))
            if kind == "/Table":
                _scope(element)
            elif kind == "/Figure":
                _place(element)
        pdf.save(
            target, static_id=False, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
    return target.getvalue()


def _elements(parent: Any, seen: set[tuple[int, int]]) -> Any:
    """Yield every structure element below `parent`, parents first."""
    for kid in _kids(parent):
        if kid.objgen in seen and kid.objgen != (0, 0):
            continue
        seen.add(kid.objgen)
        yield kid
        yield from _elements(kid, seen)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K")
    if kids is None:
        return []
    held = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in held if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _scope(table: Any) -> None:
    """Give each header cell its scope: a row's where data cells stand in the row, else a column's."""
    for row in _rows(table):
        cells = _kids(row)
        scope = "/Row" if any(str(cell.S) == "/TD" for cell in cells) else "/Column"
        for cell in cells:
            if str(cell.S) == "/TH":
                attributes = cell.get("/A")
                if attributes is None:
                    cell.A = attributes = pikepdf.Dictionary(O=pikepdf.Name.Table)
                attributes.Scope = pikepdf.Name(scope)


def _rows(element: Any) -> Any:
    for kid in _kids(element):
        if str(kid.S) == "/TR":
            yield kid
        elif str(kid.S) in ("/THead", "/TBody", "/TFoot"):
            yield from _rows(kid)


def _place(figure: Any) -> None:
    """Turn a figure's box from pixels below the page's head into points above its foot."""
    attributes, page = figure.get("/A"), figure.get("/Pg")
    if attributes is None or page is None or "/BBox" not in attributes:
        return
    height = float(page.MediaBox[3])
    left, top, right, bottom = (float(edge) * SCALE for edge in attributes.BBox)
    attributes.BBox = pikepdf.Array([round(edge, 2) for edge in (left, height - bottom, right, height - top)])
