"""Checks of generated text: plain words, short sentences, and every number traced to a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from carereport.faults import Fault
from carereport.figures import Figure, Finding, Sentence
from carereport.judgement.look_ahead import NEEDED
from carereport.quarters import Quarter
from carereport.settings import Indicator
from carereport.wording.headlines import (
    RISE_MONTHS,
    card_change,
    card_comparison,
    chart_title,
    comparison_title,
    finding_title,
    funnel_title,
    positive_title,
    rise_title,
)
from carereport.wording.numbers import MOST_DECIMALS, MOST_WORDS, decimals_given, number_text, rounded, unit_words

BANNED = (
    "because", "due to", "as a result of", "driven by", "thanks to", "led to", "caused", "reflects", "explains",
    "impact of", "soared", "plummeted", "surged", "spiked", "dropped sharply", "crept", "worryingly", "staggering",
    "as many as", "just", "will", "significant", "significantly", "trend", "record", "highest ever", "a handful",
    "almost none",
)  # fmt: skip
"""Causes, drama, praise, tests not done, and words that hint at a hidden number."""

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATES = re.compile(
    rf"\b\d{{1,2}} {_MONTH}\b"
    r"|\b12 months\b|\b(?:19|20)\d\d(?:/\d\d)?\b|\bQ[1-4]\b|\bQuarter [1-4]\b(?![.,]\d|%)"
)
_SHAPES = (
    (re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th) (?:of )?{_MONTH}\b"), "an ordinal in a date"),
    (re.compile(r"\b(?:rose|fell|up|down|increased|decreased) by \d[\d.,]*%"),
     "a change of a percentage in %, which is percentage points"),
    (re.compile(r"(?<![\d.,])1 (?:months|quarters|weeks|children|plans|assessments|referrals"
                r"|contacts|cases|measures|councils|percentage points)\b"), "a plural after 1"),
    (re.compile(r"\[object|\bNone\b|\bnan\b|\{|\}"), "an unfilled place"),
)  # fmt: skip


def sentences_of(text: str) -> list[str]:
    """Split a text into its sentences."""
    return [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", text.strip()) if part]


def faults_of(text: str, glossary: Iterable[str] = ()) -> Iterator[str]:
    """Yield what is wrong with a generated text, in words; nothing where it is well made."""
    known = set(glossary)
    for sentence in sentences_of(text):
        words = sentence.split()
        if len(words) > MOST_WORDS:
            yield f"a sentence of {len(words)} words; at most {MOST_WORDS}"
        if sentence[:1].isdigit():
            yield "a sentence that begins with a numeral"
    lowered = f" {text.lower()} "
    for word in BANNED:
        if re.search(rf"\b{re.escape(word)}\b", lowered):
            yield f"the word '{word}', which generated text may not use"
    for pattern, fault in _SHAPES:
        if pattern.search(text):
            yield fault
    if "  " in text:
        yield "two spaces in a row"
    for token in re.findall(r"\b[A-Z]{2,}\b", text):
        if token not in known:
            yield f"the abbreviation {token}, which the glossary does not explain"


def lint_findings(
    findings: Sequence[Finding], indicators: Mapping[str, Indicator], quarter: Quarter, glossary: Iterable[str] = ()
) -> list[Fault]:
    """Return what is wrong in what is said of the findings: an error for a number that is no figure, else warnings.

    A number is traced where the sentence, title or card names it among its figures and the finding, or one that
    it is read with, holds a value that prints so. The wording of the configuration counts as given.
    """
    faults, known = [], frozenset(glossary)
    by_id = {finding.indicator: finding for finding in findings}
    prints = {finding.indicator: printable(finding, indicators[finding.indicator]) for finding in findings}
    for finding in findings:
        indicator = indicators[finding.indicator]
        beside = [by_id[name] for name in indicator.pair if name in by_id]
        held = [finding, *beside]
        fixed = " ".join(_fixed(indicators[one.indicator]) for one in held)
        pool = set().union(*(prints[one.indicator] for one in held))
        for sentence in (*finding.sentences, *short_texts(finding, indicator, quarter)):
            where = f"{finding.indicator}, rule {sentence.rule}"
            stray = [*untraced(sentence, fixed), *_unheld(sentence, pool)]
            if stray:
                message = f"{where}: a number that is no figure of the indicator"
                faults.append(Fault("WO001", "error", message, REPORT_THIS))
            if sentence in finding.sentences:
                remedy = _NAME_COLUMN if sentence.rule in _OF_COLUMNS and "“" in sentence.text else _REWORD
                faults += [
                    Fault("WO002", "warning", f"{where}: {wrong}", remedy) for wrong in _wrong(sentence.text, known)
                ]
    return faults


def short_texts(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[Sentence]:
    """Yield what cards, titles and charts say of a finding, and its early warning."""
    yield card_change(finding, indicator)
    yield card_comparison(finding, indicator)
    yield finding_title(finding, indicator, quarter)
    yield positive_title(finding, indicator, quarter)
    yield chart_title(finding)
    others = (rise_title(finding, indicator), comparison_title(finding, indicator), funnel_title(finding, indicator))
    yield from (one for one in others if one is not None)
    if finding.warning:
        yield Sentence(finding.warning, "early warning", tuple(_NUMBER.findall(finding.warning)))


@lru_cache(maxsize=4096)
def _wrong(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Return what `faults_of` finds; of one text, once."""
    return tuple(faults_of(text, known))


