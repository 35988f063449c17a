"""A long report is set on paper by two processes at once: its pages are divided, and numbered as one report's.

The front, whose links print page numbers, is set last, when every other page has its number.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from weasyprint.css.counters import CounterStyle

from carereport.report.binding import Bookmarked, add_bookmarks, bind, forget_targets
from carereport.report.dividing import NUMBER, TOTAL, Parts, divided, with_page_numbers
from carereport.report.pdf import Layout, drawing_of, lay_out, pdf_of
from carereport.side_by_side import both

FORKS = sys.platform == "linux"
"""Whether the second process begins as a fork, which has at once what drawing needs; elsewhere it loads that anew."""
Places = dict[str, list[int]]
Later = Callable[[], bytes]
"""Another PDF, made by the process that is done first; it must be one that can be sent to a process."""


@dataclass
class Laid:
    """A report set on sheets of paper: the whole of it, or all but what another process is drawing."""

    layout: Layout
    places: Places
    """The pages, from 1, on which each element with an anchor lies: several where it goes on."""
    rest: _Rest | None = None
    later: Later | None = None

    def close(self) -> None:
        """End the other process: its pages are not wanted."""
        if self.rest is not None:
            self.rest.close()


def lay_out_report(html: str, later: Later | None = None) -> Laid:
    """Return a report set on sheets of paper; a long one in two processes, which need not be told apart.

    `later` is made when there is time for it, and is `pdfs_of_report`'s second.

    Raises:
        ConfigurationError: a template refers to something outside the page.
    """
    parts = divided(html)
    fronts = [parts.fronts] if parts is not None else []
    while parts is not None and len(fronts) < 4:
        laid, front = _in_parts(parts, fronts[-1], later)
        if front == fronts[-1]:
            return replace(laid, layout=replace(laid.layout, identifier=parts.identifier))
        laid.close()
        fronts.append(front)  # its pages are more, or fewer, than its sections
    layout = lay_out(html)  # it is short, or the front's page numbers change its number of pages
    return Laid(layout, _places([(1, _anchors(layout))]), later=later)


def pdfs_of_report(laid: Laid, *, created: datetime) -> tuple[bytes, bytes]:
    """Return what was laid out as PDF/UA-1 (see `pdf_of`), the other process's pages included, and what `later` gives.

    The second is empty where nothing was asked for besides.
    """
    rest, later = laid.rest, laid.later
    if rest is None:
        if later is None:
            return pdf_of(laid.layout, created=created), b""
        return both(lambda: pdf_of(laid.layout, created=created), later)
    document = laid.layout.document
    bookmarks = [*_without_bookmarks(laid.layout), *rest.bookmarks]
    stand_ins = _stand_in(laid.layout, laid.places)

    def finish(pdf: Any) -> None:
        forget_targets(pdf, stand_ins)
        bind(pdf, rest.received())
        add_bookmarks(pdf, document, bookmarks)

    try:
        return pdf_of(laid.layout, created=created, finish=finish), rest.received() if later is not None else b""
    finally:
        rest.close()


def _in_parts(parts: Parts, front_pages: int, later: Later | None) -> tuple[Laid, int]:
    """Return the report laid out for a front of so many pages, and how many it has."""
    rest = _Rest.started(parts, later)
    try:

        def total(first_pages: int) -> int:
            with contextlib.suppress(OSError):  # what failed there is received
                rest.pipe.send(front_pages + first_pages)
            return front_pages + first_pages + int(rest.received())

        numbering = _Numbering(lambda: front_pages, total)
        first = lay_out(parts.first, numbering)
        pages = numbering.settled(len(first.document.pages))
        anchors, rest.bookmarks = rest.received()
        after = front_pages + len(first.document.pages) + 1
        places = _places([(front_pages + 1, _anchors(first)), (after, anchors)])
        front = lay_out(with_page_numbers(parts.front, places), _Numbering(lambda: 0, lambda _: pages))
        places = _places([(1, _anchors(front))]) | places
    except BaseException:
        rest.close()
        raise
    sheets = [*front.document.pages, *first.document.pages]
    return Laid(replace(front, document=front.document.copy(sheets)), places, rest, later), len(front.document.pages)


@dataclass
class _Rest:
    """The process that sets and draws the second half, and what it has told of its pages."""

    pipe: Connection
    process: BaseProcess
    bookmarks: list[Bookmarked] = field(default_factory=list)

    @classmethod
    def started(cls, parts: Parts, later: Later | None) -> _Rest:
        context = multiprocessing.get_context("fork") if FORKS else multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        given = parts.second, parts.anchors, later, theirs, ours
        process = context.Process(target=_set_rest, args=given, daemon=True)
        process.start()
        theirs.close()
        return cls(ours, process)

    def received(self) -> Any:
        """Return what the process sends next.

        Raises:
            Exception: what failed there.
            MemoryError: it ended early.
        """
        try:
            found = self.pipe.recv()
        except EOFError:
            self.process.join()
            if self.process.exitcode == -getattr(signal, "SIGXCPU", 0):
                signal.raise_signal(signal.SIGXCPU)  # the limit is that of both
            raise MemoryError from None
        if isinstance(found, Exception):
            raise found
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _set_rest(
    html: str, anchors: frozenset[str], later: Later | None, pipe: Connection, parents: Connection
) -> None:
    """Set the second half: take how many pages lie before it, then send how many it has, where all is, the drawing.

    What is made later is sent last: the other process has the report to bind and to write meanwhile.
    """
    parents.close()
    try:
        before: list[int] = []

        def pages_before() -> int:
            if not before:
                before.append(pipe.recv())
            return before[0]

        def total(pages: int) -> int:
            pipe.send(pages)
            return pages_before() + pages

        numbering = _Numbering(pages_before, total)
        layout = lay_out(html, numbering)
        numbering.settled(len(layout.document.pages))
        pipe.send((_anchors(layout), _without_bookmarks(layout)))
        stand_ins = _stand_in(layout, anchors)
        drawing = drawing_of(layout)
        forget_targets(drawing, stand_ins)
        pipe.send(drawing)
        if later is not None:
            pipe.send(later())
    except (EOFError, OSError):
        return  # nobody waits any more
    except Exception as error:
        pipe.send(error)


class _Numbering(CounterStyle):  # type: ignore[misc]
    """How a part of a report prints its pages' numbers: as the whole report's.

    WeasyPrint asks for them when the part's pages are made, and only their margins are still wanting.
    """

    def __init__(self, before: Callable[[], int], total: Callable[[int], int]) -> None:
        super().__init__()
        self._before, self._total = before, total
        self._pages: int | None = None

    def render_value(self, counter_value: int, counter_name: str | None = None, *given: Any, **named: Any) -> str:
        if counter_name == NUMBER:
            return str(self._before() + counter_value)
        if counter_name == TOTAL:
            return str(self.settled(counter_value))
        return str(super().render_value(counter_value, counter_name, *given, **named))

    def settled(self, pages: int) -> int:
        """Return how many pages the report has, this part having so many."""
        if self._pages is None:
            self._pages = self._total(pages)
        return self._pages


def _anchors(layout: Layout) -> list[list[str]]:
    return [list(page.anchors) for page in layout.document.pages]


def _places(parts: Iterable[tuple[int, list[list[str]]]]) -> Places:
    """Return the pages on which anchors lie: of each part the number of its first page, and each page's anchors."""
    found: Places = {}
    for first, pages in parts:
        for number, names in enumerate(pages, start=first):
            for name in names:
                found.setdefault(name, []).append(number)
    return found


def _without_bookmarks(layout: Layout) -> list[Bookmarked]:
    """Take the pages' bookmarks from them: those of all parts are added together."""
    found = [Bookmarked(page.bookmarks, page.height) for page in layout.document.pages]
    for page in layout.document.pages:
        page.bookmarks = []
    return found


def _stand_in(layout: Layout, anchors: Iterable[str]) -> set[str]:
    """Give a part the targets of its links that lie in another part, lest these be left out; return their names."""
    pages = layout.document.pages
    own = {name for page in pages for name in page.anchors}
    wanted = {target for page in pages for kind, target, *_ in page.links if kind == "internal"}
    missing = (wanted - own) & set(anchors)
    pages[0].anchors |= dict.fromkeys(missing, (0, 0, 0, 0))
    return missing
