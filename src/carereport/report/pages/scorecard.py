"""The scorecard: every measure in two lines, by section, with the rules that gave its words printed below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from carereport.figures import Figure, Finding
from carereport.judgement.compare import NEIGHBOURS
from carereport.judgement.false_alarms import charted_points, expected_false_alarms
from carereport.judgement.rank import quarters_of_rank
from carereport.quarters import MONTHS
from carereport.report import drawings
from carereport.report.pages.material import (
    Material,
    Tag,
    at_quarter,
    figure_text,
    good_is,
    legend,
    status_tag,
    table_words,
    target_basis,
    target_words,
    unit_text,
    variation_tag,
)
from carereport.settings import Indicator
from carereport.wording.comparisons import is_of
from carereport.wording.headlines import POLARITY_WORDS, short_months, short_name, status_count
from carereport.wording.numbers import plural, value_text
from carereport.wording.sentences import benchmark_text, period_text, printed_step

WITHHELD = "withheld"
"""Stands for a quarter where disclosure left out all single quarters: a dash would say that there is none."""
BASES = ("local", "national", "statutory")
QUARTERS = ("highest quarter", "quarter 2", "quarter 3", "lowest quarter")


@dataclass(frozen=True)
class Row:
    """One measure."""

    id: str
    ref: str
    name: str
    good: str
    unit: str
    withheld: bool
    """Whether disclosure left out its single quarters."""
    last_year: str
    previous: str
    now: str
    longer: str
    longer_label: str
    leads: str
    """Which of `now` and `longer` the measure leads with."""
    spark: Markup
    target: str
    basis: str
    status: Tag
    variation: Tag
    direction: str
    others: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class Section:
    """The measures of one section."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Scorecard:
    """The whole table, with what explains it."""

    title: str
    heads: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    rule: str
    false_alarms: str
    benchmarks: str
    key: tuple[str, ...]
    """What each mark of the page means; only those that occur."""
    more: str
    """Where the rest of the figures is."""


def scorecard(material: Material) -> Scorecard:
    """Return the scorecard, 45 rows at most (report reference, section 2.2)."""
    quarter = material.quarter
    sections: list[Section] = []
    shown = list(material.scorecard_findings)
    names = {finding.indicator for finding in shown}
    for _, name, findings in material.sections:
        kept = [finding for finding in findings if finding.indicator in names]
        if kept:
            sections.append(Section(name, tuple(_row(material, finding) for finding in kept)))
    first, last = (MONTHS[day.month - 1] for day in (quarter.year_to_date.start, quarter.end))
    return Scorecard(
        title=status_count(shown).text.rstrip("."),
        heads=(
            *((f"Q{q.number}", q.financial_year) for q in (quarter.shift(-4), quarter.previous(), quarter)),
            (first, f"to {short_months(last)}"),
        ),
        sections=tuple(sections),
        rule=_rule(material, shown),
        false_alarms=_false_alarms(shown),
        benchmarks=_benchmark_note(shown, quarter.end),
        key=tuple(_key([row for section in sections for row in section.rows])),
        more=_more(material, len(material.findings) - len(shown)),
    )


def _row(material: Material, finding: Finding) -> Row:
    indicator, quarter = material.indicator(finding), material.quarter
    longer, label = longer_figure(finding, indicator)
    gone = WITHHELD if quarters_withheld(material, finding) else ""
    before = at_quarter(finding, quarter.previous()) or finding.previous
    return Row(
        id=finding.indicator,
        ref=indicator.ref,
        name=short_name(indicator),
        good=good_is(indicator),
        unit=unit_text(indicator),
        withheld=bool(gone),
        last_year=gone or figure_text(finding.same_quarter_last_year, indicator),
        previous=gone or figure_text(before, indicator),
        now=gone or figure_text(finding.value, indicator),
        longer=figure_text(longer, indicator),
        longer_label=label,
        leads="longer" if finding.headline != "quarter" and longer is not None else "now",
        spark=drawings.sparkline(finding, 18.5, 7.5),
        target=target_words(indicator, quarter) or "–",
        basis=target_basis(indicator, quarter),
        status=status_tag(finding),
        variation=variation_tag(finding),
        direction=gone.capitalize() or direction_word(finding, indicator),
        others=_others(finding, indicator),
        place=place_words(finding),
    )


def quarters_withheld(material: Material, finding: Finding) -> bool:
    """Return whether disclosure left out every single quarter of a measure."""
    return (finding.indicator, "quarter") in material.disclosed.withheld_periods


def longer_figure(finding: Finding, indicator: Indicator) -> tuple[Figure | None, str]:
    """Return the figure of the year to date, or that of 12 months and 'year'; None for a stock."""
    if indicator.is_snapshot:
        return None, ""
    if finding.headline == "rolling_12_months":
        return finding.rolling_12_months, "year"
    return finding.year_to_date, ""


