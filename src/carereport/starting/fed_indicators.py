"""A first indicators.yaml: of the indicators that come with carereport those that some tables can feed, and a count of
each table that no layout knows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from carereport.comparators import BENCHMARKS
from carereport.measures.check import check_measures
from carereport.packed import packed_folder
from carereport.project import Project
from carereport.report_settings import ReportSettings
from carereport.settings import Breakdown, ExtractSettings, Indicator, IndicatorSettings
from carereport.starting.guessed_columns import MONTHS


def fed_indicators(tables: Mapping[str, Any], unknown: Mapping[str, str]) -> tuple[list[str], list[str], str]:
    """Return the indicators that the tables can feed, those drafted, and the YAML of both.

    `unknown` gives the title of each table that no layout knows. A breakdown by a column that a table lacks is left
    out of its indicator; so is a family that it does not name.
    """
    source = packed_folder("config")
    text = (source / "indicators.yaml").read_text(encoding="utf-8") if source else "indicators:\n"
    settings = IndicatorSettings.model_validate(yaml.safe_load(text))
    extracts = ExtractSettings.model_validate({"tables": tables})
    kept = {name: _split_by_held(indicator, extracts) for name, indicator in settings.indicators.items()}
    while True:
        project = Project(Path(), extracts, kept, ReportSettings())
        bad = {
            name
            for name, indicator in kept.items()
            if any(
                fault.severity == "error"
                for fault in check_measures(Project(Path(), extracts, _with_parts(name, kept), project.report))
            )
            or (indicator.pair and not set(indicator.pair) <= set(kept))
        }
        if not bad:
            break
        kept = {name: indicator for name, indicator in kept.items() if name not in bad}
    head, _, body = text.partition("\nindicators:\n")
    blocks = re.split(r"^(?=  [a-z][a-z0-9_]*:\n)", body, flags=re.MULTILINE)
    wanted = [
        _with_what_is_held(block.rstrip(), kept[found[1]])
        for block in blocks
        if (found := re.match(r"  (\w+):", block)) and found[1] in kept
    ]
    wanted = [re.sub(r"\n+  # =+.*$", "", block) for block in wanted]
    drafted = dict(_drafted(extracts, unknown, kept))
    return list(kept), list(drafted), head + "\nindicators:\n\n" + "\n\n".join([*wanted, *drafted.values()]) + "\n"


def _split_by_held(indicator: Indicator, extracts: ExtractSettings) -> Indicator:
    """Return an indicator without the breakdowns, and the family, whose columns its table lacks."""
    table = extracts.tables.get(str(indicator.from_))
    if table is None:
        return indicator
    chain = [*table.chain.first, *table.chain.last, *table.chain.by] if table.chain else []
    held = {*table.columns, *chain}
    held |= {"age_band"} if "birth" in held else set()
    kept = [
        Breakdown(name=one.name, within=one.within if one.within in held else None)
        for one in indicator.breakdowns
        if one.name in held
    ]
    cluster = indicator.cluster if indicator.cluster in held else None
    return indicator.model_copy(update={"breakdowns": kept, "cluster": cluster})


def _with_what_is_held(block: str, indicator: Indicator) -> str:
    """Return an indicator's YAML with the breakdowns and the family that it kept."""
    if indicator.cluster is None:
        block = re.sub(r"\n    cluster: .*", "", block)
    held = [{one.name: {"within": one.within}} if one.within else one.name for one in indicator.breakdowns]
    line = f"    breakdowns: {yaml.safe_dump(held, default_flow_style=True, width=1_000_000).strip()}\n" if held else ""
    return re.sub(r"^    breakdowns: .*\n?", lambda _: line, block + "\n", flags=re.MULTILINE).rstrip()


def _drafted(
    extracts: ExtractSettings, unknown: Mapping[str, str], kept: Mapping[str, Indicator]
) -> Iterator[tuple[str, str]]:
    """Yield a count for each unknown table with a date, of what is open or of events, as YAML to complete."""
    for table, title in unknown.items():
        columns, spell = extracts.tables[table].columns, extracts.tables[table].spell
        dates = (name for name, spec in columns.items() if spec.type == "date" and spec.formats != MONTHS)
        when = next((name for name in dates if name != "birth"), None)
        if when is None:
            continue
        name = table if table not in kept else f"{table}_rows"
        dated = {"open": f"[{spell[0]}, {spell[1]}]"} if spell else {"when": when}
        words = f"{title}: open on the last day" if spell else f"{title} by {columns[when].from_[0]}"
        said = {"name": words, "section": "drafted", "kind": "count", "from": table, **dated, "polarity": "neither"}
        lines = [f"    {key}: {value if key == 'open' else _quoted(value)}" for key, value in said.items()]
        note = "  # Drafted: a count of rows. Say what it means (name, definition, source), what is good, and a target."
        yield name, "\n".join([note, f"  {name}:", *lines])


def _quoted(text: str) -> str:
    return str(yaml.safe_dump(text, allow_unicode=True, width=1_000_000)).strip().removesuffix("...").strip()


def _with_parts(name: str, indicators: dict[str, Any]) -> dict[str, Any]:
    """Return an indicator with all it may be derived from."""
    if indicators[name].kind != "derived":
        return {name: indicators[name]}
    return {other: one for other, one in indicators.items() if other == name or one.kind != "derived"}


def benchmark_texts(kept: list[str]) -> Iterator[tuple[str, str]]:
    """Return the published comparators of some indicators, by file name."""
    source = packed_folder("config")
    for path in sorted((source / Path(BENCHMARKS).name).glob("*.csv")) if source else []:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        place = rows[0].index("indicator")
        chosen = [row for row in rows[1:] if row[place] in kept]
        if chosen:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([rows[0], *chosen])
            yield path.name, text.getvalue()
