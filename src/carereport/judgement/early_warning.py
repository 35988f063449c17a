"""An early warning with its record: several measures of a theme turn for the worse within three months.

A warning is worth showing only if it was right before. `backtest` replays the rule month by month, each
time with no more than was known then, and counts how often a clear worsening followed; a warning is
shown only where that beats the rule "no change" (judgement reference, section 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from carereport.figures import Figure, Finding
from carereport.judgement.change import change_between
from carereport.judgement.chart_choice import choose, series_of
from carereport.judgement.declared import MINIMUM, is_count, is_proportion, read_month
from carereport.judgement.remembered import Remembered
from carereport.judgement.spc import label_when_new
from carereport.judgement.special_cause import points_up
from carereport.judgement.together import Theme, themes, worse_is_up
from carereport.quarters import add_months, month_end
from carereport.settings import Indicator

if TYPE_CHECKING:
    from carereport.project import Project

MEMBERS = 2
"""How many measures of a theme must turn for the worse."""
WITHIN = 3
"""Months within which they must do so."""
HORIZON = 6
"""Months within which a clear worsening must follow for a warning to have been right."""
LEAST_WARNINGS = 5
"""Fewest past warnings from which a record is read."""
FIRST = 18
"""Months of history before the replay begins, so that limits exist and are not at their shortest."""

RULE = (
    "A theme gives a warning where at least two of its measures show a special cause for the worse within three "
    "months; for measures of demand, worse is higher. A warning counts as right where at least two of its measures "
    "were clearly worse within the six months after. It is shown only if the replay over the past holds at least "
    "five warnings, more than half of them right, and a larger share than the months without a warning."
)

Months = tuple[Figure, ...]


@dataclass(frozen=True)
class Record:
    """What a theme's rule did in the past. Months are those whose six following months are known."""

    theme: str
    months: int
    warned: int
    """Months with a warning."""
    right: int
    """Of them, months that a clear worsening followed."""
    worsened: int
    """All months that a clear worsening followed."""
    lead_months: float | None
    """Mean months from the start of a spell of warnings to the worsening, None where none was right."""

    @property
    def precision(self) -> float | None:
        """The share of warnings that were right."""
        return self.right / self.warned if self.warned else None

    @property
    def recall(self) -> float | None:
        """The share of worsenings that a warning came before."""
        return self.right / self.worsened if self.worsened else None

    @property
    def base_rate(self) -> float | None:
        """The share of all months that a clear worsening followed."""
        return self.worsened / self.months if self.months else None

    @property
    def no_change(self) -> float | None:
        """How often the rule "no change" would have been right."""
        return None if self.base_rate is None else 1 - self.base_rate

    @property
    def is_shown(self) -> bool:
        """Whether warnings of this theme may be shown: they beat "no change" where they are given."""
        if self.precision is None or self.base_rate is None:
            return False
        return self.warned >= LEAST_WARNINGS and self.precision > 0.5 and self.precision > self.base_rate


def backtest(theme: Theme, indicators: Mapping[str, Indicator], months: Mapping[str, Months], last: date) -> Record:
    """Replay the rule for a theme over the months up to `last`, the last day of a month."""
    turned = {name: turns(indicators[name], months[name], last) for name in theme.indicators if months.get(name)}
    starts = sorted({figure.start for name in turned for figure in months[name] if figure.end <= last})
    known = [s for s in starts[FIRST:] if add_months(s, HORIZON) <= last]
    warned = right = worsened = 0
    leads: list[int] = []
    running = False
    for month in known:
        warns = len(turning(turned, month)) >= MEMBERS
        follows = _months_to_worse(theme, indicators, months, month)
        worsened += follows is not None
        warned += warns
        right += warns and follows is not None
        if warns and not running and follows is not None:
            leads.append(follows)
        running = warns
    return Record(
        theme.name, len(known), warned, right, worsened, sum(leads) / len(leads) if leads else None
    )  # fmt: skip


def with_warnings(
    findings: Sequence[Finding], project: Project, last: date, memory: Remembered | None = None
) -> tuple[Finding, ...]:
    """Return the findings with the warning of their theme, where one stands now and its record is good enough."""
    by_id = {finding.indicator: finding for finding in findings}
    told: dict[str, str] = {}
    for theme in themes(project):
        months = {name: by_id[name].months for name in theme.indicators if name in by_id}
        members = [name for name in theme.indicators if months.get(name)]
        month = last.replace(day=1)
        since = add_months(month, 1 - WITHIN)
        now = {name: turns(project.indicators[name], months[name], last, since) for name in members}
        turned = turning(now, month)
        if len(turned) < MEMBERS:
            continue
        record = _record(theme, project.indicators, months, last, memory)
        if record.is_shown:
            text = warning_text(theme, [project.indicators[name] for name in turned], record)
            told.update(dict.fromkeys(turned, text))
    return tuple(replace(f, warning=told[f.indicator]) if f.indicator in told else f for f in findings)


