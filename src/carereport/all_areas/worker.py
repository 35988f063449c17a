"""Processes of their own that report on one council after another, for builds of many councils.

A process that dies takes one council with it, never the others; where the build itself is killed, its
processes end too, and nothing half-written stays in place of a report.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from carereport.build import PAGES, Clock, Options, Result, report
from carereport.commentary import Commentary
from carereport.council_facts import kept_facts
from carereport.faults import EXIT_INTERNAL, CarereportError, Fault, place_of
from carereport.project import Project
from carereport.report.worker import Worker
from carereport.side_by_side import end_with
from carereport.staging import clean_leftovers


@dataclass(frozen=True)
class Report:
    """Write a council's report from its kept facts."""

    options: Options
    project: Project
    commentary: dict[str, Commentary]
    known: list[Fault]
    facts: Path
    out: Path

    def run(self, pages: Pages) -> Result:
        clean_leftovers(self.out)
        worker = pages.worker() if PAGES & set(self.options.formats) else None
        clock = Clock(lambda stage, seconds: None)
        facts = kept_facts(self.facts)
        return report(self.options, self.project, self.commentary, self.known, facts, self.out, clock, worker)


@dataclass(frozen=True)
class Done:
    """How a job ended: what was built, or the exit code and findings of what stopped it."""

    area: str
    exit: int
    faults: list[Fault]
    result: Result | None = None
    seconds: float = 0.0


@dataclass
class Pages:
    """The process that sets the pages, started for the first report and kept for the next ones."""

    _worker: Worker | None = field(default=None)

    def worker(self) -> Worker:
        if self._worker is None:
            self._worker = Worker()
        return self._worker

    def end(self) -> None:
        if self._worker is not None:
            self._worker.__exit__()
            self._worker = None


def run_jobs(jobs: Iterator[Report], workers: int) -> Iterator[Done]:
    """Yield how each job ended, as soon as it has; jobs are taken one by one as processes become free."""
    answers: queue.Queue[Done | BaseException | None] = queue.Queue()
    held = [_Process() for _ in range(workers)]
    lock = threading.Lock()
    threads = [threading.Thread(target=_feed, args=(one, jobs, lock, answers), daemon=True) for one in held]
    try:
        for thread in threads:
            thread.start()
        waiting = len(threads)
        while waiting:
            found = answers.get()
            if isinstance(found, BaseException):
                raise found
            if found is None:
                waiting -= 1
            else:
                yield found
    finally:
        for one in held:
            one.end()


def _feed(
    process: _Process, jobs: Iterator[Report], lock: threading.Lock, answers: queue.Queue[Done | BaseException | None]
) -> None:
    try:
        while True:
            with lock:
                job = next(jobs, None)
            if job is None:
                break
            answers.put(process.run(job))
    except BaseException as error:
        answers.put(error)
    answers.put(None)


class _Process:
    """A worker process as its owner sees it; it is started for its first job, and anew after it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False

    def run(self, job: Report) -> Done:
        began = time.perf_counter()
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no pipes")
        try:
            pickle.dump(job, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            process.stdin.flush()
            found: Done = pickle.load(process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            self._close()
            message = "the council's process ended early, perhaps for want of memory"
            remedy = "run again, with fewer --workers; finished councils are not built again"
            return Done(job.options.area, EXIT_INTERNAL, [Fault("XX071", "error", message, remedy)],
                        seconds=time.perf_counter() - began)  # fmt: skip
        return Done(found.area, found.exit, found.faults, found.result, time.perf_counter() - began)

    def end(self) -> None:
        """End the process, whatever it does; no other is started."""
        self._ended = True
        self._close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None and not self._ended:
            start = f"import sys; sys.path[:] = {sys.path!r}; from carereport.all_areas.worker import serve; serve()"
            self._process = subprocess.Popen(
                [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        if self._process is None:
            raise RuntimeError("the processes have ended")
        return self._process

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()


def serve() -> None:
    """Answer jobs from standard input until it ends, or until the process that started this one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # only answers may reach the pipe
    end_with(os.getppid())
    pages = Pages()
    try:
        while True:
            try:
                job: Report = pickle.load(source)
            except EOFError:
                return
            pickle.dump(_done(job, pages), target)
            target.flush()
            del job
            gc.collect()
    finally:
        pages.end()


def _done(job: Report, pages: Pages) -> Done:
    area = job.options.area
    try:
        result = job.run(pages)
    except CarereportError as error:
        pages.end()  # it may still be at work on this council
        return Done(area, error.exit_code, list(error.faults))
    except Exception as error:
        pages.end()
        message = f"the council's report failed: {place_of(error)}"
        return Done(area, EXIT_INTERNAL, [Fault("XX071", "error", message, "a fault of carereport: please report it")])
    return Done(area, result.exit, result.faults, result)
