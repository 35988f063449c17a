"""Sentences on what the control chart shows: usual or not, and whether the target can be expected to be met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from carereport.figures import Finding, Sentence, SpcPoint, Special
from carereport.judgement.compare import is_stock
from carereport.judgement.declared import MINIMUM
from carereport.judgement.special_cause import RUN
from carereport.quarters import MONTHS, Quarter
from carereport.settings import Indicator
from carereport.wording.numbers import rounded, value_text
from carereport.wording.sentences import current_target, target_text, year_ago

LONGEST_RUN = 24
"""Beside a point outside the limits a longer run is not told: it is the level that is new, not the run."""


def variation(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W7 (a run), W8 (one point out), W9 (usual), W22 (too short or too small): what the control chart shows."""
    spc = finding.spc
    points = [p for p in spc.points if p.value is not None]
    if spc.mean is None or spc.variation == "too_short" or not points:
        yield from _unjudged(finding, points)
        return
    if spc.chart in ("t", "g"):
        yield _between_events(points[-1], spc.chart, _month_or_quarter(points))
        return
    last, unit = points[-1], _month_or_quarter(points)
    special = last.special or "common"
    if special.startswith("outside"):
        yield from _outside(finding, indicator, points, unit)
    elif special.startswith("trend"):
        rises = steps_one_way(finding, rising=special == "trend_rising")
        word = "risen" if special == "trend_rising" else "fallen"
        text = f"It has {word} in each of the last {rises} {unit}s. This is unlikely to be chance."
        yield Sentence(text, "W7", (str(rises),))
    elif special.startswith("two_of_three"):
        limit = "upper" if special == "two_of_three_high" else "lower"
        which = "All" if all(point.special == special for point in points[-3:]) else "Two"
        text = f"{which} of the last three {unit}s were close to the {limit} limit of the usual range."
        yield Sentence(f"{text} This is unlikely to be chance.", "W7")
    elif special.startswith("shift"):
        yield from _run(finding, indicator, unit)
    else:
        yield from _usual(finding, indicator, points, unit)


