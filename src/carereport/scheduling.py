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


def executable() -> str:
    """Return the absolute path of the installed command, else of Python with the module."""
    beside = Path(sys.executable).with_name("carereport.exe" if sys.platform == "win32" else "carereport")
    return str(beside) if beside.exists() else f"{sys.executable} -m carereport"


def schedule(
    system: System, root: Path, data: Path | None, first: int, last: int, hour: int, minute: int, command: str
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
    line = f"{command} {shlex.join(words)}"
    if system == "cron":
        # cron reads % as a line's end
        return (
            f"# carereport: {CODES}\n"
            f"{minute} {hour} {first}-{last} 1,4,7,10 * {line.replace('%', chr(92) + '%')} "
            f">>{shlex.quote(str(project / '.carereport' / 'schedule.log'))} 2>&1\n"
        )
    return (
        "# /etc/systemd/system/carereport.service\n[Unit]\nDescription=Quarterly report of children's social care\n\n"
        f"[Service]\nType=oneshot\n# {CODES}\nSuccessExitStatus=1\nExecStart={line.replace('%', '%%')}\n\n"
        "# /etc/systemd/system/carereport.timer\n[Unit]\nDescription=carereport after each quarter's end\n\n"
        f"[Timer]\nOnCalendar=*-01,04,07,10-{first:02d}..{last:02d} {hour:02d}:{minute:02d}:00\nPersistent=true\n\n"
        "[Install]\nWantedBy=timers.target\n\n# then: systemctl enable --now carereport.timer\n"
    )


def _windows(command: str, words: list[str], first: int, hour: int, minute: int) -> str:
    run = " ".join(f'\\"{word}\\"' if " " in word or "\\" in word else word for word in [command, *words])
    when = f"/SC MONTHLY /M JAN,APR,JUL,OCT /D {first} /ST {hour:02d}:{minute:02d}"
    return f'rem carereport: {CODES}\nschtasks /Create /TN carereport {when} /TR "{run}"\n'
