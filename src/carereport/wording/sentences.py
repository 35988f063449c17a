"""Sentences on level, target, change and cautions, each by a rule and tied to the figures it prints.

Rules carry the ids of the phrase table (W1 to W30). No sentence states a cause, predicts, praises
or blames; officers' own text never passes through here. A sentence's `figures` are the number
strings it prints, so that every number in generated text can be traced.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from carereport.comparators import ALL_AREAS, fold
from carereport.figures import BenchmarkFinding, Figure, Finding, Sentence
from carereport.judgement.compare import is_neighbours, is_stock
from carereport.judgement.special_cause import means_more
from carereport.judgement.status import Threshold, target_at
from carereport.quarters import MONTHS, Period, PeriodKind, Quarter, add_months, written
from carereport.settings import Indicator, Target
from carereport.wording.completeness import not_calculated
from carereport.wording.numbers import (
    MOST_WORDS,
    base_text,
    decimals_given,
    decimals_of,
    number_text,
    points_text,
    rounded,
    unit_words,
    value_text,
)

DEMAND_SECTIONS = ("front_door", "protection", "care")
"""Sections whose numbers without polarity are demand on the service."""
_WITH_ARTICLE = frozenset({
    "east midlands", "west midlands", "east of england", "north east", "north west", "south east", "south west",
})  # fmt: skip
"""Regions of England that are named with an article."""
UNJUDGED = ("usual", "too_short")
"""What a control chart says where it finds nothing unusual."""


def period_of(figure: Figure, indicator: Indicator, kind: str) -> str:
    """Return 'in July to September 2025', or 'at 30 September 2025' for a snapshot."""
    if indicator.is_snapshot or kind == "as_at":
        return f"at {written(figure.end)}"
    words: PeriodKind = "quarter" if kind not in ("month", "year_to_date", "rolling_12_months") else kind  # type: ignore[assignment]
    label = Period(words, figure.start, figure.end).label
    return f"in the 12 months to {written(figure.end)}" if kind == "rolling_12_months" else f"in {label}"


def when(figure: Figure, finding: Finding, indicator: Indicator, kind: str) -> str:
    """Return the period of a figure of a finding, as `period_of` does."""
    return f"at {written(figure.end)}" if is_stock(finding, indicator) else period_of(figure, indicator, kind)


def shown(figure: Figure, indicator: Indicator, decimals: int | None = None) -> str:
    """Return a figure of an indicator as the report prints it."""
    return value_text(
        figure.value,
        indicator.figure_unit,
        indicator.decimals if decimals is None else decimals,
        figure.denominator if indicator.figure_unit == "percent" else None,
        figure.marker,
    )


def target_text(target: Target, indicator: Indicator) -> str:
    """Return a target with the decimals that it has."""
    text = number_text(target.value, decimals_given(target.value))
    return f"{text}%" if indicator.figure_unit == "percent" else text


def current_target(indicator: Indicator, quarter: Quarter) -> Target | None:
    """Return the target that holds at the quarter's end."""
    return target_at(indicator.target, quarter.end)


def year_ago(finding: Finding) -> tuple[Figure, Figure] | None:
    """Return the quarter and the same quarter last year, where both are published and no break lies between."""
    now, before = finding.value, finding.same_quarter_last_year
    if now is None or before is None or now.value is None or before.value is None or finding.change.value is None:
        return None
    return now, before


def printed_step(now: Figure, before: Figure, indicator: Indicator) -> int:
    """Return 1 or -1 where a figure rose or fell, 0 where what is printed does not: from 85.3% of 600 to 85% of 150."""
    now_value, value = now.value or 0.0, before.value or 0.0
    new, old = _printed(now, indicator), _printed(before, indicator)
    return (new > old and now_value > value) - (new < old and now_value < value)


def _printed(figure: Figure, indicator: Indicator) -> Decimal:
    base = figure.denominator if indicator.figure_unit == "percent" else None
    return rounded(figure.value or 0.0, decimals_of(indicator.figure_unit, indicator.decimals, base, figure.value))


def benchmark_text(benchmark: BenchmarkFinding, indicator: Indicator, decimals: int | None = None) -> str:
    """Return a published comparator with no more decimals than its publisher gives."""
    return published_text(benchmark.value, indicator, decimals)


def published_text(value: float, indicator: Indicator, decimals: int | None = None) -> str:
    """Return a value that somebody else published, with no more decimals than its publisher gives."""
    held = published_decimals(value, indicator) if decimals is None else decimals
    return value_text(value, indicator.figure_unit, held)


def published_decimals(value: float, indicator: Indicator) -> int:
    """Return how many decimals a published value carries: one as a rule, never more than its publisher gives."""
    return min(decimals_given(value), 1 if indicator.decimals is None else max(indicator.decimals, 1))


