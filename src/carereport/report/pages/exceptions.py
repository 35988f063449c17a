"""Exception pages: one finding each, with its charts, figures and the officers' answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from carereport.figures import Figure, Finding
from carereport.judgement.declared import is_proportion
from carereport.quarters import Quarter, written
from carereport.report import drawings
from carereport.report.pages.beside import Beside, Room, dots_beside, drawn, funnel_beside
from carereport.report.pages.fit import (
    FUNNEL,
    HALF,
    LABEL,
    LABEL_BESIDE_LONG,
    PAGE_WIDTH,
    PANEL,
    TELLING,
    answer_height,
    chart_heights,
    lines,
    paragraphs,
)
from carereport.report.pages.material import (
    EMPTY,
    Link,
    Material,
    OfficerText,
    Tag,
    at_quarter,
    base,
    figure_text,
    legend,
    page_of,
    period_text,
    quarter_headings,
    status_tag,
    table_words,
    target_words,
    variation_tag,
)
from carereport.report.pages.officers import exception_part
from carereport.settings import Indicator
from carereport.wording.headlines import (
    ASSURANCE_WORDS,
    chart_title,
    finding_title,
    short_name,
)
from carereport.wording.numbers import value_text
from carereport.wording.outlook import LOOK_AHEAD
from carereport.wording.sentences import period_text as benchmark_period

LEAD = ("W1", "W2", "W3", "W4", "S1", "W5", "W6", "W16", "W17", "W21", "W23", "W25")
"""Rules of the first paragraph: level, target and change; variation, assurance and comparison make the second."""
LEAST_NEEDED = ("W12", "W15", "W24", "W9", "W13", "W14", "S1", "W10b", "W11", "W8", "W10", "W5", "W7")
"""Rules whose sentences are left out first where a page would not hold them: the charts say the same."""
BESIDE_THE_CHARTS = LEAST_NEEDED.index("S1")
"""How many of them go before the charts become lower: the charts' titles or the data notes say as much."""
LAYOUTS: tuple[tuple[tuple[str, ...], Room], ...] = (
    *((LEAST_NEEDED[:step], "roomy") for step in range(BESIDE_THE_CHARTS + 1)),
    *((LEAST_NEEDED[:step], "tight") for step in range(BESIDE_THE_CHARTS, len(LEAST_NEEDED) + 1)),
    (tuple(rule for rule in LEAST_NEEDED if rule not in ("W13", "W14")), "no dots"),
)
"""What is given up in turn until a page holds: some sentences; height and notes; the others; the dot plot.

A funnel plot, where a measure has one, gives way to the dot plot before charts become low."""
IN_NOTES = "W20"
"""Revisions stand in the data notes."""
GOOD = {"high": "Higher is better", "low": "Lower is better", "neither": "Neither is better"}
HEADINGS = {
    "why": "Why?",
    "difference": "What difference has it made?",
    "back": "Back on track",
    "doing": "What are we doing?",
}
"""The headings of officers' answers, in the order of their two columns and the table below."""
QUARTERS, MOST_ROWS, LONGEST = 5, 4, 6


@dataclass(frozen=True)
class TableRow:
    """A row of the table below a page's charts."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """One of the officers' answers."""

    heading: str
    text: OfficerText


@dataclass(frozen=True)
class Answers:
    """The officers' answers of a page: two columns, then the actions; who gives them; what is missing."""

    columns: tuple[tuple[Answer, ...], tuple[Answer, ...]]
    doing: Answer
    attribution: str
    needed: tuple[str, ...]


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
    compared_title: str
    compared_note: str
    compared: Markup | None
    halves: bool
    """Whether the two charts are equally wide."""
    longer: str
    heads: tuple[str, ...]
    rows: tuple[TableRow, ...]
    long_numbers: bool
    telling: tuple[str, ...]
    answers: Answers
    source: str
    legend: tuple[str, ...]


@dataclass(frozen=True)
class Also:
    """A measure that scored, without a page of its own; `said` is what officers say of it, in short, if they do."""

    name: str
    value: str
    target: str
    status: Tag
    variation: Tag
    reasons: str
    link: Link
    said: tuple[OfficerText, ...]
    attribution: str


@dataclass(frozen=True)
class Exceptions:
    """The exceptions that have pages, and those that do not."""

    pages: tuple[ExceptionPage, ...]
    also: tuple[Also, ...]
    legend: tuple[str, ...]


def exception_pages(material: Material, spare: Mapping[str, float]) -> Exceptions:
    """Return at most six pages and a table of the rest (report reference, section 2.3).

    `spare` are the millimetres to leave free on a page, by indicator.
    """
    chosen = material.exception_pages
    pages = tuple(
        _page(material, material.by_id[one.indicator], (place, len(chosen)), spare.get(one.indicator, 0.0))
        for place, one in enumerate(chosen, start=1)
    )
    rest = [one for one in material.exceptions if one not in chosen]
    also = tuple(_also(material, material.by_id[one.indicator], one.reasons) for one in rest)
    return Exceptions(pages, also, legend([one.value for one in also]))


