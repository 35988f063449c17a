"""What must be there before a cover report can be final: officers' advice, names, dates; nothing is drawn here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from carereport.calendar import latest_publication_day
from carereport.commentary import plain
from carereport.faults import ConfigurationError, Fault, suggestion
from carereport.project import REPORT, Project
from carereport.quarters import Quarter, written
from carereport.report.branding import branding_faults
from carereport.report.profile import Part, read_profile

if TYPE_CHECKING:
    from carereport.commentary import Commentary

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def form_faults(project: Project) -> list[Fault]:
    """Return what is wrong with the profile, the colour, the logo and the fonts that report.yaml names."""
    faults = branding_faults(project)
    try:
        read_profile(project)
    except ConfigurationError as error:
        faults += error.faults
    return faults


def cover_faults(
    project: Project, quarter: Quarter, commentary: Mapping[str, Commentary], today: date | None
) -> list[Fault]:
    """Return what a build finds wrong of texts and days; on the day of a final one also what its cover report lacks."""
    formed = not form_faults(project)
    read = not any(fault.severity == "error" for fault in project.faults)  # else not every indicator is known
    faults = unplaced_texts(project, quarter, commentary) if formed and read else []
    faults += early_meeting(project, quarter)
    if formed and today is not None:
        faults += [*missing_for_cover(project, quarter, commentary), *late_publication(project, today)]
    return faults


def missing_for_cover(project: Project, quarter: Quarter, commentary: Mapping[str, Commentary]) -> list[Fault]:
    """Return an error for everything that a final cover report needs and has not.

    Raises:
        ConfigurationError: the profile does not exist or cannot be read.
    """
    faults = []
    for part in read_profile(project).parts:
        if part.source != "officer" or not part.required:
            continue
        held, file = officer_of(commentary, part), f"commentary/{quarter.name}/{part.id}.md"
        if not words_of(held, part):
            faults.append(Fault("CM010", "error", f"officer text needed: {part.heading}", "write the file", file))
        elif held is not None and not (held.owner and held.role and held.date):
            help_ = "give owner, role and date in the front matter"
            faults.append(Fault("CM010", "error", f"{part.heading}: who gave the advice is not named", help_, file))
    report = project.report
    for what, given in (("the day of the meeting", report.committee.meeting), ("a director", report.director),
                        ("an author with a contact", report.author and report.author.contact)):  # fmt: skip
        if not given:
            line, position, text = project.locate(REPORT, ())
            faults.append(Fault("CV002", "error", f"a final cover report needs {what}", "write it, or build a draft",
                                REPORT, line, None, position, 1, text))  # fmt: skip
    return faults


def unplaced_texts(project: Project, quarter: Quarter, commentary: Mapping[str, Commentary]) -> list[Fault]:
    """Return a warning for each officer text that no page shows, since no indicator or place has its name."""
    from carereport.report.pages.officers import PLACES
    from carereport.report.reasons import NAME, misplaced_reasons

    places = [name for place in PLACES.values() for name in place.names]
    parts = [part.id for part in read_profile(project).parts if part.source == "officer"]
    known = [*project.indicators, *places, *parts, "implications", NAME]
    first = ", ".join(place.names[0] for place in PLACES.values())
    misplaced = misplaced_reasons(project, quarter, commentary)
    return [*misplaced, *_unread_parts(project, quarter, commentary, places), *(
        Fault("CM005", "warning", f"no indicator and no place of the report is named {name}: the text is not shown",
              suggestion(name, known) or f"name the file after an indicator, or one of {first}",
              f"commentary/{quarter.name}/{name}.md", 1)
        for name in commentary if name not in known
    )]  # fmt: skip


def _unread_parts(
    project: Project, quarter: Quarter, commentary: Mapping[str, Commentary], places: Collection[str]
) -> Iterator[Fault]:
    """Yield a warning for what an indicator's file says outside the headings that an exception's page has."""
    from carereport.report.pages.officers import EXCEPTION_NAMES, EXCEPTION_PARTS

    known = {plain(name): name for names in EXCEPTION_PARTS.values() for name in names}
    remedy = f"write it under one of {', '.join(EXCEPTION_NAMES.values())}"
    for name, held in commentary.items():
        if name not in project.indicators or name in places:
            continue
        file = f"commentary/{quarter.name}/{name}.md"
        for title in held.sections:
            if plain(title) not in known:
                message = f"no part of an exception's page is named {title}: what stands under it is not shown"
                yield Fault("CM014", "warning", message, suggestion(title, EXCEPTION_NAMES.values()) or remedy, file)
        if held.body and held.sections:
            yield Fault("CM014", "warning", "what stands above the first heading is not shown", remedy, file)


def early_meeting(project: Project, quarter: Quarter) -> list[Fault]:
    """Return a warning where the meeting lies before the quarter's end: it is the last quarter's still."""
    meeting = project.report.committee.meeting
    if meeting is None or meeting > quarter.end:
        return []
    line, position, text = project.locate(REPORT, ("committee", "meeting"))
    message = f"the meeting, {written(meeting)}, lies before the end of {quarter.name}"
    return [Fault("CV004", "warning", message, "name the meeting that this quarter's report goes to", REPORT, line,
                  None, position, 1, text)]  # fmt: skip


def late_publication(project: Project, today: date) -> list[Fault]:
    """Return a warning where the last day to publish before the meeting has passed."""
    meeting = project.report.committee.meeting
    if meeting is None or today <= (last := latest_publication_day(meeting, project.report.closure_days)):
        return []
    line, position, text = project.locate(REPORT, ("committee", "meeting"))
    message = f"papers for this meeting were to be published by {weekday_and_date(last)}: five clear days"
    return [Fault("CV003", "warning", message, "ask the chair to take the item as urgent, or take a later meeting",
                  REPORT, line, None, position, 1, text)]  # fmt: skip


def weekday_and_date(day: date) -> str:
    """Return 'Thursday 6 November 2025'."""
    return f"{DAYS[day.weekday()]} {written(day)}"


def officer_of(commentary: Mapping[str, Commentary], part: Part) -> Commentary | None:
    """Return the file of that name, or `implications.md` where it has a section for the part."""
    found = commentary.get(part.id)
    if found is not None or not part.id.startswith("implications_"):
        return found
    whole = commentary.get("implications")
    return whole if whole is not None and whole.section(_short(part)) else None


def _short(part: Part) -> str:
    return part.id.removeprefix("implications_")


def words_of(held: Commentary | None, part: Part) -> str:
    """Return the part's Markdown, '' where nobody wrote it."""
    if held is None:
        return ""
    if held.key == part.id:
        return "\n\n".join([held.body, *(f"#### {name}\n\n{text}" for name, text in held.sections.items())]).strip()
    return held.section(_short(part)).strip()
