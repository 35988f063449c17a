"""What the spreadsheet holds: its sheets and tables as plain values; how they are written is `carereport.report.xlsx`.

The order and the columns follow the Analysis Function's "Making spreadsheets accessible" (2023): one
table a sheet, one header row, units in headers, shorthand instead of empty cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from carereport.figures import Finding
from carereport.judgement.compare import NEIGHBOURS, published_authorities
from carereport.judgement.outturn import outturn
from carereport.quarters import Quarter, written
from carereport.report.context import ReportContext
from carereport.report.outlook_table import look_ahead_table
from carereport.report.pages.material import (
    EMPTY,
    Material,
    Sheet,
    at_quarter,
    good_is,
    status_tag,
    variation_tag,
    withheld_mark,
)
from carereport.report.pages.scorecard import direction_word, place_words, quarters_withheld
from carereport.report.revised_table import revised_table
from carereport.report.table_values import (
    KINDS,
    LONGEST_SHEET_NAME,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    Cell,
    Column,
    Heading,
    Number,
    Table,
    amount,
    breakdown_name,
    decimals_for,
    figure_cell,
    period_words,
    unit_of,
)
from carereport.settings import Indicator
from carereport.wording.headlines import ASSURANCE_WORDS
from carereport.wording.numbers import rounded
from carereport.wording.sentences import current_target, period_text, published_decimals


def all_tables(material: Material, context: ReportContext) -> tuple[Table, ...]:
    """Return notes, definitions, scorecard, comparators, each section's figures and breakdowns, and revisions."""
    front = [_notes(context), _definitions(context)]
    named = []
    for number, sheet in enumerate(material.sheets, start=1):
        table = _numbered(material, sheet)
        named.append(replace(table, sheet=_sheet_name(number, table.sheet), title=f"Table {number}: {table.title}"))
    return (*front, *named)


def _numbered(material: Material, sheet: Sheet) -> Table:
    if sheet.kind == "look_ahead":
        return look_ahead_table(material)
    if sheet.kind in ("scorecard", "revisions"):
        return _scorecard(material) if sheet.kind == "scorecard" else revised_table(material)
    return _comparators(material) if sheet.kind == "comparators" else _section(material, sheet)


def _sheet_name(number: int, text: str) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", " ", text)
    return f"{number} {plain}"[:LONGEST_SHEET_NAME].strip()


# ------------------------------------------------------------------ scorecard


def _scorecard(material: Material) -> Table:
    quarter = material.quarter
    end = Quarter(quarter.year - 1, 4)
    columns = (
        Column("Reference", 11), Column("Measure", 44), Column("Section", 22), Column("Unit", 18),
        Column("Good is [note 1]", 18), Column("Leads with", 14), Column(f"Last year's end, {end.label} [note 2]", 14),
        Column(f"Same quarter last year, {quarter.shift(-4).label}", 14),
        Column(f"Previous quarter, {quarter.previous().label}", 14), Column(f"This quarter, {quarter.label}", 14),
        Column(f"Last year, {end.year_to_date.label} [note 2]", 14),
        Column(f"Year to date, {quarter.year_to_date.label}", 16),
        Column(f"12 months to {written(quarter.end)}", 16), Column("Marker of the leading figure [note 3]", 14),
        Column("Target", 10), Column("Basis of the target", 12), Column("Status [note 4]", 16),
        Column("Direction [note 5]", 14), Column("Variation [note 6]", 18), Column("Assurance [note 6]", 20),
        Column("Mean of the control chart", 12), Column("Lower limit", 12), Column("Upper limit", 12),
        Column("Statistical neighbours", 14), Column("Year of neighbours [note 7]", 14), Column("England", 12),
        Column("Year of England [note 7]", 14), Column("Place among English authorities [note 8]", 20),
        Column("In the printed scorecard", 12),
    )  # fmt: skip
    rows = [_score_row(material, section, finding, end)
            for _, section, findings in material.sections for finding in findings]  # fmt: skip
    about = ("Every measure of the report, rounded as the report prints it. The value in bold type in the report is "
             "the one under the heading that the column Leads with names.",)  # fmt: skip
    return Table("Scorecard", "scorecard", f"Scorecard, {quarter.label}", about, columns, rows)


