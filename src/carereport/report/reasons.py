"""Why published figures were revised, in officers' words: which reason of revisions.md belongs to which figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from carereport.commentary import Commentary
from carereport.faults import Fault, suggestion
from carereport.figures import Revision
from carereport.project import Project
from carereport.quarters import Quarter, month_end
from carereport.report.officer_text import paragraphs

NAME = "revisions"
"""The file: its body is the reason for all; under `## indicator` or `## indicator, Q1-2025` stands one's own."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Reason:
    """A reason, and the figures it is given for: of an indicator, in the days from `start` to `end`."""

    text: str
    indicator: str = ""
    start: date = date.min
    end: date = date.max

    def covers(self, revision: Revision) -> bool:
        return self.indicator in ("", revision.indicator) and self.start <= revision.now.end <= self.end


def reasons(commentary: Mapping[str, Commentary]) -> tuple[Reason, ...]:
    """Return the reasons that officers gave, the most particular first: of a month, a quarter, an indicator, of all."""
    held = commentary.get(NAME)
    if held is None:
        return ()
    found = [Reason(_words(text), *place) for title, text in held.sections.items() if (place := _place(title))]
    found = sorted(found, key=lambda reason: reason.end.toordinal() - reason.start.toordinal())
    return tuple(reason for reason in (*found, Reason(_words(held.body))) if reason.text)


def reason_of(revision: Revision, given: Sequence[Reason]) -> str:
    """Return the officer's reason for a revision, '' where none is given."""
    return next((reason.text for reason in given if reason.covers(revision)), "")


def missing_reasons(
    revisions: Sequence[Revision], project: Project, quarter: Quarter, commentary: Mapping[str, Commentary]
) -> list[Fault]:
    """Return an error for each indicator with a revision that a final report must give a reason for, and has none."""
    given, file = reasons(commentary), f"commentary/{quarter.name}/{NAME}.md"
    lacking = dict.fromkeys(one.indicator for one in revisions if not reason_of(one, given))
    faults = [
        Fault("CM010", "error", f"officer text needed: why {project.indicators[name].name} was revised since published",
              f"write the reason under ## {name}, or one for all figures above the first heading", file)
        for name in lacking
    ]  # fmt: skip
    held = commentary.get(NAME)
    if revisions and held is not None and not held.attribution:
        faults.append(Fault("CM010", "error", "reasons for revisions: nobody is named",
                            "give role and date in the front matter", file))  # fmt: skip
    return faults


def misplaced_reasons(project: Project, quarter: Quarter, commentary: Mapping[str, Commentary]) -> Iterator[Fault]:
    """Yield a warning for each heading of revisions.md that names no indicator, or a period that is none."""
    held = commentary.get(NAME)
    for title in held.sections if held is not None else ():
        name = title.partition(",")[0].strip()
        if name not in project.indicators:
            message = f"no indicator is named {name}: the reason is not shown"
            remedy = suggestion(name, project.indicators) or "head each reason with an indicator of indicators.yaml"
        elif _place(title) is None:
            message = f"the period after {name} cannot be read: the reason is not shown"
            remedy = "write Q1-2025 or 2025-06"
        else:
            continue
        yield Fault("CM012", "warning", message, remedy, f"commentary/{quarter.name}/{NAME}.md")


def _place(title: str) -> tuple[str, date, date] | None:
    """Return indicator, first and last day that a heading names; None where its period is none."""
    name, _, period = (part.strip() for part in title.partition(","))
    if not period:
        return name, date.min, date.max
    month = _MONTH.fullmatch(period)
    if month:
        first = date(int(month[1]), int(month[2]), 1)
        return name, first, month_end(first)
    try:
        quarter = Quarter.parse(period)
    except ValueError:
        return None
    return name, quarter.start, quarter.end


def _words(text: str) -> str:
    """Return a reason as one line of plain text; tables and headings have no place in it."""
    line = " ".join(paragraphs(text)).strip()
    return line if not line or line[-1] in ".!?" else f"{line}."
