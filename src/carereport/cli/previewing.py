"""The command that shows the report while its settings are edited: preview."""

from __future__ import annotations

from pathlib import Path

import click

from carereport.cli.console import guarded
from carereport.cli.options import (
    area_option,
    audience_option,
    data_option,
    examples,
    extracted_option,
    project_option,
    quarter_option,
    read_day,
    read_quarter,
)


@click.command(
    epilog=examples(
        "carereport preview --quarter Q2-2025", "carereport preview --quarter latest --audience internal --port 8642"
    )
)
@quarter_option
@project_option
@data_option
@extracted_option
@area_option
@audience_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="a free one",
              help="The port on this machine's own address, 127.0.0.1.")  # fmt: skip
@guarded
def preview(
    quarter: str | None, root: Path, data: Path | None, extracted: str | None, area: str, audience: str, port: int
) -> None:
    """Show the report in the browser, and again after each save of settings, templates, officer text or extracts.

    Nothing is written. The address is answered on this machine alone; Ctrl-C ends it.
    """
    from carereport.build import Options
    from carereport.cli.building import meaning
    from carereport.preview.run import run_preview

    when = read_quarter(quarter)
    options = Options(root, when, data, audience=audience, extracted=read_day(extracted), area=area)

    def ready(url: str) -> None:
        click.echo(url)
        click.echo("Open this address in a browser of this machine; Ctrl-C ends the preview.", err=True)

    click.echo(meaning(when), err=True)
    run_preview(options, port, ready, lambda text: click.echo(text, err=True))


COMMANDS = (preview,)
