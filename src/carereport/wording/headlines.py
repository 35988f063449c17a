"""Short generated wording for cards, titles and the summary: one sentence each, by rule."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import takewhile

from carereport.figures import BETWEEN_EVENTS, BenchmarkFinding, Finding, Sentence
from carereport.judgement.compare import NEIGHBOURS, comparable, is_neighbours
from carereport.judgement.special_cause import points_up
from carereport.quarters import MONTHS, Quarter, written
from carereport.settings import Indicator
from carereport.wording.numbers import plural, value_text
from carereport.wording.sentences import (
    benchmark_text,
    comparator_name,
    current_target,
    higher_or_lower,
    mid_sentence,
    period_text,
    printed_step,
    shown,
    target_text,
    year_ago,
)
from carereport.wording.variation import point_name, side_length, steps_one_way

STATUS_WORDS = {
    "on_target": "On target",
    "near_target": "Near target",
    "off_target": "Off target",
    "information": "For information",
    "too_few": "Too few to rate",
}
VARIATION_WORDS = {
    "usual": "Usual variation",
    "improving": "Improving",
    "concerning": "Concerning",
    "unusually_high": "Unusually high",
    "unusually_low": "Unusually low",
    "too_short": "Too short to say",
}
ASSURANCE_WORDS = {
    "consistently_meets": "Consistently meets",
    "hit_and_miss": "Hit and miss",
    "consistently_misses": "Consistently misses",
}
POLARITY_WORDS = {"high": "higher is better", "low": "lower is better", "neither": "neither"}


def short_name(indicator: Indicator) -> str:
    """Return the name for cards and chart titles."""
    return indicator.short_name or indicator.name


def variation_word(finding: Finding) -> str:
    """Return the control chart's word; 'Not charted' where its points are too few or too small."""
    if finding.spc.chart == "none" or finding.spc.mean is None:
        return "Not shown" if finding.leading is not None and finding.leading.marker == "c" else "Too short to say"
    return VARIATION_WORDS[finding.spc.variation]


def card_change(finding: Finding, indicator: Indicator) -> Sentence:
    """Return the card's sentence on change: 'Up from 412 a year ago.' What it means stands beside it as a word."""
    pair = year_ago(finding)
    if pair is None:
        held = [figure for figure in (finding.value, finding.same_quarter_last_year) if figure]
        if "c" in (figure.marker for figure in held):
            return Sentence("Change not shown: a figure is suppressed.", "W17")
        if sum(figure.value is not None for figure in held) == 2:
            return Sentence("No comparable figure a year ago.", "W21")
        return Sentence("No figure a year ago.", "W17")
    now, before = pair
    old, new = shown(before, indicator), shown(now, indicator)
    tail = ", which may be chance" if finding.spc.mean is None and finding.change.clear is False else ""
    if finding.headline != "quarter" and not indicator.is_snapshot:
        return Sentence(f"Quarter {new}, a year ago {old}.", "W5", (new, old))
    if old == new:
        return Sentence("The same as a year ago.", "W6", (new,))
    word = {1: "Up from", -1: "Down from", 0: "Similar to"}[printed_step(now, before, indicator)]
    return Sentence(f"{word} {old} a year ago{tail}.", "W5", (old,))


def leading_benchmark(finding: Finding) -> BenchmarkFinding | None:
    """Return the comparator a card shows: the neighbours' if published, else England's."""
    by_area = {b.area: b for b in finding.benchmarks}
    return by_area.get(NEIGHBOURS) or by_area.get("England") or next(iter(finding.benchmarks), None)


def card_comparison(finding: Finding, indicator: Indicator, rate: bool = False) -> Sentence:
    """Return the card's sentence on comparison: 'Lower than neighbours, 18.8% (2024/25).'

    `rate` says so of the rate that stands for a count: 'Rate higher than neighbours, 40.7 (Mar 2025).'
    """
    benchmark = leading_benchmark(finding)
    if benchmark is None:
        return Sentence("No national comparison is published.", "W15")
    value, period = benchmark_text(benchmark, indicator), short_months(period_text(benchmark.period))
    name = "neighbours" if is_neighbours(benchmark.area) else comparator_name(benchmark)
    if benchmark.comparison is None:
        lead = f"{name}:"
    elif benchmark.comparison == "similar":
        lead = f"similar to {name},"
    else:
        lead = f"{higher_or_lower(benchmark, indicator)} than {name},"
    text = f"{'rate ' if rate else ''}{lead} {value} ({period})."
    return Sentence(text[:1].upper() + text[1:], "W14" if "than" in lead else "W13", (value, period))


def short_months(text: str) -> str:
    """Return a period with short months, for a card: 'Sept 2025'."""
    for month in MONTHS:
        if len(month) > 4:
            text = text.replace(month, "Sept" if month == "September" else month[:3])
    return text


