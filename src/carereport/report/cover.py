"""The cover report under the committee's own headings: what its template prints, from findings, settings and officers.

Implications and consultation are officers' words only; nothing is generated in their place (report
reference, sections 1.2 to 1.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from carereport.calendar import latest_publication_day
from carereport.commentary import Commentary
from carereport.project import Project
from carereport.quarters import written
from carereport.report.branding import Look
from carereport.report.context import ReportContext
from carereport.report.cover_checks import officer_of, weekday_and_date, words_of
from carereport.report.officer_text import table_rows, to_html
from carereport.report.pages.lists import lists_of
from carereport.report.pages.material import Material, OfficerText
from carereport.report.pages.notes import SIX_WEEKS
from carereport.report.pages.officers import find
from carereport.report.profile import Part, Profile, read_profile
from carereport.report_settings import ExemptPaper, Officer, schedule_paragraphs
from carereport.wording.headlines import finding_title
from carereport.wording.numbers import plural

MOST_TITLES = 3
CONCERNS = "the exceptions section of Appendix 1"


@dataclass(frozen=True)
class Group:
    """Paragraphs under a small heading of the detailed report."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    officer: OfficerText | None = None


@dataclass(frozen=True)
class CoverPart:
    """One heading of the template with what stands under it."""

    id: str
    number: str
    heading: str
    level: int
    rows: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    items: tuple[str, ...] = ()
    """Lettered in the recommendations, plain elsewhere."""
    lettered: bool = False
    paragraphs: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    officer: OfficerText | None = None


@dataclass(frozen=True)
class CoverReport:
    """The cover report."""

    title: str
    council: str
    footer: str
    mark: str
    audience: str
    look: Look
    front: tuple[tuple[str, str], ...]
    parts: tuple[CoverPart, ...]


def cover_report(material: Material, context: ReportContext) -> CoverReport:
    """Return the cover report in the profile that report.yaml names.

    Raises:
        ConfigurationError: the profile does not exist or cannot be read.
    """
    profile = read_profile(material.project)
    title = _subject(material.project, context)
    return CoverReport(
        title=title,
        council=context.council,
        footer=context.footer if material.audience == "exempt" else f"{context.footer}, cover report",
        mark=context.mark,
        audience=context.audience,
        look=context.look,
        front=tuple((line.label, _front(material, context, line.field)) for line in profile.front),
        parts=tuple(_part(material, context, profile, part) for part in profile.parts),
    )


# ------------------------------------------------------------------- front


def _subject(project: Project, context: ReportContext) -> str:
    usual = f"{project.report.service}: {context.performance.title} and quality assurance"
    return project.report.cover.subject or usual


def _front(material: Material, context: ReportContext, field: str) -> str:
    report, cover = material.project.report, material.project.report.cover
    contact = report.author.contact if report.author else ""
    held: dict[str, str] = {
        "committee": report.committee.name,
        "meeting": weekday_and_date(report.committee.meeting) if report.committee.meeting else "",
        "director": _who(report.director),
        "author": ", ".join(part for part in (_who(report.author), contact) if part),
        "contact": contact,
        "wards": cover.wards,
        "subject": _subject(material.project, context),
        "portfolio_holder": cover.portfolio_holder,
        "release": "Not for publication" if cover.private or material.audience != "public" else "For general release",
        "version": cover.version,
    }
    return held[field] or "not given"


def _who(officer: Officer | None) -> str:
    return ", ".join(part for part in (officer.name, officer.role) if part) if officer else ""


# ------------------------------------------------------------------- parts


def _part(material: Material, context: ReportContext, profile: Profile, part: Part) -> CoverPart:
    level = 3 if "." in part.numbering else 2
    base = CoverPart(part.id, part.numbering, part.heading, level)
    if part.source == "officer":
        if not part.required and not words_of(officer_of(material.commentary, part), part):
            return replace(base, paragraphs=("None.",))
        return replace(base, officer=_officer_text(material, part))
    made = _MADE.get(part.id)
    if part.text:
        base = replace(base, paragraphs=(part.text,))
        made = made if part.id == "private" else None
    return made(material, context, profile, base) if made is not None else base


