"""What every page is made from, and the small parts that pages share; it lays nothing out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from carereport.commentary import Commentary
from carereport.disclosure import Disclosed
from carereport.faults import Fault
from carereport.figures import Figure, Finding, Sentence
from carereport.judgement.selection import Selected, exceptions, positives
from carereport.judgement.special_cause import points_up
from carereport.project import Project
from carereport.quarters import MONTHS, Quarter, written
from carereport.settings import Indicator
from carereport.wording.headlines import (
    POLARITY_WORDS,
    STATUS_WORDS,
    short_months,
    variation_word,
)
from carereport.wording.numbers import MARKERS, base_text, plural, unit_words, value_text
from carereport.wording.sentences import current_target, shown, target_text

if TYPE_CHECKING:
    from carereport.extracts import SetAside
    from carereport.report.shown import Row

SECTION_NAMES = {
    "front_door": "Help at the front door",
    "protection": "Protection",
    "care": "Children in our care",
    "care_leavers": "Care leavers",
    "send": "Special educational needs",
    "workforce": "Workforce",
    "quality": "Quality of practice",
}
"""Plain names of the usual sections, where report.yaml gives none."""
MOST_ROWS = 45
"""Rows of the scorecard; the rest stand in the spreadsheet."""
EMPTY = ("c", "x", "z")
"""Markers that stand instead of a number."""


@dataclass(frozen=True)
class Sheet:
    """A numbered table of the spreadsheet: what it holds and, of figures and groups, of which section."""

    kind: Literal["scorecard", "comparators", "figures", "groups", "revisions", "look_ahead"]
    section: str = ""
    """The section's id."""


@dataclass(frozen=True)
class Material:
    """Everything a page may speak of: disclosed figures only."""

    findings: tuple[Finding, ...]
    disclosed: Disclosed
    project: Project
    quarter: Quarter
    audience: str
    draft: bool
    as_at: date | None
    faults: tuple[Fault, ...]
    set_aside: tuple[SetAside, ...]
    commentary: Mapping[str, Commentary]
    shown: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """Rows of the council's own lists: risks, actions, maturity."""

    @cached_property
    def by_id(self) -> dict[str, Finding]:
        return {finding.indicator: finding for finding in self.findings}

    @cached_property
    def exceptions(self) -> tuple[Selected, ...]:
        """Every measure that scores as an exception, the highest first."""
        return exceptions(self.findings, self.project)

    @cached_property
    def positives(self) -> tuple[Selected, ...]:
        """Positive measures, never more than there are exceptions unless fewer of those exist than places."""
        return positives(self.findings, self.project)

    @property
    def data_to(self) -> date:
        """The day that the figures reach: the quarter's end, or the extraction where that came before."""
        return self.quarter.end if self.as_at is None else min(self.as_at, self.quarter.end)

    @property
    def exception_pages(self) -> tuple[Selected, ...]:
        """The exceptions that get a page."""
        return self.exceptions[: self.project.report.exceptions]

    @cached_property
    def scorecard_findings(self) -> tuple[Finding, ...]:
        """The measures of the scorecard, 45 at most: those with a target, cards and exceptions before others."""
        wanted = [finding for finding in self.findings if self.indicator(finding).scorecard]
        named = {*self.project.report.cards, *(chosen.indicator for chosen in self.exceptions)}
        ranked = sorted(wanted, key=lambda f: (f.indicator not in named, not self.indicator(f).target))
        kept = {finding.indicator for finding in ranked[:MOST_ROWS]}
        return tuple(finding for finding in wanted if finding.indicator in kept)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The measures that the pages show, whose definitions they print; the spreadsheet defines all."""
        report = self.project.report
        flows = (name for flow in report.flows for name in (flow.stock, *flow.joined, *flow.left))
        listed = (one.indicator for one in (*self.exceptions, *self.positives))
        pairs = (name for one in self.exception_pages for name in self.project.indicators[one.indicator].pair)
        stages = (stage.indicator for stage in report.journey)
        scorecard = (finding.indicator for finding in self.scorecard_findings)
        return frozenset((*scorecard, *report.cards, *report.look_ahead.indicators, *flows, *listed, *pairs, *stages))

    def indicator(self, finding: Finding) -> Indicator:
        return self.project.indicators[finding.indicator]

    @cached_property
    def sections(self) -> tuple[tuple[str, str, tuple[Finding, ...]], ...]:
        """(id, name, findings) in the order of report.yaml; sections it does not list come last."""
        names = {section.id: section.name for section in self.project.report.sections}
        for finding in self.findings:
            names.setdefault(self.indicator(finding).section, "")
        return tuple(
            (id_, name or SECTION_NAMES.get(id_, id_.replace("_", " ").capitalize()), held)
            for id_, name in names.items()
            if (held := tuple(f for f in self.findings if self.indicator(f).section == id_))
        )

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The spreadsheet's numbered tables in their order; those that would hold no row are left out."""
        neighbours, published = set(self.project.neighbours), self.project.benchmarks
        compared = any(
            found.benchmarks or any(held.area in neighbours for held in published.get(found.indicator, ()))
            for found in self.findings
        )
        total = self.disclosed.figures["breakdown"] == "total"
        names = self.disclosed.figures["indicator"]
        sheets = [Sheet("scorecard"), *([Sheet("comparators")] if compared else [])]
        kinds: tuple[Literal["figures", "groups"], ...] = ("figures", "groups")
        for kind, rows in zip(kinds, (total, ~total), strict=True):
            held = set(names[rows].unique())
            for id_, _, findings in self.sections:
                if any(finding.indicator in held for finding in findings):
                    sheets.append(Sheet(kind, id_))
        if self.disclosed.revisions:
            sheets.append(Sheet("revisions"))
        if any(finding.look_ahead is not None for finding in self.findings):
            sheets.append(Sheet("look_ahead"))
        return tuple(sheets)

    def table_number(self, kind: str, section: str = "") -> int:
        """Return the number of a table of the spreadsheet, 0 where there is none."""
        places = (place for place, s in enumerate(self.sheets, 1) if (s.kind, s.section) == (kind, section))
        return next(places, 0)

    def section_name(self, id_: str) -> str:
        return next((name for held, name, _ in self.sections if held == id_), id_)


