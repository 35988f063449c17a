"""A first extracts.yaml and indicators.yaml for a folder of extracts, drafted from file names and headers alone.

Three public layouts are recognised: Ofsted's Annex A, SSDA903 and the Standard Safeguarding Dataset. What is
recognised is mapped as the indicators that come with carereport expect; any other file gets a table to complete.
No row is read.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from carereport.comparators import BENCHMARKS, INDICATORS
from carereport.extracts.columns import bare, fold
from carereport.extracts.headers import matching, read_header
from carereport.faults import Fault, UsageError
from carereport.project import EXTRACTS, REPORT
from carereport.schemas import schema_line
from carereport.starting.fed_indicators import benchmark_texts, fed_indicators
from carereport.starting.guessed_columns import guessed_columns, slug, spell_of

PROFILES = ("annex_a", "ssda903", "ssd")
CHAINS = ("ssda903", "ssd", "annex_a")
"""Whose table is made where several layouts could: the one with the whole history first."""
LEAST_SHARE, LEAST_COLUMNS, MOST_OF_FILE = 0.3, 3, 0.75
"""A file is a layout's table where it has this share of the columns that tell tables apart, and so many in all; or so
many of these, where they and the table's other columns are so great a share of the file's own."""
_NUMBERED = re.compile(
    r"[-_ ]*(\d{4,}([-_]?\d+)*|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_ ]?\d{2,4})", re.IGNORECASE
)
"""A date or a number in a file's name."""
_LETTERED = re.compile(r"^[a-z]\) ")
"""How Annex A writes a code; case systems often leave the letter out."""


@dataclass(frozen=True)
class Drafted:
    """A file and the table it became; `layout` is empty where it was not recognised, `file` where it was made."""

    file: str
    table: str
    layout: str
    title: str


@cache
def _profile(name: str) -> dict[str, Any]:
    path = Path(__file__).parents[1] / "extracts" / "profiles" / f"{name}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def draft_extracts(folder: Path) -> tuple[dict[str, Any], list[Drafted]]:
    """Return the tables drafted for the CSV files of a folder, and what became of each file.

    Raises:
        UsageError: there is no CSV file.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".txt") and path.is_file())
    if not files:
        raise UsageError(Fault("CL040", "error", f"there is no CSV file in {folder.name}", _instead(folder)))
    tables: dict[str, Any] = {}
    drafted = []
    for paths, headers in _alike(files):
        layout, name, known = _recognised(headers)
        table = _known_table(known, headers) if known else _new_table(headers)
        name = name or slug(_NUMBERED.sub("", paths[0].stem))
        while name in tables:
            name += "_more"
        tables[name] = {"files": _pattern(paths, files), **table}
        drafted += [Drafted(path.name, name, layout, known["title"] if known else "") for path in paths]
    layout_of = {one.table: one.layout for one in drafted}
    for profile in CHAINS:
        for name, spec in _profile(profile)["tables"].items():
            ours = "chain" in spec and layout_of.get(spec["chain"]["from"]) == _profile(profile)["name"]
            if ours and name not in tables:
                tables[name] = _chained(spec, tables)
                drafted.append(Drafted("", name, _profile(profile)["name"], spec["title"]))
    for table in tables.values():
        table["columns"] = {
            name: spec for name, spec in table.get("columns", {}).items() if _has_target(spec, tables)
        }  # fmt: skip
    return tables, drafted


def _instead(folder: Path) -> str:
    """Return what to do where a folder holds no CSV file: by what it holds instead."""
    if any(path.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".ods") for path in folder.iterdir()):
        return "save each sheet of a workbook as CSV UTF-8"
    if any(path.is_dir() and any(path.glob("*.[cC][sS][vV]")) for path in folder.iterdir()):
        return "folders below it are not read: name the one with the CSV files"
    return "name the extracts' folder"


def _chained(spec: dict[str, Any], tables: dict[str, Any]) -> dict[str, Any]:
    """Return a table made of another, without the columns that the other lacks."""
    held, chain = tables[spec["chain"]["from"]]["columns"], spec["chain"]
    parts = {part: [column for column in chain[part] if column in held] for part in ("first", "last", "by")
             if part in chain}  # fmt: skip
    return {**{key: value for key, value in spec.items() if key != "title"}, "chain": {**chain, **parts}}


def _alike(files: list[Path]) -> list[tuple[list[Path], list[str]]]:
    """Return the files, those with equal headers together: they are joined."""
    groups: dict[tuple[str, ...], tuple[list[Path], list[str]]] = {}
    for path in files:
        headers = read_header(path)
        key = tuple(fold(header) for header in headers) or (path.name, "")
        groups.setdefault(key, ([], headers))[0].append(path)
    return list(groups.values())


def _recognised(headers: list[str]) -> tuple[str, str, dict[str, Any] | None]:
    """Return layout, table and its columns: by the columns that tell the layout's tables apart."""
    held = {bare(header) for header in headers}
    best: tuple[float, int, str, str, dict[str, Any] | None] = (0, 0, "", "", None)
    for profile in PROFILES:
        tables = {name: table for name, table in _profile(profile)["tables"].items() if "chain" not in table}
        common = Counter(bare(_first(spec)) for table in tables.values() for spec in _read(table))
        for name, table in tables.items():
            columns = _read(table)
            telling = [bare(_first(spec)) for spec in columns if common[bare(_first(spec))] <= 2] or list(common)
            required = [bare(_first(spec)) for spec in columns if not spec.get("optional")]
            wanted = [header for header in required if header in telling] or telling
            found = sum(bare(_first(spec)) in held for spec in columns)
            share = sum(header in held for header in wanted) / len(wanted)
            mostly = found >= MOST_OF_FILE * len(held) and share * len(wanted) >= LEAST_COLUMNS
            enough = (share >= LEAST_SHARE or mostly) and found >= min(LEAST_COLUMNS, len(columns))
            if enough and (share, found) > best[:2]:
                best = (share, found, _profile(profile)["name"], name, table)
    return best[2:]


