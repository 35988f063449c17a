"""Figures and findings: the values that pass from measuring to judging, disclosing and writing.

Figures are one pandas frame with the columns of figures.csv (`COLUMNS`). Dates are
`datetime64[ns]`, numbers float64 with NaN for empty, `marker` is "" where there is none.
A finding is what judgement makes of one indicator's figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

COLUMNS = (
    "indicator", "area", "period_kind", "period_start", "period_end", "breakdown", "category",
    "numerator", "denominator", "value", "unit", "marker", "source", "as_at",
)  # fmt: skip
SPREAD = ("family_size", "deviation", "lower", "upper")
"""Further columns that intervals are made of; no file holds them. Empty where a figure is hidden or its base small.

Children a family who enter together; the standard deviation of a mean's rows; the 95% interval of a median.
"""
COMPLETENESS = ("records", "complete")
"""Further columns on what a figure could not be worked out from; no file holds them. Empty where nothing was missing.

Records that the figure asks for a value; the share of them, 0 to 1, that have one.
"""
PERIOD_KINDS = ("month", "quarter", "year_to_date", "rolling_12_months", "as_at")

Status = Literal["on_target", "near_target", "off_target", "information", "too_few"]
DirectionWord = Literal["rising", "falling", "no_clear_change", "too_few"]
Special = Literal[
    "common", "outside_high", "outside_low", "trend_rising", "trend_falling",
    "two_of_three_high", "two_of_three_low", "shift_high", "shift_low",
]  # fmt: skip
Variation = Literal["usual", "improving", "concerning", "unusually_high", "unusually_low", "too_short"]
Assurance = Literal["consistently_meets", "hit_and_miss", "consistently_misses"]
Comparison = Literal["better", "similar", "worse", "higher", "lower"]
Spread = Literal["within", "beyond_95", "beyond_99_8"]
ChartKind = Literal["xmr", "p", "laney_p", "u", "laney_u", "t", "g", "none"]
BETWEEN_EVENTS: tuple[ChartKind, ...] = ("t", "g")
"""Charts whose points are gaps between events: a high point means fewer of them."""
NotProjected = Literal["", "suppressed", "too_few", "coverage", "no_width", "no_method"]


@dataclass(frozen=True)
class Figure:
    """One figure: a value for a period, with what it was made of. `marker` says why it is empty."""

    start: date
    end: date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    marker: str = ""
    family_size: float | None = None
    """Children a family who enter in one month, on average: the variance of a count is so many times larger."""
    deviation: float | None = None
    """The standard deviation of the rows of a mean."""
    lower: float | None = None
    """The ends of a median's 95% interval."""
    upper: float | None = None
    records: float | None = None
    """Records asked for the value that the figure needs, where some lack it."""
    complete: float | None = None
    """The share of them, 0 to 1, that have it; None where all do."""


@dataclass(frozen=True)
class Change:
    """The headline's change on the same quarter last year, in the indicator's unit, with its 95% interval."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    clear: bool | None = None


@dataclass(frozen=True)
class SpcPoint:
    """One point of a control chart; `period` is 2025-09 or 2025-Q2. A gap has neither value nor label."""

    period: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    special: Special | None = None
    mean: float | None = None
    """The centre line at this point: it steps where limits are re-based."""


@dataclass(frozen=True)
class Spc:
    """A control chart's limits (the latest point's), points and what they mean."""

    chart: ChartKind
    reason: str
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    provisional: bool = False
    points: tuple[SpcPoint, ...] = ()
    variation: Variation = "too_short"
    assurance: Assurance | None = None


@dataclass(frozen=True)
class BenchmarkFinding:
    """A published comparator beside our figure; `lower` and `upper` are the interval of ours."""

    area: str
    period: str
    value: float
    comparison: Comparison | None
    lower: float | None
    upper: float | None
    method: str
    clear: bool | None = None
    source: str = ""
    statistic: str = ""


@dataclass(frozen=True)
class RankBand:
    """Our place among councils and the places that chance allows (95%)."""

    place: int
    first: int
    last: int
    of: int
    highest_first: bool
    """Whether place 1 is the highest value (better, or no polarity), or the lowest."""
    period: str


@dataclass(frozen=True)
class MethodRecord:
    """What a method of looking ahead did in the back-test; of the mean interval score, less is better."""

    method: str
    quarters: int
    inside: int
    score: float


@dataclass(frozen=True)
class LookAhead:
    """The interval of the next quarter, meant to hold what comes in four of five; or why none is shown."""

    start: date
    end: date
    months: int
    """Published months in a row, up to the quarter's end, from which it is made."""
    lower: int | None = None
    upper: int | None = None
    method: str = ""
    """The method of the best score; '' where none was tried."""
    records: tuple[MethodRecord, ...] = ()
    reason: NotProjected = ""
    """Why no interval is shown; '' where one is."""

    @property
    def record(self) -> MethodRecord | None:
        """The record of the method of the best score."""
        return next((record for record in self.records if record.method == self.method), None)


@dataclass(frozen=True)
class FunnelBand:
    """Where we lie among councils of our size: the limits of a funnel plot at our base, in the indicator's unit."""

    comparator_name: str
    comparator: float
    period: str
    councils: int
    """How many others there are."""
    phi: float
    """How much more councils differ than by chance alone; above 1 the limits are widened by its root."""
    spread: Spread
    lower_95: float
    upper_95: float
    lower_99_8: float
    upper_99_8: float


@dataclass(frozen=True)
class Sentence:
    """A generated sentence, the rule of the phrase table that made it, and the figures it prints."""

    text: str
    rule: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Revision:
    """A published figure that has moved by more than the printed rule allows unsaid."""

    indicator: str
    period_kind: str
    breakdown: str
    category: str
    before: Figure
    """As last published."""
    now: Figure


@dataclass(frozen=True)
class Finding:
    """What is known of one indicator at the report's quarter."""

    indicator: str
    area: str
    headline: str
    value: Figure | None
    """The quarter's figure (for a snapshot, at its last day)."""
    previous: Figure | None
    """The quarter before."""
    same_quarter_last_year: Figure | None
    year_to_date: Figure | None
    rolling_12_months: Figure | None
    quarters: tuple[Figure, ...]
    """Every supported quarter in order, this one last."""
    months: tuple[Figure, ...]
    """Every supported month in order."""
    status: Status
    status_rule: str
    direction: DirectionWord
    change: Change
    spc: Spc
    benchmarks: tuple[BenchmarkFinding, ...] = ()
    rank: RankBand | None = None
    funnel: FunnelBand | None = None
    """Only where the indicator asks for a funnel plot and the bases of other councils are published."""
    warning: str | None = None
    look_ahead: LookAhead | None = None
    """Of the indicators that report.yaml names for it."""
    sentences: tuple[Sentence, ...] = field(default=())
    revisions: tuple[Revision, ...] = ()
    """Published figures of this indicator that have moved since, groups included."""
    needs: str = ""
    """The field that may be missing in its records, as the extract names it."""

    @property
    def leading(self) -> Figure | None:
        """The figure that cards and scorecard lead with."""
        if self.headline == "year_to_date":
            return self.year_to_date
        if self.headline == "rolling_12_months":
            return self.rolling_12_months
        return self.value
