"""Short generated wording for cards, titles and the summary: one sentence each, by rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from carereport.figures import BenchmarkFinding, Finding, Sentence
from carereport.quarters import Quarter, written
from carereport.settings import Indicator
from carereport.wording.numbers import plural
from carereport.wording.sentences import (
    benchmark_text,
    comparator_name,
    current_target,
    higher_or_lower,
    period_text,
    shown,
    target_text,
    year_ago,
)

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
        return (
            "Not shown"
            if finding.leading is not None and finding.leading.marker == "c"
            else "Too short to say"
        )
    return VARIATION_WORDS[finding.spc.variation]


def card_change(finding: Finding, indicator: Indicator) -> Sentence:
    """Return the card's sentence on change: 'Up from 412 a year ago, above its usual range.'"""
    pair = year_ago(finding)
    range_words = {
        "unusually_high": "above its usual level",
        "unusually_low": "below its usual level",
        "improving": "better than usual",
        "concerning": "worse than usual",
        "usual": "within its usual range",
    }.get(finding.spc.variation if finding.spc.mean is not None else "", "")
    if pair is None:
        if finding.value is not None and finding.value.marker == "c":
            return Sentence("The change is not shown: the number is suppressed.", "W17")
        return Sentence("No figure for a year ago.", "W17")
    now, before = pair
    old, new = shown(before, indicator), shown(now, indicator)
    tail = f", {range_words}" if range_words else ""
    if not range_words and finding.change.clear is False:
        tail = ", which may be chance"
    lead = "Quarter: " if finding.headline != "quarter" and not indicator.is_snapshot else ""
    if old == new:
        return Sentence(
            f"{lead or ''}{new}, the same as a year ago{tail}.".replace("Quarter: ", "In the quarter "),
            "W6",
            (new,),
        )
    word = "up" if (now.value or 0) > (before.value or 0) else "down"
    if lead:
        return Sentence(f"In the quarter {new}, {word} from {old} a year ago{tail}.", "W5", (new, old))
    return Sentence(f"{word.capitalize()} from {old} a year ago{tail}.", "W5", (old,))


def leading_benchmark(finding: Finding) -> BenchmarkFinding | None:
    """Return the comparator a card shows: similar councils if published, else England."""
    by_area = {b.area: b for b in finding.benchmarks}
    return (
        by_area.get("Statistical neighbours")
        or by_area.get("England")
        or next(iter(finding.benchmarks), None)
    )


def card_comparison(finding: Finding, indicator: Indicator) -> Sentence:
    """Return the card's sentence on comparison: 'Lower than similar councils, 18.8% (2024/25).'"""
    benchmark = leading_benchmark(finding)
    if benchmark is None:
        return Sentence("No national comparison is published.", "W15")
    value, name, period = (
        benchmark_text(benchmark, indicator),
        comparator_name(benchmark),
        period_text(benchmark.period),
    )
    if benchmark.comparison is None:
        return Sentence(f"{name[:1].upper()}{name[1:]}: {value} ({period}).", "W13", (value, period))
    if benchmark.comparison == "similar":
        return Sentence(f"Similar to {name}, {value} ({period}).", "W13", (value, period))
    word = higher_or_lower(benchmark, indicator).capitalize()
    return Sentence(f"{word} than {name}, {value} ({period}).", "W14", (value, period))


def finding_title(finding: Finding, indicator: Indicator, quarter: Quarter) -> Sentence:
    """Return the finding as a title of at most 15 words or so.

    'Assessed within 45 working days improved to 79%, and still misses its target'; usual variation
    is said as such, and a suppressed figure is named without a value.
    """
    name, figure = short_name(indicator), finding.leading
    if figure is None or figure.value is None:
        return Sentence(
            f"{name}: too small to publish" if figure and figure.marker == "c" else f"{name}: no figure", "T0"
        )
    value = shown(figure, indicator)
    aim = current_target(indicator, quarter)
    moved = {
        "improving": f"improved, to {value}",
        "concerning": f"worsened, to {value}",
        "unusually_high": f"above the usual range, at {value}",
        "unusually_low": f"below the usual range, at {value}",
    }.get(finding.spc.variation if finding.spc.mean is not None else "")
    if moved is None:
        pair = year_ago(finding)
        if pair and finding.change.clear and shown(pair[0], indicator) != shown(pair[1], indicator):
            verb = "up" if (pair[0].value or 0) > (pair[1].value or 0) else "down"
            moved = f"{verb} on a year ago, at {value}"
        else:
            moved = f"{value}, within its usual range" if finding.spc.mean is not None else f"{value}"
    tail = {
        "on_target": ", on target",
        "near_target": ", near its target",
        "off_target": ", off target",
    }.get(finding.status, "")
    if aim is not None and finding.status == "off_target":
        tail = f", against a target of {target_text(aim, indicator)}"
    return Sentence(f"{name}: {moved}{tail}", "T1", (value,))


def status_count(findings: Sequence[Finding]) -> Sentence:
    """W30: how many measures with a target are on, near and off it."""
    on = sum(f.status == "on_target" for f in findings)
    near = sum(f.status == "near_target" for f in findings)
    off = sum(f.status == "off_target" for f in findings)
    total = on + near + off
    return Sentence(
        f"Of {total} measures with a target, {on} are on target, {near} near and {off} off.",
        "W30",
        (str(total), str(on), str(near), str(off)),
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


def flow_account(name: str, joined: str, left: str, net: float, net_text: str, period: str) -> Sentence:
    """W27: a stock explained by those who joined and left."""
    word = "rise" if net > 0 else "fall"
    if net == 0:
        return Sentence(
            f"{joined} joined and {left} left in {period}, so {name} did not change.", "W27", (joined, left)
        )
    return Sentence(
        f"In {period}, {joined} joined and {left} left: a net {word} of {net_text}.",
        "W27",
        (joined, left, net_text),
    )
