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
from carereport.side_by_side import both

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
    try:
        found = _of_councils(project, data_folder(root, data), (quarter, measured), extracted, tell)
    except (ExtractError, MachineError) as error:
        return {"": ordered([*faults, *error.faults])}
    return {"": ordered(faults)} | {area: ordered(found[area]) for area in sorted(found)}


def _of_councils(
    project: Project, data: Path, quarters: tuple[Quarter | None, Quarter | None], extracted: date | None,
    tell: Callable[[str], None],
) -> dict[str, list[Fault]]:  # fmt: skip
    from carereport.extracts.parts import in_batches, release_unused

    with in_batches(project, data, project.root / ".carereport" / "areas", tell) as (batches, read):
        beside = len(batches) > 1 and forks("pandas")

        def some(numbers: range) -> dict[str, list[Fault]]:
            found: dict[str, list[Fault]] = {}
            for number in numbers:
                if len(batches) > 1:
                    tell(f"part {number + 1} of {len(batches)}: {batches[number][0]} to {batches[number][-1]}")
                found |= _of_part(project, read(batches[number]), data, quarters, extracted, beside)
                release_unused()
            return found

        every = range(len(batches))
        if not beside:
            return some(every)
        one, other = both(lambda: some(every[::2]), lambda: some(every[1::2]))
        return one | other


def _of_part(
    project: Project, typed: Typed, data: Path, quarters: tuple[Quarter | None, Quarter | None],
    extracted: date | None, beside: bool,
) -> dict[str, list[Fault]]:  # fmt: skip
    """Return the findings of the councils of a part; `quarters` are that of the check, and that to measure."""
    from carereport.extracts.tables import check_tables
    from carereport.extracts.typed import by_area

    quarter, measured = quarters
    found: dict[str, list[Fault]] = {}
    checked: dict[str, tuple[Project, Extracts]] = {}
    for area, rows in by_area(typed):
        own = project.in_area(area, asked=True)
        try:
            extracts = check_tables(own, rows, quarter, extracted)
        except ExtractError as error:
            found[area] = list(error.faults)
            continue
        home = history_home(project.root, area)
        found[area] = [*extracts.faults, *input_faults(own, data, quarter, extracts, home)]
        checked[area] = own, extracts
    if measured is not None and checked:
        for area, faults in _measured(checked, measured, beside).items():
            found[area] += faults
    return found


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
