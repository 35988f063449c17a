"""What the director's slides say: ten at most, each with a finding as its title; `carereport.report.pptx` draws them.

Every text and number is one that the report's pages print (report reference, section 3.5).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from carereport.charts.control_chart import ControlChart, axis
from carereport.figures import Finding
from carereport.quarters import written
from carereport.report import drawings
from carereport.report.branding import Look
from carereport.report.context import OfficerPage, ReportContext
from carereport.report.officer_text import paragraphs, table_rows
from carereport.report.pages.journey import bars_alternative, stage_bar
from carereport.report.pages.material import (
    Material,
    Tag,
    legend,
    quarter_headings,
    status_tag,
    target_words,
    variation_tag,
)
from carereport.report.pages.mixes import BREAKDOWN, QUARTERS, grades_in_words
from carereport.report.pages.officers import find, part_text
from carereport.wording.headlines import finding_title, short_name
from carereport.wording.numbers import value_text

MOST = 10
CONCERNS = 3
STEP_COLUMNS = 3
"""Action, who and by when; the notes hold the other columns."""


@dataclass(frozen=True)
class Block:
    """Paragraphs under a small heading; `officer` sets the service's own words apart."""

    heading: str
    texts: tuple[str, ...]
    officer: bool = False


@dataclass(frozen=True)
class LineChart:
    """A measure's series with its usual range and target."""

    series: ControlChart
    alt: str


@dataclass(frozen=True)
class BarChart:
    """Bars by category, side by side or as parts of a whole; None where a number is suppressed."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    whole: bool
    alt: str


@dataclass(frozen=True)
class SlideCard:
    """A card of a slide: a measure's figure, what stands beside it, status and variation."""

    name: str
    value: str
    beside: str
    status: Tag
    variation: Tag


