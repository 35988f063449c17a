"""A council's first project: settings, templates, officer text and made-up extracts, from the package."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from carereport.faults import Fault, MachineError, UsageError
from carereport.packed import packed_folder

FOLDERS = ("config", "templates", "commentary", "sample_data")


def start_project(folder: Path, drafts: Mapping[str, str] | None = None) -> tuple[int, int]:
    """Copy what comes with carereport into a folder; return how many files were written, and how many left alone.

    With `drafts` (text by place), those are written instead of the sample's settings, officer text and extracts.

    Raises:
        UsageError: the folder lies in carereport's own.
        MachineError: the package is incomplete.
    """
    sources = {name: packed_folder(name) for name in FOLDERS}
    if sources["config"] is None or sources["templates"] is None:
        raise MachineError(Fault("MA004", "error", "this carereport came without its templates", "install it again"))
    written = kept = 0
    for name, text in (drafts or {}).items():
        target = folder / name
        if target.exists():
            kept += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
        written += 1
    for name, source in sources.items():
        if source is None or (drafts is not None and name in ("commentary", "sample_data")):
            continue
        if folder.resolve() == source.parent.resolve():
            raise UsageError(Fault("CL004", "error", "the folder is carereport's own", "name another folder"))
        for path in sorted(source.rglob("*")):
            target = folder / name / path.relative_to(source)
            if not path.is_file() or path.name.startswith("."):
                continue
            if drafts is not None and name == "config" and path.parent.name != "schema":
                continue
            if target.exists():
                kept += 1
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            written += 1
    return written, kept
