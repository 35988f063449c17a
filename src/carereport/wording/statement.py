"""One statement for a member: an indicator's sentences in the order they are read, and its warnings; no numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from carereport.figures import Finding, Sentence
from carereport.judgement.together import Side, flattering_pairs
from carereport.quarters import Quarter
from carereport.settings import Indicator
from carereport.wording.comparisons import comparisons
from carereport.wording.completeness import completeness, needed_field
from carereport.wording.outlook import look_ahead_sentences
from carereport.wording.revisions import revised
from carereport.wording.sentences import cautions, change, level, mid_sentence, shown, signals, target
from carereport.wording.variation import assurance, variation

if TYPE_CHECKING:
    from carereport.project import Project

ORDER = (level, target, signals, change, variation, assurance, comparisons, cautions, completeness, revised)


def write_sentences(finding: Finding, indicator: Indicator, quarter: Quarter) -> tuple[Sentence, ...]:
    """Return what the figures say of one indicator, in the order a member reads.

    Level with its base, target, change with its evidence, comparison with its evidence, and what
    cannot be said (judgement: one statement for a member).
    """
    return tuple(sentence for part in ORDER for sentence in part(finding, indicator, quarter))


def word_findings(findings: Sequence[Finding], project: Project, quarter: Quarter) -> tuple[Finding, ...]:
    """Return the findings with their sentences, those on what must be read beside them included."""
    findings = with_needs(findings, project)
    beside: dict[str, list[Sentence]] = {}
    by_id = {finding.indicator: finding for finding in findings}
    for pair in flattering_pairs(findings, project):
        said = read_beside(by_id[pair.other], project.indicators[pair.other], pair.side)
        beside.setdefault(pair.indicator, []).append(said)
    return tuple(
        replace(
            found,
            sentences=(
                *write_sentences(found, project.indicators[found.indicator], quarter),
                *beside.get(found.indicator, ()),
                *look_ahead_sentences(found, project.indicators[found.indicator]),
            ),
        )
        for found in findings
    )


def with_needs(findings: Sequence[Finding], project: Project) -> tuple[Finding, ...]:
    """Return the findings with the name of the field that records lack, where some do."""
    return tuple(
        replace(found, needs=needed_field(project.indicators[found.indicator], project))
        if found.leading is not None and found.leading.complete is not None
        else found
        for found in findings
    )


def read_beside(other: Finding, indicator: Indicator, side: Side) -> Sentence:
    """P1: what must be read beside a measure that looks good: 'Read this beside cases overdue: 109, off target.'"""
    words = {
        "off_target": "off target",
        "concerning": "worse than its usual range",
        "unusually_high": "unusually high",
        "unusually_low": "unusually low",
    }
    mid = mid_sentence(indicator.name)
    leading = other.leading
    if leading is None or leading.value is None:
        return Sentence(f"Read this beside {mid}: {words[side]}.", "P1")
    value = shown(leading, indicator)
    return Sentence(f"Read this beside {mid}: {value}, {words[side]}.", "P1", (value,))
