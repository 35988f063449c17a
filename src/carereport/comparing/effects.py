"""What changed rows and what a changed definition did to each figure, to its status and to its comparisons.

A figure then becomes that of the later extracts under the definition of then (the effect of rows), and that
becomes the figure now (the effect of the definition): the two effects add up to the whole change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from carereport.comparators import PublishedFigure
from carereport.comparing.recomputing import Row, Rows, counts_of, tells
from carereport.conditions.parse import names_in, parse
from carereport.figures import Figure
from carereport.judgement.compare import beside
from carereport.judgement.status import status_of, target_at
from carereport.kept_settings import Kept
from carereport.measures.columns import columns_of
from carereport.measures.memory import tables_of
from carereport.quarters import Quarter
from carereport.settings import ExtractSettings, Indicator, Table

JUDGED = frozenset({
    "target", "status", "polarity", "headline", "benchmarks", "spc", "decimals", "pair", "safety_critical",
    "scorecard", "process_measure", "people", "valid_from", "valid_to", "breakdowns",
})  # fmt: skip
WORDS = frozenset({
    "name", "short_name", "section", "ref", "definition", "source", "note", "theme", "judgement_area", "things",
    "thing", "done",
})  # fmt: skip
"""Keys of an indicator that leave its figures as they are."""
NOT_TOLD = "not told"
KINDS = ("quarter", "as_at", "year_to_date", "rolling_12_months")


@dataclass(frozen=True)
class Part:
    """A part of a definition that was set otherwise; empty where it was not set."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Effect:
    """A figure then, under the definition of then on the later extracts, and now; None where it is not shown."""

    indicator: str
    kind: str
    unit: str
    then: Decimal | None
    between: Decimal | None
    now: Decimal | None
    markers: tuple[str, str, str]
    parts: tuple[Part, ...]
    split: str = ""
    """Why the change is not divided into its effects; empty where it is."""

    @property
    def rows(self) -> Decimal | None:
        """What changed rows did."""
        return None if self.then is None or self.between is None else self.between - self.then

    @property
    def definition(self) -> Decimal | None:
        """What the changed definition did."""
        return None if self.between is None or self.now is None else self.now - self.between

    @property
    def change(self) -> Decimal | None:
        return None if self.then is None or self.now is None else self.now - self.then


@dataclass(frozen=True)
class StatusChange:
    """The status then, of the figure now by the rule of then, and now; with both rules in words."""

    indicator: str
    then: str
    between: str
    now: str
    parts: tuple[Part, ...]
    rules: tuple[str, str]


@dataclass(frozen=True)
class BenchmarkChange:
    """A comparator then and now, and the word: then, with the figure now beside the old one, and now."""

    indicator: str
    area: str
    then: PublishedFigure | None
    now: PublishedFigure | None
    words: tuple[str, str, str]


def changed_parts(name: str, then: Kept, now: Kept) -> tuple[Part, ...]:
    """Return what of an indicator's measure was set otherwise: its own keys, and all that it counts from."""
    before, after = then.indicators[name], now.indicators[name]
    found = [part for part in _keys(before, after) if part.name not in JUDGED | WORDS]
    if before.kind == "derived" and after.kind == "derived":
        shared = (names_in(parse(str(after.value))) | names_in(parse(str(before.value)))) & set(then.indicators)
        for other in sorted(shared & set(now.indicators)):
            found += [Part(f"{other}: {one.name}", one.before, one.after) for one in changed_parts(other, then, now)]
        return tuple(found)
    found += _table_parts(after, then.extracts, now.extracts)
    if after.per is not None:
        group = after.per.population
        rows = [
            {f"{row.area} {row.year}".strip(): row.value for row in side.population if row.group == group}
            for side in (then, now)
        ]
        found += [
            Part(f"population.csv {group}, {key}", _number(rows[0].get(key)), _number(rows[1].get(key)))
            for key in sorted({*rows[0], *rows[1]}) if rows[0].get(key) != rows[1].get(key)
        ]  # fmt: skip
    asks = " ".join(filter(None, (after.where, after.count, after.of, before.where, before.count, before.of)))
    if then.closure_days != now.closure_days and "working_days" in asks:
        found.append(Part("report.yaml closure_days", f"{len(then.closure_days)}", f"{len(now.closure_days)}"))
    if then.version != now.version and then.version and now.version:
        found.append(Part("version of carereport", then.version, now.version))
    return tuple(found)


def judged_parts(before: Indicator, after: Indicator) -> tuple[Part, ...]:
    """Return which of the keys that rule the status were set otherwise."""
    ruling = ("target", "status", "polarity", "headline")
    return tuple(part for part in _keys(before, after) if part.name in ruling)