def _read(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [spec for spec in table["columns"].values() if "from" in spec]


def _first(spec: dict[str, Any]) -> str:
    return str(spec["from"][0] if isinstance(spec["from"], list) else spec["from"])


def _known_table(known: dict[str, Any], headers: list[str]) -> dict[str, Any]:
    held = {bare(header): header for header in headers}
    columns = {
        name: _with_bare_codes(_as_headed(spec, held))
        for name, spec in known["columns"].items()
        if "lookup" in spec or bare(_first(spec)) in held
    }
    used = {bare(_first(spec)) for spec in columns.values() if "from" in spec}
    columns |= {
        name: spec
        for name, spec in guessed_columns(header for header in headers if bare(header) not in used).items()
        if name not in columns
    }
    table: dict[str, Any] = {}
    for part in ("key", "date", "spell"):
        if part in known and set(_listed(known[part])) <= set(columns):
            table[part] = known[part]
    ids = [name for name in columns if name.endswith("_id") and name != "child_id" and name not in known["columns"]]
    if "key" not in table and ids:
        table = {"key": ids[:1], **table}
        columns[ids[0]].pop("optional", None)
    return {**table, "columns": columns}


def _as_headed(spec: dict[str, Any], held: dict[str, str]) -> dict[str, Any]:
    """Return a column under the file's own header where that differs in more than capitals and blanks."""
    own = held.get(bare(_first(spec)), "") if "from" in spec else ""
    return {**spec, "from": own} if own and fold(own) != fold(_first(spec)) else spec


def _with_bare_codes(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a column whose lettered codes may stand without their letters too."""
    codes = spec.get("codes", {})
    bare = {_LETTERED.sub("", code): name for code, name in codes.items() if _LETTERED.match(code)}
    return {**spec, "codes": {**codes, **bare}} if bare else spec


def _unused_optional(tables: dict[str, Any], indicators: str) -> None:
    """Let columns be empty that tell no rows apart and that no drafted indicator names."""
    named = {"child_id", *re.findall(r"\w+", indicators)}
    for table in tables.values():
        needed = named.union(*(_listed(table.get(part, [])) for part in ("key", "date", "spell")))
        table["columns"] = {
            name: spec if name in needed or "from" not in spec else {**spec, "optional": True}
            for name, spec in table["columns"].items()
        }


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _new_table(headers: list[str]) -> dict[str, Any]:
    """Return a table with a guess at each column's type, from its header alone."""
    columns = guessed_columns(headers)
    spell = spell_of(columns)
    return {**({"spell": list(spell)} if spell else {}), "columns": columns}


def _has_target(spec: dict[str, Any], tables: dict[str, Any]) -> bool:
    if "lookup" not in spec:
        return True
    table, _, column = spec["lookup"].partition(".")
    return table in tables and column in tables[table].get("columns", {})


def _pattern(paths: list[Path], files: list[Path]) -> str | list[str]:
    """Return the files' name with * for a date or number in it, unless that would take in or leave out a file."""
    pattern = _NUMBERED.sub("*", paths[0].stem) + paths[0].suffix
    if matching([pattern], files) == paths:
        return pattern
    return paths[0].name if len(paths) == 1 else [path.name for path in paths]


def extracts_text(tables: dict[str, Any], drafted: list[Drafted]) -> str:
    """Return extracts.yaml as text, with what remains to be said as comments."""
    titles = {
        one.table: f"{one.layout}: {one.title}" if one.layout else "not recognised: complete it" for one in drafted
    }
    lines = [
        schema_line("extracts"),
        "# Drafted from file names and headers. Say when the extracts were taken and from which day on each holds",
        "# every row (covers), then: carereport check",
        "# Where a file holds several councils, name the column of the authority's code `area`: else all count as one.",
        "",
        "# extracted: 2025-10-14",
        "",
        "tables:",
    ]
    for name, table in tables.items():
        lines += ["", f"  # {titles[name]}", f"  {name}:"]
        for key, value in table.items():
            if key != "columns":
                lines.append(f"    {key}: {_flow(value)}")
        if "files" in table:
            lines.append("    # covers: {from: 2021-04-01, by: the date meant}")
        if table["columns"]:
            lines.append("    columns:")
            lines += [f"      {column}: {_flow(spec)}" for column, spec in table["columns"].items()]
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, width=1_000_000, allow_unicode=True, sort_keys=False)
    return str(text).strip().removesuffix("...").strip()


def draft_files(folder: Path) -> tuple[dict[str, str], list[Drafted], list[str], list[str]]:
    """Return the drafted files by their place in a project, what became of each extract, and the indicators.

    These are those that come with carereport, and those drafted for tables that no layout knows.
    """
    tables, drafted = draft_extracts(folder)
    unknown = {one.table: _NUMBERED.sub("", Path(one.file).stem).strip() for one in drafted if not one.layout}
    kept, counts, indicators = fed_indicators(tables, unknown)
    _unused_optional(tables, indicators)
    report = "\n".join(
        [schema_line("report"), "council: {name: Our council, area: \"\", region: \"\"}",
         "committee: {name: Scrutiny committee}", ""]
    )  # fmt: skip
    files = {EXTRACTS: extracts_text(tables, drafted), INDICATORS: indicators, REPORT: report}
    return {**files, **{f"{BENCHMARKS}/{name}": text for name, text in benchmark_texts(kept)}}, drafted, kept, counts