def _useful(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    labels = (("Ward(s) affected", "wards"), ("Report author", "author"), ("Author contact details", "contact"),
              ("Report version number", "version"))  # fmt: skip
    rows = [(label, _front(material, context, field)) for label, field in labels]
    rows[1] = (rows[1][0], _who(material.project.report.author) or "not given")
    return replace(part, rows=tuple(rows))


def _purpose(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    text = "It shows how well the service does, how the quality of practice is checked, and what is done about it."
    return replace(part, paragraphs=(_covers(material), text))


def _covers(material: Material) -> str:
    report, quarter = material.project.report, material.quarter
    service = report.service[:1].lower() + report.service[1:]
    return (
        f"This report covers {service} in Quarter {quarter.number} of {quarter.financial_year}, "
        f"{quarter.year_to_date.label}, with data to {written(material.data_to)}."
    )


def _summary(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    """At most six sentences: what is covered, how many measures are on target, the three findings, what is asked."""
    count = f"{context.summary.title}."
    found = [text for text in context.performance.message if text != count]
    asked = "The recommendations say what members are asked to do."
    return replace(part, paragraphs=(_covers(material), " ".join([count, *found[:3]]), asked))


def _recommendations(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    report = material.project.report
    service = report.service[:1].lower() + report.service[1:]
    slots = {"service": service, "period": material.quarter.year_to_date.label, "concerns": CONCERNS}
    texts = tuple(report.cover.recommendations) or tuple(_filled(text, slots) for text in profile.recommendations)
    return replace(part, lead=profile.asked, items=texts, lettered=True)


def _filled(text: str, slots: Mapping[str, str]) -> str:
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _background(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    papers = tuple(material.project.report.cover.background_papers)
    return replace(part, items=papers) if papers else replace(part, paragraphs=("None.",))


def _appendices(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    def named(file: str) -> str:
        return ExemptPaper.file_name(file, material.quarter.name) if material.audience == "exempt" else file

    title = context.performance.title
    return replace(part, items=(
        f"Appendix 1: {title} ({named('report.pdf')}, and {named('report.html')} to read on screen)",
        f"Appendix 2: Figures, definitions and notes ({named('figures.xlsx')}; {named('figures.csv')} for machines)",
        f"Appendix 3: Presentation ({named('slides.pptx')})",
    ))  # fmt: skip


def _private(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    report = material.project.report
    exempt = report.exempt if material.audience == "exempt" else None
    held = exempt or report.cover.private
    if held is None:
        return part if part.paragraphs else replace(part, paragraphs=("No.",))
    decided = f", {written(exempt.date)}" if exempt else ""
    return replace(part, paragraphs=(
        f"Yes. Not for publication: exempt under {schedule_paragraphs(held.paragraphs)} to the Local Government "
        f"Act 1972. {held.reason}",
        f"Public interest: {held.public_interest} ({held.approved_by}{decided})",
    ))  # fmt: skip


def _key(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    return replace(part, paragraphs=("Yes." if material.project.report.cover.key_decision else "No.",))


def _detail(material: Material, context: ReportContext, profile: Profile, part: CoverPart) -> CoverPart:
    """The detailed report, in the order in which members heard the update it is modelled on."""
    said: set[str] = set()
    messages = tuple(f"{one.label}. {one.text} {one.evidence}" for one in context.summary.messages)
    groups = [
        Group("How recent the figures are", tuple(_recency(material, context))),
        Group("Headline messages", messages),
        Group("Since the quarter ended", officer=context.summary.since),
        _officer_list(material, "risks", "Risks"),
        _titles(material, "workforce", "Workforce", said),
        Group("Positive performance", tuple(f"{block.title}." for block in context.positives.blocks)
              if context.positives else ("No measure has improved beyond chance.",)),
        _titles(material, "", "Timeliness", said),
        _titles(material, "care", "Placements and care", said),
        _titles(material, "quality", "Quality assurance", said),
        _officer_list(material, "next_steps", "Next steps"),
    ]  # fmt: skip
    return replace(part, groups=tuple(group for group in groups if group.paragraphs or group.officer is not None))


def _recency(material: Material, context: ReportContext) -> Iterator[str]:
    """Yield how old the data is, and by when papers must be published."""
    quarter, report = material.quarter, material.project.report
    draft_by = quarter.end + SIX_WEEKS
    if material.as_at is not None and material.as_at >= quarter.end:
        days = plural((material.as_at - quarter.end).days, "day", "days")
        yield f"The data was extracted on {written(material.as_at)}, {days} after the quarter ended."
    yield f"A complete draft is aimed at within six weeks of the quarter's end, by {written(draft_by)}."
    if report.committee.meeting is not None:
        last = latest_publication_day(report.committee.meeting, report.closure_days)
        yield f"The latest day to publish is {weekday_and_date(last)}, which leaves five clear days before the meeting."
    if context.performance.age:
        yield context.performance.age


def _titles(material: Material, section: str, heading: str, said: set[str]) -> Group:
    """A section's leading measures, or those that say whether things happen in time, a sentence each, said once."""
    held = [
        finding
        for finding in material.findings
        if finding.leading is not None and finding.leading.value is not None
        if finding.indicator not in said and material.indicator(finding).scorecard
        if (material.indicator(finding).section == section if section else material.indicator(finding).process_measure)
    ]
    order = [one.indicator for one in (*material.exceptions, *material.positives)]
    held.sort(key=lambda finding: order.index(finding.indicator) if finding.indicator in order else len(order))
    said.update(finding.indicator for finding in held[:MOST_TITLES])
    titles = [finding_title(one, material.indicator(one), material.quarter).text for one in held[:MOST_TITLES]]
    return Group(heading, tuple(f"{title}." for title in titles))


def _officer_list(material: Material, place: str, heading: str) -> Group:
    """The first column of an officer's table, since the whole of it stands in Appendix 1."""
    held = find(material.commentary, place)
    listed = lists_of(material, place)
    if listed:
        who = listed[0].widths.index("person")
        texts = "\n".join(f"- {row[0].text} ({row[who].text})" for row in listed[0].rows)
        return Group(heading, officer=OfficerText(to_html(texts), held.attribution if held else listed[0].caption))
    if held is None:
        return Group(heading, officer=OfficerText("", needed=heading))
    rows = table_rows("\n\n".join([held.body, *held.sections.values()]))[1:]
    if not rows:
        return Group(heading, officer=OfficerText(to_html(held.body), held.attribution))
    owner = _column(held, "owner", "who")
    texts = "\n".join(f"- {row[0]}" + (f" ({row[owner]})" if owner and len(row) > owner else "") for row in rows)
    return Group(heading, officer=OfficerText(to_html(texts), held.attribution))


def _column(held: Commentary, *names: str) -> int | None:
    head = [cell.lower() for cell in table_rows("\n\n".join([held.body, *held.sections.values()]))[0]]
    return next((head.index(name) for name in names if name in head), None)


# ---------------------------------------------------------------- officers


def _officer_text(material: Material, part: Part) -> OfficerText:
    held = officer_of(material.commentary, part)
    text = words_of(held, part)
    if held is None or not text:
        return OfficerText("", needed=f"{part.heading} (commentary/{material.quarter.name}/{part.id}.md)")
    who = ", ".join(word for word in (held.owner, held.role, held.date) if word)
    return OfficerText(to_html(text, heading=4 if "." in part.numbering else 3), who)


_MADE: Mapping[str, Callable[[Material, ReportContext, Profile, CoverPart], CoverPart]] = {
    "useful_information": _useful,
    "purpose": _purpose,
    "summary": _summary,
    "recommendations": _recommendations,
    "detail": _detail,
    "background_papers": _background,
    "appendices": _appendices,
    "private": _private,
    "key_decision": _key,
}
