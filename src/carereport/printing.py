"""Faults as people read them, like a good compiler's, as one JSON document and as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from carereport.faults import (
    EXIT_CONFIGURATION,
    EXIT_DONE,
    EXIT_ENVIRONMENT,
    EXIT_EXTRACTS,
    EXIT_WARNINGS,
    Fault,
)

WIDEST = 140
"""Characters of a YAML line that are shown around a caret."""

_OF_SETTINGS = ("BR", "CF", "CM", "CV", "JD", "TP", "FI", "DC", "IN0", "IN1", "IN2")
_ORDER = {"error": 0, "warning": 1, "note": 2}


def ordered(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults grouped: the worst first, then by file, kind and line."""
    return sorted(faults, key=lambda f: (_ORDER[f.severity], f.file, f.line or 0, f.code, f.column or "", f.message))


def as_text(fault: Fault) -> str:
    """Return a fault with its place, the line of YAML with a caret, and the next action."""
    place = _visible(fault.file)
    if fault.line is not None and place:
        place += f":{fault.line}"
        if fault.position is not None:
            place += f":{fault.position}"
    head = f"{fault.severity} {fault.code}"
    lines = [f"{head}  {place}" if place else head]
    column = f"column '{_visible(fault.column)}': " if fault.column else ""
    times = f" ({fault.count:,}{' rows' if fault.lines else ''})" if fault.count > 1 else ""
    lines.append(f"  {column}{_visible(fault.message)}{times}")
    if fault.text:
        number = str(fault.line)
        shown, caret = _cut(fault.text, fault.position)
        lines.append(f"  {number} | {shown}")
        if caret is not None:
            lines.append(f"  {' ' * len(number)} | {' ' * caret}^")
    if len(fault.lines) > 1:
        more = " …" if fault.count > len(fault.lines) else ""
        lines.append(f"  lines {', '.join(map(str, fault.lines))}{more}")
    if fault.help:
        lines.append(f"  help: {_visible(fault.help)}")
    return "\n".join(lines)


def _visible(text: str) -> str:
    """Return a text that cannot move the cursor or colour the terminal."""
    return "".join(mark if mark.isprintable() else " " for mark in text)


def _cut(text: str, position: int | None) -> tuple[str, int | None]:
    """Return the part of a line around a position, and where its caret stands."""
    text = _visible(text)
    if position is None:
        return (text if len(text) <= WIDEST else text[:WIDEST] + "…"), None
    place = min(position - 1, len(text))
    first = 0 if len(text) <= WIDEST else max(0, place - WIDEST // 2)
    part = text[first : first + WIDEST]
    before, after = ("…" if first else ""), ("…" if first + WIDEST < len(text) else "")
    return before + part + after, place - first + len(before)


def summary(faults: Iterable[Fault]) -> str:
    """Return '2 errors, 1 warning, 3 notes', or 'no findings'."""
    held = list(faults)
    words = []
    for severity in ("error", "warning", "note"):
        count = sum(fault.severity == severity for fault in held)
        if count:
            words.append(f"{count} {severity}{'' if count == 1 else 's'}")
    return ", ".join(words) or "no findings"


def as_json(faults: Iterable[Fault], exit_code: int, areas: Mapping[str, Sequence[Fault]] | None = None) -> str:
    """Return the document that `check --json` prints; with `areas`, what was found of each council too."""
    document: dict[str, object] = {"findings": [_document(fault) for fault in faults]}
    if areas is not None:
        document["areas"] = {area: [_document(fault) for fault in held] for area, held in areas.items()}
    return json.dumps({**document, "exit": exit_code}, ensure_ascii=False, indent=2)


def _document(f: Fault) -> dict[str, object]:
    return {
        "code": f.code, "severity": f.severity, "file": f.file or None, "line": f.line, "column": f.column,
        "position": f.position, "message": f.message, "help": f.help or None, "count": f.count,
    }  # fmt: skip


def as_csv(faults: Iterable[Fault], areas: Mapping[str, Sequence[Fault]] | None = None) -> str:
    """Return the findings as a table for a spreadsheet; no cell can be taken for a formula.

    With `areas`, those of each council follow, and a first column names the council.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = ("severity", "code", "file", "line", "column", "position", "count", "message", "help", "first_lines")
    writer.writerow(header if areas is None else ("area", *header))
    for area, held in {"": faults, **(areas or {})}.items():
        for f in held:
            cells = (f.severity, f.code, f.file, f.line, f.column, f.position, f.count, f.message, f.help,
                     " ".join(map(str, f.lines)))  # fmt: skip
            row = cells if areas is None else (area, *cells)
            writer.writerow(["" if cell is None else _harmless(str(cell)) for cell in row])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def is_of_settings(fault: Fault) -> bool:
    """Whether a fault lies in YAML, officer text or templates, not in the extracts."""
    return fault.code.startswith(_OF_SETTINGS)


def stricter(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults with warnings as errors."""
    return ordered(replace(f, severity="error") if f.severity == "warning" else f for f in faults)


def exit_code(faults: Iterable[Fault]) -> int:
    """Return the exit code of a command that found these."""
    held = list(faults)
    errors = [fault for fault in held if fault.severity == "error"]
    if any(is_of_settings(fault) for fault in errors):
        return EXIT_CONFIGURATION
    if errors:
        return EXIT_ENVIRONMENT if any(fault.code.startswith("MA") for fault in errors) else EXIT_EXTRACTS
    return EXIT_WARNINGS if any(fault.severity == "warning" for fault in held) else EXIT_DONE
