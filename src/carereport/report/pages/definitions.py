"""Definitions: of each measure that the report shows, what is counted, whether more is good, and the target."""

from __future__ import annotations

from dataclasses import dataclass

from carereport.judgement.status import status_of
from carereport.report.pages.material import Material, table_words, unit_text
from carereport.settings import Indicator
from carereport.wording.sentences import current_target, target_text

KINDS = {"high": "Higher is better.", "low": "Lower is better.", "neither": "Neither higher nor lower is better."}


@dataclass(frozen=True)
class Definition:
    """How a measure is counted."""

    id: str
    ref: str
    name: str
    sentence: str
    counted: str
    polarity: str
    target: str
    status: str
    source: str
    note: str


@dataclass(frozen=True)
class DefinitionSection:
    """The definitions of one section."""

    name: str
    figures: str
    """Which tables of the spreadsheet hold its figures of all periods, and by group."""
    definitions: tuple[Definition, ...]


def definitions(material: Material) -> tuple[DefinitionSection, ...]:
    """Return the definitions of the measures shown, in the order of the sections."""
    found = []
    for id_, name, findings in material.sections:
        held = [f for f in findings if f.indicator in material.defined]
        if held:
            defined = tuple(_definition(material, f.indicator, material.indicator(f)) for f in held)
            found.append(DefinitionSection(name, _tables(material, id_), defined))
    return tuple(found)


def _tables(material: Material, section: str) -> str:
    figures, groups = (material.table_number(kind, section) for kind in ("figures", "groups"))
    parts = [f"all periods in {table_words(figures)}"] if figures else []
    parts += [f"by group in {table_words(groups)}"] if groups else []
    return f"Figures: {', '.join(parts)}." if parts else ""


def _definition(material: Material, id_: str, indicator: Indicator) -> Definition:
    finding = material.by_id[id_]
    aim = current_target(indicator, material.quarter)
    target = ""
    if aim is not None:
        basis = f" ({aim.basis})" if aim.basis else ""
        target = f"{target_text(aim, indicator)}{basis}. {aim.reason}".strip()
    own = indicator.status.green is not None or indicator.status.amber is not None
    rule = status_of(indicator, finding.leading, material.quarter.end)[1] if own else ""
    return Definition(
        id=id_,
        ref=indicator.ref,
        name=indicator.name,
        sentence=indicator.definition,
        counted=_counted(indicator),
        polarity=KINDS[indicator.polarity],
        target=target,
        status=rule[rule.index("On target:") :] if "On target:" in rule else "",
        source=indicator.source,
        note=indicator.note,
    )


def _counted(indicator: Indicator) -> str:
    """Return numerator and denominator in words, from the indicator's own words."""
    things, done = indicator.things, indicator.done
    if indicator.figure_unit == "percent" and things and done:
        return f"Numerator: those that were {done}. Denominator: {things}."
    if indicator.per is not None:
        group = indicator.per.population.replace("children_", "children aged ").replace("_", " to ")
        return f"Numerator: {things or 'rows counted'}. Denominator: {group}, {unit_text(indicator)}."
    if things:
        return f"Counted: {things}."
    return ""
