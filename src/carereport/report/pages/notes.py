"""Data notes: where the figures come from and what they do not tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from carereport.calendar import latest_publication_day
from carereport.disclosure.policy import is_small
from carereport.faults import Fault
from carereport.judgement.declared import read_month
from carereport.judgement.selection import EXCEPTION_RULE, POSITIVE_RULE
from carereport.quarters import MONTHS, written
from carereport.report.drawings import first_day
from carereport.report.pages.material import Material, legend, table_words
from carereport.report.pages.officers import Ground, grounds
from carereport.report.pages.reconciled import reconciled
from carereport.report.pages.revised import Revised, revised
from carereport.wording.completeness import completeness_of
from carereport.wording.headlines import short_name
from carereport.wording.numbers import plural, value_text

CHARTS = {
    "xmr": "XmR", "p": "p", "laney_p": "p′ (Laney)", "u": "u", "laney_u": "u′ (Laney)", "t": "t", "g": "g",
}  # fmt: skip

SIX_WEEKS = timedelta(weeks=6)
"""A complete draft is aimed at six weeks after the quarter's end (report reference, section 6)."""
_SYSTEM_ENDS = re.compile("[(,;]")
OF_WORDING = ("CM", "CV", "FI", "WO")
"""Findings for those who sign the report off: they say nothing of the data."""

FOR_READERS = {
    "IN301": "Records without an entry that the measure needs count as not done ({rows} in all): {measures}.",
    "IN311": "Rates of early periods are left out where no population estimate reaches back so far: {measures}.",
    "IN313": "No figure for a year yet, since records begin later: {measures}.",
    "EX322": "No record is dated in the quarter: {files}.",
    "EX323": "Extracts were taken before the quarter ended, so its figures are not complete.",
    "EX325": "Some extracts are the same files as for the report before, so nothing recorded since is in them.",
}
"""Findings of the checks that say something of the figures, in a reader's words."""

PROTECTION = {
    "dfe": "Numbers from one to five are replaced by [c], and others where they would give such a number away",
    "round5": "Numbers from one to seven are replaced by [c], others are rounded to the nearest five, "
    "totals are sums of rounded numbers, and percentages and rates are made of them",
    "midpoint6": "Numbers are rounded to the middle of bands of six, and percentages and rates are made of them; "
    "zero stays zero",
}
"""What each disclosure policy does."""


@dataclass(frozen=True)
class Source:
    """A system that figures come from: how many measures, when it was extracted, its first month."""

    name: str
    measures: str
    extracted: str
    first: str


@dataclass(frozen=True)
class Count:
    """Rows set aside, and for what."""

    what: str
    rows: str


@dataclass(frozen=True)
class Notes:
    """The data notes, as their page says them."""

    data_to: str
    extracted: str
    days: str
    timely: tuple[str, ...]
    """The aim of six weeks, and the latest day to publish."""
    sources: tuple[Source, ...]
    set_aside: tuple[Count, ...]
    faults: tuple[str, ...]
    complete: tuple[str, ...]
    """Of each measure whose records may lack what it needs: how many have it."""
    exception_rule: str
    positive_rule: str
    charts: str
    limits: tuple[str, ...]
    """Limits that indicators.yaml declares: of which months, where they start anew and why."""
    policy: str
    protection: str
    """What the disclosure policy does, in words."""
    suppressed: str
    secondary: str
    withheld: tuple[str, ...]
    withheld_periods: tuple[str, ...]
    """Measures of which no single month, or no month and no quarter, is shown."""
    overrides: tuple[str, ...]
    neighbours: str
    """Who the statistical neighbours are, of which model, and how close."""
    comparators: str
    """Which table of the spreadsheet holds the published series."""
    population: str
    returns: tuple[str, ...]
    """Whose last return a stock is reconciled to."""
    siblings: str
    """Which intervals allow for brothers and sisters, and which are too narrow."""
    revised: Revised
    grounds: tuple[Ground, ...]
    """What officers' words rest on."""
    legend: tuple[str, ...]