def _score_row(material: Material, section: str, finding: Finding, end: Quarter) -> list[Cell]:
    indicator, quarter, spc = material.indicator(finding), material.quarter, finding.spc
    aim = current_target(indicator, quarter)
    whole = None if material.disclosed.rounded else outturn(finding, indicator, quarter)
    years = (whole, finding.year_to_date, finding.rolling_12_months)
    longer = [NOT_APPLICABLE if indicator.is_snapshot else figure_cell(figure, indicator) for figure in years]
    leading = finding.leading
    return [
        indicator.ref or "none", indicator.name, section, unit_of(indicator), good_is(indicator),
        "This quarter" if finding.headline == "quarter" else KINDS[finding.headline],
        figure_cell(at_quarter(finding, end), indicator), figure_cell(finding.same_quarter_last_year, indicator),
        figure_cell(finding.previous, indicator), figure_cell(finding.value, indicator), *longer,
        _markers(leading.marker) if leading else NOT_AVAILABLE,
        _target_cell(aim.value, indicator) if aim else "none", (aim.basis or "not stated") if aim else NOT_APPLICABLE,
        status_tag(finding).word,
        "Withheld" if quarters_withheld(material, finding) else direction_word(finding, indicator),
        variation_tag(finding).word,
        ASSURANCE_WORDS[spc.assurance] if spc.assurance else NOT_APPLICABLE,
        *(_plain(limit, indicator) for limit in (spc.mean, spc.lower, spc.upper)),
        *_benchmark(finding, NEIGHBOURS, indicator), *_benchmark(finding, "England", indicator),
        place_words(finding) or NOT_AVAILABLE, "Yes" if indicator.scorecard else "No",
    ]  # fmt: skip


def _markers(marker: str) -> str:
    return " ".join(f"[{one}]" for one in marker.split()) or "none"


def _target_cell(value: float, indicator: Indicator) -> Number:
    return Number(value, 0 if float(value).is_integer() else 1, indicator.figure_unit == "percent")


def _plain(value: float | None, indicator: Indicator) -> Cell:
    if value is None:
        return NOT_APPLICABLE
    decimals = max(1, decimals_for(indicator, value, None))
    return Number(float(rounded(value, decimals)), decimals, indicator.figure_unit == "percent")


def _benchmark(finding: Finding, area: str, indicator: Indicator) -> list[Cell]:
    found = next((one for one in finding.benchmarks if one.area == area), None)
    if found is None:
        return [NOT_AVAILABLE, NOT_AVAILABLE]
    return [_published(found.value, indicator), period_text(found.period)]


def _published(value: float, indicator: Indicator) -> Number:
    decimals = published_decimals(value, indicator)
    return Number(float(rounded(value, decimals)), decimals, indicator.figure_unit == "percent")


def _comparators(material: Material) -> Table:
    """Return the published series of the areas that the report compares with."""
    rows = [row for finding in material.findings for row in _comparator_rows(material, finding)]
    columns = (
        Column("Reference", 11), Column("Measure", 44), Column("Unit", 18), Column("Area", 26),
        Column("Statistic", 16), Column("Period", 16), Column("Last day of the period", 14), Column("Value", 12),
        Column("Denominator, where published", 16), Column("Source", 60),
    )  # fmt: skip
    about = ("Published figures of other areas; none of them is the council's own count.",)
    return Table("Comparators", "comparators", "Published comparators", about, columns, rows)


def _comparator_rows(material: Material, finding: Finding) -> Iterator[list[Cell]]:
    indicator = material.indicator(finding)
    front: list[Cell] = [indicator.ref or "none", indicator.name, unit_of(indicator)]
    published = material.project.benchmarks.get(finding.indicator, ())
    areas = {found.area for found in finding.benchmarks} | set(material.project.neighbours)
    councils = published_authorities(material.project, finding.indicator, material.quarter) if finding.funnel else ()
    drawn = {(held.area, held.period) for held in councils}
    for held in published:
        if held.area in areas or (held.area, held.period) in drawn:
            base = NOT_AVAILABLE if held.denominator is None else Number(held.denominator, 0, False)
            value = Number(held.value, held.decimals, held.unit == "percent")
            yield [*front, held.area, held.statistic or "as published", period_text(held.period), held.end, value,
                   base, held.source or NOT_AVAILABLE]  # fmt: skip
    known = {(held.area, held.period) for held in published}
    for found in finding.benchmarks:
        if (found.area, found.period) not in known:
            yield [*front, found.area, found.statistic or "computed here", period_text(found.period), NOT_APPLICABLE,
                   _published(found.value, indicator), NOT_APPLICABLE, found.source or NOT_AVAILABLE]  # fmt: skip