@dataclass(frozen=True)
class Tag:
    """A word with a shape: the kind chooses the shape and the tint, the word says it."""

    kind: str
    word: str
    down: bool = False
    """Whether the triangle of an improvement points down, as the chart's does."""


@dataclass(frozen=True)
class OfficerText:
    """An officer's own words as safe HTML, who gives them, and what is missing where there are none."""

    html: str
    attribution: str = ""
    needed: str = ""


@dataclass(frozen=True)
class Link:
    """A pointer to a place in the report; the page number is set by the renderer."""

    target: str
    text: str = ""


def table_words(*numbers: int) -> str:
    """Return 'spreadsheet, table 3' or 'spreadsheet, tables 3 to 9', of numbers in a row; words stay on one line."""
    if len(numbers) == 1:
        return f"spreadsheet, table\N{NO-BREAK SPACE}{numbers[0]}"
    return f"spreadsheet, tables\N{NO-BREAK SPACE}{numbers[0]} to {numbers[-1]}"


def withheld_mark(material: Material) -> str:
    """Return what stands on every page of a paper that is not for the public; '' where it is."""
    exempt = material.project.report.exempt
    if material.audience == "exempt" and exempt is not None:
        return exempt.heading
    return "Not for publication" if material.audience == "internal" else ""


def status_tag(finding: Finding) -> Tag:
    """Return the status in words, with the name of its colour and shape."""
    return Tag(finding.status.replace("_", "-"), STATUS_WORDS[finding.status])


def variation_tag(finding: Finding) -> Tag:
    """Return the control chart's word, with the name of its icon: none where nothing is charted."""
    charted = finding.spc.chart != "none" and finding.spc.mean is not None
    kind = finding.spc.variation.replace("_", "-") if charted else "none"
    return Tag(kind, variation_word(finding), down=kind == "improving" and not _points_up(finding))


def _points_up(finding: Finding) -> bool:
    """Return whether the latest point's special cause is high: the side its mark points to in the charts."""
    known = [point for point in finding.spc.points if point.value is not None]
    return bool(known and points_up(known[-1].special))


def figure_text(figure: Figure | None, indicator: Indicator) -> str:
    """Return a figure with what stands beside it: '79%', '33% [u]', '[c]'; '–' where there is none."""
    if figure is None:
        return "–"
    text = shown(figure, indicator)
    beside = [] if text.startswith("[") else [f"[{m}]" for m in figure.marker.split() if m not in EMPTY]
    return " ".join([text, *beside])


