"""What extracts.yaml and indicators.yaml may say, as typed models (report.yaml: `carereport.report_settings`).

Reading the files, with the position of every fault, is `carereport.project`; this page only says
what is allowed and turns short forms (`target: 85`) into full ones.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, Strict, StringConstraints, field_validator, model_validator

Kind = Literal["count", "percentage", "rate", "mean", "median", "supplied", "derived"]
Polarity = Literal["high", "low", "neither"]
Headline = Literal["quarter", "year_to_date", "rolling_12_months"]
ColumnType = Literal["id", "date", "code", "number", "text"]


def _day(value: Any) -> Any:
    """Take a day, or a quoted one; a number is never a day."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, dt.date):
        raise ValueError("a day such as 2025-09-30 is expected")
    if not 1900 <= value.year <= 2200:
        raise ValueError("a day from 1900 to 2200 is expected")
    return value


Number = Annotated[float, Strict()]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Day = Annotated[dt.date, BeforeValidator(_day)]


class Model(BaseModel, extra="forbid", frozen=True):
    """A part of a YAML file: unknown keys are faults, values never change after reading."""


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _words(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("some words are expected")
    return value


Words = Annotated[str, BeforeValidator(_words)]
"""A text that is not empty."""
OneOrMore = Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])]
"""A text, or a list of texts."""


# ---------------------------------------------------------------- extracts.yaml


def _check_format(form: str) -> None:
    """Refuse a date format that strptime cannot use, or that leaves year or month open."""
    known = 'write for example "%d/%m/%Y" (day, month, year with four digits) or "%Y-%m-%d"'
    if not re.search(r"%[Yy]", form) or not re.search(r"%[mbB]", form):
        raise ValueError(f"not a date format: {known}")
    day = dt.datetime(2001, 2, 3)
    try:
        read = dt.datetime.strptime(day.strftime(form), form)
    except (ValueError, re.error):
        raise ValueError(f"not a date format that can be read: {known}") from None
    if (read.year, read.month) != (day.year, day.month):
        raise ValueError(f"not a date format: {known}")


class Column(Model):
    """One column of a table and where it comes from."""

    from_: OneOrMore = Field(default=[], alias="from", description="The header in the file, or a list of alternatives.")
    type: ColumnType | None = Field(default=None, description="id, date, code, number or text.")
    formats: OneOrMore = Field(default=[], description="Date formats, tried in order; nothing else is read as a date.")
    codes: dict[str, Words] = Field(default={}, description="The file's code: the code used in the report.")
    unknown: Literal["note", "warning", "error"] = Field(
        default="warning", description="What a code outside `codes` is."
    )
    optional: Flag = Field(default=False, description="The column, or a cell of it, may be absent.")
    lookup: str | None = Field(default=None, description="table.column: the value in the child's row there.")
    name: str = Field(
        default="", description="What sentences call it, as 'date of the visit'; the header in the file otherwise."
    )
    state: Flag = Field(default=False, description="Holds the state on the day of extraction.")
    horizon: Flag = Field(default=False, description="A date later than the quarter's end is not known yet.")
    min: Number | None = Field(default=0, description="The least a number may be.")
    max: Number | None = Field(default=None, description="The most a number may be.")

    @field_validator("formats")
    @classmethod
    def _readable(cls, value: list[str]) -> list[str]:
        for form in value:
            _check_format(form)
        swapping = [form for form in value if "%d" in form and "%m" in form and not form.startswith(("%Y", "%y"))]
        orders = {form.find("%d") < form.find("%m") for form in swapping}
        if len(orders) > 1:
            raise ValueError("one format has the day first and another the month: which is meant would be a guess")
        return value

    @model_validator(mode="after")
    def _source(self) -> Column:
        if bool(self.from_) == (self.lookup is not None):
            raise ValueError("give either `from` (the header in the file) or `lookup` (table.column)")
        if self.lookup is not None and self.lookup.count(".") != 1:
            raise ValueError("write `lookup` as table.column")
        if self.from_ and self.type is None:
            raise ValueError("`type` is missing: id, date, code, number or text")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is greater than `max`")
        if self.type == "date" and not self.formats:
            raise ValueError('`formats` is missing: dates are read only by declared formats, for example ["%d/%m/%Y"]')
        return self


