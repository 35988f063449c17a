"""Every reference of the YAML before anything is counted: tables, columns, conditions, indicators."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from carereport.comparators import INDICATORS
from carereport.conditions import ConditionError, TableShape, check_condition
from carereport.conditions.check import Type
from carereport.conditions.parse import Arithmetic, Call, Literal, Name, Node, names_in, parse, walk
from carereport.extracts.lookups import looked_up, looks_at_itself
from carereport.faults import Fault, Severity, listed, suggestion
from carereport.measures.codes_named import unlisted
from carereport.measures.window import lookback_months
from carereport.project import EXTRACTS
from carereport.settings import Chain, ColumnType, Covers, ExtractSettings, Indicator

if TYPE_CHECKING:
    from carereport.project import Project
    from carereport.yaml_reader import Path

Shapes = dict[str, TableShape]
_COUNTED = ("count", "percentage", "rate", "mean", "median")
_KINDS: dict[str, tuple[str, ...]] = {
    "when": (*_COUNTED, "supplied"), "open": _COUNTED, "where": _COUNTED, "count": _COUNTED[:3], "of": _COUNTED[3:],
    "per": ("rate", "supplied"), "numerator": ("supplied",), "denominator": ("supplied",),
    "value": ("supplied", "derived"), "stock": ("supplied",),
}  # fmt: skip
"""What an indicator counts by, and of which kinds: of another kind it would be left unread."""


def check_measures(project: Project) -> list[Fault]:
    """Return every fault in what indicators.yaml and extracts.yaml refer to, with its place."""
    shapes = table_shapes(project.extracts)
    faults = list(_extract_faults(project, shapes))
    for name, indicator in project.indicators.items():
        faults += _indicator_faults(project, name, indicator, shapes)
    faults += _cycles(project)
    return faults


def table_shapes(extracts: ExtractSettings) -> Shapes:
    """Return each table's columns with their types, lookups and chains followed."""
    shapes: Shapes = {}
    for name, table in extracts.tables.items():
        columns: dict[str, ColumnType] = {}
        if table.chain is not None:
            source = extracts.tables.get(table.chain.from_)
            columns |= {"child_id": "id", "start": "date", "end": "date"}
            for column in (*table.chain.first, *table.chain.last, *table.chain.by):
                spec = source.columns.get(column) if source else None
                columns[column] = (spec.type if spec else None) or "text"
        columns |= {column: spec.type for column, spec in table.columns.items() if spec.type is not None}
        spell = table.spell or (("start", "end") if table.chain is not None else None)
        shapes[name] = TableShape(columns, table.date, spell)
    for (name, column), (other, target) in looked_up(extracts).items():
        kind = shapes[other].columns.get(target) if other in shapes else None
        shapes[name].columns[column] = extracts.tables[name].columns[column].type or kind or "text"
    return shapes


def _fault(
    project: Project, file: str, path: Path, code: str, message: str, remedy: str = "", place: int = 0, *,
    key: bool = False, severity: Severity = "error",
) -> Fault:  # fmt: skip
    """Return a finding at a setting; with a `place`, at that character of its text (from 1)."""
    line, position, text = project.locate(file, path, key)
    if place:
        quoted = text[position - 1 : position] in ('"', "'")
        position += place - 1 + quoted
    return Fault(code, severity, message, remedy, file, line, None, position, 1, text)


def _condition_faults(
    project: Project, file: str, path: Path, text: str | None, shape: TableShape, shapes: Shapes, want: Type,
    as_at: bool = True, held: Collection[str] = (),
) -> Iterator[Fault]:  # fmt: skip
    if text is None:
        return
    try:
        tree = check_condition(text, shape.columns, shapes, want, as_at)
        for node in walk(tree) if held else ():
            if isinstance(node, Name) and node.text not in held:
                remedy = "put it into the indicators' `where`"
                raise ConditionError(f"{node.text} is looked up after rows are chosen", node.position, remedy)
    except ConditionError as error:
        yield _fault(project, file, path, "IN101", error.message, error.help, error.position)


