"""What changed between two builds: figures then and now, revisions, measures that came or went, inputs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from carereport.faults import Fault, UsageError
from carereport.history import definitions_of, figures_of, inputs_of
from carereport.project import changed_keys
from carereport.quarters import Quarter

KEY = ("indicator", "area", "period_kind", "period_start", "period_end", "breakdown", "category")
NUMBERS = ("numerator", "denominator", "value")
Row = dict[str, str]
Rows = dict[tuple[str, ...], Row]
_LAST = 3


@dataclass(frozen=True)
class Build:
    """A build's figures, and the rows of its input files where history knows them."""

    quarter: Quarter
    rows: Rows
    inputs: dict[str, int]
    definitions: dict[str, dict[str, object]] = field(default_factory=dict)


def read_build(root: Path, quarter: Quarter, out: Path | None = None) -> Build:
    """Return a quarter's public build: as history holds it, else from its folder.

    Raises:
        UsageError: neither is there.
    """
    text = figures_of(root, quarter)
    file = (out or root / "output") / quarter.name / "figures.csv"
    if text is None and file.is_file():
        text = file.read_text(encoding="utf-8")
    if text is None:
        raise UsageError(
            Fault(
                "CL030", "error", f"there is no build of {quarter.name}", f"carereport build --quarter {quarter.name}"
            )
        )
    rows = {tuple(row[name] for name in KEY): row for row in csv.DictReader(io.StringIO(text))}
    return Build(quarter, rows, inputs_of(root, quarter), definitions_of(root, quarter))


def compare(then: Build, now: Build) -> list[str]:
    """Return the lines that `carereport compare` prints."""
    parts = (_figures, _revisions, _measures, _definitions, _inputs)
    return [line for part in parts for line in part(then, now)]


def _figures(then: Build, now: Build) -> Iterator[str]:
    before, after = _quarter(then), _quarter(now)
    names = [name for name in after if name in before]
    width = max((len(name) for name in names), default=0)
    yield f"Figures of the quarter, {then.quarter.name} and {now.quarter.name}"
    for name in names:
        change = _change(before[name], after[name])
        yield f"  {name:<{width}}  {_shown(before[name]):>12}  {_shown(after[name]):>12}  {change}".rstrip()


def _quarter(build: Build) -> dict[str, Row]:
    start, end = build.quarter.start.isoformat(), build.quarter.end.isoformat()
    return {
        row["indicator"]: row
        for row in build.rows.values()
        if row["breakdown"] == "total"
        and row["period_kind"] == "quarter"
        and (row["period_start"], row["period_end"]) == (start, end)
    }


def _shown(row: Row) -> str:
    if not row["value"]:
        return f"[{row['marker']}]"
    return f"{float(row['value']):,.1f}".removesuffix(".0") + ("%" if row["unit"] == "percent" else "")


def _change(before: Row, after: Row) -> str:
    if not before["value"] or not after["value"]:
        return ""
    return f"{float(after['value']) - float(before['value']):+,.1f}".removesuffix(".0")


def _revisions(then: Build, now: Build) -> Iterator[str]:
    """Periods that both builds report, with other numbers in the later: revisions of what went out."""
    revised: dict[str, list[tuple[Row, Row]]] = {}
    hidden = shown = 0
    for key, before in then.rows.items():
        after = now.rows.get(key)
        if after is None:
            continue
        was, is_ = any(before[name] for name in NUMBERS), any(after[name] for name in NUMBERS)
        if was and is_ and any(before[name] != after[name] for name in NUMBERS):
            revised.setdefault(key[0], []).append((before, after))
        hidden += was and after["marker"] == "c"
        shown += is_ and before["marker"] == "c"
    yield ""
    count = sum(map(len, revised.values()))
    yield f"Revisions: {count:,} figures of {len(revised)} indicators differ for the same period"
    for name, pairs in revised.items():
        yield f"  {name}: {len(pairs)} figures"
        totals = [pair for pair in pairs if pair[0]["breakdown"] == "total"]
        for before, after in totals[-_LAST:]:
            period = f"{before['period_kind'].replace('_', ' ')} to {before['period_end']}"
            yield f"    {period}: {_shown(before)} became {_shown(after)}"
    if hidden or shown:
        yield f"  {hidden} figures are now suppressed, {shown} no longer are"


def _measures(then: Build, now: Build) -> Iterator[str]:
    before, after = {key[0]: row for key, row in then.rows.items()}, {key[0]: row for key, row in now.rows.items()}
    for words, names in (("new", set(after) - set(before)), ("gone", set(before) - set(after))):
        if names:
            yield ""
            yield f"Indicators {words}: {', '.join(sorted(names))}"
    other = [n for n in sorted(set(before) & set(after)) if before[n]["unit"] != after[n]["unit"]]
    if other:
        yield f"Indicators in another unit: {', '.join(other)}"


def _definitions(then: Build, now: Build) -> Iterator[str]:
    """What indicators.yaml says otherwise than before, of indicators that both builds have."""
    if not then.definitions or not now.definitions:
        return
    changed = {name: keys for name, keys in changed_keys(then.definitions, now.definitions).items() if keys}
    yield ""
    yield f"Definitions set otherwise in indicators.yaml: {len(changed)}"
    for name, keys in changed.items():
        yield f"  {name}: {', '.join(keys)}"


def _inputs(then: Build, now: Build) -> Iterator[str]:
    yield ""
    yield "Rows of the extracts"
    for path in sorted(set(then.inputs) | set(now.inputs)):
        before, after = then.inputs.get(path), now.inputs.get(path)
        if before is None or after is None:
            yield f"  {path}: {'new' if before is None else 'gone'}"
        elif before != after:
            yield f"  {path}: {before:,} became {after:,} ({after - before:+,})"
    if then.inputs == now.inputs:
        yield "  the same in both"
