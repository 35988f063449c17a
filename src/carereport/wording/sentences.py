"""Generated sentences, each by a rule of the phrase table and tied to the figures it prints.

Rules carry the ids of the phrase table (W1 to W30). No sentence states a cause, predicts, praises
or blames; officers' own text never passes through here. A sentence's `figures` are the number
strings it prints, so that every number in generated text can be traced.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from carereport.figures import BenchmarkFinding, Figure, Finding, Sentence
from carereport.quarters import Period, PeriodKind, Quarter, written
from carereport.settings import Indicator, Target
from carereport.wording.numbers import (
    base_text,
    decimals_of,
    number_text,
    plural,
    points_text,
    rounded,
    unit_words,
    value_text,
)

RUN = 7
"""Points in a row that make a shift or a trend (NHS Making Data Count)."""


def period_of(figure: Figure, indicator: Indicator, kind: str) -> str:
    """Return 'in July to September 2025', or 'at 30 September 2025' for a snapshot."""
    if indicator.is_snapshot or kind == "as_at":
        return f"at {written(figure.end)}"
    words: PeriodKind = "quarter" if kind not in ("month", "year_to_date", "rolling_12_months") else kind  # type: ignore[assignment]
    label = Period(words, figure.start, figure.end).label
    return f"in the 12 months to {written(figure.end)}" if kind == "rolling_12_months" else f"in {label}"


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
    """Return a target with no more decimals than it has."""
    text = number_text(target.value, 0 if float(target.value).is_integer() else 1)
    return f"{text}%" if indicator.figure_unit == "percent" else text


def current_target(indicator: Indicator, quarter: Quarter) -> Target | None:
    """Return the target that holds at the quarter's end."""
    held = [t for t in indicator.target if t.from_ is None or t.from_ <= quarter.end]
    return max(held, key=lambda t: (t.from_ is not None, t.from_ or quarter.start)) if held else None


def write_sentences(finding: Finding, indicator: Indicator, quarter: Quarter) -> tuple[Sentence, ...]:
    """Return what the figures say of one indicator, in the order a member reads.

    Level with its base, target, change with its evidence, comparison with its evidence, and what
    cannot be said (judgement: one statement for a member).
    """
    return tuple(
        sentence
        for part in (level, target, change, variation, assurance, comparisons, cautions)
        for sentence in part(finding, indicator, quarter)
    )