def _unlisted_codes(project: Project, path: Path, text: str, table: str) -> Iterator[Fault]:
    for place, message, remedy in unlisted(text, table, project.extracts):
        yield _fault(project, INDICATORS, path, "IN135", message, remedy, place, severity="warning")


def _extract_faults(project: Project, shapes: Shapes) -> Iterator[Fault]:
    lookups = looked_up(project.extracts)
    for name, table in project.extracts.tables.items():
        base: Path = ("tables", name)
        shape = shapes[name]
        for column in table.key:
            if column not in shape.columns:
                yield _fault(project, EXTRACTS, (*base, "key"), "IN110", f"there is no column {column}",
                             suggestion(column, shape.columns))  # fmt: skip
        covered = table.covers.by if isinstance(table.covers, Covers) else None
        dates: list[tuple[Path, str | None]] = [(("date",), table.date), (("covers", "by"), covered)]
        dates += [(("spell",), column) for column in table.spell or ()]
        for part, wanted_date in dates:
            if wanted_date is not None and shape.columns.get(wanted_date) != "date":
                yield _fault(project, EXTRACTS, (*base, *part), "IN110", f"there is no date column {wanted_date}",
                             suggestion(wanted_date, shape.columns))  # fmt: skip
        if table.spell is not None and table.spell[0] == table.spell[1]:
            yield _fault(project, EXTRACTS, (*base, "spell"), "IN138", "the spell ends by the date that it starts by",
                         "write [start, end]")  # fmt: skip
        if table.chain is not None:
            source = project.extracts.tables.get(table.chain.from_)
            if source is None:
                message = f"there is no table {table.chain.from_}"
                near = suggestion(table.chain.from_, shapes)
                yield _fault(project, EXTRACTS, (*base, "chain", "from"), "IN111", message, near)
            else:
                for place, column in _chained_columns(table.chain):
                    if column not in source.columns:
                        yield _fault(project, EXTRACTS, (*base, "chain", *place), "IN110",
                                     f"table {table.chain.from_} has no column {column}",
                                     suggestion(column, source.columns))  # fmt: skip
                    elif (table.chain.from_, column) in lookups:
                        yield _fault(project, EXTRACTS, (*base, "chain", *place), "IN110",
                                     f"{column} is looked up, and a chain is made of the columns of a file",
                                     f"look it up under `columns` of {name}")  # fmt: skip
                    elif column in ("start", "end") and len(place) > 1:
                        yield _fault(project, EXTRACTS, (*base, "chain", *place), "IN110",
                                     f"{column} is the spell's own, and not that of a row",
                                     f"give the column of {table.chain.from_} another name")  # fmt: skip
                for end, column in (("start", table.chain.start), ("end", table.chain.end)):
                    if column in source.columns and shapes[table.chain.from_].columns.get(column) != "date":
                        yield _fault(project, EXTRACTS, (*base, "chain", end), "IN110", f"{column} is no date column",
                                     "a chain is made of dates")  # fmt: skip
        for column, spec in table.columns.items():
            chain = table.chain
            if chain and spec.lookup is None and column not in (*chain.first, *chain.last, *chain.by):
                yield _fault(project, EXTRACTS, (*base, "columns", column), "IN110",
                             f"{column} is read from no file, since {name} is a chain",
                             f"name a column of {chain.from_} under `first`, `last` or `by`")  # fmt: skip
            if spec.lookup is not None:
                other, _, target = spec.lookup.partition(".")
                if other not in shapes:
                    remedy = suggestion(other, shapes) or listed(list(shapes))
                    yield _fault(project, EXTRACTS, (*base, "columns", column, "lookup"), "IN111",
                                 f"there is no table {other}", remedy)  # fmt: skip
                elif looks_at_itself((name, column), lookups):
                    yield _fault(project, EXTRACTS, (*base, "columns", column, "lookup"), "IN110",
                                 f"{spec.lookup} is looked up in turn, and never read from a file",
                                 "name the table whose file holds it")  # fmt: skip
                elif target not in shapes[other].columns:
                    yield _fault(project, EXTRACTS, (*base, "columns", column, "lookup"), "IN110",
                                 f"table {other} has no column {target}",
                                 suggestion(target, shapes[other].columns))  # fmt: skip
        rows = table.chain.from_ if table.chain else name
        if rows in shapes:
            held = {column for column in shapes[rows].columns if (rows, column) not in lookups}
            yield from _condition_faults(project, EXTRACTS, (*base, "where"), table.where, shapes[rows], shapes,
                                         "condition", as_at=False, held=held)  # fmt: skip
        for number, check in enumerate(table.checks):
            yield from _condition_faults(project, EXTRACTS, (*base, "checks", number, "rule"), check.rule, shape,
                                         shapes, "condition", as_at=False)  # fmt: skip