def _keys(before: Indicator, after: Indicator) -> Iterator[Part]:
    one, other = (side.model_dump(mode="json", by_alias=True, exclude_defaults=True) for side in (before, after))
    for key in [key for key in type(after).model_fields if one.get(_key(key)) != other.get(_key(key))]:
        yield Part(_key(key), *_pair(one.get(_key(key)), other.get(_key(key))))


def _key(field: str) -> str:
    return field.removesuffix("_")


def _pair(one: object, other: object) -> tuple[str, str]:
    """Return two settings in words: of two groups of settings, what differs."""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other) == 1:
        one, other = one[0], other[0]
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = [key for key in dict.fromkeys([*one, *other]) if one.get(key) != other.get(key)]
        one, other = ({key: side[key] for key in keys if key in side} for side in (one, other))
    return _words(one), _words(other)


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(held)}" for key, held in value.items())
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    return _number(value) if isinstance(value, float) else "" if value is None else str(value)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _table_parts(indicator: Indicator, then: ExtractSettings, now: ExtractSettings) -> Iterator[Part]:
    """Yield what extracts.yaml says otherwise of the tables that an indicator is counted from."""
    own = str(indicator.from_)
    used = {name.partition(".")[0] for name in columns_of(indicator)}
    waiting, seen = sorted(tables_of(indicator, now.tables)), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in now.tables:
            continue
        seen.add(name)
        after, before = now.tables[name], then.tables.get(name)
        waiting += _sources(after)
        if before is None:
            yield Part(f"extracts.yaml table {name}", "", "new")
            continue
        one, other = (side.model_dump(mode="json", by_alias=True, exclude_defaults=True) for side in (before, after))
        for key in ("where", "key", "date", "spell", "covers", "chain"):
            if one.get(key) != other.get(key):
                yield Part(f"extracts.yaml {name}.{key}", *_pair(one.get(key), other.get(key)))
        columns = [side.get("columns", {}) for side in (one, other)]
        for column in sorted({*columns[0], *columns[1]}):
            if columns[0].get(column) != columns[1].get(column) and (name != own or column in used):
                yield Part(f"extracts.yaml {name}.{column}", *_pair(columns[0].get(column), columns[1].get(column)))
    if then.state_days != now.state_days:
        yield Part("extracts.yaml state_days", str(then.state_days), str(now.state_days))


def _sources(table: Table) -> list[str]:
    chained = [table.chain.from_] if table.chain else []
    return [*chained, *(column.lookup.partition(".")[0] for column in table.columns.values() if column.lookup)]


def totals(rows: Rows, quarter: Quarter) -> dict[tuple[str, str], Row]:
    """Return a quarter's own totals by indicator and kind of period."""
    end = quarter.end.isoformat()
    return {
        (row["indicator"], row["period_kind"]): row
        for row in rows.values()
        if row["breakdown"] == "total" and row["period_kind"] in KINDS
        and (row["period_end"] == end or row["period_kind"] == "as_at")
    }  # fmt: skip


def effects(
    then: Mapping[tuple[str, str], Row], between: Mapping[tuple[str, str], Row] | None,
    now: Mapping[tuple[str, str], Row], parts: Mapping[str, tuple[Part, ...]], indicators: Mapping[str, Indicator],
    why: str, audience: str,
) -> list[Effect]:  # fmt: skip
    """Return each figure of both sides that differs, or whose definition does.

    `between` are the later extracts under the definitions of then, None where they could not be had, and `why`
    says so; an indicator without changed `parts` has the figure now there, by construction.
    """
    found: dict[tuple[str, str], Effect] = {}
    for place, after in now.items():
        before, changed = then.get(place), parts.get(place[0], ())
        if before is None or place[0] not in indicators:
            continue
        middle = after if not changed else between.get(place) if between is not None else None
        split = ""
        if changed and between is None:
            split = why
        elif middle is not None and audience == "public" and _splits(indicators[place[0]], before, middle, after):
            split = "divided, a small number would show: --audience internal shows it"
        shown = middle if middle is not None and not split else None
        first, second, third = (_value(side) for side in (before, shown, after))
        if first == third and before["marker"] == after["marker"] and not changed:
            continue
        if not split and changed and second is None and first is not None and third is not None:
            split = "the definition of then gives no figure that may be shown"
        markers = (before["marker"], shown["marker"] if shown else "", after["marker"])
        name, kind = place
        found[place] = Effect(name, kind, after["unit"], first, second, third, markers, changed, split)
    return [_with_parts(effect, found, indicators) for effect in found.values()]