def _page(material: Material, finding: Finding, place: tuple[int, int], spare: float) -> ExceptionPage:
    indicator, quarter, project = material.indicator(finding), material.quarter, material.project
    quarters = [quarter.shift(step) for step in range(1 - QUARTERS, 1)]
    rows, title = _rows(material, finding, indicator, quarters), finding_title(finding, indicator, quarter).text
    markers = legend([cell for row in rows for cell in row.cells])
    wide = long_numbers(rows)
    reading = chart_title(finding).text
    answered, height_of_answers = _answers(material, finding.indicator)
    for without, room in _layouts(finding, again=spare > 0):
        side = _beside(material, finding, room)
        told = (IN_NOTES, "W12", "W13", "W14") if side and side.compared else (IN_NOTES,)
        telling = _telling(finding, (*told, *without))
        tight = room in ("tight", "no dots")
        source = _source(material, finding, indicator, side.key if side else "", brief=room != "roomy")
        height, low, fits = chart_heights(
            title,
            [row.name for row in rows],
            LABEL_BESIDE_LONG if wide else LABEL,
            bool(markers),
            TELLING + paragraphs(telling, PAGE_WIDTH) + height_of_answers + spare,
            (side.space, side.title, side.note) if side else None,
            source,
            reading=reading,
            tight=tight,
        )
        if fits:
            break
    compared = drawn(material, finding, side, low) if side else None
    rare = indicator.kind == "count" and finding.spc.mean is None
    draw = drawings.count_columns if rare else drawings.control_chart
    left = side.space.beside if side and compared else PAGE_WIDTH
    chart = draw(finding, indicator, project, left, height, f"{reading}.")
    return ExceptionPage(
        id=finding.indicator,
        kicker=f"Exceptions, {place[0]} of {place[1]} · {material.section_name(indicator.section)}",
        title=title,
        measure=f"{indicator.name}, {project.report.council.called}",
        good=GOOD[indicator.polarity],
        status=status_tag(finding),
        variation=variation_tag(finding),
        assurance=ASSURANCE_WORDS[finding.spc.assurance] if finding.spc.assurance else "",
        chart_title=reading,
        chart_note=chart.note,
        chart=chart.picture,
        compared_title=side.title if side else "",
        compared_note=side.note if side else "",
        compared=compared.picture if compared else None,
        halves=side is not None and side.space is FUNNEL,
        longer=_longer(finding, indicator),
        heads=quarter_headings(quarters),
        rows=rows,
        long_numbers=wide,
        telling=telling,
        answers=answered,
        source=source,
        legend=markers,
    )


def _layouts(finding: Finding, *, again: bool) -> Iterator[tuple[tuple[str, ...], Room]]:
    """Yield what is tried in turn; the last is for a page that was set and did not hold: the estimate errs safely."""
    if finding.funnel is not None:
        yield from ((LEAST_NEEDED[:step], "funnel") for step in range(len(LEAST_NEEDED) + 1))
    yield from LAYOUTS if again else LAYOUTS[:-1]


def _beside(material: Material, finding: Finding, room: Room) -> Beside | None:
    if room == "funnel":
        return funnel_beside(material, finding)
    return None if room == "no dots" else dots_beside(material, finding, roomy=room == "roomy")


def _answers(material: Material, indicator: str) -> tuple[Answers, float]:
    """Return the officers' answers, two columns as even as they go in order, and their height."""
    given = {part: Answer(heading, exception_part(material, indicator, part)) for part, heading in HEADINGS.items()}
    needed = tuple(answer.heading for answer in given.values() if answer.text.needed)
    doing = given.pop("doing")
    held = [answer for answer in given.values() if not answer.text.needed]
    heights = [answer_height(answer.text.html, answer.heading, HALF) for answer in held]
    cut = min(range(len(held) + 1), key=lambda place: max(sum(heights[:place]), sum(heights[place:])))
    attribution = next((answer.text.attribution for answer in (*held, doing) if answer.text.attribution), "")
    height = max(sum(heights[:cut]), sum(heights[cut:]))
    height += 0 if doing.text.needed else answer_height(doing.text.html, doing.heading, PANEL)
    height += 2.6 + (5 if attribution else 0) + (9 if needed else 0)
    return Answers((tuple(held[:cut]), tuple(held[cut:])), doing, attribution, needed), height