def _chained_columns(chain: Chain) -> Iterator[tuple[Path, str]]:
    """Yield each column that a chain names, with its place in the chain."""
    yield ("start",), chain.start
    yield ("end",), chain.end
    for part, columns in (("first", chain.first), ("last", chain.last), ("by", chain.by)):
        for number, column in enumerate(columns):
            yield (part, number), column


def _indicator_faults(project: Project, name: str, indicator: Indicator, shapes: Shapes) -> list[Fault]:
    base: Path = ("indicators", name)
    faults: list[Fault] = []

    def wrong(part: str, code: str, message: str, remedy: str = "", key: bool = False) -> None:
        faults.append(_fault(project, INDICATORS, (*base, part), code, message, remedy, key=key))

    for part, kinds in _KINDS.items():
        if getattr(indicator, part) and indicator.kind not in kinds:
            remedy = f"`{part}` goes with kind: {' or '.join(kinds)}"
            wrong(part, "IN139", f"an indicator of kind {indicator.kind} has no `{part}`", remedy, key=True)
    if indicator.kind == "derived":
        faults += _derived_faults(project, name, indicator)
        return faults
    if indicator.from_ is None:
        faults.append(_fault(project, INDICATORS, base, "IN120", "'from' is missing: the table counted", key=True))
        return faults
    shape = shapes.get(indicator.from_)
    if shape is None:
        remedy = suggestion(indicator.from_, shapes) or listed(list(shapes))
        wrong("from", "IN121", f"there is no table {indicator.from_}", remedy)
        return faults
    if indicator.when is not None and indicator.open is not None:
        wrong("open", "IN122", "give either `when` (events) or `open` (spells), not both", key=True)
    for part, text, want in (
        ("where", indicator.where, "condition"),
        ("count", indicator.count, "condition"),
        ("of", indicator.of, "number"),
    ):  # fmt: skip
        found = list(
            _condition_faults(project, INDICATORS, (*base, part), text, shape, shapes, want)  # type: ignore[arg-type]
        )
        faults += found
        if text is not None and not found:
            faults += _unlisted_codes(project, (*base, part), text, indicator.from_)
    if indicator.when is not None:
        faults += _when_faults(project, base, indicator.when, shape)
        if indicator.kind == "supplied" and "(" in indicator.when:
            wrong("when", "IN123", "what is supplied is given by a date column", "name the column of the month")
    for column in indicator.open or ():
        if shape.columns.get(column) != "date":
            wrong("open", "IN123", f"there is no date column {column}", suggestion(column, shape.columns))
    if indicator.open is not None and indicator.open[0] == indicator.open[1]:
        wrong("open", "IN138", "the spell ends by the date that it starts by", "write [start, end]")
    elif indicator.open is not None and shape.spell == indicator.open[::-1]:
        wrong("open", "IN138", f"table {indicator.from_} has these two dates the other way round",
              f"write [{', '.join(shape.spell)}]")  # fmt: skip
    needed = {"percentage": ["count"], "rate": ["per"], "mean": ["of"], "median": ["of"], "supplied": ["when"]}
    for part in needed.get(indicator.kind, []):
        if getattr(indicator, part) is None:
            message = f"'{part}' is missing: an indicator of kind {indicator.kind} needs it"
            faults.append(_fault(project, INDICATORS, base, "IN124", message, key=True))
    if indicator.kind == "supplied":
        parts = indicator.numerator is not None, indicator.denominator is not None, indicator.value is not None
        if parts not in ((True, False, False), (True, True, False), (False, False, True)):
            message = "give `numerator` (with `denominator` or `per`), or `value`"
            faults.append(_fault(project, INDICATORS, base, "IN124", message, key=True))
        for part in ("numerator", "denominator", "value"):
            column = getattr(indicator, part)
            if column is not None and shape.columns.get(column) != "number":
                wrong(part, "IN125", f"there is no number column {column}", suggestion(column, shape.columns))
    if indicator.kind == "percentage" and indicator.unit not in (None, "percent"):
        wrong("unit", "IN137", "a percentage is given in percent", "leave `unit` out, or write unit: percent")
    if indicator.distinct is not None and (indicator.kind != "count" or indicator.distinct not in shape.columns):
        near = suggestion(indicator.distinct, shape.columns) if indicator.distinct not in shape.columns else ""
        remedy = near or "`distinct` goes with kind: count and a column"
        wrong("distinct", "IN126", f"cannot count each {indicator.distinct} once", remedy)
    if indicator.cluster is not None:
        if indicator.cluster not in shape.columns:
            remedy = suggestion(indicator.cluster, shape.columns) or listed(list(shape.columns))
            wrong("cluster", "IN136", f"table {indicator.from_} has no column {indicator.cluster}", remedy)
        elif indicator.distinct is not None or indicator.kind not in ("count", "percentage", "rate"):
            remedy = "leave it out: siblings are allowed for where rows are counted"
            wrong("cluster", "IN136", "`cluster` goes with counts, percentages and rates of rows", remedy)
    names = [breakdown.name for breakdown in indicator.breakdowns]
    for number, breakdown in enumerate(indicator.breakdowns):
        if breakdown.name in names[:number]:
            faults.append(_fault(project, INDICATORS, (*base, "breakdowns", number), "IN127",
                                 f"{breakdown.name} stands twice", "take one out"))  # fmt: skip
        for column in filter(None, (breakdown.name, breakdown.within)):
            known = [*shape.columns, *(["age_band"] if "birth" in shape.columns else [])]
            if column == "total":
                wrong("breakdowns", "IN127", "total is the name of every figure's whole", "name the column otherwise")
            elif column not in known:
                faults.append(
                    _fault(project, INDICATORS, (*base, "breakdowns", number), "IN127",
                           f"table {indicator.from_} has no column {column}",
                           suggestion(column, known) or listed(known))
                )  # fmt: skip
            elif column == breakdown.within == "age_band" and column not in shape.columns:
                wrong("breakdowns", "IN127", "nothing is known to nest in age bands, which are worked out from births",
                      f"write {breakdown.name} beside age_band")  # fmt: skip
            elif shape.columns.get(column) in ("id", "number", "date"):
                kind = {"id": "an id, and ids are never published"}.get(shape.columns[column])
                wrong("breakdowns", "IN127", f"{column} is {kind or f'a {shape.columns[column]}'}",
                      "split by a code or a text")  # fmt: skip
            elif indicator.when is not None and _is_state(project, indicator.from_, column):
                wrong("breakdowns", "IN134", f"{column} holds the state on the day of extraction",
                      "split events by what was known on their day")  # fmt: skip
    try:
        lookback_months(indicator.lookback)
    except ValueError as error:
        wrong("lookback", "IN128", str(error), "write it as `12 months`, or `ever`")
    if indicator.per is not None and project.population:
        groups = {row.group for row in project.population}
        if indicator.per.population not in groups:
            wrong("per", "IN129", f"population.csv has no group {indicator.per.population}",
                  suggestion(indicator.per.population, groups))  # fmt: skip
    faults += _window_faults(project, base, indicator)
    return faults