def direction_word(finding: Finding, indicator: Indicator) -> str:
    """Higher, lower or unchanged than a year ago; better or worse only where the change is clear."""
    now, ago = finding.value, finding.same_quarter_last_year
    if now is None or ago is None or now.value is None or ago.value is None:
        return "[c]" if "c" in (now.marker if now else "", ago.marker if ago else "") else "No earlier figure"
    if finding.change.value is None:
        return "Not comparable"
    step = printed_step(now, ago, indicator)
    if not step:
        return "Unchanged"
    higher = step > 0
    if indicator.polarity == "neither" or not finding.change.clear:
        return "Higher" if higher else "Lower"
    return "Better" if higher == (indicator.polarity == "high") else "Worse"


def _others(finding: Finding, indicator: Indicator) -> tuple[str, ...]:
    found = {benchmark.area: benchmark for benchmark in finding.benchmarks}
    texts = []
    for area in (NEIGHBOURS, "England"):
        if area in found:
            texts.append(benchmark_text(found[area], indicator))
        elif found:
            texts.append("–")
    return tuple(texts)


def place_words(finding: Finding) -> str:
    """Return our quarter among English authorities where chance allows no other, else the quarters that it allows."""
    if not finding.benchmarks:
        return "not published"
    year = next((short_months(period_text(b.period)) for b in finding.benchmarks if b.area == "England"), "")
    if finding.rank is None:
        return year
    first, last = quarters_of_rank(finding.rank)
    if not finding.rank.highest_first:
        first, last = 5 - last, 5 - first
    if (first, last) == (1, 4):
        return year
    return QUARTERS[first - 1] if first == last else f"quarters {first} to {last}"


def _key(rows: list[Row]) -> Iterable[str]:
    """Yield the meaning of each mark that the rows show; words that say it themselves need none."""
    cells = [text for row in rows for text in (row.last_year, row.previous, row.now, row.longer, row.direction)]
    if any(row.good == POLARITY_WORDS["neither"] for row in rows):
        yield "Neither: neither higher nor lower is better"
    if bases := [name for name in BASES if any(row.basis == name for row in rows)]:
        yield f"{' or '.join(bases).capitalize()}: who set the target"
    if {row.direction for row in rows} & {"Better", "Worse"}:
        yield "Since last year: better or worse only where a clear change has a better direction, else higher or lower"
    yield "Months: the last mark is that of the variation, gaps are months not shown"
    if WITHHELD in cells:
        yield f"{WITHHELD.capitalize()}: single quarters are too small to publish"
    yield from legend([*cells, *(text for row in rows for text in (row.target, *row.others))])


def _more(material: Material, left_out: int) -> str:
    """Return which tables of the spreadsheet hold the rest: measures that are not listed, and all periods."""
    numbers = [place for place, sheet in enumerate(material.sheets, 1) if sheet.kind == "figures"]
    others = f"{plural(left_out, 'more measure', 'more measures')}: {table_words(material.table_number('scorecard'))}. "
    periods = f"All periods: {table_words(*numbers)}." if numbers else ""
    return f"{others if left_out else ''}{periods}".strip()


def _rule(material: Material, findings: list[Finding]) -> str:
    own = sum(
        bool(material.indicator(f).status.green or material.indicator(f).status.amber) for f in findings
        if f.status in ("on_target", "near_target", "off_target")
    )  # fmt: skip
    text = (
        "On target: at the target or better. Near: worse by no more than 5% of the target "
        "(5 points where the target is under 10). Off: worse by more."
    )
    if own:
        text += " Measures with thresholds of their own have them printed under Definitions."
    return text


def _false_alarms(findings: list[Finding]) -> str:
    """Say how many unusual words chance alone would give a scorecard of this size."""
    points = charted_points(findings)
    if not points:
        return ""
    expected = expected_false_alarms(points)
    number = value_text(expected, "number", 0 if expected >= 1.5 else 1 if expected >= 0.05 else 2)
    measures = plural(len(points), "measure", "measures")
    return (
        f"Of {measures} with a control chart, about {number} would look unusual by chance alone though nothing changed."
    )


def _benchmark_note(findings: list[Finding], end: date) -> str:
    national = [b for f in findings for b in f.benchmarks if b.area == "England"]
    periods = sorted({period_text(b.period) for b in national})
    if not periods:
        return ""
    listed = ", ".join(periods[:-1]) + (" or " if len(periods) > 1 else "") + periods[-1]
    later = "" if all(is_of(b, end) for b in national) else "; ours are later, so the comparison is a guide only"
    return (
        f"Neighbours and England: published for {listed}{later}. "
        "Quarters of England's authorities count from the highest value down, and allow for chance."
    )
