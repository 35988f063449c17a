"""Faults as people read them, like a good compiler's, and as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable

from carereport.faults import (
    EXIT_CONFIGURATION,
    EXIT_DONE,
    EXIT_EXTRACTS,
    EXIT_WARNINGS,
    Fault,
)


def as_text(fault: Fault) -> str:
    """Return a fault with its place, the line of YAML with a caret, and the next action."""
    place = fault.file
    if fault.line is not None and place:
        place += f":{fault.line}"
        if fault.position is not None and fault.column is None:
            place += f":{fault.position}"
    head = f"{fault.severity} {fault.code}"
    lines = [f"{head}  {place}" if place else head]
    column = f"column '{fault.column}': " if fault.column else ""
    times = f" ({fault.count:,} times)" if fault.count > 1 else ""
    lines.append(f"  {column}{fault.message}{times}")
    if fault.text:
        number = str(fault.line)
        lines.append(f"  {number} | {fault.text}")
        if fault.position is not None:
            lines.append(f"  {' ' * len(number)} | {' ' * (fault.position - 1)}^")
    if len(fault.lines) > 1:
        more = " …" if fault.count > len(fault.lines) else ""
        lines.append(f"  lines {', '.join(map(str, fault.lines))}{more}")
    if fault.help:
        lines.append(f"  help: {fault.help}")
    return "\n".join(lines)


def summary(faults: Iterable[Fault]) -> str:
    """Return '2 errors, 1 warning, 3 notes', or 'no findings'."""
    held = list(faults)
    words = []
    for severity in ("error", "warning", "note"):
        count = sum(fault.severity == severity for fault in held)
        if count:
            words.append(f"{count} {severity}{'' if count == 1 else 's'}")
    return ", ".join(words) or "no findings"


def as_json(faults: Iterable[Fault], exit_code: int) -> str:
    """Return the document that `check --json` prints."""
    findings = [
        {
            "code": f.code, "severity": f.severity, "file": f.file or None, "line": f.line, "column": f.column,
            "position": f.position, "message": f.message, "help": f.help or None, "count": f.count,
        }
        for f in faults
    ]  # fmt: skip
    return json.dumps({"findings": findings, "exit": exit_code}, ensure_ascii=False, indent=2)


def exit_code(faults: Iterable[Fault], *, strict: bool = False) -> int:
    """Return the exit code of faults that did not stop the work; with `strict`, warnings are errors."""
    held = list(faults)
    errors = [f for f in held if f.severity == "error"] or (
        [f for f in held if f.severity == "warning"] if strict else []
    )
    if errors:
        extracts = all(fault.code.startswith(("EX", "DQ")) for fault in errors)
        return EXIT_EXTRACTS if extracts else EXIT_CONFIGURATION
    return EXIT_WARNINGS if any(fault.severity == "warning" for fault in held) else EXIT_DONE
