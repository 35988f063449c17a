"""Why a figure differs between two extracts: which rows came, went or changed behind it, as counts, never values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from carereport.checking import sound
from carereport.extracts import Extracts, read_extracts
from carereport.faults import Fault, UsageError
from carereport.measures.columns import columns_of
from carereport.measures.facts import rows_behind
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.settings import Indicator

Key = tuple[object, ...]
CAUTION = "Counts of 1 to 5 stand here: for your own screen, not for publication."
DECIMALS = 6


@dataclass(frozen=True)
class Reason:
    """How many rows came in (+), went out (-) or changed without either (blank), and why."""

    sign: str
    rows: int
    why: str


@dataclass(frozen=True)
class Group:
    """The rows of a denominator or numerator, before and after."""

    words: str
    before: int
    after: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Steps:
    """The figure before; without the rows that are gone; with the new ones too; and after, with the changed ones."""

    before: float | None
    without_gone: float | None
    with_new: float | None
    after: float | None

    @property
    def effects(self) -> tuple[tuple[str, float | None], ...]:
        """What rows gone, new and changed did to the figure, in this order; they add up to its change."""
        held = (self.before, self.without_gone, self.with_new, self.after)
        done = [None if one is None or other is None else round(other - one, DECIMALS)
                for one, other in pairwise(held)]  # fmt: skip
        return tuple(zip(("rows gone", "rows new", "rows changed"), done, strict=True))


@dataclass(frozen=True)
class ExtractChange:
    """What became of an indicator's figure from one folder of extracts to another."""

    indicator: str
    quarter: Quarter
    unit: str
    steps: Steps
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class _Side:
    """One extract: the table's rows by key, those counted, those in the numerator."""

    table: dict[Key, tuple[object, ...]]
    rows: pd.DataFrame
    keys: list[Key]
    counted: set[Key]
    met: set[Key]


def extract_changes(
    project: Project, name: str, quarter: Quarter, old: Path, new: Path, extracted: date | None = None, area: str = ""
) -> ExtractChange:
    """Return what became of an indicator's figure from one folder of extracts to another.

    Raises:
        UsageError: the indicator counts no rows.
        CarereportError: the settings or one of the extracts are wrong.
    """
    indicator = project.indicators[name]
    if indicator.kind in ("derived", "supplied"):
        message = f"{name} is {indicator.kind}: there are no rows of children behind it"
        raise UsageError(Fault("CL020", "error", message, "compare the indicators or files it is made of"))
    sound(project)
    table = project.extracts.tables[str(indicator.from_)]
    keys = table.key or (["child_id", "start"] if table.chain else [])
    read = [read_extracts(project, folder, quarter, extracted, area) for folder in (old, new)]
    frame = read[1].tables[str(indicator.from_)].frame
    keys = keys or list(frame.columns)  # without a key, a changed row is one gone and one new
    columns = sorted(column for column in columns_of(indicator) if column in frame.columns and column not in keys)
    before, after = (_side(project, name, quarter, extracts, keys, columns) for extracts in read)
    words = "Rows in the denominator" if indicator.kind == "percentage" else "Rows counted"
    groups = [_group(words, before, after, before.counted, after.counted, columns)]
    if indicator.kind == "percentage":
        groups.append(_group("Rows in the numerator", before, after, before.met, after.met, columns))
    unit = indicator.figure_unit if indicator.per is None else "number"
    return ExtractChange(name, quarter, unit, _steps(indicator, before, after), tuple(groups))


def lines_of(change: ExtractChange) -> list[str]:
    """Return the lines that say it."""
    steps = change.steps
    lines = [
        f"{change.indicator} at {change.quarter.label}: "
        f"{_figure(steps.before, change.unit)} became {_figure(steps.after, change.unit)}"
    ]
    done = [(words, effect) for words, effect in steps.effects if effect]
    lines += [f"  {_figure(effect, change.unit, signed=True):>10}  {words}" for words, effect in done]
    for group in change.groups:
        lines += ["", f"{group.words}: {group.before:,} became {group.after:,}"]
        lines += [f"  {reason.sign}{reason.rows:,}  {reason.why}" for reason in group.reasons]
        if not group.reasons:
            lines.append("  the same rows")
    return [*lines, "", CAUTION]


