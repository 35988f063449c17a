"""Two sides beside one another: two builds, a build and today, or two folders of extracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from carereport.checking import sound
from carereport.comparing.effects import (
    BenchmarkChange,
    Effect,
    Part,
    StatusChange,
    benchmark_changes,
    changed_parts,
    effects,
    status_changes,
    totals,
)
from carereport.comparing.recomputing import (
    Build,
    Rows,
    Source,
    build_today,
    other_files,
    read_build,
    refusal,
    rows_of,
    source_of,
    under,
)
from carereport.faults import CarereportError
from carereport.history import figures_of
from carereport.kept_settings import Kept
from carereport.project import Project, history_home, load_project, shown_folder
from carereport.quarters import Quarter

__all__ = ["Build", "Difference", "between_builds", "between_extracts", "read_build", "rows_of", "since_build"]


@dataclass(frozen=True)
class Difference:
    """Two sides, and what made each figure of the one that of the other."""

    then: Build
    now: Build
    same_period: list[Effect] = field(default_factory=list)
    """Figures for the quarter of then, as they were and as they are now."""
    across: list[Effect] = field(default_factory=list)
    """Where the quarters differ: each quarter's own figure, where the definition was changed."""
    statuses: list[StatusChange] = field(default_factory=list)
    benchmarks: list[BenchmarkChange] = field(default_factory=list)
    parts: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    """Each indicator whose measure was set otherwise, and what of it."""
    notes: list[str] = field(default_factory=list)
    audience: str = "public"


def between_builds(
    root: Path, earlier: Quarter, later: Quarter, out: Path | None = None, data: Path | None = None,
    audience: str = "public", extracted: date | None = None, area: str = "",
) -> Difference:  # fmt: skip
    """Return what changed between two quarters' public builds; of `area`, where it was built with --area.

    Where a definition was changed, the later build's extracts are measured again under the earlier settings.

    Raises:
        UsageError: one was never built.
    """
    then, now = read_build(root, earlier, out, area), read_build(root, later, out, area)
    if then.kept is None or now.kept is None:
        return Difference(then, now, notes=[_unknown(then if then.kept is None else now)], audience=audience)
    parts = _parts(then.kept, now.kept)
    middle, why, notes = None, "", list[str]()
    if parts:
        try:
            project = sound(load_project(root))
            source = source_of(project, later, data, audience, extracted, area)
            other = other_files(now, source.data, now.kept.project(project))
            if other:
                folder = shown_folder(root, source.data)
                why = (f"the extracts of {now.quarter.name} are not in {folder} ({_listed(other)} not as then): name "
                       f"their folder with --data, or build {now.quarter.name} again")  # fmt: skip
            else:
                middle, said = under(then.kept, now.kept.project(project), source, now.rows)
                notes += said
        except CarereportError as error:
            why = f"the definitions of then cannot be used: {refusal(error)}"
    return _difference(then, now, middle, parts, why, notes, audience)


def since_build(
    root: Path, quarter: Quarter, data: Path | None = None, audience: str = "public", extracted: date | None = None,
    area: str = "",
) -> Difference:  # fmt: skip
    """Return what changed between what was published (or last built) of a quarter and a build of it today.

    Raises:
        UsageError: it was never built.
        CarereportError: today's settings or extracts are wrong.
    """
    then = read_build(root, quarter, area=area, published=True)
    project = load_project(root)
    source = source_of(project, quarter, data, audience, extracted, area)
    now = build_today(project, source, then.rows)
    if then.kept is None:
        return Difference(then, now, notes=[_unknown(then)], audience=audience)
    parts = _parts(then.kept, now.kept or then.kept)
    middle, why, notes = None, "", list[str]()
    if parts:
        try:
            middle, said = under(then.kept, project, source, then.rows)
            notes += said
        except CarereportError as error:
            why = f"the definitions of then cannot be used: {refusal(error)}"
    return _difference(then, now, middle, parts, why, notes, audience)


def between_extracts(
    project: Project, quarter: Quarter, old: Path, new: Path, audience: str = "public", extracted: date | None = None,
    area: str = "",
) -> Difference:  # fmt: skip
    """Return what changed between two folders of extracts, both under today's settings.

    Raises:
        CarereportError: the settings or the extracts are wrong.
    """
    text = figures_of(history_home(project.root, area), quarter)
    known = rows_of(text) if text else None
    sides = [build_today(project, Source(folder, quarter, audience, extracted, area), known) for folder in (old, new)]
    tables = [name for name, table in project.extracts.tables.items() if table.spark_table]
    notes = [f"read from Spark as they are now, on both sides: {', '.join(tables)}"] if tables else []
    return _difference(sides[0], sides[1], None, {}, "", notes, audience)


def _difference(
    then: Build, now: Build, middle: Rows | None, parts: Mapping[str, tuple[Part, ...]], why: str, notes: list[str],
    audience: str,
) -> Difference:  # fmt: skip
    kept = now.kept
    if then.kept is None or kept is None:
        raise ValueError("settings of both sides are needed")
    indicators = kept.indicators
    for build in (then, now):
        if build.refused:
            notes.append(
                f"a public report of {build.title} would be refused ({build.refused}); only totals are compared, "
                "and none that would tell a small number beside what is public"
            )
    here = [totals(rows, then.quarter) for rows in (then.rows, now.rows)]
    between = totals(middle, then.quarter) if middle is not None else None
    same = effects(here[0], between, here[1], parts, indicators, why, audience)
    own = totals(now.rows, now.quarter)
    across: list[Effect] = []
    if then.quarter != now.quarter:
        later = totals(middle, now.quarter) if middle is not None else None
        own_parts = {place: held for place, held in own.items() if place[0] in parts}
        across = effects(here[0], later, own_parts, parts, indicators, why, audience)
    days = (then.quarter.end, now.quarter.end)
    statuses = status_changes(here[0], own, then.kept, kept, days)
    benchmarks = benchmark_changes(here[0], own, then.kept, kept)
    return Difference(then, now, same, across, statuses, benchmarks, dict(parts), notes, audience)


def _parts(then: Kept, now: Kept) -> dict[str, tuple[Part, ...]]:
    shared = [name for name in now.indicators if name in then.indicators]
    return {name: held for name in shared if (held := changed_parts(name, then, now))}


def _unknown(build: Build) -> str:
    return (
        f"history does not hold the settings of {build.quarter.name} (built by an earlier version, or only its folder "
        "is left): what changed definitions did cannot be told"
    )


def _listed(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
