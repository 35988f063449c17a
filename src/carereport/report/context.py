"""From findings to the frozen values that the templates print: which pages there are and what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carereport.charts.theme import choose_fonts
from carereport.commentary import Commentary
from carereport.faults import Fault
from carereport.figures import Finding, Revision
from carereport.judgement.selection import exceptions
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.report.branding import Look, look_of
from carereport.report.pages.definitions import DefinitionSection, definitions
from carereport.report.pages.equality import EqualityView, equality_view
from carereport.report.pages.exceptions import Exceptions, exception_pages
from carereport.report.pages.journey import Journey, SmallChart, journey, small_charts
from carereport.report.pages.lists import Levels, ListTable, lists_of, maturity
from carereport.report.pages.material import (
    Material,
    OfficerText,
    Tag,
    figure_text,
    legend,
    status_tag,
    target_words,
    variation_tag,
    withheld_mark,
)
from carereport.report.pages.mixes import Mix, audit_grades
from carereport.report.pages.notes import Notes, notes
from carereport.report.pages.officers import PLACES, find, missing_text, officer_text
from carereport.report.pages.outlook import Outlook, outlook
from carereport.report.pages.performance import Performance, Summary, performance, summary
from carereport.report.pages.positives import Positives, positive_page
from carereport.report.pages.scorecard import Scorecard, scorecard
from carereport.report.pages.several import Several, several
from carereport.side_by_side import both
from carereport.wording.headlines import short_name

OFFICER_PAGES = (
    "risks", "quality", "workforce", "send", "voice", "equality", "next_steps", "look_ahead", "work_programme",
)  # fmt: skip
WHOLE = ("quality", "send")
"""Sections that show all their measures, those outside the scorecard too."""


@dataclass(frozen=True)
class SmallRow:
    """A measure in the small table of an officer page."""

    id: str
    name: str
    year_ago: str
    previous: str
    now: str
    target: str
    status: Tag
    variation: Tag


@dataclass(frozen=True)
class OfficerPage:
    """A page in officers' words, with the section's figures where there is one."""

    id: str
    heading: str
    question: str
    text: OfficerText
    rows: tuple[SmallRow, ...]
    legend: tuple[str, ...]
    several: Several | None
    charts: tuple[SmallChart, ...]
    lists: tuple[ListTable, ...]
    """The council's own lists: the risk register, the action tracker."""
    mix: Mix | None
    levels: Levels | None
    equality: EqualityView | None
    outlook: Outlook | None


@dataclass(frozen=True)
class ReportContext:
    """Everything the templates may print."""

    title: str
    council: str
    area: str
    footer: str
    mark: str
    audience: str
    draft: bool
    look: Look
    quarter: str
    quarter_heads: tuple[tuple[str, str], ...]
    performance: Performance
    summary: Summary
    journey: Journey | None
    scorecard: Scorecard
    exceptions: Exceptions
    positives: Positives | None
    officer_pages: tuple[OfficerPage, ...]
    notes: Notes
    definitions: tuple[DefinitionSection, ...]


def report_context(
    material: Material, spare: Mapping[str, float] | None = None, *, beside: bool = False
) -> ReportContext:
    """Return the report's values. Nothing here looks at figures that were not disclosed.

    `spare` are the millimetres to leave free on the pages of the exceptions it names. With `beside`, the
    later pages are made in a second process meanwhile, whose drawings nobody remembers.
    """
    report, quarter = material.project.report, material.quarter
    look = look_of(material.project)
    choose_fonts(look.fonts.get("text"), look.fonts.get("bold"))
    first = performance(material)

    def front() -> tuple[Summary, Journey | None, Scorecard, Exceptions]:
        return summary(material), journey(material), scorecard(material), exception_pages(material, spare or {})

    def back() -> tuple[Positives | None, tuple[OfficerPage, ...], Notes, tuple[DefinitionSection, ...]]:
        pages = tuple(_officer_page(material, place) for place in OFFICER_PAGES if _wanted(material, place))
        return positive_page(material), pages, notes(material), definitions(material)

    (told, path, score, pages), (good, officer_pages, data_notes, defined) = (
        both(front, back) if beside else (front(), back())
    )
    marks = ("" if material.audience == "public" else "Not for publication", "Draft" if material.draft else "")
    return ReportContext(
        title=f"{report.service}: {first.title}, {report.council.name}",
        council=report.council.name,
        area=report.council.called,
        footer=withheld_mark(material)
        if material.audience == "exempt"
        else f"{report.service}, Quarter {quarter.number} {quarter.financial_year}",
        mark=" · ".join(word for word in marks if word),
        audience=material.audience,
        draft=material.draft,
        look=look,
        quarter=quarter.label,
        quarter_heads=tuple(
            (f"Q{q.number}", q.financial_year) for q in (quarter.shift(-4), quarter.previous(), quarter)
        ),
        performance=first,
        summary=told,
        journey=path,
        scorecard=score,
        exceptions=pages,
        positives=good,
        officer_pages=officer_pages,
        notes=data_notes,
        definitions=defined,
    )


def missing_officer_text(
    findings: tuple[Finding, ...], project: Project, quarter: Quarter, commentary: Mapping[str, Commentary],
    revisions: Sequence[Revision] = (),
) -> list[Fault]:  # fmt: skip
    """Return an error for each officer text that a final report needs and has not."""
    chosen = exceptions(findings, project)[: project.report.exceptions]
    return missing_text(tuple(one.indicator for one in chosen), project, quarter, commentary, revisions)


def _wanted(material: Material, place: str) -> bool:
    """A place that is not required is printed only where an officer wrote something, or figures stand in it."""
    if PLACES[place].required or find(material.commentary, place) is not None:
        return True
    if place == "look_ahead":
        return outlook(material) is not None
    if place == "equality":
        return equality_view(material) is not None
    return any(id_ == place for id_, _, _ in material.sections)


def _officer_page(material: Material, place: str) -> OfficerPage:
    held = find(material.commentary, place)
    rows = tuple(
        SmallRow(
            id=finding.indicator,
            name=short_name(material.indicator(finding)),
            year_ago=figure_text(finding.same_quarter_last_year, material.indicator(finding)),
            previous=figure_text(finding.previous, material.indicator(finding)),
            now=figure_text(finding.value, material.indicator(finding)),
            target=target_words(material.indicator(finding), material.quarter),
            status=status_tag(finding),
            variation=variation_tag(finding),
        )
        for id_, _, findings in material.sections
        if id_ == place
        for finding in findings
        if material.indicator(finding).scorecard or place in WHOLE
    )
    text = officer_text(material, place, heading=3)
    lists = lists_of(material, place)
    if text.needed and (lists or not PLACES[place].required):
        text = OfficerText("")
    return OfficerPage(
        id=place,
        heading=PLACES[place].heading,
        question=(held.title if held and held.title else "") or PLACES[place].question,
        text=text,
        several=(together := several(material, place)),
        charts=small_charts(material, place) if together is None else (),
        lists=lists,
        mix=audit_grades(material) if place == "quality" else None,
        levels=maturity(material) if place == "quality" else None,
        equality=equality_view(material) if place == "equality" else None,
        outlook=outlook(material) if place == "look_ahead" else None,
        rows=rows,
        legend=legend([text for row in rows for text in (row.year_ago, row.previous, row.now)]),
    )