class Covers(Model):
    """From which day on the extract holds every row."""

    from_: Day = Field(alias="from", description="The first day covered.")
    by: str | None = Field(default=None, description="The date column the day speaks of.")


class Chain(Model):
    """A table made of another: a child's rows that touch become one spell."""

    from_: str = Field(alias="from", description="The table whose rows are chained.")
    start: str = Field(description="The column with the start of a row.")
    end: str = Field(description="The column with the end of a row; missing while open.")
    gap_days: Whole = Field(default=0, ge=0, description="Rows at most this many days apart still touch.")
    first: list[str] = Field(default=[], description="Columns taken from a spell's first row.")
    last: list[str] = Field(default=[], description="Columns taken from a spell's last row.")
    by: list[str] = Field(
        default=[],
        description="Columns that must be equal as well, such as the home, for a row and the next to be one spell.",
    )


class Check(Model):
    """A rule that rows should meet; a row that fails it is counted, never repaired."""

    rule: str = Field(description="A condition, as in indicators.yaml.")
    severity: Literal["note", "warning", "error"] = Field(default="warning", description="What a failing row is.")
    code: str = Field(default="EX316", description="The short code shown in the data notes, for example DQ012.")
    message: str = Field(default="", description="What it means, in plain words.")


class Table(Model):
    """One table: where it is read from, its key, its window and its columns."""

    files: OneOrMore = Field(default=[], description="File name patterns.")
    spark_table: str | None = Field(
        default=None, description="Instead of files: a table or view of a Spark catalogue, as schema.table."
    )
    chain: Chain | None = Field(default=None, description="The table is made of another.")
    where: str | None = Field(default=None, description="Keeps only these rows (of the source, for a chain).")
    key: OneOrMore = Field(default=[], description="The columns that tell rows apart.")
    covers: Covers | Literal["all"] | None = Field(
        default=None, description="The window: `all`, or from a day on. Never inferred."
    )
    extracted: Day | None = Field(default=None, description="The day the extract was taken.")
    date: str | None = Field(default=None, description="The date of a row, for tables others look into.")
    spell: tuple[str, str] | None = Field(default=None, description="Start and end of a row, likewise.")
    columns: dict[str, Column] = Field(default={}, description="Our name: where the column comes from.")
    checks: list[Check] = Field(default=[], description="Rules that rows should meet.")

    @field_validator("files")
    @classmethod
    def _inside(cls, value: list[str]) -> list[str]:
        if any("/" in pattern or "\\" in pattern or pattern in ("", ".", "..") for pattern in value):
            raise ValueError("file names are patterns without a folder; name the folder with --data")
        return value

    @field_validator("spark_table")
    @classmethod
    def _named(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[\w-]+(\.[\w-]+){0,3}", value):
            raise ValueError("a table's name is expected, as social_care.contacts or catalogue.schema.table")
        return value

    @model_validator(mode="after")
    def _source(self) -> Table:
        if [bool(self.files), self.spark_table is not None, self.chain is not None].count(True) != 1:
            raise ValueError("give one of `files`, `spark_table` and `chain`")
        return self


class ExtractSettings(Model):
    """config/extracts.yaml"""

    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="The separator; read from the header if not given."
    )
    extracted: Day | None = Field(default=None, description="The day all extracts were taken, unless a table says.")
    state_days: Whole = Field(default=14, ge=0, description="Days after the quarter's end a state may stand for it.")
    tables: dict[str, Table] = Field(description="One entry a table; indicators count these.")

    @property
    def spark_tables(self) -> list[str]:
        """The tables of Spark that are read, each once."""
        return list(dict.fromkeys(table.spark_table for table in self.tables.values() if table.spark_table))


# -------------------------------------------------------------- indicators.yaml


class Target(Model):
    """What the service aims at, where the aim comes from and why."""

    value: Number = Field(description="In the indicator's own unit.")
    basis: Literal["statutory", "national", "local"] | None = Field(
        default=None, description="Where the aim comes from."
    )
    reason: str = Field(default="", description="Why this value; the report prints it.")
    from_: Day | None = Field(default=None, alias="from", description="The first day this target holds.")


