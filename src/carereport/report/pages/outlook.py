"""The look-ahead: what next quarter may bring, as intervals with their record; none where nothing is named for it."""

from __future__ import annotations

from dataclasses import dataclass

from carereport.figures import Finding
from carereport.judgement.look_ahead import RULE
from carereport.report.pages.material import Material, figure_text, short_period
from carereport.wording.headlines import short_months, short_name
from carereport.wording.numbers import number_text
from carereport.wording.outlook import LOOK_AHEAD, next_period


@dataclass(frozen=True)
class OutlookRow:
    """A measure whose interval is shown, with its latest quarter and the method's record."""

    name: str
    now: str
    now_period: str
    interval: str
    period: str
    record: str
    method: str


@dataclass(frozen=True)
class Outlook:
    """The intervals, sentences on those that are not shown, and the rule."""

    rows: tuple[OutlookRow, ...]
    not_shown: tuple[str, ...]
    rule: str


def outlook(material: Material) -> Outlook | None:
    """Return the look-ahead of the measures that report.yaml names, None where it names none."""
    held = [finding for finding in material.findings if finding.look_ahead is not None]
    if not held:
        return None
    return Outlook(
        rows=tuple(row for finding in held if (row := _row(material, finding)) is not None),
        not_shown=tuple(
            sentence.text
            for finding in held
            if finding.look_ahead is not None and finding.look_ahead.reason
            for sentence in finding.sentences
            if sentence.rule == LOOK_AHEAD
        ),
        rule=RULE,
    )


def _row(material: Material, finding: Finding) -> OutlookRow | None:
    ahead, indicator = finding.look_ahead, material.indicator(finding)
    if ahead is None or ahead.lower is None or ahead.upper is None or ahead.record is None:
        return None
    record = ahead.record
    return OutlookRow(
        name=short_name(indicator),
        now=figure_text(finding.value, indicator),
        now_period=short_period(finding.value, indicator, "quarter"),
        interval=f"between {number_text(ahead.lower)} and\N{NO-BREAK SPACE}{number_text(ahead.upper)}",
        period=short_months(next_period(ahead, indicator)),
        record=f"{number_text(record.inside)} of {number_text(record.quarters)} quarters",
        method=ahead.method[:1].upper() + ahead.method[1:],
    )