def _with_parts(one: Effect, found: Mapping[tuple[str, str], Effect], indicators: Mapping[str, Indicator]) -> Effect:
    """Return a sum of indicators undivided where one of its parts is."""
    indicator = indicators[one.indicator]
    if indicator.kind != "derived" or one.split:
        return one
    shut = [name for name in names_in(parse(str(indicator.value)))
            if (name, one.kind) in found and found[name, one.kind].split]  # fmt: skip
    if not shut:
        return one
    markers = (one.markers[0], "", one.markers[2])
    return Effect(one.indicator, one.kind, one.unit, one.then, None, one.now, markers, one.parts,
                  f"{', '.join(sorted(shut))} is not divided")  # fmt: skip


def _value(row: Row | None) -> Decimal | None:
    return Decimal(row["value"]) if row is not None and row["value"] else None


def _splits(indicator: Indicator, before: Row, middle: Row, after: Row) -> bool:
    """Whether a figure between two that are shown would tell a small number of people by its difference.

    Between two quarters, the figure of the same quarter alone can tell.
    """
    if before["period_end"] != after["period_end"]:
        return tells(indicator, middle, after)
    if counts_of(indicator, middle) in (counts_of(indicator, before), counts_of(indicator, after)):
        return False
    return tells(indicator, before, middle) or tells(indicator, middle, after)


def figure_of(row: Row | None) -> Figure | None:
    """Return a row of figures.csv as a figure."""
    if row is None:
        return None
    numbers = [float(row[name]) if row[name] else None for name in ("value", "numerator", "denominator")]
    days = [date.fromisoformat(row[name]) for name in ("period_start", "period_end")]
    return Figure(days[0], days[1], numbers[0], numbers[1], numbers[2], row["marker"])


def status_changes(
    then: Mapping[tuple[str, str], Row], now: Mapping[tuple[str, str], Row], before: Kept, after: Kept,
    days: tuple[date, date],
) -> list[StatusChange]:  # fmt: skip
    """Return each indicator whose status, or the rule behind it, is another; `days` are both quarters' ends."""
    found = []
    for name, indicator in after.indicators.items():
        old = before.indicators.get(name)
        if old is None:
            continue
        parts = judged_parts(old, indicator)
        first, rule = status_of(old, _leading(old, name, then), days[0])
        second, stepped = status_of(old, _leading(old, name, now), days[1])
        third, new_rule = status_of(indicator, _leading(indicator, name, now), days[1])
        if target_at(old.target, days[0]) != target_at(old.target, days[1]) and not parts:
            parts = (Part("target", rule, stepped),)
        if len({first, second, third}) > 1 or parts:
            found.append(StatusChange(name, first, second, third, parts, (rule, new_rule)))
    return found


def _leading(indicator: Indicator, name: str, rows: Mapping[tuple[str, str], Row]) -> Figure | None:
    if indicator.headline != "quarter":
        return figure_of(rows.get((name, indicator.headline)))
    return figure_of(rows.get((name, "quarter")) or rows.get((name, "as_at")))


def benchmark_changes(
    then: Mapping[tuple[str, str], Row], now: Mapping[tuple[str, str], Row], before: Kept, after: Kept
) -> list[BenchmarkChange]:
    """Return each comparator that is another, or beside which our figure is called otherwise."""
    found = []
    for name, indicator in after.indicators.items():
        old = before.indicators.get(name)
        if old is None:
            continue
        sides = [{figure.area: figure for figure in kept.comparators.get(name, ())} for kept in (before, after)]
        for area in dict.fromkeys([*sides[0], *sides[1]]):
            one, other = sides[0].get(area), sides[1].get(area)
            words = (
                _beside(old, name, then, one),
                _beside(indicator, name, now, one),
                _beside(indicator, name, now, other),
            )
            same = one is not None and other is not None and (one.value, one.period) == (other.value, other.period)
            if not same or len(set(words)) > 1:
                found.append(BenchmarkChange(name, area, one, other, words))
    return found


def _beside(
    indicator: Indicator, name: str, rows: Mapping[tuple[str, str], Row], published: PublishedFigure | None
) -> str:
    """Return the word for our figure beside a published one: the 12 months of a flow, the last day of a stock.

    Published figures do not hold what the interval of a mean, a median or of children with siblings needs.
    """
    if published is None:
        return ""
    if indicator.kind in ("mean", "median") or indicator.cluster is not None:
        return NOT_TOLD
    flow = any((name, kind) in rows for kind in ("rolling_12_months", "year_to_date"))
    stock = indicator.is_snapshot or (indicator.kind == "derived" and not flow)
    ours = figure_of(rows.get((name, "quarter" if stock else "rolling_12_months")))
    return beside(indicator, ours, published).finding.comparison or "not compared"
