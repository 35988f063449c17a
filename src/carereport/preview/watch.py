"""Which files a report is made from, and whether any was saved: by times and sizes, so that network drives work too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from carereport.project import data_folder

INTERVAL = 0.1
"""Seconds between two looks; between a save and the look that finds it, half of that on average."""
SETTLED = 0.04
"""Seconds without a further change after which a save is taken to be whole."""
FOLDERS = ("config", "templates", "commentary")
Snapshot = dict[str, tuple[int, int]]


def snapshot(root: Path, data: Path | None) -> Snapshot:
    """Return time and size of every file that a report is made from; hidden files are none."""
    found: Snapshot = {}
    for path in _files(root, data):
        try:
            held = path.stat()
        except OSError:  # replaced at this moment: the next look tells
            continue
        found[str(path)] = (held.st_mtime_ns, held.st_size)
    return found


def _files(root: Path, data: Path | None) -> Iterator[Path]:
    for name in FOLDERS:
        yield from (path for path in (root / name).rglob("*") if not path.name.startswith(".") and path.is_file())
    extracts = data_folder(root, data)
    if extracts.is_dir():
        yield from (path for path in extracts.iterdir() if not path.name.startswith(".") and path.is_file())
    yield root / "history" / "history.sqlite"


def wait_for_save(root: Path, data: Path | None, known: Snapshot) -> Snapshot:
    """Wait until a file differs from `known` and none changes any more; return how they stand then."""
    while (now := snapshot(root, data)) == known:
        time.sleep(INTERVAL)
    while True:
        time.sleep(SETTLED)
        later = snapshot(root, data)
        if later == now:
            return now
        now = later