def notes(material: Material) -> Notes:
    """Return the data notes (report reference, section 2, row 14)."""
    disclosed, quarter = material.disclosed, material.quarter
    days = (material.as_at - quarter.end).days if material.as_at else None
    public = material.audience == "public"
    return Notes(
        data_to=written(material.data_to),
        extracted=written(material.as_at) if material.as_at else "",
        days=plural(days, "day", "days") if days is not None and days >= 0 else "",
        timely=tuple(_timely(material)),
        sources=_sources(material),
        set_aside=tuple(Count(f"{one.table}: {one.reason}", _told(material, one.rows)) for one in material.set_aside),
        faults=tuple(_fault_lines(material)),
        complete=tuple(_completeness(material)),
        exception_rule=EXCEPTION_RULE,
        positive_rule=POSITIVE_RULE,
        charts=_charts(material),
        limits=tuple(_declared_limits(material)),
        policy=disclosed.policy if public else "",
        protection=PROTECTION.get(disclosed.policy, ""),
        suppressed=f"{value_text(disclosed.suppressed, 'number')} of {value_text(disclosed.cells, 'number')}",
        secondary=value_text(disclosed.secondary, "number"),
        withheld=tuple(
            f"{material.project.indicators[name].name}, by {breakdown.replace('_', ' ')}"
            for name, breakdown in disclosed.withheld
        ),
        withheld_periods=_withheld_periods(material),
        overrides=tuple(
            f"{material.project.indicators[one.indicator].name}: {one.reason} ({one.approved_by}, {written(one.date)})"
            for one in disclosed.overrides
            if one.indicator in material.project.indicators
        ),
        neighbours=_neighbours(material),
        comparators=table_words(number) if (number := material.table_number("comparators")) else "",
        population=_population(material),
        returns=tuple(one.note for flow in material.project.report.flows if (one := reconciled(material, flow))),
        siblings=_siblings(material),
        revised=revised(material),
        grounds=grounds(material),
        legend=legend(["[c] [x] [z] [u] [p] [r]"]),
    )


def _timely(material: Material) -> Iterable[str]:
    """Yield by when a draft is aimed at, and by when papers must be published."""
    report, quarter = material.project.report, material.quarter
    yield f"The aim is a complete draft within six weeks of the quarter's end, by {written(quarter.end + SIX_WEEKS)}."
    if report.committee.meeting is not None:
        last = latest_publication_day(report.committee.meeting, report.closure_days)
        yield f"Papers are to be published by {written(last)}, which leaves five clear days before the meeting."


def _withheld_periods(material: Material) -> tuple[str, ...]:
    held: dict[str, set[str]] = {}
    for name, kind in material.disclosed.withheld_periods:
        held.setdefault(name, set()).add(kind)
    return tuple(
        f"{indicator.name} ({'months and quarters' if 'quarter' in held[name] else 'months'})"
        for name, indicator in material.project.indicators.items()
        if name in held
    )


def _sources(material: Material) -> tuple[Source, ...]:
    """Return each system once; which list of it a measure uses stands with the measure's definition."""
    figures = material.disclosed.figures
    if figures.empty:
        return ()
    names = {source: _SYSTEM_ENDS.split(str(source))[0].strip() for source in figures["source"].unique()}
    systems = figures["source"].map(names)
    found = []
    for name, rows in figures.groupby(systems, sort=False):
        first, taken = rows["period_start"].min(), rows["as_at"].max()
        found.append(
            Source(
                name=str(name),
                measures=value_text(rows["indicator"].nunique(), "number"),
                extracted="–" if taken != taken else written(taken.date()),
                first="–" if first != first else f"{MONTHS[first.month - 1]} {first.year}",
            )
        )
    return tuple(found)


def _fault_lines(material: Material) -> Iterable[str]:
    """Yield what the checks met that a reader of the figures should know; the rest is the analyst's.

    A number of rows from 1 to 5 is not told in public: rows may be children.
    """
    names = material.project.indicators
    about: dict[str, list[Fault]] = {}
    for fault in material.faults:
        if fault.code in FOR_READERS:
            about.setdefault(fault.code, []).append(fault)
    for code, faults in about.items():
        named = [names[first].name for fault in faults if (first := fault.message.partition(": ")[0]) in names]
        rows = _told(material, sum(fault.count for fault in faults))
        files = "; ".join(dict.fromkeys(PurePath(fault.file).name for fault in faults))
        yield FOR_READERS[code].format(rows=rows, measures="; ".join(named), files=files)
    yield from _warnings(material)


def _told(material: Material, rows: int) -> str:
    return "[c]" if material.audience == "public" and is_small(rows) else value_text(rows, "number")