def _rows(material: Material, finding: Finding, indicator: Indicator, quarters: list[Quarter]) -> tuple[TableRow, ...]:
    """Five quarters: the measure, what it is made of, and the measures it must be read with."""
    own = [at_quarter(finding, quarter) for quarter in quarters]
    own_name = indicator.name if lines(indicator.name, LABEL) == 1 else short_name(indicator)
    rows = [TableRow(own_name, tuple(figure_text(figure, indicator) for figure in own))]
    rows += _made_of(own, indicator)
    for other in indicator.pair:
        paired = material.by_id.get(other)
        if paired is not None:
            held = material.indicator(paired)
            cells = tuple(figure_text(at_quarter(paired, quarter), held) for quarter in quarters)
            rows = [*rows[:1], *(row for row in rows[1:] if row.cells != cells)]  # the pair's own name says it better
            rows.append(TableRow(short_name(held), cells))
    return tuple(rows[:MOST_ROWS])


def long_numbers(rows: Sequence[TableRow]) -> bool:
    """Return whether a number needs a wider column than most."""
    return any(len(cell) > LONGEST for row in rows for cell in row.cells)


def _made_of(own: list[Figure | None], indicator: Indicator) -> list[TableRow]:
    """Return the rows of what a percentage or rate is made of: how many it counts, and of how many."""
    things = indicator.things or "cases"
    if indicator.per is not None:
        return [TableRow(_front(things), tuple(_part(figure, "numerator", indicator) for figure in own))]
    if not is_proportion(indicator):
        return []
    counted = indicator.done if " " in indicator.done else f"{things} {indicator.done}"
    names = (counted, f"of all {things}") if indicator.things and indicator.done else ("number counted", "out of")
    return [
        TableRow(_front(name), tuple(_part(figure, part, indicator) for figure in own))
        for name, part in zip(names, ("numerator", "denominator"), strict=True)
    ]


def _part(figure: Figure | None, part: str, indicator: Indicator) -> str:
    """Return a numerator or denominator as text, or what stands instead of the figure."""
    number = getattr(figure, part) if figure is not None and figure.marker not in EMPTY else None
    return figure_text(figure, indicator) if number is None else value_text(number, "number")


def _longer(finding: Finding, indicator: Indicator) -> str:
    """Return the figure that the measure leads with where that is not the quarter."""
    if finding.headline == "quarter" or finding.leading is None or indicator.is_snapshot:
        return ""
    label = period_text(finding.leading, indicator, finding.headline)
    made_of = base(finding.leading, indicator)
    return f"{_front(label)}: {figure_text(finding.leading, indicator)}{f' ({made_of})' if made_of else ''}"


def _telling(finding: Finding, without: Sequence[str]) -> tuple[str, ...]:
    """Return the generated sentences in two paragraphs, those of some rules left out."""
    said = [sentence for sentence in finding.sentences if sentence.rule not in (*without, LOOK_AHEAD)]
    lead = " ".join(sentence.text for sentence in said if sentence.rule in LEAD)
    rest = " ".join(sentence.text for sentence in said if sentence.rule not in LEAD)
    return tuple(text for text in (lead, rest) if text)


def _front(text: str) -> str:
    return text[:1].upper() + text[1:]


def _source(material: Material, finding: Finding, indicator: Indicator, compared: str, *, brief: bool) -> str:
    """Return the note at the foot; `brief` leaves out the caution that stands with the definition."""
    parts = [indicator.note] if indicator.note and not brief else []
    if indicator.source or indicator.from_:
        source = indicator.source or str(indicator.from_)
        taken, end = material.as_at, material.quarter.end
        day = written(taken).removesuffix(f" {end.year}") if taken else ""
        extracted = f", extracted {day}" if day else ""
        parts.append(f"Source: {source}, as at {written(material.quarter.end)}{extracted}.")
    published = sorted({_published(b.source, benchmark_period(b.period)) for b in finding.benchmarks if b.source})
    if published:
        parts.append(f"Comparators: {'; '.join(published)}.")
    if compared:
        parts.append(compared)
    if number := material.table_number("figures", indicator.section):
        parts.append(f"All periods: {table_words(number)}.")
    return " ".join(parts)


def _published(source: str, period: str) -> str:
    return source if period in source else f"{source}, {period}"


def _also(material: Material, finding: Finding, reasons: tuple[str, ...]) -> Also:
    indicator = material.indicator(finding)
    parts = (exception_part(material, finding.indicator, part) for part in ("why", "back"))
    said = tuple(part for part in parts if not part.needed)
    return Also(
        name=short_name(indicator),
        value=figure_text(finding.leading, indicator),
        target=target_words(indicator, material.quarter) or "–",
        status=status_tag(finding),
        variation=variation_tag(finding),
        reasons="; ".join(reasons),
        link=page_of(material, finding),
        said=said,
        attribution=said[0].attribution if said else "",
    )
