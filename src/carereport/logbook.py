"""A JSON line for each build, in .carereport/log.jsonl: when, what, how it ended; nothing of any data."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carereport import __version__
from carereport.faults import EXIT_INTERNAL, EXIT_INTERRUPTED, CarereportError

NAME = "log.jsonl"
LARGEST = 1_000_000
"""Bytes; a longer log starts anew, the old one kept beside it."""


@contextmanager
def logged(root: Path, command: str, quarter: str) -> Iterator[dict[str, Any]]:
    """Write a line about what happens inside; the caller adds `exit` and counts to the entry it is given."""
    entry: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "carereport": __version__,
        "command": command,
        "quarter": quarter,
    }
    began = time.perf_counter()
    try:
        yield entry
    except CarereportError as error:
        entry |= {"exit": error.exit_code, "codes": sorted({fault.code for fault in error.faults})}
        raise
    except SystemExit as error:
        entry.setdefault("exit", error.code)
        raise
    except KeyboardInterrupt:
        entry["exit"] = EXIT_INTERRUPTED
        raise
    except BaseException as error:
        entry |= {"exit": EXIT_INTERNAL, "error": type(error).__name__}
        raise
    finally:
        entry["seconds"] = round(time.perf_counter() - began, 2)
        with suppress(OSError):
            _write(root / ".carereport" / NAME, entry)


def _write(path: Path, entry: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    if path.is_file() and path.stat().st_size > LARGEST:
        path.replace(path.with_suffix(".old.jsonl"))
    with path.open("a", encoding="utf-8", newline="") as handle:
        handle.write(json.dumps(entry, ensure_ascii=False) + "\n")
