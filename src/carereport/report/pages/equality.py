"""The equality view: who the children are, by age, sex, ethnicity and disability, beside all who live here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carereport.comparators import PopulationRow, fold
from carereport.figures import Finding
from carereport.report.pages.material import Material, legend
from carereport.wording.headlines import short_name
from carereport.wording.numbers import value_text

_Held = dict[tuple[str, str], list[tuple[str, float]]]
BREAKDOWN_NAMES = {"age_band": "Age", "gender": "Sex", "ethnicity": "Ethnicity", "disability": "Disability"}


@dataclass(frozen=True)
class EqualityRow:
    """A group: its share of each measure and how many, and its share of the children who live here."""

    name: str
    cells: tuple[tuple[str, str], ...]
    here: str


@dataclass(frozen=True)
class EqualityPart:
    """One breakdown's table, and where the numbers of all children in its groups come from."""

    name: str
    rows: tuple[EqualityRow, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class EqualityView:
    """The page."""

    title: str
    heads: tuple[str, ...]
    parts: tuple[EqualityPart, ...]
    population: str
    legend: tuple[str, ...]


def equality_view(material: Material) -> EqualityView | None:
    """Return the view, None where report.yaml names no measure for it (report reference, section 2, row 11).

    Shares are made of published counts alone; a group with a hidden part has none.
    """
    settings = material.project.report.equality
    findings = [material.by_id[name] for name in settings.indicators if name in material.by_id]
    if not findings:
        return None
    held = _held(material)
    parts = [part for name in settings.breakdowns if (part := _part(material, findings, held, name)) is not None]
    if not parts:
        return None
    shown = [text for part in parts for row in part.rows for cell in row.cells for text in cell]
    sources = dict.fromkeys(source for part in parts for source in part.sources)
    return EqualityView(
        title="Who the children are, group by group",
        heads=tuple(short_name(material.indicator(finding)) for finding in findings),
        parts=tuple(parts),
        population=f"All children who live here: {'; '.join(sources)}."
        if sources
        else "The local child population by group is not held, so the shares are compared with each other only.",
        legend=legend(shown),
    )


def _held(material: Material) -> _Held:
    """Return the quarter's codes and counts by indicator and breakdown."""
    frame, settings = material.disclosed.figures, material.project.report.equality
    rows = frame[frame["indicator"].isin(settings.indicators) & frame["breakdown"].isin(settings.breakdowns)]
    rows = rows[(rows["period_kind"] == "quarter") & (rows["period_end"].dt.date == material.quarter.end)]
    held: _Held = {}
    columns = (rows[name].tolist() for name in ("indicator", "breakdown", "category", "numerator"))
    for indicator, breakdown, code, value in zip(*columns, strict=True):
        held.setdefault((indicator, breakdown), []).append((code, value))
    return held


def _part(material: Material, findings: Sequence[Finding], all_: _Held, breakdown: str) -> EqualityPart | None:
    held = [_counts(material, all_.get((finding.indicator, breakdown), []), breakdown) for finding in findings]
    if not any(held):
        return None
    names = list(dict.fromkeys(name for counts in held for name in counts))
    order = _order(material, breakdown)
    names.sort(key=lambda name: order.index(name) if name in order else len(order))
    here = _population(material, breakdown, names)
    whole = sum(row.value for row in here.values())
    rows = tuple(
        EqualityRow(
            _label(material, breakdown, name),
            tuple(_cell(counts, name) for counts in held),
            (value_text(100 * here[name].value / whole, "percent", 0) if name in here else "–") if here else "",
        )
        for name in names
        if any(counts.get(name) != 0.0 for counts in held if counts)
    )
    title = BREAKDOWN_NAMES.get(breakdown, breakdown.replace("_", " ").capitalize())
    return EqualityPart(title, rows, tuple(dict.fromkeys(row.source for row in here.values())))


def _counts(material: Material, rows: Sequence[tuple[str, float]], breakdown: str) -> dict[str, float | None]:
    """Return how many are in each group, None where any part is hidden; codes are put together as report.yaml says."""
    groups = material.project.report.equality.groups.get(breakdown, {})
    into = {code: name for name, codes in groups.items() for code in codes}
    found: dict[str, float | None] = {}
    for code, value in rows:
        name = into.get(code, code)
        before = found.get(name, 0.0)
        found[name] = None if value != value or before is None else before + float(value)
    return found


def _order(material: Material, breakdown: str) -> list[str]:
    groups = material.project.report.equality.groups.get(breakdown)
    return list(groups) if groups else material.project.report.orders.get(breakdown, [])


def _label(material: Material, breakdown: str, name: str) -> str:
    labels: Mapping[str, str] = material.project.report.labels.get(breakdown, {})
    text = labels.get(name, name)
    return text[:1].upper() + text[1:]


def _cell(counts: Mapping[str, float | None], name: str) -> tuple[str, str]:
    """Return a group's share and its number: '19%', '97'; the share only where every group is published."""
    if not counts:
        return "–", ""
    count = counts.get(name, 0.0)
    if count is None:
        return "[c]", ""
    number = value_text(count, "number")
    whole = None if None in counts.values() else sum(part or 0 for part in counts.values())
    return (value_text(100 * count / whole, "percent", 0), number) if whole else (number, "")


def _population(material: Material, breakdown: str, names: Sequence[str]) -> dict[str, PopulationRow]:
    """Return the latest estimate of each group that population.csv names as its code or its label."""
    council = material.project.report.council
    held: dict[str, PopulationRow] = {}
    for row in sorted(material.project.population, key=lambda row: row.year):
        if row.area == council.area:
            held[fold(row.group)] = row
    found = {name: held.get(fold(name), held.get(fold(_label(material, breakdown, name)))) for name in names}
    return {name: row for name, row in found.items() if row is not None}
