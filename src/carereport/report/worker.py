"""A process of its own that sets the pages, within limits of time and memory; it decides nothing.

A council's template is still code of its own: what it can use up is bounded here. The process starts
with the build, so that the drawing libraries are loaded while figures are measured.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import gc
import math
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carereport.faults import CarereportError, ConfigurationError, Fault, place_of

if TYPE_CHECKING:
    from carereport.report.context import ReportContext
    from carereport.report.pages.material import Material

SECONDS = 60
"""The most time of one processor that a report's pages may take."""
LONGEST = SECONDS * (10 if hasattr(signal, "SIGXCPU") else 1)
"""The longest that is waited for them: on a busy machine their seconds come slowly."""
BYTES = 2 * 1024**3
"""The most memory that setting them may use."""

EMPTY_PAGE = '<!doctype html><html lang="en-GB"><head><title>-</title></head><body><h1>-</h1></body></html>'


@dataclass(frozen=True)
class Pages:
    """What the process sends first: the report's values and its HTML, each where asked for."""

    context: ReportContext | None
    html: str
    cover: str
    """The cover report's HTML."""
    seconds: float


@dataclass(frozen=True)
class Pdf:
    """What it sends second: the PDFs of report and cover report, None and empty where Pango cannot be loaded."""

    data: bytes | None
    cover: bytes
    seconds: float
    spilled: tuple[str, ...] = ()
    """Exceptions whose officer text is too long for one page."""


