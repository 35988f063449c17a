"""Flow accounts that must add up, and the way from the last published return to today; no sentence, no drawing.

start + joined - left = end, from the figures as they stand. Where any of them is suppressed or missing
the account is not whole, and nothing is said of what is left over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carereport.comparators import fold
from carereport.faults import Fault
from carereport.figures import Figure, Finding
from carereport.judgement.compare import own_names
from carereport.quarters import Quarter
from carereport.report_settings import Flow

if TYPE_CHECKING:
    from carereport.comparators import PublishedFigure
    from carereport.project import Project

NOT_EXPLAINED = "Not explained"
"""The step of a waterfall that does not add up."""


@dataclass(frozen=True)
class FlowAccount:
    """One stock over the year to date: numbers of children, None where suppressed or missing."""

    name: str
    start: float | None
    joined: tuple[tuple[str, float | None], ...]
    """Indicator and number, for each way of joining."""
    left: tuple[tuple[str, float | None], ...]
    end: float | None

    @property
    def unexplained(self) -> float | None:
        """What is left over: 0 where the account adds up, None where it is not whole."""
        parts = [self.start, self.end, *(n for _, n in self.joined), *(n for _, n in self.left)]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        joined, left = sum(n or 0 for _, n in self.joined), sum(n or 0 for _, n in self.left)
        return (self.end or 0) - ((self.start or 0) + joined - left)


@dataclass(frozen=True)
class Step:
    """A step of a waterfall: a level, or the change that leads to the next."""

    label: str
    value: float
    is_level: bool


@dataclass(frozen=True)
class Waterfall:
    """From the council's own figure in the last published return to the end of the quarter."""

    name: str
    period: str
    source: str
    steps: tuple[Step, ...]


def flow_accounts(findings: Sequence[Finding], project: Project, quarter: Quarter) -> tuple[FlowAccount, ...]:
    """Return the accounts that report.yaml declares, over the year to date."""
    by_id = {finding.indicator: finding for finding in findings}
    return tuple(_account(flow, by_id, quarter) for flow in project.report.flows if flow.stock in by_id)


def check_flows(findings: Sequence[Finding], project: Project, quarter: Quarter) -> list[Fault]:
    """Return a warning for each account that does not add up to the child."""
    return [
        Fault("JD020", "warning", f"the flow account of {account.name} does not add up",
              "look for rows without an end, or counted on another date, in the tables of its indicators")
        for account in flow_accounts(findings, project, quarter)
        if account.unexplained
    ]  # fmt: skip


def waterfall(flow: Flow, findings: Sequence[Finding], project: Project, quarter: Quarter) -> Waterfall | None:
    """Return the reconciliation of a stock to the council's own figure in the last published return.

    The return is the council's own row among the comparators of the stock. The first change is what
    has been recorded since for the return's day; the others are those who joined and left since, by
    month. None where no return of a month's end is held, or a month between is suppressed or missing.
    """
    by_id = {finding.indicator: finding for finding in findings}
    stock = by_id.get(flow.stock)
    returned = _last_return(project, flow.stock, quarter)
    if stock is None or returned is None or stock.value is None or stock.value.value is None:
        return None
    then = next((figure.value for figure in stock.months if figure.end == returned.end), None)
    joined = _since(by_id, flow.joined, returned, quarter)
    left = _since(by_id, flow.left, returned, quarter)
    if then is None or joined is None or left is None:
        return None
    end = stock.value.value
    changes = [("Recorded since the return", then - returned.value), ("Joined since", joined), ("Left since", -left)]
    rest = end - then - joined + left
    if rest:
        changes.append((NOT_EXPLAINED, rest))
    steps = [Step("Published return", returned.value, True), *(Step(label, v, False) for label, v in changes)]
    return Waterfall(flow.name, returned.period, returned.source, (*steps, Step("Now", end, True)))


def _account(flow: Flow, by_id: Mapping[str, Finding], quarter: Quarter) -> FlowAccount:
    before = Quarter(quarter.year - 1, 4).end
    stock = by_id[flow.stock]
    start = next((figure.value for figure in stock.quarters if figure.end == before), None)
    return FlowAccount(
        flow.name, start, _moved(by_id, flow.joined), _moved(by_id, flow.left), _value(stock.value)
    )  # fmt: skip


def _moved(by_id: Mapping[str, Finding], names: Sequence[str]) -> tuple[tuple[str, float | None], ...]:
    return tuple((name, _value(by_id[name].year_to_date) if name in by_id else None) for name in names)


def _last_return(project: Project, name: str, quarter: Quarter) -> PublishedFigure | None:
    own = own_names(project)
    rows = [row for row in project.benchmarks.get(name, ()) if fold(row.area) in own and row.end <= quarter.end]
    return max(rows, key=lambda row: row.end, default=None)


def _since(
    by_id: Mapping[str, Finding], names: Sequence[str], returned: PublishedFigure, quarter: Quarter
) -> float | None:
    """Return how many moved in the months after the return's day, None where any month is not known."""
    months = (quarter.end.year - returned.end.year) * 12 + quarter.end.month - returned.end.month
    total = 0.0
    for name in names:
        held = [f.value for f in by_id[name].months if f.end > returned.end] if name in by_id else []
        if len(held) < months or any(value is None for value in held):
            return None
        total += sum(value or 0 for value in held)
    return total


def _value(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value
