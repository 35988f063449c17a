"""One indicator taken apart: what it counts, its series, each judgement's rule, and the keys behind a figure."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from carereport.checking import sound
from carereport.extracts import Extracts, read_extracts
from carereport.faults import Fault, UsageError
from carereport.figures import Figure, Finding
from carereport.project import Project, data_folder, history_home
from carereport.quarters import Quarter, written
from carereport.settings import Indicator
from carereport.wording.sentences import shown
from carereport.wording.statement import with_needs, write_sentences

_WIDTH = 96


def describe(
    project: Project,
    name: str,
    quarter: Quarter,
    data: Path | None = None,
    audience: str = "public",
    extracted: date | None = None,
    area: str = "",
) -> list[str]:
    """Return the lines that `carereport show` prints.

    The figures are those of a build for the same audience: all indicators are measured and protected together.

    Raises:
        CarereportError: the settings or extracts are wrong.
    """
    findings = judged(project, quarter, data, audience, extracted, area)
    finding = next(found for found in findings if found.indicator == name)
    indicator = project.indicators[name]
    (finding,) = with_needs([finding], project)
    finding = replace(finding, sentences=write_sentences(finding, indicator, quarter))
    lines = [*_definition(name, indicator), *_series(finding, indicator, quarter), *_judgements(finding)]
    if audience == "internal":
        lines.insert(0, "Not for publication: small numbers are shown.")
    return lines


def judged(
    project: Project, quarter: Quarter, data: Path | None, audience: str, extracted: date | None, area: str = ""
) -> tuple[Finding, ...]:
    """Return the findings of a build for an audience, without sentences; of the council asked for, where it is one.

    Raises:
        CarereportError: the settings or extracts are wrong.
    """
    from carereport.disclosure import disclose
    from carereport.history import earlier
    from carereport.judgement.findings import judge
    from carereport.measures import measure

    home = history_home(project.root, area)
    extracts = _extracts(project, quarter, data, extracted, area)
    project = project.in_area(extracts.area, asked=bool(area))
    measured = measure(project, extracts, quarter)
    figures = measured.figures
    if audience == "public":
        figures = disclose(figures, project, quarter, measured.within, earlier(home, quarter)).figures
    return judge(figures, project, quarter)


def _extracts(
    project: Project, quarter: Quarter, data: Path | None, extracted: date | None, area: str
) -> Extracts:
    return read_extracts(sound(project), data_folder(project.root, data), quarter, extracted, area)


def _line(label: str, text: object) -> str:
    return textwrap.fill(str(text), _WIDTH, initial_indent=f"  {label:<14}", subsequent_indent=" " * 16)


def _definition(name: str, indicator: Indicator) -> Iterator[str]:
    yield f"{name}: {indicator.name}"
    if indicator.definition:
        yield _line("definition", indicator.definition)
    if indicator.source:
        yield _line("source", indicator.source)
    yield _line("kind", f"{indicator.kind}, in {indicator.figure_unit.replace('_', ' ')}")
    if indicator.from_:
        yield _line("from", indicator.from_)
    if indicator.when:
        yield _line("event on", indicator.when)
    if indicator.open:
        yield _line("open spell", " to ".join(indicator.open))
    share = indicator.kind == "percentage"
    if indicator.where:
        yield _line("denominator" if share else "rows where", indicator.where)
    elif share:
        yield _line("denominator", "every row")
    if indicator.count:
        yield _line("numerator" if share else "counted", indicator.count)
    for label, text in (
        ("averaged", indicator.of),
        ("each once", indicator.distinct),
        ("looks back", indicator.lookback),
        ("siblings by", indicator.cluster),
        ("numerator", indicator.numerator),
        ("denominator", indicator.denominator),
        ("value", indicator.value),
    ):
        if text:
            yield _line(label, text)
    if indicator.per:
        yield _line("per", f"{indicator.per.scale:,.0f} of {indicator.per.population}")
    for target in indicator.target:
        words = f"{target.value:g}" + (f" ({target.basis})" if target.basis else "")
        since = f", from {written(target.from_)}" if target.from_ else ""
        yield _line("target", words + since + (f": {target.reason}" if target.reason else ""))
    yield _line("good is", indicator.polarity)


def _series(finding: Finding, indicator: Indicator, quarter: Quarter) -> Iterator[str]:
    yield ""
    yield f"Figures at {quarter.label}"
    for label, figure in (
        ("quarter", finding.value),
        ("before", finding.previous),
        ("a year before", finding.same_quarter_last_year),
        ("year to date", finding.year_to_date),
        ("12 months", finding.rolling_12_months),
    ):
        if figure is not None:
            yield f"  {label:<14}{_figure(figure, indicator)}"
    yield ""
    yield "Quarters"
    for figure in finding.quarters:
        yield f"  {Quarter.holding(figure.end).label:<14}{_figure(figure, indicator)}"
    yield ""
    yield "Months"
    for figure in finding.months[-24:]:
        yield f"  {figure.end:%Y-%m}       {_figure(figure, indicator)}"


def _figure(figure: Figure, indicator: Indicator) -> str:
    text = f"{shown(figure, indicator):>10}"
    if figure.numerator is not None and figure.denominator is not None:
        text += f"   {figure.numerator:,g} of {figure.denominator:,g}"
    return text + (f"   [{figure.marker}]" if figure.marker else "")


def _judgements(finding: Finding) -> Iterator[str]:
    yield ""
    yield "Judgements, each with its rule"
    yield _line("status", f"{_words(finding.status)}: {finding.status_rule or 'no target'}")
    change = finding.change
    if change.value is None:
        yield _line("change", "none can be told")
    elif change.lower is None or change.upper is None:
        yield _line("change", f"{change.value:+.3g} on the same quarter last year; no interval for this kind of figure")
    else:
        clear = "clear" if change.clear else "within what chance brings"
        yield _line(
            "change",
            f"{change.value:+.3g} on the same quarter last year, 95% interval {change.lower:+.3g} to "
            f"{change.upper:+.3g}: {clear}",
        )
    signals = "the change's interval, the control chart and the slope of 24 months, which takes months as independent"
    yield _line("direction", f"{_words(finding.direction)}, by {signals}")
    spc = finding.spc
    limits = ""
    if spc.mean is not None and spc.lower is not None and spc.upper is not None:
        limits = f"; mean {spc.mean:.4g}, limits {spc.lower:.4g} to {spc.upper:.4g}"
    provisional = ", provisional" if spc.provisional else ""
    yield _line("control chart", f"{spc.chart}: {spc.reason.rstrip('.')}{limits}{provisional}")
    special = [f"{p.period} {_words(p.special)}" for p in spc.points if p.special not in (None, "common")]
    signals = f"; latest signals: {', '.join(special[-4:])}" if special else ""
    yield _line("variation", _words(spc.variation) + signals)
    yield _line("assurance", _words(spc.assurance) if spc.assurance else "none: no target, or too few points")
    for benchmark in finding.benchmarks:
        words = _words(benchmark.comparison) if benchmark.comparison else "not compared"
        clear = " (clear by the false discovery rate)" if benchmark.clear else ""
        yield _line("compared with", f"{benchmark.area} {benchmark.value:g} in {benchmark.period}: {words}{clear}")
        if benchmark.lower is not None and benchmark.upper is not None:
            yield _line("", f"ours lies from {benchmark.lower:.4g} to {benchmark.upper:.4g}, {benchmark.method}")
    if finding.warning:
        yield _line("early warning", finding.warning)
    for sentence in finding.sentences:
        yield _line(f"sentence {sentence.rule}", sentence.text)


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ")


def trace_keys(
    project: Project,
    name: str,
    quarter: Quarter,
    data: Path | None,
    target: Path,
    part: str = "numerator",
    extracted: date | None = None,
    area: str = "",
) -> int:
    """Write the keys of the rows behind an indicator's figure of a quarter; return how many.

    The file holds nothing but the table's key columns (without a key child_id, and the start of a chained spell),
    and only its owner may read it.

    Raises:
        UsageError: the file would lie in a folder that is published or read from, there are no rows behind the
            figure, or nothing tells them apart.
        CarereportError: the settings or extracts are wrong.
    """
    indicator = project.indicators[name]
    if indicator.kind in ("derived", "supplied"):
        raise UsageError(
            Fault("CL020", "error", f"{name} is {indicator.kind}: there are no rows of children behind it",
                  "trace the indicators it is made of" if indicator.kind == "derived" else "")
        )  # fmt: skip
    _refuse_published(project.root, target)
    keys = project.extracts.tables[str(indicator.from_)].key or ["child_id", "start"]
    from carereport.measures.facts import rows_behind

    extracts = _extracts(project, quarter, data, extracted, area)
    project = project.in_area(extracts.area, asked=bool(area))
    rows = rows_behind(project, name, extracts, quarter)
    if part == "numerator":
        rows = rows[rows["_x"] == 1]
    held = rows[[key for key in keys if key in rows.columns]].drop_duplicates()
    if held.columns.empty:
        message = f"table {indicator.from_} has no key, and no child_id, that could be written"
        raise UsageError(Fault("CL020", "error", message, "name the columns of its `key` in extracts.yaml"))
    held = held.sort_values(list(held.columns), kind="stable")
    for column in held.columns:
        if pd.api.types.is_datetime64_any_dtype(held[column]):
            held[column] = held[column].dt.strftime("%Y-%m-%d")
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as handle:
        held.to_csv(handle, index=False, lineterminator="\n")
    return len(held)


def _refuse_published(root: Path, target: Path) -> None:
    place = target.resolve()
    for name in ("output", "history", "config", "templates", "commentary"):
        if (root / name).resolve() in place.parents:
            raise UsageError(Fault("CL021", "error", f"keys are never written into {name}/", "name another place"))
    if (place.parent / "manifest.json").exists():
        raise UsageError(Fault("CL021", "error", "keys are never written beside a report", "name another place"))
