"""Where officers' text belongs in the report, and what is missing; the text itself is never touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from carereport.commentary import Commentary
from carereport.faults import Fault
from carereport.figures import Revision
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.report.officer_text import to_html
from carereport.report.pages.material import Material, OfficerText
from carereport.report.reasons import missing_reasons
from carereport.wording.headlines import short_name


@dataclass(frozen=True)
class Place:
    """A place for officer text: its names as a file, its heading, and whether a final report needs it."""

    names: tuple[str, ...]
    heading: str
    question: str = ""
    required: bool = True


@dataclass(frozen=True)
class Ground:
    """What the words under a heading rest on, as their officer names it."""

    heading: str
    evidence: str


PLACES: Mapping[str, Place] = {
    "since": Place(
        ("since_the_quarter_ended", "since_quarter_ended", "since_quarter_end", "since"), "Since the quarter ended"
    ),
    "journey": Place(("journey", "demand", "need_or_practice"), "Need or practice?"),
    "risks": Place(("risks", "current_risks"), "Risks", "What could get worse?"),
    "quality": Place(("quality", "quality_assurance"), "Quality assurance", "Is the work any good?"),
    "send": Place(
        ("send", "special_educational_needs"), "Special educational needs", "Are plans made in time?", required=False
    ),
    "workforce": Place(("workforce",), "Workforce", "Who is doing it?"),
    "voice": Place(("voice", "voice_and_experience"), "Voice and experience", "What do children and families say?"),
    "equality": Place(("equality", "equality_view"), "Equality view", "Does it work for everyone?", required=False),
    "next_steps": Place(("next_steps",), "Next steps", "Who does what, by when?"),
    "look_ahead": Place(("look_ahead", "outlook"), "Look-ahead", "What next quarter?", required=False),
    "work_programme": Place(
        ("work_programme",), "Work programme and next meeting", "What might the commission look at?", required=False
    ),
}
"""The places of section 2 of the report reference that officers fill, in their order."""

EXCEPTION_PARTS: Mapping[str, tuple[str, ...]] = {
    "why": ("why", "why is this", "service explanation"),
    "doing": ("what are we doing", "doing", "actions", "what are we doing about it"),
    "difference": (
        "what difference has last quarters action made", "what difference has it made", "what difference",
        "difference",
    ),
    "back": ("back on track", "when will it be back on track", "when", "back on target"),
}  # fmt: skip
"""The headings of an exception's officer text; the first is the usual one."""
EXCEPTION_NAMES = {
    "why": "Why",
    "doing": "What are we doing",
    "difference": "What difference has last quarter's action made",
    "back": "Back on track",
}


def find(commentary: Mapping[str, Commentary], place: str) -> Commentary | None:
    """Return the officer text of a place, whichever of its names the file has."""
    return next((commentary[name] for name in PLACES[place].names if name in commentary), None)


def officer_text(material: Material, place: str, heading: int = 4) -> OfficerText:
    """Return the text of a place as HTML with headings from a level down, or what is needed there."""
    found = find(material.commentary, place)
    if found is None or not (found.body.strip() or found.sections):
        return OfficerText(
            "", needed=f"{PLACES[place].heading} (commentary/{material.quarter.name}/{PLACES[place].names[0]}.md)"
        )
    parts = [to_html(found.body, heading=heading, caption=PLACES[place].heading)] if found.body.strip() else []
    for title, text in found.sections.items():
        parts.append(to_html(f"# {title}\n\n{text}", heading=heading))
    return OfficerText("\n".join(parts), found.attribution)


def grounds(material: Material) -> tuple[Ground, ...]:
    """Return what officers say that their printed words rest on: places in their order, then exceptions."""
    places = [(place.heading, find(material.commentary, name)) for name, place in PLACES.items()]
    measures = [
        (short_name(material.project.indicators[one.indicator]), material.commentary.get(one.indicator))
        for one in material.exceptions
    ]
    return tuple(
        Ground(heading, held.evidence.rstrip(".")) for heading, held in (*places, *measures) if held and held.evidence
    )


def exception_part(material: Material, indicator: str, part: str) -> OfficerText:
    """Return one part of an exception's officer text, or what is needed."""
    found = material.commentary.get(indicator)
    text = part_text(found, part)
    if not text:
        return OfficerText("", needed=EXCEPTION_NAMES[part])
    return OfficerText(to_html(text), found.attribution if found else "")


def part_text(commentary: Commentary | None, part: str) -> str:
    """Return the Markdown of a part; an exception's body without headings stands for 'Why'."""
    if commentary is None:
        return ""
    text = next((held for name in EXCEPTION_PARTS[part] if (held := commentary.section(name).strip())), "")
    if not text and part == "why" and not commentary.sections:
        return commentary.body.strip()
    return text


def missing_text(
    exceptions: tuple[str, ...], project: Project, quarter: Quarter, commentary: Mapping[str, Commentary],
    revisions: Sequence[Revision] = (),
) -> list[Fault]:  # fmt: skip
    """Return an error for each officer text that a final report needs and has not, reasons for revisions included."""
    faults = missing_reasons(revisions, project, quarter, commentary)
    for place in PLACES.values():
        if not place.required:
            continue
        held = next((commentary[name] for name in place.names if name in commentary), None)
        file = f"commentary/{quarter.name}/{held.key if held else place.names[0]}.md"
        if held is None or not (held.body.strip() or held.sections):
            faults.append(_missing(f"officer text needed: {place.heading}", "write the file", file))
        elif not held.attribution:
            faults.append(_missing(f"{place.heading}: nobody is named", "give role and date in the front matter", file))
    for name in exceptions:
        held, file = commentary.get(name), f"commentary/{quarter.name}/{name}.md"
        for part, heading in EXCEPTION_NAMES.items():
            if not part_text(held, part):
                message = f"officer text needed: {project.indicators[name].name}: {heading}"
                faults.append(_missing(message, f"write it under ## {heading}", file))
        if held is not None and not held.attribution:
            message = f"{project.indicators[name].name}: nobody is named"
            faults.append(_missing(message, "give role and date in the front matter", file))
    return faults


def hidden_texts(material: Material) -> list[Fault]:
    """Return a note for each text of an indicator that no page shows: only exceptions' are, those listed included."""
    places = {name for place in PLACES.values() for name in place.names}
    shown = places | {one.indicator for one in material.exceptions}
    remedy = "only exceptions have one: added_exceptions in report.yaml makes it one"
    return [
        Fault("CM013", "note", f"officer text of {name} is not shown: it has no page in this report", remedy,
              f"commentary/{material.quarter.name}/{name}.md")
        for name in material.commentary if name in material.project.indicators and name not in shown
    ]  # fmt: skip


def too_long(indicator: str, material: Material) -> Fault:
    """Return the warning that an exception's officer text does not fit its page."""
    name = material.project.indicators[indicator].name
    return Fault(
        "CM011", "warning", f"{name}: the officer text is too long for one page",
        "shorten it: two or three sentences under each heading, three actions",
        f"commentary/{material.quarter.name}/{indicator}.md",
    )  # fmt: skip


def _missing(message: str, help_: str, file: str) -> Fault:
    return Fault("CM010", "error", message, help_, file)
