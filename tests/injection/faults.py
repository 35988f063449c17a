"""Faults of the machine, planted at one write, open, move or sync of a build that runs in a forked process."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from carereport.build import Options, run_build
from carereport.faults import CarereportError

ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EACCES": errno.EACCES, "EROFS": errno.EROFS}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
MOVES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir")
REFUSED, BROKEN = 5, 99


def build_with_fault(options: Options, number: int, fault: str) -> tuple[int, int]:
    """Run a build in a fork whose `number`-th operation on files of the project meets `fault`.

    `fault` is a name of ERRORS or SIGKILL. Returns the exit code (negative: the signal) and how many
    operations there were up to the end.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = BROKEN
        counter = _plant(Path(options.root).resolve(), number, fault)
        try:
            run_build(options)
            code = 0
        except CarereportError as error:
            code = error.exit_code
        except OSError:
            code = REFUSED
        finally:
            os.write(writer, str(counter()).encode())
            os._exit(code)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as answers:
        seen = answers.read()
    return os.waitstatus_to_exitcode(status), int(seen or 0)


def _plant(root: Path, number: int, fault: str) -> Callable[[], int]:
    """Make the operation fail; returns a function that tells how many there were."""
    seen = 0

    def meet(path: object) -> None:
        nonlocal seen
        if isinstance(path, (str, bytes, os.PathLike)):
            place = Path(os.fsdecode(path)).absolute()
            if place != root and root not in place.parents:
                return
        seen += 1
        if seen != number:
            return
        if fault == "SIGKILL":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(ERRORS[fault], os.strerror(ERRORS[fault]), str(root.name))

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING) or event in MOVES:
            meet(arguments[0])

    sync = os.fsync

    def fsync(handle: int) -> None:
        meet(None)
        sync(handle)

    os.fsync = fsync
    sys.addaudithook(audit)
    return lambda: seen