def _record(
    theme: Theme, indicators: Mapping[str, Indicator], months: Mapping[str, Months], last: date,
    memory: Remembered | None,
) -> Record:  # fmt: skip
    if memory is None:
        return backtest(theme, indicators, months, last)
    made = tuple((name, indicators[name].model_dump_json(), tuple(months.get(name, ()))) for name in theme.indicators)
    return memory.get(("record", theme, made, last), lambda: backtest(theme, indicators, months, last))


def warning_text(theme: Theme, turned: Sequence[Indicator], record: Record) -> str:
    """Return the warning with its record, in short sentences."""
    name = theme.name[:1].lower() + theme.name[1:]
    return (
        f"Early warning on {name}: {len(turned)} of {len(theme.indicators)} measures turned for the worse within "
        f"three months. In the past, a clear worsening followed within six months in {record.right} of "
        f"{record.warned} months with such a warning. Without regard to warnings it followed in {record.worsened} of "
        f"{record.months} months."
    )


def turns(indicator: Indicator, months: Months, last: date, since: date = date.min) -> frozenset[date]:
    """Return the months, by first day, whose point was a special cause for the worse by what was known then."""
    series = series_of(indicator, months, 1, last)
    chart, _ = choose(indicator, series)
    found = set()
    for index in range(MINIMUM - 1, len(series.values)):
        if read_month(series.periods[index]) < since:
            continue
        up = points_up(label_when_new(series, chart, indicator.spc.screen, index))
        if up is not None and up == worse_is_up(indicator):
            found.add(read_month(series.periods[index]))
    return frozenset(found)


def turning(turned: Mapping[str, frozenset[date]], month: date) -> list[str]:
    """Return the measures that turned for the worse in the month or the two before it."""
    window = {add_months(month, -back) for back in range(WITHIN)}
    return [name for name, at in turned.items() if at & window]


def _months_to_worse(
    theme: Theme, indicators: Mapping[str, Indicator], months: Mapping[str, Months], month: date
) -> int | None:
    """Return after how many months at least two measures were clearly worse than then, None within the horizon."""
    first: dict[str, int] = {}
    for name in theme.indicators:
        held = {figure.start: figure for figure in months.get(name, ())}
        now = _three_months(indicators[name], held, month)
        for ahead in range(WITHIN, HORIZON + 1):
            later = _three_months(indicators[name], held, add_months(month, ahead))
            change = change_between(indicators[name], later, now)
            if change.clear and change.value is not None and (change.value > 0) == worse_is_up(indicators[name]):
                first[name] = ahead
                break
    reached = sorted(first.values())
    return reached[MEMBERS - 1] if len(reached) >= MEMBERS else None


def _three_months(indicator: Indicator, held: Mapping[date, Figure], month: date) -> Figure | None:
    """Return a stock at the month's end, or a flow over the three months to it; None where any is missing."""
    summed = is_count(indicator) or is_proportion(indicator) or indicator.per is not None
    if indicator.is_snapshot or not summed:
        return held.get(month)
    parts = [held.get(add_months(month, -back)) for back in range(2, -1, -1)]
    known = [part for part in parts if part is not None and part.value is not None]
    if len(known) < len(parts):
        return None
    start, end = known[0].start, month_end(month)
    if is_count(indicator):
        total = sum(part.value or 0 for part in known)
        return Figure(start, end, total, total, family_size=_family_size(known, [part.value or 0 for part in known]))
    x = sum(part.numerator or 0 for part in known)
    bases = [part.denominator or 0 for part in known]
    scale = indicator.per.scale if indicator.per is not None else 100
    n = bases[-1] if indicator.per is not None else sum(bases)
    counted = [part.numerator or 0 for part in known] if indicator.per is not None else bases
    return Figure(start, end, scale * x / n, x, n, family_size=_family_size(known, counted)) if n else None


def _family_size(parts: Sequence[Figure], rows: Sequence[float]) -> float | None:
    """Return the mean family size of the rows of months together, None where a month's is not known."""
    sizes = [part.family_size for part in parts]
    families = sum(count / size for count, size in zip(rows, sizes, strict=True) if size)
    return sum(rows) / families if families and all(sizes) else None


def replay(findings: Sequence[Finding], project: Project, last: date) -> tuple[Record, ...]:
    """Return the record of every theme, shown or not."""
    months = {finding.indicator: finding.months for finding in findings}
    return tuple(backtest(theme, project.indicators, months, last) for theme in themes(project))