def _when_faults(project: Project, base: Path, when: str, shape: TableShape) -> Iterator[Fault]:
    path = (*base, "when")
    try:
        tree = parse(when)
    except ConditionError as error:
        yield _fault(project, INDICATORS, path, "IN101", error.message, error.help, error.position)
        return
    column: Node = tree
    if isinstance(tree, Call):
        ages = tree.arguments[1:]
        if tree.name != "birthday" or not ages or not all(isinstance(a, Literal) for a in ages):
            yield _fault(project, INDICATORS, path, "IN123", "`when` is a date column or birthday(birth, 19, 20)")
            return
        column = tree.arguments[0]
    if not isinstance(column, Name) or shape.columns.get(column.text) != "date":
        name = column.text if isinstance(column, Name) else when
        yield _fault(project, INDICATORS, path, "IN123", f"there is no date column {name}",
                     suggestion(name, shape.columns), column.position)  # fmt: skip


def _derived_faults(project: Project, name: str, indicator: Indicator) -> Iterator[Fault]:
    path = ("indicators", name, "value")
    if not indicator.value:
        yield _fault(project, INDICATORS, path[:2], "IN124", "'value' is missing: for example started - left", key=True)
        return
    try:
        tree = parse(indicator.value)
    except ConditionError as error:
        yield _fault(project, INDICATORS, path, "IN101", error.message, error.help, error.position)
        return
    stack: list[Node] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Arithmetic):
            stack += [node.left, node.right]
        elif isinstance(node, Name):
            if node.text not in project.indicators:
                yield _fault(project, INDICATORS, path, "IN130", f"there is no indicator {node.text}",
                             suggestion(node.text, project.indicators), node.position)  # fmt: skip
        elif not (isinstance(node, Literal) and isinstance(node.value, float)):
            yield _fault(project, INDICATORS, path, "IN131", "only indicators, numbers and + - * / stand here",
                         place=node.position)  # fmt: skip


