"""A difference of two builds in words for the screen, and as a document for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from carereport.comparing.difference import Difference
from carereport.comparing.effects import NOT_TOLD, BenchmarkChange, Effect, Part, StatusChange
from carereport.comparing.recomputing import Build, Row
from carereport.disclosure.past import NUMBERS
from carereport.project import changed_keys

_LAST = 3
_PERIODS = {"year_to_date": "year to date", "rolling_12_months": "12 months", "as_at": "day of extraction"}


def lines_of(difference: Difference) -> list[str]:
    """Return the lines that `carereport compare` prints."""
    then, now = difference.then, difference.now
    lines: list[str] = []
    if then.quarter != now.quarter:
        lines += [*_figures(then, now), ""]
    lines += [*_revisions(then, now), *_measures(then, now), *_definitions(then, now)]
    lines += _effects(f"Why figures for {then.quarter.label} differ", difference.same_period)
    lines += _effects(f"{then.quarter.label} and {now.quarter.label} under one definition", difference.across)
    lines += [*_statuses(difference.statuses), *_benchmarks(difference.benchmarks), *_inputs(then, now)]
    lines += [line for note in difference.notes for line in ("", f"Note: {note}.")]
    if difference.audience == "internal":
        lines += ["", "Small numbers stand here: for your own screen, not for publication."]
    return lines


def document_of(difference: Difference) -> dict[str, Any]:
    """Return the same for programs: numbers as in figures.csv, so that effects add up exactly."""
    then, now = difference.then, difference.now
    return {
        "then": {"quarter": then.quarter.name, "title": then.title},
        "now": {"quarter": now.quarter.name, "title": now.title},
        "audience": difference.audience,
        "revisions": [_revision(before, after) for before, after in _revised(then, now)],
        "same_period": [_effect(one) for one in difference.same_period],
        "across": [_effect(one) for one in difference.across],
        "statuses": [
            {"indicator": one.indicator, "then": one.then, "with_figure_now": one.between, "now": one.now,
             "changed": _changed(one.parts), "rule_then": one.rules[0], "rule_now": one.rules[1]}
            for one in difference.statuses
        ],
        "benchmarks": [
            {"indicator": one.indicator, "area": one.area,
             "then": one.then and {"value": one.then.value, "period": one.then.period},
             "now": one.now and {"value": one.now.value, "period": one.now.period},
             "word_then": one.words[0], "word_with_figure_now": one.words[1], "word_now": one.words[2]}
            for one in difference.benchmarks
        ],
        "definitions": _changed_definitions(then, now),
        "inputs": [
            {"file": name, "rows_then": one and one[1], "rows_now": other and other[1], "same": one == other}
            for name, one, other in _files(then, now)
        ],
        "notes": difference.notes,
    }  # fmt: skip


def _effect(one: Effect) -> dict[str, Any]:
    numbers = {
        "then": one.then, "rows": one.rows, "then_definition_on_extracts_now": one.between,
        "definition": one.definition, "now": one.now,
    }  # fmt: skip
    return {
        "indicator": one.indicator, "period_kind": one.kind, "unit": one.unit,
        **{name: None if value is None else float(value) for name, value in numbers.items()},
        "marker_then": one.markers[0], "marker_now": one.markers[2], "changed": _changed(one.parts),
        "not_divided": one.split,
    }  # fmt: skip


def _changed(parts: Sequence[Part]) -> list[dict[str, str]]:
    return [{"part": one.name, "then": one.before, "now": one.after} for one in parts]


def _figures(then: Build, now: Build) -> Iterator[str]:
    before, after = _quarter(then), _quarter(now)
    names = [name for name in after if name in before]
    width = max((len(name) for name in names), default=0)
    yield f"Figures of the quarter, {then.quarter.name} and {now.quarter.name}"
    for name in names:
        change = _change(before[name], after[name])
        yield f"  {name:<{width}}  {_shown(before[name]):>12}  {_shown(after[name]):>12}  {change}".rstrip()


def _quarter(build: Build) -> dict[str, Row]:
    start, end = build.quarter.start.isoformat(), build.quarter.end.isoformat()
    return {
        row["indicator"]: row
        for row in build.rows.values()
        if row["breakdown"] == "total"
        and row["period_kind"] == "quarter"
        and (row["period_start"], row["period_end"]) == (start, end)
    }


def _shown(row: Row) -> str:
    if not row["value"]:
        return f"[{row['marker']}]"
    return f"{float(row['value']):,.1f}".removesuffix(".0") + ("%" if row["unit"] == "percent" else "")


def _change(before: Row, after: Row) -> str:
    if not before["value"] or not after["value"]:
        return ""
    return f"{float(after['value']) - float(before['value']):+,.1f}".removesuffix(".0")


def _revised(then: Build, now: Build) -> list[tuple[Row, Row]]:
    """Return the figures that both builds show, with other numbers in the later."""
    pairs = ((before, now.rows[key]) for key, before in then.rows.items() if key in now.rows)
    return [
        (before, after) for before, after in pairs
        if any(before[name] for name in NUMBERS) and any(after[name] for name in NUMBERS)
        and any(before[name] != after[name] for name in NUMBERS)
    ]  # fmt: skip


def _revisions(then: Build, now: Build) -> Iterator[str]:
    """Periods that both builds report, with other numbers in the later: revisions of what went out."""
    revised: dict[str, list[tuple[Row, Row]]] = {}
    for before, after in _revised(then, now):
        revised.setdefault(before["indicator"], []).append((before, after))
    both = [(before, now.rows[key]) for key, before in then.rows.items() if key in now.rows]
    hidden = sum(any(before[name] for name in NUMBERS) and after["marker"] == "c" for before, after in both)
    shown = sum(any(after[name] for name in NUMBERS) and before["marker"] == "c" for before, after in both)
    count = sum(map(len, revised.values()))
    yield f"Revisions: {_count(count, 'figure')} of {_count(len(revised), 'indicator')} with other numbers"
    for name, pairs in revised.items():
        yield f"  {name}: {_count(len(pairs), 'figure')}"
        totals = [pair for pair in pairs if pair[0]["breakdown"] == "total"]
        for before, after in totals[-_LAST:]:
            period = f"{before['period_kind'].replace('_', ' ')} to {before['period_end']}"
            yield f"    {period}: {_shown(before)} became {_shown(after)}"
    if hidden or shown:
        yield f"  {hidden} figures are now suppressed, {shown} no longer are"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _revision(before: Row, after: Row) -> dict[str, Any]:
    place = ("indicator", "period_kind", "period_start", "period_end", "breakdown", "category")
    numbers = ({name: _plain(row[name]) for name in NUMBERS} for row in (before, after))
    return {**{name: before[name] for name in place}, **dict(zip(("then", "now"), numbers, strict=True))}


def _plain(text: str) -> int | float | None:
    """Return a number of figures.csv as a program reads it."""
    if not text:
        return None
    return float(text) if "." in text else int(text)


def _measures(then: Build, now: Build) -> Iterator[str]:
    before, after = {key[0]: row for key, row in then.rows.items()}, {key[0]: row for key, row in now.rows.items()}
    for words, names in (("new", set(after) - set(before)), ("gone", set(before) - set(after))):
        if names:
            yield ""
            yield f"Indicators {words}: {', '.join(sorted(names))}"
    other = [n for n in sorted(set(before) & set(after)) if before[n]["unit"] != after[n]["unit"]]
    if other:
        yield f"Indicators in another unit: {', '.join(other)}"


def _changed_definitions(then: Build, now: Build) -> dict[str, list[str]]:
    if not then.definitions or not now.definitions:
        return {}
    return {name: keys for name, keys in changed_keys(then.definitions, now.definitions).items() if keys}


def _definitions(then: Build, now: Build) -> Iterator[str]:
    """What indicators.yaml says otherwise than before, of indicators that both builds have."""
    if not then.definitions or not now.definitions:
        return
    changed = _changed_definitions(then, now)
    yield ""
    yield f"Definitions set otherwise in indicators.yaml: {len(changed)}"
    for name, keys in changed.items():
        yield f"  {name}: {', '.join(keys)}"


def _effects(title: str, found: Sequence[Effect]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield title
    for name, group in groupby(found, key=lambda one: one.indicator):
        figures = list(group)
        yield f"  {name}"
        yield from (f"    {_became(part)}" for part in figures[0].parts)
        yield from (f"    {_change_of(one)}" for one in figures)


def _change_of(one: Effect) -> str:
    """Return a figure's change with the two effects that make it."""
    places = _places([one.then, one.between, one.now])
    then, now = _number(one.then, one, 0, places), _number(one.now, one, 2, places)
    line = f"{_PERIODS.get(one.kind, one.kind)}: "
    line += f"{then} became {now}" if one.change or then != now else f"{now}, as then"
    if one.then is None and one.now is None:
        return line
    if one.change is not None:
        line += f" ({_signed(one.change, places)})"
    if one.split:
        return f"{line}; not divided: {one.split}"
    if one.then is None:
        rows = "rows not told, since the figure of then is not shown and its extracts would be needed"
    else:
        rows = "rows not told" if one.rows is None else f"rows {_signed(one.rows, places)}"
    if not one.parts:
        return f"{line}: {rows}"
    between = (
        "" if one.between is None else f", giving {_number(one.between, one, 1, places)} by the definition of then"
    )
    effect = "not told" if one.definition is None else _signed(one.definition, places)
    return f"{line}: {rows}{between}; definition {effect}"