def level(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W3/W4 (percentages), W1/W2's first half (counts), with the base; W16 where suppressed."""
    figure = finding.leading
    if figure is None or figure.marker == "x":
        yield Sentence(f"{indicator.name}: no figure is available for this period.", "W23")
        return
    if figure.marker == "c":
        yield Sentence("The number is too small to publish without a risk of identifying a child.", "W16")
        return
    if figure.marker == "z" or figure.value is None:
        yield Sentence(f"{indicator.name}: there were no cases to measure in this period.", "W23")
        return
    when = period_of(figure, indicator, finding.headline)
    value, unit = shown(figure, indicator), indicator.figure_unit
    if unit == "percent":
        base = base_text(figure.numerator, figure.denominator)
        tail = f" ({base})" if base else ""
        numbers = (value, base) if base else (value,)
        if indicator.things and indicator.done:
            text = f"{_start(when)}, {value} of {indicator.things} were {indicator.done}{tail}."
        else:
            text = f"{_start(when)}, {_mid(indicator.name)} stood at {value}{tail}."
        yield Sentence(text, "W3", numbers)
    elif unit == "number" and indicator.kind == "count" and indicator.things:
        things = plural(figure.value, indicator.thing or indicator.things, indicator.things)
        verb = "was" if figure.value == 1 else "were"
        yield Sentence(f"There {verb} {things} {when}.", "W1", (value,))
    else:
        yield Sentence(
            f"{_start(when)}, {_mid(indicator.name)} stood at {value}{unit_words(unit)}.", "W1", (value,)
        )


def target(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W3/W4: met, or missed and by how much; W25 without a target."""
    figure, aim = finding.leading, current_target(indicator, quarter)
    if indicator.polarity == "neither":
        yield Sentence("There is no target: this measure describes demand, not performance.", "W25")
        return
    if aim is None or figure is None or figure.value is None or figure.marker in ("c", "x", "z"):
        return
    goal = target_text(aim, indicator)
    met = figure.value >= aim.value if indicator.polarity == "high" else figure.value <= aim.value
    if met:
        yield Sentence(f"The target is {goal}, which was met.", "W3", (goal,))
        return
    above = "above" if figure.value > aim.value else "below"
    if indicator.figure_unit == "percent":
        decimals = decimals_of("percent", indicator.decimals, figure.denominator)
        gap = abs(rounded(figure.value, decimals) - rounded(aim.value, decimals))
        if gap == 0:
            yield Sentence(f"This is just {above} the target of {goal}.", "W4", (goal,))
            return
        distance = points_text(float(gap), decimals)
        yield Sentence(f"This is {distance} {above} the target of {goal}.", "W4", (distance.split()[0], goal))
    else:
        yield Sentence(f"This is {above} the target of {goal}.", "W4", (goal,))


def year_ago(finding: Finding) -> tuple[Figure, Figure] | None:
    """Return the quarter and the same quarter last year, where both are published."""
    now, before = finding.value, finding.same_quarter_last_year
    if now is None or before is None or now.value is None or before.value is None:
        return None
    return now, before


def change(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W5, W6 and W17: from the same quarter last year, with its evidence."""
    now, before = finding.value, finding.same_quarter_last_year
    if now is None or before is None:
        return
    if "c" in (now.marker, before.marker):
        if now.marker != before.marker:
            yield Sentence("The change is not shown because one of the figures is suppressed.", "W17")
        return
    if now.value is None or before.value is None:
        return
    new, old = shown(now, indicator), shown(before, indicator)
    here, there = period_of(now, indicator, "quarter"), period_of(before, indicator, "quarter")
    if new == old:
        text = f"{_whole(indicator)} was the same, {new}, {here} and {there}."
        yield Sentence(text, "W6", (new,))
        return
    verb = "rose" if now.value > before.value else "fell"
    evidence = _evidence(finding)
    yield Sentence(f"{_whole(indicator)} {verb} from {old} {there} to {new} {here}{evidence}.", "W5", (old, new))


def _evidence(finding: Finding) -> str:
    if finding.change.clear is None:
        return ""
    return ", which is statistically clear" if finding.change.clear else ", which may be chance"


def variation(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W7 (a run), W8 (one point out), W9 (usual), W22 (too short): what the control chart shows."""
    spc = finding.spc
    points = [p for p in spc.points if p.value is not None]
    unit = "quarter" if points and "Q" in points[-1].period else "month"
    if spc.variation == "too_short" or spc.mean is None or not points:
        if spc.chart != "none" and 0 < len(points) < 12:
            text = f"There are {len(points)} {unit}s of data; at least 12 points are needed to judge usual variation."
            yield Sentence(text, "W22", (str(len(points)), "12"))
        return
    last = points[-1]
    special = last.special or "common"
    if special.startswith(("shift", "two_of_three")):
        yield from _run(finding, indicator, unit)
    elif special.startswith("trend"):
        word = "risen" if special == "trend_rising" else "fallen"
        run = _trend_length(finding, rising=special == "trend_rising")
        yield Sentence(
            f"It has {word} {run - 1} {unit}s running. This is unlikely to be chance.", "W7", (str(run - 1),)
        )
    elif special.startswith("outside"):
        side = "above" if special == "outside_high" else "below"
        if _side_length(finding) >= RUN:
            yield from _run(finding, indicator, unit)
        low, high = _limits(finding, indicator)
        name = _point_name(last.period)
        yield Sentence(f"{name} was {side} its usual range of {low} to {high}.", "W8", (low, high))
        previous = points[-2].special if len(points) > 1 else None
        if previous in (None, "common"):
            yield Sentence(f"One unusual {unit} does not show a lasting change.", "W8")
    else:
        yield Sentence(
            f"{'Month-to-month' if unit == 'month' else 'Quarter-to-quarter'} changes are within the usual range, "
            "so no single movement should be read as a change.",
            "W9",
        )
        recent = [p.special for p in points[-4:-1] if p.special not in (None, "common")]
        if recent:
            yield Sentence("An unusual run ended within the last three months.", "W9")


def _run(finding: Finding, indicator: Indicator, unit: str) -> Iterator[Sentence]:
    run = _side_length(finding)
    last = [p for p in finding.spc.points if p.value is not None][-1]
    high = (
        last.value is not None and finding.spc.mean is not None and last.value > _centre(finding, last.mean)
    )
    if indicator.polarity == "neither":
        side = "above" if high else "below"
    else:
        side = "better than" if high == (indicator.polarity == "high") else "worse than"
    if run >= RUN:
        text = f"It has been {side} its average for {run} {unit}s in a row. This is unlikely to be chance."
        yield Sentence(text, "W7", (str(run),))
    elif (last.special or "").startswith("two_of_three"):
        text = f"Two of the last three {unit}s were near the edge of the usual range, {side} average."
        yield Sentence(text, "W7")


def _centre(finding: Finding, mean: float | None) -> float:
    if mean is not None:
        return mean
    return finding.spc.mean if finding.spc.mean is not None else 0.0


def _side_length(finding: Finding) -> int:
    """Return how many points up to the last lie on its side of the centre line."""
    run, side = 0, 0
    for point in reversed(finding.spc.points):
        if point.value is None:
            break
        gap = point.value - _centre(finding, point.mean)
        here = (gap > 1e-9) - (gap < -1e-9)
        if here == 0 or (side and here != side):
            break
        side = here
        run += 1
    return run


def _trend_length(finding: Finding, rising: bool) -> int:
    values = []
    for point in reversed(finding.spc.points):
        if point.value is None:
            break
        values.append(point.value)
    run = 1
    for later, earlier in pairwise(values):
        if (later > earlier) != rising or later == earlier:
            break
        run += 1
    return run


def _limits(finding: Finding, indicator: Indicator) -> tuple[str, str]:
    spc, unit = finding.spc, indicator.figure_unit
    lower = spc.lower if spc.lower is not None else 0.0
    upper = spc.upper if spc.upper is not None else 0.0
    if unit == "percent":
        lower, upper = max(lower, 0.0), min(upper, 100.0)
    elif unit == "number" or unit.startswith("per_"):
        lower = max(lower, 0.0)
    decimals = indicator.decimals
    if decimals is None:
        decimals = 0 if unit == "number" else 1
    return value_text(lower, unit, decimals), value_text(upper, unit, decimals)


def _point_name(period: str) -> str:
    from carereport.quarters import MONTHS

    year, _, rest = period.partition("-")
    if rest.startswith("Q"):
        return f"{Quarter(int(year), int(rest[1:])).label}"
    return f"{MONTHS[int(rest) - 1]} {year}"


def assurance(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W10, W10b, W11: whether the process can be expected to meet its target."""
    aim = current_target(indicator, quarter)
    if aim is None or finding.spc.assurance is None:
        return
    goal = target_text(aim, indicator)
    unit = "quarters" if finding.spc.points and "Q" in finding.spc.points[-1].period else "months"
    if finding.spc.assurance == "consistently_misses":
        text = (
            f"At present the process would be expected to miss the {goal} target in most {unit} "
            "unless something changes."
        )
        yield Sentence(text, "W10", (goal,))
    elif finding.spc.assurance == "hit_and_miss":
        text = f"The process can be expected to meet the target in some {unit} and miss it in others."
        yield Sentence(text, "W10b")
    else:
        yield Sentence(f"The process can be expected to meet the target in most {unit}.", "W11")


def benchmark_text(benchmark: BenchmarkFinding, indicator: Indicator, decimals: int | None = None) -> str:
    """Return a published comparator with no more decimals than its publisher gives."""
    if decimals is None:
        decimals = 0 if float(benchmark.value).is_integer() and indicator.decimals == 0 else 1
        text = repr(float(benchmark.value))
        given = 0 if text.endswith(".0") else len(text.partition(".")[2])
        decimals = min(given, 1 if indicator.decimals is None else max(indicator.decimals, 1))
    return value_text(benchmark.value, indicator.figure_unit, decimals)


def comparator_name(benchmark: BenchmarkFinding) -> str:
    """Return 'England', 'the East Midlands', 'similar councils'."""
    if benchmark.area == "Statistical neighbours":
        return "similar councils"
    return f"the {benchmark.area}" if benchmark.area.startswith("East") else benchmark.area


def comparisons(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W13, W14: similar, or different by more than chance would explain; W15 without a comparator."""
    if finding.leading is None or finding.leading.marker in ("c", "x", "z"):
        return
    said = 0
    for benchmark in finding.benchmarks:
        if benchmark.area not in ("England", "Statistical neighbours") or benchmark.comparison is None:
            continue
        said += 1
        value, name = benchmark_text(benchmark, indicator), comparator_name(benchmark)
        period = period_text(benchmark.period)
        if benchmark.comparison == "similar":
            yield Sentence(f"This is similar to {name} ({value}, {period}).", "W13", (value, period))
        else:
            word = higher_or_lower(benchmark, indicator)
            text = f"This is {word} than {name} ({value}, {period}), by more than chance would explain."
            yield Sentence(text, "W14", (value, period))
    if not finding.benchmarks and not indicator.benchmarks:
        yield Sentence("No national comparison is published for this measure.", "W15")
    elif said:
        yield Sentence(
            "The latest published figures are for an earlier period, so the comparison is a guide only.",
            "W12",
        )


def higher_or_lower(benchmark: BenchmarkFinding, indicator: Indicator) -> str:
    """Return 'higher' or 'lower' for a comparison that is worded by polarity."""
    if benchmark.comparison in ("higher", "lower"):
        return str(benchmark.comparison)
    return "higher" if (benchmark.comparison == "better") == (indicator.polarity == "high") else "lower"


def period_text(period: str) -> str:
    """Return a comparator's period as the report prints it: 2024/25, or March 2025 for a snapshot."""
    if len(period) == 10 and period[4] == "-":
        from carereport.quarters import MONTHS

        return f"{MONTHS[int(period[5:7]) - 1]} {period[:4]}"
    return period


def cautions(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W18: a low base."""
    figure = finding.leading
    if (
        figure is not None
        and figure.marker == "u"
        and figure.denominator
        and indicator.figure_unit == "percent"
    ):
        base = value_text(figure.denominator, "number")
        yield Sentence(
            f"This is based on {base} {indicator.things or 'cases'}, "
            "so a few cases can move the percentage by several points.",
            "W18",
            (base,),
        )


def _start(words: str) -> str:
    return words[:1].upper() + words[1:]


def _mid(name: str) -> str:
    """Return a name for use inside a sentence."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _whole(indicator: Indicator) -> str:
    return "It" if indicator.figure_unit != "percent" else "The percentage"