def _cycles(project: Project) -> list[Fault]:
    parts: dict[str, set[str]] = {}
    for name, indicator in project.indicators.items():
        if indicator.kind == "derived" and indicator.value:
            try:
                parts[name] = names_in(parse(indicator.value)) & set(project.indicators)
            except ConditionError:
                continue
    faults = []
    for name in parts:
        seen: set[str] = set()
        waiting = set(parts[name])
        while waiting:
            step = waiting.pop()
            if step == name:
                faults.append(
                    _fault(project, INDICATORS, ("indicators", name, "value"), "IN132",
                           "this indicator is made of itself", "take it out of its own parts")
                )  # fmt: skip
                break
            if step not in seen:
                seen.add(step)
                waiting |= parts.get(step, set())
    return faults


def _window_faults(project: Project, base: Path, indicator: Indicator) -> Iterator[Fault]:
    """An indicator counted by another date than the window's needs a lookback."""
    by = _covered_by(project, str(indicator.from_))
    counted = indicator.open[1] if indicator.open else indicator.when
    if by is not None and counted is not None and counted != by and indicator.lookback is None:
        line, position, text = project.locate(INDICATORS, base, True)
        how = f"while open, until {counted}" if indicator.open else f"by {counted}"
        yield Fault("IN133", "warning", f"counted {how}, while the extract covers rows by {by}",
                    f"declare a lookback as long as rows may take from {by} to {counted}, for example 12 months",
                    INDICATORS, line, None, position, 1, text)  # fmt: skip


def _is_state(project: Project, table: str, column: str) -> bool:
    spec = project.extracts.tables[table].columns.get(column)
    return spec is not None and spec.state


def _covered_by(project: Project, name: str) -> str | None:
    """Return the date that a table's window speaks of, as the table names it; a chain has its source's."""
    table = project.extracts.tables.get(name)
    if table is None:
        return None
    if table.chain is not None:
        by = _covered_by(project, table.chain.from_)
        return {table.chain.start: "start", table.chain.end: "end"}.get(by or "", by)
    return table.covers.by if isinstance(table.covers, Covers) else None