class Worker:
    """The process as its owner sees it; use it in a `with`, so that it never outlives the build.

    With `beside` it takes the machine's second processor too: pages are made in a fork, and set in two processes.
    """

    def __init__(self, root: Path | None = None, *, beside: bool = False) -> None:
        place = str(root.absolute()) if root is not None else ""
        self._temporary = tempfile.mkdtemp(prefix="carereport-")
        work = f"from carereport.report.worker import serve; serve({place!r}, {SECONDS}, {self._temporary!r})"
        start = f"import sys; sys.path[:] = {sys.path!r}; {work}"
        self._process = subprocess.Popen(
            [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._answers: queue.Queue[Any] = queue.Queue()
        self._deadline = 0.0
        self._beside = beside

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()
        shutil.rmtree(self._temporary, ignore_errors=True)

    @property
    def alive(self) -> bool:
        """Whether the process still runs, and so can be asked again."""
        return self._process.poll() is None

    def ask(self, material: Material, *, context: bool, html: bool, pdf: bool, created: datetime) -> None:
        """Hand over what the pages are made from; `pages` and, with `pdf`, `pdf` wait for the answers."""
        job = _Job(material, context, html, pdf, pdf and self._beside, created)
        sent = pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
        self._answers, self._deadline = queue.Queue(), time.monotonic() + LONGEST
        threading.Thread(target=self._exchange, args=(sent, 2 if pdf else 1, self._answers), daemon=True).start()

    def pages(self) -> Pages:
        """Wait for the report's values and its HTML.

        Raises:
            ConfigurationError: a template is wrong, or the limits of time or memory were reached.
            CarereportError: the process failed; says where, never what it held.
        """
        found = self._next()
        assert isinstance(found, Pages)
        return found

    def pdf(self) -> Pdf:
        """Wait for the PDF; raises as `pages` does."""
        found = self._next()
        assert isinstance(found, Pdf)
        return found

    def _next(self) -> object:
        try:
            found = self._answers.get(timeout=max(self._deadline - time.monotonic(), 0.01))
        except queue.Empty:
            self._process.kill()
            self._process.wait()
            raise ConfigurationError(_too_much(f"setting the pages took more than {LONGEST} seconds")) from None
        if isinstance(found, CarereportError):
            raise found
        if isinstance(found, str):
            message = f"setting the pages failed: {found}"
            raise CarereportError(Fault("XX070", "error", message, "a fault of carereport: please report it"))
        if found is None:
            self._process.kill()  # it may live on after an answer that was none
            if self._process.wait() == -getattr(signal, "SIGXCPU", 0):
                raise ConfigurationError(_too_much(f"setting the pages took more than {SECONDS} seconds"))
            raise ConfigurationError(_too_much("setting the pages ended early, perhaps for want of memory"))
        return found

    def _exchange(self, job: bytes, expected: int, answers: queue.Queue[Any]) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return
        try:
            with contextlib.suppress(BrokenPipeError):  # it has ended: what it says of that is there to read
                stdin.write(job)
                stdin.flush()
            for _ in range(expected):
                answers.put(pickle.load(stdout))
        except Exception:  # whatever came was no answer: the one who waits is told so at once
            answers.put(None)


@dataclass(frozen=True)
class _Job:
    material: Material
    context: bool
    html: bool
    pdf: bool
    beside: bool
    created: datetime


def _too_much(message: str) -> Fault:
    return Fault("TP006", "error", message, "look for a loop in the council's templates, or a very long text",
                 "templates")  # fmt: skip


def serve(root: str, seconds: int, temporary: str) -> None:
    """Load the libraries, read the templates of the project at `root`, then answer jobs from standard input.

    Each job has `seconds` of one processor's time. What libraries put down meanwhile, fonts above all, goes into the
    folder `temporary`, which whoever of the two processes ends last removes.
    """
    tempfile.tempdir = temporary
    try:
        _serve(root, seconds)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _serve(root: str, seconds: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # only answers may reach the pipe
    gc.disable()
    try:
        has_pango = _load(Path(root) if root else None)
        gc.freeze()
        _limit_memory()
        while True:
            job: _Job = pickle.load(source)
            _limit_time(seconds)
            for answer in _answers(job, has_pango):
                pickle.dump(answer, target)
                target.flush()
            gc.collect()  # another council's report may follow
    except EOFError:
        return
    except Exception as error:
        pickle.dump(place_of(error), target)
        target.flush()


def _load(root: Path | None) -> bool:
    """Import what drawing needs, look at templates and style, set an empty page; False where Pango cannot be loaded."""
    from carereport.calendar import bank_holidays
    from carereport.charts.theme import Canvas
    from carereport.project import read_settings
    from carereport.report.branding import look_of
    from carereport.report.render import check_templates, compile_templates, style_of

    bank_holidays(2025, 2025)
    style = ""
    if root is not None:
        with contextlib.suppress(Exception):  # told when the pages are made
            check_templates(root)
            compile_templates(root)
            project, _ = read_settings(root)
            style = style_of(root, look_of(project)) if project is not None else ""
        canvas = Canvas(10, 10)
        canvas.text(0, 0, "0", "#000000", bold=True)
        canvas.chart("")
    _load_weasyprint()
    try:
        from carereport.report.pdf import pdf_bytes, style_sheet
    except OSError:
        return False
    with contextlib.suppress(ConfigurationError):
        style_sheet(style.strip())
    pdf_bytes(EMPTY_PAGE, created=datetime(2000, 1, 1))
    return True


def _load_weasyprint() -> None:
    """Import WeasyPrint where its libraries go by their full names; else it is imported later, and they are sought.

    It tries the names of several systems in turn. For each that is not there Python would run a linker and a
    compiler to seek it: a fifth of a second in all.
    """
    if sys.platform != "linux":
        return
    sought = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        import weasyprint  # noqa: F401
    except OSError:
        pass  # told by whoever imports it next
    finally:
        ctypes.util.find_library = sought


def _answers(job: _Job, has_pango: bool) -> Iterator[object]:
    from carereport.report.context import report_context
    from carereport.report.cover import cover_report
    from carereport.report.render import COVER, render_context, render_template
    from carereport.report.traced import check_numbers

    try:
        start, root = time.perf_counter(), job.material.project.root
        context = report_context(job.material, beside=job.beside)
        html = cover = ""
        front = cover_report(job.material, context) if job.html or job.pdf else None
        check_numbers(job.material, context, *([front] if front is not None else []))
        if front is not None:
            html = render_context(context, root)
            cover = render_template(COVER, {"cover": front}, root, context.look)
        shown = (html, cover) if job.html else ("", "")
        yield Pages(context if job.context else None, *shown, time.perf_counter() - start)
        if job.pdf:
            yield _pdf(job, context, html, cover) if has_pango else Pdf(None, b"", 0)
    except CarereportError as error:
        yield type(error)(error.faults)
    except MemoryError:
        yield ConfigurationError(_too_much("setting the pages needed more memory than there is for them"))
    except Exception as error:
        yield place_of(error)


def _pdf(job: _Job, context: ReportContext, html: str, cover: str) -> Pdf:
    from carereport.report.one_page import set_pages
    from carereport.report.pdf import pdf_bytes

    start = time.perf_counter()

    front = partial(pdf_bytes, cover, created=job.created)
    data, later, spilled = set_pages(
        job.material, context, html, created=job.created, later=front if job.beside else None
    )
    covered = later or front()
    return Pdf(data, covered, time.perf_counter() - start, spilled)


def _limit_memory() -> None:
    """Bound the memory from here on; where the system has no such limit, time alone is bounded."""
    if sys.platform != "linux":
        return
    import resource

    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, resource.RLIM_INFINITY))


def _limit_time(seconds: int) -> None:
    """Bound the processor's time from here on, where the system has such a limit."""
    if hasattr(signal, "SIGXCPU"):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))
