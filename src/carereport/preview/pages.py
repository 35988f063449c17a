"""One refresh: from the project as it lies on disk to the report's page, the bytes of a build's report.html."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from carereport.build import Options, measured, settings_of
from carereport.collector import collector_paused
from carereport.faults import Fault
from carereport.preview.memory import Memory
from carereport.project import data_folder
from carereport.report.branding import look_of
from carereport.report.worker import Worker
from carereport.telling import material_of


@dataclass(frozen=True)
class Page:
    """A report's page, and what was found while it was made."""

    html: bytes
    faults: tuple[Fault, ...]


class Pages:
    """Makes the page again and again, computing only what changed; use it in a `with`."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.memory = Memory()
        self._worker = Worker(options.root)
        self._fonts: dict[str, bytes] | None = None

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.__exit__()

    def make(self) -> Page:
        """Return the page of the project as it is now.

        Raises:
            CarereportError: settings, templates, officer text or extracts are wrong.
        """
        with collector_paused():
            return self._made()

    def _made(self) -> Page:
        options, memory = self.options, self.memory
        project, commentary, faults = settings_of(options, None)
        data = data_folder(options.root, options.data)
        extracts = memory.extracts(project, data, options)
        project = project.in_area(extracts.area, asked=bool(options.area))
        facts = measured(options, project, extracts, data, memory.facts)
        faults += facts.faults
        disclosed = memory.disclosed(facts, project, options)
        judged = memory.judged(disclosed, project, options)
        material = material_of(
            judged, disclosed, project, commentary, options.quarter, options.audience, facts, faults,
            draft=not options.final,
        )  # fmt: skip
        self._with_fonts(look_of(project).fonts)
        day = facts.as_at or options.quarter.end
        created = datetime(day.year, day.month, day.day)
        self._worker.ask(material, context=False, html=True, pdf=False, created=created)
        return Page(self._worker.pages().html.encode(), tuple(faults))

    def _with_fonts(self, files: Mapping[str, Path]) -> None:
        """Have a page-setting process that has measured no other fonts than these: it reads each but once."""
        fonts = {name: path.read_bytes() for name, path in files.items()}
        if self._worker.alive and fonts == (fonts if self._fonts is None else self._fonts):
            self._fonts = fonts
            return
        self._worker.__exit__()
        self._worker, self._fonts = Worker(self.options.root), fonts
