"""Exception and positive pages: one finding each, with its charts, figures and the officers' answer."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from carereport.figures import Figure, Finding
from carereport.quarters import Quarter, written
from carereport.report import drawings
from carereport.report.pages.material import (
    Link,
    Material,
    OfficerText,
    Tag,
    at_quarter,
    base,
    figure_text,
    good_is,
    legend,
    name_of,
    page_of,
    period_text,
    positive_blocks,
    quarter_headings,
    status_tag,
    target_words,
    variation_tag,
)
from carereport.report.pages.officers import exception_part
from carereport.settings import Indicator
from carereport.wording.headlines import ASSURANCE_WORDS, card_change, finding_title
from carereport.wording.numbers import value_text

GROUPS = (("W1", "W2", "W3", "W4", "S1", "W16", "W23", "W25"), ("W5", "W6", "W17", "W21"),
          ("W7", "W8", "W9", "W22", "W10", "W10b", "W11"), ("W13", "W14", "W15", "W12"), ("W18",))  # fmt: skip
"""Sentences of one paragraph: level and target, change, variation and assurance, comparison, caution."""
QUARTERS = 5


@dataclass(frozen=True)
class TableRow:
    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ExceptionPage:
    """One exception page."""

    id: str
    kicker: str
    title: str
    measure: str
    good: str
    status: Tag
    variation: Tag
    assurance: str
    chart_title: str
    chart_note: str
    chart: Markup
    dots_title: str
    dots_note: str
    dots: Markup | None
    heads: tuple[str, ...]
    rows: tuple[TableRow, ...]
    telling: tuple[str, ...]
    why: OfficerText
    doing: OfficerText
    difference: OfficerText
    back: OfficerText
    note: str
    source: str
    legend: tuple[str, ...]


@dataclass(frozen=True)
class Also:
    """A measure that scored, without a page of its own."""

    name: str
    value: str
    target: str
    status: Tag
    variation: Tag
    reasons: str
    link: Link


@dataclass(frozen=True)
class Exceptions:
    pages: tuple[ExceptionPage, ...]
    also: tuple[Also, ...]
    legend: tuple[str, ...]


@dataclass(frozen=True)
class Positive:
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
    title: str
    blocks: tuple[Positive, ...]
    more: tuple[str, ...]


def exception_pages(material: Material) -> Exceptions:
    """Return at most six pages and a table of the rest (report reference, section 2.3)."""
    chosen = material.exception_pages
    pages = tuple(_page(material, material.by_id[one.indicator], place, len(chosen))
                  for place, one in enumerate(chosen, start=1))  # fmt: skip
    rest = [one for one in material.exceptions if one not in chosen]
    also = tuple(_also(material, material.by_id[one.indicator], one.reasons) for one in rest)
    return Exceptions(pages, also, legend([one.value for one in also]))


def positive_page(material: Material) -> Positives | None:
    """Return the measures that improved or stand out beyond chance, None where there are none."""
    chosen = positive_blocks(material)
    if not chosen:
        return None
    blocks = tuple(_positive(material, material.by_id[one.indicator]) for one in chosen)
    more = tuple(
        finding_title(material.by_id[one.indicator], material.project.indicators[one.indicator], material.quarter).text
        for one in material.positives[len(chosen) :]
    )
    count = value_text(len(material.positives), "number")
    verb = "measure has" if len(material.positives) == 1 else "measures have"
    title = f"{_counted(count)} {verb} improved, or stand out from similar councils, beyond chance"
    return Positives(title.replace("has improved, or stand out", "has improved, or stands out"), blocks, more)


def _counted(count: str) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return words[int(count)] if count.isdigit() and int(count) < 10 else f"In all, {count}"


def _page(material: Material, finding: Finding, place: int, total: int) -> ExceptionPage:
    indicator, quarter, project = material.indicator(finding), material.quarter, material.project
    quarters = [quarter.shift(step) for step in range(1 - QUARTERS, 1)]
    rows = _rows(material, finding, indicator, quarters)
    reading, place_text = _chart_title(finding, indicator), _dots_title(finding)
    chart = drawings.control_chart(finding, indicator, project, 108, 56, reading)
    dots = drawings.dot_plot(finding, indicator, project, quarter, 62, 46, place_text)
    return ExceptionPage(
        id=finding.indicator,
        kicker=f"Exceptions, {place} of {total} · {material.section_name(indicator.section)}",
        title=finding_title(finding, indicator, quarter).text,
        measure=f"{indicator.name}, {project.report.council.short_name or project.report.council.name}",
        good=good_is(indicator),
        status=status_tag(finding),
        variation=variation_tag(finding),
        assurance=ASSURANCE_WORDS[finding.spc.assurance] if finding.spc.assurance else "",
        chart_title=reading,
        chart_note=chart.note,
        chart=chart.picture,
        dots_title=place_text,
        dots_note=" ".join(part for part in (_dots_note(finding, indicator), dots.note if dots else "") if part),
        dots=dots.picture if dots else None,
        heads=quarter_headings(quarters),
        rows=rows,
        telling=_telling(finding),
        why=exception_part(material, finding.indicator, "why"),
        doing=exception_part(material, finding.indicator, "doing"),
        difference=exception_part(material, finding.indicator, "difference"),
        back=exception_part(material, finding.indicator, "back"),
        note=indicator.note,
        source=_source(material, finding, indicator),
        legend=legend([cell for row in rows for cell in row.cells]),
    )


def _rows(material: Material, finding: Finding, indicator: Indicator, quarters: list[Quarter]) -> tuple[TableRow, ...]:
    """Five quarters: the measure, what it is made of, and the measures it must be read with."""
    own = [at_quarter(finding, quarter) for quarter in quarters]
    rows = [TableRow(name_of(indicator), tuple(figure_text(figure, indicator) for figure in own))]
    made_of = [_base_cell(figure, indicator) for figure in own]
    if any(made_of):
        name = (indicator.things or "Children").capitalize()
        rows.append(TableRow(name, tuple(text or figure_text(figure, indicator) for text, figure in
                                         zip(made_of, own, strict=True))))  # fmt: skip
    for other in indicator.pair:
        paired = material.by_id.get(other)
        if paired is not None:
            held = material.indicator(paired)
            rows.append(
                TableRow(name_of(held), tuple(figure_text(at_quarter(paired, quarter), held) for quarter in quarters))
            )
    if finding.headline != "quarter" and finding.leading is not None:
        label = period_text(finding.leading, indicator, finding.headline)
        text = figure_text(finding.leading, indicator)
        rows.insert(1, TableRow(f"{label[:1].upper()}{label[1:]}", ("–",) * (QUARTERS - 1) + (text,)))
    return tuple(rows)


def _base_cell(figure: Figure | None, indicator: Indicator) -> str:
    text = base(figure, indicator)
    if text and indicator.per is not None and figure is not None:
        return value_text(figure.numerator, "number")
    return text


def _telling(finding: Finding) -> tuple[str, ...]:
    grouped = [" ".join(s.text for s in finding.sentences if s.rule in rules) for rules in GROUPS]
    known = {rule for rules in GROUPS for rule in rules}
    rest = " ".join(s.text for s in finding.sentences if s.rule not in known)
    return tuple(text for text in (*grouped, rest) if text)


def _chart_title(finding: Finding, indicator: Indicator) -> str:
    """Return the reading of the control chart, from the sentence that the rules gave."""
    wanted = ("W7", "W8", "W9", "W22")
    first = next((s.text for s in finding.sentences if s.rule in wanted), "")
    return first or card_change(finding, indicator).text


def _dots_title(finding: Finding) -> str:
    found = next((s.text for s in finding.sentences if s.rule in ("W13", "W14")), "")
    return found.replace("This is ", "").capitalize() if not found else _front(found.removeprefix("This is "))


def _front(text: str) -> str:
    return text[:1].upper() + text[1:]


def _dots_note(finding: Finding, indicator: Indicator) -> str:
    ours = finding.value if indicator.is_snapshot else finding.rolling_12_months
    when = period_text(ours, indicator, "quarter" if indicator.is_snapshot else "rolling_12_months")
    return f"Ours {when}." if when else ""


def _source(material: Material, finding: Finding, indicator: Indicator) -> str:
    parts = []
    if indicator.source or indicator.from_:
        source = indicator.source or str(indicator.from_)
        extracted = f", extracted {written(material.as_at)}" if material.as_at else ""
        parts.append(f"Source: {source}, as at {written(material.quarter.end)}{extracted}.")
    published = sorted({f"{b.source}, {b.period}" for b in finding.benchmarks if b.source})
    if published:
        parts.append(f"Comparators: {'; '.join(published)}.")
    return " ".join(parts)


def _also(material: Material, finding: Finding, reasons: tuple[str, ...]) -> Also:
    indicator = material.indicator(finding)
    return Also(
        name=name_of(indicator),
        value=figure_text(finding.leading, indicator),
        target=target_words(indicator, material.quarter) or "–",
        status=status_tag(finding),
        variation=variation_tag(finding),
        reasons="; ".join(reasons),
        link=page_of(material, finding),
    )


def _positive(material: Material, finding: Finding) -> Positive:
    indicator = material.indicator(finding)
    title = finding_title(finding, indicator, material.quarter).text
    drawn = drawings.control_chart(finding, indicator, material.project, 86, 46, f"{title}.")
    return Positive(
        id=finding.indicator,
        title=title,
        section=material.section_name(indicator.section),
        status=status_tag(finding),
        variation=variation_tag(finding),
        subtitle=drawn.note,
        chart=drawn.picture,
        telling=_telling(finding),
    )