class StatusRule(Model):
    """When a figure is green or amber; everything else is red."""

    green: str | None = Field(default=None, description='For example ">= 85".')
    amber: str | None = Field(default=None, description='For example ">= 80".')
    tolerance: Number = Field(default=5, ge=0, description="Per cent of the target; points where it is under 10.")


def _written_period(value: Any) -> Any:
    """Take 2025 and 2025-03-31 as they stand, without quotes."""
    return str(value) if isinstance(value, (int, dt.date)) and not isinstance(value, bool) else value


class Benchmark(Model):
    """A published comparator: either given here, or `file` names rows in config/benchmarks."""

    area: str | None = Field(default=None, description="England, the region, or a council's name.")
    value: Number | None = Field(default=None, description="As published, in the indicator's own unit.")
    period: Annotated[str | None, BeforeValidator(_written_period)] = Field(
        default=None, description="2024/25, 2025 or a date such as 2025-03-31."
    )
    source: str = Field(default="", description="The publication.")
    statistic: str = Field(default="", description="For neighbours: mean or median.")
    file: str | None = Field(default=None, description="A file of config/benchmarks with this indicator's rows.")


class Breakdown(Model):
    """A column that splits an indicator; `within` names the coarser column it nests in."""

    name: str = Field(description="The column.")
    within: str | None = Field(default=None, description="The coarser column it nests in.")


class Within(Model):
    """The short form of a nested breakdown: `{ward: {within: locality}}`."""

    within: str = Field(description="The coarser column it nests in.")


class Baseline(Model):
    from_: str = Field(alias="from", description="First month of the baseline, as 2023-04.")
    to: str = Field(description="Last month of the baseline.")


class Rebase(Model):
    from_: str = Field(alias="from", description="The month from which limits start anew.")
    reason: str = Field(description="What changed in the service; limits are never re-based for a bad quarter.")
    approved_by: str = Field(description="The role that decided.")


class SpcSettings(Model):
    baseline: Baseline | None = Field(default=None, description="The months that limits are made of; else all.")
    rebase: list[Rebase] = Field(default=[], description="Where limits start anew, with reason and approval.")
    chart: Literal["auto", "xmr", "p", "laney_p", "u", "laney_u", "t", "g", "none"] = Field(
        default="auto", description="The control chart; auto chooses by the kind of figure."
    )
    period: Literal["month", "quarter"] = Field(default="month", description="Monthly or quarterly points.")
    screen: Flag = Field(default=True, description="Drop moving ranges over 3.267 times their mean, once.")


class Population(Model):
    """The denominator of a rate."""

    population: str = Field(description="A group of population.csv.")
    scale: Number = Field(default=10000, gt=0, description="Per how many: 10000.")