def document_of(change: ExtractChange) -> dict[str, Any]:
    """Return it for programs."""
    steps = change.steps
    return {
        "indicator": change.indicator, "quarter": change.quarter.name, "unit": change.unit,
        "then": steps.before, "now": steps.after,
        "effects": {words.replace(" ", "_"): effect for words, effect in steps.effects},
        "groups": [asdict(group) for group in change.groups], "caution": CAUTION,
    }  # fmt: skip


def _figure(value: float | None, unit: str, *, signed: bool = False) -> str:
    if value is None:
        return "no figure"
    text = f"{value:+,.1f}" if signed else f"{value:,.1f}"
    return text.removesuffix(".0") + ("%" if unit == "percent" and not signed else "")


def _side(
    project: Project, name: str, quarter: Quarter, extracts: Extracts, keys: list[str], columns: list[str]
) -> _Side:
    project = project.in_area(extracts.area)
    frame = extracts.tables[str(project.indicators[name].from_)].frame
    rows = rows_behind(project, name, extracts, quarter).reset_index(drop=True)
    table = dict(zip(_numbered(frame, keys), _tuples(frame, columns), strict=True))
    held = _numbered(rows, keys)
    return _Side(table, rows, held, set(held), {key for key, met in zip(held, rows["_x"], strict=True) if met == 1})


def _numbered(frame: pd.DataFrame, columns: list[str]) -> list[Key]:
    """Return the key of each row, and of rows that are the same which of them it is."""
    seen: Counter[Key] = Counter()
    found = []
    for key in _tuples(frame, columns):
        found.append((*key, seen[key]))
        seen[key] += 1
    return found


def _tuples(frame: pd.DataFrame, columns: list[str]) -> list[Key]:
    """Return some columns of each row; missing values are None, so that two of them are equal."""
    if not columns:
        return [()] * len(frame)
    part = frame.reindex(columns=columns).astype(object)
    return list(part.where(part.notna(), None).itertuples(index=False, name=None))


def _steps(indicator: Indicator, before: _Side, after: _Side) -> Steps:
    """Return the figure at each step. Of a rate, its numerator: its population is in no extract."""
    stay = before.rows[[key in after.table for key in before.keys]]
    new = after.rows[[key not in before.table for key in after.keys]]
    both = pd.concat([stay, new], ignore_index=True) if len(new) else stay
    return Steps(*(_value(indicator, rows) for rows in (before.rows, stay, both, after.rows)))


def _value(indicator: Indicator, rows: pd.DataFrame) -> float | None:
    if indicator.kind == "percentage":
        return round(100 * float(rows["_x"].sum()) / len(rows), DECIMALS) if len(rows) else None
    if indicator.kind in ("mean", "median"):
        values = rows["_v"].astype(float).dropna()
        middle = values.mean() if indicator.kind == "mean" else values.median()
        return round(float(middle), DECIMALS) if len(values) else None
    return float(rows[indicator.distinct].nunique() if indicator.distinct else len(rows))


def _group(words: str, before: _Side, after: _Side, then: set[Key], now: set[Key], columns: list[str]) -> Group:
    """Return how many rows there were and are, and each reason with its count."""
    reasons: Counter[tuple[str, str]] = Counter()
    for key in now - then:
        reasons["+", _reason(key, before, after, columns, "new in the later extract", "now in")] += 1
    for key in then - now:
        reasons["-", _reason(key, after, before, columns, "no longer in the extract", "now out")] += 1
    found = [Reason(sign, count, why) for (sign, why), count in
             sorted(reasons.items(), key=lambda one: (one[0][0], -one[1], one[0][1]))]  # fmt: skip
    stayed = sum(before.table.get(key) != after.table.get(key) for key in then & now)
    if stayed:
        found.append(Reason(" ", stayed, "in both, though changed in a column that the definition uses"))
    return Group(words, len(then), len(now), tuple(found))


def _reason(key: Key, other: _Side, own: _Side, columns: Sequence[str], absent: str, moved: str) -> str:
    if key not in other.table:
        return absent
    pairs = zip(columns, own.table.get(key, ()), other.table[key], strict=False)
    changed = [column for column, one, two in pairs if one != two]
    if changed:
        return f"{moved}: changed in {', '.join(changed)}"
    return f"{moved}: itself the same, but the child's other rows, or another table, changed"