def finding_title(finding: Finding, indicator: Indicator, quarter: Quarter) -> Sentence:
    """Return the finding as a title: 'Cases per social worker rose to 18.7, above the target of 17'.

    Past tense, which suits one and many; rose and fell (against the same quarter a year ago) only
    where the change is clear or beyond usual variation. A suppressed figure is named without a value.
    """
    figure = finding.leading
    if figure is None or figure.value is None:
        empty = "too small to publish" if figure and figure.marker == "c" else "no figure for this period"
        return Sentence(f"{short_name(indicator)}: {empty}", "T0")
    value = shown(figure, indicator)
    moved = f"{_movement(finding, indicator)} {value}{_span(finding, indicator)}"
    tail, figures = _against_target(finding, indicator, quarter)
    if not tail and finding.spc.variation == "usual":
        tail, figures = _against_others(finding, indicator)
    if not tail and finding.spc.mean is not None:
        tail = USUAL.get(finding.spc.variation, "")
    return Sentence(_fitted(indicator, moved, tail), "T1", (value, *figures))


def positive_title(finding: Finding, indicator: Indicator, quarter: Quarter) -> Sentence:
    """Return the title of a positive: what improved, or that we are better than neighbours by more than chance."""
    plain = finding_title(finding, indicator, quarter)
    tail, figures = _against_others(finding, indicator)
    if not tail or finding.spc.variation == "improving" or finding.leading is None:
        return plain
    moved = f"{_movement(finding, indicator)} {shown(finding.leading, indicator)}{_span(finding, indicator)}"
    return Sentence(_fitted(indicator, moved, tail), "T1", (shown(finding.leading, indicator), *figures))


TITLE_WORDS = 15
"""A title has no more (report reference, section 4)."""
FULL_NAME_WORDS = 12
"""A title with the full name has no more; a longer one takes the short name."""
_VALUE_AT_END = re.compile(r" of \S+$| \(\S+\)$")
_ARTICLE = re.compile(r"\bthe (?=target$)")


def _fitted(indicator: Indicator, moved: str, tail: str) -> str:
    """Return name, movement and tail in 15 words: the short name, then the tail without its value, where needed."""
    bare = _ARTICLE.sub("", _VALUE_AT_END.sub("", tail))
    full = f"{indicator.name} {moved}{tail}"
    if "," not in indicator.name and len(full.split()) <= FULL_NAME_WORDS:
        return full
    name = short_name(indicator)
    tries = [f"{name} {moved}{end}" for end in (tail, tail.replace(" still", ""), bare, "")]
    return next((text for text in tries if len(text.split()) <= TITLE_WORDS), tries[-1])


def rise_title(finding: Finding, indicator: Indicator) -> Sentence | None:
    """Return 'Demand index rose from 309 to 485 in six months, unusually high since April'.

    Only for a stock by month whose latest points all lie outside the limits on one side; else None.
    """
    known = [point for point in finding.spc.points if point.value is not None]
    months = finding.months[-1 - RISE_MONTHS :]
    if not known or "Q" in known[-1].period or len(months) <= RISE_MONTHS or months[0].value is None:
        return None
    side = known[-1].special
    outside = list(takewhile(lambda point: point.special == side, reversed(known)))
    if side not in ("outside_high", "outside_low") or len(outside) < 2 or months[-1].value is None:
        return None
    before, now = shown(months[0], indicator), shown(months[-1], indicator)
    rose = side == "outside_high"
    if finding.spc.chart in BETWEEN_EVENTS or rose != (months[-1].value > months[0].value) or before == now:
        return None
    since = point_name(outside[-1].period).split(" ")[0 if outside[-1].period[:4] == known[-1].period[:4] else slice(2)]
    text = (
        f"{short_name(indicator)} {'rose' if rose else 'fell'} from {before} to {now} in six months, "
        f"unusually {'high' if rose else 'low'} since {since}"
    )
    return Sentence(text, "T1", (before, now))


RISE_MONTHS = 6
USUAL = {
    "usual": ", within the usual range",
    "unusually_high": ", higher than usual",
    "unusually_low": ", lower than usual",
    "improving": ", better than usual",
    "concerning": ", worse than usual",
}


def _movement(finding: Finding, indicator: Indicator) -> str:
    """Return 'rose to', 'fell to' or 'stood at'."""
    pair = year_ago(finding)
    if pair is None or (finding.headline != "quarter" and not indicator.is_snapshot):
        return "stood at"
    if not (step := printed_step(*pair, indicator)):
        return "stood at"
    rose = step > 0
    if finding.change.clear or _unusual_side(finding, indicator) is rose:
        return "rose to" if rose else "fell to"
    return "stood at"


