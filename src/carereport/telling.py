"""From judged findings to what a report's pages are made from: sentences, decimals, and what was met on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from carereport.checking import check_wording
from carereport.commentary import Commentary
from carereport.council_facts import CouncilFacts
from carereport.faults import Fault, add_new
from carereport.figures import Finding, Revision
from carereport.judgement.flows import check_flows
from carereport.project import Project
from carereport.quarters import Quarter
from carereport.report.pages.material import Material
from carereport.report.pages.officers import hidden_texts
from carereport.wording.precision import with_enough_decimals
from carereport.wording.statement import word_findings

if TYPE_CHECKING:
    from carereport.disclosure import Disclosed


def material_of(
    judged: tuple[Finding, ...], disclosed: Disclosed, project: Project, commentary: Mapping[str, Commentary],
    quarter: Quarter, audience: str, facts: CouncilFacts, faults: list[Fault], *, draft: bool,
) -> Material:  # fmt: skip
    """Word the findings and return all that the pages are made from; what is met on the way joins `faults`.

    Raises:
        CarereportError: a sentence prints a number that is no figure.
    """
    if not disclosed.rounded:
        add_new(faults, check_flows(judged, project, quarter))
    judged = with_revisions(judged, disclosed.revisions)
    project = with_enough_decimals(project, judged, quarter)
    findings = word_findings(judged, project, quarter)
    add_new(faults, check_wording(findings, project, commentary, quarter))
    material = Material(
        findings, disclosed, project, quarter, audience, draft, facts.as_at, tuple(faults), facts.set_aside, commentary,
        facts.shown,
    )  # fmt: skip
    add_new(faults, hidden_texts(material))
    return material


def with_revisions(judged: tuple[Finding, ...], revisions: tuple[Revision, ...]) -> tuple[Finding, ...]:
    """Return the findings with the revisions of their published figures."""
    if not revisions:
        return judged
    held: dict[str, list[Revision]] = {}
    for one in revisions:
        held.setdefault(one.indicator, []).append(one)
    return tuple(replace(found, revisions=tuple(held.get(found.indicator, ()))) for found in judged)
