"""The command group, and how the process starts and ends."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from carereport.cli import building, judging, looking, previewing, starting
from carereport.cli.options import examples
from carereport.faults import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_TERMINATED


class Commands(click.Group):
    """Commands in the order of a working day, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.commands, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else "carereport --help lists the commands"
            raise click.UsageError(f"there is no command {args[0]}; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "carereport build --quarter Q2-2025",
        "carereport check",
        "carereport show re_referrals_12_months --quarter Q2-2025",
    ),
)
@click.version_option(package_name="carereport", message="carereport %(version)s")
def cli() -> None:
    """From a council's children's social care extracts to the committee's quarterly report."""


for command in (*building.COMMANDS, *previewing.COMMANDS, *looking.COMMANDS, *judging.COMMANDS, *starting.COMMANDS):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command line and end with its exit code.

    An unexpected fault ends with code 70 and says nothing of any data.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, _terminated)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # none reads settings otherwise, or is looked for
    gc.disable()  # what a command makes lives to its end, and to look through it takes time
    gc.set_threshold(200_000, 50, 100)  # for those that run long and look again, though seldom
    try:
        code = cli.main(standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: nothing was changed", err=True)
        code = EXIT_INTERRUPTED
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else EXIT_INTERNAL if error.code else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        from carereport.faults import place_of

        click.echo(f"internal error: {place_of(error)}. This is a fault of carereport.", err=True)
        code = EXIT_INTERNAL
    _end(code or 0)


def _end(code: int) -> NoReturn:
    """End at once, with all output written: to take a build's tables apart first costs a quarter of a second."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(EXIT_TERMINATED)