def _became(part: Part) -> str:
    return f"{part.name}: {part.before or 'not set'} became {part.after or 'not set'}"


def _places(values: Sequence[Decimal | None]) -> int:
    """Return the fewest decimals, one at least unless all are whole, at which figures that differ look different."""
    held = {value for value in values if value is not None}
    if all(value == value.to_integral_value() for value in held):
        return 0
    return next((n for n in range(1, 6) if len({round(value, n) for value in held}) == len(held)), 6)


def _number(value: Decimal | None, one: Effect, side: int, places: int) -> str:
    if value is None:
        return f"[{one.markers[side]}]"
    return f"{round(value, places):,}" + ("%" if one.unit == "percent" else "")


def _signed(value: Decimal | None, places: int) -> str:
    return "" if value is None else f"{round(value, places):+,}"


def _statuses(found: Sequence[StatusChange]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield "Status"
    for one in found:
        steps = [one.then.replace("_", " ")]
        if one.between != one.then:
            steps.append(f"{one.between.replace('_', ' ')} by the figure now")
        if one.now != one.between:
            steps.append(f"{one.now.replace('_', ' ')} by the rule now")
        if len(steps) == 1:
            steps.append("the same now")
        yield f"  {one.indicator}: {', then '.join(steps)}"
        yield from (f"    {_became(part)}" for part in one.parts)


def _benchmarks(found: Sequence[BenchmarkChange]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield "Published comparators"
    for one in found:
        sides = (one.then, one.now)
        values = [f"{side.value:,.{side.decimals}f} ({side.period})" if side else "none" for side in sides]
        became = f"{values[0]} became {values[1]}" if values[0] != values[1] else values[0]
        yield f"  {one.indicator}, {one.area}: {became}"
        if NOT_TOLD in one.words:
            yield "    the word for ours is not told: published figures do not hold the spread behind it"
            continue
        first, second, third = (word or "no comparator" for word in one.words)
        words = [f"ours was {first}"]
        if second != first and one.then is not None:
            words.append(f"is {second} by the figure now")
        if third not in (second, first) or (third == first != second) or one.then is None:
            words.append(f"is {third} by the comparator now")
        if len(words) == 1:
            words.append("and still is")
        yield f"    {', '.join(words)}"


def _files(then: Build, now: Build) -> list[tuple[str, tuple[str, int] | None, tuple[str, int] | None]]:
    names = sorted({*then.inputs, *now.inputs})
    return [(name, then.inputs.get(name), now.inputs.get(name)) for name in names]


def _inputs(then: Build, now: Build) -> Iterator[str]:
    yield ""
    yield "Rows of the extracts"
    for name, before, after in _files(then, now):
        if before is None or after is None:
            yield f"  {name}: {'new' if before is None else 'gone'}"
        elif before[1] != after[1]:
            yield f"  {name}: {before[1]:,} became {after[1]:,} ({after[1] - before[1]:+,})"
        elif before[0] != after[0]:
            yield f"  {name}: {before[1]:,} as before, though with other content"
    if then.inputs == now.inputs:
        yield "  the same in both"
    elif then.kept is not None and not then.title.endswith("today"):
        yield "  which rows: carereport compare --extracts OLD NEW --quarter Q INDICATOR, with the extracts of then"