def numbers_of(text: str) -> list[str]:
    """Return the numbers of an officer's text, dates left out, for sign-off."""
    return list(dict.fromkeys(_NUMBER.findall(_DATES.sub(" ", text))))


REPORT_THIS = "this is a fault of carereport: please report it"
_REWORD = (
    "change the wording of the indicator (name, things, done), "
    "or explain the abbreviation in templates/glossary.html.j2"
)
_NAME_COLUMN = "give the column that it needs a `name` in config/extracts.yaml, as in name: date of the visit"
_OF_COLUMNS = {"W23", "W24"}
"""The rules whose sentences call a column by its header, where it has no name."""


def _fixed(indicator: Indicator) -> str:
    unit = unit_words(indicator.figure_unit)
    return " ".join((indicator.name, indicator.things, indicator.thing, indicator.done, indicator.short_name, unit))


def printable(finding: Finding, indicator: Indicator) -> set[str]:
    """Return how the values that a finding holds may print, without commas and signs."""
    figures = (finding.value, finding.previous, finding.same_quarter_last_year, finding.year_to_date,
               finding.rolling_12_months)  # fmt: skip
    moved = [figure for one in finding.revisions for figure in (one.before, one.now)]
    values = [v for f in (*figures, *moved) if f is not None for v in (f.value, f.numerator, f.denominator)]
    spc = finding.spc
    last = next((p for p in reversed(spc.points) if p.value is not None), None)
    values += [spc.mean, spc.lower, spc.upper, 0.0, 100.0, float(finding.rank.of) if finding.rank else None]
    values += [last.lower, last.upper, last.value] if last is not None else []
    values += [benchmark.value for benchmark in finding.benchmarks] + [aim.value for aim in indicator.target]
    if (ahead := finding.look_ahead) is not None:
        values += [ahead.lower, ahead.upper, NEEDED]
        values += [number for record in ahead.records for number in (record.inside, record.quarters)]
    values += [figure.value for figure in finding.months[-1 - RISE_MONTHS :][:1]]
    leading = finding.leading
    values += _on_completeness(leading)
    if leading is not None and leading.value is not None:
        values += [rounded_gap for aim in indicator.target for rounded_gap in _gaps(leading.value, aim.value)]
    printed = {number_text(abs(value), decimals).replace(",", "") for value in values if value is not None
               for decimals in range(MOST_DECIMALS + 1)}  # fmt: skip
    counted = {str(count) for count in range(len(spc.points) + 1)}
    published = " ".join(f"{benchmark.statistic} {benchmark.period}" for benchmark in finding.benchmarks)
    return printed | counted | {*_NUMBER.findall(published)} | {"12", "20", *_NUMBER.findall(finding.needs)}


def _on_completeness(leading: Figure | None) -> list[float | None]:
    """Return what is told of records that lack a value: how many there are, and the share of those that have it."""
    if leading is None or leading.complete is None:
        return []
    return [leading.records, 100 * leading.complete]


def _gaps(value: float, aim: float) -> list[float]:
    """Return the differences of a value and its target as they are printed: the value rounded first."""
    given = rounded(aim, decimals_given(aim))
    return [float(abs(rounded(value, decimals) - given)) for decimals in range(MOST_DECIMALS + 1)]


def _unheld(sentence: Sentence, pool: set[str]) -> list[str]:
    numbers = [n for figure in sentence.figures for n in _NUMBER.findall(_DATES.sub(" ", figure))]
    return [number for number in numbers if number.replace(",", "") not in pool]


def untraced(sentence: Sentence, fixed: str = "") -> list[str]:
    """Return the numbers of a sentence that are neither its figures nor dates.

    `fixed` is wording of the configuration, such as a name with '45 working days', whose numbers
    are part of a definition.
    """
    allowed = {n for figure in sentence.figures for n in _NUMBER.findall(figure)}
    allowed |= set(_NUMBER.findall(fixed))
    return [number for number in _NUMBER.findall(_DATES.sub(" ", sentence.text)) if number not in allowed]


def glossary_words(template: str) -> frozenset[str]:
    """Return the abbreviations that a glossary's page explains: the capital words of its first cells."""
    cells = re.findall(r"<th scope=\"row\">([^<]*)</th>", template)
    return frozenset(word for cell in cells for word in re.findall(r"\b[A-Z]{2,}\b", cell))


def numbers_for_sign_off(texts: Mapping[str, str]) -> list[Fault]:
    """Return a note for each officer text that holds numbers, with the numbers, by the text's name."""
    faults = []
    for name, text in texts.items():
        numbers = numbers_of(text)
        if numbers:
            message = f"numbers for sign-off in {name}: {', '.join(numbers)}"
            faults.append(Fault("WO003", "note", message, "compare them with the figures", count=len(numbers)))
    return faults