def _unusual_side(finding: Finding, indicator: Indicator) -> bool | None:
    """Return whether the control chart says high (True) or low (False); None for usual variation."""
    variation = finding.spc.variation if finding.spc.mean is not None else ""
    if variation in ("improving", "concerning"):
        return (variation == "improving") == (indicator.polarity == "high")
    return {"unusually_high": True, "unusually_low": False}.get(variation)


def _span(finding: Finding, indicator: Indicator) -> str:
    """Return the period where it is not the quarter: ' over 12 months'."""
    if indicator.is_snapshot:
        return ""
    return {"rolling_12_months": " over 12 months", "year_to_date": " since April"}.get(finding.headline, "")


def _against_target(finding: Finding, indicator: Indicator, quarter: Quarter) -> tuple[str, tuple[str, ...]]:
    aim, figure = current_target(indicator, quarter), finding.leading
    variation = finding.spc.variation if finding.spc.mean is not None else ""
    if finding.status not in ("on_target", "near_target", "off_target") or aim is None or figure is None:
        return "", ()
    goal = target_text(aim, indicator)
    if finding.status == "on_target":
        return (USUAL[variation] if variation == "concerning" else ", on target"), ()
    if finding.status == "near_target":
        return f", near the target of {goal}", (goal,)
    side = "above" if (figure.value or 0) > aim.value else "below"
    return f",{' still' if variation == 'improving' else ''} {side} the target of {goal}", (goal,)


def _against_others(finding: Finding, indicator: Indicator) -> tuple[str, tuple[str, ...]]:
    """Say that we differ from neighbours by more than chance, for measures without a target."""
    for benchmark in finding.benchmarks:
        if is_neighbours(benchmark.area) and benchmark.clear and benchmark.comparison != "similar":
            value = benchmark_text(benchmark, indicator)
            word = higher_or_lower(benchmark, indicator)
            return f", {word} than neighbours ({value})", (value,)
    return "", ()


def chart_title(finding: Finding) -> Sentence:
    """Return what a control chart shows in a few words: 'Above its average for 9 months'."""
    spc = finding.spc
    known = [point for point in spc.points if point.value is not None]
    unit = "quarter" if known and "Q" in known[-1].period else "month"
    if spc.mean is None or spc.variation == "too_short" or not known:
        return Sentence(f"Too few {unit}s or cases to judge usual variation", "W22")
    special = known[-1].special or "common"
    if spc.chart in BETWEEN_EVENTS:
        length = {None: "as", True: "longer than", False: "shorter than"}[points_up(special)]
        return Sentence(f"Gaps between events are {length} usual", "W9" if special == "common" else "W7")
    if special.startswith("outside"):
        side = "Above" if special == "outside_high" else "Below"
        return Sentence(f"{side} its usual range in {point_name(known[-1].period)}", "W8")
    if special.startswith("trend"):
        steps = steps_one_way(finding, rising=special == "trend_rising")
        word = "Rose" if special == "trend_rising" else "Fell"
        return Sentence(f"{word} {plural(steps, unit, f'{unit}s')} running", "W7", (str(steps),))
    if special.startswith("shift"):
        run = side_length(finding)
        side = "Above" if special == "shift_high" else "Below"
        return Sentence(f"{side} its average for {plural(run, unit, f'{unit}s')} in a row", "W7", (str(run),))
    if special.startswith("two_of_three"):
        edge = "upper" if special.endswith("high") else "lower"
        return Sentence(f"Near the {edge} edge of its usual range", "W7")
    return Sentence("Within its usual range", "W9")


def comparison_title(finding: Finding, indicator: Indicator) -> Sentence | None:
    """Return how we compare in a few words: 'Lower than England, beyond chance; similar to neighbours'."""
    found: dict[str, list[str]] = {}
    for benchmark in finding.benchmarks:
        name = {"England": "England", NEIGHBOURS: "neighbours"}.get(benchmark.area)
        if name is None or benchmark.comparison is None:
            continue
        similar = benchmark.comparison == "similar"
        word = "similar to" if similar else f"{higher_or_lower(benchmark, indicator)} than"
        beyond = "" if similar or not benchmark.clear else ", beyond chance"
        found.setdefault(f"{word} {{}}{beyond}", []).append(name)
    if not found:
        return None
    text = "; ".join(form.format(" and ".join(names)) for form, names in found.items())
    return Sentence(text[:1].upper() + text[1:], "W13")


