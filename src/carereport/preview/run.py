"""The preview's day: make the page, show it, wait for a save, make it again."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence

from carereport.build import Options
from carereport.faults import CarereportError, Fault, place_of
from carereport.preview.pages import Pages
from carereport.preview.server import Screen, Server
from carereport.preview.watch import snapshot, wait_for_save
from carereport.printing import as_text, ordered, summary
from carereport.project import history_home

MOST_SHOWN = 10
"""Findings above the page; more are counted."""


def run_preview(options: Options, port: int, ready: Callable[[str], None], said: Callable[[str], None]) -> None:
    """Serve the report and follow every save, until interrupted.

    `ready` is told the address once, `said` what each refresh came to.

    Raises:
        UsageError: the port is taken, or the code of the area could not be one.
    """
    history_home(options.root, options.area)  # refuses a code that is none
    gc.enable()  # it may run all day
    screen = Screen()
    title = ", ".join(part for part in (f"Preview of {options.quarter.name}", options.area, options.audience) if part)
    with Pages(options) as pages, Server(screen, title, port) as server:
        ready(server.url)
        known = snapshot(options.root, options.data)
        while True:
            said(refresh(pages, screen))
            known = wait_for_save(options.root, options.data, known)


def refresh(pages: Pages, screen: Screen) -> str:
    """Make the page of the project as it is now and show it, or what is wrong; return what is to be said of it."""
    began = time.perf_counter()
    try:
        page = pages.make()
    except CarereportError as error:
        text = banner(error.faults)
        screen.warn(text, "The last save cannot be shown.")
        return text
    except Exception as error:
        text = f"internal error: {place_of(error)}. This is a fault of carereport."
        screen.warn(text, "The last save cannot be shown.")
        return text
    seconds = time.perf_counter() - began
    hidden = "".join(f"; {fault.message}" for fault in page.faults if fault.code == "CM013")
    note = f"Made in {seconds:.2f} s; {summary(page.faults)}{hidden}. A draft: carereport build writes the report."
    screen.show(page.html, note)
    return f"made in {seconds:.2f} s; {summary(page.faults)}{hidden}"


def banner(faults: Sequence[Fault]) -> str:
    """Return the errors among findings as they are printed: place, line, caret and help."""
    errors = [fault for fault in ordered(faults) if fault.severity == "error"] or list(faults)
    parts = [as_text(fault) for fault in errors[:MOST_SHOWN]]
    if len(errors) > MOST_SHOWN:
        parts.append(f"and {len(errors) - MOST_SHOWN} more; carereport check shows them all")
    return "\n\n".join(parts)