# ------------------------------------------------------- figures of a section


def _section(material: Material, sheet: Sheet) -> Table:
    breakdowns = sheet.kind == "groups"
    place = [id_ for id_, _, _ in material.sections].index(sheet.section)
    _, name, findings = material.sections[place]
    frame = material.disclosed.figures
    total = frame["breakdown"] == "total"
    wanted = {finding.indicator for finding in findings}
    held = frame[frame["indicator"].isin(wanted) & (~total if breakdowns else total)]
    split = (Column("Breakdown", 16), Column("Group", 30)) if breakdowns else ()
    columns = (
        Column("Reference", 11), Column("Measure", 44), Column("Unit", 18), *split, Column("Kind of period", 14),
        Column("Period", 30), Column("Period start", 13), Column("Period end", 13), Column("Numerator [note 9]", 13),
        Column("Denominator [note 9]", 14), Column("Value, in the unit of the row", 14), Column("Marker [note 3]", 11),
        Column("Provisional", 12), Column("Source", 44), Column("Data as at", 13),
    )  # fmt: skip
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "section"
    kind = "breakdowns" if breakdowns else "figures"
    return Table(
        f"Groups {name}" if breakdowns else name,
        f"{kind}_{place + 1}_{stem}",
        f"{name}, by group" if breakdowns else f"{name}, all periods",
        (_about(material, breakdowns),),
        columns,
        _figure_rows(material, in_order(held, material.project.report.orders) if breakdowns else held, breakdowns),
    )