def funnel_title(finding: Finding, indicator: Indicator) -> Sentence | None:
    """Return where we lie among councils of our size: 'Higher than usual for a council of our size'; None without one.

    The usual range is that of a funnel plot: what councils' own spread allows at our base, not chance alone.
    """
    ours, band = comparable(finding, indicator), finding.funnel
    if band is None or ours is None or ours.value is None:
        return None
    if band.spread == "within":
        return Sentence("Within the usual range for a council of our size", "W13")
    side = "Higher" if ours.value > band.comparator else "Lower"
    outer = ", beyond the outer limits" if band.spread == "beyond_99_8" else ""
    return Sentence(f"{side} than usual for a council of our size{outer}", "W14")


def several_title(findings: Sequence[Finding], indicators: Mapping[str, Indicator]) -> Sentence:
    """Return which of several measures seen together are worse than usual, else better: by name, or how many."""
    charted = [finding for finding in findings if finding.spc.mean is not None]
    for variation, word in (("concerning", "Worse"), ("improving", "Better")):
        names = [short_name(indicators[f.indicator]) for f in charted if f.spc.variation == variation]
        if not names:
            continue
        held = [mid_sentence(name) for name in names]
        text = f"{word} than usual: {' and '.join([*([', '.join(held[:-1])] if held[1:] else []), held[-1]])}"
        if len(text.split()) > TITLE_WORDS:
            text = f"{word} than usual: {len(names)} of {len(findings)} measures"
        return Sentence(text, "T1")
    return Sentence("None of these measures is better or worse than usual", "T1")


def status_count(findings: Sequence[Finding]) -> Sentence:
    """W30: how many measures with a target are on, near and off it, and how many cannot be rated."""
    on = sum(f.status == "on_target" for f in findings)
    near = sum(f.status == "near_target" for f in findings)
    off = sum(f.status == "off_target" for f in findings)
    unrated = sum(f.status == "too_few" for f in findings)
    total = on + near + off + unrated
    if not total:
        return Sentence("No measure on the scorecard has a target.", "W30")
    be = "is" if on == 1 else "are"
    ends = f"{near} near, {off} off, {unrated} not rated" if unrated else f"{near} near and {off} off"
    return Sentence(
        f"Of {plural(total, 'measure', 'measures')} with a target, {on} {be} on it, {ends}.",
        "W30",
        (str(total), str(on), str(near), str(off), *([str(unrated)] if unrated else [])),
    )


def variation_count(findings: Sequence[Finding]) -> Sentence:
    """How many measures are better and worse than usual, by their control charts."""
    better = sum(f.spc.variation == "improving" for f in findings if f.spc.mean is not None)
    worse = sum(f.spc.variation == "concerning" for f in findings if f.spc.mean is not None)
    numbers = (str(len(findings)), str(better), str(worse))
    measures = plural(len(findings), "measure", "measures")
    return Sentence(
        f"Of {measures} on the scorecard, {better} {'is' if better == 1 else 'are'} better than usual "
        f"and {worse} worse.",
        "W30",
        numbers,
    )


def age_of_data(quarter: Quarter, meeting: date | None) -> Sentence | None:
    """W28: how old the figures are on the day of the meeting, in whole weeks."""
    if meeting is None or meeting <= quarter.end:
        return None
    weeks = (meeting - quarter.end).days // 7
    return Sentence(
        f"On the day of the meeting, {written(meeting)}, these figures are {plural(weeks, 'week', 'weeks')} old.",
        "W28",
        (str(weeks),),
    )


def conversion(whole: str, parts: Sequence[tuple[str, str]], period: str) -> Sentence:
    """W26: how many events of later stages there were for every 100 of one; `parts` are numbers with their names."""
    said = [f"{number} {name}" for number, name in parts]
    listed = " and ".join([*([", ".join(said[:-1])] if said[1:] else []), said[-1]])
    be = "was" if [number for number, _ in parts] == ["1"] else "were"
    text = f"For every 100 {whole} in {period}, there {be} {listed}."
    return Sentence(text, "W26", ("100", *(number for number, _ in parts)))


def flow_account(joined: str, left: str, net: float, net_text: str, period: str) -> Sentence:
    """W27: those who joined and left a stock, and what that makes."""
    text = f"In {period}, {joined} joined and {left} left"
    if net == 0:
        return Sentence(f"{text}: no net change.", "W27", (joined, left))
    word = "rise" if net > 0 else "fall"
    return Sentence(f"{text}: a net {word} of {net_text}.", "W27", (joined, left, net_text))


def return_title(then: float, now: float, unexplained: float) -> Sentence:
    """Return 'From 509 in the last return to 520 now: every child accounted for', or how many are not."""
    numbers = value_text(then, "number"), value_text(now, "number")
    text = f"From {numbers[0]} in the last return to {numbers[1]} now"
    if not unexplained:
        return Sentence(f"{text}: every child accounted for", "W27", numbers)
    rest = value_text(abs(unexplained), "number")
    return Sentence(f"{text}: {rest} not explained", "W27", (*numbers, rest))
