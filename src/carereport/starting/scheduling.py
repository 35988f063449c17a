"""Ready texts for a system's scheduler; nothing is installed, the administrator pastes them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Literal

System = Literal["cron", "systemd", "windows"]

CODES = (
    "0 built or unchanged; 1 built with warnings: look before publishing; 3 settings; 4 an extract is missing, late "
    "or wrong; 5 the machine; 6 another build runs"
)


def executable() -> list[str]:
    """Return the words that start the installed command by its absolute path, else Python with the module."""
    beside = Path(sys.executable).with_name("carereport.exe" if sys.platform == "win32" else "carereport")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "carereport"]


def schedule(
    system: System, root: Path, data: Path | None, first: int, last: int, hour: int, minute: int, command: list[str]
) -> str:
    """Return a schedule that builds the last quarter on days `first` to `last` of the month after it ends.

    A run before the extracts have come ends with 4 and names the file; a run when nothing changed changes nothing.
    """
    project = root.resolve()
    words = ["build", "--quarter", "latest", "--project", str(project)]
    if data is not None:
        words += ["--data", str(data.resolve())]
    if system == "windows":
        return _windows(command, words, first, hour, minute)
    line = shlex.join([*command, *words])
    if system == "cron":
        folder = project / ".carereport"
        log = shlex.quote(str(folder / "schedule.log"))
        command_line = f"mkdir -p {shlex.quote(str(folder))} && {line} >>{log} 2>&1"
        # cron reads % as a line's end
        escaped = command_line.replace("%", chr(92) + "%")
        return f"# carereport: {CODES}\n{minute} {hour} {first}-{last} 1,4,7,10 * {escaped}\n"
    start = " ".join(map(_systemd, [*command, *words]))
    return (
        "# /etc/systemd/system/carereport.service\n[Unit]\nDescription=Quarterly report of children's social care\n\n"
        f"[Service]\nType=oneshot\n# {CODES}\nSuccessExitStatus=1\nExecStart={start}\n\n"
        "# /etc/systemd/system/carereport.timer\n[Unit]\nDescription=carereport after each quarter's end\n\n"
        f"[Timer]\nOnCalendar=*-01,04,07,10-{first:02d}..{last:02d} {hour:02d}:{minute:02d}:00\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n\n# then: systemctl enable --now carereport.timer\n"
    )


def _systemd(word: str) -> str:
    """Return a word as systemd reads it: its own quotes, and no specifier or variable inside."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if any(mark in word for mark in " \t'\"\\;") else word


def _windows(command: list[str], words: list[str], first: int, hour: int, minute: int) -> str:
    run = " ".join(f'\\"{word}\\"' if " " in word or "\\" in word else word for word in [*command, *words])
    when = f"/SC MONTHLY /M JAN,APR,JUL,OCT /D {first} /ST {hour:02d}:{minute:02d}"
    return f'rem carereport: {CODES}\nschtasks /Create /TN carereport {when} /TR "{run}"\n'
