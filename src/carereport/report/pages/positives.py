"""The page of positive performance: what improved, or stands out among councils, by more than chance."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from carereport.figures import Finding
from carereport.report import drawings
from carereport.report.pages.beside import drawn, funnel_beside
from carereport.report.pages.fit import COLUMN, lines
from carereport.report.pages.material import (
    Material,
    Tag,
    figure_text,
    positive_blocks,
    status_tag,
    variation_tag,
)
from carereport.wording.headlines import positive_title, short_name
from carereport.wording.numbers import value_text

POSITIVE_LINES, MOST_MORE = 6, 6
HIGH, FUNNEL_HIGH = 31.0, 35.0
"""Millimetres of a control chart and of a funnel plot."""


@dataclass(frozen=True)
class Positive:
    """A measure that improved or stands out."""

    id: str
    title: str
    section: str
    status: Tag
    variation: Tag
    subtitle: str
    chart: Markup
    telling: tuple[str, ...]


@dataclass(frozen=True)
class Positives:
    """The page of positive performance."""

    title: str
    blocks: tuple[Positive, ...]
    more: tuple[str, ...]


def positive_page(material: Material) -> Positives | None:
    """Return the measures that improved or stand out beyond chance, None where there are none."""
    chosen = positive_blocks(material)
    if not chosen:
        return None
    blocks = tuple(_positive(material, material.by_id[one.indicator]) for one in chosen)
    more = tuple(_in_short(material, one.indicator) for one in material.positives[len(chosen) :][:MOST_MORE])
    count = value_text(len(material.positives), "number")
    verb = "measure has" if len(material.positives) == 1 else "measures have"
    title = f"{_counted(count)} {verb} improved, or stand out from neighbours, beyond chance"
    return Positives(title.replace("has improved, or stand out", "has improved, or stands out"), blocks, more)


def _in_short(material: Material, name: str) -> str:
    finding = material.by_id[name]
    indicator = material.indicator(finding)
    return f"{short_name(indicator)}, {figure_text(finding.leading, indicator)}"


def _counted(count: str) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[int(count)] if count.isdigit() and int(count) < 10 else f"In all, {count}"


def _evidence(finding: Finding) -> tuple[str, ...]:
    """Return the level, then what makes it more than chance: the run, or the neighbours; no more than has room."""
    level = [s.text for s in finding.sentences if s.rule in ("W1", "W2", "W3", "W4")]
    rules = ("W7", "W8", "W5") if finding.spc.variation == "improving" else ("W14", "W5")
    kept: list[str] = []
    found = [s.text for rule in rules for s in finding.sentences if s.rule == rule]
    for sentence in sorted(found, key=lambda text: "neighbours" not in text):
        if lines(" ".join(level), COLUMN) + lines(" ".join([*kept, sentence]), COLUMN) <= POSITIVE_LINES:
            kept.append(sentence)
    return tuple(text for text in (" ".join(level), " ".join(kept)) if text)


def _positive(material: Material, finding: Finding) -> Positive:
    """Return a block with the chart that shows its evidence: the run, or where we lie among councils of our size."""
    indicator = material.indicator(finding)
    title = positive_title(finding, indicator, material.quarter).text
    side = funnel_beside(material, finding) if finding.spc.variation != "improving" else None
    shown = drawn(material, finding, side, FUNNEL_HIGH) if side else None
    if side is None or shown is None:
        shown = drawings.control_chart(finding, indicator, material.project, COLUMN, HIGH, f"{title}.")
    return Positive(
        id=finding.indicator,
        title=title,
        section=material.section_name(indicator.section),
        status=status_tag(finding),
        variation=variation_tag(finding),
        subtitle=f"{side.note} Diamonds: neighbours." if side else shown.note,
        chart=shown.picture,
        telling=(*_evidence(finding)[: 1 if side else None], *([f"{side.title}."] if side else [])),
    )
