"""One statement for a member: an indicator's sentences in the order they are read, and its warnings; no numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from carereport.figures import Finding, Sentence
from carereport.quarters import Quarter
from carereport.settings import Indicator
from carereport.wording.comparisons import comparisons
from carereport.wording.sentences import cautions, change, level, signals, target
from carereport.wording.variation import assurance, variation

if TYPE_CHECKING:
    from carereport.project import Project

ORDER = (level, target, signals, change, variation, assurance, comparisons, cautions)


def write_sentences(finding: Finding, indicator: Indicator, quarter: Quarter) -> tuple[Sentence, ...]:
    """Return what the figures say of one indicator, in the order a member reads.

    Level with its base, target, change with its evidence, comparison with its evidence, and what
    cannot be said (judgement: one statement for a member).
    """
    return tuple(sentence for part in ORDER for sentence in part(finding, indicator, quarter))


def word_findings(findings: Sequence[Finding], project: Project, quarter: Quarter) -> tuple[Finding, ...]:
    """Return the findings with their sentences."""
    return tuple(
        replace(found, sentences=write_sentences(found, project.indicators[found.indicator], quarter))
        for found in findings
    )
