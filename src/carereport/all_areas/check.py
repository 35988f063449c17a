"""The findings of every council in the extracts, each from its own rows: as `check` of one; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from carereport.checking import input_faults, unreadable, without_extracts
from carereport.engines import forks
from carereport.faults import ExtractError, Fault, MachineError
from carereport.printing import ordered
from carereport.project import Project, data_folder, history_home
from carereport.quarters import Quarter

if TYPE_CHECKING:
    from carereport.extracts import Extracts
    from carereport.extracts.typed import Typed


def check_every_area(
    root: Path, data: Path | None, quarter: Quarter | None, extracted: date | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> dict[str, list[Fault]]:  # fmt: skip
    """Return what is found in settings, templates, officer text and whole files under "", of a council under its code.

    With a quarter, every indicator is measured as well, unless something is in error. `tell` is told how the reading
    of large extracts goes.
    """
    project, faults = without_extracts(root, quarter)
    if project is None or unreadable(faults):
        return {"": ordered(faults)}
    measured = quarter if not any(fault.severity == "error" for fault in faults) else None
    folder = data_folder(root, data)

    def checked(typed: Typed, beside: bool) -> list[tuple[str, list[Fault]]]:
        councils, found = _of_rows(project, typed, folder, quarter, extracted)
        del typed  # before councils are measured
        if measured is not None and councils:
            for area, more in _measured(councils, measured, beside).items():
                found[area] += more
        return list(found.items())

    from carereport.extracts.parts import by_batches

    try:
        cache = root / ".carereport" / "areas"
        _, found = by_batches(project, folder, cache, checked, beside=forks("pandas"), tell=tell)
    except (ExtractError, MachineError) as error:
        return {"": ordered([*faults, *error.faults])}
    return {"": ordered(faults)} | {area: ordered(held) for area, held in sorted(found)}


def _of_rows(
    project: Project, typed: Typed, data: Path, quarter: Quarter | None, extracted: date | None
) -> tuple[dict[str, tuple[Project, Extracts]], dict[str, list[Fault]]]:
    """Return the councils whose rows can be measured, and the findings of each council's rows."""
    from carereport.extracts.tables import check_tables
    from carereport.extracts.typed import by_area

    found: dict[str, list[Fault]] = {}
    councils: dict[str, tuple[Project, Extracts]] = {}
    for area, rows in by_area(typed):
        own = project.in_area(area, asked=True)
        try:
            extracts = check_tables(own, rows, quarter, extracted)
        except ExtractError as error:
            found[area] = list(error.faults)
            continue
        home = history_home(project.root, area)
        found[area] = [*extracts.faults, *input_faults(own, data, quarter, extracts, home)]
        councils[area] = own, extracts
    return councils, found


def _measured(
    councils: dict[str, tuple[Project, Extracts]], quarter: Quarter, beside: bool
) -> dict[str, Sequence[Fault]]:
    """Return what is found while the councils are measured."""
    from carereport.judgement.checks import baseline_faults
    from carereport.measures import measure_together

    found: dict[str, Sequence[Fault]] = {}
    held = measure_together([*councils.values()], quarter, beside=beside)
    for (area, (project, extracts)), one in zip(councils.items(), held, strict=True):
        if isinstance(one, ExtractError):
            known = set(extracts.faults)
            found[area] = [fault for fault in one.faults if fault not in known]
        else:
            found[area] = [*one.faults, *baseline_faults(project, one.figures)]
    return found
