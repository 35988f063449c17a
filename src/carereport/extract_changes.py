"""Why a figure differs between two extracts: which rows came, went or changed behind it, as counts, never values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from carereport.checking import check_project
from carereport.extracts import Extracts, read_extracts
from carereport.faults import ConfigurationError, Fault, UsageError
from carereport.measures import measure
from carereport.measures.columns import columns_of
from carereport.measures.facts import rows_behind
from carereport.project import Project
from carereport.quarters import Quarter

Key = tuple[object, ...]
CAUTION = "Counts of 1 to 5 stand here: for your own screen, not for publication."


@dataclass(frozen=True)
class _Side:
    """One extract: the table's rows by key, those counted, those in the numerator, and the figure."""

    table: dict[Key, tuple[object, ...]]
    counted: set[Key]
    met: set[Key]
    figure: str


def extract_changes(
    project: Project, name: str, quarter: Quarter, old: Path, new: Path, extracted: date | None = None
) -> list[str]:
    """Return the lines that say what became of an indicator's figure from one folder of extracts to another.

    Raises:
        UsageError: the indicator counts no rows.
        CarereportError: the settings or one of the extracts are wrong.
    """
    indicator = project.indicators[name]
    if indicator.kind in ("derived", "supplied"):
        message = f"{name} is {indicator.kind}: there are no rows of children behind it"
        raise UsageError(Fault("CL020", "error", message, "compare the indicators or files it is made of"))
    faults = [*project.faults, *check_project(project)]
    if any(fault.severity == "error" for fault in faults):
        raise ConfigurationError(faults)
    keys = project.extracts.tables[str(indicator.from_)].key or ["child_id", "start"]
    read = [read_extracts(project, folder, quarter, extracted) for folder in (old, new)]
    frame = read[1].tables[str(indicator.from_)].frame
    columns = sorted(column for column in columns_of(indicator) if column in frame.columns and column not in keys)
    before, after = (_side(project, name, quarter, extracts, keys, columns) for extracts in read)
    lines = [f"{name} at {quarter.label}: {before.figure} became {after.figure}", ""]
    words = "Rows in the denominator" if indicator.kind == "percentage" else "Rows counted"
    lines += _group(words, before, after, before.counted, after.counted, columns)
    if indicator.kind == "percentage":
        lines += ["", *_group("Rows in the numerator", before, after, before.met, after.met, columns)]
    return [*lines, "", CAUTION]


def _side(
    project: Project, name: str, quarter: Quarter, extracts: Extracts, keys: list[str], columns: list[str]
) -> _Side:
    project = project.in_area(extracts.area)
    frame = extracts.tables[str(project.indicators[name].from_)].frame
    rows = rows_behind(project, name, extracts, quarter)
    table = dict(zip(_tuples(frame, keys), _tuples(frame, columns), strict=True))
    alone = replace(project, indicators={name: project.indicators[name]})
    return _Side(table, set(_tuples(rows, keys)), set(_tuples(rows[rows["_x"] == 1], keys)),
                 _figure(alone, name, quarter, extracts))  # fmt: skip


def _tuples(frame: pd.DataFrame, columns: list[str]) -> list[Key]:
    """Return some columns of each row; missing values are None, so that two of them are equal."""
    if not columns:
        return [()] * len(frame)
    part = frame.reindex(columns=columns).astype(object)
    return list(part.where(part.notna(), None).itertuples(index=False, name=None))


def _figure(project: Project, name: str, quarter: Quarter, extracts: Extracts) -> str:
    figures = measure(project, extracts, quarter).figures
    own = figures[(figures["breakdown"] == "total") & (figures["period_kind"].isin(["quarter", "as_at"]))]
    own = own[own["period_end"] == (own["period_end"].max() if len(own) else None)]
    if not len(own) or pd.isna(own["value"].iloc[0]):
        return "no figure"
    row = own.iloc[0]
    text = f"{row['value']:,.1f}".removesuffix(".0") + ("%" if row["unit"] == "percent" else "")
    if pd.notna(row["numerator"]) and pd.notna(row["denominator"]):
        text += f" ({row['numerator']:,.0f} of {row['denominator']:,.0f})"
    return text


def _group(
    words: str, before: _Side, after: _Side, then: set[Key], now: set[Key], columns: list[str]
) -> Iterator[str]:
    """Yield how many rows there were and are, and each reason with its count."""
    yield f"{words}: {len(then):,} became {len(now):,}"
    reasons: Counter[tuple[str, str]] = Counter()
    for key in now - then:
        reasons["+", _reason(key, before, after, columns, "new in the later extract", "now in")] += 1
    for key in then - now:
        reasons["-", _reason(key, after, before, columns, "no longer in the extract", "now out")] += 1
    stayed = [key for key in then & now if before.table.get(key) != after.table.get(key)]
    for (sign, reason), count in sorted(reasons.items(), key=lambda one: (one[0][0], -one[1], one[0][1])):
        yield f"  {sign}{count:,}  {reason}"
    if stayed:
        yield f"   {len(stayed):,}  in both, though changed in a column that the definition uses"
    if not reasons and not stayed:
        yield "  the same rows"


def _reason(key: Key, other: _Side, own: _Side, columns: list[str], absent: str, moved: str) -> str:
    if key not in other.table:
        return absent
    pairs = zip(columns, own.table.get(key, ()), other.table[key], strict=False)
    changed = [column for column, one, two in pairs if one != two]
    if changed:
        return f"{moved}: changed in {', '.join(changed)}"
    return f"{moved}: itself the same, but the child's other rows, or another table, changed"
