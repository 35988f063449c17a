"""Performance on a page and the director's summary: what is said first, chosen by rule; nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from carereport.figures import Finding
from carereport.quarters import MONTHS, written
from carereport.report import drawings
from carereport.report.pages.fit import COLUMN, PAGE_WIDTH
from carereport.report.pages.fit import lines as lines_of
from carereport.report.pages.material import (
    Link,
    Material,
    OfficerText,
    Tag,
    base,
    figure_text,
    page_of,
    period_text,
    positive_blocks,
    short_period,
    status_tag,
    target_words,
    texts,
    unit_text,
    variation_tag,
)
from carereport.report.pages.officers import officer_text
from carereport.wording.headlines import (
    age_of_data,
    card_change,
    card_comparison,
    finding_title,
    positive_title,
    short_name,
    status_count,
    variation_count,
)
from carereport.wording.sentences import DEMAND_SECTIONS

MESSAGES, POINTERS = 6, 3
EVIDENCE_LINES = {"W5": 2, "W7": 3, "W8": 3, "W2": 2, "W14": 2}
"""Lines that a message's evidence may fill with each rule's sentence: most for why a change is real."""


@dataclass(frozen=True)
class Card:
    """One headline: name, value with its base and period, two signals, change and comparison."""

    id: str
    name: str
    value: str
    beside: tuple[str, ...]
    """Unit, base, period and target, a line each."""
    status: Tag
    variation: Tag
    change: str
    comparison: str
    spark: Markup


@dataclass(frozen=True)
class Pointer:
    """A measure, its value and signals in a few words, and the page that says more."""

    name: str
    text: str
    link: Link


@dataclass(frozen=True)
class Performance:
    """Page 1."""

    council: str
    service: str
    title: str
    message: tuple[str, ...]
    data_to: str
    extracted: str
    age: str
    cards: tuple[Card, ...]
    attention: tuple[Pointer, ...]
    positive: tuple[Pointer, ...]


@dataclass(frozen=True)
class Message:
    """One message of the director's summary: its subject, one sentence, its evidence."""

    label: str
    text: str
    evidence: str
    link: Link


@dataclass(frozen=True)
class Summary:
    """The director's summary."""

    title: str
    messages: tuple[Message, ...]
    since: OfficerText
    director: str


def performance(material: Material) -> Performance:
    """Return page 1 (report reference, sections 2 and 2.1)."""
    report, quarter = material.project.report, material.quarter
    first, last = MONTHS[quarter.year_to_date.start.month - 1], MONTHS[quarter.end.month - 1]
    start = first if quarter.end.year == quarter.year else f"{first} {quarter.year}"
    outturn = ": year end (outturn)" if quarter.number == 4 else ""
    usual = f"Quarter {quarter.number} performance, {start} to {last} {quarter.end.year}{outturn}"
    age = age_of_data(quarter, report.committee.meeting)
    return Performance(
        council=report.council.name,
        service=report.service,
        title=report.title or usual,
        message=_message(material),
        data_to=written(material.data_to),
        extracted=written(material.as_at) if material.as_at else "",
        age=age.text if age else "",
        cards=tuple(_card(material, finding) for finding in _card_findings(material)),
        attention=tuple(_pointer(material, name) for name in _attention(material)),
        positive=tuple(_pointer(material, chosen.indicator) for chosen in positive_blocks(material)[:POINTERS]),
    )


def summary(material: Material) -> Summary:
    """Return the director's summary: six messages at most, in a fixed order (report reference, section 5.7)."""
    director = material.project.report.director
    findings = material.scorecard_findings
    return Summary(
        title=variation_count(findings).text.rstrip("."),
        messages=tuple(_messages(material)),
        since=officer_text(material, "since"),
        director=", ".join(part for part in (director.name, director.role) if part) if director else "",
    )


def _message(material: Material) -> tuple[str, ...]:
    """Three short sentences: demand, the largest concern, the first positive; the status count where one lacks."""
    chosen = [
        next(iter(_demand(material)), None),
        material.by_id[material.exceptions[0].indicator] if material.exceptions else None,
        material.by_id[material.positives[0].indicator] if material.positives else None,
    ]
    names = dict.fromkeys(finding.indicator for finding in chosen if finding is not None)
    sentences = [f"{_title(material, material.by_id[name])}." for name in names]
    if len(sentences) < 3:
        sentences.insert(0, status_count(material.scorecard_findings).text)
    return tuple(sentences[:3])


def _title(material: Material, finding: Finding) -> str:
    titled = positive_title if _is_positive(material, finding) else finding_title
    return titled(finding, material.indicator(finding), material.quarter).text


def _is_positive(material: Material, finding: Finding) -> bool:
    concerns = {chosen.indicator for chosen in material.exceptions}
    return finding.indicator not in concerns and any(p.indicator == finding.indicator for p in material.positives)


def _card_findings(material: Material) -> tuple[Finding, ...]:
    names = material.project.report.cards or [f.indicator for f in material.findings][:8]
    return tuple(material.by_id[name] for name in names if name in material.by_id)


def _card(material: Material, finding: Finding) -> Card:
    indicator, leading = material.indicator(finding), finding.leading
    value, goal = figure_text(leading, indicator), target_words(indicator, material.quarter)
    rate = _rate(material, finding)
    compared = rate if rate is not None and not finding.benchmarks else finding
    comparison = card_comparison(compared, material.indicator(compared), rate=compared is rate).text
    lines = [
        unit_text(indicator),
        base(leading, indicator) or (_rate_text(material, rate) if rate else ""),
        short_period(leading, indicator, finding.headline),
        f"Target {goal}" if goal else "",
    ]
    beside = tuple(line for line in lines if line)[-3:]
    return Card(
        id=finding.indicator,
        name=short_name(indicator),
        value=value,
        beside=beside,
        status=status_tag(finding),
        variation=variation_tag(finding),
        change=_fitting(card_change(finding, indicator).text, comparison, finding, material),
        comparison=comparison,
        spark=drawings.card_sparkline(finding, value, beside),
    )


