"""Sentences on comparison with England, similar councils and our place among councils, with their evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from carereport.comparators import period_end
from carereport.figures import BenchmarkFinding, Figure, Finding, RankBand, Sentence
from carereport.judgement.compare import comparable, is_neighbours, is_stock
from carereport.judgement.rank import quarters_of_rank
from carereport.quarters import MONTHS, Quarter, written
from carereport.settings import Indicator
from carereport.wording.numbers import base_text
from carereport.wording.sentences import benchmark_text, comparator_name, higher_or_lower, period_text, shown

_ORDER = ("first", "second", "third", "fourth")


def comparisons(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """W13 and W14 with the figure that is compared, W12 on the periods, our place, W15 without a comparator."""
    if not finding.benchmarks:
        if not indicator.benchmarks:
            yield Sentence("No national comparison is published for this measure.", "W15")
        return
    compared = comparable(finding, indicator)
    if compared is None or compared.value is None:
        return
    told = [b for b in finding.benchmarks if b.area.casefold() == "england" or is_neighbours(b.area)]
    judged = [b for b in told if b.comparison is not None]
    if judged and compared is not finding.leading:
        base = base_text(compared.numerator, compared.denominator) if indicator.figure_unit == "percent" else ""
        value = shown(compared, indicator)
        tail = f" ({base})" if base else ""
        text = f"Over the 12 months to {written(compared.end)} it was {value}{tail}."
        yield Sentence(text, "W13", (value, base) if base else (value,))
    for benchmark in told:
        yield _compared(benchmark, indicator)
    if judged and finding.rank is not None:
        yield _place(finding.rank, indicator)
    if judged and not is_of(judged[0], compared.end):
        yield _periods(judged[0], compared, is_stock(finding, indicator))


def is_of(benchmark: BenchmarkFinding, end: date) -> bool:
    """Return whether a comparator's period ends on a day, so that it is of the same time as our figure."""
    return period_end(benchmark.period) == end


def full_name(benchmark: BenchmarkFinding) -> str:
    """Return a comparator with its statistic: 'the mean of 8 of 10 similar councils'."""
    if not is_neighbours(benchmark.area):
        return comparator_name(benchmark)
    found = re.fullmatch(r"(mean|median)(?: of (\d+) of (\d+))?", benchmark.statistic)
    average = found[1] if found else "average"
    if found is None or found[2] is None:
        return f"the {average} of similar councils"
    if found[2] == "1":
        return f"the one {'similar council' if found[3] == '1' else f'of {found[3]} similar councils'} that published"
    many = found[2] if found[2] == found[3] else f"{found[2]} of {found[3]}"
    return f"the {average} of {many} similar councils"


def _compared(benchmark: BenchmarkFinding, indicator: Indicator) -> Sentence:
    value, name, period = benchmark_text(benchmark, indicator), full_name(benchmark), period_text(benchmark.period)
    held = (value, period, *re.findall(r"\d+", name))
    if benchmark.comparison is None:
        text = f"The published figure for {name} is {value} ({period}); chance cannot be judged from these figures."
        return Sentence(text, "W13", held)
    if benchmark.comparison == "similar":
        return Sentence(f"This is similar to {name} ({value}, {period}).", "W13", held)
    word = higher_or_lower(benchmark, indicator)
    text = f"This is {word} than {name} ({value}, {period})"
    if benchmark.clear is False:
        return Sentence(f"{text}, but across the whole scorecard it may be chance.", "W14", held)
    return Sentence(f"{text}, by more than chance would explain.", "W14", held)


def _place(band: RankBand, indicator: Indicator) -> Sentence:
    """Say in which quarter of councils the measure stands, allowing for chance; no places are told apart."""
    first, last = quarters_of_rank(band)
    ends = ("best", "worst") if indicator.polarity != "neither" else ("highest", "lowest")
    names = (ends[0], *_ORDER[1:3], ends[1])
    of = str(band.of)
    if first == last:
        among = f"the {names[first - 1]} quarter of {of} councils"
        return Sentence(f"Allowing for chance, it stands in {among}.", "W14", (of,))
    if (first, last) == (1, 4):
        return Sentence(f"Chance allows a place in any quarter of {of} councils.", "W14", (of,))
    text = f"Allowing for chance, it stands between the {names[first - 1]} and the {names[last - 1]} quarter"
    return Sentence(f"{text} of {of} councils.", "W14", (of,))


def _periods(benchmark: BenchmarkFinding, compared: Figure, stock: bool) -> Sentence:
    ours = f"at {written(compared.end)}" if stock else f"for the 12 months to {written(compared.end)}"
    period = period_text(benchmark.period)
    text = f"The latest national figures are for {period}; ours are {ours}, so the comparison is a guide only."
    return Sentence(text, "W12", (period, "12"))


def year_title(ours: float | None, england: float, end: date) -> Sentence:
    """Return 'In the year to March 2025 ours rose and England's fell' from each one's change, None where not known."""
    when, theirs = f"In the year to {MONTHS[end.month - 1]} {end.year}", _moved(england)
    if ours is None:
        return Sentence(f"{when} England's {theirs}", "T1")
    own = _moved(ours)
    return Sentence(f"{when} both {own}" if own == theirs else f"{when} ours {own} and England's {theirs}", "T1")


def _moved(change: float) -> str:
    return "rose" if change > 0 else "fell" if change < 0 else "stayed the same"