@dataclass(frozen=True)
class Slide:
    """One slide: its title is a sentence that no other slide has; `notes` repeat the report."""

    kicker: str
    title: str
    subtitle: str = ""
    tags: tuple[Tag, ...] = ()
    chart: LineChart | BarChart | None = None
    chart_note: str = ""
    cards: tuple[SlideCard, ...] = ()
    blocks: tuple[Block, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    """Rows of texts, the header first."""
    notes: tuple[str, ...] = ()
    legend: str = ""
    """What the markers of its numbers mean."""


@dataclass(frozen=True)
class Deck:
    """The slides, the first of which opens, and what stands on each."""

    title: str
    council: str
    footer: str
    mark: str
    look: Look
    slides: tuple[Slide, ...]


def slide_deck(material: Material, context: ReportContext) -> Deck:
    """Return the slides in the order of the report's summary."""
    made = [
        _opening(context, material),
        _cards(material, context),
        _journey(material, context),
        *_concerns(material, context),
        _positives(material, context),
        _section(material, context, "workforce"),
        _section(material, context, "quality"),
        _next_steps(material, context),
    ]
    slides = _distinct([slide for slide in made if slide is not None][:MOST])
    return Deck(context.title, context.council, _footer(context), context.mark, context.look, slides)


def _footer(context: ReportContext) -> str:
    return f"{context.footer}, data to {context.performance.data_to}"


def _distinct(slides: Sequence[Slide]) -> tuple[Slide, ...]:
    """Give a title that stands twice its section, since each slide must be found by its title alone."""
    taken: set[str] = set()
    result = []
    for slide in slides:
        title = slide.title
        if title in taken:
            title = f"{slide.kicker}: {title[:1].lower()}{title[1:]}"
        taken.add(title)
        result.append(replace(slide, title=title))
    return tuple(result)


def _opening(context: ReportContext, material: Material) -> Slide:
    page, committee = context.performance, material.project.report.committee
    when = f", {written(committee.meeting)}" if committee.meeting else ""
    data = f"Data to {page.data_to}" + (f", extracted {page.extracted}" if page.extracted else "") + "."
    return Slide(
        kicker=f"{page.council} · {page.service}",
        title=page.title,
        subtitle=f"{committee.name}{when}",
        blocks=(Block("", page.message), Block("", tuple(text for text in (data, page.age) if text))),
        notes=(*page.message, data, page.age),
    )


def _cards(material: Material, context: ReportContext) -> Slide:
    cards = tuple(
        SlideCard(card.name, card.value, _aim(material, card.id), card.status, card.variation)
        for card in context.performance.cards
    )
    notes = tuple(
        " ".join(text for text in (f"{card.name}: {card.value}.", card.change, card.comparison) if text)
        for card in context.performance.cards
    )
    return Slide("Performance on a page", context.summary.title, cards=cards, notes=notes,
                 legend=_legend(card.value for card in cards))  # fmt: skip


def _legend(shown: Iterable[str]) -> str:
    return ". ".join(legend(shown))


def _aim(material: Material, indicator: str) -> str:
    goal = target_words(material.project.indicators[indicator], material.quarter)
    return f"Target {goal}" if goal else ""


def _journey(material: Material, context: ReportContext) -> Slide | None:
    page = context.journey
    places = range(len(material.project.report.journey))
    bars = [bar for place in places if (bar := stage_bar(material, place)) is not None]
    if page is None or not bars:
        return None
    chart = BarChart(
        tuple(bar.name for bar in bars),
        ((page.period, tuple(bar.value for bar in bars)), (page.before, tuple(bar.before for bar in bars))),
        whole=False,
        alt=bars_alternative(material, bars),
    )
    shares = tuple(f"{bar.name}: {bar.conversion}" for bar in bars if bar.conversion)
    accounts = tuple(account.title for account in page.accounts if account.sentence)
    net = (account.sentence for account in page.accounts)
    blocks = [Block("From stage to stage", shares)]
    why = find(material.commentary, "journey")
    if why is not None and why.body.strip():
        blocks.append(Block("Service explanation", (*paragraphs(why.body), why.attribution), officer=True))
    blocks.append(Block(f"Who came and went, {page.period}", accounts))
    return Slide(
        "Demand and the child's journey", page.title, "Events in each period, not the same children followed through.",
        chart=chart, blocks=tuple(blocks),
        notes=(*(text for block in blocks for text in block.texts), *net, *page.warnings),
    )  # fmt: skip


def _concerns(material: Material, context: ReportContext) -> Iterator[Slide]:
    for page in context.exceptions.pages[:CONCERNS]:
        finding = material.by_id[page.id]
        held = material.commentary.get(page.id)
        said = [
            Block(heading, texts, officer=True)
            for part, heading in (("why", "Service explanation"), ("doing", "What are we doing?"))
            if (texts := _officer_texts(part_text(held, part)))
        ]
        blocks = (Block("What is it telling us?", page.telling[:1] if said else page.telling), *said)
        chart, note = _line_chart(material, finding)
        yield Slide(
            page.kicker, page.title, page.measure, (page.status, page.variation), chart, note, blocks=blocks,
            notes=(*page.telling, *(text for block in said for text in block.texts),
                   held.attribution if held else "", page.source),
        )  # fmt: skip


def _officer_texts(text: str) -> tuple[str, ...]:
    """Return an officer's table as a line a row, or else the paragraphs."""
    return tuple(", ".join(row) for row in table_rows(text)[1:]) or paragraphs(text)


def _line_chart(material: Material, finding: Finding) -> tuple[LineChart | None, str]:
    """Return the report's control chart as a series, and the quiet line about its lines and axis."""
    indicator = material.indicator(finding)
    series = drawings.control_series(finding, indicator)
    if not any(point.value is not None for point in series.points):
        return None, ""
    reading = finding_title(finding, indicator, material.quarter).text
    period = f"{drawings.span(series)}."
    values = drawings.ends(series)
    alt = drawings.text_alternative("Line chart", indicator, material.project, period, f"{reading}.", values)
    words = [drawings.points_words(series) or ("By quarter." if "Q" in series.points[-1].period else "Monthly.")]
    if series.spc.mean is not None:
        words.append("Dashed: usual range.")
    if series.target_for:
        words.append(f"The target is for {series.target_for}.")
    bottom, _, _ = whole_steps(series)
    if bottom > 0:
        decimals = 0 if bottom.is_integer() else series.decimals
        words.append(f"Axis starts at {value_text(bottom, series.unit, decimals)}.")
    if set(series.suppressed) & {point.period for point in series.points}:
        words.append("Gaps: suppressed [c]" + (", not in the mean." if series.spc.mean is not None else "."))
    return LineChart(series, alt), " ".join(words)


def whole_steps(series: ControlChart) -> tuple[float, float, float]:
    """Return the lowest and highest value of the report's axis in whole steps, and the step."""
    low, high, ticks = axis(series)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else (high - low) or 1.0
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return round(low, 6), round(high, 6), round(step, 6)


def _positives(material: Material, context: ReportContext) -> Slide | None:
    page = context.positives
    if page is None:
        return None
    first, *rest = page.blocks
    chart, note = _line_chart(material, material.by_id[first.id])
    blocks = [Block("", first.telling[:1])]
    if rest:
        blocks.append(Block("Also beyond chance", tuple(block.title for block in rest)))
    return Slide(
        "Positive performance", page.title, first.title, (first.status, first.variation), chart, note,
        blocks=tuple(blocks),
        notes=tuple(text for block in page.blocks for text in (f"{block.title}.", *block.telling)),
    )  # fmt: skip


def _section(material: Material, context: ReportContext, section: str) -> Slide | None:
    """A section's leading measure as a chart, its others as a small table."""
    page = next((held for held in context.officer_pages if held.id == section), None)
    findings = next((held for id_, _, held in material.sections if id_ == section), ())
    shown = {held.id for held in context.exceptions.pages[:CONCERNS]}
    ranked = [one.indicator for one in (*material.exceptions, *material.positives)]
    order = sorted(findings, key=lambda f: (f.indicator in shown, f.indicator not in ranked, f.status == "information"))
    lead = next((finding for finding in order if finding.leading is not None), None)
    if page is None or lead is None:
        return None
    chart: LineChart | BarChart | None
    chart, note = _line_chart(material, lead)
    if (graded := _graded(material, findings)) is not None and (mix := _mix(material, graded)) is not None:
        lead, chart, note = _share_of(material, findings, graded), mix, "Numbers of audits: a sample of the practice."
    indicator = material.indicator(lead)
    title = finding_title(lead, indicator, material.quarter).text
    rows = [row for row in page.rows if row.id != lead.indicator][:4]
    table = (("Measure", "Year ago", "Now"), *((row.name, row.year_ago, row.now) for row in rows)) if rows else ()
    return Slide(
        page.heading, title, short_name(indicator), (status_tag(lead), variation_tag(lead)), chart, note, table=table,
        notes=(*(sentence.text for sentence in lead.sentences), *_officer_notes(material, page)),
        legend=_legend(cell for row in table for cell in row),
    )  # fmt: skip


def _officer_notes(material: Material, page: OfficerPage) -> tuple[str, ...]:
    held = find(material.commentary, page.id)
    return (*paragraphs(held.body), held.attribution) if held else ()


def _graded(material: Material, findings: Sequence[Finding]) -> Finding | None:
    """Return the count that is broken down by grade, if a section has one."""
    frame = material.disclosed.figures
    known = set(frame.loc[frame["breakdown"] == BREAKDOWN, "indicator"])
    counts = (finding for finding in findings if material.indicator(finding).kind == "count")
    return next((finding for finding in counts if finding.indicator in known), None)


def _share_of(material: Material, findings: Sequence[Finding], graded: Finding) -> Finding:
    """Return the percentage that is made of the same rows, else the count itself."""
    table = material.indicator(graded).from_
    return next(
        (f for f in findings if material.indicator(f).kind == "percentage" and material.indicator(f).from_ == table
         and f.leading is not None), graded)  # fmt: skip


def _mix(material: Material, graded: Finding) -> BarChart | None:
    """Return the grades of the latest quarters that are published whole, None where there are none."""
    frame = material.disclosed.figures
    by_grade = (frame["indicator"] == graded.indicator) & (frame["breakdown"] == BREAKDOWN)
    held = frame[by_grade & (frame["period_kind"] == "quarter")]
    grades = grades_in_words(material, held["category"])
    quarters = [material.quarter.shift(step) for step in range(1 - QUARTERS, 1)]
    kept, columns = [], []
    for quarter in quarters:
        rows = held[held["period_end"].dt.date == quarter.end]
        values = dict(zip(rows["category"], rows["value"], strict=True))
        if len(values) and not rows["value"].isna().any():
            kept.append(quarter)
            columns.append([float(values.get(category, 0.0)) for category in grades])
    if not kept:
        return None
    names = quarter_headings(kept)
    series = tuple((words, tuple(row[n] or None for row in columns)) for n, words in enumerate(grades.values()))
    latest = ", ".join(f"{name} {values[-1] or 0:.0f}" for name, values in series)
    alt = f"Stacked bars of audits by grade, {kept[0].label} to {kept[-1].label}. In {kept[-1].label}: {latest}."
    return BarChart(names, series, True, alt)


def _next_steps(material: Material, context: ReportContext) -> Slide | None:
    page = next((held for held in context.officer_pages if held.id == "next_steps"), None)
    if page is None:
        return None
    title = page.heading if not page.question else f"{page.heading}: {page.question[:1].lower()}{page.question[1:]}"
    held = find(material.commentary, "next_steps")
    if held is None and not page.lists:
        return Slide("What happens next", title, blocks=(Block("Officer text needed", (page.text.needed,)),))
    text = "\n\n".join([held.body, *held.sections.values()]) if held is not None else ""
    rows = page.lists[0].plain() if page.lists else table_rows(text)
    said = paragraphs(text)
    blocks = () if rows else (Block("", said, officer=True),)
    table = tuple(tuple(row[:STEP_COLUMNS]) for row in rows)
    who = held.attribution if held is not None else ""
    return Slide("What happens next", title, who, blocks=blocks, table=table,
                 notes=(*said, *(", ".join(row) for row in rows[1:]), who))  # fmt: skip