def _fitting(change: str, comparison: str, finding: Finding, material: Material) -> str:
    """Return the sentence on change, a shorter one where the card's two lines would not hold it."""
    if lines_of(f"{change} {comparison}", COLUMN) <= 2:
        return change
    ago = finding.same_quarter_last_year
    if ago is None or (finding.change.value is None and ago.marker != "c"):
        return ""
    return f"A year ago {figure_text(ago, material.indicator(finding))}."


def _rate(material: Material, finding: Finding) -> Finding | None:
    """Return the rate of a count: its pair, or the rate of the same rows."""
    indicator = material.indicator(finding)
    if indicator.kind != "count":
        return None
    same = {*indicator.pair}
    for name, other in material.project.indicators.items():
        ways = ((one.from_, one.when, one.open, one.where, one.distinct) for one in (indicator, other))
        if other.per is not None and len(set(ways)) == 1:
            same.add(name)
    rates = (material.by_id[name] for name in same if name in material.by_id)
    return next((rate for rate in rates if material.indicator(rate).per is not None and _held(rate)), None)


def _held(finding: Finding) -> bool:
    return finding.leading is not None and finding.leading.value is not None


def _rate_text(material: Material, rate: Finding) -> str:
    """Return '53.0 per 10,000'."""
    indicator = material.indicator(rate)
    return f"{figure_text(rate.leading, indicator)} {unit_text(indicator)}".removesuffix(" children")


def _attention(material: Material) -> list[str]:
    """Return the first three exceptions; one that is safety critical leads, as in the director's summary."""
    concerns = [chosen.indicator for chosen in material.exceptions]
    critical = [name for name in concerns if material.project.indicators[name].safety_critical]
    return list(dict.fromkeys([*critical[:1], *concerns]))[:POINTERS]


def _pointer(material: Material, name: str) -> Pointer:
    """Return a measure's name, value and signals: '79.4%, off target, concerning'."""
    finding = material.by_id[name]
    indicator = material.indicator(finding)
    said = [figure_text(finding.leading, indicator)]
    if finding.status in ("on_target", "near_target", "off_target"):
        said.append(status_tag(finding).word.lower())
    if finding.spc.variation not in ("usual", "too_short"):
        said.append(variation_tag(finding).word.lower())
    return Pointer(short_name(indicator), ", ".join(said), page_of(material, finding))


def _demand(material: Material) -> Iterator[Finding]:
    """Yield measures of demand beyond their usual range, those of the journey and the flows first."""
    report = material.project.report
    known = [flow.stock for flow in report.flows] + [stage.indicator for stage in report.journey]
    found = [
        finding
        for finding in material.findings
        if material.indicator(finding).polarity == "neither"
        and material.indicator(finding).section in DEMAND_SECTIONS
        and finding.spc.variation in ("unusually_high", "unusually_low")
    ]
    yield from sorted(found, key=lambda finding: known.index(finding.indicator) if finding.indicator in known else 99)


def _messages(material: Material) -> Iterator[Message]:
    taken: set[str] = set()
    for label, names in _order(material):
        name = next((name for name in names if name not in taken), None)
        if name is not None and len(taken) < MESSAGES:
            taken.add(name)
            yield _one(material, label, material.by_id[name])


def _order(material: Material) -> Iterator[tuple[str, list[str]]]:
    concerns = [chosen.indicator for chosen in material.exceptions]
    critical = [name for name in concerns if material.project.indicators[name].safety_critical]
    good = [chosen.indicator for chosen in material.positives]
    yield "Safety", critical
    yield "Largest concern", concerns
    yield "Demand", [finding.indicator for finding in _demand(material)]
    yield "Going well", good
    yield "Workforce", _of_section(material, "workforce", concerns, good)
    yield "Quality of practice", _of_section(material, "quality", concerns, good)
    yield "Going well", good
    yield "Also a concern", concerns


def _of_section(material: Material, section: str, concerns: list[str], good: list[str]) -> list[str]:
    here = [finding.indicator for finding in material.findings if material.indicator(finding).section == section]
    ranked = [name for name in (*concerns, *good) if name in here]
    return list(dict.fromkeys([*ranked, *here]))


def _one(material: Material, label: str, finding: Finding) -> Message:
    indicator, leading = material.indicator(finding), finding.leading
    when = period_text(leading, indicator, finding.headline)
    made_of = base(leading, indicator)
    evidence = f"{when[:1].upper()}{when[1:]}{': ' if made_of else ''}{made_of}." if when else ""
    for rule, lines in EVIDENCE_LINES.items():
        longer = f"{evidence} {texts(finding.sentences, rule)}".strip()
        if lines_of(longer, PAGE_WIDTH) <= lines:
            evidence = longer
    return Message(
        label=label,
        text=f"{_title(material, finding)}.",
        evidence=evidence,
        link=_told_at(material, finding),
    )


def _told_at(material: Material, finding: Finding) -> Link:
    """Return the journey's page for a stock or stage that only the scorecard would show else."""
    report, link = material.project.report, page_of(material, finding)
    told = {*(flow.stock for flow in report.flows), *(stage.indicator for stage in report.journey)}
    return Link("journey") if finding.indicator in told and link.target.startswith("row-") else link