def base(figure: Figure | None, indicator: Indicator) -> str:
    """Return what a figure is made of: '1,012 of 1,281', or '485 plans' for a rate; '' where unknown."""
    if figure is None or figure.value is None or figure.marker in EMPTY:
        return ""
    if indicator.figure_unit == "percent":
        return base_text(figure.numerator, figure.denominator)
    if indicator.per is not None and figure.numerator is not None:
        if indicator.things:
            return plural(figure.numerator, indicator.thing or indicator.things, indicator.things)
        return value_text(figure.numerator, "number")
    return ""


def unit_text(indicator: Indicator) -> str:
    """Return the unit in words where the value does not carry it: 'per 10,000 children'."""
    return unit_words(indicator.figure_unit).strip()


def period_text(figure: Figure | None, indicator: Indicator, kind: str) -> str:
    """Return the period of a figure in few words: 'July to September 2025', 'at 30 September 2025'."""
    if figure is None:
        return ""
    if indicator.is_snapshot or kind == "as_at":
        return f"at {written(figure.end)}"
    if kind == "rolling_12_months":
        return f"year to {MONTHS[figure.end.month - 1]} {figure.end.year}"
    return f"{MONTHS[figure.start.month - 1]} to {MONTHS[figure.end.month - 1]} {figure.end.year}"


def short_period(figure: Figure | None, indicator: Indicator, kind: str) -> str:
    """Return the period with short months, for a card: 'July to Sept 2025', 'at 30 Sept 2025'."""
    text = short_months(period_text(figure, indicator, kind))
    return text[:1].upper() + text[1:]


def target_words(indicator: Indicator, quarter: Quarter) -> str:
    """Return '85%', or '' without a target."""
    aim = current_target(indicator, quarter)
    return target_text(aim, indicator) if aim else ""


def target_basis(indicator: Indicator, quarter: Quarter) -> str:
    """Return who set the target: 'local', 'national', 'statutory', or '' where that is not said."""
    aim = current_target(indicator, quarter)
    return aim.basis or "" if aim else ""


def good_is(indicator: Indicator) -> str:
    """Return 'higher is better', 'lower is better' or 'neither'."""
    return POLARITY_WORDS[indicator.polarity]


def page_of(material: Material, finding: Finding) -> Link:
    """Return where the report says most of an indicator: its exception page, else its scorecard row."""
    chosen = {selected.indicator for selected in material.exception_pages}
    if finding.indicator in chosen:
        return Link(f"exception-{finding.indicator}")
    shown_positives = {selected.indicator for selected in positive_blocks(material)}
    if finding.indicator in shown_positives:
        return Link(f"positive-{finding.indicator}")
    shown_rows = {held.indicator for held in material.scorecard_findings}
    if finding.indicator in shown_rows:
        return Link(f"row-{finding.indicator}")
    return Link(f"about-{finding.indicator}" if finding.indicator in material.defined else "definitions")


def positive_blocks(material: Material) -> tuple[Selected, ...]:
    """Return the positives that are shown: four at most, and no more than there are exceptions, if any."""
    limit = min(4, max(len(material.exceptions), 1)) if material.exceptions else 4
    return material.positives[:limit]


def texts(sentences: Iterable[Sentence], *rules: str) -> str:
    """Return the sentences made by these rules of the phrase table, joined."""
    return " ".join(sentence.text for sentence in sentences if sentence.rule in rules)


def legend(shown_texts: Iterable[str]) -> tuple[str, ...]:
    """Return what each marker in the texts of a table means, and what their dashes stand for."""
    held = list(shown_texts)
    joined = " ".join(held)
    markers = [f"[{marker}] {meaning}" for marker, meaning in MARKERS.items() if f"[{marker}]" in joined]
    return (*markers, "– none, or not applicable") if "–" in held else tuple(markers)


def quarter_headings(quarters: Sequence[Quarter]) -> tuple[str, ...]:
    """Return 'Q2 2024/25', 'Q3', 'Q4', 'Q1 2025/26', 'Q2': the year where it starts or changes."""
    return tuple(
        f"Q{quarter.number}" if place and quarters[place - 1].year == quarter.year else quarter.label
        for place, quarter in enumerate(quarters)
    )


def at_quarter(finding: Finding, quarter: Quarter) -> Figure | None:
    """Return the finding's figure for a quarter."""
    return next((figure for figure in finding.quarters if figure.end == quarter.end), None)