def _targets(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [{"value": value}]
    return _listed(value)


def _breakdowns(value: Any) -> Any:
    """Accept `ward` and `{ward: {within: locality}}`."""
    if not isinstance(value, list):
        return value
    rows: list[Any] = []
    for item in value:
        if isinstance(item, str):
            rows.append({"name": item})
        elif isinstance(item, dict) and len(item) == 1 and "name" not in item:
            ((name, rest),) = item.items()
            rows.append({"name": name, **(rest or {})})
        else:
            rows.append(item)
    return rows


class Indicator(Model):
    """One indicator: what it counts, what is good, what it is compared with."""

    name: Words = Field(description="In plain words, as members read it.")
    short_name: str = Field(default="", description="For cards and chart titles, where the name is long.")
    section: Words = Field(description="A section of the scorecard, as in report.yaml.")
    ref: str = Field(default="", description="A short reference, such as D1.")
    definition: str = Field(default="", description="One plain sentence.")
    source: str = Field(default="", description="Where the data comes from, in words.")
    note: str = Field(default="", description="A caution for readers: season, recording, definitions that differ.")
    theme: str = Field(default="", description="Indicators to be read together.")
    judgement_area: Literal["", "help_and_protection", "children_in_care", "care_leavers", "leadership"] = Field(
        default="", description="The Ofsted judgement it informs."
    )
    kind: Kind = Field(description="How the figure is made.")
    from_: str | None = Field(default=None, alias="from", description="The table counted.")
    when: str | None = Field(default=None, description="The date of the event.")
    open: tuple[str, str] | None = Field(default=None, description="Start and end of the spell.")
    where: str | None = Field(default=None, description="Which rows count at all.")
    count: str | None = Field(default=None, description="Which of them are the numerator.")
    of: str | None = Field(default=None, description="The number whose mean or median is taken.")
    distinct: str | None = Field(default=None, description="Of a count: each of these once, for example child_id.")
    cluster: str | None = Field(
        default=None, description="A family's identifier: intervals allow for siblings who enter together."
    )
    lookback: str | None = Field(default=None, description="`12 months`, `ever`: how far before a period to look.")
    per: Population | None = Field(default=None, description="The population of a rate.")
    numerator: str | None = Field(default=None, description="For supplied: the column.")
    denominator: str | None = Field(default=None, description="For supplied: the column.")
    value: str | None = Field(default=None, description="For supplied a column; for derived a sum of indicators.")
    stock: Flag = Field(default=False, description="For supplied: a quarter shows its last month.")
    unit: str | None = Field(default=None, description="percent, number, days, score, or the indicator's own.")
    things: str = Field(default="", description="What is counted, in the plural: 'assessments'.")
    thing: str = Field(default="", description="The same in the singular: 'assessment'.")
    done: str = Field(default="", description="What the numerator did: 'completed within 45 working days'.")
    polarity: Polarity = Field(description="Whether high or low is good; neither: then it is never rated.")
    target: Annotated[list[Target], BeforeValidator(_targets, json_schema_input_type=float | Target | list[Target])] = (
        Field(default=[], description="What the service aims at: a number, or value, basis and reason.")
    )
    status: StatusRule = Field(default=StatusRule(), description="When a figure is on, near or off target.")
    headline: Headline = Field(default="quarter", description="What cards and scorecard lead with.")
    benchmarks: list[Benchmark] = Field(default=[], description="Published figures to compare with.")
    comparison_chart: Literal["dots", "funnel"] = Field(
        default="dots",
        description="How councils are drawn: dots are ours and the neighbours'; a funnel is every council by its size.",
    )
    breakdowns: Annotated[
        list[Breakdown],
        BeforeValidator(_breakdowns, json_schema_input_type=list[str | Breakdown | dict[str, Within]]),
    ] = Field(default=[], description="Columns that split the figure.")
    spc: SpcSettings = Field(default=SpcSettings(), description="How its control chart is made.")
    pair: list[str] = Field(default=[], description="Indicators that must be read beside this one.")
    people: Flag = Field(default=True, description="false: counts posts, audits or money; small numbers are shown.")
    process_measure: Flag = Field(default=False, description="0% and 100% of small groups may be shown.")
    safety_critical: Flag = Field(default=False, description="Always among the exceptions when off target.")
    scorecard: Flag = Field(default=True, description="false: in the spreadsheet only.")
    decimals: Whole | None = Field(default=None, ge=0, le=6, description="Decimals printed.")
    valid_from: Day | None = Field(default=None, description="The definition holds from this day: a break before.")
    valid_to: Day | None = Field(default=None, description="The definition holds to this day: a break after.")

    @property
    def is_snapshot(self) -> bool:
        """True where the figure is a state at a period's end (a spell or a stock)."""
        return self.open is not None or self.stock

    @property
    def figure_unit(self) -> str:
        """The unit as figures.csv carries it."""
        if self.unit:
            return self.unit
        if self.kind == "percentage" or (self.kind == "supplied" and self.denominator and not self.per):
            return "percent"
        if self.per is not None:
            return f"per_{self.per.scale:.0f}"
        return "number"


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
"""What names columns of figures.csv, files of officer text and places on the page."""


class IndicatorSettings(Model):
    """config/indicators.yaml"""

    indicators: dict[Id, Indicator] = Field(description="One entry an indicator, in the scorecard's order.")
