"""What a person sees: findings on stderr, progress on a terminal, and the exit code of what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from rich.progress import Progress

    from carereport.faults import Fault

P = ParamSpec("P")
R = TypeVar("R")


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """Print what went wrong as findings, and end with the exit code that belongs to it."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from carereport.faults import EXIT_ENVIRONMENT, CarereportError
        from carereport.printing import as_text, summary

        try:
            return command(*args, **kwargs)
        except CarereportError as error:
            for fault in error.faults:
                click.echo(as_text(fault) + "\n", err=True)
            click.echo(f"Nothing was written: {summary(error.faults)}.", err=True)
            raise SystemExit(error.exit_code) from None
        except BrokenPipeError:  # the reader has seen enough: no error, and click would make it one
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except PermissionError as error:
            click.echo(f"error MA002\n  no permission to write {Path(error.filename or '').name}", err=True)
            raise SystemExit(EXIT_ENVIRONMENT) from None
        except OSError as error:
            of = f" ({Path(error.filename).name})" if error.filename else ""
            click.echo(f"error MA003\n  the system says: {error.strerror}{of}", err=True)
            raise SystemExit(EXIT_ENVIRONMENT) from None

    return run


class Working:
    """Says on a terminal what is being done while it lasts, and leaves nothing behind; elsewhere it is silent."""

    def __init__(self, title: str):
        self.title = title
        self.stages: list[tuple[str, float]] = []
        self._progress: Progress | None = None

    def __enter__(self) -> Working:
        if sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.add_task(self.title)
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def done(self, stage: str, seconds: float) -> None:
        """Take note that a stage is done."""
        self.stages.append((stage, seconds))
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], description=f"{self.title}: {stage} ✓")


ONLY_BUILT = {"CM013"}
"""Notes of what is known only when the report is made: check cannot show them."""


def print_faults(faults: Iterable[Fault], *, notes: bool = True) -> None:
    """Print findings on stderr, and their count; without `notes`, those that check shows as well are only counted."""
    from carereport.printing import as_text, summary

    held = list(faults)
    for fault in held:
        if notes or fault.severity != "note" or fault.code in ONLY_BUILT:
            click.echo(as_text(fault) + "\n", err=True)
    hidden = not notes and any(fault.severity == "note" and fault.code not in ONLY_BUILT for fault in held)
    tail = "; carereport check shows the notes" if hidden else ""
    click.echo(f"Findings: {summary(held)}{tail}.", err=True)


def print_areas(areas: Mapping[str, Sequence[Fault]]) -> None:
    """Print each council's errors on stderr, a line for each council that was checked, and how many have errors."""
    from carereport.printing import as_text, summary

    wrong = 0
    for area, held in areas.items():
        errors = [fault for fault in held if fault.severity == "error"]
        wrong += bool(errors)
        for fault in errors:
            click.echo(as_text(fault) + "\n", err=True)
        click.echo(f"{area}  {summary(held)}")
    if areas:
        told = f"{wrong} of {len(areas)} councils with errors" if wrong else f"{len(areas)} councils without errors"
        click.echo(f"{told}; carereport check --area CODE shows all of one's findings")
