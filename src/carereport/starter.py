"""A council's first project: settings, templates, officer text and made-up extracts, from the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from carereport.faults import Fault, MachineError, UsageError
from carereport.packed import packed_folder

FOLDERS = ("config", "templates", "commentary", "sample_data")


def start_project(folder: Path) -> tuple[int, int]:
    """Copy what comes with carereport into a folder; return how many files were written, and how many left alone.

    Raises:
        UsageError: the folder lies in carereport's own.
        MachineError: the package is incomplete.
    """
    sources = {name: packed_folder(name) for name in FOLDERS}
    if sources["config"] is None or sources["templates"] is None:
        raise MachineError(Fault("MA004", "error", "this carereport came without its templates", "install it again"))
    written = kept = 0
    for name, source in sources.items():
        if source is None:
            continue
        if folder.resolve() == source.parent.resolve():
            raise UsageError(Fault("CL004", "error", "the folder is carereport's own", "name another folder"))
        for path in sorted(source.rglob("*")):
            target = folder / name / path.relative_to(source)
            if not path.is_file() or path.name.startswith("."):
                continue
            if target.exists():
                kept += 1
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            written += 1
    return written, kept