def comparator_name(benchmark: BenchmarkFinding) -> str:
    """Return 'England', 'the East Midlands', 'East Sussex', 'similar councils'."""
    if is_neighbours(benchmark.area):
        return "similar councils"
    if fold(benchmark.area) == fold(ALL_AREAS):
        return mid_sentence(ALL_AREAS)
    return f"the {benchmark.area}" if fold(benchmark.area) in _WITH_ARTICLE else benchmark.area


def higher_or_lower(benchmark: BenchmarkFinding, indicator: Indicator) -> str:
    """Return 'higher' or 'lower' for a comparison that is worded by polarity."""
    if benchmark.comparison in ("higher", "lower"):
        return str(benchmark.comparison)
    return "higher" if (benchmark.comparison == "better") == (indicator.polarity == "high") else "lower"


def period_text(period: str) -> str:
    """Return a comparator's period as the report prints it: 2024/25, or March 2025 for a month or a snapshot."""
    if len(period) in (7, 10) and period[4] == "-":
        return f"{MONTHS[int(period[5:7]) - 1]} {period[:4]}"
    return period


def level(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W1 to W3: the level with its base, for a number at a date with the year before; W16, W23 where there is none."""
    figure = finding.leading
    if figure is None or figure.marker == "x":
        yield Sentence(f"{indicator.name}: no figure is available for this period.", "W23")
        return
    if figure.marker == "c":
        yield Sentence("The number is too small to publish without a risk of identifying a child.", "W16")
        return
    if figure.marker == "z" or figure.value is None:
        if (unanswered := not_calculated(figure, finding, indicator)) is not None:
            yield unanswered
            return
        yield Sentence(f"{indicator.name}: there were no cases to measure in this period.", "W23")
        return
    at = when(figure, finding, indicator, finding.headline)
    value = shown(figure, indicator)
    if indicator.figure_unit == "percent" and indicator.things and indicator.done:
        base = base_text(figure.numerator, figure.denominator)
        tail = f" ({base})" if base else ""
        text = f"{start(at)}, {value} of {indicator.things} were {indicator.done}{tail}."
        if len(text.split()) > MOST_WORDS:
            text = f"{indicator.name}: {value} {at}{tail}."
        yield Sentence(text, "W3", (value, base) if base else (value,))
    elif indicator.kind == "count" and indicator.things:
        yield _counted(figure, finding, indicator, at)
    else:
        base = base_text(figure.numerator, figure.denominator) if indicator.figure_unit == "percent" else ""
        tail = f" ({base})" if base else ""
        text = f"{indicator.name}: {value}{_unit(indicator, value)} {at}{tail}."
        yield Sentence(text, "W3" if base else "W1", (value, base) if base else (value,))


def _counted(figure: Figure, finding: Finding, indicator: Indicator, at: str) -> Sentence:
    """W1 and W2 for a stock: with the number a year before, which the control chart judges; else the number alone."""
    value = shown(figure, indicator)
    things = indicator.thing or indicator.things if figure.value == 1 else indicator.things
    text = f"There {'was' if figure.value == 1 else 'were'} {value if figure.value else 'no'} {things} {at}"
    pair = year_ago(finding)
    if not is_stock(finding, indicator) or pair is None:
        return Sentence(f"{text}.", "W1", (value,))
    before = shown(pair[1], indicator)
    if before == value:
        return Sentence(f"{text}, the same as a year earlier.", "W1", (value,))
    if finding.spc.mean is None or finding.spc.variation == "usual":
        return Sentence(f"{text}, compared with {before} a year earlier.", "W1", (value, before))
    word = "up" if (pair[0].value or 0) > (pair[1].value or 0) else "down"
    return Sentence(f"{text}, {word} from {before} a year earlier.", "W2", (value, before))


def target(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W3 and W4: met, or missed and by how much; W25 without a target."""
    figure, aim = finding.leading, current_target(indicator, quarter)
    if indicator.polarity == "neither":
        demand = indicator.section in DEMAND_SECTIONS or is_stock(finding, indicator)
        if demand and indicator.people and indicator.figure_unit != "percent":
            yield Sentence("There is no target: this measure describes demand, not performance.", "W25")
        else:
            yield Sentence("There is no target: neither a higher nor a lower figure is better in itself.", "W25")
        return
    if aim is None:
        if not (indicator.status.green or indicator.status.amber):
            yield Sentence("No target is set for this measure.", "W25")
        return
    if figure is None or figure.value is None:
        return
    goal = target_text(aim, indicator)
    if finding.status == "too_few":
        yield Sentence(f"The target is {goal}; the figure is of too few to be rated.", "W3", (goal,))
        return
    met = Threshold(((">=" if indicator.polarity == "high" else "<=", aim.value),)).holds(figure.value)
    above = "above" if figure.value > aim.value else "below"
    if met:
        yield Sentence(f"The target is {goal}, which was met.", "W3", (goal,))
        return
    if indicator.figure_unit == "percent":
        decimals = decimals_of("percent", indicator.decimals, figure.denominator)
        given = decimals_given(aim.value)
        gap = abs(rounded(figure.value, decimals) - rounded(aim.value, given))
        if gap:
            distance = points_text(float(gap), max(decimals, given))
            yield Sentence(f"This is {distance} {above} the target of {goal}.", "W4", (distance.split()[0], goal))
            return
    yield Sentence(f"This is {above} the target of {goal}.", "W4", (goal,))


def signals(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """S1: where target and variation disagree, both are said in one sentence."""
    word = {"off_target": "off target", "near_target": "near its target", "on_target": "on target"}.get(finding.status)
    if word is None or finding.spc.mean is None:
        return
    moved = finding.spc.variation
    if moved == "improving" and finding.status != "on_target":
        yield Sentence(f"It is {word}, but improving beyond its usual variation.", "S1")
    elif moved == "concerning" and finding.status != "off_target":
        yield Sentence(f"It is {word}, but worsening beyond its usual variation.", "S1")


def change(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W5, W6, W17 and W21: from the same quarter last year, with its evidence. A stock's change is in its level."""
    now, before = finding.value, finding.same_quarter_last_year
    broken = _break_between(indicator, before, now)
    if broken is not None:
        month = f"{MONTHS[broken.month - 1]} {broken.year}"
        yield Sentence(f"Recording changed in {month}, so earlier figures are not directly comparable.", "W21")
        return
    if now is None or before is None:
        return
    if "c" in (now.marker, before.marker):
        if now.marker != before.marker:
            yield Sentence("The change is not shown: one of the figures is suppressed.", "W17")
        return
    if now.value is None or before.value is None:
        return
    new, old, what = shown(now, indicator), shown(before, indicator), _subject(indicator)
    if is_stock(finding, indicator) and indicator.kind == "count" and indicator.things:
        within = finding.spc.mean is not None and finding.spc.variation == "usual"
        if within and new != old and not finding.change.clear:
            yield Sentence("The change is within the usual range.", "W1")
        return
    here = when(now, finding, indicator, "quarter")
    if new == old:
        inside = "" if finding.headline == "quarter" else f"{start(here)}, "
        text = f"{inside}{what if not inside else what.lower()} was unchanged at {new}, compared with a year earlier."
        yield Sentence(text, "W6", (new,))
        return
    there, step = when(before, finding, indicator, "quarter"), printed_step(now, before, indicator)
    if not step:
        yield Sentence(f"{what} was similar: {old} {there}, {new} {here}.", "W5", (old, new))
        return
    verb = "rose" if step > 0 else "fell"
    evidence = {None: "", True: ", which is statistically clear", False: ", which may be chance"}[finding.change.clear]
    spc = finding.spc
    last = next((point.special for point in reversed(spc.points) if point.value is not None), None)
    judged = spc.mean is not None and spc.variation not in UNJUDGED
    if finding.change.clear is False and judged and means_more(last, spc.chart) is (step > 0):
        evidence = ""  # the control chart's own sentence says that it is not
    yield Sentence(f"{what} {verb} from {old} {there} to {new} {here}{evidence}.", "W5", (old, new))


def cautions(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W18: a low base; W19: provisional figures."""
    figure = finding.leading
    if figure is None:
        return
    markers = figure.marker.split()
    if "u" in markers and figure.denominator and indicator.figure_unit == "percent":
        base = value_text(figure.denominator, "number")
        things = "case" if base == "1" else indicator.things or "cases"
        text = f"This is based on {base} {things}, so a few cases can move the percentage by several points."
        yield Sentence(text, "W18", (base,))
    if "p" in markers:
        period = when(figure, finding, indicator, finding.headline).removeprefix("in ").removeprefix("at ")
        yield Sentence(f"Figures for {period} are provisional and may change as records are completed.", "W19")


def _break_between(indicator: Indicator, then: Figure | None, now: Figure | None) -> date | None:
    """Return the first day of a new definition, or the day after an old one, within the year to the figure."""
    if now is None:
        return None
    first = then.start if then is not None else add_months(now.start, -12)
    if indicator.valid_from is not None and first < indicator.valid_from <= now.end:
        return indicator.valid_from
    ended = indicator.valid_to
    return add_months(ended.replace(day=1), 1) if ended is not None and first <= ended < now.end else None


def _unit(indicator: Indicator, value: str) -> str:
    """Return the unit after a value, '1 day' in the singular; left out where the name says it."""
    words = unit_words(indicator.figure_unit)
    said = words.strip().removesuffix(" children")
    if said == "score" or said.casefold() in indicator.name.casefold():
        return ""
    return words.removesuffix("s") if value == "1" else words


def _subject(indicator: Indicator) -> str:
    """Return what rose or fell."""
    if indicator.figure_unit == "percent":
        return "The percentage"
    if indicator.per is not None:
        return "The rate"
    words = {"count": "The number", "mean": "The average", "median": "The median"}
    return words.get(indicator.kind, "The figure")


def mid_sentence(name: str) -> str:
    """Return a name as it stands inside a sentence: without its capital, unless that is an abbreviation's."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def start(words: str) -> str:
    """Return words as the start of a sentence."""
    return words[:1].upper() + words[1:]
