"""One exception, one page: where the laid-out pages show that one spills, it is set again, tighter, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from carereport.report.context import ReportContext, report_context
from carereport.report.pages.material import Material
from carereport.report.parts import Later, lay_out_report, pdfs_of_report
from carereport.report.render import render_context

SPARE = 20.0
"""Millimetres left free on a page that spilled: about four lines more than its texts' lengths let expect."""


def set_pages(
    material: Material, context: ReportContext, html: str, *, created: datetime, later: Later | None = None
) -> tuple[bytes, bytes, tuple[str, ...]]:
    """Return the PDF of a report, what `later` gives, and the exceptions whose officer text is too long for one page.

    Raises:
        ConfigurationError: a template is wrong or refers to something outside the page.
    """
    laid = lay_out_report(html, later)
    spilled = spilling(laid.places, context)
    if spilled:
        laid.close()
        spare = dict.fromkeys(spilled, SPARE)
        laid = lay_out_report(render_context(report_context(material, spare), material.project.root), later)
        spilled = spilling(laid.places, context)
    return *pdfs_of_report(laid, created=created), spilled


def spilling(pages: Mapping[str, Sequence[int]], context: ReportContext) -> tuple[str, ...]:
    """Return the exceptions that take more than one page; `pages` says on which each anchor lies."""
    return tuple(page.id for page in context.exceptions.pages if len(pages.get(f"exception-{page.id}", ())) > 1)
