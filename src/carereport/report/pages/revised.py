"""The part of the data notes on published figures that were revised: what moved, and why by officers' account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carereport.figures import Revision
from carereport.report.pages.material import Material, table_words
from carereport.report.reasons import NAME, reason_of, reasons
from carereport.wording.numbers import plural
from carereport.wording.revisions import revision_sentence, stated

MOST = 12
"""Sentences in the notes; the rest is in the spreadsheet."""
RULE = (
    "A published figure is listed here if its value has moved by more than 2% of what was published, or has come or "
    "gone. So it is if a number of children behind it has moved by more than five. That is the figure itself, the "
    "number that a rate counts, both numbers of a percentage, or how many a mean or median is based on. "
    "A percentage published as 50.0% is listed from 51.1% on. Smaller changes are marked [r] only."
)


@dataclass(frozen=True)
class Line:
    """W20 without its reason, and the measure it speaks of."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Reasoned:
    """Revisions that share a reason; an empty one is still needed."""

    lines: tuple[Line, ...]
    reason: str


@dataclass(frozen=True)
class Revised:
    """What the data notes say of revisions."""

    rule: str
    none: str
    """What stands where no figure is listed."""
    groups: tuple[Reasoned, ...]
    rest: str
    """How many more were revised, and where they are listed."""
    needed: str
    """The officer text that is needed, '' where all reasons are given."""
    attribution: str


def revised(material: Material) -> Revised:
    """Return the revisions of totals with their reasons, and how many others there are."""
    disclosed = material.disclosed
    held, given = disclosed.revisions, reasons(material.commentary)
    if not held:
        none = "No published figure has moved by that much." if disclosed.compared else (
            "No earlier report is on record, so no figure was compared with what was published before."
        )  # fmt: skip
        return Revised(RULE, none, (), "", "", "")
    shown = stated(held)[:MOST]
    groups: dict[str, list[Line]] = {}
    for one in shown:
        indicator = material.project.indicators[one.indicator]
        line = Line(indicator.name, revision_sentence(one, indicator).text)
        groups.setdefault(reason_of(one, given), []).append(line)
    source = material.commentary.get(NAME)
    lacking = any(not reason_of(one, given) for one in held)
    return Revised(
        rule=RULE,
        none="",
        groups=tuple(Reasoned(tuple(lines), reason) for reason, lines in groups.items()),
        rest=_rest(material, held, len(shown)),
        needed=f"Reasons for revisions (commentary/{material.quarter.name}/{NAME}.md)" if lacking else "",
        attribution=source.attribution if source and given else "",
    )


def _rest(material: Material, held: Sequence[Revision], shown: int) -> str:
    left = len(held) - shown
    where = f"All are listed in the {table_words(material.table_number('revisions'))}."
    if not left:
        return where
    groups = sum(one.breakdown != "total" for one in held)
    if left == 1:
        return f"A further figure{', that of a group,' if groups else ''} has moved by that much. {where}"
    those = f", {plural(groups, 'of them a figure of a group', 'of them figures of groups')}" if groups else ""
    return f"A further {plural(left, 'figure', 'figures')} have moved by that much{those}. {where}"
