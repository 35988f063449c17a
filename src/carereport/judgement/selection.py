"""Chooses exceptions and positives by a printed rule, so that selection is not editorial; it words neither.

Exceptions: report reference, section "Exception page". Positives mirror it, and must rest on an
improvement beyond usual variation or a clear difference from the statistical neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carereport.figures import Finding
from carereport.judgement.declared import is_proportion
from carereport.judgement.rank import quarters_of_rank
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

EXCEPTION_RULE = (
    "A measure scores 4 if it is off target and consistently misses it, 2 if it is off target otherwise; "
    "3 for a concerning special cause; 3 if it is in the worst quarter of England and worse than its "
    "statistical neighbours by more than chance; 1 if it is near target and has worsened two quarters "
    "running. A measure marked as safety critical that scores at all scores 2 more. The highest scores "
    "come first; ties go to the measure that affects more children, then to the order of the scorecard. "
    "Of the safety critical ones the highest leads the first page. "
    "Officers may add a measure, with their reason, which is printed; they cannot remove one."
)
POSITIVE_RULE = (
    "Only measures with an improving special cause, or better than their statistical neighbours by more "
    "than chance, can be chosen, and none with a concerning special cause. A measure scores 4 if it is on "
    "target and consistently meets it, 2 if it is on target otherwise; 3 for an improving special cause; 3 if "
    "it is in the best quarter of England and better than its statistical neighbours by more than chance; 1 if "
    "it is near target and has improved two quarters running. Safety critical measures and ties are treated as "
    "for exceptions."
)


@dataclass(frozen=True)
class Selected:
    """A chosen measure with its score and what gave it, in words."""

    indicator: str
    score: int
    reasons: tuple[str, ...]
    affected: float
    """Children concerned: those for whom the better outcome did not happen, or did (positives)."""


def exceptions(findings: Sequence[Finding], project: Project) -> tuple[Selected, ...]:
    """Return every measure that scores, highest first; the report gives pages to the first few.

    Those that officers added with a reason stand first; the others follow and are never removed.
    """
    ranked = _ranked(findings, project, good=False)
    reasons = {added.indicator: added for added in project.report.added_exceptions}
    scored = {one.indicator: one for one in ranked}
    added = []
    for finding in findings:
        held = reasons.get(finding.indicator)
        if held is not None:
            own = scored.get(finding.indicator)
            affected = own.affected if own else _affected(finding, project.indicators[finding.indicator], good=False)
            said = f"added by officers: {held.reason} (approved by {held.approved_by})"
            score, words = (own.score, own.reasons) if own else (0, ())
            added.append(Selected(finding.indicator, score, (*words, said), affected))
    return (*added, *(one for one in ranked if one.indicator not in reasons))


def positives(findings: Sequence[Finding], project: Project) -> tuple[Selected, ...]:
    """Return every measure that may stand as positive, highest score first, mirrored from exceptions."""
    return _ranked(findings, project, good=True)


def _ranked(findings: Sequence[Finding], project: Project, good: bool) -> tuple[Selected, ...]:
    found = []
    for finding in findings:
        indicator = project.indicators[finding.indicator]
        worsening = finding.spc.variation == "concerning"
        if good and (worsening or (finding.spc.variation != "improving" and not _beyond_neighbours(finding, good))):
            continue
        score, reasons = _score(finding, indicator, good)
        if score:
            found.append(Selected(finding.indicator, score, reasons, _affected(finding, indicator, good)))
    return tuple(sorted(found, key=lambda chosen: (-chosen.score, -chosen.affected)))


def _score(finding: Finding, indicator: Indicator, good: bool) -> tuple[int, tuple[str, ...]]:
    state, word = ("on_target", "on target") if good else ("off_target", "off target")
    always = "consistently_meets" if good else "consistently_misses"
    special, moved = ("improving", "improved") if good else ("concerning", "worsened")
    reasons: list[tuple[int, str]] = []
    if finding.status == state:
        if finding.spc.assurance == always:
            reasons.append((4, f"{word} and {always.replace('_', ' ')} it"))
        else:
            reasons.append((2, word))
    if finding.spc.variation == special:
        reasons.append((3, f"{special} special cause"))
    if _beyond_neighbours(finding, good) and _in_end_quarter(finding, indicator, good):
        place, than = ("best", "better") if good else ("worst", "worse")
        reasons.append((3, f"{place} quarter of England and clearly {than} than neighbours"))
    if finding.status == "near_target" and _moved_twice(finding, indicator, good):
        reasons.append((1, f"near target and {moved} two quarters running"))
    if reasons and indicator.safety_critical:
        reasons.append((2, "safety critical"))
    return sum(points for points, _ in reasons), tuple(text for _, text in reasons)


def _beyond_neighbours(finding: Finding, good: bool) -> bool:
    word = "better" if good else "worse"
    return any(
        benchmark.clear and benchmark.comparison == word and "neighbour" in benchmark.area.casefold()
        for benchmark in finding.benchmarks
    )


def _in_end_quarter(finding: Finding, indicator: Indicator, good: bool) -> bool:
    """Return whether every place that chance allows lies in the best, or the worst, quarter of councils."""
    if finding.rank is None or indicator.polarity == "neither":
        return False
    return quarters_of_rank(finding.rank) == ((1, 1) if good else (4, 4))


def _moved_twice(finding: Finding, indicator: Indicator, good: bool) -> bool:
    values = [figure.value for figure in finding.quarters[-3:]]
    if len(values) < 3 or any(value is None for value in values) or indicator.polarity == "neither":
        return False
    first, second, third = (value for value in values if value is not None)
    rising = good == (indicator.polarity == "high")
    return first < second < third if rising else first > second > third


def _affected(finding: Finding, indicator: Indicator, good: bool) -> float:
    leading = finding.leading
    if leading is None or leading.numerator is None:
        return 0.0
    if is_proportion(indicator) and leading.denominator is not None and (indicator.polarity == "high") != good:
        return leading.denominator - leading.numerator
    return leading.numerator
