"""Looks at the machine and the project's folders, and says what to do about what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from carereport.faults import BusyError, CarereportError, MachineError
from carereport.packed import packed_folder
from carereport.project import load_project
from carereport.staging import project_lock

LIBRARIES = ("click", "jinja2", "matplotlib", "narwhals", "pandas", "pyarrow", "pydantic", "weasyprint")
PANGO = "Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
LEAST_DISK = 200 * 1024 * 1024
"""Bytes: a build of a large council with its staging folder and history."""


@dataclass(frozen=True)
class Examined:
    """One thing looked at."""

    good: bool
    subject: str
    text: str


def examine(root: Path) -> list[Examined]:
    """Return what was found on this machine and in this project."""
    machine = [*_machine(), *_libraries(), _pango(), _fonts(), *_folders(root), _lock(root), _disk(root)]
    return [*machine, *_settings(root)]


def _machine() -> Iterator[Examined]:
    good = sys.version_info >= (3, 11)
    text = f"{platform.python_version()} at {sys.executable}"
    yield Examined(good, "Python", text if good else f"{text}: 3.11 or later is needed")
    yield Examined(True, "system", f"{platform.system()} {platform.release()}, {os.cpu_count()} cores")


def _libraries() -> Iterator[Examined]:
    missing, held = [], []
    for name in LIBRARIES:
        try:
            held.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    text = f"missing: {', '.join(missing)}: install carereport again" if missing else ", ".join(held)
    yield Examined(not missing, "libraries", text)
    for name, extra, engine in (("polars", "fast", "polars"), ("pyspark", "spark", "spark")):
        try:
            yield Examined(True, f"{name} (optional)", version(name))
        except PackageNotFoundError:
            lacking = f"not there; pip install 'carereport[{extra}]' brings --engine {engine}"
            yield Examined(True, f"{name} (optional)", lacking)


def _pango() -> Examined:
    try:
        import weasyprint
    except (OSError, ImportError):
        return Examined(False, "Pango", f"cannot be loaded, so that no PDF is made. {PANGO}; Windows: MSYS2 or GTK")
    return Examined(True, "Pango", f"loads; WeasyPrint {weasyprint.__version__}")


def _fonts() -> Examined:
    templates = packed_folder("templates")
    found = sorted(path.stem for path in templates.glob("fonts/*.[ot]tf")) if templates else []
    return Examined(bool(found), "fonts", ", ".join(found) if found else "missing: install carereport again")


def _folders(root: Path) -> Iterator[Examined]:
    for name in ("output", "history", ".carereport"):
        folder = root / name
        place = folder if folder.is_dir() else root
        try:
            with tempfile.TemporaryFile(dir=place):
                yield Examined(True, f"folder {name}", f"can be written: {folder.resolve()}")
        except OSError as error:
            yield Examined(False, f"folder {name}", f"cannot be written ({error.strerror}): {folder.resolve()}")


def _lock(root: Path) -> Examined:
    if not (root / ".carereport" / "lock").exists():
        return Examined(True, "lock", "free")
    try:
        with project_lock(root):
            return Examined(True, "lock", "free")
    except BusyError:
        return Examined(True, "lock", "held: another carereport is at work on this project")
    except OSError as error:
        return Examined(False, "lock", f"cannot be opened: {error.strerror}")


def _disk(root: Path) -> Examined:
    free = shutil.disk_usage(root).free
    text = f"{free / 1024**3:,.1f} GB free"
    return Examined(free >= LEAST_DISK, "disk", text if free >= LEAST_DISK else f"{text}: make room")


def _settings(root: Path) -> Iterator[Examined]:
    try:
        project = load_project(root)
    except CarereportError as error:
        yield Examined(False, "settings", f"{len(error.faults)} findings: carereport check shows them")
        return
    tables, indicators = len(project.extracts.tables), len(project.indicators)
    yield Examined(True, "settings", f"{tables} tables, {indicators} indicators in {root.resolve()}")
    if project.extracts.spark_tables:
        yield _spark(", ".join(project.extracts.spark_tables))


def _spark(tables: str) -> Examined:
    """Look whether tables of Spark can be read here; whether they are there is told when they are."""
    from carereport.engines import require

    try:
        require("spark", "`spark_table` in extracts.yaml")
    except MachineError as error:
        (fault,) = error.faults
        return Examined(False, "Spark", f"{fault.message}: {fault.help}")
    return Examined(True, "Spark", f"pyspark and Java are here, for {tables}")
