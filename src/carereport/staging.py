"""Writing all or nothing: a lock, a folder made beside the old one, a swap; nothing of what is written.

Folders are made as `.NAME.new-PID` and swapped in; a killed build leaves `.NAME.new-…` or
`.NAME.old-…` behind, which the next start undoes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from carereport.faults import BusyError, Fault


def staging_folder(target: Path) -> Path:
    """Make and return an empty folder beside `target`, in which its next contents are written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.new-{os.getpid()}")
    new.mkdir()
    return new


def same_contents(one: Path, other: Path) -> bool:
    """Return whether two folders hold files of the same names and bytes."""
    if not other.is_dir():
        return False
    names = {path.name for path in one.iterdir()}
    return names == {path.name for path in other.iterdir()} and all(
        (one / name).read_bytes() == (other / name).read_bytes() for name in names
    )


def swap_in(pairs: Sequence[tuple[Path, Path]]) -> None:
    """Put finished folders in the places of earlier ones; all earlier ones survive any failure.

    Each pair is (new folder, its place). The files reach the disk before the first is moved.
    """
    for new, _ in pairs:
        _sync(new)
    moved: list[tuple[Path, Path, Path]] = []
    try:
        for new, target in pairs:
            old = target.with_name(f".{target.name}.old-{os.getpid()}")
            moved.append((new, target, old))
            if target.exists():
                target.rename(old)
            new.rename(target)
    except BaseException:
        for new, target, old in reversed(moved):
            if target.exists() and not new.exists():
                target.rename(new)
            if old.exists():
                old.rename(target)
        raise
    for _, target, old in moved:
        _sync_folder(target.parent)
        shutil.rmtree(old, ignore_errors=True)


def clean_leftovers(out: Path) -> None:
    """Undo what a killed build left: put an earlier report back, remove half-written folders."""
    if not out.is_dir():
        return
    for path in sorted(out.glob(".*.old-*")):
        target = out / path.name[1:].rsplit(".old-", 1)[0]
        if target.exists():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.rename(target)
    for path in sorted(out.glob(".*.new-*")):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def project_lock(root: Path) -> Iterator[None]:
    """Hold the project's lock, which the operating system releases when the process ends.

    Raises:
        BusyError: another carereport holds it.
    """
    folder = root / ".carereport"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a+b") as handle:
        try:
            _lock(handle)
        except OSError:
            raise BusyError(
                Fault("CL010", "error", "another carereport is at work on this project", "try again when it has ended")
            ) from None
        yield


def _lock(handle: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Make a folder's entries durable where the system can; Windows cannot open folders."""
    with suppress(OSError, PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