def assurance(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W10, W10b, W11: whether the process can be expected to meet its target."""
    aim = current_target(indicator, quarter)
    if aim is None or finding.spc.assurance is None:
        return
    goal = target_text(aim, indicator)
    units = _month_or_quarter(finding.spc.points) + "s"
    if finding.spc.assurance == "consistently_misses":
        text = f"At present the process would be expected to miss the target of {goal} in most {units}"
        yield Sentence(f"{text} unless something changes.", "W10", (goal,))
    elif finding.spc.assurance == "hit_and_miss":
        yield Sentence(f"The process can be expected to meet the target in some {units} and miss it in others.", "W10b")
    else:
        yield Sentence(f"The process can be expected to meet the target in most {units}.", "W11")


def point_name(period: str) -> str:
    """Return a point's period in words: September 2025, or Q2 2025/26."""
    year, _, rest = period.partition("-")
    if rest.startswith("Q"):
        return Quarter(int(year), int(rest[1:])).label
    return f"{MONTHS[int(rest) - 1]} {year}"


def _unjudged(finding: Finding, points: Sequence[SpcPoint]) -> Iterator[Sentence]:
    spc, size = finding.spc, len(points)
    if "too small to publish" in spc.reason:
        unit = "quarter" if "quarter" in spc.reason else "month"
        yield Sentence(f"Most single {unit}s are too small to publish, so usual variation cannot be judged.", "W22")
    if not spc.points or not size:
        return
    unit = _month_or_quarter(spc.points)
    if spc.chart == "none":
        if "under 20" in spc.reason:
            text = f"Some {unit}s have fewer than 20 cases, too few to judge usual variation."
            yield Sentence(text, "W22", ("20",))
        elif "fewer than" in spc.reason:
            yield Sentence(f"Numbers in single {unit}s are too small to judge usual variation.", "W22")
        return
    segment = _since_break(spc.points)
    size = sum(point.value is not None for point in segment)
    if size < MINIMUM:
        be, units = ("is", unit) if size == 1 else ("are", f"{unit}s")
        if spc.chart in ("t", "g"):
            gaps = "gap" if size == 1 else "gaps"
            text = f"There {be} {size} {gaps} between {unit}s with an event; at least {MINIMUM} are needed"
            yield Sentence(f"{text} to judge usual variation.", "W22", (str(size), str(MINIMUM)))
            return
        what = f"{size} {units} with a figure" if size < len(segment) else f"{size} {units} of data"
        since = f" since {point_name(segment[0].period)}" if len(segment) < len(spc.points) else ""
        text = f"There {be} {what}{since}; at least {MINIMUM} points are needed to judge usual variation."
        yield Sentence(text, "W22", (str(size), str(MINIMUM)))
    else:
        yield Sentence(f"The latest {unit}s are not shown, so their variation cannot be judged.", "W22")


def _since_break(points: Sequence[SpcPoint]) -> Sequence[SpcPoint]:
    """Return the points after the last one that has limits: those of a new segment without any."""
    limited = [place for place, point in enumerate(points) if point.mean is not None]
    return points[limited[-1] + 1 :] if limited and limited[-1] + 1 < len(points) else points


def _between_events(last: SpcPoint, chart: str, unit: str) -> Sentence:
    what = f"{unit}s without an event" if chart == "t" else "cases between events"
    word = {True: "longer", False: "shorter"} if chart == "t" else {True: "larger", False: "smaller"}
    if last.special in (None, "common"):
        text = f"The gaps between {unit}s with an event are within the usual range."
        return Sentence(text, "W9")
    text = f"The latest gaps, counted in {what}, are {word[_is_high(last.special)]} than usual."
    return Sentence(text, "W7")


def _outside(finding: Finding, indicator: Indicator, points: list[SpcPoint], unit: str) -> Iterator[Sentence]:
    last = points[-1]
    side = "above" if last.special == "outside_high" else "below"
    low, high = _limits(last, indicator, signed(finding, indicator))
    if not high:
        yield Sentence(f"{point_name(last.period)} was {side} the usual range.", "W8")
    elif low == high:
        yield Sentence(f"{point_name(last.period)} was {side} the usual level of {low}.", "W8", (low,))
    else:
        text = f"{point_name(last.period)} was {side} the usual range of {low} to {high}."
        yield Sentence(text, "W8", (low, high))
    run = side_length(finding)
    if RUN <= run <= LONGEST_RUN:
        yield from _run(finding, indicator, unit)
    elif len(points) > 1 and points[-2].special in (None, "common"):
        yield Sentence(f"One unusual {unit} does not show a lasting change.", "W8")


def _run(finding: Finding, indicator: Indicator, unit: str) -> Iterator[Sentence]:
    run = side_length(finding)
    last = [p for p in finding.spc.points if p.value is not None][-1]
    high = last.value is not None and last.mean is not None and last.value > last.mean
    if indicator.polarity == "neither":
        side = "above" if high else "below"
    else:
        side = "better than" if high == (indicator.polarity == "high") else "worse than"
    text = f"It has been {side} its average for {run} {unit}s in a row. This is unlikely to be chance."
    yield Sentence(text, "W7", (str(run),))


def _usual(finding: Finding, indicator: Indicator, points: list[SpcPoint], unit: str) -> Iterator[Sentence]:
    apart = f"{unit.capitalize()}-to-{unit}"
    recent = next((p for p in reversed(points[-4:-1]) if p.special not in (None, "common")), None)
    left = recent is not None and (recent.special or "").startswith("outside")
    within = f"the latest {unit} is" if left else f"{apart.lower()} movement is"
    if finding.status == "off_target":
        span = {"quarter": "this quarter", "year_to_date": "in the year to date"}.get(
            finding.headline, "over the 12 months"
        )
        span = "at the quarter's end" if is_stock(finding, indicator) else span
        yield Sentence(f"It is off target {span}; {within} within the usual range.", "W9", ("12",))
    elif left:
        yield Sentence(f"{within.capitalize()} within the usual range.", "W9")
    elif not (is_stock(finding, indicator) and indicator.kind == "count" and indicator.things and year_ago(finding)):
        text = f"{apart} changes are within the usual range, so no single movement should be read as a change."
        yield Sentence(text, "W9")
    if recent is None or recent.special is None:
        return
    if recent.special.startswith("outside"):
        side = "above" if _is_high(recent.special) else "below"
        yield Sentence(f"{point_name(recent.period)} was {side} the usual range.", "W9")
    else:
        yield Sentence(f"An unusual run ended in {point_name(recent.period)}.", "W9")


def _month_or_quarter(points: Sequence[SpcPoint]) -> str:
    return "quarter" if points and "Q" in points[-1].period else "month"


def _is_high(special: Special) -> bool:
    return special.endswith(("high", "rising"))


def side_length(finding: Finding) -> int:
    """Return how many points up to the last lie on its side of the centre line, with no gap or new limits between."""
    run, side = 0, 0
    mean: float | None = None
    filled = [place for place, p in enumerate(finding.spc.points) if p.value is not None]
    for point in reversed(finding.spc.points[: filled[-1] + 1] if filled else ()):
        if point.value is None or point.mean is None or (mean is not None and point.mean != mean):
            break
        mean = point.mean
        gap = point.value - mean
        here = (gap > 1e-9) - (gap < -1e-9)
        if here == 0 or (side and here != side):
            break
        side = here
        run += 1
    return run


def steps_one_way(finding: Finding, rising: bool) -> int:
    """Return in how many points up to the last the value moved one way."""
    values: list[float] = []
    mean: float | None = None
    filled = [place for place, p in enumerate(finding.spc.points) if p.value is not None]
    for point in reversed(finding.spc.points[: filled[-1] + 1] if filled else ()):
        if point.value is None or (mean is not None and point.mean != mean):
            break
        mean = point.mean
        values.append(point.value)
    steps = 0
    for later, earlier in pairwise(values):
        if later == earlier or (later > earlier) != rising:
            break
        steps += 1
    return steps


def signed(finding: Finding, indicator: Indicator) -> bool:
    """Return whether a measure's values may lie under zero, so that limits under zero can be told."""
    return indicator.kind == "derived" or any((point.value or 0) < 0 for point in finding.spc.points)


def _limits(last: SpcPoint, indicator: Indicator, below_zero: bool) -> tuple[str, str]:
    """Return the latest point's limits as printed, none beyond what the figure can be.

    They carry a decimal more where the value, as it is printed, would seem to lie inside; nothing where it still would.
    """
    unit, decimals = indicator.figure_unit, indicator.decimals
    lower, upper = last.lower or 0.0, last.upper or 0.0
    if not below_zero:
        lower = max(lower, 0.0)
    if unit == "percent":
        upper = min(upper, 100.0)
    value = last.value or 0.0
    if decimals is None:
        decimals = 0 if unit == "number" and value.is_integer() else 1
    outside, printed = not lower <= value <= upper, rounded(value, decimals)
    for finer in (decimals, decimals + 1):
        if not outside or not rounded(lower, finer) <= printed <= rounded(upper, finer):
            return value_text(lower, unit, finer), value_text(upper, unit, finer)
    return "", ""
