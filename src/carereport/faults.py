"""Faults and how they end a command; what a fault says never holds a value from an extract."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning", "note"]

EXIT_DONE = 0
EXIT_WARNINGS = 1
EXIT_USAGE = 2
EXIT_CONFIGURATION = 3
EXIT_EXTRACTS = 4
EXIT_ENVIRONMENT = 5
EXIT_BUSY = 6
EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


@dataclass(frozen=True)
class Fault:
    """One finding about the input. `file` is relative to the project.

    `line` and `position` count from 1. In YAML, templates and conditions `position` is the
    character column and `text` the line itself, shown with a caret. In extracts `column` is the
    header's name, `position` its number, `line` the first row concerned, and `text` stays empty.
    """

    code: str
    severity: Severity
    message: str
    help: str = ""
    file: str = ""
    line: int | None = None
    column: str | None = None
    position: int | None = None
    count: int = 1
    text: str = ""
    lines: tuple[int, ...] = ()


class CarereportError(Exception):
    """Something ends the command; carries the faults to print and the exit code."""

    exit_code = EXIT_INTERNAL

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: Sequence[Fault] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("; ".join(fault.message for fault in self.faults))

    def __reduce__(self) -> tuple[type[CarereportError], tuple[Sequence[Fault]]]:
        """Let an error of another process arrive here with its faults."""
        return type(self), (self.faults,)


class UsageError(CarereportError):
    """The command was called in a way that cannot work."""

    exit_code = EXIT_USAGE


class ConfigurationError(CarereportError):
    """YAML, commentary or templates are wrong."""

    exit_code = EXIT_CONFIGURATION


class ExtractError(CarereportError):
    """The extracts are wrong."""

    exit_code = EXIT_EXTRACTS


class MachineError(CarereportError):
    """The machine lacks something: a library, a permission, disk."""

    exit_code = EXIT_ENVIRONMENT


class BusyError(CarereportError):
    """Another carereport works on this project."""

    exit_code = EXIT_BUSY


def place_of(error: Exception) -> str:
    """Return the kind of an error and where it arose; never its words, which may hold a value."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "an unknown place"
    return f"{type(error).__name__} at {where}"


def add_new(held: list[Fault], found: Iterable[Fault]) -> None:
    """Add what is not held yet: a finding of every audience's report is said once."""
    held += [fault for fault in dict.fromkeys(found) if fault not in held]


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return 'did you mean …?' for the nearest known name, or nothing."""
    folded = {word.casefold(): word for word in known if word != name}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean {folded[near[0]]}?" if near else ""


def listed(words: Sequence[str]) -> str:
    """Return 'known here: a, b, c', or nothing."""
    return f"known here: {', '.join(words)}" if words else ""
