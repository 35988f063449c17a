"""The data dictionary: every indicator and every table of a project, as Markdown made from its settings."""

from __future__ import annotations

from collections.abc import Iterator

from carereport.project import Project
from carereport.quarters import written
from carereport.settings import Column, Indicator


def data_dictionary(project: Project) -> str:
    """Return the data dictionary of a project as Markdown."""
    return "\n".join([*_indicators(project), *_tables(project)]) + "\n"


def _indicators(project: Project) -> Iterator[str]:
    yield f"# Data dictionary: {project.report.council.name}"
    yield ""
    yield "Made by `carereport docs` from config/indicators.yaml, config/extracts.yaml and config/report.yaml."
    names = {section.id: section.name for section in project.report.sections}
    sections = dict.fromkeys([*names, *(indicator.section for indicator in project.indicators.values())])
    for section in sections:
        held = {name: one for name, one in project.indicators.items() if one.section == section}
        if not held:
            continue
        yield ""
        yield f"## {names.get(section) or section.replace('_', ' ').capitalize()}"
        for name, indicator in held.items():
            yield ""
            yield f"### {indicator.name}"
            yield ""
            yield from (f"- {label}: {text}" for label, text in _lines(name, indicator, project))


def _code(text: str) -> str:
    return f"`{text}`"


def _lines(name: str, indicator: Indicator, project: Project) -> Iterator[tuple[str, str]]:
    yield "name in the files", _code(name)
    if indicator.definition:
        yield "definition", indicator.definition
    if indicator.source:
        yield "source", indicator.source
    yield "kind", f"{indicator.kind}, in {indicator.figure_unit.replace('_', ' ')}"
    if indicator.from_:
        yield "counted from", _code(indicator.from_)
    if indicator.when:
        yield "in the period of", _code(indicator.when)
    if indicator.open:
        yield "open on the last day", _code(" to ".join(indicator.open))
    share = indicator.kind == "percentage"
    for label, text in (
        ("denominator" if share else "rows where", indicator.where),
        ("numerator" if share else "counted", indicator.count),
        ("averaged", indicator.of),
        ("each counted once", indicator.distinct),
        ("looks back", indicator.lookback),
        ("numerator column", indicator.numerator),
        ("denominator column", indicator.denominator),
        ("value", indicator.value),
    ):
        if text:
            yield label, _code(text)
    if indicator.per:
        yield "per", f"{indicator.per.scale:,.0f} of {_code(indicator.per.population)}"
    yield "good is", indicator.polarity
    for target in indicator.target:
        words = f"{target.value:g}" + (f" from {written(target.from_)}" if target.from_ else "")
        yield (
            "target",
            words + (f", {target.basis}" if target.basis else "") + (f": {target.reason}" if target.reason else ""),
        )
    areas = sorted({figure.area for figure in project.benchmarks.get(name, ())})
    if areas:
        shown = ", ".join(areas[:5]) + (f" and {len(areas) - 5} more" if len(areas) > 5 else "")
        yield "compared with", shown
    if indicator.breakdowns:
        yield "broken down by", ", ".join(breakdown.name.replace("_", " ") for breakdown in indicator.breakdowns)
    if indicator.note:
        yield "caution", indicator.note


def _tables(project: Project) -> Iterator[str]:
    yield ""
    yield "## The extracts"
    for name, table in project.extracts.tables.items():
        yield ""
        yield f"### {name}"
        yield ""
        if table.chain is not None:
            yield f"Made of `{table.chain.from_}`: rows that touch become one spell."
        else:
            source = f"Files: {', '.join(map(_code, table.files))}"
            source = f"Spark table: {_code(table.spark_table)}" if table.spark_table else source
            yield f"{source}. Key: {', '.join(map(_code, table.key)) or 'none'}."
        if table.columns:
            yield ""
            yield "| column | type | from |"
            yield "|---|---|---|"
            for column, spec in table.columns.items():
                yield f"| `{column}` | {spec.type or ''} | {_origin(spec)} |"


def _origin(spec: Column) -> str:
    text = f"looked up: `{spec.lookup}`" if spec.lookup else " or ".join(spec.from_)
    return text.replace("|", "\\|")
