"""Everything that can be wrong with a project, found in one run; nothing is built or written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from carereport.build import check_project, data_folder
from carereport.commentary import read_commentary
from carereport.faults import CarereportError, Fault
from carereport.project import Project, load_project
from carereport.quarters import Quarter


def check_all(root: Path, data: Path | None, quarter: Quarter | None, extracted: date | None = None) -> list[Fault]:
    """Return the findings of settings, templates, officer text (of a quarter) and extracts.

    With a quarter, every indicator is measured as well. Extracts are read only where the settings hold.
    """
    from carereport.report.render import check_templates

    faults = check_templates(root)
    try:
        project = load_project(root)
    except CarereportError as error:
        return [*error.faults, *faults]
    faults = [*project.faults, *check_project(project), *faults]
    if quarter is not None:
        faults += read_commentary(root, quarter)[1]
    if not any(fault.severity == "error" for fault in faults):
        faults += _check_extracts(project, data_folder(root, data), quarter, extracted)
    return faults


def _check_extracts(project: Project, data: Path, quarter: Quarter | None, extracted: date | None) -> list[Fault]:
    from carereport.extracts import read_extracts

    try:
        extracts = read_extracts(project, data, quarter, extracted)
    except CarereportError as error:
        return list(error.faults)
    if quarter is None:
        return list(extracts.faults)
    from carereport.measures import measure

    return [*extracts.faults, *measure(project, extracts, quarter).faults]
