"""What a preview remembers of each stage, by content: what was made of equal content is equal.

Each stage is given only what its key was made of, so that nothing else can change what it returns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Generic, TypeVar

from carereport.build import Options
from carereport.council_facts import CouncilFacts
from carereport.disclosure import Disclosed
from carereport.extracts import Extracts, read_extracts
from carereport.faults import ConfigurationError
from carereport.figures import Finding
from carereport.history import editions
from carereport.judgement.findings import judge
from carereport.judgement.remembered import Remembered
from carereport.measures.memory import FactsMemory, digest, frame_digest
from carereport.project import EXTRACTS, Project
from carereport.protecting import protect, unprotected
from carereport.report_settings import Council, ReportSettings
from carereport.settings import Benchmark, Indicator, SpcSettings, StatusRule, Target

T = TypeVar("T")


class _Last(Generic[T]):
    """The results of the last few contents: going back to one costs nothing."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held: dict[str, T] = {}

    def get(self, key: str, make: Callable[[], T]) -> T:
        found = self.held.pop(key) if key in self.held else make()
        self.held[key] = found
        for oldest in list(self.held)[: max(0, len(self.held) - self.most)]:
            del self.held[oldest]
        return found


class Memory:
    """The stages of a build that take long; each is computed again only where its content is new."""

    def __init__(self) -> None:
        self.facts = FactsMemory()
        self._extracts: _Last[Extracts] = _Last(2)
        self._disclosed: _Last[Disclosed | ConfigurationError] = _Last(8)
        self._judged: _Last[tuple[Finding, ...]] = _Last(8)
        self._findings = Remembered()

    def extracts(self, project: Project, data: Path, options: Options) -> Extracts:
        """Return the tables of the extracts, read again where a file, extracts.yaml or a closure day changed.

        Raises:
            ExtractError: the extracts are wrong.
        """
        part = _extracts_part(project)
        files = _contents(data)
        lines = project.files[EXTRACTS].lines if EXTRACTS in project.files else []
        asked = (options.quarter.name, options.extracted, options.area, str(project.root), str(data))
        key = digest(_whole(part), lines, sorted(files.items()), asked)

        def read() -> Extracts:
            return read_extracts(part, data, options.quarter, options.extracted, options.area)

        found = self._extracts.get(key, read)
        tables = set(part.extracts.spark_tables)  # read once: that one has changed is not seen
        if any(files.get(one.path) != one.sha256 for one in found.inputs if one.path not in tables):
            self._extracts.held.pop(key)  # a file changed while it was read: this is not what the key names
        return found

    def disclosed(self, facts: CouncilFacts, project: Project, options: Options) -> Disclosed:
        """Return the figures that the preview's audience may see.

        Raises:
            ConfigurationError: a small number cannot be protected.
        """
        quarter, home = options.quarter, options.home
        if options.audience != "public":
            return unprotected(facts.figures, project, quarter, home)
        part, known = _disclosed_part(project), editions(home, quarter)
        key = digest(
            frame_digest(facts.figures), sorted(facts.within.items()), known, _whole(part), quarter.name, options.area
        )

        def protected() -> Disclosed | ConfigurationError:
            try:
                return protect(facts, part, quarter, home, options.area)
            except ConfigurationError as error:
                return error

        found = self._disclosed.get(key, protected)
        if isinstance(found, ConfigurationError):
            raise ConfigurationError(found.faults)
        return found

    def judged(self, disclosed: Disclosed, project: Project, options: Options) -> tuple[Finding, ...]:
        """Return the findings of figures."""
        part = replace(project, files={}, faults=())
        key = digest(frame_digest(disclosed.figures), _whole(part), options.quarter.name)
        return self._judged.get(key, lambda: judge(disclosed.figures, part, options.quarter, self._findings))


def _contents(data: Path) -> dict[str, str]:
    """Return the hash of each file of the extracts."""
    if not data.is_dir():
        return {}
    files = sorted(path for path in data.iterdir() if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _whole(project: Project) -> str:
    """Return the hash of all that a project's settings say, but for where in the files they say it."""
    return digest(
        project.extracts.model_dump_json(), project.report.model_dump_json(), project.population,
        [(name, indicator.model_dump_json()) for name, indicator in project.indicators.items()],
        sorted(project.benchmarks.items()), sorted(project.areas.items()),
    )  # fmt: skip


def _extracts_part(project: Project) -> Project:
    report = ReportSettings(
        council=Council(area=project.report.council.area), closure_days=project.report.closure_days
    )
    files = {name: held for name, held in project.files.items() if name == EXTRACTS}
    return replace(
        project, indicators={}, report=report, population=(), benchmarks={}, areas={}, faults=(), files=files
    )


def _disclosed_part(project: Project) -> Project:
    """Return the project without what disclosure does not read; of targets and comparators, only whether there are."""
    held = project.report
    report = ReportSettings(
        council=Council(area=held.council.area), closure_days=held.closure_days, disclosure=held.disclosure,
        relations=held.relations, cards=held.cards,
    )  # fmt: skip
    indicators = {name: _without_words(indicator) for name, indicator in project.indicators.items()}
    return replace(
        project, indicators=indicators, report=report, population=(), benchmarks={}, areas={}, faults=(), files={}
    )


def _without_words(indicator: Indicator) -> Indicator:
    return indicator.model_copy(
        update={
            "name": "", "short_name": "", "section": "", "ref": "", "definition": "", "source": "", "note": "",
            "theme": "", "judgement_area": "", "things": "", "thing": "", "done": "", "status": StatusRule(),
            "spc": SpcSettings(), "pair": [], "decimals": None, "polarity": "neither", "safety_critical": False,
            "target": [Target(value=0)] if indicator.target else [],
            "benchmarks": [Benchmark()] if indicator.benchmarks else [],
        }
    )  # fmt: skip