def _warnings(material: Material) -> Iterable[str]:
    """Yield each kind of warning about the extracts once, with how many rows it met."""
    held: dict[str, int] = {}
    for fault in material.faults:
        of_data = not fault.file.endswith((".yaml", ".md", ".j2", ".css")) and fault.code[:2] not in OF_WORDING
        if fault.severity == "warning" and of_data and fault.code not in FOR_READERS:
            first, _, rest = fault.message.partition(": ")
            kind = rest if first in material.project.indicators else first
            held[kind] = held.get(kind, 0) + fault.count
    for kind, rows in held.items():
        told = _told(material, rows)
        often = f" ({told} in all)" if told != "1" else ""
        yield f"{kind[:1].upper()}{kind[1:]}{often}."


def _completeness(material: Material) -> Iterable[str]:
    """Yield how complete the records are behind each leading figure."""
    for finding in material.findings:
        indicator = material.indicator(finding)
        said = completeness_of(finding.leading, finding, indicator)
        if said is not None:
            yield f"{short_name(indicator)}. {said.text}"


def _neighbours(material: Material) -> str:
    """Name the statistical neighbours: by how close they are where the model is known."""
    project = material.project
    if not project.neighbours:
        return ""
    if len(project.neighbours) == 1:
        return f"Our one statistical neighbour is {project.neighbours[0]}."
    average = f"Their figure is the {project.report.council.neighbour_average} of those published."
    groups: dict[str, list[str]] = {}
    for row in project.neighbour_model:
        groups.setdefault(row.closeness, []).append(row.neighbour)
    if not groups or "" in groups:
        return f"Neighbours are our statistical neighbours: {', '.join(project.neighbours)}. {average}"
    named = " ".join(f"{words[:1].upper()}{words[1:]}: {', '.join(names)}." for words, names in groups.items())
    model = project.report.council.neighbours_model
    first = f"Neighbours are our statistical neighbours in the {model} model, which says how close each is."
    return f"{first} {named} {average}"


def _siblings(material: Material) -> str:
    """Say which intervals allow for siblings who enter together, and that those of other counts are too narrow."""
    indicators = material.project.indicators
    clustered = (name for name, one in indicators.items() if one.cluster is not None)
    allowed = [short_name(indicators[name]) for name in clustered if name in material.by_id]
    if not allowed:
        return (
            "Brothers and sisters often enter together. Intervals count each child alone, so those of protection plans "
            "and of children starting care are too narrow."
        )
    return (
        "Brothers and sisters often enter together. Intervals allow for it, by the mean family size, in these "
        f"measures: {'; '.join(allowed)}. Elsewhere each child counts alone, so intervals of children who enter "
        "together are too narrow."
    )


def _population(material: Material) -> str:
    """Return the latest source of the population, and how far the series goes back."""
    groups = {held.per.population for held in material.project.indicators.values() if held.per is not None}
    rows = [row for row in material.project.population if row.source and row.group in groups]
    if not rows:
        return ""
    latest, first = max(rows, key=lambda row: row.year), min(row.year for row in rows)
    back = f"estimates from {first} to {latest.year}. The latest: " if first < latest.year else ""
    return f"{back}{latest.source}"


def _charts(material: Material) -> str:
    counts: dict[str, int] = {}
    for finding in material.findings:
        if finding.spc.chart != "none" and finding.spc.mean is not None:
            counts[finding.spc.chart] = counts.get(finding.spc.chart, 0) + 1
    listed = [f"{CHARTS[kind]} for {plural(count, 'measure', 'measures')}" for kind, count in counts.items()]
    return "; ".join(listed)


def _declared_limits(material: Material) -> Iterator[str]:
    spans: dict[str, list[str]] = {}
    for id_, indicator in material.project.indicators.items():
        if id_ not in material.by_id or (spc := material.by_id[id_].spc).mean is None:
            continue
        name, declared = short_name(indicator), indicator.spc.baseline
        for rebase in indicator.spc.rebase:
            why = f"{rebase.reason}; approved by {rebase.approved_by}"
            yield f"{name}: limits start anew in {_month(rebase.from_)}: {why}."
        if declared is not None:
            first, last = read_month(declared.from_), read_month(declared.to)
            if any(point.value is not None and first <= first_day(point.period) <= last for point in spc.points):
                spans.setdefault(f"{_month(declared.from_)} to {_month(declared.to)}", []).append(name)
        if not indicator.spc.screen and spc.chart == "xmr":
            yield f"{name}: no moving range is left out."
    for span, names in spans.items():
        yield f"Mean and limits are those of {span}: {'; '.join(names)}."


def _month(declared: str) -> str:
    day = read_month(declared)
    return f"{MONTHS[day.month - 1]} {day.year}"