def in_order(held: pd.DataFrame, orders: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the groups of each period in the order of report.yaml, those that it does not name after them."""
    places = {(name, one): place for name, order in orders.items() for place, one in enumerate(order)}
    split = zip(held["breakdown"], held["category"], strict=True)
    place = pd.Series([places.get(pair, len(places)) for pair in split], held.index, dtype="int64")
    keys = held[["indicator", "period_kind", "breakdown", "period_end"]]
    run = (keys != keys.shift()).any(axis=1).cumsum()
    return held.iloc[np.lexsort((place, run))]


def _about(material: Material, breakdowns: bool) -> str:
    text = "Groups by quarter, year to date and 12 months." if breakdowns else "Every period that is held."
    suppressed = " Numbers too small to publish are shown as [c]." if material.audience == "public" else ""
    return text + suppressed


def _figure_rows(material: Material, held: pd.DataFrame, breakdowns: bool) -> list[list[Cell]]:
    indicators, labels = material.project.indicators, material.project.report.labels
    rows: list[list[Cell]] = []
    texts = [held[name].tolist() for name in ("indicator", "period_kind", "breakdown", "category", "marker", "source")]
    numbers = [held[name].tolist() for name in ("numerator", "denominator", "value")]
    days = [[None if day != day else day.date() for day in held[name]]
            for name in ("period_start", "period_end", "as_at")]  # fmt: skip
    for row in zip(*texts, *numbers, *days, strict=True):
        name, kind, breakdown, category, marker, source, x, n, value, start, end, as_at = row
        indicator = indicators[name]
        gone = f"[{marker}]" if marker in ("c", "x") else NOT_APPLICABLE
        split = [breakdown_name(breakdown), labels.get(breakdown, {}).get(category, category)] if breakdowns else []
        known = value == value and marker not in EMPTY
        rows.append([
            indicator.ref or "none", indicator.name, unit_of(indicator), *split, KINDS[kind],
            period_words(indicator.is_snapshot, kind, start, end), start, end,
            amount(x) if x == x else gone, amount(n) if n == n else gone,
            Number(value, decimals_for(indicator, value, n if n == n else None), indicator.figure_unit == "percent")
            if known else f"[{marker or 'x'}]",
            _markers(marker), "Yes" if "p" in marker.split() else "No", source or NOT_AVAILABLE, as_at or NOT_AVAILABLE,
        ])  # fmt: skip
    return rows


# ------------------------------------------------------- notes and definitions


def _notes(context: ReportContext) -> Table:
    score, held = context.scorecard, context.notes
    numbered = (
        ("1", "Good is: whether a higher or a lower value is better. Measures of demand have neither, and no status."),
        ("2", "Last year's end: the last quarter of last year, or its last day for measures counted on one day. Last "
              "year: its outturn, the four quarters together; [c] where one of them is suppressed, [x] where one is "
              "not shown or numbers are rounded."),
        ("3", f"Markers: {'. '.join(held.legend)}. The word none means that no marker applies."),
        ("4", f"Status: {score.rule}"),
        ("5", "Direction: this quarter against the same quarter last year; better or worse only where the change is "
              "statistically clear."),
        ("6", "Variation and assurance: NHS Making Data Count control charts. Variation says whether the latest points "
              "differ from the usual; assurance says whether the process can be expected to meet its target. "
              f"{score.false_alarms}".strip()),
        ("7", score.benchmarks or "No comparators are published for these measures."),
        ("8", "Place: our quarter among English authorities, counted from the highest value down."),
        ("9", "Numerator and denominator: [z] where the measure is a plain count or amount and has none."),
    )  # fmt: skip
    rows: list[list[Cell]] = [[f"note {number}", text] for number, text in numbered]
    rest = [
        f"Revisions: {held.revised.rule} {held.revised.none}".strip(),
        f"Exceptions of the report: {held.exception_rule}",
        f"Positive performance: {held.positive_rule}",
        f"Suppression: policy {held.policy}; {held.suppressed} cells are suppressed." if held.policy else
        "Nothing is suppressed: this workbook is not for publication.",
        f"Most single months, or quarters, are too small to publish and are left out: "
        f"{'; '.join(held.withheld_periods)}." if held.policy and held.withheld_periods else "",
        *(f"Small number published with the director's approval. {text}" for text in held.overrides),
        *(f"Set aside: {one.what}, {one.rows} rows." for one in held.set_aside),
        *(f"Data: {text}" for text in held.faults),
        held.neighbours,
        f"Population: {held.population}." if held.population else "",
    ]  # fmt: skip
    rows += [[f"note {number}", text] for number, text in enumerate((text for text in rest if text), start=10)]
    columns = (Column("Note", 12), Column("Text", 110))
    return Table("Notes", "notes", "Notes", ("Notes that headers of the tables refer to, and what was set aside.",),
                 columns, rows)  # fmt: skip


def _definitions(context: ReportContext) -> Table:
    columns = (
        Column("Reference", 11), Column("Measure", 44), Column("Name in figures.csv", 30), Column("Section", 22),
        Column("Definition", 60), Column("Counted", 50), Column("Polarity", 24), Column("Target and reason", 40),
        Column("Rule of the status", 36), Column("Source", 30), Column("Caution", 50),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [one.ref or "none", one.name, one.id, section.name,
         *(text or NOT_AVAILABLE for text in (one.sentence, one.counted)), one.polarity,
         *(text or "none" for text in (one.target, one.status)), one.source or NOT_AVAILABLE, one.note or "none"]
        for section in context.definitions
        for one in section.definitions
    ]  # fmt: skip
    return Table("Definitions", "definitions", "Definitions", ("What each measure counts, and what it aims at.",),
                 columns, rows)  # fmt: skip


def cover_lines(material: Material, context: ReportContext) -> Iterable[str]:
    """Yield what the cover says, a line each."""
    report, page = material.project.report, context.performance
    if material.audience != "public":
        yield withheld_mark(material)
    if material.draft:
        yield "Draft"
    yield f"{page.council}, {page.service}"
    yield Heading("What the figures are")
    yield f"Data to {page.data_to}" + (f", extracted {page.extracted}" if page.extracted else "")
    meeting = f", {written(report.committee.meeting)}" if report.committee.meeting else ""
    yield f"For: {report.committee.name}{meeting}"
    if page.age:
        yield page.age
    yield Heading("How to read the tables")
    yield "The tables hold every published figure of the report; figures.csv holds the same for machines."
    yield "Shorthand stands where a number cannot: " + ". ".join(context.notes.legend) + "."
    yield "Each sheet holds one table that starts in column A. Nothing is hidden, and there are no formulas."
    if report.author:
        named = ", ".join(part for part in (report.author.name, report.author.role, report.author.contact) if part)
        yield Heading("Contact")
        yield named
