"""One refresh: from the project as it lies on disk to the report's page, the bytes of a build's report.html."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carereport.build import Options, measured, settings_of
from carereport.faults import Fault
from carereport.preview.memory import Memory
from carereport.project import data_folder
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

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.__exit__()

    def make(self) -> Page:
        """Return the page of the project as it is now.

        Raises:
            CarereportError: settings, templates, officer text or extracts are wrong.
        """
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
        day = facts.as_at or options.quarter.end
        if not self._worker.alive:
            self._worker = Worker(options.root)
        created = datetime(day.year, day.month, day.day)
        self._worker.ask(material, context=False, html=True, pdf=False, created=created)
        return Page(self._worker.pages().html.encode(), tuple(faults))
